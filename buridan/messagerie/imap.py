"""A mail server read by IMAP (RFC 3501) with imap-tools: bounded waits, TLS checked, every failure in words an agent can use.

imap-tools' own `flag` and `move` expunge the folder, and so would destroy what somebody else has marked as deleted: they are not
used.
"""

import imaplib
import re
import socket
import ssl
from collections.abc import Iterator, Sequence
from contextlib import contextmanager, suppress
from dataclasses import dataclass
from datetime import date, datetime

from django.conf import settings
from imap_tools import AND, BaseMailBox, MailBox, MailBoxStartTls, MailBoxUnencrypted, U
from imap_tools.errors import ImapToolsError, MailboxFolderSelectError, MailboxLoginError
from imap_tools.utils import encode_folder

from buridan.messagerie.etats import Securite

ATTENTE = 15  # seconds without a word from the server
_TAILLE = re.compile(rb"\bRFC822\.SIZE (\d+)")
_UID = re.compile(rb"\bUID (\d+)")
_DATE = re.compile(rb'\bINTERNALDATE "([^"]+)"')


@dataclass(frozen=True, slots=True)
class Acces:
    """How to reach a mailbox. `securite`: a Securite; `dossier`: its folder; `rangement`: where to move what is read."""

    hote: str
    port: int
    securite: str
    compte: str
    mot_de_passe: str
    dossier: str = "INBOX"
    rangement: str = ""


@dataclass(frozen=True, slots=True)
class EnTete:
    """What the server says of a message before it is fetched. `taille` in bytes."""

    uid: int
    taille: int
    recu_le: datetime | None


class Injoignable(Exception):
    """The mailbox can't be read; the message says why and what to look at."""


class Serveur:
    """`with Serveur(acces) as s`: connected and logged in. Raises Injoignable."""

    def __init__(self, acces: Acces) -> None:
        self.acces = acces
        with _traduire(acces):
            self.boite = _connecter(acces)
            try:
                _entrer(self.boite, acces)
            except BaseException:
                self.fermer()
                raise

    def __enter__(self) -> "Serveur":
        return self

    def __exit__(self, *_erreur: object) -> None:
        self.fermer()

    def fermer(self) -> None:
        """Say good-bye if the server still listens."""
        with suppress(OSError, imaplib.IMAP4.error, ImapToolsError):
            self.boite.logout()
        with suppress(OSError, imaplib.IMAP4.error):
            self.boite.client.shutdown()

    def ouvrir(self) -> tuple[int, int]:
        """(numbering of the folder, how many messages it holds)."""
        with _traduire(self.acces):
            self.boite.folder.set(self.acces.dossier)
            dit = self.boite.folder.status(self.acces.dossier, ["UIDVALIDITY", "MESSAGES"])
            return int(dit["UIDVALIDITY"]), int(dit["MESSAGES"])

    def verifier(self) -> str:
        """What the button « Essayer la connexion » says when all goes well."""
        _validite, nombre = self.ouvrir()
        if self.acces.rangement:
            self._exiger_le_rangement()
        pluriel = "s" if nombre > 1 else ""
        return f"La connexion marche : {nombre} courriel{pluriel} dans le dossier « {self.acces.dossier} »."

    def _exiger_le_rangement(self) -> None:
        vers = self.acces.rangement
        with _traduire(self.acces):
            if not self.boite.folder.exists(vers):
                raise Injoignable(
                    f"Le dossier de rangement « {vers} » n'existe pas dans cette boîte : créez-le, ou laissez vide."
                )
            if "MOVE" not in self.boite.client.capabilities:
                raise Injoignable(
                    "Ce serveur ne sait pas déplacer un courriel sans risque (RFC 6851) : laissez le rangement vide."
                )

    def nouveaux(self, apres: int, depuis: date) -> list[int]:
        """Numbers of the messages after that one, received since that day, in order."""
        with _traduire(self.acces):
            trouves = self.boite.uids(AND(uid=U(str(apres + 1), "*"), date_gte=depuis))
            return sorted(n for n in map(int, trouves) if n > apres)  # « n:* » always gives the last one

    def en_tetes(self, uids: Sequence[int]) -> dict[int, EnTete]:
        """Size and arrival of each that is still there."""
        trouves: dict[int, EnTete] = {}
        with _traduire(self.acces):
            liste = ",".join(map(str, uids))
            _etat, lignes = self.boite.client.uid("FETCH", liste, "(UID RFC822.SIZE INTERNALDATE)")
            for ligne in lignes or []:
                dit = ligne if isinstance(ligne, bytes) else b""
                uid, taille, quand = _UID.search(dit), _TAILLE.search(dit), _DATE.search(dit)
                if uid and taille:
                    trouves[int(uid[1])] = EnTete(int(uid[1]), int(taille[1]), _instant(quand[1]) if quand else None)
        return trouves

    def brut(self, uid: int, *, entete_seul: bool = False) -> bytes | None:
        """The message as it is, without marking it as read; None when it is gone."""
        with _traduire(self.acces):
            _etat, morceaux = self.boite.client.uid(
                "FETCH", str(uid), f"(UID BODY.PEEK[{'HEADER' if entete_seul else ''}])"
            )
            return next((m[1] for m in morceaux or [] if isinstance(m, tuple)), None)

    def ranger(self, uids: Sequence[int]) -> None:
        """Mark as read and, when a folder is named, move there."""
        if not uids:
            return
        liste = ",".join(map(str, uids))
        with _traduire(self.acces):
            _exiger(self.boite.client.uid("STORE", liste, "+FLAGS.SILENT", r"(\Seen)"))
            if self.acces.rangement:
                self.boite.client._simple_command("UID", "MOVE", liste, encode_folder(self.acces.rangement).decode())


