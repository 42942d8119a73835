"""Importances and models, from a preset's `decisions.toml`. A preset without it has no internal requests."""

from buridan.decisions.modele import lire_formulaire
from buridan.decisions.models import FormulaireDecision
from buridan.dossiers.formulaires import charger_formulaire
from buridan.dossiers.natures import Chargement, Ecrire

FICHIER = "decisions.toml"


def charger(c: Chargement) -> Ecrire:
    """Read and check; what is returned writes a new version when the text changed."""

    def verifier(texte: str) -> list[str]:
        inconnus = sorted(lire_formulaire(texte).circuits() - c.circuits)
        return [f"le circuit « {code} » n'existe pas." for code in inconnus]

    return charger_formulaire(c, FICHIER, FormulaireDecision, verifier)


def dernier_formulaire() -> FormulaireDecision | None:
    """What is in force; None when this town has no internal requests."""
    return FormulaireDecision.objects.order_by("-numero").first()
