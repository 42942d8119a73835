"""What each verb does when it is allowed. The deferred triggers run at the end of each test: Django checks them."""

from datetime import date, timedelta

import pytest
from django.db import IntegrityError, transaction

from buridan.circuits.catalogue import en_vigueur
from buridan.dossiers.actions import ecriture
from buridan.dossiers.actions.attendre import demander_complement, mettre_en_attente, reprendre
from buridan.dossiers.actions.clore_autrement import retirer, reunir, transmettre
from buridan.dossiers.actions.decider import decider
from buridan.dossiers.actions.donner_avis import donner_avis
from buridan.dossiers.actions.ecrire import ecrire, message_du_demandeur, relier, suivre
from buridan.dossiers.actions.modifier_circuit import deplacer, inserer, passer
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
from buridan.dossiers.etats import EtatDossier, EtatEtape, Fil, Resultat, SensReponse, TypeEtape
from buridan.dossiers.models import Decision, Dossier, Etape, Lien, Message, Reponse
from buridan.dossiers.recit import recit
from buridan.dossiers.routage import Contexte
from buridan.journal.models import Ligne
from buridan.notifications.models import Notification
from buridan.outils.sql import Ecriture
from tests.monde import AT, JOUR, NATURE, Monde


def verbes(dossier: Dossier) -> list[str]:
    """Verbs of the journal, in order."""
    return list(Ligne.objects.filter(chaine=dossier.uuid).order_by("numero").values_list("verbe", flat=True))


def test_opening_makes_the_first_rank_due_and_copies_the_whole_circuit(monde: Monde) -> None:
    dossier = monde.ouvrir()
    assert [(e.rang, e.type, e.etat) for e in Etape.objects.filter(dossier=dossier).order_by("rang")] == [
        (1, "qualification", "active"), (2, "traitement", "a_venir"), (3, "visa", "a_venir"), (4, "reponse", "a_venir"),
    ]  # fmt: skip
    active = monde.etape(dossier)
    assert (active.entite_id, active.echeance, active.urgence_le) == (
        monde.entites["accueil"], date(2026, 3, 11), date(2026, 3, 11),
    )  # fmt: skip
    assert set(dossier.lecteurs) == {monde.entites["voirie"], monde.entites["accueil"]}
    assert verbes(dossier) == ["ouvrir"]
    assert (dossier.circuit, dossier.circuit_version) == ("essai-simple", 1)


@pytest.mark.parametrize(
    ("promis", "legal", "urgent"),
    [
        (date(2026, 3, 5), None, date(2026, 3, 5)),
        (date(2026, 4, 5), date(2026, 3, 8), date(2026, 3, 8)),
        (None, None, date(2026, 3, 11)),
    ],
)
def test_what_is_urgent_is_the_first_of_the_law_the_promise_and_the_deadline(
    promis: date | None, legal: date | None, urgent: date, monde: Monde
) -> None:
    assert monde.etape(monde.ouvrir(promis_le=promis, legal_le=legal)).urgence_le == urgent


def test_opening_draws_another_reference_when_one_is_taken(monde: Monde, monkeypatch: pytest.MonkeyPatch) -> None:
    pris = monde.ouvrir().reference
    tirage = iter([pris, pris, "26-NEUVE2"])
    monkeypatch.setattr("buridan.dossiers.actions.ouvrir.nouvelle_reference", lambda jour: next(tirage))
    assert monde.ouvrir().reference == "26-NEUVE2"


def test_what_was_opened_is_what_stands_in_the_database(monde: Monde) -> None:
    dossier = monde.ouvrir(
        attente_motif='L\'été « à » 100 %, "\\n"\net une autre ligne', suiveurs=[3, 4], legal_le=AT.date()
    )
    lu = Dossier.objects.get(pk=dossier.pk)
    champs = [c.attname for c in Dossier._meta.concrete_fields if not c.generated]
    assert {c: getattr(lu, c) for c in champs} == {c: getattr(dossier, c) for c in champs}


def test_qualifying_makes_the_treatment_due_for_the_service(monde: Monde) -> None:
    dossier = monde.ouvrir()
    qualifier(monde.etape(dossier), by=monde.par("accueil1"), at=AT, prioritaire=True, remarque="Urgent.")
    etape = monde.etape(dossier)
    assert (etape.type, etape.entite_id) == (TypeEtape.TRAITEMENT, monde.entites["voirie"])
    decision = Decision.objects.get(etape__dossier=dossier)
    assert (decision.resultat, decision.texte, decision.par_id) == ("qualifiee", "Urgent.", monde.personnes["accueil1"])
    assert Dossier.objects.get(pk=dossier.pk).prioritaire


