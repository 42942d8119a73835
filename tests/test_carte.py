"""Without tiles no map and nothing allowed; with them the map, and exactly their host in the CSP."""

import os
import subprocess
import sys
from pathlib import Path
from uuid import uuid4

import pytest
from django.test import Client

from buridan.demandes.carte import carte, point_en_clair
from buridan.demandes.models import Adresse, Demande
from buridan.organisation.models import Personne
from config.env import EnvironnementInvalide, tuiles

from .conftest import Troupe

RACINE = Path(__file__).resolve().parent.parent
SERVEUR = "https://tuiles.ville.example/{z}/{x}/{y}.png"
CHAMPS = {"description": "Un trou profond devant l'école.", "lieu": "Quelque part", "nom": "Camille Essai",
          "courriel": "camille@courriel.example", "public": "particulier", "q_gene": "Non"}  # fmt: skip


@pytest.mark.django_db
def test_without_tiles_there_is_no_map_and_no_script_of_it(troupe: Troupe) -> None:
    page = Client().get("/demandes/nid-de-poule/")
    assert "data-carte" not in page.content.decode()
    assert "leaflet" not in page.content.decode()
    assert "img-src 'self' data:;" in page["Content-Security-Policy"] + ";"


@pytest.mark.django_db
def test_with_tiles_the_map_stands_beside_the_address(settings: object) -> None:
    settings.CARTE_TUILES = "/tuiles/{z}/{x}/{y}.png"  # type: ignore[attr-defined]
    page = Client().get("/demandes/nid-de-poule/").content.decode()
    assert 'data-tuiles="/tuiles/{z}/{x}/{y}.png"' in page
    assert 'data-latitude="50.' in page
    assert 'name="lieu"' in page
    assert "data-carte" not in Client().get("/demandes/aide-sociale/").content.decode()  # asks for no place


def test_the_csp_gains_exactly_the_host_of_the_tiles() -> None:
    code = "from django.conf import settings as s; print(s.CONTENT_SECURITY_POLICY['DIRECTIVES']['img-src'])"
    env = {**os.environ, "BURIDAN_CARTE_TUILES": SERVEUR, "DJANGO_SETTINGS_MODULE": "config.settings"}
    sortie = subprocess.run(
        [sys.executable, "-c", code], cwd=RACINE, env=env, capture_output=True, text=True, check=True
    )
    assert sortie.stdout.strip() == "[\"'self'\", 'data:', 'https://tuiles.ville.example']"


@pytest.mark.parametrize(
    "valeur", ["https://{s}.ville.example/{z}.png", "http://ville.example/{z}.png", "//ville.example", "tuiles/{z}"]
)
def test_tiles_from_several_hosts_or_in_clear_are_refused(valeur: str, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("BURIDAN_CARTE_TUILES", valeur)
    with pytest.raises(EnvironnementInvalide, match="d'un seul hôte"):
        tuiles("BURIDAN_CARTE_TUILES")


@pytest.mark.django_db
def test_the_point_chosen_is_kept_and_the_agent_reads_it_in_words(troupe: Troupe) -> None:
    point = {"latitude": "50.53093", "longitude": "2.64127"}
    reponse = Client().post("/demandes/nid-de-poule/", {**CHAMPS, **point, "jeton": str(uuid4())})
    assert reponse.status_code == 302
    demande = Demande.objects.get(nom="Camille Essai")
    assert (demande.latitude, demande.longitude) == (50.53093, 2.64127)
    agent = Client()
    personne = Personne.objects.get(pk=troupe.present("voirie").personne)
    agent.force_login(personne, backend="allauth.account.auth_backends.AuthenticationBackend")
    page = agent.get(f"/dossiers/{demande.dossier.uuid}/").content.decode()
    assert "50,53093 ; 2,64127, près de : rue du Beffroi" in page
    assert "data-carte" not in page


@pytest.mark.django_db
def test_a_place_only_shown_on_the_map_is_named_after_its_street() -> None:
    point = {"latitude": "50.53093", "longitude": "2.64127", "lieu": "Point sur la carte : 50,53093 ; 2,64127"}
    Client().post("/demandes/nid-de-poule/", {**CHAMPS, **point, "jeton": str(uuid4())})
    demande = Demande.objects.get(nom="Camille Essai")
    assert demande.lieu == "Près de rue du Beffroi (point sur la carte)"
    assert demande.dossier.objet.endswith("— Près de rue du Beffroi (point sur la carte)")


@pytest.mark.django_db
def test_a_point_outside_the_earth_is_refused_and_the_rest_is_kept() -> None:
    reponse = Client().post("/demandes/nid-de-poule/", {**CHAMPS, "latitude": "912", "longitude": "2"})
    assert reponse.status_code == 422
    assert "Quelque part" in reponse.content.decode()


@pytest.mark.django_db
def test_a_town_without_streets_still_has_a_map(settings: object) -> None:
    settings.CARTE_TUILES = "/tuiles/{z}/{x}/{y}.png"  # type: ignore[attr-defined]
    Adresse.objects.all().delete()
    assert (carte() or {})["zoom"] == 5
    assert point_en_clair(50.5, 2.6) == "50,50000 ; 2,60000"
    assert point_en_clair(None, 2.6) == ""
