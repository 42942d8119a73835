"""What an act may be, and the taxes its ceiling counts."""

from django.db.models import TextChoices


class NatureActe(TextChoices):
    """Kinds of acts a delegation may bear on."""

    COURRIERS = "courriers", "Courriers et réponses aux usagers"
    ARRETES = "arretes", "Arrêtés"
    DECISIONS = "decisions", "Décisions individuelles"
    COMMANDES = "commandes", "Bons de commande"
    MARCHES = "marches", "Marchés publics et avenants"
    CONVENTIONS = "conventions", "Conventions"
    PERSONNEL = "personnel", "Actes de gestion du personnel"
    FINANCES = "finances", "Mandats de dépense et titres de recette"
    ETAT_CIVIL = "etat_civil", "État civil, copies et légalisations"
    URBANISME = "urbanisme", "Autorisations d'urbanisme"


# What the mayor decides, or has decided, in the place of the council, and tells it (CGCT L2122-22, L2122-23).
A_RAPPORTER = (NatureActe.COMMANDES, NatureActe.MARCHES, NatureActe.CONVENTIONS)


class Taxes(TextChoices):
    """Which amount the ceiling is compared with."""

    HT = "HT", "hors taxes"
    TTC = "TTC", "toutes taxes comprises"
