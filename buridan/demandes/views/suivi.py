"""The tracking page: where the request is, what comes next and by when; write, judge, contest, withdraw."""

from uuid import UUID

from django.contrib import messages
from django.db import transaction
from django.http import FileResponse, Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils import timezone

from buridan.demandes import legal, suivi
from buridan.demandes.actions.accuser import mentions
from buridan.demandes.actions.satisfaire import evaluer, peut_contester, peut_evaluer, rejoindre, reunie_a
from buridan.demandes.forms import (
    FormulaireAvis,
    FormulaireDemande,
    FormulaireMessage,
    FormulaireRejoindre,
    FormulaireSuivi,
)
from buridan.demandes.lettre import lettre_de
from buridan.demandes.models import Demande
from buridan.demandes.views.portail import montrer
from buridan.dossiers.actions.clore_autrement import retirer
from buridan.dossiers.actions.ecrire import message_du_demandeur
from buridan.dossiers.actions.traversee import DejaFait
from buridan.dossiers.documents import telecharger
from buridan.dossiers.etats import ATTENTE_DU_DEMANDEUR, EtatDossier, EtatEtape, Fil
from buridan.dossiers.fichiers import joindre
from buridan.dossiers.models import Document, Dossier, Etape, Reponse
from buridan.dossiers.natures import nouvelles_de
from buridan.droit.delais import date_legale
from buridan.interface.essais import trop_d_essais
from buridan.interface.fichiers import servir_pdf
from buridan.interface.politique import Acces, formulaire, geste, page
from buridan.organisation.acteur import systeme
from buridan.organisation.annuaire import annuaire_du
from buridan.outils.verdict import Refus


def _demande(uuid: UUID, cle: str) -> Demande:
    """The request behind a tracking link; 404 for a wrong key as for a request unknown or erased."""
    if not suivi.cle_juste(uuid, cle):
        raise Http404
    return get_object_or_404(
        Demande.objects.select_related("dossier", "type"), dossier__uuid=uuid, dossier__efface_le=None
    )


@formulaire(Acces.PUBLIC)
def suivre(request: HttpRequest) -> HttpResponse:
    """Reference and code lead to the tracking page; tries are limited by address."""
    form = FormulaireSuivi(request.POST or None)
    if request.method == "POST" and form.is_valid():
        if trop_d_essais(request, "suivi"):
            form.add_error(None, "Trop d'essais. Attendez un quart d'heure, ou appelez la mairie avec votre référence.")
            return render(request, "demandes/suivre.html", {"form": form}, status=429)
        reference = form.cleaned_data["reference"].strip().upper()
        uuid = (
            Dossier.objects.filter(reference=reference, nature="demandes", efface_le=None)
            .values_list("uuid", flat=True)
            .first()
        )
        if uuid is not None and suivi.code_juste(uuid, form.cleaned_data["code"]):
            return redirect("suivi", uuid=uuid, cle=suivi.cle(uuid))
        form.add_error(
            None,
            "Cette référence et ce code ne vont pas ensemble. Relisez l'accusé de réception, ou appelez la mairie.",
        )
    return render(request, "demandes/suivre.html", {"form": form}, status=422 if request.method == "POST" else 200)


@page(Acces.PUBLIC)
def fiche(request: HttpRequest, uuid: UUID, cle: str) -> HttpResponse:
    """Where the request is."""
    return _montrer(request, _demande(uuid, cle), cle)


