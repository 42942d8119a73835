"""The pages of an order, as its author, its signatory, its supplier and strangers use them."""

import re
from datetime import timedelta
from decimal import Decimal
from html import unescape
from io import BytesIO
from typing import Any

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.template import engines
from django.test import Client
from PIL import Image

from buridan.commandes import liens
from buridan.commandes.actions.arreter import annuler, autoriser
from buridan.commandes.models import Commande, Envoi
from buridan.commandes.queries import bon_signe
from buridan.dossiers.etats import TypeEtape
from buridan.notifications.models import Courriel
from buridan.organisation.acteur import acteur
from buridan.organisation.models import Personne
from buridan.signatures.controle_pdf import controler
from buridan.signatures.essai import PHRASE_D_ESSAI
from buridan.signatures.models import Moyen
from tests.commandes.ecrits import (
    SIRET,
    a_faire,
    a_signer,
    auteur_de,
    commencee,
    ecrite,
    envoyee,
    fraiche,
    ligne,
    mener,
    qui_peut,
    signee,
    signer,
)
from tests.commandes.test_circuit import credits_a
from tests.conftest import Troupe
from tests.lecture_pdf import balises, texte

pytestmark = pytest.mark.django_db


def client(personne: int | None) -> Client:
    c = Client()
    c.force_login(Personne.objects.get(pk=personne), backend="allauth.account.auth_backends.AuthenticationBackend")
    return c


def champs(**plus: Any) -> dict[str, Any]:
    """What the page of preparation sends."""
    return {
        "objet": "Sable", "siret": "732 829 320 00074", "fournisseur": "Artois Matériaux", "famille": "voirie",
        "courriel": "ventes@artois-materiaux.example", "ligne": ligne().pk, "combien": "3",
        "l0-designation": "Sable", "l0-quantite": "2,5", "l0-unite": "t", "l0-prix": "40.10", "l0-taux": "20", **plus,
    }  # fmt: skip


def propre(page: Any) -> str:
    return unescape(page.content.decode()).replace("\u202f", " ").replace("\u00a0", " ")


# --- preparing --------------------------------------------------------------------------------------------------------


def test_an_order_is_begun_written_and_sent_with_its_quote(troupe: Troupe) -> None:
    c = client(troupe.titulaire("agent-voirie-1"))
    c.get("/commandes/nouvelle/")
    service = troupe.annuaire.codes_entites["voirie"]
    suite = c.post("/commandes/nouvelle/", {"objet": "Sable", "entite": service})
    page = propre(c.get(suite["Location"]))
    assert "Aucun montant n'est enregistré" in page and "Qui signera" in page
    image = BytesIO()
    Image.new("RGB", (8, 8)).save(image, "PNG")
    devis = SimpleUploadedFile("devis.png", image.getvalue())
    assert c.post(suite["Location"], champs(fichiers=devis)).status_code == 302
    page = propre(c.get(suite["Location"]))
    assert "120,30 € TTC" in page and "devis.png" in page and "10 000,00" not in page
    assert re.search(
        r"par délégation, arrêté n° 2026-102 du 28/03/2026, jusqu'à 4 000,00 € hors taxes \(cette commande : 100,25 €\)",
        page,
    )
    assert c.post(suite["Location"], champs(envoyer="1")).status_code == 302
    commande = Commande.objects.get(dossier__uuid=suite["Location"].split("/")[2])
    assert commande.soumise_le is not None and commande.siret == SIRET and commande.dossier.documents.count() == 1
    assert (
        c.post(suite["Location"], champs(envoyer="1")).status_code == 409
    )  # in its circuit: nothing is lost, nothing changes


