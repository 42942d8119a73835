"""Calls of the town on a syndicate it gave competences to: the nature `appels`. Amounts are euros; a participation bears no VAT.

What must never be false stands in migration 0002 as triggers: what is sent and not refused has its credits held, and what was
exchanged with the syndicate never changes.
"""

from decimal import Decimal
from typing import Any, ClassVar, NamedTuple, Self

from django.conf import settings
from django.contrib.postgres.fields import ArrayField
from django.db import models
from django.db.models import F, Q

from buridan.dossiers.models import Dossier, lisible_par
from buridan.organisation.acteur import Acteur
from buridan.organisation.models import Entite
from buridan.outils.montants import repartir


class Syndicat(models.Model):
    """Who intervenes for the town. Without an e-mail address, calls leave by post."""

    code = models.SlugField(max_length=60, unique=True)
    nom = models.CharField(max_length=160)
    courriel = models.EmailField(blank=True)
    telephone = models.CharField("téléphone", max_length=40, blank=True)
    adresse = models.CharField(max_length=250, blank=True)
    a_confirmer = models.BooleanField("à confirmer", default=False)

    def __str__(self) -> str:
        return self.nom


class Part(NamedTuple):
    """What one member pays, in euros."""

    nom: str
    montant: Decimal
    ville: bool


class Cle(models.Model):
    """How the members of a syndicate share what a competence costs. Never changed: another one takes its place, and the
    calls keep theirs. `poids`: of each member, percents or inhabitants; `ville`: rank of the town among them, from 1.
    """

    class Genre(models.TextChoices):
        PARTS = "parts", "selon des parts convenues"
        POPULATION = "population", "selon la population"

    code = models.SlugField(max_length=60)
    nom = models.CharField(max_length=160)
    genre = models.CharField(max_length=10, choices=Genre)
    source = models.CharField(max_length=250)
    a_confirmer = models.BooleanField("à confirmer", default=False)
    membres = ArrayField(models.CharField(max_length=120))
    poids = ArrayField(models.DecimalField(max_digits=12, decimal_places=3))
    ville = models.PositiveSmallIntegerField()

    class Meta:
        constraints = [
            models.CheckConstraint(
                condition=Q(genre__in=["parts", "population"]),
                name="cle_genre_connu",
                violation_error_message="Une clé répartit selon des parts ou selon la population.",
            ),
            models.CheckConstraint(
                condition=Q(membres__len=F("poids__len"), ville__gte=1, ville__lte=F("membres__len")),
                name="cle_complete",
                violation_error_message="Chaque membre d'une clé a son poids, et la ville est l'un d'eux.",
            ),
        ]

    def __str__(self) -> str:
        return self.nom

    @property
    def taux(self) -> Decimal:
        """The town's share, in percent, to two decimals: for the screen only."""
        return (100 * self.poids[self.ville - 1] / sum(self.poids)).quantize(Decimal("0.01"))

    def repartir(self, montant: Decimal) -> list[Part]:
        """What each pays of this amount, exact to the cent."""
        parts = zip(self.membres, repartir(montant, self.poids), strict=True)
        return [Part(nom, part, rang == self.ville) for rang, (nom, part) in enumerate(parts, 1)]


def part_de_la_ville(cle: Cle | None, montant: Decimal) -> Decimal:
    """What the town pays of it: all of it without a key."""
    return montant if cle is None else next(p.montant for p in cle.repartir(montant) if p.ville)


class Competence(models.Model):
    """What the syndicate does for the town. `service`: who follows it here; `ligne`: code of its budget line, each year's
    envelope; `estimation`: the usual cost of a call; `cle`: what the town pays of it, all when it has none; `genres`: types of
    requests that lead to one.
    """

    code = models.SlugField(max_length=60, unique=True)
    nom = models.CharField(max_length=120)
    ordre = models.PositiveSmallIntegerField(default=0)
    syndicat = models.ForeignKey(Syndicat, models.PROTECT, related_name="competences")
    service = models.ForeignKey(Entite, models.PROTECT, related_name="+")
    circuit = models.SlugField(max_length=60)
    ligne = models.CharField("ligne de budget", max_length=60)
    estimation = models.DecimalField("coût habituel", max_digits=12, decimal_places=2, null=True, blank=True)
    cle = models.ForeignKey(Cle, models.PROTECT, null=True, blank=True, related_name="+")
    genres = ArrayField(models.CharField(max_length=60), default=list, blank=True)
    active = models.BooleanField(default=True)

    class Meta:
        ordering: ClassVar = ["ordre", "nom"]

    def __str__(self) -> str:
        return self.nom


class ReponseDuSyndicat(models.TextChoices):
    """Where the syndicate's answer stands."""

    ATTENDUE = "", "Attendue"
    PRECISIONS = "precisions", "Demande des précisions"
    ACCEPTEE = "acceptee", "Accepte d'intervenir"
    REFUSEE = "refusee", "Refuse d'intervenir"


class AppelQuerySet(models.QuerySet["Appel"]):
    """Every list starts from `visibles_par`."""

    def visibles_par(self, acteur: Acteur) -> Self:
        """Those of the dossiers one sees."""
        return self.filter(lisible_par(acteur, "dossier__"))

    def en_cours(self) -> Self:
        """Not over."""
        return self.filter(fini_le=None)


