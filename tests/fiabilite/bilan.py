"""The ledger of the clients against the database, the files and the e-mails: what is lost, doubled, torn."""

import hashlib
import re
import time
from collections import Counter
from dataclasses import dataclass, field
from email import message_from_bytes
from pathlib import Path

import psycopg

from .clients import Confirmation, Registre
from .ville import Ville

MARQUE = re.compile(r"marque-[0-9a-f]{32}")


@dataclass
class Bilan:
    """Sentences; all three empty when the promise is held."""

    perdus: list[str] = field(default_factory=list)
    doubles: list[str] = field(default_factory=list)
    dechires: list[str] = field(default_factory=list)
    courriels_renvoyes: int = 0
    lignes: Counter[str] = field(default_factory=Counter)


def comparer(ville: Ville, registre: Registre) -> Bilan:
    """Everything that was confirmed is there once; everything that is there is whole."""
    bilan = Bilan(doubles=[f"réponse changée : {r}" for r in registre.reponses_changees])
    with _ouvrir(ville) as base:
        for genre in ("dépôt", "message"):
            _marques(bilan, base, genre, [c for c in registre.confirmations if c.genre == genre])
        _etapes(bilan, base, {(c.objet, c.verbe) for c in registre.confirmations if c.genre == "étape"})
        _fichiers(bilan, base, ville.donnees / "fichiers", registre.confirmations)
        _courriels(bilan, base, ville.donnees / "courriels", registre.confirmations)
        for table in (
            "dossiers_dossier",
            "dossiers_decision",
            "dossiers_document",
            "journal_ligne",
            "notifications_courriel",
        ):
            bilan.lignes[table] = base.execute(f"SELECT count(*) FROM {table}").fetchone()[0]  # type: ignore[index]
    bilan.dechires += ville.buridan("check", "--complet").splitlines()
    return bilan


def _ouvrir(ville: Ville) -> psycopg.Connection:
    """A connection; the last blow may have left the database in recovery."""
    limite = time.monotonic() + 180
    while True:
        try:
            return psycopg.connect(ville.url)
        except psycopg.OperationalError as erreur:
            if time.monotonic() > limite:
                erreur.add_note((ville.donnees / "postgres" / "log").read_text()[-3000:])
                raise
            time.sleep(0.5)


def attendre_les_courriels(ville: Ville, secondes: float) -> int:
    """Wait for the jobs that died with their worker; returns how many e-mails are still in the outbox."""
    limite = time.monotonic() + secondes
    while True:
        with _ouvrir(ville) as base:
            reste = base.execute("SELECT count(*) FROM notifications_courriel WHERE envoye_le IS NULL").fetchone()
        if reste == (0,) or time.monotonic() > limite:
            return int(reste[0]) if reste else 0
        time.sleep(1)


def _marques(bilan: Bilan, base: psycopg.Connection, genre: str, confirmees: list[Confirmation]) -> None:
    """Each mark stands in one row: in that of the dossier the client was sent to, if it was confirmed."""
    requete = {
        "dépôt": "SELECT uuid::text, contenu FROM dossiers_dossier",
        "message": "SELECT d.uuid::text, m.texte FROM dossiers_message m JOIN dossiers_dossier d ON d.id = m.dossier_id"
        " WHERE m.par_id IS NULL",
    }[genre]
    trouvees: dict[str, list[str]] = {}
    for uuid, texte in base.execute(requete):
        for marque in set(MARQUE.findall(texte)):
            trouvees.setdefault(marque, []).append(uuid)
    bilan.doubles += [f"{genre} {m} : {uuids}" for m, uuids in trouvees.items() if len(uuids) > 1]
    bilan.perdus += [f"{genre} {c.marque}" for c in confirmees if trouvees.get(c.marque, [""])[0] != c.objet]


