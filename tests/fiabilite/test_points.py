"""A process dies at each named point of a transition: the base is sound, and trying again gives exactly one effect."""

import json
import os
import random
import re
import signal
import subprocess
import sys
from collections.abc import Callable, Iterator
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit, urlunsplit
from uuid import uuid4

import psycopg
import pytest
from django.db import connection
from django.test import Client
from procrastinate.contrib.django.models import ProcrastinateJob

from buridan.courriers.models import Courrier, Depart
from buridan.demandes.queries import type_actif
from buridan.dossiers.etats import EtatEtape, TypeEtape
from buridan.dossiers.models import Document, Dossier, Etape, Reponse
from buridan.journal.models import Ligne
from buridan.lancement.verification import fautes
from buridan.notifications.envois import VIDER
from buridan.notifications.models import Courriel
from buridan.organisation.acteur import systeme
from buridan.outils.panne import POINTS, VARIABLE
from config.env import EnvironnementInvalide
from tests.conftest import Troupe
from tests.courriers import lettres

from .formulaires import a_jeton, formulaires, lire, pdf, remplir

RACINE = Path(__file__).resolve().parent.parent.parent
DEPOT = sorted(
    p for p in POINTS if not p.startswith(("courriel", "envoi", "releve"))
)  # its e-mail is part of its one statement
REPONSE = sorted(p for p in POINTS if not p.startswith(("fichier", "envoi", "releve")))
ENVOI = sorted(p for p in POINTS if p.startswith("envoi"))
RELEVE = {"releve.avant", "releve.apres"}  # tests/messagerie/test_relever_interrompu.py, with a mail server
Victime = Callable[..., dict[str, Any]]


def url_de_test() -> str:
    """The tests' own database, for another process."""
    return urlunsplit(urlsplit(os.environ["DATABASE_URL"])._replace(path=f"/{connection.settings_dict['NAME']}"))


@pytest.fixture(scope="module")
def victime(django_db_setup: None) -> Iterator[Victime]:
    """Somebody who does what is asked in a process that dies where it is told to."""
    processus = subprocess.Popen(
        [sys.executable, "-m", "tests.fiabilite.victime"], cwd=RACINE, env={**os.environ, "DATABASE_URL": url_de_test()},
        stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True,
    )  # fmt: skip
    assert processus.stdin and processus.stdout

    def faire(panne: str = "", **ordre: Any) -> dict[str, Any]:
        processus.stdin.write(json.dumps({"panne": panne, **ordre}) + "\n")  # type: ignore[union-attr]
        processus.stdin.flush()  # type: ignore[union-attr]
        return dict(json.loads(processus.stdout.readline()))  # type: ignore[union-attr]

    yield faire
    processus.stdin.close()
    processus.wait(10)


@pytest.fixture
def reelle(base_reelle: None) -> Troupe:
    """The cast of the preset, committing for real."""
    return Troupe(datetime.now(UTC))


def test_every_named_point_is_visited() -> None:
    assert {*DEPOT, *REPONSE, *ENVOI, *RELEVE} == POINTS
    poses = re.findall(r'\bpoint\("([^"]+)"\)', "".join(p.read_text() for p in (RACINE / "buridan").rglob("*.py")))
    assert sorted(poses) == sorted(POINTS)


@pytest.mark.parametrize("panne", DEPOT)
def test_a_filing_cut_short_is_filed_once_when_sent_again(victime: Victime, reelle: Troupe, panne: str) -> None:
    page, avant = "/demandes/nid-de-poule/", set(fautes(complet=False))
    envoi = remplir(
        lire(next(filter(a_jeton, formulaires(Client().get(page).content.decode())))), page, random.Random(1)
    )
    marque = envoi.marque
    ordre = {"chemin": page, "champs": dict(envoi.champs), "fichier": pdf(marque).decode()}
    assert victime(panne, **ordre) == {"signal": signal.SIGKILL}
    assert set(fautes(complet=False)) == avant
    ecrite = panne in ("journal.apres", "reponse.avant")  # the write is its own transaction: done, it is there
    assert Dossier.objects.filter(contenu__contains=marque).count() == ecrite
    premiere, seconde = victime(**ordre), victime(**ordre)
    assert (premiere["code"], premiere) == (302, seconde)
    dossier = Dossier.objects.get(contenu__contains=marque)
    assert str(dossier.uuid) in premiere["vers"]
    assert Document.objects.filter(dossier=dossier).count() == 1
    assert Ligne.objects.filter(chaine=dossier.uuid).count() == 1
    _un_courriel(dossier)
    assert set(fautes(complet=False)) == avant


def _un_courriel(dossier: Dossier, avant: int = 0) -> None:
    """One more e-mail in the outbox, with the job that will find it."""
    courriels = Courriel.objects.filter(dossier=dossier.uuid).order_by("pk")[avant:]
    assert len(courriels) == 1
    assert ProcrastinateJob.objects.filter(task_name=VIDER, status="todo").count() == 1


