"""Circuits edited in the application: a draft, what changes, one publication; dossiers that run keep theirs."""

import shutil
from dataclasses import replace
from functools import partial
from html import unescape
from pathlib import Path
from typing import Any
from uuid import uuid4

import pytest
from django.conf import settings
from django.db import IntegrityError, connection, transaction
from django.test import Client

from buridan.circuits.actions import (
    BrouillonChange,
    SansBrouillon,
    abandonner_brouillon,
    creer_circuit,
    modifier_brouillon,
    ouvrir_brouillon,
    publier_brouillon,
)
from buridan.circuits.catalogue import en_vigueur, lire
from buridan.circuits.edition import Sens, deplacer, enlever, presenter, remplacer
from buridan.circuits.modele import CircuitModele, Destinataire
from buridan.circuits.models import VersionCircuit
from buridan.circuits.queries import brouillon_de, chaine_de, evenements
from buridan.demandes.actions.faire_suivre import faire_suivre
from buridan.demandes.actions.qualifier import qualifier
from buridan.demandes.models import TypeDemande
from buridan.dossiers.actions.traiter import traiter
from buridan.dossiers.chargement import charger
from buridan.dossiers.etats import EtatDossier
from buridan.dossiers.models import Dossier, Etape
from buridan.droit.delais import Delai
from buridan.interface.jetons import DejaEnvoye
from buridan.journal.models import Ligne
from buridan.lancement.commandes import main
from buridan.organisation.acteur import Acteur
from buridan.organisation.chargement import PresetInvalide
from buridan.organisation.models import Personne
from buridan.outils.verdict import Refus

from .conftest import Troupe
from .dossiers.test_courses import HUIT, course

PRESET = settings.PRESETS / "bethune"
CODE = "demande-courante"
CRECHE = "commission-creche"  # three opinions in parallel, hidden, two are enough


def _qualite(troupe: Troupe) -> Acteur:
    return troupe.present("organisation-qualite", responsable=True)


def _autre(troupe: Troupe) -> Acteur:
    return troupe.au_poste("agent-qualite-1")


def _client(acteur: Acteur) -> Client:
    client = Client()
    personne = Personne.objects.get(pk=acteur.personne)
    client.force_login(personne, backend="allauth.account.auth_backends.AuthenticationBackend")
    return client


def _page(reponse: Any) -> str:
    return unescape(reponse.content.decode())


def _avec(cle: str, **champs: Any) -> Any:
    """An edition: other values in one étape."""

    def edition(modele: CircuitModele) -> CircuitModele:
        etape = modele.etape(cle)
        assert etape is not None
        return remplacer(modele, replace(etape, **champs))

    return edition


def _changer(t: Troupe, edition: Any, *, code: str = CODE, by: Acteur | None = None) -> VersionCircuit:
    """Open the draft if needed and change it."""
    by = by or _qualite(t)
    revision = ouvrir_brouillon(code, by=by, at=t.at).revision
    return modifier_brouillon(code, edition, by=by, at=t.at, revision=revision)


def _publier(t: Troupe, *, code: str = CODE, note: str = "Plus court.", **champs: Any) -> VersionCircuit:
    brouillon = brouillon_de(code)
    valeurs: dict[str, Any] = {
        "revision": brouillon.revision if brouillon else 1, "actuelle": en_vigueur(code)[1], "note": note, **champs
    }  # fmt: skip
    return publier_brouillon(code, by=_qualite(t), at=t.at, **valeurs)


def _saisie(client: Client, adresse: str, **champs: Any) -> dict[str, Any]:
    """What a browser would send from that form, with some fields changed."""
    form = client.get(adresse).context["form"]
    donnees = {c.html_name: c.value() for c in form if c.value() not in (None, False)}
    return {**donnees, "jeton": str(uuid4()), **champs}


# --- draft ------------------------------------------------------------------------------------------------------------


@pytest.mark.django_db
def test_a_circuit_has_one_draft_that_is_resumed(troupe: Troupe) -> None:
    premier = ouvrir_brouillon(CODE, by=_qualite(troupe), at=troupe.at)
    assert ouvrir_brouillon(CODE, by=_autre(troupe), at=troupe.at) == premier
    assert premier.base == en_vigueur(CODE)[1] and premier.numero is None and lire(premier) == en_vigueur(CODE)[0]


