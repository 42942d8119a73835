"""The supplier's page: its address holds the key that opens it, and nothing else does."""

from uuid import UUID

from django.conf import settings

from buridan.interface import capacites

USAGE = "commande:lien"


def adresse(uuid: UUID) -> str:
    """Absolute address."""
    return f"{settings.ADRESSE_PUBLIQUE}/commande/{uuid}/{cle(uuid)}/"


def cle(uuid: UUID) -> str:
    """160-bit key of the page of that order."""
    return capacites.cle(USAGE, uuid)


def cle_juste(uuid: UUID, proposee: str) -> bool:
    """Compare in constant time."""
    return capacites.cle_juste(USAGE, uuid, proposee)
