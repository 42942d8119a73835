"""Faults of the orders."""

from buridan.outils.controle import Controle

CONTROLES = (
    Controle(
        "commande_absente",
        """SELECT d.reference FROM dossiers_dossier d LEFT JOIN commandes_commande c ON c.dossier_id = d.id
        WHERE d.nature = 'commandes' AND c.dossier_id IS NULL""",
        "Le dossier {0} a perdu sa commande. Reprenez-la d'une sauvegarde.",
    ),
    Controle(
        "commande_sans_credits",
        """SELECT d.reference FROM commandes_commande c JOIN dossiers_dossier d ON d.id = c.dossier_id
        WHERE c.signee_le IS NOT NULL
        AND NOT EXISTS (SELECT 1 FROM dossiers_reponse r WHERE r.dossier_id = d.id AND r.sens = 'retiree')
        AND NOT EXISTS (SELECT 1 FROM budget_reservation b WHERE b.dossier = d.uuid AND b.liberee_le IS NULL
            AND b.ligne_id = c.ligne_id AND b.montant = commandes_total(c.dossier_id))""",
        "La commande {0} est signée et ses crédits ne sont pas réservés. Réservez-les sur sa ligne, ou annulez-la.",
    ),
    Controle(
        "commande_credits_tenus",
        """SELECT d.reference FROM commandes_commande c JOIN dossiers_dossier d ON d.id = c.dossier_id
        JOIN dossiers_reponse r ON r.dossier_id = d.id AND r.sens IN ('retiree', 'refus')
        JOIN budget_reservation b ON b.dossier = d.uuid AND b.liberee_le IS NULL AND b.engage_le IS NULL""",
        "La commande {0} est annulée ou refusée et tient encore des crédits. Rendez-les à la ligne.",
    ),
    Controle(
        "commande_signee_sans_signature",
        """SELECT d.reference FROM commandes_commande c JOIN dossiers_dossier d ON d.id = c.dossier_id
        WHERE c.signee_le IS NOT NULL AND NOT EXISTS (
            SELECT 1 FROM signatures_signature s JOIN dossiers_etape e ON e.id = s.etape_id
            WHERE e.dossier_id = d.id)""",
        "La commande {0} se dit signée et n'a pas de signature. Ne l'envoyez pas : reprenez-la d'une sauvegarde.",
    ),
)
