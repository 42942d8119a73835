"""Accounts: opened from the organisation, never by signing up."""

from allauth.account.adapter import DefaultAccountAdapter
from django.http import HttpRequest


class SansInscription(DefaultAccountAdapter):  # type: ignore[misc]
    """Login with the accounts of the organisation; the sign-up form is closed."""

    def is_open_for_signup(self, request: HttpRequest) -> bool:
        """Nobody signs up by oneself."""
        return False
