"""Reminders, escalation and return from hold: what Buridan does by itself."""

from datetime import date, datetime, timedelta
from typing import Any

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from buridan.dossiers.actions import avancer, echeances
from buridan.dossiers.actions.attendre import mettre_en_attente, reprendre
from buridan.dossiers.actions.echeances import passer_les_echeances, rappeler
from buridan.dossiers.actions.traversee import Traversee
from buridan.dossiers.etats import EtatDossier, EtatEtape
from buridan.dossiers.models import Dossier, Etape
from buridan.journal.chaine import verifier
from buridan.journal.models import Ligne
from buridan.notifications.models import Notification
from tests.monde import AT, JOUR, Monde


def passer(monde: Monde, jour: int) -> int:
    """What is done by itself that day of March."""
    at = datetime.combine(date(2026, 3, jour), AT.timetz())
    Notification.objects.all().delete()
    return passer_les_echeances(by=monde.systeme(at), at=at)


def recus() -> set[tuple[int, str]]:
    """Who was told, and the end of what was said."""
    return {(n.personne_id, n.texte.split(" : ", 1)[1]) for n in Notification.objects.all()}


def test_an_etape_is_recalled_before_then_after_its_term_then_goes_to_the_head(monde: Monde) -> None:
    dossier = monde.ouvrir()
    etape = monde.mener(dossier, "visa")  # due on Thursday 12
    assert etape.echeance == date(2026, 3, 12)
    chef, dga = monde.personnes["chef_voirie"], monde.personnes["dga"]
    assert passer(monde, 10) == 0
    assert passer(monde, 11) == 1
    assert recus() == {(chef, "« Viser » est à faire pour le 12/03/2026")}
    assert passer(monde, 11) == 0
    assert passer(monde, 12) == 0
    assert passer(monde, 13) == 1
    assert recus() == {(chef, "« Viser » est en retard depuis le 12/03/2026")}
    assert passer(monde, 16) == 0
    assert passer(monde, 17) == 1
    assert recus() == {(dga, "« Viser » reste en retard (Chef_voirie Essai). À vous de trancher.")}
    assert Dossier.objects.get(pk=dossier.pk).suiveurs == [dga]
    assert passer(monde, 30) == 0
    lignes = Ligne.objects.filter(chaine=dossier.uuid, auteur=None).order_by("numero")
    assert list(lignes.values_list("verbe", flat=True)) == ["rappeler", "rappeler", "escalader"]


def test_the_stand_in_is_recalled_instead_of_the_absent_holder(monde: Monde) -> None:
    monde.mener(monde.ouvrir(), "visa")
    monde.suppleer("chef_voirie", par="agent2")
    monde.absenter("chef_voirie")
    passer(monde, 11)
    assert {personne for personne, _texte in recus()} == {monde.personnes["agent2"]}


def test_a_waiting_dossier_is_not_recalled_and_resumes_on_its_day(monde: Monde) -> None:
    dossier = monde.ouvrir()
    etape = monde.mener(dossier, "visa")
    mettre_en_attente(dossier, by=monde.par("chef_voirie"), at=AT, jusquau=date(2026, 3, 20), motif="Pièce")
    assert passer(monde, 19) == 0
    plus_tard = AT + timedelta(days=9)
    assert not rappeler(etape, by=monde.systeme(plus_tard), at=plus_tard)
    assert passer(monde, 20) == 1
    assert Dossier.objects.get(pk=dossier.pk).etat == EtatDossier.OUVERT
    assert monde.etape(dossier).echeance == date(2026, 3, 23)  # ten days later is a Sunday


