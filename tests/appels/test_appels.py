"""A call from its first word to the check of the work, and all that goes otherwise."""

from datetime import timedelta
from decimal import Decimal
from typing import Any

import pytest
from django.core import mail
from django.test import Client
from django.urls import reverse

from buridan.appels.actions.controler import controler
from buridan.appels.actions.correspondre import ecrire_au_syndicat, relancer_les_retards
from buridan.appels.actions.demander import demander, ecrire
from buridan.appels.actions.engager import depasser, engager
from buridan.appels.actions.noter import reprendre_la_reponse
from buridan.appels.lien import cle
from buridan.appels.models import Appel, Competence, Genre, Syndicat
from buridan.appels.papier import dernier_signataire
from buridan.appels.queries import enveloppe, reservation_de
from buridan.budget.models import LigneBudget
from buridan.demandes import suivi
from buridan.dossiers.actions.clore_autrement import retirer, reunir
from buridan.dossiers.actions.modifier_circuit import inserer, passer
from buridan.dossiers.actions.refuser import refuser
from buridan.dossiers.actions.renvoyer import renvoyer
from buridan.dossiers.actions.traversee import DejaFait
from buridan.dossiers.etats import EtatEtape, TypeEtape
from buridan.dossiers.models import Dossier, Etape, Message
from buridan.notifications.models import Courriel, Notification
from buridan.notifications.tasks import envoyer
from buridan.organisation.acteur import systeme
from buridan.organisation.models import Absence, Personne
from buridan.outils.verdict import Refus
from tests.appels.essais import (
    ECLAIRAGE,
    a_faire,
    accepte,
    demande_de,
    dire,
    ecrit,
    envoye,
    frais,
    mener,
    qui_peut,
    saisie,
)
from tests.conftest import Troupe

pytestmark = pytest.mark.django_db


def page_de_suivi(demande: Dossier) -> str:
    return reverse("suivi", kwargs={"uuid": demande.uuid, "cle": suivi.cle(demande.uuid)})


def page_du_syndicat(appel: Appel) -> str:
    return reverse("appel_syndicat", kwargs={"uuid": appel.dossier.uuid, "cle": cle(appel.dossier.uuid)})


def connecte(by: Any) -> Client:
    client = Client()
    client.force_login(
        Personne.objects.get(pk=by.personne), backend="allauth.account.auth_backends.AuthenticationBackend"
    )
    return client


def enveloppe_de(montant: int) -> None:
    """What the finance system says of the lamps' envelope."""
    code = Competence.objects.get(code=ECLAIRAGE).ligne
    LigneBudget.objects.filter(code=code).update(credits=montant)


# --- all goes well ----------------------------------------------------------------------------------------------------


def test_a_request_becomes_a_call_that_is_signed_sent_done_checked_and_told(troupe: Troupe, client: Client) -> None:
    demande = demande_de(troupe)
    appel, page = ecrit(troupe, origine=demande), page_de_suivi(demande)
    assert a_faire(appel).type == TypeEtape.VISA
    assert "est en préparation" in client.get(page).content.decode()
    mener(troupe, appel, TypeEtape.TRAITEMENT)
    appel = frais(appel)
    tenue = reservation_de(appel.dossier)
    assert tenue is not None and tenue.montant == Decimal(350)
    assert "a été transmise au syndicat" in client.get(page).content.decode()
    jour = troupe.annuaire.jour + timedelta(days=9)
    dire(troupe, appel, Genre.ACCEPTEE, jour=jour)
    assert f"intervention prévue le {jour:%d/%m/%Y}" in client.get(page).content.decode()
    etape = a_faire(appel)
    assert etape.type == TypeEtape.REPONSE and etape.echeance is not None and etape.echeance > jour
    dire(troupe, appel, Genre.FAITE, jour=troupe.annuaire.jour)
    etape = a_faire(appel)
    controler(etape, by=qui_peut(troupe, etape), at=troupe.at, faite_le=troupe.annuaire.jour, cout=Decimal("312.50"))
    appel, tenue = frais(appel), reservation_de(appel.dossier)
    assert appel.fini_le and appel.dossier.etat == "clos"
    assert tenue is not None and tenue.montant == Decimal("312.50")
    vue = enveloppe(appel.competence, troupe.annuaire.jour.year)
    assert vue.depense == Decimal("312.50") and vue.votee == vue.engage + vue.depense + vue.reste
    demande.refresh_from_db()
    assert demande.etat == "ouvert" and demande.etapes.filter(etat=EtatEtape.ACTIVE).exists()
    assert "Répondez maintenant" in Message.objects.get(dossier=demande, fil="agents").texte
    assert Notification.objects.filter(dossier=demande.uuid, texte__contains="Répondez maintenant").exists()
    assert "est intervenu" in client.get(page).content.decode()


