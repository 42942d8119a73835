"""Forms of internal requests: they validate, they save nothing."""

from typing import Any

from django import forms

from buridan.decisions import rules
from buridan.decisions.actions.enregistrer import Saisie
from buridan.decisions.modele import Formulaire
from buridan.decisions.models import DemandeInterne
from buridan.decisions.route import echelle
from buridan.delegations.forms import habiller
from buridan.dossiers.etats import SensReponse, TypeEtape
from buridan.dossiers.forms import FormulaireGeste
from buridan.dossiers.forms_fichiers import AvecFichiers
from buridan.organisation.acteur import Acteur

LONG_MAX = 10_000


class FormulaireDebut(forms.Form):
    """A model, a subject, and in which post when one holds several."""

    modele = forms.ChoiceField(
        label="De quoi s'agit-il ?", widget=forms.RadioSelect(attrs={"class": "form-check-input"})
    )
    objet = forms.CharField(
        label="Ce que vous demandez, en quelques mots", max_length=200,
        error_messages={"required": "Dites en quelques mots ce que vous demandez."},
    )  # fmt: skip
    poste = forms.TypedChoiceField(label="À quel titre ?", coerce=int)

    def __init__(self, acteur: Acteur, formulaire: Formulaire, donnees: Any = None) -> None:
        super().__init__(donnees)
        self.fields["modele"].choices = [(m.code, m.titre) for m in formulaire.modeles]  # type: ignore[attr-defined]
        self.fields["modele"].error_messages["required"] = "Choisissez un modèle, ou « Autre demande »."
        postes = rules.postes_d_agent(acteur)
        if len(postes) < 2:
            del self.fields["poste"]
        else:
            self.fields["poste"].choices = [(p, acteur.annuaire.postes[p].intitule) for p in postes]  # type: ignore[attr-defined]
        habiller(self)
        self.fields["modele"].widget.attrs["class"] = "form-check-input"


class FormulaireDemande(AvecFichiers):
    """The draft. `vu`: imprint of what was shown."""

    modele = forms.ChoiceField(label="Modèle")
    importance = forms.ChoiceField(label="Jusqu'où monte-t-elle ?", widget=forms.RadioSelect)
    objet = forms.CharField(
        label="Ce que vous demandez, en quelques mots", max_length=200,
        error_messages={"required": "Dites en quelques mots ce que vous demandez."},
    )  # fmt: skip
    texte = forms.CharField(
        label="Votre demande", required=False, max_length=LONG_MAX, widget=forms.Textarea(attrs={"rows": 10})
    )
    au_nom_du_service = forms.BooleanField(label="Je demande au nom de mon service", required=False)
    coauteur = forms.TypedChoiceField(
        label="Un collègue l'écrit avec moi", required=False, coerce=int, empty_value=None,
        help_text="Il pourra la modifier jusqu'à l'envoi, et aura la réponse.",
    )  # fmt: skip
    vu = forms.CharField(required=False, widget=forms.HiddenInput)

    def __init__(
        self, acteur: Acteur, demande: DemandeInterne, actuelle: Saisie, donnees: Any = None, fichiers: Any = None
    ) -> None:
        initial = {nom: getattr(actuelle, nom) for nom in Saisie.__slots__}
        super().__init__(donnees, fichiers, initial={**initial, "vu": actuelle.vu})
        lu = demande.formulaire.lu
        choix: dict[str, list[Any]] = {
            "modele": [(m.code, m.titre) for m in lu.modeles],
            "importance": [(i.code, f"{i.titre}. {i.quand}") for i in lu.importances],
            "coauteur": [("", "Personne"), *_collegues(acteur, demande)],
        }
        for champ, valeurs in choix.items():
            self.fields[champ].choices = valeurs  # type: ignore[attr-defined]
        self.fields["texte"].help_text = demande.modele_choisi.aide
        self.fields["fichiers"].label = "Documents à joindre"
        habiller(self)
        self.fields["importance"].widget.attrs["class"] = "form-check-input"

    def saisie(self) -> Saisie:
        """What was typed."""
        valeurs = {nom: self.cleaned_data[nom] for nom in Saisie.__slots__}
        return Saisie(**{**valeurs, "texte": valeurs["texte"].replace("\r\n", "\n"), "objet": valeurs["objet"].strip()})


def _collegues(acteur: Acteur, demande: DemandeInterne) -> list[tuple[int, str]]:
    """Agents who will not have to decide on it, by name; the one chosen before stays in the list."""
    annuaire = acteur.annuaire
    chefs = echelle(annuaire, demande.dossier.entite_id, demande.auteur_id)
    hors = {annuaire.postes[p].personne for p in chefs} | {demande.dossier.createur_id}
    postes = {personne: p[0] for personne, p in annuaire.postes_de.items() if rules.est_agent(annuaire, p[0])}
    choix = [(p, annuaire.designer(poste)) for p, poste in postes.items() if p not in hors and p in annuaire.personnes]
    if demande.coauteur_id is not None and demande.coauteur_id not in postes:
        choix.append((demande.coauteur_id, annuaire.nom_personne(demande.coauteur_id)))
    return sorted(choix, key=lambda c: c[1])


class FormulaireTrancher(FormulaireGeste):
    """Agreed, wholly or in part."""

    sens = forms.TypedChoiceField(
        label="Votre décision",
        choices=[(SensReponse.FAVORABLE, "Accordée"), (SensReponse.PARTIELLE, "Accordée en partie")],
        coerce=SensReponse,
    )
    texte = forms.CharField(
        label="Motifs, conditions ou consignes", required=False, max_length=LONG_MAX,
        widget=forms.Textarea(attrs={"rows": 3}), help_text="L'auteur lira ces mots dans la réponse.",
    )  # fmt: skip


class FormulaireRetour(FormulaireGeste):
    """The answer, as it was decided; its head may add a word."""

    texte = forms.CharField(
        label="Réponse {au_demandeur}", max_length=LONG_MAX, widget=forms.Textarea(attrs={"rows": 7}),
        help_text="La décision est prise : ajoutez un mot si vous voulez, le sens ne change pas.",
    )  # fmt: skip

    def preparer(self) -> None:
        """The words of the decision."""
        self.fields["texte"].initial = self.dossier.projet_reponse


class FormulaireElu(FormulaireGeste):
    """Which elected official, for what."""

    theme = forms.ChoiceField(label="Thème")
    type = forms.TypedChoiceField(
        label="Ce que vous lui demandez",
        choices=[
            (TypeEtape.AVIS, "Son avis, avant la décision"),
            (TypeEtape.VISA, "Son accord : sans lui, la demande est renvoyée ou refusée"),
        ],
        coerce=TypeEtape,
    )
    question = forms.CharField(
        label="Votre question (facultatif)", required=False, max_length=300, widget=forms.Textarea(attrs={"rows": 2})
    )

    def preparer(self) -> None:
        """Themes somebody answers for, with who."""
        annuaire = self.acteur.annuaire
        elus = [(t, annuaire.poste_de_l_elu(t)) for t in annuaire.themes_en_poste()]
        choix = [("", "Choisir un thème"), *((t, f"{t} : {annuaire.designer(p)}") for t, p in elus if p is not None)]
        self.fields["theme"].choices = choix  # type: ignore[attr-defined]
