"""Files: type known by content, images made again, stored under their SHA-256, fsync before the row."""

import errno
import fcntl
import hashlib
import math
import os
import re
import shutil
import unicodedata
from collections.abc import Callable, Collection, Iterable, Iterator
from contextlib import contextmanager
from datetime import datetime, timedelta
from io import BytesIO
from pathlib import Path
from tempfile import NamedTemporaryFile
from typing import IO, Any, NamedTuple

import filetype
from django.conf import settings
from django.db import connection
from django.db.models import ProtectedError
from PIL import Image, ImageOps

from buridan.dossiers import antivirus, inspection
from buridan.dossiers.models import Decision, Document, Dossier
from buridan.outils.panne import point
from buridan.outils.verdict import Refus

IMAGES = {"image/jpeg": "JPEG", "image/png": "PNG", "image/webp": "WEBP"}
ACCEPTES = {
    **dict.fromkeys(IMAGES, "photo"),
    "application/pdf": "PDF",
    "application/vnd.openxmlformats-officedocument.wordprocessingml.document": "Word",
    "application/vnd.oasis.opendocument.text": "LibreOffice",
}
SUFFIXES = {
    "image/jpeg": (".jpg", ".jpeg"), "image/png": (".png",), "image/webp": (".webp",), "application/pdf": (".pdf",),
    "application/vnd.openxmlformats-officedocument.wordprocessingml.document": (".docx",),
    "application/vnd.oasis.opendocument.text": (".odt",),
}  # fmt: skip
NOM_MAX = 150
PERIPHERIQUE = re.compile(r"(con|prn|aux|nul|com[0-9]|lpt[0-9])(\.|$)", re.I)
PIXELS_MAX = {"image/jpeg": 50_000_000, "image/png": 30_000_000, "image/webp": 30_000_000}  # read in less than 512 MB
COTE_MAX = 2400
SURSIS = timedelta(days=7)  # well over the day during which a form keeps the files already sent
PROVISOIRE = ".part"


class FichierRefuse(ValueError):
    """The file can't be accepted; the message names it, says why and what to do."""


class Fichier(NamedTuple):
    """What is kept of an uploaded file. `analyse`: an antivirus looked at it and found nothing."""

    nom: str
    genre: str
    octets: bytes
    analyse: bool = False


def lire(fichier: Any, *, au_plus: int = 0, conseil: str = "Envoyez une photo plus petite.") -> Fichier:
    """An uploaded file, known by its content and made harmless. Raises FichierRefuse.

    `au_plus`: its largest size in bytes (0: that of any upload); `conseil`: what to do with a larger one.
    """
    nom = propre(str(fichier.name))
    au_plus = au_plus or settings.TAILLE_MAX_FICHIER
    if fichier.size > au_plus:
        raise FichierRefuse(f"« {nom} » est trop lourd (plus de {au_plus // (1024 * 1024)} Mo). {conseil}")
    octets = fichier.read()
    if not octets:
        raise FichierRefuse(f"« {nom} » est vide. Vérifiez le fichier sur votre appareil, puis renvoyez-le.")
    analyse = _analyser(nom, octets)
    genre = filetype.guess_mime(octets)
    if genre not in ACCEPTES:
        raise FichierRefuse(
            f"« {nom} » ne peut pas être reçu : seuls les photos (JPEG, PNG, WebP), PDF, Word et LibreOffice le sont. "
            "Enregistrez-le au format PDF, puis renvoyez-le."
        )
    return Fichier(bien_nomme(nom, genre), genre, _rendre_inoffensif(nom, genre, octets), analyse)


def _analyser(nom: str, octets: bytes) -> bool:
    """As it came, before anything else looks at it."""
    try:
        return antivirus.analyser(octets)
    except antivirus.Infecte as virus:
        raise FichierRefuse(
            f"« {nom} » contient un virus connu ({virus}) : il n'est pas gardé. Faites analyser votre appareil, puis "
            "envoyez un autre fichier."
        ) from virus


def _rendre_inoffensif(nom: str, genre: str, octets: bytes) -> bytes:
    if genre in IMAGES:
        return _refaire(nom, genre, octets)
    try:
        if genre == "application/pdf":
            return inspection.desarmer_pdf(octets)
        inspection.verifier_bureautique(octets, genre)
    except inspection.Dangereux as raison:
        raise FichierRefuse(f"« {nom} » {raison}") from raison
    return octets


