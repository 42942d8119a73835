"""What a crossing reads and writes, as few statements: a lock, the étapes, and one write at the end."""

from collections.abc import Collection, Iterable, Iterator, Sequence
from contextlib import contextmanager
from typing import Any

from django.db import connection, models

from buridan.dossiers.models import Decision, Dossier, Etape
from buridan.journal.chaine import DEBUT
from buridan.journal.models import Chaine
from buridan.outils.sql import Ecriture, joindre, valeurs

CHAMPS_ETAPE = ("etat", "activee_le", "echeance", "urgence_le", "rappels", "prochain_rappel", "prise_par_id")
_TYPES_ETAPE = ("bigint", "text", "timestamptz", "date", "date", "smallint", "date", "bigint")


def _champs(modele: type[models.Model], sauf: Collection[str] = ()) -> list[str]:
    return [c.attname for c in modele._meta.concrete_fields if c.name not in sauf]


_DOSSIER = _champs(Dossier, sauf=("contenu", "recherche"))
_VERROU = f"""SELECT set_config('plan_cache_mode', 'force_generic_plan', true), {", ".join(_DOSSIER)}
    FROM {Dossier._meta.db_table} WHERE id = %s FOR NO KEY UPDATE"""
_ETAPE = _champs(Etape)
_ETAPES = f"""SELECT coalesce(c.numero, 0), c.tete, {", ".join(f"e.{nom}" for nom in _ETAPE)}
    FROM {Etape._meta.db_table} e LEFT JOIN {Chaine._meta.db_table} c ON c.uuid = %s
    WHERE e.dossier_id = %s ORDER BY e.rang, e.id"""
_DECISION = f"""INSERT INTO {Decision._meta.db_table} (etape_id, resultat, texte, at, par_id, pour) {{valeurs}}"""
_MODIFIER = f"""UPDATE {Etape._meta.db_table} e SET {", ".join(f"{c} = v.{c}" for c in CHAMPS_ETAPE)}
    FROM ({{valeurs}}) v(id, {", ".join(CHAMPS_ETAPE)}) WHERE e.id = v.id"""
_CHAMPS_DOSSIER = {nom: c for c in Dossier._meta.concrete_fields for nom in (c.name, c.attname)}


@contextmanager
def _preparees() -> Iterator[Any]:
    """A cursor whose statements are prepared: planned once for a connection.

    Only here: the plan of a search depends on its words, and a prepared one would forget them.
    """
    with connection.cursor() as curseur:
        lien = connection.connection
        avant, lien.prepare_threshold = lien.prepare_threshold, 2
        try:
            yield curseur
        finally:
            lien.prepare_threshold = avant


def verrouiller(dossier_id: int) -> Dossier:
    """Lock the dossier until the end of the transaction: verbs on one dossier come one after the other.

    NO KEY: a row that only refers to this dossier (a link, a message) doesn't wait, so two linked to each other at once
    don't block. The text searched and its vector stay in the database. Raises Dossier.DoesNotExist.
    """
    with _preparees() as curseur:
        curseur.execute(_VERROU, [dossier_id])
        ligne = curseur.fetchone()
    if ligne is None:
        raise Dossier.DoesNotExist(f"Dossier {dossier_id}")
    dossier: Dossier = Dossier.from_db(connection.alias, _DOSSIER, ligne[1:])
    return dossier


def lire_etapes(dossier: Dossier) -> tuple[list[Etape], tuple[int, bytes] | None]:
    """(étapes in order of rank, head of the journal: lines, last seal). A second statement, so that it sees what the one
    who held the lock before has written; None for the head when there is no étape to read it with.
    """
    with _preparees() as curseur:
        curseur.execute(_ETAPES, [dossier.uuid, dossier.pk])
        lignes = curseur.fetchall()
    etapes = [Etape.from_db(connection.alias, _ETAPE, ligne[2:]) for ligne in lignes]
    for etape in etapes:
        etape.dossier = dossier
    return etapes, (lignes[0][0], bytes(lignes[0][1] or DEBUT)) if lignes else None


def ecrire(ecritures: Sequence[Ecriture]) -> None:
    """Run them in one statement; nothing to write is nothing."""
    if ecritures:
        with _preparees() as curseur:
            curseur.execute(*joindre(ecritures))


def decider(decisions: Collection[Decision]) -> list[Ecriture]:
    """The write of these decisions."""
    if not decisions:
        return []
    lignes = [[d.etape_id, d.resultat, d.texte, d.at, d.par_id, d.pour] for d in decisions]
    sql, params = valeurs(("bigint", "text", "text", "timestamptz", "bigint", "text"), lignes)
    return [Ecriture("decisions", _DECISION.format(valeurs=sql), params)]


def modifier_etapes(etapes: Iterable[Etape]) -> list[Ecriture]:
    """The write of `CHAMPS_ETAPE` of these étapes."""
    lignes = [[e.pk, *(getattr(e, c) for c in CHAMPS_ETAPE)] for e in etapes]
    if not lignes:
        return []
    sql, params = valeurs(_TYPES_ETAPE, lignes)
    return [Ecriture("etapes", _MODIFIER.format(valeurs=sql), params)]


def modifier_dossier(dossier: Dossier, noms: Collection[str]) -> Ecriture:
    """The write of these fields of the dossier."""
    champs = [_CHAMPS_DOSSIER[nom] for nom in sorted(noms)]
    params = [c.get_db_prep_save(getattr(dossier, c.attname), connection) for c in champs]
    affectations = ", ".join(f"{c.column} = %s" for c in champs)
    return Ecriture(
        "dossier", f"UPDATE {Dossier._meta.db_table} SET {affectations} WHERE id = %s", [*params, dossier.pk]
    )
