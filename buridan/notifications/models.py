"""What people are told: on their desk (`Notification`) and by e-mail through an outbox (`Courriel`)."""

from django.conf import settings
from django.db import models
from django.db.models import F, Q


class Notification(models.Model):
    """A line on somebody's desk about one dossier, or one page of the site (`lien`)."""

    personne = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, related_name="notifications")
    dossier = models.UUIDField(null=True)
    lien = models.CharField(max_length=200, db_default="", default="")
    texte = models.CharField(max_length=300)
    at = models.DateTimeField()
    lue_le = models.DateTimeField(null=True, blank=True)

    class Meta:
        constraints = [
            models.CheckConstraint(
                condition=Q(dossier__isnull=False, lien="") | Q(dossier__isnull=True) & ~Q(lien=""),
                name="notification_mene_quelque_part",
            )
        ]
        indexes = [
            models.Index(fields=["personne", "-at"], condition=Q(lue_le__isnull=True), name="notification_non_lues"),
            models.Index("personne", F("lue_le").desc(nulls_first=True), F("at").desc(), name="notification_liste"),
        ]

    def __str__(self) -> str:
        return self.texte


class Courriel(models.Model):
    """Outbox: written with the fact, sent by a job. The fixed Message-ID lets a double be recognised.

    `piece`: a PDF that goes with it. `scelle`: the text bears a secret (`secret.py`).
    """

    message_id = models.CharField(max_length=120)
    dossier = models.UUIDField(null=True)
    destinataire = models.EmailField()
    sujet = models.CharField(max_length=250)
    texte = models.TextField()
    piece_nom = models.CharField("pièce jointe", max_length=150, blank=True, db_default="", default="")
    piece = models.BinaryField(null=True)
    scelle = models.BooleanField("scellé", db_default=False, default=False)
    at = models.DateTimeField()
    envoye_le = models.DateTimeField(null=True, blank=True)
    erreur = models.CharField(max_length=300, blank=True)

    class Meta:
        constraints = [models.UniqueConstraint(fields=["message_id"], name="courriel_message_unique")]
        indexes = [models.Index(fields=["at"], condition=Q(envoye_le__isnull=True), name="courriel_a_envoyer")]

    def __str__(self) -> str:
        return self.sujet
