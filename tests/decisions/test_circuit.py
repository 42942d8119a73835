"""The way of an internal request: up as far as its importance asks, and down by the head of its author."""

from datetime import timedelta

import pytest
from django.db import IntegrityError, connection, transaction

from buridan.decisions.actions.associer import associer_un_elu
from buridan.decisions.actions.commencer import commencer
from buridan.decisions.actions.enregistrer import Conflit, enregistrer, saisie_de
from buridan.decisions.actions.envoyer import envoyer
from buridan.decisions.actions.trancher import trancher
from buridan.decisions.models import DemandeInterne, FormulaireDecision
from buridan.decisions.nature import route
from buridan.dossiers.actions.clore_autrement import retirer
from buridan.dossiers.actions.echeances import passer_les_echeances
from buridan.dossiers.actions.modifier_circuit import inserer, passer
from buridan.dossiers.actions.reaffecter import reaffecter
from buridan.dossiers.actions.renvoyer import renvoyer
from buridan.dossiers.etats import EtatDossier, EtatEtape, SensReponse, TypeEtape
from buridan.dossiers.fichiers import Fichier
from buridan.dossiers.gestes import geste_de
from buridan.dossiers.models import Dossier, Etape, Reponse
from buridan.dossiers.rules import peut_voir
from buridan.droit.delais import date_legale
from buridan.lancement.verification import fautes as fautes_de_la_base
from buridan.notifications.models import Courriel, Notification
from buridan.organisation.acteur import acteur, systeme
from buridan.organisation.models import Affectation, Suppleance
from buridan.outils.verdict import Refus
from tests.conftest import Troupe
from tests.decisions.ecrits import (
    TEXTE,
    a_faire,
    commencee,
    ecrire,
    envoyee,
    faire,
    finir,
    frais,
    mener,
    qui_peut,
)

pytestmark = pytest.mark.django_db


def _postes(demande: DemandeInterne) -> list[str]:
    """Who is asked, in order, the author's own étape apart."""
    etapes = Etape.objects.filter(dossier=demande.pk).exclude(type="traitement").order_by("rang", "id")
    return [e.poste.code if e.poste else e.entite.code for e in etapes]


ROUTES = [
    ("agent-voirie-1", "autre", ["resp-voirie", "resp-voirie"]),
    ("agent-voirie-1", "locaux", ["resp-voirie", "dir-cadre-de-vie", "resp-voirie"]),
    ("agent-voirie-1", "amelioration", ["resp-voirie", "dir-cadre-de-vie", "dga3", "resp-voirie"]),
    ("agent-voirie-1", "partenariat", ["resp-voirie", "dir-cadre-de-vie", "dga3", "dgs", "resp-voirie"]),
    # a team stands under its service, whose head is asked too
    ("agent-regie-voirie-1", "autre", ["chef-regie-voirie", "resp-voirie", "chef-regie-voirie"]),
    ("agent-regie-voirie-1", "locaux", ["chef-regie-voirie", "resp-voirie", "dir-cadre-de-vie", "chef-regie-voirie"]),
    # a head asks: of his or her own head
    ("resp-voirie", "autre", ["dir-cadre-de-vie", "dir-cadre-de-vie"]),
    ("resp-voirie", "partenariat", ["dir-cadre-de-vie", "dga3", "dgs", "dir-cadre-de-vie"]),
    ("dir-cadre-de-vie", "locaux", ["dga3", "dga3"]),
    ("dga3", "autre", ["dgs", "dgs"]),
    ("dgs", "partenariat", ["maire", "maire"]),
    # the line stops before: the last head decides
    ("agent-finances-2", "amelioration", ["dir-finances", "dga1", "dir-finances"]),
    ("charge-smart-city", "autre", ["dgs", "dgs"]),
    ("secretariat-maire", "partenariat", ["dircab", "dircab"]),
    ("dircab", "autre", ["maire", "maire"]),
]  # fmt: skip


