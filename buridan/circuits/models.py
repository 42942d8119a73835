"""Versions of the circuits. The text (TOML) is the model; a published version never changes (trigger `fige`)."""

from django.conf import settings
from django.db import models
from django.db.models import Q


class VersionCircuit(models.Model):
    """One version of a circuit. `publiee_le` empty = draft, which has no number yet; at most one draft per circuit.

    `auteur`: who published it (who opened it, for a draft); empty when it was loaded from the preset's file.
    `note`: why it was published. Of a draft: `base` is the version it was taken from, `revision` goes up at each change
    so that nobody overwrites another's work unseen.
    """

    code = models.SlugField(max_length=60)
    numero = models.PositiveIntegerField(null=True)
    titre = models.CharField(max_length=160)
    nature = models.CharField(max_length=30)
    texte = models.TextField()
    publiee_le = models.DateTimeField(null=True, blank=True)
    auteur = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, null=True, related_name="+")
    note = models.CharField(max_length=500, blank=True)
    base = models.PositiveIntegerField(null=True)
    revision = models.PositiveIntegerField(default=1)

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["code", "numero"], name="version_circuit_unique"),
            models.UniqueConstraint(
                fields=["code"], condition=Q(publiee_le__isnull=True), name="un_seul_brouillon_par_circuit"
            ),
            models.CheckConstraint(
                condition=Q(publiee_le__isnull=True, numero__isnull=True)
                | Q(publiee_le__isnull=False, numero__isnull=False),
                name="version_circuit_numerotee",
                violation_error_message="Une version publiée a un numéro, un brouillon n'en a pas.",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.titre} ({f'version {self.numero}' if self.numero else 'brouillon'})"
