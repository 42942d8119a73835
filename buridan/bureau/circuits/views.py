"""The circuits to read: list, one circuit, its versions, and « qui agira ? » before sending."""

from collections.abc import Mapping
from dataclasses import replace
from typing import Any

from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils.safestring import SafeString

from buridan.circuits import destinataires
from buridan.circuits.bpmn import exporter
from buridan.circuits.catalogue import CircuitInconnu, en_vigueur, lire
from buridan.circuits.dessin import cases_du_modele, dessiner
from buridan.circuits.differences import differences
from buridan.circuits.modele import CircuitModele
from buridan.circuits.models import VersionCircuit
from buridan.circuits.queries import brouillon_de
from buridan.demandes.gestes import choix_des_themes
from buridan.demandes.models import TypeDemande
from buridan.dossiers.routage import Contexte, RouteImpossible, calculer
from buridan.interface.fichiers import inerte
from buridan.interface.politique import Acces, acteur_de, page
from buridan.organisation.annuaire import Annuaire
from buridan.outils.texte import sans_accents


@page(Acces.AGENT)
def circuits(request: HttpRequest) -> HttpResponse:
    """Circuits in force; for the quality officers, the drafts too."""
    versions = VersionCircuit.objects.filter(publiee_le__isnull=False).order_by("code", "-numero").distinct("code")
    brouillons = VersionCircuit.objects.filter(publiee_le__isnull=True).select_related("auteur").order_by("titre")
    contexte = {"versions": sorted(versions, key=lambda v: v.titre), "brouillons": brouillons}
    return render(request, "circuits/liste.html", contexte)


def _par_titre(type_demande: TypeDemande) -> str:
    """Alphabetical as people read it: É is an E."""
    return sans_accents(type_demande.titre)


@page(Acces.AGENT)
def circuit(request: HttpRequest, code: str) -> HttpResponse:
    """One circuit, its étapes in order."""
    try:
        modele, numero = en_vigueur(code)
    except CircuitInconnu as erreur:
        raise Http404 from erreur
    annuaire = request.acteur.annuaire  # type: ignore[attr-defined]
    contexte = {
        "modele": modele, "numero": numero, "brouillon": brouillon_de(code),
        "types": sorted(TypeDemande.objects.actifs().filter(circuit=code), key=_par_titre),
        "autres": sorted(TypeDemande.objects.actifs().exclude(circuit=code), key=_par_titre),
        "dessin": dessin(modele, annuaire, titre=f"Schéma du circuit « {modele.titre} »", identifiant=code),
        "etapes": lignes_d_etapes(modele, annuaire),
    }  # fmt: skip
    return render(request, "circuits/circuit.html", contexte)


@page(Acces.AGENT)
def versions(request: HttpRequest, code: str) -> HttpResponse:
    """All the versions, latest first: who, when, why, and what each changed."""
    publiees = list(
        VersionCircuit.objects.filter(code=code, publiee_le__isnull=False).select_related("auteur").order_by("numero")
    )
    if not publiees:
        raise Http404
    annuaire = request.acteur.annuaire  # type: ignore[attr-defined]
    lignes: list[dict[str, Any]] = []
    avant: CircuitModele | None = None
    for version in publiees:
        modele = lire(version)
        changements = differences(avant, modele, destinataires.nommer(annuaire)) if avant is not None else []
        lignes.insert(0, {"version": version, "changements": changements, "etapes": lignes_d_etapes(modele, annuaire)})
        avant = modele
    contexte = {"code": code, "titre": publiees[-1].titre, "lignes": lignes, "brouillon": brouillon_de(code)}
    return render(request, "circuits/versions.html", contexte)


@page(Acces.AGENT)
def bpmn(request: HttpRequest, code: str) -> HttpResponse:
    """The circuit for a BPMN tool."""
    try:
        modele, numero = en_vigueur(code)
    except CircuitInconnu as erreur:
        raise Http404 from erreur
    reponse = HttpResponse(exporter(modele), content_type="application/xml")
    reponse["Content-Disposition"] = f'attachment; filename="{code}-v{numero}.bpmn"'
    return inerte(reponse)


@page(Acces.AGENT)
def qui(request: HttpRequest, code: str) -> HttpResponse:
    """The whole route for one type of request: who, stand-in, reason; before anything is sent."""
    acteur = acteur_de(request)
    type_demande = TypeDemande.objects.filter(code=code).first()
    if type_demande is None:
        raise Http404
    modele, numero = en_vigueur(type_demande.circuit)
    themes = choix_des_themes(acteur.annuaire)
    theme = request.GET.get("theme", "")
    theme = theme if theme in dict(themes) else ""
    dossier = replace(type_demande.contexte(theme), auteur=acteur.personne if modele.passe_par("auteur") else None)
    try:
        lignes = lignes_de_route(acteur.annuaire, modele, dossier)
        impossible = ""
    except RouteImpossible as erreur:
        lignes, impossible = [], str(erreur)
    contexte = {
        "type": type_demande, "modele": modele, "numero": numero, "lignes": lignes,
        "impossible": impossible, "themes": themes if modele.passe_par("elu") else [], "theme": theme or type_demande.theme,
        "auteur": modele.passe_par("auteur"),
    }  # fmt: skip
    return render(request, "circuits/qui.html", contexte)


def lignes_de_route(annuaire: Annuaire, modele: Any, contexte: Contexte) -> list[dict[str, Any]]:
    """Each étape of the route with the people of the day."""
    lignes = []
    for prevue in calculer(modele, annuaire, contexte):
        trouve = prevue.qui(annuaire, modele.nature)
        lignes.append(
            {
                "etape": prevue.modele,
                "destinataire": prevue.destinataire(annuaire),
                "personnes": [annuaire.nom_personne(p) for p in trouve.personnes],
                "pour": trouve.pour,
                "raisons": trouve.raisons,
            }
        )
    return lignes


def lignes_d_etapes(modele: CircuitModele, annuaire: Annuaire) -> list[dict[str, Any]]:
    """The étapes with their addressees' names: the text alternative of a drawing."""
    nom = destinataires.nommer(annuaire)
    return [
        {"etape": e, "qui": nom(e.destinataire), "parallele": len(rang) > 1} for rang in modele.rangs() for e in rang
    ]


def dessin(
    modele: CircuitModele, annuaire: Annuaire, *, titre: str, identifiant: str, marques: Mapping[str, str] | None = None
) -> SafeString:
    """The drawing of a circuit with its addressees' names."""
    cases = cases_du_modele(modele, destinataires.nommer(annuaire), marques or {})
    return SafeString(dessiner(cases, titre=titre, identifiant=identifiant))