@pytest.mark.parametrize(("auteur", "modele", "attendus"), ROUTES)
def test_a_request_goes_up_from_its_author_as_far_as_its_importance_asks(
    troupe: Troupe, auteur: str, modele: str, attendus: list[str]
) -> None:
    assert _postes(commencee(troupe, modele, by=auteur)) == attendus


def test_a_recruitment_asks_two_departments_at_once_before_the_decision(troupe: Troupe) -> None:
    demande = envoyee(troupe, "recrutement")
    avis = Etape.objects.filter(dossier=demande.pk, type="avis")
    assert {e.entite.code for e in avis} == {"ressources-humaines", "finances"} and len({e.rang for e in avis}) == 1
    assert frais(finir(troupe, demande)).etat == EtatDossier.CLOS


def test_another_importance_gives_another_way_until_it_is_sent(troupe: Troupe) -> None:
    demande = commencee(troupe, "recrutement", importance="direction")
    assert _postes(demande) == ["resp-voirie", "dir-cadre-de-vie", "resp-voirie"]
    envoyer(a_faire(demande)[0], by=qui_peut(troupe, a_faire(demande)[0]), at=troupe.at)
    with pytest.raises(Refus, match="La demande est partie"):
        ecrire(demande, acteur(troupe.titulaire("agent-voirie-1"), troupe.at), importance="service")


def test_whoever_acts_for_an_absent_or_vacant_head_is_found_as_everywhere(troupe: Troupe) -> None:
    demande = envoyee(troupe)
    assert a_faire(demande)[0].poste.code == "resp-voirie"
    Affectation.objects.filter(poste=a_faire(demande)[0].poste_id).update(fin=troupe.annuaire.jour)
    jour = systeme(troupe.at).annuaire
    assert jour.resoudre(a_faire(demande)[0].poste_id, "decisions").personnes


def test_an_elected_official_asks_by_another_way(troupe: Troupe) -> None:
    with pytest.raises(Refus, match="passe par le cabinet"):
        commencer("autre", "Un bureau", by=acteur(troupe.titulaire("adjoint-4"), troupe.at), at=troupe.at)


def test_an_empty_request_does_not_leave_and_only_its_author_sends_it(troupe: Troupe) -> None:
    demande = commencee(troupe, texte="  ")
    with pytest.raises(Refus, match="dites ce que vous demandez"):
        envoyer(a_faire(demande)[0], by=qui_peut(troupe, a_faire(demande)[0]), at=troupe.at)
    collegue = acteur(troupe.titulaire("agent-proprete-1"), troupe.at)
    ecrire(demande, qui_peut(troupe, a_faire(demande)[0]), texte=TEXTE, coauteur=collegue.personne)
    with pytest.raises(Refus, match="Cette étape revient à"):
        envoyer(a_faire(demande)[0], by=collegue, at=troupe.at)


def test_a_co_author_writes_sees_it_and_has_the_answer(troupe: Troupe) -> None:
    collegue = acteur(troupe.titulaire("agent-sports-1"), troupe.at)
    demande = commencee(troupe, coauteur=collegue.personne)
    assert Dossier.objects.visibles_par(collegue).filter(pk=demande.pk).exists()
    ecrire(demande, collegue, texte=TEXTE + " Sports aussi.")
    envoyer(a_faire(demande)[0], by=qui_peut(troupe, a_faire(demande)[0]), at=troupe.at)
    finir(troupe, demande)
    assert Notification.objects.filter(personne=collegue.personne, texte__contains="la réponse est partie").exists()


def test_who_will_decide_does_not_write_it_too(troupe: Troupe) -> None:
    with pytest.raises(Refus, match="aura à se prononcer"):
        commencee(troupe, coauteur=troupe.titulaire("dga3"))


