"""The two ways of a matter, the resident's one answer, what goes wrong on the way."""

from datetime import timedelta
from typing import Any

import pytest
from django.db import IntegrityError, connection, transaction

from buridan.circuits.catalogue import en_vigueur
from buridan.dossiers.actions.echeances import passer_les_echeances
from buridan.dossiers.actions.modifier_circuit import inserer
from buridan.dossiers.actions.reaffecter import reaffecter
from buridan.dossiers.actions.renvoyer import renvoyer
from buridan.dossiers.etats import EtatDossier, EtatEtape, SensReponse, TypeEtape
from buridan.dossiers.gestes import gestes_d_etape, gestes_de_dossier
from buridan.dossiers.models import Dossier, Etape, Lien
from buridan.dossiers.routage import Contexte, calculer
from buridan.droit.delais import date_legale
from buridan.elus.actions.saisir import intitule
from buridan.elus.actions.transmettre import transmettre
from buridan.elus.models import DemandeElu, FormulaireElus, ReponseHabitant
from buridan.elus.nature import route
from buridan.elus.queries import demande_de, ou_en_est
from buridan.elus.route import tracer
from buridan.lancement.verification import fautes as fautes_de_la_base
from buridan.notes.queries import contenus, note_de
from buridan.notes.rules import peut_rediger
from buridan.notifications.models import Courriel, Notification
from buridan.organisation.acteur import acteur, systeme
from buridan.organisation.models import Mandat
from buridan.outils.verdict import Refus
from tests.conftest import Troupe
from tests.elus.saisies import (
    AUTRE,
    COURRIEL,
    ELUE,
    TEXTE,
    a_faire,
    clore_la_note,
    elue,
    faire,
    frais,
    habitant,
    mener,
    qui_peut,
    repondre,
    saisie,
)

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def ailleurs(settings: Any, tmp_path: Any) -> None:
    settings.MEDIA_ROOT = tmp_path / "fichiers"


def _postes(demande: DemandeElu) -> list[str]:
    etapes = Etape.objects.filter(dossier=demande.pk).order_by("rang", "id")
    return [e.poste.code if e.poste else e.entite.code for e in etapes]


def _sql(requete: str, *valeurs: Any) -> None:
    with transaction.atomic(), connection.cursor() as curseur:
        curseur.execute(requete, valeurs)
        curseur.execute("SET CONSTRAINTS ALL IMMEDIATE")


def test_a_daily_matter_passes_the_dga_and_the_cabinet_is_informed(troupe: Troupe) -> None:
    demande = saisie(troupe)
    assert _postes(demande) == ["dga3", "dircab", "dga3", "dga3", "dga3"]
    assert [e.titre for e in a_faire(demande)] == ["Transmettre au service"]
    agent = acteur(troupe.titulaire("agent-voirie-1"), troupe.at)
    assert not Dossier.objects.visibles_par(agent).filter(pk=demande.pk).exists()
    mener(troupe, demande, TypeEtape.TRAITEMENT)
    assert _postes(demande) == ["dga3", "dircab", "voirie", "dga3", "voirie"]
    assert troupe.annuaire.codes_entites["dga3"] in frais(demande).lecteurs
    assert Dossier.objects.visibles_par(agent).filter(pk=demande.pk).exists()
    assert Etape.objects.filter(dossier=demande.pk, type="information", etat="active").exists()
    assert (
        demande.dossier.promis_le is not None
        and demande.dossier.objet == "Un trou devant l'école, une poussette est tombée"
    )


def test_a_service_without_a_dga_above_passes_the_general_manager(troupe: Troupe) -> None:
    demande = saisie(troupe, sujet="autre")
    assert _postes(demande)[0] == "dgs"
    dgs = troupe.annuaire.codes_entites["dgs"]
    modele, _version = tracer("elu-quotidien", troupe.annuaire, entite=dgs, qui_repond="")
    assert len(calculer(modele, troupe.annuaire, Contexte(entite=dgs))) == len(en_vigueur("elu-quotidien")[0].etapes)


