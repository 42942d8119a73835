"""The users' guide: the Markdown files of `settings.GUIDE`, one per job, each made of tasks, read, searched and rendered.

A page begins with one `#` heading; each task is one `##` heading. Raw HTML is shown, never interpreted (CommonMark,
`html: False`). Links between pages and pictures are relative in the files, so that they also work where the files are
read as they are; here they become addresses of the site.
"""

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from functools import lru_cache
from pathlib import Path

from django.conf import settings
from django.templatetags.static import static
from django.urls import reverse
from django.utils.safestring import SafeString
from markdown_it import MarkdownIt
from markdown_it.token import Token

from buridan.outils.texte import sans_accents

HABITANT = "habitant"
INDEX = "index"
_LIEN = re.compile(r"(?P<page>[a-z-]*)(?:\.md)?(?P<ancre>#[a-z0-9-]+)?")
_LECTEUR = MarkdownIt("commonmark", {"html": False})


@dataclass(frozen=True, slots=True)
class Tache:
    """One task: its page, its place on it, and its text as written."""

    page: str
    metier: str
    titre: str
    ancre: str
    texte: str

    def contient(self, mots: Sequence[str]) -> bool:
        """Are all these words, without accents, in it? A plural finds its singular."""
        return all(mot in sans_accents(f"{self.titre} {self.texte}") for mot in mots)


@dataclass(frozen=True, slots=True)
class Page:
    """One job's page: its title, and what is written under it."""

    code: str
    titre: str
    texte: str

    @property
    def taches(self) -> list[Tache]:
        """Its tasks, in order."""
        morceaux = re.split(r"^## +(.+)$", self.texte, flags=re.M)
        return [
            Tache(self.code, self.titre, titre.strip(), ancre(titre), texte)
            for titre, texte in zip(morceaux[1::2], morceaux[2::2], strict=True)
        ]

    def html(self) -> SafeString:
        """The page as HTML; only what markdown-it escapes and writes itself."""
        jetons = _LECTEUR.parse(self.texte)
        for avant, jeton in zip([None, *jetons], jetons, strict=False):
            if avant is not None and avant.type == "heading_open":
                avant.attrSet("id", ancre(jeton.content))
            for enfant in jeton.children or ():
                _adresser(enfant)
        return SafeString(_LECTEUR.renderer.render(jetons, _LECTEUR.options, {}))


def ancre(titre: str) -> str:
    """« Viser dix réponses d'un coup » is at `#viser-dix-reponses-d-un-coup`."""
    return re.sub(r"[^a-z0-9]+", "-", sans_accents(titre)).strip("-")


def _adresser(jeton: Token) -> None:
    """Give a link or a picture of the files its address on the site."""
    if jeton.type == "image":
        jeton.attrSet("src", static(f"guide/{Path(str(jeton.attrGet('src'))).name}"))
        jeton.attrSet("loading", "lazy")
    elif jeton.type == "link_open":
        trouve = _LIEN.fullmatch(str(jeton.attrGet("href")))
        if trouve:
            page = adresse(trouve["page"]) if trouve["page"] else ""
            jeton.attrSet("href", page + (trouve["ancre"] or ""))


def adresse(code: str) -> str:
    """Where a page is read on the site."""
    if code == INDEX:
        return reverse("guide")
    return reverse("guide_habitant") if code == HABITANT else reverse("guide_page", kwargs={"code": code})


@lru_cache(maxsize=2)
def pages(dossier: Path) -> dict[str, Page]:
    """Every page of the folder, by its code; read once by each process."""
    lues = {}
    for fichier in sorted(dossier.glob("*.md")):
        texte = fichier.read_text(encoding="utf-8")
        titre, _, suite = texte.partition("\n")
        lues[fichier.stem] = Page(fichier.stem, titre.removeprefix("# ").strip(), suite)
    return lues


def page(code: str) -> Page | None:
    """The page of that code."""
    return pages(settings.GUIDE).get(code)


def _mots(phrase: str) -> Iterator[str]:
    for mot in re.findall(r"[a-z0-9]{2,}", sans_accents(phrase)):
        yield mot.rstrip("sx") if len(mot) > 3 else mot


def chercher(phrase: str, *, agent: bool) -> list[Tache]:
    """The tasks that hold every word of the phrase, those whose title does first; a resident's own only for the public."""
    mots = list(_mots(phrase))
    lues = [p for p in pages(settings.GUIDE).values() if p.code == HABITANT or (agent and p.code != INDEX)]
    trouvees = [t for p in lues for t in p.taches if mots and t.contient(mots)]
    return sorted(trouvees, key=lambda t: not all(mot in sans_accents(t.titre) for mot in mots))
