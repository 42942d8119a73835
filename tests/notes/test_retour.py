"""The answer of a note is the mayor's: who sends it down adds words, and reverses nothing."""

from datetime import timedelta
from typing import Any

import pytest
from django.db import IntegrityError, connection, transaction
from django.test import Client

from buridan.bureau.ensemble import agir as agir_ensemble
from buridan.dossiers.actions.clore_autrement import retirer
from buridan.dossiers.actions.decider import decider
from buridan.dossiers.actions.modifier_circuit import inserer
from buridan.dossiers.actions.reaffecter import reaffecter
from buridan.dossiers.actions.repondre import repondre
from buridan.dossiers.actions.traversee import DejaFait
from buridan.dossiers.etats import EtatDossier, SensReponse, TypeEtape
from buridan.dossiers.gestes import former, geste_de, gestes_d_etape
from buridan.dossiers.models import Etape, Reponse
from buridan.dossiers.rules import peut_voir
from buridan.notes.actions.arbitrer import arbitrer
from buridan.notes.actions.presenter import presenter
from buridan.notes.actions.redescendre import redescendre
from buridan.notes.actions.redescendre import retirer as retirer_note
from buridan.notes.models import Note
from buridan.notes.papier import contenu
from buridan.notes.queries import inscriptions
from buridan.organisation.acteur import acteur
from buridan.organisation.models import Genre, Personne
from buridan.outils.verdict import Refus
from tests.conftest import Troupe
from tests.notes.ecrits import a_faire, envoyee, frais, mener, qui_peut

pytestmark = pytest.mark.django_db


def _tranchee(troupe: Troupe, choix: str = "accord", **plus: Any) -> tuple[Note, Etape]:
    """A note the mayor decided, and what is to do then."""
    note = envoyee(troupe)
    maire = mener(troupe, note, TypeEtape.DECISION)
    arbitrer(maire, by=qui_peut(troupe, maire), at=troupe.at, choix=choix, **plus)
    return note, a_faire(note)[0]


def _presentee(troupe: Troupe, puis: TypeEtape | None = None, a: str = "") -> tuple[Note, Etape]:
    """A note the mayor sent to a body, which said yes; `puis`: an étape added for `a` before it did."""
    jour = troupe.annuaire.jour + timedelta(days=9)
    note, etape = _tranchee(troupe, "orienter", instance="BM", souhaitee_le=jour)
    if puis:
        quoi: dict[str, Any] = {"type": puis, "titre": "En plus", "delai": "1 jour ouvré"}
        inserer(frais(note), by=troupe.au_poste("dgs"), at=troupe.at, poste=troupe.annuaire.codes_postes[a], **quoi)
    presenter(etape, by=qui_peut(troupe, etape), at=troupe.at, issue="favorable")
    return note, a_faire(note)[0]


def test_the_cabinet_adds_words_and_changes_neither_the_mayors_nor_their_sense(troupe: Troupe) -> None:
    note, etape = _tranchee(troupe, texte="Avant Noël.")
    cabinet = qui_peut(troupe, etape)
    client = Client()
    personne = Personne.objects.get(pk=cabinet.personne)
    client.force_login(personne, backend="allauth.account.auth_backends.AuthenticationBackend")
    page = client.get(f"/dossiers/{note.dossier.uuid}/").content.decode()
    assert "Ce qui redescend : accord" in page and 'name="sens"' not in page
    tape = {"mot": "La voirie s'en charge.", "texte": "Le maire refuse.", "sens": "refus"}
    client.post(f"/dossiers/{note.dossier.uuid}/etapes/{etape.pk}/repondre/", tape)
    reponse = Reponse.objects.get(dossier=note.pk)
    assert reponse.texte == "Le maire est d'accord.\n\nAvant Noël.\n\nLa voirie s'en charge."
    assert reponse.sens == SensReponse.FAVORABLE


def test_what_a_body_said_is_no_agreement_of_the_mayor(troupe: Troupe) -> None:
    note, etape = _presentee(troupe)
    redescendre(etape, by=qui_peut(troupe, etape), at=troupe.at)
    reponse = Reponse.objects.get(dossier=note.pk)
    assert reponse.texte.startswith("Le maire oriente la note vers")
    assert reponse.sens == SensReponse.INFORMATION and "Bureau municipal (BM) : avis favorable." in reponse.texte


def test_what_the_mayor_decides_after_the_body_is_the_answer(troupe: Troupe) -> None:
    note, _etape = _presentee(troupe, puis=TypeEtape.DECISION, a="maire")
    maire = mener(troupe, note, TypeEtape.DECISION)
    arbitrer(maire, by=qui_peut(troupe, maire), at=troupe.at, choix="accord")
    etape = a_faire(note)[0]
    redescendre(etape, by=qui_peut(troupe, etape), at=troupe.at)
    reponse = Reponse.objects.get(dossier=note.pk)
    assert reponse.texte == "Bureau municipal (BM) : avis favorable.\n\nLe maire est d'accord."
    assert reponse.sens == SensReponse.FAVORABLE


