"""Residents and agents over HTTP while everything dies around them, and the ledger of what the site confirmed to them."""

import hashlib
import http.client
import random
import re
import threading
import time
from abc import ABC, abstractmethod
from collections import Counter
from collections.abc import Callable
from dataclasses import dataclass, field
from http.cookies import SimpleCookie
from urllib.parse import urljoin, urlsplit
from uuid import uuid4

from bs4 import BeautifulSoup, Tag

from .formulaires import Envoi, a_completer, a_jeton, formulaires, liens, lire, presser, remplir

UUID = re.compile(r"[0-9a-f]{8}(?:-[0-9a-f]{4}){3}-[0-9a-f]{12}")
ETAPE = re.compile(r"/etapes/(\d+)/(\w+)/")
GESTE = re.compile(r"/gestes/([\w-]+)/")
QUI = re.compile(r"/(\d+)/")
PATIENCE = 50.0  # seconds during which the same thing is sent again; a message repeated within a minute counts once


@dataclass(frozen=True)
class Confirmation:
    """Something the site said was done. `objet`: uuid of the dossier, or id of the étape; `par`: id of the agent."""

    genre: str
    objet: str
    marque: str = ""
    courriel: str = ""
    verbe: str = ""
    sha256: tuple[str, ...] = ()
    par: int = 0


@dataclass
class Registre:
    """What the clients saw; shared by their threads. `commences`: dossiers that agents began, for their colleagues."""

    confirmations: list[Confirmation] = field(default_factory=list)
    commences: set[str] = field(default_factory=set)
    portes: Counter[str] = field(default_factory=Counter)
    comptes: Counter[str] = field(default_factory=Counter)
    reponses_changees: list[str] = field(default_factory=list)
    refus: list[str] = field(default_factory=list)
    remplacees: set[str] = field(default_factory=set)
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


@dataclass
class Personnage:
    """Somebody an agent plays: the form by which one enters, one's cookies, what one may begin (None: not looked at yet)."""

    entree: Tag
    cookies: dict[str, str] = field(default_factory=dict)
    portes: list[str] | None = None

    @property
    def pk(self) -> int:
        """Who, as the address of the form says."""
        trouve = QUI.search(str(self.entree["action"]))
        assert trouve
        return int(trouve[1])


