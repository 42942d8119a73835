"""What only the person outside holds: the key of a link, a code. The database has their digests."""

import hashlib
import hmac
import secrets

from django.conf import settings


def nouveau_jeton() -> str:
    """The key of a link: 256 bits."""
    return secrets.token_urlsafe(32)


def condenser_jeton(jeton: str) -> str:
    """What the database knows of a key. Of 256 bits, a plain digest is enough."""
    return hashlib.sha256(jeton.encode(errors="replace")).hexdigest()


def adresse(jeton: str) -> str:
    """Absolute address of the page."""
    return f"{settings.ADRESSE_PUBLIQUE}/signer/{jeton}/"


def nouveau_code() -> str:
    """Six digits."""
    return f"{secrets.randbelow(10**6):06d}"


def condenser_code(lien: int, code: str) -> str:
    """What the database knows of the code of a link: a million of them are soon tried, so the digest has a key."""
    return hmac.digest(settings.SECRET_KEY.encode(), f"signataire:{lien}:{code}".encode(), hashlib.sha256).hex()


def code_juste(condense: str, lien: int, code: str) -> bool:
    """Compare in constant time."""
    return hmac.compare_digest(condense, condenser_code(lien, code))


def masquer(courriel: str) -> str:
    """« p***@courriel.example »."""
    nom, _, domaine = courriel.partition("@")
    return f"{nom[:1]}***@{domaine}"