def _exiger(reponse: tuple[str, object]) -> None:
    if reponse[0] != "OK":
        raise imaplib.IMAP4.error(str(reponse[1])[:200])


def _connecter(acces: Acces) -> BaseMailBox:
    match acces.securite:
        case Securite.TLS:
            return MailBox(acces.hote, acces.port, timeout=ATTENTE, ssl_context=_confiance())
        case Securite.STARTTLS:
            return MailBoxStartTls(acces.hote, acces.port, timeout=ATTENTE, ssl_context=_confiance())
    return MailBoxUnencrypted(acces.hote, acces.port, timeout=ATTENTE)


def _confiance() -> ssl.SSLContext:
    """The authorities of this machine, and those that the town adds."""
    contexte = ssl.create_default_context()
    if settings.IMAP_AUTORITES:
        contexte.load_verify_locations(cafile=settings.IMAP_AUTORITES)
    return contexte


def _entrer(boite: BaseMailBox, acces: Acces) -> None:
    if f"{acces.compte}{acces.mot_de_passe}".isascii():
        boite.login(f'"{acces.compte}"', acces.mot_de_passe, initial_folder=None)
    else:
        boite.login_utf8(acces.compte, acces.mot_de_passe, initial_folder=None)


def _instant(texte: bytes) -> datetime | None:
    """« 28-Nov-2026 10:00:00 +0100 » (RFC 3501, date-time)."""
    mois = {m: n for n, m in enumerate(b"Jan Feb Mar Apr May Jun Jul Aug Sep Oct Nov Dec".split(), 1)}
    trouve = re.fullmatch(rb"\s?(\d{1,2})-(\w{3})-(\d{4}) (\d\d:\d\d:\d\d) ([+-]\d{4})", texte)
    if trouve is None or trouve[2] not in mois:
        return None
    chiffres = (
        f"{int(trouve[1]):02}/{mois[trouve[2]]:02}/{trouve[3].decode()} {trouve[4].decode()} {trouve[5].decode()}"
    )
    try:
        return datetime.strptime(chiffres, "%d/%m/%Y %H:%M:%S %z")
    except ValueError:
        return None


@contextmanager
def _traduire(acces: Acces) -> Iterator[None]:
    """What a server, a network or a certificate may answer, as Injoignable."""
    try:
        yield
    except (OSError, imaplib.IMAP4.error, ImapToolsError, UnicodeError, KeyError, ValueError) as erreur:
        raise Injoignable(pourquoi(erreur, acces)) from erreur


def pourquoi(erreur: Exception, acces: Acces) -> str:
    """The failure in words, with what to look at."""
    serveur = f"{acces.hote}, port {acces.port}"
    for genre, phrase in (
        (MailboxLoginError, "Le serveur refuse le compte ou le mot de passe : retapez-les."),
        (MailboxFolderSelectError, f"Le dossier « {acces.dossier} » n'existe pas dans cette boîte : vérifiez son nom."),
        (ssl.SSLCertVerificationError, f"Le certificat de {acces.hote} n'est pas reconnu : rien n'a été envoyé. Vérifiez le nom "
         "du serveur ; pour une autorité propre à la ville, indiquez-la par BURIDAN_IMAP_AUTORITES."),
        (ssl.SSLError, f"Pas de TLS sur {serveur} : vérifiez le port, ou choisissez STARTTLS."),
        (socket.gaierror, f"Le serveur « {acces.hote} » est introuvable : vérifiez son nom."),
        (TimeoutError, f"Pas de réponse de {serveur} en {ATTENTE} secondes : vérifiez le port et le pare-feu."),
        (ConnectionRefusedError, f"Rien ne répond sur {serveur} : le serveur est arrêté, ou le port n'est pas le bon."),
        (OSError, f"Le serveur n'est pas joignable ({serveur}) : vérifiez le réseau."),
    ):  # fmt: skip
        if isinstance(erreur, genre):
            return phrase
    if isinstance(erreur, imaplib.IMAP4.abort):
        return "Le serveur a coupé la connexion en route. La lecture reprendra où elle en était."
    return f"Le serveur a répondu autre chose que ce qui était attendu : {' '.join(str(erreur).split())[:120]}"