def test_the_call_leaves_by_email_with_its_pdf_and_the_address_of_its_page(troupe: Troupe) -> None:
    appel = envoye(troupe)
    lettre = Courriel.objects.get(destinataire=appel.competence.syndicat.courriel)
    envoyer(lettre.pk)
    ((nom, pdf, genre),) = mail.outbox[0].attachments
    assert (nom, genre) == (f"appel-{appel.dossier.reference}.pdf", "application/pdf") and bytes(pdf)[:4] == b"%PDF"
    assert page_du_syndicat(appel) in mail.outbox[0].body


def test_two_clicks_lead_from_the_request_to_the_call(troupe: Troupe) -> None:
    demande = demande_de(troupe)
    client = connecte(troupe.present("eclairage-public"))
    adresse = f"{reverse('appel_nouveau')}?de={demande.uuid}"
    assert adresse in client.get(f"/dossiers/{demande.uuid}/").content.decode()
    reponse = client.get(adresse)
    form = reponse.context["form"]
    premier = {nom: form[nom].value() for nom in form.fields}
    assert premier["lieu"] == "12 rue de la Gare" and premier["estimation"] == "350,00" and premier["description"]
    champs = {**premier, "de": demande.uuid, "jeton": reponse.context["jeton"]}
    fait = client.post(reverse("appel_nouveau"), champs)
    appel = Appel.objects.get(origine=demande)
    assert fait["Location"] == f"/dossiers/{appel.dossier.uuid}/"
    assert client.post(reverse("appel_nouveau"), champs)["Location"] == fait["Location"]  # the same form, again
    encore = client.post(reverse("appel_nouveau"), {**champs, "jeton": ""}, follow=True)
    assert f"déjà en cours pour ce dossier : {appel.dossier.reference}" in encore.content.decode()
    assert Appel.objects.filter(origine=demande).count() == 1
    assert adresse not in client.get(f"/dossiers/{demande.uuid}/").content.decode()


def test_the_syndicate_answers_on_its_page_and_nobody_else_reads_it(troupe: Troupe, client: Client) -> None:
    appel, autre = envoye(troupe), ecrit(troupe, lieu="Ailleurs")
    page = page_du_syndicat(appel)
    assert client.get(page).status_code == 200
    assert client.get(page.replace(cle(appel.dossier.uuid), cle(autre.dossier.uuid))).status_code == 404
    assert client.get(page_du_syndicat(autre)).status_code == 404  # not sent
    agent = Client()
    agent.force_login(Personne.objects.get(pk=appel.dossier.createur_id))
    assert ": réponse attendue." in agent.get("/appels/").content.decode()
    manque = client.post(f"{page}reponse/", {"genre": "refusee", "texte": "", "jour": ""})
    assert manque.status_code == 409 and "Écrivez la raison" in manque.content.decode()
    jour = (troupe.annuaire.jour + timedelta(days=3)).isoformat()
    for _clic in range(2):
        assert client.post(f"{page}reponse/", {"genre": "acceptee", "jour": jour}).status_code == 302
    assert frais(appel).prevue_le.isoformat() == jour and appel.echanges.filter(genre=Genre.ACCEPTEE).count() == 1


