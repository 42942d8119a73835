"""Who does what, the chart, the card of an entity."""

from typing import Any
from xml.etree import ElementTree

import pytest
from django.test import Client

from buridan.organisation.models import Absence, Mandat, Suppleance

pytestmark = pytest.mark.django_db


def texte(reponse: Any) -> str:
    """The page with single spaces."""
    return " ".join(reponse.content.decode().split())


def test_a_stranger_is_sent_to_the_login() -> None:
    for adresse in ("", "organigramme/", "entites/ville/", "absences/", "suppleances/"):
        assert Client().get(f"/organisation/{adresse}").status_code == 302


@pytest.mark.parametrize("mots", ["echelliste", "ÉCHELLISTE", "ali epreuve", "atelier echelles ali"])
def test_the_directory_forgives_accents_in_names_posts_and_services(equipe: Any, connecte: Any, mots: str) -> None:
    page = texte(connecte(equipe.ali).get("/organisation/", {"q": mots}))
    assert "Ali Épreuve" in page and "tel:0300000001" in page and "mailto:ali-e@essai.example" in page
    assert "Cordiste" not in page


def test_a_theme_finds_the_elected_official_with_the_function_in_words(equipe: Any, connecte: Any) -> None:
    Mandat.objects.create(
        personne=equipe.etranger,
        fonction="conseiller_delegue",
        rang=99,
        themes=["Échelles doubles"],
        debut="2025-01-01",
    )
    page = texte(connecte(equipe.ali).get("/organisation/", {"q": "echelles doubles"}))
    assert "Zoé Épreuve" in page and "Conseiller(ère) délégué(e)" in page and "Échelles doubles" in page


def test_nobody_found_says_what_to_try(equipe: Any, connecte: Any) -> None:
    page = texte(connecte(equipe.ali).get("/organisation/", {"q": "xyzzy"}))
    assert "Personne ne correspond" in page and "Essayez un seul mot" in page


def test_the_directory_says_who_replaces_an_absent_colleague_and_hides_the_reason(
    equipe: Any, connecte: Any, dans: Any
) -> None:
    Suppleance.objects.create(poste=equipe.poste_ali, suppleant=equipe.poste_bea, debut=equipe.jour)
    Absence.objects.create(personne=equipe.ali, debut=equipe.jour, fin=dans(4), motif="opération")
    page = texte(connecte(equipe.bea).get("/organisation/", {"q": "echelliste"}))
    assert f"Absent·e, retour le {dans(4):%d/%m/%Y}, remplacé·e par Béa Épreuve" in page
    assert "opération" not in page


def test_the_directory_shows_another_date(equipe: Any, connecte: Any) -> None:
    client = connecte(equipe.ali)
    assert "Échelliste" in texte(client.get("/organisation/", {"date": "2025-06-01"}))
    assert "Échelliste" not in texte(client.get("/organisation/", {"date": "2024-06-01"}))


def test_an_unreadable_date_shows_today_and_says_so(equipe: Any, connecte: Any) -> None:
    for adresse in ("/organisation/", "/organisation/organigramme/", "/organisation/entites/atelier-essai/"):
        page = connecte(equipe.ali).get(adresse, {"date": "hier"})
        assert page.status_code == 200 and "Cette date ne se lit pas" in texte(page)


def test_the_chart_is_a_list_and_a_named_drawing_at_the_date_asked(equipe: Any, connecte: Any) -> None:
    client = connecte(equipe.ali)
    page = client.get("/organisation/organigramme/", {"date": "2025-06-01"}).content.decode()
    assert "Pôle ancien" in page and "Pôle des Épreuves" not in page and "à confirmer" in page
    svg = ElementTree.fromstring(page[page.index("<svg") : page.index("</svg>") + 6])
    ids = {e.get("id") for e in svg}
    assert svg.get("role") == "img" and set((svg.get("aria-labelledby") or "").split()) <= ids
    assert "style" not in ElementTree.tostring(svg, "unicode")
    assert "Atelier des Échelles" in "".join(svg.itertext())
    assert "Pôle des Épreuves" in client.get("/organisation/organigramme/").content.decode()


def test_no_box_of_the_drawing_leaves_the_narrow_screen_or_covers_another(equipe: Any, troupe: Any) -> None:
    from buridan.organisation.arbre import dessiner

    dessin = dessiner(troupe.annuaire)
    assert len(dessin.boites) == len(troupe.annuaire.entites)
    bas = 0
    for boite in dessin.boites:
        assert boite.x + boite.largeur <= 320 and boite.y >= bas
        bas = boite.y + boite.hauteur
        assert all(
            ligne.x + (9 if ligne.gras else 8) * len(ligne.texte) <= boite.x + boite.largeur for ligne in boite.lignes
        )
    assert bas <= dessin.hauteur


def test_the_card_of_an_entity_shows_people_place_and_history(equipe: Any, connecte: Any) -> None:
    client = connecte(equipe.ali)
    atelier = texte(client.get("/organisation/entites/atelier-essai/"))
    assert "Cléo Épreuve" in atelier and "Pôle des Épreuves" in atelier and "à confirmer" in atelier
    pole = texte(client.get("/organisation/entites/pole-essai/"))
    assert "Du 01/01/2025 au 01/01/2026 : Pôle ancien" in pole and "Atelier des Échelles" in pole
    assert client.get("/organisation/entites/inconnue/").status_code == 404
    assert "n'existe pas au" in texte(client.get("/organisation/entites/pole-essai/?date=2024-01-01"))


@pytest.mark.parametrize(
    "adresse",
    ["", "?q=a", "?date=2026-06-01", "organigramme/?date=2026-06-01", "entites/conseil/?date=2026-06-01",
     "absences/", "suppleances/"],
)  # fmt: skip
def test_each_page_costs_at_most_fifteen_queries(
    equipe: Any, connecte: Any, dans: Any, adresse: str, django_assert_max_num_queries: Any
) -> None:
    for n, qui in enumerate((equipe.ali, equipe.bea, equipe.cheffe)):
        Absence.objects.create(personne=qui, debut=dans(n + 1), fin=dans(n + 9))
    client = connecte(equipe.cheffe)
    client.get(f"/organisation/{adresse}")  # the organisation is read once per revision, and kept
    with django_assert_max_num_queries(15):
        assert client.get(f"/organisation/{adresse}").status_code == 200
