"""The page of the person outside, without an account: a link, a code, then read, sign or refuse.

These pages are kept by nobody on the way and by no search engine. `same-origin` says nothing of the address to any other site;
`no-referrer` would have the browser hide its origin from our own forms, which are then refused (CSRF).
"""

from collections.abc import Callable
from functools import wraps
from typing import Any

from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse
from django.http.response import HttpResponseBase
from django.shortcuts import redirect, render
from django.utils import timezone
from django.views.decorators.debug import sensitive_post_parameters

from buridan.dossiers.actions.traversee import DejaFait, refus_de_la_base
from buridan.dossiers.documents import telecharger
from buridan.droit.delais import date_legale
from buridan.interface.essais import trop_d_essais
from buridan.interface.politique import Acces, geste, page
from buridan.organisation.acteur import systeme
from buridan.organisation.annuaire import annuaire_du
from buridan.outils.verdict import Refus
from buridan.signataires import rules
from buridan.signataires.actions.code import envoyer_code, verifier_code
from buridan.signataires.actions.repondre import rapporter_dehors, refuser_dehors, signer_dehors
from buridan.signataires.courriels import service_de
from buridan.signataires.etats import Etat
from buridan.signataires.forms import FormulaireCode, FormulaireRefuser, FormulaireSigner
from buridan.signataires.models import LienSignature
from buridan.signataires.papier import lire
from buridan.signataires.queries import a_signer, lien_du_jeton
from buridan.signatures.forms import FormulaireRetour
from buridan.signatures.pades import compter

TROP = "Trop d'essais depuis cette connexion. Attendez un quart d'heure, ou appelez la mairie."


def discrete(vue: Callable[..., HttpResponseBase]) -> Callable[..., HttpResponseBase]:
    """Kept nowhere, listed nowhere."""

    @wraps(vue)
    def enveloppe(*args: Any, **kwargs: Any) -> HttpResponseBase:
        reponse = vue(*args, **kwargs)
        reponse["Cache-Control"] = "private, no-store"
        reponse["X-Robots-Tag"] = "noindex, nofollow"
        reponse["Referrer-Policy"] = "same-origin"
        return reponse

    return enveloppe


def _lien(jeton: str) -> LienSignature:
    lien = lien_du_jeton(jeton)
    if lien is None:
        raise Http404
    return lien


def _cle(lien: LienSignature) -> str:
    return f"signataire:{lien.demande_id}"


def _reconnu(request: HttpRequest, lien: LienSignature) -> bool:
    """This browser typed the right code of this very link, not long ago."""
    seance = request.session.get(_cle(lien)) == lien.pk
    return seance and bool(rules.reconnue(lien.demande, timezone.now()))


@page(Acces.PUBLIC)
@discrete
def fiche(request: HttpRequest, jeton: str) -> HttpResponse:
    """Where it stands."""
    return _montrer(request, _lien(jeton), jeton)


def _montrer(
    request: HttpRequest, lien: LienSignature, jeton: str, *, code_http: int = 200, **formes: Any
) -> HttpResponse:
    at = timezone.now()
    demande, jour = lien.demande, date_legale(at)
    verdict, reconnu = rules.marche(lien, jour), _reconnu(request, lien)
    contexte: dict[str, Any] = {
        "demande": demande, "jeton": jeton, "verdict": verdict, "reconnu": reconnu,
        "service": service_de(demande, annuaire_du(jour)), "attend_un_code": bool(rules.code_attendu(demande, at)),
        "form_code": FormulaireCode(), "form_refuser": FormulaireRefuser(), "form_rapporter": FormulaireRetour(),
        "fin": demande.etat == Etat.SIGNEE, "ecrit": "", **formes,
    }  # fmt: skip
    if verdict and reconnu:
        document = a_signer(demande)
        contexte |= {"document": document, "pages": _pages(document), "deja": document.pk != demande.document_id}
        contexte.setdefault("form_signer", FormulaireSigner(initial={"condense": document.sha256}))
    return render(request, "signataires/dehors.html", contexte, status=code_http)


def _pages(document: Any) -> int | None:
    try:
        return compter(lire(document))[0]
    except Refus:
        return None


