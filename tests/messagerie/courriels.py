"""Mails as bytes, mailboxes, and mails stored through the real function."""

from datetime import date, timedelta
from email.message import EmailMessage
from itertools import count
from typing import Any

from buridan.messagerie.actions.boites import Reglage, regler_boite
from buridan.messagerie.actions.recevoir import Reception, recevoir
from buridan.messagerie.etats import Usage
from buridan.messagerie.models import Boite, CourrielRecu
from buridan.organisation.acteur import Acteur
from tests.conftest import Troupe
from tests.messagerie.dovecot import MOT_DE_PASSE, Dovecot

_numeros = count(1)


def mail(sujet: str = "Un banc cassé", texte: str = "Bonjour, le banc est cassé.", **champs: Any) -> bytes:
    """A sound mail. `entetes`: more headers; `pieces`: (name, type, bytes)."""
    n = next(_numeros)
    message = EmailMessage()
    entetes = {
        "From": "Camille Essai <camille@courriel.example>", "To": "mairie@ville.example", "Subject": sujet,
        "Message-ID": f"<essai-{n}@courriel.example>", "Date": "Mon, 23 Nov 2026 10:00:00 +0100", **champs.get("entetes", {}),
    }  # fmt: skip
    for nom, valeur in entetes.items():
        if valeur is not None:
            message[nom] = valeur
    message.set_content(texte, subtype=champs.get("genre", "plain"))
    for nom, genre, octets in champs.get("pieces", ()):
        principal, sous = genre.split("/")
        message.add_attachment(octets, maintype=principal, subtype=sous, filename=nom)
    return message.as_bytes()


def non_remis(message_id: str, *, action: str = "failed", statut: str = "5.1.1") -> bytes:
    """A report of RFC 3464 about that mail."""
    return (
        "From: Mail Delivery System <mailer-daemon@courriel.example>\r\nTo: mairie@ville.example\r\nSubject: Undelivered\r\n"
        f"Message-ID: <retour-{next(_numeros)}@courriel.example>\r\nAuto-Submitted: auto-replied\r\nMIME-Version: 1.0\r\n"
        'Content-Type: multipart/report; report-type=delivery-status; boundary="=_r"\r\n\r\n'
        "--=_r\r\nContent-Type: text/plain\r\n\r\nCould not be delivered.\r\n"
        "--=_r\r\nContent-Type: message/delivery-status\r\n\r\nReporting-MTA: dns; courriel.example\r\n\r\n"
        f"Final-Recipient: rfc822; alix@courriel.example\r\nAction: {action}\r\nStatus: {statut}\r\n"
        "Diagnostic-Code: smtp; 550 User unknown\r\n\r\n"
        f"--=_r\r\nContent-Type: message/rfc822\r\n\r\nMessage-ID: {message_id}\r\nSubject: Votre demande\r\n\r\nBonjour\r\n--=_r--\r\n"
    ).encode()


def administrateur(troupe: Troupe) -> Acteur:
    return troupe.present("ressources-humaines", responsable=True)


def du_cabinet(troupe: Troupe) -> Acteur:
    return troupe.present("cabinet")


def boite(troupe: Troupe, usage: str = Usage.COURRIER, **champs: Any) -> Boite:
    """Declared, leading nowhere."""
    valeurs: dict[str, Any] = {
        "adresse": f"{usage}@ville.example", "hote": "127.0.0.1", "compte": "personne", "depuis": date(2020, 1, 1), "port": 1,
        "securite": "aucune", "mot_de_passe": MOT_DE_PASSE, "usage": usage,
    }  # fmt: skip
    return regler_boite(Reglage(**{**valeurs, **champs}), by=administrateur(troupe), at=troupe.at)


def boite_de(troupe: Troupe, serveur: Dovecot, **champs: Any) -> Boite:
    """A new mailbox of the real server, declared."""
    compte = champs.pop("compte", None) or serveur.compte()
    return boite(troupe, **{"compte": compte, "port": serveur.port, "adresse": f"{compte}@ville.example", **champs})


def recu(troupe: Troupe, brut: bytes | None = None, *, dans: Boite | None = None, il_y_a: float = 3) -> CourrielRecu:
    """Stored; `il_y_a`: hours since the server had it."""
    ou = dans or Boite.objects.filter(usage=Usage.COURRIER).first() or boite(troupe)
    return recevoir(ou, mail() if brut is None else brut, Reception(troupe.at - timedelta(hours=il_y_a)), at=troupe.at)
