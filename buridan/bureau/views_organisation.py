"""Who does what, the organisation chart, absences."""

from datetime import date
from typing import Any

from django.contrib import messages
from django.db import IntegrityError, transaction
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render

from buridan.bureau.forms import FormulaireAbsence
from buridan.interface.politique import Acces, formulaire, page
from buridan.organisation.acteur import Acteur
from buridan.organisation.actions import declarer_absence
from buridan.organisation.annuaire import Annuaire, annuaire_du
from buridan.organisation.models import Absence
from buridan.outils.texte import sans_accents
from buridan.outils.verdict import Refus


def _annuaire(request: HttpRequest) -> Annuaire:
    """The organisation of today, or of ?date=."""
    acteur: Acteur = request.acteur  # type: ignore[attr-defined]
    try:
        return annuaire_du(date.fromisoformat(request.GET.get("date", "")))
    except ValueError:
        return acteur.annuaire


@page(Acces.AGENT)
def annuaire(request: HttpRequest) -> HttpResponse:
    """Directory: by name, post, service or theme, accents forgiven."""
    jour, mots = _annuaire(request), request.GET.get("q", "").strip()[:80]
    fiches = [_fiche(jour, poste) for poste in jour.postes.values()]
    cherches = sans_accents(mots).split()
    if cherches:
        fiches = [f for f in fiches if all(m in f["texte"] for m in cherches)]
    fiches.sort(key=lambda f: (f["entite"], not f["responsable"], f["intitule"]))
    contexte = {"fiches": fiches, "mots": mots, "jour": jour.jour, "elus": _elus(jour, cherches)}
    return render(request, "bureau/annuaire.html", contexte)


def _fiche(jour: Annuaire, poste: Any) -> dict[str, Any]:
    personne = jour.personnes.get(poste.personne) if poste.personne is not None else None
    trouve = jour.resoudre(poste.id)
    entite = jour.nom_entite(poste.entite)
    nom = personne.nom if personne else "Poste vacant"
    return {
        "intitule": poste.intitule, "entite": entite, "nom": nom, "responsable": poste.responsable, "personne": personne,
        "agit": ", ".join(jour.nom_personne(p) for p in trouve.personnes) if trouve.pour else "",
        "texte": sans_accents(f"{nom} {poste.intitule} {entite}"),
    }  # fmt: skip


def _elus(jour: Annuaire, cherches: list[str]) -> list[dict[str, Any]]:
    elus = [
        {"nom": jour.nom_personne(p), "fonction": fonction, "themes": ", ".join(themes), "rang": rang}
        for p, fonction, rang, themes in jour.mandats
    ]
    if cherches:
        elus = [e for e in elus if all(m in sans_accents(f"{e['nom']} {e['themes']}") for m in cherches)]
    return sorted(elus, key=lambda e: int(e["rang"]))


@page(Acces.AGENT)
def organigramme(request: HttpRequest) -> HttpResponse:
    """The tree at any date, as nested lists."""
    jour = _annuaire(request)
    return render(
        request,
        "bureau/organigramme.html",
        {"racines": [_noeud(jour, e) for e in jour.enfants[None]], "jour": jour.jour},
    )


def _noeud(jour: Annuaire, entite: int) -> dict[str, Any]:
    fiche, chef = jour.entites[entite], jour.responsables.get(entite)
    return {
        "fiche": fiche,
        "chef": jour.designer(chef) if chef is not None else "",
        "enfants": [_noeud(jour, e) for e in jour.enfants.get(entite, ())],
    }


@formulaire(Acces.AGENT)
def absences(request: HttpRequest) -> HttpResponse:
    """Declare an absence: one's own, or one's people's; says who will act."""
    acteur: Acteur = request.acteur  # type: ignore[attr-defined]
    form = FormulaireAbsence(acteur, request.POST or None)
    if request.method == "POST" and form.is_valid():
        try:
            with transaction.atomic():
                absence = declarer_absence(by=acteur, **form.cleaned_data)
            messages.success(request, f"Absence enregistrée, retour le {absence.fin:%d/%m/%Y}.")
            return redirect("absences")
        except Refus as refus:
            form.add_error(None, refus.raison)
        except IntegrityError:
            form.add_error(None, "Cette personne est déjà absente sur cette période.")
    visibles = Absence.objects.filter(personne__in=form.personnes(), fin__gt=acteur.annuaire.jour).select_related(
        "personne"
    )
    lignes = [(a, _remplacants(acteur.annuaire, a.personne_id)) for a in visibles.order_by("debut")]
    return render(request, "bureau/absences.html", {"form": form, "lignes": lignes}, status=422 if form.errors else 200)


def _remplacants(jour: Annuaire, personne: int) -> list[str]:
    """Who acts for each post of an absent person."""
    return [
        f"{jour.postes[p].intitule} : {', '.join(jour.nom_personne(x) for x in jour.resoudre(p).personnes)}"
        for p in jour.postes_de.get(personne, ())
    ]
