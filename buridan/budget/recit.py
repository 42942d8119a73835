"""The history of a line, in words: its chain of the journal."""

from datetime import date
from typing import Any
from uuid import NAMESPACE_URL, UUID, uuid5

from buridan.budget.models import LigneBudget
from buridan.journal.models import Ligne

LIGNES = 50
PHRASES = {
    "reserver": "a réservé {montant} pour le bon {reference} ; il restait {reste}",
    "depasser": "a autorisé le bon {reference} de {montant} à dépasser les crédits ; il restait {reste}. Motif : {motif}",
    "liberer": "a rendu les {montant} du bon {reference}. Motif : {motif}",
    "engager": "a noté l'engagement {numero} du bon {reference}, le {le}",
}


def chaine_de(ligne: LigneBudget) -> UUID:
    """Name of the chain of a line: the same for ever."""
    return uuid5(NAMESPACE_URL, f"buridan:lignebudget:{ligne.pk}")


def historique(ligne: LigneBudget) -> list[dict[str, Any]]:
    """The latest lines about this line of the budget."""
    lignes = Ligne.objects.filter(chaine=chaine_de(ligne)).select_related("charge").order_by("-numero")[:LIGNES]
    return [{"at": x.at, **_en_mots(x)} for x in lignes]


def _en_mots(ligne: Ligne) -> dict[str, str]:
    charge = getattr(ligne, "charge", None)
    if charge is None:
        return {"qui": "", "quoi": "contenu effacé"}
    contenu = {**charge.contenu}
    if "le" in contenu:
        contenu["le"] = f"{date.fromisoformat(contenu['le']):%d/%m/%Y}"
    return {"qui": contenu["qui"], "quoi": PHRASES[ligne.verbe].format(**contenu)}
