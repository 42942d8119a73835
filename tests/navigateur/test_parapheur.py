"""The parapheur from the list to the last dossier: by single keys, and without JavaScript on a phone."""

import re

from playwright.sync_api import expect

from .conftest import Visiteur


def _restants(v: Visiteur) -> int:
    """How many wait, as the menu says."""
    trouve = re.search(r"Parapheur\s+(\d+)", v.page.locator("header nav").inner_text())
    return int(trouve[1]) if trouve else 0


def _place(v: Visiteur) -> str:
    return v.page.get_by_text(re.compile(r"^\d+ sur \d+$")).inner_text()


def test_one_reads_decides_and_goes_on_by_single_keys_that_can_be_switched_off(visiteur: Visiteur) -> None:
    v = visiteur
    v.entrer("vise les réponses : Voirie")
    v.ouvrir("/parapheur/").get_by_role("link", name="Lire et décider").click()
    combien = _restants(v)
    assert combien >= 3 and _place(v) == f"1 sur {combien}"
    v.page.keyboard.press("s")
    expect(v.page.locator("main")).to_contain_text(f"2 sur {combien}")
    v.page.wait_for_load_state()  # the keys are listened to
    v.page.keyboard.press("p")
    expect(v.page.locator("main")).to_contain_text(f"1 sur {combien}")
    v.page.wait_for_load_state()  # the keys are listened to
    premier = v.page.url
    v.page.get_by_label("Remarque").press_sequentially("ss pp")  # typing is not a shortcut
    assert (v.page.url, v.page.get_by_label("Remarque").input_value()) == (premier, "ss pp")
    v.page.keyboard.press("Tab")
    v.page.keyboard.press("d")
    assert v.page.evaluate("document.activeElement.textContent") == "Viser"
    v.page.keyboard.press("Enter")
    v.page.get_by_text("Le visa est donné.").wait_for()
    expect(v.page.get_by_text(f"Il en reste {combien - 1}.")).to_be_visible()
    assert v.page.url != premier
    assert _restants(v) == combien - 1

    v.page.get_by_text("Raccourcis du clavier").click()
    v.page.get_by_label(re.compile("Utiliser ces touches")).uncheck()
    v.page.reload()
    ici = v.page.url
    v.page.keyboard.press("s")
    v.page.get_by_text("Raccourcis du clavier").click()
    assert not v.page.get_by_label(re.compile("Utiliser ces touches")).is_checked() and v.page.url == ici
    v.page.get_by_label(re.compile("Utiliser ces touches")).check()
    v.page.keyboard.press("l")
    v.page.wait_for_url("**/parapheur/")
    assert v.fautes == []


def test_on_a_phone_without_javascript_one_decides_one_then_the_others_at_once(sans_javascript: Visiteur) -> None:
    v = sans_javascript
    v.entrer("voit toute la ville")
    v.cliquer(v.page.get_by_role("link", name="au parapheur"))
    combien = _restants(v)
    assert combien >= 3 and not v.deborde()
    v.cliquer(v.page.get_by_role("link", name="Lire et décider"))
    assert not v.deborde() and not v.page.get_by_text("Raccourcis du clavier").is_visible()
    lire, decider = v.page.locator("#titre-objet").bounding_box(), v.page.locator("#decision").bounding_box()
    assert lire and decider and lire["y"] < decider["y"]
    image = v.page.locator("#pieces img").first
    image.scroll_into_view_if_needed()
    assert image.evaluate("async i => { await i.decode(); return i.naturalWidth }") > 500
    page = image.bounding_box()
    assert page and page["y"] > (v.page.locator("#decision").bounding_box() or {"y": 0})["y"] and not v.deborde()
    v.cliquer(v.page.get_by_role("link", name="Suivant", exact=True))
    assert _place(v) == f"2 sur {combien}"
    viser = v.page.get_by_role("button", name="Viser", exact=True)
    while not viser.count():  # which comes second follows the day
        v.cliquer(v.page.get_by_role("link", name="Suivant", exact=True))
    viser.click()
    expect(v.page.get_by_text("Le visa est donné.")).to_be_visible()
    assert _restants(v) == combien - 1
    v.page.get_by_role("link", name="← La liste").click()
    v.page.get_by_role("link", name="cochez toute la page").click()
    v.cliquer(v.page.get_by_role("button", name="Viser", exact=True))
    assert not v.deborde()
    v.page.get_by_role("button", name=re.compile("^Viser : ")).click()
    expect(v.page.get_by_text(re.compile(r"^\d+ dossiers?\.$"))).to_be_visible()  # the visas; signatures stay
    reste = _restants(v)
    assert reste < combien - 1 and not v.deborde()
    v.page.go_back()
    v.page.get_by_role("button", name=re.compile("^Viser : ")).click()  # sent again
    expect(v.page.get_by_text("rien n'a été fait deux fois")).to_be_visible()
    assert _restants(v) == reste
