"""Eight clicks at once on a note, on real connections: one effect, and the others are told."""

from datetime import timedelta
from functools import partial
from typing import Any
from uuid import uuid4

from buridan.dossiers.actions.traversee import DejaFait
from buridan.dossiers.etats import Resultat, TypeEtape
from buridan.dossiers.models import Dossier, Etape, Reponse
from buridan.interface.jetons import DejaEnvoye
from buridan.notes.actions.arbitrer import arbitrer
from buridan.notes.actions.commencer import Cadre, commencer, recadrer
from buridan.notes.actions.completer import completer
from buridan.notes.actions.enregistrer import Saisie, empreinte, enregistrer
from buridan.notes.actions.envoyer import envoyer
from buridan.notes.actions.presenter import presenter
from buridan.notes.actions.proposer import proposer
from buridan.notes.actions.redescendre import redescendre
from buridan.notes.models import Inscription, Note, PartieNote, VersionPartie
from buridan.notifications.models import Notification
from buridan.organisation.acteur import acteur
from tests.conftest import Troupe
from tests.dossiers.test_courses import HUIT, course, sain
from tests.notes.ecrits import TEXTES, THEME, a_faire, auteur_de, commencee, ecrire, envoyee, frais, mener, qui_peut


def test_eight_sends_of_one_form_begin_one_note(troupe_reelle: Troupe) -> None:
    troupe, jeton = troupe_reelle, uuid4()
    chef = acteur(troupe.titulaire("resp-voirie"), troupe.at)
    cadre = Cadre("information", "Pont", THEME, chef.annuaire.codes_entites["voirie"])
    finis = course(*[lambda: commencer(cadre, by=chef, at=troupe.at, jeton=jeton)] * HUIT)
    assert sum(isinstance(f, Note) for f in finis) == 1 and sum(isinstance(f, DejaEnvoye) for f in finis) == HUIT - 1


def test_eight_who_save_one_part_at_once_lose_nothing(troupe_reelle: Troupe) -> None:
    troupe = troupe_reelle
    note = commencee(troupe)
    qui = [auteur_de(troupe, note), acteur(troupe.titulaire("adjoint-4"), troupe.at)] * 4

    def saisir(n: int) -> str:
        saisie = Saisie({"texte": f"Texte {n}"}, empreinte({}))
        return enregistrer(note.dossier, {"contexte": saisie}, by=qui[n], at=troupe.at)["contexte"].etat

    etats = course(*[lambda n=n: saisir(n) for n in range(HUIT)])
    assert sorted(etats) == ["conflit"] * 7 + ["gardée"]
    assert PartieNote.objects.get(note=note).contenu == {"texte": f"Texte {etats.index('gardée')}"}
    assert VersionPartie.objects.filter(note=note, retenue=True).count() == 1
    sain(frais(note))


def test_eight_clicks_send_the_note_once(troupe_reelle: Troupe) -> None:
    troupe = troupe_reelle
    note = commencee(troupe)
    auteur = auteur_de(troupe, note)
    ecrire(note, auteur, **TEXTES)
    etape = a_faire(note)[0]
    finis = course(*[lambda: envoyer(etape, by=auteur, at=troupe.at)] * HUIT)
    assert sum(isinstance(f, Etape) for f in finis) == 1 and sum(isinstance(f, DejaFait) for f in finis) == HUIT - 1
    assert len(a_faire(note)) == 1
    sain(frais(note))


def test_a_note_sent_while_the_official_types_loses_no_word_that_was_confirmed(troupe_reelle: Troupe) -> None:
    troupe = troupe_reelle
    note = commencee(troupe)
    auteur, elu = auteur_de(troupe, note), acteur(troupe.titulaire("adjoint-4"), troupe.at)
    ecrire(note, auteur, **TEXTES)
    etape = a_faire(note)[0]
    saisie = {"enjeux": Saisie({"texte": "Les commerces."}, empreinte({}))}
    _envoi, saisi = course(
        lambda: envoyer(etape, by=auteur, at=troupe.at), lambda: enregistrer(note.dossier, saisie, by=elu, at=troupe.at)
    )
    garde = PartieNote.objects.filter(note=note, code="enjeux").exists()
    assert garde == isinstance(saisi, dict)
    sain(frais(note))


