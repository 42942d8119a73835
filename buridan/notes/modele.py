"""The form of the note, as a value: its kinds, its parts in order, the frames of its visas, where the mayor may send it."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date
from decimal import Decimal, InvalidOperation
from functools import lru_cache
from typing import Any

from buridan.circuits.modele import Destinataire
from buridan.dossiers.formulaires import FormulaireInvalide, lire_tables

TYPES = ("texte", "long", "oui_non", "date", "montant", "choix")
CONSULTER = "_consulter"  # « oui » unless the author says that this service has nothing to look at
Contenu = dict[str, str]
TABLES = {
    "genre": ("code", "titre", "circuit"), "partie": ("code", "titre"), "cadre": ("a", "titre"),
    "instance": ("code", "titre"),
}  # fmt: skip


@dataclass(frozen=True, slots=True)
class Champ:
    """One answer. `si`: code of the yes-or-no it goes with."""

    code: str
    titre: str
    type: str = "long"
    si: str = ""
    choix: tuple[str, ...] = ()

    def faute(self, valeur: str) -> str:
        """Why this can't be read, in a sentence; empty when it can."""
        if not valeur or self.type in ("texte", "long"):
            return ""
        if self.type == "date":
            return "" if _jour(valeur) else "Écrivez la date comme ceci : 31/12/2026."
        if self.type == "montant":
            return "" if _montant(valeur) is not None else "Écrivez la somme en chiffres, par exemple 12 500,50."
        permis = ("oui", "non") if self.type == "oui_non" else self.choix
        return "" if valeur in permis else "Choisissez dans la liste."

    def lisible(self, valeur: str) -> str:
        """As it is read on the page and on paper; what can't be understood stays as it was typed."""
        if self.type == "date" and (jour := _jour(valeur)):
            return f"{jour:%d/%m/%Y}"
        if self.type == "montant" and (somme := _montant(valeur)) is not None:
            return f"{somme:,.2f}".replace(",", "\u202f").replace(".", ",").removesuffix(",00")
        return {"oui": "Oui", "non": "Non"}.get(valeur, valeur) if self.type == "oui_non" else valeur


def _jour(valeur: str) -> date | None:
    """ISO as a browser sends it, or as people write it."""
    morceaux = valeur.split("/")
    try:
        return (
            date(int(morceaux[2]), int(morceaux[1]), int(morceaux[0]))
            if len(morceaux) == 3
            else date.fromisoformat(valeur)
        )
    except ValueError:
        return None


def _montant(valeur: str) -> Decimal | None:
    propre = "".join(valeur.replace("€", "").split()).replace(",", ".")
    try:
        somme = Decimal(propre)
    except InvalidOperation:
        return None
    return somme if somme.is_finite() and 0 <= somme < 10**12 else None


@dataclass(frozen=True, slots=True)
class Partie:
    """One part. `a`: the service that fills or checks it as an opinion, empty for a text of the author."""

    code: str
    titre: str
    aide: str = ""
    obligatoire: bool = False
    titres: Mapping[str, str] = field(default_factory=dict)
    genres: tuple[str, ...] = ()
    a: str = ""
    champs: tuple[Champ, ...] = ()

    def intitule(self, genre: str) -> str:
        """Its title in a note of that kind."""
        return self.titres.get(genre, self.titre)

    @property
    def en_champs(self) -> bool:
        """Made of named fields, and not of one text under its title."""
        return len(self.champs) > 1 or bool(self.a)

    def nom_du_champ(self, code: str, genre: str) -> str:
        """What a field is called away from its part: « Coût en euros (Finances) »."""
        titre = self.intitule(genre)
        champ = next((c.titre for c in self.champs if c.code == code), "")
        return f"{champ} ({titre})" if self.en_champs and champ else titre

    def vide(self, contenu: Contenu) -> bool:
        """Nothing was written in it."""
        return not any(contenu.get(c.code, "").strip() for c in self.champs)

    def consulter(self, contenu: Contenu) -> bool:
        """Is its service asked?"""
        return bool(self.a) and contenu.get(CONSULTER, "oui") != "non"


@dataclass(frozen=True, slots=True)
class Genre:
    """Information, arbitration, alert: which circuit, and whether it presses."""

    code: str
    titre: str
    circuit: str
    quand: str = ""
    urgente: bool = False


@dataclass(frozen=True, slots=True)
class Nomme:
    """A frame for a visa (`code`: the role that fills it), or a body the mayor may send a note to."""

    code: str
    titre: str


@dataclass(frozen=True, slots=True)
class ModeleDeNote:
    """The whole form."""

    destinataire: str
    genres: tuple[Genre, ...]
    parties: tuple[Partie, ...]
    cadres: tuple[Nomme, ...]
    instances: tuple[Nomme, ...]

    def genre(self, code: str) -> Genre:
        """The kind of that code. KeyError."""
        return {g.code: g for g in self.genres}[code]

    def instance(self, code: str) -> Nomme | None:
        """The body of that code."""
        return next((i for i in self.instances if i.code == code), None)

    def parties_de(self, genre: str) -> tuple[Partie, ...]:
        """The parts of a note of that kind, in order."""
        return tuple(p for p in self.parties if not p.genres or genre in p.genres)


@lru_cache(maxsize=32)
def lire_modele(texte: str) -> ModeleDeNote:
    """The form of this TOML text. Raises FormulaireInvalide with every fault."""
    brut, fautes = lire_tables(texte, TABLES)
    if not brut.get("note", {}).get("destinataire"):
        fautes.append("[note] : il manque « destinataire ».")
    if fautes:
        raise FormulaireInvalide(fautes)
    parties = tuple(_partie(x, fautes) for x in brut["partie"])
    if fautes:
        raise FormulaireInvalide(fautes)
    return ModeleDeNote(
        brut["note"]["destinataire"],
        tuple(
            Genre(x["code"], x["titre"], x["circuit"], x.get("quand", ""), bool(x.get("urgente")))
            for x in brut["genre"]
        ),
        parties,
        tuple(Nomme(x["a"], x["titre"]) for x in brut["cadre"]),
        tuple(Nomme(x["code"], x["titre"]) for x in brut["instance"]),
    )


def _partie(brut: Mapping[str, Any], fautes: list[str]) -> Partie:
    champs = tuple(_champ(x, brut["code"], fautes) for x in brut.get("champ", [])) or (Champ("texte", brut["titre"]),)
    codes = [c.code for c in champs]
    fautes += [
        f"partie « {brut['code']} » : « si = {c.si} » ne désigne aucun de ses champs."
        for c in champs
        if c.si and c.si not in codes
    ]
    try:
        a = str(Destinataire.lire(brut["a"])) if brut.get("a") else ""
    except ValueError as erreur:
        fautes.append(f"partie « {brut['code']} » : {erreur}")
        a = ""
    return Partie(
        brut["code"], brut["titre"], brut.get("aide", ""), bool(brut.get("obligatoire")), dict(brut.get("titres", {})),
        tuple(brut.get("genres", ())), a, champs,
    )  # fmt: skip


def _champ(brut: Mapping[str, Any], partie: str, fautes: list[str]) -> Champ:
    if not brut.get("code") or not brut.get("titre") or brut.get("type") not in TYPES:
        fautes.append(f"partie « {partie} » : un champ a un code, un titre et un type ({', '.join(TYPES)}).")
    return Champ(
        str(brut.get("code", "")), str(brut.get("titre", "")), str(brut.get("type", "long")), str(brut.get("si", "")),
        tuple(brut.get("choix", ())),
    )  # fmt: skip