def propre(nom: str) -> str:
    """A name that any system takes as a plain name: no folder, no hidden character, no device, no dot at its ends."""
    visible = "".join(
        c for c in nom.replace("\\", "/").rpartition("/")[2] if unicodedata.category(c)[0] not in "CZ" or c == " "
    )
    net = " ".join(re.sub(r'[<>:"|?*]', "_", visible).split()).strip(". ")
    corps, point_final, suffixe = net.rpartition(".")
    court = f"{corps[: NOM_MAX - len(suffixe) - 1]}.{suffixe}" if point_final and len(suffixe) < 10 else net[:NOM_MAX]
    return f"_{court}" if PERIPHERIQUE.match(court) else court or "fichier"


def bien_nomme(nom: str, genre: str) -> str:
    """With the extension of what it is: a program's name on a picture would be started by a double click."""
    suffixes = SUFFIXES[genre]
    return nom if nom.lower().endswith(suffixes) else f"{nom[: NOM_MAX - len(suffixes[0])]}{suffixes[0]}"


def _refaire(nom: str, genre: str, octets: bytes) -> bytes:
    """Decode and encode again: drops hidden content, position and other metadata."""
    try:
        with Image.open(BytesIO(octets), formats=[IMAGES[genre]]) as image:
            if image.width * image.height > PIXELS_MAX[genre]:
                raise FichierRefuse(f"« {nom} » est une image trop grande. Réduisez-la puis renvoyez-la.")
            image.draft("RGB", (COTE_MAX, COTE_MAX))  # a JPEG is read smaller: less memory
            image.thumbnail((COTE_MAX, COTE_MAX))
            droite = ImageOps.exif_transpose(image)
            sortie = BytesIO()
            nue = droite.convert("RGBA" if genre != "image/jpeg" and droite.mode in ("RGBA", "P", "LA") else "RGB")
            nue.info = {}  # comments and profiles would be written again
            nue.save(sortie, IMAGES[genre], quality=85)
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


def _ecrire(dossier: Path, ecrire: Callable[[IO[bytes]], object], taille: int = 0) -> Path:
    """A new file of that folder, on the disk; nothing of it stays when it can't be written.

    The last RESERVE_DISQUE bytes are the database's: without a file a request can still be written, without a database nothing.
    """
    if shutil.disk_usage(dossier).free - taille < settings.RESERVE_DISQUE:
        raise OSError(errno.ENOSPC, os.strerror(errno.ENOSPC), str(dossier))
    with NamedTemporaryFile(dir=dossier, suffix=PROVISOIRE, delete=False) as sortie:
        provisoire = Path(sortie.name)
        try:
            ecrire(sortie)
            sortie.flush()
            os.fsync(sortie.fileno())
        except BaseException:
            provisoire.unlink()
            raise
    return provisoire


def ranger(octets: bytes) -> str:
    """Write once, durably; returns the SHA-256. A file already there is kept, and made young again for the sweep.

    Raises OSError when the disk has no room left (`buridan.interface.fichiers.plein`).
    """
    sha256 = hashlib.sha256(octets).hexdigest()
    cible = chemin(sha256)
    _creer_dossier(cible.parent)
    with _tenir(cible.parent, fcntl.LOCK_SH) as dossier:
        if cible.exists() and cible.stat().st_size == len(octets):
            os.utime(cible)
        else:
            point("fichier.avant")
            os.replace(_ecrire(cible.parent, lambda sortie: sortie.write(octets), len(octets)), cible)
        os.fsync(dossier)  # even when somebody else wrote it: their own may not be done yet
        point("fichier.apres")
    return sha256


def ranger_par(ecrire: Callable[[IO[bytes]], object]) -> tuple[str, int]:
    """The same for what memory can't hold: `ecrire` writes it in the file it is given. Returns the SHA-256 and the size (bytes).

    Half written by a process that died, it stays alone in its folder until the sweep.
    """
    atelier = Path(settings.MEDIA_ROOT) / "00"
    _creer_dossier(atelier)
    provisoire = _ecrire(atelier, ecrire)
    with provisoire.open("rb") as entree:
        sha256 = hashlib.file_digest(entree, "sha256").hexdigest()
    cible, taille = chemin(sha256), provisoire.stat().st_size
    _creer_dossier(cible.parent)
    with _tenir(cible.parent, fcntl.LOCK_SH) as dossier:
        os.replace(provisoire, cible)
        os.fsync(dossier)
    return sha256, taille


