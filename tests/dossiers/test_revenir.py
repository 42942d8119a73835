"""Taking back one's own decision: what comes back, what is told, and when it is too late."""

from typing import Any

import pytest
from django.db import IntegrityError, connection, transaction

from buridan.dossiers.actions.attendre import mettre_en_attente
from buridan.dossiers.actions.donner_avis import donner_avis
from buridan.dossiers.actions.qualifier import qualifier
from buridan.dossiers.actions.refuser import refuser
from buridan.dossiers.actions.renvoyer import renvoyer
from buridan.dossiers.actions.repondre import repondre
from buridan.dossiers.actions.revenir import revenir
from buridan.dossiers.actions.rouvrir import rouvrir
from buridan.dossiers.actions.traiter import traiter
from buridan.dossiers.actions.valider import valider
from buridan.dossiers.actions.viser import viser
from buridan.dossiers.etats import Resultat, SensReponse
from buridan.dossiers.models import Decision, Dossier, Etape
from buridan.dossiers.recit import recit
from buridan.notifications.models import Notification
from buridan.outils.verdict import Refus
from tests.monde import AT, JOUR, Monde

MOTIF = {"at": AT, "motif": "Trop vite."}


def etats(dossier: Dossier) -> list[tuple[str, str]]:
    return [(e.type, e.etat) for e in Etape.objects.filter(dossier=dossier).order_by("rang", "id")]


def traite(monde: Monde, projet: str = "C'est fait.") -> tuple[Dossier, Etape]:
    dossier = monde.ouvrir()
    etape = monde.mener(dossier, "traitement")
    traiter(etape, by=monde.par("agent1"), at=AT, projet=projet, compte_rendu="Fait.")
    return dossier, etape


def test_the_etape_is_to_do_again_and_the_next_one_waits(monde: Monde) -> None:
    dossier, etape = traite(monde)
    encore = revenir(etape, by=monde.par("agent1"), **MOTIF)
    assert etats(dossier) == [
        ("qualification", "faite"), ("traitement", "reprise"), ("traitement", "active"), ("visa", "a_venir"),
        ("reponse", "a_venir"),
    ]  # fmt: skip
    assert Dossier.objects.get(pk=dossier.pk).projet_reponse == "C'est fait."
    traiter(encore, by=monde.par("agent1"), at=AT, projet="C'est vraiment fait.")
    viser(monde.etape(dossier, "visa"), by=monde.par("chef_voirie"), at=AT)
    assert monde.etape(dossier).type == "reponse"


def test_the_journal_says_it_and_who_had_the_next_etape_is_told(monde: Monde) -> None:
    dossier, etape = traite(monde)
    revenir(etape, by=monde.par("agent1"), **MOTIF)
    derniere = recit(Dossier.objects.get(pk=dossier.pk))[0]
    assert derniere["quoi"] == "a repris sa décision" and "Trop vite." in derniere["details"]
    recus = Notification.objects.filter(personne=monde.personnes["chef_voirie"]).order_by("pk")
    assert "revient sur sa décision" in recus[len(recus) - 1].texte
    assert Decision.objects.filter(etape=etape).count() == 1


def test_a_validation_taken_back_frees_the_draft(monde: Monde) -> None:
    dossier = monde.ouvrir("valide")
    etape = monde.mener(dossier, "validation", "Projet.")
    valider(etape, by=monde.par("dga"), at=AT)
    assert Dossier.objects.get(pk=dossier.pk).projet_vise
    revenir(etape, by=monde.par("dga"), **MOTIF)
    assert not Dossier.objects.get(pk=dossier.pk).projet_vise


def test_a_visa_taken_back_frees_the_draft_unless_another_visa_stands(monde: Monde) -> None:
    dossier, _etape = traite(monde)
    visa = monde.etape(dossier, "visa")
    viser(visa, by=monde.par("chef_voirie"), at=AT)
    revenir(visa, by=monde.par("chef_voirie"), **MOTIF)
    assert not Dossier.objects.get(pk=dossier.pk).projet_vise
    encore = monde.etape(dossier, "visa")
    viser(encore, by=monde.par("chef_voirie"), at=AT)
    assert Dossier.objects.get(pk=dossier.pk).projet_vise


def test_a_refusal_taken_back_gives_the_draft_back_and_what_it_had_dropped(monde: Monde) -> None:
    dossier = monde.ouvrir("signe")
    etape = monde.mener(dossier, "traitement")
    avant = etats(dossier)
    refuser(etape, by=monde.par("agent1"), at=AT, motif="Non.")
    revenir(etape, by=monde.par("agent1"), **MOTIF)
    assert sorted(e for e in etats(dossier) if e[1] != "reprise") == sorted(avant)
    lu = Dossier.objects.get(pk=dossier.pk)
    assert (lu.projet_reponse, lu.projet_sens) == ("", "")
    traiter(monde.etape(dossier, "traitement"), by=monde.par("agent1"), at=AT, projet="Oui.", compte_rendu="Oui.")
    reponse = monde.mener(dossier, "reponse")
    assert repondre(reponse, by=monde.par("agent1"), at=AT, texte="Oui.", sens=SensReponse.FAVORABLE)


