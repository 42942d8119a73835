"""Eight clicks at once on a matter, on real connections: one effect, one answer to the resident, and the others are told."""

from uuid import uuid4

from buridan.dossiers.actions.traversee import DejaFait
from buridan.dossiers.etats import SensReponse, TypeEtape
from buridan.dossiers.models import Dossier, Etape, Lien, Reponse
from buridan.elus.actions.garder import garder
from buridan.elus.actions.repondre import choisir_qui_repond, repondre, retirer
from buridan.elus.actions.saisir import Saisie, saisir
from buridan.elus.actions.trancher import trancher
from buridan.elus.actions.transmettre import transmettre
from buridan.elus.models import Brouillon, DemandeElu, ReponseHabitant
from buridan.interface.jetons import DejaEnvoye
from buridan.notifications.models import Courriel
from buridan.outils.verdict import Refus
from tests.conftest import Troupe
from tests.decisions.test_courses_decisions import un_seul
from tests.dossiers.test_courses import HUIT, course, sain
from tests.elus.saisies import (
    COURRIEL,
    TEXTE,
    a_faire,
    clore_la_note,
    elue,
    frais,
    habitant,
    mener,
    qui_peut,
    saisie,
    service_de,
)


def test_eight_sends_of_one_form_make_one_matter(troupe_reelle: Troupe) -> None:
    troupe, jeton = troupe_reelle, uuid4()
    elu = elue(troupe)
    tapee = Saisie(elu.personne or 0, "quotidien", "voirie", TEXTE)
    finis = course(*[lambda: saisir(tapee, by=elu, at=troupe.at, jeton=jeton)] * HUIT)
    assert (
        sum(isinstance(f, DemandeElu) for f in finis) == 1 and sum(isinstance(f, DejaEnvoye) for f in finis) == HUIT - 1
    )


def test_eight_clicks_send_decide_and_answer_once(troupe_reelle: Troupe) -> None:
    troupe, demande = troupe_reelle, saisie(troupe_reelle, habitant=habitant("service"))
    etape = a_faire(demande)[0]
    dga, entite = qui_peut(troupe, etape), service_de(etape)
    un_seul(course(*[lambda: transmettre(etape, by=dga, at=troupe.at, entite=entite)] * HUIT), Etape, DejaFait)
    fin = mener(troupe, demande, TypeEtape.REPONSE)
    qui, texte = qui_peut(troupe, fin), fin.dossier.projet_reponse
    sens = SensReponse.FAVORABLE
    finis = course(*[lambda: repondre(fin, by=qui, at=troupe.at, texte=texte, sens=sens, pour="service")] * HUIT)
    un_seul(finis, Reponse, DejaFait)
    assert Courriel.objects.filter(destinataire=COURRIEL, dossier=demande.dossier.uuid).count() == 1
    sain(frais(demande))


def test_a_project_becomes_one_note(troupe_reelle: Troupe) -> None:
    troupe, demande = troupe_reelle, saisie(troupe_reelle, voie="projet")
    etape = mener(troupe, demande, TypeEtape.DECISION)
    dgs, service = qui_peut(troupe, etape), troupe.annuaire.codes_entites["voirie"]
    un_seul(course(*[lambda: trancher(etape, by=dgs, at=troupe.at, service=service)] * HUIT), Etape, DejaFait)
    assert Lien.objects.filter(de=demande.pk).count() == 1
    sain(frais(demande))


def test_a_changed_choice_and_an_answer_at_once_leave_the_resident_one(troupe_reelle: Troupe) -> None:
    troupe, demande = troupe_reelle, saisie(troupe_reelle, habitant=habitant("service"))
    fin = mener(troupe, demande, TypeEtape.REPONSE)
    qui, elu, texte = qui_peut(troupe, fin), elue(troupe), fin.dossier.projet_reponse
    course(
        lambda: repondre(fin, by=qui, at=troupe.at, texte=texte, sens=SensReponse.FAVORABLE, pour="service"),
        *[lambda: choisir_qui_repond(demande.dossier, by=elu, at=troupe.at, qui="elu")] * 3,
    )
    demande, dites = DemandeElu.objects.get(pk=demande.pk), ReponseHabitant.objects.filter(demande=demande.pk)
    clos = frais(demande).etat == "clos"
    assert [d.par for d in dites] == (["service"] if clos else []) and demande.qui_repond == (
        "service" if clos else "elu"
    )
    sain(frais(demande))


def test_a_withdrawal_and_the_answer_of_the_note_at_once_leave_the_resident_one(troupe_reelle: Troupe) -> None:
    troupe, demande = troupe_reelle, saisie(troupe_reelle, voie="projet", habitant=habitant("service"))
    etape = mener(troupe, demande, TypeEtape.DECISION)
    dgs, elu = qui_peut(troupe, etape), elue(troupe)
    trancher(etape, by=dgs, at=troupe.at, service=troupe.annuaire.codes_entites["voirie"])
    note = DemandeElu.objects.get(pk=demande.pk).devenue
    dits = {"texte": "Non.", "sens": SensReponse.REFUS}
    course(
        lambda: clore_la_note(note, by=dgs, **dits),
        *[lambda: retirer(demande.dossier, by=elu, at=troupe.at, motif="Réglé.", moyen="telephone")] * 3,
    )
    assert (frais(demande).etat, Dossier.objects.get(pk=note.pk).etat) == ("clos", "clos")
    assert Reponse.objects.filter(dossier=demande.pk).count() == 1
    dite = ReponseHabitant.objects.get(demande=demande.pk)
    assert Courriel.objects.filter(destinataire=COURRIEL).count() == (dite.par == "service")
    sain(frais(demande))


def test_eight_withdrawals_tell_the_resident_once_and_eight_drafts_are_one(troupe_reelle: Troupe) -> None:
    troupe, demande = troupe_reelle, saisie(troupe_reelle, habitant=habitant("elu"))
    elu = elue(troupe)
    finis = course(*[lambda: retirer(demande.dossier, by=elu, at=troupe.at, motif="Réglé.", moyen="telephone")] * HUIT)
    un_seul(finis, Reponse, Refus)
    assert ReponseHabitant.objects.filter(demande=demande.pk).count() == 1
    course(*[lambda: garder({"texte": "Un banc"}, [], by=elu, at=troupe.at)] * HUIT)
    assert Brouillon.objects.filter(personne=elu.personne).count() == 1
    Brouillon.objects.filter(personne=elu.personne).delete()
    sain(Dossier.objects.get(pk=demande.pk))
