"""Ask ClamAV about a file, by clamd's INSTREAM. Without a daemon, or without an answer, a file is « non analysé », never sound.

Written here because the kept client library (clamav-client) is under GPL-2.0 only, which our licence can't take in.
"""

import logging
import socket
import struct
from collections.abc import Iterable, Iterator

from django.conf import settings

journal = logging.getLogger(__name__)
DELAI = 15.0  # seconds without a word from clamd
MORCEAU = 256 * 1024


class Infecte(ValueError):
    """A signature was found; the message is its name."""


def analyser(octets: bytes) -> bool:
    """True: looked at, and no signature found. False: not looked at. Raises Infecte."""
    if not settings.CLAMAV:
        return False
    try:
        dit = _demander(_morceaux(octets))
    except OSError as erreur:
        journal.error("ClamAV does not answer: %s", type(erreur).__name__)
        return False
    if dit.endswith(" FOUND"):
        raise Infecte(dit.removeprefix("stream: ").removesuffix(" FOUND"))
    if dit != "stream: OK":
        journal.error("ClamAV could not look at a file: %s", dit[:80])
        return False
    return True


def silence() -> Iterator[str]:
    """For `buridan check`: an antivirus is set and says nothing."""
    if settings.CLAMAV:
        try:
            dit = _demander([b"zPING\0"])
        except OSError as erreur:
            dit = type(erreur).__name__
        if dit != "PONG":
            yield (
                f"L'antivirus ne répond pas à {settings.CLAMAV} ({dit[:80]}) : les fichiers reçus sont marqués « non analysé ». "
                "Démarrez clamav-daemon, ou corrigez BURIDAN_CLAMAV."
            )


def _morceaux(octets: bytes) -> Iterator[bytes]:
    """clamd(8): zINSTREAM, chunks after their length in network order, then a zero."""
    yield b"zINSTREAM\0"
    for debut in range(0, len(octets), MORCEAU):
        morceau = octets[debut : debut + MORCEAU]
        yield struct.pack("!L", len(morceau)) + morceau
    yield struct.pack("!L", 0)


def _demander(envois: Iterable[bytes]) -> str:
    """What clamd answers. Raises OSError when nobody is there."""
    with _joindre() as prise:
        for envoi in envois:
            prise.sendall(envoi)
        with prise.makefile("rb") as reponse:
            return reponse.read(1000).split(b"\0")[0].decode(errors="replace").strip()


def _joindre() -> socket.socket:
    """Connected to the path of a socket, or to host:port."""
    if settings.CLAMAV.startswith("/"):
        prise = socket.socket(socket.AF_UNIX, socket.SOCK_STREAM)
        prise.settimeout(DELAI)
        try:
            prise.connect(settings.CLAMAV)
        except OSError:
            prise.close()
            raise
        return prise
    hote, _, port = settings.CLAMAV.rpartition(":")
    return socket.create_connection((hote.strip("[]"), int(port)), timeout=DELAI)
