"""Give somebody the copy of what is held on them: journalled in each dossier, with how identity was checked."""

from collections.abc import Sequence
from datetime import datetime
from typing import IO

from django.db import transaction

from buridan.contacts.actions.tenir import noter, verrouiller
from buridan.contacts.models import Contact
from buridan.dossiers.actions.traversee import traversee
from buridan.dossiers.natures import Concerne
from buridan.organisation.acteur import Acteur
from buridan.outils.verdict import Refus
from buridan.vieprivee import copie, rules


def exporter(
    sortie: IO[bytes],
    concernes: Sequence[Concerne],
    contacts: Sequence[Contact] = (),
    *,
    identite: str,
    ville: str,
    by: Acteur,
    at: datetime,
) -> None:
    """Write the archive in `sortie`. `identite`: how it was checked, in words. Nothing is written when a dossier refuses."""
    rules.habilite(by).exiger()
    if not concernes and not contacts:
        raise Refus("Cochez les dossiers de cette personne.")
    with transaction.atomic():
        for dossier in sorted({c.dossier for c in concernes}):
            with traversee("exporter", dossier, by=by, at=at) as t:
                t.contenu["identite"] = identite
        for contact in verrouiller(c.pk for c in contacts).values():
            noter(contact, "exporter", by, at, identite=identite)
        copie.ecrire(sortie, concernes, contacts, at=at, ville=ville)
