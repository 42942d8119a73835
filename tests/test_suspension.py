"""The law's clock while a request waits (CRPA L114-5)."""

from datetime import timedelta

import pytest

from buridan.demandes.models import TypeDemande
from buridan.dossiers.actions.attendre import demander_complement, mettre_en_attente, reprendre
from buridan.dossiers.actions.ecrire import message_du_demandeur
from buridan.droit.delais import Delai, ajouter, date_legale
from buridan.organisation.acteur import systeme

from .conftest import Troupe


def _attendre_et_reprendre(
    troupe: Troupe, silence: str, *, question: bool, jours: int, reponse: bool = True
) -> tuple[object, object]:
    TypeDemande.objects.filter(code="nid-de-poule").update(silence=silence, silence_delai="2 mois")
    dossier = troupe.deposer().dossier
    avant, agent, jour = dossier.legal_le, troupe.present("voirie"), date_legale(troupe.at)
    if question:
        demander_complement(dossier, by=agent, at=troupe.at, jusquau=jour + timedelta(days=10), texte="Où exactement ?")
    else:
        mettre_en_attente(dossier, by=agent, at=troupe.at, jusquau=jour + timedelta(days=10), motif="Travaux en cours")
    plus_tard = troupe.at + timedelta(days=jours)
    if reponse:
        message_du_demandeur(dossier, by=systeme(plus_tard), at=plus_tard, texte="Devant le 12.")
    else:
        reprendre(dossier, by=systeme(plus_tard), at=plus_tard)
    dossier.refresh_from_db()
    return avant, dossier.legal_le


def test_silence_that_rejects_is_suspended_until_the_requester_answers(troupe: Troupe) -> None:
    avant, apres = _attendre_et_reprendre(troupe, "rejet", question=True, jours=6)
    assert apres == avant + timedelta(days=6)  # type: ignore[operator]


def test_silence_that_rejects_is_not_suspended_beyond_the_time_given(troupe: Troupe) -> None:
    avant, apres = _attendre_et_reprendre(troupe, "rejet", question=True, jours=25)
    assert apres == avant + timedelta(days=10)  # type: ignore[operator]


def test_silence_that_accepts_starts_again_when_the_file_is_complete(troupe: Troupe) -> None:
    _avant, apres = _attendre_et_reprendre(troupe, "acceptation", question=True, jours=6)
    assert apres == ajouter(date_legale(troupe.at + timedelta(days=6)), Delai.lire("2 mois"))


@pytest.mark.parametrize("silence", ["rejet", "acceptation"])
def test_a_hold_of_the_town_s_own_does_not_move_the_law_s_date(silence: str, troupe: Troupe) -> None:
    avant, apres = _attendre_et_reprendre(troupe, silence, question=False, jours=10, reponse=False)
    assert apres == avant
