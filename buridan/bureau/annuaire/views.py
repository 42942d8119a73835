"""Who does what, the organisation chart, the card of an entity: on any date."""

from datetime import date

from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, render

from buridan.bureau.annuaire import fiches
from buridan.interface.politique import Acces, acteur_de, page
from buridan.organisation.annuaire import Annuaire, annuaire_du
from buridan.organisation.arbre import dessiner
from buridan.organisation.models import Entite


def _jour(request: HttpRequest) -> tuple[Annuaire, bool]:
    """The organisation of ?date=, today without one; and True when the date can't be read."""
    acteur = acteur_de(request)
    texte = request.GET.get("date", "").strip()
    try:
        jour = date.fromisoformat(texte) if texte else acteur.annuaire.jour
    except ValueError:
        return acteur.annuaire, True
    return (acteur.annuaire if jour == acteur.annuaire.jour else annuaire_du(jour)), False


@page(Acces.AGENT)
def annuaire(request: HttpRequest) -> HttpResponse:
    """Directory: by name, post, service or theme, accents forgiven."""
    jour, illisible = _jour(request)
    mots = request.GET.get("q", "").strip()[:80]
    cherches = fiches.mots_de(mots)
    contexte = {
        "lignes": fiches.lignes(jour, cherches), "elus": fiches.elus(jour, cherches), "mots": mots, "jour": jour.jour,
        "illisible": illisible,
    }  # fmt: skip
    return render(request, "annuaire/annuaire.html", contexte)


@page(Acces.AGENT)
def organigramme(request: HttpRequest) -> HttpResponse:
    """The tree, as nested lists and as a drawing."""
    jour, illisible = _jour(request)
    racines = [fiches.noeud(jour, e) for e in jour.enfants.get(None, ())]
    contexte = {"racines": racines, "dessin": dessiner(jour), "jour": jour.jour, "illisible": illisible}
    return render(request, "annuaire/organigramme.html", contexte)


@page(Acces.AGENT)
def entite(request: HttpRequest, code: str) -> HttpResponse:
    """The card of an entity, with its history."""
    jour, illisible = _jour(request)
    fiche = fiches.fiche_entite(jour, get_object_or_404(Entite, code=code))
    return render(request, "annuaire/entite.html", {**fiche, "illisible": illisible})
