"""The pages that are most used, through HTTP in a small and in a large town, call by call in turn."""

from collections.abc import Sequence
from dataclasses import dataclass, field
from random import Random
from re import search
from shutil import which
from statistics import median, quantiles
from time import perf_counter
from urllib.parse import quote, urlsplit

from django.urls import reverse

from bench.communes import Communes
from bench.depot import TYPE, remplir_un
from bench.mots import CHERCHES
from bench.rapport import Ligne
from bench.site import Client, Site
from buridan.dossiers.natures import natures

CIBLE, REQUETES_MAX, HTML_MAX, VISITE_MAX = 1.3, 15, 100, 150
KO = 1000
AGENTS = {
    "bureau": ("agent", "/bureau/"),
    "bureau de l'équipe": ("directeur", "/bureau/?vue=equipe"),
    "bureau de la directrice générale": ("DGS", "/bureau/?vue=equipe"),
    "recherche, mot fréquent": ("agent", "/recherche/?q=stationnement"),
    "recherche, nom et mot": ("agent", f"/recherche/?q={quote(CHERCHES['nom et mot'])}"),
    "recherche, nom": ("agent", f"/recherche/?q={quote(CHERCHES['nom'])}"),
    "recherche, deux mots": ("agent", f"/recherche/?q={quote(CHERCHES['deux mots'])}"),
    "tableau de bord": ("directeur", "/tableau/"),
    "annuaire": ("agent", "/organisation/"),
    "notifications": ("agent", "/notifications/"),
    "guichet": ("accueil", "/guichet/"),
    "parapheur": ("directeur", "/parapheur/"),
    "budget": ("DGS", "/budget/"),
}
PUBLIQUES = {"accueil": "/", "recherche au catalogue": "/?q=poubelle", "formulaire": TYPE}


@dataclass(slots=True)
class Page:
    """Milliseconds of each call in the two towns, then statements and bytes in the large one."""

    nom: str
    ms: tuple[list[float], list[float]] = field(default_factory=lambda: ([], []))
    requetes: int = 0
    octets: int = 0

    @property
    def rapport(self) -> float:
        """How much slower the large town is."""
        return median(self.ms[1]) / median(self.ms[0])


def mesurer(communes: Communes, sites: Sequence[Site], essais: int) -> list[Page]:
    """Every page in both towns."""
    publics = [Client(s.port) for s in sites]
    agents = [{qui: Client(s.port, {"sessionid": cle}) for qui, cle in communes.sessions.items()} for s in sites]
    suivis = [_deposer(client) for client in publics]
    dossiers = [_premier_dossier(a["agent"]) for a in agents]
    pages = [_chronometrer(nom, publics, [chemin] * 2, essais) for nom, chemin in PUBLIQUES.items()]
    pages.append(_chronometrer("suivi", publics, suivis, essais))
    registres = {f"registre : {n.registre.titre}": ("DGS", reverse(n.registre.page)) for n in natures() if n.registre}
    for nom, (qui, chemin) in (AGENTS | registres).items():
        pages.append(_chronometrer(nom, [a[qui] for a in agents], [chemin] * 2, essais))
    pages.append(_chronometrer("dossier", [a["agent"] for a in agents], dossiers, essais))
    return pages


def _deposer(client: Client) -> str:
    """File one request; the path of its tracking page."""
    envoi = remplir_un(client, Random(7))
    code, vers, page = client.demander(TYPE, *envoi.corps())
    assert code == 302, page.decode()
    return urlsplit(vers).path


def _premier_dossier(agent: Client) -> str:
    """The first dossier of the desk."""
    trouve = search(r'href="(/dossiers/[0-9a-f-]{36}/)', agent.demander("/bureau/")[2].decode())
    assert trouve, "un bureau vide"
    return trouve[1]


def _chronometrer(nom: str, clients: Sequence[Client], chemins: Sequence[str], essais: int) -> Page:
    page = Page(nom)
    for essai in range(-3, essais):
        for n, (client, chemin) in enumerate(zip(clients, chemins, strict=True)):
            debut = perf_counter()
            code, _vers, corps = client.demander(chemin)
            if essai >= 0:
                page.ms[n].append((perf_counter() - debut) * 1e3)
            assert code == 200, (nom, chemin, code)
            page.octets = len(corps)
    clients[1].demander(chemins[1], compter=True)
    page.requetes = clients[1].requetes
    return page


def lignes(communes: Communes, pages: Sequence[Page], visites: dict[str, float]) -> list[Ligne]:
    """The lines of the table."""
    petite, grande = communes.tailles
    trouvees = [Ligne(f"page {p.nom}, {grande} / {petite} (p50)", p.rapport, CIBLE, au_plus=True) for p in pages]
    bureaux = [p for p in pages if p.nom.startswith("bureau")]
    trouvees.append(Ligne("requêtes SQL du bureau", max(p.requetes for p in bureaux), REQUETES_MAX, au_plus=True))
    trouvees.append(
        Ligne("page la plus lourde (ko de HTML)", max(p.octets for p in pages) / KO, HTML_MAX, au_plus=True)
    )
    for nom, ko in visites.items():
        trouvees.append(Ligne(f"première visite, {nom} (ko en tout)", ko, VISITE_MAX, au_plus=True))
    return trouvees


def tableau(communes: Communes, pages: Sequence[Page]) -> list[str]:
    """The pages one by one, as Markdown."""
    petite, grande = communes.tailles
    entete = f"| page | p50 ms, {petite} | p95 | p50 ms, {grande} | p95 | requêtes SQL | ko de HTML |"
    lignes = [entete, "|---|--:|--:|--:|--:|--:|--:|"]
    for p in pages:
        chiffres = [f"{c:.1f}" for n in (0, 1) for c in (median(p.ms[n]), quantiles(p.ms[n], n=20)[-1])]
        lignes.append(f"| {p.nom} | {' | '.join(chiffres)} | {p.requetes} | {p.octets / KO:.1f} |")
    return lignes


def premieres_visites(site: Site) -> dict[str, float]:
    """Kilobytes that Chromium receives (headers included) on a first visit; none without Chromium."""
    from playwright.sync_api import sync_playwright

    chromium = which("chromium") or which("chromium-browser")
    if chromium is None:
        print("Sans Chromium, les premières visites ne sont pas mesurées.")
        return {}
    chemins = {**PUBLIQUES, "suivi": _deposer(Client(site.port))}
    recus: dict[str, float] = {}
    with sync_playwright() as p:
        navigateur = p.chromium.launch(executable_path=chromium, args=["--no-sandbox", "--disable-gpu"])
        for nom, chemin in chemins.items():
            contexte = navigateur.new_context()
            onglet = contexte.new_page()
            lien = contexte.new_cdp_session(onglet)
            octets: list[float] = []
            lien.send("Network.enable")
            lien.on("Network.loadingFinished", lambda e, o=octets: o.append(e["encodedDataLength"]))
            onglet.goto(f"http://127.0.0.1:{site.port}{chemin}", wait_until="networkidle")
            recus[nom] = sum(octets) / KO
            contexte.close()
        navigateur.close()
    return recus
