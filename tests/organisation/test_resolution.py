"""Who acts for a post: the holder, the stand-in, the heads above."""

from datetime import date, timedelta

import pytest
from django.db import IntegrityError, transaction

from buridan.dossiers.models import Dossier
from buridan.organisation.acteur import acteur
from buridan.organisation.annuaire import annuaire_du
from buridan.organisation.models import Absence, Affectation, Droit, Personne, VersionEntite, VersionPoste
from tests.monde import AT, DEPUIS, JOUR, NATURE, Monde

UN_JOUR = timedelta(days=1)


def test_the_present_holder_acts_and_no_reason_is_given(monde: Monde) -> None:
    trouve = monde.annuaire.resoudre(monde.postes["agent1"])
    assert monde.noms(trouve.personnes) == ["agent1"]
    assert (trouve.pour, trouve.raisons) == ("", ())


def test_the_stand_in_acts_for_an_absent_holder(monde: Monde) -> None:
    monde.suppleer("agent1", par="agent2")
    monde.absenter("agent1")
    trouve = monde.annuaire.resoudre(monde.postes["agent1"])
    assert monde.noms(trouve.personnes) == ["agent2"]
    assert trouve.pour == "pour Agent1 Essai, absent·e"
    assert trouve.raisons == ("Agent1 Essai (Poste agent1) est absent·e (retour le 01/04/2026).",)
    assert monde.par("agent2").agit_pour(monde.postes["agent1"], None, NATURE)
    assert monde.par("agent2").absent_remplace(monde.postes["agent1"], None, NATURE) == trouve.pour


def test_the_holder_acts_again_on_the_day_of_return(monde: Monde) -> None:
    monde.suppleer("agent1", par="agent2")
    monde.absenter("agent1", fin=JOUR + UN_JOUR)
    poste = monde.postes["agent1"]
    assert monde.noms(annuaire_du(JOUR).resoudre(poste).personnes) == ["agent2"]
    assert monde.noms(annuaire_du(JOUR + UN_JOUR).resoudre(poste).personnes) == ["agent1"]


def test_the_stand_in_acts_for_a_vacant_post(monde: Monde) -> None:
    monde.suppleer("chef_voirie", par="chef_proprete")
    monde.liberer("chef_voirie")
    trouve = monde.annuaire.resoudre(monde.postes["chef_voirie"])
    assert monde.noms(trouve.personnes) == ["chef_proprete"]
    assert trouve.raisons == ("Le poste « Poste chef_voirie » est vacant.",)


def test_the_stand_in_of_the_stand_in_acts_when_both_are_away(monde: Monde) -> None:
    monde.suppleer("chef_voirie", par="chef_proprete")
    monde.suppleer("chef_proprete", par="accueil1")
    monde.absenter("chef_voirie")
    monde.absenter("chef_proprete")
    assert monde.resoudre("chef_voirie") == ["accueil1"]


def test_a_stand_in_for_this_nature_comes_before_the_general_one(monde: Monde) -> None:
    monde.suppleer("chef_voirie", par="agent1")
    monde.suppleer("chef_voirie", par="agent2", nature=NATURE)
    monde.absenter("chef_voirie")
    assert monde.resoudre("chef_voirie", NATURE) == ["agent2"]
    assert monde.resoudre("chef_voirie", "autre") == ["agent1"]


def test_without_stand_in_the_head_of_the_service_acts(monde: Monde) -> None:
    monde.absenter("agent1")
    assert monde.resoudre("agent1") == ["chef_voirie"]


def test_the_search_climbs_over_an_entity_without_head(monde: Monde) -> None:
    monde.absenter("chef_voirie")
    assert monde.resoudre("chef_voirie") == ["dga"]
    monde.absenter("dga")
    assert monde.resoudre("chef_voirie") == ["dgs"]


def test_an_absent_stand_in_of_another_service_leaves_the_post_to_its_own_head(monde: Monde) -> None:
    monde.suppleer("agent1", par="agent_proprete")
    monde.absenter("agent1")
    monde.absenter("agent_proprete")
    assert monde.resoudre("agent1") == ["chef_voirie"]
    monde.suppleer("chef_voirie", par="accueil1")
    monde.absenter("chef_voirie")
    assert monde.resoudre("agent1") == ["accueil1"]


def test_a_vacant_post_is_named_vacant_and_an_absent_person_by_name_and_title(monde: Monde) -> None:
    monde.liberer("chef_voirie")
    assert monde.annuaire.resoudre(monde.postes["chef_voirie"]).pour == "pour le poste vacant : Poste chef_voirie"
    Personne.objects.filter(pk=monde.personnes["agent1"]).update(civilite="Mme")
    monde.absenter("agent1")
    trouve = monde.annuaire.resoudre(monde.postes["agent1"])
    assert trouve.pour == "pour Agent1 Essai, absente"
    assert trouve.raisons[0].startswith("Agent1 Essai (Poste agent1) est absente (retour")


