"""Files: type known by content, images made again, stored under their SHA-256, fsync before the row."""

import hashlib
import os
from collections.abc import Iterable
from datetime import datetime
from io import BytesIO
from pathlib import Path, PurePath
from typing import Any

import filetype
from django.conf import settings
from PIL import Image, ImageOps

from buridan.dossiers.models import Document, Dossier

IMAGES = {"image/jpeg": "JPEG", "image/png": "PNG", "image/webp": "WEBP"}
ACCEPTES = {
    **dict.fromkeys(IMAGES, "photo"),
    "application/pdf": "PDF",
    "application/vnd.openxmlformats-officedocument.wordprocessingml.document": "Word",
    "application/vnd.oasis.opendocument.text": "LibreOffice",
}
PIXELS_MAX = 50_000_000
COTE_MAX = 2400


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


def ranger(octets: bytes) -> str:
    """Write once, durably; returns the SHA-256."""
    sha256 = hashlib.sha256(octets).hexdigest()
    cible = chemin(sha256)
    if cible.exists():
        return sha256
    cible.parent.mkdir(parents=True, exist_ok=True)
    provisoire = cible.with_suffix(f".{os.getpid()}.part")
    with provisoire.open("wb") as sortie:
        sortie.write(octets)
        sortie.flush()
        os.fsync(sortie.fileno())
    provisoire.replace(cible)
    dossier = os.open(cible.parent, os.O_RDONLY)
    try:
        os.fsync(dossier)
    finally:
        os.close(dossier)
    return sha256


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
