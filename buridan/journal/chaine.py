"""Write a line, seal a day, verify everything. HMAC-SHA256 (RFC 2104) with a key the database does not hold."""

import hashlib
import hmac
import json
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, date, datetime, timedelta
from functools import cache
from itertools import groupby
from operator import itemgetter
from typing import Any
from uuid import UUID

from django.conf import settings
from django.db import connection, transaction

from buridan.journal.models import Sceau
from buridan.journal.publication import fichier, publies
from buridan.outils.sql import Ecriture, joindre, valeurs

DEBUT = b"\0" * 32
EFFACER = "effacer"  # the verb of the line that names the lines whose content was erased

_TETE = """INSERT INTO journal_chaine (uuid, numero, tete) VALUES (%s, %s, %s)
    ON CONFLICT (uuid) DO UPDATE SET numero = excluded.numero, tete = excluded.tete"""
_LIGNES = """INSERT INTO journal_ligne (chaine, numero, at, verbe, auteur, etape, condense, precedent, sceau)
    {valeurs} RETURNING id, numero"""
_TYPES = ("uuid", "integer", "timestamptz", "text", "bigint", "bigint", "bytea", "bytea", "bytea")
_CHARGES = """INSERT INTO journal_charge (ligne_id, contenu)
    SELECT l.id, v.contenu FROM journal_lignes l JOIN ({valeurs}) v(numero, contenu) ON v.numero = l.numero"""

# the same of several chains at once: one parameter for each table, the rows as JSON
_DE_PLUSIEURS = (
    """INSERT INTO journal_chaine (uuid, numero, tete)
    SELECT uuid, numero, tete FROM jsonb_populate_recordset(NULL::journal_chaine, %s::jsonb)
    ON CONFLICT (uuid) DO UPDATE SET numero = excluded.numero, tete = excluded.tete""",
    """INSERT INTO journal_ligne (chaine, numero, at, verbe, auteur, etape, condense, precedent, sceau)
    SELECT chaine, numero, at, verbe, auteur, etape, condense, precedent, sceau
    FROM jsonb_populate_recordset(NULL::journal_ligne, %s::jsonb) RETURNING id, chaine, numero""",
    """INSERT INTO journal_charge (ligne_id, contenu) SELECT l.id, v.contenu FROM journal_lignes l
    JOIN jsonb_to_recordset(%s::jsonb) v(chaine uuid, numero integer, contenu jsonb) USING (chaine, numero)""",
)
_CHAMPS = ("chaine", "numero", "at", "verbe", "auteur", "etape", "condense", "precedent", "sceau")


@cache
def _cle() -> bytes:
    return hashlib.sha256(b"journal:" + str(settings.CLE_JOURNAL).encode()).digest()


def _hmac(*morceaux: bytes) -> bytes:
    return hmac.digest(_cle(), b"".join(morceaux), "sha256")


def empreinte_de_la_cle() -> str:
    """Tells whether two sites have the same key, and nothing else of it."""
    return _hmac(b"empreinte:")[:8].hex()


def condenser(contenu: Mapping[str, Any]) -> bytes:
    """Keyed digest of a content: tells nothing without the key, even of a short content."""
    return _hmac(b"charge:", json.dumps(contenu, sort_keys=True, ensure_ascii=False, separators=(",", ":")).encode())


def sceller(
    chaine: UUID,
    numero: int,
    at: datetime,
    verbe: str,
    auteur: int | None,
    etape: int | None,
    condense: bytes,
    precedent: bytes,
) -> bytes:
    """Seal of a line over its fields and the seal before it."""
    champs = [str(chaine), numero, at.astimezone(UTC).isoformat(timespec="microseconds"), verbe, auteur, etape]
    return _hmac(b"ligne:", precedent, condense, json.dumps(champs, separators=(",", ":")).encode())


@dataclass(frozen=True, slots=True)
class Fait:
    """What a line says. `auteur`: id of a person, None for the system; `etape`: id of the étape it is about."""

    verbe: str
    auteur: int | None
    at: datetime
    contenu: Mapping[str, Any]
    etape: int | None = None


