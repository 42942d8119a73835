"""Qualify a request: the right type, which gives the right service, circuit and dates."""

from datetime import datetime
from typing import Any

from django.db import transaction

from buridan.circuits.catalogue import version
from buridan.demandes import legal
from buridan.demandes.models import Demande, TypeDemande
from buridan.dossiers.actions import qualifier as coeur_qualifier
from buridan.dossiers.actions.ecriture import verrouiller
from buridan.dossiers.models import Etape
from buridan.organisation.acteur import Acteur


def qualifier(
    etape: Etape,
    *,
    by: Acteur,
    at: datetime,
    type: TypeDemande,
    prioritaire: bool = False,
    remarque: str = "",
    theme: str = "",
) -> Etape:
    """Confirm the type or change it. `theme`: which elected official acts, where the circuit asks for one."""
    with transaction.atomic():
        verrouiller(etape.dossier_id)
        demande = Demande.objects.select_related("type", "dossier").get(pk=etape.dossier_id)
        if type.pk == demande.type_id:
            d = demande.dossier
            suite: dict[str, Any] = {}
            if theme:
                circuit = (version(d.circuit, d.circuit_version), d.circuit_version)
                suite = {"circuit": circuit, "contexte": type.contexte(theme), "journal": {"theme": theme}}
            return coeur_qualifier.qualifier(etape, by=by, at=at, prioritaire=prioritaire, remarque=remarque, **suite)
        change = f"type : {demande.type.titre} → {type.titre}"
        demande.type = type
        demande.save(update_fields=["type"])
        dates = legal.dates_de(demande)
        champs = {
            "promis_le": dates.promesse.date, "legal_le": dates.implicite.date if dates.implicite else None,
            "sensible": type.sensible, "objet": demande.intitule()[:200],
            "contenu": demande.texte_cherche(demande.precisions.values_list("texte", flat=True)),
        }  # fmt: skip
        return coeur_qualifier.qualifier(
            etape, by=by, at=at, prioritaire=prioritaire, remarque=remarque, contexte=type.contexte(theme),
            circuit=type.circuit_pour(demande.public), champs=champs, journal={"corrections": change},
        )  # fmt: skip
