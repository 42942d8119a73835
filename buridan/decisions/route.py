"""How far a request goes up: the heads above its author, found once, nobody asked twice."""

from dataclasses import dataclass, replace

from buridan.circuits.catalogue import en_vigueur
from buridan.circuits.modele import CircuitModele, Destinataire, EtapeModele, TypeEtape
from buridan.dossiers.routage import Contexte, calculer, figer, nommer, une_fois
from buridan.organisation.annuaire import Annuaire
from buridan.organisation.models import Genre
from buridan.outils.verdict import Refus

# The lowest head that each role of a circuit asks for.
NIVEAUX = {"responsable": 0, "direction": 1, "dga": 2, "dgs": 3}
HAUTEURS = {Genre.EQUIPE: -1, Genre.SERVICE: 0, Genre.DIRECTION: 1, Genre.DGA: 2}  # any other stands above them all


@dataclass(frozen=True, slots=True)
class Trajet:
    """The circuit for one request, and the post of the head who will give the answer."""

    circuit: tuple[CircuitModele, int]
    encadrant: int


def echelle(annuaire: Annuaire, entite: int, auteur: int | None) -> list[int]:
    """Posts of the heads above the author, nearest first; the mayor's alone for whoever has no head in the organisation.

    The mayor is alone in charge of the administration (CGCT L2122-18), so is the head of the general manager and of the
    director of the cabinet.
    """
    chefs = [poste for poste in annuaire.chefs(entite) if poste != auteur]
    maire = annuaire.responsables.get(annuaire.premiere(Genre.ASSEMBLEE) or 0)
    return chefs or ([maire] if maire is not None and maire != auteur else [])


def tracer(code: str, annuaire: Annuaire, *, entite: int, auteur: int | None) -> Trajet:
    """The route of a request of the post `auteur` (None: anybody of the entity). Raises Refus, RouteImpossible."""
    chefs = echelle(annuaire, entite, auteur)
    if not chefs:
        raise Refus(
            "Personne ne vous encadre dans l'organisation d'aujourd'hui : la réponse ne pourrait pas redescendre. Prévenez "
            "le service qui administre l'organisation."
        )
    postes = {f"role:{role}": _chef(annuaire, chefs, niveau) for role, niveau in NIVEAUX.items()}
    modele, numero = en_vigueur(code)
    modele = nommer(
        _deployer(modele, annuaire, chefs), postes | ({"role:auteur": auteur} if auteur is not None else {}), annuaire
    )
    prevues = calculer(modele, annuaire, Contexte(entite=entite))
    decident = {p.poste for p in prevues if p.modele.type is TypeEtape.DECISION and p.poste is not None}
    deja = decident | ({auteur} if auteur is not None else set())
    return Trajet((figer(modele, une_fois(prevues, deja), annuaire), numero), chefs[0])


def _deployer(modele: CircuitModele, annuaire: Annuaire, chefs: list[int]) -> CircuitModele:
    """The visa of `role:responsable` is that of each head up to the service, from the nearest; the nearest gives the answer."""
    proches = [p for p in chefs if _hauteur(annuaire, p) <= 0] or chefs[:1]
    etapes: list[EtapeModele] = []
    for etape in modele.etapes:
        eux = []
        if str(etape.destinataire) == "role:responsable":
            eux = {TypeEtape.VISA: proches, TypeEtape.REPONSE: chefs[:1]}.get(etape.type, [])
        qui = [Destinataire("poste", annuaire.postes[p].code) for p in eux] or [etape.destinataire]
        etapes += [replace(etape, rang=100 * etape.rang + n, destinataire=a) for n, a in enumerate(qui)]
    return replace(modele, etapes=tuple(etapes))


def _chef(annuaire: Annuaire, chefs: list[int], niveau: int) -> int:
    """The first head of that level or above; the last one when the line stops before."""
    return next((p for p in chefs if _hauteur(annuaire, p) >= niveau), chefs[-1])


def _hauteur(annuaire: Annuaire, poste: int) -> int:
    fiche = annuaire.entites.get(annuaire.postes[poste].entite)
    return HAUTEURS.get(Genre(fiche.genre), 9) if fiche is not None else 9