def test_a_presentation_is_put_off_then_reported_without_an_opinion(troupe: Troupe) -> None:
    jour = troupe.annuaire.jour + timedelta(days=9)
    note, etape = _tranchee(troupe, "orienter", instance="BM", souhaitee_le=jour)
    cabinet, plus_tard = qui_peut(troupe, etape), jour + timedelta(days=20)
    with pytest.raises(Refus, match="dans l'avenir"):
        presenter(etape, by=cabinet, at=troupe.at, issue="reportee")
    presenter(etape, by=cabinet, at=troupe.at, issue="reportee", reportee_au=plus_tard, texte="Ordre du jour plein.")
    with pytest.raises(DejaFait):
        presenter(etape, by=cabinet, at=troupe.at, issue="reportee", reportee_au=plus_tard)
    (inscrite,) = inscriptions(cabinet)
    assert (inscrite.souhaitee_le, a_faire(note)[0].echeance) == (plus_tard, plus_tard)
    presenter(etape, by=cabinet, at=troupe.at, issue="sans_avis")
    assert frais(note).projet_reponse.endswith("Bureau municipal (BM) : présentée, sans avis.")
    assert a_faire(note)[0].type == "reponse" and inscriptions(cabinet) == []


def test_a_presentation_has_its_own_button_and_is_no_opinion_of_the_cabinet(troupe: Troupe) -> None:
    jour = troupe.annuaire.jour + timedelta(days=9)
    note, etape = _tranchee(troupe, "orienter", instance="BM", souhaitee_le=jour)
    cabinet = qui_peut(troupe, etape)
    offerts = [g.libelle for g in gestes_d_etape(frais(note), etape)]
    assert "Noter la présentation" in offerts and "Donner l'avis" not in offerts
    bilan = agir_ensemble([etape], "donner_avis", {"avis": "favorable"}, by=cabinet, at=troupe.at)
    assert bilan.faits == 0 and "Noter la présentation" in bilan.refus[0][1]
    geste = geste_de(frais(note), "presenter")
    assert geste is not None
    dits = {("reserves", ""): "texte", ("reportee", ""): "reportee_au", ("", "Vu."): "issue"}
    for (issue, texte), champ in dits.items():
        assert list(former(geste, etape, cabinet, {"issue": issue, "texte": texte}).errors) == [champ]
    avis = next(e for e in a_faire(envoyee(troupe, "arbitrage")) if "finances" in e.titre)
    assert not geste.verdict(qui_peut(troupe, avis), avis)


def test_without_a_word_of_the_mayor_nothing_comes_down(troupe: Troupe) -> None:
    note = envoyee(troupe)
    maire = mener(troupe, note, TypeEtape.DECISION)
    Etape.objects.filter(pk=maire.pk).update(
        poste=troupe.annuaire.codes_postes["dga2"]
    )  # before delegations were asked for
    confiee = a_faire(note)[0]
    with pytest.raises(Refus, match="Vous n'avez pas de délégation"):
        arbitrer(confiee, by=qui_peut(troupe, confiee), at=troupe.at, choix="accord")
    decider(confiee, by=qui_peut(troupe, confiee), at=troupe.at, texte="Oui.")
    etape = a_faire(note)[0]
    geste = geste_de(frais(note), "repondre")
    assert geste is not None and "ne s'est pas encore prononcé" in geste.verdict(qui_peut(troupe, etape), etape).raison
    with pytest.raises(Refus, match="Renvoyer pour correction"):
        redescendre(etape, by=qui_peut(troupe, etape), at=troupe.at)
    assert frais(note).etat == EtatDossier.OUVERT


