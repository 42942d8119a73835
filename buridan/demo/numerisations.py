"""The post of this morning, scanned: three letters behind separator sheets, drawn here. The jobs read it once they run."""

from datetime import datetime, timedelta
from io import BytesIO
from pathlib import Path

import pikepdf
import pypdfium2

from buridan.courriers.queries import NATURE, bureau
from buridan.demo.jours import Jours
from buridan.demo.textes_numerisations import PAGES
from buridan.dossiers.fichiers import Fichier
from buridan.dossiers.pdf import compiler
from buridan.droit.delais import date_legale
from buridan.numerisation.actions.lots import deposer_lot
from buridan.numerisation.papier import separateurs

POINTS_PAR_POUCE, FINESSE = 72, 130  # the scanner's resolution, in dots per inch


def deposer_le_courrier_du_matin(jours: Jours, *, at: datetime) -> None:
    """Bring it, twenty minutes ago; nothing in a town without a mail office."""
    chez, instant = bureau(), at - timedelta(minutes=20)
    if chez is None:
        return
    trouve = jours.annuaire(date_legale(instant)).resoudre_entite(chez.entite_id, NATURE)
    scan = Fichier(f"courrier du {instant:%d-%m-%Y}.pdf", "application/pdf", numeriser(PAGES))
    deposer_lot(scan, by=jours.acteur(trouve.personnes[0], instant), at=instant)


def numeriser(courriers: tuple[tuple[str, ...], ...]) -> bytes:
    """Pictures of these letters (each the texts of its pages), a separator sheet before each: what a scanner makes."""
    feuille, images = separateurs(1), []
    for pages in courriers:
        images += _images(feuille)
        for texte in pages:
            images += _images(composer_page(texte))
    return _en_pdf(images)


def composer_page(texte: str) -> bytes:
    """A page of a letter, as PDF."""
    return compiler(Path(__file__).parent / "courrier_papier.typ", "page", {"lignes": texte.split("\n")})


def _images(pdf: bytes) -> list[tuple[bytes, int, int]]:
    """Each page as (JPEG, width, height)."""
    images = []
    for page in pypdfium2.PdfDocument(pdf):
        image = page.render(scale=FINESSE / POINTS_PAR_POUCE, grayscale=True).to_pil()
        sortie = BytesIO()
        image.save(sortie, "JPEG", quality=70)
        images.append((sortie.getvalue(), image.width, image.height))
    return images


def _en_pdf(images: list[tuple[bytes, int, int]]) -> bytes:
    """One picture a page, the same bytes each time."""
    with pikepdf.new() as pdf:
        for jpeg, largeur, hauteur in images:
            taille = [x * POINTS_PAR_POUCE / FINESSE for x in (largeur, hauteur)]
            image = pikepdf.Stream(
                pdf, jpeg, Type=pikepdf.Name.XObject, Subtype=pikepdf.Name.Image, Width=largeur, Height=hauteur,
                ColorSpace=pikepdf.Name.DeviceGray, BitsPerComponent=8, Filter=pikepdf.Name.DCTDecode,
            )  # fmt: skip
            page = pdf.add_blank_page(page_size=(taille[0], taille[1]))
            page.Resources = pikepdf.Dictionary(XObject=pikepdf.Dictionary(Im=image))
            page.Contents = pdf.make_stream(f"{taille[0]:.2f} 0 0 {taille[1]:.2f} 0 0 cm /Im Do".encode())
        sortie = BytesIO()
        pdf.save(sortie, deterministic_id=True)
        return sortie.getvalue()
