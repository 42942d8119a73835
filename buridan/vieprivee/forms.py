"""What is typed on the privacy pages."""

from typing import Any

from django import forms

from buridan.dossiers.forms_fichiers import decorer


class Decore(forms.Form):
    """With the classes of the screens."""

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        decorer(self)


class FormulaireRecherche(Decore):
    """Whom one looks for."""

    mots = forms.CharField(
        label="Courriel, nom ou référence d'un dossier", max_length=200, min_length=3,
        error_messages={
            "min_length": "Écrivez au moins trois lettres.", "required": "Écrivez un courriel, un nom ou une référence.",
        },
    )  # fmt: skip


class FormulaireApprobation(Decore):
    """The second person's agreement."""

    visa_le = forms.DateField(
        label="Visa des archives départementales reçu le",
        help_text="Sans ce visa, des archives publiques ne se détruisent pas (code du patrimoine, L212-2). Gardez le"
        " bordereau visé.",
        widget=forms.DateInput(attrs={"type": "date"}),
        error_messages={
            "required": "Indiquez la date du visa des archives départementales.",
            "invalid": "Écrivez la date du visa, par exemple 12/03/2026.",
        },
    )  # fmt: skip
    lu = forms.BooleanField(
        label="J'ai lu la liste : ces dossiers seront effacés pour toujours",
        error_messages={"required": "Cochez la case après avoir lu la liste."},
    )


IDENTITES = (
    ("piece", "pièce d'identité vue"),
    ("suivi", "code de suivi donné par la personne"),
    ("courriel", "demande venue de l'adresse de courriel du dossier"),
    ("courrier", "courrier signé à l'adresse postale du dossier"),
)


class FormulaireCopie(forms.Form):
    """The copy of somebody's data: which dossiers, how identity was checked. `lignes`: (key, label) of those found."""

    lignes = forms.MultipleChoiceField(
        label="Dossiers à remettre", widget=forms.CheckboxSelectMultiple,
        error_messages={"required": "Cochez les dossiers de cette personne."},
    )  # fmt: skip
    identite = forms.ChoiceField(
        label="Comment avez-vous vérifié l'identité de la personne ?", choices=(("", "Choisissez"), *IDENTITES),
        error_messages={
            "required": "Dites comment vous avez vérifié l'identité : une copie remise à quelqu'un d'autre est une fuite.",
        },
    )  # fmt: skip

    def __init__(self, choix: list[tuple[str, str]], *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        champ = self.fields["lignes"]
        assert isinstance(champ, forms.MultipleChoiceField)
        champ.choices = choix
        decorer(self)  # it validates: after the choices
