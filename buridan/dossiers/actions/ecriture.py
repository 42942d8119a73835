"""What a crossing reads and writes, as few statements: a lock, the étapes, and one write at the end."""

import json
from collections.abc import Collection, Iterable, Sequence
from contextlib import AbstractContextManager
from functools import cache
from itertools import groupby
from operator import itemgetter
from typing import Any

from django.db import connection, models

from buridan.dossiers.etats import EtatEtape
from buridan.dossiers.models import Decision, Dossier, Etape
from buridan.journal.chaine import DEBUT
from buridan.journal.models import Chaine
from buridan.outils.panne import point
from buridan.outils.sql import Ecriture, executer, joindre, valeurs

CHAMPS_ETAPE = ("etat", "activee_le", "echeance", "urgence_le", "rappels", "prochain_rappel", "prise_par_id")
_TYPES_ETAPE = ("bigint", "text", "timestamptz", "date", "date", "smallint", "date", "bigint")


def _champs(modele: type[models.Model], sauf: Collection[str] = ()) -> list[str]:
    return [c.attname for c in modele._meta.concrete_fields if c.name not in sauf]


_DOSSIER = _champs(Dossier, sauf=("contenu", "recherche"))
_VERROU = f"""SELECT {", ".join(_DOSSIER)}
    FROM {Dossier._meta.db_table} WHERE id = %s FOR NO KEY UPDATE"""
_ETAPE = _champs(Etape)
_ETAPES = f"""SELECT coalesce(c.numero, 0), c.tete, {", ".join(f"e.{nom}" for nom in _ETAPE)}
    FROM {Dossier._meta.db_table} d LEFT JOIN {Chaine._meta.db_table} c ON c.uuid = d.uuid
    LEFT JOIN {Etape._meta.db_table} e ON e.dossier_id = d.id WHERE d.id = %s ORDER BY e.rang, e.id"""
_VERROU_LIBRES = f"""SELECT {", ".join(_DOSSIER)}
    FROM {Dossier._meta.db_table} WHERE id = ANY(%s) ORDER BY id FOR NO KEY UPDATE SKIP LOCKED"""
_ETAPES_DE_PLUSIEURS = _ETAPES.replace("SELECT ", "SELECT d.id, ", 1).replace(
    "d.id = %s ORDER BY", "d.id = ANY(%s) ORDER BY d.id,"
)
_DECISION = f"""INSERT INTO {Decision._meta.db_table} (etape_id, resultat, texte, at, par_id, pour,
    niveau_signature) {{valeurs}}"""
_MODIFIER = f"""UPDATE {Etape._meta.db_table} e SET {", ".join(f"{c} = v.{c}" for c in CHAMPS_ETAPE)}
    FROM ({{valeurs}}) v(id, {", ".join(CHAMPS_ETAPE)}) WHERE e.id = v.id"""
_OUBLIER = f"DELETE FROM {Etape._meta.db_table} WHERE dossier_id = %s AND etat = %s"
_CHAMPS_DOSSIER = {nom: c for c in Dossier._meta.concrete_fields for nom in (c.name, c.attname)}


def ensemble() -> AbstractContextManager[Any]:
    """What is executed inside is sent together (libpq's pipeline mode); an error comes when it ends."""
    pipeline: AbstractContextManager[Any] = connection.connection.pipeline()
    return pipeline


def verrouiller(dossier_id: int) -> tuple[Dossier, list[Etape], tuple[int, bytes]]:
    """Lock the dossier until the end of the transaction: verbs on one dossier come one after the other.

    Returns (dossier, étapes in order of rank, head of the journal: lines, last seal). Two statements sent together: the
    second sees what the one who held the lock before has written. NO KEY: a row that only refers to this dossier (a link, a
    message) doesn't wait, so two linked to each other at once don't block. The text searched and its vector stay in the
    database. Raises Dossier.DoesNotExist.
    """
    with ensemble():
        curseur, second = executer(connection, _VERROU, [dossier_id]), executer(connection, _ETAPES, [dossier_id])
    ligne, lignes = curseur.fetchone(), second.fetchall()
    if ligne is None:
        raise Dossier.DoesNotExist(f"Dossier {dossier_id}")
    dossier: Dossier = Dossier.from_db(connection.alias, _DOSSIER, ligne)
    return dossier, *_lues(dossier, lignes)


def verrouiller_libres(dossiers: Collection[int]) -> list[tuple[Dossier, list[Etape], tuple[int, bytes]]]:
    """Like `verrouiller`, those of these dossiers that nobody holds, in order of id: it waits for no other verb, so two of them
    can't wait for each other.
    """
    with ensemble():
        curseur = executer(connection, _VERROU_LIBRES, [list(dossiers)])
        second = executer(connection, _ETAPES_DE_PLUSIEURS, [list(dossiers)])
    lus = {ligne[0]: Dossier.from_db(connection.alias, _DOSSIER, ligne) for ligne in curseur}
    par_dossier = {pk: [ligne[1:] for ligne in lignes] for pk, lignes in groupby(second, itemgetter(0))}
    return [(dossier, *_lues(dossier, par_dossier[pk])) for pk, dossier in lus.items()]


