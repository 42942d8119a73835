"""A draft: its étapes, each with its form; add, move, take away. Nothing typed is lost when it is refused."""

import secrets
from functools import partial
from typing import Any
from uuid import UUID, uuid4

from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils import timezone

from buridan.bureau.circuits.forms import NOUVELLE_ETAPE, FormulaireEtape, FormulairePresentation
from buridan.bureau.circuits.views import dessin
from buridan.circuits import destinataires
from buridan.circuits.actions import (
    BrouillonChange,
    EtapeEnlevee,
    SansBrouillon,
    modifier_brouillon,
    ouvrir_brouillon,
    pourquoi_sans_brouillon,
)
from buridan.circuits.catalogue import derniere, lire
from buridan.circuits.edition import Edition, Sens, ajouter, deplacer, enlever, presenter, remplacer
from buridan.circuits.modele import CircuitModele, EtapeModele
from buridan.circuits.models import VersionCircuit
from buridan.circuits.queries import brouillon_de, evenements
from buridan.interface.jetons import DejaEnvoye, jeton_de
from buridan.interface.politique import Acces, acteur_de, formulaire, geste, page
from buridan.outils.verdict import Refus

ENLEVER = "enlever"


def revision_de(request: HttpRequest) -> int:
    """The revision of the draft that was read; 0 = unknown, which is never the present one."""
    texte = request.POST.get("revision", "")
    return int(texte) if texte.isdecimal() and len(texte) < 10 else 0


def sans_brouillon(request: HttpRequest, code: str) -> HttpResponse:
    """There is no draft: where it has gone, and how to open one."""
    version, raison = derniere(code), pourquoi_sans_brouillon(code)
    if version is None and not evenements(code):
        raise Http404
    contexte = {"version": version, "raison": raison, "note": request.POST.get("note", "")}
    return render(request, "circuits/sans_brouillon.html", contexte, status=404)


@page(Acces.QUALITE)
def brouillon(request: HttpRequest, code: str) -> HttpResponse:
    """The draft: what is missing, the étapes with their gestures, who changed what."""
    ligne = brouillon_de(code)
    if ligne is None:
        return sans_brouillon(request, code)
    annuaire, modele = acteur_de(request).annuaire, lire(ligne)
    fautes, nom, en_place = destinataires.fautes(modele, annuaire), destinataires.nommer(annuaire), derniere(code)
    rangs = modele.rangs()
    etapes = [
        {
            "etape": e, "qui": nom(e.destinataire), "fautes": [f for f in fautes if f.etape == e.cle],
            "parallele": len(rang) > 1, "premiere": n == 1, "derniere": n == len(rangs),
        }
        for n, rang in enumerate(rangs, 1) for e in rang
    ]  # fmt: skip
    contexte = {
        "brouillon": ligne, "modele": modele, "etapes": etapes, "fautes": fautes,
        "generales": [f for f in fautes if not f.etape], "faits": evenements(code, brouillon=ligne.pk),
        "depasse": en_place if en_place is not None and en_place.numero != ligne.base else None,
        "dessin": dessin(modele, annuaire, titre=f"Schéma du brouillon « {modele.titre} »", identifiant="brouillon"),
    }  # fmt: skip
    return render(request, "circuits/brouillon.html", contexte)


@formulaire(Acces.QUALITE)
def presentation(request: HttpRequest, code: str) -> HttpResponse:
    """Title and description."""
    ligne = brouillon_de(code)
    if request.method != "POST":
        if ligne is None:
            return sans_brouillon(request, code)
        form = FormulairePresentation.du_modele(lire(ligne), ligne.revision)
        return _montrer(request, code, form, "circuits/presentation.html")
    form = FormulairePresentation(request.POST)
    refus = None
    if form.is_valid():
        champs = {nom: form.cleaned_data[nom] for nom in ("titre", "description", "a_confirmer")}
        refus = _enregistrer(request, code, partial(presenter, **champs))
        if refus is None:
            return redirect("brouillon", code=code)
    return _montrer(request, code, form, "circuits/presentation.html", refus=refus)


@formulaire(Acces.QUALITE)
def etape_nouvelle(request: HttpRequest, code: str) -> HttpResponse:
    """One more étape."""
    ligne = brouillon_de(code)
    if request.method != "POST":
        if ligne is None:
            return sans_brouillon(request, code)
        modele = lire(ligne)
        avant_la_fin = f"apres:{modele.rangs()[-2][-1].cle}" if len(modele.rangs()) > 1 else "debut"
        depart = {**NOUVELLE_ETAPE, "revision": ligne.revision, "place": avant_la_fin}
        form = FormulaireEtape(acteur_de(request).annuaire, modele, initial=depart, nouvelle=True)
        return _montrer(request, code, form, "circuits/etape.html", nouvelle=True)
    form = FormulaireEtape(acteur_de(request).annuaire, _modele(ligne, code), request.POST, nouvelle=True)
    refus = None
    if form.is_valid():
        etape = form.etape(secrets.token_hex(4))
        ajout = partial(ajouter, etape=etape, place=form.cleaned_data["place"])
        refus = _enregistrer(request, code, ajout, jeton=jeton_de(request.POST))
        if refus is None:
            return _apres(request, code, etape.cle)
    return _montrer(request, code, form, "circuits/etape.html", refus=refus, nouvelle=True)


