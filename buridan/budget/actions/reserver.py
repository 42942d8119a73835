"""Hold credits back for an order, give them back, note that the finance system engaged them.

The line is locked first; the database checks again under the same lock (migration 0002), so that whatever writes, orders
never exceed a line's credits unless somebody with the right overrode with a reason.
"""

from collections.abc import Iterator
from contextlib import contextmanager
from datetime import date, datetime
from decimal import Decimal
from typing import Any
from uuid import UUID

from django.db import IntegrityError, transaction

from buridan.budget import rules
from buridan.budget.models import LigneBudget, Reservation
from buridan.budget.recit import chaine_de
from buridan.droit.delais import date_legale
from buridan.journal.chaine import ecrire
from buridan.organisation.acteur import Acteur
from buridan.organisation.refus import phrase
from buridan.outils.montants import euros
from buridan.outils.verdict import Refus


def reserver(
    ligne: LigneBudget,
    *,
    by: Acteur,
    at: datetime,
    montant: Decimal,
    reference: str,
    objet: str,
    derogation: str = "",
    autorise_par: Acteur | None = None,
    dossier: UUID | None = None,
) -> Reservation:
    """Hold back `montant` euros. `derogation`: why the line may be exceeded, by somebody who may say so: `autorise_par`, or
    who holds back. `dossier`: the order followed in Buridan, whose own rules then say who may act; None for one on paper.

    Raises Refus with what is left. An override that was not needed is not kept as one.
    """
    with _ligne(ligne) as fraiche:
        permis = (
            rules.prend_des_commandes(fraiche, by.annuaire.jour.year) if dossier else rules.peut_reserver(by, fraiche)
        )
        permis.exiger()
        if montant > fraiche.disponible:
            permis = (
                rules.peut_depasser(autorise_par or by)
                if derogation.strip()
                else rules.tient(montant, fraiche.disponible)
            )
            permis.exiger()
        return _retenir(
            fraiche,
            by=by,
            at=at,
            montant=montant,
            reference=reference,
            objet=objet,
            derogation=derogation,
            dossier=dossier,
        )


def _retenir(
    ligne: Any,
    *,
    by: Acteur,
    at: datetime,
    montant: Decimal,
    reference: str,
    objet: str,
    derogation: str,
    dossier: UUID | None,
) -> Reservation:
    depasse = montant > ligne.disponible
    reservation = Reservation.objects.create(
        ligne=ligne, montant=montant, reference=reference.strip(), objet=objet.strip(), dossier=dossier, at=at,
        par_id=by.personne, derogation=derogation.strip() if depasse else "",
    )  # fmt: skip
    contenu = {"reference": reservation.reference, "montant": euros(montant), "reste": euros(ligne.disponible)}
    if depasse:
        contenu["motif"] = reservation.derogation
    _consigner(ligne, "depasser" if depasse else "reserver", contenu, by=by, at=at)
    return reservation


def ajuster(
    reservation: Reservation, *, by: Acteur, at: datetime, montant: Decimal, motif: str, derogation: str = ""
) -> Reservation:
    """Hold another amount for an order followed in Buridan: give back, hold again, in one gesture. What costs less than was
    allowed keeps the override that allowed it; what costs more is asked again.
    """
    assert reservation.dossier is not None
    with transaction.atomic():
        liberer(reservation, by=by, at=at, motif=motif, dossier=reservation.dossier)
        dit: dict[str, Any] = {"by": by, "at": at, "montant": montant, "reference": reservation.reference}
        dit |= {"objet": reservation.objet, "dossier": reservation.dossier}
        if montant > reservation.montant:
            return reserver(reservation.ligne, derogation=derogation, **dit)
        with _ligne(reservation.ligne) as fraiche:
            return _retenir(fraiche, derogation=reservation.derogation, **dit)


def liberer(
    reservation: Reservation, *, by: Acteur, at: datetime, motif: str, dossier: UUID | None = None
) -> Reservation:
    """Give the credits back, with the reason. `dossier`: the order followed in Buridan that gives back its own."""
    with _reservation(reservation) as fraiche:
        sienne = dossier is not None and dossier == fraiche.dossier
        permis = rules.est_tenue(fraiche) if sienne else rules.peut_liberer(by, fraiche)
        permis.exiger()
        fraiche.liberee_le, fraiche.liberee_motif = at, motif.strip()
        fraiche.save(update_fields=["liberee_le", "liberee_motif"])
        contenu = {"reference": fraiche.reference, "montant": euros(fraiche.montant), "motif": fraiche.liberee_motif}
        _consigner(fraiche.ligne, "liberer", contenu, by=by, at=at)
    return fraiche


def engager(reservation: Reservation, *, by: Acteur, at: datetime, numero: str, le: date) -> Reservation:
    """Note that the finance system engaged it on that day: from the next extract on, it is counted there."""
    with _reservation(reservation) as fraiche:
        rules.peut_engager(by, fraiche).exiger()
        rules.date_d_engagement(le, date_legale(at), date_legale(fraiche.at)).exiger()
        fraiche.engagement, fraiche.engage_le = numero.strip(), le
        fraiche.save(update_fields=["engagement", "engage_le"])
        contenu = {"reference": fraiche.reference, "numero": fraiche.engagement, "le": le.isoformat()}
        _consigner(fraiche.ligne, "engager", contenu, by=by, at=at)
    return fraiche


@contextmanager
def _ligne(ligne: LigneBudget) -> Iterator[Any]:
    """The line as it stands under its lock; what the database refuses is undone and raised as a Refus."""
    try:
        with transaction.atomic():
            LigneBudget.objects.select_for_update(no_key=True).get(pk=ligne.pk)
            yield LigneBudget.objects.avec_commande().get(pk=ligne.pk)  # read after the lock: what others committed
    except IntegrityError as erreur:
        raise Refus(phrase(erreur)) from erreur


@contextmanager
def _reservation(reservation: Reservation) -> Iterator[Reservation]:
    with _ligne(reservation.ligne) as ligne:
        fraiche = Reservation.objects.get(pk=reservation.pk)
        fraiche.ligne = ligne
        yield fraiche


def _consigner(ligne: LigneBudget, verbe: str, contenu: dict[str, str], *, by: Acteur, at: datetime) -> None:
    ecrire(chaine_de(ligne), verbe, auteur=by.personne, at=at, contenu={"qui": by.nom, **contenu})
