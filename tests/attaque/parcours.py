"""Walk the site as somebody: every page and every form that links lead to, so that a later page or form needs nothing here.

Pages of one address are many (a dossier each): a few of each are seen, and each form once by what it asks.
"""

import re
import uuid
from collections import Counter
from collections.abc import Iterable
from dataclasses import dataclass, field
from typing import Any
from urllib.parse import parse_qsl, urlsplit

from bs4 import Tag
from django.conf import settings
from django.test import Client
from django.urls import Resolver404, resolve

from buridan.circuits.actions import ouvrir_brouillon
from buridan.demandes import suivi
from buridan.demo.annee import Annee
from buridan.dossiers.fichiers import joindre
from buridan.dossiers.models import Document, Etape, Reponse
from buridan.notifications.models import Courriel
from buridan.notifications.secret import desceller
from buridan.organisation.models import Personne
from tests.attaque.corpus import pdf, png
from tests.conftest import Troupe
from tests.fiabilite.formulaires import formulaires, lire

DORSALE = "allauth.account.auth_backends.AuthenticationBackend"
UUID = re.compile(r"[0-9a-f]{8}(-[0-9a-f]{4}){3}")
SORTIES = {"account_logout", "demo_entrer"}  # they end the walk, or change who walks


@dataclass
class Forme:
    """One form of the site: where it is, where it is sent, its fields. `qui` sees it on `page`."""

    qui: str
    page: str
    action: str
    arbre: Tag
    sorte: tuple[str, ...]

    def champs(self) -> list[Tag]:
        """What is sent, the token of the CSRF apart."""
        tous = [c for c in self.arbre.find_all(["input", "textarea", "select", "button"]) if c.get("name")]
        return [c for c in tous if c["name"] != "csrfmiddlewaretoken" and not c.has_attr("disabled")]


@dataclass
class Passage:
    """What somebody saw: pages by address, forms by what they ask."""

    pages: dict[str, str] = field(default_factory=dict)
    fichiers: dict[str, Any] = field(default_factory=dict)
    formes: dict[tuple[str, ...], Forme] = field(default_factory=dict)


def peupler(troupe: Troupe, nombre: int = 15) -> None:
    """Requests in every state, played by the demo's own functions; a file, a draft, something to stop."""
    list(Annee(nombre, at=troupe.at).jouer())
    dossier = troupe.deposer().dossier
    joindre(dossier, [("plan.png", "image/png", png())], at=troupe.at, par=None, public=True)
    joindre(dossier, [("plan.pdf", "application/pdf", pdf())], at=troupe.at, par=None, public=True)
    ouvrir_brouillon("demande-courante", by=troupe.present("organisation-qualite", responsable=True), at=troupe.at)


def personnes(troupe: Troupe) -> dict[str, int | None]:
    """Who walks: nobody, agents whose rights differ, and somebody who has an étape of each type to do."""
    annuaire, agissent = troupe.annuaire, dict[str, int | None]()
    for etape in Etape.objects.filter(etat="active").select_related("dossier").order_by("-id"):
        nature = etape.dossier.nature
        qui = (
            annuaire.resoudre(etape.poste_id, nature)
            if etape.poste_id
            else annuaire.resoudre_entite(etape.entite_id, nature)
        )
        if qui.personnes:
            agissent.setdefault(f"pour {etape.type}", qui.personnes[0])
    return agissent | {
        "passant": None, "accueil": troupe.present("accueil").personne, "voirie": troupe.present("voirie").personne,
        "chef_voirie": troupe.au_poste("resp-voirie").personne, "dgs": troupe.au_poste("dgs").personne,
        "qualite": troupe.present("organisation-qualite", responsable=True).personne,
        "rh": troupe.present("ressources-humaines", responsable=True).personne,
    }  # fmt: skip


def client_de(personne: int | None) -> Client:
    """Logged in, or not."""
    client = Client(raise_request_exception=False)
    if personne is not None:
        client.force_login(Personne.objects.get(pk=personne), backend=DORSALE)
    return client


def liens_des_courriels() -> list[str]:
    """Addresses of the site that people get by e-mail, tracking pages among them."""
    textes = "\n".join(
        desceller(c.texte) if c.scelle and not c.envoye_le else c.texte for c in Courriel.objects.order_by("-at")
    )
    return list(dict.fromkeys(re.findall(rf"{re.escape(settings.ADRESSE_PUBLIQUE)}(/[^\s?]+)", textes)))


