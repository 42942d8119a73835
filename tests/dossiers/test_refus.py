"""Each refusal says why. A refused verb writes nothing."""

from collections.abc import Callable
from datetime import timedelta
from typing import Any

import pytest
from django.db.models import F

from buridan.circuits.lecture import lire_circuit
from buridan.dossiers.actions.attendre import demander_complement, mettre_en_attente, reprendre
from buridan.dossiers.actions.clore_autrement import retirer, reunir, transmettre
from buridan.dossiers.actions.decider import decider
from buridan.dossiers.actions.donner_avis import donner_avis
from buridan.dossiers.actions.ecrire import ecrire, message_du_demandeur, relier
from buridan.dossiers.actions.modifier_circuit import deplacer, inserer, passer
from buridan.dossiers.actions.ouvrir import ouvrir
from buridan.dossiers.actions.prendre import prendre, rendre
from buridan.dossiers.actions.prendre_connaissance import prendre_connaissance
from buridan.dossiers.actions.qualifier import qualifier
from buridan.dossiers.actions.reaffecter import reaffecter
from buridan.dossiers.actions.refuser import refuser
from buridan.dossiers.actions.renvoyer import renvoyer
from buridan.dossiers.actions.repondre import repondre
from buridan.dossiers.actions.rouvrir import rouvrir
from buridan.dossiers.actions.signer import signer
from buridan.dossiers.actions.traiter import traiter
from buridan.dossiers.actions.traversee import DejaFait
from buridan.dossiers.actions.valider import valider
from buridan.dossiers.actions.viser import viser
from buridan.dossiers.etats import EtatDossier, Fil, Resultat, SensReponse, TypeEtape
from buridan.dossiers.models import Decision, Dossier, Etape, Message
from buridan.dossiers.routage import Contexte, RouteImpossible
from buridan.journal.models import Ligne
from buridan.outils.verdict import Refus, non
from tests.monde import AT, JOUR, Monde

DEMAIN = JOUR + timedelta(days=1)
LOIN = {"jusquau": JOUR + timedelta(days=9), "motif": "Pièce à venir"}
OUI = {"texte": "Réponse.", "sens": SensReponse.FAVORABLE}

# verb, circuit, étape reached, who may, fields
DECISIONS: list[tuple[Callable[..., Any], str, str, str, dict[str, Any]]] = [
    (qualifier, "simple", "qualification", "accueil1", {}),
    (traiter, "simple", "traitement", "agent1", {"compte_rendu": "Fait."}),
    (viser, "simple", "visa", "chef_voirie", {}),
    (repondre, "simple", "reponse", "agent1", OUI),
    (donner_avis, "parallele", "avis", "chef_voirie", {"avis": Resultat.FAVORABLE}),
    (decider, "parallele", "decision", "dgs", {}),
    (valider, "valide", "validation", "dga", {}),
    (signer, "signe", "signature", "dga", {}),
    (prendre_connaissance, "signe", "information", "agent_proprete", {}),
    (refuser, "simple", "traitement", "agent1", {"motif": "Non."}),
    (renvoyer, "simple", "visa", "chef_voirie", {"motif": "À revoir."}),
]
TOUTES = pytest.mark.parametrize("verbe,circuit,type,qui,champs", DECISIONS, ids=[d[0].__name__ for d in DECISIONS])


def refuse(raison: str, verbe: Callable[..., Any], objet: Any, **champs: Any) -> None:
    """The verb is refused with this reason, and neither the journal nor the decisions move."""
    avant = Ligne.objects.count(), Decision.objects.count(), Message.objects.count()
    with pytest.raises(Refus) as refus:
        verbe(objet, at=AT, **champs)
    assert raison in refus.value.raison
    assert (Ligne.objects.count(), Decision.objects.count(), Message.objects.count()) == avant


@TOUTES
def test_a_stranger_is_told_whose_etape_it_is(
    monde: Monde, verbe: Any, circuit: str, type: str, qui: str, champs: Any
) -> None:
    etape = monde.mener(monde.ouvrir(circuit), type)
    refuse("Cette étape revient à : ", verbe, etape, by=monde.par("etranger"), **champs)


