"""Forms of mailboxes and of the queue: they validate, they save nothing."""

import re
from typing import Any

from django import forms

from buridan.dossiers.forms_fichiers import decorer
from buridan.dossiers.models import Dossier
from buridan.messagerie.actions.boites import Reglage
from buridan.messagerie.etats import Securite, Usage
from buridan.messagerie.models import LOCAUX, Boite
from buridan.messagerie.secret import ouvrir, sceller

NOM_IMAP = re.compile(r"[^\x00-\x1f\x7f\"\\]+")


def _nom_imap(valeur: str) -> str:
    """A name that may be sent to an IMAP server: no control character, quote nor backslash."""
    if valeur and not NOM_IMAP.fullmatch(valeur):
        raise forms.ValidationError("Sans guillemet, barre inverse ni retour à la ligne.")
    return valeur


class FormulaireBoite(forms.Form):
    """A mailbox. The password is never shown again; empty, the one kept stays; typed and then refused with the rest of the
    form, it travels sealed.
    """

    adresse = forms.EmailField(label="Adresse de la boîte", help_text="Par exemple mairie@ville.example.")
    usage = forms.ChoiceField(label="Ce qu'elle reçoit", choices=Usage.choices)
    hote = forms.CharField(label="Serveur IMAP", max_length=200, help_text="Par exemple imap.ville.example.")
    securite = forms.ChoiceField(label="Sécurité", choices=Securite.choices, initial=Securite.TLS)
    port = forms.IntegerField(label="Port", min_value=1, max_value=65535, initial=993)
    compte = forms.CharField(label="Compte", max_length=200, help_text="Souvent l'adresse elle-même.")
    mot_de_passe = forms.CharField(
        label="Mot de passe", required=False, max_length=500, strip=False,
        widget=forms.PasswordInput(attrs={"autocomplete": "new-password"}),
    )  # fmt: skip
    scelle = forms.CharField(required=False, widget=forms.HiddenInput)
    dossier = forms.CharField(label="Dossier lu", max_length=200, initial="INBOX")
    rangement = forms.CharField(
        label="Dossier où ranger ce qui est lu", max_length=200, required=False,
        help_text="Il doit exister. Vide (conseillé) : le courriel reste où il est, marqué comme lu, relu après une panne.",
    )  # fmt: skip
    depuis = forms.DateField(
        label="Lire les courriels reçus depuis le", widget=forms.DateInput(attrs={"type": "date"}, format="%Y-%m-%d"),
        help_text="Ceux d'avant restent dans la boîte, sans être lus ici.",
    )  # fmt: skip
    garde_mois = forms.IntegerField(
        label="Mois de garde de ce qui est écarté", min_value=1, max_value=120, initial=12,
        help_text="Ensuite il est vidé. Ce qui est dans un dossier suit la durée du dossier.",
    )  # fmt: skip
    reponses = forms.BooleanField(
        label="Les réponses à nos courriels arrivent ici", required=False,
        help_text="L'adresse est mise sur chaque courriel qui part pour un dossier (« Répondre à »). Une seule boîte l'a.",
    )  # fmt: skip
    active = forms.BooleanField(label="Lire cette boîte", required=False, initial=True)

    def __init__(self, donnees: Any = None, *, boite: Boite | None = None, **plus: Any) -> None:
        self.boite = boite
        if boite is not None:
            noms = set(self.base_fields) - {"mot_de_passe", "scelle"}
            plus["initial"] = {n: getattr(boite, n) for n in noms}
        super().__init__(donnees, **plus)
        if boite is not None and boite.mot_de_passe:
            self.fields[
                "mot_de_passe"
            ].help_text = "Laissez vide pour garder celui qui est enregistré ; il n'est jamais montré."
        decorer(self)

    def clean_compte(self) -> str:
        """No character that would be an order to the server."""
        return _nom_imap(self.cleaned_data["compte"])

    def clean_dossier(self) -> str:
        """Likewise."""
        return _nom_imap(self.cleaned_data["dossier"])

    def clean_rangement(self) -> str:
        """Likewise."""
        return _nom_imap(self.cleaned_data["rangement"])

    def clean_mot_de_passe(self) -> str:
        """As typed; else the one typed in an earlier try."""
        valeur: str = self.cleaned_data["mot_de_passe"]
        if any(ord(c) < 32 for c in valeur):
            raise forms.ValidationError("Un mot de passe ne contient pas de retour à la ligne.")
        return valeur or ouvrir(str(self.data.get("scelle", ""))) or ""

    def clean(self) -> dict[str, Any]:
        """A password the first time; nothing in clear on the network."""
        donnees: dict[str, Any] = super().clean() or self.cleaned_data
        if "mot_de_passe" in donnees and not donnees["mot_de_passe"] and not (self.boite and self.boite.mot_de_passe):
            self.add_error("mot_de_passe", "Tapez le mot de passe de la boîte.")
        if donnees.get("securite") == Securite.AUCUNE and donnees.get("hote") not in LOCAUX:
            self.add_error(
                "securite", "Sans TLS, le mot de passe passerait en clair sur le réseau : choisissez TLS ou STARTTLS."
            )
        decorer(self)
        return donnees

    def garder_le_mot_de_passe(self) -> str:
        """Sealed, to show the form again without asking for it."""
        return sceller(getattr(self, "cleaned_data", {}).get("mot_de_passe", ""))

    def reglage(self) -> Reglage:
        """What was typed."""
        return Reglage(**{n: v for n, v in self.cleaned_data.items() if n != "scelle"})


class FormulaireEcarter(forms.Form):
    """Why a mail is set aside."""

    motif = forms.CharField(
        label="Pourquoi l'écarter ?", max_length=300, error_messages={"required": "Dites en quelques mots pourquoi."}
    )

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        decorer(self)


class FormulaireJoindre(forms.Form):
    """Which dossier, and who is judged to have written."""

    reference = forms.CharField(label="Référence du dossier", max_length=20, help_text="Par exemple 26-ABC234.")
    pour = forms.ChoiceField(
        label="Qui le lira",
        choices=[
            ("agents", "Les agents du dossier seulement"),
            ("demandeur", "C'est bien le demandeur, ou l'expéditeur du courrier : un dossier qui l'attend reprend"),
        ],
        initial="agents", widget=forms.RadioSelect,
    )  # fmt: skip
    dossier: Dossier

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        decorer(self)

    def clean_reference(self) -> str:
        """A dossier that exists; whether it may be used is asked by the rule."""
        reference = self.cleaned_data["reference"].strip().upper()
        trouve = Dossier.objects.filter(reference=reference).first()
        if trouve is None:
            raise forms.ValidationError(
                "Aucun dossier de cette référence ne vous est ouvert : vérifiez-la, ou enregistrez le courriel comme courrier."
            )
        self.dossier = trouve
        return str(reference)
