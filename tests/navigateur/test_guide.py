"""The users' guide cannot lie: each of its tasks is played in the demo town, and the words it quotes stand on the screen.

In the guide, **« Viser »** is a button, a link, a menu, a tab, a field or a title, and has to be there to the letter;
*« Le visa est donné. »* is what the page says, and has to be in its text; « … » stands for what changes. `--images`
renews docs/guide/images on the way.
"""

import re
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from datetime import timedelta
from io import BytesIO
from itertools import count
from pathlib import Path
from zipfile import ZipFile

import psycopg
import pytest
from django.utils.timezone import localdate
from PIL import Image
from playwright.sync_api import Browser, Locator, Page, expect

from buridan.demo.numerisations import numeriser
from buridan.demo.textes_numerisations import PAGES
from buridan.notifications.secret import desceller
from tests.attaque.corpus import pdf

from .conftest import BASE, Visiteur, url_de_base

GUIDE = Path(__file__).resolve().parent.parent.parent / "docs" / "guide"
ACCUEIL, VOIRIE, CHEF = "enregistre et qualifie", "traite les demandes : Voirie", "vise les réponses : Voirie"
DGS, CABINET, MAIRE, ELU = (
    "voit toute la ville",
    "suit ce qui touche le maire",
    "préside le conseil",
    "donne l'avis de l'élu",
)
DIRECTEUR, QUALITE, ADMINISTRATION = "dirige une direction", "veille sur les circuits", "administre l'organisation"
DGA = "dirige plusieurs directions"
DELEGATIONS, FINANCES, HABITANT = "tient le registre des délégations", "importe le budget", ""
BUREAU = "tient les registres du courrier"
DONNEES, ARCHIVES = "veille sur les données personnelles", "données personnelles : Archives"
LUE = """() => {
  const nu = e => { const c = e.cloneNode(true); c.querySelectorAll('.visually-hidden, .b-etiquette, .fw-normal').forEach(x => x.remove());
                    return c.textContent.replace(/\\s+/g, ' ').trim(); };
  return [[...document.querySelectorAll('a, button, label, legend, summary, option, h1, h2, h3, th, dt')].map(nu),
          document.body.textContent.replace(/\\s+/g, ' ')]; }"""
numeros = count(1)


def taches() -> dict[tuple[str, str], str]:
    """The text of each task, by page and title."""
    trouvees = {}
    for fichier in GUIDE.glob("*.md"):
        if fichier.stem != "index":
            morceaux = re.split(r"^## +(.+)$", fichier.read_text(encoding="utf-8"), flags=re.M)
            trouvees |= {(fichier.stem, t.strip()): x for t, x in zip(morceaux[1::2], morceaux[2::2], strict=True)}
    return trouvees


def _motif(mots: str) -> str:
    return ".+".join(re.escape(m) for m in re.sub(r"\s+", " ", mots).split("…"))


class Tache:
    """A task being played by somebody: each look at the page is remembered, each step compared with what was seen."""

    def __init__(self, v: Visiteur, page: str, titre: str, images: bool) -> None:
        self.v, self.nom, self.images = v, f"{page} : {titre}", images
        texte = taches()[page, titre]
        self.etapes = re.findall(r"^\d+\. (.+(?:\n   .+)*)", texte, re.M)
        self.reste = re.sub(r"^\d+\. .+(?:\n   .+)*", "", texte, flags=re.M)
        self.photos = re.findall(r"!\[[^]]+\]\(images/([a-z-]+)\.png\)", texte)
        self.faites = 0
        self.vues: list[tuple[list[str], str]] = []
        self.toutes: list[tuple[list[str], str]] = []

    @property
    def p(self) -> Page:
        """The page, looked at."""
        vue = self.v.page.evaluate(LUE)
        self.vues.append(vue)
        self.toutes.append(vue)
        return self.v.page

    def ouvrir(self, chemin: str) -> None:
        """Go to an address, which no step of the guide asks for."""
        if self.vues:
            self.p  # noqa: B018  looked at before it is left
        self.v.ouvrir(chemin)

    def cliquer(self, mots: str, exact: bool = True) -> None:
        """The first link, button or summary of that name."""
        fin = r"\s*(:.*|\d.*)?$" if exact else ""
        self.presser(
            self.v.page.locator("a, button, summary")
            .filter(has_text=re.compile(rf"^\s*{re.escape(mots)}{fin}", re.S))
            .first
        )

    def presser(self, quoi: Locator) -> None:
        """Click, and be on the page it leads to."""
        page = self.p
        if quoi.evaluate("e => e.matches('summary, [href^=\"#\"]')"):
            quoi.click()
            return
        with page.expect_navigation(wait_until="domcontentloaded"):
            quoi.click()

    def remplir(self, **champs: str) -> None:
        """Fields by their HTML name."""
        for nom, valeur in champs.items():
            self.p.locator(f"[name={nom}]").first.fill(valeur)

    def _verifier(self, texte: str, vues: list[tuple[list[str], str]], ou: str) -> None:
        for genre, mots in re.findall(r"(\*\*|(?<!\*)\*)« ([^»]+?) »\*", texte):
            motif = _motif(mots)
            if genre == "**":
                la = any(re.fullmatch(motif, nom) for noms, _ in vues for nom in noms)
            else:
                la = any(re.search(motif, dit) for _, dit in vues)
            assert la, f"{self.nom}, {ou} : « {mots} » n'est pas sur la page ({self.v.page.url})."

    def etape(self, *numeros: int) -> None:
        """These steps are done: their words stood on the pages seen since the last ones."""
        self.p  # noqa: B018  looked at
        for numero in numeros:
            self.faites += 1
            assert numero == self.faites, f"{self.nom} : step {self.faites} is not played"
            self._verifier(self.etapes[numero - 1], self.vues, f"étape {numero}")
        self.vues = self.vues[-1:]

    def photo(self, nom: str, en_haut: str = "") -> None:
        """A picture of the screen, 1000 pixels wide, in 64 colours; `en_haut`: what it begins with."""
        if en_haut:
            self.v.page.locator(en_haut).first.evaluate("e => e.scrollIntoView()")
        assert nom in self.photos, f"{self.nom} does not show {nom}.png"
        self.photos.remove(nom)
        if self.images:
            vue = Image.open(BytesIO(self.v.page.screenshot())).convert("RGB").quantize(64, dither=Image.Dither.NONE)
            vue.save(GUIDE / "images" / f"{nom}.png", optimize=True)
        assert (GUIDE / "images" / f"{nom}.png").exists(), "docs/guide/images lacks it: run with --images"

    def finir(self) -> None:
        """Every step was played, what may go wrong was seen."""
        self.p  # noqa: B018
        assert self.faites == len(self.etapes), f"{self.nom} : {len(self.etapes)} steps, {self.faites} played"
        assert 3 <= len(self.etapes) <= 8, f"{self.nom} : a task has three to eight steps"
        assert not self.photos, f"{self.nom} : {self.photos} not taken"
        self._verifier(self.reste, self.toutes, "si ça ne va pas")


Troupe = Callable[[str], Visiteur]
Jouer = Callable[[str, str, str], "contextmanager[Tache]"]


@pytest.fixture(scope="module")
def troupe(chromium: Browser, site: str) -> Iterator[Troupe]:
    """Each person has one browser, opened once."""
    venus: dict[str, Visiteur] = {}

    def appeler(role: str) -> Visiteur:
        if role not in venus:
            contexte = chromium.new_context(
                locale="fr-FR", viewport={"width": 1000, "height": 720}, reduced_motion="reduce"
            )
            venus[role] = Visiteur(contexte, site)
            if role:
                venus[role].entrer(role)
        return venus[role]

    yield appeler
    for v in venus.values():
        v.contexte.close()


@pytest.fixture
def jouer(troupe: Troupe, request: pytest.FixtureRequest) -> Jouer:
    """Plays a task of the guide."""

    @contextmanager
    def une(page: str, titre: str, role: str) -> Iterator[Tache]:
        tache = Tache(troupe(role), page, titre, request.config.getoption("--images"))
        yield tache
        tache.finir()
        assert tache.v.fautes == []

    return une


def _plus(jours: int) -> str:
    return (localdate() + timedelta(days=jours)).isoformat()


