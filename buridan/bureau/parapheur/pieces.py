"""What is read beside a decision, page by page: the paper of its nature, and the PDFs that are joined.

Nothing is kept: a page is drawn when its picture is asked for (a third of a second of one processor), and the reader's browser
holds it for a day. So an erasure has nothing to look for here.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from io import BytesIO
from pathlib import Path

import pikepdf
import typst
from django.urls import reverse

from buridan.dossiers.fichiers import chemin
from buridan.dossiers.models import Document, Dossier
from buridan.dossiers.natures import nature_de
from buridan.dossiers.papier import Papier
from buridan.organisation.acteur import Acteur

AU_PLUS = 12
PDF = "application/pdf"
A4 = (595, 842)  # points
PROTEGE = "Ce document est protégé par un mot de passe : ses pages ne peuvent pas être montrées ici. Ouvrez-le."
ILLISIBLE = "Les pages de ce document ne peuvent pas être montrées ici (fichier abîmé ou absent). Ouvrez le document."


@dataclass(frozen=True, slots=True)
class Feuille:
    """A page to show: its number from 1, the address of its picture, its size (points)."""

    numero: int
    adresse: str
    largeur: int
    hauteur: int


@dataclass(frozen=True, slots=True)
class Piece:
    """A document to read. `adresse` opens it; `feuilles`: its first pages, of `nombre`; `raison`: why none can be shown."""

    titre: str
    adresse: str
    feuilles: tuple[Feuille, ...] = ()
    nombre: int = 0
    raison: str = ""


def papier_de(dossier: Dossier) -> Papier | None:
    """What the nature gives to be read, else the letter of the draft that stands; None when there is neither."""
    nature = nature_de(dossier)
    lettre = nature.lettre
    if nature.papier is not None or lettre is None or not dossier.projet_reponse:
        return nature.papier
    return Papier("La lettre telle qu'elle partira", "lettre", lambda dossier, acteur, at: lettre(dossier, None))


def composer(papier: Papier, dossier: Dossier, acteur: Acteur, at: datetime) -> bytes:
    """Its PDF; empty when it can't be made (a file it is made of is missing): the decision is read all the same."""
    try:
        return papier.composer(dossier, acteur, at)
    except (OSError, pikepdf.PdfError, typst.TypstError):
        return b""


def pieces_de(dossier: Dossier, documents: Sequence[Document], *, acteur: Acteur, at: datetime) -> list[Piece]:
    """The paper first, then the joined PDFs, the latest first: what was just signed is read before what came with the request."""
    trouvees = []
    if (papier := papier_de(dossier)) is not None:
        arguments = {"uuid": dossier.uuid} | ({"tour": dossier.tour} if papier.adresse == "lettre" else {})
        tailles, raison = mesurer(composer(papier, dossier, acteur, at))
        images = [
            reverse("parapheur_papier", args=(dossier.uuid, int(dossier.bouge_le.timestamp()), n))
            for n in range(1, len(tailles) + 1)
        ]
        trouvees.append(_piece(papier.titre, reverse(papier.adresse, kwargs=arguments), tailles, images, raison))
    for document in sorted(documents, key=lambda d: d.at, reverse=True):
        if document.type_mime == PDF:
            tailles, raison = mesurer(chemin(document.sha256))
            images = [
                reverse("parapheur_page", args=(dossier.uuid, document.uuid, n)) for n in range(1, len(tailles) + 1)
            ]
            adresse = reverse("document", args=(dossier.uuid, document.uuid))
            trouvees.append(_piece(document.nom, adresse, tailles, images, raison))
    return trouvees


def _piece(titre: str, adresse: str, tailles: list[tuple[int, int]], images: list[str], raison: str) -> Piece:
    feuilles = (Feuille(n, image, *taille) for n, (image, taille) in enumerate(zip(images, tailles, strict=True), 1))
    return Piece(titre, adresse, tuple(feuilles)[:AU_PLUS], len(tailles), raison)


def mesurer(pdf: bytes | Path) -> tuple[list[tuple[int, int]], str]:
    """(width and height of each page in points, why there are none). Opens nothing of the pages, and draws none."""
    try:
        with pikepdf.open(BytesIO(pdf) if isinstance(pdf, bytes) else pdf) as lu:
            return [_taille(page) for page in lu.pages], ""
    except pikepdf.PasswordError:
        return [], PROTEGE
    except (pikepdf.PdfError, OSError, ValueError, TypeError, RecursionError, MemoryError):
        return [], ILLISIBLE


def _taille(page: pikepdf.Page) -> tuple[int, int]:
    try:
        x1, y1, x2, y2 = (float(v) for v in page.cropbox)
        taille = (round(abs(x2 - x1)), round(abs(y2 - y1)))
        debout = int(page.obj.get("/Rotate", 0)) % 180 == 0
    except (ValueError, TypeError, OverflowError):
        return A4
    return (taille if debout else taille[::-1]) if min(taille) > 0 else A4