def test_qualifying_for_another_service_computes_the_route_again(monde: Monde) -> None:
    dossier = monde.ouvrir()
    entite = monde.entites["proprete"]
    qualifier(
        monde.etape(dossier),
        by=monde.par("accueil1"),
        at=AT,
        contexte=Contexte(entite),
        circuit=en_vigueur("essai-simple"),
    )
    assert [(e.rang, e.type) for e in Etape.objects.filter(dossier=dossier).order_by("rang")] == [
        (1, "qualification"), (2, "traitement"), (3, "visa"), (4, "reponse"),
    ]  # fmt: skip
    assert monde.etape(dossier).entite_id == entite
    assert Etape.objects.get(dossier=dossier, type="visa").poste_id == monde.postes["chef_proprete"]
    assert Dossier.objects.get(pk=dossier.pk).entite_id == entite


def test_treating_keeps_the_draft_and_asks_for_the_visa(monde: Monde) -> None:
    dossier = monde.ouvrir()
    traiter(
        monde.mener(dossier, "traitement"),
        by=monde.par("agent1"),
        at=AT,
        compte_rendu="Rebouché.",
        projet="C'est fait.",
    )
    etape = monde.etape(dossier)
    assert (etape.type, etape.poste_id) == (TypeEtape.VISA, monde.postes["chef_voirie"])
    dossier.refresh_from_db()
    assert (dossier.projet_reponse, dossier.projet_sens, dossier.projet_vise) == ("C'est fait.", "favorable", False)
    recu = Notification.objects.get(personne_id=monde.personnes["chef_voirie"], texte__endswith=" : Viser")
    assert recu.dossier == dossier.uuid


@pytest.mark.parametrize(("remarque", "resultat"), [("", "visee"), ("À surveiller.", "visee_remarque")])
def test_a_visa_freezes_the_draft(monde: Monde, remarque: str, resultat: str) -> None:
    dossier = monde.ouvrir()
    viser(monde.mener(dossier, "visa", "Projet."), by=monde.par("chef_voirie"), at=AT, remarque=remarque)
    assert Decision.objects.get(etape__dossier=dossier, etape__type="visa").resultat == resultat
    dossier.refresh_from_db()
    assert dossier.projet_vise
    assert monde.etape(dossier).type == TypeEtape.REPONSE


def test_a_visa_by_a_stand_in_says_for_whom(monde: Monde) -> None:
    dossier = monde.ouvrir()
    etape = monde.mener(dossier, "visa")
    monde.suppleer("chef_voirie", par="agent2")
    monde.absenter("chef_voirie")
    viser(etape, by=monde.par("agent2"), at=AT)
    decision = Decision.objects.get(etape=etape)
    assert (decision.par_id, decision.pour) == (monde.personnes["agent2"], "pour Chef_voirie Essai, absent·e")


def test_answering_closes_and_tells_the_requester(monde: Monde) -> None:
    dossier = monde.ouvrir()
    etape = monde.mener(dossier, "reponse", "Projet visé.")
    repondre(etape, by=monde.par("agent1"), at=AT, texte=" Projet visé.\n", sens=SensReponse.FAVORABLE)
    dossier.refresh_from_db()
    assert (dossier.etat, dossier.clos_le) == (EtatDossier.CLOS, AT)
    assert Reponse.objects.get(dossier=dossier).texte == "Projet visé."
    assert monde.courrier == [(dossier.pk, f"Réponse à votre demande {dossier.reference}", "Projet visé.")]
    assert not Etape.objects.filter(dossier=dossier, etat__in=["active", "a_venir"]).exists()
    assert verbes(dossier) == ["ouvrir", "qualifier", "traiter", "viser", "repondre"]


def test_a_signature_freezes_the_draft(monde: Monde) -> None:
    dossier = monde.ouvrir("signe")
    signer(monde.mener(dossier, "signature", "Projet."), by=monde.par("dga"), at=AT)
    dossier.refresh_from_db()
    assert dossier.projet_vise
    assert monde.etape(dossier, "reponse")


