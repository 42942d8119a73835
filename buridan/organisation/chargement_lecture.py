"""The CSV files of an organisation, read and checked: each fault has its file, its line and its reason."""

import csv
import io
from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import date, timedelta
from pathlib import Path
from typing import Any

from django.core.exceptions import ValidationError
from django.core.validators import validate_email

from buridan.organisation.boucles import Arc, ensemble, fait_boucle
from buridan.organisation.models import (
    Absence,
    Droit,
    Entite,
    Fonction,
    Genre,
    Mandat,
    Personne,
    Poste,
    VersionEntite,
    VersionPoste,
)
from buridan.organisation.suites import natures_connues
from buridan.outils.lecture import separateur, texte_de
from buridan.outils.verdict import FichierInvalide

COLONNES = {
    "entites.csv": "code,nom,genre,parent,ordre,telephone,courriel,adresse,debut,fin,a_confirmer",
    "postes.csv": "code,intitule,entite,responsable,droits,debut,fin",
    "personnes.csv": "cle,civilite,prenom,nom,courriel,telephone",
    "affectations.csv": "personne,poste,debut,fin",
    "mandats.csv": "personne,fonction,rang,themes,debut,fin",
    "absences.csv": "personne,debut,fin,motif",
    "suppleances.csv": "poste,suppleant,nature,debut,fin",
}
# Columns that a field of a model knows how to check: shape of a code, whole number, length.
CHAMPS: dict[str, list[tuple[Any, str]]] = {
    "entites.csv": [
        (Entite, "code"), *((VersionEntite, c) for c in ("nom", "ordre", "telephone", "courriel", "adresse")),
    ],
    "postes.csv": [(Poste, "code"), (VersionPoste, "intitule")],
    "personnes.csv": [(Personne, c) for c in ("cle", "civilite", "prenom", "nom", "telephone")],
    "mandats.csv": [(Mandat, "rang")],
    "absences.csv": [(Absence, "motif")],
}  # fmt: skip
# Of what there is one at a time.
UN_A_LA_FOIS = {
    "entites.csv": ("code",),
    "postes.csv": ("code",),
    "affectations.csv": ("poste",),
    "mandats.csv": ("personne", "fonction"),
    "absences.csv": ("personne",),
    "suppleances.csv": ("poste", "suppleant", "nature"),
}


class PresetInvalide(FichierInvalide):
    """The preset can't be loaded; `fautes` names file, line and reason of each fault."""


@dataclass(slots=True)
class Ligne:
    """A CSV line: its values, where it stands, and the faults it adds to."""

    fichier: str
    numero: int
    valeurs: dict[str, str]
    fautes: list[str]
    jour: date
    periode: tuple[date, date | None] | None = None

    def __getitem__(self, colonne: str) -> str:
        return (self.valeurs.get(colonne) or "").strip()

    def faute(self, raison: str) -> None:
        """Note a fault."""
        self.fautes.append(f"{self.fichier}, ligne {self.numero} : {raison}")

    def date(self, colonne: str, *, requise: bool = False) -> date | None:
        """`2024-01-01`, `J-3`, `J+12`, or empty."""
        texte = self[colonne]
        if not texte:
            if requise:
                self.faute(f"la colonne « {colonne} » est vide.")
            return None
        try:
            if texte.startswith("J"):
                return self.jour + timedelta(days=int(texte[1:] or "0"))
            return date.fromisoformat(texte)
        except (ValueError, OverflowError):
            self.faute(f"« {texte} » n'est pas une date (attendu : 2024-01-31, ou J-3).")
            return None

    def oui(self, colonne: str) -> bool:
        """True for « oui »."""
        return self[colonne].lower() in {"oui", "1", "true"}

    def connu(self, colonne: str, valeurs: Any, quoi: str, *, requis: bool = True) -> str:
        """The value, checked to be one of `valeurs`."""
        texte = self[colonne]
        if (requis or texte) and texte not in valeurs:
            self.faute(f"« {texte} » : {quoi} inconnu(e).")
        return texte