def test_an_agent_does_not_answer_in_the_place_of_the_syndicate(troupe: Troupe) -> None:
    appel = envoye(troupe)
    client = connecte(troupe.present("eclairage-public"))
    page = page_du_syndicat(appel)
    assert "se note sur" in client.get(page).content.decode()
    client.post(f"{page}reponse/", {"genre": "refusee", "texte": "Non."})
    assert frais(appel).reponse == ""


def test_the_stand_in_of_an_absent_signer_signs_for_him(troupe: Troupe) -> None:
    appel, absent = ecrit(troupe), troupe.titulaire("dga3")
    etape = mener(troupe, appel, TypeEtape.SIGNATURE)
    jour = troupe.annuaire.jour
    Absence.objects.create(personne_id=absent, debut=jour, fin=jour + timedelta(days=3))
    by = qui_peut(Troupe(troupe.at), etape)
    assert by.personne != absent
    engager(etape, by=by, at=troupe.at)
    assert ", pour " in dernier_signataire(frais(appel), by.annuaire)


def test_an_agent_notes_what_the_syndicate_said_on_the_telephone(troupe: Troupe) -> None:
    appel = envoye(troupe)
    dire(troupe, appel, Genre.ACCEPTEE, "Oui, mais pas avant lundi.", par="agent")
    assert frais(appel).reponse == "acceptee" and a_faire(appel).type == TypeEtape.TRAITEMENT  # no date yet
    dire(troupe, appel, Genre.DATE, jour=troupe.annuaire.jour + timedelta(days=4), par="agent")
    assert a_faire(appel).type == TypeEtape.REPONSE
    with pytest.raises(Refus, match="revient à"):
        controler(a_faire(appel), by=troupe.present("sports"), at=troupe.at, cout=Decimal(1))


# --- it is refused, sent back, withdrawn ------------------------------------------------------------------------------


def test_the_finances_send_it_back_and_the_author_writes_it_again(troupe: Troupe) -> None:
    appel = ecrit(troupe)
    mener(troupe, appel, TypeEtape.SIGNATURE)
    signature = a_faire(appel)
    ecriture = Etape.objects.filter(dossier=appel.pk, type=TypeEtape.TRAITEMENT).order_by("rang")[0]
    renvoyer(signature, by=qui_peut(troupe, signature), at=troupe.at, motif="Trop cher.", vers=ecriture)
    etape = a_faire(appel)
    assert etape.titre == ecriture.titre
    ecrire(etape, saisie(estimation=Decimal(280)), by=qui_peut(troupe, etape), at=troupe.at)
    mener(troupe, appel, TypeEtape.TRAITEMENT)
    tenue = reservation_de(frais(appel).dossier)
    assert tenue is not None and tenue.montant == Decimal(280)


def test_a_call_sent_then_corrected_replaces_the_first(troupe: Troupe, client: Client) -> None:
    appel = envoye(troupe)
    etape = a_faire(appel)
    ecriture = Etape.objects.filter(dossier=appel.pk, type=TypeEtape.TRAITEMENT).order_by("rang")[0]
    renvoyer(etape, by=qui_peut(troupe, etape), at=troupe.at, motif="Le devis a doublé.", vers=ecriture)
    assert "n'intervenez pas" in client.get(page_du_syndicat(appel)).content.decode()
    with pytest.raises(Refus, match="n'est pas chez le syndicat"):
        dire(troupe, appel, Genre.ACCEPTEE, jour=troupe.annuaire.jour)
    etape = a_faire(appel)
    ecrire(etape, saisie(estimation=Decimal(700)), by=qui_peut(troupe, etape), at=troupe.at)
    mener(troupe, appel, TypeEtape.TRAITEMENT)
    tenue = reservation_de(frais(appel).dossier)
    assert tenue is not None and tenue.montant == Decimal(700)
    assert Courriel.objects.filter(texte__contains="remplace celui envoyé auparavant").count() == 1


