"""The words of the fictitious year fit what is asked, and whoever files at the counter is named."""

import tomllib
from typing import Any

import pytest
from django.conf import settings
from django.db import connection
from django.utils import timezone

from buridan.demandes.models import Canal, Demande
from buridan.demo.annee import Annee
from buridan.demo.textes import PHRASES, REPONSES
from buridan.dossiers.recit import recit


def test_every_request_type_of_the_town_has_its_own_words() -> None:
    types = tomllib.loads((settings.PRESETS / "bethune" / "types_demandes.toml").read_text("utf-8"))["type"]
    assert {t["code"] for t in types} == set(PHRASES)
    assert {t["famille"] for t in types} == set(REPONSES)
    toutes = [phrase for phrases in PHRASES.values() for phrase in phrases]
    assert len(toutes) == len(set(toutes))


@pytest.fixture
def annee(db: None) -> Any:
    list(Annee(40, at=timezone.now()).jouer())
    connection.connection.prepare_threshold = None
    return Demande.objects.select_related("type", "dossier")


def test_the_year_says_what_its_types_are_about_and_who_typed_it(annee: Any) -> None:
    for demande in annee.all():
        assert demande.description in PHRASES[demande.type.code]
        ouverture = recit(demande.dossier)[-1]
        if demande.canal == Canal.PORTAIL:
            assert ouverture["qui"] == "le demandeur"
        else:
            assert ouverture["qui"] not in ("le système", "le demandeur") and "poste : " in ouverture["details"]
        assert Canal(demande.canal).label in ouverture["details"]
