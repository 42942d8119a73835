"""From a circuit to its draft and back: open, make a new one, see what changes, publish, give up."""

from typing import Any
from uuid import uuid4

from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone

from buridan.bureau.circuits.forms import FormulaireNouveau, FormulairePublication
from buridan.bureau.circuits.views import dessin, lignes_d_etapes
from buridan.bureau.circuits.views_brouillon import en_phrases, revision_de, sans_brouillon
from buridan.circuits import destinataires
from buridan.circuits.actions import (
    BrouillonChange,
    SansBrouillon,
    abandonner_brouillon,
    creer_circuit,
    ouvrir_brouillon,
    publier_brouillon,
)
from buridan.circuits.catalogue import CircuitInconnu, derniere, lire
from buridan.circuits.differences import Genre, differences
from buridan.circuits.models import VersionCircuit
from buridan.circuits.queries import brouillon_de
from buridan.demandes.actions.faire_suivre import faire_suivre
from buridan.demandes.models import TypeDemande
from buridan.dossiers.etats import EtatDossier
from buridan.dossiers.models import Dossier
from buridan.interface.jetons import DejaEnvoye, jeton_de
from buridan.interface.politique import Acces, acteur_de, formulaire, geste
from buridan.outils.verdict import Refus

MARQUES = {Genre.MODIFIEE: "modifiée", Genre.DEPLACEE: "déplacée", Genre.AJOUTEE: "ajoutée"}


@formulaire(Acces.QUALITE)
def nouveau(request: HttpRequest) -> HttpResponse:
    """A new circuit, copied from one in force."""
    versions = VersionCircuit.objects.filter(publiee_le__isnull=False).order_by("code", "-numero").distinct("code")
    choix = sorted(((v.code, v.titre) for v in versions), key=lambda c: c[1])
    form = FormulaireNouveau(choix, request.POST or None)
    if request.method == "POST" and form.is_valid():
        by, at = acteur_de(request), timezone.now()
        try:
            cree = creer_circuit(
                form.cleaned_data["titre"],
                by=by,
                at=at,
                copie_de=form.cleaned_data["copie_de"],
                jeton=jeton_de(request.POST),
            )
        except DejaEnvoye as deja:
            messages.info(request, "C'était déjà fait : rien n'a été fait deux fois.")
            return redirect("brouillon", code=deja.resultat)
        messages.success(request, "Le circuit est créé en brouillon : personne ne le suit avant sa publication.")
        return redirect("brouillon", code=cree.code)
    contexte = {"form": form, "jeton": request.POST.get("jeton") or uuid4()}
    return render(request, "circuits/nouveau.html", contexte, status=422 if form.errors else 200)


@geste(Acces.QUALITE)
def modifier(request: HttpRequest, code: str) -> HttpResponse:
    """Open the draft, or take it up again; `numero`: take an old version as the draft."""
    numero = request.POST.get("numero", "")
    try:
        ouvrir_brouillon(
            code, by=acteur_de(request), at=timezone.now(), numero=int(numero) if numero.isdecimal() else None
        )
    except CircuitInconnu as erreur:
        raise Http404 from erreur
    except Refus as refus:
        messages.error(request, refus.raison)
    return redirect("brouillon", code=code)


@geste(Acces.QUALITE)
def demarche(request: HttpRequest, code: str) -> HttpResponse:
    """One more type of request follows this circuit."""
    demande, _, vu = request.POST.get("demarche", "").partition(":")
    choisie = TypeDemande.objects.actifs().filter(code=demande).first()
    if choisie is None:
        messages.error(request, "Choisissez une démarche dans la liste.")
        return redirect("circuit", code=code)
    try:
        faire_suivre(choisie, by=acteur_de(request), at=timezone.now(), circuit=code, vu=vu)
    except Refus as refus:
        messages.error(request, refus.raison)
    else:
        messages.success(request, f"Les nouvelles demandes « {choisie.titre} » suivent ce circuit.")
    return redirect("circuit", code=code)


