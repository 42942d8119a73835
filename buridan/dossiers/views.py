"""The dossier page and its gestures."""

from dataclasses import replace
from typing import Any
from uuid import UUID

from django.contrib import messages
from django.db.models import Prefetch, prefetch_related_objects
from django.forms import CharField
from django.http import FileResponse, Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils import timezone

from buridan.dossiers import rules
from buridan.dossiers.actions.traversee import DejaFait, refus_de_la_base
from buridan.dossiers.documents import telecharger
from buridan.dossiers.etats import EtatEtape, Fil
from buridan.dossiers.gestes import GESTES, ecrit_en_vain, former, geste_de, gestes_d_etape, gestes_de_dossier
from buridan.dossiers.models import Document, Dossier, Etape, Reponse
from buridan.dossiers.natures import Geste, nature_de, nouvelles_de, suites_de
from buridan.dossiers.recit import recit
from buridan.dossiers.volets import volets_de
from buridan.droit.delais import Delai, date_legale, expliquer
from buridan.interface.fichiers import servir_pdf
from buridan.interface.politique import Acces, acteur_de, geste, page
from buridan.organisation.acteur import Acteur
from buridan.outils.verdict import Refus


def dossier_visible(acteur: Acteur, uuid: UUID) -> Dossier:
    """A dossier one may see; 404 for a stranger. An étape resolved to this person opens its dossier too."""
    dossier: Dossier = get_object_or_404(Dossier, uuid=uuid)
    if Dossier.objects.visibles_par(acteur).filter(pk=dossier.pk).exists():
        return dossier
    actives = Etape.objects.filter(dossier=dossier, etat=EtatEtape.ACTIVE)
    if any(acteur.agit_pour(e.poste_id, e.entite_id, dossier.nature) for e in actives):
        return dossier
    raise Http404


def acteur_masque(acteur: Acteur, dossier: Dossier) -> Acteur:
    """The reader, for whom some people of this dossier have no name."""
    return replace(acteur, annuaire=acteur.annuaire.masquer(nature_de(dossier).masques(dossier, acteur)))


@page(Acces.AGENT)
def fiche(request: HttpRequest, uuid: UUID) -> HttpResponse:
    """Everything on one dossier."""
    return _montrer(request, dossier_visible(acteur_de(request), uuid))


def _montrer(request: HttpRequest, dossier: Dossier, faux: Any = None, *, code_http: int = 200) -> HttpResponse:
    acteur = acteur_masque(acteur_de(request), dossier)
    toutes = Etape.objects.select_related("decision").order_by("rang", "id")
    prefetch_related_objects([dossier], Prefetch("etapes", queryset=toutes))  # the rules read them too
    etapes = list(dossier.etapes.all())
    a_faire = [_a_faire(acteur, e, faux) for e in etapes if e.etat == EtatEtape.ACTIVE]
    fil = list(dossier.messages.order_by("at"))
    nature = nature_de(dossier)
    lignes = [ligne_du_circuit(acteur, e, etapes) for e in etapes]
    visibles = Dossier.objects.visibles_par(acteur)
    autres, retour = _autres(acteur, dossier, faux), _retour(acteur, etapes, faux)
    fils = [_form(GESTES[code], dossier, acteur, faux) for code in ("ecrire_agents", "ecrire_demandeur")]
    peut_ecrire = rules.fait_partie(acteur, dossier)
    ecrits = [f for f, oui in zip(fils, (dossier.efface_le is None, nature.usager and peut_ecrire), strict=True) if oui]
    offerts = [*ecrits, *(f for x in a_faire for _g, f, v in x["gestes"] if v), *(f for _g, f in autres)]
    contexte = {
        "acteur": acteur, "dossier": dossier, "nature": nature, "aujourdhui": acteur.annuaire.jour,
        "etapes": lignes, "perdu": _perdu(faux, [*offerts, retour["form"] if retour else None]),
        "projet_en_main": any("projet" in f.fields or g.code == "repondre" for x in a_faire for g, f, v in x["gestes"] if v),
        "retour": retour,
        "a_faire": sorted(a_faire, key=lambda x: not x["peut"]),  # what I may do before what others must
        "autres": autres, "refuses": _refuses(acteur, dossier, a_faire),
        "fil_demandeur": [m for m in fil if m.fil == Fil.DEMANDEUR], "fil_agents": [m for m in fil if m.fil == Fil.AGENTS],
        "form_agents": fils[0], "form_demandeur": fils[1],
        "peut_ecrire": peut_ecrire, "volets": volets_de(dossier, acteur),
        "documents": dossier.documents.order_by("at"), "reponses": dossier.reponses.order_by("tour"),
        "recit": recit(dossier, caches=[ligne["etape"].pk for ligne in lignes if ligne["cache"]]),
        "liens": dossier.liens.filter(vers__in=visibles).select_related("vers"),
        "liens_inverses": dossier.liens_inverses.filter(de__in=visibles).select_related("de"),
        "suites": suites_de(dossier, acteur), "nouvelles": nouvelles_de(dossier, acteur.annuaire.jour),
        **nature.contexte(dossier),
    }  # fmt: skip
    return render(request, "dossiers/fiche.html", contexte, status=code_http)


