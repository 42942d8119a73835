"""The purchase order: the nature `commandes`. Amounts are euros; rates are percents.

What must never be false stands in migration 0002 as triggers: an order that was signed keeps what was signed, and holds its
whole amount on its line of the budget; one that was refused or cancelled holds nothing.
"""

from decimal import Decimal
from typing import Any, ClassVar

from django.conf import settings
from django.db import models
from django.db.models import F, Q
from django.db.models.functions import Round

from buridan.budget.models import LigneBudget
from buridan.commandes.modele import Regles, lire_regles
from buridan.delegations.registre import Montant
from buridan.dossiers.formulaires import FormulaireVersionne
from buridan.dossiers.models import Dossier
from buridan.organisation.models import Poste

ARGENT: dict[str, Any] = {"max_digits": 14, "decimal_places": 2}


class ReglesCommande(FormulaireVersionne):
    """One version of the town's rules of orders."""

    def __str__(self) -> str:
        return f"Règles des commandes, version {self.numero}"

    @property
    def regles(self) -> Regles:
        """What the text says."""
        return lire_regles(self.texte)


class Envoi(models.TextChoices):
    """How the order went to the supplier."""

    COURRIEL = "courriel", "Par courriel"
    PAPIER = "papier", "Sur papier"


class Commande(models.Model):
    """An order, from its first word to its invoice. While it is prepared, anything may be missing.

    `derogation`: why it may exceed the credits of its line, allowed by `derogation_par`. `envoyee_le` and `recue_le`: sent to the
    supplier, who said that it came. `service_fait_le`: the day the town got what it ordered.
    """

    dossier = models.OneToOneField(Dossier, models.PROTECT, primary_key=True, related_name="commande")
    auteur = models.ForeignKey(Poste, models.PROTECT, related_name="+")
    ligne = models.ForeignKey(LigneBudget, models.PROTECT, null=True, blank=True, related_name="commandes")
    siret = models.CharField("SIRET", max_length=14, blank=True)
    fournisseur = models.CharField("fournisseur", max_length=160, blank=True)
    adresse = models.CharField("adresse", max_length=300, blank=True)
    courriel = models.EmailField("courriel", blank=True)
    famille = models.CharField("famille d'achats", max_length=40, blank=True)
    marche = models.CharField("marché ou convention", max_length=80, blank=True)
    livraison = models.CharField("lieu de livraison", max_length=200, blank=True)
    livrer_le = models.DateField("à livrer pour le", null=True, blank=True)
    precisions = models.CharField("précisions pour le fournisseur", max_length=1000, blank=True)
    soumise_le = models.DateTimeField("envoyée dans le circuit le", null=True, blank=True)
    derogation = models.CharField("motif du dépassement", max_length=500, blank=True)
    derogation_par = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.PROTECT, null=True, blank=True, related_name="+"
    )
    signee_le = models.DateTimeField("signée le", null=True, blank=True)
    envoyee_le = models.DateTimeField("envoyée au fournisseur le", null=True, blank=True)
    envoi = models.CharField(max_length=10, choices=Envoi, blank=True)
    recue_le = models.DateTimeField("reçue par le fournisseur le", null=True, blank=True)
    recue_par = models.CharField("reçue par", max_length=120, blank=True)
    recue_mot = models.CharField("mot du fournisseur", max_length=500, blank=True)
    service_fait_le = models.DateField("service fait le", null=True, blank=True)
    facture = models.CharField("numéro de la facture", max_length=60, blank=True)
    facture_le = models.DateField("date de la facture", null=True, blank=True)
    facture_ttc = models.DecimalField("montant TTC de la facture", null=True, blank=True, **ARGENT)

    class Meta:
        constraints = [
            models.CheckConstraint(
                condition=Q(soumise_le=None)
                | Q(ligne__isnull=False, siret__regex=r"^[0-9]{14}$") & ~Q(fournisseur="") & ~Q(famille=""),
                name="commande_complete",
                violation_error_message="Un bon de commande a un fournisseur, son SIRET, une famille et une ligne de budget.",
            ),
            models.CheckConstraint(
                condition=Q(derogation="", derogation_par=None)
                | Q(derogation__regex=r"\S", derogation_par__isnull=False),
                name="commande_derogation_motivee",
                violation_error_message="Un dépassement de crédits a un motif et quelqu'un qui l'autorise.",
            ),
            models.CheckConstraint(
                condition=Q(signee_le=None) | Q(soumise_le__isnull=False),
                name="commande_signee_apres_envoi",
                violation_error_message="Un bon de commande est signé une fois passé par son circuit.",
            ),
            models.CheckConstraint(
                condition=Q(envoyee_le=None, envoi="")
                | Q(envoyee_le__isnull=False, signee_le__isnull=False, envoi__in=Envoi.values),
                name="commande_envoyee_signee",
                violation_error_message="Seul un bon signé part au fournisseur.",
            ),
            models.CheckConstraint(
                condition=Q(recue_le=None, recue_par="") | Q(recue_le__isnull=False, envoyee_le__isnull=False),
                name="commande_recue_envoyee",
                violation_error_message="Seul un bon envoyé est reçu, et l'on sait quand.",
            ),
            models.CheckConstraint(
                condition=Q(service_fait_le=None) | Q(signee_le__isnull=False),
                name="commande_service_fait_signee",
                violation_error_message="Le service fait se constate sur un bon signé.",
            ),
            models.CheckConstraint(
                condition=Q(facture="", facture_le=None, facture_ttc=None)
                | Q(facture__regex=r"\S", facture_le__isnull=False, facture_ttc__gt=0, service_fait_le__isnull=False),
                name="commande_facture_apres_service_fait",
                violation_error_message="Une facture a un numéro, une date et un montant ; elle vient après le service fait.",
            ),
        ]
        indexes = [models.Index(fields=["siret", "famille"], name="commande_fournisseur")]

    def __str__(self) -> str:
        return f"Bon de commande {self.dossier_id}"

    @property
    def montant(self) -> Montant:
        """Without and with tax: the sum of its lines."""
        lignes = list(self.lignes.all())
        ht = sum((x.ht for x in lignes), Decimal("0.00"))
        return Montant(ht, ht + sum((x.tva for x in lignes), Decimal("0.00")))


