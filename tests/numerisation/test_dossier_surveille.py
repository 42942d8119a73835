"""The folder of the scanner: each file is taken once, moved when it is a batch, or refused in sight."""

import os
import time
from pathlib import Path
from typing import Any

import pytest

from buridan.numerisation.actions import dossier_surveille
from buridan.numerisation.actions.dossier_surveille import CALME, panne, relever_le_dossier
from buridan.numerisation.etats import Venue
from buridan.numerisation.models import FichierRefuse, Lot
from buridan.organisation.acteur import systeme
from tests.conftest import Troupe
from tests.numerisation.scans import pages

pytestmark = pytest.mark.django_db


@pytest.fixture
def dossier(tmp_path: Path, settings: Any) -> Path:
    settings.NUMERISATIONS = str(tmp_path)
    return tmp_path


def poser(dossier: Path, nom: str, octets: bytes, *, depuis: float = CALME + 5) -> Path:
    fichier = dossier / nom
    fichier.write_bytes(octets)
    os.utime(fichier, (time.time() - depuis,) * 2)
    return fichier


def relever(troupe: Troupe) -> int:
    return relever_le_dossier(by=systeme(troupe.at), at=troupe.at)


def ranges(dossier: Path, sous: str) -> list[str]:
    return sorted(f.name for f in (dossier / sous).rglob("*") if f.is_file())


def test_a_file_is_taken_once_and_put_away(troupe: Troupe, dossier: Path) -> None:
    poser(dossier, "matin.pdf", pages(1))
    assert relever(troupe) == 1 and relever(troupe) == 0
    lot = Lot.objects.get()
    assert (lot.venue, lot.nom, lot.range_le) == (Venue.DOSSIER, "matin.pdf", troupe.at)
    assert ranges(dossier, "faits") == ["matin.pdf"] and not (dossier / "matin.pdf").exists()


def test_a_file_being_written_a_hidden_one_and_a_link_are_left(
    troupe: Troupe, dossier: Path, tmp_path_factory: Any
) -> None:
    poser(dossier, "en-cours.pdf", pages(1), depuis=0)
    poser(dossier, ".cache.pdf", pages(1))
    ailleurs = poser(tmp_path_factory.mktemp("ailleurs"), "secret.pdf", pages(1))
    (dossier / "lien.pdf").symlink_to(ailleurs)
    assert relever(troupe) == 0 and not Lot.objects.exists() and not FichierRefuse.objects.exists()


def test_what_is_refused_is_moved_aside_and_its_reason_is_in_sight(
    troupe: Troupe, dossier: Path, settings: Any
) -> None:
    settings.TAILLE_MAX_LOT = 2000
    for nom, octets in (
        ("vide.pdf", b""),
        ("page.html", b"<html>"),
        ("lourd.pdf", pages(1) + b"%" * 2000),
        ("abime.pdf", b"%PDF-1.7 x"),
    ):
        poser(dossier, nom, octets)
    assert relever(troupe) == 0 and relever(troupe) == 0
    raisons = dict(FichierRefuse.objects.values_list("nom", "raison"))
    assert (
        "vide" in raisons["vide.pdf"]
        and "trop lourd" in raisons["lourd.pdf"]
        and set(raisons) == {"vide.pdf", "page.html", "lourd.pdf", "abime.pdf"}
    )
    assert ranges(dossier, "refuses") == sorted(raisons)


def test_cut_short_between_the_batch_and_the_move_it_only_moves(
    troupe: Troupe, dossier: Path, monkeypatch: Any
) -> None:
    poser(dossier, "matin.pdf", pages(1))

    def mourir(*_rien: Any) -> None:
        raise KeyboardInterrupt

    with monkeypatch.context() as ici:
        ici.setattr(dossier_surveille, "_ranger_dans", mourir)
        with pytest.raises(KeyboardInterrupt):
            relever(troupe)
    assert (dossier / "matin.pdf").exists() and Lot.objects.get().range_le is None
    assert relever(troupe) == 0
    assert Lot.objects.get().range_le == troupe.at and ranges(dossier, "faits") == ["matin.pdf"]
    assert not FichierRefuse.objects.exists()


def test_a_file_put_there_again_is_moved_and_said(troupe: Troupe, dossier: Path) -> None:
    poser(dossier, "matin.pdf", pages(1))
    relever(troupe)
    poser(dossier, "matin.pdf", pages(1))
    assert relever(troupe) == 0 and Lot.objects.count() == 1
    assert "déjà été déposé" in FichierRefuse.objects.get().raison and len(ranges(dossier, "faits")) == 2


def test_a_folder_that_cannot_be_used_is_said_and_stops_nothing(troupe: Troupe, settings: Any, tmp_path: Path) -> None:
    assert list(panne()) == [] and relever(troupe) == 0
    settings.NUMERISATIONS = str(tmp_path / "absent")
    assert "BURIDAN_NUMERISATIONS" in next(panne()) and relever(troupe) == 0
