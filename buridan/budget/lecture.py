"""A CSV of the finance system, read whole: every fault with its file, its line and its reason, or every line."""

import csv
from collections.abc import Iterator, Mapping
from dataclasses import asdict, dataclass, field
from decimal import Decimal
from io import StringIO
from typing import Any

from buridan.budget.correspondance import MONTANTS, TEXTES, Correspondance
from buridan.budget.models import Section
from buridan.interface.saisie import net
from buridan.outils.montants import PLUS_GRAND, lire_montant
from buridan.outils.verdict import FichierInvalide

LIGNES_AU_PLUS = 20_000
ANNEES = range(2000, 2100)
MAXIMA = {"code": 60, "libelle": 160, "chapitre": 20, "article": 20, "fonction": 20}  # of the columns


@dataclass(frozen=True, slots=True)
class LigneLue:
    """One line of the file, in our words. `service`: id of the entity. None: the file does not say, what is known stays."""

    exercice: int
    code: str
    libelle: str
    service: int
    section: str
    chapitre: str | None
    article: str | None
    fonction: str | None
    credits: Decimal
    engage: Decimal | None
    mandate: Decimal | None
    a_confirmer: bool

    @property
    def cle(self) -> tuple[int, str]:
        """What it is found by."""
        return self.exercice, self.code

    def en_json(self) -> dict[str, Any]:
        """For keeping until it is applied."""
        return {c: str(v) if isinstance(v, Decimal) else v for c, v in asdict(self).items()}

    @classmethod
    def de_json(cls, brut: Mapping[str, Any]) -> "LigneLue":
        """Back from `en_json`."""
        valeurs: dict[str, Any] = {c: Decimal(v) if c in MONTANTS and v is not None else v for c, v in brut.items()}
        return cls(**valeurs)


