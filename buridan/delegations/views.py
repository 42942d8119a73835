"""The register on screen: who may sign what, up to how much, on any day; give, publish, withdraw, import, export."""

from collections.abc import Callable
from datetime import datetime, time
from typing import Any

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse

from buridan.delegations import pages, rules
from buridan.delegations.actions.deleguer import deleguer, publier
from buridan.delegations.actions.retirer import retirer_delegation
from buridan.delegations.echange import exporter, importer
from buridan.delegations.forms import (
    FormulaireDelegation,
    FormulaireImport,
    FormulairePublication,
    FormulaireQuestion,
    FormulaireRetrait,
    valeurs_pour_renouveler,
)
from buridan.delegations.models import Delegation
from buridan.delegations.queries import registre
from buridan.delegations.registre import Registre
from buridan.droit.delais import FUSEAU_LEGAL
from buridan.interface.fichiers import inerte
from buridan.interface.jetons import faire_une_fois
from buridan.interface.politique import Acces, acteur_de, formulaire, geste, page
from buridan.organisation.acteur import Acteur
from buridan.outils.verdict import FichierInvalide, Refus


def _registre_du(acteur: Acteur, question: FormulaireQuestion) -> tuple[Registre, bool]:
    """The register of the day asked for (noon), now without one; True when the day can't be read."""
    illisible = "date" in question.errors
    jour = question.cleaned_data.get("date") if question.is_bound and not illisible else None
    if jour is None or jour == acteur.annuaire.jour:
        return registre(acteur.at, acteur.annuaire), illisible
    return registre(datetime.combine(jour, time(12), FUSEAU_LEGAL)), False


@page(Acces.AGENT)
def delegations(request: HttpRequest) -> HttpResponse:
    """Who may sign what."""
    acteur = acteur_de(request)
    question = FormulaireQuestion(acteur, request.GET or None)
    question.is_valid()
    r, illisible = _registre_du(acteur, question)
    demande = question.is_bound and not question.errors and question.cleaned_data.get("nature")
    contexte = {
        "question": question, "reponse": pages.repondre(r, question.cleaned_data) if demande else None, "jour": r.jour,
        "aujourdhui": r.jour == acteur.annuaire.jour, "illisible": illisible, "groupes": pages.lignes_par_nature(r),
        "executif": pages.executif(r), "peut_tenir": rules.peut_tenir_registre(acteur), "historique": pages.historique(),
    }  # fmt: skip
    return render(request, "delegations/registre.html", contexte)


@page(Acces.AGENT)
def delegation(request: HttpRequest, pk: int) -> HttpResponse:
    """One delegation, its act, and what may be done with it."""
    return _montrer(request, get_object_or_404(_toutes(), pk=pk))


def _toutes() -> Any:
    return Delegation.objects.select_related("arrete__delegant", "retiree_par")


def _montrer(request: HttpRequest, d: Delegation, **faux: Any) -> HttpResponse:
    acteur = acteur_de(request)
    jour = {"publie_le": acteur.annuaire.jour, "executoire_le": acteur.annuaire.jour}
    contexte = {
        "d": d, "ligne": pages.en_mots(registre(acteur.at, acteur.annuaire), d.pk),
        "peut_tenir": rules.peut_tenir_registre(acteur), "retrait": FormulaireRetrait(),
        "publication": FormulairePublication(initial=jour), **faux,
    }  # fmt: skip
    return render(request, "delegations/delegation.html", contexte, status=422 if faux else 200)


@geste(Acces.DELEGATIONS)
def delegation_retirer(request: HttpRequest, pk: int) -> HttpResponse:
    """Withdraw it, with the reason."""
    d = get_object_or_404(_toutes(), pk=pk)
    form, acteur = FormulaireRetrait(request.POST), acteur_de(request)

    def effet() -> str:
        retirer_delegation(d, by=acteur, at=acteur.at, motif=form.cleaned_data["motif"])
        return "La délégation est retirée : elle ne permet plus de signer, dès maintenant."

    return _agir(request, d, form, "retrait", effet)


