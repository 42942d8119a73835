"""The tracking link and code: derived from the dossier by a keyed digest, so nothing secret is stored."""

import hmac
from uuid import UUID

from django.conf import settings

from buridan.interface import capacites
from buridan.outils.texte import ALPHABET


def cle(uuid: UUID) -> str:
    """160-bit key of the tracking link."""
    return capacites.cle("suivi:lien", uuid)


def code(uuid: UUID) -> str:
    """Three groups of four characters, about 59 bits, typed with the reference."""
    lettres = [ALPHABET[octet % len(ALPHABET)] for octet in capacites.condense("suivi:code", uuid)[:12]]
    return "-".join("".join(lettres[i : i + 4]) for i in (0, 4, 8))


def cle_juste(uuid: UUID, proposee: str) -> bool:
    """Compare in constant time."""
    return capacites.cle_juste("suivi:lien", uuid, proposee)


def code_juste(uuid: UUID, propose: str) -> bool:
    """Compare in constant time; case, spaces and dashes are forgiven."""
    return hmac.compare_digest(code(uuid).replace("-", ""), "".join(c for c in propose.upper() if c in ALPHABET))


def adresse(uuid: UUID) -> str:
    """Absolute address of the tracking page."""
    return f"{settings.ADRESSE_PUBLIQUE}/suivi/{uuid}/{cle(uuid)}/"