class Appel(models.Model):
    """What is asked of the syndicate. `origine`: the dossier that led to it. `fini_le`: when it was over, however it ended.

    `estimation` and `cout` are of the whole intervention; `part` and `part_due` are what the town pays of them, by the key that
    was its competence's when it was opened.
    """

    dossier = models.OneToOneField(Dossier, models.PROTECT, primary_key=True, related_name="appel")
    competence = models.ForeignKey(Competence, models.PROTECT, related_name="appels")
    lieu = models.CharField(max_length=250)
    description = models.TextField()
    estimation = models.DecimalField(max_digits=12, decimal_places=2)
    cle = models.ForeignKey(Cle, models.PROTECT, null=True, blank=True, related_name="+")
    part = models.DecimalField("part de la commune", max_digits=12, decimal_places=2)
    origine = models.ForeignKey(Dossier, models.PROTECT, null=True, blank=True, related_name="+")
    envoye_le = models.DateTimeField("envoyé le", null=True, blank=True)
    reponse = models.CharField("réponse", max_length=10, choices=ReponseDuSyndicat, blank=True)
    prevue_le = models.DateField("intervention prévue le", null=True, blank=True)
    faite_le = models.DateField("intervention faite le", null=True, blank=True)
    cout = models.DecimalField("coût", max_digits=12, decimal_places=2, null=True, blank=True)
    part_due = models.DecimalField("à payer par la commune", max_digits=12, decimal_places=2, null=True, blank=True)
    fini_le = models.DateTimeField(null=True, blank=True)

    objects: ClassVar[Any] = AppelQuerySet.as_manager()

    class Meta:
        constraints = [
            models.CheckConstraint(
                condition=Q(estimation__gt=0),
                name="appel_estime",
                violation_error_message="L'estimation est supérieure à zéro.",
            ),
            models.CheckConstraint(
                condition=Q(lieu__regex=r"\S", description__regex=r"\S"),
                name="appel_complet",
                violation_error_message="Dites où intervenir, et pour quoi faire.",
            ),
            models.CheckConstraint(
                condition=Q(reponse__in=ReponseDuSyndicat.values) & (Q(reponse="") | Q(envoye_le__isnull=False)),
                name="appel_repondu_apres_envoi",
                violation_error_message="Le syndicat répond à un appel qui lui a été envoyé.",
            ),
            models.CheckConstraint(
                condition=Q(prevue_le=None, faite_le=None) | Q(reponse__in=["acceptee", "refusee"]),
                name="appel_date_acceptee",
                violation_error_message="Une date d'intervention suit l'accord du syndicat.",
            ),
            models.CheckConstraint(
                condition=Q(cout=None) | Q(cout__gte=0, faite_le__isnull=False),
                name="appel_cout_apres",
                violation_error_message="Le coût se note une fois l'intervention faite, et n'est pas négatif.",
            ),
            models.CheckConstraint(
                condition=Q(part__gt=0, part__lte=F("estimation")) & (Q(cle__isnull=False) | Q(part=F("estimation"))),
                name="appel_part",
                violation_error_message="La part de la commune est ce que dit la clé, tout sans clé.",
            ),
            models.CheckConstraint(
                condition=Q(cout=None, part_due=None)
                | Q(cout__isnull=False, part_due__isnull=False, part_due__gte=0, part_due__lte=F("cout"))
                & (Q(cle__isnull=False) | Q(part_due=F("cout"))),
                name="appel_part_due",
                violation_error_message="Ce que paie la commune suit le coût, et la clé.",
            ),
            models.UniqueConstraint(
                fields=["origine"],
                condition=Q(fini_le=None),
                name="appel_un_par_origine",
                violation_error_message="Un appel est déjà en cours pour ce dossier.",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.competence} ({self.lieu})"

    @property
    def parts(self) -> list[Part]:
        """What each member pays: of the cost once it is known, of the estimate before; nothing without a key."""
        return [] if self.cle is None else self.cle.repartir(self.estimation if self.cout is None else self.cout)


class Genre(models.TextChoices):
    """What passes between the town and the syndicate."""

    ENVOI = "envoi", "Appel envoyé"
    MESSAGE = "message", "La mairie a écrit"
    RELANCE = "relance", "Relance"
    RECUE = "recue", "Bien reçu"
    PRECISIONS = "precisions", "Demande des précisions"
    ACCEPTEE = "acceptee", "Accepte d'intervenir"
    REFUSEE = "refusee", "Refuse d'intervenir"
    DATE = "date", "Donne une date"
    FAITE = "faite", "Dit que c'est fait"
    ANNULATION = "annulation", "Appel retiré"


class Canal(models.TextChoices):
    """How it was said."""

    TELEPHONE = "telephone", "Par téléphone"
    COURRIER = "courrier", "Par courrier"
    COURRIEL = "courriel", "Par courriel"
    PAGE = "page", "Sur sa page"


class Echange(models.Model):
    """One thing said, never changed. `par` empty: by the syndicate itself on its page, or by Buridan."""

    appel = models.ForeignKey(Appel, models.PROTECT, related_name="echanges")
    genre = models.CharField(max_length=10, choices=Genre)
    canal = models.CharField(max_length=10, choices=Canal)
    texte = models.TextField(blank=True)
    jour = models.DateField("date dite", null=True, blank=True)
    at = models.DateTimeField()
    par = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, null=True, related_name="+")

    class Meta:
        ordering: ClassVar = ["-at", "-id"]
        constraints = [
            models.CheckConstraint(
                condition=Q(genre__in=Genre.values, canal__in=Canal.values),
                name="echange_connu",
                violation_error_message="Ce genre d'échange n'existe pas.",
            ),
            models.CheckConstraint(
                condition=~Q(genre__in=["refusee", "precisions", "message"]) | Q(texte__regex=r"\S"),
                name="echange_dit",
                violation_error_message="Écrivez ce qui a été dit.",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.get_genre_display()}, {self.at:%d/%m/%Y}"
