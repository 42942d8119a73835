"""A response that is a file, and so must not act in the browser; a disk that has no room for one."""

import errno
from typing import TypeVar

from django.http import HttpResponse
from django.http.response import HttpResponseBase

R = TypeVar("R", bound=HttpResponseBase)


def plein(erreur: BaseException | None) -> bool:
    """Is the disk full, or somebody's share of it?"""
    return isinstance(erreur, OSError) and erreur.errno in (errno.ENOSPC, errno.EDQUOT)


def inerte(reponse: R) -> R:
    """The same response, which the browser neither guesses about, lets act, nor keeps."""
    reponse["X-Content-Type-Options"] = "nosniff"
    reponse["Content-Security-Policy"] = "sandbox; default-src 'none'"
    reponse["Cache-Control"] = "private, no-store"
    return reponse


def servir_pdf(pdf: bytes, nom: str) -> HttpResponse:
    """A PDF that Buridan wrote from plain text, shown in the browser (none shows a sandboxed one), kept by nobody on the way."""
    reponse = HttpResponse(pdf, content_type="application/pdf")
    reponse["Content-Disposition"] = f'inline; filename="{nom}.pdf"'
    reponse["X-Content-Type-Options"] = "nosniff"
    reponse["Cache-Control"] = "private, no-store"
    return reponse
