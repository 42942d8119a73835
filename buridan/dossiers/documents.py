"""Serve a file so that it can't act: no sniffing, sandboxed, downloaded unless it is an image we encoded again."""

from typing import TypeVar

from django.http import FileResponse, Http404, HttpResponse
from django.http.response import HttpResponseBase

from buridan.dossiers.fichiers import IMAGES, chemin
from buridan.dossiers.models import Document

R = TypeVar("R", bound=HttpResponseBase)


def inerte(reponse: R) -> R:
    """The same response, which the browser neither guesses about, lets act, nor keeps."""
    reponse["X-Content-Type-Options"] = "nosniff"
    reponse["Content-Security-Policy"] = "sandbox; default-src 'none'"
    reponse["Cache-Control"] = "private, no-store"
    return reponse


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


def servir_lettre(pdf: bytes, reference: str, quoi: str = "reponse") -> HttpResponse:
    """A letter made on the spot, shown in the browser and kept by nobody on the way."""
    reponse = HttpResponse(pdf, content_type="application/pdf")
    reponse["Content-Disposition"] = f'inline; filename="{quoi}-{reference}.pdf"'
    reponse["X-Content-Type-Options"] = "nosniff"
    reponse["Cache-Control"] = "private, no-store"
    return reponse
