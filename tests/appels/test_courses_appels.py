"""Eight clicks at once on a call: one call, one signature, one answer, and never more than the envelope."""

from datetime import timedelta
from decimal import Decimal
from typing import Any
from uuid import uuid4

from buridan.appels.actions.controler import controler
from buridan.appels.actions.correspondre import ecrire_au_syndicat, envoyer, relancer, relancer_les_retards
from buridan.appels.actions.demander import demander, ecrire
from buridan.appels.actions.engager import depasser, engager
from buridan.appels.actions.noter import a_reprendre, noter
from buridan.appels.models import Appel, Canal, Competence, Echange, Genre
from buridan.budget.actions.reserver import ajuster
from buridan.budget.models import LigneBudget, Reservation
from buridan.dossiers.actions.renvoyer import renvoyer
from buridan.dossiers.actions.traversee import DejaFait
from buridan.dossiers.etats import TypeEtape
from buridan.dossiers.models import Dossier, Etape
from buridan.interface.jetons import DejaEnvoye
from buridan.organisation.acteur import systeme
from buridan.outils.verdict import Refus
from tests.appels.essais import (
    ECLAIRAGE,
    a_faire,
    accepte,
    demande_de,
    dire,
    ecrit,
    envoye,
    frais,
    mener,
    qui_peut,
    saisie,
)
from tests.conftest import Troupe
from tests.dossiers.test_courses import HUIT, course, sain

ENVOIS = envoyer  # within `engager`


def un_seul(finis: list[Any]) -> None:
    """One was done, the others were told that it is."""
    assert sum(isinstance(f, DejaFait | DejaEnvoye) for f in finis) == HUIT - 1, finis
    assert sum(isinstance(f, Exception) for f in finis) == HUIT - 1, finis


def test_two_colleagues_make_one_call_for_one_request(troupe_reelle: Troupe) -> None:
    troupe = troupe_reelle
    demande, by, jeton = demande_de(troupe), troupe.present("eclairage-public"), uuid4()
    un_seul(course(*[lambda: demander(saisie(), by=by, at=troupe.at, origine=demande)] * HUIT))
    assert Appel.objects.filter(origine=demande).count() == 1
    un_seul(course(*[lambda: demander(saisie(), by=by, at=troupe.at, jeton=jeton)] * HUIT))
    sain(Dossier.objects.get(pk=demande.pk))


def test_a_call_is_written_again_once(troupe_reelle: Troupe) -> None:
    troupe = troupe_reelle
    appel = ecrit(troupe)
    visa = a_faire(appel)
    renvoyer(visa, by=qui_peut(troupe, visa), at=troupe.at, motif="Où, exactement ?")
    etape = a_faire(appel)
    by = qui_peut(troupe, etape)
    un_seul(course(*[lambda: ecrire(etape, saisie(), by=by, at=troupe.at)] * HUIT))
    sain(frais(appel).dossier)


def test_a_signature_clicked_eight_times_sends_one_call(troupe_reelle: Troupe) -> None:
    troupe = troupe_reelle
    appel = ecrit(troupe)
    etape = mener(troupe, appel, TypeEtape.SIGNATURE)
    by = qui_peut(troupe, etape)
    un_seul(course(*[lambda: engager(etape, by=by, at=troupe.at)] * HUIT))
    assert Echange.objects.filter(appel=appel, genre=Genre.ENVOI).count() == 1
    assert Reservation.objects.filter(dossier=appel.dossier.uuid).count() == 1
    sain(frais(appel).dossier)


