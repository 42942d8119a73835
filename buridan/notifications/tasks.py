"""Jobs of the outbox."""

from email.utils import formatdate
from typing import Any

from django.core.mail import EmailMessage, get_connection
from django.core.mail.backends.base import BaseEmailBackend
from django.db import connection, transaction
from django.utils import timezone
from procrastinate import RetryStrategy
from procrastinate.contrib.django import app

from buridan.notifications.controle import SANS_TRAVAIL
from buridan.notifications.envois import DEMANDE, FILE, VIDER
from buridan.notifications.file import demander
from buridan.notifications.models import Courriel
from buridan.notifications.reponses import adresses_de_reponse
from buridan.notifications.secret import OUBLIE, desceller
from buridan.outils.panne import point
from buridan.outils.sql import executer

ENVOYER = "notifications.envoyer"
LOT = 200  # then a worker that is to stop may
_LIRE = """SELECT id, message_id, destinataire, sujet, texte, at, piece_nom, piece, dossier, scelle
    FROM notifications_courriel WHERE envoye_le IS NULL AND """
_SUIVANT = f"{_LIRE} erreur = '' ORDER BY at, id LIMIT 1 FOR UPDATE SKIP LOCKED"
_CELUI_CI = f"{_LIRE} id = %s FOR UPDATE"
# The mark doesn't wait for the disk: a power cut within half a second sends again, under the same Message-ID.
_PARTI = """WITH sans_attendre AS (SELECT set_config('synchronous_commit', 'off', true))
    UPDATE notifications_courriel c SET envoye_le = %s, texte = CASE WHEN scelle THEN %s ELSE texte END
    FROM sans_attendre WHERE c.id = %s"""
_REFUSE = "UPDATE notifications_courriel SET erreur = %s WHERE id = %s"


@app.periodic(cron="* * * * *")
@app.task(name=VIDER, queue=FILE, lock=FILE, pass_context=False)
def vider(timestamp: int = 0) -> None:
    """Empty the outbox by one connection to the mail server: the e-mails that were never tried, LOT at most.

    Under a lock: the next such job waits for the end of this one, and whoever writes an e-mail in between asks for nothing.
    At least once: the Message-ID is the same each time, so a double is recognised. One that the server refuses is left to a
    job of its own. A server that can't be reached ends this job; the next one is a minute away. That minute is also for an
    e-mail whose writer still saw this job waiting when it had already looked.
    """
    boite = get_connection()
    try:
        for _fois in range(LOT):
            if not _envoyer_le_suivant(boite):
                break
        else:
            executer(connection, DEMANDE, [])
    finally:
        boite.close()


def _envoyer_le_suivant(boite: BaseEmailBackend) -> bool:
    """False when none waits."""
    with transaction.atomic():
        ligne = executer(connection, _SUIVANT, []).fetchone()
        if ligne is None:
            return False
        boite.open()  # kept open for the next one
        try:
            _envoyer(ligne, boite)
        except (OSError, ValueError) as erreur:  # SMTPException is an OSError; a ValueError: an address or a header
            executer(connection, _REFUSE, [type(erreur).__name__, ligne[0]])
            demander(ENVOYER, courriel=ligne[0])
    return True


@app.task(name=ENVOYER, queue=FILE, retry=RetryStrategy(max_attempts=12, exponential_wait=4))
def envoyer(courriel: int) -> None:
    """Send one that was refused, unless it was erased with its dossier or is gone already."""
    boite = get_connection()
    with transaction.atomic():
        if ligne := executer(connection, _CELUI_CI, [courriel]).fetchone():
            _envoyer(ligne, boite)


def _envoyer(ligne: tuple[Any, ...], boite: BaseEmailBackend) -> None:
    courriel, message_id, destinataire, sujet, texte, at, piece_nom, piece, dossier, scelle = ligne
    entetes = {"Message-ID": message_id, "Date": formatdate(at.timestamp())}
    reponses = adresses_de_reponse(dossier)
    texte = desceller(texte) if scelle else texte
    message = EmailMessage(sujet, texte, to=[destinataire], headers=entetes, connection=boite, reply_to=reponses)
    if piece is not None:
        message.attach(piece_nom, bytes(piece), "application/pdf")
    point("envoi.avant")
    message.send()
    point("envoi.apres")
    executer(connection, _PARTI, [timezone.now(), OUBLIE, courriel])


@app.periodic(cron="17 * * * *")
@app.task(name="notifications.reprendre", queue=FILE, queueing_lock="reprise_courriels", pass_context=False)
def reprendre(timestamp: int) -> None:
    """Once an hour: an e-mail that was refused and that nothing sends any more (all its tries failed) is asked for again."""
    for courriel in Courriel.objects.raw(f"{SANS_TRAVAIL} AND c.erreur <> ''"):
        demander(ENVOYER, courriel=courriel.pk)
