"""From the request to the sealed PDF, and what goes wrong on the way."""

import hashlib
import re
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.db import IntegrityError, connection, transaction
from django.test import Client

from buridan.demandes.models import Demande
from buridan.dossiers.actions.clore_autrement import transmettre
from buridan.dossiers.fichiers import Fichier, chemin, joindre
from buridan.dossiers.models import Document
from buridan.journal.models import Ligne
from buridan.notifications.models import Courriel, Notification
from buridan.notifications.tasks import envoyer
from buridan.organisation.acteur import acteur, systeme
from buridan.outils.verdict import Refus
from buridan.signataires import rules
from buridan.signataires.actions.code import envoyer_code, verifier_code
from buridan.signataires.actions.demander import annuler_signature, demander_signature, renvoyer_lien
from buridan.signataires.actions.repondre import refuser_dehors, signer_dehors
from buridan.signataires.actions.suivre import suivre_les_signatures
from buridan.signataires.etats import Etat
from buridan.signataires.models import DemandeSignature, LienSignature
from buridan.signataires.queries import a_signer
from buridan.signatures.confiance import cachet
from buridan.signatures.controle_pdf import controler
from buridan.signatures.essai import Autorite
from buridan.signatures.pades import par_coffre, signer_pdf
from buridan.vieprivee.actions.effacer import _effacer
from buridan.vieprivee.copie import part
from buridan.vieprivee.eliminables import trouver
from tests.attaque.corpus import pdf, png
from tests.conftest import Troupe
from tests.lecture_pdf import lire, texte
from tests.signataires.recueil import (
    COURRIEL,
    actif,
    chef,
    code_recu,
    condense,
    convention,
    demandee,
    entree,
    page_recue,
    reconnue,
    textes,
)
from tests.signatures.test_pades import pdfsig
from tests.signatures.test_signer import client

pytestmark = pytest.mark.django_db


def fin(demande: DemandeSignature) -> DemandeSignature:
    return DemandeSignature.objects.select_related("signe", "preuve", "dossier").get(pk=demande.pk)


def octets(document: Document | None) -> bytes:
    assert document is not None
    return chemin(document.sha256).read_bytes()


def test_a_supplier_signs_from_the_mail_to_the_sealed_pdf(troupe: Troupe, tmp_path: Path) -> None:
    dossier, document = convention(troupe)
    agent = client(chef(troupe))
    assert "Faire signer un document à l'extérieur" in agent.get(f"/dossiers/{dossier.uuid}/").content.decode().replace(
        "&#x27;", "'"
    )
    champs = {"document": document.pk, "nom": "Paule Navarin", "qualite": "présidente", "courriel": COURRIEL, "message": "Merci.",
              "jusquau": (troupe.annuaire.jour + timedelta(days=9)).isoformat()}  # fmt: skip
    for _clic in range(2):
        assert agent.post(f"/signataires/{dossier.uuid}/demander/", champs).status_code == 302
    demande = DemandeSignature.objects.get(dossier=dossier)
    page = agent.get(f"/dossiers/{dossier.uuid}/").content.decode()
    assert "En attente de la signature de Paule Navarin" in page and "a demandé une signature" in page
    assert len(textes()) == 1 and "Merci." in textes()[0]

    dehors = Client()
    adresse = page_recue()
    assert adresse.split("/")[2] not in str(list(Courriel.objects.values())) + str(list(LienSignature.objects.values()))
    avant = dehors.get(adresse)
    assert "convention.pdf" not in avant.content.decode() and "p***@asso.example" in avant.content.decode()
    assert troupe.annuaire.nom_personne(chef(troupe).personne) not in avant.content.decode()
    assert avant["X-Robots-Tag"] == "noindex, nofollow" and "no-store" in avant["Cache-Control"]
    assert dehors.get(f"{adresse}document/").status_code == 302
    dehors.post(f"{adresse}code/")
    assert dehors.post(f"{adresse}verifier/", {"code": code_recu()}).status_code == 302
    vue = dehors.get(adresse).content.decode()
    assert (
        "convention.pdf" in vue
        and document.sha256 in vue
        and "1 page" in vue
        and "signature électronique simple" in vue
    )
    lu = dehors.get(f"{adresse}document/")
    assert b"".join(lu.streaming_content) == octets(document) and lu["Content-Disposition"].startswith("attachment")

    assert dehors.post(f"{adresse}signer/", {"condense": document.sha256}).status_code == 422  # the box is not ticked
    assert fin(demande).etat == Etat.ATTENDUE
    for _clic in range(2):
        assert dehors.post(f"{adresse}signer/", {"condense": document.sha256, "accord": "on"}).status_code == 302
    signee = fin(demande)
    scelle, preuve = octets(signee.signe), octets(signee.preuve)
    assert signee.etat == Etat.SIGNEE and Document.objects.filter(dossier=dossier).count() == 3
    assert scelle.startswith(octets(document)) and len(lire(scelle).pages) == 2
    for fichier in (scelle, preuve):
        assert controler(fichier, at=troupe.at + timedelta(minutes=5)).valable
    assert "Signature is Valid" in pdfsig(scelle, tmp_path)
    bloc = str(lire(scelle).get_fields())
    assert "Paule Navarin" in bloc and "Signature simple" in bloc and "p***@asso.example" in bloc
    dit = texte(preuve).replace(" ", "")
    for mot in (document.sha256, signee.signe.sha256, COURRIEL, "Codereconnule", "nonrecueillie"):  # type: ignore[union-attr]
        assert mot in dit, mot

    apres = dehors.get(adresse).content.decode()
    assert "Vous avez signé ce document" in apres and "Télécharger la copie signée" in apres
    assert "Vous avez signé" in Client().get(adresse).content.decode()
    copie = Courriel.objects.filter(destinataire=COURRIEL).latest("pk")
    assert bytes(copie.piece or b"") == scelle
    page = agent.get(f"/dossiers/{dossier.uuid}/").content.decode()
    assert "Paule Navarin, présidente (à l" in page and "a signé par lien" in page and "la preuve" in page
    assert (
        Notification.objects.filter(personne=chef(troupe).personne, texte__contains="Paule Navarin a signé").count()
        == 1
    )
    assert demande.dossier.etapes.filter(decision__isnull=False).count() == 0  # it decides nothing


