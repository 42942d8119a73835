"""A batch from the deposit to its pages read: cut at its sheets, read once, or given to somebody with the reason."""

from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest
from django.db import DatabaseError, connection, transaction
from procrastinate.contrib.django.models import ProcrastinateJob

from buridan.demo.numerisations import composer_page
from buridan.dossiers.controle import fichiers
from buridan.dossiers.fichiers import SURSIS, balayer, chemin
from buridan.journal.models import Ligne
from buridan.lancement import sauvegarde
from buridan.notifications.models import Notification
from buridan.numerisation import tasks
from buridan.numerisation.actions.avancer import ESSAIS, pourquoi_rien
from buridan.numerisation.actions.decouper import decouper, relire_lot, tourner_page
from buridan.numerisation.actions.lots import DejaDepose, purger_lots, recevoir_lot
from buridan.numerisation.etats import EtatLot, Lecture, Sorte
from buridan.numerisation.models import GARDE, Lot, Page
from buridan.organisation.acteur import systeme
from buridan.outils.verdict import Refus
from tests.conftest import Troupe
from tests.numerisation.scans import (
    autre,
    depose,
    du_courrier,
    etat_des_pages,
    numeros,
    pages,
    pas,
    pdf,
    plis,
    pret,
    sans_tesseract,
    scan,
)  # fmt: skip

pytestmark = pytest.mark.django_db


def journal(lot: Lot) -> dict[str, dict[str, str]]:
    return {
        ligne.verbe: ligne.charge.contenu for ligne in Ligne.objects.filter(chaine=lot.uuid).select_related("charge")
    }


def test_a_batch_is_cut_at_its_sheets_read_and_kept_beside_what_was_brought(troupe: Troupe) -> None:
    lot = depose(troupe, scan())
    while pas(troupe, lot):
        pass
    lot.refresh_from_db()
    assert etat_des_pages(lot, "sorte") == [
        Sorte.SEPARATEUR,
        Sorte.COURRIER,
        Sorte.SEPARATEUR,
        Sorte.COURRIER,
        Sorte.BLANCHE,
    ]
    assert numeros(lot) == ["2", "4"] and plis(lot)[0].objet == "lampadaires en panne"
    assert "réunion publique" in plis(lot)[1].texte
    assert (lot.etat, lot.pdfa) == (EtatLot.PRET, True)
    assert chemin(lot.sha256).read_bytes() == scan(), "what was brought is untouched"
    dit = journal(lot)
    assert dit["deposer_lot"]["original"] == lot.sha256 == dit["lire_lot"]["original"]
    assert dit["lire_lot"]["lisible"] == lot.lisible and chemin(lot.lisible).exists()
    avis = Notification.objects.get(personne=du_courrier(troupe).personne, lien=f"/numerisations/{lot.uuid}/")
    assert "2 courrier(s) à enregistrer" in avis.texte


def test_a_page_that_bears_its_own_text_gives_it(troupe: Troupe) -> None:
    lot = depose(
        troupe, composer_page("Madame,\n\nObjet : une lettre écrite à la machine\n\nElle porte déjà son texte.")
    )
    while pas(troupe, lot):
        pass
    assert plis(lot)[0].objet == "une lettre écrite à la machine" and etat_des_pages(lot) == [Lecture.LUE]


def test_the_same_file_is_one_batch(troupe: Troupe) -> None:
    lot = depose(troupe, pages(2))
    with pytest.raises(DejaDepose, match="déjà été déposé") as deja:
        depose(troupe, pages(2))
    assert deja.value.lot == lot and Lot.objects.count() == 1


def test_who_does_not_keep_the_registers_brings_nothing(troupe: Troupe) -> None:
    from buridan.numerisation.actions.lots import deposer_lot

    with pytest.raises(Refus, match="registre est tenu par"):
        deposer_lot(pdf(pages(1)), by=autre(troupe), at=troupe.at)


