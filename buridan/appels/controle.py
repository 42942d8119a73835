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
        "appel_fini",
        """SELECT d.reference FROM appels_appel a JOIN dossiers_dossier d ON d.id = a.dossier_id
        WHERE (a.fini_le IS NULL) <> (d.etat <> 'clos')""",
        "L'appel {0} et son dossier ne disent pas tous deux s'il est fini. Reprenez-le d'une sauvegarde.",
    ),
)
