"""The head's board: flow in and out, late, time to answer, promise kept, where dossiers wait."""

from dataclasses import dataclass
from datetime import date, timedelta
from typing import Any

from django.db import connection

_CHIFFRES = """
WITH vus AS (
    SELECT d.id, d.entite_id, d.ouvert_le, d.clos_le, d.promis_le, d.etat FROM dossiers_dossier d
    WHERE d.entite_id = ANY(%(entites)s) AND (d.etat <> 'clos' OR d.clos_le >= %(debut)s OR d.ouvert_le >= %(debut)s)
)
SELECT entite_id,
    count(*) FILTER (WHERE ouvert_le >= %(debut)s),
    count(*) FILTER (WHERE clos_le >= %(debut)s),
    count(*) FILTER (WHERE etat <> 'clos'),
    count(*) FILTER (WHERE etat <> 'clos' AND promis_le < %(jour)s),
    percentile_cont(0.5) WITHIN GROUP (ORDER BY extract(epoch FROM clos_le - ouvert_le) / 86400)
        FILTER (WHERE clos_le >= %(debut)s),
    100.0 * count(*) FILTER (WHERE clos_le >= %(debut)s AND clos_le::date <= promis_le)
        / nullif(count(*) FILTER (WHERE clos_le >= %(debut)s AND promis_le IS NOT NULL), 0)
FROM vus GROUP BY GROUPING SETS ((entite_id), ())
"""
_ATTENTES = """
SELECT e.titre, count(*), count(*) FILTER (WHERE e.echeance < %(jour)s),
    avg(extract(epoch FROM now() - e.activee_le) / 86400)
FROM dossiers_etape e JOIN dossiers_dossier d ON d.id = e.dossier_id
WHERE e.etat = 'active' AND d.entite_id = ANY(%(entites)s) GROUP BY e.titre ORDER BY 2 DESC LIMIT 12
"""


@dataclass(frozen=True, slots=True)
class Chiffres:
    """One line of the board; `mediane` in days, `tenue` in percent, None when nothing was answered."""

    entite: int | None
    entrees: int
    sorties: int
    ouverts: int
    retard: int
    mediane: float | None
    tenue: float | None


@dataclass(frozen=True, slots=True)
class Attente:
    """Where dossiers wait; `jours` is the mean age of the waiting étapes."""

    titre: str
    nombre: int
    retard: int
    jours: float
    part: int


def chiffres(entites: set[int], jour: date, *, periode: int = 90) -> tuple[list[Chiffres], Chiffres]:
    """(lines by entity, total) over the last `periode` days."""
    parametres: dict[str, Any] = {"entites": sorted(entites), "debut": jour - timedelta(days=periode), "jour": jour}
    with connection.cursor() as curseur:
        curseur.execute(_CHIFFRES, parametres)
        lignes = [Chiffres(*ligne) for ligne in curseur.fetchall()]
    total = next((x for x in lignes if x.entite is None), Chiffres(None, 0, 0, 0, 0, None, None))
    return [x for x in lignes if x.entite is not None], total


def attentes(entites: set[int], jour: date) -> list[Attente]:
    """Étapes under way, the most crowded first; `part` in percent of the largest, for the bars."""
    with connection.cursor() as curseur:
        curseur.execute(_ATTENTES, {"entites": sorted(entites), "jour": jour})
        lignes = curseur.fetchall()
    maximum = max((ligne[1] for ligne in lignes), default=1)
    return [Attente(t, n, r, float(j or 0), round(100 * n / maximum)) for t, n, r, j in lignes]
