"""A town is data: loaded, loaded again, changed, exported, refused with file and line."""

import csv
import shutil
from datetime import timedelta
from pathlib import Path

import pytest
from django.conf import settings
from django.utils import timezone

from buridan.demandes.models import Adresse, QuestionFrequente, TypeDemande
from buridan.dossiers.chargement import charger
from buridan.droit.delais import date_legale
from buridan.organisation.chargement import PresetInvalide, charger_organisation, exporter_organisation
from buridan.organisation.models import Entite, VersionEntite

pytestmark = pytest.mark.django_db
PRESETS = settings.PRESETS


def test_loading_twice_changes_nothing() -> None:
    assert charger(PRESETS / "bethune", at=timezone.now()) == 0


def test_what_is_exported_loads_back_without_a_change(tmp_path: Path) -> None:
    exporter_organisation(tmp_path)
    assert charger_organisation(tmp_path, jour=date_legale(timezone.now())) == 0


def test_a_change_closes_a_row_and_opens_another_and_deletes_no_history(tmp_path: Path) -> None:
    exporter_organisation(tmp_path)
    fichier = tmp_path / "entites.csv"
    fichier.write_text(fichier.read_text().replace("Voirie et signalisation", "Voirie et mobilités", 1))
    demain = date_legale(timezone.now()) + timedelta(days=1)
    assert charger_organisation(tmp_path, jour=demain) == 1
    versions = VersionEntite.objects.filter(entite__code="voirie").order_by("debut")
    assert [(v.nom, v.fin) for v in versions] == [("Voirie et signalisation", demain), ("Voirie et mobilités", None)]


def test_an_entity_that_disappears_is_closed_not_deleted(tmp_path: Path) -> None:
    exporter_organisation(tmp_path)
    fichier = tmp_path / "suppleances.csv"
    lignes = fichier.read_text().splitlines()
    fichier.write_text("\n".join(lignes[:-1]) + "\n")
    demain = date_legale(timezone.now()) + timedelta(days=1)
    assert charger_organisation(tmp_path, jour=demain) == 1


def test_the_other_town_loads_too() -> None:
    charger(PRESETS / "exemple", at=timezone.now() + timedelta(days=1))
    assert TypeDemande.objects.actifs().count() == 4
    assert Entite.objects.filter(code="voirie").exists()


@pytest.mark.parametrize(
    ("fichier", "avant", "apres", "raison"),
    [
        ("entites.csv", ",service,", ",royaume,", "« royaume » : genre inconnu"),
        ("postes.csv", "guichet", "magie", "« magie » : droit inconnu"),
        ("affectations.csv", "2024-01-01", "jadis", "« jadis » n'est pas une date"),
        ("personnes.csv", "@bethune.example", "", "n'est pas une adresse de courriel"),
        (
            "types_demandes.toml",
            'service = "voirie"',
            'service = "nulle-part"',
            "le service « nulle-part » n'existe pas",
        ),
        ("types_demandes.toml", "promesse = ", "promese = ", "« promese » est inconnu"),
        ("types_demandes.toml", "sensible = false", 'sensible = "peut-être"', "sensible « peut-être »"),
        ("types_demandes.toml", 'cle = "gene"\n', "", "il manque « cle »"),
        ("types_demandes.toml", 'genre = "choix"', 'genre = "curseur"', "genre « curseur » inconnu"),
        ("adresses.csv", ",50.", ",cinquante.", "place Foch"),
        ("circuits/demande-courante.toml", 'type = "reponse"', 'type = "visa"', "de type « réponse »"),
    ],
)
def test_a_fault_is_named_with_its_file_and_line_and_nothing_is_written(
    tmp_path: Path, fichier: str, avant: str, apres: str, raison: str
) -> None:
    copie = Path(shutil.copytree(PRESETS / "bethune", tmp_path / "copie"))
    texte = (copie / fichier).read_text()
    assert avant in texte
    (copie / fichier).write_text(texte.replace(avant, apres, 1))
    before = VersionEntite.objects.count(), TypeDemande.objects.count()
    with pytest.raises(PresetInvalide) as refus:
        charger(copie, at=timezone.now())
    assert any(raison in f and f.startswith(fichier) for f in refus.value.fautes), refus.value.fautes
    assert (VersionEntite.objects.count(), TypeDemande.objects.count()) == before


def _copie(tmp_path: Path) -> Path:
    return Path(shutil.copytree(PRESETS / "bethune", tmp_path / "copie"))


def _remplacer(fichier: Path, avant: str, apres: str) -> None:
    texte = fichier.read_text()
    assert avant in texte
    fichier.write_text(texte.replace(avant, apres, 1))


def test_what_the_file_no_longer_says_of_a_type_goes_back_to_what_is_usual_and_is_counted(tmp_path: Path) -> None:
    copie, code = _copie(tmp_path), "chaussee-dangereuse"
    _remplacer(copie / "types_demandes.toml", 'urgence = "haute"\n', "")
    _remplacer(copie / "types_demandes.toml", 'mots = ["danger route"', 'mots = ["route qui fait peur"')
    _remplacer(copie / "faq.toml", "Faut-il créer un compte ?", "Un compte est-il nécessaire ?")
    assert charger(copie, at=timezone.now()) == 2
    assert TypeDemande.objects.get(code=code).urgence == "normale"
    assert code in [t.code for t in TypeDemande.objects.actifs().cherches("qui fait peur")]
    assert charger(copie, at=timezone.now()) == 0


def test_a_question_taken_out_of_the_frequent_ones_goes_and_so_does_a_street(tmp_path: Path) -> None:
    copie = _copie(tmp_path)
    faq = copie / "faq.toml"
    faq.write_text("[[question]]" + faq.read_text().split("[[question]]")[1])
    rues = copie / "adresses.csv"
    rues.write_text("\n".join(rues.read_text().splitlines()[:3]) + "\n")
    assert charger(copie, at=timezone.now()) == 2
    assert (QuestionFrequente.objects.count(), Adresse.objects.count()) == (1, 2)


@pytest.mark.parametrize(
    "fichier", ["entites.csv", "types_demandes.toml", "circuits/demande-courante.toml", "elus.toml"]
)
def test_a_file_of_another_encoding_is_named_with_its_line(tmp_path: Path, fichier: str) -> None:
    copie = _copie(tmp_path)
    octets = (copie / fichier).read_text().encode("cp1252", errors="replace")
    (copie / fichier).write_bytes(octets)
    with pytest.raises(PresetInvalide) as refus:
        charger(copie, at=timezone.now())
    assert any(f.startswith(f"{fichier}, ligne ") and "UTF-8" in f for f in refus.value.fautes), refus.value.fautes


def test_a_table_saved_by_a_french_spreadsheet_is_read(tmp_path: Path) -> None:
    exporter_organisation(tmp_path)
    for fichier in tmp_path.glob("*.csv"):
        with fichier.open(newline="") as flux:
            lignes = list(csv.reader(flux))
        with fichier.open("w", encoding="utf-8-sig", newline="") as flux:
            csv.writer(flux, delimiter=";").writerows(lignes)
    assert charger_organisation(tmp_path, jour=date_legale(timezone.now())) == 0
