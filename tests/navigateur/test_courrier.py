"""A letter from its envelope to its answer, on a phone's width and without a script: registered, routed, answered, sent."""

import re

from django.utils.timezone import localdate
from playwright.sync_api import expect

from .conftest import Visiteur

BUREAU, AGENT, CHEF, DGA = (
    "tient les registres du courrier", "traite les demandes : Voirie", "vise les réponses : Voirie", "dirige plusieurs directions",
)  # fmt: skip


def _enregistrer(v: Visiteur) -> str:
    """What is proposed is read first, then accepted in one click; the address of the dossier."""
    v.entrer(BUREAU)
    v.ouvrir("/courriers/nouveau/")
    v.page.get_by_label("Expéditeur").fill("Camille Parcours")
    v.page.get_by_label("Adresse postale").fill("3 rue de l'Essai, 62400 Essai")
    v.page.get_by_label("Objet").fill("Trottoir affaissé devant l'école")
    v.page.get_by_role("button", name="Voir les services proposés").click()
    expect(v.page.get_by_text("l'objet contient « trottoir »")).to_be_visible()
    assert not v.deborde()
    v.page.get_by_role("button", name="Enregistrer et confier à : Voirie et signalisation").click()
    expect(v.page.get_by_role("heading", name=re.compile(r"Courrier enregistré : A-\d{4}-\d{5}"))).to_be_visible()
    assert not v.deborde()
    return v.page.get_by_role("link", name=re.compile("Ouvrir le dossier")).get_attribute("href") or ""


def _geste(v: Visiteur, qui: str, chemin: str, bouton: str, dit: str) -> None:
    v.entrer(qui)
    v.ouvrir(chemin).get_by_role("button", name=bouton, exact=True).click()
    expect(v.page.get_by_text(dit)).to_be_visible()
    assert not v.deborde()


def _renvoyer(v: Visiteur) -> None:
    """It came back: the mail office sends it elsewhere."""
    v.cliquer(v.page.get_by_role("link", name=re.compile(r"^D-\d{4}-")).first)
    v.page.get_by_label("Ou : lettre revenue le").fill(f"{localdate()}")
    v.page.get_by_label("Pourquoi elle est revenue").fill("N'habite pas à l'adresse")
    v.cliquer(v.page.get_by_role("button", name="Noter au registre"))
    assert not v.deborde()
    v.cliquer(v.page.get_by_role("link", name="Renvoyer à une autre adresse"))
    v.page.get_by_label("Adresse postale").fill("9 rue Neuve, 62400 Essai")
    v.page.get_by_label("D'où vient cette adresse").fill("Dite au téléphone")
    assert not v.deborde()
    v.page.get_by_role("button", name="Renvoyer la lettre").click()
    expect(v.page.get_by_text("La lettre repart sous le numéro")).to_be_visible()
    expect(v.page.get_by_text("9 rue Neuve")).to_be_visible()
    assert not v.deborde()


def test_a_letter_is_registered_answered_and_sent_without_a_script(sans_javascript: Visiteur) -> None:
    v = sans_javascript
    chemin = _enregistrer(v)
    v.entrer(AGENT)
    v.ouvrir(chemin).get_by_label("Projet de réponse à l'expéditeur").fill("Le trottoir sera repris lundi.")
    v.page.get_by_role("button", name="Terminer le projet de réponse").click()
    expect(v.page.get_by_text("Le projet part aux étapes suivantes.")).to_be_visible()
    _geste(v, CHEF, chemin, "Viser", "Le visa est donné.")
    v.entrer(DGA)
    v.ouvrir(chemin).get_by_label("Signer avec").select_option("papier")
    v.page.get_by_role("button", name="Signer", exact=True).click()
    expect(v.page.get_by_text("C'est signé.")).to_be_visible()
    _geste(v, BUREAU, chemin, "Expédier et clore", "C'est parti")
    lettre = v.page.get_by_role("link", name=re.compile(r"^lettre")).get_attribute("href") or ""
    reponse = v.page.request.get(v.site + lettre)
    assert reponse.ok and reponse.body().startswith(b"%PDF")
    v.ouvrir("/courriers/departs/?q=parcours")
    expect(v.page.get_by_text("Camille Parcours").first).to_be_visible()
    _renvoyer(v)
    assert v.fautes == []