def test_a_pdf_brought_with_the_request_is_kept_through_a_mistake_and_joined_once(troupe: Troupe) -> None:
    dossier = troupe.deposer().dossier
    agent, adresse = client(chef(troupe)), f"/signataires/{dossier.uuid}/demander/"
    champs = {"document": "", "nom": "Paule Navarin", "qualite": "", "courriel": COURRIEL, "message": "",
              "jusquau": (troupe.annuaire.jour + timedelta(days=9)).isoformat()}  # fmt: skip
    assert (
        "Choisissez un document du dossier" in agent.post(adresse, champs | {"qualite": "présidente"}).content.decode()
    )
    photo = SimpleUploadedFile("photo.png", png(), "image/png")
    assert "pas un PDF" in agent.post(adresse, {**champs, "fichiers": photo}).content.decode().replace("&#x27;", "'")
    faux = agent.post(adresse, {**champs, "fichiers": SimpleUploadedFile("accord.pdf", pdf(), "application/pdf")})
    assert faux.status_code == 422 and "Déjà reçu" in faux.content.decode()
    trouve = re.search(r'name="gardes" value="([^"]+)"', faux.content.decode())
    assert trouve
    for _clic in range(2):
        assert agent.post(adresse, {**champs, "qualite": "présidente", "gardes": trouve[1]}).status_code == 302
    assert [d.document.nom for d in DemandeSignature.objects.filter(dossier=dossier)] == ["accord.pdf"]
    assert Document.objects.filter(dossier=dossier).count() == 1


def test_who_does_not_sign_says_why_and_the_service_reads_it(troupe: Troupe) -> None:
    demande = demandee(troupe)
    dehors, page = entree()
    trop_tard = Client().post(f"{page}refuser/", {"motif": "Ce que j'ai mis une heure à écrire."})
    assert trop_tard.status_code == 409 and "une heure à écrire" in trop_tard.content.decode()
    vide = dehors.post(f"{page}refuser/", {"motif": "  "})
    assert vide.status_code == 422 and "Dites en quelques mots pourquoi" in vide.content.decode()
    for _clic in range(2):
        assert dehors.post(f"{page}refuser/", {"motif": "L'article 3 est faux."}).status_code == 302
    assert (fin(demande).etat, fin(demande).motif) == (Etat.REFUSEE, "L'article 3 est faux.")
    assert "Vous avez refusé" in dehors.get(page).content.decode()
    assert "article 3 est faux" in client(chef(troupe)).get(f"/dossiers/{demande.dossier.uuid}/").content.decode()
    assert Ligne.objects.filter(chaine=demande.dossier.uuid, verbe="refuser_dehors").count() == 1


