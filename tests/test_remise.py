"""Who gave no e-mail gets the answer all the same: somebody gives it and says so, and nobody forgets it meanwhile."""

from datetime import datetime
from html import unescape
from typing import Any

import pytest
from django.test import Client

from buridan.demandes.actions.remettre import remettre
from buridan.demandes.models import Demande
from buridan.demandes.queries import a_remettre
from buridan.dossiers.actions.clore_autrement import retirer, reunir, transmettre
from buridan.dossiers.actions.rouvrir import rouvrir
from buridan.dossiers.actions.traversee import DejaFait
from buridan.dossiers.recit import recit
from buridan.organisation.acteur import Acteur, systeme
from buridan.organisation.models import Personne
from buridan.outils.verdict import Refus
from tests.dossiers.test_courses import HUIT, course

from .conftest import Troupe

TELEPHONE = "03 61 99 12 34"


def _par_telephone(troupe: Troupe, **champs: Any) -> Demande:
    demande: Demande = troupe.deposer(**{"courriel": "", "telephone": TELEPHONE, **champs})
    return demande


def _repondre(demande: Demande, by: Acteur) -> None:
    transmettre(demande.dossier, by=by, at=by.at, administration="Département")


def _client(by: Acteur) -> Client:
    client = Client()
    client.force_login(Personne.objects.get(pk=by.personne))
    return client


def test_an_answer_without_an_e_mail_waits_on_the_desk_until_somebody_gives_it(troupe: Troupe) -> None:
    demande, by = _par_telephone(troupe), troupe.present("voirie")
    assert "rien ne lui est envoyé" in unescape(_client(by).get(f"/dossiers/{demande.dossier.uuid}/").content.decode())
    assert not a_remettre(by).exists()
    _repondre(demande, by)
    assert list(a_remettre(by)) == list(a_remettre(troupe.present("accueil"))) == [demande]
    assert not a_remettre(troupe.present("sports")).exists()
    client = _client(by)
    assert "réponse à donner, sans courriel" in client.get("/bureau/").content.decode()
    liste = client.get("/reponses-a-donner/").content.decode()
    assert demande.dossier.reference in liste and TELEPHONE in liste
    page = unescape(client.get(f"/dossiers/{demande.dossier.uuid}/").content.decode())
    assert "Réponse à donner" in page and "J'ai donné la réponse" in page
    client.post(f"/dossiers/{demande.dossier.uuid}/gestes/remettre/", {"moyen": "telephone"})
    assert not a_remettre(by).exists()
    ligne = recit(demande.dossier)[0]
    assert (ligne["quoi"], ligne["details"]) == ("a donné la réponse au demandeur", "moyen : par téléphone")


def test_an_answer_sent_by_e_mail_asks_nobody(troupe: Troupe) -> None:
    demande, by = troupe.deposer(), troupe.present("voirie")
    _repondre(demande, by)
    assert not a_remettre(by).exists()
    with pytest.raises(DejaFait, match="pas de réponse à donner"):
        remettre(demande.dossier, by=by, at=troupe.at, moyen="telephone")


def test_a_stranger_can_not_say_that_it_was_given_nor_anybody_before_the_answer(troupe: Troupe) -> None:
    demande, by = _par_telephone(troupe), troupe.present("voirie")
    with pytest.raises(Refus, match="n'est pas encore partie"):
        remettre(demande.dossier, by=by, at=troupe.at, moyen="telephone")
    _repondre(demande, by)
    with pytest.raises(Refus, match="n'est pas ouvert à votre service"):
        remettre(demande.dossier, by=troupe.present("sports"), at=troupe.at, moyen="telephone")


def test_a_withdrawn_request_has_no_answer_to_give_and_a_joined_one_waits_for_the_other(troupe: Troupe) -> None:
    by = troupe.present("voirie")
    retiree = _par_telephone(troupe)
    retirer(retiree.dossier, by=systeme(troupe.at), at=troupe.at)
    principal, double = troupe.deposer(), _par_telephone(troupe)
    reunir(double.dossier, by=by, at=troupe.at, principal=principal.dossier)
    assert not a_remettre(by).exists()
    _repondre(principal, by)
    assert list(a_remettre(by)) == [double]


def test_a_reopened_request_has_nothing_to_give_before_its_next_answer(troupe: Troupe, at: datetime) -> None:
    demande, chef = _par_telephone(troupe), troupe.au_poste("resp-voirie")
    _repondre(demande, chef)
    rouvrir(demande.dossier, by=chef, at=at, motif="Encore cassé")
    assert not a_remettre(troupe.present("voirie")).exists()
    _repondre(demande, chef)
    assert list(a_remettre(troupe.present("voirie"))) == [demande]


def test_eight_clicks_give_it_once(troupe_reelle: Troupe) -> None:
    demande, by = _par_telephone(troupe_reelle), troupe_reelle.present("voirie")
    _repondre(demande, by)
    resultats = course(*[lambda: remettre(demande.dossier, by=by, at=by.at, moyen="main")] * HUIT)
    assert sum(isinstance(r, DejaFait) for r in resultats) == HUIT - 1, resultats
