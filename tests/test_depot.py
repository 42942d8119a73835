"""The repository tests itself."""

import ast
import json
import re
import subprocess
import tomllib
from collections.abc import Iterator
from pathlib import Path

import pytest

RACINE = Path(__file__).resolve().parent.parent
SOURCES = [p for d in ("buridan", "config") for p in (RACINE / d).rglob("*.py") if "migrations" not in p.parts]
GABARITS = [p for p in (RACINE / "buridan").rglob("*.html")]


def _suivis() -> list[Path]:
    noms = subprocess.run(["git", "ls-files"], cwd=RACINE, capture_output=True, text=True, check=True).stdout.split(
        "\n"
    )
    return [RACINE / n for n in noms if n and (RACINE / n).exists()]


def test_no_source_file_is_over_400_lines() -> None:
    assert [p.name for p in SOURCES if len(p.read_text().splitlines()) > 400] == []


def test_no_template_is_over_120_lines() -> None:
    assert [p.name for p in GABARITS if len(p.read_text().splitlines()) > 120] == []


def test_no_function_is_over_40_lines() -> None:
    longues = []
    for p in SOURCES:
        for noeud in ast.walk(ast.parse(p.read_text())):
            if (
                isinstance(noeud, ast.FunctionDef)
                and (noeud.end_lineno or 0) - noeud.lineno >= 40
                and noeud.name != "_analyser"
            ):
                longues.append(f"{p.name}:{noeud.name}")
    assert longues == []


def test_no_module_has_a_name_that_says_nothing() -> None:
    assert [
        p for p in SOURCES if p.stem in {"utils", "helpers", "services", "managers", "signals", "misc", "common"}
    ] == []


def _textes() -> Iterator[tuple[str, str]]:
    """(name, text) of every tracked text file, whatever its name: Makefile, .npmrc and .ci/run as well."""
    for p in _suivis():
        octets = p.read_bytes()
        if b"\0" not in octets:
            yield str(p.relative_to(RACINE)), octets.decode(errors="ignore")


def test_the_town_is_named_only_in_its_preset_its_tests_and_the_docs() -> None:
    permis = ("presets/", "tests/", "docs/", "bench/", "README.md", "CHANGELOG.md", "buridan/demo/")
    nomme = re.compile("b[ée]thune", re.I)
    assert [nom for nom, texte in _textes() if nomme.search(texte) and not nom.startswith(permis)] == []


def test_templates_hold_no_script_no_style_and_no_outside_address() -> None:
    interdit = re.compile(r"<script(?![^>]*\bsrc=)|\sstyle=|\son\w+=|https?://(?!www.w3.org/)|\|safe\b", re.I)
    assert [
        f"{p.name}: {interdit.search(p.read_text()).group()}" for p in GABARITS if interdit.search(p.read_text())
    ] == []  # type: ignore[union-attr]


def test_no_file_names_a_package_registry() -> None:
    hotes = re.compile("|".join(["python" + "hosted", "pypi" + r"\.org", "registry" + r"\.npmjs"]))
    assert [nom for nom, texte in _textes() if hotes.search(texte) and nom != "tests/test_depot.py"] == []


def test_the_licence_is_the_same_everywhere() -> None:
    projet = tomllib.loads((RACINE / "pyproject.toml").read_text())["project"]["license"]
    assert projet == json.loads((RACINE / "package.json").read_text())["license"]
    assert f"license: {projet}" in (RACINE / "publiccode.yml").read_text()
    assert "AFFERO GENERAL PUBLIC LICENSE" in (RACINE / "LICENSE").read_text()


def test_every_dependency_is_named_with_its_reason() -> None:
    """The first cell of a row names packages; what a reason happens to say does not count."""
    doc = (RACINE / "docs" / "dependencies.md").read_text()
    cellules = re.findall(r"^\| ([^|]+) \| [^|\s][^|]+\|$", doc, re.M)
    cites = [n.strip() for cellule in cellules for n in cellule.split(",")]
    noms = []
    for fichier in ("requirements.in", "requirements-dev.in"):
        for ligne in (RACINE / fichier).read_text().splitlines():
            if ligne and not ligne.startswith(("#", "-r")):
                noms.append(re.split(r"[\[<>=]", ligne)[0].strip())
    noms += list(json.loads((RACINE / "package.json").read_text())["dependencies"])
    noms += list(json.loads((RACINE / "package.json").read_text()).get("devDependencies", {}))
    assert [n for n in noms if n not in cites] == []
    assert [n for n in cites if n not in [*noms, "package", "---"]] == [], "named in the page, and not used"


@pytest.mark.django_db
def test_the_glossary_names_every_table() -> None:
    from django.apps import apps

    doc = (RACINE / "docs" / "glossary.md").read_text().lower()
    tables = [m for a in apps.get_app_configs() if a.name.startswith("buridan.") for m in a.get_models()]
    manquants = [m.__name__ for m in tables if re.sub(r"(?<!^)(?=[A-Z])", " ", m.__name__).lower() not in doc]
    assert manquants == []


def test_every_setting_read_from_the_environment_is_documented() -> None:
    doc = (RACINE / "docs" / "configuration.md").read_text()
    lus = re.findall(r'env\.\w+\("(\w+)"', (RACINE / "config" / "settings.py").read_text())
    assert [n for n in lus if n not in doc and not n.startswith("BURIDAN_SMTP")] == []
