"""What changes the organisation from day to day: absences and stand-ins.

The database refuses overlaps and loops; its refusal becomes a Refus with the database's own French sentence.
"""

from collections.abc import Iterator
from contextlib import contextmanager
from datetime import date, datetime
from typing import TypeVar

from django.db import IntegrityError, connection, models, transaction
from django.db.models import Q

from buridan.droit.delais import date_legale
from buridan.organisation.acteur import Acteur
from buridan.organisation.models import Absence, Datee, Poste, Suppleance
from buridan.organisation.rules import (
    DEJA_FINIE,
    peut_declarer_absence,
    peut_nommer_suppleant,
    peut_terminer_absence,
    peut_terminer_suppleance,
)
from buridan.outils.verdict import Refus

SANS_PHRASE = "La base de données a refusé cet enregistrement. Vérifiez les dates, puis réessayez."
P = TypeVar("P", bound=Datee)
DECLENCHEUR = "23000"  # our triggers' refusals: their message is already a sentence for the screen


def declarer_absence(*, by: Acteur, personne: int, debut: date, fin: date, motif: str = "") -> Absence:
    """Declare; `fin` is the day of return. From then on the stand-in or the head acts."""
    peut_declarer_absence(by, personne).exiger()
    with _refus_en_francais(Absence):
        return Absence.objects.create(
            personne_id=personne, debut=debut, fin=fin, motif=motif, saisie_par_id=by.personne
        )


def terminer_absence(absence: Absence, *, by: Acteur, at: datetime) -> None:
    """Back from today. An absence that has not lasted a day yet is withdrawn: it took nothing away from anybody."""
    with transaction.atomic():
        fraiche = _verrouiller(absence)
        peut_terminer_absence(by, fraiche).exiger()
        _arreter(fraiche, date_legale(at))


def nommer_suppleant(
    *, by: Acteur, poste: int, suppleant: int, debut: date, fin: date | None, nature: str = ""
) -> Suppleance:
    """From `debut` to `fin` (excluded; None = until further notice) `suppleant` acts when the holder of `poste` can't.

    `nature` limits it to one nature of dossiers; empty = all.
    """
    peut_nommer_suppleant(by, poste).exiger()
    if suppleant not in by.annuaire.postes:
        raise Refus("Le poste du suppléant n'existe plus aujourd'hui. Choisissez-en un autre.")
    with _refus_en_francais(Suppleance):
        Poste.objects.select_for_update().get(pk=poste)  # two clicks come one after the other
        memes = Suppleance.objects.filter(poste=poste, suppleant=suppleant, nature=nature)
        if memes.filter(Q(fin=None) | Q(fin__gt=debut), *([Q(debut__lt=fin)] if fin else [])).exists():
            raise Refus("Ce poste est déjà suppléé par ce poste à ces dates.")
        return Suppleance.objects.create(poste_id=poste, suppleant_id=suppleant, debut=debut, fin=fin, nature=nature)


def terminer_suppleance(suppleance: Suppleance, *, by: Acteur, at: datetime) -> None:
    """No longer in force from today; withdrawn if it had not lasted a day yet."""
    with transaction.atomic():
        fraiche = _verrouiller(suppleance)
        peut_terminer_suppleance(by, fraiche).exiger()
        _arreter(fraiche, date_legale(at))


def _verrouiller(periode: P) -> P:
    """The row as it stands now, kept to the end of the transaction. Raises Refus when it was withdrawn meanwhile."""
    fraiche: P | None = type(periode).objects.select_for_update().filter(pk=periode.pk).first()
    if fraiche is None:
        raise Refus(DEJA_FINIE)
    return fraiche


def _arreter(periode: Datee, jour: date) -> None:
    if periode.debut >= jour:
        periode.delete()
        return
    periode.fin = jour
    with _refus_en_francais(type(periode)):
        periode.save(update_fields=["fin"])


@contextmanager
def _refus_en_francais(modele: type[models.Model]) -> Iterator[None]:
    """Undo what the database refuses and raise Refus with its sentence."""
    try:
        with transaction.atomic():
            yield
    except IntegrityError as erreur:
        raise Refus(_phrase(modele, erreur)) from erreur


def _phrase(modele: type[models.Model], erreur: IntegrityError) -> str:
    """The trigger's message, the model's `violation_error_message`, or the comment on the constraint."""
    diagnostic = getattr(erreur.__cause__, "diag", None)
    if diagnostic is None:
        return SANS_PHRASE
    if diagnostic.sqlstate == DECLENCHEUR:
        return str(diagnostic.message_primary)
    nom = diagnostic.constraint_name
    for contrainte in modele._meta.constraints:
        if contrainte.name == nom and contrainte.violation_error_message:
            return str(contrainte.violation_error_message)
    with connection.cursor() as curseur:
        curseur.execute("SELECT obj_description(oid, 'pg_constraint') FROM pg_constraint WHERE conname = %s", [nom])
        ligne = curseur.fetchone()
    return str(ligne[0]) if ligne and ligne[0] else SANS_PHRASE
