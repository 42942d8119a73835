"""Forms of absences and stand-ins: the shape of the input. The database keeps overlaps and loops out."""

from typing import Any

from django import forms

from buridan.dossiers.forms_fichiers import decorer
from buridan.dossiers.natures import natures
from buridan.organisation.acteur import Acteur
from buridan.organisation.rules import personnes_gerees, postes_geres


class ChampJour(forms.DateField):
    """A day, typed or picked."""

    def __init__(self, **options: Any) -> None:
        super().__init__(
            widget=forms.DateInput(attrs={"type": "date"}, format="%Y-%m-%d"),
            error_messages={"invalid": "Écrivez la date comme 31/12/2026."},
            **options,
        )


class FormulairePeriode(forms.Form):
    """A period `[debut, fin)`; knows the actor and puts a refusal beside the fields."""

    fin_apres_debut = "La date de fin doit suivre la date de début."

    def __init__(self, acteur: Acteur, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.acteur = acteur
        self.proposer(self.fields)
        decorer(self)

    def proposer(self, champs: Any) -> None:
        """Fill in what may be chosen, before anything is checked."""

    def clean(self) -> dict[str, Any]:
        """The end follows the beginning."""
        donnees: dict[str, Any] = super().clean() or self.cleaned_data
        debut, fin = donnees.get("debut"), donnees.get("fin")
        if debut and fin and fin <= debut:
            self.add_error("fin", self.fin_apres_debut)
        elif fin and fin <= self.acteur.annuaire.jour:
            self.add_error("fin", "Cette date est passée : la période serait déjà finie. Choisissez un jour à venir.")
        decorer(self)
        return donnees

    def refuser(self, raison: str) -> None:
        """Show why the rule or the database refused; nothing typed is lost."""
        self.add_error(None, raison)


class FormulaireAbsence(FormulairePeriode):
    """An absence: whose, from when, back when."""

    personne = forms.TypedChoiceField(label="Qui est absent", coerce=int)
    debut = ChampJour(label="Premier jour d'absence")
    fin = ChampJour(label="Jour du retour")
    motif = forms.CharField(
        label="Motif", required=False, max_length=80,
        help_text="Vu seulement par vous, les responsables et l'administration. N'écrivez rien de médical.",
    )  # fmt: skip
    fin_apres_debut = "Le jour du retour doit suivre le premier jour d'absence."

    def proposer(self, champs: Any) -> None:
        """Oneself first, then the people one answers for."""
        nommer = self.acteur.annuaire.nom_personne
        champs["personne"].choices = [(p, nommer(p)) for p in personnes_gerees(self.acteur)]


class FormulaireSuppleance(FormulairePeriode):
    """A stand-in: for which post, who, from when to when, for which dossiers."""

    poste = forms.TypedChoiceField(label="Poste à suppléer", coerce=int)
    suppleant = forms.TypedChoiceField(label="Poste du suppléant", coerce=int)
    debut = ChampJour(label="À partir du")
    fin = ChampJour(
        label="Jusqu'au (ce jour n'est plus compris)", required=False, help_text="Vide : jusqu'à nouvel ordre."
    )
    nature = forms.ChoiceField(label="Pour quels dossiers", required=False)

    def proposer(self, champs: Any) -> None:
        """Posts one answers for; any post may stand in; the natures of this town."""
        annuaire = self.acteur.annuaire
        tous = sorted(annuaire.postes, key=annuaire.designer)
        champs["poste"].choices = [(p, annuaire.designer(p)) for p in postes_geres(self.acteur)]
        champs["suppleant"].choices = [("", "Choisissez"), *((p, annuaire.designer(p)) for p in tous)]
        champs["nature"].choices = [("", "Tous les dossiers"), *((n.code, n.nom) for n in natures())]
