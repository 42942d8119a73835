"""Qualify a request: the right type, which gives the right service, circuit and dates."""

from datetime import datetime

from django.db import transaction

from buridan.circuits.catalogue import en_vigueur
from buridan.demandes import legal
from buridan.demandes.models import Demande, TypeDemande
from buridan.dossiers.actions import qualifier as coeur_qualifier
from buridan.dossiers.models import Dossier, Etape
from buridan.organisation.acteur import Acteur


def qualifier(
    etape: Etape, *, by: Acteur, at: datetime, type: TypeDemande, prioritaire: bool = False, remarque: str = ""
) -> Etape:
    """Confirm the type or change it."""
    with transaction.atomic():
        demande = Demande.objects.select_related("type", "dossier").get(pk=etape.dossier_id)
        change = type.pk != demande.type_id
        faite = coeur_qualifier.qualifier(
            etape, by=by, at=at, prioritaire=prioritaire, remarque=remarque,
            entite=type.service_id if change else None, circuit=en_vigueur(type.circuit) if change else None,
        )  # fmt: skip
        if change:
            demande.type = type
            dates = legal.dates(type, demande.recue_le)
            demande.save(update_fields=["type"])
            precisions = demande.precisions.values_list("texte", flat=True)
            Dossier.objects.filter(pk=demande.pk).update(
                promis_le=dates.promesse.date, legal_le=dates.implicite.date if dates.implicite else None,
                sensible=type.sensible, objet=demande.intitule()[:200], contenu=demande.texte_cherche(precisions),
            )  # fmt: skip
        return faite