def _deposer(v: Visiteur, telephone: str = "") -> tuple[str, str]:
    """A request filed by a resident: the address where it is followed, and its reference."""
    page, n = v.ouvrir("/demandes/nid-de-poule/"), next(numeros)
    page.get_by_label("Expliquez votre demande").fill("Trou profond devant l'école, deux vélos sont tombés.")
    page.get_by_label("Où est-ce").fill(f"{n} venelle des Trois-Amis")
    page.get_by_label("Nom et prénom").fill("Camille Lecteur")
    joindre = ("Téléphone", telephone) if telephone else ("Courriel", f"lecteur.{n}@courriel.example")
    page.get_by_label(joindre[0]).fill(joindre[1])
    for choix in page.locator("select[name^=q_]").all():
        choix.select_option(index=1)
    for champ in page.locator("input[name^=q_]").all():
        champ.fill({"date": _plus(-1), "number": "2"}.get(champ.get_attribute("type") or "", "environ deux"))
    with page.expect_navigation(wait_until="domcontentloaded"):
        page.get_by_role("button", name="Envoyer la demande").click()
    trouve = re.search(r"Demande (\d\d-\w{6})", page.title())
    assert trouve
    return page.url.removeprefix(v.site).split("?")[0], trouve[1]


def _qualifiee(troupe: Troupe) -> tuple[str, str]:
    """A request at its service."""
    suivi, reference = _deposer(troupe(HABITANT))
    page = troupe(ACCUEIL).ouvrir(f"/d/{reference}/")
    page.get_by_role("button", name="Qualifier et transmettre").click()
    return suivi, reference


def _traitee(troupe: Troupe) -> tuple[str, str]:
    """A request whose proposed answer waits for the head."""
    suivi, reference = _qualifiee(troupe)
    page = troupe(VOIRIE).ouvrir(f"/d/{reference}/")
    page.get_by_label("Projet de réponse au demandeur").fill("Le trou a été rebouché ce matin.")
    page.get_by_role("button", name="Terminer le traitement").click()
    return suivi, reference


def test_the_front_desk(jouer: Jouer, troupe: Troupe) -> None:
    with jouer("accueil", "Enregistrer une demande au guichet", ACCUEIL) as t:
        t.ouvrir("/bureau/")
        t.cliquer("Guichet")
        t.etape(1)
        t.remplir(q="nid de poule")
        t.cliquer("Chercher")
        t.presser(t.v.page.locator("#trouves a").first)
        t.etape(2)
        t.p.get_by_label("Comment la demande arrive-t-elle ?").select_option(index=1)
        t.remplir(description="Un trou devant l'école, un enfant est tombé.", lieu="8 rue du Comptoir")
        t.etape(3)
        t.remplir(nom="Dominique Comptoir")
        t.cliquer("Envoyer la demande")
        expect(t.p.get_by_text("À corriger avant d'envoyer")).to_be_visible()
        t.remplir(telephone="03 21 00 00 00")
        t.etape(4)
        t.photo("guichet", "main")
        t.cliquer("Envoyer la demande")
        t.etape(5)
    with jouer("accueil", "Qualifier une demande", ACCUEIL) as t:
        _, reference = _deposer(troupe(HABITANT))
        t.ouvrir("/bureau/")
        t.etape(1)
        t.ouvrir(f"/d/{reference}/")
        t.etape(2)
        t.photo("qualifier")
        t.cliquer("Qualifier et transmettre au service")
        t.etape(3)
        t.ouvrir(f"/d/{reference}/")
    with jouer("accueil", "Retrouver une demande au téléphone", ACCUEIL) as t:
        t.ouvrir("/bureau/")
        t.cliquer("Rechercher")
        t.etape(1)
        t.remplir(q=reference)
        t.cliquer("Chercher")
        t.etape(2)
        t.presser(t.v.page.locator("main ul.b-liste a").first)
        t.etape(3)
        t.ouvrir("/recherche/?q=introuvablepartout")


def test_an_agent_of_a_service(jouer: Jouer, troupe: Troupe) -> None:
    _, confiee = _qualifiee(troupe)
    _, question = _qualifiee(troupe)
    _, reference = _qualifiee(troupe)
    with jouer("agent", "Voir ce que j'ai à faire", VOIRIE) as t:
        t.ouvrir("/bureau/")
        t.etape(1)
        t.photo("bureau")
        t.cliquer("Mon service")
        t.cliquer("Que je suis")
        t.etape(2)
        t.ouvrir(f"/d/{reference}/")
        t.etape(3)
    with jouer("agent", "Proposer une réponse", VOIRIE) as t:
        t.ouvrir(f"/d/{reference}/")
        t.cliquer("Je m'en occupe")
        t.etape(1)
        t.remplir(compte_rendu="Équipe passée à huit heures.")
        t.etape(2)
        t.remplir(projet="Le trou a été rebouché ce matin.")
        t.etape(3, 4)
        t.photo("traiter")
        t.cliquer("Terminer le traitement")
        t.etape(5)
        t.ouvrir(f"/d/{reference}/")
    with jouer("agent", "Confier une demande à un autre service", VOIRIE) as t:
        t.ouvrir(f"/d/{confiee}/")
        t.cliquer("Confier à quelqu'un d'autre")
        t.etape(1)
        t.p.get_by_label("Confier à", exact=True).first.select_option(label="Propreté urbaine")
        t.etape(2)
        t.presser(t.v.page.get_by_role("button", name="Confier à quelqu'un d'autre"))
        t.etape(3)
        t.ouvrir(f"/d/{confiee}/")
    with jouer("agent", "Demander une pièce au demandeur", VOIRIE) as t:
        t.ouvrir(f"/d/{question}/")
        t.cliquer("Demander un complément")
        t.etape(1)
        bloc = t.p.locator("#geste-demander_complement")
        bloc.locator("textarea").fill("Pouvez-vous envoyer une photo ?")
        t.etape(2)
        t.presser(bloc.get_by_role("button"))
        t.etape(3)
        t.ouvrir(f"/d/{question}/")
    with jouer("agent", "Envoyer la réponse", VOIRIE) as t:
        troupe(CHEF).ouvrir(f"/d/{reference}/").get_by_role("button", name="Viser", exact=True).click()
        t.ouvrir("/bureau/")
        t.etape(1)
        t.ouvrir(f"/d/{reference}/")
        t.etape(2)
        t.cliquer("Envoyer la réponse et clore")
        t.etape(3)


def test_an_answer_that_no_e_mail_carries(jouer: Jouer, troupe: Troupe) -> None:
    _, reference = _deposer(troupe(HABITANT), telephone="03 61 99 10 10")
    page = troupe(ACCUEIL).ouvrir(f"/d/{reference}/")
    page.get_by_text("Transmettre à une autre administration").first.click()
    page.get_by_label("Administration compétente").fill("Département")
    troupe(ACCUEIL).cliquer(page.get_by_role("button", name="Transmettre à une autre administration"))
    with jouer("agent", "Donner une réponse à qui n'a pas de courriel", VOIRIE) as t:
        t.ouvrir("/bureau/")
        t.presser(t.v.page.get_by_role("link", name=re.compile("à donner, sans courriel")))
        t.etape(1)
        t.presser(t.p.locator("li", has_text=reference).get_by_role("link"))
        t.etape(2)
        t.cliquer("J'ai donné la réponse")
        t.presser(t.p.locator("#geste-remettre").get_by_role("button"))
        t.etape(3)


def test_a_call_on_the_syndicate(jouer: Jouer, troupe: Troupe) -> None:
    _, reference = _qualifiee(troupe)
    with jouer("agent", "Faire appel au syndicat", VOIRIE) as t:
        t.ouvrir(f"/d/{reference}/")
        t.cliquer("Faire appel au syndicat")
        t.etape(1)
        t.remplir(estimation="beaucoup")
        t.cliquer("Envoyer l'appel au visa")
        t.remplir(estimation="1 200")
        t.etape(2)
        t.photo("appel", "main")
        t.cliquer("Envoyer l'appel au visa")
        t.etape(3)
        appel = t.v.page.url.removeprefix(t.v.site)
    for role in (CHEF, FINANCES):
        with troupe(role).page.expect_navigation():
            troupe(role).ouvrir(appel).get_by_role("button", name="Viser", exact=True).click()
    with jouer("direction-generale", "Signer un appel au syndicat", DGA) as t:
        t.ouvrir("/bureau/")
        t.cliquer("Parapheur")
        t.etape(1)
        t.ouvrir(appel)
        t.etape(2)
        t.cliquer("Signer et envoyer au syndicat")
        t.etape(3)
        t.ouvrir("/appels/enveloppes/")
    with jouer("agent", "Noter ce que dit le syndicat, puis fermer l'appel", VOIRIE) as t:
        t.ouvrir(appel)
        t.p.get_by_label("Ce que dit le syndicat").first.select_option(label="Le syndicat intervient")
        t.etape(1)
        t.p.locator("form", has=t.v.page.get_by_label("Ce que dit le syndicat")).first.locator("[name$=jour]").fill(
            _plus(6)
        )
        t.presser(t.v.page.get_by_role("button", name="Enregistrer", exact=True))
        t.etape(2)
        t.p.get_by_label("Intervention faite le").fill(_plus(0))
        t.p.get_by_label("Coût pour la commune, en euros").fill("980")
        t.etape(3)
        t.cliquer("Contrôler et fermer l'appel")
        t.etape(4)


