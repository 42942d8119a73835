"""The request's own gesture: qualify with the catalogue."""

from typing import Any

from django import forms

from buridan.demandes.actions.qualifier import qualifier
from buridan.demandes.models import Demande, TypeDemande
from buridan.dossiers.forms import FormulaireGeste
from buridan.dossiers.gestes import GESTES
from buridan.dossiers.natures import Geste
from buridan.organisation.acteur import Acteur


class FormulaireQualification(FormulaireGeste):
    """The right type gives the right service, circuit and dates."""

    type = forms.ModelChoiceField(
        label="Type de demande", queryset=TypeDemande.objects.none(), empty_label=None,
        help_text="Si vous changez le type, le service et le circuit changent avec lui.",
    )  # fmt: skip
    prioritaire = forms.BooleanField(label="Prioritaire", required=False)
    remarque = forms.CharField(
        label="Remarque pour le service", required=False, max_length=1000, widget=forms.Textarea(attrs={"rows": 2})
    )

    def preparer(self) -> None:
        """The type chosen at filing."""
        champ = self.fields["type"]
        champ.queryset = TypeDemande.objects.actifs().order_by("titre")  # type: ignore[attr-defined]
        champ.initial = Demande.objects.values_list("type_id", flat=True).get(pk=self.dossier.pk)
        self.fields["prioritaire"].initial = self.dossier.prioritaire


def _executer(etape: Any, *, by: Acteur, at: Any, donnees: dict[str, Any]) -> Any:
    return qualifier(etape, by=by, at=at, **donnees)


_COEUR = GESTES["qualifier"]
QUALIFIER = Geste(
    _COEUR.code, "Qualifier et transmettre au service", _COEUR.fait, True, FormulaireQualification, _COEUR.verdict,
    _executer, _COEUR.types, principal=True,
)  # fmt: skip
