"""Absences and stand-ins: declare, refuse, end."""

import html
from typing import Any
from uuid import uuid4

import pytest

from buridan.organisation import rules
from buridan.organisation.acteur import acteur
from buridan.organisation.actions import declarer_absence, nommer_suppleant
from buridan.organisation.annuaire import annuaire_du
from buridan.organisation.models import Absence, Droit, Suppleance, VersionPoste
from buridan.outils.verdict import Refus

ABSENCES, SUPPLEANCES = "/organisation/absences/", "/organisation/suppleances/"

pytestmark = pytest.mark.django_db


def texte(reponse: Any) -> str:
    """The page with single spaces."""
    return " ".join(html.unescape(reponse.content.decode()).split())


def absence(qui: Any, debut: Any, fin: Any, **plus: Any) -> dict[str, Any]:
    """What the form sends."""
    return {"jeton": str(uuid4()), "personne": qui.pk, "debut": debut.isoformat(), "fin": fin.isoformat(), **plus}


def suppleance(poste: Any, suppleant: Any, debut: Any, **plus: Any) -> dict[str, Any]:
    """What the form sends."""
    return {"jeton": str(uuid4()), "poste": poste.pk, "suppleant": suppleant.pk, "debut": debut.isoformat(), **plus}


def test_an_absence_says_at_once_who_will_act(equipe: Any, connecte: Any, dans: Any) -> None:
    Suppleance.objects.create(poste=equipe.poste_ali, suppleant=equipe.poste_bea, debut=equipe.jour)
    reponse = connecte(equipe.ali).post(ABSENCES, absence(equipe.ali, dans(2), dans(5)), follow=True)
    assert "Pendant cette absence, Béa Épreuve agira pour le poste « Échelliste »" in texte(reponse)
    assert Absence.objects.get(personne=equipe.ali).saisie_par == equipe.ali


def test_when_the_stand_in_is_away_too_the_head_acts(equipe: Any, connecte: Any, dans: Any) -> None:
    Suppleance.objects.create(poste=equipe.poste_ali, suppleant=equipe.poste_bea, debut=equipe.jour)
    Absence.objects.create(personne=equipe.bea, debut=dans(1), fin=dans(9))
    reponse = connecte(equipe.ali).post(ABSENCES, absence(equipe.ali, dans(2), dans(5)), follow=True)
    assert "Cléo Épreuve agira" in texte(reponse)


def test_the_forecast_of_a_day_agrees_with_the_directory_of_that_day(equipe: Any, troupe: Any, dans: Any) -> None:
    Suppleance.objects.create(poste=equipe.poste_ali, suppleant=equipe.poste_bea, debut=dans(2), fin=dans(4))
    Absence.objects.create(personne=equipe.ali, debut=dans(1), fin=dans(9))
    aujourdhui = annuaire_du(equipe.jour)
    for jours in (0, 1, 2, 3, 4, 9):
        futur = rules.projeter(aujourdhui, dans(jours), Absence.objects.all(), Suppleance.objects.all())
        for poste in (equipe.poste_ali.pk, equipe.poste_bea.pk):
            assert futur.resoudre(poste) == annuaire_du(dans(jours)).resoudre(poste)


def test_an_overlap_is_refused_with_the_sentence_of_the_database(equipe: Any, connecte: Any, dans: Any) -> None:
    Absence.objects.create(personne=equipe.ali, debut=dans(1), fin=dans(5))
    reponse = connecte(equipe.ali).post(ABSENCES, absence(equipe.ali, dans(3), dans(8), motif="Congés de printemps"))
    assert reponse.status_code == 422 and "Cette personne est déjà absente sur cette période." in texte(reponse)
    assert "Congés de printemps" in texte(reponse)
    assert Absence.objects.filter(personne=equipe.ali).count() == 1


