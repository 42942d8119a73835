"""The law's clock of one request. The caller holds the dossier's lock."""

from datetime import date

from django.db.models import DateField, F, Value
from django.db.models.functions import Coalesce, Greatest, Least

from buridan.demandes import legal
from buridan.demandes.models import Demande, Suspension
from buridan.dossiers.actions.avancer import SANS_URGENCE
from buridan.dossiers.etats import EtatEtape
from buridan.dossiers.models import Dossier, Etape


def pieces_demandees(dossier: Dossier, *, le: date, jusquau: date) -> date | None:
    """Keep the request for pieces; the implicit decision's date from now on (CRPA L114-5)."""
    Suspension.objects.create(demande_id=dossier.pk, demandees_le=le, jusquau=jusquau)
    return _date_legale(dossier.pk)


def pieces_recues(dossier: Dossier, *, le: date) -> date | None:
    """The pieces awaited have come; the implicit decision's date from now on, the same when none was awaited."""
    attendues = Suspension.objects.filter(demande_id=dossier.pk, recues_le=None)
    au_plus_tot = Greatest(F("demandees_le"), Value(le, output_field=DateField()))  # two machines, two clocks
    return _date_legale(dossier.pk) if attendues.update(recues_le=au_plus_tot) else dossier.legal_le


def recaler(demande: Demande) -> None:
    """After the answer was contested or the request corrected: the new date, and what is due as urgent as it makes it."""
    legal_le = _date_legale(demande.pk)
    Dossier.objects.filter(pk=demande.pk).update(legal_le=legal_le)
    promis_le = Dossier.objects.values_list("promis_le", flat=True).get(pk=demande.pk)
    au_plus_tot = Least(F("echeance"), *(Value(jour, output_field=DateField()) for jour in (legal_le, promis_le)))
    Etape.objects.filter(dossier=demande.pk, etat=EtatEtape.ACTIVE).update(
        urgence_le=Coalesce(au_plus_tot, Value(SANS_URGENCE, output_field=DateField()))
    )


def _date_legale(pk: int) -> date | None:
    implicite = legal.dates_de(Demande.objects.select_related("type", "dossier").get(pk=pk)).implicite
    return implicite.date if implicite else None
