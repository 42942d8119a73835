"""The law's clock while a request waits (CRPA L114-5)."""

from datetime import timedelta

import pytest
from django.test import Client

from buridan.demandes import legal, suivi
from buridan.demandes.actions.qualifier import qualifier
from buridan.demandes.actions.satisfaire import evaluer
from buridan.demandes.models import Suspension, TypeDemande
from buridan.dossiers.actions.attendre import demander_complement, mettre_en_attente, reprendre
from buridan.dossiers.actions.clore_autrement import transmettre
from buridan.dossiers.actions.ecrire import message_du_demandeur
from buridan.dossiers.actions.rouvrir import rouvrir
from buridan.dossiers.models import Dossier, Etape
from buridan.dossiers.recit import recit
from buridan.droit.delais import Delai, ajouter, date_legale
from buridan.organisation.acteur import systeme
from buridan.organisation.models import Personne
from buridan.outils.verdict import Refus

from .conftest import Troupe
from .dossiers.test_courses import HUIT, course, sain


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


# --- several requests for pieces -------------------------------------------------------------------------------------


def _type(silence: str) -> None:
    TypeDemande.objects.filter(code="nid-de-poule").update(silence=silence, silence_delai="2 mois")


def _demander(troupe: Troupe, dossier: Dossier, jour: int, jusqua: int) -> None:
    at = troupe.at + timedelta(days=jour)
    jusquau = date_legale(troupe.at) + timedelta(days=jusqua)
    demander_complement(dossier, by=troupe.present("voirie"), at=at, jusquau=jusquau, texte=f"Pièce {jour} ?")


def _repondre(troupe: Troupe, dossier: Dossier, jour: int) -> None:
    at = troupe.at + timedelta(days=jour)
    message_du_demandeur(dossier, by=systeme(at), at=at, texte=f"La voici, {jour}.")


def _legal(dossier: Dossier) -> object:
    dossier.refresh_from_db()
    return dossier.legal_le


def test_two_suspensions_of_a_rejection_add_up_and_are_kept(troupe: Troupe) -> None:
    _type("rejet")
    dossier = troupe.deposer().dossier
    avant = _legal(dossier)
    _demander(troupe, dossier, 1, 11)
    assert _legal(dossier) == avant + timedelta(days=10)  # type: ignore[operator]
    _repondre(troupe, dossier, 4)
    assert _legal(dossier) == avant + timedelta(days=3)  # type: ignore[operator]
    _demander(troupe, dossier, 6, 12)
    _repondre(troupe, dossier, 30)
    assert _legal(dossier) == avant + timedelta(days=3 + 6)  # type: ignore[operator]
    jour = date_legale(troupe.at)
    ecarts = [((s.demandees_le - jour).days, (s.jusquau - jour).days, (s.recues_le - jour).days)
              for s in Suspension.objects.filter(demande=dossier.pk)]  # fmt: skip
    assert ecarts == [(1, 11, 4), (6, 12, 30)]


def test_an_acceptance_has_no_date_while_pieces_are_awaited_even_after_the_time_given(troupe: Troupe) -> None:
    _type("acceptation")
    dossier = troupe.deposer().dossier
    _demander(troupe, dossier, 1, 11)
    assert _legal(dossier) is None
    fin = troupe.at + timedelta(days=11)
    reprendre(dossier, by=systeme(fin), at=fin)
    assert _legal(dossier) is None
    _repondre(troupe, dossier, 20)
    assert _legal(dossier) == ajouter(date_legale(troupe.at + timedelta(days=20)), Delai.lire("2 mois"))
    etape = Etape.objects.get(dossier=dossier, etat="active")
    assert etape.urgence_le == min(etape.echeance, dossier.legal_le)  # type: ignore[type-var]
    _demander(troupe, dossier, 25, 35)
    _repondre(troupe, dossier, 28)
    assert _legal(dossier) == ajouter(date_legale(troupe.at + timedelta(days=28)), Delai.lire("2 mois"))


def test_an_agent_who_resumes_has_the_pieces(troupe: Troupe) -> None:
    _type("acceptation")
    dossier = troupe.deposer().dossier
    _demander(troupe, dossier, 1, 11)
    at = troupe.at + timedelta(days=3)
    reprendre(dossier, by=troupe.present("voirie"), at=at)
    assert _legal(dossier) == ajouter(date_legale(at), Delai.lire("2 mois"))


def test_a_plain_message_does_not_move_the_law_s_date(troupe: Troupe) -> None:
    _type("acceptation")
    dossier = troupe.deposer().dossier
    avant = _legal(dossier)
    _repondre(troupe, dossier, 5)
    assert _legal(dossier) == avant


