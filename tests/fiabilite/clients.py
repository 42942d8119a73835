"""Residents and agents over HTTP while everything dies around them, and the ledger of what the site confirmed to them."""

import hashlib
import http.client
import random
import re
import threading
import time
from abc import ABC, abstractmethod
from collections import Counter
from dataclasses import dataclass, field
from http.cookies import SimpleCookie
from urllib.parse import urljoin, urlsplit
from uuid import uuid4

from bs4 import BeautifulSoup, Tag

from .formulaires import Envoi, a_jeton, formulaires, liens, lire, remplir

UUID = re.compile(r"[0-9a-f]{8}(?:-[0-9a-f]{4}){3}-[0-9a-f]{12}")
ETAPE = re.compile(r"/etapes/(\d+)/(\w+)/")
PATIENCE = 50.0  # seconds during which the same thing is sent again; a message repeated within a minute counts once


@dataclass(frozen=True)
class Confirmation:
    """Something the site said was done. `objet`: uuid of the dossier, or id of the étape."""

    genre: str
    objet: str
    marque: str = ""
    courriel: str = ""
    verbe: str = ""
    sha256: tuple[str, ...] = ()


@dataclass
class Registre:
    """What the clients saw; shared by their threads."""

    confirmations: list[Confirmation] = field(default_factory=list)
    comptes: Counter[str] = field(default_factory=Counter)
    reponses_changees: list[str] = field(default_factory=list)
    refus: list[str] = field(default_factory=list)
    verrou: threading.Lock = field(default_factory=threading.Lock)

    def confirmer(self, confirmation: Confirmation) -> None:
        """The site said that it is done."""
        with self.verrou:
            self.confirmations.append(confirmation)

    def compter(self, quoi: str) -> None:
        """One more of these."""
        with self.verrou:
            self.comptes[quoi] += 1


class Perdue(Exception):
    """No answer, or the answer of a site that is down: it may have been done or not."""


class Client(ABC):
    """A browser without JavaScript: cookies, no automatic redirection."""

    def __init__(self, port: int, registre: Registre, graine: int, arret: threading.Event) -> None:
        self.port, self.registre, self.arret = port, registre, arret
        self.alea = random.Random(graine)
        self.cookies: dict[str, str] = {}

    def demander(self, chemin: str, envoi: Envoi | None = None) -> tuple[int, str, str]:
        """(status, Location, page). Raises Perdue."""
        entetes = {"Cookie": "; ".join(f"{n}={v}" for n, v in self.cookies.items())}
        corps = None
        if envoi is not None:
            entetes["Content-Type"], corps = envoi.corps()
        lien = http.client.HTTPConnection("127.0.0.1", self.port, timeout=20)
        try:
            lien.request("POST" if envoi else "GET", chemin, corps, entetes)
            reponse = lien.getresponse()
            page = reponse.read().decode()
        except (OSError, http.client.HTTPException) as erreur:
            raise Perdue(str(erreur)) from erreur
        finally:
            lien.close()
        if reponse.status >= 500:
            raise Perdue(f"{reponse.status}")
        for entete in reponse.headers.get_all("Set-Cookie") or []:
            for nom, biscuit in SimpleCookie(entete).items():
                self.cookies[nom] = biscuit.value
        return reponse.status, reponse.headers.get("Location", ""), page

    def lire(self, chemin: str) -> str:
        """A page, redirections followed; asked again as long as the site is down."""
        while True:
            try:
                code, vers, page = self.demander(chemin)
            except Perdue:
                if self.arret.is_set():
                    raise
                time.sleep(0.3)
                continue
            if code not in (301, 302):
                return page if code == 200 else ""
            chemin = urlsplit(urljoin(f"http://localhost{chemin}", vers)).path

    def envoyer(self, envoi: Envoi) -> tuple[int, str, str] | None:
        """Send until an answer comes; None when none came in time. An answer that was lost is asked for again, unchanged."""
        debut, essais = time.monotonic(), 0
        while time.monotonic() - debut < PATIENCE:
            try:
                reponse = self.demander(envoi.action, envoi)
            except Perdue:
                essais += 1
                self.registre.compter("réponses perdues, redemandées")
                time.sleep(0.3)
                continue
            if reponse[0] in (409, 422):
                fautes = BeautifulSoup(reponse[2], "html.parser").select(".invalid-feedback, .alert-danger, .errorlist")
                self.registre.refus.append(f"{envoi.action} : {[f.get_text(' ', strip=True) for f in fautes]}")
            return reponse
        self.registre.compter("abandons, effet inconnu")
        return None

    def tourner(self) -> None:
        """Work until told to stop."""
        while not self.arret.is_set():
            try:
                self.un_tour()
            except Perdue:
                time.sleep(0.3)

    @abstractmethod
    def un_tour(self) -> None:
        """One thing to do."""


