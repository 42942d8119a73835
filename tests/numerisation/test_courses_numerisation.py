"""Eight clicks at once on scanned post, on real connections: one effect, the others are told."""

import os
import signal
from collections.abc import Callable
from pathlib import Path
from typing import Any
from uuid import uuid4

from django.db import connections

from buridan.courriers.models import Courrier
from buridan.journal.models import Ligne
from buridan.numerisation.actions.decouper import decouper, relire_lot, tourner_page
from buridan.numerisation.actions.dossier_surveille import relever_le_dossier
from buridan.numerisation.actions.lots import (
    DejaDepose,
    deposer_lot,
    ecarter_avis,
    purger_lots,
    refuser_fichier,
)  # fmt: skip
from buridan.numerisation.actions.plis import ecarter_pli, enregistrer_pli, pieces_du_pli, reprendre_pli
from buridan.numerisation.etats import Lecture
from buridan.numerisation.models import GARDE, FichierRefuse, Lot, Page, Pli
from buridan.organisation.acteur import systeme
from buridan.outils.panne import VARIABLE
from buridan.outils.verdict import Refus
from tests.conftest import Troupe
from tests.courriers.lettres import arrivee
from tests.dossiers.test_courses import HUIT, course
from tests.numerisation.scans import depose, du_courrier, etat_des_pages, pages, pas, pdf, plis, pret, scan


def lignes(lot: Lot, verbe: str) -> int:
    return Ligne.objects.filter(chaine=lot.uuid, verbe=verbe).count()


def un_seul(finis: list[Any], genre: type[Exception] = Refus) -> None:
    assert sum(isinstance(f, genre) for f in finis) == HUIT - 1, finis
    assert sum(isinstance(f, Exception) for f in finis) == HUIT - 1, finis


def test_one_file_brought_eight_times_is_one_batch(troupe_reelle: Troupe) -> None:
    troupe, by = troupe_reelle, du_courrier(troupe_reelle)
    un_seul(course(*[lambda: deposer_lot(pdf(pages(1)), by=by, at=troupe.at)] * HUIT), DejaDepose)
    assert lignes(Lot.objects.get(), "deposer_lot") == 1


def test_two_machines_take_one_step(troupe_reelle: Troupe) -> None:
    lot = depose(troupe_reelle, pages(2))
    finis = course(*[lambda: pas(troupe_reelle, lot)] * 2)
    assert not any(isinstance(f, Exception) for f in finis), finis
    assert Page.objects.filter(lot=lot).count() == 2


def test_a_letter_is_registered_once_and_not_set_aside_as_well(troupe_reelle: Troupe) -> None:
    troupe, by = troupe_reelle, du_courrier(troupe_reelle)
    lot = pret(troupe, 2, debuts=(1, 2))
    un, deux = plis(lot)
    pieces, jeton = pieces_du_pli(lot, un), uuid4()
    finis = course(
        *[lambda: enregistrer_pli(lot, un, arrivee(troupe), pieces, by=by, at=troupe.at, jeton=jeton)] * (HUIT - 1),
        lambda: ecarter_pli(lot, un, by=by, at=troupe.at, motif="publicité"),
    )
    assert sum(not isinstance(f, Exception) for f in finis) == 1, finis
    assert Pli.objects.filter(lot=lot).count() == 1 and Courrier.objects.count() <= 1
    un_seul(course(*[lambda: ecarter_pli(lot, deux, by=by, at=troupe.at, motif="publicité")] * HUIT))
    pli = Pli.objects.exclude(pk=plis(lot)[0].pli.pk).get()
    un_seul(course(*[lambda: reprendre_pli(lot, pli, by=by, at=troupe.at)] * HUIT))
    assert lignes(lot, "reprendre_pli") == 1


def test_one_cutting_wins_and_the_others_see_it_first(troupe_reelle: Troupe) -> None:
    troupe, by = troupe_reelle, du_courrier(troupe_reelle)
    lot = pret(troupe, 4)
    decoupe: dict[str, Any] = {"version": 0, "vues": [1, 2, 3, 4], "debuts": [1, 2], "retirees": []}
    un_seul(course(*[lambda: decouper(lot, by=by, at=troupe.at, **decoupe)] * HUIT))
    assert lignes(lot, "decouper") == 1


