"""Closed by default: each view declares who may reach it; a view that declares nothing stops the start.

`@page` (GET) runs in a read-only transaction, so a GET can't write. `@geste` is a POST. `@formulaire` is both.
"""

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from enum import StrEnum
from functools import wraps
from typing import Any

from django.conf import settings
from django.contrib.auth.views import redirect_to_login
from django.core import checks
from django.db import connection, transaction
from django.http import HttpRequest, HttpResponse, HttpResponseNotAllowed
from django.http.response import HttpResponseBase
from django.shortcuts import render
from django.urls import URLPattern, URLResolver, get_resolver
from django.utils import timezone

from buridan.organisation.acteur import Acteur, acteur
from buridan.organisation.models import Droit
from buridan.outils.panne import point

Vue = Callable[..., HttpResponseBase]


class Acces(StrEnum):
    """Who may reach a view."""

    PUBLIC = "public"
    AGENT = "agent"
    GUICHET = "guichet"
    QUALITE = "qualite"
    ADMINISTRATION = "administration"
    DELEGATIONS = "delegations"
    FINANCES = "finances"
    DONNEES = "donnees"
    VERSEMENT = "versement"
    DEMO = "demo"


@dataclass(frozen=True, slots=True)
class Politique:
    """What a view declares."""

    acces: Acces
    methodes: frozenset[str]


_DROIT_DEMANDE = {
    Acces.GUICHET: (Droit.GUICHET, "Cette page est réservée à l'accueil, qui enregistre les demandes."),
    Acces.QUALITE: (Droit.QUALITE, "Cette page est réservée au service organisation et qualité."),
    Acces.DELEGATIONS: (
        Droit.DELEGATIONS,
        "Cette page est réservée au service qui tient le registre des délégations.",
    ),
    Acces.ADMINISTRATION: (Droit.ADMINISTRATION, "Cette page est réservée aux administrateurs de l'organisation."),
    Acces.FINANCES: (Droit.FINANCES, "Cette page est réservée à la direction des finances, qui importe le budget."),
    Acces.DONNEES: (Droit.DONNEES, "Cette page est réservée au délégué à la protection des données et aux archives."),
    Acces.VERSEMENT: (
        Droit.VERSEMENT,
        "Cette page est réservée au service des archives, qui verse des dossiers entiers.",
    ),
}
# Views of installed libraries, which can't carry our decorators.
TIERS = {
    "allauth.account": Acces.PUBLIC,
    "allauth.mfa": Acces.PUBLIC,
    "django.views.static": Acces.PUBLIC,
}


class RequeteBuridan(HttpRequest):
    """A request to a view with a policy: `acteur` is the person logged in, None for the public."""

    acteur: Acteur | None


def acteur_de(request: HttpRequest) -> Acteur:
    """Who asks, in a view that the public can't open."""
    acteur: Acteur = request.acteur  # type: ignore[attr-defined]
    return acteur


def _refus(request: HttpRequest, acces: Acces) -> HttpResponse | None:
    """The answer that stops the request, or None."""
    courant: Acteur | None = getattr(request, "acteur", None)
    if acces is Acces.PUBLIC:
        return None
    if acces is Acces.DEMO:
        return None if settings.DEMO else render(request, "404.html", status=404)
    if courant is None:
        return redirect_to_login(request.get_full_path())
    droit, raison = _DROIT_DEMANDE.get(acces, ("", ""))
    if droit and droit not in courant.droits:
        return render(request, "403.html", {"raison": raison}, status=403)
    return None


def _identifier(request: HttpRequest) -> None:
    personne = request.user.pk if request.user.is_authenticated else None
    request.acteur = acteur(personne, timezone.now()) if personne else None  # type: ignore[attr-defined]


