"""Erasures, each asked by one person and approved by another; who opened which dossier."""

import uuid
from typing import ClassVar

from django.conf import settings
from django.db import models
from django.db.models import F, Q

from buridan.dossiers.etats import SortFinal
from buridan.dossiers.models import Dossier


class Genre(models.TextChoices):
    """Why dossiers are erased."""

    CONSERVATION = "conservation", "Fin de conservation"
    PERSONNE = "personne", "À la demande de la personne"


class Effacement(models.Model):
    """A proposal to erase dossiers, then its approval. Never changed once approved or withdrawn (trigger `fige`).

    `visa_le`: the day the departmental archives agreed (code du patrimoine L212-2, R212-14).
    """

    uuid = models.UUIDField(default=uuid.uuid4, unique=True, editable=False)
    genre = models.CharField("motif", max_length=12, choices=Genre)
    demande_par = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, related_name="+", db_index=False)
    demande_le = models.DateTimeField()
    visa_le = models.DateField("visa des archives départementales, le", null=True, blank=True)
    approuve_par = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.PROTECT, null=True, related_name="+", db_index=False
    )
    approuve_le = models.DateTimeField(null=True)
    retire_par = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.PROTECT, null=True, related_name="+", db_index=False
    )
    retire_le = models.DateTimeField(null=True)

    class Meta:
        constraints = [
            models.CheckConstraint(
                condition=Q(genre__in=Genre.values),
                name="effacement_genre_connu",
                violation_error_message="Valeurs possibles : Fin de conservation, À la demande de la personne.",
            ),
            models.CheckConstraint(
                condition=Q(approuve_par=None) | ~Q(approuve_par=F("demande_par")),
                name="effacement_deux_personnes",
                violation_error_message="Qui propose un effacement ne l'approuve pas : il faut une seconde personne.",
            ),
            models.CheckConstraint(
                condition=Q(approuve_par=None, approuve_le=None)
                | Q(approuve_par__isnull=False, approuve_le__isnull=False, visa_le__isnull=False, retire_le=None),
                name="effacement_approuve_avec_visa",
                violation_error_message="Une approbation a son auteur, sa date et le visa des archives.",
            ),
            models.CheckConstraint(
                condition=Q(retire_par=None, retire_le=None) | Q(retire_par__isnull=False, retire_le__isnull=False),
                name="effacement_retire_date",
                violation_error_message="Un retrait a son auteur et sa date.",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.get_genre_display()}, proposé le {self.demande_le:%d/%m/%Y}"


class LigneEffacement(models.Model):
    """One dossier of an elimination list, as it was proposed; kept for ever, it names nobody. `refus`: why it was not erased."""

    effacement = models.ForeignKey(Effacement, models.PROTECT, related_name="lignes")
    dossier = models.ForeignKey(Dossier, models.PROTECT, related_name="effacements", db_index=False)
    type = models.CharField("type de demande", max_length=160)
    clos_le = models.DateField()
    conservation = models.CharField("durée de conservation", max_length=30)
    source = models.CharField("source de cette durée", max_length=200, blank=True)
    sort_final = models.CharField("sort final", max_length=12, choices=SortFinal, default=SortFinal.DESTRUCTION)
    echue_le = models.DateField("conservation échue le")
    fait_le = models.DateTimeField(null=True)
    refus = models.CharField(max_length=300, blank=True)

    class Meta:
        ordering: ClassVar = ["clos_le", "id"]
        constraints = [
            models.UniqueConstraint(
                fields=["dossier"],
                condition=Q(refus=""),
                name="un_effacement_par_dossier",
                violation_error_message="Ce dossier est déjà dans une proposition d'effacement.",
            ),
            models.CheckConstraint(
                condition=Q(fait_le=None) | Q(refus=""),
                name="ligne_faite_ou_refusee",
                violation_error_message="Une ligne est faite ou refusée, pas les deux.",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.type}, clos le {self.clos_le:%d/%m/%Y}"


class Lecture(models.Model):
    """An agent opened something of a dossier, or a contact (`dossier` is then its UUID). Only ever added to, then purged after
    its term. No foreign key: it is written at each page and read for one dossier or contact.
    """

    dossier = models.UUIDField()
    personne = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, related_name="+", db_index=False)
    quoi = models.CharField(max_length=40)
    at = models.DateTimeField()

    class Meta:
        indexes = [
            models.Index(fields=["dossier", "-at"], name="lecture_dossier"),
            models.Index(fields=["at"], name="lecture_at"),
        ]

    def __str__(self) -> str:
        return f"{self.quoi} ({self.at:%d/%m/%Y %H:%M})"
