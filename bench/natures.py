"""Dossiers of every nature, whatever it is: those that the demo plays are copied, row by row, into the towns.

What a nature keeps about a dossier is found in the models: the tables whose primary key is the dossier.
"""

import json
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

import psycopg
from django.apps import apps
from django.db import connection
from django.db.models import Field, Model, UniqueConstraint

from buridan.demo.annee import Annee
from buridan.dossiers.etats import EtatDossier
from buridan.dossiers.models import Dossier, Etape

PART = 100  # one dossier in a hundred is of each nature beside the requests
OUVERTS = 50  # one in fifty was never closed, as in the rest of the town


@dataclass(frozen=True, slots=True)
class Modeles:
    """What the demo left of a nature: its dossiers, open and closed; of each table, their rows as JSON."""

    ouverts: list[int]
    clos: list[int]
    tables: list[tuple[type[Model], dict[int, list[Any]]]]


def jouer(instant: datetime) -> dict[str, Modeles]:
    """Play a short demo in the database at hand; what each nature left, the requests excepted."""
    for _ in Annee(10, at=instant).jouer():
        pass
    trouves = {}
    for nature in (
        Dossier.objects.exclude(nature="demandes").values_list("nature", flat=True).distinct().order_by("nature")
    ):
        siens = list(Dossier.objects.filter(nature=nature).order_by("pk").values_list("pk", "etat"))
        pks = [pk for pk, _etat in siens]
        clos = [pk for pk, etat in siens if etat == EtatDossier.CLOS]
        tables = [(modele, _lignes(modele, pks)) for modele in (Dossier, Etape, *_annexes())]
        ouverts = [pk for pk in pks if pk not in clos] or pks
        trouves[nature] = Modeles(ouverts, clos or pks, [(m, lignes) for m, lignes in tables if lignes])
    return trouves


def copier(adresse: str, modeles: dict[str, Modeles], total: int, instant: datetime, duree: str) -> None:
    """`total / PART` of each nature among the requests (ids that end in 01 to 09 are theirs), the last opened at `instant`."""
    combien = total // PART
    with psycopg.connect(adresse, autocommit=True) as lien, psycopg.ClientCursor(lien) as curseur:
        curseur.execute("SET session_replication_role = replica")
        for rang, modele in enumerate(modeles.values(), start=1):
            for table, lignes in modele.tables:
                for pks, reste in ((modele.ouverts, "= 0"), (modele.clos, "<> 0")):
                    requete = _copie(table, reste)
                    valeurs = {
                        "modeles": json.dumps([lignes.get(pk, []) for pk in pks]), "combien": combien, "rang": rang,
                        "instant": instant, "duree": duree,
                    }  # fmt: skip
                    curseur.execute(requete, valeurs)
        curseur.execute(
            "SELECT setval(pg_get_serial_sequence('dossiers_dossier', 'id'), max(id)) FROM dossiers_dossier"
        )


def _annexes() -> list[type[Model]]:
    """Tables whose primary key is a dossier."""
    return [
        m for m in apps.get_models() if m._meta.pk.remote_field is not None and m._meta.pk.remote_field.model is Dossier
    ]


def _lignes(modele: type[Model], pks: Sequence[int]) -> dict[int, list[Any]]:
    """The rows of these dossiers, as JSON, by dossier."""
    cle = "id" if modele is Dossier else "dossier_id"
    trouvees: dict[int, list[Any]] = {}
    with connection.cursor() as curseur:
        curseur.execute(
            f"SELECT {cle}, to_jsonb(t) FROM {modele._meta.db_table} t WHERE {cle} = ANY(%s) ORDER BY 1", [list(pks)]
        )
        for pk, ligne in curseur.fetchall():
            trouvees.setdefault(pk, []).append(json.loads(ligne) if isinstance(ligne, str) else ligne)
    return trouvees


def _copie(modele: type[Model], reste: str) -> str:
    """INSERT that copies rows in turn; a value that must be alone in its column is derived from the dossier's id."""
    champs = [c for c in modele._meta.concrete_fields if not c.generated and (c.column != "id" or modele is Dossier)]
    neufs = {c.column: _valeur(modele, c) for c in champs}
    changes = ", ".join(f"'{colonne}', {valeur}" for colonne, valeur in neufs.items() if valeur)
    colonnes = ", ".join(c.column for c in champs)
    return f"""
    WITH m AS (SELECT %(modeles)s::jsonb AS tous)
    INSERT INTO {modele._meta.db_table} ({colonnes}) SELECT {", ".join(f"r.{c.column}" for c in champs)}
    FROM m, generate_series(1, %(combien)s) AS n, LATERAL (SELECT {PART} * (n - 1) + %(rang)s AS g,
        %(instant)s - (%(combien)s - n) * (%(duree)s::interval / %(combien)s) AS le) i,
        jsonb_array_elements(tous -> (n %% jsonb_array_length(tous))) AS ligne,
        jsonb_populate_record(NULL::{modele._meta.db_table}, ligne || jsonb_build_object({changes})) AS r
    WHERE n %% {OUVERTS} {reste}"""


def _valeur(modele: type[Model], champ: "Field[Any, Any]") -> str:
    """What a copy has in that column; empty: the same as its model."""
    if champ.column in ("id", "dossier_id"):
        return "g"
    if modele is Dossier:
        return {"uuid": "gen_random_uuid()", "reference": "'X' || g", "ouvert_le": "le", "bouge_le": "le"}.get(
            champ.column, ""
        )
    if champ.get_internal_type() == "UUIDField":
        return "gen_random_uuid()"
    uniques = [c.fields for c in modele._meta.constraints if isinstance(c, UniqueConstraint)]
    seuls = {fields[-1] for fields in uniques} | ({champ.name} if champ.unique else set())
    if champ.name in seuls and champ.get_internal_type() != "CharField":
        return f"CASE WHEN ligne ->> '{champ.column}' IS NOT NULL THEN g END"
    return ""
