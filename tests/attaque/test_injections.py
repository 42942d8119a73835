"""Texts that would act, typed in every field of every form and address: nothing breaks, nothing acts where they come back."""

import csv
import io
import logging
import random
import re
import zipfile
from collections.abc import Iterator
from email import message_from_bytes
from html.parser import HTMLParser
from typing import Any
from urllib.parse import parse_qsl, quote, urlencode, urlsplit
from xml.etree import ElementTree as ET

import pytest
from django.core.mail import EmailMessage
from django.db import transaction
from django.test import Client
from django.urls import NoReverseMatch, reverse

from buridan.exploitation.journaux import Formateur
from buridan.interface.exports import DANGEREUX
from buridan.interface.politique import adresses
from buridan.journal.chaine import verifier
from buridan.notifications.models import Courriel
from tests.attaque.charges import CALCUL, CHARGES, SEULES, paquets
from tests.attaque.parcours import Forme, Passage, client_de, marcher, peupler, sorte_de, tout_voir, toutes_les_formes
from tests.conftest import Troupe
from tests.fiabilite.formulaires import Envoi, remplir
from tests.lecture_pdf import texte as texte_du_pdf

TEXTES = {"text", "search", "email", "tel", "url", "password"}
COURT = 100
SECRET = ("root:x:0:", "only-for-the-tests", "Traceback (most recent", "django.core", "psycopg")
INTERDITES = {"x-attaque", "iframe", "object", "embed", "applet", "base", "math", "frame", "style"}
ADRESSES = ("href", "src", "action", "formaction", "xlink:href", "data", "poster", "srcset")


class Lecteur(HTMLParser):
    """Reads a page as a browser would and keeps what acts in it: the site itself has no such thing."""

    def __init__(self) -> None:
        super().__init__()
        self.fautes: list[str] = []

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        """An element."""
        valeurs = {nom: (valeur or "").strip() for nom, valeur in attrs}
        est_donnees = valeurs.get("type") == "application/json"  # json_script: never run, and escaped
        if tag in INTERDITES or (
            tag == "script" and not est_donnees and not valeurs.get("src", "").startswith("/static/")
        ):
            self.fautes.append(f"<{tag} {valeurs}>")
        if tag == "meta" and "http-equiv" in valeurs:
            self.fautes.append(f"<meta {valeurs}>")
        self.fautes += [
            f"{tag} {nom}={valeur[:60]!r}" for nom, valeur in valeurs.items() if nom.startswith("on") or nom == "style"
        ]
        for nom in ADRESSES:
            vers = re.sub(r"[\x00-\x20]", "", valeurs.get(nom, "")).lower()
            if tag == "img" and vers.startswith("data:image/"):  # the code that a telephone reads
                continue
            if vers.startswith(("javascript:", "data:", "vbscript:", "//", "file:")) or (
                "ailleurs" in vers and not vers.startswith(("/", "?"))
            ):
                self.fautes.append(f"{tag} {nom}={vers[:80]!r}")


def juger(reponse: Any) -> list[str]:
    """What is wrong with an answer."""
    fautes = [f"status {reponse.status_code}"] if reponse.status_code >= 500 and reponse.status_code != 503 else []
    vers = reponse.headers.get("Location", "/")
    if urlsplit(vers).scheme or urlsplit(vers).netloc or vers.startswith(("//", "\\")):
        fautes.append(f"leads to {vers[:80]}")
    if reponse.streaming or "text/html" not in reponse.headers.get("Content-Type", "text/html"):
        return fautes
    return fautes + lire_page(reponse.content.decode())


def lire_page(page: str) -> list[str]:
    """What acts on it, or was evaluated."""
    lecteur = Lecteur()
    lecteur.feed(page)
    return [f"shows {mot}" for mot in (CALCUL, *SECRET) if mot in page] + lecteur.fautes


class Ecoute(logging.Handler):
    """Every line of the logs, as the site writes it."""

    def __init__(self) -> None:
        super().__init__(logging.INFO)
        self.lignes: list[str] = []
        self.setFormatter(Formateur())

    def emit(self, record: logging.LogRecord) -> None:
        """One line."""
        self.lignes.append(self.format(record))