class LigneCommande(models.Model):
    """One line: so many of a thing, at a price without tax. `ht` and `tva` are rounded here to the cent, half up, by line."""

    commande = models.ForeignKey(Commande, models.PROTECT, related_name="lignes")
    rang = models.PositiveSmallIntegerField()
    designation = models.CharField("désignation", max_length=300)
    quantite = models.DecimalField("quantité", max_digits=10, decimal_places=3)
    unite = models.CharField("unité", max_length=20, blank=True)
    prix = models.DecimalField("prix unitaire HT", max_digits=12, decimal_places=4)
    taux = models.DecimalField("taux de TVA", max_digits=5, decimal_places=2)
    ht = models.GeneratedField(
        expression=Round(F("quantite") * F("prix"), precision=2),
        output_field=models.DecimalField(**ARGENT),
        db_persist=True,
    )
    tva = models.GeneratedField(
        expression=Round(Round(F("quantite") * F("prix"), precision=2) * F("taux") / 100, precision=2),
        output_field=models.DecimalField(**ARGENT),
        db_persist=True,
    )

    class Meta:
        ordering: ClassVar = ["rang"]
        constraints = [
            models.UniqueConstraint(fields=["commande", "rang"], name="ligne_commande_rang"),
            models.CheckConstraint(
                condition=Q(quantite__gt=0, prix__gte=0, taux__gte=0, taux__lte=100) & ~Q(designation=""),
                name="ligne_commande_possible",
                violation_error_message="Une ligne a une désignation, une quantité, un prix et un taux possibles.",
            ),
        ]

    def __str__(self) -> str:
        return self.designation
