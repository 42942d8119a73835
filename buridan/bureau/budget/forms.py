"""What the budget's pages ask: filters, an order to hold credits for, its end, a file of the finance system."""

from datetime import date
from decimal import Decimal
from typing import Any

from django import forms
from django.utils.formats import date_format

from buridan.budget.correspondance import Correspondance, lire_correspondance
from buridan.budget.models import Section
from buridan.bureau.annuaire.forms import ChampJour
from buridan.dossiers.forms_fichiers import decorer
from buridan.organisation.annuaire import Annuaire
from buridan.outils.montants import lire_montant
from buridan.outils.verdict import FichierInvalide

TAILLE_MAX = 10 * 1024 * 1024


class FormulaireBudget(forms.Form):
    """A form that shows its faults beside its fields."""

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.preparer()
        decorer(self)

    def preparer(self) -> None:
        """Adapt the fields, before anything is checked."""

    def clean(self) -> dict[str, Any]:
        """Bootstrap's classes again, with the errors."""
        donnees: dict[str, Any] = super().clean() or self.cleaned_data
        decorer(self)
        return donnees


class ChampMontant(forms.CharField):
    """Euros, as people write them: « 1 234,50 »."""

    def __init__(self, **options: Any) -> None:
        super().__init__(max_length=30, widget=forms.TextInput(attrs={"inputmode": "decimal"}), **options)

    def clean(self, value: Any) -> Decimal:
        """A dot is taken for a comma: it is what some keyboards have."""
        texte = super().clean(value)
        try:
            montant = lire_montant(texte.replace(".", ","))
        except ValueError as erreur:
            raise forms.ValidationError(str(erreur)) from erreur
        if montant <= 0:
            raise forms.ValidationError("Le montant doit être supérieur à zéro.")
        return montant


class FormulaireFiltres(forms.Form):
    """Which lines: a year, a service, a section, words."""

    exercice = forms.TypedChoiceField(label="Exercice", coerce=int)
    service = forms.TypedChoiceField(label="Service", coerce=int, required=False, empty_value=None)
    section = forms.ChoiceField(label="Section", required=False, choices=[("", "Toutes"), *Section.choices])
    q = forms.CharField(label="Mots ou code", required=False, max_length=80)

    def __init__(self, donnees: Any, annuaire: Annuaire, exercices: list[int], services: set[int]) -> None:
        defaut = annuaire.jour.year if annuaire.jour.year in exercices else max(exercices, default=annuaire.jour.year)
        super().__init__({"exercice": defaut, **{c: v for c, v in donnees.items() if v}})
        noms = sorted((annuaire.nom_entite(e), e) for e in services)
        self.fields["exercice"].choices = [(e, e) for e in exercices or [defaut]]  # type: ignore[attr-defined]
        self.fields["service"].choices = [("", "Tous"), *((e, nom) for nom, e in noms)]  # type: ignore[attr-defined]
        decorer(self)


class FormulaireMois(forms.Form):
    """Which month, which service with those below it."""

    mois = forms.ChoiceField(label="Mois")
    service = forms.TypedChoiceField(label="Service", coerce=int, required=False, empty_value=None)

    def __init__(self, donnees: Any, annuaire: Annuaire, exercices: list[int], services: set[int]) -> None:
        jour = annuaire.jour
        mois = [date(a, m, 1) for a in exercices for m in range(12, 0, -1) if date(a, m, 1) <= jour]
        premier = mois[0] if mois else jour
        super().__init__({"mois": f"{premier:%Y-%m}", **{c: v for c, v in donnees.items() if v}})
        noms = sorted((annuaire.nom_entite(e), e) for e in services)
        self.fields["mois"].choices = [(f"{m:%Y-%m}", date_format(m, "F Y")) for m in mois or [jour]]  # type: ignore[attr-defined]
        self.fields["service"].choices = [("", "Tous mes services"), *((e, nom) for nom, e in noms)]  # type: ignore[attr-defined]
        decorer(self)

    def clean_mois(self) -> tuple[int, int]:
        """(year, month)."""
        annee, _, mois = self.cleaned_data["mois"].partition("-")
        return int(annee), int(mois)


class FormulaireReservation(FormulaireBudget):
    """An order made on paper, for which credits are held back."""

    reference = forms.CharField(label="Numéro du bon de commande", max_length=40)
    objet = forms.CharField(label="Fournisseur et objet", max_length=160)
    montant = ChampMontant(label="Montant TTC, en euros", help_text="Par exemple 1 234,50.")
    derogation = forms.CharField(
        label="Motif du dépassement de crédits", required=False, max_length=500, widget=forms.Textarea(attrs={"rows": 2}),
        help_text="Seulement si la commande dépasse ce qui reste : dites pourquoi. C'est gardé dans l'historique.",
    )  # fmt: skip

    def __init__(self, *args: Any, depasse: bool, **kwargs: Any) -> None:
        self.depasse = depasse
        super().__init__(*args, **kwargs)

    def preparer(self) -> None:
        """Only who may override is asked why."""
        if not self.depasse:
            del self.fields["derogation"]


class FormulaireLiberation(FormulaireBudget):
    """Why the credits are given back."""

    motif = forms.CharField(label="Pourquoi ces crédits sont rendus", max_length=300)


class FormulaireEngagement(FormulaireBudget):
    """What the finance system says of an order."""

    numero = forms.CharField(label="Numéro d'engagement", max_length=40)
    le = ChampJour(label="Engagé le")


class FormulaireImport(FormulaireBudget):
    """A CSV, its mapping when it is not the town's, the day it was made, the year when no column says it."""

    fichier = forms.FileField(label="Fichier CSV du logiciel financier")
    extrait_le = ChampJour(label="Extrait le", help_text="Le jour où le fichier a été sorti du logiciel financier.")
    exercice = forms.IntegerField(
        label="Exercice", min_value=2000, max_value=2099, help_text="Sert si aucune colonne du fichier ne le dit."
    )
    correspondance = forms.FileField(
        label="Autre fichier de correspondance (TOML)", required=False,
        help_text="Il dit quelle colonne est quoi. Sans lui, celui de la ville est pris.",
    )  # fmt: skip

    def __init__(self, *args: Any, de_la_ville: Correspondance | None, **kwargs: Any) -> None:
        self.de_la_ville = de_la_ville
        super().__init__(*args, **kwargs)

    def preparer(self) -> None:
        """A town without a mapping has to send one."""
        self.fields["correspondance"].required = self.de_la_ville is None

    def clean_fichier(self) -> Any:
        """Not a huge one."""
        fichier = self.cleaned_data["fichier"]
        if fichier.size > TAILLE_MAX:
            raise forms.ValidationError("Ce fichier dépasse 10 Mo. Coupez-le par exercice.")
        return fichier

    def clean_correspondance(self) -> Correspondance:
        """The mapping that was sent, or the town's."""
        envoye = self.cleaned_data.get("correspondance")
        if not envoye:
            if self.de_la_ville is None:
                raise forms.ValidationError("Choisissez un fichier de correspondance : la ville n'en a pas.")
            return self.de_la_ville
        try:
            return lire_correspondance(envoye.read(200_000).decode("utf-8-sig"), envoye.name)
        except UnicodeDecodeError as erreur:
            raise forms.ValidationError("Ce fichier n'est pas un texte en UTF-8.") from erreur
        except FichierInvalide as erreur:
            raise forms.ValidationError(erreur.fautes) from erreur
