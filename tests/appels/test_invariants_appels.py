"""What PostgreSQL refuses of a call, whatever writes; and what a preset's file may say."""

from datetime import timedelta
from pathlib import Path
from shutil import copytree

import pytest
from django.conf import settings
from django.db import IntegrityError, connection, transaction

from buridan.appels.models import Appel, Competence
from buridan.dossiers.chargement import charger
from buridan.organisation.chargement import PresetInvalide
from tests.appels.essais import accepte, demande_de, ecrit, envoye
from tests.conftest import Troupe

pytestmark = pytest.mark.django_db

REFUSES = {
    "credits given back while it is at the syndicate": (
        "UPDATE budget_reservation SET liberee_le = now(), liberee_motif = 'x' WHERE dossier = %(uuid)s",
        "restent réservés",
    ),
    "another estimate below zero": ("UPDATE appels_appel SET estimation = 0 WHERE dossier_id = %(pk)s", "appel_estime"),
    "a call for nowhere": ("UPDATE appels_appel SET lieu = ' ' WHERE dossier_id = %(pk)s", "appel_complet"),
    "an answer nobody may give": ("UPDATE appels_appel SET reponse = 'oui' WHERE dossier_id = %(pk)s", "appel_repondu"),
    "a date before the answer": (
        "UPDATE appels_appel SET prevue_le = now() WHERE dossier_id = %(pk)s",
        "date_acceptee",
    ),
    "a cost before the work": ("UPDATE appels_appel SET cout = 1 WHERE dossier_id = %(pk)s", "appel_cout"),
    "another past": ("UPDATE appels_echange SET texte = 'autre' WHERE appel_id = %(pk)s", "ne se réécrit pas"),
    "an answer before it is sent": (
        "UPDATE appels_appel SET envoye_le = NULL, reponse = 'acceptee' WHERE dossier_id = %(pk)s",
        "appel_repondu",
    ),
}


def ecrire(sql: str, appel: Appel) -> None:
    with transaction.atomic(), connection.cursor() as curseur:
        curseur.execute(sql, {"pk": appel.pk, "uuid": appel.dossier.uuid})
        curseur.execute("SET CONSTRAINTS ALL IMMEDIATE")


@pytest.mark.parametrize("quoi", REFUSES)
def test_the_database_refuses(troupe: Troupe, quoi: str) -> None:
    sql, phrase = REFUSES[quoi]
    with pytest.raises(IntegrityError, match=phrase):
        ecrire(sql, envoye(troupe))


def test_the_database_refuses_two_calls_for_one_request(troupe: Troupe) -> None:
    demande = demande_de(troupe)
    ecrit(troupe, origine=demande)
    autre = ecrit(troupe, lieu="Ailleurs")
    with pytest.raises(IntegrityError, match="appel_un_par_origine"):
        ecrire(f"UPDATE appels_appel SET origine_id = {demande.pk} WHERE dossier_id = %(pk)s", autre)


def test_the_database_refuses_to_send_what_nothing_pays(troupe: Troupe) -> None:
    with pytest.raises(IntegrityError, match="restent réservés"):
        ecrire("UPDATE appels_appel SET envoye_le = now() WHERE dossier_id = %(pk)s", ecrit(troupe))


@pytest.fixture
def preset(tmp_path: Path) -> Path:
    return Path(copytree(settings.PRESETS / "bethune", tmp_path / "bethune"))


@pytest.mark.parametrize(
    ("avant", "apres", "faute"),
    [
        ('service = "eclairage-public"', 'service = "nulle-part"', "service « nulle-part » n'existe pas"),
        ('circuit = "appel-syndicat"', 'circuit = "autre"', "circuit « autre » n'existe pas"),
        ("estimation = 350", "estimation = -1", "montant supérieur à zéro"),
        ('nom = "voirie"', 'titre = "voirie"', "il faut"),
        ("[[syndicat]]", "[[syndicat]", "n'est pas du TOML valide"),
        ('cle = "repas"', 'cle = "autre"', "compétence « appel-restauration-scolaire » : clé « autre » n'existe pas"),
        ("part = 37.5", "part = 37", "clé « repas » : les parts font 99,5 %, et non 100 %"),
        ("part = 21400", "part = 0.5", "est un nombre d'habitants, supérieur à zéro"),
        ("part = 25000, ville = true", "part = 25000", "un membre, et un seul, est la ville"),
        ('genre = "parts"', 'genre = "hasard"', "le genre est « parts » ou « population », pas « hasard »"),
        ('code = "repas"', 'code = "population"', "clé « population » : ce code est donné deux fois"),
    ],
)
def test_each_fault_of_the_file_is_said(preset: Path, troupe: Troupe, avant: str, apres: str, faute: str) -> None:
    fichier = preset / "appels.toml"
    fichier.write_text(fichier.read_text(encoding="utf-8").replace(avant, apres, 1), encoding="utf-8")
    with pytest.raises(PresetInvalide) as erreur:
        charger(preset, at=troupe.at)
    trouvees = [f for f in erreur.value.fautes if faute in f]
    assert trouvees and (not any(m in faute for m in ("clé", "ville")) or "appels.toml, ligne" in trouvees[0])


def test_a_competence_that_left_the_file_takes_no_new_call_and_keeps_its_old_ones(preset: Path, troupe: Troupe) -> None:
    appel = accepte(troupe)
    fichier = preset / "appels.toml"
    gardees = [p for p in fichier.read_text(encoding="utf-8").split("\n\n") if "appel-eclairage-public" not in p]
    fichier.write_text("\n\n".join(gardees), encoding="utf-8")
    charger(preset, at=troupe.at + timedelta(minutes=1))
    assert not Competence.objects.get(pk=appel.competence_id).active
    assert Competence.objects.filter(active=True).count() == 6
