"""Pages that belong to no domain: errors, CSP reports, accessibility."""

import json
import logging
import re
import sys
from urllib.parse import urlsplit

from django.http import Http404, HttpRequest, HttpResponse, RawPostDataException
from django.shortcuts import render
from django.template.loader import render_to_string
from django.views.decorators.csrf import csrf_exempt
from psycopg.errors import DiskFull

from buridan.interface import guide as livre
from buridan.interface.fichiers import plein
from buridan.interface.politique import Acces, RequeteBuridan, geste, page

journal = logging.getLogger(__name__)


def illisible(request: HttpRequest, exception: Exception | None = None) -> HttpResponse:
    """400: too many files or fields, or something no form of ours sends. Nothing of the request is read again."""
    return HttpResponse(render_to_string("400.html"), status=400)


def introuvable(request: HttpRequest, exception: Exception | None = None) -> HttpResponse:
    """404."""
    return render(request, "404.html", status=404)


def en_panne(request: HttpRequest) -> HttpResponse:
    """500, or 507 when the disk is full; without the context of a page, for the database may be what is down."""
    erreur = sys.exc_info()[1]
    sature = plein(erreur) or (erreur is not None and isinstance(erreur.__cause__, DiskFull))
    page_dite = render_to_string("500.html", {"envoi": request.method == "POST", "sature": sature})
    return HttpResponse(page_dite, status=507 if sature else 500)


def jeton_refuse(request: HttpRequest, reason: str = "") -> HttpResponse:
    """The CSRF token is missing or old: the form stayed open too long or cookies are refused."""
    return render(request, "jeton_refuse.html", status=403)


@csrf_exempt  # browsers send these reports without a token; nothing is written but a log line
@geste(Acces.PUBLIC)
def rapport_csp(request: HttpRequest) -> HttpResponse:
    """A browser says that a page broke the Content-Security-Policy. The page's address may hold a key or words: not kept."""
    try:
        rapport = dict(json.loads(request.body[:10_000])["csp-report"])
    except (ValueError, KeyError, TypeError, RawPostDataException):  # the last: sent as a form
        return HttpResponse(status=204)
    directive = re.sub(r"[^a-z-]", "", str(rapport.get("violated-directive", "")).split(" ")[0])[:30]
    bloque = urlsplit(str(rapport.get("blocked-uri", ""))[:500])
    journal.error("CSP: %s refused %s", directive, bloque.hostname or "something of the page")
    return HttpResponse(status=204)


@page(Acces.PUBLIC)
def accessibilite(request: HttpRequest) -> HttpResponse:
    """The accessibility statement (loi 2005-102 art. 47)."""
    return render(request, "interface/accessibilite.html")


@page(Acces.PUBLIC)
def mentions(request: HttpRequest) -> HttpResponse:
    """Legal notice and personal data."""
    return render(request, "interface/mentions.html")


def _page_du_guide(request: RequeteBuridan, code: str) -> HttpResponse:
    lue = livre.page(code)
    if lue is None:
        raise Http404
    return render(request, "interface/guide.html", {"page": lue, "sommaire": lue.taches if code != livre.INDEX else ()})


@page(Acces.PUBLIC)
def guide(request: RequeteBuridan) -> HttpResponse:
    """The users' guide by job and by question, or the tasks that hold some words; for the public, the resident's page."""
    mots = request.GET.get("q", "").strip()[:80]
    if mots:
        trouvees = [
            (tache, livre.adresse(tache.page)) for tache in livre.chercher(mots, agent=request.acteur is not None)
        ]
        return render(request, "interface/guide_recherche.html", {"mots": mots, "trouvees": trouvees})
    return _page_du_guide(request, livre.INDEX if request.acteur else livre.HABITANT)


@page(Acces.PUBLIC)
def guide_habitant(request: RequeteBuridan) -> HttpResponse:
    """The resident's page."""
    return _page_du_guide(request, livre.HABITANT)


@page(Acces.AGENT)
def guide_page(request: RequeteBuridan, code: str) -> HttpResponse:
    """One job's page, open to every agent whatever the job."""
    return _page_du_guide(request, code)
