"""Proof that nothing is lost: every open dossier has somebody who must act, every file is there, every closed has its answer."""

from collections.abc import Iterator

from django.db import connection

from buridan.dossiers.fichiers import chemin
from buridan.dossiers.models import Document


def trous() -> Iterator[str]:
    """Every hole, in words; nothing on a sound base."""
    with connection.cursor() as curseur:
        curseur.execute(
            "SELECT dossiers_trous(id) FROM dossiers_dossier WHERE dossiers_trous(id) IS NOT NULL ORDER BY id"
        )
        for (phrase,) in curseur.fetchall():
            yield f"{phrase} Ouvrez-le et confiez une étape, ou rouvrez-le."
        curseur.execute(
            "SELECT d.reference FROM dossiers_dossier d LEFT JOIN journal_chaine c ON c.uuid = d.uuid WHERE c.uuid IS NULL"
        )
        for (reference,) in curseur.fetchall():
            yield f"Le dossier {reference} n'a pas de journal : il a été écrit hors de Buridan."
    for document in Document.objects.select_related("dossier").iterator():
        fichier = chemin(document.sha256)
        if not fichier.exists():
            yield f"{document.dossier.reference} : le fichier « {document.nom} » manque sur le disque. Restaurez-le."
        elif fichier.stat().st_size != document.taille:
            yield f"{document.dossier.reference} : le fichier « {document.nom} » a changé de taille. Restaurez-le."
