"""A note from its first word to the mayor's answer: two writers, the visas, the decision, and back down."""

import re
from datetime import timedelta

from django.utils.timezone import localdate
from playwright.sync_api import Page, expect

from .conftest import Visiteur

VISAS = ["dirige plusieurs directions", "voit toute la ville", "suit ce qui touche le maire", "donne l'avis de l'élu"]
AUTEUR, MAIRE, CABINET = "dirige une direction", "préside le conseil", "suit ce qui touche le maire"


def _commencer(v: Visiteur, objet: str) -> str:
    """The author begins; the address of the dossier."""
    v.entrer(AUTEUR)
    v.ouvrir("/notes/").get_by_role("link", name="Écrire une note").click()
    v.page.get_by_label("Note d'information").check()
    v.page.get_by_label("Objet").fill(objet)
    v.page.get_by_label("Thème").select_option("propreté")
    v.page.get_by_role("button", name="Commencer la note").click()
    v.page.wait_for_url("**/rediger/")
    return v.page.url.removeprefix(v.site).replace("/notes/", "/dossiers/").replace("rediger/", "")


def _rediger(chemin: str) -> str:
    return chemin.replace("/dossiers/", "/notes/") + "rediger/"


def _finir(v: Visiteur, chemin: str) -> None:
    """Visas in order, the mayor's decision, the answer; the author reads it."""
    for role in VISAS:
        v.entrer(role)
        v.ouvrir(chemin).get_by_role("button", name="Viser", exact=True).click()
        expect(v.page.get_by_text("Le visa est donné.")).to_be_visible()
        assert not v.deborde()
    v.entrer(MAIRE)
    v.ouvrir(chemin).get_by_label("Votre décision").select_option("accord")
    v.page.get_by_label("Motifs, conditions ou consignes").fill("Avant la fin du mois.")
    v.page.get_by_role("button", name="Enregistrer la décision").click()
    expect(v.page.get_by_text("La décision est enregistrée.")).to_be_visible()
    v.entrer(CABINET)
    v.ouvrir(chemin).get_by_role("button", name="Faire redescendre la réponse").click()
    expect(v.page.get_by_text("La réponse est redescendue à tous")).to_be_visible()
    v.entrer(AUTEUR)
    v.ouvrir(chemin)
    expect(v.page.get_by_role("heading", name=re.compile("Réponse envoyée"))).to_be_visible()
    expect(v.page.get_by_text("Avant la fin du mois.").first).to_be_visible()
    assert not v.deborde()


def _enregistre(page: Page) -> None:
    expect(page.locator("[data-etat]")).to_contain_text("Enregistré à")


def test_a_note_is_written_by_two_visaed_decided_and_comes_back(visiteur: Visiteur) -> None:
    v = visiteur
    chemin = _commencer(v, "Tri des déchets dans les bureaux")
    v.page.get_by_label("Le contexte").fill("Les bacs sont pleins le mardi.")
    _enregistre(v.page)
    v.entrer("donne l'avis de l'élu")
    v.ouvrir(_rediger(chemin))
    expect(v.page.get_by_label("Le contexte")).to_have_value("Les bacs sont pleins le mardi.")
    v.page.get_by_label("Les enjeux").fill("Le coût du ramassage.")
    _enregistre(v.page)
    v.entrer(AUTEUR)
    v.ouvrir(_rediger(chemin))
    expect(v.page.get_by_label("Les enjeux")).to_have_value("Le coût du ramassage.")
    v.page.get_by_label("Préconisations du service").fill("Un second passage le vendredi.")
    v.page.get_by_role("button", name="Enregistrer et envoyer").click()
    expect(v.page.locator(".b-erreur")).to_contain_text("Cette partie est obligatoire")
    v.page.get_by_label("Impacts sur les ressources").fill("Deux heures d'agent par semaine.")
    v.page.get_by_role("button", name="Enregistrer et envoyer").click()
    expect(v.page.get_by_text("La note est envoyée.")).to_be_visible()
    _finir(v, chemin)
    assert v.fautes == []


def test_the_same_without_a_script_on_a_phone(sans_javascript: Visiteur) -> None:
    v = sans_javascript
    chemin = _commencer(v, "Bacs de tri à l'école")
    v.page.get_by_label("Préconisations du service").fill("Trois bacs par cour.")
    v.page.get_by_role("button", name="Enregistrer et envoyer").click()
    expect(v.page.get_by_text("La note n'est pas encore prête")).to_be_visible()
    expect(v.page.get_by_label("Préconisations du service")).to_have_value("Trois bacs par cour.")
    assert not v.deborde()
    v.page.get_by_label("Impacts sur les ressources").fill("Aucun.")
    v.page.get_by_role("button", name="Enregistrer et envoyer").click()
    expect(v.page.get_by_text("La note est envoyée.")).to_be_visible()
    _finir(v, chemin)