def test_a_dossier_resumed_meanwhile_does_not_stop_the_others(monde: Monde, monkeypatch: pytest.MonkeyPatch) -> None:
    dossiers = [monde.ouvrir(), monde.ouvrir()]
    for dossier in dossiers:
        mettre_en_attente(dossier, by=monde.par("agent1"), at=AT, jusquau=JOUR + timedelta(days=1), motif="Pièce")
    reprises: list[int] = []

    def un_collegue_est_plus_rapide(dossier: Dossier, **champs: object) -> None:
        if not reprises:
            reprendre(dossier, by=monde.par("agent1"), at=AT)
        reprises.append(dossier.pk)
        reprendre(dossier, **champs)  # type: ignore[arg-type]

    monkeypatch.setattr(echeances, "reprendre", un_collegue_est_plus_rapide)
    assert passer(monde, 11) == 1
    assert set(Dossier.objects.filter(pk__in=reprises).values_list("etat", flat=True)) == {EtatDossier.OUVERT}
    assert len(reprises) == 2


def test_reminders_are_written_together_and_each_journal_stays_whole(monde: Monde) -> None:
    monde.mener(monde.ouvrir(), "visa")
    monde.systeme(datetime.combine(date(2026, 3, 11), AT.timetz()))  # the organisation of that day is read
    with CaptureQueriesContext(connection) as pour_un:
        assert passer(monde, 11) == 1
    dossiers = [monde.ouvrir() for _ in range(4)]
    for dossier in dossiers:
        monde.mener(dossier, "visa")
    with CaptureQueriesContext(connection) as pour_quatre:
        assert passer(monde, 11) == 4
    assert len(pour_quatre) == len(pour_un)
    assert passer(monde, 17) == 5  # all go to the head, in the other columns too
    assert passer(monde, 18) == 0
    for dossier in dossiers:
        assert list(_par_le_systeme(dossier)) == ["rappeler", "escalader"]
        assert Dossier.objects.get(pk=dossier.pk).suiveurs == [monde.personnes["dga"]]
    assert Dossier.objects.filter(bouge_le__date=date(2026, 3, 17)).count() == 5
    assert list(verifier()) == []


def test_a_reminder_that_fails_does_not_stop_the_others(
    monde: Monde, monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    dossiers = [monde.ouvrir() for _ in range(3)]
    for dossier in dossiers:
        monde.mener(dossier, "visa")
    rappel = echeances._niveau

    def un_est_casse(t: Traversee, etape: Etape) -> None:
        if t.dossier.pk == dossiers[1].pk:
            raise ZeroDivisionError
        rappel(t, etape)

    monkeypatch.setattr(echeances, "_niveau", un_est_casse)
    assert passer(monde, 11) == 2
    assert [list(_par_le_systeme(d)) for d in dossiers] == [["rappeler"], [], ["rappeler"]]
    assert "Échéance non traitée" in caplog.text
    assert list(verifier()) == []


def test_two_etapes_of_one_dossier_are_both_recalled(monde: Monde) -> None:
    dossier = monde.ouvrir()
    visa = monde.mener(dossier, "visa")
    Etape.objects.filter(dossier=dossier, type="reponse").update(
        etat=EtatEtape.ACTIVE, rang=visa.rang, activee_le=AT, echeance=visa.echeance, urgence_le=visa.urgence_le,
        prochain_rappel=visa.prochain_rappel,
    )  # fmt: skip
    assert passer(monde, 11) == 2
    assert list(_par_le_systeme(dossier)) == ["rappeler", "rappeler"]
    assert list(verifier()) == []


def _par_le_systeme(dossier: Dossier) -> Any:
    lignes = Ligne.objects.filter(chaine=dossier.uuid, auteur=None).order_by("numero")
    return lignes.values_list("verbe", flat=True)


def test_a_large_team_is_recalled_by_its_head(monde: Monde, monkeypatch: pytest.MonkeyPatch) -> None:
    etape = monde.mener(monde.ouvrir(), "traitement")
    assert etape.poste_id is None and etape.echeance is not None
    monkeypatch.setattr(avancer, "TABLEE", 1)
    passer(monde, etape.echeance.day + 1)
    assert {personne for personne, _texte in recus()} == {monde.personnes["chef_voirie"]}
