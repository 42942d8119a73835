"""Delays: reading, writing, counting and explaining."""

from datetime import UTC, date, datetime, timedelta, timezone

import pytest
from hypothesis import given
from hypothesis import strategies as st

from buridan.droit.calendrier import Calendrier
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
from tests.droit import modele

J = date.fromisoformat
UN_JOUR = timedelta(days=1)
PONT = Calendrier(fermetures=frozenset({J("2026-05-15")}))
ALSACE = Calendrier(alsace_moselle=True)
JOURS = st.dates(date(2000, 1, 1), date(2095, 12, 31))
DELAIS = st.builds(Delai, st.integers(0, 40), st.sampled_from(Unite))

MODELE = {
    Unite.OUVRES: lambda depart, n: modele.compter(depart, n, modele.ouvre),
    Unite.OUVRABLES: lambda depart, n: modele.compter(depart, n, modele.ouvrable),
    Unite.CALENDAIRES: lambda depart, n: modele.compter(depart, n, lambda jour: True),
    Unite.FRANCS: lambda depart, n: modele.compter(depart, n, lambda jour: True) + UN_JOUR,
    Unite.MOIS: modele.mois,
}


@pytest.mark.parametrize(
    ("ecrit", "delai"),
    [
        ("2 jours ouvrés", Delai(2, Unite.OUVRES)),
        ("2 JOURS OUVRES", Delai(2, Unite.OUVRES)),
        ("  1 jour   ouvre ", Delai(1, Unite.OUVRES)),
        ("1 jours ouvrés", Delai(1, Unite.OUVRES)),
        ("2 jours ouvre\u0301s", Delai(2, Unite.OUVRES)),
        ("2\u00a0jours\u202fouvrés", Delai(2, Unite.OUVRES)),
        ("3 j ouvrables", Delai(3, Unite.OUVRABLES)),
        ("7 jour calendaire", Delai(7, Unite.CALENDAIRES)),
        ("5 jours francs", Delai(5, Unite.FRANCS)),
        ("1mois", Delai(1, Unite.MOIS)),
    ],
)
def test_a_delay_is_read_however_it_is_typed(ecrit: str, delai: Delai) -> None:
    assert Delai.lire(ecrit) == delai


@pytest.mark.parametrize(
    ("delai", "ecrit"),
    [
        (Delai(0, Unite.OUVRES), "0 jour ouvré"),
        (Delai(1, Unite.OUVRES), "1 jour ouvré"),
        (Delai(2, Unite.OUVRES), "2 jours ouvrés"),
        (Delai(10, Unite.OUVRABLES), "10 jours ouvrables"),
        (Delai(1, Unite.CALENDAIRES), "1 jour calendaire"),
        (Delai(5, Unite.FRANCS), "5 jours francs"),
        (Delai(1, Unite.MOIS), "1 mois"),
        (Delai(2, Unite.MOIS), "2 mois"),
    ],
)
def test_a_delay_is_written_in_plain_french(delai: Delai, ecrit: str) -> None:
    assert str(delai) == ecrit


@pytest.mark.parametrize(
    "texte", ["10 jours", "jours ouvrés", "10000 mois", "1.5 mois", "2 jours ouvrés francs", "٢ mois"]
)
def test_an_ambiguous_delay_is_refused_with_its_own_words(texte: str) -> None:
    with pytest.raises(ValueError, match=f"« {texte} » n'est pas un délai"):
        Delai.lire(texte)


@pytest.mark.parametrize("valeur", [-1, 10_000])
def test_a_delay_out_of_bounds_cannot_exist(valeur: int) -> None:
    with pytest.raises(ValueError, match="de 0 à 9999"):
        Delai(valeur, Unite.MOIS)


@given(JOURS, DELAIS)
def test_counting_day_by_day_gives_the_same_date(depart: date, delai: Delai) -> None:
    assert ajouter(depart, delai) == MODELE[delai.unite](depart, delai.valeur)


@given(JOURS, DELAIS)
def test_starting_later_never_ends_earlier(depart: date, delai: Delai) -> None:
    assert ajouter(depart, delai) <= ajouter(depart + UN_JOUR, delai)


@given(JOURS, DELAIS)
def test_a_longer_delay_ends_later(depart: date, delai: Delai) -> None:
    assert ajouter(depart, delai) < ajouter(depart, Delai(delai.valeur + 1, delai.unite))


@given(JOURS, st.integers(1, 60))
def test_a_reminder_falls_on_a_worked_day_before_the_term(terme: date, jours: int) -> None:
    rappel = retrancher_ouvres(terme, jours)
    assert modele.ouvre(rappel)
    entre = (date.fromordinal(n) for n in range(rappel.toordinal(), terme.toordinal()))
    assert sum(modele.ouvre(jour) for jour in entre) == jours


@pytest.mark.parametrize(
    ("terme", "jours", "rappel"),
    [
        ("2026-05-19", 10, "2026-04-30"),
        ("2026-11-12", 1, "2026-11-10"),
        ("2027-01-04", 1, "2026-12-31"),
        ("2026-06-14", 1, "2026-06-12"),
        ("2026-06-14", 0, "2026-06-14"),
    ],
)
def test_a_reminder_counts_worked_days_backwards(terme: str, jours: int, rappel: str) -> None:
    assert retrancher_ouvres(J(terme), jours) == J(rappel)