_NOMMES = [
    """SELECT c.sha256, d.reference AS ou, c.nom, c.taille FROM dossiers_document c
    JOIN dossiers_dossier d ON d.id = c.dossier_id"""
]


def nommer_aussi(sql: str) -> None:
    """Declare, at start, what else names stored files: columns sha256, ou (where, in words), nom, taille (bytes, or null).

    The sweep, the backup and `buridan check` then know these files as they know those of the documents.
    """
    if sql not in _NOMMES:
        _NOMMES.append(sql)


def sql_des_nommes() -> str:
    """All that names a stored file, as a query with these four columns."""
    return " UNION ALL ".join(_NOMMES)


def nommes(parmi: Collection[str]) -> set[str]:
    """Of these digests, those that a row names."""
    with connection.cursor() as curseur:
        curseur.execute(f"SELECT sha256 FROM ({sql_des_nommes()}) f WHERE sha256 = ANY(%s)", [list(parmi)])  # noqa: S608
        return {sha256 for (sha256,) in curseur.fetchall()}


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
    """Remove the files that no row names and nobody stored since SURSIS; returns how many.

    A file is written before its row: when the process dies between the two, or when a form is never sent again, it stays
    alone. Nobody can read it, so it can wait.
    """
    limite, retires = (at - SURSIS).timestamp(), 0
    for dossier in _dossiers():
        vieux = {f.name for f in dossier.iterdir() if modifie_le(f) < limite}
        retires += sum(_retirer(dossier / nom, limite) for nom in sorted(vieux - nommes(vieux)))
    return retires


def retirer(condenses: Iterable[str], *, avant: float) -> None:
    """Remove these files, those that a row still names or that were stored since `avant` (seconds since 1970) apart.

    `avant` must leave a form its time (SURSIS) when the site is used; what is left then goes with the sweep.
    """
    for sha256 in condenses:
        if chemin(sha256).exists():
            _retirer(chemin(sha256), avant)


def _retirer(fichier: Path, limite: float) -> bool:
    with _tenir(fichier.parent, fcntl.LOCK_EX):
        if modifie_le(fichier) >= limite:
            return False
        if nommes([fichier.name]):
            return False
        fichier.unlink()
    return True


def joindre(
    dossier: Dossier, fichiers: Iterable[Fichier | tuple[str, str, bytes]], *, at: datetime, par: int | None, public: bool
) -> list[Document]:  # fmt: skip
    """Attach files already read by `lire`; inside the transaction of the fact."""
    documents = composer(dossier, fichiers, at=at, par=par, public=public)
    for document in documents:
        document.save(force_insert=True)
    return documents


def detacher(dossier: Dossier, lesquels: Collection[str]) -> list[str]:
    """Take these files (their uuid, as text) out of a draft, inside the transaction of the fact; their names.

    Raises Refus for one that somebody may have read before deciding, or that is signed: it stays. The sweep takes the file.
    """
    retires = [d for d in Document.objects.filter(dossier=dossier).order_by("at", "pk") if str(d.uuid) in lesquels]
    for document in retires:
        if Decision.objects.filter(etape__dossier=dossier, at__gte=document.at).exists():
            raise Refus(
                f"« {document.nom} » a été joint avant qu'on se prononce : il reste au dossier. Joignez le bon document, et "
                "dites dans votre texte lequel compte."
            )
        try:
            document.delete()
        except ProtectedError as tenu:
            raise Refus(f"« {document.nom} » sert déjà à une signature : il reste au dossier.") from tenu
    return [d.nom for d in retires]


def neufs(dossier: Dossier, fichiers: Iterable[Fichier]) -> list[Fichier]:
    """Those that the dossier does not hold yet under that name: a form sent again attaches nothing twice."""
    deja = set(Document.objects.filter(dossier=dossier).values_list("nom", "sha256"))
    return [f for f in fichiers if (f.nom, hashlib.sha256(f.octets).hexdigest()) not in deja]


def composer(
    dossier: Dossier, fichiers: Iterable[Fichier | tuple[str, str, bytes]], *, at: datetime, par: int | None, public: bool
) -> list[Document]:  # fmt: skip
    """The same, stored on the disk, whose rows are not written yet."""
    return [
        Document(
            dossier=dossier, nom=f.nom, type_mime=f.genre, taille=len(f.octets), sha256=ranger(f.octets), at=at, par_id=par,
            public=public, analyse_le=at if f.analyse else None,
        )
        for f in (Fichier(*f) for f in fichiers)
    ]  # fmt: skip