def _ecrire_un_courrier(t: Tache) -> None:
    """The letter of the guide, typed on the page of the register."""
    t.remplir(expediteur="Camille Lettre", adresse="3 rue de l'Essai, 62400 Essai")
    t.remplir(objet="Trottoir affaissé devant la poste")


def test_the_post_of_the_morning_from_the_scanner_to_the_register(jouer: Jouer, travailler: Callable[[], None]) -> None:
    scan = {
        "name": "pile.pdf",
        "mimeType": "application/pdf",
        "buffer": numeriser((*PAGES[1:], ("||||||||||||\n" * 20,))),
    }
    with jouer("courrier", "Numériser le courrier du matin", BUREAU) as t:
        t.ouvrir("/bureau/")
        t.cliquer("Dossiers")
        t.cliquer("Courriers")
        t.cliquer("Courrier numérisé")
        t.etape(1)
        t.p.locator("[name=fichier]").set_input_files(scan)
        t.cliquer("Déposer ce PDF")
        t.etape(2)
        travailler()
        t.cliquer("Actualiser")
        t.cliquer("Voir et découper les pages")
        t.cliquer("Enregistrer le découpage")
        t.etape(3)
        t.cliquer("Enregistrer")
        t.remplir(expediteur="Association Les Joyeux Boulistes")
        t.photo("numerise", ".row")
        t.cliquer("Enregistrer et donner un numéro")
        t.etape(4)
        for motif in ("publicité", "griffonnage"):
            t.remplir(motif=motif)
            t.cliquer("Mettre de côté")
        t.etape(5)
        t.ouvrir("/numerisations/")
        t.p.locator("[name=fichier]").set_input_files(scan)
        t.cliquer("Déposer ce PDF")


def test_a_letter_from_its_envelope_to_its_answer(jouer: Jouer, troupe: Troupe) -> None:
    with jouer("courrier", "Enregistrer un courrier et le donner à un service", BUREAU) as t:
        t.ouvrir("/bureau/")
        t.cliquer("Dossiers")
        t.cliquer("Enregistrer un courrier")
        t.etape(1, 2)
        _ecrire_un_courrier(t)
        t.etape(3)
        t.cliquer("Voir les services proposés")
        t.etape(4)
        t.photo("courrier", "#propositions")
        t.cliquer("Enregistrer et donner un numéro")
        t.etape(5, 6)
        courrier = t.v.page.get_by_role("link", name=re.compile("^Ouvrir le dossier")).get_attribute("href") or ""
        t.ouvrir("/courriers/nouveau/")
        _ecrire_un_courrier(t)
        t.cliquer("Enregistrer et donner un numéro")
    with jouer("agent", "Ce courrier n'est pas pour nous", VOIRIE) as t:
        t.ouvrir(courrier)
        t.cliquer("Ce n'est pas pour nous")
        t.etape(1)
        bloc = t.v.page.locator("details", has=t.v.page.locator("summary", has_text="Ce n'est pas pour nous"))
        t.presser(bloc.get_by_role("button"))
        bloc.get_by_label("Motif").fill("Ce trottoir est celui du département.")
        t.etape(2)
        t.presser(bloc.get_by_role("button"))
        t.etape(3)
    with jouer("courrier", "Confier un courrier qu'un service a rendu", BUREAU) as t:
        t.ouvrir("/bureau/")
        t.etape(1)
        t.ouvrir(courrier)
        t.p.get_by_label("Service qui répond", exact=True).select_option(index=0)
        t.cliquer("Confier le courrier")
        t.p.get_by_label("Service qui répond", exact=True).select_option(label="Voirie et signalisation")
        t.etape(2)
        t.cliquer("Confier le courrier")
        t.etape(3)
    with jouer("agent", "Répondre à un courrier", VOIRIE) as t:
        t.ouvrir("/bureau/")
        t.ouvrir(courrier)
        t.etape(1)
        t.remplir(projet="Le trottoir sera repris lundi.")
        t.etape(2)
        t.cliquer("Terminer le projet de réponse")
        t.etape(3)
        t.ouvrir(courrier)
    v = troupe(CHEF)
    v.cliquer(v.ouvrir(courrier).get_by_role("button", name="Viser", exact=True))
    v = troupe(DGA)
    v.ouvrir(courrier).get_by_label("Signer avec").select_option("papier")
    v.cliquer(v.page.get_by_role("button", name="Signer", exact=True))
    with jouer("courrier", "Confier un courrier en une touche", BUREAU) as t:
        t.ouvrir("/bureau/")
        t.etape(1)
        t.ouvrir("/courriers/?q=moisissures&etat=a_confier")
        t.presser(t.v.page.locator("main ul.b-liste a.b-titre").first)
        t.etape(2)
        t.photo("propositions", ".b-propositions")
        t.p.get_by_label("Remarque pour le service").press("1")  # typed, not pressed
        expect(t.v.page.get_by_label("Remarque pour le service")).to_have_value("1")
        t.v.page.get_by_role("button", name="Ne plus utiliser ces touches").click()
        t.v.page.keyboard.press("1")
        t.v.page.get_by_role("button", name="Ne plus utiliser ces touches", pressed=True).click()
        with t.v.page.expect_navigation():
            t.v.page.keyboard.press("1")
        t.etape(3)
    with jouer("courrier", "Voir si les propositions sont justes", BUREAU) as t:
        t.ouvrir("/bureau/")
        t.cliquer("Dossiers")
        t.cliquer("Courriers")
        t.cliquer("Propositions")
        t.etape(1, 2)
        t.cliquer("Règles d'aiguillage")
        t.etape(3)
    with jouer("courrier", "Faire partir une réponse signée", BUREAU) as t:
        t.ouvrir("/bureau/")
        t.etape(1)
        t.ouvrir(courrier)
        t.p.get_by_label("Elle part par").select_option("recommande")
        t.cliquer("Expédier et clore")
        t.remplir(recommande="1A 234 567 8901 2")
        t.etape(2)
        t.cliquer("Expédier et clore")
        t.etape(3, 4)


def test_what_the_mail_office_sends_and_what_comes_back(jouer: Jouer) -> None:
    with jouer("courrier", "Envoyer les accusés de réception par la poste", BUREAU) as t:
        t.ouvrir("/courriers/nouveau/")
        t.remplir(
            expediteur="Alix Complément", adresse="5 rue de l'Essai, 62400 Essai", objet="Trottoir glissant rue Neuve"
        )
        t.v.page.get_by_label("Ce que la loi y attache").select_option("demande")
        t.cliquer("Enregistrer et donner un numéro")
        courrier = t.v.page.get_by_role("link", name=re.compile("^Ouvrir le dossier")).get_attribute("href") or ""
        t.ouvrir("/bureau/")
        t.cliquer("Dossiers")
        t.cliquer("Courriers")
        t.cliquer("Accusés de réception")
        t.etape(1, 2)
        t.presser(t.v.page.get_by_role("button", name=re.compile("^Envoyer .* de réception")))
        t.etape(3)
        t.photo("accuses", "h1")
        t.etape(4)
    with jouer("agent", "Demander un complément pour un courrier", VOIRIE) as t:
        t.ouvrir(courrier)
        bloc = t.p.locator("#geste-demander_complement")
        t.presser(bloc.locator("summary"))
        t.etape(1)
        bloc.get_by_label("Votre question").fill("Devant quel numéro de la rue ?")
        t.etape(2)
        t.presser(bloc.get_by_role("button"))
        t.etape(3)
        assert t.v.axe() == []
        t.photo("complement")
        t.etape(4)
        t.cliquer("Le complément est arrivé")
        t.etape(5)
    _ecrire_renvoyer_et_fermer(jouer)


