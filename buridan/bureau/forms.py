"""What the board is asked: a period, one of the services one may see."""

from datetime import date, timedelta
from typing import Any

from django import forms

from buridan.organisation.annuaire import Annuaire

JOURS = 90


class FormulaireTableau(forms.Form):
    """Days are included; without them, the last ninety days."""

    du = forms.DateField(label="Du", widget=forms.DateInput(attrs={"type": "date"}, format="%Y-%m-%d"))
    au = forms.DateField(label="Au", widget=forms.DateInput(attrs={"type": "date"}, format="%Y-%m-%d"))
    service = forms.TypedChoiceField(label="Service", coerce=int, required=False, empty_value=None)

    def __init__(self, donnees: Any, annuaire: Annuaire, entites: set[int]) -> None:
        defauts = {"du": (annuaire.jour - timedelta(days=JOURS - 1)).isoformat(), "au": annuaire.jour.isoformat()}
        super().__init__({**defauts, **{c: v for c, v in donnees.items() if v}})
        noms = sorted((annuaire.nom_entite(e), e) for e in entites)
        self.fields["service"].choices = [("", "Tous mes services"), *((e, nom) for nom, e in noms)]  # type: ignore[attr-defined]
        for nom, champ in self.fields.items():
            champ.widget.attrs["class"] = "form-select" if nom == "service" else "form-control"

    def clean(self) -> dict[str, Any]:
        """In order, and not in the days when nothing was written."""
        valeurs = super().clean() or {}
        du, au = valeurs.get("du"), valeurs.get("au")
        if du and au and du > au:
            self.add_error("au", "La fin doit suivre le début.")
        if du and du < date(2000, 1, 1):
            self.add_error("du", "Choisissez une date après l'an 2000.")
        return valeurs