def test_what_was_signed_before_stays_good_and_the_next_signs_on_top(troupe: Troupe, tmp_path: Path) -> None:
    coffre = cachet()
    assert coffre is not None
    deja = signer_pdf(pdf(), par_coffre(*coffre), ["Le maire"], place=None, motif="Signature")
    for depart, combien in ((deja, 3), (b"", 2)):
        document = convention(troupe, depart)[1]
        une = demandee(troupe, document=document)
        autre = demandee(troupe, document=document, nom="Sam Autre", courriel="sam@autre.example")
        for demande in (une, autre):
            lien = reconnue(demande, troupe.at)
            signer_dehors(lien, by=systeme(troupe.at), at=troupe.at, condense=a_signer(demande).sha256)
        scelle = octets(fin(autre).signe)
        rapport = controler(scelle, at=troupe.at + timedelta(minutes=5))
        assert rapport.valable and len(rapport.constats) == combien, rapport
        assert pdfsig(scelle, tmp_path).count("Signature is Valid") == combien


def test_what_changed_since_it_was_opened_is_not_signed(troupe: Troupe) -> None:
    document = convention(troupe)[1]
    une, autre = demandee(troupe, document=document), demandee(troupe, document=document, courriel="sam@autre.example")
    dehors, page = entree()
    vu = condense(dehors, page)
    signer_dehors(reconnue(autre, troupe.at), by=systeme(troupe.at), at=troupe.at, condense=document.sha256)
    reponse = dehors.post(f"{page}signer/", {"condense": vu, "accord": "on"})
    assert reponse.status_code == 409 and "Une autre personne a signé" in reponse.content.decode()
    assert "déjà signé" in reponse.content.decode() and condense(dehors, page) == fin(autre).signe.sha256  # type: ignore[union-attr]
    assert fin(une).etat == Etat.ATTENDUE


def test_who_has_a_certificate_brings_the_same_document_back_signed(troupe: Troupe) -> None:
    coffre = cachet()
    assert coffre is not None
    demande = demandee(troupe)
    dehors, page = entree()

    def rapporte(octets_rapportes: bytes) -> Any:
        return dehors.post(
            f"{page}rapporter/", {"fichier": SimpleUploadedFile("retour.pdf", octets_rapportes, "application/pdf")}
        )

    envoye = octets(demande.document)
    par_elle = par_coffre(*coffre)
    bon = signer_pdf(envoye, par_elle, ["Paule Navarin"], place=None, motif="Signature")
    inconnue = Autorite("Inconnue", at=troupe.at - timedelta(days=9)).emettre("Paule Navarin", "phrase")
    sans_confiance = signer_pdf(envoye, par_coffre(inconnue, "phrase"), ["Paule"], place=None, motif="Signature")
    autre = signer_pdf(pdf(lambda p: p.add_blank_page()), par_elle, ["Paule"], place=None, motif="Signature")
    for faux, dit in (
        (envoye, "pas encore signé"),
        (autre, "pas celui que la mairie"),
        (sans_confiance, "pas de celles que la mairie"),
    ):
        reponse = rapporte(faux)
        assert reponse.status_code == 409 and dit in reponse.content.decode().replace("&#x27;", "'"), dit
    assert rapporte(b"rien").status_code == 422 and fin(demande).etat == Etat.ATTENDUE
    for _clic in range(2):
        assert rapporte(bon).status_code == 302
    signee = fin(demande)
    assert (signee.etat, signee.get_moyen_display(), octets(signee.signe)) == (
        Etat.SIGNEE,
        "Avec son propre certificat",
        bon,
    )
    assert "signaturevalable" in texte(octets(signee.preuve)).replace(" ", "")


# --- who has no business here -------------------------------------------------------------------------------------------


