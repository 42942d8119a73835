"""The tracking page says where and by when in plain words; those who joined get the answer and nothing else."""

from datetime import timedelta
from uuid import uuid4

import pytest
from bs4 import BeautifulSoup
from django.test import Client

from buridan.demandes import suivi
from buridan.demandes.actions.satisfaire import evaluer, rejoindre
from buridan.demandes.models import Demande, Participant
from buridan.dossiers.actions.attendre import demander_complement
from buridan.dossiers.actions.clore_autrement import retirer, reunir, transmettre
from buridan.dossiers.models import Dossier
from buridan.droit.delais import date_legale
from buridan.notifications.models import Courriel
from buridan.organisation.acteur import systeme
from buridan.organisation.models import Personne
from buridan.outils.verdict import Refus

from .conftest import Troupe

pytestmark = pytest.mark.django_db
VOISIN = "voisin@courriel.example"


def _page(demande: Demande) -> str:
    uuid = demande.dossier.uuid
    return Client().get(f"/suivi/{uuid}/{suivi.cle(uuid)}/").content.decode()


def _rejointe(troupe: Troupe) -> Demande:
    demande: Demande = troupe.deposer()
    rejoindre(demande, by=systeme(troupe.at), at=troupe.at, nom="Voisin", courriel=VOISIN)
    return demande


def test_a_neighbour_who_joined_gets_the_answer_but_no_link_and_no_message(troupe: Troupe) -> None:
    demande, by = _rejointe(troupe), troupe.present("voirie")
    jusquau = date_legale(troupe.at) + timedelta(days=5)
    demander_complement(demande.dossier, by=by, at=troupe.at, jusquau=jusquau, texte="Votre adresse exacte ?")
    assert not Courriel.objects.filter(destinataire=VOISIN, texte__contains="adresse exacte").exists()
    transmettre(demande.dossier, by=by, at=troupe.at, administration="Département")
    _confirmation, reponse = Courriel.objects.filter(destinataire=VOISIN).order_by("pk")
    assert "Département" in reponse.texte
    for courriel in (_confirmation, reponse):
        assert "/suivi/" not in courriel.texte
        assert suivi.cle(demande.dossier.uuid) not in courriel.texte


def test_a_neighbour_who_joined_is_told_when_the_author_withdraws(troupe: Troupe) -> None:
    demande = _rejointe(troupe)
    retirer(demande.dossier, by=systeme(troupe.at), at=troupe.at)
    assert "déposez la vôtre" in Courriel.objects.filter(destinataire=VOISIN).order_by("pk").last().texte


def test_joined_duplicates_all_get_the_answer_and_see_where_it_stands(troupe: Troupe) -> None:
    principal = troupe.deposer()
    double = troupe.deposer(courriel="double@courriel.example")
    rejoindre(double, by=systeme(troupe.at), at=troupe.at, nom="Voisin", courriel=VOISIN)
    by = troupe.present("voirie")
    reunir(double.dossier, by=by, at=troupe.at, principal=principal.dossier)
    page = _page(double)
    assert "traitée avec une autre demande" in page
    assert "— en cours" in page
    assert "Réponse promise au plus tard" in page
    assert "vous donnerez votre avis quand la réponse sera partie" in page
    double.refresh_from_db()
    with pytest.raises(Refus, match="traitée avec une autre"):
        evaluer(double, by=systeme(troupe.at), at=troupe.at, satisfait=True)
    transmettre(principal.dossier, by=by, at=troupe.at, administration="Département")
    for adresse in (principal.courriel, double.courriel, VOISIN):
        assert Courriel.objects.filter(destinataire=adresse, texte__contains="Département").exists(), adresse
    assert "Envoyer mon avis" in _page(double)


def test_a_withdrawn_request_asks_no_opinion(troupe: Troupe) -> None:
    demande = troupe.deposer()
    retirer(demande.dossier, by=systeme(troupe.at), at=troupe.at)
    page = _page(demande)
    assert "Vous avez retiré cette demande" in page
    assert "Envoyer mon avis" not in page


