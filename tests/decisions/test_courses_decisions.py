"""Eight clicks at once on an internal request, on real connections: one effect, and the others are told."""

from dataclasses import replace
from uuid import uuid4

from buridan.decisions.actions.associer import associer_un_elu
from buridan.decisions.actions.commencer import commencer
from buridan.decisions.actions.enregistrer import Conflit, enregistrer, saisie_de
from buridan.decisions.actions.envoyer import envoyer
from buridan.decisions.actions.trancher import trancher
from buridan.decisions.models import DemandeInterne
from buridan.dossiers.actions.traversee import DejaFait
from buridan.dossiers.etats import SensReponse, TypeEtape
from buridan.dossiers.fichiers import Fichier
from buridan.dossiers.models import Etape, Reponse
from buridan.interface.jetons import DejaEnvoye
from buridan.organisation.acteur import acteur
from tests.conftest import Troupe
from tests.decisions.ecrits import a_faire, commencee, envoyee, faire, frais, mener, qui_peut
from tests.dossiers.test_courses import HUIT, course, sain


def un_seul(finis: list[object], genre: type, deja: type) -> None:
    assert sum(isinstance(f, genre) for f in finis) == 1, finis
    assert sum(isinstance(f, deja) for f in finis) == HUIT - 1, finis


def test_eight_sends_of_one_form_begin_one_request(troupe_reelle: Troupe) -> None:
    agent, jeton = acteur(troupe_reelle.titulaire("agent-voirie-1"), troupe_reelle.at), uuid4()
    finis = course(*[lambda: commencer("autre", "Un bureau", by=agent, at=troupe_reelle.at, jeton=jeton)] * HUIT)
    un_seul(finis, DemandeInterne, DejaEnvoye)


def test_eight_who_save_one_draft_at_once_lose_nothing(troupe_reelle: Troupe) -> None:
    demande = commencee(troupe_reelle, coauteur=troupe_reelle.titulaire("agent-sports-1"))
    actuelle, fichier = saisie_de(demande), Fichier("devis.pdf", "application/pdf", b"%PDF-1.4 devis")
    qui = [acteur(troupe_reelle.titulaire(p), troupe_reelle.at) for p in ("agent-voirie-1", "agent-sports-1")] * 4

    def saisir(n: int) -> DemandeInterne:
        saisie = replace(actuelle, texte=f"Texte {n}")
        return enregistrer(demande.dossier, saisie, by=qui[n], at=troupe_reelle.at, vu=actuelle.vu, fichiers=[fichier])

    finis = course(*[lambda n=n: saisir(n) for n in range(HUIT)])
    un_seul(finis, DemandeInterne, Conflit)
    gagnant = next(n for n, f in enumerate(finis) if isinstance(f, DemandeInterne))
    assert DemandeInterne.objects.get(pk=demande.pk).texte == f"Texte {gagnant}"
    assert demande.dossier.documents.count() == 1
    sain(frais(demande))


def test_eight_changes_of_importance_leave_one_circuit(troupe_reelle: Troupe) -> None:
    demande = commencee(troupe_reelle)
    auteur, actuelle = qui_peut(troupe_reelle, a_faire(demande)[0]), saisie_de(demande)
    choix = [replace(actuelle, importance=i) for i in ("direction", "dgs") * 4]
    course(*[lambda s=s: enregistrer(demande.dossier, s, by=auteur, at=auteur.at, vu=actuelle.vu) for s in choix])
    assert Etape.objects.filter(dossier=demande.pk, type="decision").count() == 1
    assert Etape.objects.filter(dossier=demande.pk, type="reponse").count() == 1
    sain(frais(demande))


def test_eight_clicks_send_decide_and_answer_once(troupe_reelle: Troupe) -> None:
    troupe, demande = troupe_reelle, commencee(troupe_reelle)
    etape = a_faire(demande)[0]
    auteur = qui_peut(troupe, etape)
    un_seul(course(*[lambda: envoyer(etape, by=auteur, at=troupe.at)] * HUIT), Etape, DejaFait)
    decision = mener(troupe, demande, TypeEtape.DECISION)
    chef = qui_peut(troupe, decision)
    un_seul(
        course(*[lambda: trancher(decision, by=chef, at=troupe.at, sens=SensReponse.FAVORABLE)] * HUIT), Etape, DejaFait
    )
    retour = a_faire(demande)[0]
    chef = qui_peut(troupe, retour)
    un_seul(course(*[lambda: faire("repondre", retour, chef, texte="Accordé.")] * HUIT), Reponse, DejaFait)
    sain(frais(demande))


def test_an_elected_official_is_associated_once_and_the_decision_waits(troupe_reelle: Troupe) -> None:
    troupe, demande = troupe_reelle, envoyee(troupe_reelle, "partenariat")
    decision, dgs = mener(troupe, demande, TypeEtape.DECISION), troupe.au_poste("dgs")
    finis = course(*[lambda: associer_un_elu(demande.dossier, by=dgs, at=troupe.at, theme="voirie")] * HUIT)
    un_seul(finis, Etape, DejaFait)
    assert [e.titre for e in a_faire(demande)] == ["Avis de l'élu : voirie"]
    decision.refresh_from_db()
    assert decision.etat == "a_venir"
    sain(frais(demande))


def test_a_decision_and_an_elected_official_at_once_never_stand_together(troupe_reelle: Troupe) -> None:
    troupe, demande = troupe_reelle, envoyee(troupe_reelle, "partenariat")
    decision, dgs = mener(troupe, demande, TypeEtape.DECISION), troupe.au_poste("dgs")
    course(
        lambda: trancher(decision, by=dgs, at=troupe.at, sens=SensReponse.FAVORABLE),
        lambda: associer_un_elu(demande.dossier, by=dgs, at=troupe.at, theme="voirie"),
    )
    assert len(a_faire(demande)) == 1
    sain(frais(demande))