def _executer(vue: Vue, request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponseBase:
    """A POST: its effect is committed when the view returns, and only then is it answered."""
    reponse = vue(request, *args, **kwargs)
    point("reponse.avant")
    return reponse


def _declarer(acces: Acces, methodes: frozenset[str], *, lecture_seule: bool) -> Callable[[Vue], Vue]:
    def decorer(vue: Vue) -> Vue:
        @wraps(vue)
        def enveloppe(request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponseBase:
            if request.method not in methodes:
                return HttpResponseNotAllowed(sorted(methodes))
            _identifier(request)
            refus = _refus(request, acces)
            if refus is not None:
                return refus
            if not lecture_seule and request.method == "POST":
                return _executer(vue, request, *args, **kwargs)
            with transaction.atomic():
                with connection.cursor() as curseur:
                    curseur.execute("SET TRANSACTION READ ONLY")
                return vue(request, *args, **kwargs)

        enveloppe.politique = Politique(acces, methodes)  # type: ignore[attr-defined]
        return enveloppe

    return decorer


def sonde(vue: Vue) -> Vue:
    """A public GET that reads no person and opens no transaction: it answers even when the database does not."""

    @wraps(vue)
    def enveloppe(request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponseBase:
        if request.method not in {"GET", "HEAD"}:
            return HttpResponseNotAllowed(["GET", "HEAD"])
        return vue(request, *args, **kwargs)

    enveloppe.politique = Politique(Acces.PUBLIC, frozenset({"GET", "HEAD"}))  # type: ignore[attr-defined]
    return enveloppe


def page(acces: Acces) -> Callable[[Vue], Vue]:
    """A GET that cannot write: PostgreSQL refuses it."""
    return _declarer(acces, frozenset({"GET", "HEAD"}), lecture_seule=True)


def geste(acces: Acces) -> Callable[[Vue], Vue]:
    """A POST that does one thing."""
    return _declarer(acces, frozenset({"POST"}), lecture_seule=False)


def formulaire(acces: Acces) -> Callable[[Vue], Vue]:
    """A form: GET shows it (read-only), POST sends it."""
    return _declarer(acces, frozenset({"GET", "HEAD", "POST"}), lecture_seule=False)


def politique_de(vue: Any) -> Politique | None:
    """Policy of a view, ours or an installed library's; None when it declares nothing."""
    declaree = getattr(vue, "politique", None)
    if isinstance(declaree, Politique):
        return declaree
    module = getattr(getattr(vue, "view_class", vue), "__module__", "")
    acces = next((a for prefixe, a in TIERS.items() if module.startswith(prefixe)), None)
    return Politique(acces, frozenset({"GET", "HEAD", "POST"})) if acces else None


def adresses(resolveur: URLResolver | None = None, prefixe: str = "") -> Iterator[tuple[str, URLPattern]]:
    """Every URL pattern with its full route."""
    for motif in (resolveur or get_resolver()).url_patterns:
        route = prefixe + str(motif.pattern)
        if isinstance(motif, URLResolver):
            yield from adresses(motif, route)
        else:
            yield route, motif


class PolitiqueMiddleware:
    """Last guard: a view without policy answers nothing, even if the start-up check was skipped."""

    def __init__(self, suivant: Vue) -> None:
        self.suivant = suivant

    def __call__(self, request: HttpRequest) -> HttpResponseBase:
        """Pass the request on, unless its path holds a NUL, which no page asks for and PostgreSQL refuses."""
        if "\0" in request.path:
            return render(request, "404.html", status=404)
        return self.suivant(request)

    def process_view(self, request: HttpRequest, vue: Any, args: Any, kwargs: Any) -> HttpResponse | None:
        """404 for a view without policy."""
        politique = politique_de(vue)
        if politique is None:
            return render(request, "404.html", status=404)
        if not hasattr(vue, "politique"):
            _identifier(request)
        return None


@checks.register(checks.Tags.security)
def chaque_adresse_a_sa_politique(app_configs: Any = None, **kwargs: Any) -> list[checks.CheckMessage]:
    """Refuses to start when a URL has no declared policy."""
    return [
        checks.Error(
            f"L'adresse « {route} » n'a pas de politique d'accès.",
            hint="Décorez sa vue avec @page, @geste ou @formulaire (buridan.interface.politique).",
            id="buridan.E001",
        )
        for route, motif in adresses()
        if politique_de(motif.callback) is None
    ]
