"""The form of an answer template: it validates, it saves nothing."""

from typing import Any, Self

from django import forms

from buridan.demandes.actions.modeles import Contenu
from buridan.demandes.models import ModeleReponse, TypeDemande
from buridan.demandes.reponses import fautes_de_champs
from buridan.dossiers.forms_fichiers import decorer


class FormulaireModele(forms.Form):
    """Title, requests concerned, text."""

    titre = forms.CharField(label="Titre", max_length=160, help_text="Ce que les agents lisent dans la liste.")
    famille = forms.ChoiceField(label="Proposé pour une famille de demandes", required=False)
    types = forms.MultipleChoiceField(
        label="Et pour ces types de demandes", required=False, widget=forms.CheckboxSelectMultiple,
        help_text="Sans famille ni type, le modèle est proposé pour toutes les demandes.",
    )  # fmt: skip
    texte = forms.CharField(
        label="Texte", max_length=10_000, strip=True, widget=forms.Textarea(attrs={"rows": 14}),
        help_text="Les champs entre {{ }} se remplissent seuls ; mettez entre crochets [ ] ce que l'agent doit compléter.",
    )  # fmt: skip
    version = forms.IntegerField(widget=forms.HiddenInput, required=False, min_value=1)

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        types = list(TypeDemande.objects.order_by("titre").values_list("code", "titre", "famille", "actif"))
        anciens = list(ModeleReponse.objects.values_list("famille", "types"))
        familles = sorted({f for _c, _t, f, actif in types if actif} | {f for f, _t in anciens if f})
        self.fields["famille"].choices = [("", "Aucune"), *((f, f) for f in familles)]  # type: ignore[attr-defined]
        choisis = {t for _f, liste in anciens for t in liste}
        self.fields["types"].choices = [(c, t) for c, t, _f, a in types if a or c in choisis]  # type: ignore[attr-defined]
        decorer(self)

    @classmethod
    def du_modele(cls, modele: ModeleReponse) -> Self:
        """The form as the template stands."""
        noms = ("titre", "famille", "types", "texte", "version")
        return cls(initial={nom: getattr(modele, nom) for nom in noms})

    def clean_texte(self) -> str:
        """Every field is known and closed."""
        texte = str(self.cleaned_data["texte"]).replace("\r\n", "\n")
        fautes = fautes_de_champs(texte)
        if fautes:
            raise forms.ValidationError(fautes)
        return texte

    def clean(self) -> dict[str, Any]:
        """Bootstrap's classes again, with the errors."""
        donnees: dict[str, Any] = super().clean() or self.cleaned_data
        decorer(self)
        return donnees

    def contenu(self) -> Contenu:
        """What the action takes."""
        d = self.cleaned_data
        return Contenu(d["titre"].strip(), d["texte"], d["famille"], tuple(d["types"]))