def _ecrire_renvoyer_et_fermer(jouer: Jouer) -> None:
    """A letter of ours, one that came back, one that nobody opens here."""
    with jouer("courrier", "Écrire un courrier qui ne répond à aucun", BUREAU) as t:
        t.ouvrir("/courriers/")
        t.cliquer("Écrire un courrier")
        t.etape(1)
        t.remplir(
            objet="Invitation à la réunion de quartier", nom="Alix Invitée", adresse="6 rue de l'Essai, 62400 Essai"
        )
        t.etape(2)
        t.cliquer("Commencer le courrier")
        t.etape(3)
        t.remplir(projet="Nous vous invitons jeudi soir à la salle des fêtes.")
        t.cliquer("Terminer le projet de réponse")
        t.etape(4)
    with jouer("courrier", "Renvoyer une lettre revenue", BUREAU) as t:
        t.ouvrir("/courriers/")
        t.cliquer("Départs")
        t.remplir(q="Carlier")
        t.cliquer("Chercher")
        t.presser(t.v.page.locator("main li", has_text="Réponse, courrier simple").locator("a.b-titre").first)
        t.etape(1)
        t.remplir(revenu_le=localdate().isoformat(), motif="N'habite pas à l'adresse")
        t.cliquer("Noter au registre")
        t.etape(2)
        t.cliquer("Renvoyer à une autre adresse")
        t.etape(3)
        t.remplir(adresse="9 rue Neuve, 62400 Essai", motif="Dite au téléphone")
        assert t.v.axe() == []
        t.photo("renvoi")
        t.cliquer("Renvoyer la lettre")
        t.etape(4)
    with jouer("courrier", "Enregistrer un pli confidentiel", BUREAU) as t:
        t.ouvrir("/courriers/")
        t.cliquer("Enregistrer un courrier")
        t.remplir(expediteur="Notaire Essai", adresse="7 rue de l'Essai, 62400 Essai")
        t.p.get_by_label("Pli confidentiel ou personnel").check()
        t.etape(1)
        t.p.get_by_label("Destinataire du pli confidentiel").select_option(index=1)
        t.etape(2)
        t.cliquer("Enregistrer et donner un numéro")
        t.etape(3)
        t.cliquer("Corriger l'expéditeur ou son adresse")
        assert t.v.axe() == []
        t.photo("pli")
        t.etape(4)


def test_the_address_book(jouer: Jouer) -> None:
    with jouer("courrier", "Prendre l'expéditeur dans le carnet d'adresses", BUREAU) as t:
        t.ouvrir("/courriers/nouveau/")
        t.remplir(expediteur="personne de ce nom")
        t.cliquer("Chercher dans le carnet d'adresses")
        t.remplir(expediteur="carlier")
        t.p.get_by_role("button", name=re.compile("^Choisir")).first.wait_for()
        t.etape(1)
        t.cliquer("Choisir", exact=False)
        expect(t.p.locator("[name=adresse]")).not_to_have_value("")
        t.etape(2)
        t.remplir(objet="Un banc cassé sur la place")
        t.cliquer("Enregistrer et donner un numéro")
        t.etape(3)
        t.ouvrir("/courriers/nouveau/")
        t.etape(4)
        t.ouvrir("/courriers/envoi/")
    with jouer("courrier", "Tenir le carnet d'adresses", BUREAU) as t:
        t.ouvrir("/bureau/")
        t.cliquer("Dossiers")
        t.cliquer("Courriers")
        t.cliquer("Carnet d'adresses")
        t.etape(1)
        t.cliquer("Odette Carlier")
        t.etape(2)
        t.ouvrir("/contacts/")
        t.cliquer("Contacts qui se ressemblent", exact=False)
        t.presser(t.p.get_by_role("link", name=re.compile("avec le premier$")).first)
        t.etape(3)
        t.cliquer("Réunir ces deux contacts")
        t.etape(4)


def test_the_mails_that_come_in(jouer: Jouer) -> None:
    with jouer("courrier", "Traiter un courriel reçu", BUREAU) as t:
        t.ouvrir("/bureau/")
        t.presser(t.v.page.locator("a.b-chiffre", has_text="à traiter"))
        t.photo("courriels")
        t.cliquer("Poubelles renversées", exact=False)
        t.etape(1, 2)
        t.cliquer("Enregistrer comme courrier")
        t.etape(3)
        t.cliquer("Enregistrer et donner un numéro")
        t.etape(4)
        t.ouvrir("/courriels/")
        t.cliquer("Pièces du dossier", exact=False)
        t.cliquer("Écarter")
        t.remplir(motif="L'étude renverra des PDF.")
        t.cliquer("Écarter le courriel")
        t.etape(5)
        t.cliquer("Écartés", exact=False)
        t.cliquer("Pièces du dossier", exact=False)
        t.cliquer("Remettre dans la file")
    with jouer("courrier", "Ranger une réponse, ou un courriel qui n'est pas arrivé", BUREAU) as t:
        t.ouvrir("/courriels/")
        t.cliquer("Re: votre message", exact=False)
        t.etape(1)
        t.cliquer("Joindre à un dossier")
        t.presser(t.p.locator("#titre-propose ~ form button"))
        t.etape(2)
        t.cliquer("Undelivered Mail", exact=False)
        t.etape(3)
    with jouer("cabinet", "Saisir une demande qu'un élu envoie par courriel", CABINET) as t:
        t.ouvrir("/bureau/")
        t.presser(t.v.page.locator("a.b-chiffre", has_text="à traiter"))
        t.cliquer("Le passage piéton", exact=False)
        t.etape(1)
        t.cliquer("En faire une demande d'élu")
        t.etape(2)
        t.cliquer("Envoyer")
        t.p.get_by_label("Au nom de quel élu ?").select_option(index=1)
        t.etape(3)
        t.p.get_by_label("Sujet").select_option(label="Rue, trottoirs, circulation")
        t.etape(4)
        t.ouvrir("/courriels/")


def test_a_purchase_order_from_its_first_line_to_its_invoice(jouer: Jouer, troupe: Troupe) -> None:
    with jouer("agent", "Préparer un bon de commande", VOIRIE) as t:
        t.ouvrir("/bureau/")
        t.cliquer("Dossiers")
        t.cliquer("Préparer une commande")
        t.etape(1)
        t.remplir(objet="Sel de déneigement")
        t.etape(2)
        t.cliquer("Commencer la commande")
        t.v.page.wait_for_url("**/preparer/")
        t.remplir(siret="123", fournisseur="Artois Matériaux", courriel="ventes@artois-materiaux.example")
        t.etape(3)
        t.cliquer("Enregistrer et envoyer")
        t.remplir(siret="920 000 015 00015")
        t.cliquer("Enregistrer et envoyer")
        t.p.get_by_label("Désignation").first.fill("Sel, sac de 25 kg")
        t.v.page.get_by_label("Quantité").first.fill("40")
        t.v.page.get_by_label("Prix unitaire HT").first.fill("6,25")
        t.v.page.get_by_label("Famille d'achats").select_option("voirie")
        t.v.page.get_by_label("Ligne de budget").select_option(index=1)
        t.etape(4)
        t.cliquer("Enregistrer")
        t.etape(5)
        t.photo("commande", "h3:has-text('Qui signera')")
        t.cliquer("Enregistrer et envoyer")
        t.etape(6)
        commande = t.v.page.url.removeprefix(t.v.site)
    for role in (CHEF, FINANCES):
        v = troupe(role)
        v.cliquer(v.ouvrir(commande).get_by_role("button", name="Viser", exact=True))
    with jouer("service", "Signer un bon de commande", DIRECTEUR) as t:
        t.ouvrir("/bureau/")
        t.cliquer("Parapheur")
        t.etape(1)
        t.presser(t.v.page.locator("main a", has_text="Sel de déneigement").first)
        t.etape(2)
        t.p.get_by_label("Signer avec").select_option("papier")
        t.cliquer("Signer")
        t.etape(3)
    with jouer("agent", "Envoyer le bon signé, puis dire que c'est livré", VOIRIE) as t:
        t.ouvrir(commande)
        t.cliquer("Envoyer le bon au fournisseur")
        t.etape(1)
        t.p.get_by_label("Comment", exact=True).select_option("papier")
        t.presser(t.v.page.get_by_role("button", name="Envoyer le bon au fournisseur"))
        t.etape(2)
        t.p.get_by_label("Service fait le").fill(_plus(-400))
        t.cliquer("Constater le service fait")
        t.p.get_by_label("Service fait le").fill(_plus(0))
        t.etape(3)
        t.cliquer("Constater le service fait")
        t.etape(4)
    with jouer("finances", "Noter la facture d'une commande", FINANCES) as t:
        t.ouvrir("/bureau/")
        t.ouvrir(commande)
        t.etape(1)
        t.remplir(facture="F-2026-GUIDE")
        t.cliquer("Noter la facture et clore")
        t.cliquer("Noter l'engagement")
        t.p.get_by_label("Numéro d'engagement").fill("E-GUIDE-2")
        t.presser(t.v.page.get_by_role("button", name="Noter l'engagement"))
        t.etape(2)
        t.remplir(facture="F-2026-GUIDE", facture_le=_plus(2))
        t.cliquer("Noter la facture et clore")
        t.remplir(facture_le=_plus(0))
        t.etape(3)
        t.cliquer("Noter la facture et clore")
        t.etape(4)