@pytest.mark.django_db
def test_a_draft_changes_nothing_before_it_is_published(troupe: Troupe) -> None:
    avant = en_vigueur(CODE)
    _changer(troupe, _avec("e1", titre="Autre titre"))
    assert en_vigueur(CODE) == avant


@pytest.mark.django_db
def test_who_changed_what_is_in_the_journal_and_on_the_page(troupe: Troupe) -> None:
    by = _autre(troupe)
    _changer(troupe, _avec("e2", delai=Delai.lire("9 jours ouvrés")), by=by)
    [changement, _ouverture] = evenements(CODE)
    assert changement.personne == by.personne and "devient « 9 jours ouvrés »" in changement.phrases[0]
    page = _page(_client(_qualite(troupe)).get(f"/circuits/{CODE}/brouillon/"))
    assert f"{by.nom} a changé le brouillon" in page and changement.phrases[0] in page


@pytest.mark.django_db
def test_a_draft_with_faults_is_saved_shown_at_its_fields_and_not_published(troupe: Troupe) -> None:
    client, adresse = _client(_qualite(troupe)), f"/circuits/{CODE}/brouillon/etapes/e2/"
    ouvrir_brouillon(CODE, by=_qualite(troupe), at=troupe.at)
    donnees = _saisie(client, adresse, titre="", delai_nombre="", destinataire="", consigne="Ligne 1\r\nLigne 2")
    reponse = client.post(adresse, donnees)
    assert reponse["Location"] == adresse  # saved, and back to what is missing
    form = client.get(adresse).context["form"]
    assert set(form.errors) == {"titre", "delai_nombre", "destinataire"}
    assert "Il manque un délai" in form.errors["delai_nombre"][0]
    brouillon = brouillon_de(CODE)
    assert brouillon is not None and lire(brouillon).etapes[1].consigne == "Ligne 1\nLigne 2"
    with pytest.raises(Refus, match="3 point"):
        _publier(troupe)
    page = _page(client.get(f"/circuits/{CODE}/brouillon/publier/"))
    assert "ne peut pas encore être publié" in page and "Publier cette version" not in page


@pytest.mark.django_db
def test_what_was_typed_stays_when_a_field_can_not_be_read(troupe: Troupe) -> None:
    client, adresse = _client(_qualite(troupe)), f"/circuits/{CODE}/brouillon/etapes/e2/"
    brouillon = ouvrir_brouillon(CODE, by=_qualite(troupe), at=troupe.at)
    reponse = client.post(adresse, _saisie(client, adresse, titre="Mon titre", delai_nombre="bientôt", regle="nombre"))
    page = _page(reponse)
    assert reponse.status_code == 422
    assert set(reponse.context["form"].errors) == {"delai_nombre", "regle_nombre"}
    assert 'value="Mon titre"' in page and 'value="bientôt"' in page
    brouillon.refresh_from_db()
    assert brouillon.revision == 1


@pytest.mark.django_db
def test_an_unreachable_rule_a_missing_answer_and_an_unknown_post_are_said_at_their_fields(troupe: Troupe) -> None:
    client = _client(_qualite(troupe))
    _changer(troupe, _avec("e3", regle="7"), code=CRECHE)
    _changer(troupe, _avec("e6", destinataire=Destinataire("poste", "disparu")), code=CRECHE)
    _changer(troupe, partial(enlever, cle="e7"), code=CRECHE)
    erreurs = {
        cle: {
            c: e[0] for c, e in client.get(f"/circuits/{CRECHE}/brouillon/etapes/{cle}/").context["form"].errors.items()
        }
        for cle in ("e3", "e6")
    }
    assert "ne peut pas être atteinte" in erreurs["e3"]["regle"]
    assert "de type « réponse »" in erreurs["e6"]["type"] and "n'existe pas" in erreurs["e6"]["destinataire"]