def test_whoever_left_keeps_his_or_her_name(monde: Monde) -> None:
    pk = monde.personnes["agent1"]
    Affectation.objects.filter(personne=pk).update(fin=JOUR)
    Personne.objects.filter(pk=pk).update(is_active=False)
    assert monde.annuaire.nom_personne(pk) == acteur(pk, AT).nom == "Agent1 Essai"
    assert monde.annuaire.nom_personne(None) == "le système"


def test_a_closed_post_or_entity_keeps_its_name_and_falls_to_the_head_above(monde: Monde) -> None:
    VersionPoste.objects.filter(entite=monde.entites["voirie"]).update(fin=JOUR)
    VersionEntite.objects.filter(entite=monde.entites["voirie"]).update(fin=JOUR)
    annuaire, dga = monde.annuaire, monde.par("dga")
    assert monde.noms(annuaire.resoudre(monde.postes["agent1"]).personnes) == ["dga"]
    assert annuaire.resoudre(monde.postes["agent1"]).pour == "pour le poste supprimé : Poste agent1"
    assert monde.noms(annuaire.resoudre_entite(monde.entites["voirie"]).personnes) == ["dga"]
    assert annuaire.nom_entite(monde.entites["voirie"]) == "Essai voirie"
    assert annuaire.designer(monde.postes["agent1"]) == "Poste agent1 (poste supprimé)"
    assert monde.postes["agent1"] in dga.postes_exerces("")
    assert (
        monde.entites["voirie"] in annuaire.entites_pour(dga.personne or 0)
        and monde.entites["voirie"] in dga.perimetre()
    )


def test_a_vacant_post_whose_heads_are_all_away_goes_to_the_nearest_of_them(monde: Monde) -> None:
    monde.liberer("agent1")
    for nom in ("chef_voirie", "dga", "dgs"):
        monde.absenter(nom)
    assert monde.resoudre("agent1") == ["chef_voirie"]


def test_a_stand_in_whose_period_is_over_no_longer_acts(monde: Monde) -> None:
    monde.suppleer("chef_voirie", par="chef_proprete", fin=JOUR)
    monde.absenter("chef_voirie")
    assert monde.resoudre("chef_voirie") == ["dga"]


def test_when_nobody_is_present_the_etape_stays_with_its_holder(monde: Monde) -> None:
    for nom in ("agent1", "chef_voirie", "dga", "dgs"):
        monde.absenter(nom)
    trouve = monde.annuaire.resoudre(monde.postes["agent1"])
    assert monde.noms(trouve.personnes) == ["agent1"]
    assert trouve.raisons[-1] == "Personne n'est présent au-dessus : l'étape reste à son titulaire."


def test_a_vacant_post_without_anybody_above_goes_to_the_administration(monde: Monde) -> None:
    VersionPoste.objects.filter(poste_id=monde.postes["accueil1"]).update(droits=[Droit.ADMINISTRATION])
    monde.liberer("dgs")
    trouve = monde.annuaire.resoudre(monde.postes["dgs"])
    assert monde.noms(trouve.personnes) == ["accueil1"]
    assert "agit par défaut" in trouve.raisons[-1]


def test_an_etape_of_a_service_goes_to_everybody_present_there(monde: Monde) -> None:
    monde.absenter("agent2")
    trouve = monde.annuaire.resoudre_entite(monde.entites["voirie"])
    assert set(monde.noms(trouve.personnes)) == {"chef_voirie", "agent1"}


def test_an_etape_of_an_empty_service_goes_to_the_head_above(monde: Monde) -> None:
    monde.absenter("accueil1")
    monde.absenter("accueil2")
    trouve = monde.annuaire.resoudre_entite(monde.entites["accueil"])
    assert monde.noms(trouve.personnes) == ["dga"]
    assert trouve.pour == "pour « Essai accueil », où personne n'est présent"
    assert trouve.raisons == ("Personne n'est présent : Essai accueil.",)
    assert monde.entites["accueil"] in monde.annuaire.entites_pour(monde.personnes["dga"])


def test_acting_for_is_the_inverse_of_resolving(monde: Monde) -> None:
    monde.suppleer("chef_voirie", par="chef_proprete")
    monde.absenter("chef_voirie")
    monde.absenter("agent1")
    annuaire = monde.annuaire
    for nom, pk in monde.personnes.items():
        attendu = {p for p in annuaire.postes if pk in annuaire.resoudre(p).personnes}
        assert annuaire.agit_pour(pk) == attendu, nom


def test_who_held_the_post_is_known_for_each_day(monde: Monde) -> None:
    Affectation.objects.filter(poste_id=monde.postes["dga"]).update(fin=JOUR)
    Affectation.objects.create(poste_id=monde.postes["dga"], personne_id=monde.personnes["etranger"], debut=JOUR)
    poste = monde.postes["dga"]
    assert monde.noms(annuaire_du(JOUR - UN_JOUR).resoudre(poste).personnes) == ["dga"]
    assert monde.noms(annuaire_du(JOUR).resoudre(poste).personnes) == ["etranger"]


