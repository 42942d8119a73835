"""Faults of the requests."""

from buridan.outils.controle import Controle

CONTROLES = (
    Controle(
        "demande_absente",
        """SELECT d.reference FROM dossiers_dossier d LEFT JOIN demandes_demande m ON m.dossier_id = d.id
        WHERE d.nature = 'demandes' AND m.dossier_id IS NULL""",
        "Le dossier {0} a perdu sa demande (qui, quoi, où). Reprenez-la d'une sauvegarde.",
    ),
    Controle(
        "demande_date",
        """SELECT d.reference, m.recue_le, d.ouvert_le FROM demandes_demande m JOIN dossiers_dossier d ON d.id = m.dossier_id
        WHERE m.recue_le > (d.ouvert_le AT TIME ZONE 'Europe/Paris')::date""",
        "La demande {0} serait reçue le {1:%d/%m/%Y}, après son enregistrement ({2:%d/%m/%Y}) : ses délais sont faux."
        " Comparez avec une sauvegarde.",
    ),
    Controle(
        "demande_jeton",
        """SELECT j.resultat, j.at FROM interface_jeton j WHERE j.resultat ~ '^/recu/[0-9a-f-]{36}/$' AND NOT EXISTS
        (SELECT 1 FROM dossiers_dossier d WHERE d.uuid = substring(j.resultat FROM '[0-9a-f-]{36}')::uuid)""",
        "Le formulaire envoyé le {1:%d/%m/%Y %H:%M} mène à {0}, qui n'existe pas : une demande confirmée a été perdue."
        " Reprenez-la d'une sauvegarde.",
    ),
    Controle(
        "modele_version",
        """SELECT m.code, m.version FROM demandes_modelereponse m LEFT JOIN demandes_versionmodele v ON v.modele_id = m.id
        GROUP BY m.id HAVING count(v.id) <> m.version OR coalesce(max(v.numero), 0) <> m.version""",
        "Il manque une version au modèle de réponse « {0} » (la dernière est la {1}). Reprenez-la d'une sauvegarde.",
    ),
)
