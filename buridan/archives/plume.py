"""Entries of a ZIP archive of dossiers, written as they come, never held in memory; all bear the same instant."""

import hashlib
from datetime import datetime
from zipfile import ZIP_DEFLATED, ZIP_STORED, ZipFile, ZipInfo

from buridan.archives.description import Range
from buridan.dossiers.fichiers import chemin
from buridan.droit.delais import FUSEAU_LEGAL

MORCEAU = 1024 * 1024  # bytes read at a time
DEJA_COMPRESSES = ("image/", "application/pdf", "application/vnd.", "application/zip")


class Impossible(Exception):
    """The archive can't be built as it is; the message says what stops it and what to do."""


def ici(at: datetime) -> datetime:
    """That instant as clocks here show it."""
    return at.astimezone(FUSEAU_LEGAL)


class Plume:
    """Writes entries of the archive."""

    def __init__(self, archive: ZipFile, at: datetime) -> None:
        self.archive = archive
        self.date = ici(at).timetuple()[:6]

    def _entree(self, uri: str, mime: str) -> ZipInfo:
        entree = ZipInfo(uri, self.date)
        entree.compress_type = ZIP_STORED if mime.startswith(DEJA_COMPRESSES) else ZIP_DEFLATED
        entree.external_attr = 0o600 << 16
        return entree

    def poser(self, uri: str, octets: bytes, mime: str) -> None:
        """A content that is at hand."""
        self.archive.writestr(self._entree(uri, mime), octets)

    def copier(self, uri: str, fichier: Range, reference: str) -> int:
        """A stored file, whose content must still be the one that was received; its size in bytes."""
        lu, taille = hashlib.sha256(), 0
        try:
            with (
                chemin(fichier.sha256).open("rb") as entree,
                self.archive.open(self._entree(uri, fichier.mime), "w", force_zip64=True) as copie,
            ):
                while morceau := entree.read(MORCEAU):
                    lu.update(morceau)
                    taille += copie.write(morceau)
        except FileNotFoundError as erreur:
            raise Impossible(
                f"{reference} : le fichier « {fichier.nom} » manque sur le disque. Reprenez-le d'une sauvegarde, puis"
                " relancez."
            ) from erreur
        if lu.hexdigest() != fichier.sha256:
            raise Impossible(
                f"{reference} : le fichier « {fichier.nom} » n'est plus celui qui a été reçu. Reprenez-le d'une"
                " sauvegarde, puis relancez."
            )
        return taille
