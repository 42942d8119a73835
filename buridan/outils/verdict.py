"""A refusal that carries its reason: it greys the button, guards the action and serves the test."""

from dataclasses import dataclass


class Refus(Exception):
    """The action is refused; the message says why and what to do next, in the user's words.

    `champ`: field of the form in which something can't serve, whatever it is asked for (a passphrase); nothing was done.
    """

    def __init__(self, raison: str, champ: str = "") -> None:
        super().__init__(raison)
        self.raison, self.champ = raison, champ


@dataclass(frozen=True, slots=True)
class Verdict:
    """Truthy when allowed; otherwise `raison` is a French sentence for the screen."""

    raison: str = ""

    def __bool__(self) -> bool:
        return not self.raison

    def exiger(self) -> None:
        """Raise Refus unless allowed."""
        if self.raison:
            raise Refus(self.raison)


OUI = Verdict()


def non(raison: str) -> Verdict:
    """A refusal. The reason must not be empty, else it would read as an agreement."""
    assert raison.strip()
    return Verdict(raison)


class FichierInvalide(ValueError):
    """A file was not taken, and nothing was written; `fautes` says the place and the reason of each fault."""

    def __init__(self, fautes: list[str]) -> None:
        super().__init__("\n".join(fautes))
        self.fautes = fautes