def test_a_visa_a_validation_and_a_signature_are_three_results(monde: Monde) -> None:
    donnes = []
    for circuit, type, verbe, qui in (
        ("simple", "visa", viser, "chef_voirie"), ("valide", "validation", valider, "dga"), ("signe", "signature", signer, "dga"),
    ):  # fmt: skip
        dossier = monde.ouvrir(circuit)
        etape = monde.mener(dossier, type, "Projet.")
        verbe(etape, by=monde.par(qui), at=AT)
        dossier.refresh_from_db()
        assert dossier.projet_vise
        donnes.append(Decision.objects.get(etape=etape).resultat)
    assert donnes == [Resultat.VISEE, Resultat.VALIDEE, Resultat.SIGNEE]


def test_an_information_never_holds_the_circuit_and_can_be_read_later(monde: Monde) -> None:
    dossier = monde.ouvrir("signe")
    etape = monde.etape(dossier, "information")
    assert monde.mener(dossier, "signature")
    prendre_connaissance(etape, by=monde.par("agent_proprete"), at=AT)
    assert Decision.objects.get(etape=etape).resultat == Resultat.LUE
    assert [e.type for e in monde.etapes(dossier)] == ["signature"]


def test_an_information_unread_at_the_answer_is_dropped(monde: Monde) -> None:
    dossier = monde.clos("signe")
    assert Etape.objects.get(dossier=dossier, type="information").etat == EtatEtape.PASSEE


def test_two_opinions_of_three_are_enough_and_the_third_is_dropped(monde: Monde) -> None:
    dossier = monde.ouvrir("parallele")
    premier, deuxieme, troisieme = monde.etapes(dossier)
    donner_avis(premier, by=monde.par("chef_voirie"), at=AT, avis=Resultat.FAVORABLE)
    assert len(monde.etapes(dossier)) == 2
    donner_avis(deuxieme, by=monde.par("agent_proprete"), at=AT, avis=Resultat.DEFAVORABLE, texte="Trop cher.")
    assert [e.type for e in monde.etapes(dossier)] == ["decision"]
    troisieme.refresh_from_db()
    assert troisieme.etat == EtatEtape.PASSEE
    assert verbes(dossier) == ["ouvrir", "donner_avis", "passer", "donner_avis"]


def test_deciding_asks_for_the_answer(monde: Monde) -> None:
    dossier = monde.ouvrir("parallele")
    etape = monde.mener(dossier, "decision")
    decider(etape, by=monde.par("dgs"), at=AT, texte="D'accord.")
    assert Decision.objects.get(etape=etape).resultat == Resultat.ACCORDEE
    assert [e.type for e in monde.etapes(dossier)] == ["reponse"]


@pytest.mark.parametrize(
    ("circuit", "type", "qui", "suite"),
    [("simple", "traitement", "agent1", "visa"), ("simple", "visa", "chef_voirie", "reponse"),
     ("valide", "validation", "dga", "reponse"), ("signe", "signature", "dga", "reponse"), ("parallele", "decision", "dgs", "reponse")],
)  # fmt: skip
def test_refusing_skips_to_those_who_agree_to_the_answer(
    monde: Monde, circuit: str, type: str, qui: str, suite: str
) -> None:
    dossier = monde.ouvrir(circuit)
    refuser(monde.mener(dossier, type), by=monde.par(qui), at=AT, motif="Ce n'est pas possible.")
    assert [e.type for e in monde.etapes(dossier)] == [suite]
    dossier.refresh_from_db()
    assert dossier.projet_sens == SensReponse.REFUS and "Ce n'est pas possible." in dossier.projet_reponse


def test_sending_back_makes_the_etape_before_due_again_and_tells_its_author(monde: Monde) -> None:
    dossier = monde.ouvrir()
    etape = monde.mener(dossier, "visa", "Projet.")
    Notification.objects.all().delete()
    renvoyer(etape, by=monde.par("chef_voirie"), at=AT, motif="Précisez la date.")
    assert [(e.type, e.etat) for e in Etape.objects.filter(dossier=dossier).order_by("rang")] == [
        ("qualification", "faite"), ("traitement", "faite"), ("visa", "renvoyee"), ("traitement", "active"),
        ("visa", "a_venir"), ("reponse", "a_venir"),
    ]  # fmt: skip
    auteur = Decision.objects.get(etape__dossier=dossier, etape__type="traitement").par_id
    recus = Notification.objects.filter(texte__contains="renvoyé par Chef_voirie")
    assert [n.personne_id for n in recus] == [auteur] or auteur == monde.personnes["chef_voirie"]
    assert monde.mener(dossier, "reponse")


