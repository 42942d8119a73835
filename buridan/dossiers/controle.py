"""Faults of the core: a dossier without somebody, a state without line in the journal, a row without file, and the like."""

from collections.abc import Iterator
from hashlib import file_digest
from heapq import merge
from itertools import groupby
from operator import itemgetter
from pathlib import Path
from time import time
from typing import Any

from django.db import connection

from buridan.dossiers.antivirus import silence
from buridan.dossiers.fichiers import SURSIS, fichiers_ranges, modifie_le, sql_des_nommes
from buridan.journal.controle import MARGE
from buridan.outils.controle import Controle, Recherche

_JOUR = "(now() AT TIME ZONE 'Europe/Paris')::date"
_EN_COURS = f"debut <= {_JOUR} AND (fin IS NULL OR fin > {_JOUR})"
_A_FAIRE = "dossiers_etape e JOIN dossiers_dossier d ON d.id = e.dossier_id AND d.etat <> 'clos' AND e.etat = 'active'"
_LIGNE = "SELECT 1 FROM journal_ligne l WHERE l.chaine = d.uuid AND l.at ="
_DU_JOUR = "(c.at AT TIME ZONE 'Europe/Paris')::date"
_COMPARER = " Ouvrez-le, comparez avec une sauvegarde."

PERSONNE = (
    Controle(
        "dossier_sans_etape",
        """SELECT d.reference FROM dossiers_dossier d WHERE d.etat <> 'clos' AND NOT EXISTS
        (SELECT 1 FROM dossiers_etape e WHERE e.dossier_id = d.id AND e.etat = 'active')""",
        "Le dossier {0} est ouvert et n'a aucune étape à faire : personne ne s'en occupe. Ouvrez-le et ajoutez une étape.",
    ),
    Controle(
        "etape_sans_personne",
        f"""WITH seules AS MATERIALIZED (SELECT cible, nature FROM (SELECT DISTINCT e.cible, e.poste_id, e.entite_id, d.nature
            FROM {_A_FAIRE}) c WHERE NOT dossiers_quelquun_peut_agir(poste_id, entite_id, {_JOUR}, nature))
        SELECT d.reference, e.titre FROM {_A_FAIRE} WHERE (e.cible, d.nature) IN (SELECT cible, nature FROM seules)""",
        "L'étape « {1} » du dossier {0} est confiée à un poste où personne ne peut agir. Confiez-la à quelqu'un d'autre.",
    ),
    Controle(
        "etape_poste_fini",
        f"""SELECT d.reference, e.titre FROM {_A_FAIRE} WHERE e.poste_id IS NOT NULL AND NOT EXISTS
            (SELECT 1 FROM organisation_versionposte v WHERE v.poste_id = e.poste_id AND {_EN_COURS})
        UNION ALL SELECT d.reference, e.titre FROM {_A_FAIRE} WHERE e.entite_id IS NOT NULL AND NOT EXISTS
            (SELECT 1 FROM organisation_versionentite v WHERE v.entite_id = e.entite_id AND {_EN_COURS})""",
        "L'étape « {1} » du dossier {0} est confiée à un poste ou un service qui n'existe plus. Confiez-la à quelqu'un d'autre.",
    ),
    Controle(
        "clos_sans_reponse",
        """SELECT d.reference FROM dossiers_dossier d WHERE d.etat = 'clos' AND NOT EXISTS
        (SELECT 1 FROM dossiers_reponse r WHERE r.dossier_id = d.id AND r.tour = d.tour)""",
        "Le dossier {0} est clos sans réponse : 1 demande = 1 réponse. Rouvrez-le et répondez.",
    ),
    Controle(
        "clos_mais_a_faire",
        """SELECT d.reference, e.titre FROM dossiers_etape e JOIN dossiers_dossier d ON d.id = e.dossier_id
        WHERE d.etat = 'clos' AND e.etat IN ('active', 'a_venir')""",
        "Le dossier {0} est clos mais l'étape « {1} » attend encore. Rouvrez-le et terminez-la.",
    ),
    Controle(
        "signature_trop_faible",
        """SELECT d.reference, e.titre FROM dossiers_decision c JOIN dossiers_etape e ON e.id = c.etape_id
        JOIN dossiers_dossier d ON d.id = e.dossier_id
        WHERE c.resultat = 'signee' AND NOT dossiers_niveau_repond(e.niveau_signature, c.niveau_signature)""",
        "L'étape « {1} » du dossier {0} est signée à un niveau plus faible que demandé. Comparez avec une sauvegarde.",
    ),
    Controle(
        "lecteur_absent",
        """SELECT d.reference FROM dossiers_dossier d WHERE NOT d.entite_id = ANY (d.lecteurs) AND NOT EXISTS
            (SELECT 1 FROM organisation_versionposte v WHERE v.entite_id = d.entite_id AND -v.poste_id = ANY (d.lecteurs))
        UNION SELECT d.reference FROM dossiers_etape e JOIN dossiers_dossier d ON d.id = e.dossier_id
            WHERE e.etat IN ('active', 'faite', 'renvoyee') AND e.entite_id IS NOT NULL AND NOT e.entite_id = ANY (d.lecteurs)
        UNION SELECT d.reference FROM dossiers_etape e JOIN dossiers_dossier d ON d.id = e.dossier_id
            WHERE e.etat IN ('active', 'faite', 'renvoyee') AND e.poste_id IS NOT NULL AND NOT EXISTS
            (SELECT 1 FROM organisation_versionposte v
                WHERE v.poste_id = e.poste_id AND ARRAY[v.entite_id, -e.poste_id] && d.lecteurs)""",
        "Le dossier {0} est caché à un service qui doit agir dessus. Confiez-lui de nouveau l'étape : il le verra.",
    ),
    Controle(
        "reprise_oubliee",
        f"""SELECT d.reference, d.attente_jusquau FROM dossiers_dossier d
        WHERE d.etat = 'attente' AND d.attente_jusquau < {_JOUR} - 2""",
        "Le dossier {0} devait reprendre le {1:%d/%m/%Y} et attend encore. Démarrez les travaux (buridan run, ou le service"
        " « worker »).",
    ),
)
DECISIONS = (
    Controle(
        "etape_deux_fois",
        """SELECT d.reference, min(e.titre) FROM dossiers_decision c JOIN dossiers_etape e ON e.id = c.etape_id
        JOIN dossiers_dossier d ON d.id = e.dossier_id GROUP BY d.reference, c.etape_id HAVING count(*) > 1""",
        "L'étape « {1} » du dossier {0} a été décidée deux fois." + _COMPARER,
    ),
    Controle(
        "decision_et_etat",
        """SELECT d.reference, e.titre FROM dossiers_etape e JOIN dossiers_dossier d ON d.id = e.dossier_id
        LEFT JOIN dossiers_decision c ON c.etape_id = e.id
        WHERE (c.id IS NULL) <> (e.etat NOT IN ('faite', 'renvoyee', 'reprise'))""",
        "L'étape « {1} » du dossier {0} est faite sans décision, ou décidée et encore à faire." + _COMPARER,
    ),
    Controle(
        "etat_sans_ligne",
        f"""SELECT d.reference FROM dossiers_dossier d WHERE NOT EXISTS ({_LIGNE} d.bouge_le)
        UNION SELECT d.reference FROM dossiers_dossier d WHERE d.clos_le IS NOT NULL AND NOT EXISTS ({_LIGNE} d.clos_le)
        UNION SELECT d.reference FROM dossiers_message m JOIN dossiers_dossier d ON d.id = m.dossier_id
            WHERE NOT EXISTS ({_LIGNE} m.at)
        UNION SELECT d.reference FROM dossiers_decision c JOIN dossiers_etape e ON e.id = c.etape_id
            JOIN dossiers_dossier d ON d.id = e.dossier_id WHERE NOT EXISTS ({_LIGNE} c.at AND l.etape = e.id)""",
        "Le dossier {0} a changé sans que son journal le dise : il a été modifié hors de Buridan." + _COMPARER,
    ),
    Controle(
        "ligne_sans_dossier",
        """SELECT l.chaine, l.at FROM journal_ligne l WHERE l.numero = 1 AND l.verbe = 'ouvrir'
        AND NOT EXISTS (SELECT 1 FROM dossiers_dossier d WHERE d.uuid = l.chaine)""",
        "Le journal dit qu'un dossier a été ouvert le {1:%d/%m/%Y} ({0}) et il n'existe plus. Reprenez-le d'une sauvegarde.",
    ),
    Controle(
        "suppleance_finie",
        f"""SELECT d.reference, e.titre, c.at FROM dossiers_decision c JOIN dossiers_etape e ON e.id = c.etape_id
        JOIN dossiers_dossier d ON d.id = e.dossier_id
        CROSS JOIN LATERAL (SELECT array_agg(a.poste_id) AS ids FROM organisation_affectation a
            WHERE a.personne_id = c.par_id AND a.debut <= {_DU_JOUR} AND (a.fin IS NULL OR a.fin >= {_DU_JOUR})) postes
        WHERE c.pour <> '' AND NOT e.poste_id = ANY (postes.ids)
        AND EXISTS (SELECT 1 FROM organisation_suppleance s WHERE s.poste_id = e.poste_id AND s.suppleant_id = ANY (postes.ids))
        AND NOT EXISTS (SELECT 1 FROM organisation_suppleance s WHERE s.suppleant_id = ANY (postes.ids)
            AND s.debut <= {_DU_JOUR} AND (s.fin IS NULL OR s.fin >= {_DU_JOUR}))
        AND NOT EXISTS (SELECT 1 FROM organisation_versionposte v WHERE v.poste_id = ANY (postes.ids)
            AND (v.responsable OR 'administration' = ANY (v.droits)))""",
        "Le {2:%d/%m/%Y}, l'étape « {1} » du dossier {0} a été décidée par un suppléant dont la suppléance n'était pas en"
        " vigueur. Faites confirmer la décision, ou rouvrez le dossier.",
    ),
    Controle(
        "dates",
        f"""SELECT d.reference, 'il est clos avant d''être ouvert' FROM dossiers_dossier d WHERE d.clos_le < d.ouvert_le - {MARGE}
        UNION ALL SELECT d.reference, 'il a bougé avant d''être ouvert' FROM dossiers_dossier d
            WHERE d.bouge_le < d.ouvert_le - {MARGE}
        UNION ALL SELECT d.reference, 'la réponse est d''avant la demande' FROM dossiers_reponse r
            JOIN dossiers_dossier d ON d.id = r.dossier_id WHERE r.at < d.ouvert_le - {MARGE}
        UNION ALL SELECT d.reference, 'l''étape « ' || e.titre || ' » commence avant lui' FROM dossiers_etape e
            JOIN dossiers_dossier d ON d.id = e.dossier_id WHERE e.activee_le < d.ouvert_le - {MARGE}
        UNION ALL SELECT d.reference, 'l''étape « ' || e.titre || ' » est décidée avant de commencer' FROM dossiers_decision c
            JOIN dossiers_etape e ON e.id = c.etape_id JOIN dossiers_dossier d ON d.id = e.dossier_id
            WHERE c.at < e.activee_le - {MARGE}""",
        "Les dates du dossier {0} se contredisent : {1}. Vérifiez l'horloge du serveur et comparez avec une sauvegarde.",
    ),
)
RENVOIS = (
    Controle(
        "jeton_sans_dossier",
        """SELECT j.resultat, j.at FROM interface_jeton j WHERE j.resultat ~ '^/dossiers/[0-9a-f-]{36}/$' AND NOT EXISTS
        (SELECT 1 FROM dossiers_dossier d WHERE d.uuid = substring(j.resultat FROM '[0-9a-f-]{36}')::uuid)""",
        "Le formulaire envoyé le {1:%d/%m/%Y %H:%M} mène à {0}, qui n'existe pas : un dossier confirmé a été perdu."
        " Reprenez-le d'une sauvegarde.",
    ),
    Controle(
        "avis_sans_dossier",
        """SELECT n.texte FROM notifications_notification n WHERE n.dossier IS NOT NULL AND NOT EXISTS
            (SELECT 1 FROM dossiers_dossier d WHERE d.uuid = n.dossier)
        UNION ALL SELECT c.sujet FROM notifications_courriel c WHERE c.dossier IS NOT NULL AND NOT EXISTS
            (SELECT 1 FROM dossiers_dossier d WHERE d.uuid = c.dossier)""",
        "Le message « {0} » parle d'un dossier qui n'existe plus. Reprenez ce dossier d'une sauvegarde.",
    ),
)


