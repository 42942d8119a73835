"""Forms of the address book: they validate, they save nothing."""

from typing import Any

from django import forms

from buridan.contacts.actions.reunir import CHOISIS
from buridan.contacts.etats import Genre
from buridan.contacts.fiche import LONGUEURS, Fiche, cle_de
from buridan.contacts.models import Contact
from buridan.contacts.queries import organisations_nommees
from buridan.dossiers.forms_fichiers import decorer
from buridan.interface.champs import ChampCsv


class FormulaireContact(forms.Form):
    """Everything a contact says."""

    genre = forms.ChoiceField(label="Sorte de contact", choices=Genre.choices)
    nom = forms.CharField(
        label="Nom", max_length=LONGUEURS["nom"], help_text="Prénom et nom d'une personne, ou nom de l'organisation."
    )
    organisation = forms.CharField(
        label="Organisation", required=False, max_length=LONGUEURS["nom"],
        help_text="Pour une personne dans une organisation : son nom, comme dans le carnet.",
    )  # fmt: skip
    fonction = forms.CharField(
        label="Fonction", required=False, max_length=LONGUEURS["fonction"], help_text="Par exemple : présidente."
    )
    adresse = forms.CharField(
        label="Adresse postale",
        required=False,
        max_length=LONGUEURS["adresse"],
        help_text="Séparez les lignes par des virgules.",
    )
    courriel = forms.CharField(
        label="Courriel", required=False, max_length=LONGUEURS["courriel"], widget=forms.EmailInput
    )
    telephone = forms.CharField(label="Téléphone", required=False, max_length=LONGUEURS["telephone"])
    siret = forms.CharField(label="SIRET d'une entreprise", required=False, max_length=20)
    rna = forms.CharField(label="RNA d'une association", required=False, max_length=20)
    vu = forms.CharField(required=False, widget=forms.HiddenInput)

    def __init__(self, donnees: Any = None, *, contact: Contact | None = None, vu: str = "") -> None:
        self.chez: int | None = None
        initial = None
        if contact is not None:
            initial = {c: getattr(contact, c) for c in self.base_fields if c not in ("organisation", "vu")}
            initial |= {"organisation": contact.organisation.nom if contact.organisation else "", "vu": vu}
        super().__init__(donnees, initial=initial)
        self.contact = contact
        decorer(self)

    def clean(self) -> dict[str, Any]:
        """Each fault at its field."""
        donnees: dict[str, Any] = super().clean() or self.cleaned_data
        if not self.errors:
            genre = donnees["genre"]  # a fault said of it takes it away
            if genre == Genre.FONCTION:
                self._chercher_l_organisation(donnees["organisation"])
            for champ, phrase in self.fiche().fautes().items():
                self.add_error(champ, phrase)
            if genre != Genre.FONCTION and (donnees["fonction"] or donnees["organisation"]):
                self.add_error("genre", "Avec une fonction, choisissez « Personne dans une organisation ».")
            if genre != Genre.ORGANISATION and (donnees["siret"] or donnees["rna"]):
                self.add_error("genre", "Seule une organisation a un SIRET ou un RNA.")
        decorer(self)
        return donnees

    def _chercher_l_organisation(self, nom: str) -> None:
        ici = self.contact.organisation if self.contact else None
        trouvees = [ici.pk] if ici is not None and cle_de(nom) == ici.cle else organisations_nommees(nom) if nom else []
        if len(trouvees) == 1:
            self.chez = trouvees[0]
        elif trouvees:
            self.add_error(
                "organisation", "Plusieurs organisations portent ce nom : réunissez-les d'abord, ou renommez-en une."
            )
        else:
            self.add_error("organisation", "Cette organisation n'est pas dans le carnet : écrivez-la d'abord.")

    def fiche(self) -> Fiche:
        """What was typed."""
        textes = {c: v for c, v in self.cleaned_data.items() if c not in ("organisation", "vu")}
        return Fiche(**textes, organisation=self.chez).nette()


class FormulaireReunir(forms.Form):
    """Field by field, whose value stays; only those that differ are asked."""

    vu_garde = forms.CharField(widget=forms.HiddenInput)
    vu_autre = forms.CharField(widget=forms.HiddenInput)

    def __init__(self, garde: Contact, autre: Contact, donnees: Any = None, *, vus: tuple[str, str] = ("", "")) -> None:
        super().__init__(donnees, initial={"vu_garde": vus[0], "vu_autre": vus[1]})
        self.communs: list[tuple[str, str]] = []
        for champ in CHOISIS:
            ici, la = _lisible(garde, champ), _lisible(autre, champ)
            libelle = str(FormulaireContact.base_fields[champ].label)
            if ici == la:
                self.communs += [(libelle, ici)] if ici else []
                continue
            self.fields[champ] = forms.ChoiceField(
                label=libelle, choices=[("ici", ici or "(rien)"), ("la", la or "(rien)")], initial="ici" if ici else "la",
                widget=forms.RadioSelect,
            )  # fmt: skip
        decorer(self)

    def de_l_autre(self) -> list[str]:
        """Fields whose value comes from the other."""
        return [c for c in CHOISIS if self.cleaned_data.get(c) == "la"]


def _lisible(contact: Contact, champ: str) -> str:
    valeur = getattr(contact, champ)
    return valeur.nom if isinstance(valeur, Contact) else str(valeur or "")


class FormulaireImport(forms.Form):
    """A file of contacts."""

    fichier = ChampCsv(
        label="Fichier CSV",
        help_text="Les colonnes sont celles du fichier exporté ; « genre » vaut personne, organisation ou fonction.",
    )

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        decorer(self)
