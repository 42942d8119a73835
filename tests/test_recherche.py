"""Search reads the newest dossiers first, and misses none."""

from collections.abc import Callable
from typing import Any

import pytest
from django.db import connection

from buridan.bureau.queries import chercher
from buridan.demandes.actions.deposer import Depot, deposer
from buridan.demandes.models import Demande, TypeDemande
from buridan.organisation.acteur import systeme

from .conftest import Troupe

pytestmark = pytest.mark.django_db


@pytest.fixture
def deposer_avec(troupe: Troupe) -> Callable[[str], Demande]:
    type_demande = TypeDemande.objects.get(code="nid-de-poule")

    def deposer_un(texte: str) -> Demande:
        return deposer(
            Depot(type=type_demande, description=texte, nom="Ada Zélie", telephone="03 61 99 00 00"),
            by=systeme(troupe.at),
            at=troupe.at,
        )

    return deposer_un


def _plus_tard(dossiers: int = 3 * 4096) -> None:
    """So many dossiers later."""
    with connection.cursor() as curseur:
        curseur.execute(
            "SELECT setval(pg_get_serial_sequence('dossiers_dossier', 'id'), max(id) + %s) FROM dossiers_dossier",
            [dossiers],
        )


def test_a_word_is_found_in_an_old_dossier_too_the_latest_first(
    troupe: Troupe, deposer_avec: Callable[[str], Demande]
) -> None:
    ancienne = deposer_avec("un xylophone abandonné devant l'école")
    _plus_tard()
    recente = deposer_avec("encore des xylophones sur le trottoir")
    trouves = chercher(troupe.au_poste("dgs"), "xylophone")
    assert [d.pk for d in trouves] == [recente.dossier_id, ancienne.dossier_id]


def test_a_word_is_found_once_in_each_slice_however_old(troupe: Troupe, deposer_avec: Callable[[str], Demande]) -> None:
    demandes = []
    for n in range(5):
        demandes.append(deposer_avec(f"{n} xylophones"))
        _plus_tard(3 * 4096 if n < 2 else 3 * 65536)
    demandes.append(deposer_avec("un dernier xylophone"))
    for limite in range(1, 7):
        trouves = chercher(troupe.au_poste("dgs"), "xylophone", limite=limite)
        assert [d.pk for d in trouves] == [d.dossier_id for d in reversed(demandes)][:limite]


def test_quotes_alternatives_and_empty_words_mean_the_same_in_every_slice(
    troupe: Troupe, deposer_avec: Callable[[str], Demande]
) -> None:
    ensemble, separes = [], []
    for ecart in (3 * 4096, 3 * 65536, 20 * 65536, 0):  # an old slice, a very old one, and the newest
        separes.append(deposer_avec("un xylophone près de la fontaine verte").dossier_id)
        ensemble.append(deposer_avec("un xylophone vert d'Éthiopie, l'aube").dossier_id)
        _plus_tard(ecart)
    dgs, tous = troupe.au_poste("dgs"), sorted([*ensemble, *separes], reverse=True)
    assert [d.pk for d in chercher(dgs, "xylophones verts")] == tous
    assert [d.pk for d in chercher(dgs, '"xylophone vert"')] == ensemble[::-1]
    assert [d.pk for d in chercher(dgs, "fontaine or éthiopie")] == tous
    assert chercher(dgs, "le de la") == []


def test_a_page_filled_by_the_newest_dossiers_does_not_read_the_others(
    troupe: Troupe, deposer_avec: Callable[[str], Demande], django_assert_num_queries: Any
) -> None:
    deposer_avec("un xylophone abandonné devant l'école")
    _plus_tard()
    recente = deposer_avec("encore des xylophones sur le trottoir")
    dgs = troupe.au_poste("dgs")
    with django_assert_num_queries(2):  # the newest id, the newest slices
        assert [d.pk for d in chercher(dgs, "xylophone", limite=1)] == [recente.dossier_id]


def test_the_slice_of_a_dossier_is_no_word_that_somebody_can_type(
    troupe: Troupe, deposer_avec: Callable[[str], Demande]
) -> None:
    demande = deposer_avec("un xylophone abandonné devant l'école")
    assert [d.pk for d in chercher(troupe.au_poste("dgs"), "xylophone")] == [demande.dossier_id]
    for ecrit in ("grande tranche {}", "tranche {}", '"tranche {}"', "tranche_{}", "tranche~{}"):
        assert chercher(troupe.au_poste("dgs"), f"xylophone {ecrit.format(demande.dossier_id >> 12)}") == []
        assert chercher(troupe.au_poste("dgs"), f"xylophone {ecrit.format(demande.dossier_id >> 16)}") == []
