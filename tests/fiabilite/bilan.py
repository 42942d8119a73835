"""The ledger of the clients against the database, the files and the e-mails: what is lost, doubled, torn."""

import hashlib
import re
import time
from collections import Counter
from collections.abc import Iterable
from dataclasses import dataclass, field
from email import message_from_bytes
from pathlib import Path

import psycopg

from .clients import Confirmation, Registre
from .formulaires import MARQUE
from .ville import Ville

TAPE = re.compile(rf"(?:Un mot au sujet de|Repère) ({MARQUE.pattern})")  # as `formulaires.remplir` types it
OUVERTURES = ("dépôt", "commencé")


@dataclass
class Bilan:
    """Sentences; all three empty when the promise is held."""

    perdus: list[str] = field(default_factory=list)
    doubles: list[str] = field(default_factory=list)
    dechires: list[str] = field(default_factory=list)
    courriels_renvoyes: int = 0
    lignes: Counter[str] = field(default_factory=Counter)
    natures: dict[str, Counter[str]] = field(default_factory=dict)


def comparer(ville: Ville, registre: Registre) -> Bilan:
    """Everything that was confirmed is there once; everything that is there is whole."""
    bilan = Bilan(doubles=[f"réponse changée : {r}" for r in registre.reponses_changees])
    confirmees = registre.confirmations
    with _ouvrir(ville) as base:
        _dossiers(bilan, base, [c for c in confirmees if c.genre in OUVERTURES])
        _messages(bilan, base, [c for c in confirmees if c.genre == "message"])
        _etapes(bilan, base, [c for c in confirmees if c.genre == "étape"])
        _gestes(bilan, base, [c for c in confirmees if c.genre in ("geste", "écrit")])
        _textes(bilan, base, {c.marque: c for c in confirmees if c.marque and c.marque not in registre.remplacees})
        _fichiers(bilan, base, ville.donnees / "fichiers", [c for c in confirmees if c.genre != "étape"])
        _courriels(bilan, base, ville.donnees / "courriels", confirmees)
        for table in (
            "dossiers_dossier",
            "dossiers_decision",
            "dossiers_document",
            "journal_ligne",
            "notifications_courriel",
        ):
            bilan.lignes[table] = base.execute(f"SELECT count(*) FROM {table}").fetchone()[0]  # type: ignore[index]
        bilan.natures = _natures(base, confirmees)
    bilan.dechires += ville.buridan("check", "--complet").splitlines()
    return bilan


def natures_en_reste(ville: Ville, registre: Registre, codes: Iterable[str]) -> list[str]:
    """Those of which nothing was begun, or nothing decided, that was confirmed to a client."""
    with _ouvrir(ville) as base:
        jouees = _natures(base, list(registre.confirmations))
    return [code for code in codes if set(jouees.get(code, ())) != {"commencés", "décidés"}]


def _natures(base: psycopg.Connection, confirmees: list[Confirmation]) -> dict[str, Counter[str]]:
    """By nature, how many dossiers were begun and étapes decided that clients were told of."""
    natures = dict(base.execute("SELECT uuid::text, nature FROM dossiers_dossier").fetchall())
    decidees = dict(
        base.execute(
            """SELECT e.id::text, d.nature FROM dossiers_decision c JOIN dossiers_etape e ON e.id = c.etape_id
            JOIN dossiers_dossier d ON d.id = e.dossier_id"""
        ).fetchall()
    )
    jouees: dict[str, Counter[str]] = {}
    for c in confirmees:
        if c.genre in OUVERTURES and c.objet in natures:
            jouees.setdefault(natures[c.objet], Counter())["commencés"] += 1
        elif c.genre == "étape" and c.objet in decidees:
            jouees.setdefault(decidees[c.objet], Counter())["décidés"] += 1
        elif c.genre == "écrit" and c.verbe and c.objet in natures:
            jouees.setdefault(natures[c.objet], Counter())["décidés"] += 1
    return jouees


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


def _dossiers(bilan: Bilan, base: psycopg.Connection, confirmees: list[Confirmation]) -> None:
    """Each mark stands in one dossier: the one the client was sent to. What a dossier became (a matter, then a note) says it too."""
    trouvees: dict[str, list[str]] = {}
    connus = set()
    for uuid, texte, suite in base.execute(
        """SELECT uuid::text, objet || ' ' || contenu, EXISTS (SELECT 1 FROM dossiers_lien l WHERE l.vers_id = d.id)
        FROM dossiers_dossier d ORDER BY id"""
    ):
        connus.add(uuid)
        for marque in set(MARQUE.findall(texte)):
            if not suite or marque not in trouvees:
                trouvees.setdefault(marque, []).append(uuid)
    bilan.doubles += [f"dossier {m} : {uuids}" for m, uuids in trouvees.items() if len(uuids) > 1]
    for c in confirmees:
        if c.objet not in connus or (c.marque and trouvees.get(c.marque, [""])[0] != c.objet):
            bilan.perdus.append(f"{c.genre} {c.objet} {c.marque}")


