"""The request's own gestures: qualify with the catalogue, split, correct."""

from dataclasses import replace
from typing import Any

from django import forms

from buridan.circuits.catalogue import version
from buridan.demandes import rules as regles
from buridan.demandes.actions.corriger import Correction, corriger
from buridan.demandes.actions.qualifier import qualifier
from buridan.demandes.actions.remettre import Moyen, remettre
from buridan.demandes.actions.scinder import scinder
from buridan.demandes.forms_correction import FormulaireCorrection
from buridan.demandes.models import TypeDemande
from buridan.demandes.queries import comment_joindre, demande_de
from buridan.dossiers import rules
from buridan.dossiers.forms import FormulaireGeste
from buridan.dossiers.gestes import GESTES
from buridan.dossiers.natures import Geste
from buridan.organisation.acteur import Acteur
from buridan.organisation.annuaire import Annuaire


def choix_des_themes(annuaire: Annuaire) -> list[tuple[str, str]]:
    """Each theme with the name of who is elected for it."""
    themes = [(theme, f"{theme} : {annuaire.nom_personne(personne)}") for theme, personne in annuaire.themes()]
    return [("", "Aucun thème en particulier"), *themes]


class FormulaireQualification(FormulaireGeste):
    """The right type gives the right service, circuit and dates."""

    type = forms.ModelChoiceField(
        label="Type de demande", queryset=TypeDemande.objects.none(), empty_label=None,
        help_text="Si vous changez le type, le service et le circuit changent avec lui.",
    )  # fmt: skip
    prioritaire = forms.BooleanField(label="Prioritaire", required=False)
    theme = forms.ChoiceField(
        label="Thème",
        required=False,
        help_text="L'élu qui en est chargé donnera la suite. Sans thème, le cabinet agit.",
    )
    remarque = forms.CharField(
        label="Remarque pour le service", required=False, max_length=1000, widget=forms.Textarea(attrs={"rows": 2})
    )

    def preparer(self) -> None:
        """The type chosen at filing."""
        champ = self.fields["type"]
        champ.queryset = TypeDemande.objects.actifs().order_by("titre")  # type: ignore[attr-defined]
        champ.initial = demande_de(self.dossier).type_id
        self.fields["prioritaire"].initial = self.dossier.prioritaire
        if version(self.dossier.circuit, self.dossier.circuit_version).passe_par("elu"):
            self.fields["theme"].choices = choix_des_themes(self.acteur.annuaire)  # type: ignore[attr-defined]
        else:
            del self.fields["theme"]


def _executer(etape: Any, *, by: Acteur, at: Any, donnees: dict[str, Any]) -> Any:
    return qualifier(etape, by=by, at=at, **donnees)


_COEUR = GESTES["qualifier"]
QUALIFIER = Geste(
    _COEUR.code, "Qualifier et transmettre au service", _COEUR.fait, True, FormulaireQualification, _COEUR.verdict,
    _executer, _COEUR.types, principal=True,
)  # fmt: skip


class FormulairePartage(FormulaireGeste):
    """What the second request is about. The requester and the day of reception are those of the first."""

    type = forms.ModelChoiceField(
        label="Type de la seconde demande", queryset=TypeDemande.objects.none(), empty_label="Choisir un type",
        help_text="Il donne le service, le circuit et les dates. La demande d'origine continue de son côté.",
    )  # fmt: skip
    description = forms.CharField(
        label="Ce qui est demandé, dans les mots du demandeur",
        max_length=10_000,
        widget=forms.Textarea(attrs={"rows": 3}),
    )
    lieu = forms.CharField(label="Lieu", required=False, max_length=250)
    documents = forms.BooleanField(label="Reprendre aussi les documents", required=False)

    def preparer(self) -> None:
        """The place of the first request."""
        self.fields["type"].queryset = TypeDemande.objects.actifs().order_by("titre")  # type: ignore[attr-defined]
        self.fields["lieu"].initial = demande_de(self.dossier).lieu


def _scinder(dossier: Any, *, by: Acteur, at: Any, donnees: dict[str, Any]) -> Any:
    return scinder(dossier, by=by, at=at, **donnees)


SCINDER = Geste(
    "scinder", "Partager en deux demandes", "La seconde demande est ouverte, le demandeur est prévenu.", False,
    FormulairePartage, rules.peut_conduire, _scinder,
)  # fmt: skip


def _corriger(dossier: Any, *, by: Acteur, at: Any, donnees: dict[str, Any]) -> Correction:
    return corriger(dossier, by=by, at=at, **donnees)


def _dire(correction: Correction) -> str:
    suite = f" L'accusé de réception est envoyé à nouveau, à {correction.accuse}." if correction.accuse else ""
    return f"La demande est corrigée.{suite}"


CORRIGER = Geste(
    "corriger", "Corriger ou compléter la demande", "La demande est corrigée.", False, FormulaireCorrection,
    regles.peut_corriger, _corriger, dire=_dire,
)  # fmt: skip


class FormulaireRemise(FormulaireGeste):
    """How the answer was given."""

    moyen = forms.ChoiceField(label="Comment ?", choices=Moyen.choices)


def _remettre(dossier: Any, *, by: Acteur, at: Any, donnees: dict[str, Any]) -> Any:
    return remettre(dossier, by=by, at=at, **donnees)


REMETTRE = Geste(
    "remettre", "J'ai donné la réponse", "C'est noté : la réponse est donnée.", False, FormulaireRemise,
    lambda a, d: regles.peut_remettre(a, d, demande_de(d)), _remettre,
)  # fmt: skip


def _dire_la_reponse(reponse: Any) -> str:
    """What was done, and what is left to do for who gave no e-mail."""
    demande = demande_de(reponse.dossier)
    if demande.courriel:
        return GESTES["repondre"].fait
    return f"La réponse est enregistrée, le dossier est clos. {comment_joindre(demande)} Puis notez-le ici."


REPONDRE = replace(GESTES["repondre"], dire=_dire_la_reponse)