@pytest.fixture
def ecoute() -> Iterator[Ecoute]:
    """The logs of this test."""
    oreille, racine = Ecoute(), logging.getLogger()
    racine.addHandler(oreille)
    yield oreille
    racine.removeHandler(oreille)


def _longueur(champ: Any) -> int:
    return int(champ.get("maxlength") or 5000)


def _est_texte(champ: Any) -> bool:
    return champ.name == "textarea" or (champ.name == "input" and str(champ.get("type") or "text") in TEXTES)


def _variantes(forme: Forme) -> Iterator[dict[str, str]]:
    """Values typed instead of the usual ones: texts together, each with another packet; the rest one by one."""
    champs = {str(c["name"]): c for c in forme.champs() if c.get("type") != "file"}
    longs = {
        n: paquets(_longueur(c))
        for n, c in champs.items()
        if _est_texte(c) and _longueur(c) >= COURT and c.get("type") != "email"
    }
    autres = [n for n in champs if n not in longs]
    for tour in range(max(map(len, longs.values()), default=0)):
        yield {n: p[(tour + rang) % len(p)] for rang, (n, p) in enumerate(longs.items())}
    for nom in autres:
        yield {nom: " ".join(CHARGES)}
    for tour in range(3):
        yield {n: SEULES[(rang * 5 + tour * 4) % len(SEULES)] for rang, n in enumerate(champs)}


def _envoi(forme: Forme, valeurs: dict[str, str], alea: random.Random) -> Envoi:
    envoi = remplir(forme.arbre, forme.page, alea)
    envoi.action = forme.action
    presents = {n for n, _v in envoi.champs}
    envoi.champs = [(n, valeurs.get(n, v)) for n, v in envoi.champs] + [
        (n, v) for n, v in valeurs.items() if n not in presents
    ]
    envoi.champs.append(("quand_meme", "1"))
    envoi.fichiers = []
    return envoi


def _envoyer(client: Client, envoi: Envoi) -> Any:
    return client.post(
        envoi.action, urlencode(envoi.champs, doseq=True), content_type="application/x-www-form-urlencoded"
    )


def _poster_partout(clients: dict[str, Client], formes: list[Forme]) -> list[str]:
    """Each form with each of its variants, undone afterwards; then one kept for good, of which the pages will speak."""
    alea, fautes = random.Random(1), list[str]()
    for forme in formes:
        for valeurs in _variantes(forme):
            point = transaction.savepoint()
            reponse = _envoyer(clients[forme.qui], _envoi(forme, valeurs, alea))
            fautes += [f"{forme.sorte} {list(valeurs)[:3]} : {faute}" for faute in juger(reponse)]
            transaction.savepoint_rollback(point)
    for forme in formes:
        if not {"account_logout", "account_change_password", "suivi_retirer"} & set(forme.sorte):
            _envoyer(clients[forme.qui], _envoi(forme, next(_variantes(forme)), alea))
    return fautes


@pytest.mark.django_db
def test_what_is_typed_in_any_field_of_any_form_never_acts(troupe: Troupe, ecoute: Ecoute) -> None:
    peupler(troupe)
    clients, passages = tout_voir(troupe, par_sorte=2)
    formes = toutes_les_formes(passages)
    assert len(formes) > 50 and len(CHARGES) >= 40
    assert _poster_partout(clients, formes)[:20] == []
    _clients, apres = tout_voir(troupe, {"passant", "accueil", "chef_voirie", "dgs", "qualite", "rh"})
    lues = [(qui, adresse, page) for qui, passage in apres.items() for adresse, page in passage.pages.items()]
    assert sum("attaque()" in page for _q, _a, page in lues) > 10  # it does come back
    assert [f"{q} {a} : {faute}" for q, a, page in lues for faute in lire_page(page)][:20] == []
    fichiers = {sorte_de(a): r for passage in apres.values() for a, r in passage.fichiers.items()}
    assert [f"{sorte} : {faute}" for sorte, r in fichiers.items() for faute in _fautes_du_fichier(r)] == []
    assert [faute for courriel in Courriel.objects.all() for faute in _fautes_du_courriel(courriel)] == []
    assert [
        ligne for ligne in ecoute.lignes if not ligne.isprintable() or not re.match(r"\d{4}-\d\d-\d\dT", ligne)
    ] == []
    assert [str(anomalie) for anomalie in verifier()] == []


