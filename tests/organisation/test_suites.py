"""What follows an absence or a stand-in: whoever acts from now on is told, and the journal keeps it."""

from datetime import timedelta

import pytest
from django.db import IntegrityError, connection

from buridan.bureau.annuaire.historique import chaine_de, historique
from buridan.dossiers.actions.prendre import prendre
from buridan.dossiers.actions.relever import prevenir_la_releve
from buridan.dossiers.tasks import RELEVE, derniere_releve
from buridan.journal.chaine import verifier
from buridan.journal.models import Charge, Ligne
from buridan.notifications.models import Notification
from buridan.organisation.actions import (
    declarer_absence,
    nommer_suppleant,
    ouvrir_compte,
    terminer_absence,
    terminer_suppleance,
)
from buridan.organisation.annuaire import annuaire_du
from buridan.organisation.models import Absence, Personne, Poste, Suppleance, VersionPoste
from buridan.outils.verdict import Refus
from tests.dossiers.test_courses import HUIT, course
from tests.monde import AT, JOUR, NATURE, Monde

SEMAINE = timedelta(days=7)


def dits(monde: Monde) -> set[tuple[str, str]]:
    """Who was told what."""
    lignes = Notification.objects.values_list("personne", "texte")
    return {(monde.noms([p])[0], texte.partition(" : ")[2]) for p, texte in lignes}


def absenter(monde: Monde, qui: str, par: str = "chef_voirie", dans: int = 0) -> Absence:
    """Declare from so many days on, for a week."""
    debut = JOUR + timedelta(days=dans)
    return declarer_absence(by=monde.par(par), personne=monde.personnes[qui], debut=debut, fin=debut + SEMAINE)


def test_the_stand_in_is_told_of_what_was_already_under_way(monde: Monde) -> None:
    monde.mener(monde.ouvrir(), "visa")
    monde.suppleer("chef_voirie", par="agent_proprete")
    Notification.objects.all().delete()
    absenter(monde, "chef_voirie")
    assert dits(monde) == {("agent_proprete", "Viser vous revient (pour Chef_voirie Essai, absent·e)")}


def test_a_stand_in_named_during_the_absence_is_told_and_so_is_the_head_when_it_ends(monde: Monde) -> None:
    monde.mener(monde.ouvrir("parallele"), "avis")
    absenter(monde, "chef_voirie")
    Notification.objects.all().delete()
    suppleance = nommer_suppleant(
        by=monde.par("chef_voirie"), poste=monde.postes["chef_voirie"], suppleant=monde.postes["etranger"],
        debut=JOUR, fin=None, nature=NATURE,
    )  # fmt: skip
    assert [qui for qui, _texte in dits(monde)] == ["etranger"]
    Notification.objects.all().delete()
    terminer_suppleance(suppleance, by=monde.par("chef_voirie"), at=AT)
    assert [qui for qui, _texte in dits(monde)] == ["dga"]


def test_the_head_is_told_when_a_whole_service_is_away(monde: Monde) -> None:
    monde.ouvrir()  # to be qualified by the front desk
    Notification.objects.all().delete()
    absenter(monde, "accueil1", par="accueil1")
    assert dits(monde) == set()
    absenter(monde, "accueil2", par="accueil2")
    assert [qui for qui, _texte in dits(monde)] == ["dga"]


def test_nobody_is_told_of_an_absence_to_come_nor_of_a_return(monde: Monde) -> None:
    monde.mener(monde.ouvrir(), "visa")
    Notification.objects.all().delete()
    absenter(monde, "chef_voirie", dans=10)
    assert dits(monde) == set()
    absence = absenter(monde, "chef_voirie")
    Notification.objects.all().delete()
    terminer_absence(absence, by=monde.par("chef_voirie"), at=AT)
    assert dits(monde) == set()


def test_on_its_first_day_an_absence_declared_beforehand_is_told(monde: Monde) -> None:
    monde.mener(monde.ouvrir(), "visa")
    monde.suppleer("chef_voirie", par="agent_proprete")
    absenter(monde, "chef_voirie", dans=1)
    Notification.objects.all().delete()
    for jours, attendu in ((1, ["agent_proprete"]), (2, []), (8, [])):  # begins, goes on, is over
        at = AT + timedelta(days=jours)
        prevenir_la_releve(annuaire_du(JOUR + timedelta(days=jours - 1)), by=monde.systeme(at), at=at)
        assert [qui for qui, _texte in dits(monde)] == attendu
        Notification.objects.all().delete()


def test_what_began_while_the_machine_was_off_is_told_when_it_starts_again(monde: Monde) -> None:
    assert derniere_releve(JOUR) == JOUR - timedelta(days=1)
    with connection.cursor() as curseur:
        curseur.execute(
            """WITH faite AS (INSERT INTO procrastinate_jobs (queue_name, task_name, args, status)
                VALUES ('echeances', %s, '{}', 'succeeded') RETURNING id)
            INSERT INTO procrastinate_events (job_id, type, at) SELECT id, 'succeeded', %s FROM faite""",
            [RELEVE, AT - timedelta(days=4)],
        )
    assert derniere_releve(JOUR) == JOUR - timedelta(days=4)


