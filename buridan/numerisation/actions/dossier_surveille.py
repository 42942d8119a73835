"""The folder that the scanner writes in: each file is taken once, and moved away only when it is a batch, or refused."""

import fcntl
import os
import time
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import datetime
from pathlib import Path

from django.conf import settings
from django.core.files import File
from django.utils import timezone

from buridan.dossiers.fichiers import FichierRefuse, lire, propre
from buridan.numerisation.actions.lots import DejaDepose, recevoir_lot, refuser_fichier
from buridan.numerisation.etats import Venue
from buridan.numerisation.models import Lot
from buridan.organisation.acteur import Acteur
from buridan.outils.verdict import Refus

CALME = 10.0  # seconds without a change: the scanner has finished writing
PAR_FOIS = 10
FAITS, REFUSES = "faits", "refuses"
CONSEIL = "Numérisez en plusieurs fois."


def panne() -> Iterator[str]:
    """For the page and for `buridan check`: the folder that is set can't be used."""
    dossier = settings.NUMERISATIONS
    if dossier and not (Path(dossier).is_dir() and os.access(dossier, os.R_OK | os.W_OK | os.X_OK)):
        yield (
            f"Le dossier du scanneur ({dossier}) n'existe pas, ou Buridan n'a pas le droit d'y lire et d'y écrire : les "
            "courriers numérisés n'arrivent plus. Créez-le, donnez-lui ces droits, ou corrigez BURIDAN_NUMERISATIONS."
        )


def relever_le_dossier(*, by: Acteur, at: datetime) -> int:
    """Take in what stands in the folder; how many batches. Nothing when none is set, or when it can't be used."""
    if not settings.NUMERISATIONS or any(panne()):
        return 0
    dossier, pris = Path(settings.NUMERISATIONS), 0
    with _seul_dans(dossier) as seul:
        for fichier in sorted(dossier.iterdir())[:1000] if seul else ():
            if pris >= PAR_FOIS:
                break
            if _entier(fichier):
                pris += _prendre(fichier, by=by, at=at)
    return pris


@contextmanager
def _seul_dans(dossier: Path) -> Iterator[bool]:
    """False when somebody else is taking its files."""
    descripteur = os.open(dossier, os.O_RDONLY)
    try:
        fcntl.flock(descripteur, fcntl.LOCK_EX | fcntl.LOCK_NB)
        yield True
    except BlockingIOError:
        yield False
    finally:
        os.close(descripteur)


def _entier(fichier: Path) -> bool:
    """A plain file that nobody writes in any more; hidden ones are being written."""
    if fichier.name.startswith(".") or fichier.is_symlink() or not fichier.is_file():
        return False
    return time.time() - fichier.stat().st_mtime >= CALME


def _prendre(fichier: Path, *, by: Acteur, at: datetime) -> bool:
    try:
        with fichier.open("rb") as ouvert:
            lu = lire(File(ouvert, name=fichier.name), au_plus=settings.TAILLE_MAX_LOT, conseil=CONSEIL)
        lot = recevoir_lot(lu, by=by, at=at, venue=Venue.DOSSIER)
    except DejaDepose as deja:
        return _deja(fichier, deja, at)
    except (FichierRefuse, Refus) as refus:
        refuser_fichier(propre(fichier.name), str(refus), at=at)
        _ranger_dans(fichier, REFUSES, at)
        return False
    _finir(lot, fichier, at)
    return True


def _deja(fichier: Path, deja: DejaDepose, at: datetime) -> bool:
    """Cut short between the batch and the move: finish. Put there again: say so."""
    if deja.lot.venue == Venue.DOSSIER and deja.lot.range_le is None:
        _finir(deja.lot, fichier, at)
    else:
        refuser_fichier(propre(fichier.name), str(deja), at=at)
        _ranger_dans(fichier, FAITS, at)
    return False


def _finir(lot: Lot, fichier: Path, at: datetime) -> None:
    """Moved first, noted after: when the note is lost, there is nothing left to move."""
    _ranger_dans(fichier, FAITS, at)
    Lot.objects.filter(pk=lot.pk).update(range_le=at)


def _ranger_dans(fichier: Path, sous: str, at: datetime) -> None:
    """Under the day; a name that is there already gets the time as well."""
    cible = fichier.parent / sous / f"{timezone.localtime(at):%Y-%m-%d}"
    cible.mkdir(parents=True, exist_ok=True)
    place = cible / fichier.name
    if place.exists():
        place = cible / f"{fichier.stem}-{timezone.localtime(at):%H%M%S%f}{fichier.suffix}"
    fichier.replace(place)
