"""One's certificate; checking a PDF; bringing back a document signed elsewhere."""

from typing import Any
from uuid import UUID

from django.conf import settings
from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.views.decorators.debug import sensitive_post_parameters

from buridan.dossiers.actions.traversee import DejaFait
from buridan.dossiers.fichiers import chemin
from buridan.dossiers.models import Document
from buridan.dossiers.views import dossier_visible
from buridan.interface.politique import Acces, acteur_de, formulaire, geste, page
from buridan.outils.verdict import Refus
from buridan.signatures.actions.certificats import deposer_certificat, reprendre_certificat
from buridan.signatures.actions.rapporter import rapporter as rapporter_document
from buridan.signatures.certificats import ouvrir
from buridan.signatures.controle_pdf import controler
from buridan.signatures.essai import PHRASE_D_ESSAI
from buridan.signatures.forms import FormulaireCertificat, FormulairePdf, FormulairePhrase, FormulaireRetour
from buridan.signatures.models import Certificat, Signature
from buridan.signatures.session import deverrouiller, phrase_de, verrouiller


def _montrer(request: HttpRequest, **faux: Any) -> HttpResponse:
    acteur = acteur_de(request)
    certificat = Certificat.objects.filter(personne=acteur.personne).first()
    contexte = {
        "certificat": certificat, "essai": certificat is not None and "ESSAI" in certificat.emetteur.upper(),
        "expire": certificat is not None and certificat.valide_au <= acteur.at, "depot": FormulaireCertificat(),
        "phrase": FormulairePhrase(), "ouvert": bool(phrase_de(acteur.personne)), "phrase_d_essai": PHRASE_D_ESSAI,
        "carte": bool(settings.PKCS11_MODULE), **faux,
    }  # fmt: skip
    return render(request, "signatures/certificat.html", contexte, status=422 if faux else 200)


@sensitive_post_parameters("phrase")
@formulaire(Acces.AGENT)
def mon_certificat(request: HttpRequest) -> HttpResponse:
    """See it; deposit one."""
    if request.method != "POST":
        return _montrer(request)
    acteur, form = acteur_de(request), FormulaireCertificat(request.POST, request.FILES)
    if form.is_valid():
        try:
            d = form.cleaned_data
            deposer_certificat(
                by=acteur, at=acteur.at, coffre=d["fichier"], phrase=d["phrase"], sous_autre_nom=d["autre_nom"]
            )
        except Refus as refus:
            form.add_error(None, refus.raison)
        else:
            messages.success(request, "Votre certificat est déposé, verrouillé par son mot de passe.")
            return redirect("mon_certificat")
    return _montrer(request, depot=form)


@sensitive_post_parameters("phrase")
@geste(Acces.AGENT)
def certificat_deverrouiller(request: HttpRequest) -> HttpResponse:
    """Unlock for the session."""
    acteur, form = acteur_de(request), FormulairePhrase(request.POST)
    certificat = get_object_or_404(Certificat, personne=acteur.personne)
    if form.is_valid():
        try:
            ouvrir(bytes(certificat.coffre), form.cleaned_data["phrase"])
        except Refus as refus:
            form.add_error("phrase", refus.raison)
        else:
            messages.success(request, "Certificat déverrouillé pour cette session, quatre heures au plus.")
            reponse = redirect("mon_certificat")
            assert acteur.personne is not None
            deverrouiller(request, reponse, acteur.personne, form.cleaned_data["phrase"])
            return reponse
    return _montrer(request, phrase=form)


@geste(Acces.AGENT)
def certificat_verrouiller(request: HttpRequest) -> HttpResponse:
    """Lock again."""
    reponse = redirect("mon_certificat")
    verrouiller(request, reponse)
    messages.success(request, "Votre certificat est de nouveau verrouillé.")
    return reponse


@geste(Acces.AGENT)
def certificat_retirer(request: HttpRequest) -> HttpResponse:
    """Take it away."""
    reponse = redirect("mon_certificat")
    verrouiller(request, reponse)
    try:
        reprendre_certificat(by=acteur_de(request))
    except Refus as refus:
        messages.info(request, refus.raison)
    else:
        messages.success(request, "Votre certificat n'est plus ici. Ce qu'il a signé reste signé.")
    return reponse


@formulaire(Acces.AGENT)
def verifier(request: HttpRequest) -> HttpResponse:
    """Check any PDF; nothing of it is kept."""
    form = FormulairePdf(request.POST or None, request.FILES or None)
    contexte: dict[str, Any] = {"form": form}
    if request.method == "POST" and form.is_valid():
        recu = form.cleaned_data["fichier"]
        contexte |= {"rapport": controler(recu.octets, at=acteur_de(request).at), "nom": recu.nom}
    return render(request, "signatures/verifier.html", contexte, status=422 if form.errors else 200)


@page(Acces.AGENT)
def signatures_document(request: HttpRequest, uuid: UUID, document: UUID) -> HttpResponse:
    """The report on a document of a dossier."""
    acteur = acteur_de(request)
    dossier = dossier_visible(acteur, uuid)
    trouve = get_object_or_404(Document, uuid=document, dossier=dossier, type_mime="application/pdf")
    fichier = chemin(trouve.sha256)
    if not fichier.exists():
        raise Http404("fichier absent")
    contexte = {
        "dossier": dossier, "document": trouve, "rapport": controler(fichier.read_bytes(), at=acteur.at),
        "actes": Signature.objects.filter(document=trouve).select_related("personne", "delegation__arrete", "etape"),
    }  # fmt: skip
    return render(request, "signatures/document.html", contexte)


@formulaire(Acces.AGENT)
def rapporter(request: HttpRequest, uuid: UUID) -> HttpResponse:
    """Bring back a document signed elsewhere."""
    acteur = acteur_de(request)
    dossier = dossier_visible(acteur, uuid)
    form = FormulaireRetour(request.POST or None, request.FILES or None)
    if request.method == "POST" and form.is_valid():
        try:
            document = rapporter_document(dossier, by=acteur, at=acteur.at, fichier=form.cleaned_data["fichier"])
        except DejaFait as deja:
            messages.info(request, deja.raison)
            return redirect("dossier", uuid=dossier.uuid)
        except Refus as refus:
            form.add_error(None, refus.raison)
        else:
            messages.success(request, "Le document est joint au dossier. Voici ce que dit la vérification.")
            return redirect("signatures_document", uuid=dossier.uuid, document=document.uuid)
    return render(
        request, "signatures/rapporter.html", {"form": form, "dossier": dossier}, status=422 if form.errors else 200
    )
