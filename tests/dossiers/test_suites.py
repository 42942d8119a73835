"""What follows a gesture for the others: doubles, readers, those who must hear of it."""

from datetime import timedelta

import pytest

from buridan.bureau import queries
from buridan.dossiers.actions.attendre import mettre_en_attente
from buridan.dossiers.actions.clore_autrement import retirer, reunir, transmettre
from buridan.dossiers.actions.donner_avis import donner_avis
from buridan.dossiers.actions.echeances import passer_les_echeances
from buridan.dossiers.actions.ecrire import message_du_demandeur, relier
from buridan.dossiers.actions.modifier_circuit import inserer, passer
from buridan.dossiers.actions.renvoyer import renvoyer
from buridan.dossiers.actions.rouvrir import rouvrir
from buridan.dossiers.actions.signer import signer
from buridan.dossiers.actions.traiter import traiter
from buridan.dossiers.etats import EtatDossier, EtatEtape, Resultat, TypeEtape
from buridan.dossiers.models import Dossier, Etape, Lien, Message
from buridan.dossiers.recit import recit
from buridan.notifications.models import Notification
from buridan.outils.verdict import Refus
from tests.monde import AT, JOUR, NATURE, Monde


def test_a_double_takes_the_place_of_a_withdrawn_principal_and_learns_nothing_of_why(monde: Monde) -> None:
    principal, premier, second = monde.ouvrir(), monde.ouvrir(), monde.ouvrir()
    for double in (premier, second):
        reunir(double, by=monde.par("agent1"), at=AT, principal=principal)
    retirer(principal, by=monde.systeme(), at=AT, motif="Je déménage, c'est privé.")
    assert Dossier.objects.get(pk=premier.pk).etat == EtatDossier.OUVERT
    assert Dossier.objects.get(pk=second.pk).etat == EtatDossier.CLOS
    assert Lien.objects.filter(de=second, vers=premier, genre=Lien.Genre.REUNI).exists()
    dits = Message.objects.filter(dossier__in=[premier, second]).values_list("texte", flat=True)
    assert not any("privé" in texte for texte in dits)


def test_a_double_reopened_gets_its_own_answer_only(monde: Monde) -> None:
    principal, double = monde.ouvrir(), monde.ouvrir()
    reunir(double, by=monde.par("agent1"), at=AT, principal=principal)
    rouvrir(double, by=monde.par("chef_voirie"), at=AT, motif="Ce n'est pas le même trou.")
    transmettre(principal, by=monde.par("agent1"), at=AT, administration="Département")
    assert not Message.objects.filter(dossier=double, texte__contains="Département").exists()


def test_a_double_hears_that_its_principal_is_forwarded(monde: Monde) -> None:
    principal, double = monde.ouvrir(), monde.ouvrir()
    reunir(double, by=monde.par("agent1"), at=AT, principal=principal)
    transmettre(principal, by=monde.par("agent1"), at=AT, administration="Département")
    assert Message.objects.filter(dossier=double, texte__contains="Département").exists()


def test_a_chain_of_doubles_may_hold_dossiers_already_linked(monde: Monde) -> None:
    a, b, c = monde.ouvrir(), monde.ouvrir(), monde.ouvrir()
    agent = monde.par("agent1")
    relier(a, by=agent, at=AT, vers=c)
    reunir(a, by=agent, at=AT, principal=b)
    reunir(b, by=agent, at=AT, principal=c)
    assert set(Lien.objects.filter(vers=c, genre=Lien.Genre.REUNI).values_list("de", flat=True)) == {a.pk, b.pk}


def test_whoever_is_only_informed_closes_nothing(monde: Monde) -> None:
    dossier = monde.ouvrir("signe")
    informe = monde.par("agent_proprete")
    monde.mener(dossier, TypeEtape.INFORMATION)
    dossier.refresh_from_db()
    assert monde.entites["proprete"] in dossier.lecteurs
    for geste in (
        lambda: transmettre(dossier, by=informe, at=AT, administration="Département"),
        lambda: reunir(dossier, by=informe, at=AT, principal=monde.ouvrir()),
        lambda: mettre_en_attente(dossier, by=informe, at=AT, jusquau=JOUR + timedelta(days=3), motif="Attendre."),
    ):
        with pytest.raises(Refus, match="revient au service chargé"):
            geste()


def test_a_signature_needs_a_draft_of_the_answer(monde: Monde) -> None:
    dossier = monde.ouvrir("signe")
    etape = monde.mener(dossier, TypeEtape.TRAITEMENT)
    with pytest.raises(Refus, match="Rédigez le projet de réponse"):
        traiter(etape, by=monde.par("agent1"), at=AT, compte_rendu="Fait.")
    a_signer = monde.mener(dossier, TypeEtape.SIGNATURE)
    Dossier.objects.filter(pk=dossier.pk).update(projet_reponse="")
    with pytest.raises(Refus, match="pas de projet de réponse à signer"):
        signer(a_signer, by=monde.par("dga"), at=AT)


