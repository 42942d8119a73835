"""How long the closed dossiers of a nature are kept, and what becomes of them then."""

from django.db import models
from django.db.models import Q

from buridan.dossiers.etats import SortFinal


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
