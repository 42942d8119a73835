"""Loading the files again: the application's rows stay, faults are named, nothing is left on what closed."""

import re
import shutil
from collections.abc import Callable
from datetime import date, timedelta
from pathlib import Path
from typing import Any

import pytest
from django.conf import settings
from django.db import connection

from buridan.dossiers.models import Etape
from buridan.journal.models import Ligne
from buridan.notifications.models import Notification
from buridan.organisation.acteur import acteur
from buridan.organisation.actions import nommer_suppleant, terminer_absence, terminer_suppleance
from buridan.organisation.chargement import PresetInvalide, charger_organisation, exporter_organisation
from buridan.organisation.models import (
    Absence,
    Affectation,
    Mandat,
    Personne,
    Poste,
    Suppleance,
    VersionEntite,
    VersionPoste,
)
from tests.monde import AT, JOUR, Monde, oublier_le_preset

UN_JOUR = timedelta(days=1)
DATEES = (Suppleance, Absence, Mandat, Affectation, VersionPoste, VersionEntite)


@pytest.fixture
def village(db: None, tmp_path: Path) -> Path:
    """A copy of the files of the small town, alone in the base, loaded on JOUR."""
    oublier_le_preset()
    copie = Path(shutil.copytree(settings.PRESETS / "exemple", tmp_path / "copie"))
    absences = copie / "absences.csv"  # with days that don't follow the day of the load
    absences.write_text(re.sub(r"J([+-]\d+)", lambda j: str(JOUR + int(j[1]) * UN_JOUR), absences.read_text()))
    charger_organisation(copie, jour=JOUR)
    return copie


def ajouter(fichier: Path, *lignes: str) -> int:
    """Add lines; returns the number of the last."""
    tout = [*fichier.read_text().splitlines(), *lignes]
    fichier.write_text("\n".join(tout) + "\n")
    return len(tout)


def remplacer(fichier: Path, avant: str, apres: str) -> None:
    """Replace once."""
    texte = fichier.read_text()
    assert avant in texte
    fichier.write_text(texte.replace(avant, apres, 1))


def photo() -> list[Any]:
    """Every dated row."""
    return [list(m.objects.order_by("id").values()) for m in DATEES]


# --- what the application says stays ------------------------------------------------------------------------------


def _administrateur() -> Any:
    return acteur(Affectation.objects.get(poste__code="secretaire", fin=None).personne_id, AT)


def test_a_stand_in_named_in_the_application_survives_a_load(village: Path) -> None:
    postes = dict(Poste.objects.values_list("code", "id"))
    sien = nommer_suppleant(
        by=_administrateur(), poste=postes["comptable"], suppleant=postes["technique-1"], debut=JOUR, fin=None
    )
    for jour in (JOUR, JOUR + UN_JOUR):
        charger_organisation(village, jour=jour)
        sien.refresh_from_db()
        assert (sien.debut, sien.fin) == (JOUR, None)


def test_a_stand_in_of_the_file_is_closed_when_the_file_drops_it(village: Path) -> None:
    remplacer(village / "suppleances.csv", "chef-accueil,accueil-1,,2024-01-01,\n", "")
    assert charger_organisation(village, jour=JOUR + UN_JOUR) == 1
    assert Suppleance.objects.get(poste__code="chef-accueil").fin == JOUR + UN_JOUR


def test_what_was_ended_in_the_application_is_not_opened_again_by_the_file(village: Path) -> None:
    by, avis = _administrateur(), list[str]()
    terminer_suppleance(Suppleance.objects.get(poste__code="chef-accueil"), by=by, at=AT)
    terminer_absence(Absence.objects.en_vigueur(JOUR).get(), by=by, at=AT)
    avant = photo()
    assert charger_organisation(village, jour=JOUR, avis=avis) == 0
    assert photo() == avant
    assert [a.split(",")[0] for a in avis] == ["suppleances.csv", "absences.csv"]
    assert all("changé dans l'application et est gardé" in a for a in avis)


def test_a_line_that_loops_with_the_application_s_stand_in_is_left_aside_and_told(village: Path) -> None:
    postes, avis = dict(Poste.objects.values_list("code", "id")), list[str]()
    nommer_suppleant(
        by=_administrateur(), poste=postes["comptable"], suppleant=postes["technique-1"], debut=JOUR, fin=None
    )
    ajouter(village / "suppleances.csv", "technique-1,comptable,,2024-01-01,")
    assert charger_organisation(village, jour=JOUR, avis=avis) == 0
    assert not Suppleance.objects.filter(poste__code="technique-1", suppleant__code="comptable").exists()
    assert "formerait une boucle avec une suppléance choisie dans l'application" in avis[0]


