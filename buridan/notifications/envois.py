"""Tell somebody something, within the transaction of the fact."""

from collections.abc import Mapping
from datetime import datetime
from email.utils import make_msgid
from secrets import token_urlsafe
from uuid import UUID

from django.db import connection

from buridan.notifications.models import Notification
from buridan.notifications.secret import sceller
from buridan.outils.panne import point
from buridan.outils.sql import Ecriture, joindre, valeurs

DOMAINE = "buridan.localhost"
_COURRIEL = """INSERT INTO notifications_courriel (message_id, dossier, destinataire, sujet, texte, at, piece_nom,
    piece, scelle, erreur) VALUES (%s, %s::uuid, %s, %s, %s, %s, %s, %s::bytea, %s, '')"""
VIDER, FILE = "notifications.vider", "courriels"
# The job, as Procrastinate writes it (tests/test_travaux.py compares), unless one waits already: it will find this e-mail too.
# A job is several times dearer than an e-mail, and its NOTIFY makes transactions commit one after the other. No queueing lock:
# a transaction would wait for another's end on it.
DEMANDE = """INSERT INTO procrastinate_jobs (queue_name, task_name, lock)
    SELECT 'courriels', 'notifications.vider', 'courriels' WHERE NOT EXISTS
    (SELECT 1 FROM procrastinate_jobs WHERE task_name = 'notifications.vider' AND status = 'todo')"""


def identifiant(dossier: UUID | None) -> str:
    """A Message-ID (RFC 5322, 3.6.4) that nobody can guess. It names the dossier, so that an answer is known years later, and
    is short: over 78 characters a header is folded, and some programs lose it.
    """
    if dossier is None:
        return make_msgid(domain=DOMAINE)
    return f"<{token_urlsafe(8)}.{dossier.hex}@{DOMAINE}>"


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


Piece = tuple[str, bytes]  # name, PDF


def courriel(
    destinataire: str, sujet: str, texte: str, *, at: datetime, dossier: UUID | None = None, piece: Piece | None = None,
    secret: bool = False,
) -> list[Ecriture]:  # fmt: skip
    """The writes that put an e-mail in the outbox and ask for its sending. None for an empty address: the paper letter
    remains. One e-mail for one statement. `piece`: what goes with it; `secret`: the text is in no database in clear.
    """
    if not destinataire:
        return []
    nom, pdf = piece or ("", None)
    texte = sceller(texte) if secret else texte
    ligne = [identifiant(dossier), dossier, destinataire, une_ligne(sujet)[:250], texte, at, nom, pdf, secret]
    return [Ecriture("courriel", _COURRIEL, ligne), Ecriture("envoi", DEMANDE, [])]


def ecrire_courriel(
    destinataire: str, sujet: str, texte: str, *, at: datetime, dossier: UUID | None = None, piece: Piece | None = None,
    secret: bool = False,
) -> None:  # fmt: skip
    """Write it now. An empty address does nothing."""
    ecritures = courriel(destinataire, sujet, texte, at=at, dossier=dossier, piece=piece, secret=secret)
    if not ecritures:
        return
    point("courriel.avant")
    with connection.cursor() as curseur:
        curseur.execute(*joindre(ecritures))
    point("courriel.apres")
