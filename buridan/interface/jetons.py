"""A form token, unique in the database, on every POST that creates something."""

from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from datetime import datetime
from uuid import UUID, uuid4

from django.contrib import messages
from django.db import IntegrityError, connection, transaction
from django.http import HttpRequest

from buridan.interface.models import Jeton
from buridan.interface.politique import acteur_de
from buridan.outils.sql import Ecriture

_CONSOMMER = "INSERT INTO interface_jeton (jeton, resultat, at) VALUES (%s, %s, %s) ON CONFLICT (jeton) DO NOTHING"


class DejaEnvoye(Exception):
    """This form was already used; `resultat` is the address of what it created."""

    def __init__(self, resultat: str) -> None:
        super().__init__("Ce formulaire a déjà été envoyé.")
        self.resultat = resultat


def jeton_de(envoye: Mapping[str, str]) -> UUID:
    """The token of a form that was sent; a new one when it bears none that can be read."""
    try:
        return UUID(envoye.get("jeton", ""))
    except ValueError:
        return uuid4()


def resultat_de(jeton: UUID) -> str:
    """Address of what that form created, empty when it was not used: asked before anything else is said about the form."""
    return Jeton.objects.filter(jeton=jeton).values_list("resultat", flat=True).first() or ""


def consommer(jeton: UUID, resultat: str, *, at: datetime) -> None:
    """Mark the form as used, inside the transaction of its effect.

    Raises DejaEnvoye with the first result. A concurrent second click waits for the first one's commit here.
    """
    with connection.cursor() as curseur:
        curseur.execute(_CONSOMMER, [jeton, resultat, at])
        if not curseur.rowcount:
            raise DejaEnvoye(resultat_de(jeton))


def consommation(jeton: UUID, resultat: str, *, at: datetime) -> Ecriture:
    """The same as part of the statement of its effect; under `une_fois`."""
    return Ecriture(
        "jeton", "INSERT INTO interface_jeton (jeton, resultat, at) VALUES (%s, %s, %s)", [jeton, resultat, at]
    )


@contextmanager
def une_fois(jeton: UUID | None) -> Iterator[None]:
    """Around the transaction that writes `consommation`: raises DejaEnvoye when the form was already used."""
    try:
        yield
    except IntegrityError as erreur:
        if jeton is not None and (resultat := resultat_de(jeton)):
            raise DejaEnvoye(resultat) from erreur
        raise


def faire_une_fois(request: HttpRequest, retour: str, effet: Callable[[], str]) -> None:
    """Do it once per form and say so. Raises Refus: then nothing was written and the form may be sent again."""
    jeton = jeton_de(request.POST)
    try:
        with transaction.atomic():
            consommer(jeton, retour, at=acteur_de(request).at)
            phrase = effet()
    except DejaEnvoye:
        messages.info(request, "C'était déjà enregistré : rien n'a été fait deux fois.")
    else:
        messages.success(request, phrase)
