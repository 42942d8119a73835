"""Credits held back for orders: never more than the line has, unless somebody who may says why."""

from datetime import timedelta
from decimal import Decimal
from typing import Any
from uuid import uuid4

import pytest
from django.db import IntegrityError, transaction
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from buridan.budget.actions.reserver import engager, liberer, reserver
from buridan.budget.models import LigneBudget, Releve, Reservation
from buridan.budget.recit import historique
from buridan.journal import chaine
from buridan.outils.verdict import Refus
from tests.monde import AT, JOUR

from .conftest import CENT, HIER, Budget

pytestmark = pytest.mark.django_db


def prendre(
    budget: Budget, montant: Any = CENT, *, qui: str = "chef_voirie", reference: str = "BC-1", **champs: Any
) -> Any:
    return reserver(
        budget.ligne(), by=budget.par(qui), at=AT, montant=Decimal(montant), reference=reference, objet="Enrobés du Nord",
        **champs,
    )  # fmt: skip


def test_what_is_reserved_is_ordered_and_no_longer_available(budget: Budget) -> None:
    prendre(budget, "400.50")
    ligne = budget.ligne()
    assert (ligne.commande, ligne.disponible) == (Decimal("400.50"), Decimal("599.50"))
    (dite,) = historique(ligne)
    assert dite["quoi"] == "a réservé 400,50 € pour le bon BC-1 ; il restait 1 000,00 €".replace(
        " €", "\u00a0€"
    ).replace("1 000", "1\u202f000")
    assert list(chaine.verifier()) == []


def test_the_last_cent_may_be_reserved_and_not_one_more(budget: Budget) -> None:
    prendre(budget, "999.99")
    with pytest.raises(Refus, match=r"Il reste 0,01.*0,01 € de trop".replace(" €", ".€")):
        prendre(budget, "0.02", reference="BC-2")
    prendre(budget, "0.01", reference="BC-3")
    assert budget.ligne().disponible == 0


def test_a_line_that_is_used_up_or_overspent_says_so(budget: Budget) -> None:
    prendre(budget, "1000")
    with pytest.raises(Refus, match="sont épuisés"):
        prendre(budget, "1", reference="BC-2")
    prendre(budget, "2", qui="dgs", reference="BC-3", derogation="Tempête.")
    with pytest.raises(Refus, match="déjà dépassés de 2,00"):
        prendre(budget, "1", reference="BC-4")


def test_what_the_finance_system_engaged_is_not_available(budget: Budget) -> None:
    budget.appliquer("L1;Enrobé;VOI;F;011;1 000,00;;950;")
    with pytest.raises(Refus, match="Il reste 50"):
        prendre(budget, "50.01")
    assert not Reservation.objects.filter(ligne=budget.ligne()).exists()


def test_an_order_over_the_credits_needs_somebody_who_may_and_a_reason(budget: Budget) -> None:
    with pytest.raises(Refus, match="ne pouvez pas autoriser un dépassement"):
        prendre(budget, "1000.01", derogation="Il le faut bien.")
    with pytest.raises(Refus, match="Il reste"):
        prendre(budget, "1000.01", qui="dgs", derogation="   ")
    prendre(budget, "1000.01", qui="dgs", derogation="Tempête : la rue est coupée.")
    assert budget.ligne().disponible == Decimal("-0.01")
    (dite,) = historique(budget.ligne())
    assert "dépasser" in dite["quoi"] and "Tempête" in dite["quoi"]


def test_an_override_that_was_not_needed_is_not_kept_as_one(budget: Budget) -> None:
    assert prendre(budget, "10", qui="dgs", derogation="Au cas où.").derogation == ""


@pytest.mark.parametrize(
    ("qui", "permis"),
    [("chef_voirie", True), ("dga", True), ("etranger", True), ("agent1", False), ("chef_proprete", False)],
)
def test_the_head_of_the_service_those_above_and_the_finances_reserve(budget: Budget, qui: str, permis: bool) -> None:
    if permis:
        prendre(budget, qui=qui)
    else:
        with pytest.raises(Refus, match="Seuls le responsable"):
            prendre(budget, qui=qui)


