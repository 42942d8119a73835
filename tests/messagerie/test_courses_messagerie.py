"""Eight at once on mails, on real connections: one effect, and the others are told who did it."""

from collections.abc import Callable
from typing import Any
from uuid import uuid4

from buridan.courriers.actions.enregistrer import Arrivee
from buridan.courriers.models import Courrier
from buridan.dossiers.actions.traversee import DejaFait
from buridan.dossiers.models import Document, Message
from buridan.elus.actions.saisir import Saisie
from buridan.elus.models import DemandeElu
from buridan.journal.models import Ligne
from buridan.messagerie.actions.boites import Reglage, regler_boite
from buridan.messagerie.actions.recevoir import Reception, recevoir
from buridan.messagerie.actions.relever import relever
from buridan.messagerie.actions.traiter import (
    ecarter_courriel,
    en_faire_une_demande,
    enregistrer_le_courriel,
    joindre_le_courriel,
    passer_courriel,
    remettre_courriel,
)
from buridan.messagerie.models import Boite, CourrielRecu
from buridan.outils.verdict import Refus
from tests.conftest import Troupe
from tests.courriers.lettres import du_courrier
from tests.dossiers.test_courses import HUIT, course, sain
from tests.elus.saisies import ELUE
from tests.messagerie.courriels import administrateur, boite, boite_de, du_cabinet, mail, recu
from tests.messagerie.dovecot import Dovecot


def une_fois(action: Callable[[], Any]) -> None:
    """Eight at once: one does it, the others are told."""
    finis = course(*[action] * HUIT)
    deja = [f for f in finis if isinstance(f, DejaFait)]
    assert len(deja) == HUIT - 1 and sum(isinstance(f, Exception) for f in finis) == HUIT - 1, finis


def test_eight_readings_at_once_store_each_mail_once(troupe_reelle: Troupe, dovecot: Dovecot) -> None:
    une = boite_de(troupe_reelle, dovecot)
    dovecot.deposer(une.compte, *(mail(f"n° {n}") for n in range(4)))
    finis = course(*[lambda: relever(une.pk, at=troupe_reelle.at)] * HUIT)
    assert not any(isinstance(f, Exception) for f in finis), finis
    assert CourrielRecu.objects.count() == 4


def test_the_same_mail_received_eight_times_at_once_is_one_row(troupe_reelle: Troupe) -> None:
    une, brut = boite(troupe_reelle), mail()
    finis = course(*[lambda: recevoir(une, brut, Reception(troupe_reelle.at), at=troupe_reelle.at)] * HUIT)
    assert len({f.pk for f in finis}) == 1, finis
    assert CourrielRecu.objects.count() == 1


def test_a_mail_is_registered_once(troupe_reelle: Troupe) -> None:
    courriel, by = recu(troupe_reelle), du_courrier(troupe_reelle)
    arrivee = Arrivee(troupe_reelle.at, "Camille", "Un banc")
    une_fois(lambda: enregistrer_le_courriel(courriel, arrivee, by=by, at=troupe_reelle.at, jeton=uuid4()))
    assert list(Courrier.objects.values_list("numero", flat=True)) == [1]
    sain(Courrier.objects.get().dossier)


def test_a_mail_is_attached_once(troupe_reelle: Troupe) -> None:
    dossier = troupe_reelle.deposer().dossier
    courriel, by = recu(troupe_reelle, mail(f"Re: {dossier.reference}")), du_courrier(troupe_reelle)
    une_fois(lambda: joindre_le_courriel(courriel, dossier, by=by, at=troupe_reelle.at))
    assert Message.objects.filter(dossier=dossier).count() == Document.objects.filter(dossier=dossier).count() == 1
    sain(dossier)


def test_a_mail_is_set_aside_once_and_put_back_once(troupe_reelle: Troupe) -> None:
    courriel, by = recu(troupe_reelle), du_courrier(troupe_reelle)
    une_fois(lambda: ecarter_courriel(courriel, by=by, at=troupe_reelle.at, motif="Publicité."))
    une_fois(lambda: remettre_courriel(courriel, by=by, at=troupe_reelle.at))
    assert Ligne.objects.filter(chaine=courriel.uuid).count() == 2


def test_a_mail_is_handed_over_once_and_not_while_it_is_registered(troupe_reelle: Troupe) -> None:
    courriel, by = recu(troupe_reelle), du_courrier(troupe_reelle)
    arrivee = Arrivee(troupe_reelle.at, "C", "O")
    finis = course(
        *[lambda: passer_courriel(courriel, by=by, at=troupe_reelle.at, vers="elus")] * 4,
        *[lambda: enregistrer_le_courriel(courriel, arrivee, by=by, at=troupe_reelle.at)] * 2,
    )
    assert [isinstance(f, Refus) for f in finis].count(False) == 1, finis
    courriel.refresh_from_db()
    assert (courriel.passe_a == "elus") != Courrier.objects.exists()


def test_a_mail_becomes_one_matter(troupe_reelle: Troupe) -> None:
    courriel, by = recu(troupe_reelle, dans=boite(troupe_reelle, "elus")), du_cabinet(troupe_reelle)
    saisie = Saisie(troupe_reelle.titulaire(ELUE), "quotidien", "voirie", "Un trou.")
    une_fois(lambda: en_faire_une_demande(courriel, saisie, by=by, at=troupe_reelle.at))
    sain(DemandeElu.objects.get().dossier)


def test_registered_attached_and_set_aside_at_once_is_one_of_them(troupe_reelle: Troupe) -> None:
    dossier = troupe_reelle.deposer().dossier
    courriel, by = recu(troupe_reelle, mail(f"Re: {dossier.reference}")), du_courrier(troupe_reelle)
    finis = course(
        *[
            lambda: ecarter_courriel(courriel, by=by, at=troupe_reelle.at, motif="x"),
            lambda: joindre_le_courriel(courriel, dossier, by=by, at=troupe_reelle.at),
            lambda: enregistrer_le_courriel(courriel, Arrivee(troupe_reelle.at, "C", "O"), by=by, at=troupe_reelle.at),
        ]
        * 2
    )
    assert sum(not isinstance(f, Exception) for f in finis) == 1, finis
    assert Courrier.objects.count() + Message.objects.filter(dossier=dossier).count() <= 1


def test_a_mailbox_is_declared_once(troupe_reelle: Troupe) -> None:
    by = administrateur(troupe_reelle)
    reglage = Reglage("une@ville.example", "localhost", "une", troupe_reelle.annuaire.jour)
    course(*[lambda: regler_boite(reglage, by=by, at=troupe_reelle.at)] * HUIT)
    assert Boite.objects.count() == 1
