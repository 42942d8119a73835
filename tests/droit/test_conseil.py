"""The council's dates: convocation, quorum, publicity, force."""

from datetime import date, timedelta
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from buridan.droit import conseil
from tests.droit import modele

J = date.fromisoformat
JOURS = st.dates(date(2000, 1, 1), date(2095, 12, 31))


@pytest.mark.parametrize(
    ("seance", "habitants", "urgence", "limite", "article"),
    [
        ("2026-06-25", 25_000, False, "2026-06-19", "L2121-12"),
        ("2026-06-25", 1_200, False, "2026-06-21", "L2121-11"),
        ("2026-06-25", 25_000, True, "2026-06-23", "L2121-12"),
        ("2026-06-25", 1_200, True, "2026-06-23", "L2121-11"),
        ("2026-06-25", 3_500, False, "2026-06-19", "L2121-12"),
        ("2026-06-25", 3_499, False, "2026-06-21", "L2121-11"),
        ("2026-01-05", 25_000, False, "2025-12-30", "L2121-12"),
        ("2028-03-03", 25_000, False, "2028-02-26", "L2121-12"),
        ("2027-03-03", 25_000, False, "2027-02-25", "L2121-12"),
        ("1989-12-26", 1_200, False, "1989-12-22", "L2121-11"),
        ("2026-03-31", 25_000, False, "2026-03-25", "L2121-12"),
    ],
)
def test_the_convocation_leaves_in_time(seance: str, habitants: int, urgence: bool, limite: str, article: str) -> None:
    expliquee = conseil.limite_envoi_convocation(J(seance), habitants, urgence)
    assert expliquee.date == J(limite)
    assert article in expliquee.article


@given(JOURS, st.sampled_from([(100, False, 3), (9_000, False, 5), (100, True, 1), (9_000, True, 1)]))
def test_enough_whole_days_lie_between_sending_and_meeting(seance: date, cas: tuple[int, bool, int]) -> None:
    habitants, urgence, francs = cas
    assert conseil.limite_envoi_convocation(seance, habitants, urgence).date == modele.envoi(seance, francs)


def test_the_urgency_reminds_what_the_mayor_owes_the_council() -> None:
    etapes = conseil.limite_envoi_convocation(J("2026-06-25"), 9_000, urgence=True).etapes
    assert etapes[1] == "Urgence : le délai est abrégé, sans pouvoir être inférieur à 1 jour franc."
    assert "rend compte de l'urgence" in etapes[-1]


def test_a_town_cannot_have_a_negative_population() -> None:
    with pytest.raises(ValueError, match="habitants"):
        conseil.limite_envoi_convocation(J("2026-06-25"), -1)


@pytest.mark.parametrize(
    ("en_exercice", "presents"),
    [(7, 4), (11, 6), (15, 8), (19, 10), (23, 12), (27, 14), (29, 15), (33, 17), (35, 18), (43, 22), (10, 6), (1, 1)],
)
def test_the_quorum_is_more_than_half_of_those_in_office(en_exercice: int, presents: int) -> None:
    """CGCT L2121-17."""
    assert conseil.quorum(en_exercice) == presents


@given(st.integers(1, 200))
def test_one_present_less_than_the_quorum_is_not_a_majority(en_exercice: int) -> None:
    presents = conseil.quorum(en_exercice)
    assert 2 * presents > en_exercice >= 2 * (presents - 1)


def test_a_council_without_members_has_no_quorum() -> None:
    with pytest.raises(ValueError, match="au moins un membre"):
        conseil.quorum(0)


@pytest.mark.parametrize(
    ("fonction", "depart", "terme", "article"),
    [
        (conseil.seconde_seance_au_plus_tot, "2026-06-22", "2026-06-26", "L2121-17"),
        (conseil.seconde_seance_au_plus_tot, "2028-02-26", "2028-03-01", "L2121-17"),
        (conseil.liste_deliberations_au_plus_tard, "2026-06-25", "2026-07-02", "L2121-25"),
        (conseil.liste_deliberations_au_plus_tard, "2026-12-28", "2027-01-04", "L2121-25"),
        (conseil.proces_verbal_au_plus_tard, "2026-09-24", "2026-10-01", "L2121-15"),
        (conseil.transmission_au_plus_tard, "2026-06-01", "2026-06-16", "L2131-2"),
        (conseil.transmission_au_plus_tard, "2028-02-20", "2028-03-06", "L2131-2"),
    ],
)
def test_the_council_s_other_terms_fall_on_the_right_day(fonction: Any, depart: str, terme: str, article: str) -> None:
    expliquee = fonction(J(depart))
    assert expliquee.date == J(terme)
    assert article in expliquee.article


@pytest.mark.parametrize(
    ("publication", "transmission", "jour"),
    [
        ("2026-06-26", "2026-06-29", "2026-06-29"),
        ("2026-06-29", "2026-06-26", "2026-06-29"),
        ("2026-06-26", "2026-06-26", "2026-06-26"),
    ],
)
def test_an_act_has_force_at_the_later_of_the_two_dates(publication: str, transmission: str, jour: str) -> None:
    """CGCT L2131-1."""
    expliquee = conseil.executoire(J(publication), J(transmission))
    assert expliquee is not None
    assert (expliquee.date, expliquee.regle) == (J(jour), "cgct.executoire")


def test_an_act_has_no_force_while_a_condition_is_missing() -> None:
    assert conseil.executoire(J("2026-06-26"), None) is None
    assert conseil.executoire(None, J("2026-06-26")) is None
    assert conseil.executoire(None, None, a_transmettre=False) is None


@pytest.mark.parametrize("transmission", [None, J("2026-06-26") + timedelta(days=30)])
def test_an_act_which_need_not_be_sent_has_force_once_public(transmission: date | None) -> None:
    expliquee = conseil.executoire(J("2026-06-26"), transmission, a_transmettre=False)
    assert expliquee is not None
    assert (expliquee.date, expliquee.regle) == (J("2026-06-26"), "cgct.executoire.sans_transmission")