def test_the_official_has_the_answer_and_the_resident_hers_from_the_service(troupe: Troupe) -> None:
    demande = saisie(troupe, habitant=habitant("service"))
    dossier = repondre(troupe, demande)
    assert dossier.etat == EtatDossier.CLOS
    dite = ReponseHabitant.objects.get(demande=demande.pk)
    assert (dite.par, dite.moyen) == ("service", "courriel")
    envoyes = dict(Courriel.objects.filter(dossier=dossier.uuid).values_list("destinataire", "texte"))
    mail_elu = troupe.annuaire.personnes[demande.elu_id].courriel
    assert set(envoyes) == {COURRIEL, mail_elu} and "rebouché" in envoyes[COURRIEL]
    assert str(dossier.uuid) not in envoyes[COURRIEL]
    assert Notification.objects.filter(
        personne=demande.elu_id, dossier=dossier.uuid, texte__contains="réponse"
    ).exists()


def test_when_the_official_tells_the_resident_the_matter_closes_as_she_says_so(troupe: Troupe) -> None:
    demande = saisie(troupe, habitant=habitant("elu"))
    etape = mener(troupe, demande, TypeEtape.REPONSE)
    assert etape.entite is not None and etape.entite.code == "cabinet"
    with pytest.raises(Refus, match="indiquez ici comment"):
        repondre(troupe, demande, by=elue(troupe))
    dossier = repondre(troupe, demande, by=elue(troupe), moyen="vive_voix")
    dite = ReponseHabitant.objects.get(demande=demande.pk)
    assert (dossier.etat, dite.par, dite.moyen, dite.personne_id) == ("clos", "elu", "vive_voix", demande.elu_id)
    assert not Courriel.objects.filter(destinataire=COURRIEL).exists()


def test_the_service_may_not_answer_in_the_place_of_the_official_nor_another_official(troupe: Troupe) -> None:
    demande = saisie(troupe, habitant=habitant("elu"))
    mener(troupe, demande, TypeEtape.REPONSE)
    for qui in (acteur(troupe.titulaire("resp-voirie"), troupe.at), elue(troupe, AUTRE)):
        with pytest.raises(Refus, match="Cette étape revient à"):
            repondre(troupe, demande, by=qui, moyen="telephone")
    sans = saisie(troupe, habitant=habitant("service"))
    mener(troupe, sans, TypeEtape.REPONSE)
    with pytest.raises(Refus, match="Cette étape revient à"):
        repondre(troupe, sans, by=elue(troupe))


def test_the_choice_of_who_answers_changes_until_the_answer_leaves(troupe: Troupe) -> None:
    demande = saisie(troupe, habitant=habitant("elu"))
    mener(troupe, demande, TypeEtape.REPONSE)
    faire("choisir_qui_repond", frais(demande), elue(troupe), qui="service")
    etape = a_faire(demande)[0]
    assert etape.entite is not None and etape.entite.code == "voirie"
    with pytest.raises(Refus, match="vient de changer"):
        repondre(troupe, demande, pour="elu")
    with pytest.raises(Refus, match="L'élu ou le cabinet"):
        faire("choisir_qui_repond", frais(demande), acteur(troupe.titulaire("resp-voirie"), troupe.at), qui="elu")
    repondre(troupe, demande)
    with pytest.raises(Refus, match="La réponse est partie"):
        faire("choisir_qui_repond", frais(demande), elue(troupe), qui="elu")


def test_the_town_hall_answers_only_a_resident_it_can_reach(troupe: Troupe) -> None:
    with pytest.raises(Refus, match="Sans courriel ni téléphone"):
        saisie(troupe, habitant=habitant("service", courriel=""))
    demande = saisie(troupe, habitant=habitant("elu", courriel=""))
    with pytest.raises(Refus, match="Sans courriel ni téléphone"):
        faire("choisir_qui_repond", frais(demande), elue(troupe), qui="service")
    par_telephone = saisie(troupe, habitant=habitant("service", courriel="", telephone="03 00 00 00 00"))
    with pytest.raises(Refus, match="indiquez ici comment"):
        repondre(troupe, par_telephone)
    assert repondre(troupe, par_telephone, moyen="telephone").etat == EtatDossier.CLOS


