"""Does a dated link close a loop? Pure; the trigger on stand-ins says the same of one row at a time."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date


@dataclass(frozen=True, slots=True)
class Arc:
    """From one thing to another, from `debut` to `fin` (excluded; None = no end). `portee` empty = for all."""

    de: str
    vers: str
    debut: date
    fin: date | None
    portee: str = ""


def ensemble(un: Arc, debut: date, fin: date | None) -> tuple[date, date | None] | None:
    """The days when an arc is true within a period; None when there is none."""
    fins = [f for f in (un.fin, fin) if f is not None]
    commence, finit = max(un.debut, debut), min(fins) if fins else None
    return None if finit is not None and finit <= commence else (commence, finit)


def fait_boucle(neuf: Arc, arcs: Iterable[Arc]) -> bool:
    """True when, some day, following `arcs` from the end of the new one leads back to its start."""
    suivables = [a for a in arcs if a != neuf and (not neuf.portee or a.portee in ("", neuf.portee))]
    vus: set[tuple[str, date, date | None]] = set()
    file = [(neuf.vers, neuf.debut, neuf.fin)]
    while file:
        etat = file.pop()
        if etat[0] == neuf.de:
            return True
        if etat not in vus:
            vus.add(etat)
            communs = [(a.vers, ensemble(a, etat[1], etat[2])) for a in suivables if a.de == etat[0]]
            file += [(vers, *jours) for vers, jours in communs if jours is not None]
    return False
