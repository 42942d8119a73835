"""Absences and stand-ins: declared once, used by everything. One form, one effect."""

from collections.abc import Callable
from datetime import date
from typing import Any

from django.contrib import messages
from django.db.models import Q
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse

from buridan.bureau.annuaire.forms import FormulaireAbsence, FormulairePeriode, FormulaireSuppleance
from buridan.bureau.annuaire.historique import historique
from buridan.dossiers.natures import natures
from buridan.interface.jetons import faire_une_fois
from buridan.interface.politique import Acces, acteur_de, formulaire, geste
from buridan.organisation.acteur import Acteur
from buridan.organisation.actions import (
    declarer_absence,
    nommer_suppleant,
    terminer_absence,
    terminer_suppleance,
)
from buridan.organisation.models import Absence, Personne, Poste, Suppleance
from buridan.organisation.rules import personnes_gerees, phrase_qui_agira, postes_geres, projeter
from buridan.outils.verdict import Refus


def _envoyer(request: HttpRequest, form: FormulairePeriode, nom: str, effet: Callable[[], str]) -> bool:
    """True when the form did its work (now or at the first click); otherwise the form holds the reasons."""
    if not form.is_valid():
        return False
    try:
        faire_une_fois(request, reverse(nom), effet)
    except Refus as refus:
        form.refuser(refus.raison)
        return False
    return True


def _terminer(request: HttpRequest, nom: str, effet: Callable[[], str]) -> HttpResponse:
    try:
        faire_une_fois(request, reverse(nom), effet)
    except Refus as refus:
        messages.error(request, refus.raison)
    return redirect(nom)


def _en_cours(jour: date) -> Q:
    return Q(fin__isnull=True) | Q(fin__gt=jour)


def _agira(acteur: Acteur, absence: Absence, debut: date) -> str:
    """Who will act, on the first day of the absence that is still to come."""
    jour = acteur.annuaire.jour
    toutes = Absence.objects.filter(_en_cours(jour))
    futur = projeter(acteur.annuaire, max(debut, jour), toutes, Suppleance.objects.filter(_en_cours(jour)))
    return phrase_qui_agira(futur, absence.personne_id)


@formulaire(Acces.AGENT)
def absences(request: HttpRequest) -> HttpResponse:
    """Declare one's absence or one's people's; the list says who will act."""
    acteur = acteur_de(request)
    form = FormulaireAbsence(acteur, request.POST or None, initial={"debut": acteur.annuaire.jour})

    def declarer() -> str:
        absence = declarer_absence(by=acteur, **form.cleaned_data)
        retour = f"Absence enregistrée, retour le {absence.fin:%d/%m/%Y}."
        return f"{retour} {_agira(acteur, absence, absence.debut)}"

    if request.method == "POST" and _envoyer(request, form, "absences", declarer):
        return redirect("absences")
    contexte = {
        "form": form, "lignes": _lignes_absences(acteur), "aujourdhui": acteur.annuaire.jour,
        "historique": historique(Personne, personnes_gerees(acteur)),
    }  # fmt: skip
    return render(request, "annuaire/absences.html", contexte, status=422 if form.errors else 200)


def _lignes_absences(acteur: Acteur) -> list[dict[str, Any]]:
    """Absences of those one answers for, present and to come, with who acts. Two queries, however many lines."""
    jour, siennes = acteur.annuaire.jour, set(personnes_gerees(acteur))
    toutes = list(Absence.objects.filter(_en_cours(jour)).select_related("personne").order_by("debut", "id"))
    suppleances = list(Suppleance.objects.filter(_en_cours(jour)).order_by("id"))
    jours = {max(a.debut, jour) for a in toutes if a.personne_id in siennes}
    annuaires = {j: projeter(acteur.annuaire, j, toutes, suppleances) for j in jours}
    return [
        {
            "absence": a,
            "commencee": a.debut < jour,
            "agira": phrase_qui_agira(annuaires[max(a.debut, jour)], a.personne_id),
        }
        for a in toutes
        if a.personne_id in siennes
    ]


@geste(Acces.AGENT)
def absence_terminer(request: HttpRequest, pk: int) -> HttpResponse:
    """Back earlier than declared."""
    acteur = acteur_de(request)
    siennes = Absence.objects.filter(personne__in=personnes_gerees(acteur)).select_related("personne")
    absence = get_object_or_404(siennes, pk=pk)

    def terminer() -> str:
        terminer_absence(absence, by=acteur, at=acteur.at)
        return f"C'est noté : l'absence de {absence.personne} est terminée."

    return _terminer(request, "absences", terminer)


@formulaire(Acces.AGENT)
def suppleances(request: HttpRequest) -> HttpResponse:
    """Name who stands in for one's post, or for those of one's people."""
    acteur = acteur_de(request)
    form = FormulaireSuppleance(acteur, request.POST or None, initial={"debut": acteur.annuaire.jour})

    def nommer() -> str:
        choix = nommer_suppleant(by=acteur, **form.cleaned_data)
        designer = acteur.annuaire.designer
        return f"C'est noté : {designer(choix.suppleant_id)} suppléera {designer(choix.poste_id)}."

    if request.method == "POST" and _envoyer(request, form, "suppleances", nommer):
        return redirect("suppleances")
    jour, noms = acteur.annuaire.jour, {n.code: n.nom for n in natures()}
    siennes = Suppleance.objects.filter(_en_cours(jour), poste__in=postes_geres(acteur)).order_by("debut", "id")
    designer = acteur.annuaire.designer
    lignes = [
        {"suppleance": s, "poste": designer(s.poste_id), "suppleant": designer(s.suppleant_id),
         "nature": noms.get(s.nature, s.nature), "commencee": s.debut < jour}
        for s in siennes
    ]  # fmt: skip
    contexte = {
        "form": form, "lignes": lignes, "peut_choisir": bool(postes_geres(acteur)),
        "historique": historique(Poste, postes_geres(acteur)),
    }  # fmt: skip
    return render(request, "annuaire/suppleances.html", contexte, status=422 if form.errors else 200)


@geste(Acces.AGENT)
def suppleance_terminer(request: HttpRequest, pk: int) -> HttpResponse:
    """End it today."""
    acteur = acteur_de(request)
    suppleance = get_object_or_404(Suppleance, pk=pk, poste__in=postes_geres(acteur))

    def terminer() -> str:
        terminer_suppleance(suppleance, by=acteur, at=acteur.at)
        return "C'est noté : la suppléance est terminée."

    return _terminer(request, "suppleances", terminer)
