"""An agent of a service begins a note and writes it; its head sends it; nobody else gains a right."""

from typing import Any

import pytest
from django.db import IntegrityError, transaction
from django.urls import reverse

from buridan.dossiers import rules as coeur
from buridan.dossiers.actions.renvoyer import renvoyer
from buridan.dossiers.actions.traversee import DejaFait
from buridan.dossiers.etats import EtatDossier, TypeEtape
from buridan.notes import rules
from buridan.notes.actions.commencer import Cadre, commencer
from buridan.notes.actions.envoyer import envoyer
from buridan.notes.actions.proposer import proposer
from buridan.notes.actions.redescendre import redescendre, retirer
from buridan.notes.models import Note
from buridan.notes.queries import concernes
from buridan.notifications.models import Notification
from buridan.organisation.acteur import acteur
from buridan.outils.verdict import Refus
from tests.appels.test_appels import connecte
from tests.conftest import Troupe
from tests.notes.ecrits import TEXTES, THEME, a_faire, auteur_de, ecrire, frais, mener, qui_peut

pytestmark = pytest.mark.django_db


def commencee_par_un_agent(troupe: Troupe) -> Note:
    agent = troupe.present("voirie")
    cadre = Cadre("information", "Pont de la gare", THEME, agent.annuaire.codes_entites["voirie"])
    return commencer(cadre, by=agent, at=troupe.at)


def test_from_its_page_an_agent_begins_writes_and_proposes_then_the_head_sends_and_the_answer_comes_back(
    troupe: Troupe,
) -> None:
    agent, chef = troupe.present("voirie"), troupe.au_poste("resp-voirie")
    c = connecte(agent)
    assert "Écrire une note" in c.get(reverse("notes")).content.decode()
    page = c.get(reverse("note_nouvelle"))
    champs = {
        "genre": "information",
        "objet": "Pont de la gare",
        "theme": THEME,
        "entite": str(page.context["form"].initial["entite"]),
    }
    adresse = c.post(reverse("note_nouvelle"), {**champs, "jeton": page.context["jeton"]})["Location"]
    note = Note.objects.get(redacteur=agent.personne)
    assert (
        note.dossier.createur_id == agent.personne
        and coeur.redaction(note.dossier.etapes.all()).poste_id == note.auteur_id
    )
    ecran = c.get(adresse).content.decode()
    assert (
        "Enregistrer et proposer à mon responsable" in ecran
        and "Enregistrer et envoyer" not in ecran
        and "trois" in ecran
    )
    vide = c.post(adresse, {"proposer": "1"})
    assert vide.status_code == 422 and "pas encore prête" in vide.content.decode()
    ecrire(note, agent, **TEXTES)
    assert c.post(adresse, {"proposer": "1"}).status_code == 302
    assert Notification.objects.filter(personne=chef.personne, texte__contains="vous propose cette note").count() == 1
    du_chef = connecte(chef)
    fiche = du_chef.get(f"/dossiers/{note.dossier.uuid}/").content.decode()
    assert f"Écrite par {agent.nom}" in fiche and "Proposée le" in fiche
    assert du_chef.post(adresse, {"envoyer": "1"}).status_code == 302
    note.refresh_from_db()
    assert (
        note.envoyee_le is not None and "chez" in c.get(reverse("notes")).content.decode()
    )  # the author sees where it is
    assert agent.personne in note.dossier.suiveurs and agent.personne in concernes(note.dossier)
    reponse = mener(troupe, note, TypeEtape.REPONSE)
    redescendre(reponse, by=qui_peut(troupe, reponse), at=troupe.at)
    assert frais(note).etat == EtatDossier.CLOS
    assert Notification.objects.filter(personne=agent.personne, dossier=note.dossier.uuid).exists()


