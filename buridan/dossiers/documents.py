"""Serve a file so that it can't act: no sniffing, sandboxed, downloaded unless it is an image we encoded again."""

from django.http import FileResponse, Http404

from buridan.dossiers.fichiers import IMAGES, chemin
from buridan.dossiers.models import Document
from buridan.interface.fichiers import inerte


def telecharger(document: Document) -> FileResponse:
    """The file as a response. 404 when it is missing on disk (`buridan check` says so)."""
    fichier = chemin(document.sha256)
    if not fichier.exists():
        raise Http404("fichier absent")
    reponse = FileResponse(
        fichier.open("rb"), as_attachment=document.type_mime not in IMAGES, filename=document.nom,
        content_type=document.type_mime,
    )  # fmt: skip
    return inerte(reponse)
