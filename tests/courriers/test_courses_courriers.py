"""Eight clicks at once on letters, on real connections: one effect, numbers without gap nor double."""

from collections.abc import Callable
from datetime import timedelta
from io import BytesIO
from typing import Any
from uuid import uuid4
from zipfile import ZipFile

from django.db import transaction
from procrastinate.contrib.django.models import ProcrastinateJob

from buridan.courriers.actions.accuser import accuser_ensemble
from buridan.courriers.actions.clore import annuler, clore_sans_reponse
from buridan.courriers.actions.complement import (
    Question,
    continuer_sans,
    demander_complement,
    joindre_complement,
    rappeler_les_complements,
    recevoir_complement,
    recevoir_un_ecrit,
)
from buridan.courriers.actions.confier import Aiguillage, confier, pas_pour_nous
from buridan.courriers.actions.corriger import Correction, corriger_courrier
from buridan.courriers.actions.ecrire import Adresse, Lettre, joindre_une_version, preparer
from buridan.courriers.actions.effet import Nature, corriger_effet
from buridan.courriers.actions.enregistrer import enregistrer
from buridan.courriers.actions.expedier import Envoi, Sort, accuser, expedier, noter_le_sort
from buridan.courriers.actions.juger import juger_les_propositions
from buridan.courriers.actions.numeros import prendre_numero
from buridan.courriers.actions.pli import changer_destinataire
from buridan.courriers.actions.reexpedier import Renvoi, reexpedier, relancer
from buridan.courriers.actions.regles import Regle, ecrire_regle, retirer_regle
from buridan.courriers.actions.transmettre import transmettre
from buridan.courriers.etats import Effet, Moyen, Sens
from buridan.courriers.models import (
    Complement,
    Courrier,
    Depart,
    Justesse,
    RegleAiguillage,
    SansReponse,
    VersionReponse,
)
from buridan.dossiers.etats import SensReponse
from buridan.dossiers.fichiers import Fichier
from buridan.droit.delais import date_legale
from buridan.interface.jetons import DejaEnvoye
from buridan.notifications.models import Courriel
from buridan.organisation.acteur import systeme
from buridan.outils.verdict import Refus
from tests.conftest import Troupe
from tests.courriers.lettres import (
    arrivee,
    confie,
    du_courrier,
    entite,
    etape,
    frais,
    mener,
    parti,
    poste,
    qui_peut,
    recu,
)
from tests.dossiers.test_courses import HUIT, course, sain


def une_fois(action: Callable[[], Any]) -> None:
    """Eight at once: one does it, the others are told."""
    finis = course(*[action] * HUIT)
    refus = [f for f in finis if isinstance(f, Refus)]
    assert len(refus) == HUIT - 1, finis
    assert not isinstance(next(f for f in finis if f not in refus), Exception), finis


def test_eight_letters_at_once_have_eight_numbers_in_a_row(troupe_reelle: Troupe) -> None:
    troupe, by = troupe_reelle, du_courrier(troupe_reelle)
    finis = course(
        *[lambda n=n: enregistrer(arrivee(troupe, objet=f"Objet {n}"), by=by, at=troupe.at) for n in range(HUIT)]
    )
    assert sorted(c.numero for c in finis) == list(range(1, HUIT + 1)), finis


def test_a_number_given_back_by_a_failure_is_given_to_the_next(troupe_reelle: Troupe) -> None:
    def prendre(n: int) -> int:
        with transaction.atomic():
            numero = prendre_numero(Sens.DEPART, troupe_reelle.at)[1]
            if n % 2:
                raise RuntimeError
            return numero

    finis = course(*[lambda n=n: prendre(n) for n in range(HUIT)])
    assert sorted(f for f in finis if isinstance(f, int)) == [1, 2, 3, 4], finis


def test_one_form_registers_one_letter(troupe_reelle: Troupe) -> None:
    troupe, jeton, by = troupe_reelle, uuid4(), du_courrier(troupe_reelle)
    finis = course(*[lambda: enregistrer(arrivee(troupe), by=by, at=troupe.at, jeton=jeton)] * HUIT)
    assert sum(isinstance(f, Courrier) for f in finis) == 1, finis
    assert sum(isinstance(f, DejaEnvoye) for f in finis) == HUIT - 1 and Courrier.objects.count() == 1


def test_one_form_begins_one_letter_of_ours(troupe_reelle: Troupe) -> None:
    troupe, jeton = troupe_reelle, uuid4()
    by = troupe.present("voirie")
    lettre = Lettre("Travaux", entite(troupe, "voirie"), (Adresse("Alix", "2 rue Neuve"),))
    finis = course(*[lambda: preparer(lettre, by=by, at=troupe.at, jeton=jeton)] * HUIT)
    assert sum(isinstance(f, Courrier) for f in finis) == 1, finis


