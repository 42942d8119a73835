"""Answer templates: written in the application, versioned, never overwritten unseen."""

import shutil
from datetime import date
from pathlib import Path
from typing import Any
from uuid import uuid4

import pytest
from django.conf import settings
from django.db import IntegrityError, transaction
from django.test import Client
from hypothesis import given
from hypothesis import strategies as st

from buridan.demandes.actions.modeles import (
    Contenu,
    ModeleChange,
    chaine_de,
    creer_modele,
    modifier_modele,
    remettre_modele,
    retirer_modele,
)
from buridan.demandes.models import ModeleReponse, VersionModele
from buridan.demandes.nature import modeles_reponse
from buridan.demandes.reponses import CHAMPS, exemple, fautes_de_champs, remplir_champs
from buridan.dossiers.chargement import charger
from buridan.interface.jetons import DejaEnvoye
from buridan.journal.models import Ligne
from buridan.lancement.commandes import main
from buridan.organisation.acteur import Acteur
from buridan.organisation.chargement import PresetInvalide
from buridan.organisation.models import Personne
from buridan.outils.verdict import Refus

from .conftest import Troupe
from .dossiers.test_courses import HUIT, course
from .lecture_pdf import texte as texte_pdf

PRESET = settings.PRESETS / "bethune"
TEXTE = "Bonjour {{demandeur}},\n\nC'est noté.\n\n{{agent}}\n{{ville}}"


def _contenu(texte: str = TEXTE, titre: str = "Essai de modèle", **plus: Any) -> Contenu:
    return Contenu(titre, texte, **plus)


def _qualite(troupe: Troupe) -> Acteur:
    return troupe.present("organisation-qualite", responsable=True)


def _client(acteur: Acteur) -> Client:
    client = Client()
    personne = Personne.objects.get(pk=acteur.personne)
    client.force_login(personne, backend="allauth.account.auth_backends.AuthenticationBackend")
    return client


def _donnees(version: int | None = None, **plus: Any) -> dict[str, Any]:
    base = {"titre": "Essai de modèle", "texte": TEXTE, "famille": "", "jeton": str(uuid4()), **plus}
    return base if version is None else {**base, "version": version}


# --- fields -----------------------------------------------------------------------------------------------------------


def test_an_unknown_field_is_refused_by_name_with_the_list_of_those_that_exist() -> None:
    [faute] = fautes_de_champs("Bonjour {{demandeurr}} et {{ ville }}")
    assert "« {{demandeurr}} »" in faute and all(f"{{{{{nom}}}}}" in faute for nom in CHAMPS)


@pytest.mark.parametrize("texte", ["{{", "{{agent", "{{agent}", "{{}}", "{{ le nom }}", "{{agent|upper}}", "{{a.b}}"])
def test_a_field_that_is_not_one_is_refused(texte: str) -> None:
    assert fautes_de_champs(texte)


@given(st.text(alphabet="{} agentvil\n", max_size=40))
def test_a_text_without_fault_is_filled_whole(texte: str) -> None:
    rempli = remplir_champs(texte, dict.fromkeys(CHAMPS, "X"))
    assert fautes_de_champs(texte) or "{{" not in rempli


def test_a_value_that_looks_like_a_field_is_not_filled_again() -> None:
    assert remplir_champs("{{objet}}", {"objet": "{{agent}}", "agent": "Alix"}) == "{{agent}}"


@pytest.mark.django_db
def test_the_agent_finds_the_template_filled_with_name_and_town(troupe: Troupe) -> None:
    creer_modele(_contenu(), by=_qualite(troupe), at=troupe.at)
    demande, agent = troupe.deposer(), troupe.present("voirie")
    textes = dict(modeles_reponse(demande.dossier, agent))
    assert textes["Essai de modèle"].startswith("Bonjour Alix Dupuis-Test,")
    assert agent.nom in textes["Essai de modèle"] and "{{" not in "".join(textes.values())


# --- versions ---------------------------------------------------------------------------------------------------------


