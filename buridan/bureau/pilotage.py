"""The head's board: flow in and out, late, time to answer, promise kept, where dossiers wait.

Days are Paris days, both ends of the period included. « En cours » and « en retard » are of the day of the reader.
"""

import json
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date, timedelta
from typing import Any

from django.db import connection

from buridan.dossiers.natures import natures
from buridan.droit.delais import FUSEAU_LEGAL

AU_PLUS = 20  # lines of "where dossiers wait"
SEMAINES_AU_PLUS = 27  # a longer period is shown by month

# A dossier is closed after it was opened: what is open, or was closed since, is all that the period can hold. The index
# `dossier_entite_clos` finds it, so the years before cost nothing.
_VUS = """
WITH vus AS (
    SELECT d.id, d.nature, d.entite_id, d.etat, d.promis_le, d.clos_le - d.ouvert_le AS duree,
        (d.ouvert_le AT TIME ZONE %(fuseau)s)::date AS entre, (d.clos_le AT TIME ZONE %(fuseau)s)::date AS sorti
    FROM dossiers_dossier d
    WHERE d.entite_id = ANY(%(entites)s) AND (d.clos_le IS NULL OR d.clos_le >= %(du)s::date - 1)
)
"""
_CHIFFRES = (
    _VUS  # noqa: S608  two constants
    + """, types AS (
    SELECT vus.*, coalesce(t.titre, %(natures)s::jsonb ->> nature, nature) AS type
    FROM vus LEFT JOIN demandes_demande q ON q.dossier_id = vus.id LEFT JOIN demandes_typedemande t ON t.id = q.type_id
)
SELECT entite_id, type,
    count(*) FILTER (WHERE entre BETWEEN %(du)s AND %(au)s),
    count(*) FILTER (WHERE sorti BETWEEN %(du)s AND %(au)s),
    count(*) FILTER (WHERE etat <> 'clos'),
    count(*) FILTER (WHERE etat <> 'clos' AND promis_le < %(jour)s),
    percentile_cont(0.5) WITHIN GROUP (ORDER BY extract(epoch FROM duree) / 86400)
        FILTER (WHERE sorti BETWEEN %(du)s AND %(au)s),
    100.0 * count(*) FILTER (WHERE sorti BETWEEN %(du)s AND %(au)s AND sorti <= promis_le)
        / nullif(count(*) FILTER (WHERE sorti BETWEEN %(du)s AND %(au)s AND promis_le IS NOT NULL), 0)
FROM types GROUP BY GROUPING SETS ((entite_id), (type), ()) HAVING GROUPING(entite_id, type) = 3 OR count(*) > 0
ORDER BY GROUPING(entite_id, type), 5 DESC, 3 DESC, type
"""
)
_FLUX = (
    _VUS  # noqa: S608  two constants
    + """
SELECT date_trunc(%(pas)s, jour)::date, sum(entree)::int, sum(sortie)::int
FROM (SELECT entre AS jour, 1 AS entree, 0 AS sortie FROM vus
      UNION ALL SELECT sorti, 0, 1 FROM vus WHERE sorti IS NOT NULL
      UNION ALL SELECT generate_series(%(du)s::date, %(au)s::date, interval '1 day')::date, 0, 0) AS jours
WHERE jour BETWEEN %(du)s AND %(au)s GROUP BY 1 ORDER BY 1
"""
)
_ATTENTES = """
SELECT e.titre, e.poste_id, e.entite_id, count(*), count(*) FILTER (WHERE e.echeance < %(jour)s),
    avg(%(jour)s - (e.activee_le AT TIME ZONE %(fuseau)s)::date)
FROM dossiers_etape e JOIN dossiers_dossier d ON d.id = e.dossier_id
WHERE e.etat = 'active' AND d.entite_id = ANY(%(entites)s) AND d.clos_le IS NULL
GROUP BY 1, 2, 3 ORDER BY 4 DESC, 5 DESC, 1, 2, 3 LIMIT %(limite)s
"""


@dataclass(frozen=True, slots=True)
class Periode:
    """Days looked at, and the day of the reader."""

    du: date
    au: date
    jour: date


@dataclass(frozen=True, slots=True)
class Chiffres:
    """One line of the board; `mediane` in days, `tenue` in percent, None when nothing was answered."""

    entite: int | None
    type: str | None
    entrees: int
    sorties: int
    ouverts: int
    retard: int
    mediane: float | None
    tenue: float | None


@dataclass(frozen=True, slots=True)
class Flux:
    """What came in and went out in the week, or the month, that begins on `debut`."""

    debut: date
    entrees: int
    sorties: int


@dataclass(frozen=True, slots=True)
class Attente:
    """Where dossiers wait: an étape at a post or an entity; `jours` is the mean age of those waiting there."""

    titre: str
    poste: int | None
    entite: int | None
    nombre: int
    retard: int
    jours: float


@dataclass(frozen=True, slots=True)
class Tableau:
    """All that the board shows."""

    total: Chiffres
    services: list[Chiffres]
    types: list[Chiffres]
    flux: list[Flux]
    par_mois: bool
    attentes: list[Attente]


def tableau(entites: Iterable[int], periode: Periode) -> Tableau:
    """The figures of these entities over the period: three reads."""
    par_mois = (periode.au - periode.du) > timedelta(weeks=SEMAINES_AU_PLUS)
    parametres: dict[str, Any] = {
        "entites": sorted(entites), "du": periode.du, "au": periode.au, "jour": periode.jour, "fuseau": FUSEAU_LEGAL.key,
        "pas": "month" if par_mois else "week", "limite": AU_PLUS,
        "natures": json.dumps({n.code: n.nom for n in natures()}),
    }  # fmt: skip
    lignes = [Chiffres(*ligne) for ligne in _lire(_CHIFFRES, parametres)]
    return Tableau(
        total=next(x for x in lignes if x.entite is None and x.type is None),
        services=[x for x in lignes if x.entite is not None],
        types=[x for x in lignes if x.type is not None],
        flux=[Flux(*ligne) for ligne in _lire(_FLUX, parametres)],
        par_mois=par_mois,
        attentes=[Attente(*ligne) for ligne in _lire(_ATTENTES, parametres)],
    )


def _lire(sql: str, parametres: dict[str, Any]) -> list[tuple[Any, ...]]:
    with connection.cursor() as curseur:
        curseur.execute(sql, parametres)
        lignes: list[tuple[Any, ...]] = curseur.fetchall()
    return lignes
