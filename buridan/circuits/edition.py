"""Gestures on a circuit, as values: each gives another circuit, with ranks that follow one another from 1."""

from collections.abc import Callable, Sequence
from dataclasses import replace
from enum import StrEnum
from typing import Final

from buridan.circuits.modele import CircuitModele, EtapeModele

Edition = Callable[[CircuitModele], CircuitModele]
DEBUT: Final = "debut"


class EtapeDisparue(LookupError):
    """The étape is no longer in this circuit."""


class Sens(StrEnum):
    """Where an étape moves."""

    MONTER = "monter"
    DESCENDRE = "descendre"
    JOINDRE = "joindre"


def presenter(modele: CircuitModele, *, titre: str, description: str, a_confirmer: bool) -> CircuitModele:
    """Another title and description."""
    return replace(modele, titre=titre, description=description, a_confirmer=a_confirmer)


def places(modele: CircuitModele) -> list[tuple[str, str]]:
    """Where an étape can be added: (value, French words), in order; the value is understood by `ajouter`."""
    choix = [(DEBUT, "Au début du circuit")]
    for rang in modele.rangs():
        titres = " et ".join(f"« {e.titre} »" for e in rang)
        choix.append((f"avec:{rang[0].cle}", f"En même temps que {titres}"))
        choix.append((f"apres:{rang[-1].cle}", f"Après {titres}"))
    return choix


def ajouter(modele: CircuitModele, etape: EtapeModele, place: str) -> CircuitModele:
    """One more étape. In a rank that exists, its rule and its hidden votes become those of the rank."""
    genre, _, cle = place.partition(":")
    rangs = _listes(modele)
    if genre == DEBUT:
        return _poser(modele, [[etape], *rangs])
    i = _ou(rangs, cle)
    if genre == "avec":
        rangs[i] = _accorder([*rangs[i], etape], etape)
    else:
        rangs.insert(i + 1, [etape])
    return _poser(modele, rangs)


def remplacer(modele: CircuitModele, etape: EtapeModele) -> CircuitModele:
    """Another content for the étape with the same key; its rule and its hidden votes hold for its whole rank."""
    rangs = _listes(modele)
    i = _ou(rangs, etape.cle)
    rangs[i] = _accorder([etape if e.cle == etape.cle else e for e in rangs[i]], etape)
    return _poser(modele, rangs)


def enlever(modele: CircuitModele, cle: str) -> CircuitModele:
    """Without that étape."""
    rangs = _listes(modele)
    i = _ou(rangs, cle)
    rangs[i] = _seule([e for e in rangs[i] if e.cle != cle])
    return _poser(modele, rangs)


def deplacer(modele: CircuitModele, cle: str, sens: Sens) -> CircuitModele:
    """Up or down: an étape in parallel leaves its rank, a lone one passes the rank beside it. `JOINDRE`: in parallel with
    the rank before it.
    """
    rangs = _listes(modele)
    i = _ou(rangs, cle)
    if sens is Sens.JOINDRE and i == 0:
        return _poser(modele, rangs)
    [etape] = [e for e in rangs[i] if e.cle == cle]
    autres = rangs[i] = _seule([e for e in rangs[i] if e.cle != cle])
    if sens is Sens.JOINDRE:
        rangs[i - 1] = _accorder([*rangs[i - 1], etape], rangs[i - 1][0])
    elif sens is Sens.MONTER:
        rangs.insert(i if autres else max(0, i - 1), _seule([etape]))
    else:
        rangs.insert(i + 1 if autres else i + 2, _seule([etape]))
    return _poser(modele, rangs)


def _listes(modele: CircuitModele) -> list[list[EtapeModele]]:
    return [list(rang) for rang in modele.rangs()]


def _ou(rangs: Sequence[Sequence[EtapeModele]], cle: str) -> int:
    for i, rang in enumerate(rangs):
        if any(e.cle == cle for e in rang):
            return i
    raise EtapeDisparue(cle)


def _accorder(rang: list[EtapeModele], selon: EtapeModele) -> list[EtapeModele]:
    return [replace(e, regle=selon.regle, votes_caches=selon.votes_caches) for e in rang]


def _seule(rang: list[EtapeModele]) -> list[EtapeModele]:
    """A lone étape has nobody to agree with."""
    return [replace(e, regle="tous", votes_caches=False) for e in rang] if len(rang) == 1 else rang


def _poser(modele: CircuitModele, rangs: Sequence[Sequence[EtapeModele]]) -> CircuitModele:
    pleins = [rang for rang in rangs if rang]
    return replace(modele, etapes=tuple(replace(e, rang=n) for n, rang in enumerate(pleins, 1) for e in rang))
