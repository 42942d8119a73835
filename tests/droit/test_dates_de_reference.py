"""Golden dates, each with its article: computed by hand and cross-checked."""

from datetime import UTC, date, datetime

import pytest
from hypothesis import given
from hypothesis import strategies as st

from buridan.droit.calendrier import CALENDRIER_NATIONAL, Calendrier
from buridan.droit.delais import (
    Delai,
    Unite,
    ajouter,
    date_legale,
    expliquer,
    mois_plus,
    prochain_jour_ouvre,
    retrancher_ouvres,
)
from buridan.droit.demandes import Silence, decision_implicite
from buridan.droit.regles import catalogue

J = date.fromisoformat
L3133 = "code du travail L3133-1"
L231 = "CRPA L231-1, L231-4"

FERIES = [
    ("2026-01-01", "Jour de l'an"), ("2026-04-06", "lundi de Pâques"), ("2026-05-01", "fête du travail"), ("2026-05-08", "victoire"),
    ("2026-05-14", "Ascension"), ("2026-05-25", "lundi de Pentecôte"), ("2026-07-14", "fête nationale"), ("2026-08-15", "Assomption"),
    ("2026-11-01", "Toussaint"), ("2026-11-11", "armistice"), ("2026-12-25", "Noël"), ("2027-03-29", "lundi de Pâques"),
    ("2027-05-06", "Ascension"), ("2027-05-17", "lundi de Pentecôte"), ("2028-04-17", "lundi de Pâques"), ("2028-05-25", "Ascension"),
    ("2028-06-05", "lundi de Pentecôte"),
]  # fmt: skip


@pytest.mark.parametrize(("jour", "nom"), FERIES)
def test_a_public_holiday_is_known(jour: str, nom: str) -> None:
    assert CALENDRIER_NATIONAL.est_ferie(J(jour)), f"{nom} ({L3133})"


@pytest.mark.parametrize("jour", ["2026-04-03", "2026-12-26"])
def test_alsace_moselle_has_two_more(jour: str) -> None:
    assert not CALENDRIER_NATIONAL.est_ferie(J(jour))
    assert Calendrier(alsace_moselle=True).est_ferie(J(jour))


DELAIS = [
    # working days (CRPA R112-11-1 examples, and counters over long week-ends)
    ("2026-04-30", "1 jour ouvré", "2026-05-04", "R112-11-1"), ("2026-05-07", "1 jour ouvré", "2026-05-11", "R112-11-1"),
    ("2026-12-24", "1 jour ouvré", "2026-12-28", "R112-11-1"), ("2026-07-10", "1 jour ouvré", "2026-07-13", "R112-11-1"),
    ("2026-04-30", "10 jours ouvrés", "2026-05-19", "R112-11-1"), ("2026-06-12", "10 jours ouvrés", "2026-06-26", "R112-11-1"),
    ("2026-11-10", "1 jour ouvré", "2026-11-12", L3133), ("2026-11-24", "5 jours ouvrés", "2026-12-01", "usage"),
    ("2026-05-13", "1 jour ouvré", "2026-05-15", L3133), ("2026-12-31", "1 jour ouvré", "2027-01-04", L3133),
    ("2026-05-22", "1 jour ouvrable", "2026-05-23", "usage"), ("2026-05-23", "1 jour ouvrable", "2026-05-26", L3133),
    # clear days (CE 12 July 1955, Mignaloux-Beauvoir)
    ("2026-06-19", "5 jours francs", "2026-06-25", "CGCT L2121-12"), ("2026-06-21", "3 jours francs", "2026-06-25", "CGCT L2121-11"),
    ("2026-06-23", "1 jour franc", "2026-06-25", "CGCT L2121-12"), ("2025-12-30", "5 jours francs", "2026-01-05", "CGCT L2121-12"),
    ("2028-02-26", "5 jours francs", "2028-03-03", "CGCT L2121-12"), ("1989-12-21", "3 jours francs", "1989-12-25", "CE"),
    # calendar days
    ("2026-06-25", "7 jours calendaires", "2026-07-02", "CGCT L2121-25"), ("2026-06-01", "15 jours calendaires", "2026-06-16", "CGCT L2131-2"),
    ("2028-02-28", "1 jour calendaire", "2028-02-29", "leap year"), ("2027-02-28", "1 jour calendaire", "2027-03-01", "common year"),
    # months, de quantième à quantième
    ("2026-01-31", "1 mois", "2026-02-28", "R311-12"), ("2028-01-31", "1 mois", "2028-02-29", "R311-12"),
    ("2026-10-31", "4 mois", "2027-02-28", "quantième"), ("2026-08-31", "1 mois", "2026-09-30", "quantième"),
    ("2026-03-29", "1 mois", "2026-04-29", "over the change to summer time"), ("2026-09-25", "1 mois", "2026-10-25", "winter time"),
]  # fmt: skip


@pytest.mark.parametrize(("depart", "delai", "terme", "article"), DELAIS)
def test_a_delay_ends_on_the_right_day(depart: str, delai: str, terme: str, article: str) -> None:
    assert ajouter(J(depart), Delai.lire(delai)) == J(terme), article


