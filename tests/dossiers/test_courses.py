"""Eight clicks at once on real connections: one effect, and the others are told."""

from collections import Counter
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from datetime import timedelta
from threading import Barrier
from typing import Any

import pytest
from django.db import IntegrityError, connection, transaction

from buridan.dossiers import rules
from buridan.dossiers.actions import ecriture
from buridan.dossiers.actions.attendre import demander_complement, mettre_en_attente, reprendre
from buridan.dossiers.actions.clore_autrement import retirer, reunir, transmettre
from buridan.dossiers.actions.decider import decider
from buridan.dossiers.actions.donner_avis import donner_avis
from buridan.dossiers.actions.echeances import rappeler
from buridan.dossiers.actions.ecrire import ecrire, message_du_demandeur, relier, suivre
from buridan.dossiers.actions.modifier_circuit import inserer, passer
from buridan.dossiers.actions.prendre import prendre, rendre
from buridan.dossiers.actions.prendre_connaissance import prendre_connaissance
from buridan.dossiers.actions.qualifier import qualifier
from buridan.dossiers.actions.reaffecter import reaffecter
from buridan.dossiers.actions.refuser import refuser
from buridan.dossiers.actions.renvoyer import renvoyer
from buridan.dossiers.actions.repondre import repondre
from buridan.dossiers.actions.revenir import revenir
from buridan.dossiers.actions.rouvrir import rouvrir
from buridan.dossiers.actions.signer import signer
from buridan.dossiers.actions.traiter import traiter
from buridan.dossiers.actions.traversee import DejaFait
from buridan.dossiers.actions.valider import valider
from buridan.dossiers.actions.viser import viser
from buridan.dossiers.etats import EtatDossier, Fil, Resultat, SensReponse, TypeEtape
from buridan.dossiers.models import Decision, Dossier, Etape, Lien, Reponse
from buridan.journal import chaine
from buridan.journal.models import Ligne
from buridan.outils.verdict import Refus
from tests.monde import AT, JOUR, Monde

HUIT = 8


def course(*gestes: Callable[[], Any]) -> list[Any]:
    """Run all at the same instant, each on its own connection; results or exceptions, in order."""
    depart = Barrier(len(gestes))

    def courir(geste: Callable[[], Any]) -> Any:
        try:
            connection.ensure_connection()
            depart.wait(timeout=30)
            return geste()
        except Exception as erreur:
            return erreur
        finally:
            connection.close()

    with ThreadPoolExecutor(len(gestes)) as fil:
        return list(fil.map(courir, gestes))


def sain(dossier: Dossier) -> None:
    """No hole, and the journal of everything verifies."""
    with connection.cursor() as curseur:
        curseur.execute("SELECT dossiers_trous(%s)", [dossier.pk])
        assert curseur.fetchone() == (None,)
    assert [a for a in chaine.verifier() if str(dossier.uuid) in a.objet] == []


# verb, circuit, étape reached, who, fields
ETAPES: list[tuple[Any, str, str, str, dict[str, Any]]] = [
    (qualifier, "simple", "qualification", "accueil1", {}),
    (traiter, "simple", "traitement", "agent1", {"compte_rendu": "Fait."}),
    (viser, "simple", "visa", "chef_voirie", {}),
    (repondre, "simple", "reponse", "agent1", {"texte": "Réponse.", "sens": SensReponse.FAVORABLE}),
    (donner_avis, "parallele", "avis", "chef_voirie", {"avis": Resultat.FAVORABLE}),
    (decider, "parallele", "decision", "dgs", {}),
    (valider, "valide", "validation", "dga", {}),
    (signer, "signe", "signature", "dga", {}),
    (prendre_connaissance, "signe", "information", "agent_proprete", {}),
    (refuser, "simple", "visa", "chef_voirie", {"motif": "Non."}),
    (renvoyer, "simple", "visa", "chef_voirie", {"motif": "À revoir."}),
]


