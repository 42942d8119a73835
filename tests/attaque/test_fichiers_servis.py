"""Every address that gives something else than a page: it can't act in the browser."""

from typing import Any

import pytest
from django.test import Client

from buridan.interface.politique import adresses
from tests.attaque.parcours import peupler, sorte_de, tout_voir
from tests.conftest import Troupe

pytestmark = pytest.mark.django_db
IMAGES = ("image/png", "image/jpeg", "image/webp")  # made again on reception
# PDF written by us from plain text; browsers don't show a sandboxed one
LETTRES = {
    "suivi_lettre", "lettre", "modele_lettre", "note_pdf", "budget_tableau", "decision_pdf", "appel_pdf", "appel_syndicat_pdf",
    "commande_pdf", "commande_fournisseur_pdf", "courriers", "departs", "courrier_fiche", "depart_lettre", "courrier_lettres",
    "elus_mois",
}  # fmt: skip


def _fautes(nom: str, reponse: Any) -> list[str]:
    genre, envoi = reponse["Content-Type"].partition(";")[0], reponse.get("Content-Disposition", "")
    politique = reponse.get("Content-Security-Policy", "")
    fautes = ["may be sniffed"] if reponse.get("X-Content-Type-Options") != "nosniff" else []
    if nom in LETTRES and genre == "application/pdf":
        return fautes + ([] if "object-src 'none'" in politique else [f"{genre} {politique}"])
    if genre not in IMAGES and not envoi.startswith("attachment"):
        fautes.append(f"{genre} opens in the page ({envoi!r})")
    if "sandbox" not in politique or "default-src 'none'" not in politique:
        fautes.append(f"may act: {politique!r}")
    return fautes + ([] if "no-store" in reponse.get("Cache-Control", "") else ["may be kept on the way"])


def test_whatever_is_served_as_a_file_cannot_act(troupe: Troupe) -> None:
    peupler(troupe, 8)
    _clients, passages = tout_voir(troupe, {"passant", "chef_voirie", "dgs", "qualite"})
    servis = {(sorte_de(a), r["Content-Type"]): r for passage in passages.values() for a, r in passage.fichiers.items()}
    fautes = [f"{sorte} {genre} : {f}" for (sorte, genre), r in servis.items() for f in _fautes(sorte[0], r)]
    assert fautes == []
    noms = {sorte[0] for sorte, _genre in servis}
    assert noms >= {"document", "suivi_document", "lettre", "suivi_lettre", "tableau", "circuit_bpmn"}
    servis_ailleurs = {
        "sante",
        "sante_prete",
        "metriques",
        "rapport_csp",
        "modele_lettre",
        "mfa_download_recovery_codes",
    }
    assert noms <= {str(m.name) for _r, m in adresses()} and not noms & servis_ailleurs


def test_every_page_forbids_what_it_does_not_need(troupe: Troupe) -> None:
    for adresse in ("/", "/suivi/", "/comptes/login/", "/page-absente/"):
        reponse = Client().get(adresse)
        politique = reponse["Content-Security-Policy"]
        for exige in (
            "default-src 'none'",
            "script-src 'self'",
            "object-src 'none'",
            "base-uri 'none'",
            "frame-ancestors 'none'",
            "form-action 'self'",
        ):
            assert exige in politique, adresse
        assert "unsafe" not in politique
        assert reponse["X-Content-Type-Options"] == "nosniff" and reponse["X-Frame-Options"] == "DENY"