def test_a_link_opens_its_own_request_only(troupe: Troupe) -> None:
    """A stranger's key, somebody else's session, a code of another link, no code at all: nothing is read, nothing is signed."""
    sienne, autre = demandee(troupe), demandee(troupe, courriel="sam@autre.example")
    dehors, la_sienne = entree()
    chez_l_autre = page_recue("sam@autre.example")
    assert Client().get("/signer/inconnu/").status_code == 404
    assert Client().post("/signer/inconnu/signer/", {"accord": "on"}).status_code == 404
    for qui, page in (
        (dehors, chez_l_autre),
        (Client(), chez_l_autre),
        (Client(), la_sienne),
    ):  # a link forwarded, once opened
        assert "convention.pdf" not in qui.get(page).content.decode()
        assert qui.get(f"{page}document/").status_code == 302
        for document in (sienne.document, autre.document):
            qui.post(f"{page}signer/", {"condense": document.sha256, "accord": "on"})
        qui.post(f"{page}refuser/", {"motif": "Non."})
    envoyer_code(actif(autre), at=troupe.at)
    with pytest.raises(Refus, match="Demandez-en un autre"):  # hers was used already
        verifier_code(actif(sienne), at=troupe.at, code=code_recu("sam@autre.example"))
    with pytest.raises(Refus, match="demi-heure"):
        signer_dehors(actif(autre), by=systeme(troupe.at), at=troupe.at, condense=autre.document.sha256)
    assert [fin(d).etat for d in (sienne, autre)] == [Etat.ATTENDUE] * 2


def test_a_code_is_guessed_five_times_at_most_and_lasts_ten_minutes(troupe: Troupe) -> None:
    demande, at = demandee(troupe), troupe.at
    lien = actif(demande)
    envoyer_code(lien, at=at)
    juste = code_recu()
    faux = f"{(int(juste) + 1) % 10**6:06d}"
    assert juste not in str(list(Courriel.objects.values())) + str(list(DemandeSignature.objects.values()))
    assert not any(verifier_code(lien, at=at, code=faux) for _ in range(rules.ESSAIS_MAX))
    with pytest.raises(Refus, match="mal écrit trop de fois"):
        verifier_code(lien, at=at, code=juste)
    with pytest.raises(Refus, match="attendez une minute"):
        envoyer_code(lien, at=at)
    plus_tard = at + timedelta(minutes=2)
    envoyer_code(lien, at=plus_tard)
    with pytest.raises(Refus, match="ne vaut plus"):
        verifier_code(lien, at=plus_tard + timedelta(minutes=11), code=code_recu())
    assert verifier_code(lien, at=plus_tard, code=code_recu())
    with pytest.raises(Refus, match="ne vaut plus"):  # once
        verifier_code(lien, at=plus_tard, code=code_recu())
    with pytest.raises(Refus, match="demi-heure"):
        signer_dehors(lien, by=systeme(at), at=plus_tard + timedelta(minutes=31), condense=demande.document.sha256)
    for minute in range(4, 4 + 2 * (rules.CODES_MAX - 2), 2):
        envoyer_code(lien, at=at + timedelta(minutes=minute))
    with pytest.raises(Refus, match="Trop de codes"):
        envoyer_code(lien, at=at + timedelta(hours=1))


def test_one_connection_does_not_try_for_ever(troupe: Troupe) -> None:
    demandee(troupe)
    dehors, page = Client(REMOTE_ADDR="192.0.2.9"), page_recue()
    for _ in range(20):
        dehors.post(f"{page}verifier/", {"code": "000000"})
    assert "quart d" in dehors.post(f"{page}verifier/", {"code": "000000"}).content.decode()


def test_a_new_link_kills_the_former_and_a_cancelled_one_says_why(troupe: Troupe) -> None:
    demande = demandee(troupe)
    ancien = page_recue()
    agent, adresse = client(chef(troupe)), f"/signataires/{demande.dossier.uuid}/{demande.pk}"
    DemandeSignature.objects.filter(pk=demande.pk).update(verifie_le=troupe.at)
    renvoyer_lien(demande, by=chef(troupe), at=troupe.at + timedelta(minutes=5))
    assert page_recue() != ancien and fin(demande).verifie_le is None
    assert "lien plus récent" in Client().get(ancien).content.decode()
    assert Client().post(f"{ancien}code/", follow=True).status_code == 200 and not any(
        "Votre code" in t for t in textes()
    )
    agent.post(f"{adresse}/annuler/")
    agent.post(f"{adresse}/annuler/")
    assert "a annulé cette demande" in Client().get(page_recue()).content.decode()
    assert Ligne.objects.filter(chaine=demande.dossier.uuid, verbe="annuler_signature").count() == 1
    assert "ne vous demande plus de signer" in textes()[-1]
    assert "est terminée" in agent.post(f"{adresse}/renvoyer/", follow=True).content.decode()