def test_the_whole_service_has_the_answer_to_what_it_asked(troupe: Troupe) -> None:
    demande = envoyee(troupe, by="agent-regie-voirie-1", au_nom_du_service=True)
    finir(troupe, demande)
    autre = troupe.titulaire("agent-regie-voirie-2")
    assert Notification.objects.filter(personne=autre, texte__contains="la réponse est partie").exists()


def test_a_colleague_reads_what_the_service_asks_not_what_somebody_asks(troupe: Troupe) -> None:
    autre, encadrant = (acteur(troupe.titulaire(p), troupe.at) for p in ("agent-regie-voirie-2", "chef-regie-voirie"))
    demande = envoyee(troupe, by="agent-regie-voirie-1")
    lus = Dossier.objects.visibles_par
    assert not lus(autre).filter(pk=demande.pk) and not peut_voir(autre, frais(demande))
    assert lus(encadrant).filter(pk=demande.pk) and peut_voir(encadrant, frais(demande))
    du_service = envoyee(troupe, by="agent-regie-voirie-1", au_nom_du_service=True)
    assert lus(autre).filter(pk=du_service.pk)
    reprise = commencee(troupe, by="agent-regie-voirie-1", au_nom_du_service=True)
    ecrire(reprise, qui_peut(troupe, a_faire(reprise)[0]), au_nom_du_service=False)
    assert not lus(autre).filter(pk=reprise.pk)


def test_two_who_save_at_once_see_both_texts_and_files_are_joined_once(troupe: Troupe) -> None:
    demande = commencee(troupe)
    auteur, vu = qui_peut(troupe, a_faire(demande)[0]), saisie_de(demande).vu
    ecrire(demande, auteur, texte="Le texte de l'autre.")
    mienne = saisie_de(demande)
    with pytest.raises(Conflit) as conflit:
        enregistrer(
            demande.dossier, type(mienne)(**{**_champs(mienne), "texte": "Le mien."}), by=auteur, at=troupe.at, vu=vu
        )
    assert conflit.value.courante.texte == "Le texte de l'autre."
    fichier = Fichier("devis.pdf", "application/pdf", b"%PDF-1.4 devis")
    for texte in ("Deux.", "Trois."):
        courante = saisie_de(DemandeInterne.objects.select_related("dossier").get(pk=demande.pk))
        saisie = type(courante)(**{**_champs(courante), "texte": texte})
        enregistrer(demande.dossier, saisie, by=auteur, at=troupe.at, vu=courante.vu, fichiers=[fichier])
    assert demande.dossier.documents.count() == 1


def _champs(saisie: object) -> dict[str, object]:
    return {nom: getattr(saisie, nom) for nom in saisie.__slots__}  # type: ignore[attr-defined]


def test_the_answer_says_what_was_decided_and_comes_by_the_head_of_the_author(troupe: Troupe) -> None:
    demande = envoyee(troupe, "partenariat")
    etape = mener(troupe, demande, TypeEtape.DECISION)
    with pytest.raises(Refus, match="Dites ce qui est accordé"):
        trancher(etape, by=qui_peut(troupe, etape), at=troupe.at, sens=SensReponse.PARTIELLE)
    faire("decider", etape, qui_peut(troupe, etape), sens=SensReponse.PARTIELLE, texte="Une seule, au printemps.")
    retour = a_faire(demande)[0]
    assert retour.type == TypeEtape.REPONSE and retour.poste.code == "resp-voirie"
    faire("repondre", retour, qui_peut(troupe, retour), texte=retour.dossier.projet_reponse + "\n\nBravo à l'équipe.")
    reponse = Reponse.objects.get(dossier=demande.pk)
    assert reponse.sens == SensReponse.PARTIELLE and "Une seule, au printemps." in reponse.texte
    auteur = troupe.titulaire("agent-voirie-1")
    assert Courriel.objects.filter(dossier=demande.dossier.uuid, texte__contains="Bravo à l'équipe.").count() == 1
    assert Notification.objects.filter(personne=auteur, texte__contains="la réponse est partie").exists()
    assert list(fautes_de_la_base(complet=False)) == []


