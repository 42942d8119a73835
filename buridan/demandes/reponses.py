"""Answer templates and the letter. Fields come from a fixed list; no template engine ever runs on an agent's text."""

import re

from buridan.demandes.models import Demande
from buridan.organisation.models import VersionEntite

CHAMPS = ("demandeur", "objet", "reference", "date_depot", "service", "agent", "ville")
_CHAMP = re.compile(r"\{\{\s*(\w+)\s*\}\}")


def remplir(texte: str, demande: Demande, *, agent: str = "", ville: str = "") -> str:
    """Replace the known fields; an unknown one is left as it stands, to be seen and mended."""
    entite = VersionEntite.objects.filter(entite=demande.dossier.entite_id, fin__isnull=True).first()
    valeurs = {
        "demandeur": demande.nom,
        "objet": demande.dossier.objet,
        "reference": demande.dossier.reference,
        "date_depot": f"{demande.recue_le:%d/%m/%Y}",
        "service": entite.nom if entite else "",
    }
    valeurs |= {cle: valeur for cle, valeur in (("agent", agent), ("ville", ville)) if valeur}
    return _CHAMP.sub(lambda m: valeurs.get(m[1], m[0]), texte)
