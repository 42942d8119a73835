"""The note to the mayor (information, arbitration, alert): the nature `notes`."""

from typing import ClassVar

from django.conf import settings
from django.db import models
from django.db.models import Q

from buridan.dossiers.formulaires import FormulaireVersionne
from buridan.dossiers.models import Dossier, Etape
from buridan.notes.modele import Genre, ModeleDeNote, lire_modele
from buridan.organisation.models import Poste


class FormulaireNote(FormulaireVersionne):
    """One version of the form of the note."""

    def __str__(self) -> str:
        return f"Formulaire de note, version {self.numero}"

    @property
    def modele(self) -> ModeleDeNote:
        """What the text says."""
        return lire_modele(self.texte)


class Note(models.Model):
    """What is asked of the mayor, or told. `elu`: post of the elected official of the theme, without whose visa it does not
    reach `maire`; `auteur`: post of who answers for it and sends it; `redacteur`: the agent who began it for `auteur`, empty when
    `auteur` did; `proposee_le`: when this agent last said that it is ready.
    """

    dossier = models.OneToOneField(Dossier, models.PROTECT, primary_key=True, related_name="note")
    formulaire = models.ForeignKey(FormulaireNote, models.PROTECT, related_name="notes")
    genre = models.CharField(max_length=20)
    theme = models.CharField("thème", max_length=80)
    auteur = models.ForeignKey(Poste, models.PROTECT, related_name="+")
    elu = models.ForeignKey(Poste, models.PROTECT, related_name="+")
    maire = models.ForeignKey(Poste, models.PROTECT, related_name="+")
    decideur = models.ForeignKey(
        Poste, models.PROTECT, null=True, blank=True, related_name="+", verbose_name="décidée par délégation par"
    )
    par_delegation = models.CharField("en vertu de", max_length=300, blank=True)
    redacteur = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.PROTECT, null=True, blank=True, related_name="+", verbose_name="écrite par"
    )
    proposee_le = models.DateTimeField("proposée le", null=True, blank=True)
    envoyee_le = models.DateTimeField("envoyée le", null=True, blank=True)

    class Meta:
        constraints = [
            models.CheckConstraint(
                condition=~Q(genre="") & ~Q(theme=""),
                name="note_genre_et_theme",
                violation_error_message="Une note a un genre et un thème : ils donnent son circuit et son élu.",
            ),
            models.CheckConstraint(
                condition=Q(proposee_le=None) | Q(redacteur__isnull=False),
                name="note_proposee_par_un_agent",
                violation_error_message="Une note est proposée par l'agent qui l'écrit pour son responsable.",
            ),
            models.CheckConstraint(
                condition=(Q(decideur=None) & Q(par_delegation=""))
                | (Q(decideur__isnull=False) & ~Q(par_delegation="")),
                name="note_decidee_par_delegation",
                violation_error_message="Qui décide à la place du maire le fait en vertu d'une délégation, que la note cite.",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.genre_choisi.titre} ({self.theme})"

    @property
    def modele(self) -> ModeleDeNote:
        """The form it was written on."""
        return self.formulaire.modele

    @property
    def decideurs(self) -> set[int]:
        """Posts whose decision is the mayor's: his or her own, and the one that decided by delegation."""
        return {self.maire_id, self.decideur_id or self.maire_id}

    @property
    def genre_choisi(self) -> Genre:
        """Its kind, in the words of the form."""
        return self.modele.genre(self.genre)


class PartieNote(models.Model):
    """A part as it stands: answers by code, as they were typed."""

    note = models.ForeignKey(Note, models.PROTECT, related_name="parties")
    code = models.CharField(max_length=40)
    contenu = models.JSONField(default=dict)
    at = models.DateTimeField()
    par = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, null=True, related_name="+")

    class Meta:
        constraints = [models.UniqueConstraint(fields=["note", "code"], name="une_partie_par_code")]

    def __str__(self) -> str:
        return self.code


class VersionPartie(models.Model):
    """What somebody wrote in a part in one sitting. `retenue` false: kept aside, somebody else had saved meanwhile."""

    note = models.ForeignKey(Note, models.PROTECT, related_name="versions")
    code = models.CharField(max_length=40)
    contenu = models.JSONField(default=dict)
    at = models.DateTimeField()
    par = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, null=True, related_name="+")
    retenue = models.BooleanField(default=True)

    class Meta:
        ordering: ClassVar = ["-at", "-id"]
        indexes = [models.Index(fields=["note", "code", "-id"], name="version_partie")]

    def __str__(self) -> str:
        return f"{self.code}, {self.at:%d/%m/%Y %H:%M}"


class Inscription(models.Model):
    """A note the mayor sends to a body: waits on its agenda until `etape`, which reports what the body said, is decided."""

    note = models.ForeignKey(Note, models.PROTECT, related_name="inscriptions")
    instance = models.CharField(max_length=20)
    titre = models.CharField(max_length=160)
    souhaitee_le = models.DateField("souhaitée le")
    etape = models.OneToOneField(Etape, models.PROTECT, related_name="inscription")
    at = models.DateTimeField()

    class Meta:
        ordering: ClassVar = ["souhaitee_le", "id"]
        constraints = [
            models.CheckConstraint(
                condition=Q(souhaitee_le__gt=models.F("at__date")),
                name="inscription_a_venir",
                violation_error_message="La date souhaitée est dans l'avenir.",
            )
        ]

    def __str__(self) -> str:
        return f"{self.titre}, {self.souhaitee_le:%d/%m/%Y}"
