"""Filing a request through HTTP against the bare endpoint of the same server: a few clients, connections kept open."""

import random
from collections.abc import Callable, Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, field
from time import monotonic, perf_counter, sleep
from urllib.parse import urlencode
from uuid import uuid4

import psycopg

from bench.site import Client, Site
from tests.fiabilite.formulaires import Envoi, a_jeton, formulaires, lire, remplir

TYPE = "/demandes/nid-de-poule/"
CLIENTS = 4
CIBLE = 0.25
ATTENDENT = """SELECT 1 FROM procrastinate_jobs WHERE status IN ('todo', 'doing')
    UNION ALL SELECT 1 FROM notifications_courriel WHERE envoye_le IS NULL LIMIT 1"""


@dataclass(slots=True)
class Debits:
    """What was sent and the seconds it took, by side."""

    depots: int = 0
    nus: int = 0
    temps: list[float] = field(default_factory=list)  # of each filing
    secondes_depots: float = 0.0
    secondes_nus: float = 0.0
    perdues: list[int] = field(default_factory=list)

    @property
    def debit(self) -> float:
        """Requests filed in a second."""
        return self.depots / self.secondes_depots

    @property
    def debit_nu(self) -> float:
        """INSERTs in a second."""
        return self.nus / self.secondes_nus


def remplir_un(client: Client, alea: random.Random) -> Envoi:
    """A fresh form, read from the site (its token and its CSRF token) and filled, without a file."""
    page = client.demander(TYPE)[2].decode()
    envoi = remplir(lire(next(f for f in formulaires(page) if a_jeton(f))), TYPE, alea)
    envoi.fichiers = []
    return envoi


def _en_meme_temps(clients: Sequence[Client], geste: Callable[[Client, int], None]) -> float:
    """Seconds until every client has done its part."""
    debut = perf_counter()
    with ThreadPoolExecutor(len(clients)) as fils:
        list(fils.map(geste, clients, range(len(clients))))
    return perf_counter() - debut


def _file_vide(lien: psycopg.Connection) -> None:
    """Wait for the jobs: what they cost belongs to the filings, not to the bare side."""
    limite = monotonic() + 120
    while monotonic() < limite:
        if not lien.execute(ATTENDENT).fetchone():
            return
        sleep(0.05)


def comparer(site: Site, adresse: str, tours: int, par_client: int = 10) -> Debits:
    """Rounds of the two sides, one after the other, after one that warms up."""
    alea = random.Random(19)
    clients = [Client(site.port) for _ in range(CLIENTS)]
    total = Debits()
    with psycopg.connect(adresse, autocommit=True) as lien:
        lien.execute(
            "CREATE TABLE IF NOT EXISTS bench_nu (id bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY, texte text)"
        )
        avant = _compter(lien)
        for tour in range(-1, tours):
            mesure = total if tour >= 0 else Debits()
            envois = [[remplir_un(c, alea).corps() for _ in range(par_client)] for c in clients]

            def deposer(client: Client, n: int, envois: list = envois, mesure: Debits = mesure) -> None:
                for genre, corps in envois[n]:
                    debut = perf_counter()
                    code, vers, page = client.demander(TYPE, genre, corps)
                    mesure.temps.append(perf_counter() - debut)
                    assert (code, "/suivi/" in vers) == (302, True), page.decode()

            def inserer(client: Client, _n: int, mesure: Debits = mesure) -> None:
                genre = "application/x-www-form-urlencoded"
                for _ in range(par_client * 4):
                    corps = {"texte": str(uuid4()), "csrfmiddlewaretoken": client.biscuits["csrftoken"]}
                    assert client.demander("/bench/nu/", genre, urlencode(corps).encode())[0] == 204

            _file_vide(lien)
            mesure.secondes_nus += _en_meme_temps(clients, inserer)
            mesure.nus += CLIENTS * par_client * 4
            mesure.secondes_depots += _en_meme_temps(clients, deposer)
            mesure.depots += CLIENTS * par_client
        _file_vide(lien)
        envoyes = CLIENTS * par_client * (tours + 1)
        total.perdues = [envoyes - (n - a) for n, a in zip(_compter(lien), avant, strict=True)]
    return total


def _compter(lien: psycopg.Connection) -> list[int]:
    """Rows of what a filing leaves."""
    tables = ("dossiers_dossier", "demandes_demande", "journal_chaine", "notifications_courriel")
    return [lien.execute(f"SELECT count(*) FROM {t}").fetchone()[0] for t in tables]