@pytest.mark.parametrize("verbe,circuit,type,qui,champs", ETAPES, ids=[e[0].__name__ for e in ETAPES])
def test_eight_clicks_decide_an_etape_once(
    monde_reel: Monde, verbe: Any, circuit: str, type: str, qui: str, champs: Any
) -> None:
    dossier = monde_reel.ouvrir(circuit)
    etape = monde_reel.mener(dossier, type)
    by = monde_reel.par(qui)
    resultats = course(*[lambda: verbe(etape, by=by, at=AT, **champs)] * HUIT)
    assert sum(isinstance(r, DejaFait) for r in resultats) == HUIT - 1, resultats
    assert Decision.objects.filter(etape=etape).count() == 1
    assert Ligne.objects.filter(chaine=dossier.uuid, verbe=verbe.__name__).count() == 1
    assert Reponse.objects.filter(dossier=dossier).count() == (verbe is repondre)
    sain(dossier)


def _attente(m: Monde, d: Dossier) -> None:
    mettre_en_attente(d, by=m.par("agent1"), at=AT, jusquau=JOUR + timedelta(days=9), motif="Pièce")


PIECE = {"jusquau": JOUR + timedelta(days=9)}
# name, prepare, verb, object, who, fields, lines in the journal
DOSSIERS: dict[str, tuple[Any, Any, str, dict[str, Any]]] = {
    "mettre_en_attente": (None, mettre_en_attente, "agent1", {**PIECE, "motif": "Pièce"}),
    "demander_complement": (None, demander_complement, "agent1", {**PIECE, "texte": "Une photo ?"}),
    "reprendre": (_attente, reprendre, "agent1", {}),
    "retirer": (None, retirer, "accueil1", {}),
    "transmettre": (None, transmettre, "agent1", {"administration": "Département"}),
}


@pytest.mark.parametrize("nom", DOSSIERS)
def test_eight_clicks_on_a_dossier_have_one_effect(monde_reel: Monde, nom: str) -> None:
    preparer, verbe, qui, champs = DOSSIERS[nom]
    dossier = monde_reel.ouvrir()
    if preparer:
        preparer(monde_reel, dossier)
    courrier = len(monde_reel.courrier)
    by = monde_reel.par(qui)
    resultats = course(*[lambda: verbe(dossier, by=by, at=AT, **champs)] * HUIT)
    assert sum(isinstance(r, Refus) for r in resultats) == HUIT - 1, resultats
    assert Ligne.objects.filter(chaine=dossier.uuid, verbe=nom).count() == 1
    assert len(monde_reel.courrier) - courrier == (nom != "reprendre")
    sain(dossier)


def test_eight_clicks_take_a_decision_back_once(monde_reel: Monde) -> None:
    dossier, agent = monde_reel.ouvrir(), monde_reel.par("agent1")
    etape = monde_reel.mener(dossier, "traitement")
    traiter(etape, by=agent, at=AT, compte_rendu="Fait.")
    resultats = course(*[lambda: revenir(etape, by=agent, at=AT, motif="Trop vite.")] * HUIT)
    assert sum(isinstance(r, DejaFait) for r in resultats) == HUIT - 1, resultats
    assert [(e.type, e.etat) for e in Etape.objects.filter(dossier=dossier, rang__lt=4).order_by("rang", "id")] == [
        ("qualification", "faite"), ("traitement", "reprise"), ("traitement", "active"), ("visa", "a_venir"),
    ]  # fmt: skip
    assert Ligne.objects.filter(chaine=dossier.uuid, verbe="revenir").count() == 1
    sain(dossier)


def test_a_decision_is_taken_back_or_the_next_one_is_made_never_both(monde_reel: Monde) -> None:
    dossier, agent, chef = monde_reel.ouvrir(), monde_reel.par("agent1"), monde_reel.par("chef_voirie")
    etape = monde_reel.mener(dossier, "traitement")
    traiter(etape, by=agent, at=AT, compte_rendu="Fait.")
    visa = monde_reel.etape(dossier, "visa")
    gestes = [lambda: revenir(etape, by=agent, at=AT, motif="Trop vite."), lambda: viser(visa, by=chef, at=AT)]
    resultats = course(*gestes * 4)
    assert sum(not isinstance(r, Exception) for r in resultats) == 1, resultats
    assert all(isinstance(r, Refus) for r in resultats if isinstance(r, Exception)), resultats
    sain(dossier)


