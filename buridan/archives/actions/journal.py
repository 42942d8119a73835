"""The lock of a transfer, and its lines in the journal."""

from datetime import datetime

from buridan.archives.models import Versement
from buridan.journal import chaine
from buridan.organisation.acteur import Acteur


def verrouiller(pk: int) -> Versement:
    """As it stands, for us alone until the end of the transaction."""
    return Versement.objects.select_for_update(of=("self",), no_key=True).get(pk=pk)


def noter(versement: Versement, verbe: str, *, by: Acteur, at: datetime, **contenu: str) -> None:
    """A line in the journal of the transfer, whose lock is held."""
    chaine.ecrire(versement.uuid, verbe, auteur=by.personne, at=at, contenu={"qui": by.nom, **contenu})
