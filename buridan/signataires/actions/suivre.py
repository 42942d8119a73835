"""Each morning: what ends, what ends soon."""

import logging
from collections.abc import Callable
from datetime import datetime

from buridan.organisation.acteur import Acteur
from buridan.outils.verdict import Refus
from buridan.signataires import rules
from buridan.signataires.actions.demander import expirer_signature, renvoyer_lien
from buridan.signataires.etats import Etat
from buridan.signataires.models import DemandeSignature

journal = logging.getLogger(__name__)


def suivre_les_signatures(*, by: Acteur, at: datetime) -> int:
    """End the requests whose day is over or whose dossier closed; remind, once, those that end within three days. How many."""
    jour, faits = by.annuaire.jour, 0
    for demande in DemandeSignature.objects.filter(etat=Etat.ATTENDUE).select_related("dossier").order_by("pk"):
        if not rules.ouverte(demande, demande.dossier, jour):
            faits += _seule(expirer_signature, demande, by, at)
        elif demande.rappelee_le is None and demande.depuis < jour and demande.jusquau - rules.RAPPEL <= jour:
            faits += _seule(renvoyer_lien, demande, by, at)
    return faits


def _seule(geste: Callable[..., object], demande: DemandeSignature, by: Acteur, at: datetime) -> bool:
    """One that can't be done is written in the log and does not stop the others."""
    try:
        geste(demande, by=by, at=at)
    except Refus:  # answered, or called off, meanwhile
        return False
    except Exception:
        journal.exception("Signature non suivie : %s", demande.pk)
        return False
    return True
