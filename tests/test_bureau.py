"""The desk stays cheap whoever opens it and however much waits: at most fifteen queries."""

from typing import Any

import pytest
from django.test import Client
from django.urls import reverse
from django.utils.html import escape

from buridan.dossiers.natures import natures
from buridan.organisation.models import Personne

from .conftest import Troupe


def _personne(troupe: Troupe, role: str) -> int | None:
    return (troupe.present("voirie") if role == "agent" else troupe.au_poste(role)).personne


@pytest.mark.django_db
@pytest.mark.parametrize("role", ["agent", "resp-voirie", "dgs", "maire"])
@pytest.mark.parametrize("vue", ["moi", "equipe", "suivis"])
def test_the_desk_takes_at_most_fifteen_queries(
    role: str, vue: str, troupe: Troupe, django_assert_max_num_queries: Any
) -> None:
    for n in range(30):
        troupe.deposer(lieu=f"{n} rue du Nombre")
    client = Client()
    client.force_login(Personne.objects.get(pk=_personne(troupe, role)))
    client.get("/bureau/")
    with django_assert_max_num_queries(15):
        assert client.get("/bureau/", {"vue": vue}).status_code == 200


def test_every_kind_of_dossier_with_a_register_is_found_from_one_page_with_what_one_may_begin(troupe: Troupe) -> None:
    client = Client()
    client.force_login(Personne.objects.get(pk=troupe.present("voirie").personne))
    page = client.get("/dossiers/")
    tenus = [n.registre for n in natures() if n.registre]
    assert tenus and {r.titre for r, _verdict in page.context["lignes"]} == {r.titre for r in tenus}
    for registre, verdict in page.context["lignes"]:
        assert client.get(reverse(registre.page)).status_code == 200, registre.titre
        offert = f'href="{reverse(registre.creer)}"' in page.content.decode()
        assert offert == bool(verdict) and (verdict or escape(verdict.raison) in page.content.decode())