def test_a_refused_visa_ends_it_and_the_request_is_told(troupe: Troupe) -> None:
    demande = demande_de(troupe)
    appel = ecrit(troupe, origine=demande)
    visa = a_faire(appel)
    refuser(visa, by=qui_peut(troupe, visa), at=troupe.at, motif="Le lampadaire est à un particulier.")
    etape = a_faire(appel)
    assert etape.type == TypeEtape.REPONSE
    controler(etape, by=qui_peut(troupe, etape), at=troupe.at, texte=etape.dossier.projet_reponse or "Non.")
    assert frais(appel).fini_le and reservation_de(appel.dossier) is None
    assert "il n'y aura pas d'intervention" in Message.objects.get(dossier=demande).texte


def test_the_syndicate_refuses_and_the_credits_come_back(troupe: Troupe, client: Client) -> None:
    demande = demande_de(troupe)
    appel = envoye(troupe, origine=demande)
    dire(troupe, appel, Genre.REFUSEE, "Ce n'est pas notre réseau.")
    etape = a_faire(appel)
    assert reservation_de(appel.dossier) is None and etape.type == TypeEtape.REPONSE and etape.echeance is not None
    by = qui_peut(troupe, etape)
    controler(etape, by=by, at=troupe.at, texte=etape.dossier.projet_reponse)
    assert frais(appel).dossier.etat == "clos"
    assert "ne peut pas intervenir" in client.get(page_de_suivi(demande)).content.decode()
    assert not Appel.objects.en_cours().filter(pk=appel.pk).exists()
    ecrit(troupe, origine=demande)  # another way may be tried


def test_what_the_syndicate_asks_is_answered_and_its_time_begins_again(troupe: Troupe) -> None:
    appel = envoye(troupe)
    avant = a_faire(appel).echeance
    dire(troupe, appel, Genre.PRECISIONS, "Quel mât ?")
    court = a_faire(appel)
    assert court.echeance < avant
    by = qui_peut(troupe, court)
    for _clic in range(2):
        try:
            ecrire_au_syndicat(court.dossier, by=by, at=troupe.at, texte="Le 118.")
        except DejaFait:
            continue
    assert a_faire(appel).echeance == avant and frais(appel).reponse == ""
    assert appel.echanges.filter(genre=Genre.MESSAGE).count() == 1


def test_a_call_withdrawn_after_it_was_sent_tells_the_syndicate_and_gives_its_credits_back(troupe: Troupe) -> None:
    appel = envoye(troupe)
    retirer(appel.dossier, by=troupe.present("eclairage-public"), at=troupe.at, motif="Réparé par la régie.")
    assert reservation_de(appel.dossier) is None and frais(appel).fini_le
    assert Courriel.objects.filter(texte__contains="retire son appel").count() == 1


@pytest.mark.parametrize("comment", ["retirée", "réunie à une autre"])
def test_those_who_follow_the_call_learn_that_the_request_is_gone(troupe: Troupe, client: Client, comment: str) -> None:
    demande = demande_de(troupe)
    appel = envoye(troupe, origine=demande)
    if comment == "retirée":
        retirer(demande, by=systeme(troupe.at), at=troupe.at)
    else:
        autre = demande_de(troupe)
        reunir(demande, by=troupe.au_poste("dgs"), at=troupe.at, principal=autre)
        assert "a été transmise au syndicat" in client.get(page_de_suivi(autre)).content.decode()
        with pytest.raises(DejaFait, match=appel.dossier.reference):
            ecrit(troupe, origine=autre)
    assert Notification.objects.filter(dossier=appel.dossier.uuid, texte__contains=comment).exists()
    assert frais(appel).dossier.etat == "ouvert" and a_faire(appel)


def test_a_closed_request_leads_to_no_call(troupe: Troupe) -> None:
    demande = demande_de(troupe)
    retirer(demande, by=systeme(troupe.at), at=troupe.at)
    with pytest.raises(Refus, match="est clos"):
        ecrit(troupe, origine=demande)


