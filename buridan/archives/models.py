"""How long the closed dossiers of a nature are kept, what becomes of them then, and their transfers to the archives."""

from typing import ClassVar
from uuid import uuid4

from django.conf import settings
from django.db import models
from django.db.models import Q

from buridan.archives.etats import FINIS, EtatVersement
from buridan.dossiers.etats import A_VERSER, SortFinal
from buridan.dossiers.models import Dossier
from buridan.droit.delais import date_legale


class RegleConservation(models.Model):
    """A line of the town's retention table (« tableau de gestion »), from the preset: one for each nature that doesn't say it
    type by type.
    """

    nature = models.CharField(max_length=30, unique=True)
    duree = models.CharField("durée d'utilité administrative", max_length=30)
    sort_final = models.CharField("sort final", max_length=12, choices=SortFinal)
    source = models.CharField(max_length=200)

    class Meta:
        constraints = [
            models.CheckConstraint(
                condition=Q(sort_final__in=SortFinal.values),
                name="conservation_sort_connu",
                violation_error_message=f"Valeurs possibles : {', '.join(str(s.label) for s in SortFinal)}.",
            ),
            models.CheckConstraint(
                condition=Q(duree__regex=r"^[0-9]{1,3} ?(ans?|mois)$"),
                name="conservation_duree_lisible",
                violation_error_message="Une durée de conservation s'écrit « 5 ans » ou « 18 mois ».",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.nature} : {self.duree}, {self.get_sort_final_display()}"


class ServiceArchives(models.Model):
    """To whom this town transfers, under which identifiers, from the preset: one row.

    `accord`: the archival agreement's identifier; `regle_acces`: code of the rule by which anybody may read (communicabilité).
    """

    nom = models.CharField(max_length=160)
    identifiant = models.CharField(max_length=80)
    identifiant_versant = models.CharField(max_length=80)
    accord = models.CharField(max_length=80, blank=True)
    regle_acces = models.CharField(max_length=40)

    class Meta:
        constraints = [models.CheckConstraint(condition=Q(id=1), name="un_seul_service_archives")]

    def __str__(self) -> str:
        return self.nom


class Versement(models.Model):
    """A transfer of closed dossiers to the archives, as one file. Never changed once accepted or refused (trigger `fini`).

    `raison`: why it failed or was refused; `sha256`, `taille` (bytes): of the file, which goes when the transfer ends;
    `attestation`, `atteste_le`: the archives' own reference and date; `reponse`: digest of their `ArchiveTransferReply`.
    """

    uuid = models.UUIDField(default=uuid4, unique=True, editable=False)
    etat = models.CharField("état", max_length=10, choices=EtatVersement, default=EtatVersement.PREPARE)
    raison = models.CharField(max_length=500, blank=True)
    prepare_par = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, related_name="+", db_index=False)
    prepare_le = models.DateTimeField()
    sha256 = models.CharField(max_length=64, blank=True)
    taille = models.PositiveBigIntegerField(null=True)
    construit_le = models.DateTimeField(null=True)
    remis_par = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, null=True, related_name="+", db_index=False)
    remis_le = models.DateTimeField(null=True)
    attestation = models.CharField("référence de l'attestation", max_length=80, blank=True)
    atteste_le = models.DateField("attestation du", null=True)
    reponse = models.CharField(max_length=64, blank=True)
    fini_par = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, null=True, related_name="+", db_index=False)
    fini_le = models.DateTimeField(null=True)

    class Meta:
        ordering: ClassVar = ["-prepare_le", "-id"]
        constraints = [
            models.CheckConstraint(
                condition=Q(etat__in=EtatVersement.values),
                name="versement_etat_connu",
                violation_error_message=f"Valeurs possibles : {', '.join(str(e.label) for e in EtatVersement)}.",
            ),
            models.CheckConstraint(
                condition=~Q(etat__in=[EtatVersement.CONSTRUIT, EtatVersement.REMIS, EtatVersement.ACCEPTE])
                | (~Q(sha256="") & Q(taille__isnull=False, construit_le__isnull=False)),
                name="versement_construit_a_son_fichier",
                violation_error_message="Un versement construit a son fichier et son empreinte.",
            ),
            models.CheckConstraint(
                condition=~Q(etat__in=[EtatVersement.REMIS, EtatVersement.ACCEPTE])
                | Q(remis_par__isnull=False, remis_le__isnull=False),
                name="versement_remis_par_quelqu_un",
                violation_error_message="Un versement remis l'a été par quelqu'un, un jour.",
            ),
            models.CheckConstraint(
                condition=~Q(etat=EtatVersement.ACCEPTE)
                | (~Q(attestation__regex=r"^\s*$") & Q(atteste_le__isnull=False)),
                name="versement_accepte_atteste",
                violation_error_message="Un versement reçu par les archives porte la référence et la date de leur attestation.",
            ),
            models.CheckConstraint(
                condition=~Q(etat__in=[EtatVersement.ECHOUE, EtatVersement.REFUSE]) | ~Q(raison__regex=r"^\s*$"),
                name="versement_dit_pourquoi",
                violation_error_message="Un versement qui n'aboutit pas dit pourquoi.",
            ),
            models.CheckConstraint(
                condition=Q(etat__in=FINIS, fini_par__isnull=False, fini_le__isnull=False)
                | (~Q(etat__in=FINIS) & Q(fini_par=None, fini_le=None)),
                name="versement_fini_date",
                violation_error_message="La fin d'un versement a son auteur et sa date.",
            ),
        ]

    def __str__(self) -> str:
        return f"Versement du {date_legale(self.prepare_le):%d/%m/%Y}"

    def dire(self) -> str:
        """Where it stands, with what proves or explains it."""
        if self.etat == EtatVersement.ACCEPTE and self.atteste_le:
            return f"reçu par les archives : {self.attestation}, {self.atteste_le:%d/%m/%Y}"
        return str(self.get_etat_display()).lower() + (f" : {self.raison}" if self.raison else "")


class LigneVersement(models.Model):
    """One dossier of a transfer, as it was when prepared; kept for ever, it names nobody. `octets`: of its documents.

    `quitte_le`: when this line stopped counting: the transfer was refused, or the dossier was reopened and leaves again.
    """

    versement = models.ForeignKey(Versement, models.PROTECT, related_name="lignes")
    dossier = models.ForeignKey(Dossier, models.PROTECT, related_name="versements", db_index=False)
    type = models.CharField("type", max_length=160)
    clos_le = models.DateTimeField("clos le")
    conservation = models.CharField("durée de conservation", max_length=30)
    sort_final = models.CharField("sort final", max_length=12, choices=SortFinal)
    source = models.CharField("source de cette durée", max_length=200, blank=True)
    documents = models.PositiveIntegerField()
    octets = models.PositiveBigIntegerField()
    quitte_le = models.DateTimeField(null=True)

    class Meta:
        ordering: ClassVar = ["dossier"]
        constraints = [
            models.UniqueConstraint(
                fields=["dossier"],
                condition=Q(quitte_le=None),
                name="un_versement_par_dossier",
                violation_error_message="Ce dossier est déjà dans un versement.",
            ),
            models.CheckConstraint(
                condition=Q(sort_final__in=A_VERSER),
                name="ligne_versement_a_verser",
                violation_error_message="Seul un dossier dont le sort final est un versement ou un tri part aux archives.",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.type}, clos le {date_legale(self.clos_le):%d/%m/%Y}"
