"""Forms of signatures: the shape of the input."""

from typing import Any

import filetype
from django import forms
from django.conf import settings

from buridan.delegations.forms import habiller
from buridan.dossiers.fichiers import Fichier, FichierRefuse, lire, propre
from buridan.dossiers.forms import FormulaireGeste
from buridan.signatures.actions.signer_document import SANS_PHRASE
from buridan.signatures.certificats import MARQUE_D_ESSAI, TAILLE_MAX
from buridan.signatures.confiance import cachet
from buridan.signatures.essai import PHRASE_D_ESSAI
from buridan.signatures.models import Certificat, Moyen
from buridan.signatures.session import phrase_de


class FormulaireSignature(FormulaireGeste):
    """By which means, and what unlocks it."""

    moyen = forms.ChoiceField(label="Signer avec", required=False)
    phrase = forms.CharField(
        label="Mot de passe de mon certificat, ou code de ma carte", required=False, max_length=200, strip=False,
        widget=forms.PasswordInput(attrs={"autocomplete": "off"}),
        help_text="Inutile pour le cachet et sur papier. Il n'est pas conservé.",
    )  # fmt: skip
    remarque = forms.CharField(
        label="Remarque", required=False, max_length=10_000, widget=forms.Textarea(attrs={"rows": 2}),
        help_text="Elle sera lue par les étapes suivantes.",
    )  # fmt: skip

    def preparer(self) -> None:
        """What is at hand: one's own certificate first."""
        certificat = Certificat.objects.filter(personne=self.acteur.personne).first()
        choix = [
            (Moyen.PERSONNEL, f"{Moyen.PERSONNEL.label} : {certificat.titulaire}" if certificat else ""),
            (Moyen.CARTE, str(Moyen.CARTE.label) if settings.PKCS11_MODULE else ""),
            (Moyen.CACHET, f"{Moyen.CACHET.label} (il atteste l'origine, et non votre identité)" if cachet() else ""),
            (Moyen.PAPIER, f"{Moyen.PAPIER.label} : j'imprime le document et je le signe"),
        ]
        self.fields["moyen"].choices = [(m.value, libelle) for m, libelle in choix if libelle]  # type: ignore[attr-defined]
        choisis = [m.value for m, libelle in choix if libelle]
        self.fields["moyen"].initial = choisis[0]
        if phrase_de(self.acteur.personne):
            self.fields["phrase"].help_text = "Votre certificat est déverrouillé pour cette session : laissez vide."
        elif settings.DEMO and certificat is not None and MARQUE_D_ESSAI in certificat.emetteur:
            self.fields["phrase"].help_text += f" Certificat d'essai : c'est « {PHRASE_D_ESSAI} »."

    def clean_moyen(self) -> str:
        """Several at once are signed by one's own certificate, unlocked for the session."""
        return self.cleaned_data["moyen"] or Moyen.PERSONNEL

    def clean(self) -> dict[str, Any]:
        """A certificate and a card are opened by something; what opens them is tried when one signs."""
        donnees: dict[str, Any] = super().clean() or self.cleaned_data
        ouvre = donnees.get("phrase") or phrase_de(self.acteur.personne)
        if donnees.get("moyen") in (Moyen.PERSONNEL, Moyen.CARTE) and not ouvre and "phrase" not in self.errors:
            self.add_error("phrase", SANS_PHRASE)
        return donnees


class FormulaireCertificat(forms.Form):
    """A PKCS#12 file and its passphrase."""

    fichier = forms.FileField(
        label="Fichier du certificat (.p12 ou .pfx)", widget=forms.FileInput(attrs={"accept": ".p12,.pfx"})
    )
    phrase = forms.CharField(
        label="Son mot de passe", max_length=200, strip=False, widget=forms.PasswordInput(attrs={"autocomplete": "off"})
    )

    autre_nom = forms.BooleanField(
        label="Ce certificat est à moi sous un autre nom (de naissance, d'usage)", required=False
    )

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        habiller(self)
        self.fields["autre_nom"].widget.attrs["class"] = "form-check-input"

    def clean_fichier(self) -> bytes:
        """Its bytes."""
        recu = self.cleaned_data["fichier"]
        return bytes(recu.read(TAILLE_MAX + 1))


class FormulairePhrase(forms.Form):
    """The passphrase, to unlock for the session."""

    phrase = forms.CharField(
        label="Mot de passe du certificat", max_length=200, strip=False,
        widget=forms.PasswordInput(attrs={"autocomplete": "off"}),
    )  # fmt: skip

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **{"auto_id": "deverrouiller_%s", **kwargs})
        habiller(self)


class FormulairePdf(forms.Form):
    """A PDF signed elsewhere."""

    fichier = forms.FileField(label="Document signé (PDF)", widget=forms.FileInput(attrs={"accept": "application/pdf"}))

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        habiller(self)

    def clean_fichier(self) -> Fichier:
        """As it was sent: it is looked at, not kept, and what was changed in it has to be seen."""
        recu = self.cleaned_data["fichier"]
        nom = propre(str(recu.name))
        if recu.size > settings.TAILLE_MAX_FICHIER:
            raise forms.ValidationError(f"« {nom} » est trop lourd pour être vérifié ici.")
        octets = recu.read()
        if filetype.guess_mime(octets) != "application/pdf":
            raise forms.ValidationError(f"« {nom} » n'est pas un PDF. Choisissez le document signé, au format PDF.")
        return Fichier(nom, "application/pdf", octets)


class FormulaireRetour(FormulairePdf):
    """The same, to be kept in a dossier: received like any other file."""

    def clean_fichier(self) -> Fichier:
        """Known by its content, and harmless."""
        try:
            recu = lire(self.cleaned_data["fichier"])
        except FichierRefuse as erreur:
            raise forms.ValidationError(str(erreur)) from erreur
        if recu.genre != "application/pdf":
            raise forms.ValidationError(
                f"« {recu.nom} » n'est pas un PDF. Choisissez le document signé, au format PDF."
            )
        return recu
