"""What is looked at in the code and in its dependencies."""

import json
import re
import subprocess

import pytest
from django.conf import settings

from bench.audit import HORS_DE_PORTEE, bilan

SAINE = {"name": "a", "version": "1", "vulns": []}
SAUTEE = {"name": "b", "skip_reason": "Dependency not found"}
FAILLE = {"name": "c", "version": "2", "vulns": [{"id": "PYSEC-1", "fix_versions": ["3"]}]}


@pytest.mark.parametrize(
    ("dependances", "code", "dit"),
    [
        ([SAINE], 0, "1 dépendances sans faille connue"), ([SAINE, FAILLE], 1, "c 2 : PYSEC-1, corrigé en 3"),
        ([SAUTEE], 2, HORS_DE_PORTEE), ([SAINE, SAUTEE], 2, "Non vérifiées : b."), ([FAILLE, SAUTEE], 1, "Non vérifiées : b."),
    ],
)  # fmt: skip
def test_what_could_not_be_looked_at_is_never_called_sound(
    dependances: list[dict[str, object]], code: int, dit: str
) -> None:
    obtenu, lignes = bilan(json.dumps({"dependencies": dependances}))
    assert obtenu == code and dit in "\n".join(lignes)
    assert bilan("ConnectionError") == (2, [HORS_DE_PORTEE])


def test_no_line_of_the_repository_reads_otherwise_than_it_runs() -> None:
    """Bidirectional characters in a source (CVE-2021-42574): the one check of bandit that ruff's S rules lack and we need."""
    suivis = (
        subprocess.run(["git", "ls-files", "-z"], cwd=settings.BASE_DIR, capture_output=True, check=True)
        .stdout.decode()
        .split("\0")
    )
    retournes = re.compile("[\u202a-\u202e\u2066-\u2069]")
    fautifs = []
    for nom in filter(None, suivis):
        fichier = settings.BASE_DIR / nom
        if fichier.is_file() and retournes.search(fichier.read_bytes().decode("utf-8", "ignore")):
            fautifs.append(nom)
    assert fautifs == []
