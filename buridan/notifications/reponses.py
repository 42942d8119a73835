"""Where one may answer a mail about a dossier: whoever reads the town's mailboxes says so; this app does not know who."""

from collections.abc import Callable

_ADRESSES: list[Callable[[], str]] = []


def repondre_a(adresse: Callable[[], str]) -> None:
    """Declare, at start, who gives the address of the mailbox that receives the answers; empty when none does."""
    _ADRESSES.append(adresse)


def adresses_de_reponse() -> list[str]:
    """For the Reply-To of a mail about a dossier."""
    return [adresse for donner in _ADRESSES if (adresse := donner())]
