"""Keep what somebody began to type, or throw it away. One draft for each person; nobody else reads it."""

from collections.abc import Iterable, Mapping
from datetime import datetime, timedelta

from buridan.dossiers import fichiers as depot_fichiers
from buridan.dossiers.fichiers import Fichier
from buridan.elus import rules
from buridan.elus.models import Brouillon
from buridan.organisation.acteur import Acteur

GARDE = timedelta(days=30)


def garder(saisie: Mapping[str, str], fichiers: Iterable[Fichier], *, by: Acteur, at: datetime) -> Brouillon:
    """Keep it in the place of the one before."""
    rules.peut_saisir(by).exiger()
    ranges = [[f.nom, f.genre, depot_fichiers.ranger(f.octets), f.analyse] for f in fichiers]
    valeurs = {"saisie": dict(saisie), "fichiers": ranges, "at": at}
    brouillon, _neuf = Brouillon.objects.update_or_create(personne_id=by.personne or 0, defaults=valeurs)
    return brouillon


def jeter(*, by: Acteur, at: datetime) -> None:
    """Throw it away; nothing happens when there is none."""
    Brouillon.objects.filter(personne=by.personne).delete()


def purger(*, at: datetime) -> int:
    """Throw away drafts older than GARDE; says how many. They may name a resident."""
    return Brouillon.objects.filter(at__lt=at - GARDE).delete()[0]


def fichiers_de(brouillon: Brouillon) -> tuple[list[Fichier], list[str]]:
    """(files still there, names of those that were swept away in the meantime)."""
    la, partis = [], []
    for nom, genre, sha, analyse in brouillon.fichiers:
        if depot_fichiers.chemin(sha).exists():
            la.append(Fichier(nom, genre, depot_fichiers.chemin(sha).read_bytes(), analyse))
        else:
            partis.append(nom)
    return la, partis
