"""A page that is one JPEG goes to the reader as the scanner made it; any other page is drawn first."""

from collections.abc import Callable
from io import BytesIO

import pikepdf
import pytest
from PIL import Image

from buridan.numerisation.tel_quel import avec_finesse, image_seule

LARGEUR, HAUTEUR = 413, 585  # pixels, at 50 dots per inch, of a sheet of 594.72 by 842.4 points


def jpeg(couleur: str = "L") -> bytes:
    sortie = BytesIO()
    Image.linear_gradient("L").resize((LARGEUR, HAUTEUR)).convert(couleur).save(sortie, "JPEG", dpi=(72, 72))
    return sortie.getvalue()


def feuille(contenu: bytes = b"q 594.72 0 0 842.4 0 0 cm /Im Do Q") -> pikepdf.Pdf:
    """A scanned page, its picture to the edges."""
    pdf = pikepdf.new()
    page = pdf.add_blank_page(page_size=(594.72, 842.4))
    image = pikepdf.Stream(pdf, jpeg(), Type=pikepdf.Name.XObject, Subtype=pikepdf.Name.Image, Width=LARGEUR, Height=HAUTEUR,
                           ColorSpace=pikepdf.Name.DeviceGray, BitsPerComponent=8, Filter=pikepdf.Name.DCTDecode)  # fmt: skip
    page.Resources = pikepdf.Dictionary(XObject=pikepdf.Dictionary(Im=image))
    page.Contents = pdf.make_stream(contenu)
    return pdf


def lue(pdf: pikepdf.Pdf, finesse: float = 50) -> bytes | None:
    return image_seule(pdf.pages[0], finesse, finesse)


def test_a_page_that_is_one_picture_gives_its_own_bytes() -> None:
    assert lue(feuille()) == jpeg()


@pytest.mark.parametrize(
    "changer",
    [
        lambda p: p.rotate(90, relative=True),
        lambda p: p.obj.__setitem__("/Annots", pikepdf.Array()),
        lambda p: p.obj.__setitem__("/MediaBox", [0, 0, 594.72, 900]),
        lambda p: p.get_images()["/Im"].__setitem__("/Decode", [1, 0]),
        lambda p: p.get_images()["/Im"].__setitem__("/ColorSpace", pikepdf.Name.DeviceCMYK),
        lambda p: p.get_images()["/Im"].__setitem__("/Filter", [pikepdf.Name.FlateDecode, pikepdf.Name.DCTDecode]),
    ],
    ids=["turned", "a note on it", "a margin", "inverted", "four inks", "packed twice"],
)
def test_a_page_whose_picture_is_not_all_of_it_is_drawn(changer: Callable[[pikepdf.Page], None]) -> None:
    pdf = feuille()
    changer(pdf.pages[0])
    assert lue(pdf) is None


@pytest.mark.parametrize("contenu", [b"q 594.72 0 0 842.4 0 0 cm /Im Do Q q 50 0 0 50 9 9 cm /Im Do Q",
                                     b"q 0 842.4 -594.72 0 594.72 0 cm /Im Do Q", b"q 594.72 0 0 842.4 0 0 cm /Autre Do Q"])  # fmt: skip
def test_a_page_with_a_stamp_or_a_picture_lying_is_drawn(contenu: bytes) -> None:
    assert lue(feuille(contenu)) is None


def test_a_page_that_must_be_read_at_another_resolution_is_drawn() -> None:
    assert lue(feuille(), 100) is None


def test_the_picture_says_its_resolution_and_keeps_its_points() -> None:
    for avant in (jpeg(), jpeg()[:2] + jpeg()[20:]):  # with its own header, and without any
        apres = Image.open(BytesIO(avec_finesse(avant, 300, 300)))
        assert apres.info["dpi"] == (300, 300)
        assert apres.tobytes() == Image.open(BytesIO(jpeg())).tobytes()
