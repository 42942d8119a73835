"""Names of what a batch of scanned post, and each of its pages, may be."""

from django.db.models import TextChoices


class Venue(TextChoices):
    """How a batch came."""

    PAGE = "page", "Déposé sur la page"
    DOSSIER = "dossier", "Pris dans le dossier du scanneur"


class EtatLot(TextChoices):
    """Where a batch stands."""

    A_PREPARER = "a_preparer", "Pages en préparation"
    A_LIRE = "a_lire", "Lecture en cours"
    PRET = "pret", "Prêt"
    REFUSE = "refuse", "Ne s'ouvre pas"


class Sorte(TextChoices):
    """What a page is."""

    COURRIER = "courrier", "Page de courrier"
    SEPARATEUR = "separateur", "Feuille de séparation"
    BLANCHE = "blanche", "Page blanche"


class Lecture(TextChoices):
    """What the machine could read of a page."""

    A_LIRE = "a_lire", "À lire"
    LUE = "lue", "Lue"
    ILLISIBLE = "illisible", "À regarder"
    SANS_OBJET = "sans_objet", "Rien à lire"
