"""The rules of routing, kept by the mail office, and how right what is proposed turns out to be."""

from collections.abc import Callable
from functools import wraps
from typing import Any

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils import timezone

from buridan.courriers import rules
from buridan.courriers.actions.regles import ecrire_regle, retirer_regle
from buridan.courriers.etats import Mesure
from buridan.courriers.forms import FormulaireRegle
from buridan.courriers.models import Justesse, RegleAiguillage
from buridan.interface.politique import Acces, acteur_de, formulaire, geste, page
from buridan.outils.verdict import Refus

SOURCES = {Mesure.REGLE: "Une règle du service courrier", Mesure.APPRIS: "Les courriers passés"}


def _du_bureau(vue: Callable[..., HttpResponse]) -> Callable[..., HttpResponse]:
    """For the mail office; the others are told who keeps them."""

    @wraps(vue)
    def gardee(request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponse:
        verdict = rules.peut_enregistrer(acteur_de(request))
        if not verdict:
            return render(request, "403.html", {"raison": verdict.raison}, status=403)
        return vue(request, *args, **kwargs)

    return gardee


@page(Acces.AGENT)
@_du_bureau
def regles(request: HttpRequest) -> HttpResponse:
    """In the order in which they are tried."""
    lignes = RegleAiguillage.objects.filter(retiree_le=None).select_related("par")
    return render(request, "courriers/regles.html", {"regles": lignes, "peut_enregistrer": True, "ici": "regles"})


@formulaire(Acces.AGENT)
@_du_bureau
def nouvelle(request: HttpRequest) -> HttpResponse:
    """One more."""
    return _ecrire(request, None)


@formulaire(Acces.AGENT)
@_du_bureau
def regle(request: HttpRequest, pk: int) -> HttpResponse:
    """Change one."""
    return _ecrire(request, get_object_or_404(RegleAiguillage, pk=pk, retiree_le=None))


def _ecrire(request: HttpRequest, sur: RegleAiguillage | None) -> HttpResponse:
    acteur = acteur_de(request)
    form = FormulaireRegle(acteur.annuaire, request.POST or None, regle=sur)
    if request.method == "POST" and form.is_valid():
        try:
            ecrire_regle(form.regle(), by=acteur, at=timezone.now(), sur=sur)
        except Refus as refus:
            form.add_error(None, refus.raison)
        else:
            messages.success(request, "La règle est écrite : elle vaut pour les prochains courriers.")
            return redirect("courrier_regles")
    contexte = {"form": form, "regle": sur, "peut_enregistrer": True, "ici": "regles"}
    return render(request, "courriers/regle.html", contexte, status=422 if form.errors else 200)


@geste(Acces.AGENT)
@_du_bureau
def retirer(request: HttpRequest, pk: int) -> HttpResponse:
    """Take one away."""
    try:
        retirer_regle(get_object_or_404(RegleAiguillage, pk=pk), by=acteur_de(request), at=timezone.now())
    except Refus as refus:
        messages.info(request, refus.raison)
    else:
        messages.success(request, "La règle est retirée.")
    return redirect("courrier_regles")


@page(Acces.AGENT)
@_du_bureau
def justesse(request: HttpRequest) -> HttpResponse:
    """What was written last night: nothing is computed here."""
    de_tous: dict[str, Justesse] = {}
    des_services: list[tuple[str, Justesse]] = []
    annuaire = acteur_de(request).annuaire
    for j in Justesse.objects.order_by("-lettres", "id"):
        if j.service_id is None:
            de_tous[j.quoi] = j
        else:
            des_services.append((annuaire.nom_entite(j.service_id), j))
    sources = [(SOURCES[quoi], de_tous[quoi]) for quoi in SOURCES if quoi in de_tous]
    contexte = {
        "total": de_tous.get(Mesure.SERVICE), "sources": sources, "par_service": des_services,
        "nature": de_tous.get(Mesure.NATURE), "urgence": de_tous.get(Mesure.URGENCE),
        "peut_enregistrer": True, "ici": "justesse",
    }  # fmt: skip
    return render(request, "courriers/justesse.html", contexte)