def test_the_main_button_of_a_draft_leads_to_where_it_is_written_and_sends_nothing(
    troupe: Troupe, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(
        engines["django"].engine, "string_if_invalid", ""
    )  # as on a real site: what can't be read is empty
    commande = commencee(troupe)
    adresse = f"/commandes/{commande.dossier.uuid}/preparer/"
    page = propre(client(commande.dossier.createur_id).get(f"/dossiers/{commande.dossier.uuid}/"))
    assert f'<a class="btn btn-primary mb-2" href="{adresse}">Préparer la commande, puis l\'envoyer</a>' in page
    assert "/traiter/" not in page


def test_a_draft_sent_again_with_its_quote_holds_the_quote_once_and_a_wrong_one_is_taken_out(troupe: Troupe) -> None:
    commande = commencee(troupe)
    c, adresse = client(commande.dossier.createur_id), f"/commandes/{commande.dossier.uuid}/preparer/"
    image = BytesIO()
    Image.new("RGB", (8, 8)).save(image, "PNG")
    for _envoi in range(2):
        devis = SimpleUploadedFile("devis.png", image.getvalue())
        assert c.post(adresse, champs(fichiers=devis)).status_code == 302
    joint = commande.dossier.documents.get()
    assert f'name="retirer" value="{joint.uuid}"' in propre(c.get(adresse))
    assert c.post(adresse, champs(retirer=str(joint.uuid))).status_code == 302
    assert not commande.dossier.documents.exists()


def test_nothing_typed_is_lost_when_something_cannot_be_read(troupe: Troupe) -> None:
    commande = commencee(troupe)
    c, adresse = client(commande.dossier.createur_id), f"/commandes/{commande.dossier.uuid}/preparer/"
    faux = champs(siret="123", **{"l0-quantite": "beaucoup", "l1-designation": "Gravier", "livrer_le": "demain"})
    page = c.post(adresse, faux)
    dit = propre(page)
    assert page.status_code == 422
    for phrase in (
        "SIRET n'est pas valable",
        "Écrivez la quantité en chiffres",
        "Écrivez le prix",
        "Écrivez la date comme",
    ):
        assert phrase in dit, phrase
    assert 'value="beaucoup"' in dit and 'value="Gravier"' in dit and 'value="demain"' in dit
    assert not commande.lignes.exists()


def test_what_is_missing_is_said_at_its_field_and_what_was_written_is_kept(troupe: Troupe) -> None:
    commande = commencee(troupe)
    c, adresse = client(commande.dossier.createur_id), f"/commandes/{commande.dossier.uuid}/preparer/"
    page = c.post(adresse, {"objet": "Sable", "siret": SIRET, "combien": "3", "envoyer": "1"})
    assert page.status_code == 422 and 'href="#id_famille"' in propre(page) and 'href="#id_siret"' not in propre(page)
    assert fraiche(commande).siret == SIRET


def test_a_supplier_without_an_e_mail_has_a_postal_address(troupe: Troupe) -> None:
    commande = commencee(troupe)
    c, adresse = client(commande.dossier.createur_id), f"/commandes/{commande.dossier.uuid}/preparer/"
    page = c.post(adresse, champs(courriel="", envoyer="1"))
    assert page.status_code == 422 and 'href="#id_adresse"' in propre(page) and "ne peut pas partir" in propre(page)
    assert c.post(adresse, champs(courriel="", adresse="2 rue du Port", envoyer="1")).status_code == 302


def test_a_supplier_already_known_is_filled_in_from_its_siret(troupe: Troupe) -> None:
    ecrite(troupe)
    commande = commencee(troupe)
    c, adresse = client(commande.dossier.createur_id), f"/commandes/{commande.dossier.uuid}/preparer/"
    assert f'<option value="{SIRET}">' in propre(c.get(adresse))
    c.post(adresse, {"objet": "Sable", "siret": SIRET, "combien": "3"})
    assert fraiche(commande).fournisseur == "Artois Matériaux"


def test_a_second_writer_is_told_and_keeps_what_was_typed(troupe: Troupe) -> None:
    commande = ecrite(troupe)
    c, adresse = client(commande.dossier.createur_id), f"/commandes/{commande.dossier.uuid}/preparer/"
    vu = re.search(r'name="vu" value="(\w+)"', propre(c.get(adresse)))
    assert vu is not None
    assert c.post(adresse, champs(vu=vu[1])).status_code == 302
    page = c.post(adresse, champs(vu=vu[1], objet="Gravier"))
    assert page.status_code == 409 and 'value="Gravier"' in propre(page) and "Quelqu'un d'autre" in propre(page)
    neuf = re.search(r'name="vu" value="(\w+)"', propre(page))
    assert neuf is not None and c.post(adresse, champs(vu=neuf[1], objet="Gravier")).status_code == 302


def test_the_page_says_what_the_credits_lack_and_who_may_let_it_exceed(troupe: Troupe) -> None:
    commande = ecrite(troupe, "800")
    credits_a("100")
    c, adresse = client(commande.dossier.createur_id), f"/commandes/{commande.dossier.uuid}/preparer/"
    assert "860,00 € de trop" in propre(c.get(adresse))
    finances = client(troupe.titulaire("dir-finances")).get(f"/dossiers/{commande.dossier.uuid}/")
    assert "Autoriser le dépassement de crédits" in propre(finances)
    autoriser(commande.dossier, by=troupe.au_poste("dir-finances"), at=troupe.at, motif="Verglas.")
    assert "Le dépassement est autorisé : Verglas." in propre(c.get(adresse))


# --- the dossier, the parapheur, the list -----------------------------------------------------------------------------


def test_it_waits_in_the_parapheur_of_its_signatory_who_signs_there(troupe: Troupe) -> None:
    etape = a_signer(troupe, "5000")
    by = qui_peut(troupe, etape)
    c = client(by.personne)
    assert etape.dossier.reference in propre(c.get("/parapheur/"))
    page = propre(c.get(f"/parapheur/{etape.dossier.uuid}/{etape.pk}/"))
    assert "Artois Matériaux" in page and "6 000,00 € TTC" in page and "après cette commande" in page
    assert "jusqu'à 15 000,00 € hors taxes (cette commande : 5 000,00 €)" in page
    c.post(
        f"/parapheur/{etape.dossier.uuid}/{etape.pk}/signer/",
        {"moyen": "personnel", "phrase": PHRASE_D_ESSAI, "remarque": ""},
    )
    assert fraiche(etape.dossier.commande).signee_le is not None


def test_signed_together_what_the_line_cannot_pay_is_set_aside_and_the_others_are_signed(troupe: Troupe) -> None:
    a, chere, b = (a_signer(troupe, prix) for prix in ("100", "700", "100"))  # 120, 840 and 120 with tax
    credits_a("500")
    c = client(qui_peut(troupe, a).personne)
    envoi = {"geste": "signer", "etape": [a.pk, chere.pk, b.pk]}
    relu = propre(c.get("/parapheur/ensemble/", envoi))
    assert all(e.dossier.reference in relu for e in (a, chere, b)) and "Signer avec" in relu
    fait = propre(c.post("/parapheur/ensemble/", {**envoi, "moyen": Moyen.PAPIER}))
    assert "2 dossiers" in fait and chere.dossier.reference in fait and "crédits" in fait
    assert [fraiche(e.dossier.commande).signee_le is not None for e in (a, chere, b)] == [True, False, True]
    assert ligne().disponible == Decimal("260")
    encore = propre(c.post("/parapheur/ensemble/", {**envoi, "moyen": Moyen.PAPIER}))
    assert "rien n'a été fait deux fois" in encore and ligne().disponible == Decimal("260")


def test_a_batch_shows_to_whom_and_how_much_and_a_passphrase_missing_or_wrong_loses_nothing(troupe: Troupe) -> None:
    etapes = [a_signer(troupe, "5000"), a_signer(troupe, "4500", fournisseur="Nord Enrobés")]
    c = client(qui_peut(troupe, etapes[0]).personne)
    envoi = {"geste": "signer", "etape": [e.pk for e in etapes], "moyen": "personnel", "remarque": "À garder."}
    for page in (c.get("/parapheur/"), c.get("/parapheur/ensemble/", envoi)):
        assert "Artois Matériaux : 6 000,00 € TTC" in propre(page) and "Nord Enrobés : 5 400,00 € TTC" in propre(page)
    for phrase, dit in (("", "Écrivez le mot de passe"), ("autre", "Ce n'est pas le mot de passe")):
        page = c.post("/parapheur/ensemble/", {**envoi, "phrase": phrase})
        lu = propre(page)
        assert page.status_code == 422 and "Rien n'a encore été fait" in lu and "À garder." in lu
        assert lu.count(dit) == 1 and dit in lu.split('phrase_error">')[1][:100]  # beside the field
        assert all(f'name="etape" value="{e.pk}"' in lu for e in etapes)
    fait = propre(c.post("/parapheur/ensemble/", {**envoi, "phrase": PHRASE_D_ESSAI}))
    assert "2 dossiers." in fait and all(fraiche(e.dossier.commande).signee_le for e in etapes)


def test_a_refusal_at_the_signature_says_why_on_the_page_and_holds_nothing(troupe: Troupe) -> None:
    etape = a_signer(troupe, "800")
    credits_a("10")
    c = client(qui_peut(troupe, etape).personne)
    page = c.post(
        f"/dossiers/{etape.dossier.uuid}/etapes/{etape.pk}/signer/",
        {"moyen": "papier", "phrase": "", "remarque": "Vu."},
    )
    assert page.status_code == 409 and "950,00 € de trop" in propre(page) and "Vu." in propre(page)
    assert fraiche(etape.dossier.commande).signee_le is None


def test_an_order_that_looks_split_links_the_others_that_one_may_see(troupe: Troupe) -> None:
    autre = envoyee(troupe, "700")
    commande = ecrite(troupe, "300.01", siret="73282932000082")
    c, uuid = client(commande.dossier.createur_id), commande.dossier.uuid
    for adresse in (f"/commandes/{uuid}/preparer/", f"/dossiers/{uuid}/"):
        lu = propre(c.get(adresse))
        assert "Achat à rapprocher" in lu and f'<a href="/dossiers/{autre.dossier.uuid}/">' in lu


def test_the_list_shows_where_each_stands_and_finds_by_supplier(troupe: Troupe) -> None:
    envoyee(troupe)
    c = client(troupe.titulaire("agent-voirie-1"))
    page = propre(c.get("/commandes/?q=artois"))
    assert "960,00 € TTC" in page and "Visa " in page
    assert "Aucune commande ne correspond" in propre(c.get("/commandes/?q=zzz"))
    assert "Sable" not in propre(client(troupe.present("sports").personne).get("/commandes/"))


# --- paper and supplier -----------------------------------------------------------------------------------------------


def test_signed_by_certificate_it_is_sealed_sent_and_received_once(troupe: Troupe) -> None:
    etape = a_signer(troupe)
    signer(troupe, etape, moyen=Moyen.PERSONNEL, phrase=PHRASE_D_ESSAI)
    commande = fraiche(etape.dossier.commande)
    pdf = bon_signe(commande.dossier)
    assert pdf is not None and controler(pdf, at=troupe.at + timedelta(minutes=5)).valable
    assert commande.envoi == Envoi.COURRIEL and {"/Table", "/TH"} <= set(balises(pdf))
    lu = texte(pdf)
    assert "PROJET" not in lu and "sans valeur juridique" in lu and commande.dossier.reference in lu
    courriel = Courriel.objects.get(dossier=commande.dossier.uuid, destinataire=commande.courriel)
    adresse = f"/commande/{commande.dossier.uuid}/{liens.cle(commande.dossier.uuid)}/"
    assert adresse in courriel.texte
    c = Client()
    assert "J'ai bien reçu ce bon" in propre(c.get(adresse))
    assert fraiche(commande).recue_le is None  # to read is not to receive
    assert c.get(f"{adresse}bon.pdf").content == pdf
    assert c.post(f"{adresse}reception/", {"nom": "", "mot": "Jeudi."}).status_code == 422
    assert c.post(f"{adresse}reception/", {"nom": "Mme Vente", "mot": "Jeudi."}).status_code == 302
    assert c.post(f"{adresse}reception/", {"nom": "Autre"}).status_code == 302
    assert (fraiche(commande).recue_par, fraiche(commande).recue_mot) == ("Mme Vente", "Jeudi.")
    assert "La réception est déjà confirmée" in propre(c.get(adresse))
    assert "Mme Vente" in propre(client(commande.dossier.createur_id).get(f"/dossiers/{commande.dossier.uuid}/"))


def test_the_mail_goes_again_to_another_address_and_not_twice_to_the_same(troupe: Troupe) -> None:
    etape = a_signer(troupe)
    signer(troupe, etape, moyen=Moyen.PERSONNEL, phrase=PHRASE_D_ESSAI)
    commande = fraiche(etape.dossier.commande)
    c, adresse = client(commande.dossier.createur_id), f"/dossiers/{commande.dossier.uuid}/gestes/expedier_commande/"
    for courriel, partis in (
        (commande.courriel, 1),
        ("autre@artois-materiaux.example", 2),
        ("autre@artois-materiaux.example", 2),
    ):
        c.post(adresse, {"envoi": "courriel", "courriel": courriel})
        assert (
            Courriel.objects.filter(dossier=commande.dossier.uuid, sujet__startswith="Bon de commande").count()
            == partis
        )


def test_a_wrong_key_and_an_order_not_signed_open_nothing(troupe: Troupe) -> None:
    commande, c = envoyee(troupe), Client()
    uuid = commande.dossier.uuid
    assert c.get(f"/commande/{uuid}/{liens.cle(uuid)}/").status_code == 404
    signee_ = signee(troupe)
    for suite in ("", "bon.pdf"):
        assert c.get(f"/commande/{signee_.dossier.uuid}/{liens.cle(uuid)}/{suite}").status_code == 404
    assert c.post(f"/commande/{signee_.dossier.uuid}/{liens.cle(uuid)}/reception/", {"nom": "x"}).status_code == 404


def test_the_supplier_of_a_cancelled_order_is_told_not_to_deliver(troupe: Troupe) -> None:
    commande = signee(troupe)
    annuler(commande.dossier, by=auteur_de(troupe, commande), at=troupe.at, motif="Rupture.")
    uuid = commande.dossier.uuid
    page = propre(Client().get(f"/commande/{uuid}/{liens.cle(uuid)}/"))
    assert "Ce bon de commande est annulé" in page and "J'ai bien reçu" not in page


def test_the_paper_says_all_there_is_to_say_and_that_it_is_a_draft(troupe: Troupe) -> None:
    commande = ecrite(troupe, marche="2025-14", precisions="Livrer le matin.")
    pdf = client(commande.dossier.createur_id).get(f"/commandes/{commande.dossier.uuid}/bon.pdf").content
    lu = texte(pdf).replace("\u202f", " ").replace("\u00a0", " ")
    for mot in (
        "PROJET",
        "SIRET 216 201 194 00018",
        "code service FACTURES",
        "numéro d'engagement",
        f"Suivi par : {commande.dossier.createur}",
        commande.dossier.createur.email,
        "Artois Matériaux",
        SIRET,
        "800,00 €",
        "960,00 €",
        "2025-14",
        "Livrer le matin",
        "Centre technique",
    ):
        assert mot in lu, mot


def test_what_is_typed_in_an_order_is_not_evaluated_on_paper(troupe: Troupe) -> None:
    commande = ecrite(troupe, precisions='#read("/etc/passwd") *gras*')
    pdf = client(commande.dossier.createur_id).get(f"/commandes/{commande.dossier.uuid}/bon.pdf").content
    assert '#read("/etc/passwd") *gras*' in texte(pdf)


def test_the_whole_way_by_the_buttons_of_the_dossier(troupe: Troupe) -> None:
    """Engaged, got, invoiced: each by its gesture, as the page sends it."""
    commande = signee(troupe)
    base, jour = f"/dossiers/{commande.dossier.uuid}", troupe.annuaire.jour.isoformat()
    c = client(commande.dossier.createur_id)
    assert c.post(f"{base}/gestes/expedier_commande/", {"envoi": "papier"}).status_code == 302
    etape = a_faire(commande)[0]
    assert c.post(f"{base}/etapes/{etape.pk}/valider/", {"le": jour, "remarque": ""}).status_code == 302
    finances = client(troupe.titulaire("agent-finances-1"))
    assert finances.post(f"{base}/gestes/engager_commande/", {"numero": "E77", "le": jour}).status_code == 302
    etape = mener(troupe, commande, TypeEtape.REPONSE)
    donnees = {"facture": "F-1", "facture_le": jour, "facture_ttc": "960,00"}
    assert finances.post(f"{base}/etapes/{etape.pk}/repondre/", donnees).status_code == 302
    page = propre(c.get(f"{base}/"))
    assert (
        "livrée et facturée" in page
        and "n° E77" in page
        and acteur(commande.dossier.createur_id, troupe.at).nom in page
    )
