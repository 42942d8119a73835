"""Faults of the matters of elected officials."""

from buridan.outils.controle import Controle

CONTROLES = (
    Controle(
        "demande_elu_absente",
        """SELECT d.reference FROM dossiers_dossier d LEFT JOIN elus_demandeelu e ON e.dossier_id = d.id
        WHERE d.nature = 'elus' AND e.dossier_id IS NULL""",
        "Le dossier {0} a perdu sa demande d'élu. Reprenez-la d'une sauvegarde.",
    ),
    Controle(
        "habitant_sans_reponse",
        """SELECT d.reference, t.faute FROM elus_demandeelu e JOIN dossiers_dossier d ON d.id = e.dossier_id
        CROSS JOIN LATERAL elus_habitant(d.id) t(faute) WHERE t.faute IS NOT NULL""",
        "{1} La demande d'élu {0} a été modifiée hors de Buridan : demandez au cabinet de répondre à l'habitant, une fois.",
    ),
)
