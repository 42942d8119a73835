"""A raw mail read without trusting it: what can't be read is said, nothing raises, the original stays as it came."""

import re
from collections.abc import Iterator
from dataclasses import dataclass, field
from email.errors import MultipartInvariantViolationDefect, NoBoundaryInMultipartDefect, StartBoundaryNotFoundDefect
from email.message import Message
from email.parser import BytesHeaderParser, BytesParser
from email.utils import getaddresses
from hashlib import sha256

from buridan.messagerie.lisible import dechiffrer, decoder, en_texte, propre, une_ligne

TEXTE_MAX = 100_000
PIECES_MAX = 40
PARTIES_MAX = 400
PROFONDEUR_MAX = 30
ENTETES_MAX = 256 * 1024
REFERENCES_MAX = 50
_IDENTIFIANT = re.compile(r"<[^<>\s]{1,240}>")
_FIN_DES_ENTETES = re.compile(rb"\r?\n\r?\n")
ABIMEE = "La structure du courriel est abîmée : une partie peut manquer ici. L'original est gardé entier."
SANS_EXPEDITEUR = "Il n'y a pas d'adresse d'expéditeur."
TROP_LOURD = (
    "Trop lourd pour être lu ici : seul son en-tête l'est. Le courriel entier reste sur le serveur de courriel."
)
TROP_DE_PARTIES = "Le courriel a trop de parties pour être ouvert sans risque. L'original est gardé entier."
TROP_DE_PIECES = f"Plus de {PIECES_MAX} pièces jointes : les suivantes ne sont que dans l'original."


@dataclass(frozen=True, slots=True)
class PieceLue:
    """An attachment as it came."""

    nom: str
    type: str
    octets: bytes


@dataclass(slots=True)
class Lu:
    """What a mail says. `a`: to whom; `references`: identifiers of the mails it answers; `defauts`: what could not be read;
    `message`: its parts, None when it was not opened.
    """

    message_id: str = ""
    references: list[str] = field(default_factory=list)
    de_nom: str = ""
    de_adresse: str = ""
    a: str = ""
    sujet: str = ""
    texte: str = ""
    pieces: list[PieceLue] = field(default_factory=list)
    defauts: list[str] = field(default_factory=list)
    entetes: Message = field(default_factory=Message)
    message: Message | None = None

    def defaut(self, phrase: str) -> None:
        """Say it once."""
        if phrase and phrase not in self.defauts:
            self.defauts.append(phrase)


def brut_de(entetes: Message, nom: str) -> str:
    """The first header of that name as it came, empty when there is none."""
    return next((str(v) for n, v in entetes.raw_items() if n.lower() == nom.lower()), "")


def lire(brut: bytes, *, entier: bool = True) -> Lu:
    """Read. `entier`: the whole mail is there, not its header alone."""
    lu = Lu()
    try:
        lu.entetes = BytesHeaderParser().parsebytes(_tete(brut))
        _lire_les_entetes(lu)
    except Exception:  # noqa: BLE001  whatever a stranger may send: the mail stays in the queue with the reason
        lu.defaut(ABIMEE)
    if not lu.de_adresse:
        lu.defaut(SANS_EXPEDITEUR)
    if not entier:
        lu.defaut(TROP_LOURD)
        return lu
    if len(re.findall(rb"(?im)^content-type:", brut)) > PARTIES_MAX:
        lu.defaut(TROP_DE_PARTIES)
        return lu
    try:
        lu.message = BytesParser().parsebytes(brut)
        lu.texte = propre(_corps(lu, lu.message, 0)).strip()[:TEXTE_MAX]
        lu.pieces = _pieces(lu, lu.message)
    except Exception:  # noqa: BLE001
        lu.defaut(ABIMEE)
    return lu


def empreinte(brut: bytes) -> str:
    """What makes it this mail and no other, wherever it travelled: who, to whom, when, what, not the marks of the way."""
    debut, fin = _couper(brut)
    entetes = BytesHeaderParser().parsebytes(brut[: min(debut, ENTETES_MAX)])
    dits = "\n".join(brut_de(entetes, nom) for nom in ("Message-ID", "Date", "From", "To", "Subject"))
    condense = sha256(dits.encode("utf-8", "surrogateescape"))
    condense.update(b"\0" + brut[fin:].replace(b"\r\n", b"\n").rstrip(b"\n"))
    return condense.hexdigest()


def _couper(brut: bytes) -> tuple[int, int]:
    """(end of the header, beginning of the body)."""
    trouve = _FIN_DES_ENTETES.search(brut)
    return (trouve.start(), trouve.end()) if trouve else (len(brut), len(brut))


def _tete(brut: bytes) -> bytes:
    return brut[: min(_couper(brut)[0], ENTETES_MAX)]