def test_a_refusal_comes_down_the_same_way_with_its_reason(troupe: Troupe) -> None:
    demande = envoyee(troupe, "partenariat")
    visa = a_faire(demande)[0]
    faire("refuser", visa, qui_peut(troupe, visa), motif="Le partenaire n'est plus agréé.")
    retour = a_faire(demande)[0]
    assert retour.type == TypeEtape.REPONSE and Etape.objects.filter(dossier=demande.pk, etat="a_venir").count() == 0
    finir(troupe, demande)
    reponse = Reponse.objects.get(dossier=demande.pk)
    assert reponse.sens == SensReponse.REFUS and "n'est plus agréé" in reponse.texte


def test_sent_back_it_is_corrected_and_goes_up_again(troupe: Troupe) -> None:
    demande = envoyee(troupe, "locaux")
    promesse = frais(demande).promis_le
    etape = mener(troupe, demande, TypeEtape.DECISION)
    premiere = Etape.objects.get(dossier=demande.pk, type="traitement")
    renvoyer(etape, by=qui_peut(troupe, etape), at=troupe.at, motif="Dites pour quelles dates.", vers=premiere)
    auteur = acteur(troupe.titulaire("agent-voirie-1"), troupe.at)
    assert a_faire(demande)[0].type == "traitement"
    ecrire(demande, auteur, texte=TEXTE + " Du 1er au 15 mars.", importance="service")
    envoyer(a_faire(demande)[0], by=auteur, at=troupe.at)
    assert frais(demande).promis_le == promesse is not None
    assert [e.poste.code for e in Etape.objects.filter(dossier=demande.pk, etat__in=["active", "a_venir"]).order_by("rang")] == [
        "resp-voirie", "resp-voirie",
    ]  # fmt: skip
    assert finir(troupe, demande).etat == EtatDossier.CLOS


def test_its_author_withdraws_it_before_the_decision_and_nobody_else_does(troupe: Troupe) -> None:
    demande = envoyee(troupe)
    with pytest.raises(Refus, match="Seul l'auteur peut retirer"):
        retirer(demande.dossier, by=acteur(troupe.titulaire("agent-regie-voirie-1"), troupe.at), at=troupe.at)
    retirer(demande.dossier, by=acteur(troupe.titulaire("agent-voirie-1"), troupe.at), at=troupe.at, motif="Réparées.")
    assert frais(demande).etat == EtatDossier.CLOS and list(fautes_de_la_base(complet=False)) == []


def test_nobody_agrees_to_what_he_or_she_asked_even_in_the_place_of_a_head(troupe: Troupe) -> None:
    demande = envoyee(troupe)
    etape, auteur = a_faire(demande)[0], acteur(troupe.titulaire("agent-voirie-1"), troupe.at)
    assert not troupe.annuaire.present(troupe.titulaire("resp-voirie"))  # the preset says so
    Suppleance.objects.filter(poste=etape.poste_id).delete()
    poste = troupe.annuaire.codes_postes["agent-voirie-1"]
    Suppleance.objects.create(poste_id=etape.poste_id, suppleant_id=poste, debut=troupe.annuaire.jour)
    auteur = acteur(auteur.personne, troupe.at)
    assert auteur.agit_pour(etape.poste_id, None, "decisions")
    for code, donnees in (("decider", {"sens": SensReponse.FAVORABLE}), ("refuser", {"motif": "Non."})):
        with pytest.raises(Refus, match="sa propre demande.*Confier à quelqu'un"):
            faire(code, etape, auteur, **donnees)
    dga = troupe.annuaire.codes_postes["dga3"]
    reaffecter(etape, by=auteur, at=troupe.at, poste=dga)
    etape = a_faire(demande)[0]
    faire("decider", etape, qui_peut(troupe, etape), sens=SensReponse.FAVORABLE)
    retour = a_faire(demande)[0]
    with pytest.raises(Refus, match="sa propre demande"):
        faire("repondre", retour, auteur, texte="Accordé.")
    reaffecter(retour, by=auteur, at=troupe.at, poste=dga)
    assert finir(troupe, demande).etat == EtatDossier.CLOS


