"""How a request for a signature ends, and how it was signed."""

from django.db import models


class Etat(models.TextChoices):
    """One of them, and the last: a request that ended does not begin again, another is made."""

    ATTENDUE = "attendue", "Attendue"
    SIGNEE = "signee", "Signée"
    REFUSEE = "refusee", "Refusée"
    ANNULEE = "annulee", "Annulée"
    EXPIREE = "expiree", "Expirée"
    CADUQUE = "caduque", "Devenue sans objet"


class Moyen(models.TextChoices):
    """What the person outside signed with."""

    LIEN = "lien", "Par lien et code, signature simple"
    CERTIFICAT = "certificat", "Avec son propre certificat"
