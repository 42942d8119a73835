"""The pages of the mails: who reads them, what is typed stays, what is dangerous can't act, the connection is tried."""

from datetime import timedelta
from typing import Any
from uuid import uuid4

import pytest
from django.core import mail as courrier_django
from django.test import Client
from django.utils import timezone

from buridan.courriers.models import Courrier
from buridan.elus.models import DemandeElu
from buridan.journal.models import Ligne
from buridan.messagerie.models import Boite, CourrielRecu
from buridan.messagerie.tasks import lire, relever_les_boites
from buridan.notifications.envois import ecrire_courriel
from buridan.notifications.models import Courriel
from buridan.notifications.tasks import envoyer
from tests.conftest import Troupe
from tests.courriers.lettres import du_courrier, entite
from tests.courriers.test_pages_courriers import entrer
from tests.elus.saisies import ELUE
from tests.elus.saisies import saisie as saisie_elu
from tests.messagerie.courriels import administrateur, boite, du_cabinet, mail, recu
from tests.messagerie.dovecot import MOT_DE_PASSE, Dovecot
from tests.messagerie.hostiles import HOSTILES
from tests.messagerie.test_recevoir import photo

pytestmark = pytest.mark.django_db


def bureau(troupe: Troupe) -> Client:
    return entrer(du_courrier(troupe))


def test_the_queue_is_for_those_who_read_it_and_its_counts_are_true(troupe: Troupe) -> None:
    recu(troupe, mail("Premier"), il_y_a=72)
    recu(troupe, mail("Second"))
    recu(troupe, mail("Absent", entetes={"Auto-Submitted": "auto-replied"}))
    recu(troupe, mail("Pour les élus"), dans=boite(troupe, "elus"))
    page = bureau(troupe).get("/courriels/")
    dit = page.content.decode()
    assert dit.index("Premier") < dit.index("Second") and "Pour les élus" not in dit and "Attend depuis" in dit
    assert [n for _c, _t, n in page.context["onglets"]] == [2, 1, 0, 0]
    assert "Absent" in bureau(troupe).get("/courriels/?vue=automatiques").content.decode()
    cabinet = entrer(du_cabinet(troupe)).get("/courriels/").content.decode()
    assert "Pour les élus" in cabinet and "Premier" not in cabinet
    refus = entrer(troupe.present("voirie")).get("/courriels/")
    assert refus.status_code == 403 and "service courrier" in refus.content.decode()


def test_a_stranger_finds_nothing(troupe: Troupe) -> None:
    courriel = recu(troupe, mail(pieces=[("photo.jpg", "image/jpeg", photo())]))
    piece = courriel.pieces.get()
    autre = entrer(troupe.present("voirie"))
    for fin in ("", "original.eml", f"pieces/{piece.pk}/", "enregistrer/"):
        assert autre.get(f"/courriels/{courriel.uuid}/{fin}").status_code == 404, fin


def test_a_mail_becomes_a_letter_from_a_filled_form_and_a_second_click_shows_it(troupe: Troupe) -> None:
    courriel, client = (
        recu(troupe, mail("Un lampadaire éteint", pieces=[("photo.jpg", "image/jpeg", photo())])),
        bureau(troupe),
    )
    page = client.get(f"/courriels/{courriel.uuid}/enregistrer/")
    form = page.context["form"]
    assert (form["expediteur"].value(), form["courriel"].value(), form["objet"].value(), form["annexes"].value()) == (
        "Camille Essai", "camille@courriel.example", "Un lampadaire éteint", "photo.jpg",
    )  # fmt: skip
    heure = timezone.localtime(courriel.recu_le).strftime("%Y-%m-%dT%H:%M")
    saisie = {
        "jeton": str(uuid4()), "genre": "courriel", "arrive_le": heure, "expediteur": "Camille", "objet": "", "effet": "demande",
        "silence": "rejet", "courriel": "camille@courriel.example", "service": str(entite(troupe, "voirie")),
    }  # fmt: skip
    refus = client.post(f"/courriels/{courriel.uuid}/enregistrer/", saisie)
    assert (
        refus.status_code == 422
        and "Dites l&#x27;objet" in refus.content.decode()
        and "le banc est cassé" in refus.content.decode()
    )
    premier = client.post(f"/courriels/{courriel.uuid}/enregistrer/", {**saisie, "objet": "Un lampadaire"}, follow=True)
    lettre = Courrier.objects.get()
    assert lettre.cote in premier.content.decode() and lettre.accuse_le is not None
    encore = client.post(
        f"/courriels/{courriel.uuid}/enregistrer/", {**saisie, "jeton": str(uuid4()), "objet": "x"}, follow=True
    )
    assert "déjà" in encore.content.decode() and Courrier.objects.count() == 1
    agent = entrer(troupe.present("voirie")).get(f"/courriels/{courriel.uuid}/")
    assert agent.status_code == 200, "who has the letter may read the mail it came from"
    assert "Écarter" not in agent.content.decode()


