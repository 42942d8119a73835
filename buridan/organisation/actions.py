"""What changes the organisation from day to day: absences and stand-ins.

The database refuses overlaps and loops; its refusal becomes a Refus with the database's own French sentence. What follows
(the journal, telling whoever acts from now on) is done in the same transaction by those who registered in `suites`.
"""

from collections.abc import Iterator
from contextlib import contextmanager
from datetime import date, datetime
from typing import Any, TypeVar

from django.db import IntegrityError, transaction
from django.db.models import Q

from buridan.droit.delais import date_legale
from buridan.organisation import annuaire
from buridan.organisation.acteur import Acteur
from buridan.organisation.models import Absence, Datee, Personne, Poste, Suppleance
from buridan.organisation.refus import phrase
from buridan.organisation.rules import (
    DEJA_FINIE,
    peut_declarer_absence,
    peut_gerer_compte,
    peut_nommer_suppleant,
    peut_terminer_absence,
    peut_terminer_suppleance,
)
from buridan.organisation.suites import Changement, declencher
from buridan.outils.verdict import Refus

P = TypeVar("P", bound=Datee)


def declarer_absence(*, by: Acteur, personne: int, debut: date, fin: date, motif: str = "") -> Absence:
    """Declare; `fin` is the day of return. From then on the stand-in or the head acts."""
    peut_declarer_absence(by, personne).exiger()
    with _changement("declarer_absence", _personne(personne), by=by) as contenu:
        contenu |= _periode(debut, fin)
        return Absence.objects.create(
            personne_id=personne, debut=debut, fin=fin, motif=motif, saisie_par_id=by.personne
        )


def terminer_absence(absence: Absence, *, by: Acteur, at: datetime) -> None:
    """Back from today. An absence that has not lasted a day yet is withdrawn: it took nothing away from anybody."""
    with _changement("terminer_absence", _personne(absence.personne_id), by=by) as contenu:
        fraiche = _encore(absence)
        peut_terminer_absence(by, fraiche).exiger()
        contenu |= _periode(fraiche.debut, fraiche.fin)
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
    with _changement("nommer_suppleant", _poste(poste), by=by) as contenu:
        contenu |= {"suppleant": by.annuaire.designer(suppleant), "nature": nature, **_periode(debut, fin)}
        memes = Suppleance.objects.filter(poste=poste, suppleant=suppleant, nature=nature)
        if memes.filter(Q(fin=None) | Q(fin__gt=debut), *([Q(debut__lt=fin)] if fin else [])).exists():
            raise Refus("Ce poste est déjà suppléé par ce poste à ces dates.")
        return Suppleance.objects.create(poste_id=poste, suppleant_id=suppleant, debut=debut, fin=fin, nature=nature)


def terminer_suppleance(suppleance: Suppleance, *, by: Acteur, at: datetime) -> None:
    """No longer in force from today; withdrawn if it had not lasted a day yet."""
    with _changement("terminer_suppleance", _poste(suppleance.poste_id), by=by) as contenu:
        fraiche = _encore(suppleance)
        peut_terminer_suppleance(by, fraiche).exiger()
        contenu |= {"suppleant": by.annuaire.designer(fraiche.suppleant_id), "nature": fraiche.nature}
        contenu |= _periode(fraiche.debut, fraiche.fin)
        _arreter(fraiche, date_legale(at))


def ouvrir_compte(personne: Personne, *, by: Acteur, ouvert: bool) -> None:
    """Close an account (its sessions end at the next click, others act for it) or open it again.

    What this person had taken goes back to the post or the service, and whoever acts from now on is told.
    """
    peut_gerer_compte(by, personne.pk).exiger()
    with _changement("rouvrir_compte" if ouvert else "fermer_compte", _personne(personne.pk), by=by):
        changes = Personne.objects.filter(pk=personne.pk, is_active=not ouvert).update(is_active=ouvert)
        if not changes:
            raise Refus(f"C'est déjà fait : le compte de {personne} est {'ouvert' if ouvert else 'fermé'}.")


def _arreter(periode: Datee, jour: date) -> None:
    """From now on the application's: a file no longer changes it."""
    if periode.debut >= jour:
        periode.delete()
        return
    periode.fin, periode.du_fichier = jour, False
    periode.save(update_fields=["fin", "du_fichier"])


def _encore(periode: P) -> P:
    """The row as it stands under the lock. Raises Refus when somebody withdrew it meanwhile."""
    fraiche: P | None = type(periode).objects.filter(pk=periode.pk).first()
    if fraiche is None:
        raise Refus(DEJA_FINIE)
    return fraiche


def _periode(debut: date, fin: date | None) -> dict[str, str]:
    return {"debut": debut.isoformat(), "fin": fin.isoformat() if fin else ""}


def _personne(pk: int) -> Any:
    return Personne.objects.select_for_update(no_key=True).filter(pk=pk)


def _poste(pk: int) -> Any:
    return Poste.objects.select_for_update(no_key=True).filter(pk=pk)


@contextmanager
def _changement(verbe: str, sujet: Any, *, by: Acteur) -> Iterator[dict[str, Any]]:
    """Lock the subject, let the body write and say what, then all that follows.

    What the database refuses is undone and raised as a Refus with its sentence.
    """
    contenu: dict[str, Any] = {"qui": by.nom}
    jour = by.annuaire.jour
    try:
        with transaction.atomic():
            verrouille = sujet.get()
            avant = annuaire.charger(jour)
            yield contenu
            declencher(Changement(verbe, verrouille, contenu, avant, annuaire.charger(jour)), by=by)
    except IntegrityError as erreur:
        raise Refus(phrase(erreur)) from erreur
