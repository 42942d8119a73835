"""Send an internal request up the hierarchy."""

from datetime import datetime

from buridan.decisions.models import DemandeInterne
from buridan.decisions.queries import demande_de
from buridan.dossiers import rules as coeur
from buridan.dossiers.actions.avancer import avancer, exiger_circuit
from buridan.dossiers.actions.traversee import traversee_etape
from buridan.dossiers.etats import Resultat
from buridan.dossiers.models import Etape
from buridan.droit.delais import ajouter
from buridan.organisation.acteur import Acteur
from buridan.outils.verdict import Refus


def envoyer(etape: Etape, *, by: Acteur, at: datetime) -> Etape:
    """Send. The answer is promised from the first time on, by the delay of its model."""
    with traversee_etape("envoyer_demande", etape, by=by, at=at) as t:
        assert t.etape is not None
        coeur.peut_decider(by, t.etape, "traiter").exiger()
        demande = demande_de(t.dossier)
        if not demande.texte.strip():
            raise Refus("La demande est vide : dites ce que vous demandez et pourquoi, puis envoyez-la.")
        t.decider(Resultat.TRAITEE, "")
        DemandeInterne.objects.filter(pk=demande.pk).update(envoyee_le=at)
        exiger_circuit(t)
        if t.dossier.promis_le is None:
            t.changer(promis_le=ajouter(t.jour, demande.modele_choisi.delai))
        avancer(t)
        return t.etape
