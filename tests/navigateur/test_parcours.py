"""The main job in a real browser: resident, desk, service, manager, answer, satisfaction."""

import re
from collections.abc import Callable
from pathlib import Path

import pytest
from playwright.sync_api import expect

from .conftest import Visiteur

IMAGES = Path(__file__).resolve().parent.parent.parent / "docs" / "images"


Photographe = Callable[[Visiteur, str], None]


@pytest.fixture
def photographier(request: pytest.FixtureRequest, tmp_path: Path) -> Photographe:
    """Takes the screenshots of the docs: `pytest tests/navigateur/test_parcours.py --images` renews docs/images."""
    dossier = IMAGES if request.config.getoption("--images") else tmp_path

    def prendre(v: Visiteur, nom: str) -> None:
        v.page.screenshot(path=dossier / f"{nom}.png", full_page=False)
        assert (dossier / f"{nom}.png").stat().st_size > 10_000
        assert (IMAGES / f"{nom}.png").exists(), "docs/images lacks it: run with --images"

    return prendre


def _deposer(v: Visiteur) -> str:
    """File a request as a resident; returns its tracking address."""
    page = v.ouvrir("/")
    page.get_by_label("Décrivez votre besoin avec vos mots").fill("nid de poule")
    page.get_by_role("button", name="Chercher").click()
    page.get_by_role("link", name=re.compile("Nid-de-poule")).first.click()
    page.get_by_label("Expliquez votre demande").fill("Trou profond devant l'école, deux vélos sont tombés.")
    page.get_by_label("Où est-ce").fill("3 impasse du Parcours")
    page.get_by_label("Nom et prénom").fill("Camille Essai")
    page.get_by_label("Courriel").fill(f"camille.{id(v)}@courriel.example")
    for choix in page.locator("select[name^=q_]").all():
        choix.select_option(index=1)
    for champ in page.locator("input[name^=q_]").all():
        genre = champ.get_attribute("type")
        champ.fill({"date": "2026-11-20", "number": "2"}.get(genre or "", "environ deux"))
    page.get_by_role("button", name="Envoyer la demande").click()
    quand_meme = page.get_by_role("button", name="Déposer ma demande quand même")
    recue = page.get_by_text("Votre demande est bien reçue")
    quand_meme.or_(recue).first.wait_for()
    if quand_meme.count():
        quand_meme.click()
    expect(recue).to_be_visible()
    return page.url.removeprefix(v.site).split("?")[0]


def _reference(v: Visiteur) -> str:
    trouve = re.search(r"Demande (\d\d-\w{6})", v.page.title())
    assert trouve
    return trouve[1]


def _ouvrir_dossier(v: Visiteur, reference: str) -> None:
    v.ouvrir(f"/d/{reference}/")
    expect(v.page.locator("h1")).to_be_visible()


@pytest.mark.parametrize("script", [True, False], ids=["avec-javascript", "sans-javascript"])
def test_a_request_goes_in_and_an_answer_comes_out(
    script: bool, visiteur: Visiteur, sans_javascript: Visiteur, photographier: Photographe
) -> None:
    v = visiteur if script else sans_javascript
    suivi = _deposer(v)
    reference = _reference(v)
    if script:
        photographier(v, "suivi")
    v.entrer("enregistre et qualifie")
    if script:
        photographier(v, "bureau")
    _ouvrir_dossier(v, reference)
    v.page.get_by_role("button", name="Qualifier et transmettre").click()
    expect(v.page.get_by_text("La demande est qualifiée.")).to_be_visible()

    v.entrer("traite les demandes : Voirie")
    _ouvrir_dossier(v, reference)
    if script:
        photographier(v, "dossier")
    v.page.get_by_label("Projet de réponse au demandeur").fill("Le trou a été rebouché ce matin.")
    v.page.get_by_role("button", name="Terminer le traitement").click()
    expect(v.page.get_by_text("Le traitement est terminé.")).to_be_visible()

    if script:
        v.entrer("voit toute la ville")
        v.ouvrir("/tableau/")
        photographier(v, "tableau")
    v.entrer("vise les réponses : Voirie")
    _ouvrir_dossier(v, reference)
    expect(v.page.get_by_text("Vous agissez pour")).to_be_visible()  # the head is away: the stand-in's stand-in acts
    v.page.get_by_role("button", name="Viser", exact=True).click()
    expect(v.page.get_by_text("Le visa est donné.")).to_be_visible()

    v.entrer("traite les demandes : Voirie")
    _ouvrir_dossier(v, reference)
    v.page.get_by_role("button", name="Envoyer la réponse et clore").click()
    expect(v.page.get_by_text("La réponse est envoyée, le dossier est clos.")).to_be_visible()

    v.ouvrir(suivi)
    expect(v.page.get_by_text("Le trou a été rebouché ce matin.").first).to_be_visible()
    v.page.get_by_label("Oui").check()
    v.page.get_by_role("button", name="Envoyer mon avis").click()
    expect(v.page.get_by_text("Merci, votre avis est enregistré.")).to_be_visible()
    assert v.fautes == []


def test_an_unhappy_requester_contests_once_and_the_head_takes_over(visiteur: Visiteur) -> None:
    v = visiteur
    suivi, reference = _deposer(v), _reference(v)
    v.page.get_by_label("Votre message").fill("C'est urgent, merci.")
    v.page.get_by_role("button", name="Envoyer le message").click()
    expect(v.page.get_by_text("C'est urgent, merci.")).to_be_visible()
    v.entrer("enregistre et qualifie")
    _ouvrir_dossier(v, reference)
    v.page.get_by_text("Transmettre à une autre administration").first.click()
    v.page.get_by_label("Administration compétente").fill("Communauté d'agglomération")
    v.cliquer(v.page.get_by_role("button", name="Transmettre à une autre administration"))
    v.ouvrir(suivi)
    v.page.get_by_label("Non", exact=True).check()
    v.page.get_by_label("Votre commentaire").fill("C'est bien une rue de la ville.")
    v.page.get_by_label(re.compile("Je conteste")).check()
    v.page.get_by_role("button", name="Envoyer mon avis").click()
    expect(v.page.get_by_text("Le responsable du service reprend votre demande.")).to_be_visible()
    assert v.fautes == []


def test_what_was_typed_is_kept_when_something_is_missing(sans_javascript: Visiteur) -> None:
    page = sans_javascript.ouvrir("/demandes/nid-de-poule/")
    page.get_by_label("Expliquez votre demande").fill("Un très grand trou dans la rue.")
    page.get_by_role("button", name="Envoyer la demande").click()
    expect(page.get_by_text("À corriger avant d'envoyer")).to_be_visible()
    expect(page.get_by_label("Expliquez votre demande")).to_have_value("Un très grand trou dans la rue.")
