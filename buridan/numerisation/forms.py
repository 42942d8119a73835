"""Forms of scanned post: they validate, they save nothing."""

from typing import Any

from django import forms
from django.conf import settings

from buridan.courriers.forms import FormulaireArrivee
from buridan.dossiers.fichiers import Fichier, FichierRefuse, lire
from buridan.dossiers.forms_fichiers import decorer
from buridan.numerisation.actions.dossier_surveille import CONSEIL
from buridan.organisation.acteur import Acteur


class FormulaireDepot(forms.Form):
    """One PDF of the morning's post."""

    fichier = forms.FileField(
        label="PDF du courrier du matin",
        help_text="Tout le courrier en un seul PDF, 100 Mo et 500 pages au plus, une feuille de séparation avant chacun.",
        widget=forms.FileInput(attrs={"accept": "application/pdf"}),
    )

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        decorer(self)

    def clean_fichier(self) -> Fichier:
        """Known by its content and made harmless, like any file that comes in."""
        try:
            lu = lire(self.cleaned_data["fichier"], au_plus=settings.TAILLE_MAX_LOT, conseil=CONSEIL)
        except FichierRefuse as refus:
            raise forms.ValidationError(str(refus)) from refus
        if lu.genre != "application/pdf":
            raise forms.ValidationError(
                f"« {lu.nom} » n'est pas un PDF : réglez le scanneur sur PDF, puis déposez-le de nouveau."
            )
        return lu

    def clean(self) -> dict[str, Any]:
        """What ties the field to its message."""
        donnees: dict[str, Any] = super().clean() or self.cleaned_data
        decorer(self)
        return donnees


class FormulairePli(FormulaireArrivee):
    """A letter that was opened and scanned: it is not confidential."""

    def __init__(self, acteur: Acteur, *args: Any, **kwargs: Any) -> None:
        super().__init__(acteur, *args, **kwargs)
        del self.fields["confidentiel"], self.fields["destinataire"]
        self.fields["fichiers"].label = "Autres fichiers"
        self.fields["fichiers"].help_text = "Les pages du pli sont jointes d'elles-mêmes : n'ajoutez ici que le reste."

    def clean(self) -> dict[str, Any]:
        """As of a plain letter."""
        return {**super().clean(), "confidentiel": False, "destinataire": ""}


class FormulaireEcarter(forms.Form):
    """Why a letter is not registered."""

    motif = forms.CharField(
        label="Pourquoi le mettre de côté", max_length=200,
        help_text="Par exemple : publicité, déjà enregistré, page jointe par erreur.",
    )  # fmt: skip

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.auto_id = "ecarter_%s"
        decorer(self)


class FormulaireDecoupe(forms.Form):
    """What was ticked on the pages shown. Numbers of pages."""

    version = forms.IntegerField()
    vues = forms.TypedMultipleChoiceField(coerce=int, required=False)
    debuts = forms.TypedMultipleChoiceField(coerce=int, required=False)
    retirees = forms.TypedMultipleChoiceField(coerce=int, required=False)

    def __init__(self, pages: int, donnees: Any) -> None:
        super().__init__(donnees)
        for nom in ("vues", "debuts", "retirees"):
            self.fields[nom].choices = [(n, str(n)) for n in range(1, pages + 1)]  # type: ignore[attr-defined]
