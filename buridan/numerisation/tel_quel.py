"""A plugin of OCRmyPDF: a page that is one JPEG is read as the scanner made it, neither drawn nor encoded again.

Drawing and encoding cost a fifth of what Tesseract takes. Any other page goes to OCRmyPDF's own rasterizer.
"""

import struct
from pathlib import Path
from typing import Any

import pikepdf
from ocrmypdf import hookimpl

COULEURS = ("/DeviceGray", "/DeviceRGB")
SEULEMENT = ["q", "cm", "Do", "Q"]  # what the content of such a page says


@hookimpl
def rasterize_pdf_page(
    input_file: Path, output_file: Path, raster_dpi: Any, pageno: int, page_dpi: Any, rotation: int | None
) -> Path | None:
    """The picture of the page, if it is the very one that would be drawn at that resolution; None leaves the page to others."""
    with pikepdf.open(input_file) as pdf:
        jpeg = None if rotation else image_seule(pdf.pages[pageno - 1], float(raster_dpi.x), float(raster_dpi.y))
    if jpeg is None:
        return None
    voulue = page_dpi or raster_dpi
    output_file.write_bytes(avec_finesse(jpeg, round(voulue.x), round(voulue.y)))
    return output_file


def image_seule(page: pikepdf.Page, finesse_x: float, finesse_y: float) -> bytes | None:
    """The JPEG that is all of the page, upright, to its edges, with as many pixels as the page has at that resolution."""
    if page.get("/Rotate", 0) or "/Annots" in page or "/UserUnit" in page:
        return None
    ordres = pikepdf.parse_content_stream(page)
    if [str(o.operator) for o in ordres] != SEULEMENT:
        return None
    gauche, bas, droite, haut = (float(c) for c in page.mediabox)
    largeur, hauteur = droite - gauche, haut - bas
    place = (largeur, 0, 0, hauteur, gauche, bas)
    if any(abs(float(a) - b) > 0.5 for a, b in zip(ordres[1].operands, place, strict=True)):
        return None
    image = page.get_images(recursive=False).get(str(ordres[2].operands[0]))
    if image is None or image.get("/Filter") not in ("/DCTDecode", [pikepdf.Name.DCTDecode]):
        return None
    if image.get("/ColorSpace") not in COULEURS or {"/Decode", "/SMask", "/Mask"} & set(image.keys()):
        return None
    pixels = (round(largeur * finesse_x / 72), round(hauteur * finesse_y / 72))
    return image.read_raw_bytes() if (int(image.Width), int(image.Height)) == pixels else None


def avec_finesse(jpeg: bytes, x: int, y: int) -> bytes:
    """The same picture whose JFIF header (ITU-T T.871) says how many dots per inch it has, whatever its own said."""
    reste = jpeg[2:]
    if reste[:2] == b"\xff\xe0" and reste[4:9] == b"JFIF\0":
        reste = reste[2 + int.from_bytes(reste[2:4], "big") :]
    return jpeg[:2] + b"\xff\xe0" + struct.pack(">H5sHBHHBB", 16, b"JFIF\0", 0x0102, 1, x, y, 0, 0) + reste