IMPLICITES = [
    ("2026-04-23", "2 mois", "2026-06-23"), ("2026-01-15", "2 mois", "2026-03-15"), ("2025-12-31", "2 mois", "2026-02-28"),
    ("2027-12-29", "2 mois", "2028-02-29"), ("2027-12-30", "2 mois", "2028-02-29"), ("2026-03-02", "2 mois", "2026-05-02"),
    ("2026-08-31", "2 mois", "2026-10-31"), ("2026-11-24", "2 mois", "2027-01-24"), ("2026-06-30", "2 mois", "2026-08-30"),
    ("2026-12-31", "2 mois", "2027-02-28"), ("2026-11-24", "1 mois", "2026-12-24"), ("2026-01-31", "1 mois", "2026-02-28"),
    ("2026-05-31", "4 mois", "2026-09-30"), ("2026-03-20", "2 mois", "2026-05-20"),
]  # fmt: skip


@pytest.mark.parametrize("silence", [Silence.REJET, Silence.ACCEPTATION])
@pytest.mark.parametrize(("recue", "delai", "nee"), IMPLICITES)
def test_the_implicit_decision_is_born_on_the_right_day(recue: str, delai: str, nee: str, silence: Silence) -> None:
    decision = decision_implicite(J(recue), silence, delai=Delai.lire(delai))
    assert decision is not None
    assert decision.date == J(nee), L231
    assert decision.etapes
    assert decision.regle in catalogue()


def test_silence_without_effect_gives_no_decision() -> None:
    assert decision_implicite(J("2026-11-24"), Silence.SANS_EFFET) is None


@pytest.mark.parametrize(
    ("instant", "jour"),
    [
        (datetime(2026, 6, 30, 21, 59, tzinfo=UTC), "2026-06-30"),
        (datetime(2026, 6, 30, 22, 0, tzinfo=UTC), "2026-07-01"),
        (datetime(2026, 12, 31, 22, 59, tzinfo=UTC), "2026-12-31"),
        (datetime(2026, 12, 31, 23, 0, tzinfo=UTC), "2027-01-01"),
    ],
)
def test_the_legal_day_is_that_of_paris(instant: datetime, jour: str) -> None:
    assert date_legale(instant) == J(jour)


def test_an_instant_without_zone_is_refused() -> None:
    with pytest.raises(ValueError, match="fuseau"):
        date_legale(datetime(2026, 6, 30, 22, 0))  # noqa: DTZ001


@given(depart=st.dates(date(2000, 1, 1), date(2100, 1, 1)), n=st.integers(0, 60))
def test_counting_working_days_one_by_one_gives_the_same(depart: date, n: int) -> None:
    jour, reste = depart, n
    while reste:
        jour = date.fromordinal(jour.toordinal() + 1)
        reste -= jour.weekday() < 5 and not CALENDRIER_NATIONAL.est_ferie(jour)
    assert ajouter(depart, Delai(n, Unite.OUVRES)) == jour


@given(depart=st.dates(date(2000, 1, 1), date(2100, 1, 1)), n=st.integers(0, 30))
def test_going_back_then_forward_reaches_the_working_day_again(depart: date, n: int) -> None:
    terme = prochain_jour_ouvre(depart)
    assert ajouter(retrancher_ouvres(terme, n), Delai(n, Unite.OUVRES)) == terme


@given(annee=st.integers(2000, 2100))
def test_easter_monday_agrees_with_an_independent_computation(annee: int) -> None:
    a, b, c = annee % 19, annee // 100, annee % 100
    d, e, f = b // 4, b % 4, (b + 8) // 25
    g, h = (b - f + 1) // 3, 0
    h = (19 * a + b - d - g + 15) % 30
    i, k = c // 4, c % 4
    m = (32 + 2 * e + 2 * i - h - k) % 7
    n = (a + 11 * h + 22 * m) // 451
    mois, jour = divmod(h + m - 7 * n + 114, 31)
    paques = date(annee, mois, jour + 1)
    pentecote = () if 2005 <= annee <= 2007 else (50,)  # worked in those years (loi 2004-626, journée de solidarité)
    for ecart in (1, 39, *pentecote):
        assert CALENDRIER_NATIONAL.est_ferie(date.fromordinal(paques.toordinal() + ecart))


@given(depart=st.dates(date(2000, 1, 1), date(2090, 1, 1)), n=st.integers(0, 24))
def test_months_keep_the_day_or_take_the_last_one(depart: date, n: int) -> None:
    terme = mois_plus(depart, n)
    assert terme.day == depart.day or (terme.day < depart.day and date.fromordinal(terme.toordinal() + 1).day == 1)


@given(st.builds(Delai, st.integers(0, 9999), st.sampled_from(list(Unite))))
def test_a_delay_reads_back_as_itself(delai: Delai) -> None:
    assert Delai.lire(str(delai)) == delai


@pytest.mark.parametrize("faux", ["", "bientôt", "2 semaines", "deux jours", "-1 jour ouvré"])
def test_what_is_not_a_delay_is_refused_with_an_example(faux: str) -> None:
    with pytest.raises(ValueError, match="Écrivez par exemple"):
        Delai.lire(faux)


@given(
    depart=st.dates(date(2020, 1, 1), date(2040, 1, 1)),
    delai=st.builds(Delai, st.integers(1, 30), st.sampled_from(list(Unite))),
)
def test_every_explained_date_cites_a_rule_of_the_catalogue(depart: date, delai: Delai) -> None:
    explication = expliquer(depart, delai)
    assert explication.regle in catalogue()
    assert explication.date == ajouter(depart, delai)