def _lire_les_entetes(lu: Lu) -> None:
    entetes = lu.entetes
    lu.sujet = dechiffrer(brut_de(entetes, "Subject"))[:300]
    lu.de_nom, lu.de_adresse = _adresse(brut_de(entetes, "From"))
    lu.a = dechiffrer(brut_de(entetes, "To"))[:250]
    propre_id = _IDENTIFIANT.search(brut_de(entetes, "Message-ID")[:2000])
    lu.message_id = une_ligne(propre_id[0]) if propre_id else ""
    cites = f"{brut_de(entetes, 'References')[-20_000:]} {brut_de(entetes, 'In-Reply-To')[:2000]}"
    lu.references = list(dict.fromkeys(map(une_ligne, _IDENTIFIANT.findall(cites))))[-REFERENCES_MAX:]


def _adresse(valeur: str) -> tuple[str, str]:
    """(name, address) of the first sender; an address that can't be one is left out."""
    for nom, adresse in getaddresses([valeur[:4000].replace("\r", " ").replace("\n", " ")]):
        nette = une_ligne(adresse)
        if re.fullmatch(r"[^\s@<>,;:\"()\[\]\\]{1,64}@[^\s@<>,;:\"()\[\]\\]{1,189}", nette):
            return dechiffrer(nom)[:160], nette
    return dechiffrer(valeur)[:160], ""


def _corps(lu: Lu, partie: Message, profondeur: int) -> str:
    """The text of a part and of those in it; of the same text in two forms, the plain one."""
    if profondeur > PROFONDEUR_MAX:
        lu.defaut(TROP_DE_PARTIES)
        return ""
    if any(isinstance(d, _GRAVES) for d in partie.defects):
        lu.defaut(ABIMEE)
    if not partie.is_multipart() or partie.get_content_maintype() == "message":
        return _texte(lu, partie)
    enfants = [e for e in partie.get_payload() if isinstance(e, Message)]
    if partie.get_content_subtype() == "alternative":
        nus = [e for e in enfants if e.get_content_type() == "text/plain"]
        choisi = next((t for e in nus if (t := _corps(lu, e, profondeur + 1)).strip()), "")
        autres = [e for e in enfants if e not in nus]
        return choisi or "\n\n".join(filter(None, (_corps(lu, e, profondeur + 1) for e in autres)))
    return "\n\n".join(filter(None, (_corps(lu, e, profondeur + 1) for e in enfants)))


_GRAVES = (MultipartInvariantViolationDefect, NoBoundaryInMultipartDefect, StartBoundaryNotFoundDefect)


def _texte(lu: Lu, partie: Message) -> str:
    genre = partie.get_content_type()
    abimee = partie.get_content_maintype() == "multipart"  # its parts could not be told apart: shown as they came
    if not (abimee or genre in ("text/plain", "text/html")) or _est_jointe(partie):
        return ""
    lus = partie.get_payload(decode=True)
    octets = lus if isinstance(lus, bytes) else str(partie.get_payload()).encode("ascii", "surrogateescape")
    texte, faute = decoder(octets, partie.get_content_charset())
    lu.defaut(faute)
    return en_texte(texte) if genre == "text/html" else texte


def _est_jointe(partie: Message) -> bool:
    return partie.get_content_disposition() == "attachment" or bool(partie.get_filename())


def _pieces(lu: Lu, message: Message) -> list[PieceLue]:
    pieces: list[PieceLue] = []
    for partie in _feuilles(message, 0):
        texte = partie.get_content_type() in ("text/plain", "text/html") and not _est_jointe(partie)
        if texte or partie.get_content_type() == "message/delivery-status":
            continue
        if partie.get_content_maintype() == "multipart":
            continue  # could not be told apart: shown as text
        if len(pieces) == PIECES_MAX:
            lu.defaut(TROP_DE_PIECES)
            break
        pieces.append(_piece(lu, partie))
    return pieces


def _feuilles(partie: Message, profondeur: int) -> Iterator[Message]:
    """Parts that hold something; a mail within the mail is one of them."""
    if partie.is_multipart() and partie.get_content_maintype() != "message" and profondeur <= PROFONDEUR_MAX:
        for enfant in partie.get_payload():
            if isinstance(enfant, Message):
                yield from _feuilles(enfant, profondeur + 1)
    else:
        yield partie


def _piece(lu: Lu, partie: Message) -> PieceLue:
    nom = dechiffrer(partie.get_filename() or "")
    if partie.get_content_maintype() == "message":
        dedans = partie.get_payload()
        transfere = dedans[0].as_bytes() if isinstance(dedans, list) and isinstance(dedans[0], Message) else b""
        return PieceLue(nom or "courriel transféré.eml", partie.get_content_type(), transfere)
    octets = partie.get_payload(decode=True)
    if any("Base64" in type(d).__name__ for d in partie.defects):
        lu.defaut(f"La pièce jointe « {nom[:80] or 'sans nom'} » est abîmée.")
    return PieceLue(nom or "pièce jointe", partie.get_content_type(), octets if isinstance(octets, bytes) else b"")