def test_both_sides_read_how_the_date_was_computed(troupe: Troupe) -> None:
    _type("rejet")
    demande = troupe.deposer()
    for debut, fin, recu in ((1, 11, 4), (6, 12, 8)):
        _demander(troupe, demande.dossier, debut, fin)
        _repondre(troupe, demande.dossier, recu)
    agent = Client()
    agent.force_login(
        Personne.objects.get(pk=troupe.present("voirie").personne),
        backend="allauth.account.auth_backends.AuthenticationBackend",
    )
    uuid = demande.dossier.uuid
    legal_le = _legal(demande.dossier)
    for page in (Client().get(f"/suivi/{uuid}/{suivi.cle(uuid)}/"), agent.get(f"/dossiers/{uuid}/")):
        texte = page.content.decode()
        assert texte.count("Pièces demandées le") == 2
        assert "L114-5" in texte
        assert f"{legal_le:%d/%m/%Y}" in texte


def test_while_pieces_are_awaited_the_requester_reads_when_the_delay_starts(troupe: Troupe) -> None:
    _type("acceptation")
    demande = troupe.deposer()
    _demander(troupe, demande.dossier, 1, 11)
    uuid = demande.dossier.uuid
    page = Client().get(f"/suivi/{uuid}/{suivi.cle(uuid)}/").content.decode()
    assert "partira du jour où nous aurons reçu les pièces demandées" in page


def test_changing_the_type_keeps_the_suspensions(troupe: Troupe) -> None:
    _type("rejet")
    demande = troupe.deposer()
    _demander(troupe, demande.dossier, 1, 11)
    _repondre(troupe, demande.dossier, 5)
    autre = TypeDemande.objects.filter(silence="rejet", silence_delai="2 mois", promesse="10 jours ouvrés").exclude(
        code="nid-de-poule"
    )[0]
    etape = Etape.objects.select_related("dossier").get(dossier=demande.dossier, etat="active")
    qualifier(etape, by=troupe.present("accueil"), at=troupe.at + timedelta(days=5), type=autre)
    assert _legal(demande.dossier) == ajouter(demande.recue_le, Delai.lire("2 mois")) + timedelta(days=4)
    ligne = next(li for li in recit(demande.dossier) if li["quoi"] == "a qualifié")
    assert f"type : Nid-de-poule ou chaussée abîmée → {autre.titre}" in ligne["details"]


def test_a_contest_starts_a_new_clock_and_a_plain_reopening_none(troupe: Troupe) -> None:
    _type("acceptation")
    demande = troupe.deposer()
    at = troupe.at + timedelta(days=3)
    transmettre(demande.dossier, by=troupe.present("accueil"), at=at, administration="Département")
    plus_tard = troupe.at + timedelta(days=9)
    evaluer(demande, by=systeme(plus_tard), at=plus_tard, satisfait=False, texte="Non.", contester=True)
    assert _legal(demande.dossier) == ajouter(date_legale(plus_tard), Delai.lire("2 mois"))
    demande.refresh_from_db()
    assert "considérée comme refusée" in legal.phrase_silence(demande, legal.dates_de(demande).implicite)
    autre = troupe.deposer(courriel="autre@courriel.example", lieu="1 rue Neuve")
    transmettre(autre.dossier, by=troupe.present("accueil"), at=at, administration="Département")
    rouvrir(autre.dossier, by=systeme(plus_tard), at=plus_tard, motif="Erreur de notre part.")
    assert _legal(autre.dossier) is None


def test_a_request_first_received_elsewhere_counts_from_there_or_from_here(troupe: Troupe) -> None:
    """CRPA L114-3: the first reception for a rejection, ours for an acceptance."""
    ici = date_legale(troupe.at) - timedelta(days=3)
    ailleurs = ici - timedelta(days=20)
    for silence, depart in (("rejet", ailleurs), ("acceptation", ici)):
        _type(silence)
        demande = troupe.deposer(recue_le=ici, recue_ailleurs_le=ailleurs, courriel=f"{silence}@courriel.example")
        assert demande.dossier.legal_le == ajouter(depart, Delai.lire("2 mois"))
        assert demande.dossier.promis_le == ajouter(ici, Delai.lire("10 jours ouvrés"))
    with pytest.raises(Refus, match="dans l'avenir"):
        troupe.deposer(recue_le=date_legale(troupe.at) + timedelta(days=1))


def test_a_message_to_an_answered_request_is_refused_not_lost(troupe: Troupe) -> None:
    demande = troupe.deposer()
    transmettre(demande.dossier, by=troupe.present("accueil"), at=troupe.at, administration="Département")
    with pytest.raises(Refus, match="déjà sa réponse"):
        _repondre(troupe, demande.dossier, 1)


def test_eight_clicks_ask_for_pieces_once(troupe_reelle: Troupe) -> None:
    dossier = troupe_reelle.deposer().dossier
    resultats = course(*[lambda: _demander(troupe_reelle, dossier, 0, 10)] * HUIT)
    assert sum(isinstance(r, Refus) for r in resultats) == HUIT - 1, resultats
    assert Suspension.objects.filter(demande=dossier.pk).count() == 1
    sain(dossier)