@TOUTES
def test_a_second_time_is_told_that_it_is_done(
    monde: Monde, verbe: Any, circuit: str, type: str, qui: str, champs: Any
) -> None:
    etape = monde.mener(monde.ouvrir(circuit), type)
    verbe(etape, by=monde.par(qui), at=AT, **champs)
    with pytest.raises(DejaFait, match="C'est déjà fait"):
        verbe(etape, by=monde.par(qui), at=AT, **champs)
    assert Decision.objects.filter(etape=etape).count() == 1


@TOUTES
def test_nothing_is_decided_while_the_dossier_waits(
    monde: Monde, verbe: Any, circuit: str, type: str, qui: str, champs: Any
) -> None:
    dossier = monde.ouvrir(circuit)
    etape = monde.mener(dossier, type)
    mettre_en_attente(dossier, by=monde.par("agent1"), at=AT, **LOIN)
    refuse("en attente jusqu'au 19/03/2026", verbe, etape, by=monde.par(qui), **champs)


COLLEGUE = {"accueil1": "accueil2", "agent1": "agent2"}


@TOUTES
def test_a_colleague_who_took_the_etape_keeps_it_while_he_or_she_may_act_on_it(
    monde: Monde, verbe: Any, circuit: str, type: str, qui: str, champs: Any
) -> None:
    etape = monde.mener(monde.ouvrir(circuit), type)
    if qui in COLLEGUE:
        Etape.objects.filter(pk=etape.pk).update(prise_par=monde.personnes[COLLEGUE[qui]])
        refuse("Essai s'en occupe", verbe, etape, by=monde.par(qui), **champs)
    Etape.objects.filter(pk=etape.pk).update(prise_par=monde.personnes["etranger"])  # took it, then left the service
    verbe(etape, by=monde.par(qui), at=AT, **champs)


@pytest.mark.parametrize("verbe,champs", [(v, c) for v, *_r, c in DECISIONS if v not in (renvoyer, refuser, traiter)])
def test_a_verb_only_decides_its_own_type_of_etape(monde: Monde, verbe: Any, champs: Any) -> None:
    etape = monde.mener(monde.ouvrir(), "traitement")
    refuse("ne convient pas à une étape de type traitement", verbe, etape, by=monde.par("agent1"), **champs)


def test_an_etape_to_come_is_not_decided(monde: Monde) -> None:
    etape = Etape.objects.get(dossier=monde.ouvrir(), type="visa")
    refuse("pas encore à faire", viser, etape, by=monde.par("chef_voirie"))


@pytest.mark.parametrize(
    ("verbe", "type", "champs", "raison"),
    [
        (traiter, "traitement", {"compte_rendu": " ", "projet": "\n"}, "Dites ce qui a été fait"),
        (refuser, "traitement", {"motif": " "}, "Écrivez le motif du refus"),
        (renvoyer, "traitement", {"motif": ""}, "Écrivez pourquoi vous renvoyez"),
        (repondre, "reponse", {"texte": " \n", "sens": SensReponse.FAVORABLE}, "ne se clôt pas sans réponse"),
    ],
)
def test_a_verb_asks_for_its_words(monde: Monde, verbe: Any, type: str, champs: Any, raison: str) -> None:
    refuse(raison, verbe, monde.mener(monde.ouvrir(), type), by=monde.par("chef_voirie"), **champs)


@pytest.mark.parametrize("avis", [Resultat.RESERVES, Resultat.DEFAVORABLE])
def test_a_reserve_needs_its_reasons(monde: Monde, avis: Resultat) -> None:
    etape = monde.mener(monde.ouvrir("parallele"), "avis")
    refuse("Expliquez vos réserves", donner_avis, etape, by=monde.par("chef_voirie"), avis=avis)


def test_an_opinion_is_one_of_three(monde: Monde) -> None:
    etape = monde.mener(monde.ouvrir("parallele"), "avis")
    refuse("Choisissez un avis", donner_avis, etape, by=monde.par("chef_voirie"), avis=Resultat.VISEE)


def test_a_qualification_or_an_opinion_is_not_a_refusal(monde: Monde) -> None:
    refuse("On ne refuse que depuis", refuser, monde.etape(monde.ouvrir()), by=monde.par("accueil1"), motif="Non.")
    etape = monde.etape(monde.ouvrir("parallele"))
    refuse("On ne refuse que depuis", refuser, etape, by=monde.par("chef_voirie"), motif="Non.")