def test_signatures_at_once_never_exceed_the_envelope(troupe_reelle: Troupe) -> None:
    troupe = troupe_reelle
    ligne = LigneBudget.objects.get(code=Competence.objects.get(code=ECLAIRAGE).ligne)
    avant = ligne.credits
    LigneBudget.objects.filter(pk=ligne.pk).update(credits=1000)
    try:
        etapes = [mener(troupe, ecrit(troupe, lieu=f"{n} rue Neuve"), TypeEtape.SIGNATURE) for n in range(4)]
        by = qui_peut(troupe, etapes[0])
        finis = course(*[lambda e=e: engager(e, by=by, at=troupe.at) for e in etapes])
        assert sorted(type(f).__name__ for f in finis) == ["Etape", "Etape", "Refus", "Refus"], finis
        tenues = Reservation.objects.filter(ligne=ligne, liberee_le=None)
        assert sum((r.montant for r in tenues), Decimal(0)) == 700
    finally:
        LigneBudget.objects.filter(pk=ligne.pk).update(credits=avant)


def test_the_answer_of_the_syndicate_counts_once(troupe_reelle: Troupe) -> None:
    troupe = troupe_reelle
    appel, jour = envoye(troupe), troupe.annuaire.jour + timedelta(days=2)
    dossier, by = appel.dossier, systeme(troupe.at)
    dit: dict[str, Any] = {"by": by, "at": troupe.at, "canal": Canal.PAGE, "jour": jour}
    un_seul(course(*[lambda: noter(dossier, genre=Genre.ACCEPTEE, **dit)] * HUIT))
    assert Echange.objects.filter(appel=appel, genre=Genre.ACCEPTEE).count() == 1
    sain(frais(appel).dossier)


def test_the_end_of_a_call_happens_once(troupe_reelle: Troupe) -> None:
    troupe = troupe_reelle
    appel = accepte(troupe)
    etape = a_faire(appel)
    fin: dict[str, Any] = {"by": qui_peut(troupe, etape), "at": troupe.at, "faite_le": troupe.annuaire.jour}
    un_seul(course(*[lambda: controler(etape, cout=Decimal(300), **fin)] * HUIT))
    assert Reservation.objects.get(dossier=appel.dossier.uuid, liberee_le=None).montant == 300
    sain(frais(appel).dossier)


def test_a_message_and_a_reminder_leave_once(troupe_reelle: Troupe) -> None:
    troupe = troupe_reelle
    appel = envoye(troupe)
    by = qui_peut(troupe, a_faire(appel))
    un_seul(course(*[lambda: ecrire_au_syndicat(appel.dossier, by=by, at=troupe.at, texte="Le mât 118.")] * HUIT))
    tard = troupe.at + timedelta(days=30)
    lui = systeme(tard)
    finis = course(*[lambda: relancer(appel.pk, by=lui, at=tard)] * HUIT)
    assert sorted(map(str, finis)) == ["False"] * (HUIT - 1) + ["True"], finis
    assert relancer_les_retards(by=lui, at=tard) == 0
    sain(frais(appel).dossier)


def test_two_overrides_and_two_requests_to_do_it_again_leave_one_reservation(troupe_reelle: Troupe) -> None:
    """The same amount, or the same day, again: nothing more is held, nothing is lost."""
    troupe = troupe_reelle
    appel = accepte(troupe)
    dire(troupe, appel, Genre.FAITE, jour=troupe.annuaire.jour)
    finances, by, jour = troupe.au_poste("dir-finances"), qui_peut(troupe, a_faire(appel)), troupe.annuaire.jour
    ordre: dict[str, Any] = {"by": finances, "at": troupe.at, "montant": Decimal(900), "motif": "Deux mâts."}
    finis = course(*[lambda: depasser(appel.dossier, **ordre)] * HUIT)
    assert all(isinstance(f, Dossier | Refus) for f in finis), finis
    tenue = Reservation.objects.get(dossier=appel.dossier.uuid, liberee_le=None)
    assert tenue.montant == 900
    finis = course(*[lambda: ajuster(tenue, by=by, at=troupe.at, montant=Decimal(500), motif="Moins.")] * HUIT)
    assert sum(isinstance(f, Reservation) for f in finis) == 1, finis
    course(*[lambda: a_reprendre(appel.dossier, by=by, at=troupe.at, texte="Elle clignote.", jour=jour)] * HUIT)
    assert frais(appel).faite_le is None
    assert Etape.objects.filter(dossier=appel.pk, etat="active").count() == 1
    sain(frais(appel).dossier)
