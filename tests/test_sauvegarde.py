"""Backup while the town works, restore elsewhere: the same rows, the same files, and nothing half done."""

import json
import os
import re
import shutil
import subprocess
import sys
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from datetime import datetime
from pathlib import Path
from threading import Event
from typing import Any
from urllib.parse import urlsplit, urlunsplit

import psycopg
import pytest
from django.conf import settings
from django.db import connection, connections
from django.utils import timezone

from buridan.demandes.actions.deposer import Depot, deposer
from buridan.demandes.models import TypeDemande
from buridan.dossiers.models import Document
from buridan.exploitation.sondes import MARQUE_RESTAURATION as MARQUE
from buridan.lancement import manifeste, outils_pg
from buridan.lancement.manifeste import BASE, EMPREINTES, MANIFESTE
from buridan.lancement.postgres import DemarrageImpossible
from buridan.lancement.restauration import restaurer
from buridan.lancement.sauvegarde import CONFIGURATION, SANS_DONNEES, sauvegarder
from buridan.notifications.models import Courriel
from buridan.notifications.tasks import envoyer
from buridan.organisation.acteur import systeme
from buridan.organisation.models import Personne
from tests.conftest import Troupe
from tests.messagerie.courriels import recu as courriel_recu
from tests.monde import traces_effacees

RACINE = Path(__file__).resolve().parent.parent
MOT_DE_PASSE = "un-mot-de-passe-d-essai-long"
SECRETS = {
    "BURIDAN_CLE_SECRETE",
    "BURIDAN_CLE_JOURNAL",
    "BURIDAN_SMTP_MOT_DE_PASSE",
    "BURIDAN_JETON_METRIQUES",
    "BURIDAN_CACHET_PHRASE",
    "DATABASE_URL",
}


class Ailleurs:
    """An empty machine: its own database and data folder, and the command line run on them."""

    def __init__(self, nom: str, donnees: Path) -> None:
        self.donnees = donnees
        self.url = urlunsplit(urlsplit(os.environ["DATABASE_URL"])._replace(path=f"/{nom}"))
        self.nom = nom
        self.vider()

    def vider(self) -> None:
        with psycopg.connect(os.environ["DATABASE_URL"], autocommit=True) as lien:
            lien.execute(f"DROP DATABASE IF EXISTS {self.nom} WITH (FORCE)")
            lien.execute(f"CREATE DATABASE {self.nom}")
        shutil.rmtree(self.donnees, ignore_errors=True)
        self.donnees.mkdir()

    def lancer(self, *commande: str, **env: str) -> subprocess.CompletedProcess[str]:
        entiere = {**os.environ, "DATABASE_URL": self.url, "BURIDAN_DONNEES": str(self.donnees), **env}
        return subprocess.run([sys.executable, *commande], cwd=RACINE, env=entiere, capture_output=True, text=True)

    def buridan(self, *commande: str, **env: str) -> subprocess.CompletedProcess[str]:
        return self.lancer("-m", "buridan", *commande, **env)

    def lignes(self, requete: str) -> list[Any]:
        with psycopg.connect(self.url) as lien:
            return lien.execute(requete).fetchall()

    def vide(self) -> bool:
        return self.lignes("SELECT 1 FROM pg_tables WHERE schemaname = 'public'") == []


@pytest.fixture
def ailleurs(tmp_path: Path) -> Iterator[Ailleurs]:
    # with pytest-xdist, one for each process
    machine = Ailleurs(f"ailleurs_{os.environ.get('PYTEST_XDIST_WORKER', '')}", tmp_path / "ailleurs")
    yield machine
    with psycopg.connect(os.environ["DATABASE_URL"], autocommit=True) as lien:
        lien.execute(f"DROP DATABASE IF EXISTS {machine.nom} WITH (FORCE)")


def _deposer(nom: str, at: datetime) -> Any:
    octets = f"%PDF-1.4 {nom}".encode()
    depot = Depot(
        type=TypeDemande.objects.get(code="nid-de-poule"), description="Un grand trou.", nom=nom,
        courriel="alix@courriel.example", lieu="12 rue de la Gare", fichiers=((f"{nom}.pdf", "application/pdf", octets),),
    )  # fmt: skip
    return deposer(depot, by=systeme(at), at=at)