@pytest.mark.django_db
def test_each_change_is_a_version_with_its_author_and_date_and_a_line_in_the_journal(troupe: Troupe) -> None:
    by = _qualite(troupe)
    modele = creer_modele(_contenu(), by=by, at=troupe.at)
    modifier_modele(modele, _contenu("Nouveau texte."), by=by, at=troupe.at, version=1)
    versions = [(v.numero, v.texte, v.par_id, v.at) for v in modele.versions.order_by("numero")]
    assert versions == [(1, TEXTE, by.personne, troupe.at), (2, "Nouveau texte.", by.personne, troupe.at)]
    verbes = list(
        Ligne.objects.filter(chaine=chaine_de(modele.code)).order_by("numero").values_list("verbe", flat=True)
    )
    assert verbes == ["creer_modele", "modifier_modele"]


@pytest.mark.django_db
def test_a_version_is_never_rewritten(troupe: Troupe) -> None:
    modele = creer_modele(_contenu(), by=_qualite(troupe), at=troupe.at)
    for attaque in (lambda v: v.update(texte="autre"), lambda v: v.delete()):
        with pytest.raises(IntegrityError, match="ne se modifie pas"), transaction.atomic():
            attaque(VersionModele.objects.filter(modele=modele))


@pytest.mark.django_db
def test_the_same_text_again_makes_no_version(troupe: Troupe) -> None:
    modele = creer_modele(_contenu(), by=_qualite(troupe), at=troupe.at)
    assert modifier_modele(modele, _contenu(), by=_qualite(troupe), at=troupe.at, version=1).version == 1


@pytest.mark.django_db
def test_who_has_no_right_is_told_whom_to_ask(troupe: Troupe) -> None:
    modele, agent = ModeleReponse.objects.get(code="fait"), troupe.present("voirie")
    for geste in (
        lambda: creer_modele(_contenu(), by=agent, at=troupe.at),
        lambda: modifier_modele(modele, _contenu(), by=agent, at=troupe.at, version=1),
        lambda: retirer_modele(modele, by=agent, at=troupe.at),
    ):
        with pytest.raises(Refus, match="service organisation et qualité"):
            geste()


@pytest.mark.django_db
def test_a_retired_template_is_no_longer_offered_until_it_is_put_back(troupe: Troupe) -> None:
    modele, by, demande = ModeleReponse.objects.get(code="fait"), _qualite(troupe), troupe.deposer()
    retirer_modele(modele, by=by, at=troupe.at)
    assert modele.titre not in dict(modeles_reponse(demande.dossier, by))
    with pytest.raises(Refus, match="déjà retiré"):
        retirer_modele(modele, by=by, at=troupe.at)
    remettre_modele(modele, by=by, at=troupe.at)
    assert modele.titre in dict(modeles_reponse(demande.dossier, by))


@pytest.mark.django_db
def test_two_titles_alike_get_two_codes_and_no_page_is_hidden(troupe: Troupe) -> None:
    codes = [
        creer_modele(_contenu(titre=t), by=_qualite(troupe), at=troupe.at).code
        for t in ("Nouveau", "Aperçu", "Fait", "!!!")
    ]
    assert codes == ["nouveau-2", "apercu-2", "fait-2", "modele"]


# --- pages ------------------------------------------------------------------------------------------------------------


@pytest.mark.django_db
def test_a_second_click_shows_the_template_already_made(troupe: Troupe) -> None:
    client, donnees = _client(_qualite(troupe)), _donnees()
    premier, second = client.post("/modeles/nouveau/", donnees), client.post("/modeles/nouveau/", donnees)
    assert premier["Location"] == second["Location"] == "/modeles/essai-de-modele/"
    assert ModeleReponse.objects.filter(titre="Essai de modèle").count() == 1


