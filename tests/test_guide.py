"""The users' guide in the application: who reads what, what a search finds, what is never interpreted."""

import pytest
from django.conf import settings
from django.test import Client

from buridan.interface import guide

from .conftest import Troupe


def _agent(troupe: Troupe) -> Client:
    from buridan.organisation.models import Personne

    client = Client()
    personne = Personne.objects.get(pk=troupe.present("voirie").personne)
    client.force_login(personne, backend="allauth.account.auth_backends.AuthenticationBackend")
    return client


def test_the_public_reads_the_residents_page_and_finds_only_its_tasks(client: Client, db: None) -> None:
    assert "Déposer une demande" in client.get("/guide/").content.decode()
    trouve = client.get("/guide/", {"q": "demande"}).content.decode()
    assert "Suivre ma demande" in trouve and "Qualifier une demande" not in trouve
    assert client.get("/guide/service/").status_code == 302


def test_an_agent_reads_every_page_and_is_told_when_a_word_is_nowhere(troupe: Troupe) -> None:
    client = _agent(troupe)
    for code in guide.pages(settings.GUIDE):
        page = client.get(guide.adresse(code))
        assert page.status_code == 200 and "<h1>" in page.content.decode(), code
    assert client.get("/guide/inconnue/").status_code == 404
    assert "Rien dans le guide pour « zzyzx »" in client.get("/guide/", {"q": "zzyzx"}).content.decode()


@pytest.mark.parametrize("mots", ["viser dix", "VISÉES réponses", "absent demain", "credits reserver"])
def test_a_search_forgives_accents_capitals_and_plurals_and_shows_titles_first(mots: str) -> None:
    titres = [t.titre for t in guide.chercher(mots, agent=True)]
    assert titres, mots
    if mots == "viser dix":
        assert titres[0] == "Viser dix réponses d'un coup"


def test_raw_html_is_shown_and_links_and_pictures_become_addresses_of_the_site() -> None:
    texte = "<script>alert(1)</script>\n\n## Une tâche\n\n[là](service.md#ici) [ici](#la) ![vue](images/bureau.png)\n"
    html = guide.Page("essai", "Essai", texte).html()
    assert "<script>" not in html and "&lt;script&gt;" in html
    assert '<h2 id="une-tache">' in html
    assert 'href="/guide/service/#ici"' in html and 'href="#la"' in html
    assert 'src="/static/guide/bureau' in html and 'alt="vue"' in html