def test_a_mail_is_set_aside_and_put_back_from_its_page(troupe: Troupe) -> None:
    courriel, client = recu(troupe), bureau(troupe)
    refus = client.post(f"/courriels/{courriel.uuid}/ecarter/", {"motif": ""})
    assert refus.status_code == 422 and "pourquoi" in refus.content.decode()
    client.post(f"/courriels/{courriel.uuid}/ecarter/", {"motif": "Publicité"})
    deux = client.post(f"/courriels/{courriel.uuid}/ecarter/", {"motif": "Publicité"}, follow=True).content.decode()
    assert "Rien n&#x27;a été fait deux fois" in deux
    assert "Publicité" in client.get("/courriels/?vue=ecartes").content.decode()
    client.post(f"/courriels/{courriel.uuid}/remettre/")
    assert CourrielRecu.objects.get().etat == "a_traiter"


def test_a_mail_in_the_wrong_mailbox_goes_to_the_other_office_and_may_come_back(troupe: Troupe) -> None:
    courriel, client, cabinet = recu(troupe, mail("Vœux")), bureau(troupe), entrer(du_cabinet(troupe))
    page = client.get(f"/courriels/{courriel.uuid}/").content.decode()
    assert "Passer au cabinet" in page and "Joindre à un dossier" in page
    passer = f"/courriels/{courriel.uuid}/passer/"
    assert cabinet.post(passer, {"vers": "courrier"}, follow=True).status_code == 200
    fait = client.post(passer, {"vers": "elus"}, follow=True).content.decode()
    assert "passé à l&#x27;autre file" in fait and "Vœux" not in fait
    assert "lue par un autre service" in client.post(passer, {"vers": "elus"}, follow=True).content.decode()
    assert client.get(f"/courriels/{courriel.uuid}/").status_code == 404
    assert "Vœux" in cabinet.get("/courriels/").content.decode()
    page = cabinet.get(f"/courriels/{courriel.uuid}/").content.decode()
    assert "En faire une demande" in page and "Joindre à un dossier" not in page and "Prévenez le cabinet" not in page
    assert "</strong> courriel à traiter" in cabinet.get("/bureau/").content.decode()
    cabinet.post(passer, {"vers": "courrier"})
    assert CourrielRecu.objects.get().passe_a == "" and "Vœux" in client.get("/courriels/").content.decode()
    assert Ligne.objects.filter(chaine=courriel.uuid, verbe="passer_courriel").count() == 2
    assert entrer(troupe.present("voirie")).post(passer, {"vers": "elus"}).status_code == 404


def test_joining_asks_for_a_dossier_that_is_open_to_this_person(troupe: Troupe) -> None:
    dossier = troupe.deposer().dossier
    courriel, client = recu(troupe, mail(f"Re: {dossier.reference}")), bureau(troupe)
    assert f"Joindre au dossier {dossier.reference}" in client.get(f"/courriels/{courriel.uuid}/").content.decode()
    faux = client.post(f"/courriels/{courriel.uuid}/joindre/", {"reference": "26-ZZZZZZ", "pour": "agents"})
    ferme = client.post(
        f"/courriels/{courriel.uuid}/joindre/",
        {"reference": troupe.deposer("aide-sociale", lieu="").dossier.reference, "pour": "agents"},
    )
    assert (faux.status_code, ferme.status_code) == (422, 409)
    for refus in (faux, ferme):
        assert "ne vous est ouvert" in refus.content.decode()
    client.post(f"/courriels/{courriel.uuid}/joindre/", {"reference": dossier.reference.lower(), "pour": "agents"})
    assert CourrielRecu.objects.get().dossier == dossier