def test_the_mayor_gives_the_decision_to_who_has_a_delegation_and_it_is_the_answer(troupe: Troupe) -> None:
    note, postes = envoyee(troupe), troupe.annuaire.codes_postes
    maire = mener(troupe, note, TypeEtape.DECISION)
    by = qui_peut(troupe, maire)
    with pytest.raises(Refus, match="ne se confie qu'à qui a reçu sa délégation") as refus:
        reaffecter(maire, by=by, at=troupe.at, poste=postes["dga2"])
    assert troupe.annuaire.nom_personne(troupe.titulaire("dgs")) in refus.value.raison
    reaffecter(maire, by=by, at=troupe.at, poste=postes["dgs"])
    arbitrer(a_faire(note)[0], by=troupe.au_poste("dgs"), at=troupe.at, choix="accord", texte="Avant Noël.")
    note.refresh_from_db()
    assert note.decideur_id == postes["dgs"] and "par délégation, arrêté n° 2026-101" in note.par_delegation
    assert note.par_delegation in contenu(note, troupe.annuaire)["maire"]["remarque"]
    auteur = acteur(frais(note).createur_id, troupe.at)
    with pytest.raises(Refus, match="Le maire s'est prononcé"):
        retirer_note(frais(note), by=auteur, at=troupe.at)
    etape = a_faire(note)[0]
    redescendre(etape, by=qui_peut(troupe, etape), at=troupe.at)
    reponse = Reponse.objects.get(dossier=note.pk)
    assert (
        reponse.sens == SensReponse.FAVORABLE
        and note.par_delegation in reponse.texte
        and "Avant Noël." in reponse.texte
    )
    with connection.cursor() as curseur:
        curseur.execute("SET CONSTRAINTS ALL IMMEDIATE")


def test_nobody_refuses_a_note_after_the_mayor(troupe: Troupe) -> None:
    note, visa = _presentee(troupe, puis=TypeEtape.VISA, a="dircab")
    refus = geste_de(frais(note), "refuser")
    assert refus is not None and not refus.verdict(qui_peut(troupe, visa), visa)
    with pytest.raises(Refus, match="Le maire s'est prononcé"):
        refus.executer(visa, by=qui_peut(troupe, visa), at=troupe.at, donnees={"motif": "Non."})


def test_the_author_no_longer_withdraws_a_note_that_the_mayor_decided(troupe: Troupe) -> None:
    note, _etape = _tranchee(troupe)
    auteur = acteur(frais(note).createur_id, troupe.at)
    geste = geste_de(frais(note), "retirer")
    assert geste is not None
    qui = troupe.annuaire.nom_personne(troupe.titulaire("dircab"))
    assert qui in geste.verdict(auteur, frais(note)).raison
    with pytest.raises(Refus, match="Le maire s'est prononcé"):
        geste.executer(frais(note), by=auteur, at=troupe.at, donnees={"motif": "Réglé."})


@pytest.mark.parametrize(
    ("verbe", "phrase"), [("repondre", "ce que le maire a décidé"), ("retirer", "ne se retire plus")]
)
def test_postgresql_refuses_another_answer_than_the_mayors(troupe: Troupe, verbe: str, phrase: str) -> None:
    note, etape = _tranchee(troupe)
    cabinet, auteur = qui_peut(troupe, etape), acteur(frais(note).createur_id, troupe.at)
    with pytest.raises(IntegrityError, match=phrase), transaction.atomic(), connection.cursor() as curseur:
        if verbe == "repondre":  # the verbs of the core, which know nothing of the mayor
            repondre(etape, by=cabinet, at=troupe.at, texte="Le maire refuse.", sens=SensReponse.REFUS)
        else:
            retirer(frais(note), by=auteur, at=troupe.at)
        curseur.execute("SET CONSTRAINTS ALL IMMEDIATE")


def test_the_mayor_is_given_no_decision_ready_made_and_refuses_from_the_same_list(troupe: Troupe) -> None:
    note = envoyee(troupe, "arbitrage")
    maire = mener(troupe, note, TypeEtape.DECISION)
    by, geste = qui_peut(troupe, maire), geste_de(frais(note), "decider")
    assert geste is not None
    assert former(geste, maire, by)["choix"].value() == "" and not former(geste, maire, by, {"choix": ""}).is_valid()
    assert "motif du refus" in str(former(geste, maire, by, {"choix": "refus"}).errors["texte"])
    rempli = former(geste, maire, by, {"choix": "refus", "texte": "Trop cher."})
    assert rempli.is_valid()
    geste.executer(maire, by=by, at=troupe.at, donnees=dict(rempli.cleaned_data))
    etape = a_faire(note)[0]
    redescendre(etape, by=qui_peut(troupe, etape), at=troupe.at)
    reponse = Reponse.objects.get(dossier=note.pk)
    assert reponse.sens == SensReponse.REFUS and "Trop cher." in reponse.texte


def test_an_officials_visa_opens_the_note_to_that_official_not_to_the_council(troupe: Troupe) -> None:
    note = envoyee(troupe)
    mener(troupe, note, TypeEtape.DECISION)
    annuaire = troupe.annuaire
    conseil = annuaire.postes_par_entite[annuaire.premiere(Genre.ASSEMBLEE) or 0]
    ouvert = {p for p in conseil if peut_voir(acteur(annuaire.postes[p].personne, troupe.at), frais(note))}
    assert len(conseil) > 10
    assert (
        ouvert == set(conseil) & {e.poste_id for e in note.dossier.etapes.exclude(etat="a_venir")} and len(ouvert) == 2
    )
