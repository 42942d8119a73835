"""What happened, append-only: one chain of lines per dossier, each line sealed to the one before.

The line holds no personal data: its content stands in `Charge` and the line keeps only a keyed digest of it, so that an
erasure required by law (RGPD art. 17) removes the content without breaking the chain.
"""

from django.db import models


class Chaine(models.Model):
    """Head of one chain: how many lines it has and the seal of the last."""

    uuid = models.UUIDField(primary_key=True)
    numero = models.PositiveIntegerField(default=0)
    tete = models.BinaryField()

    def __str__(self) -> str:
        return f"{self.uuid} ({self.numero})"


class Ligne(models.Model):
    """One fact. `auteur` and `pour` are ids without foreign key: the journal outlives the rows it speaks of."""

    chaine = models.UUIDField()
    numero = models.PositiveIntegerField()
    at = models.DateTimeField()
    verbe = models.CharField(max_length=40)
    auteur = models.BigIntegerField(null=True)
    etape = models.BigIntegerField(null=True)
    condense = models.BinaryField()
    precedent = models.BinaryField()
    sceau = models.BinaryField()

    class Meta:
        constraints = [models.UniqueConstraint(fields=["chaine", "numero"], name="ligne_numero_unique")]

    def __str__(self) -> str:
        return f"{self.verbe} ({self.numero})"


class Charge(models.Model):
    """Content of a line, in words; may be erased by an authorised erasure."""

    ligne = models.OneToOneField(Ligne, models.PROTECT, primary_key=True, related_name="charge")
    contenu = models.JSONField()

    def __str__(self) -> str:
        return str(self.ligne_id)


class Sceau(models.Model):
    """Daily seal: chains the heads of all dossiers that moved since the seal before."""

    jour = models.DateField(unique=True)
    at = models.DateTimeField()
    depuis = models.BigIntegerField()
    jusqua = models.BigIntegerField()
    racine = models.BinaryField()
    precedent = models.BinaryField()
    empreinte = models.BinaryField()

    def __str__(self) -> str:
        return str(self.jour)