def test_export_then_import_gives_back_the_same_files_with_the_application_s_rows(
    village: Path, tmp_path: Path
) -> None:
    postes = dict(Poste.objects.values_list("code", "id"))
    nommer_suppleant(
        by=_administrateur(), poste=postes["comptable"], suppleant=postes["technique-1"], debut=JOUR, fin=None
    )
    remplacer(village / "postes.csv", "technique-2,Agent technique", "technique-2,Jardinier")
    charger_organisation(village, jour=JOUR + UN_JOUR)
    exporter_organisation(tmp_path / "un")
    assert charger_organisation(tmp_path / "un", jour=JOUR + 2 * UN_JOUR) == 0
    for modele in DATEES:
        modele.objects.all().delete()
    charger_organisation(tmp_path / "un", jour=JOUR + 2 * UN_JOUR)
    exporter_organisation(tmp_path / "deux")
    for fichier in sorted((tmp_path / "un").iterdir()):
        assert fichier.read_text() == (tmp_path / "deux" / fichier.name).read_text(), fichier.name


# --- dated changes ------------------------------------------------------------------------------------------------


def _passation(village: Path, quand: str) -> None:
    """The accountant leaves, somebody else comes on that day."""
    remplacer(
        village / "affectations.csv",
        "samuel-hochart,comptable,2024-01-01,",
        f"samuel-hochart,comptable,2024-01-01,{quand}",
    )
    ajouter(village / "affectations.csv", f"nora-belaid,comptable,{quand},")


def _titulaires() -> list[tuple[str, date, date | None]]:
    siennes = Affectation.objects.filter(poste__code="comptable").order_by("debut")
    return list(siennes.values_list("personne__cle", "debut", "fin"))


@pytest.mark.parametrize("quand", ["J+30", str(JOUR + 30 * UN_JOUR)])
def test_a_dated_change_to_come_loads_as_often_as_one_likes(village: Path, quand: str) -> None:
    _passation(village, quand)
    assert charger_organisation(village, jour=JOUR) == 2
    avant = _titulaires()
    assert charger_organisation(village, jour=JOUR) == 0
    assert _titulaires() == avant
    charger_organisation(village, jour=JOUR + UN_JOUR)
    decale = UN_JOUR if quand == "J+30" else timedelta()
    le_jour = JOUR + 30 * UN_JOUR + decale
    assert _titulaires() == [("samuel-hochart", date(2024, 1, 1), le_jour), ("nora-belaid", le_jour, None)]


def test_a_dated_change_to_come_can_be_called_off(village: Path) -> None:
    avant, texte = _titulaires(), (village / "affectations.csv").read_text()
    _passation(village, "J+30")
    charger_organisation(village, jour=JOUR)
    (village / "affectations.csv").write_text(texte)
    charger_organisation(village, jour=JOUR)
    assert _titulaires() == avant


def test_a_stand_in_swapped_in_the_file_is_closed_before_the_other_opens(village: Path) -> None:
    remplacer(village / "suppleances.csv", "chef-accueil,accueil-1,", "accueil-1,chef-accueil,")
    demain = JOUR + UN_JOUR
    charger_organisation(village, jour=demain)
    assert Suppleance.objects.get(poste__code="chef-accueil", suppleant__code="accueil-1").fin == demain
    assert Suppleance.objects.get(poste__code="accueil-1", suppleant__code="chef-accueil").debut == demain
    assert charger_organisation(village, jour=demain) == 0


def test_a_post_that_comes_back_after_a_closing_opens_again_that_day(village: Path) -> None:
    texte = (village / "suppleances.csv").read_text()
    remplacer(village / "suppleances.csv", "chef-accueil,accueil-1,,2024-01-01,\n", "")
    charger_organisation(village, jour=JOUR + UN_JOUR)
    (village / "suppleances.csv").write_text(texte)
    charger_organisation(village, jour=JOUR + 2 * UN_JOUR)
    periodes = Suppleance.objects.filter(poste__code="chef-accueil").order_by("debut").values_list("debut", "fin")
    assert list(periodes) == [(date(2024, 1, 1), JOUR + UN_JOUR), (JOUR + 2 * UN_JOUR, None)]


# --- faults -------------------------------------------------------------------------------------------------------

