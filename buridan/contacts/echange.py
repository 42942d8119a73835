"""The address book as a file, and back: all its lines or none; each fault has its file, its line and its reason.

`identifiant` names a contact of the book, whose line then corrects it. Without one, a line is the contact of that kind and name
in that organisation, with no other e-mail nor town; so the same file twice changes nothing. What the file does not name stays.
"""

import csv
import io
from collections import Counter, defaultdict
from dataclasses import dataclass, field, replace
from datetime import datetime
from typing import Any
from uuid import UUID

from django.db import transaction

from buridan.contacts import rules
from buridan.contacts.actions.tenir import corriger, creer, empreinte_de, fiche_de, un_a_la_fois
from buridan.contacts.etats import Genre
from buridan.contacts.fiche import CHAMPS, Fiche, cle_de, commune_de
from buridan.contacts.models import Contact
from buridan.contacts.queries import meme_contact, organisations_nommees, vivants
from buridan.interface.exports import DANGEREUX
from buridan.organisation.acteur import Acteur
from buridan.outils.verdict import FichierInvalide, Refus

COLONNES = (
    "identifiant",
    "genre",
    "nom",
    "fonction",
    "organisation",
    "adresse",
    "courriel",
    "telephone",
    "siret",
    "rna",
)
VOULUES = ("genre", "nom")
AU_PLUS = 5000
_Vues = defaultdict[Any, list[tuple[int, str, str]]]  # lines about contacts of one name: number, e-mail, town


@dataclass(slots=True)
class Bilan:
    """What an import did: how many contacts were written, how many corrected."""

    crees: int = 0
    corriges: int = 0


@dataclass(slots=True)
class _Lue:
    """One line, understood. `chez`: name of the organisation in which a position is held; `deja`: the contact it corrects."""

    ou: str
    fiche: Fiche
    chez: str
    deja: Contact | None = None


@dataclass(slots=True)
class _Lecture:
    """A file being read: its lines and its faults."""

    fichier: str
    fautes: list[str] = field(default_factory=list)
    lues: list[_Lue] = field(default_factory=list)

    def faute(self, numero: int, raison: str) -> None:
        self.fautes.append(f"{self.fichier}, ligne {numero} : {raison}")


def importer(texte: str, *, by: Acteur, at: datetime, fichier: str = "contacts.csv") -> Bilan:
    """Write all lines or none. Raises FichierInvalide."""
    rules.peut_tenir(by).exiger()
    with transaction.atomic():
        un_a_la_fois()  # what is checked is what is written
        lecture = _lire(texte, fichier)
        if lecture.fautes:
            raise FichierInvalide(lecture.fautes)
        return _ecrire(lecture, by, at)


def _lire(texte: str, fichier: str) -> _Lecture:
    lecture, premiere = _Lecture(fichier), texte.partition("\n")[0]
    lecteur = csv.DictReader(io.StringIO(texte.lstrip("\ufeff"), newline=""), delimiter=";" if ";" in premiere else ",")
    if manquent := [c for c in VOULUES if c not in (lecteur.fieldnames or ())]:
        lecture.faute(1, f"il manque la colonne « {' », « '.join(manquent)} ».")
        return lecture
    vues: _Vues = defaultdict(list)
    try:
        for valeurs in lecteur:
            if any(str(v or "").strip() for v in valeurs.values()):
                _comprendre(lecture, lecteur.line_num, {c: _cellule(valeurs.get(c)) for c in COLONNES}, vues)
    except csv.Error as erreur:
        lecture.faute(lecteur.line_num, f"ce n'est pas une ligne de tableau ({erreur}).")
    if len(lecture.lues) > AU_PLUS:
        lecture.faute(1, f"{len(lecture.lues)} contacts ; {AU_PLUS} au plus à la fois. Partagez le fichier.")
    _chercher_les_organisations(lecture)
    return lecture


def _cellule(valeur: str | None) -> str:
    """As it was before the export put a quote before what a spreadsheet would compute."""
    texte = (valeur or "").strip()
    return texte[1:] if texte[:1] == "'" and texte[1:].lstrip(" ").startswith(DANGEREUX) else texte


def _comprendre(lecture: _Lecture, numero: int, lu: dict[str, str], vues: _Vues) -> None:
    fautes, genre = list[str](), lu["genre"].lower()
    nette = Fiche(
        genre, lu["nom"], lu["fonction"], adresse=lu["adresse"], courriel=lu["courriel"], telephone=lu["telephone"],
        siret=lu["siret"], rna=lu["rna"],
    ).nette()  # fmt: skip
    fautes += nette.fautes().values()
    if genre == Genre.FONCTION and not cle_de(lu["organisation"]):
        fautes.append("une fonction se tient dans une organisation : remplissez la colonne « organisation ».")
    if genre in Genre.values and genre != Genre.FONCTION and (lu["fonction"] or lu["organisation"]):
        fautes.append("seule une « fonction » a une fonction et une organisation.")
    deja = _designe(lu["identifiant"], fautes)
    if avant := _deja_dite(vues, lu, nette, numero):
        fautes.append(f"c'est le contact de la ligne {avant}.")
    for faute in fautes:
        lecture.faute(numero, faute)
    lecture.lues.append(_Lue(f"{lecture.fichier}, ligne {numero}", nette, lu["organisation"], deja))