@pytest.mark.django_db
def test_an_etape_is_added_moved_put_in_parallel_and_taken_away_by_forms_alone(troupe: Troupe) -> None:
    client, base = _client(_qualite(troupe)), f"/circuits/{CODE}/brouillon/"
    client.post(f"/circuits/{CODE}/modifier/")
    donnees = _saisie(
        client, f"{base}etapes/", titre="Donner l'avis des finances", type="avis", destinataire="role:dga",
        delai_nombre="3", place="apres:e1",
    )  # fmt: skip
    for _clic in range(2):
        assert client.post(f"{base}etapes/", donnees).status_code == 302

    def rangs() -> dict[str, int]:
        brouillon = brouillon_de(CODE)
        assert brouillon is not None
        return {e.titre: e.rang for e in lire(brouillon).etapes}

    def geste(nom: str) -> None:
        brouillon = brouillon_de(CODE)
        assert brouillon is not None
        cle = next(e.cle for e in lire(brouillon).etapes if e.titre == "Donner l'avis des finances")
        champs = {"geste": nom, "revision": brouillon.revision, "jeton": str(uuid4())}
        for _clic in range(2):
            client.post(f"{base}etapes/{cle}/geste/", champs)

    depart = rangs()
    assert depart["Donner l'avis des finances"] == 2 and len(depart) == len(en_vigueur(CODE)[0].etapes) + 1
    geste("descendre")
    assert rangs()["Donner l'avis des finances"] == 3
    geste("joindre")
    assert rangs()["Donner l'avis des finances"] == 2 and list(rangs().values()).count(2) == 2
    geste("enlever")
    assert rangs() == {e.titre: e.rang for e in en_vigueur(CODE)[0].etapes}


@pytest.mark.django_db
def test_the_rule_of_a_rank_is_set_once_for_all_its_etapes(troupe: Troupe) -> None:
    brouillon = _changer(troupe, _avec("e4", regle="un", votes_caches=False), code=CRECHE)
    assert {(e.regle, e.votes_caches) for e in lire(brouillon).etapes if e.rang == 3} == {("un", False)}


@pytest.mark.django_db
def test_the_second_of_two_officers_is_told_what_the_other_changed_and_keeps_what_was_typed(troupe: Troupe) -> None:
    autre, client, adresse = _autre(troupe), _client(_qualite(troupe)), f"/circuits/{CODE}/brouillon/etapes/e2/"
    ouvrir_brouillon(CODE, by=autre, at=troupe.at)
    donnees = _saisie(client, adresse, titre="Mon titre")
    _changer(troupe, _avec("e1", titre="Le titre de l'autre"), by=autre)
    refus = client.post(adresse, donnees)
    page = _page(refus)
    assert refus.status_code == 409
    assert f"{autre.nom} a changé le brouillon" in page and "devient « Le titre de l'autre »" in page
    assert 'value="Mon titre"' in page and 'name="revision" value="2"' in page
    assert client.post(adresse, {**donnees, "revision": 2}).status_code == 302
    brouillon = brouillon_de(CODE)
    assert brouillon is not None
    titres = [e.titre for e in lire(brouillon).etapes]
    assert titres[:2] == ["Le titre de l'autre", "Mon titre"]  # the other's work stands


@pytest.mark.django_db
def test_what_was_typed_for_an_etape_that_is_gone_can_be_added_again(troupe: Troupe) -> None:
    client, adresse = _client(_qualite(troupe)), f"/circuits/{CODE}/brouillon/etapes/e2/"
    ouvrir_brouillon(CODE, by=_autre(troupe), at=troupe.at)
    donnees = _saisie(client, adresse, titre="Mon titre")
    _changer(troupe, partial(enlever, cle="e2"), by=_autre(troupe))
    refus = client.post(adresse, donnees)
    assert refus.status_code == 409 and "a été enlevée" in _page(refus) and 'value="Mon titre"' in _page(refus)
    nouvelle = f"/circuits/{CODE}/brouillon/etapes/"
    assert f'action="{nouvelle}"' in _page(refus)
    assert client.post(nouvelle, {**donnees, "revision": 2, "place": "apres:e1"}).status_code == 302
    brouillon = brouillon_de(CODE)
    assert brouillon is not None and lire(brouillon).etapes[1].titre == "Mon titre"


