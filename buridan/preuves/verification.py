"""Check the file of a proof: its seal, each file, each line of its journal. What is read may have been made to mislead."""

import hashlib
import json
from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import datetime
from pathlib import Path
from zipfile import BadZipFile, ZipFile

from buridan.archives.plume import MORCEAU
from buridan.journal.chaine import Anomalie
from buridan.journal.extrait import de_ce_site, verifier_extrait
from buridan.preuves.paquet import JETON, JOURNAL, MANIFESTE, SCEAU
from buridan.signatures.cachet import controler_sceau
from buridan.signatures.controle_pdf import Constat

PETIT = 256 * 1024 * 1024  # bytes read at once: journals and manifests are far under


class PasUnePreuve(Exception):
    """The file is no proof of a dossier; the message says why."""


@dataclass(slots=True)
class Examen:
    """What was found. `avec_la_cle`: the journal's seals could be made again here."""

    sceau: Constat
    fichiers: int
    lignes: int = 0
    avec_la_cle: bool = False
    anomalies: list[Anomalie] = field(default_factory=list)


def examiner(fichier: Path, *, at: datetime) -> Examen:
    """All that is wrong with it. Raises PasUnePreuve."""
    try:
        with ZipFile(fichier) as archive:
            return _examiner(archive, at)
    except (BadZipFile, OSError, KeyError, NotImplementedError, RuntimeError) as erreur:
        raise PasUnePreuve(f"{fichier} n'est pas un dossier de preuve lisible ({erreur}).") from erreur


def _examiner(archive: ZipFile, at: datetime) -> Examen:
    noms = archive.namelist()
    manifeste = _lire(archive, MANIFESTE)
    jeton = _lire(archive, JETON) if JETON in noms else None
    sceau = controler_sceau(manifeste, _lire(archive, SCEAU), jeton, at=at)
    examen = Examen(sceau, len(noms))
    examen.anomalies += [Anomalie("cachet", faute) for faute in sceau.fautes]
    examen.anomalies += _fichiers(archive, noms, manifeste)
    if JOURNAL in noms:
        _journal(archive, examen)
    return examen


def _lire(archive: ZipFile, nom: str) -> bytes:
    if archive.getinfo(nom).file_size > PETIT:
        raise PasUnePreuve(f"« {nom} » est trop grand pour un dossier de preuve.")
    return archive.read(nom)


def _fichiers(archive: ZipFile, noms: list[str], manifeste: bytes) -> Iterator[Anomalie]:
    """Each file of the manifest is there, once, as it says; nothing else is."""
    dits = {}
    for ligne in manifeste.decode(errors="replace").splitlines():
        sha256, _, nom = ligne.partition("  ")
        dits[nom] = sha256
    for nom in sorted({n for n in noms if noms.count(n) > 1}):
        yield Anomalie(nom, "ce fichier est là deux fois.")
    for nom, sha256 in dits.items():
        if nom not in noms:
            yield Anomalie(nom, "ce fichier a été retiré.")
        elif _condense(archive, nom) != sha256:
            yield Anomalie(nom, "ce fichier a été modifié.")
    for nom in noms:
        if nom not in dits and nom not in (MANIFESTE, SCEAU, JETON):
            yield Anomalie(nom, "ce fichier a été ajouté.")


def _condense(archive: ZipFile, nom: str) -> str:
    """Its SHA-256; empty when it can't be read to its end."""
    condense = hashlib.sha256()
    try:
        with archive.open(nom) as entree:
            while morceau := entree.read(MORCEAU):
                condense.update(morceau)
    except BadZipFile:
        return ""
    return condense.hexdigest()


def _journal(archive: ZipFile, examen: Examen) -> None:
    try:
        extrait = json.loads(_lire(archive, JOURNAL))
        examen.lignes, examen.avec_la_cle = len(extrait["lignes"]), de_ce_site(extrait)
        examen.anomalies += verifier_extrait(extrait)
    except (BadZipFile, KeyError, TypeError, ValueError, AttributeError):
        examen.anomalies.append(Anomalie(JOURNAL, "ce n'est plus un journal lisible."))
