"""The public portal: find, file, frequent questions."""

from typing import Any
from uuid import UUID, uuid4

from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone

from buridan.demandes import suivi
from buridan.demandes.actions.deposer import Depot, deposer
from buridan.demandes.carte import carte
from buridan.demandes.forms import FormulaireDemande, voies
from buridan.demandes.models import Canal, QuestionFrequente, TypeDemande
from buridan.demandes.queries import Point, rues, semblables, type_actif
from buridan.interface.jetons import DejaEnvoye, resultat_de
from buridan.interface.politique import Acces, formulaire, page
from buridan.organisation.acteur import Acteur, systeme


def par_famille(types: list[TypeDemande]) -> dict[str, list[TypeDemande]]:
    """Types grouped by family, in the catalogue's order."""
    familles: dict[str, list[TypeDemande]] = {}
    for un_type in types:
        familles.setdefault(un_type.famille, []).append(un_type)
    return familles


@page(Acces.PUBLIC)
def accueil(request: HttpRequest) -> HttpResponse:
    """The catalogue, found by typing everyday words."""
    mots = request.GET.get("q", "").strip()[:100]
    types = TypeDemande.objects.actifs()
    trouves = list(types.cherches(mots)[:12]) if mots else []
    contexte: dict[str, Any] = {"mots": mots, "trouves": trouves}
    if request.htmx:  # type: ignore[attr-defined]
        return render(request, "demandes/accueil.html#trouves", contexte)
    contexte["familles"] = par_famille(list(types.order_by("famille", "titre")))
    return render(request, "demandes/accueil.html", contexte)


@page(Acces.PUBLIC)
def questions(request: HttpRequest) -> HttpResponse:
    """Frequent questions."""
    return render(
        request,
        "demandes/questions.html",
        {"questions": QuestionFrequente.objects.select_related("type").order_by("ordre")},
    )


@page(Acces.PUBLIC)
def completer(request: HttpRequest) -> HttpResponse:
    """Options of the place's field while one types: the streets of the town's list, without asking anybody outside."""
    return render(request, "demandes/_rues.html", {"rues": rues(request.GET.get("lieu", "")[:100])})


@formulaire(Acces.PUBLIC)
def nouvelle(request: HttpRequest, code: str) -> HttpResponse:
    """The form of one type."""
    trouve = type_actif(code)
    if trouve is None:
        raise Http404
    type_demande, revision = trouve
    if request.method != "POST":
        return montrer(request, type_demande, FormulaireDemande(type_demande), str(uuid4()))
    return traiter_formulaire(request, type_demande, by=systeme(timezone.now(), revision), agent=False)


def traiter_formulaire(request: HttpRequest, type_demande: TypeDemande, *, by: Acteur, agent: bool) -> HttpResponse:
    """Check, point out similar open requests, file; used by the portal and the front desk."""
    jeton = request.POST.get("jeton", "")
    form = FormulaireDemande(type_demande, request.POST, request.FILES, agent=agent, jour=by.annuaire.jour)
    if not form.is_valid():
        return _deja(jeton, agent=agent) or montrer(request, type_demande, form, jeton, agent=agent, code_http=422)
    donnees = form.cleaned_data
    reserve = None
    if "quand_meme" in request.POST:
        point = form.position()
    else:
        # an address or a number typed by a stranger must reveal nothing
        la_personne = {c: donnees[c] if agent else "" for c in ("courriel", "telephone")}
        point, proches, reserve = semblables(
            type_demande, jour=by.annuaire.jour, lieu=donnees.get("lieu", ""), point=form.point(), **la_personne
        )
        if proches:
            deja = _deja(jeton, agent=agent)
            return deja or montrer(request, type_demande, form, jeton, agent=agent, semblables=proches)
    depot = _depot(form, point, agent=agent)
    motif = ("/guichet/recu/{uuid}/" if type_demande.sensible else "/dossiers/{uuid}/") if agent else "/recu/{uuid}/"
    try:
        demande = deposer(depot, by=by, at=by.at, jeton=_uuid(jeton), resultat=motif, reserve=reserve)
    except DejaEnvoye as deja:
        return redirect(_vers_recu(deja.resultat, agent=agent))
    return redirect(_vers_recu(motif.format(uuid=demande.dossier.uuid), agent=agent))


def _deja(jeton: str, *, agent: bool) -> HttpResponse | None:
    """The answer was lost on the way: what this form created, before saying anything else about the form."""
    resultat = resultat_de(_uuid(jeton))
    return redirect(_vers_recu(resultat, agent=agent)) if resultat else None


def _vers_recu(resultat: str, *, agent: bool) -> str:
    """The receipt's address carries the tracking key; the stored result does not."""
    if agent:
        return resultat
    uuid = UUID(resultat.strip("/").split("/")[-1])
    return f"/suivi/{uuid}/{suivi.cle(uuid)}/?depose=1"


def _uuid(texte: str) -> UUID:
    try:
        return UUID(texte)
    except ValueError:
        return uuid4()


def _depot(form: FormulaireDemande, point: Point, *, agent: bool) -> Depot:
    d = form.cleaned_data
    textes = {
        c: d.get(c) or ""
        for c in ("courriel", "telephone", "adresse", "organisme", "siret", "rna", "au_nom_de", "lieu")
    }
    return Depot(
        type=form.type, description=d["description"], nom=d["nom"], public=d["public"], latitude=point[0],
        longitude=point[1], reponses=form.reponses(), fichiers=tuple(d["tous_fichiers"]),
        canal=d.get("canal") or Canal.PORTAIL, recue_le=d.get("recue_le"), recue_ailleurs_le=d.get("recue_ailleurs_le"), **textes,
    )  # fmt: skip


def montrer(
    request: HttpRequest, type_demande: TypeDemande, form: FormulaireDemande, jeton: str, *, agent: bool = False,
    code_http: int = 200, semblables: object = None,
) -> HttpResponse:  # fmt: skip
    gardes = form.garder_les_fichiers()
    saisis = [(nom, v) for nom, vs in request.POST.lists() for v in vs if nom not in ("csrfmiddlewaretoken", "gardes")]
    contexte = {
        "type": type_demande, "form": form, "jeton": jeton or str(uuid4()), "agent": agent, "voies": voies(),
        "gardes": gardes, "saisis": [*saisis, ("gardes", gardes)],
        "semblables": semblables, "carte": carte() if "lieu" in form.fields else None,
    }  # fmt: skip
    return render(request, "demandes/nouvelle.html", contexte, status=code_http)
