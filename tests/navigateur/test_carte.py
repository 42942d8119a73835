"""The point on the map in a real browser: by mouse, by keyboard, without JavaScript; CSP and axe keep silent."""

import re

import pytest
from playwright.sync_api import expect

from .conftest import Visiteur

FORMULAIRE = "/demandes/nid-de-poule/"


def _point(v: Visiteur) -> tuple[float, float]:
    valeurs = [v.page.locator(f"[name={nom}]").input_value() for nom in ("latitude", "longitude")]
    return float(valeurs[0]), float(valeurs[1])


def _deposer(v: Visiteur) -> str:
    v.page.get_by_label("Expliquez votre demande").fill("Trou profond, la roue d'un vélo y entre.")
    v.page.get_by_label("Nom et prénom").fill("Camille Carte")
    v.page.get_by_label("Courriel").fill(f"carte.{id(v)}@courriel.example")
    v.page.locator("select[name=q_gene]").select_option(index=1)
    v.page.get_by_role("button", name="Envoyer la demande").click()
    quand_meme, recue = (
        v.page.get_by_role("button", name="quand même"),
        v.page.get_by_text("Votre demande est bien reçue"),
    )
    quand_meme.or_(recue).first.wait_for()
    if quand_meme.count():
        quand_meme.click()
    recue.wait_for()
    trouve = re.search(r"Demande (\d\d-\w{6})", v.page.title())
    assert trouve
    return trouve[1]


@pytest.mark.parametrize("largeur", [320, 1280])
def test_the_keyboard_puts_and_moves_the_marker_and_the_agent_sees_it(largeur: int, visiteur: Visiteur) -> None:
    v = visiteur
    v.page.set_viewport_size({"width": largeur, "height": 900})
    v.ouvrir(FORMULAIRE)
    v.page.wait_for_function("document.querySelectorAll('.leaflet-tile-loaded').length > 2")
    v.page.get_by_role("button", name="Poser le repère").focus()
    v.page.keyboard.press("Enter")
    depart = _point(v)
    for touche in ("ArrowUp", "ArrowUp", "ArrowRight"):
        v.page.keyboard.press(touche)
    arrivee = _point(v)
    assert arrivee[0] > depart[0]
    assert arrivee[1] > depart[1]
    expect(v.page.get_by_text("Endroit choisi sur la carte")).to_be_visible()
    assert v.page.get_by_label("Où est-ce").input_value().startswith("Point sur la carte : 50,")
    assert v.axe() == []
    assert not v.deborde()
    reference = _deposer(v)
    v.entrer("enregistre et qualifie")
    v.ouvrir(f"/d/{reference}/")
    expect(v.page.get_by_text(f"{arrivee[0]:.5f}".replace(".", ",")).first).to_be_visible()
    expect(v.page.locator(".leaflet-marker-icon")).to_be_visible()
    assert v.axe() == []
    assert not v.deborde()
    assert v.fautes == []


def test_the_mouse_chooses_changes_and_removes_the_point(visiteur: Visiteur) -> None:
    v = visiteur
    v.ouvrir(FORMULAIRE)
    plan = v.page.locator(".b-plan")
    plan.click(position={"x": 60, "y": 120})
    premier = _point(v)
    plan.click(position={"x": 200, "y": 120})
    assert _point(v)[1] > premier[1]
    v.page.get_by_label("Où est-ce").fill("Devant l'école")
    v.page.get_by_role("button", name="Enlever le repère").click()
    assert v.page.locator("[name=latitude]").input_value() == ""
    assert v.page.get_by_label("Où est-ce").input_value() == "Devant l'école"
    assert v.fautes == []


def test_a_point_chosen_is_still_there_when_a_field_was_missing(visiteur: Visiteur) -> None:
    v = visiteur
    v.ouvrir(FORMULAIRE)
    v.page.locator(".b-plan").click(position={"x": 60, "y": 120})
    choisi = _point(v)
    v.page.get_by_role("button", name="Envoyer la demande").click()
    v.page.get_by_text("À corriger avant d'envoyer").wait_for()
    assert _point(v) == choisi
    expect(v.page.locator(".leaflet-marker-icon")).to_be_visible()
    assert v.fautes == []


def test_without_javascript_the_address_is_enough(sans_javascript: Visiteur) -> None:
    v = sans_javascript
    v.ouvrir(FORMULAIRE)
    expect(v.page.locator("[data-carte]")).to_be_hidden()
    v.page.get_by_label("Où est-ce").fill("12 rue du Beffroi, sans carte")
    _deposer(v)
