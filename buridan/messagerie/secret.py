"""Passwords of mailboxes, sealed with a key drawn from the site's secret key: the database and its backups hold none in clear."""

from base64 import urlsafe_b64encode

from cryptography.fernet import Fernet, InvalidToken
from cryptography.hazmat.primitives.hashes import SHA256
from cryptography.hazmat.primitives.kdf.hkdf import HKDF
from django.conf import settings


def _coffre() -> Fernet:
    cle = HKDF(algorithm=SHA256(), length=32, salt=None, info=b"messagerie.boites").derive(settings.SECRET_KEY.encode())
    return Fernet(urlsafe_b64encode(cle))


def sceller(clair: str) -> str:
    """Sealed; empty for nothing."""
    return _coffre().encrypt(clair.encode()).decode() if clair else ""


def ouvrir(scelle: str) -> str | None:
    """In clear; None when the site's secret key is no longer the one that sealed it."""
    if not scelle:
        return ""
    try:
        return _coffre().decrypt(scelle.encode()).decode()
    except InvalidToken:
        return None
