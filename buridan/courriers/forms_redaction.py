"""Forms of the text of a letter and of how it leaves: they validate, they save nothing."""

from typing import Any

from django import forms

from buridan.courriers.actions.expedier import Envoi, dire_les_moyens, envois_de
from buridan.courriers.etats import Moyen, Sens
from buridan.courriers.queries import courrier_de, destinataires_de, version_de
from buridan.dossiers.etats import SensReponse
from buridan.dossiers.forms import FormulaireGeste, FormulaireReponse, FormulaireTraitement


def _dire_pour_la_notre(form: FormulaireGeste, champ: str, libelle: str) -> None:
    """A letter of ours answers nobody: it agrees to nothing and refuses nothing."""
    if courrier_de(form.dossier).sens != Sens.DEPART:
        return
    form.fields[champ].label = libelle
    form.fields["sens"].initial = form.dossier.projet_sens or SensReponse.INFORMATION
    form.fields["sens"].widget = forms.HiddenInput()


class FormulaireRedaction(FormulaireTraitement):
    """The draft of a letter."""

    def preparer(self) -> None:
        """In the words of an answer, or of a letter of ours."""
        super().preparer()
        _dire_pour_la_notre(self, "projet", "Texte de la lettre")


class FormulaireExpedition(FormulaireReponse):
    """The answer, and how it leaves."""

    moyen = forms.ChoiceField(label="Elle part par", choices=Moyen.choices)
    recommande = forms.CharField(label="Numéro de recommandé", required=False, max_length=30)

    def preparer(self) -> None:
        """By e-mail when that is all that is known; of a list, how each will leave is said before."""
        super().preparer()
        _dire_pour_la_notre(self, "texte", "Lettre")
        liste, moyen = destinataires_de(self.dossier), self.fields["moyen"]
        version = version_de(self.dossier, self.dossier.projet_reponse)
        if not any(a.adresse for a in liste) and any(a.courriel for a in liste) and (not version or version.est_un_pdf):
            moyen.initial = Moyen.COURRIEL
        if len(liste) > 1:
            seuls = [m for m in Moyen if m != Moyen.RECOMMANDE]
            moyen.choices = [(m.value, m.label) for m in seuls]  # type: ignore[attr-defined]
            partiront = [f"« {m.label} » : {dire_les_moyens(envois_de(liste, Envoi(m)))}" for m in seuls[:2]]
            moyen.help_text = (
                f"{len(liste)} destinataires ; qui n'a pas l'adresse qu'il faut reçoit la lettre à celle qu'on connaît. "
                f"{' ; '.join(partiront)}."
            )
            del self.fields["recommande"]

    def clean(self) -> dict[str, Any]:
        """A registered letter has its number."""
        donnees: dict[str, Any] = super().clean() or self.cleaned_data
        if donnees.get("moyen") == Moyen.RECOMMANDE and not donnees.get("recommande"):
            self.add_error("recommande", "Recopiez le numéro de la lettre recommandée : il est sur l'étiquette.")
        return {"recommande": "", **donnees}