def test_only_who_leads_the_dossier_asks(troupe: Troupe) -> None:
    dossier, document = convention(troupe)
    for etranger in (troupe.present("sports"), acteur(troupe.titulaire("agent-accueil-1"), troupe.at)):
        if not rules.peut_demander(etranger, dossier):
            with pytest.raises(Refus):
                demandee(troupe, document=document, by=etranger)
    assert not rules.peut_demander(troupe.present("sports"), dossier)
    apporte = Fichier("a.pdf", "application/pdf", pdf() + b"% never stored")
    with pytest.raises(Refus):
        demander_signature(dossier, by=troupe.present("sports"), at=troupe.at, document=None, fichier=apporte, nom="X", qualite="Y",
                           courriel=COURRIEL, jusquau=troupe.annuaire.jour + timedelta(days=2))  # fmt: skip
    assert not chemin(hashlib.sha256(apporte.octets).hexdigest()).exists()
    assert client(troupe.present("sports")).get(f"/signataires/{dossier.uuid}/demander/").status_code == 404
    autre = convention(troupe)[1]
    reponse = client(chef(troupe)).post(
        f"/signataires/{dossier.uuid}/demander/", {"document": autre.pk, "nom": "À garder"}
    )
    assert reponse.status_code == 422 and "À garder" in reponse.content.decode()
    with pytest.raises(Refus, match="pas de ce dossier"):
        demander_signature(dossier, by=chef(troupe), at=troupe.at, document=autre, nom="X", qualite="Y", courriel=COURRIEL,
                           jusquau=troupe.annuaire.jour + timedelta(days=2))  # fmt: skip
    transmettre(dossier, by=troupe.au_poste("dgs"), at=troupe.at, administration="Département")
    with pytest.raises(Refus, match="clos"):
        demandee(troupe, document=document)
    assert not DemandeSignature.objects.filter(dossier=dossier).exists()


@pytest.mark.parametrize(
    ("octets_du_pdf", "dit"), [(b"%PDF-1.4 x", "ne peut pas recevoir de signature"), (b"", "n'a pas de cachet")]
)
def test_what_could_not_be_sealed_is_refused_to_the_agent_not_to_the_signer(
    octets_du_pdf: bytes, dit: str, troupe: Troupe, settings: Any
) -> None:
    document = convention(troupe, octets_du_pdf)[1]
    settings.DEMO = bool(octets_du_pdf)
    with pytest.raises(Refus, match=dit):
        demandee(troupe, document=document)
    assert textes() == []


# --- time ---------------------------------------------------------------------------------------------------------------


def test_a_link_is_recalled_once_then_expires_and_the_asker_is_told(troupe: Troupe) -> None:
    demande = demandee(troupe)
    ancien = page_recue()

    def le_matin(jours: int) -> int:
        at = troupe.at + timedelta(days=jours)
        return suivre_les_signatures(by=systeme(at), at=at)

    assert [le_matin(j) for j in (1, 10, 11, 12, 14)] == [0, 0, 1, 0, 0]
    assert "attend toujours votre signature" in textes()[-1] and page_recue() != ancien
    assert [le_matin(j) for j in (15, 16)] == [1, 0]
    assert fin(demande).etat == Etat.EXPIREE
    assert Notification.objects.filter(personne=chef(troupe).personne, texte__contains="le lien a expiré").exists()
    assert "Ce lien valait jusqu" in Client().get(page_recue()).content.decode()


def test_a_closed_dossier_kills_its_links_at_once(troupe: Troupe) -> None:
    demande = demandee(troupe)
    dehors, page = entree()
    transmettre(demande.dossier, by=troupe.au_poste("dgs"), at=troupe.at, administration="Département")
    reponse = dehors.post(f"{page}signer/", {"condense": demande.document.sha256, "accord": "on"})
    assert "plus rien à signer" in reponse.content.decode() and reponse.status_code == 409
    assert suivre_les_signatures(by=systeme(troupe.at), at=troupe.at) == 1
    assert fin(demande).etat == Etat.CADUQUE and "plus rien à signer" in textes()[-1]


def test_a_sealed_mail_is_sent_in_clear_then_forgotten(troupe: Troupe, mailoutbox: list[Any]) -> None:
    demandee(troupe)
    page = page_recue()
    envoyer(Courriel.objects.get(destinataire=COURRIEL).pk)
    assert page in next(m for m in mailoutbox if m.to == [COURRIEL]).body
    assert "pas été gardé" in Courriel.objects.get(destinataire=COURRIEL).texte


