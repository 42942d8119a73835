"""Who may take the proof of a dossier away, and what stays out of it. Pure: no write, no clock, no request."""

from collections.abc import Sequence

from buridan.dossiers.models import Dossier, Etape
from buridan.dossiers.natures import nature_de
from buridan.dossiers.rules import vote_cache
from buridan.organisation.acteur import Acteur
from buridan.organisation.models import Droit
from buridan.outils.verdict import OUI, Verdict, non

OCTETS = 1024**3  # bytes of documents: made while one waits for it


def peut_emporter(acteur: Acteur, dossier: Dossier) -> Verdict:
    """May take away the proof of a dossier that he or she sees: who answers for it, and knows everybody in it."""
    if Droit.SUPERVISION not in acteur.droits and dossier.entite_id not in acteur.dirige:
        service = acteur.annuaire.nom_entite(dossier.entite_id)
        return non(
            f"Le dossier de preuve sort tout le dossier de la mairie : il est remis à qui dirige le service ({service}) ou à la "
            "direction générale. Demandez-le-lui."
        )
    if nature_de(dossier).masques(dossier, acteur):
        return non(
            "Ce dossier garde pour lui le nom d'une personne, que son journal contient : demandez le dossier de preuve à la "
            "direction générale."
        )
    return OUI


def tient(octets: int) -> Verdict:
    """So many bytes of documents make one proof."""
    if octets <= OCTETS:
        return OUI
    return non(
        f"Les documents pèsent plus de {OCTETS // 1024**3} Go : ce dossier ne tient pas dans un dossier de preuve. Téléchargez "
        "ses documents un à un."
    )


def votes_caches(acteur: Acteur, etapes: Sequence[Etape]) -> list[int]:
    """Ids of the étapes whose decision this reader may not know yet."""
    decidees = ((e, getattr(e, "decision", None)) for e in etapes)
    return [e.pk for e, d in decidees if d is not None and vote_cache(acteur, e, d.par_id, etapes)]
