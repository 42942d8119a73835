"""Text of a mail as a person may read it: no control character, no order that hides or reverses words, HTML as plain text."""

import re
import unicodedata
from email.errors import HeaderParseError
from email.header import decode_header

from lxml import etree, html

ENTETE_MAX = 4000
HTML_MAX = 1_000_000
# A codec that is no charset of a mail, or whose cost grows with the square of the text.
REFUSES = frozenset({"idna", "punycode", "unicode_escape", "raw_unicode_escape", "undefined", "mbcs", "oem"})
SAUTES = frozenset({"script", "style", "head", "title", "template", "noscript", "object", "svg"})
BLOCS = frozenset(
    ("p", "div", "br", "tr", "table", "ul", "ol", "li", "h1", "h2", "h3", "h4", "h5", "h6", "blockquote", "pre", "section",
     "article", "header", "footer", "hr", "dt", "dd", "address")
)  # fmt: skip


def propre(texte: str) -> str:
    """Line breaks and tabulations stay; other control, hidden or reversing characters and half surrogates go."""
    lignes = texte.replace("\r\n", "\n").replace("\r", "\n")
    return "".join(c for c in lignes if c in "\n\t" or unicodedata.category(c) not in ("Cc", "Cf", "Cs", "Co", "Cn"))


def une_ligne(texte: str) -> str:
    """The same on one line."""
    return " ".join(propre(texte).split())


def decoder(octets: bytes, charset: str | None) -> tuple[str, str]:
    """(text, what went wrong, empty when nothing did). Never raises: what can't be read is read as near as can be."""
    nom = (charset or "utf-8").strip().lower()
    try:
        if nom.replace("-", "_") in REFUSES:
            raise LookupError(nom)
        return octets.decode(nom), ""
    except LookupError:
        faute = f"Jeu de caractères inconnu (« {une_ligne(nom)[:40]} ») : des lettres peuvent être fausses."
    except (UnicodeError, ValueError):
        faute = "Des caractères sont illisibles : des lettres peuvent être fausses."
    try:
        texte = octets.decode("utf-8")
    except UnicodeError:
        texte = octets.decode("cp1252", errors="replace")
    return texte, "" if charset is None else faute


def dechiffrer(valeur: str) -> str:
    """A header with its encoded words (RFC 2047) read, on one line."""
    courte = valeur[:ENTETE_MAX]
    try:
        morceaux = decode_header(courte)
    except (HeaderParseError, ValueError):
        morceaux = [(courte, None)]
    textes = []
    for morceau, charset in morceaux:
        octets = morceau.encode("ascii", "surrogateescape") if _est_brut(morceau) else morceau
        textes.append(decoder(octets, charset)[0] if isinstance(octets, bytes) else octets)
    return une_ligne("".join(textes))


def _est_brut(morceau: str | bytes) -> bool:
    """A piece that the parser left as it came: ASCII, with the bytes that are not as surrogates."""
    return isinstance(morceau, str) and all(ord(c) < 128 or 0xDC80 <= ord(c) <= 0xDCFF for c in morceau)


def en_texte(source: str) -> str:
    """HTML as plain text, links followed by where they lead. Nothing is asked of the network."""
    lecteur = html.HTMLParser(encoding="utf-8", no_network=True, remove_comments=True, remove_pis=True)
    try:
        racine = html.document_fromstring(source[:HTML_MAX].encode("utf-8", "replace"), parser=lecteur)
    except (etree.LxmlError, ValueError, AssertionError):
        return propre(re.sub(r"<[^<>]{0,2000}>", " ", source[:HTML_MAX]))
    morceaux: list[str] = []
    saute = 0
    for moment, element in etree.iterwalk(racine, events=("start", "end")):
        nom = element.tag if isinstance(element.tag, str) else ""
        debut = moment == "start"
        saute += (1 if debut else -1) * (nom in SAUTES)
        if nom in BLOCS:
            morceaux.append("\n")
        if not saute:
            morceaux.append(_dit(element, nom, debut=debut))
        suite = element.text if debut else element.tail
        if suite and not saute:
            morceaux.append(re.sub(r"\s+", " ", suite))
    lignes = [ligne.strip() for ligne in propre("".join(morceaux)).split("\n")]
    return re.sub(r"\n{3,}", "\n\n", "\n".join(lignes)).strip()


def _dit(element: "html.HtmlElement", nom: str, *, debut: bool) -> str:
    """What an element says besides its text."""
    if debut:
        return "- " if nom == "li" else f"[image : {element.get('alt')}]" if nom == "img" and element.get("alt") else ""
    cible = str(element.get("href") or "") if nom == "a" else ""
    montrable = cible.startswith(("http://", "https://", "mailto:"))
    return f" <{cible[:300]}>" if montrable and cible not in "".join(element.itertext()) else ""
