"""The budget by line: what the finance system says of it, and what the town's orders hold back from it.

Amounts are euros. The finance system is right about credits, engaged and paid; Buridan is right about what is ordered.
Available = credits - engaged - ordered. A reservation leaves « ordered » once an extract made after the day it was engaged
in the finance system holds it in « engaged »: at worst it is counted twice for a day, never not at all.

What must never be false stands in migration 0002 as triggers: a reservation fits in what is available under the lock of its
line, unless somebody overrode with a reason; it never changes its amount; it is never deleted.
"""

import uuid
from datetime import date
from typing import Any, ClassVar, Self

from django.conf import settings
from django.db import models
from django.db.models import DecimalField, F, OuterRef, Q, Subquery, Sum, Value
from django.db.models.functions import Coalesce

from buridan.organisation.acteur import Acteur
from buridan.organisation.models import Droit, Entite, Fonction

EUROS: "DecimalField[Any, Any]" = DecimalField(max_digits=14, decimal_places=2)


class Section(models.TextChoices):
    """The two halves of a town's budget."""

    FONCTIONNEMENT = "fonctionnement", "Fonctionnement"
    INVESTISSEMENT = "investissement", "Investissement"


class EtatImport(models.TextChoices):
    """What became of a file that was read."""

    PREPARE = "prepare", "À vérifier"
    APPLIQUE = "applique", "Appliqué"
    ABANDONNE = "abandonne", "Abandonné"


def voit_tout_le_budget(acteur: Acteur) -> bool:
    """General management, cabinet, finances; the mayor and the deputies, to whom the monthly board is reported."""
    if acteur.voit_tout or Droit.FINANCES in acteur.droits:
        return True
    return any(
        personne == acteur.personne and fonction in (Fonction.MAIRE, Fonction.ADJOINT)
        for personne, fonction, _rang, _themes in acteur.annuaire.mandats
    )


class LigneBudgetQuerySet(models.QuerySet["LigneBudget"]):
    """Every page, count and export starts from `visibles_par`."""

    def visibles_par(self, acteur: Acteur) -> Self:
        """All for those who see the whole budget; else the lines of the services of one's perimeter."""
        return self if voit_tout_le_budget(acteur) else self.filter(service__in=sorted(acteur.perimetre()))

    def avec_commande(self, extrait_le: date | None = None) -> Any:
        """With `commande` and `disponible` (attributes that no type knows) as they are, or as they would be after an extract
        of that day.
        """
        retenues = Reservation.objects.filter(ligne=OuterRef("pk")).en_cours(extrait_le or OuterRef("extrait_le"))
        somme = retenues.order_by().values("ligne").annotate(somme=Sum("montant")).values("somme")
        return self.annotate(
            commande=Coalesce(Subquery(somme), Value(0), output_field=EUROS),
            disponible=models.ExpressionWrapper(F("credits") - F("engage") - F("commande"), output_field=EUROS),
        )


class LigneBudget(models.Model):
    """One line of one year's budget. `extrait_le`: day of the extract its amounts come from. `mouvements` grows with each
    reservation: writing it is what makes them wait for one another.
    """

    exercice = models.PositiveSmallIntegerField("exercice")
    code = models.CharField("code", max_length=60)
    libelle = models.CharField("libellé", max_length=160)
    service = models.ForeignKey(Entite, models.PROTECT, related_name="+")
    section = models.CharField("section", max_length=14, choices=Section)
    chapitre = models.CharField("chapitre", max_length=20, blank=True)
    article = models.CharField("article", max_length=20, blank=True)
    fonction = models.CharField("fonction", max_length=20, blank=True)
    credits = models.DecimalField("crédits ouverts", max_digits=14, decimal_places=2)
    engage = models.DecimalField("engagé", max_digits=14, decimal_places=2, default=0)
    mandate = models.DecimalField("mandaté", max_digits=14, decimal_places=2, default=0)
    extrait_le = models.DateField("chiffres du")
    fermee = models.BooleanField("absente du dernier fichier", default=False)
    a_confirmer = models.BooleanField("à confirmer", default=False)
    mouvements = models.BigIntegerField(default=0)

    objects = LigneBudgetQuerySet.as_manager()

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["exercice", "code"],
                name="ligne_budget_unique",
                violation_error_message="Ce code existe déjà pour cet exercice.",
            ),
            models.CheckConstraint(
                condition=Q(credits__gte=0, engage__gte=0, mandate__gte=0),
                name="ligne_budget_montants_positifs",
                violation_error_message="Les crédits, l'engagé et le mandaté d'une ligne ne sont pas négatifs.",
            ),
            models.CheckConstraint(
                condition=Q(section__in=Section.values),
                name="ligne_budget_section_connue",
                violation_error_message="Valeurs possibles : Fonctionnement, Investissement.",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.code} {self.libelle}"