FAUSSES_FINS = [
    ("none", "", "ne se clôt pas sans réponse à l'habitant"),
    ("by somebody else", "elu", "de qui a été choisi"),
]


@pytest.mark.parametrize(("_quoi", "par", "phrase"), FAUSSES_FINS)
def test_the_database_refuses_a_matter_closed_without_the_resident_answered_by_who_was_chosen(
    troupe: Troupe, _quoi: str, par: str, phrase: str
) -> None:
    demande = saisie(troupe, habitant=habitant("service"))
    repondue = f"""INSERT INTO elus_reponsehabitant (demande_id, par, moyen, at)
        VALUES ({demande.pk}, '{par}', 'telephone', now());""" if par else ""  # fmt: skip
    with pytest.raises(IntegrityError, match=phrase):
        _sql(
            f"""{repondue} INSERT INTO dossiers_reponse (dossier_id, tour, sens, texte, at)
            VALUES ({demande.pk}, 1, 'favorable', 'Oui.', now());
            UPDATE dossiers_etape SET etat = 'passee' WHERE dossier_id = {demande.pk};
            UPDATE dossiers_dossier SET etat = 'clos', clos_le = bouge_le WHERE id = {demande.pk}"""
        )


def test_the_database_refuses_an_answer_too_soon_two_answers_and_one_taken_away(troupe: Troupe) -> None:
    demande = saisie(troupe, habitant=habitant("service"))
    dire = "INSERT INTO elus_reponsehabitant (demande_id, par, moyen, at) VALUES (%s, 'service', 'telephone', now())"
    with pytest.raises(IntegrityError, match="pas avant"):
        _sql(dire, demande.pk)
    repondre(troupe, demande)
    with pytest.raises(IntegrityError, match="elus_reponsehabitant_pkey"):
        _sql(dire, demande.pk)
    with pytest.raises(IntegrityError, match="sans réponse à l'habitant"):
        _sql("DELETE FROM elus_reponsehabitant WHERE demande_id = %s", demande.pk)
    with pytest.raises(IntegrityError, match="de qui a été choisi"):
        _sql("UPDATE elus_demandeelu SET qui_repond = 'elu' WHERE dossier_id = %s", demande.pk)
    assert not [f for f in fautes_de_la_base(complet=False) if "habitant" in str(f)]


def test_the_database_keeps_no_resident_without_agreement_and_no_changed_form(troupe: Troupe) -> None:
    demande = saisie(troupe, habitant=habitant("service"))
    with pytest.raises(IntegrityError, match="elus_habitant_d_accord"):
        _sql("UPDATE elus_demandeelu SET accord_le = NULL WHERE dossier_id = %s", demande.pk)
    with pytest.raises(IntegrityError, match="elus_habitant_attend"):
        _sql("UPDATE elus_demandeelu SET qui_repond = '' WHERE dossier_id = %s", demande.pk)
    with pytest.raises(IntegrityError, match="publiez une autre version"):
        _sql("UPDATE elus_formulaireelus SET texte = 'x'")
    assert FormulaireElus.objects.count() == 1


def test_a_refusal_by_the_service_reaches_the_official_with_its_reason(troupe: Troupe) -> None:
    demande = saisie(troupe)
    etape = mener(troupe, demande, TypeEtape.TRAITEMENT)
    faire("refuser", etape, qui_peut(troupe, etape), motif="La rue est privée.")
    dossier = repondre(troupe, demande)
    reponse = dossier.reponses.get()
    assert reponse.sens == SensReponse.REFUS and "La rue est privée." in reponse.texte


def test_a_matter_sent_back_is_treated_again(troupe: Troupe) -> None:
    demande = saisie(troupe, habitant=habitant("elu"))
    visa = mener(troupe, demande, TypeEtape.VISA)
    renvoyer(visa, by=qui_peut(troupe, visa), at=troupe.at, motif="Dites quand.")
    assert a_faire(demande)[0].type == TypeEtape.TRAITEMENT
    dossier = repondre(troupe, demande, by=elue(troupe), moyen="telephone")
    assert dossier.etat == EtatDossier.CLOS