def test_the_first_etape_has_nobody_to_be_sent_back_to(monde: Monde) -> None:
    etape = monde.etape(monde.ouvrir())
    refuse("Il n'y a pas d'étape avant celle-ci", renvoyer, etape, by=monde.par("accueil1"), motif="Quoi ?")


def test_sending_back_to_an_etape_of_another_dossier_is_refused(monde: Monde) -> None:
    autre = monde.ouvrir()
    faite = monde.etape(autre)
    qualifier(faite, by=monde.par("accueil1"), at=AT)
    etape = monde.mener(monde.ouvrir(), "visa")
    refuse("Il n'y a pas d'étape avant", renvoyer, etape, by=monde.par("chef_voirie"), motif="Là.", vers=faite)


def test_a_visaed_answer_goes_out_as_it_was_visaed(monde: Monde) -> None:
    etape = monde.mener(monde.ouvrir(), "reponse", "Projet.")
    refuse("Cette réponse a été visée", repondre, etape, by=monde.par("agent1"), texte="Autre.", sens="favorable")


def test_taking_and_giving_back_follow_who_has_it(monde: Monde) -> None:
    etape = monde.mener(monde.ouvrir(), "traitement")
    refuse("Personne n'a pris", rendre, etape, by=monde.par("agent1"))
    refuse("Cette étape revient à : Essai voirie", prendre, etape, by=monde.par("etranger"))
    prendre(etape, by=monde.par("agent1"), at=AT)
    refuse("Vous vous en occupez déjà", prendre, etape, by=monde.par("agent1"))
    refuse("Agent1 Essai s'en occupe", prendre, etape, by=monde.par("agent2"))
    refuse("Seule la personne qui l'a prise", rendre, etape, by=monde.par("agent2"))


def test_giving_an_etape_away_is_for_its_holder_or_its_head(monde: Monde) -> None:
    etape = monde.mener(monde.ouvrir(), "traitement")
    vers = {"entite": monde.entites["proprete"]}
    refuse("Seuls le destinataire de l'étape", reaffecter, etape, by=monde.par("agent_proprete"), **vers)
    refuse("Choisissez la personne ou le service", reaffecter, etape, by=monde.par("agent1"))
    deux = {**vers, "poste": monde.postes["dga"]}
    refuse("Choisissez la personne ou le service", reaffecter, etape, by=monde.par("agent1"), **deux)
    refuse("Choisissez la personne ou le service", reaffecter, etape, by=monde.par("agent1"), poste=-1)
    a_venir = Etape.objects.get(dossier=etape.dossier, type="visa")
    refuse("n'est plus à faire", reaffecter, a_venir, by=monde.par("chef_voirie"), **vers)


def test_waiting_needs_a_coming_day_a_reason_and_a_colleague(monde: Monde) -> None:
    dossier = monde.ouvrir()
    by = monde.par("agent1")
    refuse("dans l'avenir", mettre_en_attente, dossier, by=by, jusquau=JOUR, motif="Pièce")
    refuse("Écrivez pourquoi le dossier attend", mettre_en_attente, dossier, by=by, jusquau=DEMAIN, motif=" ")
    refuse("pas suivi par votre service", mettre_en_attente, dossier, by=monde.par("etranger"), **LOIN)
    refuse("dans l'avenir", demander_complement, dossier, by=by, jusquau=JOUR, texte="Une photo ?")
    refuse("n'est pas en attente", reprendre, dossier, by=by)
    mettre_en_attente(dossier, by=by, at=AT, **LOIN)
    refuse("déjà en attente jusqu'au 19/03/2026", mettre_en_attente, dossier, by=by, **LOIN)
    refuse("déjà en attente", demander_complement, dossier, by=by, jusquau=DEMAIN, texte="Une photo ?")
    refuse("pas suivi par votre service", reprendre, dossier, by=monde.par("etranger"))