# --- what holds whatever writes -----------------------------------------------------------------------------------------


def refuse(sql: str, *params: Any) -> str:
    """What the database says to it."""
    with pytest.raises(IntegrityError) as erreur, transaction.atomic(), connection.cursor() as curseur:
        curseur.execute(sql, params)
    return str(erreur.value)


def test_the_database_keeps_what_was_answered(troupe: Troupe) -> None:
    demande, table = demandee(troupe), "signataires_demandesignature"
    ou = f"WHERE id = {demande.pk}"
    ailleurs = convention(troupe)[1]
    assert "demande_signature_prouvee" in refuse(f"UPDATE {table} SET etat = 'signee', finie_le = now() {ou}")
    assert "refus_motive" in refuse(f"UPDATE {table} SET etat = 'refusee', finie_le = now() {ou}")
    assert "finie_datee" in refuse(f"UPDATE {table} SET etat = 'annulee' {ou}")
    assert "trente_jours" in refuse(f"UPDATE {table} SET jusquau = depuis + 31 {ou}")
    assert "ne change pas" in refuse(f"UPDATE {table} SET nom = 'X' {ou}")
    assert "se garde avec son dossier" in refuse(f"DELETE FROM {table} {ou}")
    assert "dans son dossier" in refuse(f"UPDATE {table} SET signe_id = %s {ou}", ailleurs.pk)
    assert "un_lien" in refuse(
        "INSERT INTO signataires_liensignature (demande_id, condense, at, actif) VALUES (%s, 'x', now(), true)",
        demande.pk,
    )
    refuser_dehors(reconnue(demande, troupe.at), by=systeme(troupe.at), at=troupe.at, motif="Non.")
    assert "ne change plus" in refuse(f"UPDATE {table} SET motif = 'Oui.' {ou}")


def test_an_erased_dossier_keeps_nothing_of_who_signed(troupe: Troupe) -> None:
    demande = demandee(troupe)
    signer_dehors(reconnue(demande, troupe.at), by=systeme(troupe.at), at=troupe.at, condense=demande.document.sha256)
    dossier = demande.dossier
    page = page_recue()
    transmettre(dossier, by=troupe.au_poste("dgs"), at=troupe.at, administration="Département")
    dossier.refresh_from_db()
    _effacer(dossier, auteur=None, at=troupe.at, avant=0)
    assert not DemandeSignature.objects.filter(dossier=dossier).exists() and Client().get(page).status_code == 404
    assert (
        not Courriel.objects.filter(destinataire=COURRIEL).exists() and Demande.objects.filter(pk=dossier.pk).exists()
    )
    assert not re.search(
        "Navarin",
        str(list(Ligne.objects.filter(chaine=dossier.uuid, charge__isnull=False).values_list("charge__contenu"))),
    )


def test_who_signed_outside_is_found_by_who_answers_for_personal_data(troupe: Troupe) -> None:
    document = convention(troupe)[1]
    for n in range(2):
        annuler_signature(demandee(troupe, document=document, nom=f"Paule Navarin {n}"), by=chef(troupe), at=troupe.at)
    for mots in (COURRIEL.upper(), "navarin paule"):
        [trouve] = [t for t in trouver(mots, troupe.annuaire.jour) if t.dossier == document.dossier]
        assert trouve.concerne.participant and "doit y signer" in trouve.verdict.raison
    assert "demandé d'y signer" in str(part(trouve.concerne))
    assert not [t for t in trouver("navarin introuvable", troupe.annuaire.jour)]


def test_the_proof_is_no_document_to_sign(troupe: Troupe) -> None:
    demande = demandee(troupe)
    signer_dehors(reconnue(demande, troupe.at), by=systeme(troupe.at), at=troupe.at, condense=demande.document.sha256)
    joindre(demande.dossier, [("autre.pdf", "application/pdf", pdf())], at=troupe.at, par=None, public=False)
    page = client(chef(troupe)).get(f"/signataires/{demande.dossier.uuid}/demander/").content.decode()
    assert "autre.pdf" in page and "convention.pdf" in page and "preuve" not in page.partition("<form")[2]
    annulee = demandee(troupe, document=demande.document, courriel="sam@autre.example")
    annuler_signature(annulee, by=chef(troupe), at=troupe.at)
    assert fin(annulee).etat == Etat.ANNULEE
