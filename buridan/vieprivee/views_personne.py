"""One person: what is held, the copy, the erasure; who opened a dossier."""

import tempfile
from typing import Any
from uuid import UUID, uuid4

from django.conf import settings
from django.http import FileResponse, HttpRequest, HttpResponse
from django.http.response import HttpResponseBase
from django.shortcuts import render
from django.utils import timezone

from buridan.contacts import queries as carnet
from buridan.contacts.models import Contact
from buridan.dossiers.models import Dossier
from buridan.droit.delais import date_legale
from buridan.interface.contexte import ville
from buridan.interface.fichiers import inerte
from buridan.interface.politique import Acces, acteur_de, formulaire, page
from buridan.outils.verdict import Refus
from buridan.vieprivee import eliminables
from buridan.vieprivee.actions.exporter import exporter
from buridan.vieprivee.forms import IDENTITES, FormulaireCopie, FormulaireRecherche
from buridan.vieprivee.models import Lecture

MEMOIRE = 5 * 1024 * 1024  # above, the archive is made on the disk
LECTURES_MONTREES = 500
QUOI = {"dossier": "la page du dossier", "document": "une pièce jointe", "lettre": "la lettre",
        "contact": "la fiche du contact", "contact_corriger": "la correction du contact",
        "versement_fichier": "un versement aux archives", "preuve": "la page du dossier de preuve",
        "preuve_fichier": "le dossier de preuve, téléchargé"}  # fmt: skip


@formulaire(Acces.DONNEES)
def personne(request: HttpRequest) -> HttpResponseBase:
    """Look for somebody. By POST, so that a name or an e-mail stands in no address, hence in no log."""
    form = FormulaireRecherche(request.POST or None)
    if request.method != "POST" or not form.is_valid():
        return render(request, "vieprivee/personne.html", {"form": form}, status=422 if form.is_bound else 200)
    mots = form.cleaned_data["mots"]
    trouves = eliminables.trouver(mots, date_legale(timezone.now()))
    contacts = [(c, f"c{c.uuid}") for c in carnet.personne(mots)]
    choix = [*((_cle(t), t.dossier.reference) for t in trouves), *((cle, c.nom) for c, cle in contacts)]
    copie = FormulaireCopie(choix, request.POST if "copie" in request.POST else None)
    contexte = {
        "form": form, "mots": mots, "trouves": [(t, _cle(t)) for t in trouves], "copie": copie, "jeton": uuid4(),
        "contacts": contacts,
        "effacables": any(t.verdict for t in trouves), "coches": request.POST.getlist("lignes"),
    }  # fmt: skip
    if not copie.is_bound:
        return render(request, "vieprivee/personne.html", contexte)
    if copie.is_valid():
        try:
            choisis = copie.cleaned_data["lignes"]
            siens = [c for c, cle in contacts if cle in choisis]
            return _remettre(request, [t for t in trouves if _cle(t) in choisis], siens, copie)
        except Refus as refus:
            copie.add_error(None, refus.raison)
    return render(request, "vieprivee/personne.html", contexte, status=422)


def _cle(trouve: eliminables.Trouve) -> str:
    return f"{trouve.dossier.uuid}{'.p' if trouve.concerne.participant else ''}"


def _remettre(
    request: HttpRequest, choisis: list[eliminables.Trouve], contacts: list[Contact], form: FormulaireCopie
) -> FileResponse:
    sortie: Any = tempfile.SpooledTemporaryFile(max_size=MEMOIRE)  # noqa: SIM115  the response closes it
    exporter(
        sortie, [t.concerne for t in choisis], contacts, identite=dict(IDENTITES)[form.cleaned_data["identite"]],
        ville=str(ville(settings.PRESET)["nom"]), by=acteur_de(request), at=timezone.now(),
    )  # fmt: skip
    sortie.seek(0)
    fichier = FileResponse(sortie, as_attachment=True, filename="copie-des-donnees.zip", content_type="application/zip")
    return inerte(fichier)


@page(Acces.DONNEES)
def lectures(request: HttpRequest) -> HttpResponse:
    """Who opened a dossier, or a contact (`?contact=`), when and what, the latest first."""
    reference = request.GET.get("reference", "").strip().upper()[:20]
    dossier = Dossier.objects.filter(reference=reference).first() if reference else None
    contact = _contact(request.GET.get("contact", "")) if not reference else None
    ouvert = dossier or contact
    lues = Lecture.objects.filter(dossier=ouvert.uuid).select_related("personne") if ouvert else Lecture.objects.none()
    lignes = [(x, QUOI.get(x.quoi, x.quoi.replace("_", " "))) for x in lues.order_by("-at")[:LECTURES_MONTREES]]
    contexte = {
        "reference": reference,
        "dossier": dossier,
        "contact": contact,
        "lignes": lignes,
        "au_plus": LECTURES_MONTREES,
    }
    return render(request, "vieprivee/lectures.html", contexte)


def _contact(uuid: str) -> Contact | None:
    try:
        trouve: Contact | None = Contact.objects.filter(uuid=UUID(uuid)).first()
    except ValueError:
        return None
    return trouve