@geste(Acces.PUBLIC)
@discrete
def code(request: HttpRequest, jeton: str) -> HttpResponse:
    """Send a code to the address that was asked."""
    lien = _lien(jeton)
    try:
        if trop_d_essais(request, "signataire"):
            raise Refus(TROP)
        envoyer_code(lien, at=timezone.now())
    except DejaFait as deja:
        messages.info(request, deja.raison)
    except Refus as refus:
        messages.error(request, refus.raison)
    else:
        messages.success(request, f"Un code vient d'être envoyé à {lien.demande.courriel_masque}. Il vaut dix minutes.")
    return redirect("signataire", jeton=jeton)


@sensitive_post_parameters("code")
@geste(Acces.PUBLIC)
@discrete
def verifier(request: HttpRequest, jeton: str) -> HttpResponse:
    """The code is typed."""
    lien, form = _lien(jeton), FormulaireCode(request.POST)
    if not form.is_valid():
        return _montrer(request, lien, jeton, form_code=form, code_http=422)
    try:
        if trop_d_essais(request, "signataire"):
            raise Refus(TROP)
        if verifier_code(lien, at=timezone.now(), code=form.cleaned_data["code"]):
            request.session.cycle_key()  # whoever knew this session before does not enter with it
            request.session[_cle(lien)] = lien.pk
            return redirect("signataire", jeton=jeton)
        form.add_error("code", "Ce n'est pas le code du dernier courriel. Vérifiez-le, puis réessayez.")
    except Refus as refus:
        form.add_error(None, refus.raison)
    return _montrer(request, _lien(jeton), jeton, form_code=form, code_http=422)


@page(Acces.PUBLIC)
@discrete
def document(request: HttpRequest, jeton: str) -> HttpResponseBase:
    """What is to be signed; once signed, the signed copy."""
    lien = _lien(jeton)
    demande, jour = lien.demande, date_legale(timezone.now())
    signe = demande.signe if demande.etat == Etat.SIGNEE else None
    if not _reconnu(request, lien) or (signe is None and not rules.marche(lien, jour)):
        return redirect("signataire", jeton=jeton)
    return telecharger(signe or a_signer(demande))


@geste(Acces.PUBLIC)
@discrete
def signer(request: HttpRequest, jeton: str) -> HttpResponse:
    """Sign."""
    form = FormulaireSigner(request.POST)
    return _repondre(request, _lien(jeton), jeton, form, "form_signer", signer_dehors, ("condense",))


@geste(Acces.PUBLIC)
@discrete
def rapporter(request: HttpRequest, jeton: str) -> HttpResponse:
    """Signed elsewhere, with one's own certificate: brought back."""
    form = FormulaireRetour(request.POST, request.FILES)
    return _repondre(request, _lien(jeton), jeton, form, "form_rapporter", rapporter_dehors, ("fichier",))


@geste(Acces.PUBLIC)
@discrete
def refuser(request: HttpRequest, jeton: str) -> HttpResponse:
    """Refuse."""
    form = FormulaireRefuser(request.POST)
    return _repondre(request, _lien(jeton), jeton, form, "form_refuser", refuser_dehors, ("motif",))


def _repondre(
    request: HttpRequest, lien: LienSignature, jeton: str, form: Any, nom: str, verbe: Callable[..., Any], champs: tuple[str, ...]
) -> HttpResponse:  # fmt: skip
    """The answer, from the browser that typed the code only."""
    if not _reconnu(request, lien) and rules.marche(lien, date_legale(timezone.now())):
        messages.error(request, "Demandez d'abord un code : il montre que c'est bien vous. Rien n'est encore répondu.")
        return _montrer(request, lien, jeton, code_http=409, ecrit=request.POST.get("motif", ""))
    if not form.is_valid():
        return _montrer(request, lien, jeton, code_http=422, **{nom: form})
    at = timezone.now()
    try:
        with refus_de_la_base():
            verbe(lien, by=systeme(at), at=at, **{c: form.cleaned_data[c] for c in champs})
    except DejaFait as deja:
        messages.info(request, deja.raison)
    except Refus as refus:
        messages.error(request, refus.raison)
        gardes = {} if nom == "form_signer" else {nom: form}  # what was shown to be signed may have changed
        return _montrer(request, _lien(jeton), jeton, code_http=409, **gardes)
    return redirect("signataire", jeton=jeton)
