"""Faults of the calls."""

from buridan.outils.controle import Controle

CONTROLES = (
    Controle(
        "appel_absent",
        """SELECT d.reference FROM dossiers_dossier d LEFT JOIN appels_appel a ON a.dossier_id = d.id
        WHERE d.nature = 'appels' AND a.dossier_id IS NULL""",
        "Le dossier {0} a perdu son appel. Reprenez-le d'une sauvegarde.",
    ),
    Controle(
        "appel_sans_credits",
        """SELECT d.reference FROM appels_appel a JOIN dossiers_dossier d ON d.id = a.dossier_id
        WHERE appels_engage(a) AND NOT EXISTS (SELECT 1 FROM budget_reservation r WHERE r.dossier = d.uuid
            AND r.liberee_le IS NULL)""",
        "L'appel {0} est chez le syndicat sans crédits réservés : il a été modifié hors de Buridan. Renvoyez-le à son auteur,"
        " pour qu'il soit signé de nouveau.",
    ),
    Controle(
        "appel_part",
        """SELECT d.reference FROM appels_appel a JOIN dossiers_dossier d ON d.id = a.dossier_id
        JOIN appels_cle c ON c.id = a.cle_id
        CROSS JOIN LATERAL (SELECT c.poids[c.ville] / (SELECT sum(p) FROM unnest(c.poids) p) AS taux) t
        WHERE abs(a.part - a.estimation * t.taux) >= 0.01 OR abs(a.part_due - a.cout * t.taux) >= 0.01""",
        "La part de la commune dans l'appel {0} n'est pas celle de sa clé de répartition : elle a été modifiée hors de Buridan."
        " Reprenez-la d'une sauvegarde.",
    ),
    Controle(
        "appel_fini",
        """SELECT d.reference FROM appels_appel a JOIN dossiers_dossier d ON d.id = a.dossier_id
        WHERE (a.fini_le IS NULL) <> (d.etat <> 'clos')""",
        "L'appel {0} et son dossier ne disent pas tous deux s'il est fini. Reprenez-le d'une sauvegarde.",
    ),
)