def ligne_du_circuit(acteur: Acteur, etape: Etape, toutes: list[Etape]) -> dict[str, Any]:
    """One line of the circuit: who, for whom, when, what was said (votes hidden until the rank closes)."""
    decision = getattr(etape, "decision", None)
    cache = decision is not None and rules.vote_cache(acteur, etape, decision.par_id, toutes)
    qui = None
    if etape.etat in (EtatEtape.ACTIVE, EtatEtape.A_VENIR):
        nature = etape.dossier.nature
        qui = (
            acteur.annuaire.resoudre(etape.poste_id, nature)
            if etape.poste_id is not None
            else acteur.annuaire.resoudre_entite(etape.entite_id or 0, nature)
        )
    return {"etape": etape, "decision": None if cache else decision, "cache": cache, "qui": qui,
            "destinataire": rules.destinataire(acteur, etape)}  # fmt: skip


def _form(geste: Geste, objet: Any, acteur: Acteur, faux: Any) -> Any:
    """The bound form that was refused, or a fresh one."""
    refuse = faux is not None and faux[0] == (geste.code, objet.pk)
    return faux[1] if refuse else former(geste, objet, acteur)


def _perdu(faux: Any, offerts: list[Any]) -> dict[str, Any] | None:
    """What was typed in a form that the page no longer offers, and why it was refused: to be copied from there."""
    if faux is None or any(form is faux[1] for form in offerts):
        return None
    form = faux[1]
    textes = [(c.label, c.value()) for c in form.visible_fields() if isinstance(c.field, CharField) and c.value()]
    raisons = [raison for siennes in form.errors.values() for raison in siennes]
    return {"textes": textes, "raisons": raisons}


def _a_faire(acteur: Acteur, etape: Etape, faux: Any) -> dict[str, Any]:
    choix = [(g, g.verdict(acteur, etape)) for g in gestes_d_etape(etape.dossier, etape)]
    peut = rules.peut_agir(acteur, etape)
    return {
        "etape": etape, "peut": peut, "destinataire": rules.destinataire(acteur, etape),
        "pour": acteur.absent_remplace(etape.poste_id, etape.entite_id, etape.dossier.nature) if peut else "",
        "gestes": [(g, _form(g, etape, acteur, faux) if v else None, v) for g, v in choix if v or g.principal],
        "pourquoi": _pourquoi(etape),
    }  # fmt: skip


def _retour(acteur: Acteur, etapes: list[Etape], faux: Any) -> dict[str, Any] | None:
    """One's own decision that can still be taken back, or whose taking back was just refused."""
    geste = geste_de(etapes[0].dossier, "revenir") if etapes else None
    if geste is None:
        return None
    for etape in reversed(etapes):
        refuse = faux is not None and faux[0] == (geste.code, etape.pk)
        if refuse or geste.verdict(acteur, etape):
            return {"etape": etape, "geste": geste, "form": _form(geste, etape, acteur, faux)}
    return None


def _pourquoi(etape: Etape) -> tuple[str, ...]:
    """How the deadline of an étape was counted."""
    if etape.echeance is None or etape.activee_le is None or not etape.delai:
        return ()
    calcul = expliquer(date_legale(etape.activee_le), Delai.lire(etape.delai))
    if calcul.date == etape.echeance:
        return calcul.etapes
    return (
        *calcul.etapes,
        f"Reportée au {etape.echeance:%d/%m/%Y} : le dossier a attendu, ou une autre date est convenue.",
    )


