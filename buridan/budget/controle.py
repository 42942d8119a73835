"""Faults of the budget."""

from buridan.outils.controle import Controle

CONTROLES = (
    Controle(
        "budget_reservation_sans_credits",
        r"""SELECT l.code, l.exercice, r.reference, r.montant, r.disponible_avant FROM budget_reservation r
        JOIN budget_lignebudget l ON l.id = r.ligne_id WHERE r.montant > r.disponible_avant AND r.derogation !~ '\S'""",
        "Ligne {0} ({1}) : le bon {2} réserve {3} € alors qu'il restait {4} €, sans dépassement autorisé. Rendez ces crédits"
        " ou faites autoriser le dépassement.",
    ),
    Controle(
        "budget_releve",
        """SELECT l.code, l.exercice FROM budget_lignebudget l LEFT JOIN LATERAL (
            SELECT r.credits, r.engage, r.mandate FROM budget_releve r JOIN budget_importbudget i ON i.id = r.origine_id
            WHERE r.ligne_id = l.id ORDER BY i.extrait_le DESC, i.decide_le DESC, i.id DESC LIMIT 1) r ON true
        WHERE (l.credits, l.engage, l.mandate) IS DISTINCT FROM (r.credits, r.engage, r.mandate)""",
        "Ligne {0} ({1}) : ses montants ne sont pas ceux du dernier fichier appliqué. Importez de nouveau ce fichier.",
    ),
)
