"""The address book of the mail office: people, organisations, people who hold a position in one."""

import uuid
from typing import Any, ClassVar, Self

from django.conf import settings
from django.db import models
from django.db.models import F, Q

from buridan.contacts.etats import Genre


class ContactQuerySet(models.QuerySet["Contact"]):
    """Every list starts from `vivants`."""

    def vivants(self) -> Self:
        """Those that were not merged into another."""
        return self.filter(reuni_a=None)


class Contact(models.Model):
    """Somebody the town writes to, or that writes. No remark about anybody: there is no field for one.

    `cle`, `commune`, `mots`: the name, the town and all that is searched, without accents; written by the actions. `reuni_a`:
    the contact into which this one was merged; it keeps what it said, and nothing points to it any more (migration 0002).
    """

    uuid = models.UUIDField(default=uuid.uuid4, unique=True, editable=False)
    genre = models.CharField("sorte", max_length=12, choices=Genre)
    nom = models.CharField(max_length=160)
    fonction = models.CharField(max_length=120, blank=True)
    organisation = models.ForeignKey("self", models.PROTECT, null=True, blank=True, related_name="fonctions")
    adresse = models.CharField(max_length=250, blank=True)
    courriel = models.EmailField(blank=True)
    telephone = models.CharField("téléphone", max_length=40, blank=True)
    siret = models.CharField("SIRET", max_length=14, blank=True)
    rna = models.CharField("RNA", max_length=10, blank=True)
    cle = models.CharField(max_length=160, db_index=True)
    commune = models.CharField(max_length=80, blank=True)
    mots = models.TextField()
    cree_le = models.DateTimeField("créé le")
    cree_par = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, null=True, related_name="+", db_index=False)
    change_le = models.DateTimeField("corrigé le")
    reuni_a = models.ForeignKey("self", models.PROTECT, null=True, blank=True, related_name="reunis")
    reuni_le = models.DateTimeField("réuni le", null=True, blank=True)

    objects: ClassVar[Any] = ContactQuerySet.as_manager()

    class Meta:
        constraints = [
            models.CheckConstraint(
                condition=Q(genre__in=Genre.values),
                name="contact_genre_connu",
                violation_error_message="Valeurs possibles : personne, organisation, fonction.",
            ),
            models.CheckConstraint(
                condition=~Q(nom__regex=r"^\s*$"),
                name="contact_nomme",
                violation_error_message="Un contact a un nom.",
            ),
            models.CheckConstraint(
                condition=Q(genre=Genre.FONCTION, organisation__isnull=False)
                | (~Q(genre=Genre.FONCTION) & Q(organisation=None, fonction="")),
                name="contact_fonction_quelque_part",
                violation_error_message="Une fonction se tient dans une organisation, et seulement là.",
            ),
            models.CheckConstraint(
                condition=Q(genre=Genre.ORGANISATION) | Q(siret="", rna=""),
                name="contact_numeros_d_organisation",
                violation_error_message="Seule une organisation a un SIRET ou un RNA.",
            ),
            models.CheckConstraint(
                condition=Q(siret__regex=r"^(\d{14})?$", rna__regex=r"^(W[0-9A-Z]{9})?$"),
                name="contact_numeros_formes",
                violation_error_message="Un SIRET a 14 chiffres ; un RNA, W et 9 caractères.",
            ),
            models.CheckConstraint(
                condition=Q(reuni_a=None, reuni_le=None)
                | (Q(reuni_a__isnull=False, reuni_le__isnull=False) & ~Q(reuni_a=F("id"))),
                name="contact_reuni_a_un_autre",
                violation_error_message="Un contact réuni l'est à un autre, et à une date.",
            ),
        ]
        indexes = [
            models.Index("courriel", condition=~Q(courriel=""), name="contact_courriel"),
            models.Index("siret", condition=~Q(siret=""), name="contact_siret"),
        ]

    def __str__(self) -> str:
        ou = ", ".join(filter(None, (self.fonction, self.organisation.nom if self.organisation else "")))
        return f"{self.nom} ({ou})" if ou else self.nom

    @property
    def designation(self) -> str:
        """As on an envelope, on one line."""
        return f"{self.organisation.nom}, {self.nom}" if self.organisation else self.nom

    @property
    def adresse_postale(self) -> str:
        """Where to write: its own address, or that of the organisation."""
        return self.adresse or (self.organisation.adresse if self.organisation else "")