@pytest.mark.django_db
def test_what_was_typed_in_a_draft_published_meanwhile_goes_into_another(troupe: Troupe) -> None:
    client, adresse = _client(_qualite(troupe)), f"/circuits/{CODE}/brouillon/etapes/e2/"
    _changer(troupe, _avec("e1", titre="Publié entre-temps"))
    donnees = _saisie(client, adresse, titre="Mon titre")
    _publier(troupe)
    refus = client.post(adresse, donnees)
    assert refus.status_code == 409 and "a publié le brouillon" in _page(refus) and 'value="Mon titre"' in _page(refus)
    assert client.post(adresse, {**donnees, "rouvrir": "1"}).status_code == 302
    brouillon = brouillon_de(CODE)
    assert brouillon is not None
    assert [e.titre for e in lire(brouillon).etapes][:2] == ["Publié entre-temps", "Mon titre"]


@pytest.mark.django_db
def test_a_draft_given_up_leaves_the_circuit_as_it_was_and_a_line_in_the_journal(troupe: Troupe) -> None:
    client, avant = _client(_qualite(troupe)), en_vigueur(CODE)
    brouillon = _changer(troupe, _avec("e1", titre="Jamais publié"))
    client.post(f"/circuits/{CODE}/brouillon/abandonner/", {"revision": 1})
    assert brouillon_de(CODE) is not None  # it had changed since that page was read
    client.post(f"/circuits/{CODE}/brouillon/abandonner/", {"revision": brouillon.revision})
    assert brouillon_de(CODE) is None and en_vigueur(CODE) == avant
    page = client.get(f"/circuits/{CODE}/brouillon/")
    assert (
        page.status_code == 404 and "a abandonné le brouillon" in _page(page) and "Ouvrir un brouillon" in _page(page)
    )


@pytest.mark.django_db
def test_a_new_circuit_is_a_copy_that_nobody_follows_before_it_is_published(troupe: Troupe) -> None:
    client, jeton = _client(_qualite(troupe)), str(uuid4())
    for _clic in range(2):
        reponse = client.post("/circuits/nouveau/", {"titre": "Nouveau", "copie_de": CODE, "jeton": jeton})
        assert reponse["Location"] == "/circuits/nouveau-2/brouillon/"
    assert client.get("/circuits/nouveau-2/").status_code == 404
    page = _page(client.get("/circuits/nouveau-2/brouillon/publier/"))
    assert "Ce circuit est nouveau" in page and "Étape ajoutée" in page
    donnees = {"note": "Premier essai.", "revision": 1, "actuelle": 0, "jeton": str(uuid4())}
    assert client.post("/circuits/nouveau-2/brouillon/publier/", donnees)["Location"] == "/circuits/nouveau-2/"
    modele, numero = en_vigueur("nouveau-2")
    assert numero == 1 and modele.titre == "Nouveau" and modele.etapes == en_vigueur(CODE)[0].etapes


@pytest.mark.django_db
def test_who_has_no_right_is_told_whom_to_ask(troupe: Troupe) -> None:
    agent = troupe.present("voirie")
    ouvrir_brouillon(CODE, by=_qualite(troupe), at=troupe.at)
    gestes = (
        lambda: ouvrir_brouillon(CODE, by=agent, at=troupe.at),
        lambda: creer_circuit("X", by=agent, at=troupe.at, copie_de=CODE),
        lambda: modifier_brouillon(CODE, partial(enlever, cle="e1"), by=agent, at=troupe.at, revision=1),
        lambda: publier_brouillon(CODE, by=agent, at=troupe.at, revision=1, actuelle=1, note="X"),
        lambda: abandonner_brouillon(CODE, by=agent, at=troupe.at, revision=1),
    )
    for geste in gestes:
        with pytest.raises(Refus, match="service organisation et qualité"):
            geste()
    assert "Modifier" not in _page(_client(agent).get(f"/circuits/{CODE}/"))


# --- what changes, publication ----------------------------------------------------------------------------------------