@dataclass(slots=True)
class Lecture:
    """One reading. `services`: id of each open entity by its code; `exercice`: the year when no column says it."""

    nom: str
    correspondance: Correspondance
    services: Mapping[str, int]
    exercice: int
    fautes: list[str] = field(default_factory=list)
    ignorees: int = 0

    def lire(self, octets: bytes) -> list[LigneLue]:
        """Every line. Raises FichierInvalide with every fault."""
        lues: list[LigneLue] = []
        vues: dict[tuple[int, str], int] = {}
        for numero, brute in self._lignes(self._decoder(octets)):
            ligne = self._ligne(numero, brute)
            if ligne is None:
                continue
            if (premiere := vues.setdefault(ligne.cle, numero)) != numero:
                self._faute(numero, f"le code « {ligne.code} » est déjà à la ligne {premiere}.")
            lues.append(ligne)
        if not lues and not self.fautes:
            self.fautes.append(f"{self.nom} : le fichier ne contient aucune ligne de budget.")
        if self.fautes:
            raise FichierInvalide(self.fautes)
        return lues

    def _faute(self, numero: int, raison: str) -> None:
        self.fautes.append(f"{self.nom}, ligne {numero} : {raison}")

    def _decoder(self, octets: bytes) -> str:
        """By the mapping's encoding; without one UTF-8, else what Windows writes in France."""
        choisi = self.correspondance.encodage
        essais = [choisi] if choisi else ["utf-8", "cp1252"]
        for encodage in essais:
            try:
                texte = octets.decode(encodage)
            except UnicodeDecodeError as erreur:
                faux = erreur
            else:
                if "\0" in texte:
                    raise FichierInvalide(
                        [f"{self.nom} : ce n'est pas un fichier CSV, ou son encodage est faux (utf-16 ?)."]
                    )
                return net(texte)
        ligne = octets[: faux.start].count(b"\n") + 1
        raison = f"un caractère n'est pas en {essais[-1]}. Écrivez le bon « encodage » dans la correspondance."
        raise FichierInvalide([f"{self.nom}, ligne {ligne} : {raison}"])

    def _lignes(self, texte: str) -> Iterator[tuple[int, dict[str, str]]]:
        """(number of its first line in the file, values by head) of each line that holds something and is no total."""
        entetes: list[str] | None = None
        for numero, valeurs in self._rangees(texte):
            if entetes is None:
                entetes = self._entetes(numero, valeurs)
            elif len(valeurs) != len(entetes):
                self._faute(numero, f"{len(valeurs)} colonnes au lieu de {len(entetes)}.")
            elif not self._total(brute := dict(zip(entetes, map(str.strip, valeurs), strict=True))):
                yield numero, brute

    def _rangees(self, texte: str) -> Iterator[tuple[int, list[str]]]:
        """Rows that hold something, after the lines before the heads."""
        lecteur = csv.reader(StringIO(texte, newline=""), delimiter=self.correspondance.separateur, strict=True)
        debut = 1
        try:
            for valeurs in lecteur:
                numero, debut = debut, lecteur.line_num + 1
                if numero > LIGNES_AU_PLUS:
                    raise FichierInvalide(
                        [f"{self.nom} : plus de {LIGNES_AU_PLUS} lignes. Coupez le fichier par exercice."]
                    )
                if numero > self.correspondance.lignes_avant and any(v.strip() for v in valeurs):
                    yield numero, valeurs
        except csv.Error as erreur:
            self._faute(debut, f"la ligne ne se lit pas ({erreur}). Un guillemet est-il resté ouvert ?")

    def _entetes(self, numero: int, valeurs: list[str]) -> list[str]:
        entetes = [v.strip() for v in valeurs]
        fautes = [f"il manque la colonne « {c} »." for c in sorted(self.correspondance.lues - set(entetes))]
        fautes += [
            f"la colonne « {c} » est là deux fois." for c in sorted(self.correspondance.lues) if entetes.count(c) > 1
        ]
        if fautes:
            lues = ", ".join(f"« {e} »" for e in entetes[:30])
            raise FichierInvalide([*(f"{self.nom}, ligne {numero} : {f}" for f in fautes),
                                   f"{self.nom}, ligne {numero} : les colonnes lues sont {lues}."])  # fmt: skip
        return entetes

    def _total(self, brute: dict[str, str]) -> bool:
        est_total = any(brute[colonne] in valeurs for colonne, valeurs in self.correspondance.ignorer.items())
        self.ignorees += est_total
        return est_total

    def _ligne(self, numero: int, brute: dict[str, str]) -> LigneLue | None:
        """The line, or None with its faults said."""
        avant = len(self.fautes)
        dites = self.correspondance.colonnes
        champs: dict[str, Any] = {cle: self._texte(cle, brute) if cle in dites else None for cle in TEXTES}
        for cle, plus in MAXIMA.items():
            if len(champs[cle] or "") > plus:
                self._faute(numero, f"« {cle} » dépasse {plus} caractères.")
        for cle in ("code", "libelle"):
            if not champs[cle].strip("-"):
                self._faute(numero, f"« {cle} » est vide.")
        champs |= {cle: self._montant(numero, cle, brute) if cle in dites else None for cle in MONTANTS}
        champs["service"] = self._service(numero, champs["service"])
        champs["section"] = self._section(numero, champs["section"])
        champs["exercice"] = self._exercice(numero, brute)
        if len(self.fautes) > avant:
            return None
        return LigneLue(a_confirmer=self.correspondance.a_confirmer, **champs)

    def _texte(self, cle: str, brute: dict[str, str]) -> str:
        return "-".join(brute[c] for c in self.correspondance.colonnes[cle])

    def _service(self, numero: int, valeur: str) -> int | None:
        code = self.correspondance.services.get(valeur, valeur)
        if code not in self.services:
            self._faute(
                numero, f"aucun service ouvert pour « {valeur} ». Ajoutez-le à [services] dans la correspondance."
            )
        return self.services.get(code)

    def _section(self, numero: int, valeur: str) -> str:
        section = self.correspondance.sections.get(valeur, valeur)
        if section not in Section.values:
            self._faute(numero, f"« {valeur} » n'est pas une section. Ajoutez-la à [sections] dans la correspondance.")
        return section

    def _montant(self, numero: int, cle: str, brute: dict[str, str]) -> Decimal:
        """The sum of the columns; nothing written is nothing, but for the credits."""
        valeurs = [brute[c] for c in self.correspondance.colonnes[cle] if brute[c]]
        if not valeurs and cle == "credits":
            self._faute(numero, "les crédits ne sont pas écrits. Écrivez 0 s'il n'y en a pas.")
        try:
            c = self.correspondance
            total = sum((lire_montant(v, decimale=c.decimale, milliers=c.milliers) for v in valeurs), Decimal(0))
        except ValueError as erreur:
            self._faute(numero, f"{cle} : {erreur}")
            return Decimal(0)
        if not 0 <= total <= PLUS_GRAND:
            self._faute(numero, f"« {cle} » serait de {total} : ce montant est négatif ou trop grand.")
        return total

    def _exercice(self, numero: int, brute: dict[str, str]) -> int:
        if "exercice" not in self.correspondance.colonnes:
            return self.exercice
        valeur = self._texte("exercice", brute)
        if not (valeur.isascii() and valeur.isdigit() and int(valeur) in ANNEES):
            self._faute(numero, f"« {valeur} » n'est pas une année.")
            return 0
        return int(valeur)
