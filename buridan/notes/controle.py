"""Faults of the notes."""

from buridan.outils.controle import Controle

CONTROLES = (
    Controle(
        "note_absente",
        """SELECT d.reference FROM dossiers_dossier d LEFT JOIN notes_note n ON n.dossier_id = d.id
        WHERE d.nature = 'notes' AND n.dossier_id IS NULL""",
        "Le dossier {0} a perdu sa note. Reprenez-la d'une sauvegarde.",
    ),
    Controle(
        "note_sans_visa",
        """SELECT d.reference FROM notes_note n JOIN dossiers_dossier d ON d.id = n.dossier_id
        JOIN dossiers_etape e ON e.dossier_id = d.id AND e.type = 'decision'
            AND e.etat IN ('active', 'faite', 'renvoyee')
        WHERE n.elu_id <> n.maire_id AND NOT notes_visee_par_l_elu(d.id, n.elu_id, e.rang)""",
        "La note {0} est arrivée au maire sans le visa de l'élu du thème : elle a été modifiée hors de Buridan. Demandez ce"
        " visa avant de vous servir de la décision.",
    ),
    Controle(
        "note_version",
        """SELECT d.reference, p.code FROM notes_partienote p JOIN dossiers_dossier d ON d.id = p.note_id
        WHERE NOT EXISTS (SELECT 1 FROM notes_versionpartie v WHERE v.note_id = p.note_id AND v.code = p.code AND v.retenue
            AND v.contenu = p.contenu)""",
        "La partie « {1} » de la note {0} ne correspond à aucune version enregistrée : elle a été modifiée hors de Buridan."
        " Comparez avec son historique.",
    ),
)
