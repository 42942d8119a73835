"""Eight orders at once on real connections: the line is never exceeded."""

from decimal import Decimal
from typing import Any

import pytest
from django.db import IntegrityError, connection

from buridan.budget.actions.importer import abandonner_import, appliquer_import
from buridan.budget.actions.reserver import engager, liberer, reserver
from buridan.budget.models import LigneBudget, Reservation
from buridan.budget.recit import chaine_de
from buridan.journal import chaine
from buridan.organisation import annuaire
from buridan.outils.verdict import Refus
from tests.dossiers.test_courses import course
from tests.monde import AT, JOUR, Monde

from .conftest import CENT, Budget, habiliter


@pytest.fixture
def reel(monde_reel: Monde) -> Budget:
    """A line committed for real beside the preset's, without an import of its year."""
    habiliter(monde_reel)
    with connection.cursor() as curseur:
        curseur.execute("UPDATE organisation_revision SET numero = numero + 1")
    annuaire._memoire.clear()
    LigneBudget.objects.create(
        exercice=JOUR.year, code="L1", libelle="Enrobé", service_id=monde_reel.entites["voirie"], section="fonctionnement",
        credits=1000, extrait_le=JOUR,
    )  # fmt: skip
    return Budget(monde_reel)


def test_eight_orders_at_once_never_exceed_the_line(reel: Budget) -> None:
    """Three of 300 € fit in 1 000 €, whatever the order; each of the others is told what is left."""
    by, ligne = reel.par("chef_voirie"), reel.ligne()

    def commander(n: int) -> Any:
        return lambda: reserver(ligne, by=by, at=AT, montant=Decimal(300), reference=f"BC-{n}", objet="x")

    resultats = course(*[commander(n) for n in range(8)])
    assert sum(isinstance(r, Reservation) for r in resultats) == 3, resultats
    assert {r.raison.replace("\u00a0", " ")[:19] for r in resultats if isinstance(r, Refus)} == {"Il reste 100,00 € s"}
    assert (reel.ligne().commande, reel.ligne().disponible) == (900, 100)
    assert chaine.lire_tete(chaine_de(ligne))[0] == 3


def test_eight_plain_inserts_at_once_never_exceed_the_line(reel: Budget) -> None:
    """The database alone, without the action's lock."""
    ligne = reel.ligne()

    def inserer(n: int) -> Any:
        return lambda: Reservation.objects.create(ligne=ligne, montant=300, reference=f"B{n}", objet="x", at=AT)

    resultats = course(*[inserer(n) for n in range(8)])
    assert sum(isinstance(r, IntegrityError) for r in resultats) == 5, resultats
    assert reel.ligne().commande == 900


def test_eight_clicks_on_one_order_reserve_once(reel: Budget) -> None:
    by, ligne = reel.par("chef_voirie"), reel.ligne()
    resultats = course(*[lambda: reserver(ligne, by=by, at=AT, montant=CENT, reference="BC-1", objet="x")] * 8)
    assert sum(isinstance(r, Refus) for r in resultats) == 7, resultats
    assert reel.ligne().commande == CENT


def test_eight_clicks_give_the_credits_back_once(reel: Budget) -> None:
    by = reel.par("chef_voirie")
    bon = reserver(reel.ligne(), by=by, at=AT, montant=CENT, reference="BC-1", objet="x")
    resultats = course(*[lambda: liberer(bon, by=by, at=AT, motif="Annulée.")] * 8)
    assert sum(isinstance(r, Refus) for r in resultats) == 7, resultats
    assert chaine.lire_tete(chaine_de(reel.ligne()))[0] == 2


def test_orders_and_an_import_at_once_leave_no_order_over_what_was_left(reel: Budget) -> None:
    """The credits go from 1 000 € to 500 € while eight orders of 300 € come: one to three fit, each in what it saw."""
    LigneBudget.objects.filter(code="L1").update(exercice=2031)
    reel.annee = 2031
    ligne, par = reel.ligne(), reel.par("etranger")
    origine = reel.preparer("L1;Enrobé;VOI;F;011;500;;;")

    def inserer(n: int) -> Any:
        return lambda: Reservation.objects.create(ligne=ligne, montant=300, reference=f"B{n}", objet="x", at=AT)

    importer, *bons = course(lambda: appliquer_import(origine, by=par, at=AT), *[inserer(n) for n in range(8)])
    assert not isinstance(importer, Exception), importer
    faits = [b for b in bons if isinstance(b, Reservation)]
    assert 1 <= len(faits) <= 3 and all(isinstance(b, Reservation | IntegrityError) for b in bons), bons
    assert all(b.montant <= b.disponible_avant for b in Reservation.objects.filter(ligne=ligne))
    assert (reel.ligne().credits, reel.ligne().commande) == (500, 300 * len(faits))


def test_eight_clicks_apply_a_file_once(reel: Budget) -> None:
    reel.annee, par = 2031, reel.par("etranger")
    origine = reel.preparer("L2;Enrobé;VOI;F;011;500;;;")
    resultats = course(*[lambda: appliquer_import(origine, by=par, at=AT)] * 8)
    assert sum(isinstance(r, Refus) for r in resultats) == 7, resultats
    assert chaine.lire_tete(origine.uuid)[0] == 1
    assert reel.ligne("L2").releves.count() == 1


def test_eight_clicks_note_one_engagement(reel: Budget) -> None:
    by = reel.par("etranger")
    bon = reserver(reel.ligne(), by=reel.par("chef_voirie"), at=AT, montant=CENT, reference="BC-1", objet="x")
    resultats = course(*[lambda: engager(bon, by=by, at=AT, numero="E-1", le=JOUR)] * 8)
    assert sum(isinstance(r, Refus) for r in resultats) == 7, resultats
    assert chaine.lire_tete(chaine_de(reel.ligne()))[0] == 2


def test_eight_clicks_drop_a_file_once_and_then_it_is_not_applied(reel: Budget) -> None:
    reel.annee, par = 2031, reel.par("etranger")
    origine = reel.preparer("L2;Enrobé;VOI;F;011;500;;;")
    resultats = course(
        *[lambda: abandonner_import(origine, by=par, at=AT)] * 4,
        *[lambda: appliquer_import(origine, by=par, at=AT)] * 4,
    )
    assert sum(isinstance(r, Refus) for r in resultats) == 7, resultats
    assert chaine.lire_tete(origine.uuid)[0] == 1
