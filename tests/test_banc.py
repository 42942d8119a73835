"""The report of `make bench`: what is worse than recorded is named, in red; what is recorded is printed in the docs."""

import json
from pathlib import Path

import pytest

from bench import rapport
from bench.rapport import ROUGE, Ligne

DEBIT = Ligne("dépôt", 0.40, 0.25)
LENTEUR = Ligne("page", 1.20, 1.3, au_plus=True)


def test_a_rate_lower_by_a_fifth_and_a_bit_got_worse() -> None:
    assert Ligne("dépôt", 0.79, None).recule(1.0)
    assert not Ligne("dépôt", 0.81, None).recule(1.0)
    assert not Ligne("dépôt", 1.5, None).recule(1.0)


def test_a_slowness_higher_by_a_fifth_and_a_bit_got_worse() -> None:
    assert Ligne("page", 1.21, None, au_plus=True).recule(1.0)
    assert not Ligne("page", 1.19, None, au_plus=True).recule(1.0)
    assert not Ligne("page", 0.5, None, au_plus=True).recule(1.0)


def test_what_was_never_recorded_did_not_get_worse() -> None:
    assert not Ligne("neuf", 9.9, None, au_plus=True).recule(None)


def test_a_regression_is_named_and_red_and_nothing_else_is(capsys: pytest.CaptureFixture[str]) -> None:
    rapport.imprimer([DEBIT, LENTEUR], {"dépôt": 0.40, "page": 0.99}, couleur=True)
    rouges = [ligne for ligne in capsys.readouterr().out.splitlines() if ROUGE in ligne]
    assert len(rouges) == 2
    assert all("page" in ligne and "RECUL" in ligne for ligne in rouges)


def test_without_a_terminal_the_word_says_it(capsys: pytest.CaptureFixture[str]) -> None:
    rapport.imprimer([LENTEUR], {"page": 0.99}, couleur=False)
    ecrit = capsys.readouterr().out
    assert "RECUL de plus de 20% : page" in ecrit
    assert ROUGE not in ecrit


def test_a_missed_target_is_said_even_without_regression(capsys: pytest.CaptureFixture[str]) -> None:
    rapport.imprimer([Ligne("visa", 0.3, 0.5)], {}, couleur=False)
    assert "À AMÉLIORER" in capsys.readouterr().out


def test_recording_writes_the_ratios_and_only_the_block_of_the_page(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(rapport, "NOTES", tmp_path / "ratios.json")
    monkeypatch.setattr(rapport, "PAGE", tmp_path / "performance.md")
    rapport.PAGE.write_text(f"avant\n{rapport.MARQUE}\nancien\n{rapport.MARQUE}\naprès\n", encoding="utf-8")
    rapport.noter([DEBIT, LENTEUR], ["détails"])
    assert rapport.lire_notes() == {"dépôt": 0.4, "page": 1.2}
    page = rapport.PAGE.read_text(encoding="utf-8")
    assert page.startswith("avant\n") and page.endswith("après\n") and "ancien" not in page
    assert "| dépôt | 0.40 | >= 0.25 | OK |" in page and "détails" in page


def test_the_ratios_recorded_are_those_the_page_prints() -> None:
    page = (Path(rapport.RACINE) / "docs" / "performance.md").read_text(encoding="utf-8")
    notes = json.loads(rapport.NOTES.read_text(encoding="utf-8"))
    assert [nom for nom in notes if f"| {nom} |" not in page] == []