def test_what_an_elected_official_brings_in(jouer: Jouer, troupe: Troupe) -> None:
    with jouer("elu", "Signaler quelque chose depuis mon téléphone", ELU) as t:
        t.ouvrir("/bureau/")
        t.cliquer("Dossiers")
        t.cliquer("Nouvelle demande d'élu")
        t.etape(1)
        t.remplir(texte="Un pavé bouge devant la mairie annexe. On trébuche.")
        t.p.get_by_label("Sujet").select_option(label="Rue, trottoirs, circulation")
        t.photo("demande-elu", "main")
        t.cliquer("Garder en brouillon")
        t.cliquer("Reprendre mon brouillon")
        t.etape(2, 3)
        t.cliquer("Un habitant attend une réponse")
        t.remplir(habitant_nom="Paule Lectrice")
        t.etape(4)
        t.cliquer("Envoyer")
        t.p.get_by_label("Cette personne est d'accord").check()
        t.etape(5)
        t.cliquer("Envoyer")
        demande = t.p.url.removeprefix(t.v.site)
        t.ouvrir("/elus/")
        t.etape(6)
    with jouer("direction-generale", "Transmettre au service ce qu'un élu demande", DGA) as t:
        t.ouvrir("/bureau/")
        t.ouvrir(demande)
        t.etape(1, 2)
        t.cliquer("Transmettre au service")
        t.etape(3)
    v = troupe(VOIRIE)
    v.ouvrir(demande).get_by_label("Projet de réponse").fill("Le pavé est recollé.")
    v.cliquer(v.page.get_by_role("button", name="Terminer le traitement"))
    v = troupe(DGA)
    v.cliquer(v.ouvrir(demande).get_by_role("button", name="Viser", exact=True))
    with jouer("elu", "Donner la réponse à l'habitant", ELU) as t:
        t.ouvrir("/bureau/")
        t.cliquer("Dossiers")
        t.cliquer("Demandes des élus")
        t.etape(1)
        t.cliquer("donnez-la à l'habitant, puis dites-le ici")
        t.etape(2)
        t.cliquer("Donner la réponse et clore")
        t.p.get_by_label("Vous avez donné cette réponse").select_option("vive_voix")
        t.etape(3)
        t.cliquer("Donner la réponse et clore")
        t.etape(4)


def test_an_internal_request(jouer: Jouer, troupe: Troupe) -> None:
    with jouer("tous", "Demander quelque chose à ma hiérarchie", VOIRIE) as t:
        t.ouvrir("/bureau/")
        t.cliquer("Dossiers")
        t.cliquer("Demandes internes")
        t.cliquer("Faire une demande")
        t.etape(1)
        t.cliquer("Commencer le brouillon")
        t.remplir(objet="Des gants pour l'hiver")
        t.p.locator("[name=modele]").first.check()
        t.etape(2)
        t.cliquer("Commencer le brouillon")
        t.remplir(texte="Six paires de gants chauds, taille neuf.")
        t.etape(3)
        t.p.locator("[name=importance]").first.check()
        t.etape(4)
        t.photo("demande-interne", "main")
        t.cliquer("Enregistrer et envoyer")
        t.etape(5)
        demande = t.v.page.url.removeprefix(t.v.site)
    t = troupe(CHEF)
    t.ouvrir(demande)
    if t.page.get_by_label("Votre décision").count():
        t.page.get_by_label("Votre décision").select_option(index=0)
        with t.page.expect_navigation():
            t.page.get_by_role("button", name="Enregistrer la décision").click()
    with jouer("service", "Donner la réponse à un agent qui a demandé quelque chose", CHEF) as t:
        t.ouvrir("/bureau/")
        t.etape(1)
        t.ouvrir(demande)
        t.etape(2)
        t.cliquer("Donner la réponse à l'auteur et clore")
        t.etape(3)


def test_anybody_of_the_town_hall(jouer: Jouer, troupe: Troupe) -> None:
    with jouer("tous", "Me connecter la première fois", HABITANT) as t:
        t.ouvrir("/")
        t.cliquer("Espace agents")
        t.etape(1)
        t.cliquer("Première connexion, ou mot de passe oublié")
        t.etape(2)
        t.remplir(email="personne@courriel.example")
        t.etape(3)
        t.cliquer("Recevoir le lien")
        t.etape(4)
    with jouer("tous", "Je suis absent demain", VOIRIE) as t:
        t.ouvrir("/bureau/")
        t.cliquer("Qui fait quoi")
        t.cliquer("Absences")
        t.etape(1)
        t.remplir(debut=_plus(1), fin=_plus(1))
        t.cliquer("Déclarer l'absence")
        t.remplir(fin=_plus(2))
        t.etape(2)
        t.photo("absence")
        t.cliquer("Déclarer l'absence")
        t.etape(3, 4)
        t.presser(
            t.v.page.locator("li", has_text="Jean-Marc Lelong")
            .get_by_role("button", name="Retirer cette absence")
            .first
        )
    with jouer("tous", "Trouver qui fait quoi", VOIRIE) as t:
        t.ouvrir("/bureau/")
        t.cliquer("Qui fait quoi")
        t.etape(1)
        t.remplir(q="voirie")
        t.cliquer("Chercher")
        t.etape(2)
        t.cliquer("Organigramme")
        t.etape(3)
        t.ouvrir("/organisation/?q=introuvablepartout")
    with jouer("tous", "Qui peut signer ?", VOIRIE) as t:
        t.ouvrir("/bureau/")
        t.cliquer("Qui fait quoi")
        t.cliquer("Qui peut signer")
        t.etape(1)
        t.p.get_by_label("Acte", exact=True).select_option(index=2)
        t.remplir(ht="5000")
        t.etape(2)
        t.cliquer("Chercher")
        t.etape(3)
        t.photo("qui-peut-signer")
        t.ouvrir("/delegations/")
    with jouer("tous", "Être prévenu", VOIRIE) as t:
        t.ouvrir("/bureau/")
        t.cliquer("Avis")
        t.etape(1)
        t.etape(2)
        _, reference = _qualifiee(troupe)
        t.ouvrir(f"/d/{reference}/")
        t.cliquer("Suivre ce dossier")
        t.etape(3)


def test_a_head_of_service_on_answers(jouer: Jouer, troupe: Troupe) -> None:
    suivi, premiere = _traitee(troupe)
    _, deuxieme = _traitee(troupe)
    _, troisieme = _traitee(troupe)
    with jouer("service", "Viser une réponse", CHEF) as t:
        t.ouvrir("/bureau/")
        t.cliquer("Parapheur")
        t.cliquer("Lire et décider, un par un")
        t.etape(1)
        t.ouvrir("/parapheur/")
        t.presser(t.v.page.locator("li", has=t.v.page.get_by_label(f"Cocher {premiere}")).get_by_role("link"))
        t.etape(2)
        t.photo("parapheur", "main")
        t.cliquer("Viser")
        t.etape(3, 4)
    with jouer("service", "Remettre la preuve d'un dossier", CHEF) as t:
        t.ouvrir(f"/d/{premiere}/")
        t.cliquer("Dossier de preuve à télécharger")
        t.etape(1, 2)
        with t.p.expect_download() as recu:
            t.v.page.get_by_role("button", name="Télécharger le dossier de preuve (ZIP)").click()
        assert "LISEZ-MOI.txt" in ZipFile(recu.value.path()).namelist()
        t.etape(3, 4)
    with jouer("service", "Viser dix réponses d'un coup", CHEF) as t:
        t.ouvrir("/bureau/")
        t.cliquer("Parapheur")
        t.etape(1)
        t.p.get_by_label(f"Cocher {deuxieme}").check()
        t.p.get_by_label(f"Cocher {troisieme}").check()
        t.etape(2)
        t.presser(t.v.page.get_by_role("button", name="Viser", exact=True))
        t.etape(3)
        t.photo("viser-ensemble")
        t.presser(t.v.page.get_by_role("button", name=re.compile("^Viser : ")))
        t.etape(4, 5)
        t.v.page.go_back()
        t.presser(t.v.page.get_by_role("button", name=re.compile("^Viser : ")))
    with jouer("service", "Un habitant conteste", CHEF) as t:
        troupe(VOIRIE).ouvrir(f"/d/{premiere}/").get_by_role("button", name="Envoyer la réponse et clore").click()
        with jouer("habitant", "Dire si la réponse m'a aidé, ou la contester", HABITANT) as h:
            h.ouvrir(suivi)
            h.etape(1)
            h.p.get_by_label("Non", exact=True).check()
            h.p.get_by_label("Votre commentaire").fill("Le trou est revenu après la pluie.")
            h.etape(2)
            h.p.get_by_label(re.compile("Je conteste")).check()
            h.etape(3)
            h.photo("contester", "#titre-avis")
            h.cliquer("Envoyer mon avis")
            h.etape(4)
        t.ouvrir("/bureau/")
        t.etape(1)
        t.ouvrir(f"/d/{premiere}/")
        t.etape(2)
        t.remplir(projet="L'enrobé sera refait lundi.")
        t.etape(3)
        t.presser(t.v.page.get_by_role("button", name="Terminer le traitement"))
        t.etape(4)


