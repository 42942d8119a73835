"""`buridan budget`, as a nightly job runs it; the demo's year of the budget."""

import argparse
from pathlib import Path
from typing import Any

import pytest
from django.utils import timezone

from buridan.budget.models import ImportBudget, LigneBudget, Reservation
from buridan.demo.budget import jouer_le_budget
from buridan.droit.delais import date_legale
from buridan.lancement import verification
from buridan.lancement.import_budget import importer

pytestmark = pytest.mark.django_db
ENTETE = "Section;Chapitre;Nature;Fonction;Gestionnaire;Libellé;Budget primitif;Décisions modificatives\n"


def lancer(fichier: Path, **autres: Any) -> int:
    valeurs = {
        "le": f"{date_legale(timezone.now())}",
        "correspondance": None,
        "exercice": None,
        "appliquer": False,
        **autres,
    }
    return importer(argparse.Namespace(fichier=fichier, **valeurs))


def test_it_shows_then_applies_when_asked(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    fichier = tmp_path / "extraction.csv"
    fichier.write_text(ENTETE + "F;011;60633;845;VOI;Fournitures de voirie;90 000,00;0\nF;011;1;1;VOI;Neuve;5;0\n")
    avant = list(LigneBudget.objects.order_by("pk").values_list())
    assert lancer(fichier) == 0
    dit = capsys.readouterr().out.replace("\u202f", " ").replace("\u00a0", " ")
    assert "nouvelle  F-011-1-1-VOI Neuve : 5,00 €" in dit and "Crédits : 88000.00 devient 90000.00" in dit
    assert "absente   " in dit and "Rien n'est écrit" in dit
    assert avant == list(LigneBudget.objects.order_by("pk").values_list()) and ImportBudget.objects.count() == 1
    assert lancer(fichier, appliquer=True) == 0
    assert LigneBudget.objects.get(code="F-011-60633-845-VOI").credits == 90_000
    assert verification.fautes(complet=True) is not None and not [
        f for f in verification.fautes(complet=True) if "Ligne" in f
    ]


def test_faults_and_a_missing_file_are_said_and_give_1(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    (tmp_path / "faux.csv").write_text(ENTETE + "F;011;1;1;ZZZ;Neuve;5;0\n")
    assert lancer(tmp_path / "faux.csv") == 1
    assert "faux.csv, ligne 2 : aucun service ouvert pour « ZZZ »" in capsys.readouterr().err
    assert lancer(tmp_path / "absent.csv") == 1
    assert lancer(tmp_path / "faux.csv", le="hier") == 1


def test_the_demo_plays_the_year_once_and_leaves_no_fault() -> None:
    at = timezone.now()
    avant = set(verification.fautes(complet=True))
    jouer_le_budget(at=at)
    assert ImportBudget.objects.count() == 1 + at.month
    bons = Reservation.objects.count()
    assert bons > at.month and Reservation.objects.exclude(derogation="").count() == 1
    jouer_le_budget(at=at)
    assert Reservation.objects.count() == bons
    assert set(verification.fautes(complet=True)) - avant == set()
