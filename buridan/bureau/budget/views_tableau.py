"""The monthly board of the budget: on the page, as a spreadsheet, as a PDF."""

from typing import Any

from django.conf import settings
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils.formats import date_format

from buridan.budget.models import LigneBudget, voit_tout_le_budget
from buridan.budget.tableau import Montants, Tableau
from buridan.budget.tableau import tableau as dresser
from buridan.bureau.budget.forms import FormulaireMois
from buridan.bureau.budget.impression import imprimer
from buridan.bureau.budget.views import choix
from buridan.interface.contexte import ville
from buridan.interface.exports import Feuille, servir
from buridan.interface.fichiers import servir_pdf
from buridan.interface.politique import Acces, acteur_de, page
from buridan.organisation.acteur import Acteur

ENTETES = ["Crédits", "Engagé", "Mandaté", "Commandé", "Disponible", "Utilisé (%)"]
LARGEUR, HAUTEUR = 40, 100  # of one month's columns, of the drawing


@page(Acces.AGENT)
def tableau(request: HttpRequest) -> HttpResponse:
    """One month's board; `?format=ods` and `?format=pdf` give the same figures."""
    acteur = acteur_de(request)
    exercices, services = choix(acteur)
    form = FormulaireMois(request.GET.dict(), acteur.annuaire, exercices, _avec_les_directions(acteur, services))
    if not form.is_valid():
        return render(request, "budget/tableau.html", {"form": form}, status=422)
    annee, mois = form.cleaned_data["mois"]
    choisi = form.cleaned_data["service"]
    visibles = LigneBudget.objects.visibles_par(acteur).filter(exercice=annee)
    if choisi:
        visibles = visibles.filter(service__in=acteur.annuaire.descendance([choisi]))
    t = dresser(visibles.values_list("pk", flat=True), annee=annee, mois=mois, aujourdhui=acteur.annuaire.jour)
    ou = acteur.annuaire.nom_entite(choisi) if choisi else ""
    if request.GET.get("format") == "ods":
        return servir(_feuilles(acteur, t), f"budget-{annee}-{mois:02}", "ods")
    if request.GET.get("format") == "pdf":
        return _pdf(acteur, t, ou, f"budget-{annee}-{mois:02}")
    contexte = {
        "form": form, "t": t, "services": [(acteur.annuaire.nom_entite(s), m) for s, m in t.services], "ou": ou,
        "sections": t.sections, "dessin": _dessin(t), "adresse": request.GET.urlencode(),
    }  # fmt: skip
    return render(request, "budget/tableau.html", contexte)


def _avec_les_directions(acteur: Acteur, services: set[int]) -> set[int]:
    """Services with lines, and the directions above them that the actor answers for."""
    au_dessus = {e for s in services for e in acteur.annuaire.lignee(s)}
    return services | (au_dessus if voit_tout_le_budget(acteur) else au_dessus & acteur.perimetre())


def _dessin(t: Tableau) -> dict[str, Any]:
    """One column for each month, engaged below ordered; the line is the credits of that month."""
    haut = max([max(m.montants.credits, m.montants.engage + m.montants.commande) for m in t.mois] + [1])
    colonnes = []
    for n, m in enumerate(t.mois):
        engage, commande = (HAUTEUR * v / haut for v in (m.montants.engage, m.montants.commande))
        credits_ = HAUTEUR * m.montants.credits / haut
        colonnes.append({"x": LARGEUR * n, "engage": f"{engage:.1f}", "commande": f"{commande:.1f}", "y": f"{engage:.1f}",
                         "credits": f"{credits_:.1f}"})  # fmt: skip
    return {"largeur": LARGEUR * len(t.mois), "colonnes": colonnes, "haut": haut}


def _rangee(m: Montants) -> list[Any]:
    part = None if m.part is None else round(float(m.part), 1)
    return [*(float(v) for v in (m.credits, m.engage, m.mandate, m.commande, m.disponible)), part]


def _feuilles(acteur: Acteur, t: Tableau) -> list[Feuille]:
    nom = acteur.annuaire.nom_entite
    total = ["Ensemble", *_rangee(t.total)]
    return [
        Feuille("Par service", ["Service", *ENTETES], [*([nom(s), *_rangee(m)] for s, m in t.services), total]),
        Feuille("Par section", ["Section", *ENTETES], [*([s, *_rangee(m)] for s, m in t.sections), total]),
        Feuille("Mois par mois", ["Au", *ENTETES], [[f"{m.fin:%d/%m/%Y}", *_rangee(m.montants)] for m in t.mois]),
    ]


def _pdf(acteur: Acteur, t: Tableau, ou: str, nom: str) -> HttpResponse:
    titre = f"Budget : {date_format(t.fin, 'F Y')}"
    commune = ville(settings.PRESET)["nom"]
    services = [(acteur.annuaire.nom_entite(s), m) for s, m in t.services]
    return servir_pdf(imprimer(t, services, titre=titre, ou=ou, ville=commune), nom)