def lire_tete(chaine: UUID) -> tuple[int, bytes]:
    """(number of lines, seal of the last) of a chain."""
    with connection.cursor() as curseur:
        curseur.execute("SELECT numero, tete FROM journal_chaine WHERE uuid = %s", [chaine])
        numero, sceau = curseur.fetchone() or (0, DEBUT)
    return numero, bytes(sceau)


def ajouter(chaine: UUID, faits: Iterable[Fait], tete: tuple[int, bytes]) -> list[Ecriture]:
    """The writes that append these lines after `tete`. The caller holds the lock, so the head can't move under it."""
    lignes, contenus = _composer(chaine, faits, tete)
    charges = [[ligne[1], contenu] for ligne, contenu in zip(lignes, contenus, strict=True)]
    sql_lignes, params_lignes = valeurs(_TYPES, lignes)
    sql_charges, params_charges = valeurs(("integer", "jsonb"), charges)
    return [
        Ecriture("journal_tete", _TETE, [chaine, *_tete(lignes, tete)]),
        Ecriture("journal_lignes", _LIGNES.format(valeurs=sql_lignes), params_lignes),
        Ecriture("journal_charges", _CHARGES.format(valeurs=sql_charges), params_charges),
    ]


def ajouter_a_plusieurs(suites: Sequence[tuple[UUID, Iterable[Fait], tuple[int, bytes]]]) -> list[Ecriture]:
    """`ajouter` for several chains (chain, lines, head), each once: the same statement whatever their number."""
    tetes, lignes, charges = [], [], []
    for chaine, faits, tete in suites:
        nouvelles, contenus = _composer(chaine, faits, tete)
        numero, sceau = _tete(nouvelles, tete)
        tetes.append({"uuid": chaine, "numero": numero, "tete": sceau})
        lignes += [dict(zip(_CHAMPS, ligne, strict=True)) for ligne in nouvelles]
        charges += [
            {"chaine": chaine, "numero": ligne[1], "contenu": json.loads(contenu)}
            for ligne, contenu in zip(nouvelles, contenus, strict=True)
        ]
    noms = ("journal_tete", "journal_lignes", "journal_charges")
    return [
        Ecriture(nom, sql, [json.dumps(rangees, default=_en_texte, ensure_ascii=False)])
        for nom, sql, rangees in zip(noms, _DE_PLUSIEURS, (tetes, lignes, charges), strict=True)
    ]


def _composer(chaine: UUID, faits: Iterable[Fait], tete: tuple[int, bytes]) -> tuple[list[list[Any]], list[str]]:
    """(rows of the lines that come after this head, their contents as JSON)."""
    numero, precedent = tete
    lignes: list[list[Any]] = []
    contenus: list[str] = []
    for fait in faits:
        numero += 1
        condense = condenser(fait.contenu)
        sceau = sceller(chaine, numero, fait.at, fait.verbe, fait.auteur, fait.etape, condense, precedent)
        lignes.append([chaine, numero, fait.at, fait.verbe, fait.auteur, fait.etape, condense, precedent, sceau])
        contenus.append(json.dumps(fait.contenu, ensure_ascii=False))
        precedent = sceau
    return lignes, contenus


def _tete(lignes: list[list[Any]], tete: tuple[int, bytes]) -> tuple[int, bytes]:
    """The head once these rows are added."""
    return (lignes[-1][1], lignes[-1][-1]) if lignes else tete


def _en_texte(valeur: object) -> str:
    """As PostgreSQL reads it in JSON."""
    return f"\\x{valeur.hex()}" if isinstance(valeur, bytes) else str(valeur)


def ecrire(
    chaine: UUID, verbe: str, *, auteur: int | None, at: datetime, contenu: Mapping[str, Any], etape: int | None = None
) -> None:
    """Append one line now. The caller holds the lock of what the chain speaks of."""
    ecritures = ajouter(chaine, [Fait(verbe, auteur, at, contenu, etape)], lire_tete(chaine))
    with connection.cursor() as curseur:
        curseur.execute(*joindre(ecritures))