def _messages(bilan: Bilan, base: psycopg.Connection, confirmees: list[Confirmation]) -> None:
    """Each message stands once, in the dossier it was sent to. One written by the site may quote what others wrote."""
    trouvees: dict[str, list[str]] = {}
    for uuid, texte in base.execute(
        "SELECT d.uuid::text, m.texte FROM dossiers_message m JOIN dossiers_dossier d ON d.id = m.dossier_id"
    ):
        if tape := TAPE.fullmatch(texte.strip()):
            trouvees.setdefault(tape[1], []).append(uuid)
    bilan.doubles += [f"message {m} : {uuids}" for m, uuids in trouvees.items() if len(uuids) > 1]
    bilan.perdus += [f"message {c.marque}" for c in confirmees if trouvees.get(c.marque, [""])[0] != c.objet]


def _etapes(bilan: Bilan, base: psycopg.Connection, confirmees: list[Confirmation]) -> None:
    """What was said of an étape stands in the journal; once, when it is a verb that decides (found by what it wrote).

    A nature may write its verb under another name: then whoever did it has written a line of that étape. A verb that
    decides nothing, or said without a word, on an étape that a colleague has ended meanwhile, was answered « c'est déjà fait ».
    """
    decisifs = {
        v
        for (v,) in base.execute(
            "SELECT DISTINCT l.verbe FROM journal_ligne l JOIN dossiers_decision c ON c.etape_id = l.etape AND c.at = l.at"
        )
    }
    lignes = base.execute("SELECT etape::text, verbe, auteur FROM journal_ligne WHERE etape IS NOT NULL").fetchall()
    dites = Counter((e, v) for e, v, _a in lignes)
    de = {(e, a) for e, _v, a in lignes}
    finies = {str(e) for (e,) in base.execute("SELECT id FROM dossiers_etape WHERE etat NOT IN ('a_venir', 'active')")}
    for c in confirmees:
        dit = dites[c.objet, c.verbe] or (c.objet, c.par) in de
        if not dit and (c.verbe in decisifs and c.marque or c.objet not in finies):
            bilan.perdus.append(f"étape {c.objet}, {c.verbe}")
    bilan.doubles += [f"étape {e}, {v} : {n} lignes" for (e, v), n in dites.items() if n > 1 and v in decisifs]


def _gestes(bilan: Bilan, base: psycopg.Connection, confirmees: list[Confirmation]) -> None:
    """Whoever did something on a dossier has written in its journal; what was sent is decided."""
    de = set(base.execute("SELECT chaine::text, auteur FROM journal_ligne").fetchall())
    ecrits = {
        uuid
        for (uuid,) in base.execute(
            """SELECT d.uuid::text FROM dossiers_decision c JOIN dossiers_etape e ON e.id = c.etape_id
            JOIN dossiers_dossier d ON d.id = e.dossier_id"""
        )
    }
    for c in confirmees:
        if (c.objet, c.par) not in de or (c.genre == "écrit" and c.verbe and c.objet not in ecrits):
            bilan.perdus.append(f"{c.genre} {c.objet}, {c.verbe} par {c.par}")


def _textes(bilan: Bilan, base: psycopg.Connection, confirmes: dict[str, Confirmation]) -> None:
    """What was typed and accepted is written somewhere, whatever the nature and the verb, unless it was typed over since."""
    tables = base.execute(
        """SELECT quote_ident(relname) FROM pg_class WHERE relkind = 'r' AND relnamespace = 'public'::regnamespace
        AND relname !~ '^(procrastinate|django|interface)_'"""
    ).fetchall()
    la: set[str] = set()
    for (table,) in tables:
        for (ligne,) in base.execute(f"SELECT t::text FROM {table} t WHERE t::text LIKE '%marque-%'"):
            la.update(MARQUE.findall(ligne))
    bilan.perdus += [f"texte {confirmes[marque]}" for marque in sorted(confirmes.keys() - la)]


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
        """SELECT c.message_id FROM notifications_courriel c WHERE c.envoye_le IS NULL AND c.erreur <> '' AND NOT EXISTS (SELECT 1
        FROM procrastinate_jobs j WHERE j.status IN ('todo', 'doing') AND (j.args->>'courriel')::bigint = c.id)"""
    ):
        bilan.dechires.append(f"courriel {message_id} sans travail")