@pytest.mark.parametrize("panne", REPONSE)
def test_an_answer_cut_short_is_sent_once_when_given_again(victime: Victime, reelle: Troupe, panne: str) -> None:
    dossier = reelle.deposer().dossier
    with connection.cursor() as curseur:  # only the answer is left to do
        curseur.execute("SET session_replication_role = replica")
        Etape.objects.filter(dossier=dossier).exclude(type=TypeEtape.REPONSE).update(etat=EtatEtape.PASSEE)
        Etape.objects.filter(dossier=dossier, type=TypeEtape.REPONSE).update(
            etat=EtatEtape.ACTIVE, activee_le=reelle.at, urgence_le=reelle.at.date()
        )
        curseur.execute("SET session_replication_role = DEFAULT")
    etape = Etape.objects.get(dossier=dossier, type=TypeEtape.REPONSE)
    annuaire = systeme(reelle.at).annuaire
    trouve = annuaire.resoudre(etape.poste_id) if etape.poste_id else annuaire.resoudre_entite(etape.entite_id or 0)
    avant = set(fautes(complet=False))
    ordre = {
        "chemin": f"/dossiers/{dossier.uuid}/etapes/{etape.pk}/repondre/", "personne": trouve.personnes[0],
        "champs": {"texte": "C'est réparé.", "sens": "favorable"},
    }  # fmt: skip
    assert victime(panne, **ordre) == {"signal": signal.SIGKILL}
    assert Reponse.objects.filter(dossier=dossier).count() == (panne == "reponse.avant")
    assert victime(**ordre)["code"] == 302
    assert Reponse.objects.filter(dossier=dossier).count() == 1
    assert Ligne.objects.filter(chaine=dossier.uuid, verbe="repondre").count() == 1
    _un_courriel(dossier, avant=1)
    assert set(fautes(complet=False)) <= avant


@pytest.mark.parametrize("panne", ENVOI)
def test_an_e_mail_cut_short_is_sent_again_under_the_same_name(victime: Victime, reelle: Troupe, panne: str) -> None:
    courriel = Courriel.objects.get(dossier=reelle.deposer().dossier.uuid)
    Courriel.objects.exclude(pk=courriel.pk).delete()
    assert victime(panne, courriel=courriel.pk) == {"signal": signal.SIGKILL}
    assert Courriel.objects.get(pk=courriel.pk).envoye_le is None
    assert (victime(courriel=courriel.pk), victime(courriel=courriel.pk)) == ({"signal": 0}, {"signal": 0})
    boite = Path(os.environ["BURIDAN_DONNEES"]) / "courriels"
    envois = "".join(f.read_text() for f in boite.glob("*.log")).count(f"Message-ID: {courriel.message_id}")
    assert envois == (2 if panne == "envoi.apres" else 1)


def test_a_real_site_does_not_start_with_a_point() -> None:
    env = {**os.environ, VARIABLE: "journal.avant", "BURIDAN_DEMO": "non"}
    fait = subprocess.run(
        [sys.executable, "-c", "import config.settings"], cwd=RACINE, env=env, capture_output=True, text=True
    )
    assert EnvironnementInvalide.__name__ in fait.stderr


@pytest.mark.parametrize("panne", REPONSE)
def test_a_letter_cut_short_takes_its_number_once_and_is_answered_once(
    victime: Victime, reelle: Troupe, panne: str
) -> None:
    """Registered with its acknowledgement, then sent: the numbers of both registers follow one another."""
    avant, by = set(fautes(complet=False)), lettres.du_courrier(reelle)
    champs = {
        "jeton": str(uuid4()), "genre": "lettre", "arrive_le": f"{reelle.at - timedelta(hours=3):%Y-%m-%dT%H:%M}", "silence": "rejet",
        "expediteur": "Camille Panne", "courriel": "panne@courriel.example", "objet": "Un banc coupé", "effet": "demande",
        "service": str(lettres.entite(reelle, "voirie")),
    }  # fmt: skip
    ordre = {"chemin": "/courriers/nouveau/", "personne": by.personne, "champs": champs}
    assert victime(panne, **ordre) == {"signal": signal.SIGKILL}
    assert set(fautes(complet=False)) == avant
    premiere, seconde = victime(**ordre), victime(**ordre)
    assert (premiere["code"], premiere) == (302, seconde)
    courrier = Courrier.objects.get()
    assert courrier.numero == 1 and list(Depart.objects.values_list("numero", flat=True)) == [1]
    derniere = lettres.mener(reelle, courrier, "reponse")
    envoi = {
        "chemin": f"/dossiers/{derniere.dossier.uuid}/etapes/{derniere.pk}/repondre/", "personne": by.personne,
        "champs": {"texte": derniere.dossier.projet_reponse, "sens": "favorable", "moyen": "courriel"},
    }  # fmt: skip
    assert victime(panne, **envoi) == {"signal": signal.SIGKILL}
    assert victime(**envoi)["code"] == 302
    assert list(Depart.objects.order_by("numero").values_list("numero", "objet")) == [(1, "accuse"), (2, "reponse")]
    assert set(fautes(complet=False)) == avant


def test_a_filing_survives_a_server_that_was_restarted_meanwhile(base_reelle: None) -> None:
    """What it reads first tries the connection: cut, it is opened again and the question asked once more."""
    connection.ensure_connection()
    with psycopg.connect(url_de_test(), autocommit=True) as autre:
        autre.execute("SELECT pg_terminate_backend(%s)", [connection.connection.info.backend_pid])
    connection.health_check_enabled, connection.health_check_done = True, False
    try:
        assert type_actif("nid-de-poule") is not None
    finally:
        connection.health_check_enabled = False