@pytest.mark.django_db
def test_the_page_says_what_changes_and_how_many_dossiers_keep_their_circuit(troupe: Troupe) -> None:
    client = _client(_qualite(troupe))
    troupe.deposer("nid-de-poule")
    _changer(troupe, _avec("e2", delai=Delai.lire("9 jours ouvrés")))
    _changer(troupe, partial(deplacer, cle="e1", sens=Sens.DESCENDRE))
    page = _page(client.get(f"/circuits/{CODE}/brouillon/publier/"))
    compte = Dossier.objects.filter(circuit=CODE).exclude(etat=EtatDossier.CLOS).count()
    assert "devient « 9 jours ouvrés »" in page and "Étape déplacée" in page
    assert f"{compte} dossier" in page and "circuit actuel" in page
    assert page.count('class="circuit-dessin"') == 2 and "(modifiée)" in page


@pytest.mark.django_db
def test_new_dossiers_follow_the_new_version_and_those_that_run_keep_theirs(troupe: Troupe) -> None:
    ancien = troupe.deposer("nid-de-poule").dossier
    ancienne, numero = en_vigueur(CODE)
    _changer(troupe, _avec("e3", titre="Viser autrement"))
    _changer(troupe, partial(enlever, cle="e1"))
    _publier(troupe)
    nouveau = troupe.deposer("nid-de-poule", courriel="autre@courriel.example", lieu="9 rue Neuve").dossier
    assert (ancien.circuit_version, nouveau.circuit_version) == (numero, numero + 1)
    etape = Etape.objects.get(dossier=ancien, etat="active")
    qualifier(etape, by=troupe.present("accueil"), at=troupe.at, type=TypeDemande.objects.get(code="nid-de-poule"))
    etape = Etape.objects.get(dossier=ancien, etat="active")
    assert etape.type == "traitement"
    traiter(etape, by=troupe.present("voirie"), at=troupe.at, compte_rendu="Fait.", projet="Réparé.", sens="favorable")
    titres = list(Etape.objects.filter(dossier=ancien).order_by("rang").values_list("titre", flat=True))
    assert titres == [e.titre for e in ancienne.etapes]
    assert "Viser autrement" in Etape.objects.filter(dossier=nouveau).values_list("titre", flat=True)
    assert not Etape.objects.filter(dossier=nouveau, type="qualification").exists()


@pytest.mark.django_db
def test_what_was_not_read_is_not_published(troupe: Troupe) -> None:
    brouillon = _changer(troupe, _avec("e1", titre="Un"))
    with pytest.raises(BrouillonChange) as change:
        _publier(troupe, revision=brouillon.revision - 1)
    assert "devient « Un »" in change.value.faits[0].phrases[0]
    with pytest.raises(Refus, match="autre version"):
        _publier(troupe, actuelle=en_vigueur(CODE)[1] + 1)
    with pytest.raises(Refus, match="Dites pourquoi"):
        _publier(troupe, note="  ")
    assert _publier(troupe).numero == en_vigueur(CODE)[1]


@pytest.mark.django_db
def test_a_draft_that_changes_nothing_is_not_published(troupe: Troupe) -> None:
    ouvrir_brouillon(CODE, by=_qualite(troupe), at=troupe.at)
    with pytest.raises(Refus, match="Rien ne change"):
        _publier(troupe)


@pytest.mark.django_db
def test_a_second_click_on_publish_says_that_it_is_done(troupe: Troupe) -> None:
    client, adresse = _client(_qualite(troupe)), f"/circuits/{CODE}/brouillon/publier/"
    _changer(troupe, _avec("e1", titre="Un"))
    donnees = _saisie(client, adresse, note="Parce que.")
    avant = en_vigueur(CODE)[1]
    pages = [_page(client.post(adresse, donnees, follow=True)) for _clic in range(2)]
    assert "est en vigueur pour les nouveaux dossiers" in pages[0] and "C'était déjà publié" in pages[1]
    assert en_vigueur(CODE)[1] == avant + 1


