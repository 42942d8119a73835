"""The law's clock of one letter. The caller holds the dossier's lock."""

from datetime import date

from django.db.models import DateField, F, Value
from django.db.models.functions import Greatest

from buridan.courriers.etats import Effet
from buridan.courriers.legal import dates_de, pieces_de
from buridan.courriers.models import Complement, Courrier
from buridan.courriers.queries import bureau, courrier_de
from buridan.dossiers.models import Dossier
from buridan.droit.delais import date_legale


def pieces_recues(dossier: Dossier, *, le: date) -> date | None:
    """What was awaited has come; the day on which silence is a decision from now on, the same when nothing was awaited."""
    attendus = Complement.objects.filter(depart__dossier=dossier, recu_le=None)
    au_plus_tot = Greatest(F("demande_le"), Value(le, output_field=DateField()))  # two machines, two clocks
    return date_du_silence(dossier) if attendus.update(recu_le=au_plus_tot) else dossier.legal_le


def date_du_silence(dossier: Dossier) -> date | None:
    """With what was asked for until now (CRPA L114-5). The term of an appeal follows when the law alone had set it.

    Answered once, a letter has no such clock any more: its date stays as it is.
    """
    courrier, chez = courrier_de(dossier), bureau()
    if dossier.tour > 1 or chez is None or courrier.arrive_le is None:
        return dossier.legal_le
    dates = dates_de(
        chez,
        date_legale(courrier.arrive_le),
        effet=courrier.effet,
        silence=courrier.silence,
        pieces=pieces_de(courrier),
    )
    if courrier.effet == Effet.RECOURS and courrier.echeance == dossier.legal_le:
        Courrier.objects.filter(pk=courrier.pk).update(echeance=dates.echeance)
    return dates.legal_le