def test_the_dga_sends_only_to_a_service_under_it(troupe: Troupe) -> None:
    demande = saisie(troupe)
    etape = a_faire(demande)[0]
    codes = troupe.annuaire.codes_entites
    with pytest.raises(Refus, match="de votre direction générale"):
        transmettre(etape, by=qui_peut(troupe, etape), at=troupe.at, entite=codes["sports"])
    transmettre(etape, by=qui_peut(troupe, etape), at=troupe.at, entite=codes["proprete"])
    assert _postes(demande)[-3:] == ["proprete", "dga3", "proprete"] and frais(demande).entite_id == codes["proprete"]


def test_another_dga_to_whom_it_is_given_sends_it_to_its_own_service(troupe: Troupe) -> None:
    demande = saisie(troupe)
    etape = a_faire(demande)[0]
    reaffecter(etape, by=qui_peut(troupe, etape), at=troupe.at, poste=troupe.annuaire.codes_postes["dga2"])
    etape = a_faire(demande)[0]
    transmettre(etape, by=qui_peut(troupe, etape), at=troupe.at, entite=troupe.annuaire.codes_entites["sports"])
    assert _postes(demande)[-3:] == ["sports", "dga2", "sports"]


def test_a_new_project_goes_to_the_cabinet_and_the_general_manager_alone(troupe: Troupe) -> None:
    demande = saisie(troupe, voie="projet")
    assert _postes(demande) == ["dircab", "dgs", "dircab"]
    mener(troupe, demande, TypeEtape.DECISION)
    entites = {troupe.annuaire.entites[e].code for e in frais(demande).lecteurs}
    assert entites == {"cabinet", "dgs"}
    dossier = repondre(troupe, demande)
    assert dossier.reponses.get().texte.startswith("Votre projet est retenu.")


@pytest.mark.parametrize("etape", [TypeEtape.VISA, TypeEtape.DECISION])
def test_the_cabinet_or_the_general_manager_refuses_a_project_with_a_reason(troupe: Troupe, etape: TypeEtape) -> None:
    demande = saisie(troupe, voie="projet", habitant=habitant("service"))
    active = mener(troupe, demande, etape)
    faire("refuser", active, qui_peut(troupe, active), motif="Le terrain n'est pas à la ville.")
    dossier = repondre(troupe, demande)
    assert "Le terrain n'est pas à la ville." in dossier.reponses.get().texte
    assert ReponseHabitant.objects.filter(demande=demande.pk, par="service").exists()


@pytest.mark.parametrize(("theme", "auteure"), [("voirie", True), ("culture", False)])
def test_a_project_becomes_a_note_linked_and_prefilled_that_she_writes_if_the_theme_is_hers(
    troupe: Troupe, theme: str, auteure: bool
) -> None:
    demande = saisie(troupe, voie="projet")
    etape = mener(troupe, demande, TypeEtape.DECISION)
    service = troupe.annuaire.codes_entites["voirie"]
    faire("decider", etape, qui_peut(troupe, etape), choix="devenir", service=service, theme=theme, texte="")
    lien = Lien.objects.get(de=demande.pk)
    note = note_de(lien.vers)
    assert (note.genre, note.theme, note.auteur.code) == ("arbitrage", theme, "resp-voirie")
    assert (
        TEXTE in contenus(note)["contexte"]["texte"]
        and demande.dossier.reference in contenus(note)["contexte"]["texte"]
    )
    assert bool(peut_rediger(elue(troupe), note, lien.vers.etapes.all())) is auteure
    ligne = ou_en_est(elue(troupe), [demande_de(frais(demande))])[0]
    assert ligne.devenu == lien.vers and ligne.devenu_lieu.startswith("Rédiger la note")
    assert (
        ligne.lieu == f"Devenue une note au maire, {lien.vers.reference} : la réponse sera la sienne."
        and not ligne.a_dire
    )