def test_a_head_of_service_on_people_and_money(jouer: Jouer, troupe: Troupe) -> None:
    with jouer("service", "Choisir mon suppléant", CHEF) as t:
        t.ouvrir("/bureau/")
        t.cliquer("Qui fait quoi")
        t.cliquer("Suppléances")
        t.etape(1)
        t.p.get_by_label("Poste du suppléant").select_option(index=3)
        t.etape(2)
        t.remplir(debut=_plus(40), fin=_plus(30))
        t.etape(3)
        t.cliquer("Enregistrer la suppléance")
        t.remplir(fin=_plus(50))
        t.cliquer("Enregistrer la suppléance")
        t.etape(4)
        t.presser(t.v.page.get_by_role("button", name=re.compile("^Retirer")).first)
    with jouer("service", "Voir où mon service prend du retard", CHEF) as t:
        t.ouvrir("/bureau/")
        t.cliquer("Tableau de bord")
        t.etape(1)
        t.cliquer("Afficher")
        t.etape(2, 3, 4)
        t.photo("tableau", "main")
    with jouer("service", "Réserver des crédits", CHEF) as t:
        t.ouvrir("/bureau/")
        t.cliquer("Budget")
        t.presser(t.v.page.locator("tbody th a").first)
        t.etape(1, 2)
        t.remplir(reference="BC-GUIDE-1", objet="Enrobé à froid, vingt sacs", montant="999 999 999")
        t.etape(3)
        t.cliquer("Réserver")
        t.remplir(montant="12,50")
        t.photo("reserver", "#titre-reserver")
        t.cliquer("Réserver")
        t.etape(4)


def test_a_note_begun_by_an_agent(jouer: Jouer, troupe: Troupe) -> None:
    with jouer("agent", "Commencer une note au maire", VOIRIE) as t:
        t.ouvrir("/bureau/")
        t.cliquer("Dossiers")
        t.cliquer("Écrire une note")
        t.etape(1)
        t.p.get_by_label("Note d'information").check()
        t.remplir(objet="Un banc pour l'arrêt de bus")
        t.p.get_by_label("Thème").select_option("propreté")
        t.cliquer("Commencer la note")
        t.v.page.wait_for_url("**/rediger/")
        assert t.v.axe() == []
        t.etape(2)
        t.p.get_by_label("Préconisations du service").fill("Un banc, à l'ombre.")
        t.cliquer("Enregistrer et proposer à mon responsable")
        t.p.get_by_label("Impacts sur les ressources").fill("Un jour d'équipe.")
        t.etape(3)
        t.cliquer("Enregistrer et proposer à mon responsable")
        t.etape(4, 5)
        note = t.v.page.url.removeprefix(t.v.site)
    page = troupe(CHEF).ouvrir(note)
    expect(page.get_by_text("Écrite par")).to_be_visible()
    expect(page.get_by_text("Proposée le")).to_be_visible()


def test_a_note_from_its_first_word_to_the_mayor_and_back(jouer: Jouer, troupe: Troupe) -> None:
    with jouer("service", "Écrire une note au maire", DIRECTEUR) as t:
        t.ouvrir("/bureau/")
        t.cliquer("Dossiers")
        t.cliquer("Écrire une note")
        t.etape(1)
        t.p.get_by_label("Note d'information").check()
        t.remplir(objet="Trois bancs pour la place")
        t.p.get_by_label("Thème").select_option("propreté")
        t.etape(2)
        t.cliquer("Commencer la note")
        t.v.page.wait_for_url("**/rediger/")
        note = t.v.page.url.removeprefix(t.v.site).replace("/notes/", "/dossiers/").replace("rediger/", "")
        t.etape(3)
        t.p.get_by_label("Préconisations du service").fill("Trois bancs, à l'ombre.")
        expect(t.v.page.locator("[data-etat]")).to_contain_text("Enregistré à")
        with jouer("elu", "Écrire une note avec un service", ELU) as e:
            e.ouvrir("/bureau/")
            e.etape(1)
            e.ouvrir(note)
            e.cliquer("Écrire la note")
            e.etape(2)
            e.p.get_by_label("Les enjeux").fill("Les anciens s'y reposent.")
            expect(e.v.page.locator("[data-etat]")).to_contain_text("Enregistré à")
            e.etape(3, 4)
        t.photo("note", "main")
        t.etape(4)
        t.cliquer("Enregistrer et envoyer la note")
        t.ouvrir(note.replace("/dossiers/", "/notes/") + "rediger/")
        t.p.get_by_label("Préconisations du service").fill("Trois bancs, à l'ombre.")
        t.p.get_by_label("Impacts sur les ressources").fill("Deux jours d'équipe.")
        t.etape(5)
        t.cliquer("Enregistrer et envoyer la note")
        t.etape(6)
    troupe(DGA).ouvrir(note).get_by_role("button", name="Viser", exact=True).click()
    for page, titre, role in (
        ("direction-generale", "Viser une note", DGS), ("cabinet", "Viser une note avant le maire", CABINET), ("elu", "Viser une note de mon thème", ELU),
    ):  # fmt: skip
        with jouer(page, titre, role) as t:
            t.ouvrir("/bureau/")
            t.cliquer("Parapheur")
            t.presser(t.v.page.locator("main a", has_text="Trois bancs").first)
            t.etape(1, 2)
            t.cliquer("Viser")
            t.etape(3)
    with jouer("maire", "Décider d'une note", MAIRE) as t:
        t.ouvrir("/bureau/")
        t.cliquer("Parapheur")
        t.presser(t.v.page.locator("main a", has_text="Trois bancs").first)
        t.etape(1, 2)
        t.photo("decider", "main")
        t.p.get_by_label("Votre décision").select_option("orienter")
        t.cliquer("Enregistrer la décision")
        t.p.get_by_label("Votre décision").select_option("accord")
        t.etape(3)
        t.cliquer("Enregistrer la décision")
        t.etape(4)
        t.ouvrir(note)
    with jouer("cabinet", "Faire redescendre la réponse du maire", CABINET) as t:
        t.ouvrir("/bureau/")
        t.etape(1)
        t.ouvrir(note)
        t.etape(2)
        t.cliquer("Faire redescendre la réponse et clore")
        t.etape(3)
    with jouer("cabinet", "Suivre les notes à présenter devant une instance", CABINET) as t:
        t.ouvrir("/bureau/")
        t.cliquer("Dossiers")
        t.cliquer("Notes au maire")
        t.etape(1)
        t.cliquer("À présenter devant une instance")
        t.etape(2, 3)


def test_the_general_management(jouer: Jouer, troupe: Troupe) -> None:
    _, reference = _qualifiee(troupe)
    with jouer("direction-generale", "Voir ce qui est en retard dans la ville", DGS) as t:
        t.ouvrir("/bureau/")
        t.cliquer("Mes services")
        t.etape(1)
        t.cliquer("Tableau de bord")
        t.etape(2, 3)
        t.ouvrir(f"/d/{reference}/")
    with jouer("direction-generale", "Ajouter une étape à un dossier", DGS) as t:
        t.ouvrir(f"/d/{reference}/")
        t.cliquer("Ajouter une étape")
        t.etape(1)
        bloc = t.p.locator("#geste-inserer")
        bloc.get_by_label("Intitulé").fill("Donner un avis sur le trou")
        t.etape(2)
        t.presser(bloc.get_by_role("button"))
        t.etape(3)
        t.ouvrir(f"/d/{reference}/")
    with jouer("direction-generale", "Suivre le budget du mois", DGS) as t:
        t.ouvrir("/bureau/")
        t.cliquer("Budget")
        t.cliquer("Tableau du mois")
        t.etape(1)
        t.cliquer("Afficher")
        t.etape(2, 3)
        t.photo("budget-mois", "main")
    with jouer("direction-generale", "Autoriser un dépassement de crédits", DGS) as t:
        t.ouvrir("/bureau/")
        t.cliquer("Budget")
        t.presser(t.v.page.get_by_role("link", name="Gaz et combustibles"))
        t.etape(1)
        t.remplir(reference="BC-GUIDE-2", objet="Réparation de la chaudière", montant="999 999")
        t.etape(2)
        t.cliquer("Réserver")
        t.remplir(derogation="L'école n'a plus de chauffage.")
        t.etape(3)
        t.cliquer("Réserver")
        t.etape(4)


