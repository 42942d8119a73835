"""A letter of a batch: registered once with its pages, set aside with a reason, taken back; nothing disappears."""

from typing import Any

import pytest
from django.db import DatabaseError, connection, transaction

from buridan.courriers.actions.corriger import Correction, corriger_courrier
from buridan.courriers.etats import Origine
from buridan.courriers.models import Courrier
from buridan.courriers.queries import doubles
from buridan.dossiers.actions.traversee import DejaFait
from buridan.dossiers.models import Document, Dossier
from buridan.dossiers.recherche import partout
from buridan.journal.models import Ligne
from buridan.numerisation.actions.decouper import decouper
from buridan.numerisation.actions.plis import ecarter_pli, enregistrer_pli, pieces_du_pli, reprendre_pli
from buridan.numerisation.etats import Lecture
from buridan.numerisation.models import Lot, Page, Pli
from buridan.numerisation.queries import PliVu, a_traiter
from buridan.outils.verdict import Refus
from tests.conftest import Troupe
from tests.courriers.lettres import arrivee
from tests.numerisation.scans import autre, du_courrier, numeros, plis, pret

pytestmark = pytest.mark.django_db


def enregistre(troupe: Troupe, lot: Lot, vu: PliVu, **champs: Any) -> Courrier:
    pieces = pieces_du_pli(lot, vu)
    return enregistrer_pli(lot, vu, arrivee(troupe, **champs), pieces, by=du_courrier(troupe), at=troupe.at)


def test_a_letter_has_its_pages_as_they_came_their_searchable_copy_and_both_digests_in_its_journal(
    troupe: Troupe,
) -> None:
    lot = pret(troupe, 3, debuts=(1, 3), lu=True)
    courrier = enregistre(troupe, lot, plis(lot)[0])
    assert courrier.origine == Origine.NUMERISATION
    lisible, original = Document.objects.filter(dossier=courrier.pk).order_by("pk")
    assert lisible.nom.endswith("lisible.pdf") and original.nom.endswith("original.pdf")
    dit = Ligne.objects.get(chaine=courrier.dossier.uuid, verbe="ouvrir").charge.contenu
    assert (dit["original"], dit["lisible"], dit["lot_original"]) == (original.sha256, lisible.sha256, lot.sha256)
    assert numeros(lot) == ["1,2", "3"] and plis(lot)[0].pli.dossier_id == courrier.pk


def test_a_letter_is_found_by_what_was_read_on_it_even_once_it_is_corrected(troupe: Troupe) -> None:
    lot = pret(troupe, 1)
    courrier = enregistre(troupe, lot, plis(lot)[0])
    trouve = Dossier.objects.filter(recherche=partout("zygomatique", courrier.pk))
    assert [d.pk for d in trouve] == [courrier.pk]
    corriger_courrier(
        courrier.dossier, by=du_courrier(troupe), at=troupe.at, correction=Correction(expediteur="Camille Autre")
    )
    assert [d.pk for d in trouve.all()] == [courrier.pk]


def test_a_page_that_was_not_read_leaves_the_letter_with_its_images(troupe: Troupe) -> None:
    lot = pret(troupe, 2, debuts=(1,), lu=True)
    Page.objects.filter(lot=lot, numero=2).update(lecture=Lecture.A_LIRE, lu_dans="", texte="")
    courrier = enregistre(troupe, lot, plis(lot)[0])
    assert [d.nom.endswith("original.pdf") for d in Document.objects.filter(dossier=courrier.pk)] == [True]
    page = Page.objects.get(lot=lot, numero=2)
    assert page.lecture == Lecture.ILLISIBLE and "sans attendre" in page.raison


def test_the_same_pages_scanned_in_another_batch_are_recognised(troupe: Troupe) -> None:
    un, deux = pret(troupe, 1, marque="a"), pret(troupe, 2, marque="a")
    courrier = enregistre(troupe, un, plis(un)[0])
    vu = plis(deux)[0]
    decouper(deux, by=du_courrier(troupe), at=troupe.at, version=0, vues=[2], debuts=[2], retirees=[])
    vu = plis(deux)[0]
    rien: dict[str, Any] = {"expediteur": "X", "organisme": "", "objet": "Y", "recommande": "", "arrive_le": troupe.at}
    import hashlib

    condenses = [hashlib.sha256(p.octets).hexdigest() for p in pieces_du_pli(deux, vu)]
    assert [c.pk for c, _pourquoi in doubles(**rien, sha256=condenses)] == [courrier.pk]


