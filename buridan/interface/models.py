"""One form, one effect."""

from django.db import models


class Jeton(models.Model):
    """A form that was used. `resultat` is the address of what it created, shown again on a second click."""

    jeton = models.UUIDField(primary_key=True)
    resultat = models.CharField(max_length=500)
    at = models.DateTimeField()

    class Meta:
        indexes = [models.Index(fields=["at"], name="jeton_at")]

    def __str__(self) -> str:
        return str(self.jeton)