def test_sending_back_to_a_chosen_etape_redoes_all_since(monde: Monde) -> None:
    dossier = monde.ouvrir()
    premiere = monde.etape(dossier)
    etape = monde.mener(dossier, "visa")
    renvoyer(etape, by=monde.par("chef_voirie"), at=AT, motif="Ce n'est pas chez nous.", vers=premiere)
    assert [e.type for e in monde.etapes(dossier)] == ["qualification"]
    assert [e.type for e in monde.etapes(dossier, "a_venir")] == ["traitement", "visa", "reponse"]


def test_sending_back_from_parallel_opinions_redoes_the_whole_rank(monde: Monde) -> None:
    dossier = monde.ouvrir("parallele")
    renvoyer(monde.mener(dossier, "decision"), by=monde.par("dgs"), at=AT, motif="Revoyez le prix.")
    assert [e.type for e in monde.etapes(dossier)] == ["avis"] * 3
    assert monde.mener(dossier, "decision")


def test_an_etape_taken_is_given_back(monde: Monde) -> None:
    dossier = monde.ouvrir()
    etape = monde.mener(dossier, "traitement")
    prendre(etape, by=monde.par("agent1"), at=AT)
    assert monde.etape(dossier).prise_par_id == monde.personnes["agent1"]
    rendre(etape, by=monde.par("agent1"), at=AT)
    assert monde.etape(dossier).prise_par_id is None


def test_an_etape_taken_by_somebody_now_away_can_be_done_by_a_colleague(monde: Monde) -> None:
    dossier = monde.ouvrir()
    etape = monde.mener(dossier, "traitement")
    prendre(etape, by=monde.par("agent1"), at=AT)
    monde.absenter("agent1")
    traiter(etape, by=monde.par("agent2"), at=AT, compte_rendu="Fait.")
    assert Decision.objects.get(etape=etape).par_id == monde.personnes["agent2"]


@pytest.mark.parametrize("qui", ["agent1", "chef_voirie", "dga"])
def test_an_etape_given_to_another_service_is_seen_there(monde: Monde, qui: str) -> None:
    dossier = monde.ouvrir()
    etape = monde.mener(dossier, "traitement")
    avant = monde.etape(dossier).echeance
    reaffecter(etape, by=monde.par(qui), at=AT, entite=monde.entites["proprete"], motif="C'est à eux.")
    etape = monde.etape(dossier)
    assert (etape.entite_id, etape.echeance) == (monde.entites["proprete"], avant)
    assert dossier in Dossier.objects.visibles_par(monde.par("agent_proprete"))


def test_waiting_moves_the_deadlines_by_the_days_spent(monde: Monde) -> None:
    dossier = monde.ouvrir()
    avant = monde.mener(dossier, "traitement").echeance
    mettre_en_attente(dossier, by=monde.par("agent1"), at=AT, jusquau=JOUR + timedelta(days=10), motif="Pièce à venir")
    dossier.refresh_from_db()
    assert (dossier.etat, dossier.attente_depuis, dossier.attente_motif) == ("attente", JOUR, "Pièce à venir")
    plus_tard = AT + timedelta(days=6)
    reprendre(dossier, by=monde.par("agent1", plus_tard), at=plus_tard)
    dossier.refresh_from_db()
    assert (dossier.etat, dossier.attente_jusquau) == ("ouvert", None)
    assert avant is not None
    assert monde.etape(dossier).echeance == avant + timedelta(days=6)


def test_a_missing_piece_asked_for_resumes_when_the_requester_answers(monde: Monde) -> None:
    dossier = monde.ouvrir()
    monde.mener(dossier, "traitement")
    jusquau = JOUR + timedelta(days=15)
    demander_complement(dossier, by=monde.par("agent1"), at=AT, jusquau=jusquau, texte="Une photo ?")
    assert Dossier.objects.get(pk=dossier.pk).etat == EtatDossier.ATTENTE
    assert "Merci de répondre avant le 25/03/2026." in monde.courrier[-1][2]
    message_du_demandeur(dossier, by=monde.systeme(), at=AT, texte="La voici.")
    assert Dossier.objects.get(pk=dossier.pk).etat == EtatDossier.OUVERT
    assert list(Message.objects.filter(dossier=dossier).order_by("id").values_list("fil", "par_id")) == [
        (Fil.DEMANDEUR, monde.personnes["agent1"]), (Fil.DEMANDEUR, None),
    ]  # fmt: skip