@transaction.atomic
def sceller_le_jour(jour: date, *, at: datetime) -> Sceau | None:
    """Chain the heads that moved since the last seal. None when the day is already sealed."""
    with connection.cursor() as curseur:
        curseur.execute("LOCK TABLE journal_ligne IN SHARE ROW EXCLUSIVE MODE")  # one sealer at a time
        if Sceau.objects.filter(jour=jour).exists():
            return None
        dernier = Sceau.objects.order_by("-jour").first()
        depuis = dernier.jusqua if dernier else 0
        curseur.execute("SELECT coalesce(max(id), %s) FROM journal_ligne", [depuis])
        jusqua = int(curseur.fetchone()[0])
    precedent = bytes(dernier.empreinte) if dernier else DEBUT
    racine = _racine(depuis, jusqua)
    return Sceau.objects.create(
        jour=jour, at=at, depuis=depuis, jusqua=jusqua, racine=racine, precedent=precedent,
        empreinte=empreinte_du_jour(jour, depuis, jusqua, racine, precedent),
    )  # fmt: skip


def empreinte_du_jour(jour: date, depuis: int, jusqua: int, racine: bytes, precedent: bytes) -> bytes:
    """Seal of a day over the heads of its chains (`racine`) and the seal before it."""
    return _hmac(b"jour:", precedent, racine, f"{jour.isoformat()}:{depuis}:{jusqua}".encode())


def _racine(depuis: int, jusqua: int) -> bytes:
    """Digest of the heads, in order of chain, of the chains that moved between two lines."""
    condense = hashlib.sha256()
    with connection.cursor() as curseur:
        curseur.execute(
            "SELECT DISTINCT ON (chaine) chaine, numero, sceau FROM journal_ligne WHERE id > %s AND id <= %s "
            "ORDER BY chaine, numero DESC",
            [depuis, jusqua],
        )
        for chaine, numero, sceau in curseur:
            condense.update(f"{chaine}:{numero}:".encode() + bytes(sceau))
    return condense.digest()


@dataclass(frozen=True, slots=True)
class Anomalie:
    """Something that was changed behind the journal's back, in words."""

    objet: str
    raison: str

    def __str__(self) -> str:
        return f"{self.objet} : {self.raison}"


def verifier(*, jour: date | None = None) -> Iterator[Anomalie]:
    """Every anomaly of every chain and every seal; nothing when the journal is intact.

    With `jour` (today), also the lines of the days before yesterday that no seal covers.
    """
    yield from _verifier_lignes()
    yield from _verifier_sceaux()
    yield from _verifier_publies()
    if jour is not None:
        yield from _jours_sans_sceau(jour)


def _jours_sans_sceau(jour: date) -> Iterator[Anomalie]:
    with connection.cursor() as curseur:
        curseur.execute(
            "SELECT DISTINCT (at AT TIME ZONE 'Europe/Paris')::date AS j FROM journal_ligne WHERE id > (SELECT "
            "coalesce(max(jusqua), 0) FROM journal_sceau) AND (at AT TIME ZONE 'Europe/Paris')::date < %s ORDER BY j",
            [jour - timedelta(days=1)],
        )
        for (oublie,) in curseur.fetchall():
            yield Anomalie(f"jour du {oublie:%d/%m/%Y}", "il n'a jamais été scellé, ou son sceau a été supprimé.")


def _verifier_lignes() -> Iterator[Anomalie]:
    for chaine, lignes in groupby(_lignes(), itemgetter(0)):
        numero, precedent, tete = 0, DEBUT, None
        vides: set[int] = set()
        for ligne in lignes:
            tete = ligne[10:]
            if ligne[1] is not None:
                yield from ligne_juste(ligne[:10], numero, precedent)
                numero, precedent = ligne[1], ligne[8]
                vides = _sans_contenu(vides, ligne)
        for vide in sorted(vides):
            yield Anomalie(f"{_nom(chaine)}, ligne {vide}", "son contenu a disparu sans effacement autorisé.")
        if numero == 0:
            yield Anomalie(_nom(chaine), "toutes les lignes de ce journal ont disparu.")
        elif tete != (numero, precedent):
            yield Anomalie(_nom(chaine), "les dernières lignes ont été supprimées ou remplacées.")


_NOMMEURS: list[Callable[[UUID], str]] = []


def nommer_par(nommeur: Callable[[UUID], str]) -> None:
    """Declare, once at start, who can say in words what a chain is about (empty: not one of its own)."""
    _NOMMEURS.append(nommeur)


def _nom(chaine: UUID) -> str:
    """What a chain is about, with its identifier."""
    nom = next(filter(None, (nommeur(chaine) for nommeur in _NOMMEURS)), "journal")
    return f"{nom} ({chaine})"


