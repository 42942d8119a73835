"""Answer templates: list, write, change, preview with an example, retire."""

from typing import Any
from uuid import uuid4

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils import timezone

from buridan.demandes.actions.modeles import (
    ModeleChange,
    creer_modele,
    modifier_modele,
    remettre_modele,
    retirer_modele,
)
from buridan.demandes.forms_modeles import FormulaireModele
from buridan.demandes.lettre import composer_exemple
from buridan.demandes.models import ModeleReponse, TypeDemande
from buridan.demandes.reponses import CHAMPS, exemple
from buridan.droit.delais import date_legale
from buridan.interface.fichiers import servir_pdf
from buridan.interface.jetons import DejaEnvoye, jeton_de
from buridan.interface.politique import Acces, acteur_de, formulaire, geste, page
from buridan.outils.verdict import Refus


@page(Acces.QUALITE)
def liste(request: HttpRequest) -> HttpResponse:
    """Templates offered, then those retired."""
    titres = dict(TypeDemande.objects.values_list("code", "titre"))
    lignes: list[dict[str, Any]] = [
        {"modele": m, "pour": ", ".join([m.famille] * bool(m.famille) + [titres.get(t, t) for t in m.types])}
        for m in ModeleReponse.objects.order_by("titre")
    ]
    contexte = {
        "offerts": [x for x in lignes if x["modele"].retire_le is None],
        "retires": [x for x in lignes if x["modele"].retire_le is not None],
    }
    return render(request, "demandes/modeles/liste.html", contexte)


@formulaire(Acces.QUALITE)
def nouveau(request: HttpRequest) -> HttpResponse:
    """A new template."""
    form = FormulaireModele(request.POST or None)
    if request.method != "POST" or "apercu" in request.POST or not form.is_valid():
        return _montrer(request, form, None)
    try:
        modele = creer_modele(form.contenu(), by=acteur_de(request), at=timezone.now(), jeton=jeton_de(request.POST))
    except DejaEnvoye as deja:
        messages.info(request, "C'était déjà enregistré : rien n'a été fait deux fois.")
        return redirect("modele", code=deja.resultat)
    except Refus as refus:
        form.add_error(None, refus.raison)
        return _montrer(request, form, None)
    messages.success(request, f"Le modèle « {modele.titre} » est enregistré : les agents peuvent s'en servir.")
    return redirect("modele", code=modele.code)


@formulaire(Acces.QUALITE)
def modele(request: HttpRequest, code: str) -> HttpResponse:
    """Change a template; its versions, with author and date."""
    courant = get_object_or_404(ModeleReponse, code=code)
    if request.method != "POST":
        return _montrer(request, FormulaireModele.du_modele(courant), courant)
    form = FormulaireModele(request.POST)
    if "apercu" in request.POST or not form.is_valid():
        return _montrer(request, form, courant)
    try:
        modifier_modele(
            courant, form.contenu(), by=acteur_de(request), at=timezone.now(), version=form.cleaned_data["version"]
        )
    except ModeleChange as change:
        return _conflit(request, courant, change)
    except Refus as refus:
        form.add_error(None, refus.raison)
        return _montrer(request, form, courant)
    messages.success(request, "Le modèle est enregistré. Les réponses déjà écrites ne changent pas.")
    return redirect("modele", code=code)


def _conflit(request: HttpRequest, courant: ModeleReponse, change: ModeleChange) -> HttpResponse:
    """What was typed stays on screen beside the other's version; saving again is then a choice."""
    tape = request.POST.copy()
    tape["version"] = str(change.derniere.numero)
    form = FormulaireModele(tape)
    form.add_error(None, change.raison)
    return _montrer(request, form, courant, conflit=change.derniere)


def _montrer(
    request: HttpRequest, form: FormulaireModele, courant: ModeleReponse | None, conflit: Any = None
) -> HttpResponse:
    acteur, jour = acteur_de(request), date_legale(timezone.now())
    apercu = form.is_bound and "apercu" in request.POST and form.is_valid()
    contexte = {
        "form": form, "modele": courant, "conflit": conflit, "champs": [(f"{{{{{c}}}}}", aide) for c, aide in CHAMPS.items()],
        "apercu": exemple(form.cleaned_data["texte"], agent=acteur.nom, jour=jour) if apercu else "",
        "versions": courant.versions.select_related("par").order_by("-numero")[:30] if courant else [],
        "jeton": request.POST.get("jeton") or str(uuid4()),
    }  # fmt: skip
    code_http = 409 if conflit else 422 if form.is_bound and form.errors else 200
    return render(request, "demandes/modeles/modele.html", contexte, status=code_http)


@geste(Acces.QUALITE)
def apercu(request: HttpRequest) -> HttpResponse:
    """The letter that this template would give, with an invented request; writes nothing."""
    acteur, at = acteur_de(request), timezone.now()
    texte = exemple(request.POST.get("texte", "")[:20_000], agent=acteur.nom, jour=date_legale(at))
    return servir_pdf(composer_exemple(texte, at=at), "reponse-exemple")


@geste(Acces.QUALITE)
def retirer(request: HttpRequest, code: str) -> HttpResponse:
    """No longer offered, or offered again."""
    courant, by, at = get_object_or_404(ModeleReponse, code=code), acteur_de(request), timezone.now()
    try:
        if "remettre" in request.POST:
            remettre_modele(courant, by=by, at=at)
            messages.success(request, f"Le modèle « {courant.titre} » est de nouveau proposé aux agents.")
        else:
            retirer_modele(courant, by=by, at=at)
            messages.success(request, f"Le modèle « {courant.titre} » n'est plus proposé. Ses versions sont gardées.")
    except Refus as refus:
        messages.info(request, refus.raison)
    return redirect("modeles")