def test_a_letter_is_given_once_and_given_back_once(troupe_reelle: Troupe) -> None:
    troupe = troupe_reelle
    c = recu(troupe, effet=Effet.DEMANDE, courriel="camille@courriel.example")
    a, attend = Aiguillage(entite(troupe, "voirie"), effet=Effet.DEMANDE), etape(c, "qualification")
    une_fois(lambda: confier(attend, by=du_courrier(troupe), at=troupe.at, aiguillage=a))
    assert Depart.objects.filter(dossier=c.pk).count() == 1
    travail, agent = etape(c, "traitement"), troupe.present("voirie")
    une_fois(lambda: pas_pour_nous(travail, by=agent, at=troupe.at, motif="Pas nous."))
    assert c.retours.count() == 1
    sain(frais(c))


def test_a_letter_is_answered_once_with_one_number(troupe_reelle: Troupe) -> None:
    troupe = troupe_reelle
    c = confie(troupe)
    derniere = mener(troupe, c, "reponse")
    texte, sens, qui = derniere.dossier.projet_reponse, SensReponse.FAVORABLE, qui_peut(troupe, derniere)
    une_fois(lambda: expedier(derniere, by=qui, at=troupe.at, texte=texte, sens=sens, envoi=Envoi()))
    depart = Depart.objects.get(dossier=c.pk)
    jour = date_legale(troupe.at)
    une_fois(lambda: noter_le_sort(depart, by=du_courrier(troupe), at=troupe.at, sort=Sort(jour)))
    sain(frais(c))


def test_a_letter_that_came_back_leaves_again_once(troupe_reelle: Troupe) -> None:
    troupe, by, demain = troupe_reelle, du_courrier(troupe_reelle), troupe_reelle.at + timedelta(days=1)
    c = confie(troupe)
    parti(troupe, c)
    depart, ailleurs = Depart.objects.get(dossier=c.pk), Renvoi(Envoi(), "Dite au téléphone", "9 rue Neuve")
    noter_le_sort(depart, by=by, at=demain, sort=Sort(revenu_le=date_legale(demain)))
    une_fois(lambda: reexpedier(depart, by=by, at=demain, renvoi=ailleurs))
    assert sorted(Depart.objects.values_list("numero", flat=True)) == [1, 2]
    sain(frais(c))


def test_an_e_mail_that_did_not_leave_is_tried_again_once(troupe_reelle: Troupe) -> None:
    troupe, by = troupe_reelle, du_courrier(troupe_reelle)
    c = confie(troupe, courriel="camille@courriel.example")
    parti(troupe, c, Envoi(Moyen.COURRIEL))
    depart = Depart.objects.get(dossier=c.pk)
    Courriel.objects.filter(dossier=frais(c).uuid).delete()
    une_fois(lambda: relancer(depart, by=by, at=troupe.at))
    assert ProcrastinateJob.objects.filter(task_name="courriers.poster", args__depart=depart.pk).count() == 1
    sain(frais(c))


def test_an_answer_and_no_answer_needed_at_once_close_it_once(troupe_reelle: Troupe) -> None:
    troupe = troupe_reelle
    c = confie(troupe)
    derniere = mener(troupe, c, "reponse")
    texte, qui, dgs = derniere.dossier.projet_reponse, qui_peut(troupe, derniere), troupe.au_poste("dgs")
    course(
        *[
            lambda: expedier(derniere, by=qui, at=troupe.at, texte=texte, sens=SensReponse.FAVORABLE, envoi=Envoi()),
            lambda: clore_sans_reponse(frais(c), by=dgs, at=troupe.at, motif="Réglé au téléphone."),
        ]
        * 4
    )
    assert Depart.objects.filter(dossier=c.pk).count() + SansReponse.objects.filter(dossier=c.pk).count() == 1
    sain(frais(c))


def test_a_registration_is_cancelled_once_and_acknowledged_once_and_corrected_once(troupe_reelle: Troupe) -> None:
    troupe, by = troupe_reelle, du_courrier(troupe_reelle)
    c = confie(troupe, effet=Effet.DEMANDE)
    neuf = Correction("Camille Essai", adresse="9 rue Neuve")
    une_fois(lambda: corriger_courrier(frais(c), by=by, at=troupe.at, correction=neuf))
    une_fois(lambda: corriger_effet(frais(c), by=by, at=troupe.at, nature=Nature(Effet.DEMANDE, objet="Un banc")))
    une_fois(lambda: accuser(frais(c), by=by, at=troupe.at))
    une_fois(lambda: annuler(frais(c), by=by, at=troupe.at + timedelta(seconds=1), motif="Deux fois."))
    assert Depart.objects.filter(dossier=c.pk).count() == 1
    sain(frais(c))


def test_a_letter_is_sent_on_once_with_one_number(troupe_reelle: Troupe) -> None:
    c, dgs = confie(troupe_reelle), troupe_reelle.au_poste("dgs")
    une_fois(lambda: transmettre(frais(c), by=dgs, at=troupe_reelle.at, administration="Département"))
    assert Depart.objects.filter(dossier=c.pk).count() == 1
    sain(frais(c))


