"""The life of a transfer to the archives: names only."""

from django.db.models import TextChoices


class EtatVersement(TextChoices):
    """Where a transfer stands. Only a transfer that was accepted lets its dossiers be eliminated."""

    PREPARE = "prepare", "En préparation"
    ECHOUE = "echoue", "À refaire"
    CONSTRUIT = "construit", "Prêt à télécharger"
    REMIS = "remis", "Téléchargé, réponse attendue"
    ACCEPTE = "accepte", "Reçu par les archives"
    REFUSE = "refuse", "Sans suite"


FINIS = (EtatVersement.ACCEPTE, EtatVersement.REFUSE)
AVEC_FICHIER = (EtatVersement.CONSTRUIT, EtatVersement.REMIS)