def test_eight_clicks_reopen_once(monde_reel: Monde) -> None:
    dossier, by = monde_reel.clos(), monde_reel.par("chef_voirie")
    resultats = course(*[lambda: rouvrir(dossier, by=by, at=AT, motif="Encore.")] * HUIT)
    assert sum(isinstance(r, Refus) for r in resultats) == HUIT - 1, resultats
    assert (Dossier.objects.get(pk=dossier.pk).tour, len(monde_reel.etapes(dossier))) == (2, 1)
    sain(dossier)


def test_one_of_two_colleagues_takes_the_etape(monde_reel: Monde) -> None:
    dossier = monde_reel.ouvrir()
    etape = monde_reel.mener(dossier, "traitement")
    qui = [monde_reel.par(nom) for nom in ("agent1", "agent2", "chef_voirie")]
    resultats = course(*[lambda by=by: prendre(etape, by=by, at=AT) for by in qui])
    gagnants = [by.personne for by, r in zip(qui, resultats, strict=True) if not isinstance(r, Refus)]
    assert gagnants == [monde_reel.etape(dossier).prise_par_id], resultats
    gagnant = next(by for by in qui if by.personne == gagnants[0])
    resultats = course(*[lambda: rendre(etape, by=gagnant, at=AT)] * HUIT)
    assert sum(isinstance(r, Refus) for r in resultats) == HUIT - 1
    assert monde_reel.etape(dossier).prise_par_id is None


def test_an_etape_is_given_away_once(monde_reel: Monde) -> None:
    dossier = monde_reel.ouvrir()
    etape = monde_reel.mener(dossier, "traitement")
    by, entite = monde_reel.par("agent1"), monde_reel.entites["proprete"]
    resultats = course(*[lambda: reaffecter(etape, by=by, at=AT, entite=entite)] * HUIT)
    assert sum(isinstance(r, Refus) for r in resultats) == HUIT - 1, resultats
    sain(dossier)


def test_a_coming_etape_is_skipped_once(monde_reel: Monde) -> None:
    dossier, by = monde_reel.ouvrir(), monde_reel.par("chef_voirie")
    visa = Etape.objects.get(dossier=dossier, type="visa")
    resultats = course(*[lambda: passer(visa, by=by, at=AT, motif="Sans objet.")] * HUIT)
    assert sum(isinstance(r, Refus) for r in resultats) == HUIT - 1, resultats
    sain(dossier)


def test_an_etape_is_added_once(monde_reel: Monde) -> None:
    dossier, by = monde_reel.ouvrir(), monde_reel.par("chef_voirie")
    ajout = {
        "type": TypeEtape.AVIS,
        "titre": "Avis du juriste",
        "delai": "2 jours ouvrés",
        "entite": monde_reel.entites["dgs"],
    }
    resultats = course(*[lambda: inserer(dossier, by=by, at=AT, **ajout)] * HUIT)
    assert sum(isinstance(r, DejaFait) for r in resultats) == HUIT - 1, resultats
    assert Etape.objects.filter(dossier=dossier, titre="Avis du juriste").count() == 1
    sain(dossier)


@pytest.mark.parametrize("fil", [Fil.AGENTS, Fil.DEMANDEUR])
def test_a_message_is_written_once(monde_reel: Monde, fil: Fil) -> None:
    dossier, by = monde_reel.ouvrir(), monde_reel.par("chef_voirie")
    resultats = course(*[lambda: ecrire(dossier, by=by, at=AT, texte="Bonjour.", fil=fil)] * HUIT)
    assert sum(isinstance(r, DejaFait) for r in resultats) == HUIT - 1, resultats
    assert dossier.messages.count() == 1
    plus_tard = AT + timedelta(minutes=5)
    ecrire(dossier, by=by, at=plus_tard, texte="Bonjour.", fil=fil)
    assert dossier.messages.count() == 2
    sain(dossier)


def test_the_requesters_message_resumes_a_dossier_once(monde_reel: Monde) -> None:
    dossier, by = monde_reel.ouvrir(), monde_reel.par("chef_voirie")
    demander_complement(dossier, by=by, at=AT, jusquau=JOUR + timedelta(days=9), texte="Une photo ?")
    systeme = monde_reel.systeme()
    resultats = course(*[lambda: message_du_demandeur(dossier, by=systeme, at=AT, texte="La voici.")] * HUIT)
    assert sum(isinstance(r, DejaFait) for r in resultats) == HUIT - 1, resultats
    assert Dossier.objects.get(pk=dossier.pk).etat == EtatDossier.OUVERT
    sain(dossier)


