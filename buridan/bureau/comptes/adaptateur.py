"""What allauth asks us: who may have an account, in which words it refuses, how its e-mails leave."""

from typing import Any

from allauth.account.adapter import DefaultAccountAdapter
from allauth.account.utils import url_str_to_user_pk
from allauth.mfa.adapter import DefaultMFAAdapter
from django.conf import settings
from django.urls import reverse
from django.utils import timezone

from buridan.bureau.comptes.designation import designer
from buridan.notifications.envois import ecrire_courriel


class ComptesDeLaMairie(DefaultAccountAdapter):  # type: ignore[misc]
    """Login with the accounts of the organisation; the sign-up form is closed; e-mails go through the outbox."""

    error_messages = {
        **DefaultAccountAdapter.error_messages,
        "email_password_mismatch": "Adresse ou mot de passe incorrect. Vérifiez la touche Majuscule, ou choisissez un "
        "nouveau mot de passe avec le lien ci-dessous.",
        "too_many_login_attempts": "Trop d'essais. Réessayez dans un quart d'heure, ou choisissez un nouveau mot de passe "
        "avec le lien ci-dessous.",
        "enter_current_password": "Ce n'est pas votre mot de passe actuel.",
        "incorrect_password": "Ce n'est pas votre mot de passe.",
        "rate_limited": "Trop d'essais. Attendez cinq minutes, puis réessayez.",
    }

    def is_open_for_signup(self, request: Any) -> bool:
        """Nobody signs up by oneself."""
        return False

    def get_reset_password_from_key_url(self, key: str) -> str:
        """At the site's own address, whatever the request calls it, and without the account's number."""
        numero, _, jeton = key.partition("-")
        lien = {"uidb36": designer(int(url_str_to_user_pk(numero))), "key": jeton}
        return f"{settings.ADRESSE_PUBLIQUE}{reverse('account_reset_password_from_key', kwargs=lien)}"

    def send_mail(self, template_prefix: str, email: str, context: dict[str, Any]) -> None:
        """Through the outbox: a mail server that is down neither breaks the page nor tells known addresses apart."""
        message = self.render_mail(template_prefix, email, {"request": self.request, "email": email, **context})
        ecrire_courriel(email, str(message.subject), str(message.body), at=timezone.now())

    def format_email_subject(self, subject: str) -> str:
        """Without the site's address in front."""
        return subject

    def get_reauthentication_methods(self, user: Any) -> list[dict[str, Any]]:
        """The same ways, in our words."""
        mots = {
            "reauthenticate": "Avec mon mot de passe",
            "mfa_reauthenticate": "Avec un code",
            "mfa_reauthenticate:webauthn": "Avec ma clé d'accès",
        }
        return [
            {**m, "description": mots.get(m["id"], m["description"])}
            for m in super().get_reauthentication_methods(user)
        ]


class SecondFacteur(DefaultMFAAdapter):  # type: ignore[misc]
    """Words of the second factor."""

    error_messages = {
        **DefaultMFAAdapter.error_messages,
        "incorrect_code": "Ce code n'est pas le bon, ou il vient de changer. Tapez celui que l'application montre maintenant.",
    }

    def generate_authenticator_name(self, user: Any, type: Any) -> str:  # noqa: A002  allauth's name
        """« Ma clé 2 »."""
        return f"Ma clé {user.authenticator_set.filter(type=type).count() + 1}"
