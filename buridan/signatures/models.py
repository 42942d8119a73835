"""What was signed, with what, in what right; and the certificates that people keep here, locked by their passphrase."""

from django.conf import settings
from django.db import models
from django.db.models import Q

from buridan.delegations.models import Delegation
from buridan.dossiers.models import Document, Etape


class Moyen(models.TextChoices):
    """How an étape of type signature was signed."""

    PERSONNEL = "personnel", "Mon certificat"
    CARTE = "carte", "Ma carte ou clé (PKCS#11)"
    CACHET = "cachet", "Le cachet de la mairie"
    PAPIER = "papier", "Sur papier, à la main"


class Certificat(models.Model):
    """A person's PKCS#12 file, as locked by its passphrase. The passphrase is nowhere in the database."""

    personne = models.OneToOneField(settings.AUTH_USER_MODEL, models.PROTECT, related_name="certificat")
    coffre = models.BinaryField("fichier PKCS#12")
    titulaire = models.CharField(max_length=200)
    emetteur = models.CharField("émetteur", max_length=200)
    valide_du = models.DateTimeField()
    valide_au = models.DateTimeField()
    empreinte = models.CharField("empreinte SHA-256", max_length=64)
    depose_le = models.DateTimeField()

    def __str__(self) -> str:
        return self.titulaire


class Signature(models.Model):
    """One signature of one étape. `document` is the PDF as signed, empty on paper; `condense` is the digest of the text
    it bears on: an answer changed since has not been signed. It goes with its document, by an authorised erasure only."""

    etape = models.OneToOneField(Etape, models.PROTECT, related_name="signature")
    document = models.ForeignKey(Document, models.CASCADE, null=True, related_name="signatures")
    moyen = models.CharField(max_length=10, choices=Moyen)
    personne = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, related_name="signatures")
    qualite = models.CharField("qualité", max_length=200)
    formule = models.TextField(blank=True)
    delegation = models.ForeignKey(Delegation, models.PROTECT, null=True, related_name="signatures")
    condense = models.CharField(max_length=64)
    certificat = models.CharField("empreinte du certificat", max_length=64, blank=True)
    titulaire = models.CharField("titulaire du certificat", max_length=200, blank=True)
    horodatee = models.BooleanField("horodatée", default=False)
    at = models.DateTimeField()

    class Meta:
        constraints = [
            models.CheckConstraint(
                condition=Q(moyen=Moyen.PAPIER, document__isnull=True, certificat="")
                | ~Q(moyen=Moyen.PAPIER) & Q(document__isnull=False) & ~Q(certificat=""),
                name="signature_electronique_a_son_document",
                violation_error_message="Une signature électronique a un document et un certificat.",
            ),
            models.CheckConstraint(
                condition=Q(moyen__in=Moyen.values),
                name="signature_moyen_connu",
                violation_error_message="Ce moyen de signer n'existe pas.",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.get_moyen_display()} : {self.etape}"
