"""Files: type known by content, images made again, stored under their SHA-256, fsync before the row."""

import fcntl
import hashlib
import math
import os
from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from datetime import datetime, timedelta
from io import BytesIO
from pathlib import Path, PurePath
from tempfile import NamedTemporaryFile
from typing import Any

import filetype
from django.conf import settings
from PIL import Image, ImageOps

from buridan.dossiers.models import Document, Dossier
from buridan.outils.panne import point

IMAGES = {"image/jpeg": "JPEG", "image/png": "PNG", "image/webp": "WEBP"}
ACCEPTES = {
    **dict.fromkeys(IMAGES, "photo"),
    "application/pdf": "PDF",
    "application/vnd.openxmlformats-officedocument.wordprocessingml.document": "Word",
    "application/vnd.oasis.opendocument.text": "LibreOffice",
}
PIXELS_MAX = 50_000_000
COTE_MAX = 2400
SURSIS = timedelta(days=7)  # well over the day during which a form keeps the files already sent
PROVISOIRE = ".part"


class FichierRefuse(ValueError):
    """The file can't be accepted; the message names it, says why and what to do."""


def lire(fichier: Any) -> tuple[str, str, bytes]:
    """(name, MIME type, bytes to store) of an uploaded file. Raises FichierRefuse."""
    nom = PurePath(str(fichier.name).replace("\\", "/")).name[:200] or "fichier"
    if fichier.size > settings.TAILLE_MAX_FICHIER:
        limite = settings.TAILLE_MAX_FICHIER // (1024 * 1024)
        raise FichierRefuse(f"« {nom} » est trop lourd (plus de {limite} Mo). Envoyez une photo plus petite.")
    octets = fichier.read()
    genre = filetype.guess_mime(octets)
    if genre not in ACCEPTES:
        raise FichierRefuse(
            f"« {nom} » ne peut pas être reçu : seuls les photos (JPEG, PNG, WebP), PDF, Word et LibreOffice le sont."
        )
    if genre in IMAGES:
        return nom, genre, _refaire(nom, genre, octets)
    return nom, genre, octets


def _refaire(nom: str, genre: str, octets: bytes) -> bytes:
    """Decode and encode again: drops hidden content, position and other metadata."""
    try:
        with Image.open(BytesIO(octets)) as image:
            if image.width * image.height > PIXELS_MAX:
                raise FichierRefuse(f"« {nom} » est une image trop grande. Réduisez-la puis renvoyez-la.")
            droite = ImageOps.exif_transpose(image)
            droite.thumbnail((COTE_MAX, COTE_MAX))
            sortie = BytesIO()
            droite.convert("RGBA" if genre != "image/jpeg" and droite.mode in ("RGBA", "P", "LA") else "RGB").save(
                sortie, IMAGES[genre], quality=85
            )
            return sortie.getvalue()
    except FichierRefuse:
        raise
    except Exception as erreur:
        raise FichierRefuse(f"« {nom} » n'est pas une image lisible. Reprenez la photo ou envoyez un PDF.") from erreur


def chemin(sha256: str) -> Path:
    """Where the file of that digest stands; user's names are never used."""
    return Path(settings.MEDIA_ROOT) / sha256[:2] / sha256


@contextmanager
def _tenir(dossier: Path, verrou: int) -> Iterator[int]:
    """The folder open and locked: the sweep (exclusive) and those who store (shared) don't meet in it."""
    descripteur = os.open(dossier, os.O_RDONLY)
    try:
        fcntl.flock(descripteur, verrou)
        yield descripteur
    finally:
        os.close(descripteur)


def _creer_dossier(dossier: Path) -> None:
    """Make it and those above it; each new name is on the disk when this returns."""
    if not dossier.exists():
        _creer_dossier(dossier.parent)
        dossier.mkdir(exist_ok=True)
        with _tenir(dossier.parent, fcntl.LOCK_SH) as parent:
            os.fsync(parent)


def ranger(octets: bytes) -> str:
    """Write once, durably; returns the SHA-256. A file already there is kept, and made young again for the sweep."""
    sha256 = hashlib.sha256(octets).hexdigest()
    cible = chemin(sha256)
    _creer_dossier(cible.parent)
    with _tenir(cible.parent, fcntl.LOCK_SH) as dossier:
        if cible.exists() and cible.stat().st_size == len(octets):
            os.utime(cible)
        else:
            point("fichier.avant")
            with NamedTemporaryFile(dir=cible.parent, suffix=PROVISOIRE, delete=False) as sortie:
                sortie.write(octets)
                sortie.flush()
                os.fsync(sortie.fileno())
            os.replace(sortie.name, cible)
        os.fsync(dossier)  # even when somebody else wrote it: their own may not be done yet
        point("fichier.apres")
    return sha256


def modifie_le(fichier: Path) -> float:
    """Seconds since 1970; never when it was renamed or removed meanwhile."""
    try:
        return fichier.stat().st_mtime
    except FileNotFoundError:
        return math.inf


def fichiers_ranges() -> Iterator[Path]:
    """Every file that stands in the store, those half written included, in order of folder and name."""
    for dossier in _dossiers():
        yield from sorted(dossier.iterdir())


def _dossiers() -> list[Path]:
    return sorted(p for p in Path(settings.MEDIA_ROOT).glob("[0-9a-f][0-9a-f]") if p.is_dir())


def balayer(*, at: datetime) -> int:
    """Remove the files that no document names and nobody stored since SURSIS; returns how many.

    A file is written before its row: when the process dies between the two, or when a form is never sent again, it stays
    alone. Nobody can read it, so it can wait.
    """
    limite, retires = (at - SURSIS).timestamp(), 0
    for dossier in _dossiers():
        vieux = {f.name for f in dossier.iterdir() if modifie_le(f) < limite}
        nommes = set(Document.objects.filter(sha256__in=vieux).values_list("sha256", flat=True))
        retires += sum(_retirer(dossier / nom, limite) for nom in sorted(vieux - nommes))
    return retires


def retirer(condenses: Iterable[str], *, avant: float) -> None:
    """Remove these files, those that a document still names or that were stored since `avant` (seconds since 1970) apart.

    `avant` must leave a form its time (SURSIS) when the site is used; what is left then goes with the sweep.
    """
    for sha256 in condenses:
        if chemin(sha256).exists():
            _retirer(chemin(sha256), avant)


def _retirer(fichier: Path, limite: float) -> bool:
    with _tenir(fichier.parent, fcntl.LOCK_EX):
        if modifie_le(fichier) >= limite:
            return False
        if Document.objects.filter(sha256=fichier.name).exists():
            return False
        fichier.unlink()
    return True


def joindre(
    dossier: Dossier, fichiers: Iterable[tuple[str, str, bytes]], *, at: datetime, par: int | None, public: bool
) -> list[Document]:
    """Attach files already read by `lire`; inside the transaction of the fact."""
    return [
        Document.objects.create(
            dossier=dossier, nom=nom, type_mime=genre, taille=len(octets), sha256=ranger(octets), at=at, par_id=par,
            public=public,
        )
        for nom, genre, octets in fichiers
    ]  # fmt: skip
