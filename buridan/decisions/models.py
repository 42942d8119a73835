"""What an agent or a service asks of its hierarchy: the nature `decisions`.

What must never be false stands in migration 0002: one that is closed was answered by the head of its author, and nobody
agreed to what he or she had asked.
"""

from django.conf import settings
from django.db import models
from django.db.models import Q

from buridan.decisions.modele import Formulaire, Importance, ModeleDeDemande, lire_formulaire
from buridan.dossiers.formulaires import FormulaireVersionne
from buridan.dossiers.models import Dossier
from buridan.organisation.models import Poste


class FormulaireDecision(FormulaireVersionne):
    """One version of the importances and models."""

    def __str__(self) -> str:
        return f"Modèles de demandes internes, version {self.numero}"

    @property
    def lu(self) -> Formulaire:
        """What the text says."""
        return lire_formulaire(self.texte)


class DemandeInterne(models.Model):
    """An internal request. `demandeur`: who asks (the dossier's `createur`), `auteur`: his or her post; `encadrant`: post of the
    head who gives the answer.

    `coauteur`: a colleague who writes it too; `au_nom_du_service`: the service asks, and everybody in it is told the answer.
    """

    dossier = models.OneToOneField(Dossier, models.PROTECT, primary_key=True, related_name="demande_interne")
    formulaire = models.ForeignKey(FormulaireDecision, models.PROTECT, related_name="demandes")
    modele = models.CharField("modèle", max_length=40)
    importance = models.CharField(max_length=20)
    texte = models.TextField("texte", blank=True)
    demandeur = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, related_name="+")
    auteur = models.ForeignKey(Poste, models.PROTECT, related_name="+")
    encadrant = models.ForeignKey(Poste, models.PROTECT, related_name="+")
    coauteur = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, null=True, blank=True, related_name="+")
    au_nom_du_service = models.BooleanField("au nom du service", default=False)
    envoyee_le = models.DateTimeField("envoyée le", null=True, blank=True)

    class Meta:
        constraints = [
            models.CheckConstraint(
                condition=~Q(auteur=models.F("encadrant")),
                name="demande_interne_encadree",
                violation_error_message="Personne n'est son propre responsable.",
            ),
            models.CheckConstraint(
                condition=Q(envoyee_le=None) | ~Q(texte=""),
                name="demande_interne_ecrite",
                violation_error_message="Une demande interne ne part pas vide.",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.modele_choisi.titre} ({self.importance_choisie.titre})"

    @property
    def modele_choisi(self) -> ModeleDeDemande:
        """Its model, in the words of its form."""
        return self.formulaire.lu.modele(self.modele)

    @property
    def importance_choisie(self) -> Importance:
        """Its importance, in the words of its form."""
        return self.formulaire.lu.importance(self.importance)
