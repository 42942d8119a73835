"""The organisation, dated: who holds which post in which entity from when to when.

`Entite` and `Poste` are identities that never close; names, places and rights stand in dated rows beside them, so that
"who is DGA 2 on 12 March?" has an answer and a reorganisation deletes nothing. A period is `[debut, fin)` in days;
`fin` empty = still in force. PostgreSQL refuses overlapping periods (migration 0002).
"""

from datetime import date
from typing import Any, ClassVar, Self

from django.contrib.auth.base_user import AbstractBaseUser, BaseUserManager
from django.contrib.postgres.fields import ArrayField
from django.db import models
from django.db.models import F, Q


class Genre(models.TextChoices):
    """Kinds of entities."""

    VILLE = "ville", "Ville"
    DIRECTION_GENERALE = "direction_generale", "Direction générale"
    DGA = "dga", "Direction générale adjointe"
    DIRECTION = "direction", "Direction"
    SERVICE = "service", "Service"
    EQUIPE = "equipe", "Équipe"
    CABINET = "cabinet", "Cabinet"
    ASSEMBLEE = "assemblee", "Assemblée"


class Droit(models.TextChoices):
    """Rights that go with a post, beyond those of its place in the organisation."""

    GUICHET = "guichet", "Accueil : enregistre et qualifie toutes les demandes"
    QUALITE = "qualite", "Qualité : modifie les circuits"
    SUPERVISION = "supervision", "Supervision : voit tous les dossiers"
    ADMINISTRATION = "administration", "Administration : organisation, absences de tous"
    DELEGATIONS = "delegations", "Délégations : tient le registre des délégations de signature"
    CIRCUITS = "circuits", "Peut modifier les étapes à venir d'un dossier"
    FINANCES = "finances", "Finances : importe le budget, en voit toutes les lignes"
    DEPASSEMENT = "depassement", "Peut autoriser à dépasser les crédits d'une ligne"
    DONNEES = "donnees", "Données personnelles : copie, effacement, qui a ouvert un dossier"
    VERSEMENT = "versement", "Archives : lit des dossiers clos entiers et les verse aux archives définitives"


class Fonction(models.TextChoices):
    """Functions of elected officials (CGCT L2122-1, L2122-18)."""

    MAIRE = "maire", "Maire"
    ADJOINT = "adjoint", "Adjoint(e) au maire"
    CONSEILLER_DELEGUE = "conseiller_delegue", "Conseiller(ère) délégué(e)"
    CONSEILLER = "conseiller", "Conseiller(ère) municipal(e)"


class DateeQuerySet(models.QuerySet[Any]):
    """Rows that carry a period."""

    def en_vigueur(self, jour: date) -> Self:
        """Rows in force on that day."""
        return self.filter(Q(fin__isnull=True) | Q(fin__gt=jour), debut__lte=jour)


class Datee(models.Model):
    """A row true from `debut` (included) to `fin` (excluded).

    `du_fichier`: it came from the files of a preset, which may close it; what was entered or ended in the application is
    never changed by a load.
    """

    debut = models.DateField("depuis le")
    fin = models.DateField("jusqu'au", null=True, blank=True)
    du_fichier = models.BooleanField("vient du jeu de données", default=False)

    objects: ClassVar[Any] = DateeQuerySet.as_manager()

    class Meta:
        abstract = True
        constraints = [
            models.CheckConstraint(
                condition=Q(fin__isnull=True) | Q(fin__gt=F("debut")),
                name="%(class)s_fin_apres_debut",
                violation_error_message="La date de fin doit suivre la date de début.",
            )
        ]


class Entite(models.Model):
    """Identity of an entity (town, direction, service, team). What it is called and where it stands: VersionEntite."""

    code = models.SlugField("code", max_length=60, unique=True)

    def __str__(self) -> str:
        return self.code


class VersionEntite(Datee):
    """What an entity is called and under which entity it stands, for a period."""

    entite = models.ForeignKey(Entite, models.PROTECT, related_name="versions")
    nom = models.CharField("nom", max_length=160)
    genre = models.CharField("genre", max_length=20, choices=Genre)
    parent = models.ForeignKey(Entite, models.PROTECT, null=True, blank=True, related_name="enfants")
    ordre = models.PositiveSmallIntegerField("ordre", default=0)
    telephone = models.CharField("téléphone", max_length=40, blank=True)
    courriel = models.EmailField("courriel", blank=True)
    adresse = models.CharField("adresse", max_length=250, blank=True)
    a_confirmer = models.BooleanField("à confirmer", default=False)

    class Meta(Datee.Meta):
        pass

    def __str__(self) -> str:
        return self.nom