def test_two_who_type_in_one_part_see_both_texts_and_choose(visiteur: Visiteur) -> None:
    v = visiteur
    chemin = _commencer(v, "Deux plumes pour une note")
    autre = v.contexte.browser.new_context(locale="fr-FR")  # type: ignore[union-attr]
    elu = Visiteur(autre, v.site)
    elu.entrer("donne l'avis de l'élu")
    elu.ouvrir(_rediger(chemin))
    v.page.get_by_label("Le contexte").fill("Texte de l'auteur.")
    _enregistre(v.page)
    elu.page.get_by_label("Le contexte").fill("Texte de l'élu.")
    expect(elu.page.get_by_role("alert")).to_contain_text("Texte de l'auteur.")
    expect(elu.page.get_by_label("Le contexte")).to_have_value("Texte de l'élu.")
    elu.page.get_by_role("button", name="Garder mon texte").click()
    _enregistre(elu.page)
    v.page.get_by_label("Les enjeux").fill("Je continue.")
    expect(v.page.get_by_label("Le contexte")).to_have_value("Texte de l'élu.")
    v.ouvrir(_rediger(chemin).replace("rediger/", "versions/"))
    expect(v.page.get_by_text("Texte de l'auteur.")).to_have_count(1)
    assert v.fautes == [] and elu.fautes == []
    autre.close()


def test_a_text_left_aside_is_asked_about_and_a_body_is_heard_without_a_script_on_a_phone(
    sans_javascript: Visiteur,
) -> None:
    v = sans_javascript
    chemin = _commencer(v, "Garage à vélos de la gare")
    autre = v.contexte.browser.new_context(locale="fr-FR", java_script_enabled=False)  # type: ignore[union-attr]
    elu = Visiteur(autre, v.site)
    elu.entrer("donne l'avis de l'élu")
    elu.ouvrir(_rediger(chemin)).get_by_label("Le contexte").fill("Texte de l'élu.")
    v.page.get_by_label("Le contexte").fill("Texte de l'auteur.")
    v.cliquer(v.page.get_by_role("button", name="Enregistrer", exact=True))
    elu.cliquer(elu.page.get_by_role("button", name="Enregistrer", exact=True))
    expect(elu.page.get_by_text("Quelqu'un d'autre a écrit")).to_be_visible()
    autre.close()  # left open
    v.page.get_by_label("Préconisations du service").fill("Vingt places.")
    v.page.get_by_label("Impacts sur les ressources").fill("Aucun.")
    v.cliquer(v.page.get_by_role("button", name="Enregistrer et envoyer"))
    expect(v.page.get_by_text("Texte de l'élu.")).to_be_visible()
    assert not v.deborde()
    v.cliquer(v.page.get_by_role("button", name="Envoyer sans ce texte"))
    expect(v.page.get_by_text("La note est envoyée.")).to_be_visible()
    for role in VISAS:
        v.entrer(role)
        v.cliquer(v.ouvrir(chemin).get_by_role("button", name="Viser", exact=True))
    v.entrer(MAIRE)
    v.ouvrir(chemin).get_by_label("Votre décision").select_option("orienter")
    v.page.get_by_label("Quelle instance").select_option("BM")
    v.page.get_by_label("Date souhaitée").fill(f"{localdate() + timedelta(days=30)}")
    v.cliquer(v.page.get_by_role("button", name="Enregistrer la décision"))
    v.entrer(CABINET)
    v.ouvrir(chemin).get_by_label("Ce qui s'est passé").select_option("reserves")
    v.cliquer(v.page.get_by_role("button", name="Noter la présentation"))
    expect(v.page.get_by_text("Écrivez les réserves de l'instance")).to_be_visible()
    assert not v.deborde()
    v.page.get_by_label("Ce que l'instance a dit").fill("Avec un toit.")
    v.cliquer(v.page.get_by_role("button", name="Noter la présentation"))
    expect(v.page.get_by_role("heading", name="Ce qui redescend : pris note")).to_be_visible()
    assert not v.deborde()
    v.page.get_by_label("Ajouter un mot").fill("La voirie chiffre le toit.")
    v.cliquer(v.page.get_by_role("button", name="Faire redescendre la réponse"))
    expect(v.page.get_by_text("La voirie chiffre le toit.").first).to_be_visible()