def _devenue(troupe: Troupe, **champs: Any) -> tuple[DemandeElu, Dossier]:
    """A project of hers that became a note on a theme that isn't hers."""
    demande = saisie(troupe, voie="projet", **champs)
    etape = mener(troupe, demande, TypeEtape.DECISION)
    service = troupe.annuaire.codes_entites["voirie"]
    faire("decider", etape, qui_peut(troupe, etape), choix="devenir", service=service, theme="culture", texte="")
    return demande, demande_de(frais(demande)).devenue


@pytest.mark.parametrize("qui", ["service", ""])
def test_a_project_that_became_a_note_waits_and_has_its_answer_given_by_itself(troupe: Troupe, qui: str) -> None:
    demande, note = _devenue(troupe, **({"habitant": habitant(qui)} if qui else {}))
    dossier, etape = frais(demande), a_faire(demande)[0]
    assert (dossier.etat, dossier.projet_sens) == (EtatDossier.ATTENTE, SensReponse.INFORMATION)
    assert not Courriel.objects.filter(destinataire=COURRIEL).exists()
    with pytest.raises(Refus, match=f"devenu {note.reference} : sa réponse viendra"):
        faire("repondre", etape, qui_peut(troupe, etape), texte="Oui", sens=SensReponse.FAVORABLE, pour=qui)
    clore_la_note(note, acteur(troupe.titulaire("dgs"), troupe.at), "Le maire dit non.", SensReponse.REFUS)
    dossier = frais(demande)
    reponse = dossier.reponses.get()
    assert (dossier.etat, reponse.sens) == (
        EtatDossier.CLOS,
        SensReponse.REFUS,
    ) and "Le maire dit non." in reponse.texte
    mail_elu = troupe.annuaire.personnes[demande.elu_id].courriel
    recus = Courriel.objects.filter(texte__contains="Le maire dit non.", dossier=dossier.uuid)
    assert set(recus.values_list("destinataire", flat=True)) == ({mail_elu, COURRIEL} if qui else {mail_elu})
    assert ReponseHabitant.objects.filter(demande=demande.pk, par="service", moyen="courriel").count() == bool(qui)


def test_the_official_who_tells_the_resident_is_asked_to_when_the_note_has_its_answer(troupe: Troupe) -> None:
    demande, note = _devenue(troupe, habitant=habitant("elu"))
    clore_la_note(note, acteur(troupe.titulaire("dgs"), troupe.at), "Le maire dit non.", SensReponse.REFUS)
    dossier = frais(demande)
    assert (dossier.etat, dossier.projet_sens) == (EtatDossier.OUVERT, SensReponse.REFUS)
    assert ou_en_est(elue(troupe), [demande_de(dossier)])[0].a_dire
    assert Notification.objects.filter(personne=demande.elu_id, texte__contains="donnez-la à l'habitant").exists()
    dossier = repondre(troupe, demande, by=elue(troupe), moyen="vive_voix")
    assert dossier.etat == EtatDossier.CLOS and "Le maire dit non." in dossier.reponses.get().texte
    assert not Courriel.objects.filter(destinataire=COURRIEL).exists()


def test_a_withdrawn_note_gives_no_answer_and_a_withdrawn_project_has_no_second_one(troupe: Troupe) -> None:
    demande, note = _devenue(troupe, habitant=habitant("service"))
    clore_la_note(note, acteur(troupe.titulaire("dgs"), troupe.at), "Retirée par son auteur.", SensReponse.RETIREE)
    assert frais(demande).etat == EtatDossier.OUVERT and not ReponseHabitant.objects.filter(demande=demande.pk).exists()
    autre, note = _devenue(troupe, habitant=habitant("service"))
    faire("retirer", frais(autre), elue(troupe), motif="Plus besoin.", moyen="telephone")
    clore_la_note(note, acteur(troupe.titulaire("dgs"), troupe.at), "Le maire dit non.", SensReponse.REFUS)
    assert frais(autre).reponses.count() == 1 and not Courriel.objects.filter(destinataire=COURRIEL).exists()