@pytest.mark.django_db
def test_the_history_gives_author_date_note_and_change_and_an_old_version_becomes_a_draft_again(troupe: Troupe) -> None:
    client, by, (premiere, numero) = _client(_qualite(troupe)), _qualite(troupe), en_vigueur(CODE)
    _changer(troupe, _avec("e1", titre="Un autre titre"))
    _publier(troupe, note="Demandé par l'accueil.")
    page = _page(client.get(f"/circuits/{CODE}/versions/"))
    assert f"par {by.nom}" in page and "Demandé par l'accueil." in page and "devient « Un autre titre »" in page
    client.post(f"/circuits/{CODE}/modifier/", {"numero": numero})
    brouillon = brouillon_de(CODE)
    assert brouillon is not None and brouillon.base == numero and lire(brouillon) == premiere
    refus = client.post(f"/circuits/{CODE}/modifier/", {"numero": numero + 1}, follow=True)
    assert "Un brouillon de ce circuit est déjà ouvert" in _page(refus)
    assert "est entrée en vigueur" in _page(refus)  # the draft stands on an older version: it is said
    assert _publier(troupe, note="Retour.").numero == numero + 2 and en_vigueur(CODE)[0] == premiere


@pytest.mark.django_db
def test_someone_without_the_right_gets_403_with_the_reason(troupe: Troupe) -> None:
    page = _client(troupe.present("voirie")).get(f"/circuits/{CODE}/brouillon/")
    assert page.status_code == 403 and "réservée au service organisation et qualité" in _page(page)


# --- the database -----------------------------------------------------------------------------------------------------


@pytest.mark.django_db
@pytest.mark.parametrize(
    "sql",
    [
        "UPDATE {t} SET texte = texte || ' ' WHERE publiee_le IS NOT NULL",
        "UPDATE {t} SET publiee_le = NULL, numero = NULL WHERE code = 'demande-courante' AND numero = 1",
        "UPDATE {t} SET note = 'x' WHERE numero = 1",
        "DELETE FROM {t} WHERE publiee_le IS NOT NULL",
        "TRUNCATE {t}",
    ],
)
def test_a_published_version_is_never_changed_nor_deleted_even_by_sql(troupe: Troupe, sql: str) -> None:
    with pytest.raises(IntegrityError, match="ne se modifie pas"), transaction.atomic(), connection.cursor() as curseur:
        curseur.execute(sql.format(t="circuits_versioncircuit"))


@pytest.mark.django_db
@pytest.mark.parametrize(
    ("colonnes", "contrainte"),
    [
        ("numero = 1, publiee_le = now()", "version_circuit_unique"),
        ("numero = 99", "version_circuit_numerotee"),
        ("publiee_le = now()", "version_circuit_numerotee"),
    ],
)
def test_a_draft_gets_no_number_of_its_own(troupe: Troupe, colonnes: str, contrainte: str) -> None:
    brouillon = ouvrir_brouillon(CODE, by=_qualite(troupe), at=troupe.at)
    with pytest.raises(IntegrityError, match=contrainte), transaction.atomic(), connection.cursor() as curseur:
        curseur.execute(f"UPDATE circuits_versioncircuit SET {colonnes} WHERE id = %s", [brouillon.pk])


@pytest.mark.django_db
def test_a_second_draft_is_refused_by_the_database(troupe: Troupe) -> None:
    brouillon = ouvrir_brouillon(CODE, by=_qualite(troupe), at=troupe.at)
    brouillon.pk = None
    with pytest.raises(IntegrityError, match="un_seul_brouillon_par_circuit"), transaction.atomic():
        brouillon.save(force_insert=True)


# --- buridan load -----------------------------------------------------------------------------------------------------


@pytest.mark.django_db
def test_a_circuit_published_in_the_application_is_kept_and_it_is_said_how_to_take_the_files(troupe: Troupe) -> None:
    du_fichier, numero = en_vigueur(CODE)
    _changer(troupe, _avec("e1", titre="Le nôtre"))
    _publier(troupe)
    avis: list[str] = []
    assert charger(PRESET, at=troupe.at, avis=avis) == 0
    assert en_vigueur(CODE)[1] == numero + 1
    assert len(avis) == 1 and _qualite(troupe).nom in avis[0] and f"--reprendre-circuit {CODE}" in avis[0]
    avis.clear()
    assert charger(PRESET, at=troupe.at, circuits_repris=[CODE], avis=avis) == 1 and avis == []
    assert en_vigueur(CODE) == (du_fichier, numero + 2)
    assert charger(PRESET, at=troupe.at, avis=avis) == 0 and avis == []


