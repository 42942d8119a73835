"""Calls on the syndicate: those one sees, a new one, the envelopes, the PDF."""

from typing import Any
from uuid import UUID

from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone

from buridan.appels import queries, rules
from buridan.appels.actions.demander import demander
from buridan.appels.forms import FormulaireAppel
from buridan.appels.models import Appel, Competence
from buridan.appels.papier import composer, dernier_signataire
from buridan.dossiers.actions.traversee import DejaFait
from buridan.dossiers.models import Dossier
from buridan.dossiers.natures import nature_de
from buridan.dossiers.routage import RouteImpossible
from buridan.dossiers.views import dossier_visible
from buridan.interface.fichiers import servir_pdf
from buridan.interface.jetons import DejaEnvoye, jeton_de, resultat_de
from buridan.interface.listes import page_de
from buridan.interface.politique import Acces, acteur_de, formulaire, page
from buridan.organisation.acteur import Acteur
from buridan.outils.verdict import Refus

PAR_PAGE = 25


@page(Acces.AGENT)
def liste(request: HttpRequest) -> HttpResponse:
    """The calls one sees: the newest first; those that are over when asked."""
    acteur = acteur_de(request)
    vus = Appel.objects.visibles_par(acteur).select_related("dossier", "competence__syndicat")
    if request.GET.get("finis") != "oui":
        vus = vus.en_cours()
    pages = page_de(request, vus.order_by("-pk"), PAR_PAGE)
    contexte = {
        "pages": pages, "finis": request.GET.get("finis") == "oui", "aujourdhui": acteur.annuaire.jour,
        "peut": _ouvertes(acteur), "competences": Competence.objects.filter(active=True).exists(),
        "enveloppes": bool(queries.competences(acteur)),
    }  # fmt: skip
    return render(request, "appels/liste.html", contexte)


def _ouvertes(acteur: Acteur) -> list[Competence]:
    return [c for c in Competence.objects.filter(active=True) if rules.peut_appeler(acteur, c)]


@page(Acces.AGENT)
def enveloppes(request: HttpRequest) -> HttpResponse:
    """What the year's envelope of each competence still allows."""
    acteur = acteur_de(request)
    annee = acteur.annuaire.jour.year
    lignes = [queries.enveloppe(c, annee) for c in queries.competences(acteur)]
    return render(request, "appels/enveloppes.html", {"lignes": lignes, "annee": annee})


@formulaire(Acces.AGENT)
def nouveau(request: HttpRequest) -> HttpResponse:
    """A call; `de`: the dossier that leads to it, which fills the fields."""
    acteur, at = acteur_de(request), timezone.now()
    origine = _origine(acteur, request.POST.get("de") or request.GET.get("de", ""))
    jeton = jeton_de(request.POST)
    form = FormulaireAppel(request.POST if request.method == "POST" else None, initial=_premier(acteur, origine))
    if form.is_bound and (deja := resultat_de(jeton)):
        return redirect(deja)
    if form.is_bound and form.is_valid():
        try:
            appel = demander(form.saisie(), by=acteur, at=at, origine=origine, jeton=jeton)
        except DejaEnvoye as fait:
            return redirect(fait.resultat)
        except DejaFait as fait_avant:
            messages.info(request, fait_avant.raison)
            return redirect("dossier", uuid=origine.uuid) if origine else redirect("appels")
        except (Refus, RouteImpossible) as refus:
            form.add_error(None, getattr(refus, "raison", str(refus)))
        else:
            messages.success(request, "L'appel est parti au visa. Il sera envoyé au syndicat une fois signé.")
            return redirect("dossier", uuid=appel.dossier.uuid)
    aucune = not Competence.objects.filter(active=True).exists()
    contexte = {
        "form": form, "jeton": str(jeton), "origine": origine, "aucune": aucune,
        "competences": Competence.objects.filter(active=True).select_related("cle"),
    }  # fmt: skip
    return render(request, "appels/nouveau.html", contexte, status=422 if form.errors else 200)


def _origine(acteur: Acteur, texte: str) -> Dossier | None:
    """The dossier that leads to it: one may see it, and it says something to take over."""
    if not texte:
        return None
    try:
        dossier = dossier_visible(acteur, UUID(texte))
    except ValueError as illisible:
        raise Http404 from illisible
    if nature_de(dossier).a_reprendre(dossier) is None:
        raise Http404
    return dossier


def _premier(acteur: Acteur, origine: Dossier | None) -> dict[str, Any]:
    """What is filled: from the dossier that leads to it, else the only competence one follows."""
    repris = nature_de(origine).a_reprendre(origine) if origine is not None else None
    if repris is None:
        siennes = _ouvertes(acteur)
        return {"competence": siennes[0].pk} if len(siennes) == 1 else {}
    competence = Competence.objects.filter(active=True, genres__contains=[repris.genre]).first()
    premier: dict[str, Any] = {"lieu": repris.lieu, "description": repris.texte}
    if competence is not None:
        premier["competence"] = competence.pk
        if competence.estimation is not None:
            premier["estimation"] = f"{competence.estimation:.2f}".replace(".", ",")
    return premier


@page(Acces.AGENT)
def en_pdf(request: HttpRequest, uuid: UUID) -> HttpResponse:
    """The call on paper."""
    acteur = acteur_de(request)
    dossier = dossier_visible(acteur, uuid)
    if dossier.nature != "appels":
        raise Http404
    appel = queries.appel_de(dossier)
    return servir_pdf(composer(appel, dernier_signataire(appel, acteur.annuaire)), f"appel-{dossier.reference}")