@formulaire(Acces.QUALITE)
def publier(request: HttpRequest, code: str) -> HttpResponse:
    """What changes between the draft and the version in force; then publish it."""
    ligne = brouillon_de(code)
    form = FormulairePublication(request.POST or None)
    if request.method != "POST":
        return sans_brouillon(request, code) if ligne is None else _changements(request, ligne, form, None)
    refus = None
    if form.is_valid():
        try:
            version = publier_brouillon(
                code, by=acteur_de(request), at=timezone.now(), revision=form.cleaned_data["revision"],
                actuelle=form.cleaned_data["actuelle"] or None, note=form.cleaned_data["note"], jeton=jeton_de(request.POST),
            )  # fmt: skip
        except DejaEnvoye:
            messages.info(request, "C'était déjà publié : rien n'a été fait deux fois.")
            return redirect("circuit", code=code)
        except Refus as erreur:
            refus = erreur
        else:
            phrase = (
                f"La version {version.numero} est en vigueur pour les nouveaux dossiers ; les autres gardent la leur."
            )
            messages.success(request, phrase)
            return redirect("circuit", code=code)
    ligne = brouillon_de(code)
    if isinstance(refus, SansBrouillon) or ligne is None:
        return sans_brouillon(request, code)
    return _changements(request, ligne, form, refus)


@geste(Acces.QUALITE)
def abandonner(request: HttpRequest, code: str) -> HttpResponse:
    """Give the draft up; the journal keeps what was done."""
    try:
        abandonner_brouillon(code, by=acteur_de(request), at=timezone.now(), revision=revision_de(request))
    except BrouillonChange as refus:
        messages.error(request, en_phrases(refus))
        return redirect("brouillon", code=code)
    except Refus as refus:
        messages.info(request, refus.raison)
    else:
        messages.success(request, "Le brouillon est abandonné : rien ne change pour personne.")
    return redirect("circuit", code=code) if derniere(code) is not None else redirect("circuits")


def _changements(
    request: HttpRequest, ligne: VersionCircuit, form: FormulairePublication, refus: Refus | None
) -> HttpResponse:
    annuaire, modele = acteur_de(request).annuaire, lire(ligne)
    version = derniere(ligne.code)
    avant = lire(version) if version is not None else None
    changements = differences(avant, modele, destinataires.nommer(annuaire))
    marques = {c.cle: mot for genre, mot in MARQUES.items() for c in changements if c.genre is genre}
    enlevees = {c.cle: "enlevée" for c in changements if c.genre is Genre.ENLEVEE}
    lus = {"revision": ligne.revision, "actuelle": version.numero if version is not None else 0}
    if form.is_bound:
        form.data = form.data.copy()  # type: ignore[attr-defined]
        form.data.update({nom: str(valeur) for nom, valeur in lus.items()})  # type: ignore[attr-defined]
    else:
        form.initial = lus
    if refus is not None:
        form.add_error(None, refus.raison)
    contexte: dict[str, Any] = {
        "brouillon": ligne, "modele": modele, "version": version, "form": form, "changements": changements,
        "fautes": destinataires.fautes(modele, annuaire), "etapes": lignes_d_etapes(modele, annuaire),
        "dessin": dessin(modele, annuaire, titre="Schéma du brouillon", identifiant="brouillon", marques=marques),
        "en_cours": Dossier.objects.filter(circuit=ligne.code).exclude(etat=EtatDossier.CLOS).count(),
        "jeton": request.POST.get("jeton") or uuid4(),
        "faits": refus.faits if isinstance(refus, BrouillonChange) else [],
    }  # fmt: skip
    if avant is not None:
        contexte["avant"] = dessin(
            avant, annuaire, titre="Schéma en vigueur", identifiant="en-vigueur", marques=enlevees
        )
        contexte["etapes_avant"] = lignes_d_etapes(avant, annuaire)
    statut = 409 if refus is not None else 422 if form.is_bound and form.errors else 200
    return render(request, "circuits/changements.html", contexte, status=statut)
