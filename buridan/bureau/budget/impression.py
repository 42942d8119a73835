"""The monthly board as a tagged PDF (PDF/UA-1), by Typst: the drawings of the page, each with its table."""

from collections.abc import Iterable
from decimal import Decimal
from pathlib import Path
from typing import Any

from buridan.budget.tableau import Montants, Tableau
from buridan.dossiers.pdf import compiler
from buridan.outils.montants import euros

MODELE = Path(__file__).with_name("tableau.typ")


def imprimer(t: Tableau, services: Iterable[tuple[str, Montants]], *, titre: str, ou: str, ville: str) -> bytes:
    """`ou`: the service looked at, empty for all of one's own."""
    donnees = {
        "ville": ville, "titre": titre, "ou": ou or "Tous les services", "au": f"{t.fin:%d/%m/%Y}",
        "extrait": f"{t.extrait_le:%d/%m/%Y}" if t.extrait_le else "",
        "total": _rangee("Ensemble", t.total),
        "services": [_rangee(nom, m) for nom, m in services],
        "sections": [_rangee(nom, m) for nom, m in t.sections],
        "mois": [_rangee(f"{m.fin:%d/%m}", m.montants) for m in t.mois],
        "depassees": t.total.depassees,
    }  # fmt: skip
    return compiler(MODELE, "tableau", donnees)


def _rangee(nom: str, m: Montants) -> dict[str, Any]:
    """Whole euros in words; shares of the larger of credits and use, for the bar."""
    tout = max(m.credits, m.engage + m.commande) or Decimal(1)
    return {
        "nom": nom, "textes": [euros(v, centimes=False) for v in (m.credits, m.engage, m.mandate, m.commande, m.disponible)],
        "part": "—" if m.part is None else f"{m.part:.0f} %", "depasse": m.disponible < 0,
        "engage": float(m.engage / tout), "commande": float(m.commande / tout), "credits": float(m.credits),
        "utilise": float(m.engage + m.commande), "engage_euros": float(m.engage),
    }  # fmt: skip