def test_a_return_before_the_departure_is_refused_at_its_field(equipe: Any, connecte: Any, dans: Any) -> None:
    reponse = connecte(equipe.ali).post(ABSENCES, absence(equipe.ali, dans(5), dans(5)))
    assert reponse.status_code == 422 and "Le jour du retour doit suivre" in texte(reponse)


def test_a_second_click_declares_nothing_twice(equipe: Any, connecte: Any, dans: Any) -> None:
    envoi, client = absence(equipe.ali, dans(2), dans(5)), connecte(equipe.ali)
    client.post(ABSENCES, envoi)
    reponse = client.post(ABSENCES, envoi, follow=True)
    assert "rien n'a été fait deux fois" in texte(reponse)
    assert Absence.objects.filter(personne=equipe.ali).count() == 1


def test_a_refused_form_can_be_sent_again_with_its_token(equipe: Any, connecte: Any, dans: Any) -> None:
    autre = Absence.objects.create(personne=equipe.ali, debut=dans(1), fin=dans(5))
    envoi, client = absence(equipe.ali, dans(3), dans(8)), connecte(equipe.ali)
    assert client.post(ABSENCES, envoi).status_code == 422
    autre.delete()
    assert client.post(ABSENCES, envoi).status_code == 302
    assert Absence.objects.get(personne=equipe.ali).fin == dans(8)


def test_a_head_declares_for_the_team_and_an_agent_only_for_oneself(
    equipe: Any, connecte: Any, dans: Any, at: Any
) -> None:
    assert connecte(equipe.cheffe).post(ABSENCES, absence(equipe.ali, dans(2), dans(5))).status_code == 302
    assert connecte(equipe.ali).post(ABSENCES, absence(equipe.bea, dans(2), dans(5))).status_code == 422
    with pytest.raises(Refus, match="vos équipes"):
        declarer_absence(by=acteur(equipe.ali.pk, at), personne=equipe.bea.pk, debut=dans(2), fin=dans(5))
    assert not Absence.objects.filter(personne=equipe.bea).exists()


def test_an_administrator_declares_for_everybody(equipe: Any, connecte: Any, dans: Any, at: Any) -> None:
    VersionPoste.objects.filter(poste=equipe.poste_bea).update(droits=[Droit.ADMINISTRATION])
    assert connecte(equipe.bea).post(ABSENCES, absence(equipe.cheffe, dans(2), dans(5))).status_code == 302
    assert rules.peut_nommer_suppleant(acteur(equipe.bea.pk, at), equipe.poste_cheffe.pk)


def test_colleagues_do_not_see_each_other_s_absences_on_this_page(equipe: Any, connecte: Any, dans: Any) -> None:
    Absence.objects.create(personne=equipe.bea, debut=equipe.jour, fin=dans(5), motif="opération")
    assert "opération" not in texte(connecte(equipe.ali).get(ABSENCES))
    assert "opération" in texte(connecte(equipe.cheffe).get(ABSENCES))


def test_coming_back_early_ends_the_absence_today(equipe: Any, connecte: Any, dans: Any) -> None:
    en_cours = Absence.objects.create(personne=equipe.ali, debut=dans(-3), fin=dans(5))
    assert connecte(equipe.bea).post(f"{ABSENCES}{en_cours.pk}/terminer/").status_code == 404
    client = connecte(equipe.ali)
    assert "est terminée" in texte(client.post(f"{ABSENCES}{en_cours.pk}/terminer/", follow=True))
    en_cours.refresh_from_db()
    assert en_cours.fin == equipe.jour and en_cours.debut == dans(-3)
    assert "rien à arrêter" in texte(client.post(f"{ABSENCES}{en_cours.pk}/terminer/", follow=True))


def test_an_absence_still_to_come_is_withdrawn(equipe: Any, connecte: Any, dans: Any) -> None:
    future = Absence.objects.create(personne=equipe.ali, debut=dans(3), fin=dans(5))
    connecte(equipe.ali).post(f"{ABSENCES}{future.pk}/terminer/")
    assert not Absence.objects.filter(pk=future.pk).exists()


