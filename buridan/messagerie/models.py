"""Mailboxes, and each mail that came in: its original untouched, what could be read of it, what somebody made of it.

What must never be false stands in migration 0002: a mail is never deleted, and its original and its arrival never change.
"""

import uuid
from typing import Any, ClassVar, Self

from django.conf import settings
from django.contrib.postgres.fields import ArrayField
from django.contrib.postgres.indexes import GinIndex
from django.db import models
from django.db.models import Q

from buridan.dossiers.models import Dossier
from buridan.messagerie.etats import AU_DOSSIER, EN_FILE, Etat, Genre, Securite, Usage
from buridan.organisation.acteur import Acteur

LOCAUX = ("localhost", "127.0.0.1", "::1")


class Boite(models.Model):
    """A mailbox of the town and how to read it. `mot_de_passe` is sealed (`secret.py`), never shown.

    `dernier_uid`: the last message stored, in the numbering `uid_validite` of the server (RFC 3501, 2.3.1.1). `depuis`: older
    mails are left where they are. `panne_depuis`: since when the server can't be read, `panne` says why.
    `garde_mois`: how long what was set aside is kept.
    """

    adresse = models.EmailField("adresse", unique=True)
    usage = models.CharField(max_length=10, choices=Usage, default=Usage.COURRIER)
    hote = models.CharField("serveur IMAP", max_length=200)
    port = models.PositiveIntegerField(default=993)
    securite = models.CharField("sécurité", max_length=10, choices=Securite, default=Securite.TLS)
    compte = models.CharField(max_length=200)
    mot_de_passe = models.TextField(blank=True)
    dossier = models.CharField("dossier lu", max_length=200, default="INBOX")
    rangement = models.CharField("dossier où ranger ce qui est lu", max_length=200, blank=True)
    depuis = models.DateField("lire les courriels reçus depuis le")
    reponses = models.BooleanField("reçoit les réponses à nos courriels", default=False)
    garde_mois = models.PositiveSmallIntegerField("mois de garde de ce qui est écarté", default=12)
    active = models.BooleanField("lue", default=True)
    uid_validite = models.BigIntegerField(null=True)
    dernier_uid = models.BigIntegerField(default=0)
    lue_le = models.DateTimeField("lue le", null=True)
    panne_depuis = models.DateTimeField(null=True)
    panne = models.CharField(max_length=300, blank=True)
    panne_dite_le = models.DateTimeField(null=True)
    cree_le = models.DateTimeField()

    class Meta:
        ordering: ClassVar = ["adresse"]
        constraints = [
            models.CheckConstraint(
                condition=~Q(securite=Securite.AUCUNE) | Q(hote__in=LOCAUX),
                name="boite_en_clair_ici_seulement",
                violation_error_message="Sans TLS, le mot de passe et les courriels passeraient en clair sur le réseau.",
            ),
            models.CheckConstraint(
                condition=Q(panne_depuis=None, panne="") | Q(panne_depuis__isnull=False) & ~Q(panne=""),
                name="boite_en_panne_dit_pourquoi",
            ),
            models.CheckConstraint(
                condition=Q(usage__in=Usage.values),
                name="boite_usage_connu",
                violation_error_message="Dites qui lit cette boîte : le service courrier, ou le cabinet.",
            ),
            models.UniqueConstraint(
                fields=["reponses"], condition=Q(reponses=True), name="une_boite_pour_les_reponses",
                violation_error_message="Une seule boîte reçoit les réponses à nos courriels.",
            ),
        ]  # fmt: skip

    def __str__(self) -> str:
        return self.adresse


def de_la_file(*usages: str, prefixe: str = "") -> Q:
    """Mails that these offices read: of their mailboxes, or handed to them."""
    siens = Q(**{f"{prefixe}passe_a": "", f"{prefixe}boite__usage__in": usages})
    return siens | Q(**{f"{prefixe}passe_a__in": usages})


class CourrielRecuQuerySet(models.QuerySet["CourrielRecu"]):
    """Lists of mails."""

    def visibles_par(self, acteur: Acteur, usages: "frozenset[str]") -> Self:
        """Those of the mailboxes this person reads; of the mail office's, those whose dossier one may see."""
        joints = Dossier.objects.visibles_par(acteur).exclude(nature="elus")  # a mail would say who asked
        return self.filter(de_la_file(*usages) | de_la_file(Usage.COURRIER) & Q(dossier__in=joints))

    def en_file(self) -> Self:
        """Nobody has made anything of them yet."""
        return self.filter(etat=Etat.A_TRAITER)