@pytest.mark.parametrize(
    "nom", ["HTML that acts", "words in reverse", "a header within a header", "no header", "a form of Typst"]
)
def test_a_hostile_mail_is_shown_as_words_and_its_original_cannot_act(nom: str, troupe: Troupe) -> None:
    courriel, client = recu(troupe, HOSTILES[nom]), bureau(troupe)
    for page in (
        client.get("/courriels/"),
        client.get(f"/courriels/{courriel.uuid}/"),
        client.get(f"/courriels/{courriel.uuid}/enregistrer/"),
    ):
        dit = page.content.decode()
        assert page.status_code == 200 and "alert(" not in dit and "espion.example" not in dit and "\u202e" not in dit
    original = client.get(f"/courriels/{courriel.uuid}/original.eml")
    assert b"".join(original.streaming_content) == HOSTILES[nom]
    assert original["Content-Type"] == "application/octet-stream" and original["Content-Disposition"].startswith(
        "attachment"
    )
    assert "sandbox" in original["Content-Security-Policy"]


def test_the_cabinet_says_who_asked_and_the_address_is_only_a_hint(troupe: Troupe) -> None:
    from buridan.organisation.models import Personne

    elue = Personne.objects.get(pk=troupe.titulaire(ELUE))
    courriel = recu(troupe, mail("Un trou", entetes={"From": f"{elue} <{elue.email}>"}), dans=boite(troupe, "elus"))
    client, adresse = entrer(du_cabinet(troupe)), f"/courriels/{courriel.uuid}/demande/"
    page = client.get(adresse)
    assert str(elue) in page.content.decode() and page.context["form"]["elu"].value() is None
    saisie = {
        "jeton": str(uuid4()),
        "texte": "Un trou devant l'école.",
        "sujet": "voirie",
        "voie": "quotidien",
        "lieu": "",
    }
    assert client.post(adresse, saisie).status_code == 422, "who asked is asked"
    client.post(adresse, {**saisie, "elu": str(elue.pk)})
    assert DemandeElu.objects.get().elu_id == elue.pk
    assert (
        "déjà"
        in client.post(adresse, {**saisie, "elu": str(elue.pk), "jeton": str(uuid4())}, follow=True).content.decode()
    )
    assert DemandeElu.objects.count() == 1


def test_a_mail_too_long_for_a_matter_is_said_to_be_cut(troupe: Troupe) -> None:
    elus = boite(troupe, "elus")
    client = entrer(du_cabinet(troupe))
    for texte, coupe in (("Un trou. " * 700, True), ("Un trou.", False)):
        courriel = recu(troupe, mail("Un trou", texte), dans=elus)
        assert (
            "la fin n'est pas reprise" in client.get(f"/courriels/{courriel.uuid}/demande/").content.decode()
        ) is coupe


def reglage(dovecot: Dovecot, **champs: Any) -> dict[str, Any]:
    valeurs = {
        "adresse": "neuve@ville.example", "usage": "courrier", "hote": "127.0.0.1", "securite": "aucune", "port": dovecot.port,
        "compte": dovecot.compte(), "mot_de_passe": MOT_DE_PASSE, "dossier": "INBOX", "depuis": "2026-01-01", "garde_mois": "12",
        "active": "on",
    }  # fmt: skip
    return {**valeurs, **champs}


def test_a_mailbox_is_declared_tried_and_read(troupe: Troupe, dovecot: Dovecot) -> None:
    client, saisie = entrer(administrateur(troupe)), reglage(dovecot)
    page = client.post("/courriels/boites/nouvelle/", saisie, follow=True).content.decode()
    assert "La connexion marche : 0 courriel" in page and MOT_DE_PASSE not in page
    une = Boite.objects.get()
    assert MOT_DE_PASSE not in client.get(f"/courriels/boites/{une.pk}/").content.decode()
    dovecot.deposer(une.compte, mail("Bonjour"))
    relever_les_boites.func(0)
    relever_les_boites.func(0)
    lire.func(une.pk)
    assert CourrielRecu.objects.get().sujet == "Bonjour"
    assert "1 courriel reçu, 1 à traiter" in client.get("/courriels/boites/").content.decode()