def test_a_closed_dossier_is_reopened_by_its_head_only(monde: Monde) -> None:
    dossier, by = monde.clos(), monde.par("agent1")
    autre = monde.ouvrir()
    refuse("Seul le responsable du service peut rouvrir", rouvrir, dossier, by=by, motif="Encore.")
    refuse("Écrivez pourquoi", rouvrir, dossier, by=monde.par("chef_voirie"), motif=" ")
    refuse("Le dossier n'est pas clos", rouvrir, autre, by=monde.par("chef_voirie"), motif="Encore.")


def test_a_closed_dossier_refuses_what_would_close_or_move_it(monde: Monde) -> None:
    dossier, by = monde.clos(), monde.par("agent1")
    autre = monde.ouvrir()
    refuse("Le dossier est clos", mettre_en_attente, dossier, by=by, **LOIN)
    refuse("Le dossier est clos", transmettre, dossier, by=by, administration="Département")
    refuse("Le dossier est clos", reunir, dossier, by=by, principal=autre)
    refuse("Le dossier est déjà clos", retirer, dossier, by=monde.par("accueil1"))
    refuse("Le dossier est clos", ecrire, dossier, by=by, texte="Encore.", fil=Fil.DEMANDEUR)


def test_withdrawing_is_for_the_author_or_the_front_desk(monde: Monde) -> None:
    refuse("Seul le demandeur, ou l'accueil", retirer, monde.ouvrir(), by=monde.par("agent1"))


def test_forwarding_names_the_administration(monde: Monde) -> None:
    refuse("Indiquez l'administration", transmettre, monde.ouvrir(), by=monde.par("agent1"), administration=" ")


def test_joining_needs_another_open_dossier_of_the_same_nature(monde: Monde) -> None:
    dossier, by = monde.ouvrir(), monde.par("agent1")
    refuse("ne se réunit pas à lui-même", reunir, dossier, by=by, principal=dossier)
    refuse("est clos : répondez directement", reunir, dossier, by=by, principal=monde.clos())
    autre = monde.ouvrir()
    refuse("pas suivi par votre service", reunir, dossier, by=monde.par("etranger"), principal=autre)
    Dossier.objects.filter(pk=autre.pk).update(nature="autre")
    refuse("même nature", reunir, dossier, by=by, principal=autre)


def test_a_message_has_words_and_a_dossier_is_not_linked_to_itself(monde: Monde) -> None:
    dossier, by = monde.ouvrir(), monde.par("agent1")
    refuse("Le message est vide", ecrire, dossier, by=by, texte=" ")
    refuse("Votre message est vide", message_du_demandeur, dossier, by=monde.systeme(), texte="\n")
    refuse("pas ouvert à votre service", ecrire, dossier, by=monde.par("etranger"), texte="Oh", fil=Fil.DEMANDEUR)
    refuse("ne se lie pas à lui-même", relier, dossier, by=by, vers=dossier)


def test_the_coming_etapes_are_changed_by_the_head_only_and_the_answer_stays(monde: Monde) -> None:
    dossier, chef = monde.ouvrir(), monde.par("chef_voirie")
    par_type = {e.type: e for e in Etape.objects.filter(dossier=dossier)}
    neuf = {"type": TypeEtape.AVIS, "titre": "Avis", "delai": "1 mois", "entite": monde.entites["proprete"]}
    seul = "Seul le responsable du service, ou une personne habilitée"
    refuse(seul, inserer, dossier, by=monde.par("agent1"), **neuf)
    refuse(seul, passer, par_type["visa"], by=monde.par("agent1"), motif="x")
    refuse(seul, deplacer, par_type["visa"], by=monde.par("agent1"), avant=par_type["traitement"], motif="x")
    refuse("On n'ajoute ni qualification", inserer, dossier, by=chef, **{**neuf, "type": TypeEtape.REPONSE})
    refuse("Choisissez la personne", inserer, dossier, by=chef, **{**neuf, "entite": None})
    refuse("avant la réponse", inserer, dossier, by=chef, **neuf, apres=par_type["reponse"])
    refuse("1 demande = 1 réponse", passer, par_type["reponse"], by=chef, motif="x")
    refuse("Seule une étape à venir", passer, par_type["qualification"], by=chef, motif="x")
    refuse("Écrivez pourquoi", passer, par_type["visa"], by=chef, motif=" ")
    refuse("Seules les étapes à venir", deplacer, par_type["qualification"], by=chef, avant=par_type["visa"], motif="x")
    refuse("La réponse reste la dernière", deplacer, par_type["reponse"], by=chef, avant=par_type["visa"], motif="x")
    refuse("Écrivez pourquoi", deplacer, par_type["visa"], by=chef, avant=par_type["traitement"], motif=" ")
    monde.mener(dossier, "reponse")
    refuse("La réponse est en cours", inserer, dossier, by=chef, **neuf)


