"""What machines send: automatic answers (RFC 3834) and mails that came back (RFC 3464)."""

import re
from dataclasses import dataclass
from email.message import Message

from buridan.messagerie.etats import Genre
from buridan.messagerie.lecture import Lu, brut_de
from buridan.messagerie.lisible import une_ligne

_IDENTIFIANT = re.compile(r"<[^<>\s]{1,240}>")
# RFC 3463: class, subject and detail of a status, in words.
RAISONS = (
    ("5.1.1", "l'adresse n'existe pas"), ("5.1.2", "le serveur de cette adresse n'existe pas"), ("5.1", "l'adresse est fausse"),
    ("5.2.1", "la boîte est fermée"), ("5.2.2", "la boîte est pleine"), ("5.2", "la boîte ne reçoit pas"),
    ("5.3.4", "le courriel est trop lourd"), ("5.4", "le serveur ne peut pas être joint"),
    ("5.7", "la messagerie du destinataire le refuse"), ("4", "après plusieurs jours d'essais, le serveur ne répond pas"),
)  # fmt: skip


@dataclass(frozen=True, slots=True)
class Retour:
    """A mail of somebody's came back. `definitif`: it won't be tried again; `identifiants`: of the mail that left."""

    destinataire: str
    definitif: bool
    raison: str
    diagnostic: str
    identifiants: tuple[str, ...]


def classer(lu: Lu) -> tuple[Genre, Retour | None]:
    """Its sort, and what came back. A mail that says it is sent in bulk is set aside only when it answers another one:
    what a prefecture sends to every town is read by somebody.
    """
    if (retour := _rapport(lu)) is not None:
        return Genre.RETOUR, retour
    if lu.entetes.get_content_type() == "multipart/report":
        return Genre.AUTOMATIQUE, None  # a receipt of reading, a complaint: RFC 3798, RFC 5965
    if _vient_d_un_serveur(lu):
        ids = (*_IDENTIFIANT.findall(lu.texte[:20_000])[:50], *_cites(lu))
        return Genre.RETOUR, Retour("", True, "", une_ligne(lu.texte)[:300], ids)
    automate = brut_de(lu.entetes, "Auto-Submitted").split(";")[0].strip().lower()
    precedence = brut_de(lu.entetes, "Precedence").strip().lower()
    repond = bool(lu.references)
    seul = any(brut_de(lu.entetes, nom) for nom in ("X-Autoreply", "X-Autorespond", "X-Auto-Reply"))
    if automate == "auto-replied" or precedence == "auto_reply" or seul:
        return Genre.AUTOMATIQUE, None
    if repond and (precedence in ("bulk", "junk") or automate not in ("", "no")):
        return Genre.AUTOMATIQUE, None
    return Genre.COURRIEL, None


def _vient_d_un_serveur(lu: Lu) -> bool:
    """A mail server that does not follow RFC 3464: no way back and its own name."""
    nom = lu.de_adresse.partition("@")[0].lower()
    return brut_de(lu.entetes, "Return-Path").strip() == "<>" and nom in ("mailer-daemon", "postmaster")


def _rapport(lu: Lu) -> Retour | None:
    message = lu.message
    if message is None or message.get_content_type() != "multipart/report":
        return None
    if str(message.get_param("report-type", "")).lower() != "delivery-status":
        return None
    parties = [p for p in message.get_payload() if isinstance(p, Message)] if message.is_multipart() else []
    etat = next((p for p in parties if p.get_content_type() == "message/delivery-status"), None)
    blocs = (
        [b for b in etat.get_payload() if isinstance(b, Message)] if etat is not None and etat.is_multipart() else []
    )
    champs = next((b for b in blocs if b.get("Action")), Message())
    statut = str(champs.get("Status", ""))
    destinataire = str(champs.get("Final-Recipient", champs.get("Original-Recipient", ""))).rpartition(";")[2]
    return Retour(
        une_ligne(destinataire)[:250], str(champs.get("Action", "")).strip().lower() == "failed", _raison(statut),
        une_ligne(str(champs.get("Diagnostic-Code", "")))[:300], (*_de_l_original(parties), *_cites(lu)),
    )  # fmt: skip


def _raison(statut: str) -> str:
    return next((phrase for code, phrase in RAISONS if statut.strip().startswith(code)), "")


def _de_l_original(parties: list[Message]) -> list[str]:
    """Identifiers of the mail that came back, from what the report holds of it."""
    trouves: list[str] = []
    for partie in parties:
        if partie.get_content_type() in ("message/rfc822", "text/rfc822-headers", "message/rfc822-headers"):
            dedans = partie.get_payload()
            original = dedans[0] if isinstance(dedans, list) and dedans else None
            texte = brut_de(original, "Message-ID") if isinstance(original, Message) else str(dedans)
            trouves += _IDENTIFIANT.findall(texte[:100_000])
    return trouves[:20]


def _cites(lu: Lu) -> tuple[str, ...]:
    return tuple(lu.references)