class Habitant(Client):
    """Files on any public form that gives a token, sometimes twice, and sometimes writes afterwards."""

    portes: dict[str, Tag]

    def trouver_les_portes(self) -> dict[str, Tag]:
        """Forms with a token reached from the home page, by address. Read once: each sending has its own token."""
        self.portes = {}
        for adresse in liens(self.lire("/")):
            for formulaire in filter(a_jeton, formulaires(self.lire(adresse))):
                self.portes[adresse] = lire(formulaire)
        return self.portes

    def un_tour(self) -> None:
        """File; one time in five send the same form again; one time in six write a message."""
        porte = self.alea.choice(list(self.portes))
        if "csrftoken" not in self.cookies:
            self.lire(porte)
        envoi = remplir(self.portes[porte], porte, self.alea)
        envoi.remplacer(jeton=str(uuid4()), csrfmiddlewaretoken=self.cookies.get("csrftoken", ""))
        reponse = self.envoyer(envoi)
        if reponse is None or reponse[0] != 302:
            self.registre.compter("dépôts non confirmés")
            return
        vers = reponse[1]
        sha256 = tuple(hashlib.sha256(octets).hexdigest() for _n, (_nom, _genre, octets) in envoi.fichiers)
        trouve = UUID.search(vers)
        assert trouve, vers
        self.registre.confirmer(Confirmation("dépôt", trouve[0], envoi.marque, envoi.courriel, sha256=sha256))
        if self.alea.random() < 0.2:
            seconde = self.envoyer(envoi)
            if seconde is not None and seconde[:2] != reponse[:2]:
                self.registre.reponses_changees.append(f"{reponse[:2]} puis {seconde[:2]}")
        if self.alea.random() < 0.17:
            self._ecrire(trouve[0], vers)

    def _ecrire(self, uuid: str, suivi: str) -> None:
        page = self.lire(urlsplit(suivi).path)
        formulaire = next((f for f in formulaires(page) if "<textarea" in f), None)
        if formulaire is None:
            return
        envoi = remplir(lire(formulaire), urlsplit(suivi).path, self.alea)
        reponse = self.envoyer(envoi)
        if reponse is not None and reponse[0] == 302:
            sha256 = tuple(hashlib.sha256(octets).hexdigest() for _n, (_nom, _genre, octets) in envoi.fichiers)
            self.registre.confirmer(Confirmation("message", uuid, envoi.marque, sha256=sha256))


class Agent(Client):
    """Does the main gesture of the étapes of the desk, whatever it is."""

    rang: int

    def entrer(self) -> None:
        """Log in as one of the people of the demonstration."""
        cartes = formulaires(self.lire("/demo/"))
        envoi = remplir(lire(cartes[self.rang % len(cartes)]), "/demo/", self.alea)
        while "sessionid" not in self.cookies and not self.arret.is_set():
            self.envoyer(envoi)

    def un_tour(self) -> None:
        """Open a dossier of the desk and do what its first form asks."""
        if "sessionid" not in self.cookies:
            self.entrer()
        dossiers = [x for x in liens(self.lire("/bureau/")) if UUID.search(x)]
        if not dossiers:
            time.sleep(0.5)
        for dossier in self.alea.sample(dossiers, min(4, len(dossiers))):
            page = self.lire(dossier)
            formulaire = next((f for f in formulaires(page) if ETAPE.search(f.partition(">")[0])), None)
            if formulaire is None:
                continue
            envoi = remplir(lire(formulaire), dossier, self.alea)
            reponse = self.envoyer(envoi)
            trouve = ETAPE.search(envoi.action)
            if trouve and reponse is not None and reponse[0] == 302:
                self.registre.confirmer(Confirmation("étape", trouve[1], verbe=trouve[2]))
