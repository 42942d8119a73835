"""An order, from its first word to the supplier's word and the invoice, with axe and the width of each page looked at on the way."""

import re

from playwright.sync_api import expect

from .conftest import Visiteur

AUTEUR, RESPONSABLE = "traite les demandes : Voirie", "vise les réponses : Voirie"
FINANCES, DIRECTION = "importe le budget", "dirige une direction"


def _sain(v: Visiteur) -> None:
    """No fault of accessibility; nothing scrolls sideways, on a phone either."""
    assert v.axe() == [], v.page.url
    v.page.set_viewport_size({"width": 320, "height": 800})
    assert not v.deborde(), v.page.url
    v.page.set_viewport_size({"width": 1280, "height": 900})


def test_an_order_is_written_visaed_signed_received_and_invoiced(visiteur: Visiteur) -> None:
    v = visiteur
    v.entrer(AUTEUR)
    v.ouvrir("/commandes/").get_by_role("link", name="Préparer une commande").click()
    _sain(v)
    v.page.get_by_label("Que commandez-vous ?").fill("Sel de déneigement")
    v.page.get_by_role("button", name="Commencer la commande").click()
    v.page.wait_for_url("**/preparer/")
    v.page.get_by_label("SIRET du fournisseur").fill("123")
    v.page.get_by_role("button", name="Enregistrer et envoyer").click()
    expect(v.page.get_by_text("n'est pas valable").first).to_be_visible()
    _sain(v)
    v.page.get_by_label("SIRET du fournisseur").fill("920 000 015 00015")
    v.page.get_by_label("Nom du fournisseur").fill("Artois Matériaux")
    v.page.get_by_label("Courriel").fill("ventes@artois-materiaux.example")
    v.page.get_by_label("Désignation").first.fill("Sel, sac de 25 kg")
    v.page.get_by_label("Quantité").first.fill("40")
    v.page.get_by_label("Prix unitaire HT").first.fill("6,25")
    v.page.get_by_label("Famille d'achats").select_option("voirie")
    v.page.get_by_label("Ligne de budget").select_option(index=1)
    v.page.get_by_role("button", name="Enregistrer", exact=True).click()
    expect(v.page.get_by_text(re.compile(r"300,00\s€ TTC"))).to_be_visible()
    expect(v.page.get_by_text(re.compile("par délégation, arrêté n° 2026-102"))).to_be_visible()
    _sain(v)
    v.page.get_by_role("button", name="Enregistrer et envoyer").click()
    expect(v.page.get_by_text("La commande est dans son circuit")).to_be_visible()
    _sain(v)
    chemin = v.page.url.removeprefix(v.site)
    for role in (RESPONSABLE, FINANCES):
        v.entrer(role)
        v.ouvrir(chemin).get_by_role("button", name="Viser", exact=True).click()
        expect(v.page.get_by_text("Le visa est donné.")).to_be_visible()
    v.entrer(DIRECTION)
    v.ouvrir(chemin).get_by_label("Signer avec").select_option("papier")
    v.page.get_by_role("button", name="Signer", exact=True).click()
    expect(v.page.get_by_text("C'est signé, et les crédits sont réservés.")).to_be_visible()
    v.entrer(AUTEUR)
    v.ouvrir(chemin).get_by_text("Envoyer le bon au fournisseur").first.click()
    v.page.get_by_label("Comment").select_option("papier")
    v.page.get_by_role("button", name="Envoyer le bon au fournisseur").click()
    page_du_fournisseur = v.page.get_by_role("link", name="La page que voit le fournisseur").get_attribute("href")
    _sain(v)
    assert page_du_fournisseur is not None
    v.ouvrir("/commande/" + page_du_fournisseur.partition("/commande/")[2])
    _sain(v)
    v.page.get_by_label("Votre nom").fill("Mme Vente")
    v.page.get_by_role("button", name="J'ai bien reçu ce bon de commande").click()
    expect(v.page.get_by_text("Merci, la mairie sait")).to_be_visible()
    v.ouvrir(chemin).get_by_role("button", name="Constater le service fait").click()
    expect(v.page.get_by_text("Le service fait est constaté.")).to_be_visible()
    v.entrer(FINANCES)
    v.ouvrir(chemin).get_by_text("Noter l'engagement").first.click()
    v.page.get_by_label("Numéro d'engagement").fill("E2026-77")
    v.page.get_by_role("button", name="Noter l'engagement").click()
    v.page.get_by_label("Numéro de la facture").fill("F-2026-12")
    v.page.get_by_role("button", name="Noter la facture et clore").click()
    expect(v.page.get_by_text("La facture est notée, la commande est close.")).to_be_visible()
    _sain(v)
    assert v.fautes == []