@pytest.mark.parametrize("qui", ["accueil1", "accueil2"])
def test_the_author_or_the_front_desk_withdraws(monde: Monde, qui: str) -> None:
    dossier = monde.ouvrir()
    reponse = retirer(dossier, by=monde.par(qui), at=AT, motif="Plus besoin.")
    assert (reponse.sens, Dossier.objects.get(pk=dossier.pk).etat) == (SensReponse.RETIREE, EtatDossier.CLOS)
    assert "Plus besoin." in reponse.texte


def test_forwarding_closes_even_a_waiting_dossier(monde: Monde) -> None:
    dossier = monde.ouvrir()
    mettre_en_attente(dossier, by=monde.par("agent1"), at=AT, jusquau=JOUR + timedelta(days=3), motif="Avis demandé")
    reponse = transmettre(dossier, by=monde.par("agent1"), at=AT, administration="Département")
    assert (reponse.sens, Dossier.objects.get(pk=dossier.pk).etat) == (SensReponse.TRANSMISE, EtatDossier.CLOS)


def test_a_joined_dossier_gets_the_answer_of_the_principal(monde: Monde) -> None:
    double, principal = monde.ouvrir(), monde.ouvrir()
    reunir(double, by=monde.par("agent1"), at=AT, principal=principal)
    assert Dossier.objects.get(pk=double.pk).etat == EtatDossier.CLOS
    etape = monde.mener(principal, "reponse")
    repondre(etape, by=monde.par("agent1"), at=AT, texte="Réparé.", sens=SensReponse.FAVORABLE)
    assert [pk for pk, _s, texte in monde.courrier if texte == "Réparé."] == [principal.pk, double.pk]
    assert Message.objects.get(dossier=double).texte == "Réparé."


def test_joining_again_carries_the_earlier_doubles_along(monde: Monde) -> None:
    un, deux, trois = monde.ouvrir(), monde.ouvrir(), monde.ouvrir()
    reunir(un, by=monde.par("agent1"), at=AT, principal=deux)
    reunir(deux, by=monde.par("agent1"), at=AT, principal=trois)
    assert set(Lien.objects.filter(vers=trois).values_list("de_id", flat=True)) == {un.pk, deux.pk}


def test_reopening_starts_a_new_turn_with_the_head(monde: Monde) -> None:
    dossier = monde.clos()
    rouvrir(dossier, by=monde.par("chef_voirie"), at=AT, motif="Le trou est revenu.")
    dossier.refresh_from_db()
    assert (dossier.etat, dossier.tour, dossier.clos_le) == (EtatDossier.OUVERT, 2, None)
    etape = monde.etape(dossier)
    assert (etape.type, etape.poste_id) == (TypeEtape.TRAITEMENT, monde.postes["chef_voirie"])
    traiter(etape, by=monde.par("chef_voirie"), at=AT, compte_rendu="Repris.")
    repondre(
        monde.etape(dossier), by=monde.par("chef_voirie"), at=AT, texte="Encore réparé.", sens=SensReponse.FAVORABLE
    )
    assert list(Reponse.objects.filter(dossier=dossier).order_by("tour").values_list("tour", flat=True)) == [1, 2]


def test_an_etape_inserted_comes_after_those_under_way(monde: Monde) -> None:
    dossier = monde.ouvrir()
    inserer(
        dossier, by=monde.par("chef_voirie"), at=AT, type=TypeEtape.AVIS, titre="Avis propreté",
        delai="2 jours ouvrés", entite=monde.entites["proprete"],
    )  # fmt: skip
    assert [e.type for e in monde.etapes(dossier, "a_venir")] == ["avis", "traitement", "visa", "reponse"]
    assert monde.mener(dossier, "avis").entite_id == monde.entites["proprete"]
    assert monde.mener(dossier, "reponse")


def test_an_etape_to_come_is_skipped_with_a_reason(monde: Monde) -> None:
    dossier = monde.ouvrir()
    visa = Etape.objects.get(dossier=dossier, type="visa")
    passer(visa, by=monde.par("chef_voirie"), at=AT, motif="Sans objet.")
    monde.mener(dossier, "traitement")
    assert monde.mener(dossier, "reponse")
    visa.refresh_from_db()
    assert visa.etat == EtatEtape.PASSEE
    assert not Decision.objects.filter(etape=visa).exists()


def test_an_etape_to_come_is_moved_before_another(monde: Monde) -> None:
    dossier = monde.ouvrir()
    visa = Etape.objects.get(dossier=dossier, type="visa")
    traitement = Etape.objects.get(dossier=dossier, type="traitement")
    deplacer(visa, by=monde.par("chef_voirie"), at=AT, avant=traitement, motif="Plus vite.")
    assert [e.type for e in monde.etapes(dossier, "a_venir")] == ["visa", "traitement", "reponse"]
    assert monde.mener(dossier, "reponse")


