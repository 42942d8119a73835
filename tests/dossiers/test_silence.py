"""Silence becomes a decision only where the law says so, on its day, noted once by the system; an answer stays due."""

from datetime import date, datetime, timedelta

import pytest

from buridan.dossiers.actions.silence import constater_les_silences, constater_silence
from buridan.dossiers.actions.traversee import DejaFait
from buridan.dossiers.etats import EtatDossier
from buridan.dossiers.models import Dossier
from buridan.journal.models import Ligne
from buridan.notifications.models import Notification
from buridan.outils.verdict import Refus
from tests.dossiers.test_courses import HUIT, course, sain
from tests.monde import AT, Monde

LE = date(2026, 3, 20)


def _muet(monde: Monde) -> Dossier:
    dossier = monde.ouvrir()
    Dossier.objects.filter(pk=dossier.pk).update(legal_le=LE)
    return dossier


def _passer(monde: Monde, jour: date) -> int:
    at = datetime.combine(jour, AT.timetz())
    return constater_les_silences(by=monde.systeme(at), at=at)


def _lignes(dossier: Dossier) -> list[tuple[int | None, str]]:
    lues = Ligne.objects.filter(chaine=dossier.uuid, verbe="constater_silence").select_related("charge")
    return [(ligne.auteur, ligne.charge.contenu["decision_implicite"]) for ligne in lues]


def test_the_day_after_the_law_s_the_decision_is_noted_once_and_told_and_the_dossier_stays_open(monde: Monde) -> None:
    dossier = _muet(monde)
    monde.mener(dossier, "visa")
    Notification.objects.all().delete()
    assert _passer(monde, LE) == 0
    assert _passer(monde, LE + timedelta(days=1)) == 1
    assert _passer(monde, LE + timedelta(days=1)) == 0 == _passer(monde, LE + timedelta(days=9))
    assert _lignes(dossier) == [(None, LE.isoformat())]
    dit = Notification.objects.get(personne=monde.personnes["chef_voirie"]).texte
    assert "décision implicite du 20/03/2026" in dit and "Une réponse reste due" in dit
    assert Dossier.objects.get(pk=dossier.pk).etat == EtatDossier.OUVERT
    sain(dossier)


def test_another_date_of_the_law_is_noted_in_its_turn(monde: Monde) -> None:
    dossier = _muet(monde)
    _passer(monde, LE + timedelta(days=1))
    apres = LE + timedelta(days=60)
    Dossier.objects.filter(pk=dossier.pk).update(legal_le=apres)
    assert _passer(monde, apres) == 0
    assert _passer(monde, apres + timedelta(days=1)) == 1
    assert [jour for _par, jour in _lignes(dossier)] == [LE.isoformat(), apres.isoformat()]


def test_without_a_date_of_the_law_or_once_answered_nothing_is_noted(monde: Monde) -> None:
    monde.ouvrir()
    Dossier.objects.filter(pk=monde.clos().pk).update(legal_le=LE)
    assert _passer(monde, LE + timedelta(days=5)) == 0


def test_nobody_makes_a_decision_of_silence_by_hand(monde: Monde) -> None:
    dossier, at = _muet(monde), AT + timedelta(days=30)
    with pytest.raises(Refus, match="La loi seule"):
        constater_silence(dossier, by=monde.par("dgs", at), at=at)


def test_eight_workers_note_it_once(monde_reel: Monde) -> None:
    dossier, at = _muet(monde_reel), AT + timedelta(days=30)
    resultats = course(*[lambda: constater_silence(dossier, by=monde_reel.systeme(at), at=at)] * HUIT)
    assert sum(isinstance(r, DejaFait) for r in resultats) == HUIT - 1, resultats
    assert constater_les_silences(by=monde_reel.systeme(at), at=at) == 0
    assert len(_lignes(dossier)) == 1
    sain(dossier)
