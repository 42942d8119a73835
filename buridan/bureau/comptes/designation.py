"""The account of a reset link, without its number: a keyed digest, found again by comparing with each account's."""

import hmac
from typing import Any

from allauth.account.forms import UserTokenForm
from django.utils.crypto import salted_hmac

from buridan.organisation.models import Personne


def designer(personne: int) -> str:
    """Letters and digits that stand for the account in a link."""
    return salted_hmac("buridan.comptes.designation", str(personne), algorithm="sha256").hexdigest()[:20]


class FormulaireLien(UserTokenForm):  # type: ignore[misc]
    """What allauth reads from the link: the account by its designation, then the token."""

    def _get_user(self, uidb36: Any) -> Personne | None:
        propose = str(uidb36).encode()
        pks = Personne.objects.values_list("pk", flat=True)
        pk = next((pk for pk in pks if hmac.compare_digest(designer(pk).encode(), propose)), None)
        return Personne.objects.get(pk=pk) if pk else None
