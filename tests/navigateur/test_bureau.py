"""The desk and the guided visit: by keyboard alone, without JavaScript, on a phone."""

from playwright.sync_api import expect

from .conftest import Visiteur


def _aller_a(v: Visiteur, texte: str, *, au_plus: int = 60) -> None:
    """Press Tab until what has the focus bears this text."""
    for _touche in range(au_plus):
        v.page.keyboard.press("Tab")
        actuel = v.page.evaluate(
            "(document.activeElement.textContent || '').trim() + '|' + (document.activeElement.ariaLabel || '')"
        )
        if texte in actuel:
            return
    raise AssertionError(f"Tab never reaches « {texte} »")


def test_the_morning_goes_by_keyboard_alone(visiteur: Visiteur) -> None:
    v = visiteur
    v.entrer("enregistre et qualifie")
    v.page.keyboard.press("Tab")
    assert v.page.evaluate("document.activeElement.textContent") == "Aller au contenu"
    v.page.keyboard.press("Enter")
    assert v.page.evaluate("document.activeElement.id") == "contenu"
    _aller_a(v, "Cocher ")
    v.page.keyboard.press("Space")
    assert v.page.locator("input[name=etape]:checked").count() == 1
    _aller_a(v, "Agir sur les dossiers cochés", au_plus=120)
    v.page.keyboard.press("Enter")
    _aller_a(v, "Je m'en occupe")
    v.page.keyboard.press("Enter")
    v.page.get_by_text("1 dossier : Vous vous en occupez.").wait_for()
    lien = v.page.locator("main a[href^='/dossiers/']").first
    _aller_a(v, lien.inner_text())
    v.page.keyboard.press("Enter")
    v.page.get_by_role("heading", name="À faire maintenant").wait_for()
    assert v.fautes == []


def test_the_visit_leads_through_five_pages_closes_and_comes_back(sans_javascript: Visiteur) -> None:
    v = sans_javascript
    v.entrer("enregistre et qualifie")  # always has something to do: the step on a dossier opens one
    v.page.get_by_role("link", name="Suivre la visite").click()
    vues = []
    for numero in range(1, 6):
        expect(v.page.get_by_role("heading", name=f"Visite, étape {numero} sur 5")).to_be_visible()
        assert not v.deborde()
        vues.append(v.page.url.split("?")[0])
        if numero < 5:
            v.page.get_by_role("link", name="Étape suivante").click()
    assert len(set(vues)) == 5
    v.page.get_by_role("link", name="Étape d'avant").click()
    expect(v.page.get_by_role("heading", name="Visite, étape 4 sur 5")).to_be_visible()
    v.cliquer(v.page.get_by_role("button", name="Fermer la visite"))
    assert v.page.get_by_text("Première visite ?").count() == 0
    v.ouvrir("/recherche/")
    v.page.get_by_role("link", name="Visite guidée en cinq étapes").click()
    expect(v.page.get_by_role("heading", name="Visite, étape 1 sur 5")).to_be_visible()


def test_a_notice_opens_its_dossier_and_is_read(sans_javascript: Visiteur) -> None:
    v = sans_javascript
    v.entrer("vise les réponses : Voirie")
    v.ouvrir("/notifications/")
    nouveaux = v.page.get_by_text("Nouveau", exact=True)
    avant = nouveaux.count()
    assert avant
    v.cliquer(v.page.locator("main li button").first)
    assert "/dossiers/" in v.page.url
    v.ouvrir("/notifications/")
    assert nouveaux.count() == avant - 1


def test_whoever_heads_services_finds_them_in_one_click(visiteur: Visiteur) -> None:
    v = visiteur
    v.entrer("voit toute la ville")
    v.cliquer(v.page.get_by_role("link", name="Mes services", exact=True))
    assert v.page.get_by_role("link", name="Mes services", exact=True).get_attribute("aria-current") == "page"
    expect(v.page.get_by_role("heading", name="En retard")).to_be_visible()
    assert v.page.locator("a[href^='/dossiers/']").count() > 3