def _fautes_du_fichier(reponse: Any) -> list[str]:
    """A spreadsheet without formula, a drawing that is one, a letter that says the text itself."""
    genre = reponse["Content-Type"].partition(";")[0]
    if reponse.streaming or reponse.status_code != 200:
        return juger(reponse)
    if genre == "text/csv":
        lignes = csv.reader(io.StringIO(reponse.content.decode("utf-8-sig")), delimiter=";")
        return [f"cell {c!r}" for ligne in lignes for c in ligne if _est_formule(c)]
    if genre == "application/vnd.oasis.opendocument.spreadsheet":
        with zipfile.ZipFile(io.BytesIO(reponse.content)) as archive:
            racine = ET.fromstring(archive.read("content.xml"))
        formules = [e.tag for e in racine.iter() for attribut in e.attrib if attribut.endswith("}formula")]
        return formules + [
            f"cell {t!r}"
            for t in ("".join(e.itertext()) for e in racine.iter() if e.tag.endswith("}p"))
            if _est_formule(t)
        ]
    if genre == "application/pdf":
        dit = texte_du_pdf(reponse.content)
        return [f"letter says {mot}" for mot in (CALCUL, "root:x:0:") if mot in dit]
    if genre == "application/xml" or genre.endswith("+xml"):
        return [
            e.tag
            for e in ET.fromstring(reponse.content).iter()
            if "attaque" in e.tag or "script" in e.tag.lower().rpartition("}")[2][:6]
        ]
    return [] if genre in ("application/json", "text/plain") else [f"unknown kind of file: {genre}"]


def _est_formule(cellule: str) -> bool:
    return cellule.lstrip(" ").startswith(DANGEREUX) and not re.fullmatch(r"-?[\d,. ]+", cellule)


def _fautes_du_courriel(courriel: Courriel) -> list[str]:
    """As it would leave: one addressee, no header of anybody else's making."""
    message = EmailMessage(
        courriel.sujet, courriel.texte, to=[courriel.destinataire], headers={"Message-ID": courriel.message_id}
    )
    parti = message_from_bytes(message.message().as_bytes())
    attendus = {
        "Content-Type",
        "MIME-Version",
        "Content-Transfer-Encoding",
        "Subject",
        "From",
        "To",
        "Date",
        "Message-ID",
    }
    fautes = [f"header {nom}" for nom in parti if nom not in attendus]
    if len(parti.get_all("To", [])) != 1 or "," in parti["To"] or parti.get_content_type() != "text/plain":
        fautes.append(f"to {parti['To']!r} as {parti.get_content_type()}")
    return fautes + [f"{CALCUL} in {courriel.sujet!r}"] * (CALCUL in courriel.sujet + courriel.texte)


TORDUES = [
    "-1",
    "99999999999999999999",
    "2026-99-99",
    "\0",
    "%00",
    "\u202e",
    "..",
    "'\"><x-attaque>",
    "{{7777777|add:1111111}}",
    "' OR 1=1 --",
]


@pytest.mark.django_db
def test_what_stands_in_an_address_never_acts(troupe: Troupe) -> None:
    """Every parameter that a link or a search form has, and every piece of every path."""
    troupe.deposer()
    client = client_de(troupe.present("organisation-qualite", responsable=True).personne)
    vus = {
        qui: marcher(qui, c, ["/", "/bureau/", "/tableau/"])
        for qui, c in (("passant", client_de(None)), ("qualite", client))
    }
    fautes = [f"{a} : {faute}" for a in _adresses_tordues(vus) for faute in juger(client.get(a))]
    assert fautes[:20] == []


