"""Forms: of the agent who asks, and of the person outside."""

from datetime import date, timedelta
from typing import Any

from django import forms

from buridan.delegations.forms import ChampJour, habiller
from buridan.dossiers.fichiers import Fichier
from buridan.dossiers.forms_fichiers import AvecFichiers, ChampFichiers
from buridan.dossiers.models import Document, Dossier
from buridan.signataires.models import JOURS_MAX
from buridan.signataires.papier import CONSENTEMENT
from buridan.signataires.queries import pdfs_de

D_USAGE = timedelta(days=14)
PDF = "application/pdf"


class UnFichier(forms.FileInput):
    """One file, given as the list that `ChampFichiers` reads."""

    def value_from_datadict(self, data: Any, files: Any, name: str) -> list[Any]:
        """None sent: an empty list."""
        recu = super().value_from_datadict(data, files, name)
        return [recu] if recu is not None else []


class FormulaireDemandeSignature(AvecFichiers):
    """Who is asked to sign what, until when. `cleaned_data["fichier"]`: a PDF to put in the dossier first."""

    field_order = ("document", "fichiers")
    document = forms.ModelChoiceField(
        label="Document à signer", queryset=Document.objects.none(), required=False, empty_label="Un PDF que je joins ci-dessous",
        error_messages={"invalid_choice": "Ce document n'est plus dans le dossier. Choisissez-en un autre."},
    )  # fmt: skip
    fichiers = ChampFichiers(
        label="PDF à joindre au dossier et à faire signer", required=False, help_text="S'il n'est pas dans la liste.",
        widget=UnFichier(attrs={"accept": PDF}),
    )  # fmt: skip
    nom = forms.CharField(label="Prénom et nom de qui doit signer", max_length=100)
    qualite = forms.CharField(
        label="Qualité", max_length=120, help_text="Par exemple : présidente de l'association, gérant de l'entreprise."
    )
    courriel = forms.EmailField(
        label="Courriel",
        help_text="Le lien, puis un code, y sont envoyés : cette personne doit être seule à le lire.",
    )
    jusquau = ChampJour(
        label="À signer jusqu'au", help_text=f"Le lien ne marche plus ensuite. {JOURS_MAX} jours au plus."
    )
    message = forms.CharField(
        label="Message", required=False, max_length=2000, widget=forms.Textarea(attrs={"rows": 3}),
        help_text="Il est mis dans le courriel. Votre nom n'y figure pas : c'est le service qui demande.",
    )  # fmt: skip

    def __init__(self, dossier: Dossier, jour: date, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.jour = jour
        pdfs = pdfs_de(dossier)
        self.fields["document"].queryset, self.fields["document"].initial = pdfs, pdfs.first()  # type: ignore[attr-defined]
        self.fields["jusquau"].initial = jour + D_USAGE
        habiller(self)

    def clean_jusquau(self) -> date:
        """From tomorrow on, a month at most."""
        choisi: date = self.cleaned_data["jusquau"]
        if not self.jour < choisi <= self.jour + timedelta(days=JOURS_MAX):
            fin = self.jour + timedelta(days=JOURS_MAX)
            raise forms.ValidationError(f"Choisissez une date après aujourd'hui, et au plus tard le {fin:%d/%m/%Y}.")
        return choisi

    def clean(self) -> dict[str, Any]:
        """One PDF: of the dossier, or brought now."""
        donnees = super().clean()
        recus: list[Fichier] = donnees["tous_fichiers"]
        fautes = [
            f"« {f.nom} » n'est pas un PDF. Enregistrez-le au format PDF, puis joignez-le."
            for f in recus
            if f.genre != PDF
        ]
        if fautes:
            donnees["tous_fichiers"] = []
            self.add_error("fichiers", fautes)
        elif recus:
            donnees |= {"document": None, "fichier": recus[-1]}  # brought again, it takes the place of the one before
        elif not donnees.get("document") and not self.errors:
            self.add_error("document", "Choisissez un document du dossier, ou joignez un PDF.")
        return donnees


class FormulaireCode(forms.Form):
    """The code that was sent."""

    code = forms.CharField(
        label="Code reçu par courriel", max_length=20, help_text="Six chiffres.",
        widget=forms.TextInput(attrs={"inputmode": "numeric", "autocomplete": "one-time-code"}),
    )  # fmt: skip

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        habiller(self)

    def clean_code(self) -> str:
        """Spaces are forgiven."""
        code = "".join(c for c in self.cleaned_data["code"] if not c.isspace())
        if len(code) != 6 or not code.isascii() or not code.isdigit():
            raise forms.ValidationError("Le code a six chiffres. Recopiez celui du dernier courriel.")
        return code


class FormulaireSigner(forms.Form):
    """The consent, and what was shown."""

    condense = forms.CharField(widget=forms.HiddenInput, max_length=64)
    accord = forms.BooleanField(
        label=CONSENTEMENT, error_messages={"required": "Cochez cette case pour signer : sans elle, rien n'est signé."}
    )

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        habiller(self)


class FormulaireRefuser(forms.Form):
    """Why not."""

    motif = forms.CharField(
        label="Pourquoi vous ne signez pas", max_length=2000, widget=forms.Textarea(attrs={"rows": 3}),
        error_messages={"required": "Dites en quelques mots pourquoi vous ne signez pas : le service doit savoir que faire."},
    )  # fmt: skip

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        habiller(self)