def test_the_answer_stays_with_the_heads_of_the_author_and_the_decision_is_not_skipped(troupe: Troupe) -> None:
    demande, dgs = envoyee(troupe, "partenariat"), troupe.au_poste("dgs")
    decision = Etape.objects.select_related("dossier").get(dossier=demande.pk, type="decision")
    with pytest.raises(Refus, match="ne se traite pas en route"):
        inserer(
            frais(demande), by=dgs, at=troupe.at, type=TypeEtape.TRAITEMENT, titre="Étudier", delai="2 jours ouvrés",
            entite=troupe.annuaire.codes_entites["tnu"],
        )  # fmt: skip
    with pytest.raises(Refus, match="finit par une décision"):
        passer(decision, by=dgs, at=troupe.at, motif="Pressé.")
    retour = mener(troupe, demande, TypeEtape.REPONSE)
    with pytest.raises(Refus, match="redescend par l'encadrement"):
        reaffecter(retour, by=dgs, at=troupe.at, poste=troupe.annuaire.codes_postes["dir-finances"])
    with pytest.raises(Refus, match="redescend par l'encadrement"):
        reaffecter(retour, by=dgs, at=troupe.at, entite=troupe.annuaire.codes_entites["voirie"])
    reaffecter(retour, by=dgs, at=troupe.at, poste=troupe.annuaire.codes_postes["dga3"])


def test_a_head_does_not_shorten_the_way_of_what_he_or_she_asked(troupe: Troupe) -> None:
    demande = envoyee(troupe, "partenariat", by="resp-sports")
    auteur, etape = acteur(troupe.titulaire("resp-sports"), troupe.at), a_faire(demande)[0]
    visa = Etape.objects.filter(dossier=demande.pk, type="visa", etat="a_venir").first()
    for code, donnees in (("passer", {"etape": visa, "motif": "Pressé."}), ("inserer", {}), ("deplacer", {})):
        with pytest.raises(Refus, match="le circuit de sa propre demande"):
            faire(code, frais(demande), auteur, **donnees)
    with pytest.raises(Refus, match="revient à un responsable de l'auteur"):
        inserer(
            frais(demande), by=troupe.au_poste("dgs"), at=troupe.at, type=TypeEtape.DECISION, titre="Décider",
            delai="2 jours ouvrés", poste=troupe.annuaire.codes_postes["agent-sports-1"],
        )  # fmt: skip
    with pytest.raises(Refus, match="qui seul peut y renoncer"):
        faire("passer", frais(demande), qui_peut(troupe, etape), etape=visa, motif="Le directeur est en accord.")
    faire("passer", frais(demande), troupe.au_poste("dgs"), etape=visa, motif="Vu en réunion de direction.")


def _clore(demande: DemandeInterne, sens: str, par: int) -> None:
    """Close behind the back of the verbs, as SQL can."""
    with connection.cursor() as curseur:
        curseur.execute(
            "INSERT INTO dossiers_reponse (dossier_id, tour, sens, texte, at, par_id) VALUES (%s, 1, %s, 'x', now(), %s)",
            [demande.pk, sens, par],
        )
        curseur.execute(
            "UPDATE dossiers_etape SET etat = 'passee' WHERE dossier_id = %s AND etat IN ('active', 'a_venir')",
            [demande.pk],
        )
        curseur.execute("UPDATE dossiers_dossier SET etat = 'clos', clos_le = now() WHERE id = %s", [demande.pk])
        curseur.execute("SET CONSTRAINTS ALL IMMEDIATE")


