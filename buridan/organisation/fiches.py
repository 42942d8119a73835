"""What is known of an entity, a post, a person on one day, and the outcome of a search. Ids are those of the models."""

from dataclasses import dataclass
from datetime import date


@dataclass(frozen=True, slots=True)
class FicheEntite:
    """An entity as it stands on the day. Ids are those of `Entite`."""

    id: int
    code: str
    nom: str
    genre: str
    parent: int | None
    ordre: int
    telephone: str
    courriel: str
    adresse: str
    a_confirmer: bool


@dataclass(frozen=True, slots=True)
class FichePoste:
    """A post as it stands on the day; `personne` is its holder's id, None when vacant."""

    id: int
    code: str
    intitule: str
    entite: int
    responsable: bool
    droits: frozenset[str]
    personne: int | None


@dataclass(frozen=True, slots=True)
class FichePersonne:
    """A person on the day."""

    id: int
    nom: str
    courriel: str
    telephone: str
    absente_jusquau: date | None
    civilite: str = ""

    @property
    def absente(self) -> str:
        """« absente », « absent », or « absent·e » when the title does not say."""
        return {"Mme": "absente", "M.": "absent"}.get(self.civilite, "absent·e")


@dataclass(frozen=True, slots=True)
class Resolution:
    """Who acts for a post or an entity. `personnes` is empty only if nobody at all can be found.

    `pour`: for whom or what they act, as a whole phrase (« pour Camille Durand, absente »), empty when the holder acts.
    `raisons`: French sentences, one for each step of the search.
    """

    personnes: tuple[int, ...]
    poste: int | None
    pour: str
    raisons: tuple[str, ...]
