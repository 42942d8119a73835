"""The sentence for what the database refuses: it knows why, and often in French already."""

from django.apps import apps
from django.db import DatabaseError, connection

SANS_PHRASE = "La base de données a refusé cet enregistrement. Vérifiez les dates, puis réessayez."
DECLENCHEUR = "23000"  # our triggers' refusals: their message is already a sentence for the screen


def phrase(erreur: DatabaseError) -> str:
    """The trigger's message, the constraint's `violation_error_message`, its comment, or what PostgreSQL says of it."""
    diagnostic = getattr(erreur.__cause__, "diag", None)
    if diagnostic is None:
        return SANS_PHRASE
    if diagnostic.sqlstate == DECLENCHEUR:
        return str(diagnostic.message_primary)
    nom = diagnostic.constraint_name
    for contrainte in (c for modele in apps.get_models() for c in modele._meta.constraints):
        if contrainte.name == nom and contrainte.violation_error_message:
            return str(contrainte.violation_error_message)
    if commentaire := _commentaire(nom):
        return commentaire
    return f"{SANS_PHRASE} ({diagnostic.message_detail})" if diagnostic.message_detail else SANS_PHRASE


def _commentaire(contrainte: str | None) -> str:
    """The comment on a constraint, in a transaction that may still be read; empty otherwise."""
    if contrainte is None or connection.needs_rollback:
        return ""
    with connection.cursor() as curseur:
        curseur.execute(
            "SELECT obj_description(oid, 'pg_constraint') FROM pg_constraint WHERE conname = %s", [contrainte]
        )
        ligne = curseur.fetchone()
    return str(ligne[0]) if ligne and ligne[0] else ""