def _autres(acteur: Acteur, dossier: Dossier, faux: Any) -> list[tuple[Geste, Any]]:
    return [(g, _form(g, dossier, acteur, faux)) for g in gestes_de_dossier(dossier) if g.verdict(acteur, dossier)]


# One of a pair: its opposite is offered instead, there is nothing to explain.
MUETS = {"suivre", "ne_plus_suivre", "rendre", "reprendre"}


def _refuses(acteur: Acteur, dossier: Dossier, a_faire: list[dict[str, Any]]) -> list[tuple[str, str]]:
    """Gestures that exist here and are not open to this person: their words and why."""
    refus = [(g, g.verdict(acteur, dossier)) for g in gestes_de_dossier(dossier)]
    for ligne in a_faire:
        etape = ligne["etape"]
        refus += [(g, g.verdict(acteur, etape)) for g in gestes_d_etape(dossier, etape) if not g.principal]
    return list(dict.fromkeys((g.libelle, v.raison) for g, v in refus if not v and g.code not in MUETS))


@geste(Acces.AGENT)
def agir_etape(request: HttpRequest, uuid: UUID, etape: int, code: str) -> HttpResponse:
    """A gesture on one étape."""
    dossier = dossier_visible(acteur_de(request), uuid)
    objet = get_object_or_404(Etape, pk=etape, dossier=dossier)
    objet.dossier = dossier
    return _agir(request, dossier, objet, code, etape=True)


@geste(Acces.AGENT)
def agir(request: HttpRequest, uuid: UUID, code: str) -> HttpResponse:
    """A gesture on the dossier."""
    dossier = dossier_visible(acteur_de(request), uuid)
    return _agir(request, dossier, dossier, code, etape=False)


def _agir(request: HttpRequest, dossier: Dossier, objet: Any, code: str, *, etape: bool) -> HttpResponse:
    choisi = geste_de(dossier, code)
    if choisi is None or choisi.etape != etape:
        raise Http404
    acteur = acteur_de(request)
    form = former(choisi, objet, acteur, request.POST)
    if not form.is_valid():
        return _montrer(request, dossier, ((code, objet.pk), form), code_http=422)
    try:
        with refus_de_la_base():
            resultat = choisi.executer(objet, by=acteur, at=timezone.now(), donnees=dict(form.cleaned_data))
    except Refus as refus:
        if isinstance(refus, DejaFait) and not ecrit_en_vain(form, objet, acteur):
            messages.info(request, refus.raison)
            return redirect("dossier", uuid=dossier.uuid)
        form.add_error(refus.champ if refus.champ in form.fields else None, refus.raison)
        return _montrer(request, dossier_visible(acteur, uuid=dossier.uuid), ((code, objet.pk), form), code_http=409)
    messages.success(request, choisi.dire(resultat) if choisi.dire else choisi.fait)
    try:
        dossier_visible(acteur, dossier.uuid)
    except Http404:  # a kind of dossier that its service alone reads, for instance
        messages.info(
            request, f"{dossier.reference} est maintenant réservé à son service : vous ne pouvez plus l'ouvrir."
        )
        return redirect("bureau")
    return redirect("dossier", uuid=dossier.uuid)


@page(Acces.AGENT)
def document(request: HttpRequest, uuid: UUID, document: UUID) -> FileResponse:
    """A file of a dossier one may see."""
    dossier = dossier_visible(acteur_de(request), uuid)
    return telecharger(get_object_or_404(Document, uuid=document, dossier=dossier))


@page(Acces.AGENT)
def lettre(request: HttpRequest, uuid: UUID, tour: int) -> HttpResponse:
    """The letter of an answer, or of the draft of the present turn."""
    dossier = dossier_visible(acteur_de(request), uuid)
    composer = nature_de(dossier).lettre
    reponse = Reponse.objects.filter(dossier=dossier, tour=tour).first()
    if composer is None or (reponse is None and tour != dossier.tour):
        raise Http404
    return servir_pdf(composer(dossier, reponse), f"reponse-{dossier.reference}")
