"""How much a letter looks like past ones: true counts, the same past always gives the same answer, no habit from one letter."""

from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from buridan.courriers.ressemblance import EXPEDITEUR, HABITUDE, Appui, Memoire

LETTRES = st.lists(
    st.tuples(st.sampled_from("ABCD"), st.frozensets(st.sampled_from("mnopqr"), max_size=4)), max_size=30
)


def memoire(*lettres: tuple[Any, Any]) -> Memoire[Any]:
    apprise: Memoire[Any] = Memoire()
    for etiquette, traits in lettres:
        for trait in (None, *traits):
            apprise.compter(etiquette, trait)
    return apprise


def test_without_a_past_nothing_is_likely() -> None:
    assert Memoire().classer(["m"]) == [] and memoire(("A", "m")).classer([])[0].appuis == ()


def test_the_word_that_tells_services_apart_wins_over_the_words_of_every_letter() -> None:
    apprise = memoire(*[("A", "mn")] * 3, *[("B", "mo")] * 9)
    premier = apprise.classer(["m", "n"])[0]
    assert premier.etiquette == "A" and premier.appuis == (Appui("n", 3, 3),)


def test_one_letter_alone_makes_no_habit_and_two_do() -> None:
    autres = [("B", "o")] * 3
    assert memoire(("A", "n"), *autres).classer(["n"])[0].appuis == ()
    assert memoire(*[("A", "n")] * HABITUDE, *autres).classer(["n"])[0].appuis == (Appui("n", 2, 2),)


def test_a_tie_goes_to_the_first_label_whatever_came_first() -> None:
    pareils = [("B", "m"), ("B", "m"), ("A", "m"), ("A", "m")]
    assert [r.etiquette for r in memoire(*pareils).classer(["m"])] == ["A", "B"]
    assert [r.etiquette for r in memoire(*reversed(pareils)).classer(["m"])] == ["A", "B"]


def test_a_word_that_goes_where_chance_would_send_it_is_not_told() -> None:
    partout = [("A", "m")] * 2 + [("B", "m")] * 4 + [("A", "n")] * 2 + [("B", "n")] * 4
    assert [r.appuis for r in memoire(*partout).classer(["m"])] == [(), ()]


def test_the_only_service_there_is_is_certain() -> None:
    assert [(r.etiquette, r.chance) for r in memoire(("A", "m"), ("A", "n")).classer(["m"])] == [("A", 1.0)]


def test_the_sender_is_heard_beside_a_long_text() -> None:
    bavard = [f"mot{n}" for n in range(200)]
    apprise = memoire(*[("A", [EXPEDITEUR, "x"])] * 4, *[("B", bavard)] * 4)
    assert any(a.trait == EXPEDITEUR for r in apprise.classer([EXPEDITEUR, *bavard]) for a in r.appuis)


@given(LETTRES, st.lists(st.sampled_from("mnopqr"), max_size=6))
def test_what_is_told_is_counted_and_the_order_of_the_past_changes_nothing(lettres: Any, traits: list[str]) -> None:
    rangs = memoire(*lettres).classer(traits)
    assert rangs == memoire(*reversed(lettres)).classer(traits)
    assert sum(r.chance for r in rangs) == pytest.approx(1) or not lettres
    for rang in rangs:
        for appui in rang.appuis:
            avec = [e for e, siens in lettres if appui.trait in siens]
            assert (appui.ici, appui.tous) == (avec.count(rang.etiquette), len(avec)) and appui.ici >= HABITUDE


@given(LETTRES, LETTRES, st.lists(st.sampled_from("mnopqr"), max_size=6))
def test_what_is_forgotten_was_never_there(lettres: Any, de_trop: Any, traits: list[str]) -> None:
    apprise = memoire(*lettres, *de_trop)
    for etiquette, siens in de_trop:
        for trait in (None, *siens):
            apprise.compter(etiquette, trait, -1)
    assert apprise.classer(traits) == memoire(*lettres).classer(traits)
