"""Write down how right the proposals are, in the place of what was written before."""

from datetime import datetime

from django.db import transaction

from buridan.courriers.mesure import mesurer_la_ville
from buridan.courriers.models import BureauCourrier, Justesse
from buridan.organisation.acteur import Acteur


def juger_les_propositions(*, by: Acteur, at: datetime) -> int:
    """Measure on real decisions; says how many lines were written. Counts of the town, told in no journal."""
    bilan = mesurer_la_ville(by.annuaire)
    if bilan is None:
        return 0
    with transaction.atomic():
        BureauCourrier.objects.select_for_update(no_key=True, of=("self",)).get(pk=1)  # one at a time
        Justesse.objects.all().delete()
        lignes = [
            Justesse(
                quoi=quoi, service_id=service, lettres=c.lettres, proposees=c.proposees, premiere=c.premiere,
                trois=c.trois, du=bilan.du or at.date(), au=bilan.au or at.date(), at=at,
            )
            for (quoi, service), c in bilan.comptes.items()
        ]  # fmt: skip
        return len(Justesse.objects.bulk_create(lignes))
