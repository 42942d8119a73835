"""An internal request from its first word to the answer, on a phone and without a script."""

import re

from playwright.sync_api import expect

from .conftest import Visiteur

AGENT, CHEF, DIRECTION, DGS = (
    "traite les demandes : Voirie",
    "vise les réponses : Voirie",
    "dirige une direction",
    "voit toute la ville",
)
ELU = "donne l'avis de l'élu"


def test_a_request_goes_up_waits_for_an_elected_official_and_comes_down(sans_javascript: Visiteur) -> None:
    v = sans_javascript
    v.entrer(AGENT)
    v.ouvrir("/decisions/").get_by_role("link", name="Faire une demande").click()
    v.page.get_by_label("Ce que vous demandez, en quelques mots").fill("Des barrières plus légères")
    v.page.get_by_label("Partenariat ou convention").check()
    v.page.get_by_role("button", name="Commencer le brouillon").click()
    v.page.get_by_label("Affaire de plusieurs directions").check()
    v.page.get_by_label("Votre demande").fill("Deux personnes pour une barrière, c'est trop.")
    v.page.get_by_role("button", name="Enregistrer le brouillon").click()
    expect(v.page.get_by_text("C'est enregistré.")).to_be_visible()
    expect(v.page.get_by_role("heading", name="Qui agira ?")).to_be_visible()
    assert not v.deborde()
    v.page.get_by_role("button", name="Enregistrer et envoyer").click()
    expect(v.page.get_by_text("Votre demande est envoyée.")).to_be_visible()
    chemin = v.page.url.removeprefix(v.site)
    v.entrer(DGS)
    v.ouvrir(chemin).locator("#geste-associer_un_elu summary").click()
    v.page.get_by_label("Thème").select_option("voirie")
    v.page.get_by_role("button", name="Associer un élu").click()
    expect(v.page.get_by_text("L'élu est associé")).to_be_visible()
    for role in (CHEF, DIRECTION):
        v.entrer(role)
        v.ouvrir(chemin).get_by_role("button", name="Viser", exact=True).click()
        expect(v.page.get_by_text("Le visa est donné.")).to_be_visible()
    v.entrer(ELU)
    v.cliquer(v.ouvrir(chemin).get_by_role("button", name="Donner l'avis"))
    v.entrer("dirige plusieurs directions")
    v.ouvrir(chemin).get_by_label("Votre décision").select_option("partielle")
    v.page.get_by_role("button", name="Enregistrer la décision").click()
    expect(v.page.get_by_text("Dites ce qui est accordé").first).to_be_visible()
    v.page.get_by_label("Votre décision").select_option("partielle")
    v.page.get_by_label("Motifs, conditions ou consignes").fill("Dix cette année.")
    v.cliquer(v.page.get_by_role("button", name="Enregistrer la décision"))
    v.entrer(CHEF)
    v.ouvrir(chemin).get_by_role("button", name="Donner la réponse à l'auteur").click()
    expect(v.page.get_by_text("La réponse est donnée à l'auteur")).to_be_visible()
    v.entrer(AGENT)
    v.ouvrir(chemin)
    expect(v.page.get_by_role("heading", name=re.compile("Réponse envoyée.*accordée en partie"))).to_be_visible()
    expect(v.page.get_by_text("Dix cette année.").first).to_be_visible()
    assert not v.deborde()
