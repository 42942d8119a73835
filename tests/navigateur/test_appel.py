"""A resident's request, the call on the syndicate it leads to, the syndicate's page, the check, the resident's page."""

from datetime import datetime, timedelta

from playwright.sync_api import expect

from buridan.droit.delais import FUSEAU_LEGAL

from .conftest import Visiteur
from .test_parcours import _deposer, _ouvrir_dossier, _reference

JOUR = datetime.now(FUSEAU_LEGAL).date()
AGENT, CHEF, FINANCES, DGA = (
    "traite les demandes : Voirie",
    "vise les réponses : Voirie",
    "importe le budget",
    "dirige plusieurs directions",
)


def _net(v: Visiteur, ou: str) -> None:
    assert v.axe() == [], ou
    v.page.set_viewport_size({"width": 320, "height": 800})
    assert not v.deborde(), ou
    v.page.set_viewport_size({"width": 1280, "height": 900})


def test_a_request_leads_to_a_call_that_the_syndicate_answers(visiteur: Visiteur) -> None:
    v = visiteur
    page_de_suivi = _deposer(v)
    reference = _reference(v)
    v.entrer("enregistre et qualifie")
    _ouvrir_dossier(v, reference)
    v.page.get_by_role("button", name="Qualifier et transmettre").click()
    expect(v.page.get_by_text("La demande est qualifiée.")).to_be_visible()
    v.entrer(AGENT)
    _ouvrir_dossier(v, reference)
    v.page.get_by_role("link", name="Faire appel au syndicat").click()
    v.page.get_by_label("Lieu").wait_for()
    assert v.page.get_by_label("Lieu").input_value() == "3 impasse du Parcours"
    _net(v, "new call")
    v.page.get_by_label("Estimation en euros").fill("beaucoup")
    v.page.get_by_role("button", name="Envoyer l'appel au visa").click()
    expect(v.page.get_by_text("À corriger avant d'envoyer")).to_be_visible()
    _net(v, "refused form")
    v.page.get_by_label("Estimation en euros").fill("1 200,50")
    v.page.get_by_role("button", name="Envoyer l'appel au visa").click()
    expect(v.page.get_by_text("L'appel est parti au visa.")).to_be_visible()
    chemin = v.page.url.removeprefix(v.site)
    for role in (CHEF, FINANCES):
        v.entrer(role)
        v.ouvrir(chemin).get_by_role("button", name="Viser", exact=True).click()
        expect(v.page.get_by_text("Le visa est donné.")).to_be_visible()
    v.entrer(DGA)
    v.ouvrir(chemin).get_by_role("button", name="Signer et envoyer au syndicat").click()
    expect(v.page.get_by_text("L'appel est signé et envoyé au syndicat.")).to_be_visible()
    _net(v, "call")
    syndicat = v.page.get_by_role("link", name="Ce que voit le syndicat").get_attribute("href") or ""
    _le_syndicat(v, syndicat)
    v.ouvrir(page_de_suivi)
    expect(v.page.get_by_text("intervention prévue le").first).to_be_visible()
    _net(v, "tracking page")
    v.entrer(AGENT)
    v.ouvrir(chemin).get_by_label("Intervention faite le").fill(JOUR.isoformat())
    v.page.get_by_label("Coût pour la commune, en euros").fill("980")
    v.page.get_by_role("button", name="Contrôler et fermer l'appel").click()
    expect(v.page.get_by_text("L'appel est fermé.")).to_be_visible()
    _ouvrir_dossier(v, reference)
    expect(v.page.get_by_text("Répondez maintenant au demandeur").first).to_be_visible()
    assert v.fautes == []


def _le_syndicat(v: Visiteur, adresse: str) -> None:
    v.contexte.clear_cookies()
    v.page.goto(adresse)
    _net(v, "the syndicate's page")
    v.page.get_by_role("button", name="Envoyer à la mairie").click()
    expect(v.page.get_by_text("À corriger avant d'envoyer")).to_be_visible()
    _net(v, "the syndicate's page, refused")
    v.page.get_by_label("Nous intervenons").check()
    v.page.get_by_label("Date").fill((JOUR + timedelta(days=6)).isoformat())
    v.page.get_by_role("button", name="Envoyer à la mairie").click()
    expect(v.page.get_by_text("Merci, la mairie est prévenue.")).to_be_visible()
    _net(v, "the syndicate's page, answered")