@pytest.mark.parametrize(
    ("champs", "dit"),
    [({"mot_de_passe": "faux"}, "refuse le compte"), ({"dossier": "Absent"}, "n&#x27;existe pas"),
     ({"rangement": "Absent"}, "créez-le"), ({"port": "1"}, "Rien ne répond")],
)  # fmt: skip
def test_trying_says_what_is_wrong(champs: dict[str, str], dit: str, troupe: Troupe, dovecot: Dovecot) -> None:
    client = entrer(administrateur(troupe))
    assert dit in client.post("/courriels/boites/nouvelle/", reglage(dovecot, **champs), follow=True).content.decode()
    assert dit in client.post(f"/courriels/boites/{Boite.objects.get().pk}/essayer/", follow=True).content.decode()


def test_a_refused_form_keeps_the_password_sealed(troupe: Troupe, dovecot: Dovecot) -> None:
    client = entrer(administrateur(troupe))
    page = client.post("/courriels/boites/nouvelle/", reglage(dovecot, hote="imap.ville.example"))
    dit = page.content.decode()
    assert page.status_code == 422 and "en clair sur le réseau" in dit and MOT_DE_PASSE not in dit
    saisie = reglage(dovecot, mot_de_passe="", scelle=page.context["scelle"])
    assert "La connexion marche" in client.post("/courriels/boites/nouvelle/", saisie, follow=True).content.decode()
    ordre = client.post("/courriels/boites/nouvelle/", reglage(dovecot, compte='a" LOGOUT\r\nb'))
    assert "Sans guillemet" in ordre.content.decode()


@pytest.mark.parametrize(
    "hote", ["é.invalid", "x" * 190, "[::1", "http://serveur.invalid/", "a b", "..", "-", "\u202ea.invalid", "a\r\nb"]
)
def test_a_name_that_is_no_server_is_an_answer_and_no_failure(hote: str, troupe: Troupe, dovecot: Dovecot) -> None:
    page = entrer(administrateur(troupe)).post(
        "/courriels/boites/nouvelle/", reglage(dovecot, hote=hote, securite="tls"), follow=True
    )
    assert page.status_code in (200, 422) and (
        "introuvable" in page.content.decode() or "autre chose" in page.content.decode()
    )


def test_a_mailbox_that_is_down_is_said_to_those_who_wait_for_its_mails(troupe: Troupe) -> None:
    une = boite(troupe)
    lire.func(une.pk)
    Boite.objects.update(panne_depuis=timezone.now() - timedelta(hours=2))
    assert "n'est plus lue depuis" in bureau(troupe).get("/courriels/").content.decode()
    assert "boîte en panne" in bureau(troupe).get("/bureau/").content.decode()


def test_a_mail_about_a_dossier_says_where_to_answer(troupe: Troupe) -> None:
    boite(troupe, reponses=True)
    dossier = troupe.deposer().dossier
    ecrire_courriel("agent@ville.example", "Sans dossier", "x", at=troupe.at)
    boite(troupe, "elus")
    ecrire_courriel(
        "elue@ville.example", "Votre demande d'élue", "x", at=troupe.at, dossier=saisie_elu(troupe).dossier.uuid
    )
    for courriel in Courriel.objects.order_by("pk"):
        envoyer.func(courriel.pk)
    par_sujet = {m.subject: m for m in courrier_django.outbox}
    assert par_sujet["Sans dossier"].reply_to == []
    assert par_sujet["Votre demande d'élue"].reply_to == ["elus@ville.example"], "not the mail office"
    autre = next(m for m in par_sujet.values() if dossier.uuid.hex in m.extra_headers["Message-ID"])
    assert autre.reply_to == ["courrier@ville.example"]


def test_the_desk_of_the_mail_office_says_how_many_wait(troupe: Troupe) -> None:
    recu(troupe)
    assert "<strong>1</strong> courriel à traiter" in bureau(troupe).get("/bureau/").content.decode()
    assert "à traiter" not in entrer(troupe.present("voirie")).get("/bureau/").content.decode()