def test_without_the_reader_a_batch_works_unread_and_says_what_to_install(
    troupe: Troupe, monkeypatch: Any, tmp_path: Path
) -> None:
    lot = depose(troupe, pages(2))
    with monkeypatch.context() as ici:
        sans_tesseract(ici, tmp_path)
        while pas(troupe, lot):
            pass
    lot.refresh_from_db()
    assert lot.etat == EtatLot.PRET and etat_des_pages(lot) == [Lecture.ILLISIBLE] * 2
    assert "tesseract-ocr" in Page.objects.filter(lot=lot)[0].raison and numeros(lot) == ["1,2"]
    assert relire_lot(lot, by=du_courrier(troupe), at=troupe.at) == 2
    assert etat_des_pages(lot) == [Lecture.A_LIRE] * 2


@pytest.mark.parametrize(
    ("octets", "raison"),
    [(b"%PDF-1.7\nrien", "abîmé"), (pages(501), "501 pages")],
    ids=["damaged", "too long"],
)
def test_what_does_not_open_says_why(troupe: Troupe, octets: bytes, raison: str) -> None:
    lot = depose(troupe, octets)
    assert pas(troupe, lot) and not pas(troupe, lot)
    lot.refresh_from_db()
    assert lot.etat == EtatLot.REFUSE and raison in lot.raison and not lot.feuilles.exists()
    assert Notification.objects.filter(lien=f"/numerisations/{lot.uuid}/", texte__contains=raison).count() == 1


def test_a_locked_file_says_that_it_has_a_password(troupe: Troupe) -> None:
    from io import BytesIO

    import pikepdf

    sortie = BytesIO()
    with pikepdf.open(BytesIO(pages(1))) as ouvert:
        ouvert.save(sortie, encryption=pikepdf.Encryption(owner="a", user="b"))
    lot = depose(troupe, sortie.getvalue())
    pas(troupe, lot)
    lot.refresh_from_db()
    assert "mot de passe" in lot.raison


def test_a_page_as_large_as_a_poster_goes_to_somebody(troupe: Troupe) -> None:
    from io import BytesIO

    import pikepdf

    sortie = BytesIO()
    with pikepdf.open(BytesIO(pages(2))) as ouvert:
        ouvert.pages[1].MediaBox = pikepdf.Array([0, 0, 14400, 14400])
        ouvert.save(sortie)
    lot = depose(troupe, sortie.getvalue())
    pas(troupe, lot)
    assert etat_des_pages(lot) == [Lecture.A_LIRE, Lecture.ILLISIBLE]
    assert "affiche" in Page.objects.get(lot=lot, numero=2).raison


def test_a_page_begun_too_often_goes_to_somebody(troupe: Troupe) -> None:
    lot = pret(troupe, 2)
    Page.objects.filter(lot=lot, numero=1).update(lecture=Lecture.A_LIRE, essais=ESSAIS)
    pas(troupe, lot)
    assert etat_des_pages(lot) == [Lecture.ILLISIBLE, Lecture.LUE]
    assert "plusieurs fois" in Page.objects.get(lot=lot, numero=1).raison


def test_a_page_that_reads_badly_is_shown_with_why() -> None:
    assert pourquoi_rien("Madame, je vous demande une réunion.", Page()) == ""
    assert "à l'envers" in pourquoi_rien("uoıunǝɹ", Page())
    assert "pâle" in pourquoi_rien("", Page(pale=True)) and "main" in pourquoi_rien("", Page())


def test_a_batch_that_nothing_moves_any_more_is_asked_for_again_once(troupe: Troupe) -> None:
    lot = depose(troupe, pages(1))
    assert ProcrastinateJob.objects.get(task_name="numerisation.avancer").lock == "numerisation"
    with connection.cursor() as curseur:
        curseur.execute("UPDATE procrastinate_jobs SET status = 'failed'")
    tasks.reprendre.func(0)
    tasks.reprendre.func(0)
    assert (
        ProcrastinateJob.objects.filter(task_name="numerisation.avancer", status="todo", args={"lot": lot.pk}).count()
        == 1
    )


def test_a_page_turned_is_drawn_and_read_again_and_no_other(troupe: Troupe) -> None:
    lot = pret(troupe, 3)
    tourner_page(lot, 2, by=du_courrier(troupe), at=troupe.at, degres=90)
    tourner_page(lot, 2, by=du_courrier(troupe), at=troupe.at, degres=180)
    assert etat_des_pages(lot, "rotation") == [0, 270, 0]
    assert etat_des_pages(lot) == [Lecture.LUE, Lecture.A_LIRE, Lecture.LUE]
    with pytest.raises(Refus, match="quarts"):
        tourner_page(lot, 2, by=du_courrier(troupe), at=troupe.at, degres=45)


