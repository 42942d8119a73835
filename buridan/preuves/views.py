"""The proof of a dossier: what it will hold, then the file, made while one waits and kept nowhere."""

from tempfile import TemporaryFile
from uuid import UUID

from django.http import FileResponse, HttpRequest, HttpResponse
from django.http.response import HttpResponseBase
from django.shortcuts import render
from django.utils import timezone

from buridan.archives.plume import Impossible
from buridan.dossiers.models import Dossier
from buridan.dossiers.views import dossier_visible
from buridan.droit.delais import date_legale
from buridan.interface.fichiers import inerte
from buridan.interface.politique import Acces, acteur_de, geste, page
from buridan.organisation.acteur import Acteur
from buridan.outils.verdict import Refus
from buridan.preuves import rules
from buridan.preuves.paquet import annoncer, ecrire
from buridan.signatures.cachet import le_cachet


@page(Acces.AGENT)
def preuve(request: HttpRequest, uuid: UUID) -> HttpResponse:
    """What it will hold, what it won't, and for whom it is."""
    acteur = acteur_de(request)
    dossier = dossier_visible(acteur, uuid)
    return _interdire(request, acteur, dossier) or _montrer(request, acteur, dossier)


@geste(Acces.AGENT)
def telecharger(request: HttpRequest, uuid: UUID) -> HttpResponseBase:
    """The file. By POST: the town seals it. The read log keeps the download as it keeps any opening."""
    acteur, at = acteur_de(request), timezone.now()
    dossier = dossier_visible(acteur, uuid)
    if (interdit := _interdire(request, acteur, dossier)) is not None:
        return interdit
    sortie = TemporaryFile()  # noqa: SIM115  closed with the answer
    try:
        ecrire(sortie, dossier, by=acteur, at=at)
    except (Impossible, Refus) as empeche:
        sortie.close()
        return _montrer(request, acteur, dossier, raison=getattr(empeche, "raison", str(empeche)), code=409)
    sortie.seek(0)
    nom = f"preuve-{dossier.reference}-{date_legale(at):%Y-%m-%d}.zip"
    return inerte(FileResponse(sortie, as_attachment=True, filename=nom, content_type="application/zip"))


def _interdire(request: HttpRequest, acteur: Acteur, dossier: Dossier) -> HttpResponse | None:
    verdict = rules.peut_emporter(acteur, dossier)
    return None if verdict else render(request, "403.html", {"raison": verdict.raison}, status=403)


def _montrer(
    request: HttpRequest, acteur: Acteur, dossier: Dossier, *, raison: str = "", code: int = 200
) -> HttpResponse:
    annonce = annoncer(dossier, acteur)
    empeche = rules.tient(annonce.octets).raison
    try:
        cachet = le_cachet(acteur.at).fiche
    except Refus as refus:
        cachet, empeche = None, refus.raison
    contexte = {"dossier": dossier, "annonce": annonce, "cachet": cachet, "empeche": empeche, "raison": raison}
    return render(request, "preuves/preuve.html", contexte, status=code)
