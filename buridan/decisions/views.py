"""Internal requests: mine and where each stands, those of my services, a new one, a draft, the PDF."""

from typing import Any
from uuid import UUID, uuid4

from django.contrib import messages
from django.db.models import Prefetch, prefetch_related_objects
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone

from buridan.decisions import queries, rules
from buridan.decisions.actions.commencer import NATURE, SANS_FORMULAIRE, commencer
from buridan.decisions.actions.enregistrer import Conflit, Saisie, enregistrer, saisie_de
from buridan.decisions.actions.envoyer import envoyer
from buridan.decisions.chargement import dernier_formulaire
from buridan.decisions.forms import FormulaireDebut, FormulaireDemande
from buridan.decisions.models import DemandeInterne
from buridan.decisions.papier import composer
from buridan.dossiers.actions.traversee import DejaFait, refus_de_la_base
from buridan.dossiers.etats import EtatEtape
from buridan.dossiers.models import Etape
from buridan.dossiers.recit import lieux
from buridan.dossiers.routage import RouteImpossible
from buridan.dossiers.rules import peut_decider, redaction
from buridan.dossiers.views import dossier_visible, ligne_du_circuit
from buridan.interface.fichiers import servir_pdf
from buridan.interface.jetons import DejaEnvoye, jeton_de
from buridan.interface.listes import page_de
from buridan.interface.politique import Acces, acteur_de, formulaire, page
from buridan.organisation.acteur import Acteur
from buridan.outils.verdict import OUI, Refus, Verdict, non

PAR_PAGE = 25


def demande_visible(acteur: Acteur, uuid: UUID) -> DemandeInterne:
    """An internal request one may see; 404 for a stranger."""
    dossier = dossier_visible(acteur, uuid)
    if dossier.nature != NATURE:
        raise Http404
    return queries.demande_de(dossier)


def _peut_demander(acteur: Acteur) -> Verdict:
    return rules.peut_demander(acteur) and (OUI if dernier_formulaire() is not None else non(SANS_FORMULAIRE))


@page(Acces.AGENT)
def liste(request: HttpRequest) -> HttpResponse:
    """Mine, the latest moved first, or those of others that I may see, the newest first."""
    acteur = acteur_de(request)
    vue = "autres" if request.GET.get("vue") == "autres" else ""
    la_page = page_de(request, queries.visibles(acteur) if vue else queries.les_miennes(acteur), PAR_PAGE)
    ou = lieux(acteur, [d.dossier for d in la_page])
    contexte = {
        "lignes": [(d, ou[d.pk]) for d in la_page], "pages": la_page, "vue": vue,
        "peut_demander": _peut_demander(acteur), "aujourdhui": acteur.annuaire.jour,
    }  # fmt: skip
    return render(request, "decisions/liste.html", contexte)


@page(Acces.AGENT)
def en_pdf(request: HttpRequest, uuid: UUID) -> HttpResponse:
    """The request on paper, with who decided what."""
    demande = demande_visible(acteur_de(request), uuid)
    return servir_pdf(composer(demande, acteur_de(request)), f"demande-interne-{demande.dossier.reference}")


@formulaire(Acces.AGENT)
def nouvelle(request: HttpRequest) -> HttpResponse:
    """A model and a subject: the draft begins."""
    acteur, dernier = acteur_de(request), dernier_formulaire()
    if dernier is None or not _peut_demander(acteur):
        return render(request, "403.html", {"raison": _peut_demander(acteur).raison}, status=403)
    form = FormulaireDebut(acteur, dernier.lu, request.POST if request.method == "POST" else None)
    if form.is_bound and form.is_valid():
        try:
            demande = commencer(by=acteur, at=timezone.now(), jeton=jeton_de(request.POST), **form.cleaned_data)
        except DejaEnvoye as deja:
            return redirect(deja.resultat)
        except (Refus, RouteImpossible) as refus:
            form.add_error(None, getattr(refus, "raison", str(refus)))
        else:
            messages.success(request, "Votre brouillon est enregistré. Rien ne part avant que vous l'envoyiez.")
            return redirect("decision_rediger", uuid=demande.dossier.uuid)
    aides = {m.code: m.aide for m in dernier.lu.modeles}
    contexte = {
        "form": form, "jeton": request.POST.get("jeton") or str(uuid4()),
        "modeles": [(choix, aides[choix.data["value"]]) for choix in form["modele"]],
        "a_confirmer": any(m.a_confirmer for m in dernier.lu.modeles),
    }  # fmt: skip
    return render(request, "decisions/nouvelle.html", contexte, status=422 if form.errors else 200)