def test_eight_opinions_of_one_department_count_once(troupe_reelle: Troupe) -> None:
    troupe = troupe_reelle
    note = envoyee(troupe, "arbitrage")
    etape = next(e for e in a_faire(note) if "finances" in e.titre)
    qui = qui_peut(troupe, etape)
    finis = course(
        *[lambda: completer(etape, by=qui, at=troupe.at, avis=Resultat.FAVORABLE, contenu={"cout": "1"})] * HUIT
    )
    assert sum(isinstance(f, Etape) for f in finis) == 1 and sum(isinstance(f, DejaFait) for f in finis) == HUIT - 1
    assert VersionPartie.objects.filter(note=note, code="finances").count() == 1
    sain(frais(note))


def test_eight_decisions_of_the_mayor_put_it_once_on_the_agenda(troupe_reelle: Troupe) -> None:
    troupe = troupe_reelle
    note = envoyee(troupe)
    etape = mener(troupe, note, TypeEtape.DECISION)
    qui, jour = qui_peut(troupe, etape), troupe.annuaire.jour + timedelta(days=9)
    finis = course(
        *[lambda: arbitrer(etape, by=qui, at=troupe.at, choix="orienter", instance="BM", souhaitee_le=jour)] * HUIT
    )
    assert sum(isinstance(f, Etape) for f in finis) == 1 and sum(isinstance(f, DejaFait) for f in finis) == HUIT - 1
    assert Inscription.objects.filter(note=note).count() == 1
    sain(frais(note))


def test_eight_reports_of_a_presentation_then_eight_answers_count_once(troupe_reelle: Troupe) -> None:
    troupe = troupe_reelle
    note = envoyee(troupe)
    etape = mener(troupe, note, TypeEtape.DECISION)
    jour = troupe.annuaire.jour + timedelta(days=9)
    quoi: dict[str, Any] = {"choix": "orienter", "instance": "BM", "souhaitee_le": jour}
    arbitrer(etape, by=qui_peut(troupe, etape), at=troupe.at, **quoi)
    for verbe in (
        lambda e, by: presenter(e, by=by, at=troupe.at, issue="sans_avis"),
        lambda e, by: redescendre(e, by=by, at=troupe.at),
    ):
        a_finir = a_faire(note)[0]
        finis = course(*[partial(verbe, a_finir, qui_peut(troupe, a_finir))] * HUIT)
        assert sum(isinstance(f, DejaFait) for f in finis) == HUIT - 1, finis
    assert Reponse.objects.filter(dossier=note.pk).count() == 1
    sain(frais(note))


def test_two_changes_of_theme_leave_one_circuit(troupe_reelle: Troupe) -> None:
    troupe = troupe_reelle
    note = commencee(troupe)
    auteur = auteur_de(troupe, note)
    course(
        *[
            lambda theme=theme: recadrer(
                note.dossier, by=auteur, at=troupe.at, genre="alerte", theme=theme, objet="Pont"
            )
            for theme in ("culture", "sport") * 4
        ]
    )
    note.refresh_from_db()
    visas = Etape.objects.filter(dossier=note.pk, type="visa", poste=note.elu_id)
    assert visas.count() == 1 and Etape.objects.filter(dossier=note.pk, type="visa").count() == 4
    sain(Dossier.objects.get(pk=note.pk))


def test_eight_proposals_of_an_agent_tell_the_head_once(troupe_reelle: Troupe) -> None:
    troupe = troupe_reelle
    agent = troupe.present("voirie")
    cadre = Cadre("information", "Pont", THEME, agent.annuaire.codes_entites["voirie"])
    note = commencer(cadre, by=agent, at=troupe.at)
    ecrire(note, agent, **TEXTES)
    finis = course(*[lambda: proposer(note.dossier, by=agent, at=troupe.at + timedelta(minutes=1))] * HUIT)
    assert sum(isinstance(f, DejaFait) for f in finis) == HUIT - 1
    assert Notification.objects.filter(dossier=note.dossier.uuid, texte__contains="vous propose").count() == 1
    sain(frais(note))
