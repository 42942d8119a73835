"""What elected officials bring in from the field: the nature `elus`.

What must never be false stands in migration 0002: a resident who spoke to the official gets one answer, never none, never two.
"""

from typing import Any, ClassVar, Self

from django.conf import settings
from django.db import models
from django.db.models import Q

from buridan.dossiers.formulaires import FormulaireVersionne
from buridan.dossiers.models import Dossier, lisible_par
from buridan.elus.etats import Moyen, QuiRepond, Voie
from buridan.elus.modele import Formulaire, Sujet, lire_formulaire
from buridan.organisation.acteur import Acteur


class FormulaireElus(FormulaireVersionne):
    """One version of the ways and subjects."""

    def __str__(self) -> str:
        return f"Sujets des élus, version {self.numero}"

    @property
    def lu(self) -> Formulaire:
        """What the text says."""
        return lire_formulaire(self.texte)


class DemandeEluQuerySet(models.QuerySet["DemandeElu"]):
    """Lists of matters."""

    def visibles_par(self, acteur: Acteur) -> Self:
        """Those whose dossier one may see."""
        return self.filter(lisible_par(acteur, "dossier__"))


class DemandeElu(models.Model):
    """A matter. `elu`: who brought it in, whom few may know (rules.voit_qui_demande); `qui_repond` empty: no resident waits.

    A resident is named with his or her agreement only (`accord_le`). `devenue`: what the project became.
    """

    dossier = models.OneToOneField(Dossier, models.PROTECT, primary_key=True, related_name="demande_elu")
    formulaire = models.ForeignKey(FormulaireElus, models.PROTECT, related_name="demandes")
    sujet = models.CharField(max_length=40)
    theme = models.CharField("thème", max_length=80, blank=True)
    voie = models.CharField(max_length=10, choices=Voie)
    elu = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, related_name="+")
    texte = models.TextField()
    lieu = models.CharField(max_length=250, blank=True)
    latitude = models.FloatField(null=True, blank=True)
    longitude = models.FloatField(null=True, blank=True)
    qui_repond = models.CharField(max_length=8, choices=QuiRepond, blank=True)
    habitant_nom = models.CharField(max_length=160, blank=True)
    habitant_courriel = models.EmailField(blank=True)
    habitant_telephone = models.CharField(max_length=40, blank=True)
    accord_le = models.DateTimeField("accord de l'habitant le", null=True, blank=True)
    devenue = models.OneToOneField(Dossier, models.PROTECT, null=True, blank=True, related_name="+")

    objects: ClassVar[Any] = DemandeEluQuerySet.as_manager()

    class Meta:
        constraints = [
            models.CheckConstraint(
                condition=Q(voie__in=Voie.values),
                name="elus_voie_connue",
                violation_error_message="Choisissez : un problème du quotidien, ou un projet nouveau.",
            ),
            models.CheckConstraint(
                condition=Q(qui_repond__in=QuiRepond.values)
                | Q(qui_repond="", habitant_nom="", habitant_courriel="", habitant_telephone="", accord_le=None),
                name="elus_habitant_attend",
                violation_error_message="Si un habitant est nommé, dites qui lui répond.",
            ),
            models.CheckConstraint(
                condition=Q(qui_repond="") | Q(accord_le__isnull=False),
                name="elus_habitant_d_accord",
                violation_error_message="On ne garde le nom d'un habitant qu'avec son accord.",
            ),
        ]
        indexes = [
            models.Index(fields=["elu", "-dossier"], name="elus_demandeelu_elu"),
            models.Index(fields=["latitude", "longitude"], name="elus_position"),
        ]

    def __str__(self) -> str:
        return f"{self.sujet_choisi.titre} ({self.get_voie_display().lower()})"

    @property
    def sujet_choisi(self) -> Sujet:
        """Its subject, in the words of its form."""
        return self.formulaire.lu.sujet(self.sujet)

    @property
    def joignable_par_la_mairie(self) -> bool:
        """The resident left something to be answered by."""
        return bool(self.habitant_courriel or self.habitant_telephone)


class ReponseHabitant(models.Model):
    """The resident was told the answer: by whom, how, when; once."""

    demande = models.OneToOneField(DemandeElu, models.PROTECT, primary_key=True, related_name="reponse_habitant")
    par = models.CharField(max_length=8, choices=QuiRepond)
    moyen = models.CharField(max_length=10, choices=Moyen)
    at = models.DateTimeField()
    personne = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, null=True, related_name="+")

    class Meta:
        constraints = [
            models.CheckConstraint(
                condition=Q(par__in=QuiRepond.values, moyen__in=Moyen.values),
                name="elus_reponse_dite",
                violation_error_message="Dites qui a répondu à l'habitant, et comment.",
            )
        ]

    def __str__(self) -> str:
        return f"{self.get_par_display()}, {self.get_moyen_display().lower()}"


class Brouillon(models.Model):
    """What somebody began to type and kept: one for each person, whom alone it shows.

    `fichiers`: [name, type, SHA-256, scanned].
    """

    personne = models.OneToOneField(settings.AUTH_USER_MODEL, models.CASCADE, primary_key=True, related_name="+")
    saisie = models.JSONField(default=dict)
    fichiers = models.JSONField(default=list)
    at = models.DateTimeField()

    def __str__(self) -> str:
        return f"brouillon du {self.at:%d/%m/%Y}"