@geste(Acces.DELEGATIONS)
def arrete_publier(request: HttpRequest, pk: int) -> HttpResponse:
    """Note when the act of this delegation was published and became executory."""
    d = get_object_or_404(_toutes(), pk=pk)
    form, acteur = FormulairePublication(request.POST), acteur_de(request)

    def effet() -> str:
        publier(d.arrete, by=acteur, at=acteur.at, **form.cleaned_data)
        return f"C'est noté : l'arrêté n° {d.arrete.numero} est exécutoire le {form.cleaned_data['executoire_le']:%d/%m/%Y}."

    return _agir(request, d, form, "publication", effet)


def _agir(request: HttpRequest, d: Delegation, form: Any, nom: str, effet: Callable[[], str]) -> HttpResponse:
    if form.is_valid():
        try:
            faire_une_fois(request, reverse("delegation", args=[d.pk]), effet)
        except Refus as refus:
            form.add_error(None, refus.raison)
        else:
            return redirect("delegation", pk=d.pk)
    return _montrer(request, get_object_or_404(_toutes(), pk=d.pk), **{nom: form})


@formulaire(Acces.DELEGATIONS)
def delegation_nouvelle(request: HttpRequest) -> HttpResponse:
    """Give one, or give again the one of ?depuis=."""
    acteur = acteur_de(request)
    depuis = request.GET.get("depuis", "")
    ancienne = (
        _toutes().filter(pk=int(depuis)).first() if depuis.isascii() and depuis.isdigit() and len(depuis) < 18 else None
    )
    premieres = (
        valeurs_pour_renouveler(ancienne, acteur)
        if ancienne
        else {"signe_le": acteur.annuaire.jour, "debut": acteur.annuaire.jour}
    )
    form = FormulaireDelegation(acteur, request.POST or None, initial=premieres)

    def effet() -> str:
        lignes = [deleguer(form.arrete(), ligne, by=acteur, at=acteur.at) for ligne in form.lignes()]
        suite = (
            "" if lignes[0].arrete.executoire_le else " Elle attend sa publication : notez-la quand elle sera faite."
        )
        return f"{len(lignes)} ligne{'s' if len(lignes) > 1 else ''} au registre.{suite}"

    if request.method == "POST" and form.is_valid():
        try:
            faire_une_fois(request, reverse("delegations"), effet)
        except Refus as refus:
            form.add_error(None, refus.raison)
        else:
            return redirect("delegations")
    contexte = {"form": form, "ancienne": ancienne}
    return render(request, "delegations/nouvelle.html", contexte, status=422 if form.errors else 200)


@formulaire(Acces.DELEGATIONS)
def delegations_importer(request: HttpRequest) -> HttpResponse:
    """Load a file: all its lines or none."""
    acteur = acteur_de(request)
    form = FormulaireImport(request.POST or None, request.FILES or None)
    fautes: list[str] = []
    if request.method == "POST" and form.is_valid():
        try:
            nom = str(getattr(request.FILES["fichier"], "name", "delegations.csv"))
            change = importer(form.cleaned_data["fichier"], by=acteur, at=acteur.at, fichier=nom[:80])
        except FichierInvalide as erreur:
            fautes = erreur.fautes
        else:
            messages.success(
                request, f"{change} changement(s) au registre." if change else "Le registre était déjà à jour."
            )
            return redirect("delegations")
    contexte = {"form": form, "fautes": fautes[:100], "de_plus": max(len(fautes) - 100, 0)}
    return render(request, "delegations/importer.html", contexte, status=422 if form.errors or fautes else 200)


@page(Acces.AGENT)
def delegations_csv(request: HttpRequest) -> HttpResponse:
    """The whole register as a file that the import takes back."""
    reponse = HttpResponse(exporter(), content_type="text/csv; charset=utf-8")
    reponse["Content-Disposition"] = f'attachment; filename="delegations-{acteur_de(request).annuaire.jour}.csv"'
    return inerte(reponse)