def _etapes(bilan: Bilan, base: psycopg.Connection, confirmees: set[tuple[str, str]]) -> None:
    """What was said of an étape stands in the journal; once, when it is a verb that decides (found by what it wrote).

    A verb that decides nothing, on an étape that a colleague has ended meanwhile, was answered « c'est déjà fait ».
    """
    decisifs = {
        v
        for (v,) in base.execute(
            "SELECT DISTINCT l.verbe FROM journal_ligne l JOIN dossiers_decision c ON c.etape_id = l.etape AND c.at = l.at"
        )
    }
    dites = Counter(
        (str(e), v) for e, v in base.execute("SELECT etape, verbe FROM journal_ligne WHERE etape IS NOT NULL")
    )
    finies = {str(e) for (e,) in base.execute("SELECT id FROM dossiers_etape WHERE etat NOT IN ('a_venir', 'active')")}
    for etape, verbe in confirmees:
        if not dites[etape, verbe] and verbe not in decisifs and etape in finies:
            continue
        if not dites[etape, verbe]:
            bilan.perdus.append(f"étape {etape}, {verbe}")
        elif dites[etape, verbe] > 1 and verbe in decisifs:
            bilan.doubles.append(f"étape {etape}, {verbe} : {dites[etape, verbe]} lignes")


def _fichiers(bilan: Bilan, base: psycopg.Connection, depot: Path, confirmations: list[Confirmation]) -> None:
    """A file said to be received has its row, once, and its content."""
    lignes = Counter(
        base.execute(
            "SELECT d.uuid::text, c.sha256 FROM dossiers_document c JOIN dossiers_dossier d ON d.id = c.dossier_id"
        ).fetchall()
    )
    for c in confirmations:
        for sha256 in c.sha256:
            fichier = depot / sha256[:2] / sha256
            if lignes[c.objet, sha256] > 1:
                bilan.doubles.append(f"fichier {sha256}")
            if not lignes[c.objet, sha256] or not fichier.exists():
                bilan.perdus.append(f"fichier {sha256}")
            elif hashlib.sha256(fichier.read_bytes()).hexdigest() != sha256:
                bilan.dechires.append(f"fichier {sha256}")


def _courriels(bilan: Bilan, base: psycopg.Connection, boite: Path, confirmations: list[Confirmation]) -> None:
    """One acknowledgement in the outbox for each filing; what is marked as sent was; what is not has its job.

    Sending is « at least once »: a worker killed between the sending and its mark sends again, with the same Message-ID.
    """
    accuses = Counter(
        base.execute(
            "SELECT d.uuid::text, c.destinataire FROM notifications_courriel c JOIN dossiers_dossier d ON d.uuid = c.dossier"
            " WHERE c.at = d.ouvert_le"
        ).fetchall()
    )
    for c in confirmations:
        if c.genre == "dépôt" and c.courriel and accuses[c.objet, c.courriel] != 1:
            sens = bilan.doubles if accuses[c.objet, c.courriel] else bilan.perdus
            sens.append(f"accusé de réception {c.courriel} : {accuses[c.objet, c.courriel]}")
    partis = Counter(
        str(message_from_bytes(m)["Message-ID"])
        for f in boite.glob("*.log")
        for m in f.read_bytes().split(b"\n" + b"-" * 79 + b"\n")
        if m.strip()
    )
    bilan.courriels_renvoyes = sum(n - 1 for n in partis.values())
    for (message_id,) in base.execute("SELECT message_id FROM notifications_courriel WHERE envoye_le IS NOT NULL"):
        if message_id not in partis:
            bilan.perdus.append(f"courriel {message_id} marqué envoyé")
    for (message_id,) in base.execute(
        """SELECT c.message_id FROM notifications_courriel c WHERE c.envoye_le IS NULL AND NOT EXISTS (SELECT 1
        FROM procrastinate_jobs j WHERE j.status IN ('todo', 'doing') AND (j.args->>'courriel')::bigint = c.id)"""
    ):
        bilan.dechires.append(f"courriel {message_id} sans travail")
