"""Versions of the circuits. The text (TOML) is the model; a published version never changes."""

from django.conf import settings
from django.db import models
from django.db.models import Q


class VersionCircuit(models.Model):
    """One version of a circuit. `publiee_le` empty = draft; at most one draft per circuit."""

    code = models.SlugField(max_length=60)
    numero = models.PositiveIntegerField()
    titre = models.CharField(max_length=160)
    nature = models.CharField(max_length=30)
    texte = models.TextField()
    publiee_le = models.DateTimeField(null=True, blank=True)
    auteur = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, null=True, related_name="+")

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["code", "numero"], name="version_circuit_unique"),
            models.UniqueConstraint(
                fields=["code"], condition=Q(publiee_le__isnull=True), name="un_seul_brouillon_par_circuit"
            ),
        ]

    def __str__(self) -> str:
        return f"{self.titre} (version {self.numero})"
