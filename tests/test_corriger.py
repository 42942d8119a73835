"""Correcting after filing: old → new in the journal, found by the new words, nobody's change undone, one effect for n clicks."""

import json

import pytest
from django.db import connection
from django.test import Client

from buridan.demandes.actions.corriger import corriger, valeurs
from buridan.demandes.models import Demande, Precision
from buridan.dossiers.actions.clore_autrement import retirer
from buridan.dossiers.actions.traversee import DejaFait
from buridan.dossiers.models import Dossier
from buridan.dossiers.recit import recit
from buridan.journal.models import Ligne
from buridan.notifications.models import Courriel
from buridan.organisation.acteur import Acteur, systeme
from buridan.organisation.models import Personne
from buridan.outils.verdict import Refus

from .conftest import Troupe
from .dossiers.test_courses import HUIT, course, sain


def _page(by: Acteur) -> Client:
    client = Client()
    client.force_login(
        Personne.objects.get(pk=by.personne), backend="allauth.account.auth_backends.AuthenticationBackend"
    )
    return client


def _envoi(demande: Demande, **plus: str) -> dict[str, str]:
    """What the page sends when these fields are changed."""
    vues = valeurs(Demande.objects.select_related("type").get(pk=demande.pk))
    return {**vues, "vu": json.dumps(vues), **plus}


def _adresse(demande: Demande) -> str:
    return f"/dossiers/{demande.dossier.uuid}/gestes/corriger/"


@pytest.mark.django_db
def test_the_journal_holds_old_and_new_and_the_line_itself_no_personal_data(troupe: Troupe) -> None:
    demande = troupe.deposer(telephone="03 61 99 11 11")
    by = troupe.present("accueil")
    corriger(
        demande.dossier, by=by, at=troupe.at,
        changements={"telephone": ("03 61 99 11 11", "03 61 99 22 22"), "nom": (demande.nom, "Alix Durand-Test")},
    )  # fmt: skip
    demande.refresh_from_db()
    assert (demande.telephone, demande.nom) == ("03 61 99 22 22", "Alix Durand-Test")
    details = recit(demande.dossier)[0]["details"]
    assert "téléphone : 03 61 99 11 11 → 03 61 99 22 22" in details
    assert "nom : Alix Dupuis-Test → Alix Durand-Test" in details
    with connection.cursor() as curseur:
        curseur.execute("SELECT l::text FROM journal_ligne l WHERE chaine = %s", [demande.dossier.uuid])
        assert not any("Durand" in str(ligne) or "22 22" in str(ligne) for ligne in curseur.fetchall())
    sain(demande.dossier)


@pytest.mark.django_db
def test_the_request_is_found_by_the_new_words_and_no_longer_by_the_old(troupe: Troupe) -> None:
    demande = troupe.deposer()
    by = troupe.present("accueil")
    corriger(
        demande.dossier, by=by, at=troupe.at, precision="Devant la boulangerie.",
        changements={"lieu": (demande.lieu, "impasse du Chaudron"), "nom": (demande.nom, "Ottilie Marqueur")},
    )  # fmt: skip
    client = _page(by)
    for mots, trouve in (("Ottilie", True), ("Chaudron", True), ("boulangerie", True), ("Dupuis-Test", False)):
        assert (demande.dossier.reference in client.get("/recherche/", {"q": mots}).content.decode()) is trouve, mots
    assert Dossier.objects.get(pk=demande.pk).objet.endswith("— impasse du Chaudron")


@pytest.mark.django_db
def test_what_was_filed_stays_and_a_precision_stands_below_for_both_sides(troupe: Troupe) -> None:
    demande = troupe.deposer()
    _page(troupe.present("accueil")).post(_adresse(demande), _envoi(demande, precision="Côté pair."))
    assert Demande.objects.get(pk=demande.pk).description == demande.description
    du_demandeur = (
        Client().get(Courriel.objects.latest("id").texte.split()[-1].split("localhost:8000")[-1]).content.decode()
    )
    assert "Précision notée par la mairie" in du_demandeur
    assert "Côté pair." in du_demandeur
    assert troupe.present("accueil").nom not in du_demandeur
    assert "Côté pair." in _page(troupe.present("voirie")).get(f"/dossiers/{demande.dossier.uuid}/").content.decode()


@pytest.mark.django_db
def test_a_corrected_address_gets_the_acknowledgement_and_the_agent_is_told(troupe: Troupe) -> None:
    demande = troupe.deposer(courriel="alix@courrier.exemple")
    reponse = _page(troupe.present("voirie")).post(
        _adresse(demande), _envoi(demande, courriel="alix@courriel.example"), follow=True
    )
    assert "L&#x27;accusé de réception est envoyé à nouveau, à alix@courriel.example." in reponse.content.decode()
    courriel = Courriel.objects.get(destinataire="alix@courriel.example")
    assert courriel.sujet == f"Accusé de réception de votre demande {demande.dossier.reference}"
    assert "considérée comme refusée" in courriel.texte