def test_the_mayor_signs(jouer: Jouer) -> None:
    with jouer("maire", "Signer une réponse", MAIRE) as t:
        t.ouvrir("/bureau/")
        t.cliquer("Parapheur")
        t.presser(t.v.page.locator("main ul.b-liste li", has_text="Signature").locator("a").last)
        ici = t.v.page.url
        t.etape(1, 2)
        t.p.get_by_label("Mot de passe de mon certificat").fill("faux")
        t.cliquer("Signer")
        t.p.get_by_label("Mot de passe de mon certificat").fill("essai-essai")
        t.etape(3)
        t.photo("signer", "main")
        t.cliquer("Signer")
        t.etape(4)
        assert t.v.page.url != ici
        t.ouvrir("/parapheur/")
    with jouer("maire", "Déverrouiller mon certificat pour signer toute une pile", MAIRE) as t:
        t.ouvrir("/bureau/")
        t.cliquer("Mon compte")
        t.cliquer("Mon certificat")
        t.etape(1)
        t.p.get_by_label("Mot de passe du certificat").fill("essai-essai")
        t.etape(2)
        t.cliquer("Déverrouiller")
        t.etape(3)
        t.cliquer("Verrouiller maintenant")
        t.etape(4)


def test_quality_and_administration(jouer: Jouer) -> None:
    with jouer("qualite", "Modifier un circuit", QUALITE) as t:
        t.ouvrir("/bureau/")
        t.cliquer("Qui fait quoi")
        t.cliquer("Circuits")
        t.presser(t.v.page.locator("main a[href='/circuits/reclamation/']"))
        t.etape(1)
        t.cliquer("Modifier")
        t.etape(2)
        t.cliquer("Changer")
        t.p.get_by_label("Délai", exact=True).fill("")
        t.cliquer("Enregistrer dans le brouillon")
        t.ouvrir("/circuits/reclamation/brouillon/")
        t.cliquer("Changer")
        t.p.get_by_label("Délai", exact=True).fill("9")
        t.etape(3)
        t.cliquer("Enregistrer dans le brouillon")
        t.ouvrir("/circuits/reclamation/brouillon/")
        t.photo("circuit", "main")
        t.cliquer("Voir ce qui change et publier")
        t.etape(4, 5)
        t.ouvrir("/circuits/reclamation/brouillon/")
        t.cliquer("Abandonner le brouillon")
        t.presser(t.v.page.get_by_role("button", name="Abandonner le brouillon"))
    with jouer("qualite", "Voir qui agira sur une demande", QUALITE) as t:
        t.ouvrir("/bureau/")
        t.cliquer("Qui fait quoi")
        t.cliquer("Circuits")
        t.etape(1)
        t.presser(t.v.page.locator("main a[href='/circuits/reclamation/']"))
        t.presser(t.v.page.locator("main a[href$='/qui/']").first)
        t.etape(2, 3)
    with jouer("qualite", "Écrire un modèle de réponse", QUALITE) as t:
        t.ouvrir("/bureau/")
        t.cliquer("Modèles")
        t.cliquer("Écrire un nouveau modèle")
        t.etape(1)
        t.remplir(titre="Banc réparé", texte="Le banc est réparé.")
        t.etape(2)
        t.cliquer("Voir l'aperçu")
        t.etape(3)
        t.cliquer("Enregistrer")
        t.etape(4)
        t.ouvrir("/modeles/")
        t.presser(t.v.page.get_by_role("link", name="Banc réparé"))
        t.cliquer("Retirer ce modèle")
        t.presser(t.v.page.get_by_role("button", name="Retirer", exact=True))
    with jouer("administration", "Envoyer le lien de première connexion", ADMINISTRATION) as t:
        t.ouvrir("/bureau/")
        t.cliquer("Qui fait quoi")
        t.cliquer("Comptes")
        t.etape(1)
        t.remplir(q="introuvable")
        t.cliquer("Chercher")
        t.remplir(q="Ansart")
        t.cliquer("Chercher")
        t.etape(2)
        t.cliquer("Gérer", exact=False)
        t.cliquer("Envoyer le lien de connexion")
        t.etape(3)
    with jouer("administration", "Fermer le compte de quelqu'un qui part", ADMINISTRATION) as t:
        t.ouvrir("/bureau/")
        t.cliquer("Qui fait quoi")
        t.cliquer("Comptes")
        t.etape(1)
        t.remplir(q="Fiévet")
        t.cliquer("Chercher")
        t.cliquer("Gérer", exact=False)
        t.cliquer("Fermer le compte")
        t.etape(2)
        t.ouvrir("/comptes/agents/?q=Fiévet")
        t.etape(3)
        t.cliquer("Gérer", exact=False)
        t.cliquer("Rouvrir le compte")
        t.ouvrir("/comptes/agents/?q=Flament")
    with jouer("administration", "Déclarer une boîte de courriel", ADMINISTRATION) as t:
        t.ouvrir("/bureau/")
        t.cliquer("Qui fait quoi")
        t.cliquer("Boîtes de courriel")
        t.cliquer("Déclarer une boîte")
        t.etape(1)
        t.remplir(
            adresse="essai@ville.example", hote="127.0.0.1", port="1", compte="essai", mot_de_passe="un mot de passe"
        )
        t.p.get_by_label("Sécurité").select_option("aucune")
        t.p.get_by_label("Lire cette boîte").uncheck()
        t.etape(2, 3)
        t.cliquer("Enregistrer et essayer la connexion")
        t.etape(4)
    with jouer("administration", "Déclarer l'absence de quelqu'un d'autre", ADMINISTRATION) as t:
        t.ouvrir("/bureau/")
        t.cliquer("Qui fait quoi")
        t.cliquer("Absences")
        t.etape(1)
        t.p.get_by_label("Qui est absent").select_option(index=1)
        t.etape(2, 3)


def test_signatures_money_and_personal_data(jouer: Jouer, troupe: Troupe) -> None:
    with jouer("delegations", "Inscrire une délégation", DELEGATIONS) as t:
        t.ouvrir("/bureau/")
        t.cliquer("Qui fait quoi")
        t.cliquer("Qui peut signer")
        t.etape(1)
        t.cliquer("Inscrire une délégation")
        t.remplir(
            numero="2026-GUIDE", signe_le=_plus(-3), publie_le=_plus(-2), executoire_le=_plus(-2), debut=_plus(30)
        )
        t.etape(2, 3)
        t.remplir(plafond="5000")
        t.etape(4)
        t.photo("delegation")
        t.cliquer("Inscrire au registre")
        t.etape(5)
    with jouer("delegations", "Retirer une délégation", DELEGATIONS) as t:
        t.ouvrir("/bureau/")
        t.cliquer("Qui fait quoi")
        t.cliquer("Qui peut signer")
        t.presser(t.v.page.locator("main a.b-titre").first)
        t.etape(1, 2, 3)
    with jouer("delegations", "Rendre compte des actes signés", DELEGATIONS) as t:
        t.ouvrir("/bureau/")
        t.cliquer("Qui fait quoi")
        t.cliquer("Qui peut signer")
        t.cliquer("Actes à rapporter au conseil")
        t.etape(1)
        t.remplir(du=_plus(-3000), au=_plus(-2999))
        t.cliquer("Afficher")
        t.remplir(du=_plus(-400), au=_plus(0))
        t.cliquer("Afficher")
        t.etape(2, 3)
    with jouer("finances", "Importer le budget", FINANCES) as t:
        t.ouvrir("/bureau/")
        t.cliquer("Budget")
        t.cliquer("Fichiers du logiciel financier")
        t.etape(1)
        for contenu in (
            "Code\nx\n",
            "Section;Chapitre;Nature;Fonction;Gestionnaire;Libellé;Budget primitif;Décisions modificatives\nF;011;1;1;VOI;Essai du guide;10;0\n",
        ):
            t.p.get_by_label("Fichier CSV du logiciel financier").set_input_files(
                {"name": "guide.csv", "mimeType": "text/csv", "buffer": contenu.encode()}
            )
            t.cliquer("Lire et montrer les différences")
        t.p  # noqa: B018
        t.etape(2, 3, 4)
        t.cliquer("Abandonner")
    with jouer("finances", "Noter l'engagement d'un bon", FINANCES) as t:
        t.ouvrir("/bureau/")
        t.cliquer("Budget")
        t.presser(t.v.page.get_by_role("link", name="Électricité des bâtiments"))  # the DGS overdrew another line
        t.etape(1)
        t.remplir(reference="BC-GUIDE-3", objet="Réparation de la chaudière", montant="100")
        t.cliquer("Réserver")
        t.cliquer("Noter l'engagement", exact=False)
        t.etape(2)
        t.p.get_by_label("Numéro d'engagement").first.fill("E-GUIDE")
        t.etape(3)
        bon = t.p.locator("#titre-bons ~ ul > li", has_text="BC-GUIDE-3").first
        bon.locator("summary", has_text="Rendre les crédits").click()
        bon.get_by_label("Pourquoi ces crédits sont rendus").fill("Essai du guide.")
        t.presser(bon.get_by_role("button", name="Rendre ces crédits"))
    with jouer("donnees", "Remettre à une personne la copie de ses données", DONNEES) as t:
        t.ouvrir("/bureau/")
        t.cliquer("Données personnelles")
        t.cliquer("Une personne")
        t.etape(1)
        _, reference = _deposer(troupe(HABITANT))
        t.remplir(mots=reference)
        t.cliquer("Chercher")
        t.etape(2)
        t.photo("donnees", "main")
        t.presser(t.v.page.get_by_role("button", name="Préparer la copie (ZIP)"))
        t.etape(3, 4)
    with jouer("donnees", "Effacer les données d'une personne", DONNEES) as t:
        t.ouvrir("/bureau/")
        t.cliquer("Données personnelles")
        t.cliquer("Une personne")
        t.etape(1)
        t.remplir(mots=reference)
        t.cliquer("Chercher")
        t.etape(2, 3, 4)
    with jouer("donnees", "Voir qui a ouvert un dossier", DONNEES) as t:
        t.ouvrir("/bureau/")
        t.cliquer("Données personnelles")
        t.cliquer("Qui a ouvert un dossier")
        t.etape(1)
        t.remplir(reference="26-XXXXXX")
        t.cliquer("Chercher")
        t.remplir(reference=reference)
        t.cliquer("Chercher")
        t.etape(2, 3)


