"""A mail that bears a secret (a one-time link, a code): the outbox holds its text sealed until it leaves, then forgets it."""

import base64
import hashlib
import hmac

from cryptography.fernet import Fernet
from django.conf import settings

OUBLIE = "Ce courriel portait un lien ou un code personnel : son texte n'a pas été gardé."


def _coffre() -> Fernet:
    cle = hmac.digest(settings.SECRET_KEY.encode(), b"courriels:scelles", hashlib.sha256)
    return Fernet(base64.urlsafe_b64encode(cle))


def sceller(texte: str) -> str:
    """What stands in the database; the key does not."""
    return _coffre().encrypt(texte.encode()).decode()


def desceller(texte: str) -> str:
    """What is sent. Raises InvalidToken when the site's secret key has changed since."""
    return _coffre().decrypt(texte.encode()).decode()
