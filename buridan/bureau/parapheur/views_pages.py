"""Pictures of the pages that are read beside a decision: the rights of the document they are of."""

from pathlib import Path
from tempfile import NamedTemporaryFile
from uuid import UUID

from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404
from django.utils import timezone

from buridan.bureau.parapheur.pieces import AU_PLUS, PDF, composer, papier_de
from buridan.dossiers.fichiers import chemin
from buridan.dossiers.models import Document
from buridan.dossiers.views import dossier_visible
from buridan.interface.fichiers import inerte
from buridan.interface.politique import Acces, acteur_de, page
from buridan.numerisation.lecture import Echec, dessiner

UN_JOUR, UN_MOMENT = 86_400, 300  # seconds that the reader's browser, and nobody else, keeps a picture
RATEE = (
    '<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 595 842"><rect width="595" height="842" fill="#fff"/>'
    '<text x="297" y="400" text-anchor="middle" font-size="22" fill="#16263b">Cette page ne peut pas être dessinée.</text>'
    '<text x="297" y="436" text-anchor="middle" font-size="22" fill="#16263b">Ouvrez le document (PDF).</text></svg>'
)


@page(Acces.AGENT)
def page_de_document(request: HttpRequest, uuid: UUID, document: UUID, numero: int) -> HttpResponse:
    """A page of a PDF of a dossier one may see; its content never changes under that address."""
    dossier = dossier_visible(acteur_de(request), uuid)
    trouve = get_object_or_404(Document, uuid=document, dossier=dossier, type_mime=PDF)
    source = chemin(trouve.sha256)
    if not source.exists():
        raise Http404("fichier absent")
    return _image(source, numero, garder=UN_JOUR)


@page(Acces.AGENT)
def page_du_papier(request: HttpRequest, uuid: UUID, version: int, numero: int) -> HttpResponse:
    """A page of the paper of a dossier one may see, as it stands now. `version`: when it last moved, so that another one is
    asked for again.
    """
    acteur = acteur_de(request)
    dossier = dossier_visible(acteur, uuid)
    papier = papier_de(dossier)
    if papier is None:
        raise Http404
    actuelle = version == int(dossier.bouge_le.timestamp())
    with NamedTemporaryFile(suffix=".pdf") as provisoire:
        provisoire.write(composer(papier, dossier, acteur, timezone.now()))
        provisoire.flush()
        return _image(Path(provisoire.name), numero, garder=UN_MOMENT if actuelle else 0)


def _image(source: Path, numero: int, *, garder: int) -> HttpResponse:
    if not 1 <= numero <= AU_PLUS:
        raise Http404
    try:
        genre, octets = dessiner(source, numero)
    except Echec:
        return inerte(HttpResponse(RATEE, content_type="image/svg+xml"))
    reponse = inerte(HttpResponse(octets, content_type=genre))
    if garder:
        reponse["Cache-Control"] = f"private, max-age={garder}"
    return reponse