def _montrer(
    request: HttpRequest, demande: Demande, cle: str, *, code_http: int = 200, **autres: object
) -> HttpResponse:
    dossier = demande.dossier
    principal = reunie_a(dossier)
    suivi_ici = principal or dossier
    dates, aujourdhui = legal.dates_de(demande), date_legale(timezone.now())
    contexte = {
        "demande": demande, "dossier": dossier, "cle": cle, "depose": "depose" in request.GET,
        "etapes": etapes_en_clair(suivi_ici), "reunie": principal, "nouvelles": nouvelles_de(suivi_ici, aujourdhui),
        "mentions": mentions(demande, dates, annuaire_du(aujourdhui)),
        "dates": dates,
        "silence": legal.phrase_silence(demande, dates.implicite),
        "silence_passe": legal.silence_passe(demande, dates.implicite, aujourdhui),
        "messages_fil": dossier.messages.filter(fil=Fil.DEMANDEUR).order_by("at"),
        "documents": dossier.documents.filter(public=True).order_by("at"),
        "reponses": Reponse.objects.filter(dossier=dossier).order_by("tour"),
        "form_message": FormulaireMessage(), "gardes": "", "form_avis": FormulaireAvis(),
        "peut_evaluer": peut_evaluer(demande), "peut_contester": peut_contester(demande),
        "ouvert": dossier.etat != EtatDossier.CLOS, "code": suivi.code(dossier.uuid),
        "aujourdhui": aujourdhui, "question": dossier.attente_motif == ATTENTE_DU_DEMANDEUR,
        "promis_le": suivi_ici.promis_le if suivi_ici.etat != EtatDossier.CLOS and suivi_ici.tour == 1 else None,
        **autres,
    }  # fmt: skip
    return render(request, "demandes/suivi.html", contexte, status=code_http)


EN_CLAIR = {
    "qualification": "Nous lisons votre demande et la confions au bon service",
    "traitement": "Le service s'en occupe",
    "avis": "Un avis est demandé",
    "visa": "Le responsable relit la réponse",
    "validation": "Le responsable valide la réponse",
    "signature": "La réponse est signée",
    "decision": "La décision est prise",
    "reponse": "Nous vous répondons",
}


def etapes_en_clair(dossier: Dossier) -> list[dict[str, object]]:
    """The étapes in the requester's words: done, under way with its date, to come. No agent is named."""
    etapes = (
        Etape.objects.filter(dossier=dossier)
        .exclude(etat__in=[EtatEtape.PASSEE, EtatEtape.REPRISE])
        .order_by("rang", "id")
    )
    lignes: list[dict[str, object]] = []
    for etape in etapes:
        phrase = EN_CLAIR.get(etape.type)
        etat = "faite" if etape.etat == EtatEtape.RENVOYEE else etape.etat
        if phrase is None or (lignes and lignes[-1]["phrase"] == phrase and lignes[-1]["etat"] == etat):
            continue
        lignes.append({"phrase": phrase, "etat": etat, "echeance": etape.echeance})
    return lignes


@geste(Acces.PUBLIC)
def ecrire(request: HttpRequest, uuid: UUID, cle: str) -> HttpResponse:
    """The requester writes, or sends what was missing."""
    demande, form = _demande(uuid, cle), FormulaireMessage(request.POST, request.FILES)
    if not form.is_valid():
        return _montrer(request, demande, cle, form_message=form, gardes=form.garder_les_fichiers(), code_http=422)
    at = timezone.now()
    try:
        with transaction.atomic():  # the message and its files together, or nothing
            message_du_demandeur(demande.dossier, by=systeme(at), at=at, texte=form.cleaned_data["texte"])
            joindre(demande.dossier, form.cleaned_data["tous_fichiers"], at=at, par=None, public=True)
    except DejaFait as deja:
        messages.info(request, deja.raison)
    except Refus as refus:
        form.add_error(None, refus.raison)
        return _montrer(request, demande, cle, form_message=form, gardes=form.garder_les_fichiers(), code_http=409)
    else:
        messages.success(request, "Votre message est transmis au service.")
    return redirect("suivi", uuid=uuid, cle=cle)