def test_a_note_on_a_theme_nobody_answers_for_is_refused_and_nothing_is_decided(troupe: Troupe) -> None:
    demande = saisie(troupe, voie="projet", sujet="autre")
    etape = mener(troupe, demande, TypeEtape.DECISION)
    service = troupe.annuaire.codes_entites["voirie"]
    with pytest.raises(Refus, match="Aucun élu en poste"):
        faire("decider", etape, qui_peut(troupe, etape), choix="devenir", service=service, theme="astronomie", texte="")
    assert not Lien.objects.filter(de=demande.pk).exists() and a_faire(demande)[0] == etape


def test_the_cabinet_brings_it_in_for_an_official_who_has_the_answer(troupe: Troupe) -> None:
    cabinet = troupe.present("cabinet")
    demande = saisie(troupe, by=cabinet, elu=troupe.titulaire(AUTRE))
    assert demande.elu_id == troupe.titulaire(AUTRE) and demande.dossier.createur_id == cabinet.personne
    dossier = repondre(troupe, demande)
    assert Courriel.objects.get(dossier=dossier.uuid).destinataire == troupe.annuaire.personnes[demande.elu_id].courriel
    with pytest.raises(Refus, match="le cabinet saisit celles des autres"):
        saisie(troupe, by=elue(troupe), elu=troupe.titulaire(AUTRE))
    with pytest.raises(Refus, match="saisies par les élus, ou par le cabinet"):
        saisie(troupe, by=troupe.present("voirie"))


def test_when_the_mandate_is_over_the_matter_stays_and_the_cabinet_has_the_answer(troupe: Troupe) -> None:
    demande = saisie(troupe, habitant=habitant("elu"))
    etape = mener(troupe, demande, TypeEtape.REPONSE)
    Mandat.objects.filter(personne=demande.elu_id).update(fin=date_legale(troupe.at))
    demain = troupe.at + timedelta(days=1)
    ancienne = acteur(demande.elu_id, demain)
    with pytest.raises(Refus):
        faire("repondre", etape, ancienne, texte="Non.", sens=SensReponse.FAVORABLE, pour="elu", moyen="telephone")
    with pytest.raises(Refus, match="n'a plus de mandat|saisies par les élus"):
        saisie(Troupe(demain), by=ancienne)
    cabinet = acteur(troupe.present("cabinet").personne, demain)
    texte = {"texte": frais(demande).projet_reponse, "sens": SensReponse.FAVORABLE}
    faire("repondre", etape, cabinet, **texte, pour="elu", moyen="telephone")
    dossier = frais(demande)
    destinataires = set(Courriel.objects.filter(dossier=dossier.uuid).values_list("destinataire", flat=True))
    du_cabinet = {p.courriel for p in troupe.annuaire.personnes.values() if "cabinet" in _entites_de(troupe, p.id)}
    assert destinataires and destinataires <= du_cabinet
    assert ReponseHabitant.objects.get(demande=demande.pk).par == "elu"


def _entites_de(troupe: Troupe, personne: int) -> set[str]:
    annuaire = troupe.annuaire
    return {annuaire.entites[annuaire.postes[p].entite].code for p in annuaire.postes_de.get(personne, [])}


def test_withdrawing_leaves_no_resident_without_an_answer(troupe: Troupe) -> None:
    demande = saisie(troupe, habitant=habitant("service"))
    with pytest.raises(Refus, match="Un habitant attend"):
        faire("retirer", frais(demande), elue(troupe), motif="Réglé sur place.")
    with pytest.raises(Refus, match="Seul l'élu"):
        faire("retirer", frais(demande), troupe.present("voirie"), motif="Non.", moyen="telephone")
    faire("retirer", frais(demande), elue(troupe), motif="Réglé sur place.", moyen="vive_voix")
    assert frais(demande).etat == EtatDossier.CLOS
    assert ReponseHabitant.objects.get(demande=demande.pk).par == "elu"


