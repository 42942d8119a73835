"""The chain of the register in the journal, and the lock that keeps its lines in order."""

from collections.abc import Iterator
from contextlib import contextmanager
from datetime import datetime
from typing import Any
from uuid import NAMESPACE_URL, UUID, uuid5

from django.db import IntegrityError, connection, transaction

from buridan.journal.chaine import ecrire
from buridan.organisation.acteur import Acteur
from buridan.organisation.refus import phrase
from buridan.outils.verdict import Refus

REGISTRE: UUID = uuid5(NAMESPACE_URL, "buridan:delegations")


@contextmanager
def seul_sur_le_registre() -> Iterator[None]:
    """One writer at a time: the lines of the journal follow each other. What the database refuses is a Refus."""
    try:
        with transaction.atomic():
            with connection.cursor() as curseur:
                curseur.execute("SELECT pg_advisory_xact_lock('delegations_delegation'::regclass::oid::bigint)")
            yield
    except IntegrityError as erreur:
        raise Refus(phrase(erreur)) from erreur


def noter(verbe: str, contenu: dict[str, Any], *, by: Acteur, at: datetime) -> None:
    """A line of the register's chain."""
    ecrire(REGISTRE, verbe, auteur=by.personne, at=at, contenu={"qui": by.nom, **contenu})
