"""Scanned post: the batch as it came, its pages, what became of each letter of it.

The file of the batch is never changed. A page belongs to one letter at most, and a letter that is registered keeps its
pages: migration 0002.
"""

from datetime import timedelta
from typing import Any, ClassVar
from uuid import uuid4

from django.conf import settings
from django.db import models
from django.db.models import F, Q

from buridan.dossiers.models import Dossier
from buridan.numerisation.etats import EtatLot, Lecture, Sorte, Venue

GARDE = timedelta(days=90)  # once all is registered or set aside, the batch is a copy: each letter has its own pages


class Lot(models.Model):
    """One PDF of post, untouched. `pages`: None until it was opened. `version`: of the cutting in letters.

    `lisible`: digest of the searchable copy of the pages that were read; `range_le`: when its file of the watched folder
    was put away; `efface_le`: when its files were let go.
    """

    uuid = models.UUIDField(default=uuid4, unique=True, editable=False)
    nom = models.CharField("fichier", max_length=160)
    sha256 = models.CharField(max_length=64, unique=True)
    taille = models.PositiveBigIntegerField()
    analyse_le = models.DateTimeField("analysé le", null=True, blank=True)
    venue = models.CharField(max_length=8, choices=Venue, default=Venue.PAGE)
    at = models.DateTimeField("déposé le")
    par = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, null=True, related_name="+")
    arrive_le = models.DateTimeField("courrier arrivé le")
    etat = models.CharField("état", max_length=12, choices=EtatLot, default=EtatLot.A_PREPARER)
    raison = models.CharField(max_length=300, blank=True)
    pages = models.PositiveSmallIntegerField(null=True, blank=True)
    version = models.PositiveIntegerField(default=0)
    lisible = models.CharField(max_length=64, blank=True)
    pdfa = models.BooleanField("PDF/A", default=False)
    pret_le = models.DateTimeField("prêt le", null=True, blank=True)
    range_le = models.DateTimeField("rangé le", null=True, blank=True)
    efface_le = models.DateTimeField("fichiers retirés le", null=True, blank=True)

    class Meta:
        ordering: ClassVar = ["-at", "-id"]
        constraints = [
            models.CheckConstraint(
                condition=~Q(etat=EtatLot.REFUSE) | ~Q(raison=""),
                name="lot_refuse_dit_pourquoi",
                violation_error_message="Un lot qui ne s'ouvre pas dit pourquoi.",
            ),
            models.CheckConstraint(
                condition=~Q(etat=EtatLot.PRET) | Q(pages__gte=1, pret_le__isnull=False),
                name="lot_pret_a_ses_pages",
                violation_error_message="Un lot prêt a des pages.",
            ),
        ]

    def __str__(self) -> str:
        return self.nom


class Pli(models.Model):
    """A letter of a batch that somebody dealt with: registered, or set aside with a reason."""

    lot = models.ForeignKey(Lot, models.PROTECT, related_name="plis")
    dossier = models.OneToOneField(Dossier, models.PROTECT, null=True, blank=True, related_name="pli_numerise")
    motif = models.CharField("mis de côté", max_length=200, blank=True)
    at = models.DateTimeField()
    par = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, null=True, related_name="+")

    class Meta:
        constraints = [
            models.CheckConstraint(
                condition=Q(dossier__isnull=False, motif="") | Q(dossier=None) & ~Q(motif__regex=r"^\s*$"),
                name="pli_enregistre_ou_ecarte",
                violation_error_message="Un pli est enregistré, ou mis de côté avec un motif.",
            )
        ]

    def __str__(self) -> str:
        return self.motif or str(self.dossier)


class Page(models.Model):
    """A page of a batch. `debut`: a letter begins here; `retiree`: kept out of the letters (separator, blank).

    `a_montrer`: its pictures are to be made; `vignette`, `apercu`: their digests; `lu_dans`, `lu_rang`: the searchable file it
    stands in, and its place there from 0; `essais`: how many times its reading was begun; `rotation`: degrees, clockwise.
    """

    lot = models.ForeignKey(Lot, models.PROTECT, related_name="feuilles")
    numero = models.PositiveSmallIntegerField("numéro")
    sorte = models.CharField(max_length=12, choices=Sorte, default=Sorte.COURRIER)
    debut = models.BooleanField("un courrier commence ici", default=False)
    retiree = models.BooleanField("retirée", default=False)
    rotation = models.PositiveSmallIntegerField(default=0)
    pale = models.BooleanField("pâle", default=False)
    a_montrer = models.BooleanField(default=True)
    vignette = models.CharField(max_length=64, blank=True)
    apercu = models.CharField("aperçu", max_length=64, blank=True)
    lecture = models.CharField(max_length=12, choices=Lecture, default=Lecture.A_LIRE)
    raison = models.CharField(max_length=300, blank=True)
    texte = models.TextField(blank=True)
    lu_dans = models.CharField(max_length=64, blank=True)
    lu_rang = models.PositiveSmallIntegerField(default=0)
    essais = models.PositiveSmallIntegerField(default=0)
    pli = models.ForeignKey(Pli, models.PROTECT, null=True, blank=True, related_name="feuilles")

    objects: ClassVar[Any] = models.Manager()

    class Meta:
        ordering: ClassVar = ["lot", "numero"]
        constraints = [
            models.UniqueConstraint(fields=["lot", "numero"], name="une_page_une_fois"),
            models.CheckConstraint(
                condition=~Q(lecture=Lecture.ILLISIBLE) | ~Q(raison=""),
                name="page_illisible_dit_pourquoi",
                violation_error_message="Une page qui n'a pas pu être lue dit pourquoi.",
            ),
            models.CheckConstraint(
                condition=Q(retiree=False) | Q(pli=None),
                name="page_retiree_sans_pli",
                violation_error_message="Une page retirée n'est à aucun pli.",
            ),
            models.CheckConstraint(
                condition=Q(rotation__in=[0, 90, 180, 270]),
                name="page_tournee_d_un_quart",
                violation_error_message="Une page se tourne par quarts de tour.",
            ),
        ]
        indexes = [models.Index(F("lot"), condition=Q(lecture=Lecture.A_LIRE), name="page_a_lire")]

    def __str__(self) -> str:
        return f"page {self.numero}"


class FichierRefuse(models.Model):
    """A file of the watched folder that could not become a batch; shown until somebody has seen it."""

    nom = models.CharField(max_length=160)
    raison = models.CharField(max_length=300)
    at = models.DateTimeField()
    vu_le = models.DateTimeField(null=True, blank=True)
    vu_par = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, null=True, related_name="+")

    class Meta:
        ordering: ClassVar = ["-at", "-id"]

    def __str__(self) -> str:
        return self.nom