@pytest.mark.django_db
def test_a_circuit_nobody_published_follows_its_file_and_a_draft_stays(troupe: Troupe, tmp_path: Path) -> None:
    copie = Path(shutil.copytree(PRESET, tmp_path / "bethune"))
    fichier, (_modele, numero) = copie / "circuits" / f"{CODE}.toml", en_vigueur(CODE)
    fichier.write_text("# a comment changes nothing\n" + fichier.read_text())
    assert charger(copie, at=troupe.at) == 0
    brouillon = _changer(troupe, _avec("e1", titre="En cours"))
    fichier.write_text(fichier.read_text().replace('titre = "', 'titre = "Bis ', 1))
    assert charger(copie, at=troupe.at) == 1
    assert en_vigueur(CODE)[1] == numero + 1 and brouillon_de(CODE) == brouillon
    with pytest.raises(Refus, match="autre version"):  # what was read compared it to the version before
        _publier(troupe, actuelle=numero)
    assert _publier(troupe).numero == numero + 2


@pytest.mark.django_db
def test_a_request_type_may_follow_a_circuit_made_in_the_application(troupe: Troupe, tmp_path: Path) -> None:
    copie = Path(shutil.copytree(PRESET, tmp_path / "bethune"))
    types = copie / "types_demandes.toml"
    types.write_text(types.read_text().replace(f'circuit = "{CODE}"', 'circuit = "le-notre"', 1))
    with pytest.raises(PresetInvalide, match="« le-notre » n'existe pas"):
        charger(copie, at=troupe.at)
    creer_circuit("Le nôtre", by=_qualite(troupe), at=troupe.at, copie_de=CODE)
    publier_brouillon("le-notre", by=_qualite(troupe), at=troupe.at, revision=1, actuelle=None, note="Neuf.")
    charger(copie, at=troupe.at)
    assert TypeDemande.objects.filter(circuit="le-notre").count() == 1


@pytest.mark.django_db
def test_a_type_follows_another_circuit_from_now_on_and_the_files_keep_that_choice(troupe: Troupe) -> None:
    en_cours = troupe.deposer("trottoir").dossier
    client = _client(_qualite(troupe))
    page = client.get("/circuits/decision-du-service/")
    assert 'value="trottoir:demande-courante"' in _page(page)
    client.post("/circuits/decision-du-service/demarches/", {"demarche": "trottoir:demande-courante"})
    assert (
        troupe.deposer("trottoir", courriel="b@courriel.example", lieu="ailleurs").dossier.circuit
        == "decision-du-service"
    )
    en_cours.refresh_from_db()
    assert en_cours.circuit == "demande-courante"
    avis: list[str] = []
    assert charger(PRESET, at=troupe.at, avis=avis) == 0
    assert TypeDemande.objects.get(code="trottoir").circuit == "decision-du-service"
    assert len(avis) == 1 and "choisi dans l'application" in avis[0]
    charger(PRESET, at=troupe.at, circuits_repris=["demande-courante"])
    assert TypeDemande.objects.get(code="trottoir").circuit == "demande-courante"


@pytest.mark.django_db
def test_a_choice_made_on_an_old_reading_is_refused_and_said(troupe: Troupe) -> None:
    trottoir = TypeDemande.objects.get(code="trottoir")
    faire_suivre(trottoir, by=_qualite(troupe), at=troupe.at, circuit="demande-simple", vu="demande-courante")
    with pytest.raises(Refus, match="quelqu'un l'a changé"):
        faire_suivre(trottoir, by=_qualite(troupe), at=troupe.at, circuit="idee", vu="demande-courante")
    faits = evenements("demande-simple")
    assert faits[0].verbe == "faire_suivre" and "Trottoir" in faits[0].phrases[0]
    with pytest.raises(Refus, match="Seul le service organisation"):
        faire_suivre(trottoir, by=troupe.present("voirie"), at=troupe.at, circuit="idee", vu="demande-simple")
    with pytest.raises(Refus, match="pas publié"):
        faire_suivre(trottoir, by=_qualite(troupe), at=troupe.at, circuit="absent", vu="demande-simple")


