"""Eight clicks at once on the verbs of a transfer: one counts, the others are refused with a reason."""

from typing import Any

import pytest

from buridan.archives.actions.construire import construire, relancer
from buridan.archives.actions.preparer import preparer
from buridan.archives.actions.remettre import accepter, remettre, rendre
from buridan.archives.models import LigneVersement, RegleConservation, Versement
from buridan.dossiers.fichiers import chemin
from buridan.journal.models import Ligne
from buridan.organisation.acteur import systeme
from buridan.outils.verdict import Refus
from tests.conftest import Troupe
from tests.dossiers.test_courses import HUIT, course
from tests.vieprivee.conftest import magasin  # noqa: F401  a fixture

from .natures import clos


@pytest.fixture
def ville(troupe_reelle: Troupe, magasin: Any) -> Any:  # noqa: F811
    """Committed for real; a note may leave as soon as it is closed."""
    avant = RegleConservation.objects.get(nature="notes")
    RegleConservation.objects.filter(nature="notes").update(duree="0 mois", sort_final="versement")
    yield troupe_reelle
    avant.save()


def _refuses(resultats: list[Any]) -> int:
    assert all(r is None or isinstance(r, Refus | Versement | bool) for r in resultats), resultats
    return sum(isinstance(r, Refus) for r in resultats)


def test_a_transfer_is_prepared_built_and_ended_once(ville: Troupe) -> None:
    note, by, at = clos(ville, "notes"), ville.au_poste("resp-archives"), ville.at
    assert _refuses(course(*[lambda: preparer([note.pk], by=by, at=at)] * HUIT)) == HUIT - 1
    versement = Versement.objects.get()
    assert LigneVersement.objects.filter(quitte_le=None).count() == 1
    assert Ligne.objects.filter(chaine=note.uuid, verbe="preparer_versement").count() == 1

    assert course(*[lambda: construire(versement, by=systeme(at), at=at)] * 3).count(True) == 1
    versement = Versement.objects.get()
    assert _refuses(course(*[lambda: relancer(versement, by=by, at=at)] * HUIT)) == HUIT - 1
    assert construire(Versement.objects.get(), by=systeme(at), at=at)
    assert _refuses(course(*[lambda: remettre(versement, by=by, at=at)] * HUIT)) == 0, "each download is noted"
    assert Ligne.objects.filter(chaine=versement.uuid, verbe="telecharger_versement").count() == HUIT

    fins = [
        lambda: accepter(versement, attestation="A", atteste_le=ville.annuaire.jour, by=by, at=at),
        lambda: rendre(versement, motif="Non.", by=by, at=at),
    ]  # fmt: skip
    assert _refuses(course(*fins * 4)) == HUIT - 1
    versement = Versement.objects.get()
    assert LigneVersement.objects.filter(quitte_le=None).count() == (versement.etat == "accepte")
    assert Ligne.objects.filter(chaine=note.uuid, verbe__in=["verser", "rendre_versement"]).count() == 1
    assert not chemin(versement.sha256).exists()
