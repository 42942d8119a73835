"""Tell somebody something, within the transaction of the fact."""

from collections.abc import Iterable
from datetime import datetime
from email.utils import make_msgid
from uuid import UUID

from buridan.notifications.file import demander
from buridan.notifications.models import Courriel, Notification


def une_ligne(texte: str) -> str:
    """Without line breaks: nothing typed by a person may add a header to an e-mail."""
    return " ".join(texte.split())


def notifier(personnes: Iterable[int], dossier: UUID, texte: str, *, at: datetime) -> None:
    """A line on the desk of each of these people."""
    Notification.objects.bulk_create(
        Notification(personne_id=p, dossier=dossier, texte=une_ligne(texte)[:300], at=at)
        for p in dict.fromkeys(personnes)
    )


def ecrire_courriel(destinataire: str, sujet: str, texte: str, *, at: datetime, dossier: UUID | None = None) -> None:
    """Put an e-mail in the outbox and ask for its sending. An empty address does nothing: the paper letter remains."""
    if not destinataire:
        return
    courriel = Courriel.objects.create(
        message_id=make_msgid(domain="buridan.localhost"),
        destinataire=destinataire,
        sujet=une_ligne(sujet)[:250],
        texte=texte,
        at=at,
        dossier=dossier,
    )
    demander("notifications.envoyer", courriel=courriel.pk)