@formulaire(Acces.QUALITE)
def etape(request: HttpRequest, code: str, cle: str) -> HttpResponse:
    """Change an étape; what is missing to publish is said at its field."""
    ligne = brouillon_de(code)
    annuaire, modele = acteur_de(request).annuaire, _modele(ligne, code)
    courante = modele.etape(cle)
    if request.method != "POST":
        if ligne is None:
            return sans_brouillon(request, code)
        if courante is None:
            return redirect("brouillon", code=code)
        form = FormulaireEtape.de_l_etape(annuaire, modele, courante, ligne.revision)
        form.montrer(f for f in destinataires.fautes(modele, annuaire) if f.etape == cle)
        return _montrer(request, code, form, "circuits/etape.html", etape=courante)
    form = FormulaireEtape(annuaire, modele, request.POST, nouvelle=False)
    refus = None
    if form.is_valid():
        refus = _enregistrer(request, code, partial(remplacer, etape=form.etape(cle)))
        if refus is None:
            return _apres(request, code, cle)
    if isinstance(refus, EtapeEnlevee):
        return _proposer_de_nouveau(request, code, modele, refus)
    return _montrer(request, code, form, "circuits/etape.html", refus=refus, etape=courante)


@geste(Acces.QUALITE)
def bouger(request: HttpRequest, code: str, cle: str) -> HttpResponse:
    """Up, down, in parallel with the rank before, or away."""
    demande = request.POST.get("geste", "")
    if demande not in {*Sens, ENLEVER}:
        raise Http404
    edition = partial(enlever, cle=cle) if demande == ENLEVER else partial(deplacer, cle=cle, sens=Sens(demande))
    refus = _enregistrer(request, code, edition, jeton=jeton_de(request.POST))
    if refus is not None:
        messages.error(request, en_phrases(refus))
    return redirect(reverse("brouillon", kwargs={"code": code}) + ("" if demande == ENLEVER else f"#etape-{cle}"))


def en_phrases(refus: Refus) -> str:
    """The refusal with what the others changed, in one text."""
    faits = refus.faits if isinstance(refus, BrouillonChange) else []
    autres = [f"{fait.en_mots}. {' '.join(fait.phrases)}" for fait in faits]
    return " ".join([refus.raison, *autres, *(["Regardez le brouillon, puis recommencez."] if autres else [])])


def _modele(ligne: VersionCircuit | None, code: str) -> CircuitModele:
    """The draft's circuit; without a draft, the one in force."""
    version = ligne or derniere(code)
    return lire(version) if version is not None else CircuitModele(code, "", "", "", False, ())


def _enregistrer(request: HttpRequest, code: str, edition: Edition, jeton: UUID | None = None) -> Refus | None:
    """Apply the gesture to the draft; the refusal if there is one. « Rouvrir » opens a draft again first."""
    by, at, revision = acteur_de(request), timezone.now(), revision_de(request)
    try:
        if "rouvrir" in request.POST:
            revision = ouvrir_brouillon(code, by=by, at=at).revision
        modifier_brouillon(code, edition, by=by, at=at, revision=revision, jeton=jeton)
    except DejaEnvoye:
        messages.info(request, "C'était déjà fait : rien n'a été fait deux fois.")
    except Refus as refus:
        return refus
    else:
        messages.success(request, "C'est enregistré dans le brouillon.")
    return None


def _apres(request: HttpRequest, code: str, cle: str) -> HttpResponse:
    """Back to the draft, or to the étape when something is missing in it."""
    ligne = brouillon_de(code)
    modele = _modele(ligne, code)
    manque = [f for f in destinataires.fautes(modele, acteur_de(request).annuaire) if f.etape == cle]
    if manque and modele.etape(cle) is not None:
        return redirect("brouillon_etape", code=code, cle=cle)
    return redirect(reverse("brouillon", kwargs={"code": code}) + f"#etape-{cle}")


def _proposer_de_nouveau(request: HttpRequest, code: str, modele: CircuitModele, refus: Refus) -> HttpResponse:
    """The étape is gone: what was typed can be added as a new one."""
    tape = request.POST.copy()
    ligne = brouillon_de(code)
    tape["revision"] = str(ligne.revision if ligne is not None else 1)
    form = FormulaireEtape(acteur_de(request).annuaire, modele, tape, nouvelle=True)
    form.is_valid()
    form.errors.pop("place", None)
    raison = f"{refus.raison} Vos réponses sont gardées ci-dessous : choisissez une place pour l'ajouter de nouveau."
    return _montrer(request, code, form, "circuits/etape.html", refus=Refus(raison), nouvelle=True)


def _montrer(
    request: HttpRequest, code: str, form: Any, gabarit: str, *, refus: Refus | None = None, nouvelle: bool = False,
    etape: EtapeModele | None = None,
) -> HttpResponse:  # fmt: skip
    """The form, with what was typed, why it is refused and what the others changed."""
    if isinstance(refus, BrouillonChange):
        form.data = form.data.copy()
        form.data["revision"] = str(refus.revision)
    if refus is not None:
        form.add_error(None, refus.raison)
    contexte = {
        "form": form, "code": code, "nouvelle": nouvelle, "etape": etape, "jeton": request.POST.get("jeton") or uuid4(),
        "faits": refus.faits if isinstance(refus, BrouillonChange) else [], "envoye": request.method == "POST",
        "a_rouvrir": isinstance(refus, SansBrouillon) and derniere(code) is not None,
    }  # fmt: skip
    statut = 409 if refus is not None else 422 if request.method == "POST" else 200
    return render(request, gabarit, contexte, status=statut)