def sorte_de(adresse: str) -> tuple[str, ...]:
    """Addresses of one kind: same view, same gesture, same names in the query."""
    morceaux = urlsplit(adresse)
    try:
        trouve = resolve(morceaux.path)
    except Resolver404:
        return ("absente",)
    code = str(trouve.kwargs.get("code", "")) if "uuid" in trouve.kwargs else ""
    return (str(trouve.view_name), code, *sorted({n for n, _v in parse_qsl(morceaux.query, keep_blank_values=True)}))


def marcher(qui: str, client: Client, departs: Iterable[str], *, par_sorte: int = 3, pages: int = 150) -> Passage:
    """Follow the links from there."""
    passage, vues, attente = Passage(), Counter[tuple[str, ...]](), list(departs)
    connues = set(attente)
    while attente and len(passage.pages) < pages:
        adresse = attente.pop(0)
        sorte = sorte_de(adresse)
        if vues[sorte] >= (par_sorte if UUID.search(adresse) else 1) or SORTIES & set(sorte):
            continue
        vues[sorte] += 1
        reponse = client.get(adresse, follow=True)
        if reponse.streaming:
            passage.fichiers[adresse] = reponse
            b"".join(reponse.streaming_content)
            continue
        if "text/html" not in reponse["Content-Type"]:
            passage.fichiers[adresse] = reponse
            continue
        page = reponse.content.decode()
        passage.pages[adresse] = page
        _formes(qui, adresse, page, passage.formes)
        for lien in re.findall(r"<a\b[^>]*\bhref=\"([/?][^\"#]*)", page):
            vers = urlsplit(adresse).path + lien if lien.startswith("?") else lien
            vers = vers.replace("&amp;", "&")
            if vers not in connues:
                connues.add(vers)
                attente.append(vers)
    return passage


def _formes(qui: str, adresse: str, page: str, connues: dict[tuple[str, ...], Forme]) -> None:
    """Those not seen yet; a button with its own address makes another form of the same fields."""
    for brute in formulaires(page):
        action = re.search(r'\baction="([^"]*)"', brute.partition(">")[0])
        noms = sorted(set(re.findall(r"<(?:input|textarea|select)\b[^>]*?\bname=\"([^\"]+)", brute)))
        for vers in [action[1] if action and action[1] else adresse, *re.findall(r'\bformaction="([^"]+)"', brute)]:
            sorte = (
                *sorte_de(vers.replace("&amp;", "&")),
                *(n for n in noms if not n.startswith("q_")),
            )  # a type's own questions
            if sorte not in connues:
                connues[sorte] = Forme(qui, adresse, vers.replace("&amp;", "&"), lire(brute), sorte)


DEPARTS = [
    "/",
    "/bureau/",
    "/bureau/?vue=equipe",
    "/demandes/nid-de-poule/",
    "/guichet/nid-de-poule/",
    "/comptes/login/",
    "/comptes/password/reset/",
    "/comptes/password/change/",
    "/comptes/2fa/",
]


def _dossiers_pleins() -> list[uuid.UUID]:
    """One with files, one with an answer: the first two of a desk may have neither, and old e-mails are purged."""
    plein = Document.objects.order_by("-id").values_list("dossier__uuid", flat=True)[:1]
    repondu = Reponse.objects.filter(dossier__nature="demandes").order_by("-id").values_list("dossier__uuid", flat=True)
    return [*plein, *repondu[:1]]


def tout_voir(
    troupe: Troupe, seuls: set[str] | None = None, *, par_sorte: int = 3
) -> tuple[dict[str, Client], dict[str, Passage]]:
    """Everybody's walk, or theirs; `par_sorte`: pages of one kind that each looks at."""
    clients = {qui: client_de(pk) for qui, pk in personnes(troupe).items() if seuls is None or qui in seuls}
    pleins = _dossiers_pleins()
    siens = [urlsplit(suivi.adresse(cle)).path for cle in pleins]
    des_agents = [*(f"/dossiers/{cle}/" for cle in pleins), *DEPARTS]
    departs = {qui: [*siens, *liens_des_courriels(), *DEPARTS] if qui == "passant" else des_agents for qui in clients}
    combien = {qui: par_sorte * 2 if qui == "passant" else par_sorte for qui in clients}
    return clients, {qui: marcher(qui, clients[qui], departs[qui], par_sorte=combien[qui]) for qui in clients}


def toutes_les_formes(passages: dict[str, Passage]) -> list[Forme]:
    """Each form of the site once, by what it asks, whoever sees it."""
    formes: dict[tuple[str, ...], Forme] = {}
    for passage in passages.values():
        formes = {**passage.formes, **formes}
    return list(formes.values())