def test_three_opinions_at_once_start_the_decision_once(monde_reel: Monde) -> None:
    dossier = monde_reel.ouvrir("parallele")
    qui = [monde_reel.par(nom) for nom in ("chef_voirie", "agent_proprete", "dga")]
    resultats = course(*[
        lambda e=e, by=by: donner_avis(e, by=by, at=AT, avis=Resultat.FAVORABLE)
        for e, by in zip(monde_reel.etapes(dossier), qui, strict=True)
    ])  # fmt: skip
    assert sum(isinstance(r, DejaFait) for r in resultats) == 1, resultats
    assert [e.type for e in monde_reel.etapes(dossier)] == ["decision"]
    sain(dossier)


def test_an_agreement_and_a_refusal_at_once_do_not_both_stand(monde_reel: Monde) -> None:
    dossier = monde_reel.ouvrir("parallele")
    etape, by = monde_reel.mener(dossier, "decision"), monde_reel.par("dgs")
    resultats = course(
        *[lambda: decider(etape, by=by, at=AT)] * 4, *[lambda: refuser(etape, by=by, at=AT, motif="Non.")] * 4
    )
    assert sum(isinstance(r, DejaFait) for r in resultats) == HUIT - 1, resultats
    sens = Dossier.objects.get(pk=dossier.pk).projet_sens
    assert (Decision.objects.get(etape=etape).resultat == "refusee") == (sens == SensReponse.REFUS)


def test_an_answer_and_a_withdrawal_at_once_give_one_answer(monde_reel: Monde) -> None:
    dossier = monde_reel.ouvrir()
    etape, agent, accueil = monde_reel.mener(dossier, "reponse"), monde_reel.par("agent1"), monde_reel.par("accueil1")
    resultats = course(
        *[lambda: repondre(etape, by=agent, at=AT, texte="Oui.", sens=SensReponse.FAVORABLE)] * 4,
        *[lambda: retirer(dossier, by=accueil, at=AT)] * 4,
    )
    assert sum(isinstance(r, Refus) for r in resultats) == HUIT - 1, resultats
    assert Reponse.objects.filter(dossier=dossier).count() == len(monde_reel.courrier) == 1
    sain(dossier)


def test_a_reminder_is_sent_once_and_written_once(monde_reel: Monde) -> None:
    dossier = monde_reel.ouvrir()
    etape = monde_reel.etape(dossier)
    by = monde_reel.systeme()
    resultats = course(*[lambda: rappeler(etape, by=by, at=AT)] * HUIT)
    assert Counter(map(str, resultats)) == {"True": 1, "False": HUIT - 1}
    assert Ligne.objects.filter(chaine=dossier.uuid, verbe="rappeler").count() == 1


def test_two_dossiers_joined_to_each_other_at_once_keep_one_open(monde_reel: Monde) -> None:
    un, deux, by = monde_reel.ouvrir(), monde_reel.ouvrir(), monde_reel.par("agent1")
    resultats = course(
        lambda: reunir(un, by=by, at=AT, principal=deux), lambda: reunir(deux, by=by, at=AT, principal=un)
    )
    assert sum(isinstance(r, Refus) for r in resultats) == 1, resultats
    assert Dossier.objects.filter(pk__in=[un.pk, deux.pk], etat=EtatDossier.CLOS).count() == 1


def test_a_double_joined_while_its_principal_is_answered_is_not_forgotten(monde_reel: Monde) -> None:
    """Either the answer reaches the double too, or the joining is refused since the principal is closed."""
    for _essai in range(3):
        double, principal, by = monde_reel.ouvrir(), monde_reel.ouvrir(), monde_reel.par("agent1")
        etape = monde_reel.mener(principal, "reponse")
        resultats = course(
            lambda d=double, p=principal, by=by: reunir(d, by=by, at=AT, principal=p),
            lambda e=etape, by=by: repondre(e, by=by, at=AT, texte="Réparé.", sens=SensReponse.FAVORABLE),
        )
        assert not isinstance(resultats[1], Exception), resultats
        joint = not isinstance(resultats[0], Refus)
        assert joint == ((double.pk, f"Réponse à votre demande {double.reference}", "Réparé.") in monde_reel.courrier)