def test_the_agent_writes_but_does_not_send_and_nobody_else_gains_a_right(troupe: Troupe) -> None:
    note = commencee_par_un_agent(troupe)
    agent, etapes = troupe.present("voirie"), list(note.dossier.etapes.all())
    assert rules.peut_rediger(agent, note, etapes) and not coeur.peut_decider(agent, a_faire(note)[0], "traiter")
    for autre in (troupe.present("sports"), troupe.present("accueil"), troupe.au_poste("dgs")):
        assert not rules.peut_rediger(autre, note, etapes) and not rules.peut_proposer(autre, note, etapes)
        assert not rules.peut_retirer(autre, note.dossier), autre
    assert not rules.peut_proposer(auteur_de(troupe, note), note, etapes)  # who sends it does not propose it
    ecrire(note, agent, **TEXTES)
    with pytest.raises(Refus):
        envoyer(a_faire(note)[0], by=agent, at=troupe.at)
    d_un_collegue = Note(redacteur_id=troupe.titulaire("dgs"), dossier=note.dossier)
    assert not rules.redige(agent, d_un_collegue)  # of the same service, not the one who began it
    ailleurs = Note(redacteur_id=agent.personne, dossier=note.dossier)
    ailleurs.dossier.entite_id = troupe.annuaire.codes_entites["sports"]
    assert not rules.redige(agent, ailleurs)  # no more of that service


def test_only_one_s_own_service_and_no_assembly_is_offered(troupe: Troupe) -> None:
    agent = troupe.present("voirie")
    assert rules.services_ouverts(agent) == [troupe.annuaire.codes_entites["voirie"]]
    with pytest.raises(Refus, match="ou le vôtre"):
        commencer(Cadre("information", "x", THEME, troupe.annuaire.codes_entites["sports"]), by=agent, at=troupe.at)
    assert not rules.peut_ecrire_une_note(acteur(troupe.titulaire("adjoint-4"), troupe.at))


def test_the_agent_withdraws_it_before_it_is_sent_and_after(troupe: Troupe) -> None:
    agent = troupe.present("voirie")
    note = commencee_par_un_agent(troupe)
    retirer(note.dossier, by=agent, at=troupe.at)
    assert frais(note).etat == EtatDossier.CLOS
    autre = commencee_par_un_agent(troupe)
    ecrire(autre, agent, **TEXTES)
    envoyer(a_faire(autre)[0], by=auteur_de(troupe, autre), at=troupe.at)
    assert not rules.peut_rediger(agent, autre, list(autre.dossier.etapes.all()))
    retirer(autre.dossier, by=agent, at=troupe.at)
    assert frais(autre).etat == EtatDossier.CLOS


def test_it_is_proposed_once_then_again_once_it_changed_or_came_back(troupe: Troupe) -> None:
    from datetime import timedelta

    agent, note = troupe.present("voirie"), commencee_par_un_agent(troupe)
    ecrire(note, agent, **TEXTES)
    proposer(note.dossier, by=agent, at=troupe.at)
    with pytest.raises(DejaFait, match="déjà proposée"):
        proposer(note.dossier, by=agent, at=troupe.at)
    chef = auteur_de(troupe, note)
    envoyer(a_faire(note)[0], by=chef, at=troupe.at + timedelta(minutes=1))
    with pytest.raises(Refus, match="dans le circuit"):
        proposer(note.dossier, by=agent, at=troupe.at + timedelta(minutes=2))
    visa = a_faire(note)[0]
    renvoyer(visa, by=qui_peut(troupe, visa), at=troupe.at + timedelta(minutes=3), motif="Dites le coût.")
    proposer(note.dossier, by=agent, at=troupe.at + timedelta(minutes=4))


def test_the_database_refuses_a_note_proposed_by_nobody(troupe: Troupe) -> None:
    note: Any = commencee_par_un_agent(troupe)
    with pytest.raises(IntegrityError, match="note_proposee_par_un_agent"), transaction.atomic():
        Note.objects.filter(pk=note.pk).update(redacteur=None, proposee_le=troupe.at)