def _empreintes(lire: Any) -> dict[str, str]:
    """Digest of the whole content of every table that a backup holds."""
    tables = [
        t for (t,) in lire("SELECT tablename FROM pg_tables WHERE schemaname = 'public'") if t not in SANS_DONNEES
    ]
    requete = "SELECT md5(coalesce(string_agg(t::text, '|' ORDER BY t::text), '')) FROM \"{}\" t"
    return {table: lire(requete.format(table))[0][0] for table in tables}


def _ici(requete: str) -> list[Any]:
    with connection.cursor() as curseur:
        curseur.execute(requete)
        return list(curseur.fetchall())


def test_a_restored_town_is_the_same_and_somebody_can_log_in(
    base_reelle: None, tmp_path: Path, ailleurs: Ailleurs
) -> None:
    at = timezone.now()
    parti = _deposer("parti", at)
    partis = Courriel.objects.filter(dossier=parti.dossier.uuid)
    for courriel in partis:
        envoyer.func(courriel.pk)
    attend = _deposer("attend", at)  # after, for a job sends all that waits
    agent = Personne.objects.filter(is_active=True).exclude(email="").first()
    assert agent is not None
    agent.set_password(MOT_DE_PASSE)
    agent.save()
    ecrit = sauvegarder(tmp_path / "s", at=at)
    assert ecrit.fautes == []
    fait = ailleurs.buridan("restore", str(tmp_path / "s"))
    assert fait.returncode == 0, fait.stderr
    (ailleurs.donnees / "fichiers" / MARQUE).write_text(
        ecrit.empreintes
    )  # as if it had been killed just before its end
    assert ailleurs.buridan("restore", str(tmp_path / "s")).returncode == 0
    assert not (ailleurs.donnees / "fichiers" / MARQUE).exists()
    assert _empreintes(ailleurs.lignes) == _empreintes(_ici)
    fichiers = {f.name: manifeste.sha256(f) for f in manifeste.fichiers_sous(ailleurs.donnees / "fichiers")}
    assert all(nom == condense for nom, condense in fichiers.items())
    assert set(Document.objects.values_list("sha256", flat=True)) <= set(fichiers)
    for commande in (["check"], ["journal", "verify"]):
        fait = ailleurs.buridan(*commande)
        assert fait.returncode == 0, fait.stdout + fait.stderr
    essai = (
        "from django.test import Client; r = Client(HTTP_HOST='localhost').post('/comptes/login/',"
        f"{{'login': {agent.email!r}, 'password': {MOT_DE_PASSE!r}}}); print(r.status_code, r.headers.get('Location'))"
    )
    assert "302 /bureau/" in ailleurs.lancer("manage.py", "shell", "-c", essai).stdout

    # the queue goes on: what waited leaves once, what had left does not leave again
    travail = ailleurs.lancer("manage.py", "procrastinate", "worker", "--one-shot", "--queues", "courriels")
    assert travail.returncode == 0, travail.stderr
    courriels = "\n".join(f.read_text() for f in (ailleurs.donnees / "courriels").iterdir())
    attendus = Courriel.objects.filter(dossier=attend.dossier.uuid)
    assert attendus and all(courriels.count(c.message_id) == 1 for c in attendus)
    assert partis and not any(c.message_id in courriels for c in partis)


def test_a_backup_under_load_is_one_instant(base_reelle: None, tmp_path: Path, ailleurs: Ailleurs) -> None:
    avant, fin, acquis = Event(), Event(), []
    original = courriel_recu(Troupe(timezone.now())).sha256

    def client(n: int) -> None:
        try:
            i = 0
            while not fin.is_set():
                demande = _deposer(f"charge-{n}-{i}", timezone.now())
                acquis.append((demande.dossier.uuid, avant.is_set()))
                i += 1
        finally:
            connection.close()

    with ThreadPoolExecutor(3) as fils:
        taches = [fils.submit(client, n) for n in range(3)]
        while len(acquis) < 6:
            assert not any(t.done() for t in taches)
        avant.set()
        sures = {uuid for uuid, apres in list(acquis) if not apres}
        ecrit = sauvegarder(tmp_path / "s", at=timezone.now())
        pendant = len(acquis)
        fin.set()
        for tache in taches:
            tache.result()
    connections.close_all()
    assert pendant > len(sures), "nothing was written during the backup: the test proves nothing"
    assert ecrit.fautes == []
    assert ailleurs.buridan("restore", str(tmp_path / "s")).returncode == 0
    restaures = {uuid for (uuid,) in ailleurs.lignes("SELECT uuid FROM dossiers_dossier")}
    assert sures <= restaures <= set(_colonne("SELECT uuid FROM dossiers_dossier"))
    assert {t: ailleurs.lignes(f'SELECT count(*) FROM "{t}"')[0][0] for t in ecrit.tables} == ecrit.tables
    sceaux = {bytes(s) for (s,) in ailleurs.lignes("SELECT sceau FROM journal_ligne")}
    assert sceaux <= {bytes(s) for s in _colonne("SELECT sceau FROM journal_ligne")}
    assert len(sceaux) == ecrit.tables["journal_ligne"]
    assert ailleurs.lignes("SELECT active FROM messagerie_boite") == [(False,)], "a trial machine reads no real mailbox"
    for (sha,) in [*ailleurs.lignes("SELECT sha256 FROM dossiers_document"), (original,)]:
        assert manifeste.sha256(ailleurs.donnees / "fichiers" / sha[:2] / sha) == sha
    for commande in (["check"], ["journal", "verify"]):
        fait = ailleurs.buridan(*commande)
        assert fait.returncode == 0, fait.stdout + fait.stderr