def test_what_is_cut_otherwise_or_dealt_with_is_refused(troupe: Troupe) -> None:
    lot = pret(troupe, 4)
    vu = plis(lot)[0]
    decouper(lot, by=du_courrier(troupe), at=troupe.at, version=0, vues=[2], debuts=[2], retirees=[])
    with pytest.raises(Refus, match="découpage"):
        enregistre(troupe, lot, vu)
    enregistre(troupe, lot, plis(lot)[0])
    with pytest.raises(Refus, match="déjà traité"):
        enregistre(troupe, lot, plis(lot)[0])
    assert Courrier.objects.count() == 1


def test_a_letter_set_aside_has_a_reason_stays_in_the_list_and_comes_back(troupe: Troupe) -> None:
    lot, by = pret(troupe, 2, debuts=(1, 2)), du_courrier(troupe)
    with pytest.raises(Refus, match="publicité"):
        ecarter_pli(lot, plis(lot)[0], by=by, at=troupe.at, motif="  ")
    pli = ecarter_pli(lot, plis(lot)[0], by=by, at=troupe.at, motif="publicité")
    assert plis(lot)[0].pli == pli and lot in a_traiter()
    ecarter_pli(lot, plis(lot)[1], by=by, at=troupe.at, motif="publicité")
    assert lot not in a_traiter()
    reprendre_pli(lot, pli, by=by, at=troupe.at)
    assert plis(lot)[0].pli is None and lot in a_traiter()
    with pytest.raises(DejaFait):
        reprendre_pli(lot, pli, by=by, at=troupe.at)
    verbes = Ligne.objects.filter(chaine=lot.uuid).values_list("verbe", flat=True)
    assert [v for v in verbes if "pli" in v] == ["ecarter_pli", "ecarter_pli", "reprendre_pli"]


def test_a_registered_letter_keeps_its_pages_whatever_is_tried(troupe: Troupe) -> None:
    lot, ailleurs = pret(troupe, 2, debuts=(1, 2)), pret(troupe, 1, marque="b")
    courrier = enregistre(troupe, lot, plis(lot)[0])
    with pytest.raises(Refus, match="registre"):
        reprendre_pli(lot, Pli.objects.get(), by=du_courrier(troupe), at=troupe.at)
    decouper(lot, by=du_courrier(troupe), at=troupe.at, version=0, vues=[1], debuts=[], retirees=[1])
    assert numeros(lot) == ["1", "2"] and plis(lot)[0].pli.dossier_id == courrier.pk
    for sql, dit in (
        ("UPDATE numerisation_page SET pli_id = NULL WHERE lot_id = %s AND numero = 1", "elle y reste"),
        ("DELETE FROM numerisation_page WHERE lot_id = %s AND numero = 1", "elle y reste"),
        ("UPDATE numerisation_page SET retiree = true WHERE lot_id = %s AND numero = 1", "page_retiree_sans_pli"),
        ("UPDATE numerisation_pli SET dossier_id = NULL WHERE lot_id = %s", "pli_enregistre_ou_ecarte"),
    ):
        with pytest.raises(DatabaseError, match=dit), transaction.atomic(), connection.cursor() as curseur:
            curseur.execute(sql, [lot.pk])
    with pytest.raises(DatabaseError, match="autre lot"), transaction.atomic():
        Page.objects.filter(lot=ailleurs).update(pli=Pli.objects.get())


def test_who_does_not_keep_the_registers_deals_with_no_letter(troupe: Troupe) -> None:
    lot = pret(troupe, 1)
    with pytest.raises(Refus, match="registre est tenu par"):
        ecarter_pli(lot, plis(lot)[0], by=autre(troupe), at=troupe.at, motif="publicité")