def test_a_change_of_the_organisation_is_seen_at_the_next_look(monde: Monde) -> None:
    assert monde.resoudre("agent1") == ["agent1"]
    monde.absenter("agent1")
    assert monde.resoudre("agent1") == ["chef_voirie"]
    Absence.objects.all().delete()
    assert monde.resoudre("agent1") == ["agent1"]


def test_a_head_sees_all_below_and_an_agent_its_service(monde: Monde) -> None:
    dessous = {monde.entites[e] for e in ("dga1", "direction", "voirie", "proprete", "accueil")}
    assert monde.par("dga").perimetre() == dessous
    assert monde.par("agent1").perimetre() == {monde.entites["voirie"]}


# --- what the database refuses ------------------------------------------------------------------------------------


def test_a_loop_of_two_stand_ins_is_refused(monde: Monde) -> None:
    monde.suppleer("agent1", par="agent2")
    with pytest.raises(IntegrityError, match="formerait une boucle"), transaction.atomic():
        monde.suppleer("agent2", par="agent1")


def test_a_longer_loop_of_stand_ins_is_refused(monde: Monde) -> None:
    monde.suppleer("agent1", par="agent2", nature=NATURE)
    monde.suppleer("agent2", par="chef_voirie")
    with pytest.raises(IntegrityError, match="formerait une boucle"), transaction.atomic():
        monde.suppleer("chef_voirie", par="agent1")


def test_stand_ins_that_never_meet_in_time_or_nature_are_no_loop(monde: Monde) -> None:
    monde.suppleer("agent1", par="agent2", nature="a", fin=JOUR)
    monde.suppleer("agent2", par="agent1", nature="b")
    monde.suppleer("agent2", par="agent1", nature="a", debut=JOUR)


def test_a_post_does_not_stand_in_for_itself(monde: Monde) -> None:
    with pytest.raises(IntegrityError, match="suppleance_pas_soi_meme|formerait une boucle"), transaction.atomic():
        monde.suppleer("agent1", par="agent1")


def test_two_holders_of_one_post_at_once_are_refused(monde: Monde) -> None:
    with pytest.raises(IntegrityError, match="affectation_sans_chevauchement"), transaction.atomic():
        Affectation.objects.create(poste_id=monde.postes["dga"], personne_id=monde.personnes["dgs"], debut=JOUR)


def test_two_descriptions_of_one_entity_or_post_at_once_are_refused(monde: Monde) -> None:
    with pytest.raises(IntegrityError, match="versionentite_sans_chevauchement"), transaction.atomic():
        VersionEntite.objects.create(entite_id=monde.entites["voirie"], nom="Bis", genre="service", debut=JOUR)
    with pytest.raises(IntegrityError, match="versionposte_sans_chevauchement"), transaction.atomic():
        VersionPoste.objects.create(
            poste_id=monde.postes["dga"], entite_id=monde.entites["ville"], intitule="Bis", debut=JOUR
        )


def test_two_absences_of_one_person_at_once_are_refused(monde: Monde) -> None:
    monde.absenter("agent1", fin=None)
    with pytest.raises(IntegrityError, match="absence_sans_chevauchement"), transaction.atomic():
        monde.absenter("agent1", debut=JOUR + UN_JOUR)


def test_a_period_that_ends_when_the_next_begins_is_accepted(monde: Monde) -> None:
    monde.absenter("agent1", fin=JOUR + UN_JOUR)
    monde.absenter("agent1", debut=JOUR + UN_JOUR)


def test_a_period_ends_after_it_begins(monde: Monde) -> None:
    with pytest.raises(IntegrityError, match="fin_apres_debut"), transaction.atomic():
        Absence.objects.create(personne_id=monde.personnes["agent1"], debut=JOUR, fin=DEPUIS)


def test_a_closed_account_leaves_its_post_to_the_next_in_line(monde: Monde) -> None:
    Personne.objects.filter(pk=monde.personnes["agent1"]).update(is_active=False)
    assert monde.resoudre("agent1") == ["chef_voirie"]


def test_a_stand_in_for_one_nature_sees_the_dossiers_to_act_on(monde: Monde) -> None:
    dossier = monde.ouvrir("parallele")
    monde.suppleer("chef_voirie", par="accueil2", nature=NATURE)
    monde.absenter("chef_voirie")
    remplacant = acteur(monde.personnes["accueil2"], AT)
    assert remplacant.agit_pour(monde.postes["chef_voirie"], None, NATURE)
    assert dossier in Dossier.objects.visibles_par(remplacant)


def test_an_absence_without_end_names_no_day_of_return(monde: Monde) -> None:
    monde.absenter("agent1", fin=None)
    raison = monde.annuaire.resoudre(monde.postes["agent1"]).raisons[0]
    assert f"{date.max:%Y}" not in raison
