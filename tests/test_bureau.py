"""The desk stays cheap whoever opens it and however much waits: at most fifteen queries."""

from typing import Any

import pytest
from django.test import Client

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
