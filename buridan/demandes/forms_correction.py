"""The form that corrects a request: it validates, it saves nothing."""

import json
from copy import deepcopy
from typing import Any

from django import forms

from buridan.demandes.actions.corriger import CHAMPS, valeurs
from buridan.demandes.forms import Coordonnees, FormulaireDemande, champ_question
from buridan.demandes.models import Lieu, Public
from buridan.demandes.queries import demande_de, position_de
from buridan.dossiers.forms import FormulaireGeste
from buridan.organisation.acteur import Acteur


class FormulaireCorrection(Coordonnees, FormulaireGeste):
    """All that may be corrected, as it stands. `vu` says what the agent saw, so that nobody's change is undone unseen."""

    vu = forms.CharField(required=False, widget=forms.HiddenInput)

    def __init__(self, objet: Any, acteur: Acteur, donnees: Any = None) -> None:
        self.demande = demande_de(objet)
        self.actuelles = valeurs(self.demande)
        self.vues: dict[str, str] = {}
        if donnees is not None:
            donnees = donnees.copy()
            self.vues = _lire(donnees.get("vu", ""))
            donnees["vu"] = json.dumps(self.actuelles)
        super().__init__(objet, acteur, donnees)

    def preparer(self) -> None:
        """The fields of the filing form, with what they hold now."""
        for nom in CHAMPS:
            if nom == "au_nom_de":
                self.fields[nom] = forms.CharField(label="Au nom de", max_length=160, required=False)
            elif nom != "lieu" or self.demande.type.lieu != Lieu.SANS:
                self.fields[nom] = deepcopy(FormulaireDemande.base_fields[nom])
        self.fields["public"].label = "La personne est"
        self.fields["public"].choices = Public.choices  # type: ignore[attr-defined]
        if "lieu" in self.fields:
            self.fields["lieu"].required = False
        for question in self.demande.type.questions:
            self.fields[f"q_{question['cle']}"] = champ_question(question, agent=True)
        self.fields["precision"] = forms.CharField(
            label="Précision à ajouter", required=False, max_length=5000, widget=forms.Textarea(attrs={"rows": 3}),
            help_text="Ce qui a été écrit au dépôt reste tel quel ; cette précision s'affiche dessous, le demandeur la lit.",
        )  # fmt: skip
        self.initial = {**self.actuelles, "vu": json.dumps(self.actuelles)}

    def clean(self) -> dict[str, Any]:
        """What changed, as (seen, wanted) for each field."""
        d: dict[str, Any] = super().clean()
        voulues = {nom: _texte(d.get(nom)) for nom in self.actuelles if nom in self.fields and nom not in self.errors}
        changements = {n: (self.vues.get(n, ""), v) for n, v in voulues.items() if v != self.vues.get(n, "")}
        lieu = d.get("lieu") or ""
        return {
            "changements": changements,
            "precision": d.get("precision", ""),
            "position": position_de(lieu) if "lieu" in changements else (None, None),
        }


def _texte(valeur: Any) -> str:
    return "" if valeur is None else str(valeur)


def _lire(vu: str) -> dict[str, str]:
    try:
        lu = json.loads(vu)
    except ValueError:
        return {}
    return {str(c): str(v) for c, v in lu.items()} if isinstance(lu, dict) else {}