def test_a_closed_envelope_changes_its_addressee_once(troupe_reelle: Troupe) -> None:
    troupe, by = troupe_reelle, du_courrier(troupe_reelle)
    c = recu(troupe, confidentiel=True, destinataire=poste(troupe, "dir-finances"), objet="")
    neuf = poste(troupe, "resp-voirie")
    une_fois(lambda: changer_destinataire(frais(c), by=by, at=troupe.at, destinataire=neuf))
    sain(frais(c))


def test_a_sender_is_asked_once_reminded_of_once_and_what_comes_by_two_ways_is_one(troupe_reelle: Troupe) -> None:
    troupe, c = troupe_reelle, confie(troupe_reelle)
    agent, jusquau = troupe.present("voirie"), date_legale(troupe.at) + timedelta(days=9)
    question = Question("Une photo ?", jusquau, Envoi())
    une_fois(lambda: demander_complement(frais(c), by=agent, at=troupe.at, question=question))
    assert Depart.objects.filter(dossier=c.pk).count() == 1
    tard = troupe.at + timedelta(days=8)
    rappels = course(*[lambda: rappeler_les_complements(by=systeme(tard), at=tard)] * HUIT)
    assert sorted(map(str, rappels)) == ["0"] * (HUIT - 1) + ["1"], rappels
    lettre, bureau = recu(troupe, objet="Ma photo"), du_courrier(troupe)
    arrivees: list[Callable[[], Any]] = [
        lambda: recevoir_complement(frais(c), by=agent, at=troupe.at),
        lambda: recevoir_un_ecrit(frais(c), by=bureau, at=troupe.at, texte="Voici."),
        lambda: joindre_complement(frais(lettre), by=bureau, at=troupe.at, vers=frais(c)),
        lambda: continuer_sans(frais(c), by=agent, at=troupe.at),
    ]
    finis = course(*arrivees * 2)
    assert all(isinstance(f, Refus) or not isinstance(f, Exception) for f in finis), finis
    assert len(Complement.objects.exclude(recu_le=None)) == 1 and frais(c).etat == "ouvert"
    sain(frais(c))
    sain(frais(lettre))


def test_acknowledgements_leave_together_once_while_others_leave_one_by_one(troupe_reelle: Troupe) -> None:
    troupe, by = troupe_reelle, du_courrier(troupe_reelle)
    lettres = [confie(troupe, objet=f"Objet {n}", effet=Effet.DEMANDE) for n in range(4)]
    ensemble: list[Callable[[], Any]] = [lambda: accuser_ensemble(by=by, at=troupe.at)] * 4
    finis = course(*ensemble, *[lambda c=c: accuser(frais(c), by=by, at=troupe.at) for c in reversed(lettres)])
    assert all(isinstance(f, list | Depart | Refus) for f in finis), finis
    assert sorted(Depart.objects.values_list("dossier", flat=True)) == [c.pk for c in lettres]
    sain(frais(lettres[0]))


def test_a_file_is_one_version(troupe_reelle: Troupe) -> None:
    troupe = troupe_reelle
    c, agent, sortie = confie(troupe), troupe.present("voirie"), BytesIO()
    with ZipFile(sortie, "w") as z:
        z.writestr("mimetype", "application/vnd.oasis.opendocument.text")
    fichier = Fichier("r.odt", "application/vnd.oasis.opendocument.text", sortie.getvalue())
    une_fois(lambda: joindre_une_version(frais(c), by=agent, at=troupe.at, fichier=fichier))
    assert VersionReponse.objects.filter(dossier=c.pk).count() == 1
    sain(frais(c))


def test_a_rule_is_written_once_and_retired_once(troupe_reelle: Troupe) -> None:
    troupe, by = troupe_reelle, du_courrier(troupe_reelle)
    regle = Regle(entite(troupe, "voirie"), mots="essai de course")
    finis = course(*[lambda: ecrire_regle(regle, by=by, at=troupe.at)] * HUIT)
    assert len({r.pk for r in finis}) == 1, finis
    une_fois(lambda: retirer_regle(RegleAiguillage.objects.get(mots="essai de course"), by=by, at=troupe.at))


def test_two_mailings_at_once_share_no_number(troupe_reelle: Troupe) -> None:
    troupe, by = troupe_reelle, troupe_reelle.present("voirie")
    adresses = tuple(Adresse(f"Voisin {n}", f"{n} rue Neuve") for n in range(5))
    deux = [preparer(Lettre(f"Travaux {n}", entite(troupe, "voirie"), adresses), by=by, at=troupe.at) for n in range(2)]
    for c in deux:
        mener(troupe, c, "reponse")
    finis = course(*[lambda c=c: parti(troupe, c) for c in deux])
    assert not any(isinstance(f, Exception) for f in finis), finis
    assert sorted(Depart.objects.values_list("numero", flat=True)) == list(range(1, 11))


def test_the_measure_of_the_proposals_is_written_once(troupe_reelle: Troupe) -> None:
    troupe = troupe_reelle
    mener(troupe, confie(troupe), "visa")
    par = systeme(troupe.at)
    ecrites = course(*[lambda: juger_les_propositions(by=par, at=troupe.at)] * HUIT)
    assert set(ecrites) == {Justesse.objects.count()} and ecrites[0] > 0
