"""What opens a scanned PDF, in a process of its own with bounded memory, time and files.

`python -m buridan.numerisation.atelier GESTURE`: a request in JSON on standard input, an answer in JSON on standard output.
It knows neither Django nor the database, and is given none of their secrets. Whatever it does badly, it ends alone.
"""

import ctypes
import json
import os
import resource
import signal
import sys
from collections.abc import Callable
from concurrent.futures import ProcessPoolExecutor
from pathlib import Path
from typing import Any

import pikepdf

SEPARATEUR = "BURIDAN:NOUVEAU-COURRIER"
MEMOIRE, FICHIER = 2 << 30, 1 << 30  # bytes, for each process
PR_SET_PDEATHSIG = 1
APERCU, VIGNETTE = (1100, 1500), (220, 300)  # pixels, at most
POINTS_MAX = 3400  # longest side of a page, in points: A0
PIXELS_MAX = 80  # of an image, in millions
LOURDE = 150_000  # bytes, of a picture of a page
ENCRE, PALE = 0.0004, 70  # part of the page that is darker than the paper; levels of grey between paper and ink
TEL_QUEL = str(Path(__file__).with_name("tel_quel.py"))
SAUTEE = "[OCR skipped on page(s)"
Demande = dict[str, Any]


def compter(demande: Demande) -> Demande:
    """How many pages; numbers of those too large to be drawn."""
    with pikepdf.open(demande["source"]) as pdf:
        grandes = [n for n, page in enumerate(pdf.pages, 1) if max(map(abs, map(float, page.mediabox))) > POINTS_MAX]
        return {"pages": len(pdf.pages), "grandes": grandes}


def montrer(demande: Demande) -> Demande:
    """Pictures of these pages, what each is, and whether its ink is pale; what can't be drawn says so."""
    taches = [(demande["source"], demande["vers"], p["numero"], p["rotation"]) for p in demande["pages"]]
    if len(taches) == 1:
        return {"pages": [_montrer_une(taches[0])]}
    with ProcessPoolExecutor(demande["coeurs"]) as equipe:
        return {"pages": list(equipe.map(_montrer_une, taches))}


def _montrer_une(tache: tuple[str, str, int, int]) -> Demande:
    source, vers, numero, rotation = tache
    import pypdfium2
    import zxingcpp
    from PIL import Image

    Image.MAX_IMAGE_PIXELS = PIXELS_MAX * 1_000_000
    pdf = pypdfium2.PdfDocument(source)
    page = pdf[numero - 1]
    echelle = min(130 / 72, 1600 / max(page.get_size()))
    image = page.render(scale=echelle, rotation=rotation).to_pil().convert("RGB")
    gris = image.convert("L")
    codes = zxingcpp.read_barcodes(gris, formats=zxingcpp.BarcodeFormats(zxingcpp.BarcodeFormat.QRCode))
    papier, encre, noirceur = _peser(gris.histogram())
    dit: Demande = {"numero": numero, "pale": papier - noirceur < PALE}
    dit["sorte"] = (
        "separateur" if any(c.text == SEPARATEUR for c in codes) else "blanche" if encre < ENCRE else "courrier"
    )
    for nom, taille in (("apercu", APERCU), ("vignette", VIGNETTE)):
        petite = image.copy()
        petite.thumbnail(taille)
        dit[nom] = str(Path(vers) / f"{numero}-{nom}.jpg")
        petite.save(dit[nom], "JPEG", quality=60)
    return dit


def dessiner(demande: Demande) -> Demande:
    """One page to be read on a screen, with the blocks of its signatures, as (type, base64); what can't be drawn says so."""
    from base64 import b64encode
    from io import BytesIO

    import pypdfium2

    try:
        pdf = pypdfium2.PdfDocument(demande["source"])
        pdf.init_forms()
        page = pdf[demande["numero"] - 1]
        image = page.render(scale=min(130 / 72, 1600 / max(page.get_size()))).to_pil().convert("RGB")
    except (pypdfium2.PdfiumError, IndexError):
        return {"erreur": "illisible"}
    sortie, genre = BytesIO(), "image/webp"
    image.save(sortie, "WEBP", lossless=True, method=1)  # a text is lighter so, a photograph is not
    if len(sortie.getvalue()) > LOURDE:
        sortie, genre = BytesIO(), "image/jpeg"
        image.save(sortie, "JPEG", quality=70)
    return {"genre": genre, "image": b64encode(sortie.getvalue()).decode()}


def _peser(histogramme: list[int]) -> tuple[int, float, int]:
    """(level of the paper: the median, part of the page that is darker by 25 levels, level of the darkest thousandth)."""
    total, cumul = sum(histogramme), 0
    papier, noirceur, sombre = 255, 0, 0
    for niveau, nombre in enumerate(histogramme):
        if cumul < total / 1000 <= cumul + nombre:
            noirceur = niveau
        if cumul < total / 2 <= cumul + nombre:
            papier = niveau
        cumul += nombre
    sombre = sum(histogramme[: max(papier - 25, 0)])
    return papier, sombre / total, noirceur


