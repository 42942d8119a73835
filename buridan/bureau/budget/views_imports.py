"""The finance system's files: read, what they would change, applied or dropped."""

from typing import Any

from django.conf import settings
from django.contrib import messages
from django.db import transaction
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils import timezone

from buridan.budget.actions.importer import (
    DifferencesChangees,
    abandonner_import,
    appliquer_import,
    differences,
    preparer_import,
)
from buridan.budget.chargement import correspondance_du_preset
from buridan.budget.correspondance import Correspondance
from buridan.budget.differences import MONTANTS, Changement, Differences
from buridan.budget.models import EtatImport, ImportBudget, Section
from buridan.bureau.budget.forms import FormulaireImport
from buridan.interface.jetons import DejaEnvoye, consommer, jeton_de, resultat_de
from buridan.interface.politique import Acces, acteur_de, formulaire, geste, page
from buridan.organisation.acteur import Acteur
from buridan.outils.montants import euros
from buridan.outils.verdict import FichierInvalide, Refus

FAUTES_AU_PLUS = 100
LIGNES_AU_PLUS = 200


def _de_la_ville() -> tuple[Correspondance | None, list[str]]:
    """The town's mapping, and what is wrong with it."""
    try:
        return correspondance_du_preset(settings.PRESETS / settings.PRESET), []
    except FichierInvalide as erreur:
        return None, erreur.fautes


@formulaire(Acces.FINANCES)
def imports(request: HttpRequest) -> HttpResponse:
    """Read a file; the list of those read before."""
    acteur = acteur_de(request)
    de_la_ville, fautes = _de_la_ville()
    depart = {"extrait_le": acteur.annuaire.jour, "exercice": acteur.annuaire.jour.year}
    form = FormulaireImport(
        request.POST or None, request.FILES or None, de_la_ville=de_la_ville, initial=depart
    )  # fmt: skip
    code_http = 200
    if request.method == "POST":
        if deja := resultat_de(jeton_de(request.POST)):
            messages.info(request, "Ce fichier est déjà lu : rien n'a été fait deux fois.")
            return redirect(deja)
        code_http, fautes = 422, []
        if form.is_valid():
            try:
                return redirect(_lire(request, form.cleaned_data))
            except DejaEnvoye as deja_lu:
                return redirect(deja_lu.resultat)
            except FichierInvalide as erreur:
                fautes = erreur.fautes
            except Refus as refus:
                form.add_error(None, refus.raison)
    contexte = {
        "form": form, "fautes": fautes[:FAUTES_AU_PLUS], "nombre_de_fautes": len(fautes),
        "lus": ImportBudget.objects.defer("contenu").select_related("par").order_by("-id")[:30],
    }  # fmt: skip
    return render(request, "budget/imports.html", contexte, status=code_http)


def _lire(request: HttpRequest, donnees: dict[str, Any]) -> str:
    """Keep the file, once per form; the address of its differences."""
    at, fichier = timezone.now(), donnees["fichier"]
    with transaction.atomic():
        origine = preparer_import(
            fichier.read(), by=acteur_de(request), at=at, nom=fichier.name, correspondance=donnees["correspondance"],
            extrait_le=donnees["extrait_le"], exercice=donnees["exercice"],
        )  # fmt: skip
        adresse = reverse("budget_import", args=[origine.pk])
        consommer(jeton_de(request.POST), adresse, at=at)
    return adresse


@page(Acces.FINANCES)
def montrer_import(request: HttpRequest, pk: int) -> HttpResponse:
    """What a file would change, or what became of it."""
    return _montrer(request, get_object_or_404(ImportBudget.objects.select_related("par", "decide_par"), pk=pk))


def _montrer(request: HttpRequest, origine: ImportBudget, erreur: str = "", code_http: int = 200) -> HttpResponse:
    contexte: dict[str, Any] = {"origine": origine, "erreur": erreur}
    if origine.etat == EtatImport.PREPARE:
        d = differences(origine)
        contexte |= {
            "d": d, "nouvelles": d.nouvelles[:LIGNES_AU_PLUS], "absentes": d.absentes[:LIGNES_AU_PLUS],
            "changees": [_en_mots(acteur_de(request), c) for c in d.changees[:LIGNES_AU_PLUS]],
            "depassees": d.depassees[:LIGNES_AU_PLUS], "rien": _rien(d), "plus": LIGNES_AU_PLUS,
        }  # fmt: skip
    return render(request, "budget/import.html", contexte, status=code_http)


def _rien(d: Differences) -> bool:
    return not (d.nouvelles or d.changees or d.absentes)


def _en_mots(acteur: Acteur, changement: Changement) -> dict[str, Any]:
    def dire(mot: str, valeur: Any) -> str:
        if mot in MONTANTS.values():
            return euros(valeur)
        if mot == "Service":
            return acteur.annuaire.nom_entite(valeur)
        if mot == "Section":
            return str(Section(valeur).label)
        if isinstance(valeur, bool):
            return "oui" if valeur else "non"
        return valeur or "(vide)"

    champs = [(mot, dire(mot, avant), dire(mot, apres)) for mot, avant, apres in changement.champs]
    return {"ligne": changement.ligne, "champs": champs}


@geste(Acces.FINANCES)
def decider_import(request: HttpRequest, pk: int, quoi: str) -> HttpResponse:
    """Apply what was shown, or drop it."""
    origine = get_object_or_404(ImportBudget, pk=pk)
    acteur, at = acteur_de(request), timezone.now()
    try:
        if quoi == "appliquer":
            ecarts = appliquer_import(origine, by=acteur, at=at, empreinte=request.POST.get("empreinte", ""))
            messages.success(request, f"Le budget est à jour : {ecarts.bilan}.")
            return redirect("budget")
        if quoi != "abandonner":
            raise Http404
        abandonner_import(origine, by=acteur, at=at)
    except DifferencesChangees as refus:
        return _montrer(request, origine, refus.raison, 409)
    except Refus as refus:
        messages.info(request, refus.raison)
        return redirect("budget_import", pk=pk)
    messages.success(request, "L'import est abandonné : le budget n'a pas changé.")
    return redirect("budget_imports")
