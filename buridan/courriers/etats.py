"""Names of what a letter may be, and how one leaves."""

from django.db.models import TextChoices


class Sens(TextChoices):
    """Which way the dossier began."""

    ARRIVEE = "arrivee", "Courrier reçu"
    DEPART = "depart", "Courrier envoyé"


class Genre(TextChoices):
    """How it came to the town hall."""

    LETTRE = "lettre", "Lettre"
    RECOMMANDE = "recommande", "Lettre recommandée"
    COURRIEL = "courriel", "Courriel"
    MAIN_PROPRE = "main_propre", "Remise en main propre"
    TELECOPIE = "telecopie", "Télécopie"


class Origine(TextChoices):
    """Which door of Buridan it came through."""

    SAISIE = "saisie", "Saisi par un agent"
    NUMERISATION = "numerisation", "Numérisé"
    MESSAGERIE = "messagerie", "Boîte de courriel"


class Effet(TextChoices):
    """What the law attaches to it."""

    INFORMATION = "information", "Sans effet particulier"
    DEMANDE = "demande", "Demande : le silence vaut décision"
    MISE_EN_DEMEURE = "mise_en_demeure", "Mise en demeure"
    RECOURS = "recours", "Recours contre une décision"


# To the legal department and the general management at once.
JURIDIQUES = (Effet.MISE_EN_DEMEURE, Effet.RECOURS)


class Moyen(TextChoices):
    """How a letter leaves."""

    PAPIER = "papier", "Courrier simple"
    RECOMMANDE = "recommande", "Lettre recommandée"
    COURRIEL = "courriel", "Courriel"
    MAIN_PROPRE = "main_propre", "Remise en main propre"


class Objet(TextChoices):
    """What a departure is."""

    REPONSE = "reponse", "Réponse"
    ENVOI = "envoi", "Envoi sans courrier reçu"
    ACCUSE = "accuse", "Accusé de réception"
    COMPLEMENT = "manque", "Demande de complément"


# What answers, or is the letter itself: the rest leaves while the letter goes on.
REPONSES = (Objet.REPONSE, Objet.ENVOI)


class Mesure(TextChoices):
    """What the proposals are judged on."""

    SERVICE = "service", "Le service"
    REGLE = "regle", "Le service, par une règle"
    APPRIS = "appris", "Le service, sans règle"
    NATURE = "nature", "La nature"
    URGENCE = "urgence", "L'urgence"