class ImportBudget(models.Model):
    """A file of the finance system, read and kept until somebody applies it or drops it. `contenu`: its lines, checked."""

    uuid = models.UUIDField(default=uuid.uuid4, unique=True, editable=False)
    fichier = models.CharField("fichier", max_length=200)
    sha256 = models.CharField(max_length=64)
    extrait_le = models.DateField("extrait le")
    exercices = models.JSONField(default=list)
    contenu = models.JSONField(default=list)
    ignorees = models.PositiveIntegerField("lignes de total ignorées", default=0)
    etat = models.CharField(max_length=10, choices=EtatImport, default=EtatImport.PREPARE)
    at = models.DateTimeField()
    par = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, null=True, related_name="+")
    decide_le = models.DateTimeField(null=True, blank=True)
    decide_par = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, null=True, blank=True, related_name="+")
    bilan = models.CharField(max_length=200, blank=True)

    class Meta:
        constraints = [
            models.CheckConstraint(
                condition=Q(etat__in=EtatImport.values),
                name="import_budget_etat_connu",
                violation_error_message="Valeurs possibles : À vérifier, Appliqué, Abandonné.",
            ),
            models.CheckConstraint(
                condition=Q(etat=EtatImport.PREPARE, decide_le=None)
                | ~Q(etat=EtatImport.PREPARE) & Q(decide_le__isnull=False),
                name="import_budget_decide",
                violation_error_message="Un import appliqué ou abandonné porte sa date.",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.fichier} ({self.get_etat_display()})"


class Releve(models.Model):
    """What one applied file said of one line: the past months are read here."""

    origine = models.ForeignKey(ImportBudget, models.PROTECT, related_name="releves")
    ligne = models.ForeignKey(LigneBudget, models.PROTECT, related_name="releves")
    credits = models.DecimalField(max_digits=14, decimal_places=2)
    engage = models.DecimalField(max_digits=14, decimal_places=2)
    mandate = models.DecimalField(max_digits=14, decimal_places=2)

    class Meta:
        constraints = [models.UniqueConstraint(fields=["ligne", "origine"], name="releve_unique")]

    def __str__(self) -> str:
        return f"{self.ligne_id} : {self.credits}"


class ReservationQuerySet(models.QuerySet["Reservation"]):
    """Reservations."""

    def en_cours(self, extrait_le: object) -> Self:
        """Those that still hold credits back: not released, and not yet in the « engagé » of an extract of that day."""
        return self.filter(Q(engage_le=None) | Q(engage_le__gte=extrait_le), liberee_le=None)


class Reservation(models.Model):
    """Credits held back on a line for an order. `dossier`: uuid of the order's dossier, empty for an order on paper.

    `derogation`: why the line may be exceeded, empty when it fits. `disponible_avant` is written by the database under the
    lock of the line. `engage_le`: the day the order was engaged in the finance system.
    """

    ligne = models.ForeignKey(LigneBudget, models.PROTECT, related_name="reservations")
    reference = models.CharField("numéro du bon de commande", max_length=40)
    objet = models.CharField("fournisseur et objet", max_length=160)
    montant = models.DecimalField("montant TTC", max_digits=14, decimal_places=2)
    dossier = models.UUIDField(null=True, blank=True)
    derogation = models.CharField("motif du dépassement", max_length=500, blank=True)
    disponible_avant = models.DecimalField(max_digits=14, decimal_places=2, default=0)
    at = models.DateTimeField()
    par = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, null=True, related_name="+")
    engagement = models.CharField("numéro d'engagement", max_length=40, blank=True)
    engage_le = models.DateField("engagé le", null=True, blank=True)
    liberee_le = models.DateTimeField(null=True, blank=True)
    liberee_motif = models.CharField(max_length=300, blank=True)

    objects = ReservationQuerySet.as_manager()

    class Meta:
        constraints: ClassVar = [
            models.CheckConstraint(
                condition=Q(montant__gt=0),
                name="reservation_positive",
                violation_error_message="Le montant à réserver est supérieur à zéro.",
            ),
            models.CheckConstraint(
                condition=Q(montant__lte=F("disponible_avant")) | Q(derogation__regex=r"\S"),
                name="reservation_tient",
                violation_error_message="Les crédits de la ligne ne suffisent pas.",
            ),
            models.CheckConstraint(
                condition=Q(liberee_le=None, liberee_motif="")
                | Q(liberee_le__isnull=False, liberee_motif__regex=r"\S"),
                name="reservation_liberee_dite",
                violation_error_message="Dites pourquoi ces crédits sont rendus.",
            ),
            models.CheckConstraint(
                condition=Q(engage_le=None, engagement="") | Q(engage_le__isnull=False, engagement__regex=r"\S"),
                name="reservation_engagement_complet",
                violation_error_message="Un engagement a un numéro et une date.",
            ),
            models.UniqueConstraint(
                fields=["ligne", "reference"],
                condition=Q(liberee_le=None),
                name="reservation_une_par_bon",
                violation_error_message="Des crédits sont déjà réservés sur cette ligne pour ce bon de commande.",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.reference} : {self.montant}"
