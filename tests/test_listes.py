"""The pages of a long list: what the address asks, and no more counted than it takes."""

import pytest
from django.db import connection
from django.template.loader import render_to_string
from django.test import RequestFactory
from django.test.utils import CaptureQueriesContext

from buridan.interface.listes import page_de
from buridan.organisation.models import Poste
from tests.conftest import Troupe

FABRIQUE = RequestFactory()


def test_a_long_list_is_counted_no_further_than_it_must(troupe: Troupe) -> None:

    postes = Poste.objects.order_by("pk")
    assert postes.count() > 40
    with CaptureQueriesContext(
        connection,
    ) as vues:
        page = page_de(FABRIQUE.get("/?page=2&q=a"), postes, 5, loin=10)
        assert list(page) == list(postes[5:10])
        assert page.paginator.count == 20 and page.has_next()
    assert "LIMIT 20" in vues.captured_queries[0]["sql"], "the count stops"
    dit = render_to_string("interface/_pages.html", {"pages": page}, FABRIQUE.get("/?page=2&q=a"))
    assert "Page 2 ·" in dit and "?page=1&amp;q=a" in dit and "?page=3&amp;q=a" in dit, dit


def test_the_last_page_says_how_many_there_are(troupe: Troupe) -> None:
    postes = Poste.objects.order_by("pk")
    page = page_de(FABRIQUE.get("/?page=9999"), postes, 5)
    assert page.number == -(-postes.count() // 5) and not page.has_next() and page.paginator.count == postes.count()
    assert f"Page {page.number} sur {page.number}" in render_to_string(
        "interface/_pages.html", {"pages": page}, FABRIQUE.get("/")
    )


@pytest.mark.parametrize("demande", ["", "0x1", "٣", "99999999999999999999", "-1", "dernière"])
def test_an_address_that_asks_for_no_page_gives_one(troupe: Troupe, demande: str) -> None:
    assert len(page_de(FABRIQUE.get("/", {"page": demande}), Poste.objects.order_by("pk"), 5)) > 0