def extraire(demande: Demande) -> Demande:
    """These pages of the untouched file, as they are: the same pages always give the same bytes."""
    with pikepdf.open(demande["source"]) as pdf, pikepdf.new() as neuf:
        for page in demande["pages"]:
            neuf.pages.append(pdf.pages[page["numero"] - 1])
            if page.get("rotation"):
                neuf.pages[-1].rotate(page["rotation"], relative=True)
        neuf.save(demande["vers"], deterministic_id=True)
    return {}


def lire(demande: Demande) -> Demande:
    """A searchable copy of these pages, and the text of each."""
    from ocrmypdf.__main__ import run

    tranche, notes = f"{demande['vers']}.tranche", f"{demande['vers']}.txt"
    extraire({**demande, "vers": tranche})
    code = run(  # type: ignore[no-untyped-call]
        ["-q", "-l", demande["langue"], "--mode", "skip", "--rasterizer", "pypdfium", "--plugin", TEL_QUEL,
         "--output-type", "auto", "--pdfa-backend", "internal", "--optimize", "0", "--jobs", str(demande["coeurs"]),
         "--sidecar", notes, "--tesseract-timeout", str(demande["par_page"]), "--max-image-mpixels", str(PIXELS_MAX),
         tranche, demande["vers"]]
    )  # fmt: skip
    if code not in (0, 10):  # 10: made, but not PDF/A
        return {"code": int(code)}
    textes = Path(notes).read_text(encoding="utf-8").split("\f")
    textes += [""] * (len(demande["pages"]) - len(textes))
    return {"code": 0, "textes": _avec_celui_des_autres(textes, tranche)}


def _avec_celui_des_autres(textes: list[str], pdf: str) -> list[str]:
    """A page that bears its own text was not read again: that text is taken."""
    import pypdfium2

    if not any(SAUTEE in t for t in textes):
        return textes
    document = pypdfium2.PdfDocument(pdf)
    propres = [page.get_textpage().get_text_bounded() for page in document]
    return [p if SAUTEE in t or not t.strip() else t for t, p in zip(textes, propres, strict=False)]


def assembler(demande: Demande) -> Demande:
    """One searchable file of pages that stand in several: `pages` are [file, place from 0]."""
    ouverts = {fichier: pikepdf.open(fichier) for fichier, _rang in demande["pages"]}
    with pikepdf.open(demande["pages"][0][0]) as tout:  # the frame: what says that it is PDF/A
        del tout.pages[:]
        for cle in ("/Outlines", "/StructTreeRoot", "/MarkInfo", "/AcroForm", "/Dests", "/Names", "/PageLabels"):
            if cle in tout.Root:
                del tout.Root[cle]
        for fichier, rang in demande["pages"]:
            tout.pages.append(ouverts[fichier].pages[rang])
        tout.save(demande["vers"], deterministic_id=True)
    from pikepdf import pdfa  # its reader of fonts is slow to load, and few need it

    return {"pdfa": pdfa.validate_written(demande["vers"], "2b").passed}  # looked at, and not what it says of itself


_TOUS = (compter, montrer, dessiner, extraire, lire, assembler)
GESTES: dict[str, Callable[[Demande], Demande]] = {g.__name__: g for g in _TOUS}


def borner(secondes: int) -> None:
    """This process and those it starts: bounded, and gone with who started it."""
    ctypes.CDLL(None).prctl(PR_SET_PDEATHSIG, signal.SIGKILL)
    for quoi, combien in (
        (resource.RLIMIT_AS, MEMOIRE), (resource.RLIMIT_FSIZE, FICHIER), (resource.RLIMIT_CORE, 0),
        (resource.RLIMIT_CPU, secondes), (resource.RLIMIT_NOFILE, 512),
    ):  # fmt: skip
        dur = resource.getrlimit(quoi)[1]
        borne = combien if dur == resource.RLIM_INFINITY else min(combien, dur)
        resource.setrlimit(quoi, (borne, borne))


def main() -> None:
    """One request. A password, or what can't be opened, is an answer; anything else ends with a code."""
    demande = json.load(sys.stdin)
    borner(int(demande["secondes"]))
    sortie = os.fdopen(os.dup(1), "w")
    os.dup2(2, 1)  # whatever a library prints is not the answer
    try:
        dit = GESTES[sys.argv[1]](demande)
    except pikepdf.PasswordError:
        dit = {"erreur": "mot_de_passe"}
    except pikepdf.PdfError:
        dit = {"erreur": "illisible"}
    json.dump(dit, sortie)
    sortie.flush()


if __name__ == "__main__":
    main()