@pytest.mark.django_db
def test_the_command_says_what_it_kept_and_takes_the_file_when_asked(
    troupe: Troupe, capsys: pytest.CaptureFixture[str]
) -> None:
    _changer(troupe, _avec("e1", titre="Le nôtre"))
    _publier(troupe)
    assert main(["load", "bethune"]) == 0
    assert "il est gardé tel quel" in capsys.readouterr().out
    assert main(["load", "bethune", "--reprendre-circuit", CODE]) == 0
    assert "1 changement" in capsys.readouterr().out and en_vigueur(CODE)[0].etapes[0].titre != "Le nôtre"


# --- races ------------------------------------------------------------------------------------------------------------


@pytest.fixture
def circuit_reel(base_reelle: None, at: Any) -> Any:
    """A circuit of its own, committed for real, with a draft that can be published."""
    t = Troupe(at)
    by = _qualite(t)
    creer_circuit("Course de circuits", by=by, at=at, copie_de=CODE)
    publier_brouillon("course-de-circuits", by=by, at=at, revision=1, actuelle=None, note="Départ.")
    ouvrir_brouillon("course-de-circuits", by=by, at=at)
    titre = partial(presenter, titre="Autre titre", description="", a_confirmer=False)
    modifier_brouillon("course-de-circuits", titre, by=by, at=at, revision=1)
    return t, "course-de-circuits", by


def test_eight_clicks_on_publish_make_one_version(circuit_reel: Any) -> None:
    t, code, by = circuit_reel
    jeton = uuid4()
    resultats = course(*[
        lambda: publier_brouillon(code, by=by, at=t.at, revision=2, actuelle=1, note="Course.", jeton=jeton)
    ] * HUIT)  # fmt: skip
    assert sum(isinstance(r, DejaEnvoye) for r in resultats) == HUIT - 1, resultats
    assert VersionCircuit.objects.filter(code=code).count() == 2


def test_eight_officers_who_publish_at_once_make_one_version(circuit_reel: Any) -> None:
    t, code, by = circuit_reel
    publie = lambda: publier_brouillon(code, by=by, at=t.at, revision=2, actuelle=1, note="Course.", jeton=uuid4())  # noqa: E731
    resultats = course(*[publie] * HUIT)
    assert sum(isinstance(r, SansBrouillon) for r in resultats) == HUIT - 1, resultats
    assert list(VersionCircuit.objects.filter(code=code).order_by("numero").values_list("numero", flat=True)) == [1, 2]
    assert Ligne.objects.filter(chaine=chaine_de(code), verbe="publier_circuit").count() == 2


def test_eight_officers_who_save_at_once_make_one_change_and_seven_are_told(circuit_reel: Any) -> None:
    t, code, by = circuit_reel
    gestes = [
        lambda n=n: modifier_brouillon(code, _avec("e1", titre=f"Titre {n}"), by=by, at=t.at, revision=2)
        for n in range(HUIT)
    ]
    resultats = course(*gestes)
    assert sum(isinstance(r, BrouillonChange) for r in resultats) == HUIT - 1, resultats
    assert VersionCircuit.objects.get(code=code, numero=None).revision == 3


def test_eight_officers_who_open_at_once_share_one_draft(circuit_reel: Any) -> None:
    t, code, by = circuit_reel
    abandonner_brouillon(code, by=by, at=t.at, revision=2)
    resultats = course(*[lambda: ouvrir_brouillon(code, by=by, at=t.at)] * HUIT)
    assert len({r.pk for r in resultats}) == 1, resultats


def test_eight_clicks_on_a_new_circuit_make_one(base_reelle: None, at: Any) -> None:
    by, jeton = _qualite(Troupe(at)), uuid4()
    resultats = course(*[
        lambda: creer_circuit("Course de nouveau circuit", by=by, at=at, copie_de=CODE, jeton=jeton)
    ] * HUIT)  # fmt: skip
    assert sum(isinstance(r, DejaEnvoye) for r in resultats) == HUIT - 1, resultats
    assert VersionCircuit.objects.filter(titre="Course de nouveau circuit").count() == 1