FAUTES: list[tuple[str, Callable[[Path], object], str, str]] = [
    ("order", lambda d: remplacer(d / "entites.csv", ",ville,,10,", ",ville,,dix,"), "entites.csv", "ordre « dix »"),
    ("rank", lambda d: remplacer(d / "mandats.csv", ",adjoint,1,", ",adjoint,un,"), "mandats.csv", "rang « un »"),
    ("code", lambda d: ajouter(d / "postes.csv", "Poste Invalide!,Agent,technique,non,,2024-01-01,"), "postes.csv",
     "code « Poste Invalide! »"),
    ("loop", lambda d: ajouter(d / "suppleances.csv", "accueil-1,secretaire,,2024-01-01,"), "suppleances.csv", "boucle"),
    ("tree", lambda d: remplacer(d / "entites.csv", "techniques,service,secretariat", "techniques,service,equipe-verte"), "entites.csv",
     "dépendrait d'elle-même"),
    ("two heads", lambda d: remplacer(d / "postes.csv", "technique-1,Agent technique,technique,non",
     "technique-1,Agent technique,technique,oui"), "postes.csv", "déjà un responsable"),
    ("nature", lambda d: ajouter(d / "suppleances.csv", "comptable,accueil-1,inexistante,2024-01-01,"),
     "suppleances.csv", "« inexistante » : nature de dossier inconnu"),
    ("absences", lambda d: ajouter(d / "absences.csv", "nora-belaid,J,J+10,", "nora-belaid,J+5,J+15,"), "absences.csv",
     "« nora-belaid » : une autre ligne"),
    ("post twice", lambda d: ajouter(d / "postes.csv", "technique-1,Agent,technique,non,,2024-06-01,"), "postes.csv",
     "« technique-1 » : une autre ligne"),
    ("two holders", lambda d: ajouter(d / "affectations.csv", "nora-belaid,comptable,2025-01-01,"), "affectations.csv",
     "« comptable » : une autre ligne"),
    ("stand-in twice", lambda d: ajouter(d / "suppleances.csv", "chef-accueil,accueil-1,,2025-01-01,"),
     "suppleances.csv", "« chef-accueil accueil-1 » : une autre ligne"),
    ("columns", lambda d: ajouter(d / "suppleances.csv", "comptable,accueil-1"), "suppleances.csv", "nombre de colonnes"),
]  # fmt: skip


@pytest.mark.parametrize(("abime", "fichier", "raison"), [f[1:] for f in FAUTES], ids=[f[0] for f in FAUTES])
def test_a_fault_of_the_organisation_is_named_with_its_line_and_writes_nothing(
    village: Path, abime: Callable[[Path], object], fichier: str, raison: str
) -> None:
    avant = photo()
    abime(village)
    with pytest.raises(PresetInvalide) as refus:
        charger_organisation(village, jour=JOUR)
    trouvees = [f for f in refus.value.fautes if raison in f]
    assert trouvees and all(f.startswith(f"{fichier}, ligne ") for f in trouvees), refus.value.fautes
    assert photo() == avant


def test_what_only_the_database_knows_is_refused_in_a_sentence(village: Path) -> None:
    Personne.objects.create(cle="autre", prenom="A", nom="B", email="neuf@valmont.example")
    ajouter(village / "personnes.csv", "neuve,Mme,Neuve,Personne,neuf@valmont.example,")
    with pytest.raises(PresetInvalide, match="La base de données a refusé cet ensemble"):
        charger_organisation(village, jour=JOUR)
    assert not Personne.objects.filter(cle="neuve").exists()


# --- dossiers under way -------------------------------------------------------------------------------------------


def _export_sans(dossier: Path, fichier: str, mot: str) -> None:
    lignes = (dossier / fichier).read_text().splitlines()
    (dossier / fichier).write_text("\n".join(ligne for ligne in lignes if mot not in ligne) + "\n")


def test_no_etape_stays_on_a_post_or_entity_that_a_load_closes(monde: Monde, tmp_path: Path) -> None:
    visa, traitement = monde.ouvrir(), monde.ouvrir()
    monde.mener(visa, "visa")
    monde.mener(traitement, "traitement")
    exporter_organisation(tmp_path)
    VersionEntite.objects.update(du_fichier=True)
    VersionPoste.objects.update(du_fichier=True)
    Affectation.objects.update(du_fichier=True)
    for fichier in ("postes.csv", "entites.csv"):
        _export_sans(tmp_path, fichier, "essai-voirie")
    for nom in ("essai-chef-voirie", "essai-agent1", "essai-agent2"):
        _export_sans(tmp_path, "affectations.csv", nom)
    Notification.objects.all().delete()
    charger_organisation(tmp_path, jour=JOUR, at=AT)
    encore = Etape.objects.filter(dossier__in=[visa, traitement], etat__in=["active", "a_venir"])
    assert {(e.poste_id, e.entite_id) for e in encore} == {(monde.postes["dga"], None)}
    assert Ligne.objects.filter(chaine=visa.uuid, verbe="reloger").count() == 2  # the visa, and the answer to come
    dites = Notification.objects.filter(personne=monde.personnes["dga"], dossier=traitement.uuid)
    assert "après Essai voirie" in dites.values_list("texte", flat=True)[0]
    with connection.cursor() as curseur:
        curseur.execute("SET CONSTRAINTS ALL IMMEDIATE")


def test_a_load_that_would_leave_a_dossier_to_nobody_is_refused_with_its_reference(
    monde: Monde, tmp_path: Path
) -> None:
    dossier = monde.ouvrir()
    VersionPoste.objects.update(responsable=False, du_fichier=True)
    exporter_organisation(tmp_path)
    _export_sans(tmp_path, "postes.csv", "essai-accueil")
    _export_sans(tmp_path, "affectations.csv", "essai-accueil")
    _export_sans(tmp_path, "entites.csv", "essai-accueil")
    VersionEntite.objects.update(du_fichier=True)
    avant = photo()
    with pytest.raises(PresetInvalide, match=dossier.reference):
        charger_organisation(tmp_path, jour=JOUR, at=AT)
    assert photo() == avant