@pytest.mark.django_db
def test_somebody_elses_version_is_shown_beside_what_was_typed(troupe: Troupe) -> None:
    by = _qualite(troupe)
    modele = creer_modele(_contenu(), by=by, at=troupe.at)
    autre = troupe.au_poste("agent-qualite-1")
    modifier_modele(modele, _contenu("Texte de l'autre."), by=autre, at=troupe.at, version=1)
    client = _client(by)
    refus = client.post(f"/modeles/{modele.code}/", _donnees(1, texte="Mon long texte."))
    page = refus.content.decode()
    assert refus.status_code == 409 and autre.nom in page
    assert "Texte de l&#x27;autre." in page and "Mon long texte." in page
    assert ModeleReponse.objects.get(pk=modele.pk).texte == "Texte de l'autre."
    assert 'name="version" value="2"' in page  # saving again is then a choice
    assert client.post(f"/modeles/{modele.code}/", _donnees(2, texte="Mon long texte.")).status_code == 302
    assert ModeleReponse.objects.get(pk=modele.pk).texte == "Mon long texte."


@pytest.mark.django_db
def test_an_unknown_field_is_refused_on_the_page_and_the_text_stays(troupe: Troupe) -> None:
    refus = _client(_qualite(troupe)).post("/modeles/nouveau/", _donnees(texte="Bonjour {{prenom}}, merci."))
    assert refus.status_code == 422
    assert "« {{prenom}} » n&#x27;est pas un champ connu" in refus.content.decode()
    assert "Bonjour {{prenom}}, merci.</textarea>" in refus.content.decode()


@pytest.mark.django_db
def test_the_preview_fills_an_example_and_saves_nothing(troupe: Troupe) -> None:
    client, avant = _client(_qualite(troupe)), VersionModele.objects.count()
    page = client.post("/modeles/fait/", _donnees(1, apercu="1")).content.decode()
    assert "Bonjour Camille Exemple," in page and "Rien n'est encore enregistré" in page
    lettre = client.post("/modeles/apercu/", _donnees())
    assert "Bonjour Camille Exemple," in texte_pdf(lettre.content) and "PROJET" in texte_pdf(lettre.content)
    assert VersionModele.objects.count() == avant


def test_the_example_names_the_town_and_the_author() -> None:
    rempli = exemple("{{agent}} {{ville}} {{date_depot}}", agent="Alix", jour=date(2026, 3, 1))
    assert rempli.startswith("Alix ") and rempli.endswith(" 01/03/2026") and "{{" not in rempli


# --- buridan load -----------------------------------------------------------------------------------------------------


def _change(fichier: Path, tmp_path: Path) -> Path:
    copie = Path(shutil.copytree(PRESET, tmp_path / "bethune"))
    modeles = copie / "modeles_reponses.toml"
    modeles.write_text(
        modeles.read_text().replace("Nous sommes intervenus le [date].", "Nous sommes passés le [date].")
    )
    return copie


@pytest.mark.django_db
def test_a_template_changed_in_the_application_is_kept_and_it_is_said_how_to_take_the_files(
    troupe: Troupe, tmp_path: Path
) -> None:
    by, modele = _qualite(troupe), ModeleReponse.objects.get(code="fait")
    modifier_modele(modele, _contenu("Le nôtre.", titre="C'est fait"), by=by, at=troupe.at, version=modele.version)
    avis: list[str] = []
    assert charger(PRESET, at=troupe.at, avis=avis) == 0
    assert ModeleReponse.objects.get(code="fait").texte == "Le nôtre."
    assert len(avis) == 1 and by.nom in avis[0] and "buridan load bethune --reprendre-modele fait" in avis[0]
    avis.clear()
    assert charger(PRESET, at=troupe.at, modeles_repris=["fait"], avis=avis) == 1 and avis == []
    assert "Nous sommes intervenus" in ModeleReponse.objects.get(code="fait").texte
    assert [v.texte for v in modele.versions.order_by("numero")][-2] == "Le nôtre."
    assert charger(PRESET, at=troupe.at, avis=avis) == 0 and avis == []


@pytest.mark.django_db
def test_a_template_nobody_touched_follows_its_file(troupe: Troupe, tmp_path: Path) -> None:
    avis: list[str] = []
    assert charger(_change(PRESET, tmp_path), at=troupe.at, avis=avis) >= 1
    modele = ModeleReponse.objects.get(code="fait")
    assert "Nous sommes passés" in modele.texte and avis == []
    derniere = modele.versions.get(numero=modele.version)
    assert derniere.par is None and derniere.texte == modele.texte


