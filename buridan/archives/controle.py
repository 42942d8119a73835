"""Faults of the transfers. A file that is missing or changed is found with the others that rows name (`queries.FICHIERS`)."""

from buridan.outils.controle import Controle

CONTROLES = (
    Controle(
        "versement_arrete",
        """SELECT v.prepare_le FROM archives_versement v
        WHERE v.etat = 'prepare' AND v.prepare_le < now() - interval '1 day'
        AND NOT EXISTS (SELECT 1 FROM journal_ligne j WHERE j.chaine = v.uuid AND j.at > now() - interval '1 day')""",
        "Le versement préparé le {0:%d/%m/%Y} n'a toujours pas son fichier. Démarrez les travaux (buridan run, ou le service"
        " « worker »), puis relancez-le depuis sa page.",
    ),
    Controle(
        "versement_sans_dossier",
        """SELECT v.prepare_le FROM archives_versement v
        WHERE NOT EXISTS (SELECT 1 FROM archives_ligneversement l WHERE l.versement_id = v.id)""",
        "Le versement préparé le {0:%d/%m/%Y} n'a plus aucun dossier. Comparez avec une sauvegarde.",
    ),
    Controle(
        "versement_sans_ligne",
        """SELECT v.prepare_le FROM archives_versement v WHERE NOT EXISTS
        (SELECT 1 FROM journal_ligne j WHERE j.chaine = v.uuid AND j.verbe = 'preparer_versement')
        OR v.etat = 'accepte' AND NOT EXISTS
        (SELECT 1 FROM journal_ligne j WHERE j.chaine = v.uuid AND j.verbe = 'finir_versement')""",
        "Le versement du {0:%d/%m/%Y} a été changé hors de Buridan : le journal ne le connaît pas ainsi. Comparez avec une"
        " sauvegarde, et avec l'attestation des archives.",
    ),
)