def test_the_cutting_is_changed_by_hand_and_a_cutting_seen_before_is_refused(troupe: Troupe) -> None:
    lot, by = pret(troupe, 4), du_courrier(troupe)
    assert numeros(lot) == ["1,2", "3,4"]
    decouper(lot, by=by, at=troupe.at, version=0, vues=[1, 2, 3, 4], debuts=[1, 2], retirees=[4])
    assert numeros(lot) == ["1", "2,3"]
    with pytest.raises(Refus, match="entre-temps"):
        decouper(lot, by=by, at=troupe.at, version=0, vues=[1], debuts=[], retirees=[])
    decouper(lot, by=by, at=troupe.at, version=1, vues=[4], debuts=[], retirees=[])
    assert numeros(lot) == ["1", "2,3,4"], "what is put back is there"


def test_what_a_removed_page_cuts_the_next_one_begins(troupe: Troupe) -> None:
    lot = pret(troupe, 4, debuts=(1, 3))
    decouper(lot, by=du_courrier(troupe), at=troupe.at, version=0, vues=[3], debuts=[3], retirees=[3])
    assert numeros(lot) == ["1,2", "4"]


def test_the_files_of_a_batch_stay_while_something_remains_then_go(troupe: Troupe) -> None:
    lot = pret(troupe, 2, lu=True)
    tard = troupe.at + GARDE + timedelta(days=1)
    balayer(at=troupe.at + SURSIS * 3)
    assert chemin(lot.sha256).exists() and chemin(lot.feuilles.first().lu_dans).exists()
    assert purger_lots(by=systeme(tard), at=tard) == 0
    from buridan.numerisation.actions.plis import ecarter_pli

    ecarter_pli(lot, plis(lot)[0], by=du_courrier(troupe), at=troupe.at, motif="publicité")
    assert purger_lots(by=systeme(tard), at=tard) == 1 and purger_lots(by=systeme(tard), at=tard) == 0
    balayer(at=tard + SURSIS * 3)
    assert not chemin(lot.sha256).exists() and set(etat_des_pages(lot, "texte")) == {""}


def test_the_file_of_a_batch_is_in_the_backup_and_missed_when_it_is_gone(
    troupe: Troupe, settings: Any, tmp_path: Path
) -> None:
    settings.MEDIA_ROOT = tmp_path
    lot = depose(troupe, pages(1))
    assert lot.sha256 in sauvegarde._documents()
    chemin(lot.sha256).unlink()
    assert "Courrier numérisé : le fichier « matin.pdf » manque" in " ".join(fichiers())


def test_the_database_keeps_the_file_of_a_batch_and_the_reason_of_a_refusal(troupe: Troupe) -> None:
    lot = pret(troupe, 1)
    for sql, dit in (
        ("UPDATE numerisation_lot SET sha256 = 'x' WHERE id = %s", "ne se change pas"),
        ("DELETE FROM numerisation_lot WHERE id = %s", "ne s'efface pas"),
        ("UPDATE numerisation_page SET lecture = 'illisible' WHERE lot_id = %s", "page_illisible_dit_pourquoi"),
        ("UPDATE numerisation_lot SET etat = 'refuse' WHERE id = %s", "lot_refuse_dit_pourquoi"),
        ("UPDATE numerisation_page SET rotation = 45 WHERE lot_id = %s", "quart"),
    ):
        with pytest.raises(DatabaseError, match=dit), transaction.atomic(), connection.cursor() as curseur:
            curseur.execute(sql, [lot.pk])


def test_a_file_that_is_no_pdf_is_refused(troupe: Troupe) -> None:
    from buridan.dossiers.fichiers import Fichier

    with pytest.raises(Refus, match="pas un PDF"):
        recevoir_lot(Fichier("a.png", "image/png", b"x"), by=systeme(troupe.at), at=troupe.at)
