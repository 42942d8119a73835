"""A circuit: an ordered list of étapes, as a value. Étapes of the same rank run in parallel."""

from dataclasses import dataclass, field
from enum import StrEnum
from typing import Final

from buridan.circuits.niveaux import demande_en_mots
from buridan.droit.delais import Delai


class TypeEtape(StrEnum):
    """What an étape asks of its addressee."""

    QUALIFICATION = "qualification"
    TRAITEMENT = "traitement"
    AVIS = "avis"
    VISA = "visa"
    VALIDATION = "validation"
    SIGNATURE = "signature"
    DECISION = "decision"
    REPONSE = "reponse"
    INFORMATION = "information"

    @property
    def libelle(self) -> str:
        """French word for the screen."""
        return {"decision": "Décision", "reponse": "Réponse"}.get(self.value, self.value.capitalize())


TITRE_MAX, CONSIGNE_MAX, JOURS_MAX = 120, 300, 99  # what an étape of a dossier can hold
ROLES: Final = {
    "service": "le service chargé du dossier",
    "responsable": "le responsable du service",
    "direction": "le directeur du service",
    "dga": "le directeur général adjoint",
    "dgs": "le directeur général des services",
    "cabinet": "le directeur de cabinet",
    "maire": "le maire",
    "elu": "l'élu chargé du thème",
    "auteur": "l'auteur du dossier",
}


@dataclass(frozen=True, slots=True)
class Destinataire:
    """Who has to act: `poste:code`, `entite:code` or `role:nom`."""

    genre: str
    code: str

    @classmethod
    def lire(cls, texte: str) -> "Destinataire":
        """Parse; ValueError with a French message."""
        genre, _, code = texte.strip().partition(":")
        if genre not in {"poste", "entite", "role"} or not code:
            raise ValueError(f"« {texte} » : écrivez poste:code, entite:code ou role:nom.")
        if genre == "role" and code not in ROLES:
            raise ValueError(f"Le rôle « {code} » n'existe pas. Rôles possibles : {', '.join(ROLES)}.")
        return cls(genre, code)

    def __str__(self) -> str:
        return f"{self.genre}:{self.code}" if self.genre else ""

    @property
    def libelle(self) -> str:
        """French words; a code for a post or an entity."""
        return ROLES[self.code] if self.genre == "role" else self.code or "à choisir"


A_CHOISIR: Final = Destinataire("", "")  # a draft may leave it open


@dataclass(frozen=True, slots=True)
class EtapeModele:
    """One étape of a model. `regle`: "tous", "un", or a number as text (n of the étapes of the rank). `niveau_signature`: the
    level that its signature must have (`niveaux.Niveau`), empty for any.

    `cle` follows an étape from version to version, `ligne` is where the text gives it: neither is part of what it says.
    """

    rang: int
    type: TypeEtape
    titre: str
    destinataire: Destinataire
    delai: Delai | None = None
    regle: str = "tous"
    votes_caches: bool = False
    rappel_avant: int = 1
    escalade_apres: int = 2
    consigne: str = ""
    niveau_signature: str = ""
    cle: str = field(default="", compare=False)
    ligne: int = field(default=0, compare=False)

    @property
    def niveau_en_mots(self) -> str:
        """« au moins une signature avancée »; empty for any."""
        return demande_en_mots(self.niveau_signature)

    @property
    def regle_en_mots(self) -> str:
        """How many étapes of its rank are waited for."""
        if self.regle.isdigit() and self.regle != "1":
            return f"{self.regle} suffisent"
        return {"tous": "toutes", "un": "une seule suffit", "1": "une seule suffit"}.get(self.regle, self.regle)


@dataclass(frozen=True, slots=True)
class CircuitModele:
    """A whole model; étapes in order of rank."""

    code: str
    titre: str
    nature: str
    description: str
    a_confirmer: bool
    etapes: tuple[EtapeModele, ...]

    def rangs(self) -> list[tuple[EtapeModele, ...]]:
        """Étapes grouped by rank, in order."""
        numeros = sorted({e.rang for e in self.etapes})
        return [tuple(e for e in self.etapes if e.rang == n) for n in numeros]

    def passe_par(self, role: str) -> bool:
        """Does an étape go to that role?"""
        return any(e.destinataire == Destinataire("role", role) for e in self.etapes)

    def etape(self, cle: str) -> EtapeModele | None:
        """The étape with that key."""
        return next((e for e in self.etapes if e.cle == cle), None)


@dataclass(frozen=True, slots=True)
class Faute:
    """Something to mend: where in a file (line 0 = the whole file), and at which field of which étape of a form.

    `sujet` names the étape or the rank in words, for who does not see the field.
    """

    source: str
    ligne: int
    raison: str
    sujet: str = ""
    etape: str = ""
    champ: str = ""

    def __str__(self) -> str:
        ou = f"{self.source}, ligne {self.ligne}" if self.ligne else self.source
        return " : ".join(filter(None, (ou, self.sujet, self.raison)))


class CircuitInvalide(ValueError):
    """A circuit that can't be used; `fautes` says all that is wrong."""

    def __init__(self, fautes: list[Faute]) -> None:
        super().__init__("\n".join(map(str, fautes)))
        self.fautes = fautes
