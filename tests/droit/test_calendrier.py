"""Public holidays, working days, closing days, and the words for a date."""

from datetime import UTC, date, datetime

import pytest

from buridan.droit.calendrier import CALENDRIER_NATIONAL, DERNIERE_ANNEE, PREMIERE_ANNEE, Calendrier, en_lettres
from tests.droit import modele

J = date.fromisoformat
ALSACE = Calendrier(alsace_moselle=True)
PONT = J("2026-05-15")
AVEC_PONT = Calendrier(fermetures=frozenset({PONT}))


@pytest.mark.parametrize("alsace_moselle", [False, True])
@pytest.mark.parametrize("annee", range(2000, 2101))
def test_the_holidays_of_a_year_equal_an_independent_computation(annee: int, alsace_moselle: bool) -> None:
    calendrier = Calendrier(alsace_moselle=alsace_moselle)
    jours = [date.fromordinal(n) for n in range(date(annee, 1, 1).toordinal(), date(annee, 12, 31).toordinal() + 1)]
    assert {jour for jour in jours if calendrier.est_ferie(jour)} == modele.feries(annee, alsace_moselle)


@pytest.mark.parametrize(
    ("jour", "nom"),
    [
        ("2026-05-01", "Fête du Travail"),
        ("2026-05-14", "Ascension"),
        ("2026-12-25", "Noël"),
        ("2008-05-01", "Ascension et Fête du Travail"),
        ("2026-05-15", None),
    ],
)
def test_a_holiday_has_its_french_name(jour: str, nom: str | None) -> None:
    assert CALENDRIER_NATIONAL.nom_ferie(J(jour)) == nom


def test_alsace_names_its_own_holidays() -> None:
    assert ALSACE.nom_ferie(J("2026-04-03")) == "Vendredi saint"
    assert ALSACE.nom_ferie(J("2028-12-26")) == "Saint-Étienne"


@pytest.mark.parametrize(
    ("jour", "ouvre", "ouvrable"),
    [
        ("2026-06-12", True, True),
        ("2026-06-13", False, True),
        ("2026-06-14", False, False),
        ("2026-05-01", False, False),
        ("2026-08-15", False, False),
        ("2028-02-29", True, True),
    ],
)
def test_saturday_is_ouvrable_but_not_ouvre(jour: str, ouvre: bool, ouvrable: bool) -> None:
    assert CALENDRIER_NATIONAL.est_ouvre(J(jour)) is ouvre
    assert CALENDRIER_NATIONAL.est_ouvrable(J(jour)) is ouvrable


def test_a_closing_day_of_the_town_is_not_worked_but_is_no_holiday() -> None:
    assert not AVEC_PONT.est_ouvre(PONT)
    assert AVEC_PONT.est_ouvrable(PONT)
    assert not AVEC_PONT.est_ferie(PONT)
    assert AVEC_PONT.sans_fermetures().est_ouvre(PONT)


def test_removing_the_closing_days_keeps_the_region() -> None:
    calendrier = Calendrier(alsace_moselle=True, fermetures=frozenset({PONT}))
    assert calendrier.sans_fermetures() == ALSACE


@pytest.mark.parametrize("annee", [PREMIERE_ANNEE - 1, DERNIERE_ANNEE + 1])
def test_a_year_without_known_holidays_is_refused_rather_than_guessed(annee: int) -> None:
    with pytest.raises(ValueError, match="ne sont connus que de 1900 à 2100"):
        CALENDRIER_NATIONAL.est_ferie(date(annee, 1, 1))


def test_an_instant_is_refused_where_a_day_is_expected() -> None:
    noel = datetime(2026, 12, 25, 10, tzinfo=UTC)
    with pytest.raises(TypeError, match="date_legale"):
        CALENDRIER_NATIONAL.est_ouvre(noel)
    with pytest.raises(TypeError, match="date_legale"):
        CALENDRIER_NATIONAL.nom_ferie(noel)


def test_a_date_is_written_as_people_read_it() -> None:
    assert en_lettres(J("2026-05-01")) == "vendredi 1er mai 2026"
    assert en_lettres(J("2027-08-22")) == "dimanche 22 août 2027"
