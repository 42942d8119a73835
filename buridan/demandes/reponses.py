"""Answer templates. Fields come from a fixed list; no template engine ever runs on an agent's text."""

import re
from collections.abc import Mapping
from datetime import date

from django.conf import settings

from buridan.demandes.models import Demande
from buridan.interface.contexte import ville
from buridan.organisation.acteur import Acteur
from buridan.outils.texte import remplir_champs

CHAMPS: Mapping[str, str] = {
    "demandeur": "le nom du demandeur",
    "objet": "l'objet de la demande",
    "reference": "sa référence",
    "date_depot": "le jour où elle a été reçue",
    "service": "le service chargé de la demande",
    "agent": "la personne qui écrit",
    "ville": "la commune",
}
_OUVERTURE = re.compile(r"\{\{([^{}\n]*)(\}\})?")


def remplir(texte: str, demande: Demande, par: Acteur) -> str:
    """The template filled for one request, as somebody writes it."""
    return remplir_champs(texte, {
        "demandeur": demande.nom, "objet": demande.dossier.objet, "reference": demande.dossier.reference,
        "date_depot": f"{demande.recue_le:%d/%m/%Y}", "agent": par.nom,
        "service": par.annuaire.nom_entite(demande.dossier.entite_id), "ville": ville(settings.PRESET)["nom"],
    })  # fmt: skip


def exemple(texte: str, *, agent: str, jour: date) -> str:
    """The template filled with an invented request, for its author to read."""
    return remplir_champs(texte, {
        "demandeur": "Camille Exemple", "objet": "Nid-de-poule — 12 rue de l'Exemple", "reference": f"{jour:%y}-EXEMPL",
        "date_depot": f"{jour:%d/%m/%Y}", "service": "Service de l'exemple", "agent": agent,
        "ville": ville(settings.PRESET)["nom"],
    })  # fmt: skip


def fautes_de_champs(texte: str) -> list[str]:
    """A sentence for each field that doesn't exist or isn't closed, with the list of those that do."""
    connus = ", ".join(f"{{{{{nom}}}}}" for nom in CHAMPS)
    fautes = []
    for trouve in _OUVERTURE.finditer(texte):
        if trouve[2] is None:
            fautes.append(f"« {trouve[0].strip()[:40]} » n'est pas fermé : un champ s'écrit entre {{{{ et }}}}.")
        elif trouve[1].strip() not in CHAMPS:
            fautes.append(f"« {trouve[0][:60]} » n'est pas un champ connu. Champs possibles : {connus}.")
    return list(dict.fromkeys(fautes))
