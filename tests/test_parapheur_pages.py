"""The document beside the decision: its pages as pictures, with the rights of the document itself."""

from html import unescape
from typing import Any

import pytest
from bs4 import BeautifulSoup
from django.test import Client

from buridan.bureau.parapheur import pieces
from buridan.courriers.actions.ecrire import joindre_une_version
from buridan.dossiers.actions.traiter import traiter
from buridan.dossiers.fichiers import Fichier, chemin, joindre
from buridan.dossiers.models import Etape
from buridan.numerisation import lecture
from buridan.organisation.models import Personne
from tests.commandes import ecrits as commandes
from tests.conftest import Troupe
from tests.courriers import lettres
from tests.numerisation.scans import pages

pytestmark = pytest.mark.django_db
DORSALE = "allauth.account.auth_backends.AuthenticationBackend"


def client_de(personne: int | None) -> Client:
    client = Client()
    client.force_login(Personne.objects.get(pk=personne), backend=DORSALE)
    return client


@pytest.fixture
def a_signer(troupe: Troupe) -> Etape:
    """An order that waits for its signature, with a quote of fourteen pages and a file that is no PDF any more."""
    etape = commandes.a_signer(troupe)
    fichiers = [("devis.pdf", pages(14)), ("abime.pdf", b"%PDF-1.4 abime")]
    for nom, octets in fichiers:
        joindre(etape.dossier, [(nom, "application/pdf", octets)], at=troupe.at, par=None, public=False)
    return etape


def sections(client: Client, etape: Etape) -> dict[str, Any]:
    """What is shown of each document, by its title."""
    page = client.get(f"/parapheur/{etape.dossier.uuid}/{etape.pk}/").content.decode()
    return {s.h2.get_text(): s for s in BeautifulSoup(page, "html.parser").select("#pieces section")}


def test_the_pages_of_each_document_are_shown_and_each_still_opens(troupe: Troupe, a_signer: Etape) -> None:
    client = client_de(commandes.qui_peut(troupe, a_signer).personne)
    lues = sections(client, a_signer)
    assert next(iter(lues)) == "Le bon de commande" and set(lues) == {"Le bon de commande", "devis.pdf", "abime.pdf"}
    assert [s.details is not None and s.details.has_attr("open") for s in lues.values()].count(True) == 1
    for titre, combien in (("Le bon de commande", 1), ("devis.pdf", 12), ("abime.pdf", 0)):
        images = lues[titre].select("img")
        assert len(images) == combien, titre
        assert all(i["loading"] == "lazy" and i["alt"].startswith("Page ") and i["width"] for i in images)
        assert client.get(lues[titre].a["href"]).status_code == 200
    assert "Ouvrir le document entier (14 pages)" in lues["devis.pdf"].get_text()
    assert "ne peuvent pas être montrées" in lues["abime.pdf"].get_text()
    for image in (lues["Le bon de commande"].img, lues["devis.pdf"].select("img")[-1]):
        reponse = client.get(image["src"])
        assert reponse["Content-Type"] == "image/webp" and reponse.content[8:12] == b"WEBP"
        assert reponse["X-Content-Type-Options"] == "nosniff" and "sandbox" in reponse["Content-Security-Policy"]
        assert reponse["Cache-Control"].startswith("private, max-age=")
    devis = lues["devis.pdf"].img["src"]
    assert [client.get(f"{devis.removesuffix('1/')}{n}/").status_code for n in (0, 13)] == [404, 404]
    etranger = client_de(troupe.present("sports").personne)
    assert [etranger.get(i["src"]).status_code for s in lues.values() for i in s.select("img")[:1]] == [404, 404]


def test_a_page_that_cannot_be_drawn_says_so_and_is_not_kept(
    troupe: Troupe, a_signer: Etape, monkeypatch: pytest.MonkeyPatch
) -> None:
    client = client_de(commandes.qui_peut(troupe, a_signer).personne)
    image = sections(client, a_signer)["Le bon de commande"].img["src"]
    monkeypatch.setattr(lecture.sys, "executable", "/bin/false")  # the workshop dies
    reponse = client.get(image)
    assert reponse.status_code == 200 and "ne peut pas être dessinée" in unescape(reponse.content.decode())
    assert "no-store" in reponse["Cache-Control"]


def test_a_paper_that_changed_since_is_drawn_as_it_stands_and_is_not_kept(troupe: Troupe, a_signer: Etape) -> None:
    client = client_de(commandes.qui_peut(troupe, a_signer).personne)
    image = sections(client, a_signer)["Le bon de commande"].img["src"]
    version = str(int(a_signer.dossier.bouge_le.timestamp()))
    ancienne = client.get(image.replace(version, str(int(version) - 1)))
    assert ancienne["Content-Type"] == "image/webp" and "no-store" in ancienne["Cache-Control"]


def test_a_letter_to_sign_is_read_as_it_will_leave(troupe: Troupe) -> None:
    from tests.signatures.test_signer import jusqu_a_la_signature
    from tests.test_droits_gestes import qui_peut

    etape = jusqu_a_la_signature(troupe)
    lues = sections(client_de(qui_peut(troupe, etape).personne), etape)
    assert list(lues) == ["La lettre telle qu'elle partira"]
    assert lues["La lettre telle qu'elle partira"].a["href"] == f"/dossiers/{etape.dossier.uuid}/lettre/1/"


def test_a_letter_whose_file_is_missing_is_said_and_the_decision_is_still_there(
    troupe: Troupe, settings: Any, tmp_path: Any
) -> None:
    settings.MEDIA_ROOT = tmp_path
    courrier = lettres.confie(troupe)
    ecrire = lettres.mener(troupe, courrier, "traitement")
    agent = lettres.qui_peut(troupe, ecrire)
    version = joindre_une_version(
        lettres.frais(courrier), by=agent, at=troupe.at, fichier=Fichier("reponse.pdf", "application/pdf", pages(2))
    )
    traiter(ecrire, by=agent, at=troupe.at, projet=version.phrase)
    etape = lettres.mener(troupe, courrier, "signature")
    client = client_de(lettres.qui_peut(troupe, etape).personne)
    assert len(sections(client, etape)["La lettre telle qu'elle partira"].select("img")) == 3
    chemin(version.document.sha256).unlink()
    lues = sections(client, etape)
    assert all("ne peuvent pas être montrées" in s.get_text() for s in lues.values()) and len(lues) == 2
    assert "Signer" in client.get(f"/parapheur/{etape.dossier.uuid}/{etape.pk}/").content.decode()


@pytest.mark.parametrize(("nombre", "taille"), [(1, (612, 792)), (3, (612, 792))])
def test_pages_are_counted_without_being_drawn(nombre: int, taille: tuple[int, int]) -> None:
    assert pieces.mesurer(pages(nombre)) == ([taille] * nombre, "")
    assert pieces.mesurer(b"") == ([], pieces.ILLISIBLE)
