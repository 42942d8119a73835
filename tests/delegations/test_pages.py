"""The register on screen."""

from datetime import timedelta
from typing import Any

import pytest
from bs4 import BeautifulSoup
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client

from buridan.delegations.echange import exporter
from buridan.delegations.models import Delegation
from buridan.organisation.acteur import Acteur
from buridan.organisation.models import Personne
from tests.conftest import Troupe

pytestmark = pytest.mark.django_db


def client(acteur: Acteur) -> Client:
    """Logged in."""
    c = Client()
    c.force_login(
        Personne.objects.get(pk=acteur.personne), backend="allauth.account.auth_backends.AuthenticationBackend"
    )
    return c


@pytest.fixture
def greffe(troupe: Troupe) -> Client:
    """Whoever keeps the register."""
    return client(troupe.au_poste("dir-juridique-assemblees"))


def saisie(troupe: Troupe, **plus: Any) -> dict[str, Any]:
    """What is typed to give orders of the sports department to its agent."""
    jour, codes = troupe.annuaire.jour, troupe.annuaire.codes_postes
    return {
        "numero": "ESSAI-9", "signe_le": jour, "publie_le": jour, "executoire_le": jour, "natures": ["commandes", "courriers"],
        "delegant": f"{troupe.titulaire('maire')}:maire", "priorite": 1, "debut": jour, "plafond": "1 500,50 €", "taxes": "TTC",
        "delegataire": f"{troupe.titulaire('agent-sports-1')}:{codes['agent-sports-1']}",
        "entites": [troupe.annuaire.codes_entites["sports"], troupe.annuaire.codes_entites["culture"]],
        "jeton": "12345678-1234-4234-8234-123456789012", **plus,
    }  # fmt: skip


def test_a_delegation_is_written_once_whatever_the_clicks_and_seen_by_all(troupe: Troupe, greffe: Client) -> None:
    for _ in range(2):
        assert greffe.post("/delegations/nouvelle/", saisie(troupe)).status_code == 302
    assert Delegation.objects.filter(arrete__numero="ESSAI-9").count() == 4
    vue = client(troupe.present("voirie")).get("/delegations/").content.decode()
    assert "jusqu&#x27;à 1 500,50 € toutes taxes comprises" in vue and "Inscrire une délégation" not in vue


def test_what_is_missing_is_said_and_nothing_typed_is_lost(troupe: Troupe, greffe: Client) -> None:
    reponse = greffe.post(
        "/delegations/nouvelle/", saisie(troupe, taxes="", executoire_le="", fin=troupe.annuaire.jour)
    )
    page = reponse.content.decode()
    assert reponse.status_code == 422 and "hors taxes ou toutes taxes" in page and "doit suivre" in page
    assert 'value="ESSAI-9"' in page and "1 500,50 €" in page


def test_the_page_answers_who_may_sign_on_any_day(troupe: Troupe, greffe: Client) -> None:
    greffe.post("/delegations/nouvelle/", saisie(troupe))
    sports = troupe.annuaire.codes_entites["sports"]
    nom = troupe.annuaire.nom_personne(troupe.titulaire("agent-sports-1"))

    def reponse(**question: Any) -> str:
        page = greffe.get("/delegations/", {"nature": "commandes", "entite": sports, **question}).content.decode()
        return page.partition('id="titre-reponse"')[2].partition("</section>")[0]

    assert nom in reponse(ttc="1500,50") and nom not in reponse(ttc="1500,51")
    assert nom not in reponse(date=troupe.annuaire.jour - timedelta(days=1))
    assert "ne se lit pas" in greffe.get("/delegations/", {"date": "hier"}).content.decode()
    assert greffe.get("/delegations/", {"date": "0001-01-01"}).status_code == 200


def test_a_withdrawal_asks_a_reason_and_shows_at_once(troupe: Troupe, greffe: Client) -> None:
    greffe.post("/delegations/nouvelle/", saisie(troupe))
    d = Delegation.objects.filter(arrete__numero="ESSAI-9").first()
    assert d is not None
    assert greffe.post(f"/delegations/{d.pk}/retirer/", {"motif": ""}).status_code == 422
    assert greffe.post(f"/delegations/{d.pk}/retirer/", {"motif": "Arrêté n° 12."}).status_code == 302
    page = greffe.get(f"/delegations/{d.pk}/").content.decode()
    assert "Sans effet" in page and "Arrêté n° 12." in page and "Retirer la délégation" not in page
    assert "a retiré à" in greffe.get("/delegations/").content.decode()
    encore = greffe.post(f"/delegations/{d.pk}/retirer/", {"motif": "Encore."})
    assert encore.status_code == 422 and "déjà été retirée" in encore.content.decode()


def test_after_an_election_what_was_not_renewed_is_red(troupe: Troupe, greffe: Client) -> None:
    page = greffe.get("/delegations/").content.decode()
    assert page.count("À renouveler") == 2  # the two of the preset that were given under the mandate before
    rouge = Delegation.objects.get(arrete__numero="2024-031", nature="conventions")
    formulaire = BeautifulSoup(greffe.get("/delegations/nouvelle/", {"depuis": rouge.pk}).content, "html.parser")
    assert "Renouveler la délégation" in formulaire.text
    assert formulaire.find("input", {"value": "conventions"}).has_attr("checked")  # type: ignore[union-attr]
    assert greffe.get("/delegations/nouvelle/", {"depuis": "x" * 40}).status_code == 200


def test_a_file_is_imported_or_its_faults_are_shown(troupe: Troupe, greffe: Client) -> None:
    def envoyer(octets: bytes) -> Any:
        return greffe.post("/delegations/importer/", {"fichier": SimpleUploadedFile("registre.csv", octets)})

    assert envoyer(exporter().encode("utf-8-sig")).status_code == 302
    faux = envoyer(exporter().replace("commandes", "commande").encode())
    assert faux.status_code == 422 and "registre.csv, ligne" in faux.content.decode()
    assert "UTF-8" in envoyer("é".encode("latin-1")).content.decode()
    assert envoyer(b"").status_code == 422 and envoyer(b"\0").status_code == 422
