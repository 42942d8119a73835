"""Keys of links that open one page to whoever holds them: derived by a keyed digest, so nothing secret is stored."""

import base64
import hashlib
import hmac
from uuid import UUID

from django.conf import settings


def condense(usage: str, uuid: UUID) -> bytes:
    """256 bits for that use of that thing."""
    return hmac.digest(settings.SECRET_KEY.encode(), f"{usage}:{uuid}".encode(), hashlib.sha256)


def cle(usage: str, uuid: UUID) -> str:
    """160-bit key of a link."""
    return base64.b32encode(condense(usage, uuid)[:20]).decode().lower()


def cle_juste(usage: str, uuid: UUID, proposee: str) -> bool:
    """Compare in constant time."""
    return hmac.compare_digest(cle(usage, uuid).encode(), proposee.lower().encode(errors="replace"))