def test_a_get_ends_nothing(equipe: Any, connecte: Any, dans: Any) -> None:
    en_cours = Absence.objects.create(personne=equipe.ali, debut=dans(-3), fin=dans(5))
    assert connecte(equipe.ali).get(f"{ABSENCES}{en_cours.pk}/terminer/").status_code == 405


def test_a_stand_in_is_named_for_all_dossiers_or_for_one_nature(equipe: Any, connecte: Any, dans: Any) -> None:
    client = connecte(equipe.ali)
    reponse = client.post(SUPPLEANCES, suppleance(equipe.poste_ali, equipe.poste_bea, dans(0)), follow=True)
    assert "Béa Épreuve (Cordiste) suppléera Ali Épreuve (Échelliste)" in texte(reponse)
    envoi = suppleance(equipe.poste_ali, equipe.poste_cheffe, dans(0), fin=dans(9).isoformat(), nature="demandes")
    assert "seulement pour : Demande" in texte(client.post(SUPPLEANCES, envoi, follow=True))
    Absence.objects.create(personne=equipe.ali, debut=equipe.jour, fin=dans(5))
    jour = annuaire_du(equipe.jour)
    assert jour.resoudre(equipe.poste_ali.pk).personnes == (equipe.bea.pk,)
    assert jour.resoudre(equipe.poste_ali.pk, "demandes").personnes == (equipe.cheffe.pk,)


def test_a_loop_of_stand_ins_is_refused_with_the_sentence_of_the_database(
    equipe: Any, connecte: Any, dans: Any
) -> None:
    Suppleance.objects.create(poste=equipe.poste_bea, suppleant=equipe.poste_ali, debut=equipe.jour)
    reponse = connecte(equipe.ali).post(SUPPLEANCES, suppleance(equipe.poste_ali, equipe.poste_bea, dans(1)))
    assert reponse.status_code == 422 and "formerait une boucle" in texte(reponse)
    assert not Suppleance.objects.filter(poste=equipe.poste_ali).exists()


def test_a_post_cannot_stand_in_for_itself(equipe: Any, connecte: Any, dans: Any) -> None:
    reponse = connecte(equipe.ali).post(SUPPLEANCES, suppleance(equipe.poste_ali, equipe.poste_ali, dans(1)))
    assert reponse.status_code == 422
    assert "se suppléer lui-même" in texte(reponse) or "formerait une boucle" in texte(reponse)


def test_an_agent_names_no_stand_in_for_a_colleague(equipe: Any, connecte: Any, dans: Any, at: Any) -> None:
    envoi = suppleance(equipe.poste_bea, equipe.poste_ali, dans(1))
    assert connecte(equipe.ali).post(SUPPLEANCES, envoi).status_code == 422
    with pytest.raises(Refus, match="vos équipes"):
        nommer_suppleant(
            by=acteur(equipe.ali.pk, at), poste=equipe.poste_bea.pk, suppleant=equipe.poste_ali.pk,
            debut=dans(1), fin=None,
        )  # fmt: skip
    assert connecte(equipe.cheffe).post(SUPPLEANCES, envoi).status_code == 302


def test_a_stand_in_ends_today_and_one_to_come_is_withdrawn(equipe: Any, connecte: Any, dans: Any) -> None:
    ancienne = Suppleance.objects.create(poste=equipe.poste_ali, suppleant=equipe.poste_bea, debut=dans(-9))
    future = Suppleance.objects.create(poste=equipe.poste_ali, suppleant=equipe.poste_cheffe, debut=dans(9))
    assert connecte(equipe.bea).post(f"{SUPPLEANCES}{ancienne.pk}/terminer/").status_code == 404
    for pk in (ancienne.pk, future.pk):
        assert connecte(equipe.ali).post(f"{SUPPLEANCES}{pk}/terminer/").status_code == 302
    ancienne.refresh_from_db()
    assert ancienne.fin == equipe.jour and not Suppleance.objects.filter(pk=future.pk).exists()