def test_an_order_followed_here_holds_its_credits_by_its_own_rules(budget: Budget) -> None:
    """Who signs it is the order's affair; the line's limit, its year and the override are not."""
    commande, autre = uuid4(), uuid4()
    bon = prendre(budget, "300", qui="agent1", dossier=commande)
    with pytest.raises(Refus, match="Il reste 700"):
        prendre(budget, "800", qui="agent1", reference="BC-2", dossier=commande)
    with pytest.raises(Refus, match="annulez la commande"):
        liberer(bon, by=budget.par("chef_voirie"), at=AT, motif="Non.")
    with pytest.raises(Refus, match="annulez la commande"):
        liberer(bon, by=budget.par("chef_voirie"), at=AT, motif="Non.", dossier=autre)
    liberer(bon, by=budget.par("agent1"), at=AT, motif="Commande refusée.", dossier=commande)
    assert budget.ligne().disponible == 1000


def test_the_same_order_is_not_reserved_twice_on_a_line(budget: Budget) -> None:
    prendre(budget)
    with pytest.raises(Refus, match="déjà réservés sur cette ligne"):
        prendre(budget)
    liberer(Reservation.objects.get(), by=budget.par("chef_voirie"), at=AT, motif="Erreur de saisie.")
    prendre(budget)
    assert budget.ligne().commande == CENT


def test_credits_given_back_are_available_again_once(budget: Budget) -> None:
    bon = prendre(budget)
    liberer(bon, by=budget.par("chef_voirie"), at=AT, motif="Le fournisseur a fermé.")
    assert budget.ligne().disponible == 1000
    with pytest.raises(Refus, match="déjà rendus"):
        liberer(bon, by=budget.par("chef_voirie"), at=AT, motif="Encore.")


def test_an_engaged_order_leaves_ordered_when_a_later_extract_holds_it(budget: Budget) -> None:
    """Never counted less than once: on the day itself the extract may or may not hold it."""
    bon = prendre(budget)
    engager(bon, by=budget.par("etranger"), at=AT, numero="2026-0042", le=JOUR)
    assert budget.ligne().commande == CENT
    lendemain = AT + timedelta(days=1)
    budget.appliquer("L1;Enrobé;VOI;F;011;1 000,00;;100;", at=lendemain, extrait_le=JOUR + timedelta(days=1))
    ligne = budget.ligne()
    assert (ligne.engage, ligne.commande, ligne.disponible) == (CENT, 0, 900)
    with pytest.raises(Refus, match="engagée au logiciel financier"):
        liberer(bon, by=budget.par("chef_voirie"), at=AT, motif="Annulée.")
    with pytest.raises(Refus, match="déjà noté"):
        engager(bon, by=budget.par("etranger"), at=AT, numero="2", le=JOUR)


def test_an_engagement_is_noted_by_the_finances_between_the_order_and_today(budget: Budget) -> None:
    bon = prendre(budget)
    with pytest.raises(Refus, match="Seule la direction des finances"):
        engager(bon, by=budget.par("chef_voirie"), at=AT, numero="1", le=JOUR)
    for jour, raison in ((HIER, "vient après"), (JOUR + timedelta(days=1), "dans l'avenir")):
        with pytest.raises(Refus, match=raison):
            engager(bon, by=budget.par("etranger"), at=AT, numero="1", le=jour)


def test_a_line_that_left_the_file_takes_no_more_orders(budget: Budget) -> None:
    budget.appliquer("L2;Autre;PRO;F;011;5;;;")
    ligne = budget.ligne()
    assert ligne.fermee and ligne.credits == 0
    with pytest.raises(Refus, match="n'est plus au budget"):
        prendre(budget)


def test_another_years_line_takes_no_order(budget: Budget) -> None:
    LigneBudget.objects.filter(code="L1").update(exercice=2025)
    budget.annee = 2025
    with pytest.raises(Refus, match="L'exercice 2025 n'est pas celui de cette année"):
        prendre(budget)


# --- whatever writes ---------------------------------------------------------------------------------------------------


def _brute(ligne: Any, montant: str, derogation: str = "") -> None:
    Reservation.objects.create(
        ligne=ligne, montant=montant, reference=f"B{montant}", objet="x", at=AT, derogation=derogation
    )


def test_the_database_refuses_what_goes_round_the_action(budget: Budget) -> None:
    ligne = budget.ligne()
    _brute(ligne, "900")
    for faire, phrase in (
        (lambda: _brute(ligne, "100.01"), "il reste 100,00 €"),
        (lambda: _brute(ligne, "100.01", "  "), "il reste 100,00 €"),
        (lambda: Reservation.objects.update(montant=1), "ne change pas"),
        (lambda: Reservation.objects.update(disponible_avant=10**6), "ne change pas"),
        (lambda: Reservation.objects.all().delete(), "ne se supprime pas"),
        (lambda: Releve.objects.update(credits=10**6), "ne change plus"),
    ):
        with pytest.raises(IntegrityError, match=phrase), transaction.atomic():
            faire()
    Reservation.objects.update(liberee_le=AT, liberee_motif="Fin.")
    with pytest.raises(IntegrityError, match="pour de bon"), transaction.atomic():
        Reservation.objects.update(liberee_le=None, liberee_motif="")
    LigneBudget.objects.update(fermee=True)
    with pytest.raises(IntegrityError, match="n'est plus au budget"), transaction.atomic():
        _brute(ligne, "1")