def _deja_dite(vues: _Vues, lu: dict[str, str], nette: Fiche, numero: int) -> int:
    """Number of an earlier line about the same contact, 0 for none: of no other e-mail nor town."""
    qui = lu["identifiant"] or (nette.genre, cle_de(nette.nom), cle_de(lu["organisation"]))
    courriel, commune = nette.courriel.lower(), commune_de(nette.adresse)
    for avant, autre_courriel, autre_commune in vues[qui]:
        if all(not a or not b or a == b for a, b in ((courriel, autre_courriel), (commune, autre_commune))):
            return avant
    vues[qui].append((numero, courriel, commune))
    return 0


def _designe(identifiant: str, fautes: list[str]) -> Contact | None:
    if not identifiant:
        return None
    try:
        trouve: Contact | None = vivants().filter(uuid=UUID(identifiant)).first()
    except ValueError:
        trouve = None
    if trouve is None:
        fautes.append(
            f"« {identifiant[:40]} » n'est pas un contact du carnet : videz cette case pour en écrire un nouveau."
        )
    return trouve


def _chercher_les_organisations(lecture: _Lecture) -> None:
    """Each is in the file or in the book, under one name."""
    du_fichier = Counter(cle_de(lue.fiche.nom) for lue in lecture.lues if lue.fiche.genre == Genre.ORGANISATION)
    for lue in lecture.lues:
        if lue.fiche.genre != Genre.FONCTION or not (cle := cle_de(lue.chez)) or _y_est_deja(lue):
            continue
        combien = du_fichier[cle] or len(organisations_nommees(lue.chez))
        if combien != 1:
            quoi = f"désigne {combien} organisations : réunissez-les, ou nommez-les autrement" if combien else \
                "n'est ni dans ce fichier ni dans le carnet : ajoutez-lui une ligne"  # fmt: skip
            lecture.fautes.append(f"{lue.ou} : « {lue.chez[:80]} » {quoi}.")


def _y_est_deja(lue: _Lue) -> bool:
    """The contact that the line corrects holds its position in an organisation of that name already."""
    chez = lue.deja.organisation if lue.deja else None
    return chez is not None and chez.cle == cle_de(lue.chez)


def _ecrire(lecture: _Lecture, by: Acteur, at: datetime) -> Bilan:
    """Organisations first: positions are held in them."""
    bilan, chez = Bilan(), dict[str, int]()
    for lue in sorted(lecture.lues, key=lambda x: x.fiche.genre == Genre.FONCTION):
        try:
            contact = _ecrire_une(lue, chez, bilan, by, at)
        except Refus as refus:
            raise FichierInvalide([f"{lue.ou} : {refus.raison}"]) from refus
        if contact.genre == Genre.ORGANISATION:
            chez.setdefault(contact.cle, contact.pk)
    return bilan


def _ecrire_une(lue: _Lue, chez: dict[str, int], bilan: Bilan, by: Acteur, at: datetime) -> Contact:
    fiche = lue.fiche
    if fiche.genre == Genre.FONCTION:
        fiche = replace(fiche, organisation=_chez(lue, chez))
    deja = lue.deja or meme_contact(fiche.genre, fiche.nom, organisation=fiche.organisation, courriel=fiche.courriel,
                                    adresse=fiche.adresse)  # fmt: skip
    if deja is None:
        bilan.crees += 1
        return creer(fiche, by=by, at=at)
    if lue.deja is None:  # not named by its identifier: an empty cell says nothing
        connue = fiche_de(deja)
        fiche = replace(fiche, **{c: getattr(connue, c) for c in CHAMPS if not getattr(fiche, c)}, nom=connue.nom)
    if fiche_de(deja) == fiche:
        return deja
    bilan.corriges += 1
    return corriger(deja, fiche, vu=empreinte_de(deja), by=by, at=at)


def _chez(lue: _Lue, chez: dict[str, int]) -> int:
    if lue.deja is not None and lue.deja.organisation_id is not None and _y_est_deja(lue):
        return lue.deja.organisation_id
    return chez.get(cle_de(lue.chez)) or organisations_nommees(lue.chez)[0]


def lignes() -> list[list[str]]:
    """Every contact in use, as `importer` reads it; organisations first, then by name."""
    tous = sorted(vivants(), key=lambda c: (c.genre != Genre.ORGANISATION, c.cle, c.pk))
    return [
        [str(c.uuid), c.genre, c.nom, c.fonction, c.organisation.nom if c.organisation else "", c.adresse, c.courriel,
         c.telephone, c.siret, c.rna]
        for c in tous
    ]  # fmt: skip