def _colonne(requete: str) -> list[Any]:
    return [ligne[0] for ligne in _ici(requete)]


@pytest.fixture(scope="module")
def modele(django_db_setup: None, django_db_blocker: Any, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A sound backup that each test below copies and damages."""
    dossier = tmp_path_factory.mktemp("modele") / "s"
    with django_db_blocker.unblock():
        with traces_effacees():
            _deposer("modele", timezone.now())
            sauvegarder(dossier, at=timezone.now())
        connections.close_all()
    return dossier


@pytest.fixture
def sauvegarde(modele: Path, tmp_path: Path) -> Path:
    return Path(shutil.copytree(modele, tmp_path / "s"))


def _changer(dossier: Path, **champs: Any) -> None:
    contenu = json.loads((dossier / MANIFESTE).read_text())
    (dossier / MANIFESTE).write_text(json.dumps(contenu | champs))


def _octet(chemin: Path) -> None:
    octets = bytearray(chemin.read_bytes())
    octets[-1] ^= 1
    chemin.write_bytes(octets)


def _un_fichier(dossier: Path) -> Path:
    return next(manifeste.fichiers_sous(dossier / "fichiers"))


ABIMER: dict[str, tuple[Any, str]] = {
    "without manifest": (lambda d: (d / MANIFESTE).unlink(), "pas une sauvegarde entière"),
    "half a manifest": (lambda d: os.truncate(d / MANIFESTE, 40), "est abîmé"),
    "half a dump": (lambda d: os.truncate(d / BASE, 5000), "base.dump a changé"),
    "one bit of a file": (lambda d: _octet(_un_fichier(d)), "a changé depuis la sauvegarde"),
    "a file less": (lambda d: _un_fichier(d).unlink(), "incomplète"),
    "another list": (lambda d: _octet(d / EMPREINTES), "empreintes.txt manque ou a changé"),
    "a newer Buridan": (lambda d: _changer(d, migrations=["dossiers.9999_future"]), "version plus récente de Buridan"),
    "a newer format": (lambda d: _changer(d, format=2), "version plus récente de Buridan"),
    "a newer PostgreSQL": (lambda d: _changer(d, postgresql=99), "PostgreSQL 99"),
    "another journal key": (lambda d: _changer(d, cle_journal="00"), "BURIDAN_CLE_JOURNAL n'est pas celle"),
}


@pytest.mark.parametrize("faute", ABIMER)
def test_a_damaged_or_foreign_backup_is_refused_and_nothing_is_touched(
    faute: str, sauvegarde: Path, base_reelle: None
) -> None:
    """Judged before the base is even looked at: the sound one is refused only because this base is not empty."""
    abimer, phrase = ABIMER[faute]
    with pytest.raises(DemarrageImpossible, match="n'est pas vide"):
        restaurer(sauvegarde)
    abimer(sauvegarde)
    with pytest.raises(DemarrageImpossible, match=phrase):
        restaurer(sauvegarde)
    assert not (Path(settings.MEDIA_ROOT) / MARQUE).exists()


def test_a_lost_journal_key_is_accepted_only_when_said_and_shouted(sauvegarde: Path, ailleurs: Ailleurs) -> None:
    fait = ailleurs.buridan("restore", str(sauvegarde), "--cle-perdue", BURIDAN_CLE_JOURNAL="une-autre-cle")
    assert fait.returncode == 0 and "autre clé de journal" in fait.stderr
    assert ailleurs.buridan("journal", "verify", BURIDAN_CLE_JOURNAL="une-autre-cle").returncode == 1


def test_a_restore_that_stops_on_the_way_leaves_an_empty_base_and_can_be_run_again(
    sauvegarde: Path, ailleurs: Ailleurs
) -> None:
    """The last table of the archive is cut: pg_restore fails near its end, after most of the work."""
    entier = (sauvegarde / BASE).read_bytes()
    (sauvegarde / BASE).write_bytes(entier[: len(entier) * 9 // 10])
    liste = (sauvegarde / EMPREINTES).read_text()
    (sauvegarde / EMPREINTES).write_text(
        "\n".join(
            f"{manifeste.sha256(sauvegarde / BASE)}  {BASE}" if ligne.endswith(BASE) else ligne
            for ligne in liste.splitlines()
        )
    )
    _changer(sauvegarde, empreintes=manifeste.sha256(sauvegarde / EMPREINTES))
    rate = ailleurs.buridan("restore", str(sauvegarde))
    assert rate.returncode == 1 and "pg_restore a échoué" in rate.stderr, rate.stderr
    assert ailleurs.vide()
    assert (ailleurs.donnees / "fichiers" / MARQUE).is_file()
    (ailleurs.donnees / "fichiers" / MARQUE).write_text("another backup")
    refus = ailleurs.buridan("restore", str(sauvegarde))
    assert "Le dossier des fichiers" in refus.stderr, "only the same backup is let through by its mark"
    assert "Traceback" not in rate.stderr + refus.stderr and ailleurs.vide()


def test_a_backup_never_overwrites_and_holds_no_secret(
    base_reelle: None, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    for nom in SECRETS - {"DATABASE_URL"}:
        monkeypatch.setenv(nom, "MARQUEUR-SECRET")
    monkeypatch.setenv("BURIDAN_EXPEDITEUR", "mairie@exemple.example")
    sauvegarder(tmp_path / "s", at=timezone.now())
    textes = [f.read_bytes() for f in manifeste.fichiers_sous(tmp_path / "s")]
    assert not any(b"MARQUEUR-SECRET" in t or settings.SECRET_KEY.encode() in t for t in textes)
    assert "BURIDAN_EXPEDITEUR=mairie@exemple.example" in (tmp_path / "s" / "configuration.env").read_text()
    assert (tmp_path / "s").stat().st_mode & 0o777 == 0o700
    with pytest.raises(DemarrageImpossible, match="n'est pas vide"):
        sauvegarder(tmp_path / "s", at=timezone.now())
    suivante = sauvegarder(tmp_path / "t", at=timezone.now(), depuis=tmp_path / "s")
    fichier = _un_fichier(tmp_path / "t")
    assert fichier.stat().st_nlink == 2 and suivante.fautes == []


def test_a_missing_file_does_not_stop_the_backup_but_is_said(
    base_reelle: None, tmp_path: Path, monkeypatch: Any
) -> None:
    demande = _deposer("perdu", timezone.now())
    sha = Document.objects.get(dossier=demande.dossier).sha256
    perdu = Path(settings.MEDIA_ROOT) / sha[:2] / sha
    octets = perdu.read_bytes()
    perdu.unlink()
    try:
        assert any(sha in faute for faute in sauvegarder(tmp_path / "s", at=timezone.now()).fautes)
    finally:
        perdu.write_bytes(octets)


def test_the_tool_must_be_of_the_servers_version(base_reelle: None, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(outils_pg, "version_du_serveur", lambda: 99)
    with pytest.raises(DemarrageImpossible, match="apt install postgresql-client-99"):
        outils_pg.executer("pg_dump", "--version")


def test_every_setting_is_saved_or_declared_secret() -> None:
    doc = (RACINE / "docs" / "configuration.md").read_text()
    noms = set(re.findall(r"BURIDAN_\w+", (RACINE / "config" / "settings.py").read_text()))
    assert noms - set(CONFIGURATION) - SECRETS == set()
    assert not SECRETS & set(CONFIGURATION)
    assert all(nom in doc for nom in noms if not nom.startswith("BURIDAN_SMTP"))
