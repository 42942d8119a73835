"""The register of delegations: an act (arrêté) and its lines. A line says one person, one nature, one place, one ceiling.

Nothing here says « in force »: that depends on the instant, on mandates and on posts (`rules.etat`). What an act says never
changes; it is published once, withdrawn once (trigger `delegations_fige`). PostgreSQL refuses two ceilings at once for the
same person, nature and entity.
"""

from django.conf import settings
from django.db import models
from django.db.models import F, Q

from buridan.delegations.etats import NatureActe, Taxes
from buridan.organisation.models import Entite, Fonction, Poste


class Arrete(models.Model):
    """The act by which somebody delegates his or her signature.

    The one who delegates does it as an elected official (`delegant_fonction`) or as the holder of a post, never both.
    """

    numero = models.CharField("numéro", max_length=40, unique=True)
    signe_le = models.DateField("signé le")
    publie_le = models.DateField("publié le", null=True, blank=True)
    executoire_le = models.DateField("exécutoire le", null=True, blank=True)
    delegant = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, related_name="arretes_de_delegation")
    delegant_fonction = models.CharField("fonction", max_length=20, choices=Fonction, blank=True)
    delegant_poste = models.ForeignKey(Poste, models.PROTECT, null=True, blank=True, related_name="+")
    a_confirmer = models.BooleanField("à confirmer", default=False)

    class Meta:
        constraints = [
            models.CheckConstraint(
                condition=Q(delegant_fonction="", delegant_poste__isnull=False)
                | Q(delegant_fonction__in=Fonction.values, delegant_poste__isnull=True),
                name="arrete_un_titre",
                violation_error_message="Qui délègue le fait comme élu ou par son poste, pas les deux.",
            ),
            models.CheckConstraint(
                condition=Q(publie_le__isnull=True) | Q(publie_le__gte=F("signe_le")),
                name="arrete_publie_apres",
                violation_error_message="Un arrêté ne peut pas être publié avant d'être signé.",
            ),
            models.CheckConstraint(
                condition=Q(executoire_le__isnull=True) | Q(publie_le__isnull=False, executoire_le__gte=F("publie_le")),
                name="arrete_executoire_apres",
                violation_error_message="Un arrêté n'est exécutoire qu'une fois publié.",
            ),
        ]

    def __str__(self) -> str:
        return f"arrêté n° {self.numero} du {self.signe_le:%d/%m/%Y}"


class Delegation(models.Model):
    """One line of an act. `entite` empty = the whole town; `plafond` empty = no ceiling; `fin` is the first day without."""

    arrete = models.ForeignKey(Arrete, models.PROTECT, related_name="lignes")
    delegataire = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, related_name="delegations")
    poste = models.ForeignKey(Poste, models.PROTECT, related_name="+")
    nature = models.CharField("nature des actes", max_length=20, choices=NatureActe)
    entite = models.ForeignKey(Entite, models.PROTECT, null=True, blank=True, related_name="+")
    plafond = models.DecimalField("plafond en euros", max_digits=12, decimal_places=2, null=True, blank=True)
    taxes = models.CharField("plafond compté", max_length=3, choices=Taxes, blank=True)
    priorite = models.PositiveSmallIntegerField("ordre de priorité", default=1)
    suppleant = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, null=True, blank=True, related_name="+")
    suppleant_poste = models.ForeignKey(Poste, models.PROTECT, null=True, blank=True, related_name="+")
    debut = models.DateField("à partir du")
    fin = models.DateField("jusqu'au", null=True, blank=True)
    retiree_le = models.DateTimeField("retirée le", null=True, blank=True)
    retiree_par = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, null=True, blank=True, related_name="+")
    retrait_motif = models.CharField("motif du retrait", max_length=300, blank=True)
    prevenue_le = models.DateField("fin annoncée le", null=True, blank=True)

    class Meta:
        constraints = [
            models.CheckConstraint(
                condition=Q(nature__in=NatureActe.values),
                name="delegation_nature_connue",
                violation_error_message="Cette nature d'actes n'existe pas.",
            ),
            models.CheckConstraint(
                condition=Q(fin__isnull=True) | Q(fin__gt=F("debut")),
                name="delegation_fin_apres_debut",
                violation_error_message="La date de fin doit suivre la date de début.",
            ),
            models.CheckConstraint(
                condition=Q(plafond__isnull=True, taxes="") | Q(plafond__gt=0, taxes__in=Taxes.values),
                name="delegation_plafond_dit_ses_taxes",
                violation_error_message="Un plafond est positif et dit s'il est hors taxes ou toutes taxes comprises.",
            ),
            models.CheckConstraint(
                condition=Q(priorite__gte=1),
                name="delegation_priorite_compte",
                violation_error_message="L'ordre de priorité commence à 1.",
            ),
            models.CheckConstraint(
                condition=Q(suppleant__isnull=True, suppleant_poste__isnull=True)
                | Q(suppleant__isnull=False, suppleant_poste__isnull=False) & ~Q(suppleant=F("delegataire")),
                name="delegation_suppleant_entier",
                violation_error_message="Le suppléant est une autre personne, désignée avec son poste.",
            ),
            models.CheckConstraint(
                condition=Q(retiree_le__isnull=True, retrait_motif="")
                | Q(retiree_le__isnull=False) & ~Q(retrait_motif=""),
                name="delegation_retrait_motive",
                violation_error_message="Un retrait a une date et un motif.",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.get_nature_display()} : {self.delegataire}"