@pytest.mark.django_db
def test_another_correction_sends_no_acknowledgement(troupe: Troupe) -> None:
    demande = troupe.deposer()
    avant = Courriel.objects.count()
    _page(troupe.present("voirie")).post(_adresse(demande), _envoi(demande, telephone="03 61 99 00 00"))
    assert Demande.objects.get(pk=demande.pk).telephone == "03 61 99 00 00"
    assert Courriel.objects.count() == avant


@pytest.mark.django_db
def test_an_answer_to_a_question_is_corrected_and_emptied(troupe: Troupe) -> None:
    demande = troupe.deposer(reponses={"gene": "Non"})
    client = _page(troupe.present("voirie"))
    client.post(_adresse(demande), _envoi(demande, q_gene="Oui, il est difficile de passer"))
    assert Demande.objects.get(pk=demande.pk).reponses == {"gene": "Oui, il est difficile de passer"}
    client.post(_adresse(demande), _envoi(demande, q_gene=""))
    assert Demande.objects.get(pk=demande.pk).reponses == {}


@pytest.mark.django_db
def test_the_place_is_put_on_the_street_again(troupe: Troupe) -> None:
    demande = troupe.deposer(latitude=1.0, longitude=2.0)
    client = _page(troupe.present("voirie"))
    client.post(_adresse(demande), _envoi(demande, telephone="03 61 99 00 00"))
    demande.refresh_from_db()
    assert (demande.latitude, demande.longitude) == (1.0, 2.0)
    client.post(_adresse(demande), _envoi(demande, lieu="3 rue du Beffroi"))
    demande.refresh_from_db()
    assert demande.latitude == pytest.approx(50.53093)
    client.post(_adresse(demande), _envoi(demande, lieu="quelque part"))
    demande.refresh_from_db()
    assert demande.latitude is None


@pytest.mark.django_db
def test_two_colleagues_correct_different_fields_and_both_stand(troupe: Troupe) -> None:
    demande = troupe.deposer()
    un, deux = _envoi(demande, telephone="03 61 99 00 01"), _envoi(demande, adresse="1 rue Neuve")
    _page(troupe.present("accueil")).post(_adresse(demande), un)
    _page(troupe.present("voirie")).post(_adresse(demande), deux)
    demande.refresh_from_db()
    assert (demande.telephone, demande.adresse) == ("03 61 99 00 01", "1 rue Neuve")


@pytest.mark.django_db
def test_the_same_field_changed_meanwhile_is_shown_and_what_was_typed_is_kept(troupe: Troupe) -> None:
    demande = troupe.deposer()
    un, deux = _envoi(demande, telephone="03 61 99 00 01"), _envoi(demande, telephone="03 61 99 00 02")
    _page(troupe.present("accueil")).post(_adresse(demande), un)
    client = _page(troupe.present("voirie"))
    reponse = client.post(_adresse(demande), deux)
    page = reponse.content.decode()
    assert reponse.status_code == 409
    assert "Quelqu&#x27;un a changé « téléphone » entre-temps : c&#x27;est maintenant « 03 61 99 00 01 »" in page
    assert 'value="03 61 99 00 02"' in page
    form = next(form for geste, form in reponse.context["autres"] if geste.code == "corriger")
    assert client.post(_adresse(demande), {**deux, "vu": form["vu"].value()}).status_code == 302
    assert Demande.objects.get(pk=demande.pk).telephone == "03 61 99 00 02"


@pytest.mark.django_db
@pytest.mark.parametrize(
    ("champs", "phrase"),
    [
        ({"courriel": "", "telephone": "", "adresse": ""}, "il faut pouvoir"),
        ({"nom": ""}, "obligatoire"),
        ({"siret": "12345678901234"}, "Ce numéro SIRET n&#x27;est pas valable"),
        ({"rna": "123"}, "Ce numéro RNA n&#x27;est pas valable"),
        ({"courriel": "alix"}, "adresse"),
    ],
)
def test_a_wrong_correction_says_why_and_changes_nothing(champs: dict[str, str], phrase: str, troupe: Troupe) -> None:
    demande = troupe.deposer()
    reponse = _page(troupe.present("voirie")).post(
        _adresse(demande), _envoi(demande, precision="Gardez-moi.", **champs)
    )
    assert reponse.status_code == 422
    assert phrase in reponse.content.decode()
    assert "Gardez-moi." in reponse.content.decode()
    assert not Precision.objects.exists()
    assert valeurs(Demande.objects.select_related("type").get(pk=demande.pk)) == valeurs(demande)


