"""The same visa as plain SQL: what the tables demand, written by hand, no rule and no ORM."""

import os
from datetime import date, datetime, timedelta
from uuid import UUID

import psycopg

_DECISION = """INSERT INTO dossiers_decision (etape_id, resultat, texte, at, par_id, pour)
    VALUES (%s, 'visee', '', %s, %s, '')"""
_FAITE = "UPDATE dossiers_etape SET etat = 'faite', prochain_rappel = NULL WHERE id = %s"
_ACTIVE = """UPDATE dossiers_etape SET etat = 'active', activee_le = %s, echeance = %s, urgence_le = %s, rappels = 0,
    prochain_rappel = %s WHERE id = %s"""
_DOSSIER = "UPDATE dossiers_dossier SET bouge_le = %s, lecteurs = %s WHERE id = %s"
_JOURNAL = """
WITH tete AS (
    UPDATE journal_chaine SET numero = numero + 1, tete = %(sceau)s WHERE uuid = %(chaine)s RETURNING numero
), ligne AS (
    INSERT INTO journal_ligne (chaine, numero, at, verbe, auteur, etape, condense, precedent, sceau)
    SELECT %(chaine)s, numero, %(at)s, 'viser', %(auteur)s, %(etape)s, %(sceau)s, %(sceau)s, %(sceau)s FROM tete
    RETURNING id
)
INSERT INTO journal_charge (ligne_id, contenu) SELECT id, %(contenu)s::jsonb FROM ligne
"""
_NOTIFICATION = "INSERT INTO notifications_notification (personne_id, dossier, texte, at) VALUES (%s, %s, %s, %s)"
_CONTENU = '{"qui": "Camille Durand", "etape": "Étape 1", "resultat": "Visée"}'


def viser(
    lien: psycopg.Connection, dossier: int, uuid: UUID, etapes: tuple[int, int], personnes: tuple[int, int | None],
    lecteurs: list[int], at: datetime,
) -> None:  # fmt: skip
    """One visa: `etapes` and `personnes` are (of this visa, of the next étape)."""
    jour: date = at.date()
    sceau = os.urandom(32)
    with lien.transaction():
        lien.execute("SELECT id FROM dossiers_dossier WHERE id = %s FOR UPDATE", [dossier])
        lien.execute(_DECISION, [etapes[0], at, personnes[0]])
        lien.execute(_FAITE, [etapes[0]])
        terme = jour + timedelta(days=2)
        lien.execute(_ACTIVE, [at, terme, terme, jour + timedelta(days=1), etapes[1]])
        lien.execute(_DOSSIER, [at, lecteurs, dossier])
        lien.execute(
            _JOURNAL,
            {"sceau": sceau, "chaine": uuid, "at": at, "auteur": personnes[0], "etape": etapes[0], "contenu": _CONTENU},
        )
        if personnes[1] is not None:
            lien.execute(_NOTIFICATION, [personnes[1], uuid, "26-ABCDEF : Étape 2", at])
