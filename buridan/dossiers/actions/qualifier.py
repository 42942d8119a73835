"""Qualify: this is the right subject, this service is in charge, this is how urgent it is."""

from collections.abc import Mapping
from dataclasses import replace
from datetime import datetime
from types import MappingProxyType
from typing import Any

from buridan.circuits.modele import CircuitModele
from buridan.dossiers import rules
from buridan.dossiers.actions.avancer import avancer, montrer_a, poser_etapes
from buridan.dossiers.actions.ecriture import oublier_la_suite
from buridan.dossiers.actions.traversee import Traversee, traversee_etape
from buridan.dossiers.etats import Resultat
from buridan.dossiers.models import Etape
from buridan.dossiers.routage import Contexte
from buridan.organisation.acteur import Acteur


def qualifier(
    etape: Etape,
    *,
    by: Acteur,
    at: datetime,
    contexte: Contexte | None = None,
    circuit: tuple[CircuitModele, int] | None = None,
    prioritaire: bool = False,
    remarque: str = "",
    champs: Mapping[str, Any] | None = None,
    journal: Mapping[str, str] = MappingProxyType({}),
) -> Etape:
    """Confirm, or give to another service (`contexte`) and circuit (model, version).

    The coming étapes are then computed again for that service, with the other fields of the dossier that change with it
    (`champs`: dates, sensitivity, title). A dossier that becomes sensitive is seen by its new service only. `journal`: what
    the nature has to say in the journal.
    """
    with traversee_etape("qualifier", etape, by=by, at=at) as t:
        assert t.etape is not None
        rules.peut_decider(by, t.etape, "qualifier").exiger()
        t.decider(Resultat.QUALIFIEE, remarque.strip())
        t.contenu |= journal
        t.changer(prioritaire=prioritaire)
        if circuit is not None:
            t.changer(**(champs or {}))
            _reorienter(t, contexte or Contexte(t.dossier.entite_id), circuit)
        avancer(t)
        return t.etape


def _reorienter(t: Traversee, contexte: Contexte, circuit: tuple[CircuitModele, int]) -> None:
    """Replace what is to come by the circuit's étapes after its qualification."""
    assert t.etape is not None
    (modele, version), entite = circuit, contexte.entite
    t.relire()
    oublier_la_suite(t.dossier)
    restent = [] if t.dossier.sensible else [e for e in t.dossier.lecteurs if e not in (t.dossier.entite_id, entite)]
    t.changer(entite_id=entite, circuit=modele.code, circuit_version=version, lecteurs=[entite, *restent])
    if t.dossier.sensible:
        t.changer(suiveurs=[])
    else:
        montrer_a(t, t.etape)  # whoever sent it on still sees what becomes of it
    depuis = 2 if modele.etapes[0].type == "qualification" else 1
    contexte = replace(contexte, auteur=t.dossier.createur_id)
    poser_etapes(t, modele, contexte, apres=t.etape.rang, depuis=depuis)
    t.contenu["service"] = t.acteur.annuaire.nom_entite(entite)
