"""Kinds of contacts."""

from django.db.models import TextChoices


class Genre(TextChoices):
    """Who one writes to."""

    PERSONNE = "personne", "Personne"
    ORGANISATION = "organisation", "Organisation"
    FONCTION = "fonction", "Personne dans une organisation"
