"""A matter of an elected official from the market to the resident's answer, on a phone and without a script."""

import re

from playwright.sync_api import expect

from .conftest import Visiteur

ELUE, DGA, AGENT = "donne l'avis de l'élu", "dirige plusieurs directions", "traite les demandes : Voirie"


def test_a_matter_is_typed_on_a_phone_kept_sent_treated_and_told_to_the_resident(sans_javascript: Visiteur) -> None:
    v = sans_javascript
    v.entrer(ELUE)
    page = v.ouvrir("/dossiers/")
    page.get_by_role("link", name="Nouvelle demande d'élu").click()
    page.get_by_label("Ce que vous avez vu ou entendu").fill("Un pavé bouge devant la mairie annexe. On trébuche.")
    page.get_by_role("button", name="Garder en brouillon").click()
    page.get_by_role("link", name="Reprendre mon brouillon").click()
    assert not v.deborde()
    page.get_by_text("Un habitant attend une réponse").click()
    page.get_by_role("textbox", name="Son nom").fill("Paule Essai")
    page.get_by_role("button", name="Envoyer").click()
    expect(page.get_by_text("Sans son accord").first).to_be_visible()
    page.get_by_label("Cette personne est d'accord").check()
    page.get_by_role("button", name="Envoyer").click()
    expect(page.get_by_text("C'est enregistré, référence")).to_be_visible()
    assert not v.deborde()
    chemin = page.url.removeprefix(v.site)
    v.entrer(DGA)
    expect(v.ouvrir(chemin).get_by_text("Demandée par")).to_be_visible()
    page.get_by_role("button", name="Transmettre au service").click()
    v.entrer(AGENT)
    expect(v.ouvrir(chemin).get_by_text("Demande transmise par la direction")).to_be_visible()
    page.get_by_label("Projet de réponse").fill("Le pavé est recollé.")
    page.get_by_role("button", name="Terminer le traitement").click()
    v.entrer(DGA)
    v.ouvrir(chemin).get_by_role("button", name="Viser", exact=True).click()
    v.entrer(ELUE)
    v.ouvrir("/elus/").get_by_role("link", name="donnez-la à l'habitant, puis dites-le ici").first.click()
    v.ouvrir(chemin).get_by_label("Vous avez donné cette réponse").select_option("vive_voix")
    page.get_by_role("button", name="Donner la réponse et clore").click()
    expect(page.get_by_role("heading", name=re.compile("Réponse envoyée"))).to_be_visible()
    expect(page.get_by_text(re.compile("Il a eu sa réponse le .*, de vive voix"))).to_be_visible()
    assert not v.deborde()
