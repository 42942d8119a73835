"""Forms of requests: they validate, they save nothing."""

import re
from datetime import date
from typing import Any

from django import forms
from django.urls import reverse
from stdnum.fr import siret as numero_siret

from buridan.demandes.carte import POINT, rue_proche
from buridan.demandes.models import Adresse, Canal, Lieu, Public, TypeDemande
from buridan.demandes.queries import Point, position_de
from buridan.dossiers.forms_fichiers import AvecFichiers, decorer

DATES_D_AGENT = (
    ("recue_le", "Reçue à la mairie le", "Laissez vide si c'est aujourd'hui. Les délais partent de ce jour."),
    ("recue_ailleurs_le", "Reçue d'abord par une autre administration le", "Seulement si elle nous a été transmise."),
)


class Coordonnees(forms.Form):
    """What any form about a requester checks."""

    def clean_siret(self) -> str:
        """SIRET by its check digit (python-stdnum)."""
        valeur = self.cleaned_data["siret"]
        if valeur and not numero_siret.is_valid(valeur):
            raise forms.ValidationError("Ce numéro SIRET n'est pas valable. Vérifiez les 14 chiffres ou laissez vide.")
        return numero_siret.compact(valeur) if valeur else ""

    def clean_rna(self) -> str:
        """RNA: W, two characters of the department, seven digits (décret 2009-540); « W9R… » is of La Réunion."""
        valeur = self.cleaned_data["rna"].replace(" ", "").upper()
        if valeur and not re.fullmatch(r"W[0-9][0-9A-Z][0-9]{7}", valeur):
            raise forms.ValidationError(
                "Ce numéro RNA n'est pas valable : W puis 9 chiffres (outre-mer : « W9R… »). Vous pouvez le laisser vide."
            )
        return str(valeur)

    def clean(self) -> dict[str, Any]:
        """Somebody must be reachable."""
        donnees: dict[str, Any] = super().clean() or self.cleaned_data
        if "courriel" not in self.errors and not any(donnees.get(c) for c in ("courriel", "telephone", "adresse")):
            self.add_error(
                "courriel", "Indiquez un courriel, un téléphone ou une adresse : il faut pouvoir vous répondre."
            )
        return donnees


class FormulaireDemande(AvecFichiers, Coordonnees):
    """What a requester fills in. Three things get a reference: what, who, how to answer."""

    description = forms.CharField(
        label="Expliquez votre demande",
        widget=forms.Textarea(attrs={"rows": 5}),
        min_length=10,
        max_length=5000,
        error_messages={"min_length": "Donnez quelques mots de plus : le service doit comprendre sans vous rappeler."},
    )
    lieu = forms.CharField(
        label="Où est-ce ?", max_length=250, help_text="Adresse ou repère, par exemple « 12 rue de la Gare, devant l'école ».",
        widget=forms.TextInput(attrs={"list": "voies", "autocomplete": "off"}),
    )  # fmt: skip
    latitude = forms.FloatField(required=False, min_value=-90, max_value=90, widget=forms.HiddenInput)
    longitude = forms.FloatField(required=False, min_value=-180, max_value=180, widget=forms.HiddenInput)
    public = forms.ChoiceField(label="Vous êtes", choices=Public.choices, initial=Public.PARTICULIER)
    nom = forms.CharField(label="Nom et prénom", max_length=160, widget=forms.TextInput(attrs={"autocomplete": "name"}))
    organisme = forms.CharField(label="Commerce, entreprise ou association", max_length=160, required=False)
    siret = forms.CharField(
        label="Numéro SIRET", max_length=20, required=False, help_text="14 chiffres, si vous l'avez."
    )
    rna = forms.CharField(
        label="Numéro RNA de l'association",
        max_length=12,
        required=False,
        help_text="W suivi de 9 chiffres, si vous l'avez.",
    )
    courriel = forms.EmailField(
        label="Courriel", required=False, widget=forms.EmailInput(attrs={"autocomplete": "email"})
    )
    telephone = forms.CharField(
        label="Téléphone",
        max_length=40,
        required=False,
        widget=forms.TextInput(attrs={"autocomplete": "tel", "inputmode": "tel"}),
    )
    adresse = forms.CharField(
        label="Adresse postale",
        max_length=250,
        required=False,
        widget=forms.TextInput(attrs={"autocomplete": "street-address"}),
    )

    def __init__(
        self, type_demande: TypeDemande, *args: Any, agent: bool = False, jour: date | None = None, **kwargs: Any
    ) -> None:
        super().__init__(*args, **kwargs)
        self.type, self.jour = type_demande, jour
        self.fields["lieu"].required = type_demande.lieu == Lieu.OBLIGATOIRE and not agent
        if type_demande.lieu == Lieu.SANS:
            for nom in ("lieu", "latitude", "longitude"):
                del self.fields[nom]
        else:  # a town has too many streets for a page, and none begins with a number: the list follows what is typed
            suivre = {"hx-get": reverse("rues"), "hx-trigger": "input changed delay:200ms", "hx-target": "#voies"}
            self.fields["lieu"].widget.attrs |= suivre
        publics = [c for c in Public.choices if not type_demande.publics or c[0] in type_demande.publics]
        self.fields["public"].choices = publics  # type: ignore[attr-defined]
        self.fields["public"].initial = publics[0][0]
        if not {Public.PROFESSIONNEL, Public.ASSOCIATION} & {c[0] for c in publics}:
            for nom in ("organisme", "siret", "rna"):
                del self.fields[nom]
        for question in type_demande.questions:
            self.fields[f"q_{question['cle']}"] = champ_question(question, agent=agent)
        if agent:
            self._pour_un_agent()
        decorer(self)

    def _pour_un_agent(self) -> None:
        canaux = [c for c in Canal.choices if c[0] != Canal.PORTAIL]
        self.fields["canal"] = forms.ChoiceField(label="Comment la demande arrive-t-elle ?", choices=canaux)
        self.fields["au_nom_de"] = forms.CharField(
            label="Au nom de (si la personne demande pour quelqu'un)", max_length=160, required=False
        )
        self.fields["public"].label = "La personne est"
        for nom, libelle, aide in DATES_D_AGENT:
            self.fields[nom] = forms.DateField(
                label=libelle, help_text=aide, required=False,
                widget=forms.DateInput(attrs={"type": "date"}, format="%Y-%m-%d"),
            )  # fmt: skip
        self.fields["description"] = forms.CharField(
            label="Ce que la personne demande", max_length=5000, widget=forms.Textarea(attrs={"rows": 5})
        )

    def clean_recue_le(self) -> date | None:
        """Not to come."""
        jour: date | None = self.cleaned_data["recue_le"]
        if jour and self.jour and jour > self.jour:
            raise forms.ValidationError("Cette date est à venir : indiquez le jour où la mairie a reçu la demande.")
        return jour

    def clean_recue_ailleurs_le(self) -> date | None:
        """Not after the town hall."""
        ailleurs: date | None = self.cleaned_data["recue_ailleurs_le"]
        ici = self.cleaned_data.get("recue_le") or self.jour
        if ailleurs and ici and ailleurs > ici:
            raise forms.ValidationError("L'autre administration a reçu la demande avant la mairie, pas après.")
        return ailleurs

    def questions(self) -> list[forms.BoundField]:
        """The type's own questions."""
        return [self[nom] for nom in self.fields if nom.startswith("q_")]

    def clean(self) -> dict[str, Any]:
        """A place only shown on the map is named after its street."""
        donnees = super().clean()
        latitude, longitude = donnees.get("latitude"), donnees.get("longitude")
        if (donnees.get("lieu") or "").startswith(POINT) and latitude is not None and longitude is not None:
            rue = rue_proche(latitude, longitude)
            donnees["lieu"] = f"Près de {rue} (point sur la carte)" if rue else donnees["lieu"]
        decorer(self)
        return donnees

    def reponses(self) -> dict[str, str]:
        """Answers to the type's questions, as text."""
        valeurs = {nom[2:]: self.cleaned_data.get(nom) for nom in self.fields if nom.startswith("q_")}
        return {cle: str(v) for cle, v in valeurs.items() if v not in (None, "")}

    def point(self) -> Point:
        """The point chosen on the map."""
        latitude, longitude = self.cleaned_data.get("latitude"), self.cleaned_data.get("longitude")
        return (None, None) if None in (latitude, longitude) else (latitude, longitude)

    def position(self) -> Point:
        """The point chosen on the map; else that of the street named in the place, when the town's list knows it."""
        point = self.point()
        return position_de(self.cleaned_data.get("lieu") or "") if None in point else point


