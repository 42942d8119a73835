"""Jobs of the outbox."""

from email.utils import formatdate

from django.core.mail import EmailMessage
from django.db import transaction
from django.utils import timezone
from procrastinate import RetryStrategy
from procrastinate.contrib.django import app

from buridan.notifications.models import Courriel


@app.task(name="notifications.envoyer", queue="courriels", retry=RetryStrategy(max_attempts=12, exponential_wait=4))
def envoyer(courriel: int) -> None:
    """Send one e-mail of the outbox. At least once: the Message-ID is the same each time, so a double is recognised."""
    with transaction.atomic():
        ligne = Courriel.objects.select_for_update(of=("self",)).get(pk=courriel)
        if ligne.envoye_le is not None:
            return
        message = EmailMessage(
            ligne.sujet,
            ligne.texte,
            to=[ligne.destinataire],
            headers={"Message-ID": ligne.message_id, "Date": formatdate(ligne.at.timestamp())},
        )
        message.send()
        ligne.envoye_le = timezone.now()
        ligne.save(update_fields=["envoye_le"])
