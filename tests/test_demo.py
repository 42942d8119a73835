"""The words of the fictitious year fit what is asked, and whoever files at the counter is named."""

import tomllib
from argparse import Namespace
from datetime import datetime, time, timedelta
from pathlib import Path
from typing import Any
from uuid import uuid4

import pytest
from django.conf import settings as reglages
from django.db import connection, transaction
from django.utils import timezone
from django.utils.timezone import localdate

from buridan.demandes.models import Canal, Demande
from buridan.demo.annee import Annee
from buridan.demo.connexion import d_une_traite
from buridan.demo.textes import PHRASES, REPONSES
from buridan.dossiers.models import Dossier
from buridan.dossiers.recit import recit
from buridan.droit.delais import FUSEAU_LEGAL
from buridan.journal import chaine
from buridan.lancement import commandes
from buridan.notes.models import Note


def test_every_request_type_of_the_town_has_its_own_words() -> None:
    types = tomllib.loads((reglages.PRESETS / "bethune" / "types_demandes.toml").read_text("utf-8"))["type"]
    assert {t["code"] for t in types} == set(PHRASES)
    assert {t["famille"] for t in types} == set(REPONSES)
    toutes = [phrase for phrases in PHRASES.values() for phrase in phrases]
    assert len(toutes) == len(set(toutes))


@pytest.fixture
def annee(db: None) -> Any:
    list(Annee(40, at=timezone.now()).jouer())
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


def _histoires(at: datetime) -> list[tuple[str, str, list[str]]]:
    """Each dossier of a year begun at that instant, and the étapes it came through; nothing is kept."""
    with transaction.atomic():
        list(Annee(0, at=at).jouer())
        joues = Dossier.objects.exclude(nature="demandes").prefetch_related("etapes")
        lues = sorted((d.nature, d.objet, sorted(f"{e.titre} {e.etat}" for e in d.etapes.all())) for d in joues)
        proposees = Note.objects.exclude(proposee_le=None).values_list("dossier__objet", flat=True)
        lues.append(("notes", "proposées par un agent", sorted(proposees)))
        transaction.set_rollback(True)
    return lues


def test_the_demo_holds_the_same_stories_whenever_it_is_begun(db: None) -> None:
    """On a Friday afternoon, on a Sunday past midnight where the town is, on a Monday at dawn."""
    vendredi = datetime.combine(localdate(), time(16), FUSEAU_LEGAL)
    vendredi += timedelta(days=(4 - vendredi.weekday()) % 7 + 7)
    attendues = _histoires(vendredi)
    assert len(attendues) > 80
    gare, etapes = next((objet, etapes) for _nature, objet, etapes in attendues if "devant la gare" in objet)
    assert "Rédiger la note active" in etapes and gare in attendues[-1][2]  # proposed, the head has yet to send it
    for autre in (vendredi + timedelta(days=1, hours=8, minutes=20), vendredi + timedelta(days=2, hours=14)):
        assert _histoires(autre) == attendues


def test_the_connection_is_given_back_as_it_was(db: None) -> None:
    def reglages_de_la_base() -> list[Any]:
        noms = ("synchronous_commit", "plan_cache_mode")
        with connection.cursor() as curseur:
            curseur.execute("SELECT setting FROM pg_settings WHERE name = ANY(%s) ORDER BY name", [list(noms)])
            lus = [ligne[0] for ligne in curseur.fetchall()]
        return [*lus, connection.connection.prepare_threshold, connection.connection.prepared_max]

    avant = reglages_de_la_base()
    with d_une_traite():
        assert all(a != b for a, b in zip(reglages_de_la_base(), avant, strict=True))
    assert reglages_de_la_base() == avant


def test_the_journal_is_whole_once_the_year_is_played(
    db: None, settings: Any, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Whatever writes of the past, the budget for instance, is written before the seal."""

    def ecrire(**_: Any) -> None:
        chaine.ecrire(
            uuid4(), "reserver", auteur=None, at=timezone.now() - timedelta(days=40), contenu={"qui": "Essai"}
        )

    settings.SCEAUX = tmp_path / "sceaux.txt"
    monkeypatch.setattr("buridan.demo.annee.Annee.jouer", lambda annee: iter(()))
    monkeypatch.setattr("buridan.demo.budget.jouer_le_budget", ecrire)
    monkeypatch.setattr("buridan.courriers.actions.juger.juger_les_propositions", ecrire)
    assert commandes._demo(Namespace(size=0)) == 0
    assert [str(a) for a in chaine.verifier(jour=localdate())] == []
