"""Jobs of the outbox."""

from email.utils import formatdate

from django.core.mail import EmailMessage, get_connection
from django.core.mail.backends.base import BaseEmailBackend
from django.db import connection, transaction
from django.utils import timezone
from procrastinate import RetryStrategy
from procrastinate.contrib.django import app

from buridan.notifications.controle import SANS_TRAVAIL
from buridan.notifications.file import demander
from buridan.notifications.models import Courriel
from buridan.notifications.reponses import adresses_de_reponse
from buridan.notifications.secret import OUBLIE, desceller
from buridan.outils.panne import point
from buridan.outils.sql import executer

ENVOYER = "notifications.envoyer"
LOT = 50  # then the other jobs have their turn
_SUIVANT = """SELECT id, task_name, (args->>'courriel')::bigint
    FROM procrastinate_fetch_job_v2(ARRAY['courriels']::varchar[], NULL)"""
_COURRIEL = """SELECT message_id, destinataire, sujet, texte, at, piece_nom, piece, dossier, scelle FROM notifications_courriel
    WHERE id = %s AND envoye_le IS NULL FOR UPDATE"""
_PARTI = """UPDATE notifications_courriel SET envoye_le = %s, texte = CASE WHEN scelle THEN %s ELSE texte END WHERE id = %s"""


@app.task(name=ENVOYER, queue="courriels", retry=RetryStrategy(max_attempts=12, exponential_wait=4))
def envoyer(courriel: int) -> None:
    """Send one e-mail of the outbox, then those that wait, LOT at most, by the same connection to the mail server.

    At least once: the Message-ID is the same each time, so a double is recognised.
    """
    boite = get_connection()
    try:
        with transaction.atomic():
            _envoyer(courriel, boite)
        for _fois in range(LOT):
            if not _envoyer_le_suivant(boite):
                return
    finally:
        boite.close()


def _envoyer_le_suivant(boite: BaseEmailBackend) -> bool:
    """Take the next job of the queue, do it and close it: a job is several times dearer than an e-mail. False when none waits.

    False as well when it fails: it is as if it had not been taken, and its own job says why and tries again.
    """
    try:
        with transaction.atomic():
            travail, tache, courriel = executer(connection, _SUIVANT, []).fetchone()
            if tache != ENVOYER:
                transaction.set_rollback(True)
                return False
            _envoyer(courriel, boite)
            executer(connection, "SELECT procrastinate_finish_job_v1(%s, 'succeeded', false)", [travail])
    except Exception:  # noqa: BLE001  whatever a mail server, a network or an address may do
        return False
    return True


def _envoyer(courriel: int, boite: BaseEmailBackend) -> None:
    """Send it, unless it was erased with its dossier or is gone already."""
    ligne = executer(connection, _COURRIEL, [courriel]).fetchone()
    if ligne is None:
        return
    message_id, destinataire, sujet, texte, at, piece_nom, piece, dossier, scelle = ligne
    entetes = {"Message-ID": message_id, "Date": formatdate(at.timestamp())}
    reponses = adresses_de_reponse(dossier)
    texte = desceller(texte) if scelle else texte
    message = EmailMessage(sujet, texte, to=[destinataire], headers=entetes, connection=boite, reply_to=reponses)
    if piece is not None:
        message.attach(piece_nom, bytes(piece), "application/pdf")
    boite.open()  # kept open for the next one
    point("envoi.avant")
    message.send()
    point("envoi.apres")
    executer(connection, _PARTI, [timezone.now(), OUBLIE, courriel])


@app.periodic(cron="17 * * * *")
@app.task(name="notifications.reprendre", queue="courriels", queueing_lock="reprise_courriels", pass_context=False)
def reprendre(timestamp: int) -> None:
    """Once an hour: an e-mail that nothing sends any more (all its tries failed) is asked for again."""
    for courriel in Courriel.objects.raw(SANS_TRAVAIL):
        demander(ENVOYER, courriel=courriel.pk)
