"""Choose which circuit a type of request follows from now on."""

from datetime import datetime

from django.db import transaction

from buridan.circuits.catalogue import derniere, lire, verrouiller
from buridan.circuits.queries import chaine_de
from buridan.circuits.rules import peut_modifier_circuits
from buridan.demandes.models import TypeDemande
from buridan.dossiers.routage import RouteImpossible, calculer
from buridan.journal import chaine
from buridan.organisation.acteur import Acteur
from buridan.outils.verdict import Refus


def faire_suivre(type_demande: TypeDemande, *, by: Acteur, at: datetime, circuit: str, vu: str) -> TypeDemande:
    """New requests of that type follow `circuit`; those that run keep theirs. `vu`: the circuit that was read.

    A load of the files keeps this choice. What is so already changes nothing.
    """
    peut_modifier_circuits(by).exiger()
    with transaction.atomic():
        verrouiller()
        fraiche = TypeDemande.objects.select_for_update().get(pk=type_demande.pk)
        if fraiche.circuit == circuit:
            return fraiche
        avant, apres = derniere(fraiche.circuit), derniere(circuit)
        suivi = avant.titre if avant is not None else fraiche.circuit
        if fraiche.circuit != vu:
            raise Refus(
                f"« {fraiche.titre} » suit maintenant « {suivi} » : quelqu'un l'a changé. Choisissez à nouveau."
            )
        if apres is None or apres.nature != "demandes":
            raise Refus("Ce circuit n'est pas publié pour des demandes : publiez-le d'abord.")
        try:
            calculer(lire(apres), by.annuaire, fraiche.contexte())
        except RouteImpossible as erreur:
            raise Refus(str(erreur)) from erreur
        fraiche.circuit, fraiche.circuit_du_fichier = circuit, False
        fraiche.save(update_fields=["circuit", "circuit_du_fichier"])
        contenu = {"qui": by.nom, "circuit": circuit, "phrases": [f"« {fraiche.titre} » suivait « {suivi} »."]}
        chaine.ecrire(chaine_de(circuit), "faire_suivre", auteur=by.personne, at=at, contenu=contenu)
        return fraiche