def test_a_page_is_turned_as_often_as_asked_and_read_again_once(troupe_reelle: Troupe) -> None:
    troupe, by = troupe_reelle, du_courrier(troupe_reelle)
    lot = pret(troupe, 1)
    course(*[lambda: tourner_page(lot, 1, by=by, at=troupe.at, degres=90)] * 4)
    assert etat_des_pages(lot, "rotation") == [0] and lignes(lot, "tourner_page") == 4
    Page.objects.filter(lot=lot).update(lecture=Lecture.ILLISIBLE, raison="Rien.", apercu="x")
    un_seul(course(*[lambda: relire_lot(lot, by=by, at=troupe.at)] * HUIT))


def test_a_file_of_the_folder_is_taken_once_by_whoever_comes_first(
    troupe_reelle: Troupe, tmp_path: Path, settings: Any
) -> None:
    troupe, settings.NUMERISATIONS = troupe_reelle, str(tmp_path)
    (tmp_path / "matin.pdf").write_bytes(pages(1))
    os.utime(tmp_path / "matin.pdf", (1, 1))
    finis = course(*[lambda: relever_le_dossier(by=systeme(troupe.at), at=troupe.at)] * HUIT)
    assert sum(finis) == 1 and Lot.objects.count() == 1, finis
    assert not FichierRefuse.objects.exists() and Lot.objects.get().range_le == troupe.at


def test_files_go_once_and_a_refusal_is_said_once(troupe_reelle: Troupe) -> None:
    troupe, by = troupe_reelle, du_courrier(troupe_reelle)
    lot, tard = pret(troupe, 1), troupe.at + GARDE * 2
    ecarter_pli(lot, plis(lot)[0], by=by, at=troupe.at, motif="publicité")
    finis = course(*[lambda: purger_lots(by=systeme(tard), at=tard)] * HUIT)
    assert sum(finis) == 1, finis
    refuser_fichier("a.pdf", "Il est vide.", at=troupe.at)
    refuser_fichier("a.pdf", "Il est vide.", at=troupe.at)
    refuse = FichierRefuse.objects.get()
    course(*[lambda: ecarter_avis(refuse.pk, by=by, at=troupe.at)] * HUIT)
    refuse.refresh_from_db()
    assert refuse.vu_le == troupe.at


def mourir(action: Callable[[], Any], point: str) -> int:
    """Do it in a process that is killed there; the signal that ended it."""
    connections.close_all()
    enfant = os.fork()
    if enfant == 0:
        os.environ[VARIABLE] = point
        try:
            action()
        finally:
            os._exit(0)
    return os.WTERMSIG(os.waitpid(enfant, 0)[1])


def test_a_reading_that_is_killed_is_begun_again_and_nothing_is_read_twice(troupe_reelle: Troupe) -> None:
    troupe = troupe_reelle
    lot = depose(troupe, scan())
    for _compter_montrer in range(2):
        pas(troupe, lot)
    Page.objects.filter(lot=lot, numero=4).update(lecture=Lecture.SANS_OBJET)  # one page is enough
    assert mourir(lambda: pas(troupe, lot), "fichier.apres") == signal.SIGKILL
    page = Page.objects.get(lot=lot, numero=2)
    assert (page.lecture, page.essais, page.lu_dans) == (Lecture.A_LIRE, 1, "")
    while pas(troupe, lot):
        pass
    page.refresh_from_db()
    assert (page.lecture, page.essais) == (Lecture.LUE, 2) and page.lu_dans == Lot.objects.get(pk=lot.pk).lisible
    faits = page.texte, page.lu_dans
    assert not pas(troupe, lot), "once more changes nothing"
    page.refresh_from_db()
    assert (page.texte, page.lu_dans) == faits and Ligne.objects.filter(chaine=lot.uuid, verbe="lire_lot").count() == 1