def lire_etapes(dossier: Dossier) -> list[Etape]:
    """The étapes again, in order of rank."""
    return _lues(dossier, executer(connection, _ETAPES, [dossier.pk]).fetchall())[0]


def _lues(dossier: Dossier, lignes: list[tuple[Any, ...]]) -> tuple[list[Etape], tuple[int, bytes]]:
    etapes = [Etape.from_db(connection.alias, _ETAPE, ligne[2:]) for ligne in lignes if ligne[2] is not None]
    for etape in etapes:
        etape.dossier = dossier
    return etapes, (lignes[0][0], bytes(lignes[0][1] or DEBUT))


def oublier_la_suite(dossier: Dossier) -> None:
    """Delete the étapes to come: nothing refers to what was never due, and the database refuses if something did."""
    executer(connection, _OUBLIER, [dossier.pk, EtatEtape.A_VENIR])


def ecrire(ecritures: Sequence[Ecriture]) -> None:
    """Run them in one statement; nothing to write is nothing."""
    if ecritures:
        executer(connection, *joindre(ecritures))


def conclure(ecritures: Sequence[Ecriture]) -> None:
    """The last write of a gesture: its rows and its lines of the journal."""
    point("journal.avant")
    ecrire(ecritures)
    point("journal.apres")


@cache
def _insertion(modele: type[models.Model], avec_id: bool) -> tuple[list[tuple[str, str]], str]:
    """([(attribute, column)], statement with one parameter: the rows as JSON)."""
    champs = [c for c in modele._meta.concrete_fields if not c.generated and (avec_id or not c.primary_key)]
    noms, table = ", ".join(str(c.column) for c in champs), modele._meta.db_table
    return (
        [(c.attname, str(c.column)) for c in champs],
        f"INSERT INTO {table} ({noms}) SELECT {noms} FROM jsonb_populate_recordset(NULL::{table}, %s::jsonb)",
    )


def inserer(nom: str, lignes: Sequence[models.Model]) -> list[Ecriture]:
    """The write of these new rows of one table; the database numbers those without a primary key (all or none).

    One parameter for all of them: the statement is the same, hence prepared once, whatever their number and their empty fields.
    """
    if not lignes:
        return []
    colonnes, sql = _insertion(type(lignes[0]), lignes[0].pk is not None)
    valeurs_json = [{colonne: getattr(ligne, attribut) for attribut, colonne in colonnes} for ligne in lignes]
    return [Ecriture(nom, sql, [json.dumps(valeurs_json, default=str, ensure_ascii=False)])]


def decider(decisions: Collection[Decision]) -> list[Ecriture]:
    """The write of these decisions."""
    if not decisions:
        return []
    lignes = [[d.etape_id, d.resultat, d.texte, d.at, d.par_id, d.pour, d.niveau_signature] for d in decisions]
    sql, params = valeurs(("bigint", "text", "text", "timestamptz", "bigint", "text", "text"), lignes)
    return [Ecriture("decisions", _DECISION.format(valeurs=sql), params)]


def modifier_etapes(etapes: Iterable[Etape]) -> list[Ecriture]:
    """The write of `CHAMPS_ETAPE` of these étapes."""
    lignes = [[e.pk, *(getattr(e, c) for c in CHAMPS_ETAPE)] for e in etapes]
    if not lignes:
        return []
    sql, params = valeurs(_TYPES_ETAPE, lignes)
    return [Ecriture("etapes", _MODIFIER.format(valeurs=sql), params)]


def modifier_lignes(nom: str, lignes: Sequence[models.Model], noms: Collection[str]) -> list[Ecriture]:
    """The write of these fields of these rows of one table: the same statement whatever their number, as for `inserer`."""
    if not lignes:
        return []
    table = lignes[0]._meta.db_table
    champs = [c for c in lignes[0]._meta.concrete_fields if c.name in noms or c.attname in noms]
    valeurs_json = [{"id": ligne.pk, **{str(c.column): getattr(ligne, c.attname) for c in champs}} for ligne in lignes]
    affectations = ", ".join(f"{c.column} = v.{c.column}" for c in champs)
    sql = f"""UPDATE {table} t SET {affectations}
        FROM jsonb_populate_recordset(NULL::{table}, %s::jsonb) v WHERE t.id = v.id"""
    return [Ecriture(nom, sql, [json.dumps(valeurs_json, default=str, ensure_ascii=False)])]


def modifier_dossier(dossier: Dossier, noms: Collection[str]) -> Ecriture:
    """The write of these fields of the dossier."""
    champs = [_CHAMPS_DOSSIER[nom] for nom in sorted(noms)]
    params = [c.get_db_prep_save(getattr(dossier, c.attname), connection) for c in champs]
    affectations = ", ".join(f"{c.column} = %s" for c in champs)
    return Ecriture(
        "dossier", f"UPDATE {Dossier._meta.db_table} SET {affectations} WHERE id = %s", [*params, dossier.pk]
    )
