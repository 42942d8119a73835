"""A disk that fills while the site serves: what is typed comes back, nothing half written stays, and it works again after."""

import resource
from html import unescape
from pathlib import Path
from typing import Any
from uuid import uuid4

import pytest
from django.conf import settings as reglages
from django.core.files.base import ContentFile

from buridan.dossiers.fichiers import ranger, ranger_par
from buridan.dossiers.models import Document
from tests.attaque.corpus import pdf
from tests.attaque.parcours import client_de

from .conftest import Troupe
from .test_depot_de_demande import _donnees

ADRESSE = "/demandes/nid-de-poule/"


def _laisses() -> set[Path]:
    return set(Path(reglages.MEDIA_ROOT).rglob("*.part"))


@pytest.mark.django_db
def test_a_file_without_room_is_named_and_the_rest_is_filed_without_it(troupe: Troupe, settings: Any) -> None:
    settings.RESERVE_DISQUE = 2**62
    saisi = _donnees(fichiers=ContentFile(pdf() + f"\n%{uuid4()}".encode(), name="plan.pdf"), jeton=str(uuid4()))
    refus = client_de(None).post(ADRESSE, saisi)
    page = unescape(refus.content.decode())
    assert refus.status_code == 422 and saisi["description"] in page
    assert "« plan.pdf » n'a pas pu être gardé : le serveur manque de place. Envoyez sans ce fichier" in page
    assert client_de(None).post(ADRESSE, saisi | {"fichiers": []}).status_code == 302
    assert not Document.objects.exists()


@pytest.mark.django_db
def test_a_gesture_that_has_no_room_says_so_and_how_to_send_it_again(troupe: Troupe, settings: Any) -> None:
    """A batch of scans: the file is all that is sent. The same form is sent again when there is room."""
    settings.RESERVE_DISQUE = 2**62
    client = client_de(troupe.present("courrier").personne)
    envoi = {"jeton": str(uuid4()), "fichier": ContentFile(pdf() + f"\n%{uuid4()}".encode(), name="lot.pdf")}
    plein = client.post("/numerisations/", envoi)
    assert plein.status_code == 507
    assert "manque de place" in plein.content.decode() and "touche F5" in plein.content.decode()
    settings.RESERVE_DISQUE = 0
    envoi["fichier"].seek(0)
    assert client.post("/numerisations/", envoi).status_code == 302


def test_nothing_half_written_stays_on_a_disk_that_is_full() -> None:
    """The system itself cuts the writing: a full disk that keeps halves never has room again."""
    avant, limites = _laisses(), resource.getrlimit(resource.RLIMIT_FSIZE)
    resource.setrlimit(resource.RLIMIT_FSIZE, (1000, limites[1]))
    try:
        for ecrire in (lambda: ranger(b"%PDF" + b"x" * 5000), lambda: ranger_par(lambda f: f.write(b"y" * 5000))):
            with pytest.raises(OSError):
                ecrire()
    finally:
        resource.setrlimit(resource.RLIMIT_FSIZE, limites)
    assert _laisses() == avant