def test_another_service_makes_no_call_for_this_one(troupe: Troupe) -> None:
    with pytest.raises(Refus, match="Écrivez à ce service"):
        demander(saisie(), by=troupe.present("sports"), at=troupe.at)


def test_a_refusal_noted_by_mistake_is_taken_back_and_its_credits_held_again(troupe: Troupe) -> None:
    appel = envoye(troupe)
    suivi_par = a_faire(appel)
    by = qui_peut(troupe, suivi_par)
    dire(troupe, appel, Genre.REFUSEE, "Non.", par="agent")
    assert reservation_de(appel.dossier) is None
    reprendre_la_reponse(suivi_par, by=by, at=troupe.at, motif="Ils parlaient d'un autre appel.")
    assert reservation_de(appel.dossier) is not None and frais(appel).reponse == ""
    dire(troupe, appel, Genre.REFUSEE, "Non.", par="agent")
    assert frais(appel).reponse == "refusee"


def test_the_town_gives_up_what_it_sent_and_the_syndicate_is_told(troupe: Troupe) -> None:
    appel = envoye(troupe)
    for _pas in range(2):
        etape = a_faire(appel)
        qui = {"by": qui_peut(troupe, etape), "at": troupe.at}
        if etape.type == TypeEtape.TRAITEMENT:
            refuser(etape, motif="La rue sera refaite cet été.", **qui)
        else:
            controler(etape, texte=etape.dossier.projet_reponse, **qui)
    assert frais(appel).fini_le and reservation_de(appel.dossier) is None
    assert Courriel.objects.filter(texte__contains="retire son appel").count() == 1


def test_each_gesture_of_a_call_stands_on_its_page(troupe: Troupe) -> None:
    appel = accepte(troupe)
    page = connecte(troupe.present("eclairage-public")).get(f"/dossiers/{appel.dossier.uuid}/").content.decode()
    for code in ("noter_syndicat", "message_au_syndicat", "faire_reprendre"):
        assert f'id="geste-{code}"' in page
    page = connecte(troupe.au_poste("dir-finances")).get(f"/dossiers/{appel.dossier.uuid}/").content.decode()
    assert 'id="geste-depasser"' in page


# --- money ------------------------------------------------------------------------------------------------------------


def test_a_call_beyond_the_envelope_is_refused_until_somebody_allows_it_with_a_reason(troupe: Troupe) -> None:
    enveloppe_de(300)
    appel = ecrit(troupe)
    etape = mener(troupe, appel, TypeEtape.SIGNATURE)
    by = qui_peut(troupe, etape)
    with pytest.raises(Refus, match="ne suffit pas : il reste"):
        engager(etape, by=by, at=troupe.at)
    with pytest.raises(Refus, match="Vous ne pouvez pas autoriser"):
        depasser(etape.dossier, by=by, at=troupe.at, montant=Decimal(350), motif="Urgent.")
    depasser(etape.dossier, by=troupe.au_poste("dir-finances"), at=troupe.at, montant=Decimal(350), motif="Urgent.")
    engager(etape, by=by, at=troupe.at)
    tenue = reservation_de(appel.dossier)
    assert tenue is not None and tenue.derogation == "Urgent." and frais(appel).envoye_le


def test_work_that_costs_more_than_what_is_left_is_asked_again(troupe: Troupe) -> None:
    enveloppe_de(400)
    appel = accepte(troupe)
    etape = a_faire(appel)
    fin = {"by": qui_peut(troupe, etape), "at": troupe.at, "faite_le": troupe.annuaire.jour, "cout": Decimal(500)}
    with pytest.raises(Refus, match="l'appel coûte 500"):
        controler(etape, **fin)
    depasser(
        etape.dossier, by=troupe.au_poste("dir-finances"), at=troupe.at, montant=Decimal(600), motif="Un mât de plus."
    )
    controler(etape, **fin)
    tenue = reservation_de(appel.dossier)
    assert tenue is not None and (tenue.montant, tenue.derogation) == (Decimal(500), "Un mât de plus.")