# --- any timeline ------------------------------------------------------------------------------------------------------

MONTANTS = st.integers(1, 60_000).map(lambda c: Decimal(c) / 100)
GESTES = st.one_of(
    st.tuples(st.just("reserver"), MONTANTS),
    st.tuples(st.just("depasser"), MONTANTS),
    st.tuples(st.just("liberer"), st.integers(0, 9)),
    st.tuples(st.just("engager"), st.integers(0, 9)),
    st.tuples(st.just("importer"), st.tuples(st.integers(0, 2000), st.booleans())),
)


@settings(max_examples=60, suppress_health_check=[HealthCheck.function_scoped_fixture, HealthCheck.too_slow])
@given(st.lists(GESTES, max_size=14))
def test_in_any_timeline_no_order_without_override_exceeds_what_was_left(budget: Budget, gestes: list[Any]) -> None:
    """A model beside: what is available is credits less engaged less ordered, and only an override makes it negative."""
    with transaction.atomic():
        modele = _Modele(budget)
        for quoi, combien in gestes:
            getattr(modele, quoi)(combien)
            modele.comparer()
        transaction.set_rollback(True)


class _Modele:
    """The line as it should be. Each gesture is one day after the one before; an import holds what was engaged before it."""

    def __init__(self, budget: Budget) -> None:
        self.budget, self.at = budget, AT
        self.credits, self.engage = Decimal(1000), Decimal(0)
        self.bons: list[dict[str, Any]] = []

    @property
    def disponible(self) -> Decimal:
        return self.credits - self.engage - sum(b["montant"] for b in self.bons if b["tenu"])

    def _avancer(self) -> None:
        self.at += timedelta(days=1)

    def _reserver(self, montant: Decimal, qui: str, derogation: str) -> None:
        self._avancer()
        attendu = montant <= self.disponible or bool(derogation)
        try:
            bon = reserver(
                self.budget.ligne(), by=self.budget.par(qui, self.at), at=self.at, montant=montant, reference=f"B{len(self.bons)}",
                objet="x", derogation=derogation,
            )  # fmt: skip
        except Refus:
            assert not attendu
            return
        assert attendu and (bon.derogation != "") == (montant > self.disponible)
        self.bons.append({"bon": bon, "montant": montant, "tenu": True, "engage": False, "vivant": True})

    def reserver(self, montant: Decimal) -> None:
        self._reserver(montant, "chef_voirie", "")

    def depasser(self, montant: Decimal) -> None:
        self._reserver(montant, "dgs", "Urgence.")

    def liberer(self, n: int) -> None:
        self._avancer()
        for b in self.bons[n : n + 1]:
            try:
                liberer(b["bon"], by=self.budget.par("chef_voirie", self.at), at=self.at, motif="Annulée.")
            except Refus:
                assert b["engage"] or not b["vivant"]
            else:
                assert b["vivant"] and not b["engage"]
                b["tenu"] = b["vivant"] = False

    def engager(self, n: int) -> None:
        self._avancer()
        for b in self.bons[n : n + 1]:
            if b["vivant"] and not b["engage"]:
                engager(b["bon"], by=self.budget.par("etranger", self.at), at=self.at, numero="1", le=self.at.date())
                b["engage"] = True

    def importer(self, quoi: tuple[int, bool]) -> None:
        self._avancer()
        self.credits = Decimal(quoi[0])
        self.engage = sum((b["montant"] for b in self.bons if b["engage"]), Decimal(0))
        self.budget.appliquer(
            f"L1;Enrobé;VOI;F;011;{quoi[0]};;{str(self.engage).replace('.', ',')};",
            at=self.at,
            extrait_le=self.at.date(),
        )
        for b in self.bons:
            b["tenu"] = b["tenu"] and not b["engage"]

    def comparer(self) -> None:
        ligne = self.budget.ligne()
        assert ligne.disponible == self.disponible
        for b in Reservation.objects.filter(ligne=ligne):
            assert b.montant <= b.disponible_avant or b.derogation
