"""The link of the syndicate's page: one call, and nothing else."""

from uuid import UUID

from django.conf import settings

from buridan.interface import capacites

USAGE = "appels:syndicat"


def cle(uuid: UUID) -> str:
    """160-bit key of the page."""
    return capacites.cle(USAGE, uuid)


def cle_juste(uuid: UUID, proposee: str) -> bool:
    """Compare in constant time."""
    return capacites.cle_juste(USAGE, uuid, proposee)


def adresse(uuid: UUID) -> str:
    """Absolute address of the page."""
    return f"{settings.ADRESSE_PUBLIQUE}/appels/syndicat/{uuid}/{cle(uuid)}/"
