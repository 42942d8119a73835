"""Begin a note, write it with the elected official, send it."""

from collections.abc import Mapping
from typing import Any
from uuid import UUID, uuid4

from django.contrib import messages
from django.http import HttpRequest, HttpResponse, JsonResponse
from django.shortcuts import redirect, render
from django.utils import timezone

from buridan.dossiers.actions.traversee import DejaFait, refus_de_la_base
from buridan.dossiers.models import Etape
from buridan.dossiers.routage import RouteImpossible
from buridan.dossiers.rules import peut_decider, redaction
from buridan.interface.jetons import DejaEnvoye, jeton_de
from buridan.interface.politique import Acces, acteur_de, formulaire
from buridan.notes import rules
from buridan.notes.actions.commencer import SANS_FORMULAIRE, commencer
from buridan.notes.actions.enregistrer import Sort, enregistrer
from buridan.notes.actions.envoyer import envoyer, fautes
from buridan.notes.actions.proposer import proposer
from buridan.notes.chargement import dernier_formulaire
from buridan.notes.forms import FormulaireCadre, FormulaireNote
from buridan.notes.models import Note, VersionPartie
from buridan.notes.queries import contenus, mis_a_part
from buridan.notes.views import note_visible
from buridan.organisation.acteur import Acteur
from buridan.outils.texte import empreinte
from buridan.outils.verdict import Refus

SANS = "sans-"  # the button that sends without a text kept aside names the last one that was shown
AUTOMATIQUE = "X-Buridan-Enregistre"  # sent by rediger.js: the answer is data, not a page


@formulaire(Acces.AGENT)
def nouvelle(request: HttpRequest) -> HttpResponse:
    """Kind, subject, theme, service: what gives the circuit."""
    acteur, dernier = acteur_de(request), dernier_formulaire()
    if dernier is None or not rules.peut_ecrire_une_note(acteur):
        raison = rules.peut_ecrire_une_note(acteur).raison or SANS_FORMULAIRE
        return render(request, "403.html", {"raison": raison}, status=403)
    premier = {"genre": request.GET.get("genre", ""), "entite": rules.services_ouverts(acteur)[0]}
    form = FormulaireCadre(acteur, dernier.modele, request.POST if request.method == "POST" else None, initial=premier)
    if form.is_bound and form.is_valid():
        try:
            note = commencer(form.cadre(), by=acteur, at=timezone.now(), jeton=jeton_de(request.POST))
        except DejaEnvoye as deja:
            return redirect(deja.resultat)
        except (Refus, RouteImpossible) as refus:
            form.add_error(None, getattr(refus, "raison", str(refus)))
        else:
            messages.success(request, "La note est commencée. Ce que vous écrivez s'enregistre à mesure.")
            return redirect("note_rediger", uuid=note.dossier.uuid)
    contexte = {"form": form, "jeton": request.POST.get("jeton") or str(uuid4())}
    return render(request, "notes/nouvelle.html", contexte, status=422 if form.errors else 200)


@formulaire(Acces.AGENT)
def rediger(request: HttpRequest, uuid: UUID) -> HttpResponse:
    """Write: each part is saved apart; « Envoyer » saves, then sends, or says at each field what is missing."""
    acteur = acteur_de(request)
    note = note_visible(acteur, uuid)
    verdict = rules.peut_rediger(acteur, note, note.dossier.etapes.all())
    if request.method != "POST":
        if not verdict:
            messages.info(request, verdict.raison)
            return redirect("dossier", uuid=uuid)
        return _montrer(request, acteur, note)
    try:
        sorts = _enregistrer(request, acteur, note)
    except _Trop as trop_long:
        return _refuser(request, acteur, note, trop_long.fautes, "Un texte est trop long : il n'est pas enregistré.")
    except Refus as refus:
        return _refuser(request, acteur, note, {}, refus.raison)
    if AUTOMATIQUE in request.headers:
        return JsonResponse({"parties": {code: _en_donnees(acteur, sort) for code, sort in sorts.items()}})
    return _suite(request, acteur, note, sorts)


def _enregistrer(request: HttpRequest, acteur: Acteur, note: Note) -> dict[str, Sort]:
    tape = FormulaireNote(note.modele, note.genre, contenus(note), request.POST)
    if trop := tape.trop_longs():
        raise _Trop(trop)
    return enregistrer(note.dossier, tape.saisies(), by=acteur, at=timezone.now())


def _suite(request: HttpRequest, acteur: Acteur, note: Note, sorts: dict[str, Sort]) -> HttpResponse:
    if conflits := {c: s for c, s in sorts.items() if s.etat == "conflit"}:
        return _montrer(request, acteur, note, conflits=conflits, tape=request.POST, code_http=409)
    if "envoyer" in request.POST:
        return _envoyer(request, acteur, note)
    if "proposer" in request.POST:
        return _proposer(request, acteur, note)
    messages.success(request, "C'est enregistré.")
    return redirect("note_rediger", uuid=note.dossier.uuid)


