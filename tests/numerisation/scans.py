"""Batches of scanned post as a test needs them: brought, counted, and read without the machine's time."""

from functools import cache
from io import BytesIO
from typing import Any

import pikepdf

from buridan.demo.numerisations import numeriser
from buridan.dossiers.fichiers import Fichier, chemin, ranger
from buridan.numerisation import lecture
from buridan.numerisation.actions.avancer import avancer
from buridan.numerisation.actions.lots import deposer_lot
from buridan.numerisation.etats import EtatLot, Lecture
from buridan.numerisation.models import Lot, Page
from buridan.numerisation.queries import PliVu, feuilles, plis_de
from buridan.organisation.acteur import Acteur, systeme
from tests.conftest import Troupe
from tests.courriers.lettres import du_courrier

LETTRE = "Marguerite Lecoq\n\nObjet : lampadaires en panne\n\nLes deux lampadaires de la rue ne s'allument plus depuis trois semaines."
__all__ = ["du_courrier"]


@cache
def scan() -> bytes:
    """Pictures: a sheet, a letter of one page, a sheet, another of one page, a blank one."""
    with pikepdf.open(
        BytesIO(
            numeriser(
                ((LETTRE,), ("Association des riverains\n\nNous demandons une réunion publique sur le projet.", ""))
            )
        )
    ) as pdf:
        sortie = BytesIO()
        pdf.save(sortie, deterministic_id=True)
    return sortie.getvalue()


def pages(nombre: int, marque: str = "") -> bytes:
    """A PDF of that many bare pages, unlike another of another mark."""
    with pikepdf.new() as pdf:
        for n in range(nombre):
            pdf.add_blank_page().Contents = pdf.make_stream(f"% {marque} {n}\n100 100 {200 + n} 300 re f".encode())
        sortie = BytesIO()
        pdf.save(sortie, deterministic_id=True)
    return sortie.getvalue()


def pdf(octets: bytes, nom: str = "matin.pdf") -> Fichier:
    return Fichier(nom, "application/pdf", octets)


def depose(troupe: Troupe, octets: bytes) -> Lot:
    return deposer_lot(pdf(octets), by=du_courrier(troupe), at=troupe.at)


def pas(troupe: Troupe, lot: Lot) -> bool:
    """One step of the machine."""
    return avancer(lot.pk, by=systeme(troupe.at), at=troupe.at)


def pret(troupe: Troupe, nombre: int = 4, debuts: tuple[int, ...] = (1, 3), marque: str = "", lu: bool = False) -> Lot:
    """Counted for real; its pages as if they had been drawn and read. `lu`: they have their searchable copy (the same pages)."""
    lot = depose(troupe, pages(nombre, marque))
    pas(troupe, lot)
    copie = ranger(chemin(lot.sha256).read_bytes() + b"\n%lu\n") if lu else ""
    for page in Page.objects.filter(lot=lot):
        page.a_montrer, page.lecture, page.debut = False, Lecture.LUE, page.numero in debuts
        page.texte = f"Objet : essai {page.numero}\nzygomatique {marque}"
        page.lu_dans, page.lu_rang = copie, page.numero - 1
        page.save()
    Lot.objects.filter(pk=lot.pk).update(etat=EtatLot.PRET, pret_le=troupe.at)
    lot.refresh_from_db()
    return lot


def plis(lot: Lot) -> list[PliVu]:
    return plis_de(feuilles(lot))


def numeros(lot: Lot) -> list[str]:
    return [p.numeros for p in plis(lot)]


def etat_des_pages(lot: Lot, champ: str = "lecture") -> list[Any]:
    return list(Page.objects.filter(lot=lot).order_by("numero").values_list(champ, flat=True))


def sans_tesseract(monkeypatch: Any, dossier: Any) -> None:
    """A machine where the reader is not installed."""
    monkeypatch.setenv("PATH", str(dossier))
    assert "tesseract-ocr-fra" in lecture.manque()


def autre(troupe: Troupe) -> Acteur:
    """Somebody who does not keep the registers."""
    return troupe.present("voirie")