def test_a_reminder_cannot_be_after_the_term() -> None:
    with pytest.raises(ValueError, match="négatif"):
        retrancher_ouvres(J("2026-06-14"), -1)


@pytest.mark.parametrize(
    ("depart", "mois", "terme"),
    [
        ("2024-02-29", 12, "2025-02-28"),
        ("2024-02-29", 48, "2028-02-29"),
        ("2026-01-31", 1, "2026-02-28"),
        ("2026-12-31", 2, "2027-02-28"),
        ("2026-03-31", -1, "2026-02-28"),
        ("2026-01-15", -13, "2024-12-15"),
    ],
)
def test_months_go_from_day_number_to_day_number(depart: str, mois: int, terme: str) -> None:
    assert mois_plus(J(depart), mois) == J(terme)


def test_the_next_worked_day_may_be_the_day_itself() -> None:
    assert prochain_jour_ouvre(J("2026-05-15")) == J("2026-05-15")
    assert prochain_jour_ouvre(J("2026-05-14"), PONT) == J("2026-05-18")
    assert prochain_jour_ouvre(J("2026-12-25"), ALSACE) == J("2026-12-28")
    assert prochain_jour_ouvre(J("2028-12-25"), ALSACE) == J("2028-12-27")


def test_the_closing_days_of_the_town_lengthen_worked_days_only() -> None:
    assert ajouter(J("2026-05-13"), Delai(1, Unite.OUVRES), PONT) == J("2026-05-18")
    assert ajouter(J("2026-05-13"), Delai(1, Unite.OUVRABLES), PONT) == J("2026-05-15")


@pytest.mark.parametrize("unite", list(Unite))
def test_no_delay_starts_from_an_instant(unite: Unite) -> None:
    with pytest.raises(TypeError, match="date_legale"):
        ajouter(datetime(2026, 3, 29, 23, tzinfo=UTC), Delai(1, unite))


@pytest.mark.parametrize(
    ("instant", "jour"),
    [
        # the night of the change to summer time (29 March 2026) and to winter time (25 October 2026)
        ("2026-03-28T22:59:59+00:00", "2026-03-28"),
        ("2026-03-28T23:00:00+00:00", "2026-03-29"),
        ("2026-03-29T21:59:59+00:00", "2026-03-29"),
        ("2026-03-29T22:00:00+00:00", "2026-03-30"),
        ("2026-10-24T21:59:59+00:00", "2026-10-24"),
        ("2026-10-24T22:00:00+00:00", "2026-10-25"),
        ("2026-10-25T22:59:59+00:00", "2026-10-25"),
        ("2026-10-25T23:00:00+00:00", "2026-10-26"),
        ("2028-02-28T23:30:00+00:00", "2028-02-29"),
    ],
)
def test_the_legal_day_changes_at_midnight_in_paris_in_summer_and_winter(instant: str, jour: str) -> None:
    assert date_legale(datetime.fromisoformat(instant)) == J(jour)


@given(st.datetimes(datetime(2000, 1, 1), datetime(2090, 1, 1), timezones=st.just(UTC)), st.integers(-12, 14))  # noqa: DTZ001
def test_the_legal_day_does_not_depend_on_the_zone_of_the_instant(instant: datetime, heures: int) -> None:
    assert date_legale(instant) == date_legale(instant.astimezone(timezone(timedelta(hours=heures))))


def test_an_explained_delay_names_the_days_set_aside() -> None:
    expliquee = expliquer(J("2026-05-13"), Delai(1, Unite.OUVRES), PONT)
    assert expliquee.date == J("2026-05-18")
    assert expliquee.regle == "delai.ouvres"
    assert expliquee.etapes == (
        "Point de départ : mercredi 13 mai 2026.",
        "Délai de 1 jour ouvré : on compte du lundi au vendredi, hors jours fériés et fermetures, à partir du lendemain.",
        "Jours écartés : jeudi 14 mai 2026 (Ascension), vendredi 15 mai 2026 (fermeture de la mairie).",
        "Terme : lundi 18 mai 2026.",
    )


def test_an_explained_month_says_when_the_day_number_is_missing() -> None:
    etapes = expliquer(J("2025-12-31"), Delai(2, Unite.MOIS)).etapes
    assert "Le mois d'arrivée n'a pas de 31 : on retient son dernier jour." in etapes
    assert etapes[-1] == "Terme : samedi 28 février 2026."


@given(JOURS, DELAIS)
def test_an_explanation_begins_with_the_start_and_ends_with_the_term(depart: date, delai: Delai) -> None:
    expliquee = expliquer(depart, delai)
    assert expliquee.date == ajouter(depart, delai)
    assert expliquee.etapes[0].startswith("Point de départ : ")
    assert expliquee.etapes[-1].startswith("Terme : ")
    assert all(etape.endswith(".") for etape in expliquee.etapes)
