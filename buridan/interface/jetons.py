"""A form token, unique in the database, on every POST that creates something."""

from datetime import datetime
from uuid import UUID

from django.db import IntegrityError, transaction

from buridan.interface.models import Jeton


class DejaEnvoye(Exception):
    """This form was already used; `resultat` is the address of what it created."""

    def __init__(self, resultat: str) -> None:
        super().__init__("Ce formulaire a déjà été envoyé.")
        self.resultat = resultat


def resultat_de(jeton: UUID) -> str:
    """Address of what that form created, empty when it was not used: asked before anything else is said about the form."""
    return Jeton.objects.filter(jeton=jeton).values_list("resultat", flat=True).first() or ""


def consommer(jeton: UUID, resultat: str, *, at: datetime) -> None:
    """Mark the form as used, inside the transaction of its effect.

    Raises DejaEnvoye with the first result. A concurrent second click waits for the first one's commit here.
    """
    try:
        with transaction.atomic():
            Jeton.objects.create(jeton=jeton, resultat=resultat, at=at)
    except IntegrityError:
        raise DejaEnvoye(Jeton.objects.get(jeton=jeton).resultat) from None