def test_a_late_matter_is_recalled_and_its_head_told(troupe: Troupe) -> None:
    demande = saisie(troupe)
    mener(troupe, demande, TypeEtape.TRAITEMENT)
    for jours in (8, 12, 16, 20):
        plus_tard = troupe.at + timedelta(days=jours)
        passer_les_echeances(by=systeme(plus_tard), at=plus_tard)
    assert Etape.objects.get(dossier=demande.pk, type="traitement").rappels > 0
    chef = troupe.titulaire("resp-voirie")
    assert Notification.objects.filter(personne=chef, dossier=demande.dossier.uuid, texte__icontains="retard").exists()


def test_officials_have_no_verb_and_no_field_that_gives_work_to_an_agent(troupe: Troupe) -> None:
    for voie in ("quotidien", "projet"):
        demande = saisie(troupe, voie=voie, habitant=habitant("elu"))
        for type_etape in ("qualification", "visa", "traitement", "decision", "reponse"):
            try:
                etape = mener(troupe, demande, type_etape)
            except LookupError:
                continue
            permis = {g.code for g in gestes_d_etape(etape.dossier, etape) if g.verdict(elue(troupe), etape)}
            assert permis <= ({"repondre"} if type_etape == "reponse" else set()), (type_etape, permis)
            du_dossier = {g.code for g in gestes_de_dossier(etape.dossier) if g.verdict(elue(troupe), etape.dossier)}
            assert du_dossier <= {"retirer", "choisir_qui_repond", "suivre"}, du_dossier


def test_the_official_who_asked_is_given_no_etape(troupe: Troupe) -> None:
    demande = saisie(troupe)
    etape = mener(troupe, demande, TypeEtape.TRAITEMENT)
    poste, autre = (troupe.annuaire.codes_postes[p] for p in (ELUE, AUTRE))
    resp = acteur(troupe.titulaire("resp-voirie"), troupe.at)
    dits = set()
    for elu in (poste, autre):  # refusing one of them only would say who asked
        with pytest.raises(Refus) as refus:
            reaffecter(etape, by=resp, at=troupe.at, poste=elu)
        dits.add(str(refus.value))
    assert dits == {"Cette étape ne peut pas être confiée à un élu. Demandez au cabinet de l'interroger."}
    for geste in (
        lambda: inserer(
            frais(demande), by=qui_peut(troupe, mener(troupe, demande, "traitement")), at=troupe.at, type=TypeEtape.AVIS, titre="Avis",
            poste=poste, delai="2 jours ouvrés",
        ),
        lambda: reaffecter(etape, by=resp, at=troupe.at, poste=poste),
    ):  # fmt: skip
        with pytest.raises(Refus):
            geste()
    assert not Etape.objects.filter(dossier=demande.pk, poste=poste).exists()


def test_who_will_act_is_known_before_it_is_sent(troupe: Troupe) -> None:
    for code, entite, premier in (
        ("elus:voirie", None, "dga3"),
        ("elu-projet", None, "dircab"),
        ("elu-quotidien", "sports", "dga2"),
    ):
        trouvee = route(code, troupe.annuaire, troupe.annuaire.codes_entites.get(entite or ""), "")
        assert trouvee is not None and trouvee.modele is not None
        prevues = calculer(trouvee.modele[0], troupe.annuaire, trouvee.contexte)
        assert prevues[0].poste == troupe.annuaire.codes_postes[premier]
    with pytest.raises(Refus, match="--service"):
        route("elu-quotidien", troupe.annuaire, None, "")


def test_a_title_is_the_first_sentence_cut_at_a_word() -> None:
    assert intitule("Un trou. Il est grand.") == "Un trou"
    assert intitule("mot " * 60).endswith("mot…") and len(intitule("mot " * 60)) <= 91


def test_nobody_active_is_left_when_it_is_closed(troupe: Troupe) -> None:
    dossier = repondre(troupe, saisie(troupe))
    assert not Etape.objects.filter(dossier=dossier, etat__in=[EtatEtape.ACTIVE, EtatEtape.A_VENIR]).exists()