def test_the_requester_reads_that_an_answer_is_awaited_from_them(troupe: Troupe) -> None:
    demande = troupe.deposer()
    jusquau = date_legale(troupe.at) + timedelta(days=5)
    demander_complement(demande.dossier, by=troupe.present("voirie"), at=troupe.at, jusquau=jusquau, texte="Où ?")
    page = _page(demande)
    assert f"Nous avons besoin de votre réponse</strong> avant le {jusquau:%d/%m/%Y}" in page
    assert "Complément demandé au demandeur" not in page


def test_lateness_is_said(troupe: Troupe) -> None:
    demande = troupe.deposer()
    hier = date_legale(troupe.at) - timedelta(days=1)
    Dossier.objects.filter(pk=demande.pk).update(promis_le=hier)
    demande.dossier.etapes.filter(etat="active").update(echeance=hier)
    page = _page(demande)
    assert "nous avons pris du retard" in page
    assert "nous sommes en retard" in page
    assert "Réponse promise au plus tard" not in page


def test_the_front_desk_joins_a_caller_to_an_open_request(troupe: Troupe) -> None:
    demande = troupe.deposer()
    client = Client()
    personne = Personne.objects.get(pk=troupe.present("accueil").personne)
    client.force_login(personne, backend="allauth.account.auth_backends.AuthenticationBackend")
    champs = {
        "description": "Trou",
        "nom": "Voisin",
        "lieu": demande.lieu,
        "canal": "telephone",
        "public": "particulier",
    }
    sans = client.post("/guichet/nid-de-poule/", {**champs, "telephone": "03 61 99 00 00"}).content.decode()
    assert demande.dossier.reference in sans
    assert "il faut un courriel" in sans
    assert "Recevoir la réponse à cette demande" not in sans
    avec = client.post("/guichet/nid-de-poule/", {**champs, "courriel": VOISIN}).content.decode()
    assert "Recevoir la réponse à cette demande" in avec
    uuid = demande.dossier.uuid
    reponse = client.post(f"/suivi/{uuid}/rejoindre/", {"nom": "Voisin", "courriel": VOISIN})
    assert reponse["Location"] == f"/dossiers/{uuid}/"
    assert Participant.objects.get().courriel == VOISIN


def test_what_was_typed_comes_back_when_joining_is_refused(troupe: Troupe) -> None:
    demande, client = troupe.deposer(), Client()
    champs = {
        "description": "Le même trou, il grandit.", "nom": "Voisin", "lieu": demande.lieu, "public": "particulier",
        "courriel": VOISIN, "jeton": str(uuid4()), "q_gene": "Non",
    }  # fmt: skip
    propose = BeautifulSoup(client.post("/demandes/nid-de-poule/", champs).content, "html.parser")
    envoi = propose.find("form", action=f"/suivi/{demande.dossier.uuid}/rejoindre/")
    envoye = {c["name"]: c.get("value", "") for c in envoi.find_all("input") if c["name"] != "csrfmiddlewaretoken"}
    assert envoye.items() >= champs.items()
    retirer(demande.dossier, by=systeme(troupe.at), at=troupe.at, motif="Réparé hier.")
    reponse = client.post(envoi["action"], envoye)
    page = BeautifulSoup(reponse.content, "html.parser")
    assert (
        reponse.status_code == 422
        and page.find("textarea", {"name": "description"}).text.strip() == champs["description"]
    )
    depot = page.find("form", enctype="multipart/form-data")
    assert (
        depot["action"] == "/demandes/nid-de-poule/"
        and depot.find("input", {"name": "jeton"})["value"] == champs["jeton"]
    )


def test_the_front_desk_finds_a_frequent_question_without_its_accents(troupe: Troupe) -> None:
    client = Client()
    personne = Personne.objects.get(pk=troupe.present("accueil").personne)
    client.force_login(personne, backend="allauth.account.auth_backends.AuthenticationBackend")
    assert "Réponses toutes prêtes" in client.get("/guichet/", {"q": "demenagement"}).content.decode()
