"""Scanned post: pages ready in Buridan beside what Tesseract alone takes with the same options, on as many cores.

`python -m bench.numerisation --pages 200`: this measure alone.
"""

import argparse
import os
import subprocess
import sys
import tempfile
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from pathlib import Path
from random import Random
from shutil import which
from time import perf_counter, sleep

from bench import base
from bench.rapport import Ligne, imprimer, lire_notes

CIBLE, FINESSE = 1.3, 300  # dots per inch
NOM = "courrier numérisé / Tesseract seul (durée)"


def lignes(pages: int) -> list[Ligne]:
    """The ratio for that many pages; nothing, with a sentence, on a machine without Tesseract. Django must be ready."""
    from buridan.numerisation.lecture import coeurs, manque

    if raison := manque():
        print(f"{NOM} : non mesuré. {raison}")
        return []
    with tempfile.TemporaryDirectory() as dossier:
        images = _dessiner(pages, Path(dossier))
        seul = _tesseract_seul(images, coeurs())
        entier, mots = _par_buridan(_en_pdf(images))
    print(
        f"{pages} pages, {coeurs()} cœurs : Tesseract seul {seul:.1f} s ({seul / pages:.2f} s la page), "
        f"Buridan {entier:.1f} s, du dépôt au lot prêt ; {mots} mots lus."
    )
    return [Ligne(NOM, entier / seul, CIBLE, au_plus=True)]


def _dessiner(nombre: int, dossier: Path) -> list[Path]:
    """Pages of a letter, as a scanner makes them: grey JPEG of an A4 sheet, each with other words."""
    import pypdfium2
    from PIL import Image

    from bench.mots import MOTS
    from buridan.demo.numerisations import composer_page

    alea, images = Random(7), []
    for n in range(nombre):
        texte = [" ".join(alea.choice(MOTS) for _ in range(9)).capitalize() + "." for _ in range(28)]
        page = pypdfium2.PdfDocument(composer_page("\n".join(texte)))[0]
        image: Image.Image = page.render(scale=FINESSE / 72, grayscale=True).to_pil()
        image.save(dossier / f"{n}.jpg", "JPEG", quality=80, dpi=(FINESSE, FINESSE))
        images.append(dossier / f"{n}.jpg")
    return images


def _en_pdf(images: list[Path]) -> bytes:
    import img2pdf
    from ocrmypdf import api  # noqa: F401  its own dependency, img2pdf, keeps the pictures as they are

    return bytes(img2pdf.convert([str(i) for i in images]))


def _tesseract_seul(images: list[Path], coeurs: int) -> float:
    """Seconds for all, one process a page, as many at once as cores."""
    env = {**os.environ, "OMP_THREAD_LIMIT": "1"}

    def lire(image: Path) -> None:
        commande = [which("tesseract") or "tesseract", "-l", "fra", image, image.with_suffix(""), "hocr", "txt"]
        subprocess.run(commande, env=env, check=True, capture_output=True)

    debut = perf_counter()
    with ThreadPoolExecutor(coeurs) as equipe:
        list(equipe.map(lire, images))
    return perf_counter() - debut


def _par_buridan(pdf: bytes) -> tuple[float, int]:
    """(seconds from the deposit to the batch ready, by a worker that waits; words read)."""
    from django.utils import timezone

    from buridan.dossiers.fichiers import Fichier
    from buridan.numerisation.actions.lots import recevoir_lot
    from buridan.numerisation.models import Lot, Page
    from buridan.organisation.acteur import systeme

    with _travailleur():
        at, debut = timezone.now(), perf_counter()
        lot = recevoir_lot(Fichier("banc.pdf", "application/pdf", pdf), by=systeme(at), at=at)
        while not Lot.objects.filter(pk=lot.pk, etat__in=("pret", "refuse")).exists():
            sleep(0.1)
        duree = perf_counter() - debut
    lues = Page.objects.filter(lot=lot, lecture="lue")
    assert lues.count() == Page.objects.filter(lot=lot).count(), "des pages n'ont pas été lues"
    return duree, sum(len(t.split()) for t in lues.values_list("texte", flat=True))


@contextmanager
def _travailleur() -> Iterator[None]:
    """The jobs' process, as `buridan run` starts it, once it listens."""
    from procrastinate.contrib.django.models import ProcrastinateWorker

    avant = set(ProcrastinateWorker.objects.values_list("pk", flat=True))
    commande = [
        sys.executable,
        "manage.py",
        "procrastinate",
        "worker",
        "--concurrency",
        "2",
        "--queues",
        "numerisation",
    ]
    travaux = subprocess.Popen(commande, cwd=base.RACINE, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
    try:
        while not ProcrastinateWorker.objects.exclude(pk__in=avant).exists():
            assert travaux.poll() is None, "le processus des travaux ne démarre pas"
            sleep(0.2)
        yield
    finally:
        travaux.terminate()
        travaux.wait()


def main() -> None:
    """This measure alone."""
    options = argparse.ArgumentParser(prog="python -m bench.numerisation")
    options.add_argument("--pages", type=int, default=200)
    lues = options.parse_args()
    base.demarrer()
    imprimer(lignes(lues.pages), lire_notes())


if __name__ == "__main__":
    main()