def test_the_archives(jouer: Jouer, travailler: Callable[[], None]) -> None:
    """The demo's notes are too young: they are made old enough. Every page is looked at by axe, and on a phone."""
    with psycopg.connect(url_de_base(BASE)) as base:
        base.execute("UPDATE archives_regleconservation SET duree = '0 mois' WHERE nature = 'notes'")
    with jouer("archives", "Verser des dossiers aux archives", ARCHIVES) as t:
        t.ouvrir("/bureau/")
        t.cliquer("Versements aux archives")
        t.etape(1)
        assert _sain(t.v)
        t.presser(t.v.page.get_by_role("link", name="Note").first)
        assert _sain(t.v)
        t.cliquer("Préparer le versement des dossiers cochés")
        t.etape(2)
        ici = t.v.page.url.removeprefix(t.v.site)
        travailler()
        t.ouvrir(ici)
        with t.p.expect_download() as recu:
            t.v.page.get_by_role("button", name="Télécharger le versement").click()
        assert recu.value.suggested_filename.endswith(".zip")
        t.photo("versement", "main")
        t.etape(3)
        t.ouvrir(ici)
        t.cliquer("Noter l'attestation des archives")
        assert _sain(t.v)
        t.remplir(attestation="AM-GUIDE-1", atteste_le=_plus(0))
        t.cliquer("Noter l'attestation des archives")
        t.etape(4, 5)
        assert _sain(t.v)


def _sain(v: Visiteur) -> bool:
    """Nothing for axe, nothing over the edge of a phone."""
    assert v.axe() == []
    large = v.page.viewport_size
    v.page.set_viewport_size({"width": 320, "height": 800})
    deborde = v.deborde()
    v.page.set_viewport_size(large or {"width": 1000, "height": 720})
    return not deborde


def test_a_resident(jouer: Jouer) -> None:
    with jouer("habitant", "Déposer une demande", HABITANT) as t:
        t.ouvrir("/")
        t.remplir(q="nid de poule")
        t.cliquer("Chercher")
        t.etape(1)
        t.presser(t.v.page.locator("#trouves a").first)
        t.etape(2)
        t.remplir(description="Un trou profond devant l'école.", lieu="12 rue du Jardin")
        for choix in t.p.locator("select[name^=q_]").all():
            choix.select_option(index=1)
        t.etape(3)
        for champ in t.p.locator("input[name^=q_]").all():
            champ.fill({"date": _plus(-1), "number": "2"}.get(champ.get_attribute("type") or "", "environ deux"))
        t.remplir(courriel="sacha@courriel.example")
        t.cliquer("Envoyer la demande")
        t.remplir(nom="Sacha Lecteur")
        t.etape(4)
        t.cliquer("Envoyer la demande")
        t.etape(5, 6)
        t.photo("recue")
        dite = t.v.page.locator(".alert-success strong").all_inner_texts()
        suivi = t.v.page.url.removeprefix(t.v.site).split("?")[0]
    with jouer("habitant", "Suivre ma demande", HABITANT) as t:
        t.ouvrir("/")
        t.cliquer("Suivre ma demande")
        t.etape(1)
        t.remplir(reference=dite[1], code=dite[2])
        t.etape(2)
        t.cliquer("Voir ma demande")
        t.etape(3)
    with jouer("habitant", "Écrire à la mairie ou ajouter un document", HABITANT) as t:
        t.ouvrir(suivi)
        t.etape(1)
        t.remplir(texte="Le trou s'agrandit.")
        t.etape(2, 3)
        t.cliquer("Envoyer le message")


def _courriels_a(adresse: str) -> str:
    """What this person received, links and codes in clear."""
    with psycopg.connect(url_de_base(BASE)) as connexion:
        textes = connexion.execute(
            "SELECT texte, scelle FROM notifications_courriel WHERE destinataire = %s ORDER BY id", [adresse]
        )
        return "\n".join(desceller(texte) if scelle else texte for texte, scelle in textes)


def _saine(v: Visiteur) -> None:
    """axe finds nothing, and nothing overflows on a phone."""
    assert v.axe() == []
    v.page.set_viewport_size({"width": 320, "height": 720})
    assert not v.deborde()
    v.page.set_viewport_size({"width": 1000, "height": 720})


def test_a_document_signed_outside(jouer: Jouer, troupe: Troupe) -> None:
    _, reference = _qualifiee(troupe)
    courriel = "presidente@asso.example"
    with jouer("agent", "Faire signer un document à l'extérieur", VOIRIE) as t:
        t.ouvrir(f"/d/{reference}/")
        t.cliquer("Faire signer un document à l'extérieur")
        t.etape(1)
        accord = {"name": "accord.pdf", "mimeType": "application/pdf", "buffer": pdf()}
        t.p.get_by_label("PDF à joindre au dossier").set_input_files(accord)
        t.etape(2)
        t.remplir(nom="Paule Navarin", courriel=courriel)
        t.cliquer("Envoyer le lien")
        _saine(t.v)
        t.remplir(qualite="présidente de l'association")
        t.etape(3)
        t.cliquer("Envoyer le lien")
        t.etape(4, 5)
        _saine(t.v)
        with jouer("habitant", "Signer un document que la mairie m'envoie", HABITANT) as h:
            h.ouvrir(re.findall(r"(/signer/\S+/)", _courriels_a(courriel))[-1])
            h.cliquer("Recevoir un code")
            h.etape(1)
            _saine(h.v)
            h.remplir(code=re.findall(r" : (\d{6})\n", _courriels_a(courriel))[-1])
            h.etape(2)
            h.cliquer("Ouvrir le document")
            _saine(h.v)
            with h.p.expect_download() as recu:
                h.p.get_by_role("link", name="Télécharger le document (PDF)").click()
            assert recu.value.path().read_bytes().startswith(b"%PDF")
            h.etape(3)
            h.p.get_by_label(re.compile("J'ai lu ce document")).check()
            h.cliquer("Signer ce document")
            h.etape(4)
        t.ouvrir(f"/d/{reference}/")
        t.etape(6)


def test_every_task_of_the_guide_is_played() -> None:
    """Last of the file; alone or in another order, it plays nothing and only counts what the file names."""
    joues = set(re.findall(r'"([a-z-]+)", "([^"]+)", [A-Z]+\)', Path(__file__).read_text(encoding="utf-8")))
    assert set(taches()) == joues


def test_no_picture_is_too_wide_lost_or_unused() -> None:
    images = list((GUIDE / "images").glob("*.png"))
    assert all(Image.open(i).width <= 1000 for i in images)
    assert sum(i.stat().st_size for i in images) < 3_000_000
    montrees = [n for texte in taches().values() for n in re.findall(r"\(images/([a-z-]+)\.png\)", texte)]
    assert sorted(montrees) == sorted(i.stem for i in images)


def test_every_link_of_the_guide_leads_to_a_page_and_a_task() -> None:
    from buridan.interface.guide import ancre

    titres = re.compile(r"^## +(.+)$", re.M)
    ancres = {(f.stem, ancre(t)) for f in GUIDE.glob("*.md") for t in titres.findall(f.read_text(encoding="utf-8"))}
    pages = {f.stem for f in GUIDE.glob("*.md")}
    perdus = []
    for fichier in GUIDE.glob("*.md"):
        for page, la in re.findall(r"\]\(([a-z-]*)(?:\.md)?(?:#([a-z0-9-]+))?\)", fichier.read_text(encoding="utf-8")):
            if (page and page not in pages) or (la and (page or fichier.stem, la) not in ancres):
                perdus.append(f"{fichier.name}: {page}#{la}")
    assert perdus == []