@formulaire(Acces.AGENT)
def rediger(request: HttpRequest, uuid: UUID) -> HttpResponse:
    """Write the draft, see who will act, send."""
    acteur = acteur_de(request)
    demande = demande_visible(acteur, uuid)
    actuelle = saisie_de(demande)
    if request.method != "POST":
        if verdict := rules.peut_rediger(acteur, demande, demande.dossier.etapes.all()):
            return _montrer(request, demande, FormulaireDemande(acteur, demande, actuelle))
        messages.info(request, verdict.raison)
        return redirect("dossier", uuid=uuid)
    form = FormulaireDemande(acteur, demande, actuelle, request.POST, request.FILES)
    if not form.is_valid():
        return _montrer(request, demande, form, code_http=422)
    try:
        _enregistrer(request, demande, form)
    except Conflit as conflit:
        return _montrer(request, demande, form, conflit=conflit.courante, code_http=409)
    except (Refus, RouteImpossible) as refus:
        form.add_error(None, getattr(refus, "raison", str(refus)))
        return _montrer(request, demande, form, code_http=409)
    if "envoyer" in request.POST:
        return _envoyer(request, demande, form)
    messages.success(request, "C'est enregistré.")
    return redirect("decision_rediger", uuid=uuid)


def _enregistrer(request: HttpRequest, demande: DemandeInterne, form: FormulaireDemande) -> None:
    fichiers = form.cleaned_data["tous_fichiers"]
    try:
        with refus_de_la_base():
            enregistrer(
                demande.dossier, form.saisie(), by=acteur_de(request), at=timezone.now(), vu=form.cleaned_data["vu"],
                fichiers=fichiers, retirer=request.POST.getlist("retirer"),
            )  # fmt: skip
    except DejaFait:
        return  # what stands is what was typed


def _envoyer(request: HttpRequest, demande: DemandeInterne, form: FormulaireDemande) -> HttpResponse:
    etape = redaction(demande.dossier.etapes.all())
    try:
        if etape is None:
            raise DejaFait("La demande est déjà envoyée.")
        with refus_de_la_base():
            envoyer(etape, by=acteur_de(request), at=timezone.now())
    except DejaFait as deja:
        messages.info(request, deja.raison)
    except Refus as refus:
        form.add_error("texte" if "vide" in refus.raison else None, refus.raison)
        enregistree = demande_visible(acteur_de(request), demande.dossier.uuid)
        return _montrer(request, enregistree, form, vu=saisie_de(enregistree).vu, code_http=409)
    else:
        messages.success(request, "Votre demande est envoyée. Vous verrez ici où elle en est, et la réponse.")
    return redirect("dossier", uuid=demande.dossier.uuid)


def _montrer(
    request: HttpRequest, demande: DemandeInterne, form: FormulaireDemande, *, conflit: Saisie | None = None, vu: str = "",
    code_http: int = 200,
) -> HttpResponse:  # fmt: skip
    acteur, dossier = acteur_de(request), demande.dossier
    toutes = Etape.objects.select_related("decision").order_by("rang", "id")
    prefetch_related_objects([dossier], Prefetch("etapes", queryset=toutes))
    etapes = list(dossier.etapes.all())
    etape = redaction(etapes)
    contexte: dict[str, Any] = {
        "demande": demande, "dossier": dossier, "form": form, "gardes": form.garder_les_fichiers(), "conflit": conflit,
        "vu": conflit.vu if conflit else vu or form["vu"].value(), "documents": dossier.documents.order_by("at"),
        "a_retirer": request.POST.getlist("retirer"),
        "etapes": [ligne_du_circuit(acteur, e, etapes) for e in etapes if e.etat == EtatEtape.A_VENIR],
        "peut_envoyer": peut_decider(acteur, etape, "traiter") if etape else None,
    }  # fmt: skip
    return render(request, "decisions/rediger.html", contexte, status=code_http)