def _adresses_tordues(vus: dict[str, Passage]) -> Iterator[str]:
    parametres = {("/comptes/login/", "next"), ("/bureau/", "apres")}
    for passage in vus.values():
        for adresse, page in passage.pages.items():
            chemin = urlsplit(adresse).path
            parametres |= {(chemin, nom) for nom, _v in parse_qsl(urlsplit(adresse).query, keep_blank_values=True)}
            for forme in re.findall(r"<form\b.*?</form>", page, re.S):
                if 'method="post"' not in forme:
                    vers = re.search(r'\baction="([^"?]+)', forme)
                    parametres |= {(vers[1] if vers else chemin, nom) for nom in re.findall(r'\bname="([^"]+)"', forme)}
    assert len(parametres) > 10
    for chemin, nom in sorted(parametres):
        yield from (f"{chemin}?{urlencode({nom: valeur})}" for valeur in [*TORDUES, " ".join(CHARGES)])
        yield f"{chemin}?{quote(nom)}=%c0%af%ed%a0%80%ff"  # overlong, a lone surrogate, no UTF-8 at all
    for route, _motif in adresses():
        morceaux = re.findall(r"<(?:str|slug|path):(\w+)>", route)
        if morceaux and "^" not in route:
            for valeur in TORDUES:
                yield "/" + re.sub(
                    r"<\w+:\w+>",
                    lambda _m, v=valeur: quote(v, safe=""),
                    re.sub(r"<uuid:\w+>", "12345678-1234-1234-1234-123456789012", re.sub(r"<int:\w+>", "1", route)),
                )


@pytest.mark.django_db
def test_what_stands_in_a_header_never_acts(troupe: Troupe, ecoute: Ecoute) -> None:
    client = client_de(troupe.present("voirie").personne)
    entetes = ["HTTP_HOST", "HTTP_X_FORWARDED_HOST", "HTTP_X_FORWARDED_FOR", "HTTP_REFERER", "HTTP_USER_AGENT", "HTTP_ACCEPT_LANGUAGE",
               "HTTP_COOKIE", "HTTP_HX_TARGET", "HTTP_HX_CURRENT_URL", "HTTP_ACCEPT", "HTTP_AUTHORIZATION", "CONTENT_TYPE", "HTTP_IF_MODIFIED_SINCE", "HTTP_RANGE"]  # fmt: skip
    valeurs = [
        "ailleurs.example",
        "'\"><x-attaque>",
        "{{7777777|add:1111111}}",
        "a\r\nX-Attaque: 1",
        "\xff\0",
        "bytes=0-,0-",
        "a" * 9000,
    ]
    fautes = []
    for adresse in ("/", "/suivi/", "/csp/"):
        for entete in entetes:
            for valeur in valeurs:
                reponse = client.generic("GET" if adresse == "/" else "POST", adresse, b"a=b", **{entete: valeur})
                fautes += [f"{entete} {valeur[:20]!r} {adresse} : {faute}" for faute in juger(reponse)]
                fautes += [f"{entete} gives {nom}" for nom, dit in reponse.items() if "ttaque" in nom + dit]
    assert fautes[:20] == []
    assert [ligne for ligne in ecoute.lignes if not ligne.isprintable()] == []


@pytest.mark.django_db
def test_a_body_that_is_no_form_is_no_failure(troupe: Troupe) -> None:
    client = client_de(troupe.present("organisation-qualite", responsable=True).personne)
    corps = [(b"--x\r\nContent-Disposition: form-data; name=\"a\"", "multipart/form-data; boundary=x"), (b"{", "application/json"),
             (b"\xff\xfe%zz&&==", "application/x-www-form-urlencoded"), (b"a=b", "multipart/form-data"), (b"&".join(b"a=b" for _n in range(2000)), "application/x-www-form-urlencoded")]  # fmt: skip
    fautes = []
    for _route, motif in adresses():
        try:
            adresse = reverse(str(motif.name))
        except NoReverseMatch:
            continue
        for octets, genre in corps:
            fautes += [
                f"{motif.name} {genre} : {faute}"
                for faute in juger(client.generic("POST", adresse, octets, content_type=genre))
            ]
    assert fautes == []
