"""Faults of the letters and of their two registers."""

from buridan.outils.controle import Controle


def _trous(table: str, registre: str) -> str:
    """Numbers that a counter has given and that no line bears."""
    return f"""SELECT k.annee, n.numero FROM courriers_compteur k CROSS JOIN LATERAL generate_series(1, k.dernier) n(numero)
        WHERE k.registre = '{registre}' AND NOT EXISTS
            (SELECT 1 FROM {table} c WHERE c.annee = k.annee AND c.numero = n.numero)
        UNION ALL SELECT c.annee, c.numero FROM {table} c WHERE c.numero IS NOT NULL AND NOT EXISTS
            (SELECT 1 FROM courriers_compteur k WHERE k.registre = '{registre}' AND k.annee = c.annee AND k.dernier >= c.numero)
        ORDER BY 1, 2"""


# A departure by e-mail that nothing sends: no mail of it and no job that makes one. Mails that left are forgotten after 90 days.
PAS_PARTIS = """FROM courriers_depart d JOIN dossiers_dossier x ON x.id = d.dossier_id
    WHERE d.moyen = 'courriel' AND d.courriel <> '' AND d.objet <> 'accuse' AND d.revenu_le IS NULL
    AND d.at > now() - interval '80 days' AND NOT EXISTS (SELECT 1 FROM notifications_courriel c
        WHERE c.dossier = x.uuid AND c.piece_nom = 'D-' || d.annee || '-' || lpad(d.numero::text, 5, '0') || '.pdf')
    AND NOT EXISTS (SELECT 1 FROM procrastinate_jobs j WHERE j.task_name = 'courriers.poster'
        AND j.status IN ('todo', 'doing') AND (j.args->>'depart')::bigint = d.id)"""

CONTROLES = (
    Controle(
        "courrier_absent",
        """SELECT d.reference FROM dossiers_dossier d LEFT JOIN courriers_courrier c ON c.dossier_id = d.id
        WHERE d.nature = 'courriers' AND c.dossier_id IS NULL""",
        "Le dossier {0} a perdu son courrier (qui, quand, numéro). Reprenez-le d'une sauvegarde.",
    ),
    Controle(
        "arrivee_manquante",
        _trous("courriers_courrier", "arrivee"),
        "Le registre des arrivées de {0} a un trou, ou un compteur en retard, au numéro {1}. Comparez avec une sauvegarde.",
    ),
    Controle(
        "depart_manquant",
        _trous("courriers_depart", "depart"),
        "Le registre des départs de {0} a un trou, ou un compteur en retard, au numéro {1}. Comparez avec une sauvegarde.",
    ),
    Controle(
        "depart_pas_parti",
        f"""SELECT 'D-' || d.annee || '-' || lpad(d.numero::text, 5, '0'), d.nom {PAS_PARTIS}""",
        "Le départ {0} à {1} devait partir par courriel : tous les essais ont échoué, rien n'est parti. Dans Buridan, le service"
        " courrier l'ouvre (« Courriers », « Départs ») et l'envoie de nouveau, ou par la poste.",
    ),
    Controle(
        "courrier_clos_sans_suite",
        "SELECT d.reference FROM dossiers_dossier d WHERE d.nature = 'courriers' AND courriers_sans_suite(d.id)",
        "Le courrier {0} est clos sans envoi, et personne n'a dit pourquoi. Rouvrez-le et répondez.",
    ),
    Controle(
        "courrier_date",
        """SELECT d.reference, c.arrive_le, d.ouvert_le FROM courriers_courrier c JOIN dossiers_dossier d ON d.id = c.dossier_id
        WHERE c.arrive_le > d.ouvert_le""",
        "Le courrier {0} serait arrivé le {1:%d/%m/%Y}, après son enregistrement ({2:%d/%m/%Y}) : ses délais sont faux."
        " Comparez avec une sauvegarde.",
    ),
    Controle(
        "courrier_jeton",
        """SELECT j.resultat, j.at FROM interface_jeton j WHERE j.resultat ~ '^/courriers/[0-9a-f-]{36}/enregistre/$'
        AND NOT EXISTS (SELECT 1 FROM dossiers_dossier d WHERE d.uuid = substring(j.resultat FROM '[0-9a-f-]{36}')::uuid)""",
        "Le formulaire envoyé le {1:%d/%m/%Y %H:%M} mène à {0}, qui n'existe pas : un courrier enregistré a été perdu."
        " Reprenez-le d'une sauvegarde.",
    ),
    Controle(
        "contact_reuni_encore_lie",
        """SELECT d.reference FROM courriers_courrier c JOIN contacts_contact k ON k.id = c.contact_id
        JOIN dossiers_dossier d ON d.id = c.dossier_id WHERE k.reuni_a_id IS NOT NULL""",
        "Le courrier {0} est relié à un contact réuni à un autre : sa fiche ne le montre pas. Comparez avec une sauvegarde.",
    ),
)
