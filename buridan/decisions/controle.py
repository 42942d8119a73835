"""Faults of the internal requests."""

from buridan.outils.controle import Controle

CONTROLES = (
    Controle(
        "demande_interne_absente",
        """SELECT d.reference FROM dossiers_dossier d LEFT JOIN decisions_demandeinterne i ON i.dossier_id = d.id
        WHERE d.nature = 'decisions' AND i.dossier_id IS NULL""",
        "Le dossier {0} a perdu sa demande interne. Reprenez-la d'une sauvegarde.",
    ),
    Controle(
        "demande_interne_sans_retour",
        """SELECT d.reference, t.faute FROM dossiers_dossier d CROSS JOIN LATERAL decisions_retour(d.id) t(faute)
        WHERE d.nature = 'decisions' AND d.etat = 'clos' AND d.efface_le IS NULL AND t.faute IS NOT NULL""",
        "{1} Le dossier {0} a été clos hors de Buridan : faites donner la réponse par le responsable de l'auteur.",
    ),
)
