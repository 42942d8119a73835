"""The circuits: list, one circuit, and « qui agira ? » before sending."""

from typing import Any

from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils.safestring import SafeString

from buridan.circuits.bpmn import exporter
from buridan.circuits.catalogue import CircuitInconnu, en_vigueur
from buridan.circuits.dessin import cases_du_modele, dessiner
from buridan.circuits.models import VersionCircuit
from buridan.demandes.models import TypeDemande
from buridan.dossiers.routage import Contexte, RouteImpossible, calculer
from buridan.interface.politique import Acces, page
from buridan.organisation.acteur import Acteur
from buridan.organisation.annuaire import Annuaire


@page(Acces.AGENT)
def circuits(request: HttpRequest) -> HttpResponse:
    """Circuits in force."""
    versions = VersionCircuit.objects.filter(publiee_le__isnull=False).order_by("code", "-numero").distinct("code")
    return render(request, "bureau/circuits.html", {"versions": sorted(versions, key=lambda v: v.titre)})


@page(Acces.AGENT)
def circuit(request: HttpRequest, code: str) -> HttpResponse:
    """One circuit, its étapes in order."""
    try:
        modele, numero = en_vigueur(code)
    except CircuitInconnu as erreur:
        raise Http404 from erreur
    types = TypeDemande.objects.actifs().filter(circuit=code).select_related("service").order_by("titre")
    dessin = dessiner(cases_du_modele(modele), titre=f"Schéma du circuit « {modele.titre} »", identifiant=code)
    return render(
        request,
        "bureau/circuit.html",
        {"modele": modele, "numero": numero, "types": types, "dessin": SafeString(dessin)},
    )


@page(Acces.AGENT)
def bpmn(request: HttpRequest, code: str) -> HttpResponse:
    """The circuit for a BPMN tool."""
    try:
        modele, numero = en_vigueur(code)
    except CircuitInconnu as erreur:
        raise Http404 from erreur
    reponse = HttpResponse(exporter(modele), content_type="application/xml")
    reponse["Content-Disposition"] = f'attachment; filename="{code}-v{numero}.bpmn"'
    return reponse


@page(Acces.AGENT)
def qui(request: HttpRequest, code: str) -> HttpResponse:
    """The whole route for one type of request: who, stand-in, reason; before anything is sent."""
    acteur: Acteur = request.acteur  # type: ignore[attr-defined]
    type_demande = TypeDemande.objects.filter(code=code).first()
    if type_demande is None:
        raise Http404
    modele, numero = en_vigueur(type_demande.circuit)
    try:
        lignes = lignes_de_route(acteur.annuaire, modele, Contexte(entite=type_demande.service_id))
        impossible = ""
    except RouteImpossible as erreur:
        lignes, impossible = [], str(erreur)
    contexte = {"type": type_demande, "modele": modele, "numero": numero, "lignes": lignes, "impossible": impossible}
    return render(request, "bureau/qui.html", contexte)


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
