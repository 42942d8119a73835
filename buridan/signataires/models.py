"""Signatures asked of people outside, and the links they were sent."""

from datetime import timedelta

from django.conf import settings
from django.db import models
from django.db.models import F, Q
from django.db.models.functions import Lower

from buridan.dossiers.models import Document, Dossier
from buridan.signataires.etats import Etat, Moyen
from buridan.signataires.secrets import masquer

JOURS_MAX = 30


class DemandeSignature(models.Model):
    """Asked of one person, on one PDF, until the evening of `jusquau`. `tour`: a reopened dossier asks again.

    `code`: keyed digest of the last code sent, empty once it was typed; `codes`: how many this link was sent; `essais`: how
    often this code was tried; `verifie_le`: when the right one was typed. `signe`, `preuve`: the sealed PDF and its proof.
    """

    dossier = models.ForeignKey(Dossier, models.PROTECT, related_name="signatures_dehors")
    tour = models.PositiveSmallIntegerField("tour")
    document = models.ForeignKey(Document, models.CASCADE, related_name="+")
    nom = models.CharField("nom", max_length=100)
    qualite = models.CharField("qualité", max_length=120)
    courriel = models.EmailField("courriel")
    message = models.TextField("message", blank=True)
    par = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, related_name="+", db_index=False)
    at = models.DateTimeField("demandée le")
    depuis = models.DateField()
    jusquau = models.DateField("à signer jusqu'au")
    rappelee_le = models.DateTimeField("rappelée le", null=True)
    code = models.CharField(max_length=64, blank=True)
    code_le = models.DateTimeField("code envoyé le", null=True)
    codes = models.PositiveSmallIntegerField(default=0)
    essais = models.PositiveSmallIntegerField(default=0)
    verifie_le = models.DateTimeField("code reconnu le", null=True)
    etat = models.CharField("état", max_length=10, choices=Etat, default=Etat.ATTENDUE)
    finie_le = models.DateTimeField("terminée le", null=True)
    motif = models.TextField("motif", blank=True)
    moyen = models.CharField("signé", max_length=10, choices=Moyen, blank=True)
    signe = models.ForeignKey(Document, models.CASCADE, null=True, related_name="+")
    preuve = models.ForeignKey(Document, models.CASCADE, null=True, related_name="+")

    class Meta:
        constraints = [
            models.CheckConstraint(
                condition=Q(etat__in=Etat.values),
                name="demande_signature_etat_connu",
                violation_error_message="Cet état d'une demande de signature n'existe pas.",
            ),
            models.CheckConstraint(
                condition=Q(etat=Etat.ATTENDUE, finie_le=None) | ~Q(etat=Etat.ATTENDUE) & Q(finie_le__isnull=False),
                name="demande_signature_finie_datee",
                violation_error_message="Une demande de signature terminée porte sa date, une demande en cours n'en a pas.",
            ),
            models.CheckConstraint(
                condition=Q(
                    etat=Etat.SIGNEE,
                    signe__isnull=False,
                    preuve__isnull=False,
                    verifie_le__isnull=False,
                    moyen__in=Moyen.values,
                )
                | ~Q(etat=Etat.SIGNEE) & Q(signe=None, preuve=None, moyen=""),
                name="demande_signature_prouvee",
                violation_error_message="Une signature recueillie a son document, sa preuve et son code reconnu.",
            ),
            models.CheckConstraint(
                condition=~Q(etat=Etat.REFUSEE) | ~Q(motif__regex=r"^\s*$"),
                name="demande_signature_refus_motive",
                violation_error_message="Un refus de signer porte son motif.",
            ),
            models.CheckConstraint(
                condition=Q(jusquau__gte=F("depuis"), jusquau__lte=F("depuis") + timedelta(days=JOURS_MAX)),
                name="demande_signature_trente_jours",
                violation_error_message="Un lien de signature vaut trente jours au plus.",
            ),
            models.UniqueConstraint(
                "document",
                Lower("courriel"),
                condition=Q(etat=Etat.ATTENDUE),
                name="demande_signature_une_en_cours",
                violation_error_message="Cette personne est déjà sollicitée pour ce document.",
            ),
        ]
        indexes = [models.Index(fields=["jusquau"], condition=Q(etat=Etat.ATTENDUE), name="demande_signature_attendue")]

    def __str__(self) -> str:
        return f"{self.nom}, {self.qualite}"

    @property
    def courriel_masque(self) -> str:
        """The address as it may be shown."""
        return masquer(self.courriel)


class LienSignature(models.Model):
    """A link that was sent: the digest of its key. The last one works, those before are dead."""

    demande = models.ForeignKey(DemandeSignature, models.CASCADE, related_name="liens")
    condense = models.CharField(max_length=64, unique=True)
    at = models.DateTimeField("envoyé le")
    actif = models.BooleanField(default=True)

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["demande"],
                condition=Q(actif=True),
                name="demande_signature_un_lien",
                violation_error_message="Un seul lien de signature marche à la fois.",
            )
        ]

    def __str__(self) -> str:
        return f"{self.demande} ({self.at:%d/%m/%Y})"
