"""The DGA sends a daily matter to the service that will treat it."""

from datetime import datetime

from buridan.dossiers.actions.qualifier import qualifier
from buridan.dossiers.models import Etape
from buridan.dossiers.routage import Contexte
from buridan.elus import rules
from buridan.elus.queries import demande_de
from buridan.elus.route import tracer
from buridan.organisation.acteur import Acteur
from buridan.outils.verdict import Refus


def transmettre(etape: Etape, *, by: Acteur, at: datetime, entite: int, remarque: str = "") -> Etape:
    """Send it to that service, which is under whoever sends."""
    if entite not in rules.services_possibles(by, etape):
        raise Refus(
            "Choisissez un service de votre direction générale. Pour un autre, utilisez « Confier à quelqu'un d'autre » : "
            "sa direction générale le lui transmettra."
        )
    demande = demande_de(etape.dossier)
    circuit = tracer(etape.dossier.circuit, by.annuaire, entite=entite, qui_repond=demande.qui_repond)
    contexte = Contexte(entite=entite, theme=demande.theme)
    return qualifier(
        etape,
        by=by,
        at=at,
        contexte=contexte,
        circuit=circuit,
        remarque=remarque,
        prioritaire=etape.dossier.prioritaire,
    )