class _Trop(Exception):
    def __init__(self, trop: dict[tuple[str, str], str]) -> None:
        super().__init__()
        self.fautes = trop


def _en_donnees(acteur: Acteur, sort: Sort) -> dict[str, Any]:
    return {
        "etat": sort.etat, "contenu": sort.contenu, "vu": empreinte(sort.contenu),
        "par": acteur.annuaire.nom_personne(sort.par) if sort.par else "",
        "le": timezone.localtime(sort.at).strftime("%d/%m/%Y à %H:%M") if sort.at else "",
    }  # fmt: skip


def _refuser(
    request: HttpRequest, acteur: Acteur, note: Note, trouvees: dict[tuple[str, str], str], raison: str
) -> HttpResponse:
    """Nothing was saved: what was typed stays on the page."""
    if AUTOMATIQUE in request.headers:
        return JsonResponse({"raison": raison}, status=409)
    return _montrer(request, acteur, note, trouvees=trouvees, raison=raison, tape=request.POST, code_http=409)


def _envoyer(request: HttpRequest, acteur: Acteur, note: Note) -> HttpResponse:
    if manques := fautes(note, contenus(note)):
        return _montrer(request, acteur, note, trouvees=manques, code_http=422)
    vus = int(lu) if (lu := request.POST["envoyer"].removeprefix(SANS)).isdecimal() and len(lu) < 19 else 0
    if any(version.pk > vus for version in mis_a_part(note).values()):
        return _montrer(request, acteur, note, demander=True, code_http=409)
    etape = redaction(note.dossier.etapes.all())
    try:
        if etape is None:
            raise DejaFait("La note est déjà envoyée.")
        with refus_de_la_base():
            envoyer(etape, by=acteur, at=timezone.now(), sans=vus)
    except DejaFait as deja:
        messages.info(request, deja.raison)
    except Refus as refus:
        return _montrer(request, acteur, note, raison=refus.raison, code_http=409)
    else:
        messages.success(request, "La note est envoyée. Vous verrez ici où elle en est, et la réponse.")
    return redirect("dossier", uuid=note.dossier.uuid)


def _proposer(request: HttpRequest, acteur: Acteur, note: Note) -> HttpResponse:
    """What keeps it from being sent keeps it from being proposed."""
    if manques := fautes(note, contenus(note)):
        return _montrer(request, acteur, note, trouvees=manques, code_http=422)
    try:
        with refus_de_la_base():
            proposer(note.dossier, by=acteur, at=timezone.now())
    except DejaFait as deja:
        messages.info(request, deja.raison)
    except Refus as refus:
        return _montrer(request, acteur, note, raison=refus.raison, code_http=409)
    else:
        messages.success(
            request, "La note est proposée à votre responsable, qui l'enverra. Vous pouvez encore l'écrire."
        )
    return redirect("dossier", uuid=note.dossier.uuid)


def _montrer(
    request: HttpRequest,
    acteur: Acteur,
    note: Note,
    *,
    trouvees: dict[tuple[str, str], str] | None = None,
    conflits: dict[str, Sort] | None = None,
    raison: str = "",
    demander: bool = False,
    tape: Any = None,
    code_http: int = 200,
) -> HttpResponse:
    lus = contenus(note)
    form = FormulaireNote(note.modele, note.genre, lus, tape)
    etape: Etape | None = redaction(note.dossier.etapes.all())
    a_part = {c: v for c, v in mis_a_part(note).items() if c not in (conflits or {})}
    lignes = form.lignes(trouvees or {}, _conflits(note, {**a_part, **(conflits or {})}))
    par_code = {p.code: p for p in note.modele.parties_de(note.genre)}
    contexte = {
        "note": note, "lignes": lignes, "raison": raison, "conflits": [par_code[c].intitule(note.genre) for c in conflits or {}],
        "fautes": [
            (form[f"{p}__{c}"].id_for_label, par_code[p].nom_du_champ(c, note.genre), phrase)
            for (p, c), phrase in (trouvees or {}).items()
        ],
        "demander": demander, "sans": f"{SANS}{max((v.pk for v in a_part.values()), default=0)}",
        "peut_envoyer": peut_decider(acteur, etape, "traiter") if etape else None, "genre": note.genre_choisi,
        "peut_proposer": rules.redige(acteur, note),
    }  # fmt: skip
    return render(request, "notes/rediger.html", contexte, status=code_http)


def _conflits(note: Note, conflits: Mapping[str, Sort | VersionPartie]) -> dict[str, Any]:
    """The other's text, field by field."""
    parties = {p.code: p for p in note.modele.parties_de(note.genre)}
    return {
        code: {
            "par": sort.par_id if isinstance(sort, VersionPartie) else sort.par, "at": sort.at,
            "a_part": isinstance(sort, VersionPartie),
            "reponses": [(c.titre, c.lisible(sort.contenu.get(c.code, ""))) for c in parties[code].champs],
        }
        for code, sort in conflits.items()
        if code in parties
    }  # fmt: skip