@pytest.mark.django_db
def test_the_public_and_its_numbers_are_corrected(troupe: Troupe) -> None:
    demande = troupe.deposer()
    envoi = _envoi(demande, public="professionnel", organisme="Boulangerie Test", siret="732 829 320 00074")
    _page(troupe.present("accueil")).post(_adresse(demande), envoi)
    demande.refresh_from_db()
    assert (demande.public, demande.organisme, demande.siret) == ("professionnel", "Boulangerie Test", "73282932000074")
    assert "genre de demandeur : Particulier → Commerçant ou professionnel" in recit(demande.dossier)[0]["details"]


@pytest.mark.django_db
def test_only_the_service_and_the_front_desk_correct(troupe: Troupe) -> None:
    demande = troupe.deposer()
    avec = {"changements": {"nom": (demande.nom, "Autre Nom")}}
    with pytest.raises(Refus, match="pas suivi par votre service"):
        corriger(demande.dossier, by=troupe.present("sports"), at=troupe.at, **avec)
    sensible = troupe.deposer("aide-sociale", lieu="")
    with pytest.raises(Refus, match="pas suivi par votre service"):
        corriger(sensible.dossier, by=troupe.present("accueil"), at=troupe.at, **avec)
    for qui in (troupe.present("accueil"), troupe.present("voirie")):
        corriger(demande.dossier, by=qui, at=troupe.at, changements={}, precision=qui.nom)


@pytest.mark.django_db
def test_a_closed_request_is_not_corrected(troupe: Troupe) -> None:
    demande = troupe.deposer()
    retirer(demande.dossier, by=systeme(troupe.at), at=troupe.at)
    with pytest.raises(Refus, match="La demande a reçu sa réponse : elle ne se corrige plus"):
        corriger(demande.dossier, by=troupe.present("accueil"), at=troupe.at, changements={}, precision="Trop tard.")
    page = _page(troupe.present("accueil")).get(f"/dossiers/{demande.dossier.uuid}/").content.decode()
    assert "geste-corriger" not in page and "elle ne se corrige plus" in page


@pytest.mark.django_db
def test_nothing_to_change_changes_nothing(troupe: Troupe) -> None:
    demande = troupe.deposer()
    lignes = Ligne.objects.count()
    page = _page(troupe.present("voirie")).post(_adresse(demande), _envoi(demande), follow=True).content.decode()
    assert "Il n&#x27;y a rien à changer" in page
    assert Ligne.objects.count() == lignes


@pytest.mark.django_db
def test_three_fields_on_the_phone_get_a_reference_and_the_rest_follows(troupe: Troupe) -> None:
    client = _page(troupe.present("accueil"))
    trois = {"description": "Trou", "nom": "Alix Test", "telephone": "03 61 99 11 11"}
    formulaire = client.get("/guichet/nid-de-poule/").context["form"]
    defauts = {n: formulaire[n].initial or formulaire[n].field.choices[0][0] for n in ("canal", "public")}
    reponse = client.post("/guichet/nid-de-poule/", {**trois, **defauts, "canal": "telephone"})
    assert reponse.status_code == 302, reponse.context["form"].errors
    page = client.get(reponse["Location"]).content.decode()
    demande = Demande.objects.get(nom="Alix Test")
    assert demande.dossier.reference in page
    assert "À demander encore" in page
    assert "Lieu ; Est-ce que cela gêne la circulation" in page
    client.post(_adresse(demande), _envoi(demande, lieu="3 rue du Beffroi", q_gene="Non"))
    assert "À demander encore" not in client.get(reponse["Location"]).content.decode()


def test_eight_clicks_correct_once(troupe_reelle: Troupe) -> None:
    at, demande = troupe_reelle.at, troupe_reelle.deposer()
    by = troupe_reelle.present("voirie")
    changements = {"courriel": (demande.courriel, "neuf@courriel.example")}
    resultats = course(
        *[lambda: corriger(demande.dossier, by=by, at=at, changements=changements, precision="Côté pair.")] * HUIT
    )
    assert sum(isinstance(r, DejaFait) for r in resultats) == HUIT - 1, resultats
    assert Ligne.objects.filter(chaine=demande.dossier.uuid, verbe="corriger").count() == 1
    assert Precision.objects.filter(demande=demande).count() == 1
    assert Courriel.objects.filter(destinataire="neuf@courriel.example").count() == 1
    sain(demande.dossier)


def test_eight_different_corrections_of_one_field_keep_one_and_tell_the_others(troupe_reelle: Troupe) -> None:
    at, demande = troupe_reelle.at, troupe_reelle.deposer()
    by = troupe_reelle.present("voirie")
    resultats = course(*[
        lambda n=n: corriger(demande.dossier, by=by, at=at, changements={"telephone": ("", f"0{n}")}) for n in range(HUIT)
    ])  # fmt: skip
    assert sum(isinstance(r, Refus) and "entre-temps" in r.raison for r in resultats) == HUIT - 1, resultats
    sain(demande.dossier)