@dataclass(slots=True)
class Lecture:
    """All the files of an organisation, read and checked."""

    dossier: Path
    jour: date
    fautes: list[str] = field(default_factory=list)
    tables: dict[str, list[Ligne]] = field(default_factory=dict)

    def lire(self) -> None:
        """Read every file; faults are gathered."""
        for fichier, colonnes in COLONNES.items():
            self.tables[fichier] = list(self._lignes(fichier, colonnes.split(",")))

    def _lignes(self, fichier: str, colonnes: list[str]) -> Iterator[Ligne]:
        chemin = self.dossier / fichier
        if not chemin.exists():
            self.fautes.append(f"{fichier} : le fichier manque.")
            return
        try:
            texte = texte_de(chemin)
        except FichierInvalide as erreur:
            self.fautes += erreur.fautes
            return
        lecteur = csv.DictReader(io.StringIO(texte, newline=""), delimiter=separateur(texte))
        absentes = set(colonnes) - set(lecteur.fieldnames or [])
        if absentes:
            self.fautes.append(f"{fichier}, ligne 1 : il manque la ou les colonnes {', '.join(sorted(absentes))}.")
            return
        for valeurs in lecteur:
            ligne = Ligne(fichier, lecteur.line_num, valeurs, self.fautes, self.jour)
            if None in valeurs or None in valeurs.values():
                ligne.faute(
                    f"elle n'a pas le même nombre de colonnes que la ligne 1 ({len(lecteur.fieldnames or [])})."
                )
            yield ligne

    def codes(self, fichier: str, colonne: str) -> set[str]:
        """Values of a column."""
        return {ligne[colonne] for ligne in self.tables[fichier]}

    def verifier(self) -> None:
        """Shapes, cross references, dates, what there is one of at a time, loops."""
        self._formes()
        self._periodes()
        entites, postes = self.codes("entites.csv", "code"), self.codes("postes.csv", "code")
        personnes = self.codes("personnes.csv", "cle")
        self._uniques("personnes.csv", "cle")
        self._uniques("personnes.csv", "courriel")
        self._postes_et_entites(entites)
        self._references(postes, personnes)
        for fichier, colonnes in UN_A_LA_FOIS.items():
            self._un_a_la_fois(
                self.tables[fichier], colonnes, "une autre ligne ({}) dit déjà autre chose pour ces jours."
            )
        chefs = [ligne for ligne in self.tables["postes.csv"] if ligne.oui("responsable")]
        self._un_a_la_fois(chefs, ("entite",), "cette entité a déjà un responsable ces jours-là ({}).")
        self._boucles("entites.csv", ("code", "parent"), "cette entité dépendrait d'elle-même, directement ou non.")
        self._boucles("suppleances.csv", ("poste", "suppleant"), "cette suppléance formerait une boucle.")

    def _formes(self) -> None:
        for fichier, champs in CHAMPS.items():
            for ligne in self.tables[fichier]:
                for modele, colonne in champs:
                    _verifier_champ(ligne, modele, colonne)
        for ligne in self.tables["personnes.csv"]:
            _courriel_valide(ligne)

    def _periodes(self) -> None:
        for fichier, lignes in self.tables.items():
            for ligne in lignes:
                if "debut" not in COLONNES[fichier].split(","):
                    continue
                debut, fin = ligne.date("debut", requise=True), ligne.date("fin")
                if debut and fin and fin <= debut:
                    ligne.faute("la date de fin doit suivre la date de début.")
                elif debut and (fin or not ligne["fin"]):
                    ligne.periode = debut, fin

    def _postes_et_entites(self, entites: set[str]) -> None:
        for ligne in self.tables["entites.csv"]:
            ligne.connu("genre", Genre.values, "genre")
            ligne.connu("parent", entites, "entité", requis=False)
        for ligne in self.tables["postes.csv"]:
            ligne.connu("entite", entites, "entité")
            for droit in ligne["droits"].split():
                if droit not in Droit.values:
                    ligne.faute(f"« {droit} » : droit inconnu (possibles : {', '.join(Droit.values)}).")

    def _references(self, postes: set[str], personnes: set[str]) -> None:
        for fichier in ("affectations.csv", "mandats.csv", "absences.csv"):
            for ligne in self.tables[fichier]:
                ligne.connu("personne", personnes, "personne")
        for ligne in self.tables["affectations.csv"]:
            ligne.connu("poste", postes, "poste")
        for ligne in self.tables["mandats.csv"]:
            ligne.connu("fonction", Fonction.values, "fonction")
        for ligne in self.tables["suppleances.csv"]:
            ligne.connu("poste", postes, "poste")
            ligne.connu("suppleant", postes, "poste")
            ligne.connu("nature", natures_connues(), "nature de dossier", requis=False)

    def _uniques(self, fichier: str, *colonnes: str) -> None:
        vues: set[tuple[str, ...]] = set()
        for ligne in self.tables[fichier]:
            cle = tuple(ligne[c] for c in colonnes)
            if cle in vues:
                ligne.faute(f"« {' '.join(cle)} » figure déjà plus haut.")
            vues.add(cle)

    def _un_a_la_fois(self, lignes: list[Ligne], colonnes: tuple[str, ...], phrase: str) -> None:
        """A fault for each line whose period crosses that of an earlier line about the same thing."""
        vues: dict[tuple[str, ...], list[tuple[Ligne, Arc]]] = {}
        for ligne in lignes:
            if ligne.periode is None:
                continue
            memes = vues.setdefault(tuple(ligne[c] for c in colonnes), [])
            croisee = next((autre for autre, arc in memes if ensemble(arc, *ligne.periode)), None)
            if croisee is not None:
                ligne.faute(
                    f"« {' '.join(ligne[c] for c in colonnes if ligne[c])} » : {phrase.format(f'ligne {croisee.numero}')}"
                )
            memes.append((ligne, Arc("", "", *ligne.periode)))

    def _boucles(self, fichier: str, colonnes: tuple[str, str], raison: str) -> None:
        """A fault for each line that closes a loop with those before it."""
        arcs: list[Arc] = []
        for ligne in self.tables[fichier]:
            if ligne.periode is None or not ligne[colonnes[1]]:
                continue
            arc = Arc(ligne[colonnes[0]], ligne[colonnes[1]], *ligne.periode, portee=ligne["nature"])
            if fait_boucle(arc, arcs):
                ligne.faute(raison)
            else:
                arcs.append(arc)


def _verifier_champ(ligne: Ligne, modele: Any, colonne: str) -> None:
    champ, texte = modele._meta.get_field(colonne), ligne[colonne]
    if not texte and champ.has_default():
        return
    try:
        champ.clean(texte, None)
    except ValidationError as erreur:
        ligne.faute(f"{colonne} « {texte} » : {' '.join(erreur.messages)}")


def _courriel_valide(ligne: Ligne) -> None:
    try:
        validate_email(ligne["courriel"])
    except ValidationError:
        ligne.faute(f"« {ligne['courriel']} » n'est pas une adresse de courriel.")
