"""Names of what a mailbox is for, and of what becomes of a mail that came in."""

from django.db.models import TextChoices


class Usage(TextChoices):
    """Who reads the mails of a mailbox."""

    COURRIER = "courrier", "Courrier de la mairie, lu par le service courrier"
    ELUS = "elus", "Demandes des élus, lues par le cabinet"


class Securite(TextChoices):
    """How the connection to the server is protected. In clear: to this very machine only."""

    TLS = "tls", "TLS dès la connexion (port 993)"
    STARTTLS = "starttls", "STARTTLS (port 143)"
    AUCUNE = "aucune", "Aucune : seulement pour un serveur de cette machine"


class Genre(TextChoices):
    """What sort of mail it is."""

    COURRIEL = "courriel", "Courriel"
    AUTOMATIQUE = "automatique", "Réponse automatique"
    RETOUR = "retour", "Message non remis"


class Etat(TextChoices):
    """Where a mail stands in the queue."""

    A_TRAITER = "a_traiter", "À traiter"
    AUTOMATIQUE = "automatique", "Mis de côté : envoyé par une machine"
    COURRIER = "courrier", "Enregistré comme courrier"
    JOINT = "joint", "Joint à un dossier"
    DEMANDE = "demande", "Devenu une demande d'élu"
    ECARTE = "ecarte", "Écarté"


EN_FILE = (Etat.A_TRAITER, Etat.AUTOMATIQUE)
# What somebody made of it stands in a dossier.
AU_DOSSIER = (Etat.COURRIER, Etat.JOINT, Etat.DEMANDE)