def fichiers() -> Iterator[str]:
    """Rows and files side by side, both in order of folder and SHA-256: one pass over each, whatever their number.

    The folder comes first: a file half written bears another name than a SHA-256, and would be out of order without it.
    """
    sur_le_disque: Iterator[tuple[tuple[str, str], Any]] = (((f.parent.name, f.name), f) for f in fichiers_ranges())
    for _place, groupe in groupby(merge(sur_le_disque, _documents(), key=itemgetter(0)), itemgetter(0)):
        elements = [element for _cle, element in groupe]
        fichier = elements.pop(0) if isinstance(elements[0], Path) else None
        yield from _confronter(fichier, elements)


def _documents() -> Iterator[tuple[tuple[str, str], tuple[str, str, int | None]]]:
    """((folder, SHA-256), (where, name, size)) of every content that a row names; the size may not be known (None)."""
    with connection.chunked_cursor() as curseur:
        curseur.execute(
            f"""SELECT f.sha256, min(f.ou), min(f.nom), f.taille FROM ({sql_des_nommes()}) f
            GROUP BY f.sha256, f.taille ORDER BY f.sha256 COLLATE "C" """
        )
        for sha256, *document in curseur:
            yield (sha256[:2], sha256), tuple(document)


def _confronter(fichier: Path | None, documents: list[tuple[str, str, int | None]]) -> Iterator[str]:
    a_retirer = time() - SURSIS.total_seconds() - 86400  # the sweep comes once a day
    if fichier is not None and not documents and modifie_le(fichier) < a_retirer:
        yield f"Le fichier {fichier} n'est à aucun dossier. Il est sans danger ; démarrez les travaux, ils le retirent."
    for reference, nom, taille in documents:
        if fichier is None:
            yield f"{reference} : le fichier « {nom} » manque sur le disque. Reprenez-le d'une sauvegarde."
        elif taille is not None and fichier.stat().st_size != taille:
            yield f"{reference} : le fichier « {nom} » a changé de taille. Reprenez-le d'une sauvegarde."


def contenus() -> Iterator[str]:
    """Every file read again: its content must be the one that its name digests."""
    for fichier in fichiers_ranges():
        with fichier.open("rb") as contenu:
            if file_digest(contenu, "sha256").hexdigest() == fichier.name:
                continue
        with connection.cursor() as curseur:
            curseur.execute(f"SELECT ou, nom FROM ({sql_des_nommes()}) f WHERE sha256 = %s", [fichier.name])
            for ou, nom in curseur.fetchall():
                yield f"{ou} : le fichier « {nom} » a changé. Reprenez-le d'une sauvegarde."


CONTROLES = (
    *PERSONNE, *DECISIONS, *RENVOIS, Recherche("fichiers", fichiers), Recherche("contenus", contenus, longue=True),
    Recherche("antivirus", silence),
)  # fmt: skip
