"""Forms of what a sender is asked for, and of what comes: they validate, they save nothing."""

import re
from typing import Any

from django import forms

from buridan.courriers.etats import Moyen
from buridan.courriers.queries import NATURE, complements_attendus, courrier_de
from buridan.dossiers.forms import FormulaireComplement as ComplementDuCoeur
from buridan.dossiers.forms import FormulaireGeste
from buridan.dossiers.models import Dossier

_COTE = re.compile(r"A-(\d{4})-(\d{1,9})")


class FormulaireComplement(ComplementDuCoeur):
    """What is missing, until when, and how the letter that asks for it leaves."""

    moyen = forms.ChoiceField(label="La demande part par", choices=Moyen.choices)
    recommande = forms.CharField(label="Numéro de recommandé", required=False, max_length=30)

    def preparer(self) -> None:
        """By e-mail when there is one."""
        super().preparer()
        courrier = courrier_de(self.dossier)
        self.fields["texte"].help_text = "L'expéditeur le lira dans une lettre qui porte un numéro de départ."
        self.fields["moyen"].initial = Moyen.COURRIEL if courrier.courriel else Moyen.PAPIER

    def clean(self) -> dict[str, Any]:
        """A registered letter has its number."""
        donnees: dict[str, Any] = super().clean() or self.cleaned_data
        if donnees.get("moyen") == Moyen.RECOMMANDE and not donnees.get("recommande"):
            self.add_error("recommande", "Recopiez le numéro de la lettre recommandée : il est sur l'étiquette.")
        return donnees


class FormulaireJointure(FormulaireGeste):
    """The letter that waits for this one."""

    reference = forms.CharField(
        label="Numéro ou référence du courrier qui attend", max_length=20, help_text="Par exemple A-2026-00012."
    )

    def clean_reference(self) -> Dossier:
        """One that this person may read and that waits."""
        ecrit = self.cleaned_data["reference"].strip().upper()
        visibles = Dossier.objects.visibles_par(self.acteur).filter(nature=NATURE)
        if trouve := _COTE.fullmatch(ecrit):
            visibles = visibles.filter(courrier__annee=int(trouve[1]), courrier__numero=int(trouve[2]))
        else:
            visibles = visibles.filter(reference=ecrit)
        dossier: Dossier | None = visibles.first()
        if dossier is None or not complements_attendus(dossier).exists():
            raise forms.ValidationError(
                "Aucun courrier de ce numéro, parmi ceux que vous lisez, n'attend de complément. Vérifiez-le sur la lettre."
            )
        return dossier
