"""The data map names every column of the database, and docs/donnees.md says what it says.

The page is written by `BURIDAN_ECRIRE_DONNEES=oui pytest tests/test_donnees.py`; otherwise it is compared.
"""

import os
from pathlib import Path

import pytest
from django.apps import apps
from django.conf import settings
from django.db import connection, models

from buridan.outils.donnees import SENS, Effet, Table, tables

PAGE = Path(settings.BASE_DIR) / "docs" / "donnees.md"
MODELES = {m._meta.label: m for m in apps.get_models(include_auto_created=True)}


def champs(modele: type[models.Model]) -> set[str]:
    return {c.name for c in (*modele._meta.local_fields, *modele._meta.local_many_to_many)}


def test_every_field_of_every_model_is_tagged_and_every_tag_is_a_field() -> None:
    carte = {t.modele: set(t.effets) for t in tables() if "." in t.modele}
    assert {
        nom: champs(m) - carte.get(nom, set()) for nom, m in MODELES.items() if champs(m) - carte.get(nom, set())
    } == {}
    assert {nom: noms - champs(MODELES[nom]) for nom, noms in carte.items() if noms - champs(MODELES[nom])} == {}


def test_every_column_of_the_database_is_in_the_map(db: None) -> None:
    """Tables without a model too."""
    connues = {(t.modele, nom) for t in tables() if "." not in t.modele for nom in t.effets}
    for modele in MODELES.values():
        connues |= {(modele._meta.db_table, c.column) for c in modele._meta.local_concrete_fields}
    with connection.cursor() as curseur:
        curseur.execute("SELECT table_name, column_name FROM information_schema.columns WHERE table_schema = 'public'")
        assert set(curseur.fetchall()) - connues == set()


@pytest.mark.parametrize("table", list(tables()), ids=lambda t: t.modele)
def test_an_effect_can_be_carried_out(table: Table) -> None:
    """Who is about the requester leads to a dossier; what is deleted with its row is in a row that is deleted."""
    effets = set(table.effets.values())
    assert table.finalite and table.duree
    assert (Effet.SUPPRIME in effets) == (table.ligne_supprimee or table.a_part)
    if effets & {Effet.VIDE, Effet.REMPLACE, Effet.SUPPRIME}:
        assert table.chemin, "no way to the dossier"
        assert table.titre or not table.exportee, "an exported table has a French name"
    if table.ligne_supprimee:
        assert effets == {Effet.SUPPRIME}


def test_the_page_says_what_the_map_says() -> None:
    lignes = ["# What Buridan holds", "", "Written by tests/test_donnees.py from the `donnees.py` of each app.", ""]
    lignes += [f"- **{effet}**: {sens}." for effet, sens in SENS.items()]
    for table in tables():
        lignes += [
            "",
            f"## {table.modele}",
            "",
            f"{table.finalite} Kept: {table.duree}",
            "",
            "| effect | columns |",
            "|---|---|",
        ]
        lignes += [
            f"| {effet} | {', '.join(f'`{n}`' for n in sorted(noms.split()))} |" for effet, noms in table.champs.items()
        ]
    page = "\n".join(lignes) + "\n"
    if os.environ.get("BURIDAN_ECRIRE_DONNEES"):
        PAGE.write_text(page)
    assert PAGE.read_text() == page, "docs/donnees.md: read the difference, then write it again"