@pytest.mark.parametrize("sens", ["favorable", "refus", "retiree"])
def test_postgresql_refuses_a_closed_one_without_the_answer_of_the_head_of_its_author(
    troupe: Troupe, sens: str
) -> None:
    demande = envoyee(troupe)
    with pytest.raises(IntegrityError, match="sans la réponse de l'encadrement"), transaction.atomic():
        _clore(demande, sens, troupe.titulaire("dgs"))
    assert frais(demande).etat == EtatDossier.OUVERT


@pytest.mark.parametrize(
    ("ecrit", "phrase"),
    [
        ("UPDATE dossiers_etape SET poste_id = %(ailleurs)s WHERE id = %(retour)s", "sans la réponse de l'encadrement"),
        (
            "UPDATE decisions_demandeinterne SET coauteur_id = %(qui)s WHERE dossier_id = %(d)s",
            "par qui l'avait écrite",
        ),
    ],
)
def test_postgresql_refuses_an_answer_from_elsewhere_or_by_who_asked(troupe: Troupe, ecrit: str, phrase: str) -> None:
    demande = envoyee(troupe)
    retour = mener(troupe, demande, TypeEtape.REPONSE)
    qui = qui_peut(troupe, retour)
    ailleurs = troupe.annuaire.codes_postes["dir-finances"]
    with pytest.raises(Refus, match=phrase):
        with transaction.atomic():
            faire("repondre", retour, qui, texte=retour.dossier.projet_reponse)
            with connection.cursor() as curseur:
                curseur.execute(
                    ecrit, {"ailleurs": ailleurs, "retour": retour.pk, "qui": qui.personne, "d": demande.pk}
                )
            try:
                with connection.cursor() as curseur:
                    curseur.execute("SET CONSTRAINTS ALL IMMEDIATE")
            except IntegrityError as erreur:
                raise Refus(str(erreur)) from erreur


def test_an_elected_official_is_asked_before_a_decision_that_waits_for_it(troupe: Troupe) -> None:
    demande, dgs = envoyee(troupe, "partenariat"), troupe.au_poste("dgs")
    with pytest.raises(Refus, match="direction générale des services"):
        faire(
            "associer_un_elu",
            demande.dossier,
            qui_peut(troupe, a_faire(demande)[0]),
            theme="voirie",
            type="avis",
            question="",
        )
    decision = mener(troupe, demande, TypeEtape.DECISION)
    elu = associer_un_elu(
        demande.dossier, by=dgs, at=troupe.at, theme="voirie", question="Qu'en pensent les riverains ?"
    )
    assert [e.pk for e in a_faire(demande)] == [elu.pk] and elu.poste.code == "adjoint-4"
    decision.refresh_from_db()
    assert decision.etat == EtatEtape.A_VENIR and decision.echeance is None
    with pytest.raises(Refus, match="C'est déjà fait"):
        associer_un_elu(demande.dossier, by=dgs, at=troupe.at, theme="voirie")
    faire("donner_avis", a_faire(demande)[0], qui_peut(troupe, elu), avis="favorable", texte="")
    assert a_faire(demande)[0].pk == decision.pk
    finir(troupe, demande)
    with pytest.raises(Refus, match="La décision est prise"):
        associer_un_elu(demande.dossier, by=dgs, at=troupe.at, theme="voirie")


def test_the_agreement_of_an_elected_official_asked_early_stands_just_before_the_decision(troupe: Troupe) -> None:
    demande, dgs = envoyee(troupe, "locaux"), troupe.au_poste("dgs")
    elu = associer_un_elu(demande.dossier, by=dgs, at=troupe.at, theme="voirie", type=TypeEtape.VISA)
    ordre = [e.type for e in Etape.objects.filter(dossier=demande.pk).order_by("rang", "id")]
    assert ordre == ["traitement", "visa", "visa", "decision", "reponse"]
    faire("viser", a_faire(demande)[0], qui_peut(troupe, a_faire(demande)[0]), remarque="")
    assert a_faire(demande)[0].pk == elu.pk
    faire("refuser", a_faire(demande)[0], qui_peut(troupe, elu), motif="Contraire au projet de ville.")
    assert a_faire(demande)[0].type == TypeEtape.REPONSE and a_faire(demande)[0].poste.code == "resp-voirie"


