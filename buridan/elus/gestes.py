"""The gestures of a matter of an elected official, in the place of those of the core."""

from collections.abc import Callable
from dataclasses import replace
from typing import Any

from buridan.dossiers.forms import FormulaireRenvoiALAuteur
from buridan.dossiers.gestes import GESTES
from buridan.dossiers.models import Dossier, Etape
from buridan.dossiers.natures import Geste
from buridan.elus import forms, rules
from buridan.elus.actions.repondre import choisir_qui_repond, repondre, retirer
from buridan.elus.actions.trancher import trancher
from buridan.elus.actions.transmettre import transmettre
from buridan.elus.queries import demande_de
from buridan.organisation.acteur import Acteur
from buridan.outils.verdict import Verdict, non


def _champs(action: Callable[..., Any]) -> Any:
    def executer(objet: Any, *, by: Acteur, at: Any, donnees: dict[str, Any]) -> Any:
        donnees.pop("choix", None)
        return action(objet, by=by, at=at, **donnees)

    return executer


def peut_repondre(acteur: Acteur, etape: Etape) -> Verdict:
    """Whoever has the étape; the official who tells the resident."""
    return rules.peut_repondre(acteur, etape, demande_de(etape.dossier))


def peut_choisir(acteur: Acteur, dossier: Dossier) -> Verdict:
    """The official or the cabinet, until the answer leaves."""
    return rules.peut_choisir(acteur, demande_de(dossier))


def peut_retirer(acteur: Acteur, dossier: Dossier) -> Verdict:
    """The official, or the cabinet in his or her name."""
    return rules.peut_retirer(acteur, demande_de(dossier))


def peut_ne_plus_suivre(acteur: Acteur, dossier: Dossier) -> Verdict:
    """Not the official: he or she sees it to the end."""
    if rules.est_le_sien(acteur, demande_de(dossier)):
        return non("C'est votre demande : vous la suivez jusqu'à sa réponse.")
    return GESTES["ne_plus_suivre"].verdict(acteur, dossier)


def _ne_plus_suivre(dossier: Dossier, *, by: Acteur, at: Any, donnees: dict[str, Any]) -> Any:
    peut_ne_plus_suivre(by, dossier).exiger()
    return GESTES["ne_plus_suivre"].executer(dossier, by=by, at=at, donnees=donnees)


CHOISIR = Geste(
    "choisir_qui_repond", "Changer qui répond à l'habitant", "C'est noté.", False, forms.FormulaireQuiRepond, peut_choisir,
    _champs(choisir_qui_repond),
)  # fmt: skip
ELUS: dict[str, Geste] = {
    "qualifier": replace(
        GESTES["qualifier"], libelle="Transmettre au service", fait="La demande est transmise au service.",
        formulaire=forms.FormulaireTransmettre, executer=_champs(transmettre),
    ),
    "decider": replace(
        GESTES["decider"], libelle="Enregistrer la décision", formulaire=forms.FormulaireTrancher, executer=_champs(trancher)
    ),
    "renvoyer": replace(GESTES["renvoyer"], formulaire=FormulaireRenvoiALAuteur),
    "repondre": replace(
        GESTES["repondre"], libelle="Donner la réponse et clore", fait="La réponse est donnée, la demande est close.",
        formulaire=forms.FormulaireRepondre, verdict=peut_repondre, executer=_champs(repondre),
    ),
    "retirer": replace(
        GESTES["retirer"], libelle="Retirer la demande de l'élu", formulaire=forms.FormulaireRetirer, verdict=peut_retirer,
        executer=_champs(retirer),
    ),
    "ne_plus_suivre": replace(GESTES["ne_plus_suivre"], verdict=peut_ne_plus_suivre, executer=_ne_plus_suivre),
    "choisir_qui_repond": CHOISIR,
}  # fmt: skip
SANS = frozenset({"demander_complement", "transmettre", "reunir", "rouvrir", "ecrire_demandeur"})
