"""From a circuit model to the étapes of one dossier: who exactly, computed from the organisation of the day."""

from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass, replace

from buridan.circuits.modele import CircuitModele, Destinataire, EtapeModele, TypeEtape
from buridan.organisation.annuaire import Annuaire
from buridan.organisation.fiches import Resolution
from buridan.organisation.models import Genre


class RouteImpossible(Exception):
    """An étape has no addressee in the organisation of the day; the message names it."""


@dataclass(frozen=True, slots=True)
class Contexte:
    """What the route depends on: the service in charge, the theme, and the person who opens the dossier, if it is an agent."""

    entite: int
    theme: str = ""
    auteur: int | None = None


@dataclass(frozen=True, slots=True)
class EtapePrevue:
    """An étape of the computed route; exactly one of `poste` and `entite` is set."""

    modele: EtapeModele
    poste: int | None
    entite: int | None

    def qui(self, annuaire: Annuaire, nature: str) -> Resolution:
        """Who would act today, and why."""
        if self.poste is not None:
            return annuaire.resoudre(self.poste, nature)
        assert self.entite is not None
        return annuaire.resoudre_entite(self.entite, nature)

    def destinataire(self, annuaire: Annuaire) -> str:
        """Name of the post or entity."""
        if self.poste is not None:
            return annuaire.postes[self.poste].intitule
        return annuaire.nom_entite(self.entite)


def calculer(modele: CircuitModele, annuaire: Annuaire, contexte: Contexte) -> list[EtapePrevue]:
    """The whole route. Raises RouteImpossible when an addressee can't be found."""
    return [_placer(etape, annuaire, contexte) for etape in modele.etapes]


def _placer(etape: EtapeModele, annuaire: Annuaire, contexte: Contexte) -> EtapePrevue:
    poste, entite = _trouver(etape.destinataire, annuaire, contexte)
    if poste is None and entite is None:
        raise RouteImpossible(
            f"Étape « {etape.titre} » : aucun poste ni service ne correspond à « {etape.destinataire} » aujourd'hui. "
            "Prévenez le service qualité : le circuit ou l'organigramme est à corriger."
        )
    return EtapePrevue(etape, poste, entite)


def _trouver(destinataire: Destinataire, annuaire: Annuaire, contexte: Contexte) -> tuple[int | None, int | None]:
    if destinataire.genre == "poste":
        return annuaire.codes_postes.get(destinataire.code), None
    if destinataire.genre == "entite":
        return None, annuaire.codes_entites.get(destinataire.code)
    return _role(destinataire.code, annuaire, contexte)


def _role(role: str, annuaire: Annuaire, contexte: Contexte) -> tuple[int | None, int | None]:
    if role == "service":
        return None, contexte.entite
    if role == "auteur":
        poste = annuaire.poste_principal(contexte.auteur)
        return (poste, None) if poste is not None else (None, contexte.entite)
    entite: int | None = contexte.entite
    if role in {"direction", "dga"}:
        entite = annuaire.au_dessus(contexte.entite, Genre(role)) or contexte.entite
    elif role in {"dgs", "cabinet", "maire"}:
        genres = {"dgs": Genre.DIRECTION_GENERALE, "cabinet": Genre.CABINET, "maire": Genre.ASSEMBLEE}
        entite = annuaire.premiere(genres[role])
    elif role == "elu":
        if (poste := annuaire.poste_de_l_elu(contexte.theme)) is not None:
            return poste, None
        entite = annuaire.premiere(Genre.CABINET)
    return annuaire.responsable(entite), None


def nommer(modele: CircuitModele, postes: Mapping[str, int], annuaire: Annuaire) -> CircuitModele:
    """The model with the posts that a nature found for its roles (`role:elu`), the others left to `calculer`."""
    fixes = {role: Destinataire("poste", annuaire.postes[poste].code) for role, poste in postes.items()}
    etapes = tuple(replace(e, destinataire=fixes.get(str(e.destinataire), e.destinataire)) for e in modele.etapes)
    return replace(modele, etapes=etapes)


def une_fois(prevues: Iterable[EtapePrevue], deja: Collection[int]) -> list[EtapePrevue]:
    """Nobody visas twice, nor what somebody in `deja` wrote or will decide: the last visa is the one that stays."""
    vus = set(deja)
    gardees: list[EtapePrevue] = []
    for p in reversed(list(prevues)):
        if p.modele.type is TypeEtape.VISA and p.poste is not None:
            if p.poste in vus:
                continue
            vus.add(p.poste)
        gardees.insert(0, p)
    return gardees


def figer(modele: CircuitModele, prevues: Iterable[EtapePrevue], annuaire: Annuaire) -> CircuitModele:
    """The model of this route: each post found stands in it, and the ranks follow one another."""
    etapes = [
        replace(p.modele, destinataire=Destinataire("poste", annuaire.postes[p.poste].code)) if p.poste is not None
        else p.modele
        for p in prevues
    ]  # fmt: skip
    rangs = {rang: n for n, rang in enumerate(sorted({e.rang for e in etapes}), 1)}
    return replace(modele, etapes=tuple(replace(e, rang=rangs[e.rang]) for e in etapes))


def noms(prevues: Sequence[EtapePrevue], annuaire: Annuaire) -> dict[str, str]:
    """Addressee's text -> its name, for the drawings."""
    return {str(p.modele.destinataire): p.destinataire(annuaire) for p in prevues}
