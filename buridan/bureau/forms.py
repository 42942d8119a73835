"""Forms of the desk."""

from typing import Any

from django import forms

from buridan.demandes.forms import decorer
from buridan.organisation.acteur import Acteur
from buridan.organisation.models import Droit


class FormulaireAbsence(forms.Form):
    """An absence: whose, from when, back when."""

    personne = forms.TypedChoiceField(label="Qui", coerce=int)
    debut = forms.DateField(
        label="Premier jour d'absence", widget=forms.DateInput(attrs={"type": "date"}, format="%Y-%m-%d")
    )
    fin = forms.DateField(label="Jour du retour", widget=forms.DateInput(attrs={"type": "date"}, format="%Y-%m-%d"))
    motif = forms.CharField(label="Motif (facultatif)", required=False, max_length=80)

    def __init__(self, acteur: Acteur, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.acteur = acteur
        choix = [(p, acteur.annuaire.nom_personne(p)) for p in self.personnes()]
        self.fields["personne"].choices = choix  # type: ignore[attr-defined]
        decorer(self)

    def personnes(self) -> list[int]:
        """Oneself first, then the people one heads; everybody for an administrator."""
        annuaire = self.acteur.annuaire
        entites = set(annuaire.entites) if Droit.ADMINISTRATION in self.acteur.droits else self.acteur.dirige
        tenus = [annuaire.postes[p].personne for e in entites for p in annuaire.postes_par_entite.get(e, ())]
        autres = sorted({p for p in tenus if p is not None} - {self.acteur.personne or 0}, key=annuaire.nom_personne)
        return [self.acteur.personne or 0, *autres]

    def clean(self) -> dict[str, Any]:
        """Back after having left."""
        donnees: dict[str, Any] = super().clean() or self.cleaned_data
        debut, fin = donnees.get("debut"), donnees.get("fin")
        if debut and fin and fin <= debut:
            self.add_error("fin", "Le jour du retour doit suivre le premier jour d'absence.")
        decorer(self)
        return donnees
