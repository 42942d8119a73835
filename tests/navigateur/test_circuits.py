"""A quality officer edits a circuit and publishes it, on a 320 px screen, without JavaScript."""

import pytest
from playwright.sync_api import expect

from .conftest import Visiteur


@pytest.mark.parametrize(
    ("script", "code"),
    [(False, "subvention-association"), (True, "demande-simple")],
    ids=["sans-javascript", "avec-javascript"],
)
def test_a_circuit_is_edited_and_published(
    script: bool, code: str, visiteur: Visiteur, sans_javascript: Visiteur
) -> None:
    v = visiteur if script else sans_javascript
    v.entrer("veille sur les circuits")
    page = v.ouvrir(f"/circuits/{code}/")
    avant = page.get_by_role("heading", name="Les étapes (version").inner_text()
    page.get_by_role("button", name="Modifier").click()

    page.get_by_role("link", name="Ajouter une étape").click()
    page.get_by_label("Titre", exact=True).fill("Vérifier les crédits")
    page.get_by_label("Type", exact=True).select_option("avis")
    page.get_by_role("button", name="Ajouter l'étape").click()
    expect(page.get_by_text("Il manque qui doit agir.").last).to_be_visible()  # saved all the same
    page.get_by_label("Qui agit").select_option("role:dga")
    page.get_by_label("Délai").fill("4")
    page.get_by_role("button", name="Enregistrer dans le brouillon").click()

    v.cliquer(page.get_by_role("button", name="Monter : Vérifier les crédits"))
    page.get_by_role("link", name="Voir ce qui change et publier").click()
    expect(page.get_by_role("heading", name="1 changement")).to_be_visible()
    expect(page.get_by_text("Avis, par le directeur général adjoint, en 4 jours ouvrés")).to_be_visible()
    page.get_by_role("button", name="Publier cette version").click()
    expect(page.get_by_text("Ce champ est obligatoire").last).to_be_visible()
    page.get_by_label("Pourquoi cette version").fill("Les finances doivent vérifier.")
    page.get_by_role("button", name="Publier cette version").click()
    expect(page.get_by_text("est en vigueur pour les nouveaux dossiers")).to_be_visible()
    assert page.get_by_role("heading", name="Les étapes (version").inner_text() != avant

    page.get_by_role("link", name="Toutes les versions de ce circuit").click()
    expect(page.get_by_text("Les finances doivent vérifier.")).to_be_visible()
    page.get_by_role("button", name="Reprendre dans un brouillon la version 1").click()
    page.get_by_text("Abandonner le brouillon").first.click()
    page.get_by_role("button", name="Abandonner le brouillon").click()
    expect(page.get_by_text("Le brouillon est abandonné")).to_be_visible()
    assert not v.deborde()
    assert v.fautes == []