def test_a_coming_etape_of_a_closed_dossier_is_not_changed(monde: Monde) -> None:
    dossier = monde.clos()
    refuse(
        "Le dossier est clos", passer, Etape.objects.get(dossier=dossier, type="visa"), by=monde.par("dga"), motif="x"
    )


def test_a_circuit_without_addressee_names_the_etape(monde: Monde) -> None:
    modele = lire_circuit(
        '[circuit]\ncode="x"\ntitre="X"\nnature="essai"\n[[etape]]\nrang=1\ntype="reponse"\ntitre="Répondre"\n'
        'a="poste:essai-personne"\ndelai="1 mois"',
        "x",
    )
    with pytest.raises(RouteImpossible, match="Étape « Répondre » : aucun poste"):
        ouvrir(
            by=monde.par("accueil1"), at=AT, nature="essai", objet="x", contenu="", circuit=(modele, 1),
            contexte=Contexte(entite=monde.entites["voirie"]),
        )  # fmt: skip
    assert not Dossier.objects.filter(circuit="x", etat=EtatDossier.OUVERT).exists()


def test_a_refusal_always_has_its_reason() -> None:
    with pytest.raises(AssertionError):
        non(" ")


def test_a_visaed_answer_keeps_its_sense(monde: Monde) -> None:
    dossier = monde.ouvrir()
    etape = monde.mener(dossier, "traitement")
    traiter(etape, by=monde.par("agent1"), at=AT, projet="C'est non.", sens=SensReponse.REFUS)
    etape = monde.mener(dossier, "reponse")
    refuse(
        "Le sens de cette réponse a été visé",
        repondre,
        etape,
        by=monde.par("agent1"),
        texte="C'est non.",
        sens=SensReponse.FAVORABLE,
    )


def test_an_inserted_etape_has_a_delay_that_can_be_read(monde: Monde) -> None:
    champs = {"type": TypeEtape.AVIS, "titre": "Avis", "delai": "bientôt", "entite": monde.entites["proprete"]}
    refuse("délai", inserer, monde.ouvrir(), by=monde.par("chef_voirie"), **champs)


def test_a_reopened_dossier_is_not_sent_back_to_its_old_answer(monde: Monde) -> None:
    dossier = monde.clos()
    rouvrir(dossier, by=monde.par("chef_voirie"), at=AT, motif="Encore.")
    etape = monde.etape(dossier)
    refuse("Il n'y a pas d'étape avant", renvoyer, etape, by=monde.par("chef_voirie"), motif="À vous.")


def test_sending_back_never_waits_for_an_information(monde: Monde) -> None:
    dossier = monde.ouvrir("signe")
    information = monde.etape(dossier, "information")
    prendre_connaissance(information, by=monde.par("agent_proprete"), at=AT)
    Etape.objects.filter(dossier=dossier, type__in=["signature", "reponse"]).update(rang=F("rang") + 1)
    monde.mener(dossier, "signature")
    Etape.objects.filter(pk=information.pk).update(rang=2)
    renvoyer(monde.etape(dossier), by=monde.par("dga"), at=AT, motif="À revoir.")
    assert [e.type for e in monde.etapes(dossier)] == ["traitement"]


def test_sending_back_twice_to_the_same_etape_does_not_double_the_circuit(monde: Monde) -> None:
    dossier = monde.ouvrir()
    monde.mener(dossier, "visa")
    traitement = Etape.objects.get(dossier=dossier, type="traitement")
    for _fois in range(2):
        etape = monde.mener(dossier, "visa")
        renvoyer(etape, by=monde.par("chef_voirie"), at=AT, motif="À revoir.", vers=traitement)
    assert [e.type for e in monde.etapes(dossier)] == ["traitement"]
    assert [e.type for e in monde.etapes(dossier, "a_venir")] == ["visa", "reponse"]