def test_a_hidden_vote_is_not_told_by_the_journal_before_its_rank_closes(monde: Monde) -> None:
    dossier = monde.ouvrir("parallele")
    etape = next(e for e in monde.etapes(dossier) if e.votes_caches)
    donner_avis(etape, by=monde.par("chef_voirie"), at=AT, avis=Resultat.DEFAVORABLE, texte="Trop cher.")
    cache = str(recit(dossier, caches=[etape.pk]))
    assert "éfavorable" not in cache and "a donné son avis" in cache
    assert "éfavorable" in str(recit(dossier))


@pytest.mark.parametrize("circuit,type", [("simple", "traitement"), ("simple", "visa")])
def test_a_message_of_the_requester_reaches_somebody_who_may_act(monde: Monde, circuit: str, type: str) -> None:
    dossier = monde.ouvrir(circuit)
    etape = monde.mener(dossier, type)
    Dossier.objects.filter(pk=dossier.pk).update(suiveurs=[])
    Notification.objects.all().delete()
    message_du_demandeur(dossier, by=monde.systeme(), at=AT, texte="Il y a eu un accident.")
    avertis = set(Notification.objects.filter(dossier=dossier.uuid).values_list("personne", flat=True))
    annuaire = monde.annuaire
    attendus = (
        annuaire.resoudre(etape.poste_id) if etape.poste_id else annuaire.resoudre_entite(etape.entite_id)
    ).personnes
    assert avertis == set(attendus) and avertis


def test_a_stand_in_limited_to_a_nature_has_its_etapes_in_the_list_and_no_other(monde: Monde) -> None:
    monde.absenter("dgs")
    monde.suppleer("dgs", "agent2", nature=NATURE)
    etape = monde.mener(monde.ouvrir("parallele"), TypeEtape.DECISION)
    suppleant = monde.par("agent2")
    cibles = queries.mes_cibles(suppleant)
    assert etape in queries.a_faire(cibles)
    assert queries.compter(cibles, JOUR).total == len(queries.a_faire(cibles))
    Dossier.objects.filter(pk=etape.dossier_id).update(nature="autre")
    assert etape not in queries.a_faire(cibles)


def test_the_deadline_after_a_pause_falls_on_a_working_day(monde: Monde) -> None:
    dossier = monde.ouvrir()
    etape = monde.mener(dossier, TypeEtape.TRAITEMENT)
    for jours in range(1, 8):
        mettre_en_attente(dossier, by=monde.par("agent1"), at=AT, jusquau=JOUR + timedelta(days=jours), motif="Gel.")
        plus_tard = AT + timedelta(days=jours)
        passer_les_echeances(by=monde.systeme(plus_tard), at=plus_tard)
        etape.refresh_from_db()
        assert etape.echeance.weekday() < 5
        Etape.objects.filter(pk=etape.pk).update(echeance=JOUR + timedelta(days=2))


def test_a_dossier_that_can_t_be_done_does_not_stop_the_others(monde: Monde) -> None:
    malade, sain = monde.ouvrir(), monde.ouvrir()
    for dossier in (malade, sain):
        monde.mener(dossier, TypeEtape.TRAITEMENT)
        mettre_en_attente(dossier, by=monde.par("agent1"), at=AT, jusquau=JOUR + timedelta(days=1), motif="Gel.")
    Dossier.objects.filter(pk=malade.pk).update(nature="disparue")
    demain = AT + timedelta(days=2)
    passer_les_echeances(by=monde.systeme(demain), at=demain)
    assert Dossier.objects.get(pk=sain.pk).etat == EtatDossier.OUVERT
    assert Etape.objects.filter(dossier=sain, etat=EtatEtape.ACTIVE).exists()


def test_a_send_back_does_not_ask_again_for_what_somebody_skipped(monde: Monde) -> None:
    dossier = monde.ouvrir()
    chef = monde.par("chef_voirie")
    inserer(dossier, by=chef, at=AT, type=TypeEtape.AVIS, titre="Avis de trop", delai="2 jours ouvrés",
            entite=monde.entites["proprete"])  # fmt: skip
    passer(Etape.objects.get(dossier=dossier, titre="Avis de trop"), by=chef, at=AT, motif="Sans objet.")
    etape = monde.mener(dossier, TypeEtape.VISA, "Projet.")
    premiere = Etape.objects.get(dossier=dossier, type=TypeEtape.QUALIFICATION)
    renvoyer(etape, by=chef, at=AT, motif="À revoir.", vers=premiere)
    titres = [e.titre for e in monde.etapes(dossier, EtatEtape.A_VENIR)]
    assert titres == ["Traiter", "Viser", "Répondre"]