class CourrielRecu(models.Model):
    """A mail that came in. `sha256`: its original in the store of files, or its header alone when not `entier`.

    `empreinte`: what makes it this one whatever its way (`lecture.empreinte`). `recu_le`: when the town's server had it.
    `range_le`: when it was marked read, or moved, on the server. `expediteur` and `adresse` are what the mail says of its
    sender: anybody can write anything there. `passe_a`: whose queue it was handed to, when that is not its mailbox's.
    `dossier`: the one it was registered, attached or turned into; of a mail of ours that came back, the one it was about.
    """

    nom, type_mime = "courriel.eml", "message/rfc822"  # of its original, for the archives

    uuid = models.UUIDField(default=uuid.uuid4, unique=True, editable=False)
    boite = models.ForeignKey(Boite, models.PROTECT, related_name="courriels", db_index=False)
    empreinte = models.CharField(max_length=64)
    sha256 = models.CharField(max_length=64, blank=True)
    taille = models.PositiveBigIntegerField("taille en octets")
    entier = models.BooleanField(default=True)
    uid = models.BigIntegerField(null=True)
    uid_validite = models.BigIntegerField(null=True)
    range_le = models.DateTimeField(null=True)
    recu_le = models.DateTimeField("reçu le")
    lu_le = models.DateTimeField("entré dans Buridan le")
    message_id = models.CharField("identifiant", max_length=250, blank=True)
    references = ArrayField(models.CharField(max_length=250), default=list, blank=True)
    expediteur = models.CharField("expéditeur", max_length=160, blank=True)
    adresse = models.CharField("adresse de l'expéditeur", max_length=254, blank=True)
    a = models.CharField("à", max_length=250, blank=True)
    sujet = models.CharField("objet", max_length=300, blank=True)
    texte = models.TextField(blank=True)
    genre = models.CharField(max_length=12, choices=Genre, default=Genre.COURRIEL)
    retour = models.CharField("ce qui n'a pas été remis", max_length=600, blank=True)
    defauts = ArrayField(models.CharField(max_length=200), default=list, blank=True)
    passe_a = models.CharField(
        "passé à la file de", max_length=10, choices=Usage, blank=True, default="", db_default=""
    )
    etat = models.CharField(max_length=12, choices=Etat, default=Etat.A_TRAITER)
    dossier = models.ForeignKey(Dossier, models.PROTECT, null=True, blank=True, related_name="courriels_recus")
    motif = models.CharField(max_length=300, blank=True)
    traite_par = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.PROTECT, null=True, blank=True, related_name="+", db_index=False
    )
    traite_le = models.DateTimeField("traité le", null=True, blank=True)
    vide_le = models.DateTimeField("vidé le", null=True, blank=True)

    objects: ClassVar[Any] = CourrielRecuQuerySet.as_manager()

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["boite", "empreinte"], name="un_courriel_une_fois"),
            models.CheckConstraint(
                condition=Q(passe_a__in=["", *Usage.values]),
                name="courriel_passe_a_un_service",
                violation_error_message="Dites à qui passe ce courriel : le service courrier, ou le cabinet.",
            ),
            models.CheckConstraint(
                condition=Q(etat__in=Etat.values, genre__in=Genre.values),
                name="courriel_etat_connu",
                violation_error_message="Cet état de courriel n'existe pas.",
            ),
            models.CheckConstraint(
                condition=~Q(etat__in=[e.value for e in AU_DOSSIER]) | Q(dossier__isnull=False),
                name="courriel_traite_a_son_dossier",
                violation_error_message="Un courriel enregistré ou joint dit à quel dossier.",
            ),
            models.CheckConstraint(
                condition=Q(etat__in=[e.value for e in EN_FILE]) | Q(traite_le__isnull=False, traite_par__isnull=False),
                name="courriel_traite_par_quelquun",
                violation_error_message="Un courriel traité dit par qui, et quand.",
            ),
            models.CheckConstraint(
                condition=~Q(etat=Etat.ECARTE) | ~Q(motif__regex=r"^\s*$"),
                name="courriel_ecarte_motive",
                violation_error_message="Dites pourquoi ce courriel est écarté.",
            ),
            models.CheckConstraint(
                condition=~Q(sha256="") | Q(dossier__isnull=False) | Q(vide_le__isnull=False),
                name="courriel_garde_son_original",
                violation_error_message="Un courriel garde son original.",
            ),
        ]
        indexes = [
            models.Index(fields=["boite", "recu_le", "id"], condition=Q(etat=Etat.A_TRAITER), name="courriel_en_file"),
            models.Index(fields=["etat", "-recu_le"], name="courriel_par_etat"),
            models.Index(fields=["boite", "uid"], condition=Q(range_le=None), name="courriel_a_ranger"),
            models.Index(fields=["message_id"], name="courriel_identifiant"),
            models.Index(fields=["sha256"], name="courriel_sha256"),
            GinIndex(fields=["references"], name="courriel_fil"),
        ]

    def __str__(self) -> str:
        return self.sujet or "(sans objet)"

    @property
    def usage(self) -> str:
        """Whose queue it is in, as a Usage: its mailbox's, unless it was handed over."""
        return self.passe_a or self.boite.usage

    @property
    def autre(self) -> Usage:
        """The other queue."""
        return Usage.ELUS if self.usage == Usage.COURRIER else Usage.COURRIER

    @property
    def de(self) -> str:
        """Who says to write, for the screen."""
        if self.expediteur and self.adresse:
            return f"{self.expediteur} <{self.adresse}>"
        return self.adresse or self.expediteur or "expéditeur inconnu"


class Piece(models.Model):
    """An attachment: kept under `sha256` once checked, or `refus` says why it is only in the original."""

    courriel = models.ForeignKey(CourrielRecu, models.CASCADE, related_name="pieces")
    rang = models.PositiveSmallIntegerField()
    nom = models.CharField(max_length=200)
    type_mime = models.CharField(max_length=100, blank=True)
    taille = models.PositiveIntegerField("taille en octets")
    sha256 = models.CharField(max_length=64, blank=True)
    analyse = models.BooleanField("vue par l'antivirus", default=False)
    refus = models.CharField(max_length=400, blank=True)

    class Meta:
        ordering: ClassVar = ["rang"]
        constraints = [
            models.UniqueConstraint(fields=["courriel", "rang"], name="piece_a_son_rang"),
            models.CheckConstraint(
                condition=Q(sha256="") & ~Q(refus="") | ~Q(sha256="") & Q(refus=""),
                name="piece_gardee_ou_refusee",
                violation_error_message="Une pièce jointe est gardée, ou l'on dit pourquoi elle ne l'est pas.",
            ),
        ]
        indexes = [models.Index(fields=["sha256"], name="piece_sha256")]

    def __str__(self) -> str:
        return self.nom