def test_a_refused_visa_gives_back_the_draft_of_the_service(monde: Monde) -> None:
    dossier, _etape = traite(monde, projet="Accordé.")
    visa = monde.etape(dossier, "visa")
    refuser(visa, by=monde.par("chef_voirie"), at=AT, motif="Non.")
    revenir(visa, by=monde.par("chef_voirie"), **MOTIF)
    lu = Dossier.objects.get(pk=dossier.pk)
    assert (lu.projet_reponse, lu.projet_sens) == ("Accordé.", "favorable")


def test_in_a_rank_that_its_rule_had_closed_the_dropped_votes_come_back(monde: Monde) -> None:
    dossier = monde.ouvrir("parallele")
    avis = {e.titre: e for e in monde.etapes(dossier)}
    donner_avis(avis["Avis de la voirie"], by=monde.par("chef_voirie"), at=AT, avis=Resultat.FAVORABLE)
    donner_avis(avis["Avis de la DGA"], by=monde.par("dga"), at=AT, avis=Resultat.FAVORABLE)
    assert Etape.objects.get(pk=avis["Avis de la propreté"].pk).etat == "passee"
    with pytest.raises(Refus, match="décidée depuis"):
        revenir(avis["Avis de la voirie"], by=monde.par("chef_voirie"), **MOTIF)
    revenir(avis["Avis de la DGA"], by=monde.par("dga"), **MOTIF)
    assert sorted(e.titre for e in monde.etapes(dossier)) == ["Avis de la DGA", "Avis de la propreté"]
    rendu = Etape.objects.get(pk=avis["Avis de la propreté"].pk)
    assert rendu.prochain_rappel is not None and rendu.echeance is not None
    donner_avis(rendu, by=monde.par("agent_proprete"), at=AT, avis=Resultat.FAVORABLE)
    assert [e.type for e in monde.etapes(dossier)] == ["decision"]


def test_a_qualification_taken_back_may_choose_another_service(monde: Monde) -> None:
    dossier = monde.ouvrir()
    etape = monde.etape(dossier)
    qualifier(etape, by=monde.par("accueil1"), at=AT)
    encore = revenir(etape, by=monde.par("accueil1"), **MOTIF)
    assert encore.rang == etape.rang and monde.etape(dossier).pk == encore.pk


def _decide_apres(m: Monde, d: Dossier) -> None:
    viser(m.etape(d, "visa"), by=m.par("chef_voirie"), at=AT)


def _renvoie_apres(m: Monde, d: Dossier) -> None:
    renvoyer(m.etape(d, "visa"), by=m.par("chef_voirie"), at=AT, motif="À revoir.")


def _attente(m: Monde, d: Dossier) -> None:
    mettre_en_attente(d, by=m.par("agent1"), at=AT, jusquau=JOUR.replace(day=28), motif="Pièce")


@pytest.mark.parametrize(
    ("apres", "qui", "raison"),
    [
        (None, "chef_voirie", "Seule la personne qui a décidé"),
        (_decide_apres, "agent1", "décidée depuis"),
        (_renvoie_apres, "agent1", "décidée depuis"),
        (_attente, "agent1", "en attente"),
        (lambda m, d: m.liberer("agent1"), "agent1", "n'agissez plus"),
    ],
)
def test_it_is_refused_with_what_to_do(apres: Any, qui: str, raison: str, monde: Monde) -> None:
    dossier, etape = traite(monde)
    if apres is not None:
        apres(monde, dossier)
    with pytest.raises(Refus, match=raison):
        revenir(etape, by=monde.par(qui), **MOTIF)


def test_an_answer_that_left_is_not_taken_back_even_once_reopened(monde: Monde) -> None:
    dossier = monde.clos()
    reponse = Etape.objects.get(dossier=dossier, type="reponse")
    qui = reponse.decision.par_id
    nom = next(n for n, pk in monde.personnes.items() if pk == qui)
    with pytest.raises(Refus, match="La réponse est partie"):
        revenir(reponse, by=monde.par(nom), **MOTIF)
    rouvrir(dossier, by=monde.par("chef_voirie"), at=AT, motif="Encore.")
    visa = Etape.objects.get(dossier=dossier, type="visa")
    with pytest.raises(Refus, match="clos depuis|décidée depuis"):
        revenir(visa, by=monde.par("chef_voirie"), **MOTIF)


def test_without_a_reason_it_is_refused(monde: Monde) -> None:
    _dossier, etape = traite(monde)
    with pytest.raises(Refus, match="pourquoi"):
        revenir(etape, by=monde.par("agent1"), at=AT, motif="  ")


def test_the_database_lets_a_decision_be_taken_back_once_and_nothing_else(monde: Monde) -> None:
    _dossier, etape = traite(monde)
    revenir(etape, by=monde.par("agent1"), **MOTIF)
    for etat in ("faite", "active", "a_venir", "passee"):
        with pytest.raises(IntegrityError, match="déjà décidée"), transaction.atomic(), connection.cursor() as curseur:
            curseur.execute(
                "UPDATE dossiers_etape SET etat = %s, activee_le = now(), urgence_le = now() WHERE id = %s",
                [etat, etape.pk],
            )
