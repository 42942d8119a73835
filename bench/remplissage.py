"""Fill a database with dossiers: rows of every table that grows with them, without triggers nor foreign keys."""

from concurrent.futures import ThreadPoolExecutor
from datetime import datetime
from itertools import pairwise
from typing import Any

import psycopg

from bench import natures
from bench.mots import CHERCHES, MOTS, NOMS, PRENOMS

PARALLELE = 2
TABLES = (
    "dossiers_dossier", "dossiers_etape", "demandes_demande", "journal_chaine", "journal_ligne", "journal_charge",
    "notifications_courriel", "notifications_notification",
)  # fmt: skip
DE_DIX_ANS = 1_000_000  # dossiers in ten years, in the small town as in the large: the small one began last month

# The words that are searched for stand in the first service's dossiers of the last month too, one in PAS: a search finds a full
# page in both towns, and the measure compares what is read to find it.
SEMES, PAS = 10_000, 50
# power(random(), 3): the first service has three dossiers in ten, so that pages are full in both sizes;
# the first words of the list come back often, the last ones are rare.
_DOSSIERS = f"""
INSERT INTO dossiers_dossier (id, uuid, reference, nature, objet, contenu, etat, tour, entite_id, createur_id, circuit,
    circuit_version, ouvert_le, clos_le, promis_le, attente_motif, prioritaire, sensible, projet_reponse, projet_sens,
    projet_vise, lecteurs, suiveurs, bouge_le)
SELECT g, gen_random_uuid(), to_char(ouvert, 'YY') || '-' || upper(lpad(to_hex(g), 6, '0')), 'demandes',
    left(p.texte, 60), q.texte || ' ' || p.texte || ' ' || nom(g) || ' ' || (1 + g %% 180) || ' rue ' || nom(g / 7)
        || ' parcelle ac' || (g * 7919) %% 50000
        || CASE WHEN seme THEN ' ' || (%(recherches)s::text[])[1 + (g / {PAS})::int %% {len(CHERCHES)}] ELSE '' END,
    CASE WHEN clos THEN 'clos' ELSE 'ouvert' END, 1, entite, NULL, 'bench', 1, ouvert,
    CASE WHEN clos THEN ouvert + interval '9 days' END, ouvert::date + 15, '', false, g %% 50 = 0, '', '', false,
    CASE g %% 3 WHEN 0 THEN ARRAY[entite] ELSE ARRAY[entite, (%(entites)s::bigint[])[1 + g %% 10]] END,
    CASE g %% 400 WHEN 0 THEN ARRAY[%(agent)s::bigint] ELSE '{{}}' END, ouvert + interval '10 days'
FROM (SELECT g, %(instant)s - (%(total)s - g) * (interval '10 years' / %(de_dix_ans)s) AS ouvert,
        random() > 0.02 AND (%(total)s - g) * (interval '10 years' / %(de_dix_ans)s) > interval '9 days' AS clos,
        (%(entites)s::bigint[])[1 + CASE WHEN seme THEN 0
            ELSE floor(power(random(), 3) * cardinality(%(entites)s::bigint[]))::int END] AS entite, seme
    FROM (SELECT g, g > %(total)s - {SEMES} AND g %% {PAS} = 25 AS seme
        FROM generate_series(%(de)s::bigint, %(a)s) AS g WHERE g %% 100 NOT BETWEEN 1 AND 9) t) s
JOIN bench_phrases p ON p.n = g %% 20011 JOIN bench_phrases q ON q.n = (g * 31) %% 19997
"""
_ETAPES = """
INSERT INTO dossiers_etape (dossier_id, rang, type, titre, consigne, poste_id, entite_id, etat, regle, votes_caches,
    delai, rappel_avant, escalade_apres, activee_le, echeance, urgence_le, rappels)
SELECT d.id, rang, 'traitement', 'Étape ' || rang, '',
    CASE WHEN (d.id + rang) %% 2 = 0 THEN p.postes[1 + d.id %% cardinality(p.postes)] END,
    CASE WHEN (d.id + rang) %% 2 = 1 OR p.postes IS NULL THEN d.entite_id END,
    CASE WHEN d.etat = 'clos' OR rang = 1 THEN 'faite' WHEN rang = 2 THEN 'active' ELSE 'a_venir' END, 'tous', false,
    '2 jours ouvrés', 1, 2, d.ouvert_le, d.promis_le, d.promis_le - (d.id %% 12)::int, 0
FROM dossiers_dossier d CROSS JOIN generate_series(1, 3) AS rang
LEFT JOIN (SELECT entite_id, array_agg(poste_id) AS postes FROM organisation_versionposte GROUP BY 1) p USING (entite_id)
WHERE d.id BETWEEN %(de)s AND %(a)s
"""
_DEMANDES = """
INSERT INTO demandes_demande (dossier_id, type_id, canal, description, reponses, lieu, public, nom, organisme, siret, rna,
    courriel, telephone, adresse, au_nom_de, recue_le, satisfaction_texte)
SELECT id, (%(types)s::bigint[])[1 + id %% cardinality(%(types)s::bigint[])], 'portail', contenu, '{}',
    (1 + id %% 180) || ' rue ' || nom(id / 7), 'particulier', nom(id), '', '',
    '', 'h' || id %% 50000 || '@bench.localhost', '', '', '', ouvert_le::date, ''
FROM dossiers_dossier WHERE id BETWEEN %(de)s AND %(a)s
"""
_JOURNAL = """
WITH chaines AS (
    INSERT INTO journal_chaine (uuid, numero, tete) SELECT uuid, 1, sha256(uuid::text::bytea) FROM dossiers_dossier
    WHERE id BETWEEN %(de)s AND %(a)s RETURNING uuid, tete
), lignes AS (
    INSERT INTO journal_ligne (chaine, numero, at, verbe, auteur, etape, condense, precedent, sceau)
    SELECT uuid, 1, %(instant)s, 'ouvrir', NULL, NULL, tete, tete, tete FROM chaines RETURNING id
) INSERT INTO journal_charge (ligne_id, contenu) SELECT id, '{"qui": "le système", "objet": "Demande"}' FROM lignes
"""
_COURRIELS = """
INSERT INTO notifications_courriel (message_id, dossier, destinataire, sujet, texte, at, envoye_le, erreur)
SELECT '<' || uuid || '@bench.localhost>', uuid, 'h' || id %% 50000 || '@bench.localhost', 'Accusé de réception',
    repeat('Votre demande est reçue. ', 20), ouvert_le, ouvert_le, ''
FROM dossiers_dossier WHERE id BETWEEN %(de)s AND %(a)s
"""
_NOTIFICATIONS = """
INSERT INTO notifications_notification (personne_id, dossier, texte, at, lue_le)
SELECT (%(personnes)s::bigint[])[1 + id %% cardinality(%(personnes)s::bigint[])], uuid, reference || ' : à faire', ouvert_le,
    CASE WHEN etat = 'clos' THEN ouvert_le END
FROM dossiers_dossier WHERE id BETWEEN %(de)s AND %(a)s
"""
_FONCTIONS = """
CREATE OR REPLACE FUNCTION mots(combien bigint) RETURNS text LANGUAGE sql VOLATILE AS $$
    SELECT string_agg((%(mots)s::text[])[1 + floor(power(random(), 3) * {mots})::int], ' ')
    FROM generate_series(1, combien)
$$;
CREATE OR REPLACE FUNCTION nom(graine bigint) RETURNS text LANGUAGE sql VOLATILE AS $$
    SELECT (%(prenoms)s::text[])[1 + (graine %% {prenoms})::int] || ' ' ||
        (%(noms)s::text[])[1 + floor(power(random(), 2) * {noms})::int]
$$;
CREATE UNLOGGED TABLE bench_phrases AS SELECT n, mots(8 + n %% 13) AS texte FROM generate_series(0, 20010) AS n;
ANALYZE bench_phrases;
"""


