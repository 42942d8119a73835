"""The list of what waits, and one étape: what is to be read, beside what is to be decided."""

from collections.abc import Collection, Sequence
from typing import Any
from uuid import UUID

from django.contrib import messages
from django.db.models import Prefetch, prefetch_related_objects
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils import timezone
from django.utils.html import format_html

from buridan.bureau.ensemble import choisies
from buridan.bureau.lignes import lignes_de
from buridan.bureau.parapheur import queries
from buridan.bureau.parapheur.pieces import pieces_de
from buridan.bureau.queries import PAGE, Curseur
from buridan.dossiers import rules
from buridan.dossiers.actions.traversee import DejaFait, refus_de_la_base
from buridan.dossiers.etats import AU_PARAPHEUR, EtatEtape
from buridan.dossiers.gestes import ecrit_en_vain, former, geste_de, gestes_d_etape
from buridan.dossiers.models import Dossier, Etape
from buridan.dossiers.natures import nature_de
from buridan.dossiers.recit import chez, passees
from buridan.dossiers.views import MUETS
from buridan.interface.politique import Acces, acteur_de, geste, page
from buridan.organisation.acteur import Acteur
from buridan.outils.verdict import Refus

ENSEMBLE = {
    "donner_avis": "Donner le même avis",
    "viser": "Viser",
    "valider": "Valider",
    "signer": "Signer",
}
EN_LOT = {rules.TYPE_DU_VERBE[code] for code in ENSEMBLE}  # a decision is taken one by one


@page(Acces.AGENT)
def parapheur(request: HttpRequest) -> HttpResponse:
    """All that waits for me, the most urgent first."""
    return montrer_liste(request)


def montrer_liste(
    request: HttpRequest, *, coches: Collection[int] = (), a_corriger: Sequence[str] = (), code_http: int = 200
) -> HttpResponse:
    """The list, or only one type of étape."""
    acteur, genre = acteur_de(request), _genre(request)
    tout = queries.en_attente(acteur)
    attente = tout.du_type(genre)
    curseur = Curseur.lire(request.GET.get("apres", ""))
    reste = [ligne for ligne in attente.lignes if (ligne.urgence_le, ligne.id) > (curseur.date, curseur.id)]
    etapes = queries.charger([ligne.id for ligne in reste[:PAGE]])
    if "cocher" in request.GET:
        coches = {e.pk for e in etapes}
    types = {e.type for e in etapes}
    contexte = {
        "parapheur": tout, "attente": attente, "filtre": genre, "aujourdhui": acteur.annuaire.jour,
        "lignes": [{**x, "cochable": e.type in EN_LOT} for e, x in zip(etapes, lignes_de(acteur, etapes), strict=True)],
        "ensemble": [(c, mots) for c, mots in ENSEMBLE.items() if rules.TYPE_DU_VERBE[c] in types],
        "coches": coches, "a_corriger": a_corriger,
        "apres": request.GET.get("apres", ""),
        "suite": f"{reste[PAGE - 1].urgence_le}.{reste[PAGE - 1].id}" if len(reste) > PAGE else "",
    }  # fmt: skip
    return render(request, "parapheur/parapheur.html", contexte, status=code_http)


def _genre(request: HttpRequest) -> str:
    """The type of étape the list is narrowed to; empty for all."""
    genre = request.GET.get("type", "")
    return genre if genre in AU_PARAPHEUR else ""


def _etape(acteur: Acteur, uuid: UUID, pk: int) -> Etape:
    """An étape of the parapheur, of that dossier, which one may see or act on; 404 otherwise."""
    trouvees = choisies(acteur, [str(pk)])
    if not trouvees or trouvees[0].type not in AU_PARAPHEUR or trouvees[0].dossier.uuid != uuid:
        raise Http404
    return trouvees[0]


@page(Acces.AGENT)
def lire(request: HttpRequest, uuid: UUID, etape: int) -> HttpResponse:
    """What is to be read, beside what is to be decided."""
    return _montrer(request, _etape(acteur_de(request), uuid, etape))


def _montrer(request: HttpRequest, etape: Etape, faux: Any = None, *, code_http: int = 200) -> HttpResponse:
    acteur, dossier, genre = acteur_de(request), etape.dossier, _genre(request)
    toutes = Etape.objects.select_related("decision").order_by("rang", "id")
    prefetch_related_objects([dossier], Prefetch("etapes", queryset=toutes))  # the rules read them too
    tout = queries.en_attente(acteur)
    attente, nature = tout.du_type(genre), nature_de(dossier)
    documents = list(dossier.documents.order_by("at"))
    contexte = {
        "dossier": dossier, "nature": nature, "aujourdhui": acteur.annuaire.jour, "autres": [],
        "ligne": lignes_de(acteur, [etape])[0], "etape": etape, "decision": getattr(etape, "decision", None),
        "parapheur": tout, "filtre": genre, "rang": attente.rang(etape), "attente": attente,
        "suivante": attente.suivante(etape), "precedente": attente.precedente(etape),
        "peut": rules.peut_agir(acteur, etape), **_gestes(acteur, etape, faux),
        "dits": _dits(acteur, dossier), "ensuite": _ensuite(acteur, dossier),
        "passees": [(p, rules.destinataire(acteur, p.etape)) for p in passees(dossier.etapes.all())],
        "documents": documents, "destinataire": rules.destinataire(acteur, etape),
        "pieces": pieces_de(dossier, documents, acteur=acteur, at=timezone.now()), **nature.contexte(dossier),
    }  # fmt: skip
    return render(request, "parapheur/etape.html", contexte, status=code_http)