def champ_question(question: dict[str, Any], *, agent: bool) -> forms.Field:
    """The field of one of a type's own questions; an agent may leave any of them for later."""
    requis = bool(question.get("obligatoire")) and not agent
    commun: dict[str, Any] = {"label": question["libelle"], "help_text": question.get("aide", ""), "required": requis}
    genre = question.get("genre", "texte")
    if genre == "choix":
        choix = [("", "Choisissez"), *((c, c) for c in question.get("choix", []))]
        return forms.ChoiceField(choices=choix, **commun)
    if genre == "oui_non":
        return forms.ChoiceField(choices=[("", "Choisissez"), ("oui", "Oui"), ("non", "Non")], **commun)
    if genre == "date":
        return forms.DateField(widget=forms.DateInput(attrs={"type": "date"}, format="%Y-%m-%d"), **commun)
    if genre == "nombre":
        return forms.IntegerField(min_value=0, **commun)
    return forms.CharField(max_length=500, **commun)


class FormulaireSuivi(forms.Form):
    """Find one's request again."""

    reference = forms.CharField(label="Référence", max_length=20, help_text="Par exemple 26-7K4MQ2.")
    code = forms.CharField(
        label="Code de suivi", max_length=20, help_text="12 lettres et chiffres, dans l'accusé de réception."
    )

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        decorer(self)


class FormulaireMessage(AvecFichiers):
    """The requester writes, with files."""

    texte = forms.CharField(label="Votre message", widget=forms.Textarea(attrs={"rows": 4}), max_length=5000)

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        decorer(self)

    def clean(self) -> dict[str, Any]:
        """The class of what is wrong."""
        donnees = super().clean()
        decorer(self)
        return donnees


class FormulaireAvis(forms.Form):
    """Did the answer help?"""

    satisfait = forms.ChoiceField(
        label="Cette réponse vous a-t-elle aidé ?", choices=[("oui", "Oui"), ("non", "Non")], widget=forms.RadioSelect
    )
    texte = forms.CharField(
        label="Votre commentaire", widget=forms.Textarea(attrs={"rows": 3}), required=False, max_length=2000
    )
    contester = forms.BooleanField(
        label="Je conteste la réponse : je veux que le responsable du service réexamine ma demande", required=False
    )

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        decorer(self)


class FormulaireRejoindre(forms.Form):
    """Join a request already open."""

    nom = forms.CharField(label="Nom et prénom", max_length=160)
    courriel = forms.EmailField(label="Courriel")


def voies() -> list[str]:
    """Streets for the completion list; empty when the town has too many for a page."""
    noms = list(Adresse.objects.order_by("voie").values_list("voie", flat=True)[:401])
    return noms if len(noms) <= 400 else []
