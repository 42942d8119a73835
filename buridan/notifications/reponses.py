"""Where one may answer a mail about a dossier: whoever reads the town's mailboxes says so; this app does not know who."""

from collections.abc import Callable
from uuid import UUID

_ADRESSES: list[Callable[[UUID], str]] = []


def repondre_a(adresse: Callable[[UUID], str]) -> None:
    """Declare, at start, who gives the mailbox that receives the answers about a dossier; empty when none does."""
    _ADRESSES.append(adresse)


def adresses_de_reponse(dossier: UUID | None) -> list[str]:
    """For the Reply-To of a mail about that dossier; none for a mail about nothing."""
    return [adresse for donner in _ADRESSES if dossier is not None and (adresse := donner(dossier))]