def _gestes(acteur: Acteur, etape: Etape, faux: Any) -> dict[str, Any]:
    """Every verb of this étape: those that may be done with their forms, the others with the reason why not.

    A form that was refused is shown again whatever the verdict has become: what was typed stays.
    """
    code, refuse = faux or ("", None)
    offerts, refuses = [], []
    for g in gestes_d_etape(etape.dossier, etape):
        verdict = g.verdict(acteur, etape)
        form = refuse if g.code == code else former(g, etape, acteur) if verdict else None
        if form is not None or g.principal:
            offerts.append((g, form, verdict.raison))
        elif g.code not in MUETS:
            refuses.append((g.libelle, verdict.raison))
    return {"gestes": offerts, "refuses": refuses}


def _dits(acteur: Acteur, dossier: Dossier) -> list[dict[str, Any]]:
    """What those before have agreed to or written, the latest first; a vote that is hidden is not said."""
    etapes = list(dossier.etapes.all())
    toutes = [(e, e.decision) for e in etapes if hasattr(e, "decision")]
    decidees = [(e, d) for e, d in toutes if d.texte or e.type in AU_PARAPHEUR]
    return [
        {"etape": e, "decision": d, "cache": rules.vote_cache(acteur, e, d.par_id, etapes)}
        for e, d in sorted(decidees, key=lambda x: x[1].at, reverse=True)
    ]


def _ensuite(acteur: Acteur, dossier: Dossier) -> list[tuple[Etape, str]]:
    """Étapes to come, with who has them."""
    a_venir = [e for e in dossier.etapes.all() if e.etat == EtatEtape.A_VENIR]
    return [(e, chez(acteur, e, dossier.nature)) for e in a_venir]


@geste(Acces.AGENT)
def decider(request: HttpRequest, uuid: UUID, etape: int, code: str) -> HttpResponse:
    """One gesture on one étape, then the next that waits, with a word of what was done."""
    acteur = acteur_de(request)
    objet = _etape(acteur, uuid, etape)
    choisi = geste_de(objet.dossier, code)
    if choisi is None or not choisi.etape:
        raise Http404
    form = former(choisi, objet, acteur, request.POST)
    if not form.is_valid():
        return _montrer(request, objet, (code, form), code_http=422)
    try:
        with refus_de_la_base():
            choisi.executer(objet, by=acteur, at=timezone.now(), donnees=dict(form.cleaned_data))
    except Refus as refus:
        if isinstance(refus, DejaFait) and not ecrit_en_vain(form, objet, acteur):
            return _aller_a_la_suite(request, objet, refus.raison, messages.INFO)
        form.add_error(refus.champ if refus.champ in form.fields else None, refus.raison)
        return _montrer(request, _etape(acteur, uuid, etape), (code, form), code_http=409)
    return _aller_a_la_suite(request, objet, choisi.fait, messages.SUCCESS)


def _aller_a_la_suite(request: HttpRequest, etape: Etape, fait: str, ton: int) -> HttpResponse:
    """The same étape when it still waits for me (taken, given back), else the next; the list when nothing waits.

    A word says what was just done, on which dossier, and how much is left.
    """
    genre, dossier = _genre(request), etape.dossier
    attente = queries.en_attente(acteur_de(request)).du_type(genre)
    dossier_lu = reverse("dossier", kwargs={"uuid": dossier.uuid})
    mots = '{} <a href="{}">{} {}</a>. {}'
    messages.add_message(
        request, ton, format_html(mots, fait, dossier_lu, dossier.reference, dossier.objet, _reste(attente))
    )
    suite = attente.suivante(etape)
    if attente.rang(etape):
        cible: tuple[Any, ...] = (dossier.uuid, etape.pk)
    elif suite is None:
        return redirect("parapheur")
    else:
        cible = (suite.uuid, suite.id)
    adresse = reverse("parapheur_etape", args=cible)
    return redirect(f"{adresse}?type={genre}" if genre else adresse)


def _reste(attente: queries.Attente) -> str:
    if not attente:
        return "Il ne reste rien."
    return f"Il en reste {len(attente)}{'+' if attente.plus else ''}."
