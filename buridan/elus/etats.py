"""The words that a matter of an elected official chooses from."""

from django.db.models import TextChoices


class Voie(TextChoices):
    """Its way: to a service through its DGA, or to the cabinet and the general manager."""

    QUOTIDIEN = "quotidien", "Un problème du quotidien"
    PROJET = "projet", "Un projet nouveau"


class QuiRepond(TextChoices):
    """Who gives the resident the answer, once."""

    ELU = "elu", "L'élu"
    SERVICE = "service", "La mairie"


class Moyen(TextChoices):
    """How the resident was told."""

    COURRIEL = "courriel", "Par courriel"
    TELEPHONE = "telephone", "Par téléphone"
    COURRIER = "courrier", "Par courrier"
    VIVE_VOIX = "vive_voix", "De vive voix"