def test_the_journal_keeps_who_declared_what_without_the_reason(monde: Monde) -> None:
    by, agent = monde.par("chef_voirie"), monde.personnes["agent1"]
    absence = declarer_absence(by=by, personne=agent, debut=JOUR, fin=JOUR + SEMAINE, motif="Opération du genou")
    terminer_absence(absence, by=by, at=AT)
    suppleance = nommer_suppleant(
        by=by, poste=monde.postes["agent1"], suppleant=monde.postes["agent2"], debut=JOUR, fin=None
    )
    terminer_suppleance(suppleance, by=by, at=AT)
    assert [ligne["quoi"] for ligne in historique(Personne, [agent])] == [
        "a mis fin à l'absence de Agent1 Essai, déclarée du 10/03/2026, retour le 17/03/2026",
        "a déclaré l'absence de Agent1 Essai, du 10/03/2026, retour le 17/03/2026",
    ]
    assert [ligne["quoi"] for ligne in historique(Poste, [monde.postes["agent1"]])] == [
        "a mis fin à la suppléance de Agent1 Essai (Poste agent1) par Agent2 Essai (Poste agent2), choisie à partir du 10/03/2026",
        "a choisi Agent2 Essai (Poste agent2) pour suppléer Agent1 Essai (Poste agent1), à partir du 10/03/2026",
    ]
    assert historique(Personne, [by.personne or 0]) == []
    assert "genou" not in str(list(Charge.objects.values_list("contenu", flat=True)))
    assert not list(verifier())


def test_the_check_of_the_journal_covers_these_chains(monde: Monde) -> None:
    absenter(monde, "agent1")
    ligne = Ligne.objects.get(chaine=chaine_de(Personne, monde.personnes["agent1"]))
    with connection.cursor() as curseur:
        curseur.execute("SET CONSTRAINTS ALL IMMEDIATE")
        curseur.execute("SET LOCAL session_replication_role = replica")
        curseur.execute("UPDATE journal_ligne SET auteur = 0 WHERE id = %s", [ligne.pk])
        curseur.execute("SET LOCAL session_replication_role = origin")
    dites = [str(anomalie) for anomalie in verifier() if str(ligne.chaine) in str(anomalie)]
    assert dites and all(dite.startswith("organisation, Agent1 Essai (") for dite in dites)


def test_closing_an_account_gives_back_what_the_person_had_taken_and_tells_who_acts(monde: Monde) -> None:
    etape, par = monde.mener(monde.ouvrir(), "traitement"), monde.par("agent1")
    prendre(etape, by=par, at=AT)
    autre = monde.ouvrir()
    monde.mener(autre, "visa")
    VersionPoste.objects.filter(poste=monde.postes["dgs"]).update(droits=["administration"])
    Notification.objects.all().delete()
    for nom in ("agent1", "chef_voirie"):
        ouvrir_compte(Personne.objects.get(pk=monde.personnes[nom]), by=monde.par("dgs"), ouvert=False)
    etape.refresh_from_db()
    assert etape.prise_par_id is None
    derniere = Ligne.objects.filter(chaine=etape.dossier.uuid).latest("numero")
    assert (derniere.verbe, "est fermé" in derniere.charge.contenu["motif"]) == ("rendre", True)
    assert "dga" in {qui for qui, _texte in dits(monde)}
    with pytest.raises(Refus, match="déjà fait"):
        ouvrir_compte(Personne.objects.get(pk=monde.personnes["agent1"]), by=monde.par("dgs"), ouvert=False)
    lignes = historique(Personne, [monde.personnes["agent1"]])
    assert [ligne["quoi"] for ligne in lignes] == ["a fermé le compte de Agent1 Essai"]


def test_what_the_database_refuses_leaves_no_line(monde: Monde) -> None:
    absenter(monde, "agent1")
    with pytest.raises(Refus, match="déjà absente"):
        absenter(monde, "agent1", dans=2)
    assert Ligne.objects.filter(chaine=chaine_de(Personne, monde.personnes["agent1"])).count() == 1


def test_two_stand_ins_crossed_at_once_leave_one(monde_reel: Monde) -> None:
    m = monde_reel
    resultats = course(lambda: m.suppleer("agent1", "agent2"), lambda: m.suppleer("agent2", "agent1"))
    assert sum(isinstance(r, IntegrityError) for r in resultats) == 1, resultats
    assert Suppleance.objects.filter(poste__in=[m.postes["agent1"], m.postes["agent2"]]).count() == 1


def test_an_absence_ended_eight_times_at_once_ends_once(monde_reel: Monde) -> None:
    m = monde_reel
    absence = m.absenter("agent1", debut=JOUR - timedelta(days=3))
    by = m.par("agent1")
    resultats = course(*[lambda: terminer_absence(Absence.objects.get(pk=absence.pk), by=by, at=AT)] * HUIT)
    assert sum(isinstance(r, Refus) for r in resultats) == HUIT - 1, resultats
    assert Ligne.objects.filter(chaine=chaine_de(Personne, m.personnes["agent1"])).count() == 1
