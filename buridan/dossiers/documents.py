"""Serve a file so that it can't act: no sniffing, sandboxed, downloaded unless it is an image we encoded again."""

from django.http import FileResponse, Http404

from buridan.dossiers.fichiers import IMAGES, chemin
from buridan.dossiers.models import Document
from buridan.interface.fichiers import inerte


def telecharger(document: Document) -> FileResponse:
    """The file of a document as a response."""
    return servir(document.sha256, document.nom, document.type_mime)


def servir(sha256: str, nom: str, genre: str) -> FileResponse:
    """A stored file as a response. 404 without a digest, and when it is missing on disk (`buridan check` says so)."""
    fichier = chemin(sha256)
    if not sha256 or not fichier.exists():
        raise Http404("fichier absent")
    reponse = FileResponse(fichier.open("rb"), as_attachment=genre not in IMAGES, filename=nom, content_type=genre)
    return inerte(reponse)