class Agent(Client):
    """Several people of the town in turn: begins what they may begin, does what their desk asks, whatever it is.

    `registres`: the page that leads to all that may be begun; `portes`: addresses of the forms it may lead to.
    """

    rang: int
    pas: int
    registres: str
    portes: frozenset[str]
    personnages: list[Personnage]
    qui: Personnage

    def choisir(self) -> None:
        """Be the next of them, entered."""
        if not hasattr(self, "personnages"):
            self.personnages = [Personnage(lire(f)) for f in formulaires(self.lire("/demo/"))[self.rang :: self.pas]]
        self.personnages.append(self.personnages.pop(0))
        self.qui = self.personnages[-1]
        self.cookies = self.qui.cookies
        while "sessionid" not in self.cookies and not self.arret.is_set():
            self.lire("/demo/")
            envoi = remplir(self.qui.entree, "/demo/", self.alea)
            envoi.remplacer(csrfmiddlewaretoken=self.cookies["csrftoken"])
            self.envoyer(envoi)

    def un_tour(self) -> None:
        """Begin something and go on with it, at first and then one time in four; else do what the desk asks: what colleagues
        began comes first.
        """
        self.choisir()
        if self.qui.portes is None or self.alea.random() < 0.25:
            self._commencer()
            return
        dossiers = [x for x in liens(self.lire("/bureau/")) if UUID.search(x)]
        self.alea.shuffle(dossiers)
        for dossier in sorted(dossiers, key=lambda d: d not in self.registre.commences)[:3]:
            self._agir(dossier)

    def _commencer(self) -> None:
        """By the form that the fewest have used."""
        if self.qui.portes is None:
            self.qui.portes = sorted(self.portes & set(liens(self.lire(self.registres))))
        if not self.qui.portes:
            return
        porte = min(self.qui.portes, key=lambda p: self.registre.portes[p])
        self.registre.portes[porte] += 1
        fait = self._remplir(porte, self.lire(porte), a_jeton, hesite=0)
        if fait is None:
            return
        envoi, vers = fait
        trouve = UUID.search(vers)
        assert trouve, vers
        self._confirmer("commencé", trouve[0], envoi)
        dossier = f"/dossiers/{trouve[0]}/"
        self.registre.commences.add(dossier)
        if self.alea.random() < 0.2:
            seconde = self.envoyer(envoi)
            if seconde is not None and seconde[:2] != (302, vers):
                self.registre.reponses_changees.append(f"{vers} puis {seconde[:2]}")
        self._agir(dossier)

    def _agir(self, dossier: str) -> None:
        """The main gesture four times in five, on a page of its own if it has one; else any other that is offered."""
        page = self.lire(dossier)
        offerts = [f for f in formulaires(page) if ETAPE.search(_debut(f)) or GESTE.search(_debut(f))]
        principaux = [f for f in offerts if "btn-primary" in f]
        ailleurs = [a for a in _boutons(page) if a != dossier and UUID.findall(a) == UUID.findall(dossier)]
        if self.alea.random() > 0.8:
            principaux, ailleurs = offerts, []
        if ailleurs:
            self._ecrire(ailleurs[0], dossier)
        elif principaux:
            self._faire(self.alea.choice(principaux), dossier, page)

    def _faire(self, formulaire: str, dossier: str, page: str) -> None:
        """A gesture of the dossier's page."""
        debut = _debut(formulaire)
        fait = self._remplir(dossier, page, lambda f: _debut(f) == debut)
        if fait is None:
            return
        if etape := ETAPE.search(debut):
            self._confirmer("étape", etape[1], fait[0], etape[2])
        elif geste := GESTE.search(debut):
            self._confirmer("geste", UUID.findall(dossier)[0], fait[0], geste[1])

    def _ecrire(self, adresse: str, dossier: str) -> None:
        """What is written on a page of its own; it is sent when one is led elsewhere."""
        fait = self._remplir(adresse, self.lire(adresse), lambda f: "action=" not in _debut(f))
        if fait is not None:
            envoye = urlsplit(fait[1]).path != adresse
            self._confirmer("écrit", UUID.findall(dossier)[0], fait[0], "envoyer" if envoye else "")

    def _confirmer(self, genre: str, objet: str, envoi: Envoi, verbe: str = "") -> None:
        sha256 = tuple(hashlib.sha256(octets).hexdigest() for _n, (_nom, _genre, octets) in envoi.fichiers)
        self.registre.confirmer(
            Confirmation(genre, objet, envoi.marque_portee, verbe=verbe, sha256=sha256, par=self.qui.pk)
        )

    def _remplir(
        self, adresse: str, page: str, convient: Callable[[str], bool], *, hesite: float = 0.25
    ) -> tuple[Envoi, str] | None:
        """Fill that form and send it; where one is led when it is done. What the page asks for is filled in, twice at most."""
        marque, manquants, montrees = "", frozenset[str](), set[str]()
        for essai in range(3):
            formulaire = next((lire(f) for f in formulaires(page) if convient(f)), None)
            if formulaire is None:
                return None
            envoi = remplir(formulaire, adresse, self.alea, marque=marque, manquants=manquants)
            presser(formulaire, envoi, self.alea, hesite)
            envoi.montrees |= montrees  # the first page's too: one that refuses shows what was typed, not what stands
            montrees = envoi.montrees
            if essai:
                envoi.fichiers.clear()  # they may have been kept at the first time
            reponse = self.envoyer(envoi)
            if reponse is None or reponse[0] == 302:
                self.registre.remplacees |= envoi.remplacees
                return (envoi, reponse[1]) if reponse else None
            marque, page = envoi.marque, reponse[2]
            manquants = a_completer(page)
        return None


def _debut(formulaire: str) -> str:
    """Its opening tag."""
    return formulaire.partition(">")[0]


def _boutons(page: str) -> list[str]:
    """Addresses of the links that look like main buttons."""
    return re.findall(r'<a class="btn btn-primary[^"]*" href="(/[^"#?]*)"', page)
