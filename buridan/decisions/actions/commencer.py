"""Begin an internal request: from now on its author has it to write."""

from datetime import datetime
from uuid import UUID, uuid4

from django.db import transaction

from buridan.decisions import rules
from buridan.decisions.chargement import dernier_formulaire
from buridan.decisions.models import DemandeInterne
from buridan.decisions.route import tracer
from buridan.dossiers.actions.ouvrir import ouvrir
from buridan.dossiers.actions.traversee import refus_de_la_base
from buridan.dossiers.routage import Contexte
from buridan.interface.jetons import consommer
from buridan.organisation.acteur import Acteur
from buridan.outils.verdict import Refus

NATURE = "decisions"
SANS_FORMULAIRE = (
    "Cette ville n'a pas encore de modèles de demandes internes : le service qualité les met dans son jeu de données."
)


def commencer(
    modele: str, objet: str, *, by: Acteur, at: datetime, poste: int | None = None, jeton: UUID | None = None
) -> DemandeInterne:
    """Begin, in that post (the first by default). Raises DejaEnvoye when the form token was used."""
    rules.peut_demander(by).exiger()
    formulaire = dernier_formulaire()
    if formulaire is None:
        raise Refus(SANS_FORMULAIRE)
    siens = rules.postes_d_agent(by)
    auteur = siens[0] if poste is None else poste
    if by.personne is None or auteur not in siens:
        raise Refus("Choisissez un poste que vous occupez.")
    if not objet.strip():
        raise Refus("Dites en quelques mots ce que vous demandez.")
    importance, entite = formulaire.lu.modele(modele).importance, by.annuaire.postes[auteur].entite
    trajet = tracer(formulaire.lu.circuit(modele, importance), by.annuaire, entite=entite, auteur=auteur)
    uuid = uuid4()
    with refus_de_la_base(), transaction.atomic():
        if jeton is not None:
            consommer(jeton, f"/decisions/{uuid}/rediger/", at=at)
        dossier = ouvrir(
            by=by, at=at, uuid=uuid, nature=NATURE, objet=objet, contenu=formulaire.lu.modele(modele).titre,
            circuit=trajet.circuit, contexte=Contexte(entite=entite), suiveurs=[by.personne],
        )  # fmt: skip
        return DemandeInterne.objects.create(
            dossier=dossier, formulaire=formulaire, modele=modele, importance=importance, auteur_id=auteur,
            demandeur_id=by.personne, encadrant_id=trajet.encadrant,
        )  # fmt: skip