def test_who_left_leaves_a_request_that_goes_on_and_a_draft_that_the_head_ends(troupe: Troupe) -> None:
    demande, brouillon = envoyee(troupe), commencee(troupe)
    poste = troupe.annuaire.codes_postes["agent-voirie-1"]
    Affectation.objects.filter(poste=poste).update(fin=troupe.annuaire.jour)
    apres = Troupe(troupe.at)
    assert finir(apres, demande).etat == EtatDossier.CLOS
    etape = a_faire(brouillon)[0]
    qui = qui_peut(apres, etape)
    assert qui.personne != troupe.titulaire("agent-voirie-1")
    faire("refuser", etape, qui, motif="Son auteur est parti.")
    assert finir(apres, brouillon).etat == EtatDossier.CLOS


def test_a_late_one_reminds_then_goes_to_the_head_above(troupe: Troupe) -> None:
    demande = envoyee(troupe)
    for jours in (4, 8, 15, 20):
        tard = troupe.at + timedelta(days=jours)
        passer_les_echeances(by=systeme(tard), at=tard)
    chef = troupe.annuaire.responsables[troupe.annuaire.codes_entites["cadre-de-vie"]]
    personnes = systeme(tard).annuaire.resoudre(chef, "decisions").personnes
    assert Notification.objects.filter(personne__in=personnes, texte__contains="reste en retard").exists()
    assert frais(demande).promis_le is not None and frais(demande).promis_le > date_legale(troupe.at)


def test_the_models_in_use_never_change(troupe: Troupe) -> None:
    demande = commencee(troupe)
    with pytest.raises(IntegrityError, match="ne changent pas"), transaction.atomic():
        FormulaireDecision.objects.filter(pk=demande.formulaire_id).update(texte="")


def test_the_route_is_known_before_anything_is_written(troupe: Troupe) -> None:
    voirie = troupe.annuaire.codes_entites["voirie"]
    trouvee = route("interne:formation", troupe.annuaire, voirie, "")
    assert trouvee is not None and trouvee.modele is not None
    qui = [str(e.destinataire) for e in trouvee.modele[0].etapes]
    assert qui == [
        "role:auteur",
        "poste:resp-voirie",
        "entite:ressources-humaines",
        "poste:dir-cadre-de-vie",
        "poste:resp-voirie",
    ]
    assert (
        route("interne-dgs", troupe.annuaire, voirie, "") is not None
        and route("rien", troupe.annuaire, voirie, "") is None
    )
    with pytest.raises(Refus, match="--service"):
        route("interne-dgs", troupe.annuaire, None, "")


def test_its_author_takes_the_sending_back_before_anybody_decides(troupe: Troupe) -> None:
    demande = envoyee(troupe)
    envoi = Etape.objects.select_related("dossier").get(dossier=demande.pk, type="traitement")
    auteur = qui_peut(troupe, envoi)
    reprise = geste_de(frais(demande), "revenir")
    assert reprise is not None
    reprise.executer(envoi, by=auteur, at=troupe.at, donnees={"motif": "J'ai oublié le devis."})
    assert [e.type for e in a_faire(demande)] == [TypeEtape.TRAITEMENT]
    ecrire(demande, auteur, texte="Avec le devis.")
    envoyer(a_faire(demande)[0], by=auteur, at=troupe.at)
    assert mener(troupe, demande, TypeEtape.DECISION).type == TypeEtape.DECISION
    with connection.cursor() as curseur:
        curseur.execute("SET CONSTRAINTS ALL IMMEDIATE")
