"""Reminders, escalation and return from hold: what Buridan does by itself."""

from datetime import date, datetime, timedelta

import pytest

from buridan.dossiers.actions import avancer, echeances
from buridan.dossiers.actions.attendre import mettre_en_attente, reprendre
from buridan.dossiers.actions.echeances import passer_les_echeances, rappeler
from buridan.dossiers.etats import EtatDossier
from buridan.dossiers.models import Dossier
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


def test_a_large_team_is_recalled_by_its_head(monde: Monde, monkeypatch: pytest.MonkeyPatch) -> None:
    etape = monde.mener(monde.ouvrir(), "traitement")
    assert etape.poste_id is None and etape.echeance is not None
    monkeypatch.setattr(avancer, "TABLEE", 1)
    passer(monde, etape.echeance.day + 1)
    assert {personne for personne, _texte in recus()} == {monde.personnes["chef_voirie"]}
