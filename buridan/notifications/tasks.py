"""Jobs of the outbox."""

from email.utils import formatdate

from django.core.mail import EmailMessage
from django.db import transaction
from django.utils import timezone
from procrastinate import RetryStrategy
from procrastinate.contrib.django import app

from buridan.notifications.controle import SANS_TRAVAIL
from buridan.notifications.file import demander
from buridan.notifications.models import Courriel
from buridan.outils.panne import point


@app.task(name="notifications.envoyer", queue="courriels", retry=RetryStrategy(max_attempts=12, exponential_wait=4))
def envoyer(courriel: int) -> None:
    """Send one e-mail of the outbox. At least once: the Message-ID is the same each time, so a double is recognised."""
    with transaction.atomic():
        ligne = Courriel.objects.select_for_update(of=("self",)).filter(pk=courriel).first()
        if ligne is None or ligne.envoye_le is not None:  # erased with its dossier, or gone already
            return
        message = EmailMessage(
            ligne.sujet,
            ligne.texte,
            to=[ligne.destinataire],
            headers={"Message-ID": ligne.message_id, "Date": formatdate(ligne.at.timestamp())},
        )
        if ligne.piece is not None:
            message.attach(ligne.piece_nom, bytes(ligne.piece), "application/pdf")
        point("envoi.avant")
        message.send()
        point("envoi.apres")
        ligne.envoye_le = timezone.now()
        ligne.save(update_fields=["envoye_le"])


@app.periodic(cron="17 * * * *")
@app.task(name="notifications.reprendre", queue="courriels", queueing_lock="reprise_courriels", pass_context=False)
def reprendre(timestamp: int) -> None:
    """Once an hour: an e-mail that nothing sends any more (all its tries failed) is asked for again."""
    for courriel in Courriel.objects.raw(SANS_TRAVAIL):
        demander("notifications.envoyer", courriel=courriel.pk)