@pytest.mark.django_db
def test_a_retired_template_does_not_come_back_by_loading(troupe: Troupe) -> None:
    modele, avis = ModeleReponse.objects.get(code="fait"), []
    retirer_modele(modele, by=_qualite(troupe), at=troupe.at)
    charger(PRESET, at=troupe.at, avis=avis)  # type: ignore[arg-type]
    modele.refresh_from_db()
    assert modele.retire_le is not None and "retiré dans l'application" in avis[0]


@pytest.mark.django_db
@pytest.mark.parametrize(
    ("avant", "apres", "raison"),
    [
        ("{{demandeur}}", "{{demandeurr}}", "« {{demandeurr}} » n'est pas un champ connu"),
        ('code = "planifie"', 'code = "fait"', "le code « fait » figure déjà plus haut"),
        ('titre = "C\'est fait"', 'titre = ""', "il manque « titre »"),
        ("types = []", 'types = ["rien"]', "le type de demande « rien » n'existe pas"),
        ('code = "fait"', 'code = "nouveau"', "est réservé"),
    ],
)
def test_a_fault_in_the_file_is_named_with_its_line(
    troupe: Troupe, tmp_path: Path, avant: str, apres: str, raison: str
) -> None:
    fichier = Path(shutil.copytree(PRESET, tmp_path / "copie")) / "modeles_reponses.toml"
    assert avant in fichier.read_text()
    fichier.write_text(fichier.read_text().replace(avant, apres, 1))
    with pytest.raises(PresetInvalide) as refus:
        charger(fichier.parent, at=troupe.at)
    assert any(raison in f and f.startswith("modeles_reponses.toml, ligne ") for f in refus.value.fautes)


@pytest.mark.django_db
def test_the_command_says_what_it_kept(troupe: Troupe, capsys: pytest.CaptureFixture[str]) -> None:
    modele = ModeleReponse.objects.get(code="fait")
    modifier_modele(modele, _contenu("Le nôtre."), by=_qualite(troupe), at=troupe.at, version=modele.version)
    assert main(["load", "bethune"]) == 0
    assert "il est gardé tel quel" in capsys.readouterr().out


# --- races ------------------------------------------------------------------------------------------------------------


def test_eight_people_saving_at_once_make_one_version_and_seven_are_told(troupe_reelle: Troupe) -> None:
    t, by = troupe_reelle, _qualite(troupe_reelle)
    modele = creer_modele(_contenu(), by=by, at=t.at)
    gestes = [
        lambda n=n: modifier_modele(modele, _contenu(f"Texte {n}."), by=by, at=t.at, version=1) for n in range(HUIT)
    ]
    resultats = course(*gestes)
    assert sum(isinstance(r, ModeleChange) for r in resultats) == HUIT - 1, resultats
    assert modele.versions.count() == 2


def test_eight_clicks_make_one_template(troupe_reelle: Troupe) -> None:
    t, by, jeton = troupe_reelle, _qualite(troupe_reelle), uuid4()
    resultats = course(*[lambda: creer_modele(_contenu(titre="Course"), by=by, at=t.at, jeton=jeton)] * HUIT)
    crees = [r for r in resultats if isinstance(r, ModeleReponse)]
    assert len(crees) == 1 and sum(isinstance(r, DejaEnvoye) for r in resultats) == HUIT - 1, resultats


def test_eight_clicks_retire_once(troupe_reelle: Troupe) -> None:
    t, by = troupe_reelle, _qualite(troupe_reelle)
    modele = creer_modele(_contenu(), by=by, at=t.at)
    resultats = course(*[lambda: retirer_modele(modele, by=by, at=t.at)] * HUIT)
    assert sum(isinstance(r, Refus) for r in resultats) == HUIT - 1, resultats
    assert Ligne.objects.filter(chaine=chaine_de(modele.code), verbe="retirer_modele").count() == 1