def test_two_dossiers_linked_to_each_other_at_once_do_not_block(monde_reel: Monde) -> None:
    un, deux, by = monde_reel.ouvrir(), monde_reel.ouvrir(), monde_reel.par("agent1")
    for _essai in range(3):
        resultats = course(
            *[lambda: relier(un, by=by, at=AT, vers=deux)] * 2, *[lambda: relier(deux, by=by, at=AT, vers=un)] * 2
        )
        assert all(isinstance(r, Lien | DejaFait) for r in resultats), resultats
    assert Lien.objects.filter(de__in=[un, deux]).count() == 2


def test_colleagues_follow_at_once_and_none_is_lost(monde_reel: Monde) -> None:
    dossier = monde_reel.ouvrir()
    tous = [monde_reel.par(nom) for nom in monde_reel.personnes]
    qui = [by for by in tous if rules.peut_voir(by, dossier)][:HUIT]
    assert len(qui) >= 4
    course(*[lambda by=by: suivre(dossier, by=by, at=AT) for by in qui])
    assert set(Dossier.objects.get(pk=dossier.pk).suiveurs) == {by.personne for by in qui}
    sain(dossier)


# --- what holds all this: take the guards away, and doubles appear ---------------------------------------------------

GARDES = [
    ("dossiers_decision", "UNIQUE (etape_id)"),
    ("journal_ligne", "UNIQUE (chaine, numero)"),
]


def _sans_verrou(monkeypatch: pytest.MonkeyPatch, combien: int) -> None:
    """No lock, and all have read the étape as due before any of them writes."""
    ensemble = Barrier(combien)
    juger = rules.peut_decider

    def attendre_les_autres(*args: Any) -> Any:
        verdict = juger(*args)
        ensemble.wait(timeout=30)
        return verdict

    monkeypatch.setattr(rules, "peut_decider", attendre_les_autres)
    monkeypatch.setattr(ecriture, "_VERROU", ecriture._VERROU.replace("FOR NO KEY UPDATE", ""))


def test_without_the_lock_the_unique_constraints_still_hold(monde_reel: Monde, monkeypatch: pytest.MonkeyPatch) -> None:
    etape, by = monde_reel.mener(monde_reel.ouvrir(), "visa"), monde_reel.par("chef_voirie")
    _sans_verrou(monkeypatch, 4)
    resultats = course(*[lambda: viser(etape, by=by, at=AT)] * 4)
    assert sum(isinstance(r, IntegrityError) for r in resultats) == 3, resultats
    assert Decision.objects.filter(etape=etape).count() == 1


def test_without_the_lock_and_the_constraints_a_visa_is_given_several_times(
    monde_reel: Monde, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The proof that the tests above can go red."""
    etape, by = monde_reel.mener(monde_reel.ouvrir(), "visa"), monde_reel.par("chef_voirie")
    with connection.cursor() as curseur:
        noms = {}
        for table, forme in GARDES:
            curseur.execute(
                "SELECT conname FROM pg_constraint WHERE conrelid = %s::regclass AND pg_get_constraintdef(oid) = %s",
                [table, forme],
            )
            noms[table] = curseur.fetchone()[0]
            curseur.execute(f"ALTER TABLE {table} DROP CONSTRAINT {noms[table]}")
        try:
            _sans_verrou(monkeypatch, 4)
            resultats = course(*[lambda: viser(etape, by=by, at=AT)] * 4)
            assert not any(isinstance(r, Exception) for r in resultats), resultats
            assert Decision.objects.filter(etape=etape).count() == 4
        finally:
            uuid = etape.dossier.uuid
            with transaction.atomic():
                curseur.execute("SET LOCAL session_replication_role = replica")
                for table, cle, valeur in (
                    ("dossiers_decision", "etape_id", etape.pk),
                    ("journal_charge", "(SELECT chaine FROM journal_ligne WHERE id = ligne_id)", uuid),
                    ("journal_ligne", "chaine", uuid),
                    ("journal_chaine", "uuid", uuid),
                ):
                    curseur.execute(f"DELETE FROM {table} WHERE {cle} = %s", [valeur])
            for table, forme in GARDES:
                curseur.execute(f"ALTER TABLE {table} ADD CONSTRAINT {noms[table]} {forme}")
