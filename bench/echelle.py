"""Work list and search of a small and of a large town: the cost must not follow the number of dossiers."""

from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from itertools import pairwise
from statistics import geometric_mean, median
from time import perf_counter

import psycopg
from django.db import connection, connections
from django.db.backends.base.base import BaseDatabaseWrapper

from bench.mots import MOTS, NOMS, PRENOMS
from bench.rapport import Ligne
from bench.ville import Ville
from buridan.bureau import queries
from buridan.demandes.models import TypeDemande
from buridan.dossiers.models import Dossier
from buridan.droit.delais import date_legale
from buridan.organisation.acteur import acteur

ESSAIS = 21
CIBLE = 1.3
PARALLELE = 2
TABLES = ("dossiers_dossier", "dossiers_etape", "demandes_demande")
Gestes = dict[str, Callable[[], object]]
Mesure = tuple[float, int]  # median milliseconds, rows found

# power(random(), 3): the first service has three dossiers in ten, so that pages are full in both sizes;
# the first words of the list come back often, the last ones are rare.
_DOSSIERS = """
INSERT INTO dossiers_dossier (id, uuid, reference, nature, objet, contenu, etat, tour, entite_id, createur_id, circuit,
    circuit_version, ouvert_le, clos_le, promis_le, attente_motif, prioritaire, sensible, projet_reponse, projet_sens,
    projet_vise, lecteurs, suiveurs, bouge_le)
SELECT g, gen_random_uuid(), to_char(ouvert, 'YY') || '-' || upper(lpad(to_hex(g), 6, '0')), 'demandes',
    left(p.texte, 60), q.texte || ' ' || p.texte || ' ' || nom(g) || ' ' || (1 + g %% 180) || ' rue ' || nom(g / 7)
        || ' parcelle ac' || (g * 7919) %% 50000,
    CASE WHEN clos THEN 'clos' ELSE 'ouvert' END, 1, entite, NULL, 'bench', 1, ouvert,
    CASE WHEN clos THEN ouvert + interval '9 days' END, ouvert::date + 15, '', false, g %% 50 = 0, '', '', false,
    CASE g %% 3 WHEN 0 THEN ARRAY[entite] ELSE ARRAY[entite, (%(entites)s::bigint[])[1 + g %% 10]] END,
    CASE g %% 400 WHEN 0 THEN ARRAY[%(agent)s::bigint] ELSE '{}' END, ouvert + interval '10 days'
FROM (SELECT g, %(instant)s - (%(total)s - g) * (interval '10 years' / %(total)s) AS ouvert,
        (random() > 0.02) AS clos,
        (%(entites)s::bigint[])[1 + floor(power(random(), 3) * cardinality(%(entites)s::bigint[]))::int] AS entite
    FROM generate_series(%(de)s::bigint, %(a)s) AS g) s
JOIN bench_phrases p ON p.n = g %% 20011 JOIN bench_phrases q ON q.n = (g * 31) %% 19997
"""
_ETAPES = """
INSERT INTO dossiers_etape (dossier_id, rang, type, titre, consigne, poste_id, entite_id, etat, regle, votes_caches,
    delai, rappel_avant, escalade_apres, activee_le, echeance, urgence_le, rappels)
SELECT d.id, rang, 'traitement', 'Étape ' || rang, '', CASE WHEN (d.id + rang) %% 2 = 0 THEN p.postes[1 + d.id %% 5] END,
    CASE WHEN (d.id + rang) %% 2 = 1 THEN d.entite_id END,
    CASE WHEN d.etat = 'clos' OR rang = 1 THEN 'faite' WHEN rang = 2 THEN 'active' ELSE 'a_venir' END, 'tous', false,
    '2 jours ouvrés', 1, 2, d.ouvert_le, d.promis_le, d.promis_le - (d.id %% 12)::int, 0
FROM dossiers_dossier d CROSS JOIN generate_series(1, 3) AS rang
JOIN (SELECT entite_id, array_agg(poste_id) AS postes FROM organisation_versionposte GROUP BY 1) p USING (entite_id)
WHERE d.id BETWEEN %(de)s AND %(a)s
"""
_DEMANDES = """
INSERT INTO demandes_demande (dossier_id, type_id, canal, description, reponses, lieu, public, nom, organisme, siret, rna,
    courriel, telephone, adresse, au_nom_de, recue_le, satisfaction_texte)
SELECT id, %(type)s, 'portail', contenu, '{}', (1 + id %% 180) || ' rue ' || nom(id / 7), 'particulier', nom(id), '', '',
    '', 'h' || id %% 50000 || '@bench.localhost', '', '', '', ouvert_le::date, ''
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


def mesurer(ville: Ville, tailles: tuple[int, int]) -> list[Ligne]:
    """Fill to the first size, copy the database, fill to the second; then time the two, call by call in turn."""
    _vider()
    type_demande = _type(ville)
    _remplir(ville, type_demande, 1, tailles[0], tailles[1])
    grande = connections["default"]
    petite = _copier(grande)
    debut = perf_counter()
    _remplir(ville, type_demande, tailles[0] + 1, tailles[1], tailles[1])
    print(f"\n{tailles[1]} dossiers : remplissage {perf_counter() - debut:.0f} s")
    mesures = {nom: _chronometrer(geste, (petite, grande)) for nom, geste in _gestes(ville).items()}
    connections["default"] = grande
    petite.close()
    return _comparer(tailles, mesures)


def _copier(base: BaseDatabaseWrapper) -> BaseDatabaseWrapper:
    """A second database, equal to the first as it is now."""
    base.close()
    adresse = base.get_connection_params() | {"dbname": "postgres"}
    with psycopg.connect(**adresse, autocommit=True) as lien:
        lien.execute("DROP DATABASE IF EXISTS bench_petit WITH (FORCE)")
        lien.execute("CREATE DATABASE bench_petit TEMPLATE bench")
    return type(base)({**base.settings_dict, "NAME": "bench_petit"}, base.alias)


def _comparer(tailles: tuple[int, int], mesures: dict[str, tuple[Mesure, Mesure]]) -> list[Ligne]:
    print(f"\n{'ms médianes (lignes trouvées)':<36}{tailles[0]:>16}{tailles[1]:>16}{'rapport':>9}")
    ratios = {nom: grand[0] / petit[0] for nom, (petit, grand) in mesures.items()}
    for nom, ratio in ratios.items():
        avant, apres = (f"{ms:.2f} ({lignes:>3})" for ms, lignes in mesures[nom])
        print(f"{nom:<36}{avant:>16}{apres:>16}{ratio:>9.2f}")
    lignes = []
    for famille in ("bureau", "recherche"):
        siens = [ratio for nom, ratio in ratios.items() if nom.startswith(famille)]
        texte = f"{famille} {tailles[1]} / {tailles[0]}"
        lignes.append(Ligne(f"{texte}, moyenne géométrique", geometric_mean(siens), CIBLE, au_plus=True))
        lignes.append(Ligne(f"{texte}, pire requête", max(siens), CIBLE, au_plus=True))
    return lignes


def _gestes(ville: Ville) -> Gestes:
    """Each query by its name; actors: an agent, a head of direction, the general director (sees all)."""
    gestes: Gestes = {}
    jour = date_legale(ville.instant)
    reference = Dossier.objects.values_list("reference", flat=True).get(pk=1234)
    recherches = {"tous": "", "fréquent": "stationnement", "moyen": "cimetière", "rare": "étalonnage",
                  "deux mots": "inondation caniveau", "nom": "Wattebled", "nom et mot": "Taverne stationnement",
                  "parcelle": f"parcelle ac{1234 * 7919 % 50000}",
                  "absent": "xylophone", "référence": reference}  # fmt: skip
    for qui, personne in (("agent", ville.agent), ("directeur", ville.directeur), ("DGS", ville.dgs)):
        lui = acteur(personne, ville.instant)
        cibles = queries.mes_cibles(lui) if qui == "agent" else queries.cibles_de_l_equipe(lui)
        gestes[f"bureau : liste, {qui}"] = lambda c=cibles: queries.a_faire(c)
        gestes[f"bureau : comptes, {qui}"] = lambda c=cibles: queries.compter(c, jour)
        for nom, mots in recherches.items():
            gestes[f"recherche : {nom}, {qui}"] = lambda a=lui, m=mots: queries.chercher(a, m)
    return gestes


def _chronometrer(geste: Callable[[], object], bases: tuple[BaseDatabaseWrapper, ...]) -> tuple[Mesure, ...]:
    """Warm calls, one database after the other so that a busy machine slows both."""
    durees: list[list[float]] = [[] for _ in bases]
    trouves = [0 for _ in bases]
    for essai in range(ESSAIS + 3):
        for n, base in enumerate(bases):
            connections["default"] = base
            debut = perf_counter()
            resultat = geste()
            if essai >= 3:
                durees[n].append((perf_counter() - debut) * 1e3)
            trouves[n] = len(resultat) if isinstance(resultat, list) else resultat.total
    return tuple((median(d), t) for d, t in zip(durees, trouves, strict=True))


def _vider() -> None:
    connection.ensure_connection()
    with psycopg.ClientCursor(connection.connection) as curseur:  # several commands, and parameters in DDL
        curseur.execute("SET session_replication_role = replica")
        curseur.execute("TRUNCATE dossiers_dossier CASCADE")
        texte = _FONCTIONS.format(mots=len(MOTS), prenoms=len(PRENOMS), noms=len(NOMS))
        curseur.execute(texte, {"mots": MOTS, "prenoms": PRENOMS, "noms": NOMS})
        curseur.execute("SET session_replication_role = DEFAULT")


def _type(ville: Ville) -> int:
    genre = TypeDemande.objects.create(
        code="bench", titre="Banc", famille="Banc", service_id=ville.entites[10], circuit="bench", promesse="15 jours"
    )
    return genre.pk


def _remplir(ville: Ville, type_demande: int, de: int, a: int, total: int) -> None:
    """Rows `de` to `a`, without triggers nor foreign keys; secondary indexes are dropped and built again."""
    connection.ensure_connection()
    services_d_abord = ville.entites[10:] + ville.entites[:10]
    valeurs = {"de": de, "a": a, "total": total, "instant": ville.instant, "entites": services_d_abord,
               "agent": ville.agent, "type": type_demande}  # fmt: skip
    with psycopg.ClientCursor(connection.connection) as curseur:
        index = _oter_les_index(curseur)
        with ThreadPoolExecutor(PARALLELE) as fils:
            bornes = [de + (a + 1 - de) * n // PARALLELE for n in range(PARALLELE + 1)]
            parts = [valeurs | {"de": d, "a": f - 1} for d, f in pairwise(bornes)]
            list(fils.map(_inserer, parts))
        curseur.execute("SET maintenance_work_mem = '1GB'")
        for definition in index:
            curseur.execute(definition)
        curseur.execute("RESET maintenance_work_mem")
        curseur.execute(f"VACUUM ANALYZE {', '.join(TABLES)}")


def _inserer(valeurs: dict[str, object]) -> None:
    """One part, on a connection of its own."""
    with psycopg.connect(**connections["default"].get_connection_params(), autocommit=True) as lien:
        curseur = psycopg.ClientCursor(lien)
        curseur.execute("SET session_replication_role = replica")
        for requete in (_DOSSIERS, _ETAPES, _DEMANDES):
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