def test_work_that_cost_nothing_gives_everything_back(troupe: Troupe) -> None:
    appel = accepte(troupe)
    etape = a_faire(appel)
    controler(etape, by=qui_peut(troupe, etape), at=troupe.at, faite_le=troupe.annuaire.jour, cout=Decimal(0))
    assert reservation_de(appel.dossier) is None and frais(appel).cout == 0


def test_a_competence_without_an_envelope_is_not_signed(troupe: Troupe) -> None:
    Competence.objects.filter(code=ECLAIRAGE).update(ligne="F-0-0")
    etape = mener(troupe, ecrit(troupe), TypeEtape.SIGNATURE)
    with pytest.raises(Refus, match="n'a pas d'enveloppe"):
        engager(etape, by=qui_peut(troupe, etape), at=troupe.at)


def test_nobody_signs_a_call_beyond_the_ceiling_of_a_delegation(troupe: Troupe) -> None:
    etape = mener(troupe, ecrit(troupe, estimation=Decimal(20_000)), TypeEtape.SIGNATURE)
    with pytest.raises(Refus, match="15"):
        engager(etape, by=qui_peut(troupe, etape), at=troupe.at)


# --- lateness, missing data, changed circuits -------------------------------------------------------------------------


def test_a_late_syndicate_is_reminded_once_a_week_and_the_service_told(troupe: Troupe) -> None:
    appel = envoye(troupe)
    assert relancer_les_retards(by=systeme(troupe.at), at=troupe.at) == 0
    for jours, relances in ((30, 1), (31, 1), (38, 2)):
        tard = troupe.at + timedelta(days=jours)
        relancer_les_retards(by=systeme(tard), at=tard)
        assert appel.echanges.filter(genre=Genre.RELANCE).count() == relances
    assert Courriel.objects.filter(texte__contains="Nous n'avons pas encore votre réponse").count() == 2
    assert Notification.objects.filter(dossier=appel.dossier.uuid, texte__contains="en retard, il est relancé").exists()


def test_a_syndicate_without_an_address_is_written_to_by_post(troupe: Troupe) -> None:
    Syndicat.objects.update(courriel="")
    appel = envoye(troupe)
    assert not Courriel.objects.filter(dossier=appel.dossier.uuid).exclude(sujet__startswith="Réponse").exists()
    assert appel.echanges.get().canal == "courrier"
    page = connecte(troupe.present("eclairage-public")).get(f"/dossiers/{appel.dossier.uuid}/").content.decode()
    assert "imprimez l'appel" in page.replace("&#x27;", "'")


def test_the_signature_stays_in_the_circuit_whoever_changes_it(troupe: Troupe) -> None:
    appel = ecrit(troupe)
    signature = Etape.objects.get(dossier=appel.pk, type=TypeEtape.SIGNATURE)
    with pytest.raises(Refus, match="laissez cette étape"):
        passer(signature, by=troupe.au_poste("dgs"), at=troupe.at, motif="Plus vite.")


def test_a_treatment_that_somebody_added_is_done_as_any_other(troupe: Troupe) -> None:
    appel = envoye(troupe)
    etape = a_faire(appel)
    service = etape.entite_id
    inserer(
        appel.dossier, by=troupe.au_poste("dgs"), at=troupe.at, type=TypeEtape.TRAITEMENT, titre="Prévenir les riverains",
        delai="2 jours ouvrés", entite=service, apres=etape,
    )  # fmt: skip
    dire(troupe, appel, Genre.ACCEPTEE, jour=troupe.annuaire.jour + timedelta(days=3))
    ajoutee = a_faire(appel)
    assert ajoutee.titre == "Prévenir les riverains"
    client = connecte(qui_peut(troupe, ajoutee))
    adresse = f"/dossiers/{appel.dossier.uuid}/etapes/{ajoutee.pk}/traiter/"
    assert client.post(adresse, {"compte_rendu": "Fait.", "projet": "", "sens": "favorable"}).status_code == 302
    assert a_faire(appel).type == TypeEtape.REPONSE
