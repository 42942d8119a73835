"""The page of the syndicate, for whoever holds its link: what is asked, and its answer."""

from uuid import UUID

from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils import timezone

from buridan.appels import lien, rules
from buridan.appels.actions.noter import noter
from buridan.appels.forms import FormulaireSyndicat
from buridan.appels.models import Appel, Canal, Genre
from buridan.appels.papier import composer, dernier_signataire
from buridan.appels.queries import suivi_de
from buridan.dossiers.actions.traversee import DejaFait
from buridan.interface.fichiers import servir_pdf
from buridan.interface.politique import Acces, geste, page
from buridan.organisation.acteur import systeme
from buridan.outils.verdict import Refus

# What is between the two of them; what agents say to each other stays here.
AUX_AGENTS = "Cette page est celle du syndicat. Ce qu'il vous a dit se note sur le dossier de l'appel."
LISIBLES = [g for g in Genre if g is not Genre.ENVOI]


def _appel(uuid: UUID, cle: str) -> Appel:
    """The call behind a link; 404 for a wrong key as for a call unknown, erased, or never sent."""
    if not lien.cle_juste(uuid, cle):
        raise Http404
    envoyes = Appel.objects.select_related("dossier", "competence__syndicat").filter(envoye_le__isnull=False)
    appel: Appel = get_object_or_404(envoyes, dossier__uuid=uuid, dossier__efface_le=None)
    return appel


@page(Acces.PUBLIC)
def fiche(request: HttpRequest, uuid: UUID, cle: str) -> HttpResponse:
    """What is asked, and the form that suits now."""
    return _montrer(request, _appel(uuid, cle), cle)


def _montrer(
    request: HttpRequest, appel: Appel, cle: str, form: FormulaireSyndicat | None = None, *, code_http: int = 200
) -> HttpResponse:
    etapes = list(appel.dossier.etapes.order_by("rang", "id"))
    ouvert = bool(rules.attendus(appel)) and suivi_de(etapes) is not None
    contexte = {
        "agent": request.acteur is not None,  # type: ignore[attr-defined]
        "appel": appel, "dossier": appel.dossier, "cle": cle, "ouvert": ouvert, "form": form or FormulaireSyndicat(appel),
        "echanges": appel.echanges.filter(genre__in=LISIBLES)[:30],
    }  # fmt: skip
    return render(request, "appels/syndicat.html", contexte, status=code_http)


@geste(Acces.PUBLIC)
def repondre(request: HttpRequest, uuid: UUID, cle: str) -> HttpResponse:
    """The syndicate answers."""
    appel, at = _appel(uuid, cle), timezone.now()
    if request.acteur is not None:  # type: ignore[attr-defined]
        messages.error(request, AUX_AGENTS)
        return redirect("appel_syndicat", uuid=uuid, cle=cle)
    form = FormulaireSyndicat(appel, request.POST)
    if not form.is_valid():
        return _montrer(request, appel, cle, form, code_http=422)
    d = form.cleaned_data
    try:
        noter(
            appel.dossier,
            by=systeme(at),
            at=at,
            genre=Genre(d["genre"]),
            canal=Canal.PAGE,
            texte=d["texte"],
            jour=d["jour"],
        )
    except DejaFait as deja:
        messages.info(request, deja.raison)
    except Refus as refus:
        form.add_error(None, refus.raison)
        return _montrer(request, appel, cle, form, code_http=409)
    else:
        messages.success(request, "Merci, la mairie est prévenue.")
    return redirect("appel_syndicat", uuid=uuid, cle=cle)


@page(Acces.PUBLIC)
def en_pdf(request: HttpRequest, uuid: UUID, cle: str) -> HttpResponse:
    """The call on paper."""
    appel = _appel(uuid, cle)
    annuaire = systeme(timezone.now()).annuaire
    return servir_pdf(composer(appel, dernier_signataire(appel, annuaire)), f"appel-{appel.dossier.reference}")
