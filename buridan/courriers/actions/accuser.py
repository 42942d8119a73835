"""The acknowledgements that wait, sent together by the mail office."""

from datetime import datetime

from django.db import transaction

from buridan.courriers import queries, rules
from buridan.courriers.actions.expedier import accuser
from buridan.courriers.models import Depart
from buridan.dossiers.actions.ecriture import verrouiller
from buridan.dossiers.actions.traversee import DejaFait
from buridan.organisation.acteur import Acteur
from buridan.outils.verdict import Refus

LOT = 50  # letters printed at once


def accuser_ensemble(*, by: Acteur, at: datetime) -> list[Depart]:
    """The oldest first, `LOT` at most; those without any address stay. Raises DejaFait when none can leave."""
    rules.peut_enregistrer(by).exiger()
    joignables = queries.accuses_a_envoyer(by).exclude(courriel="", adresse="")
    courriers = list(joignables.order_by("annee", "numero")[:LOT])
    with transaction.atomic():
        for pk in sorted(c.pk for c in courriers):  # before the first number, which whoever sends a letter waits for
            verrouiller(pk)
        departs = []
        for courrier in courriers:
            try:
                departs.append(accuser(courrier.dossier, by=by, at=at))
            except Refus:  # meanwhile it has left, or the letter was closed
                continue
    if not departs:
        raise DejaFait("Aucun accusé de réception n'attend plus d'être envoyé.")
    return departs