def preparer_les_mots(adresse: str) -> None:
    """The sentences the dossiers are made of, once for all the towns copied from this one."""
    with psycopg.connect(adresse, autocommit=True) as lien:
        curseur = psycopg.ClientCursor(lien)  # several commands, and parameters in DDL
        texte = _FONCTIONS.format(mots=len(MOTS), prenoms=len(PRENOMS), noms=len(NOMS))
        curseur.execute(texte, {"mots": MOTS, "prenoms": PRENOMS, "noms": NOMS})


def remplir(
    adresse: str, total: int, valeurs: dict[str, Any], instant: datetime, modeles: dict[str, natures.Modeles]
) -> None:
    """Requests 1 to `total`, the last one opened at `instant`; among them, dossiers of the other natures. Secondary indexes
    are dropped and built again.

    `valeurs`: ids of the `entites` (the first has three dossiers in ten), `types`, `personnes` and one `agent`.
    """
    valeurs = valeurs | {
        "total": total,
        "instant": instant,
        "de_dix_ans": DE_DIX_ANS,
        "recherches": list(CHERCHES.values()),
    }
    with psycopg.connect(adresse, autocommit=True) as lien, psycopg.ClientCursor(lien) as curseur:
        index = _oter_les_index(curseur)
        bornes = [1 + total * n // PARALLELE for n in range(PARALLELE + 1)]
        with ThreadPoolExecutor(PARALLELE) as fils:
            parts = [valeurs | {"de": d, "a": f - 1} for d, f in pairwise(bornes)]
            list(fils.map(_inserer, [adresse] * PARALLELE, parts))
        natures.copier(adresse, modeles, total, instant, f"{10 * total / DE_DIX_ANS} years")
        curseur.execute("SET maintenance_work_mem = '1GB'")
        for definition in index:
            curseur.execute(definition)
        curseur.execute("VACUUM ANALYZE")
        curseur.execute("CHECKPOINT")


def _inserer(adresse: str, valeurs: dict[str, Any]) -> None:
    """One part, on a connection of its own."""
    with psycopg.connect(adresse, autocommit=True) as lien:
        curseur = psycopg.ClientCursor(lien)
        curseur.execute("SET session_replication_role = replica")
        for requete in (_DOSSIERS, _ETAPES, _DEMANDES, _JOURNAL, _COURRIELS, _NOTIFICATIONS):
            curseur.execute(requete, valeurs)


def _oter_les_index(curseur: object) -> list[str]:
    """Drop the indexes that carry no constraint; returns how to build them again."""
    curseur.execute(
        """SELECT i.indexrelid::regclass::text, pg_get_indexdef(i.indexrelid) FROM pg_index i
        WHERE i.indrelid = ANY(%s::regclass[]) AND NOT i.indisunique""",
        [list(TABLES)],
    )
    trouves = curseur.fetchall()
    for nom, _definition in trouves:
        curseur.execute(f"DROP INDEX {nom}")
    return [definition for _nom, definition in trouves]
