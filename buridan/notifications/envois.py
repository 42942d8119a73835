"""Tell somebody something, within the transaction of the fact."""

from collections.abc import Mapping
from datetime import datetime
from email.utils import make_msgid
from uuid import UUID

from buridan.notifications.file import demander
from buridan.notifications.models import Courriel, Notification
from buridan.outils.panne import point
from buridan.outils.sql import Ecriture, valeurs


def une_ligne(texte: str) -> str:
    """Without line breaks: nothing typed by a person may add a header to an e-mail."""
    return " ".join(texte.split())


def notifier(dossier: UUID, textes: Mapping[int, str], *, at: datetime) -> list[Ecriture]:
    """The write that puts a line on the desk of each of these people (text by id of person); none for nobody."""
    if not textes:
        return []
    lignes = [[personne, dossier, une_ligne(texte)[:300], at] for personne, texte in textes.items()]
    sql, params = valeurs(("bigint", "uuid", "text", "timestamptz"), lignes)
    table = Notification._meta.db_table
    return [Ecriture("notifications", f"INSERT INTO {table} (personne_id, dossier, texte, at) {sql}", params)]


def notifier_lien(lien: str, textes: Mapping[int, str], *, at: datetime) -> list[Ecriture]:
    """Like `notifier`, about a page of the site and not a dossier."""
    if not textes:
        return []
    lignes = [[personne, lien, une_ligne(texte)[:300], at] for personne, texte in textes.items()]
    sql, params = valeurs(("bigint", "text", "text", "timestamptz"), lignes)
    table = Notification._meta.db_table
    return [Ecriture("notifications", f"INSERT INTO {table} (personne_id, lien, texte, at) {sql}", params)]


def ecrire_courriel(
    destinataire: str,
    sujet: str,
    texte: str,
    *,
    at: datetime,
    dossier: UUID | None = None,
    piece: tuple[str, bytes] | None = None,
) -> None:
    """Put an e-mail in the outbox and ask for its sending. An empty address does nothing: the paper letter remains.

    `piece`: (name, PDF) of what goes with it.
    """
    if not destinataire:
        return
    point("courriel.avant")
    courriel = Courriel.objects.create(
        message_id=make_msgid(domain="buridan.localhost"),
        destinataire=destinataire,
        sujet=une_ligne(sujet)[:250],
        texte=texte,
        at=at,
        dossier=dossier,
        piece_nom=piece[0] if piece else "",
        piece=piece[1] if piece else None,
    )
    point("courriel.apres")
    demander("notifications.envoyer", courriel=courriel.pk)
