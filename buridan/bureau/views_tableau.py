"""The head's board: the figures of the services one answers for, on the page and as a spreadsheet."""

from datetime import date, datetime, timedelta
from hashlib import sha256
from typing import Any

from django.core.cache import caches
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils import timezone

from buridan.bureau import pilotage
from buridan.bureau.forms import FormulaireTableau
from buridan.interface.exports import Feuille, servir
from buridan.interface.politique import Acces, acteur_de, page
from buridan.organisation.acteur import Acteur

GARDE = 120  # seconds: the figures of a large town take half a second, and several heads look at the same time
ENTETES = ["Entrées", "Réponses", "En cours", "En retard", "Jours pour répondre (médiane)", "Promesse tenue (%)"]


def perimetre(acteur: Acteur) -> set[int]:
    """All for supervision, else the entities one heads, else one's own."""
    return set(acteur.annuaire.entites) if acteur.voit_tout else acteur.dirige or acteur.entites


@page(Acces.AGENT)
def tableau(request: HttpRequest) -> HttpResponse:
    """The board; `?format=ods` or `?format=csv&table=services` gives the same figures."""
    acteur = acteur_de(request)
    form = FormulaireTableau(request.GET.dict(), acteur.annuaire, perimetre(acteur))
    if not form.is_valid():
        return render(request, "bureau/tableau.html", {"form": form, "raccourcis": _raccourcis(acteur.annuaire.jour)})
    choisi = form.cleaned_data["service"]
    entites = perimetre(acteur) & (acteur.annuaire.descendance([choisi]) if choisi else perimetre(acteur))
    periode = pilotage.Periode(form.cleaned_data["du"], form.cleaned_data["au"], acteur.annuaire.jour)
    chiffres, releve_le = _relever(entites, periode)
    feuilles = _feuilles(acteur, chiffres)
    if request.GET.get("format") in ("csv", "ods"):
        return _exporter(feuilles, request.GET["format"], request.GET.get("table", ""))
    contexte = {
        "form": form, "t": chiffres, "releve_le": releve_le,
        "periode": periode, "raccourcis": _raccourcis(acteur.annuaire.jour), "colonnes": ENTETES,
        "adresse": request.GET.urlencode(), "barres": _barres(chiffres.flux), "maximum": _maximum(chiffres),
    }  # fmt: skip
    return render(request, "bureau/tableau.html", contexte)


def _relever(entites: set[int], periode: pilotage.Periode) -> tuple[pilotage.Tableau, datetime]:
    """The figures and their instant, the same on the page and in its spreadsheets for two minutes."""
    cle = sha256(repr((sorted(entites), periode)).encode()).hexdigest()
    releve: tuple[pilotage.Tableau, datetime] | None = caches["memoire"].get(cle)
    if releve is None:
        releve = pilotage.tableau(entites, periode), timezone.now()
        caches["memoire"].set(cle, releve, GARDE)
    return releve


def _raccourcis(jour: date) -> list[tuple[str, date, date]]:
    """Periods one click away."""
    return [
        ("30 jours", jour - timedelta(days=29), jour),
        ("90 jours", jour - timedelta(days=89), jour),
        ("12 mois", jour - timedelta(days=364), jour),
        ("Cette année", date(jour.year, 1, 1), jour),
    ]


def _maximum(t: pilotage.Tableau) -> dict[str, int]:
    """The longest bar of each table; at least one, for the division."""
    return {
        "services": max([x.ouverts for x in t.services] + [1]),
        "types": max([x.ouverts for x in t.types] + [1]),
        "attentes": max([x.nombre for x in t.attentes] + [1]),
    }


def _barres(flux: list[pilotage.Flux]) -> dict[str, Any]:
    """Two columns for each week or month, 100 high, 10 apart."""
    haut = max([x.entrees for x in flux] + [x.sorties for x in flux] + [1])
    colonnes = [
        {"x": 30 * n, "entrees": 100 * f.entrees / haut, "sorties": 100 * f.sorties / haut} for n, f in enumerate(flux)
    ]
    return {"largeur": 30 * len(flux), "haut": haut, "colonnes": colonnes}


def _feuilles(acteur: Acteur, t: pilotage.Tableau) -> dict[str, Feuille]:
    """The tables by code, as they leave."""
    nom = acteur.annuaire.nom_entite
    pas = "Mois du" if t.par_mois else "Semaine du"
    ou = [(acteur.annuaire.designer(a.poste) if a.poste else nom(a.entite)) for a in t.attentes]
    return {
        "services": Feuille("Par service", ["Service", *ENTETES],
                            [*([nom(x.entite), *_ligne(x)] for x in t.services), ["Ensemble", *_ligne(t.total)]]),
        "types": Feuille("Par type de dossier", ["Type de dossier", *ENTETES], [[x.type, *_ligne(x)] for x in t.types]),
        "flux": Feuille("Entrées et réponses", [pas, "Entrées", "Réponses"],
                        [[f"{f.debut:%d/%m/%Y}", f.entrees, f.sorties] for f in t.flux]),
        "attentes": Feuille("Où ça attend", ["Étape", "Chez", "Dossiers", "En retard", "Jours d'attente (moyenne)"],
                            [[a.titre, chez, a.nombre, a.retard, round(float(a.jours or 0), 1)]
                             for a, chez in zip(t.attentes, ou, strict=True)]),
    }  # fmt: skip


def _ligne(x: pilotage.Chiffres) -> list[Any]:
    mediane = round(x.mediane, 1) if x.mediane is not None else None
    return [x.entrees, x.sorties, x.ouverts, x.retard, mediane, round(float(x.tenue)) if x.tenue is not None else None]


def _exporter(feuilles: dict[str, Feuille], forme: str, table: str) -> HttpResponse:
    if forme == "ods":
        return servir(list(feuilles.values()), "tableau-de-bord", forme)
    table = table if table in feuilles else "services"
    return servir([feuilles[table]], f"tableau-de-bord-{table}", "csv")