def test_a_message_between_agents_stays_inside(monde: Monde) -> None:
    dossier = monde.ouvrir()
    suivre(dossier, by=monde.par("agent2"), at=AT)
    ecrire(dossier, by=monde.par("agent1"), at=AT, texte="Qui y va ?")
    assert monde.courrier == []
    assert Notification.objects.filter(personne_id=monde.personnes["agent2"], texte__contains="message de").count() == 1


def test_a_message_to_the_requester_is_sent(monde: Monde) -> None:
    dossier = monde.ouvrir()
    ecrire(dossier, by=monde.par("agent1"), at=AT, texte="Nous passons lundi.", fil=Fil.DEMANDEUR)
    assert monde.courrier[0][2] == "Nous passons lundi."


def test_following_is_stopped_at_will(monde: Monde) -> None:
    dossier = monde.ouvrir()
    suivre(dossier, by=monde.par("agent2"), at=AT)
    with pytest.raises(DejaFait, match="Vous suivez déjà ce dossier"):
        suivre(dossier, by=monde.par("agent2"), at=AT)
    assert Dossier.objects.get(pk=dossier.pk).suiveurs == [monde.personnes["agent2"]]
    suivre(dossier, by=monde.par("agent2"), at=AT, oui=False)
    assert Dossier.objects.get(pk=dossier.pk).suiveurs == []


def test_two_dossiers_are_linked_once(monde: Monde) -> None:
    un, deux = monde.ouvrir(), monde.ouvrir()
    relier(un, by=monde.par("agent1"), at=AT, vers=deux)
    with pytest.raises(DejaFait, match="est déjà lié à celui-ci"):
        relier(un, by=monde.par("agent1"), at=AT, vers=deux)
    assert Lien.objects.get().genre == Lien.Genre.LIE


def test_an_error_in_the_middle_of_a_verb_leaves_nothing(monde: Monde, monkeypatch: pytest.MonkeyPatch) -> None:
    dossier = monde.ouvrir()
    etape = monde.mener(dossier, "traitement")

    ecrire = ecriture.ecrire

    def ecrire_puis_tomber(ecritures: list[Ecriture]) -> None:
        ecrire(ecritures)
        raise IntegrityError("panne")

    monkeypatch.setattr("buridan.dossiers.actions.ecriture.ecrire", ecrire_puis_tomber)
    with pytest.raises(IntegrityError, match="panne"), transaction.atomic():
        traiter(etape, by=monde.par("agent1"), at=AT, compte_rendu="Fait.", projet="Projet.")
    assert not Decision.objects.filter(etape=etape).exists()
    assert (monde.etape(dossier).pk, Dossier.objects.get(pk=dossier.pk).projet_reponse) == (etape.pk, "")


def test_only_the_perimeter_sees_a_dossier(monde: Monde) -> None:
    dossier = monde.ouvrir("parallele", by="etranger")
    voient = [n for n in monde.personnes if dossier in Dossier.objects.visibles_par(monde.par(n))]
    assert set(voient) == {"dgs", "dga", "chef_voirie", "agent1", "agent2", "chef_proprete", "agent_proprete"}
    assert dossier.nature == NATURE


def test_the_journal_in_words_writes_days_as_people_do(monde: Monde) -> None:
    dossier = monde.ouvrir()
    mettre_en_attente(dossier, by=monde.par("chef_voirie"), at=AT, jusquau=JOUR + timedelta(days=9), motif="Un devis.")
    assert recit(dossier)[0]["details"] == f"motif : Un devis. ; jusqu'au : {JOUR + timedelta(days=9):%d/%m/%Y}"


def test_the_journal_of_a_joined_request_says_when_it_is_answered_with_the_other(monde: Monde) -> None:
    principal, double = monde.ouvrir(), monde.ouvrir()
    reunir(double, by=monde.par("chef_voirie"), at=AT, principal=principal)
    etape = monde.mener(principal, "reponse")
    repondre(etape, by=monde.par("agent1"), at=AT, texte="C'est fait.", sens=SensReponse.FAVORABLE)
    derniere = recit(double)[0]
    assert derniere["quoi"] == "a répondu à cette demande avec une autre"
    assert f"avec : {principal.reference}" in derniere["details"]
    assert [m.texte for m in double.messages.order_by("-id")[:1]] == ["C'est fait."]