def _sans_contenu(vides: set[int], ligne: tuple[Any, ...]) -> set[int]:
    """Lines whose content is missing and that no later line says erased."""
    if ligne[9] is None:
        return vides | {ligne[1]}
    return vides - set(json.loads(ligne[9]).get("lignes", ())) if ligne[3] == EFFACER else vides


def _lignes() -> Iterator[tuple[Any, ...]]:
    """All lines in order of chain and number, each with its content (None when erased) and the head of its chain.

    One statement, read by a server-side cursor: a line written meanwhile is not taken for an anomaly.
    """
    requete = """SELECT coalesce(l.chaine, t.uuid), l.numero, l.at, l.verbe, l.auteur, l.etape, l.condense, l.precedent,
        l.sceau, c.contenu::text, t.numero, t.tete FROM journal_ligne l FULL JOIN journal_chaine t ON t.uuid = l.chaine
        LEFT JOIN journal_charge c ON c.ligne_id = l.id ORDER BY 1, 2"""
    with transaction.atomic(), connection.chunked_cursor() as curseur:
        curseur.execute(requete)
        while lot := curseur.fetchmany(5000):
            for ligne in lot:
                yield tuple(bytes(v) if isinstance(v, memoryview) else v for v in ligne)


def ligne_juste(ligne: tuple[Any, ...], numero: int, precedent: bytes, *, cle: bool = True) -> Iterator[Anomalie]:
    """What is wrong with a line (chain, number, at, verb, author, étape, digest, seal before, seal, content as JSON or None)
    that comes after that number and that seal. Without the key (`cle`), only its place is judged.
    """
    chaine, son_numero, at, verbe, auteur, etape, condense, son_precedent, sceau, contenu = ligne

    def anomalie(raison: str) -> Anomalie:
        return Anomalie(f"{_nom(chaine)}, ligne {son_numero}", raison)

    if son_numero != numero + 1:
        yield anomalie(f"la ligne {numero + 1} a été supprimée ou une ligne a été déplacée.")
    elif son_precedent != precedent:
        yield anomalie("elle ne suit pas la ligne d'avant : une ligne a été modifiée, ajoutée ou échangée.")
    if not cle:
        return
    if sceller(chaine, son_numero, at, verbe, auteur, etape, condense, son_precedent) != sceau:
        yield anomalie("elle a été modifiée ou ajoutée hors de Buridan.")
    if contenu is not None and condenser(json.loads(contenu)) != condense:
        yield anomalie("son contenu a été modifié.")


def _verifier_sceaux() -> Iterator[Anomalie]:
    precedent = DEBUT
    for sceau in Sceau.objects.order_by("jour"):
        nom = f"sceau du {sceau.jour:%d/%m/%Y}"
        if bytes(sceau.precedent) != precedent:
            yield Anomalie(nom, "il ne suit pas le sceau d'avant.")
        juste = empreinte_du_jour(sceau.jour, sceau.depuis, sceau.jusqua, bytes(sceau.racine), bytes(sceau.precedent))
        if juste != bytes(sceau.empreinte):
            yield Anomalie(nom, "il a été modifié.")
        if _racine(sceau.depuis, sceau.jusqua) != bytes(sceau.racine):
            yield Anomalie(nom, "des lignes de ce jour ont été modifiées, ajoutées ou supprimées.")
        precedent = bytes(sceau.empreinte)


def _verifier_publies() -> Iterator[Anomalie]:
    """What was published outside the database must still stand in it."""
    try:
        attendus = publies()
    except ValueError:
        yield Anomalie(str(fichier()), "une ligne n'est pas un sceau : ce fichier a été modifié.")
        return
    presents = {s.jour: bytes(s.empreinte).hex() for s in Sceau.objects.filter(jour__in=attendus)}
    for jour, empreinte in attendus.items():
        if jour not in presents:
            yield Anomalie(f"sceau du {jour:%d/%m/%Y}", f"il est publié dans {fichier()} et a disparu de la base.")
        elif presents[jour] != empreinte:
            yield Anomalie(f"sceau du {jour:%d/%m/%Y}", f"il diffère de celui publié dans {fichier()}.")
