"""The form of the note as a preset gives it: each fault is named, a change is a new version, no file is no notes."""

from pathlib import Path
from shutil import copytree

import pytest
from django.conf import settings
from django.db import IntegrityError, transaction
from django.test import Client

from buridan.dossiers.chargement import charger
from buridan.notes.chargement import dernier_formulaire
from buridan.notes.models import FormulaireNote
from buridan.organisation.chargement import PresetInvalide
from buridan.organisation.models import Personne
from tests.conftest import Troupe
from tests.notes.ecrits import commencee

pytestmark = pytest.mark.django_db


@pytest.fixture
def preset(tmp_path: Path) -> Path:
    return Path(copytree(settings.PRESETS / "bethune", tmp_path / "bethune"))


def _changer(preset: Path, avant: str, apres: str) -> None:
    fichier = preset / "notes.toml"
    texte = fichier.read_text(encoding="utf-8")
    assert avant in texte
    fichier.write_text(texte.replace(avant, apres, 1), encoding="utf-8")


@pytest.mark.parametrize(
    ("avant", "apres", "faute"),
    [
        ('circuit = "note-alerte"', 'circuit = "nulle-part"', "le circuit « nulle-part » n'existe pas"),
        ('a = "entite:finances"', 'a = "entite:nulle-part"', "« entite:nulle-part » n'existe pas"),
        ('a = "entite:finances"', 'a = "finances"', "écrivez poste:code, entite:code ou role:nom"),
        ('code = "enjeux"', 'code = "contexte"', "« contexte » figure deux fois"),
        ('type = "montant"', 'type = "sou"', "un champ a un code, un titre et un type"),
        ('si = "cofinancable"', 'si = "rien"', "« si = rien » ne désigne aucun de ses champs"),
        ("destinataire =", "adresse =", "il manque « destinataire »"),
        ("[note]", "[note", "n'est pas du TOML valide"),
    ],
)
def test_a_fault_of_the_form_is_named_and_nothing_is_written(
    preset: Path, troupe: Troupe, avant: str, apres: str, faute: str
) -> None:
    versions = FormulaireNote.objects.count()
    _changer(preset, avant, apres)
    with pytest.raises(PresetInvalide) as refus:
        charger(preset, at=troupe.at)
    assert any(f.startswith("notes.toml : ") and faute in f for f in refus.value.fautes), refus.value.fautes
    assert FormulaireNote.objects.count() == versions


def test_a_changed_form_is_a_new_version_and_notes_keep_theirs(preset: Path, troupe: Troupe) -> None:
    note = commencee(troupe)
    charger(preset, at=troupe.at)
    assert dernier_formulaire() == note.formulaire
    _changer(preset, 'titre = "Les enjeux"', 'titre = "Ce qui est en jeu"')
    charger(preset, at=troupe.at)
    nouveau = dernier_formulaire()
    assert nouveau is not None and nouveau.numero == note.formulaire.numero + 1
    note.refresh_from_db()
    assert "Les enjeux" in {p.titre for p in note.modele.parties}
    assert "Ce qui est en jeu" in {p.titre for p in nouveau.modele.parties}


def test_a_form_in_use_never_changes(troupe: Troupe) -> None:
    note = commencee(troupe)
    with pytest.raises(IntegrityError, match="ne change pas"), transaction.atomic():
        FormulaireNote.objects.filter(pk=note.formulaire_id).update(texte="")


def test_a_town_without_a_form_says_so(troupe: Troupe, monkeypatch: pytest.MonkeyPatch) -> None:
    from buridan.notes import views_redaction

    monkeypatch.setattr(views_redaction, "dernier_formulaire", lambda: None)
    client = Client()
    client.force_login(
        Personne.objects.get(pk=troupe.titulaire("dgs")), backend="allauth.account.auth_backends.AuthenticationBackend"
    )
    page = client.get("/notes/nouvelle/")
    assert page.status_code == 403 and "pas encore de formulaire de note" in page.content.decode()