@geste(Acces.PUBLIC)
def juger(request: HttpRequest, uuid: UUID, cle: str) -> HttpResponse:
    """Did the answer help? Contest once."""
    demande, form = _demande(uuid, cle), FormulaireAvis(request.POST)
    if not form.is_valid():
        return _montrer(request, demande, cle, form_avis=form, code_http=422)
    at, d = timezone.now(), form.cleaned_data
    try:
        evaluer(
            demande,
            by=systeme(at),
            at=at,
            satisfait=d["satisfait"] == "oui",
            texte=d["texte"],
            contester=d["contester"],
        )
    except Refus as refus:
        form.add_error(None, refus.raison)
        return _montrer(request, demande, cle, form_avis=form, code_http=422)
    suite = " Le responsable du service reprend votre demande." if d["contester"] else ""
    messages.success(request, f"Merci, votre avis est enregistré.{suite}")
    return redirect("suivi", uuid=uuid, cle=cle)


@geste(Acces.PUBLIC)
def abandonner(request: HttpRequest, uuid: UUID, cle: str) -> HttpResponse:
    """The requester withdraws."""
    demande, at = _demande(uuid, cle), timezone.now()
    motif = request.POST.get("motif", "")[:500]
    try:
        retirer(demande.dossier, by=systeme(at), at=at, motif=motif)
        messages.success(request, "Votre demande est retirée.")
    except Refus as refus:
        messages.error(request, refus.raison)
    return redirect("suivi", uuid=uuid, cle=cle)


@geste(Acces.PUBLIC)
def se_joindre(request: HttpRequest, uuid: UUID) -> HttpResponse:
    """Join an open request as a follower: the answer will be e-mailed. Shows nothing of the other's identity.

    The form of one's own request came along: when joining is refused, it is shown again as it was typed.
    """
    demande = get_object_or_404(Demande.objects.select_related("dossier"), dossier__uuid=uuid, dossier__sensible=False)
    form, at = FormulaireRejoindre(request.POST), timezone.now()
    if trop_d_essais(request, "suivi"):
        return _reprendre_le_depot(
            request, demande, "Trop d'essais. Attendez un quart d'heure, ou déposez votre demande."
        )
    if not form.is_valid():
        raison = "Pour rejoindre cette demande, indiquez votre nom et un courriel valable."
        return _reprendre_le_depot(request, demande, raison)
    try:
        rejoindre(demande, by=systeme(at), at=at, **form.cleaned_data)
    except DejaFait as deja:
        messages.info(request, deja.raison)
        return redirect("accueil")
    except Refus as refus:
        return _reprendre_le_depot(request, demande, refus.raison)
    if request.acteur is not None:  # type: ignore[attr-defined]
        messages.success(request, f"C'est noté : {form.cleaned_data['nom']} recevra aussi la réponse.")
        return redirect("dossier", uuid=uuid)
    messages.success(
        request, f"C'est noté : vous recevrez la réponse à la demande {demande.dossier.reference} par courriel."
    )
    return redirect("accueil")


def _reprendre_le_depot(request: HttpRequest, demande: Demande, raison: str) -> HttpResponse:
    messages.error(request, raison)
    if "description" not in request.POST:
        return redirect("nouvelle_demande", code=demande.type.code)
    agent = request.acteur is not None and "canal" in request.POST  # type: ignore[attr-defined]
    form = FormulaireDemande(demande.type, request.POST, agent=agent, jour=date_legale(timezone.now()))
    return montrer(request, demande.type, form, request.POST.get("jeton", ""), agent=agent, code_http=422)


@page(Acces.PUBLIC)
def document(request: HttpRequest, uuid: UUID, cle: str, document: UUID) -> FileResponse:
    """A file of one's own request."""
    demande = _demande(uuid, cle)
    return telecharger(get_object_or_404(Document, dossier=demande.dossier, uuid=document, public=True))


@page(Acces.PUBLIC)
def lettre(request: HttpRequest, uuid: UUID, cle: str, tour: int) -> HttpResponse:
    """The letter of an answer one has received; before that, the page that says where the request is."""
    demande = _demande(uuid, cle)
    reponse = Reponse.objects.filter(dossier=demande.dossier, tour=tour).first()
    if reponse is None:
        return redirect("suivi", uuid=uuid, cle=cle)
    return servir_pdf(lettre_de(demande.dossier, reponse), f"reponse-{demande.dossier.reference}")