class Poste(models.Model):
    """Identity of a post. One person holds it at a time."""

    code = models.SlugField("code", max_length=60, unique=True)

    def __str__(self) -> str:
        return self.code


class VersionPoste(Datee):
    """Title, entity and rights of a post, for a period."""

    poste = models.ForeignKey(Poste, models.PROTECT, related_name="versions")
    entite = models.ForeignKey(Entite, models.PROTECT, related_name="postes")
    intitule = models.CharField("intitulé", max_length=160)
    responsable = models.BooleanField("dirige l'entité", default=False)
    droits = ArrayField(models.CharField(max_length=20, choices=Droit), default=list, blank=True)

    class Meta(Datee.Meta):
        pass

    def __str__(self) -> str:
        return self.intitule


class PersonneManager(BaseUserManager["Personne"]):
    """Looks people up by e-mail, as the login asks."""

    def get_by_natural_key(self, username: str | None) -> "Personne":
        return self.get(email__iexact=username)


class Personne(AbstractBaseUser):
    """An agent or an elected official; also the account that logs in. Requesters are not here."""

    cle = models.SlugField("clé", max_length=80, unique=True)
    civilite = models.CharField("civilité", max_length=12, blank=True)
    prenom = models.CharField("prénom", max_length=80)
    nom = models.CharField("nom", max_length=80)
    email = models.EmailField("courriel", unique=True)
    telephone = models.CharField("téléphone", max_length=40, blank=True)
    is_active = models.BooleanField("compte ouvert", default=True)

    USERNAME_FIELD = "email"
    REQUIRED_FIELDS = ["cle", "prenom", "nom"]
    objects = PersonneManager()

    def __str__(self) -> str:
        return f"{self.prenom} {self.nom}"


class Affectation(Datee):
    """Who holds a post."""

    personne = models.ForeignKey(Personne, models.PROTECT, related_name="affectations")
    poste = models.ForeignKey(Poste, models.PROTECT, related_name="affectations")

    class Meta(Datee.Meta):
        pass

    def __str__(self) -> str:
        return f"{self.personne} : {self.poste}"


class Mandat(Datee):
    """An elected official's function and the themes he or she answers for."""

    personne = models.ForeignKey(Personne, models.PROTECT, related_name="mandats")
    fonction = models.CharField("fonction", max_length=20, choices=Fonction)
    rang = models.PositiveSmallIntegerField("rang", default=0)
    themes = ArrayField(models.CharField(max_length=80), default=list, blank=True)

    class Meta(Datee.Meta):
        pass

    def __str__(self) -> str:
        return f"{self.personne}, {self.get_fonction_display()}"


class Absence(Datee):
    """A person away for a period; declared once, used by everything. `fin` is the day of return."""

    personne = models.ForeignKey(Personne, models.PROTECT, related_name="absences")
    motif = models.CharField("motif", max_length=80, blank=True)
    saisie_par = models.ForeignKey(Personne, models.PROTECT, null=True, blank=True, related_name="+")

    class Meta(Datee.Meta):
        pass

    def __str__(self) -> str:
        return f"{self.personne} absent(e)"


class Suppleance(Datee):
    """Another post stands in for a post whose holder is absent or that is vacant.

    `nature` limits it to one nature of dossiers; empty = all. Loops are refused by a trigger.
    """

    poste = models.ForeignKey(Poste, models.PROTECT, related_name="suppleances")
    suppleant = models.ForeignKey(Poste, models.PROTECT, related_name="supplees")
    nature = models.CharField("limitée à", max_length=30, blank=True)

    class Meta(Datee.Meta):
        constraints = [
            *Datee.Meta.constraints,
            models.CheckConstraint(
                condition=~Q(poste=F("suppleant")),
                name="suppleance_pas_soi_meme",
                violation_error_message="Un poste ne peut pas se suppléer lui-même.",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.suppleant} supplée {self.poste}"


class Revision(models.Model):
    """One row, bumped by triggers at each change of the organisation: says when a snapshot in memory is stale."""

    numero = models.BigIntegerField(default=0)

    def __str__(self) -> str:
        return str(self.numero)
