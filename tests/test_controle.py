"""Faults planted by hand in the database and on the disk, whatever the triggers say: `buridan check` finds each."""

import os
import re
import time
from collections.abc import Callable
from datetime import timedelta
from pathlib import Path
from typing import Any

import psycopg
import pytest
from django.conf import settings
from django.db import connection
from django.utils import timezone

from buridan.demandes.actions.deposer import Depot, deposer
from buridan.demandes.actions.qualifier import qualifier
from buridan.demandes.models import TypeDemande
from buridan.demo.annee import Annee
from buridan.dossiers.etats import EtatEtape
from buridan.dossiers.fichiers import SURSIS, balayer, chemin, ranger
from buridan.dossiers.models import Document, Etape
from buridan.droit.delais import date_legale
from buridan.journal.chaine import sceller_le_jour, verifier
from buridan.journal.publication import publier
from buridan.lancement import reglages, verification
from buridan.lancement.commandes import main
from buridan.messagerie.models import CourrielRecu
from buridan.organisation.acteur import acteur, systeme
from buridan.outils.controle import Controle, controles
from tests.appels.essais import envoye
from tests.commandes import ecrits as commandes
from tests.courriers.lettres import confie, parti
from tests.decisions.ecrits import envoyee as demande_interne
from tests.elus.saisies import habitant, saisie
from tests.messagerie.courriels import recu as courriel_recu
from tests.notes.ecrits import envoyee

from .conftest import Troupe

pytestmark = pytest.mark.django_db
PDF = b"%PDF-1.4 un plan"


def fautes(*, complet: bool = False) -> set[str]:
    """What `buridan check` prints, here and now."""
    return set(verification.fautes(complet=complet))


def planter(sql: str, **params: Any) -> None:
    """Write behind the back of every trigger and foreign key, as a superuser can."""
    with connection.cursor() as curseur:
        curseur.execute("SET CONSTRAINTS ALL IMMEDIATE")
        curseur.execute("SET LOCAL session_replication_role = replica")
        for ordre in sql.split(";"):
            curseur.execute(ordre, params if "%(" in ordre else None)
        curseur.execute("SET LOCAL session_replication_role = DEFAULT")


@pytest.fixture(autouse=True)
def ailleurs(settings: Any, tmp_path: Path) -> None:
    """A store of files and a file of seals of one's own."""
    settings.MEDIA_ROOT, settings.SCEAUX = tmp_path / "fichiers", tmp_path / "sceaux.txt"


def ferme(troupe: Troupe) -> int:
    """A letter answered: its id."""
    courrier = confie(troupe)
    parti(troupe, courrier)
    return int(courrier.pk)


@pytest.fixture
def ids(troupe: Troupe) -> dict[str, Any]:
    """A request filed two hours ago with a file, qualified one hour ago: ids to plant faults on."""
    depose, qualifie = troupe.at - timedelta(hours=2), troupe.at - timedelta(hours=1)
    depot = Depot(
        type=TypeDemande.objects.get(code="nid-de-poule"), description="Un grand trou devant le 12.", nom="Alix Test",
        courriel="alix@courriel.example", lieu="12 rue de la Gare", fichiers=(("plan.pdf", "application/pdf", PDF),),
    )  # fmt: skip
    dossier = deposer(depot, by=systeme(depose), at=depose).dossier
    faite = Etape.objects.get(dossier=dossier, etat=EtatEtape.ACTIVE)
    qui = systeme(qualifie).annuaire.resoudre_entite(faite.entite_id or 0).personnes[0]
    qualifier(faite, by=acteur(qui, qualifie), at=qualifie, type=depot.type)
    active = Etape.objects.filter(dossier=dossier, etat=EtatEtape.ACTIVE)[0]
    return {"d": dossier.pk, "uuid": dossier.uuid, "faite": faite.pk, "active": active.pk, "qui": qui,
            "reference": dossier.reference, "ailleurs": Etape.objects.count() + 10**9, "note": envoyee(troupe).pk,
            "courrier": ferme(troupe), "interne": demande_interne(troupe).pk, "appel": envoye(troupe).pk,
            "elu": saisie(troupe, habitant=habitant("service")).pk, "mail": courriel_recu(troupe).pk}  # fmt: skip


CONTACT = """INSERT INTO contacts_contact (uuid, genre, nom, fonction, adresse, courriel, telephone, siret, rna, cle, commune, mots,
    cree_le, change_le) VALUES (gen_random_uuid(), 'personne', 'X', '', '', '', '', '', '', 'x', '', 'x', now(), now())"""
LOT = """INSERT INTO numerisation_lot (uuid, nom, sha256, taille, venue, at, arrive_le, etat, raison, pages, version, lisible, pdfa)
    VALUES (gen_random_uuid(), 'm.pdf', 'x', 1, 'page', now() - interval '3 days', now(), 'a_lire', '', 2, 0, '', false)"""
FEUILLE = """(lot_id, numero, sorte, debut, retiree, rotation, pale, a_montrer, vignette, apercu, lecture, raison, texte, lu_dans,
    lu_rang, essais) VALUES ({lot}, 1, 'courrier', true, false, 0, false, false, '', '', 'lue', '', '', '', 0, 0)"""
SOLLICITE = """INSERT INTO signataires_demandesignature (dossier_id, tour, document_id, nom, qualite, courriel, message, par_id, at, depuis,
    jusquau, code, codes, essais, etat, motif, moyen) SELECT dossier_id, 1, id, 'X', 'y', 'x@x.example', '', %(qui)s, now(), {quand}, {quand} + 9,
    '', 0, 0, 'attendue', '', '' FROM dossiers_document WHERE dossier_id = %(d)s"""
VERSEMENT = """INSERT INTO archives_versement (uuid, etat, raison, prepare_par_id, prepare_le, sha256, attestation, reponse)
    VALUES (gen_random_uuid(), 'prepare', '', %(qui)s, now() - interval '3 days', '', '', '')"""
FAUTES = {
    "an open dossier with nothing to do": (
        "UPDATE dossiers_etape SET etat = 'passee' WHERE dossier_id = %(d)s AND etat = 'active'",
        "dossier_sans_etape"),
    "an étape on a post that doesn't exist": (
        "UPDATE dossiers_etape SET poste_id = %(ailleurs)s, entite_id = NULL WHERE id = %(active)s",
        "renvoie à organisation_poste n° "),
    "an étape on a post that has ended": (
        """UPDATE dossiers_etape SET poste_id = (SELECT min(poste_id) FROM organisation_versionposte), entite_id = NULL
           WHERE id = %(active)s; UPDATE organisation_versionposte SET debut = '2020-01-01', fin = '2021-01-01'
           WHERE poste_id = (SELECT min(poste_id) FROM organisation_versionposte)""",
        "etape_poste_fini"),
    "an étape where nobody can act": (
        "UPDATE organisation_personne SET is_active = false", "etape_sans_personne"),
    "a closed request without answer": (
        "UPDATE dossiers_dossier SET etat = 'clos', clos_le = bouge_le WHERE id = %(d)s", "clos_sans_reponse"),
    "a closed request with an étape left": (
        "UPDATE dossiers_dossier SET etat = 'clos', clos_le = bouge_le WHERE id = %(d)s", "clos_mais_a_faire"),
    "a signature of a lower level than asked": (
        """UPDATE dossiers_etape SET niveau_signature = 'qualifiee' WHERE id = %(faite)s;
           UPDATE dossiers_decision SET resultat = 'signee', niveau_signature = 'simple' WHERE etape_id = %(faite)s""",
        "signature_trop_faible"),
    "a service that acts and can't see": (
        "UPDATE dossiers_dossier SET lecteurs = '{}' WHERE id = %(d)s", "lecteur_absent"),
    "a hold that nothing ends": (
        """UPDATE dossiers_dossier SET etat = 'attente', attente_jusquau = current_date - 9 WHERE id = %(d)s""",
        "reprise_oubliee"),
    "a delegation that the journal doesn't know": (
        """INSERT INTO delegations_delegation (arrete_id, delegataire_id, poste_id, nature, priorite, debut, taxes, retrait_motif)
           SELECT arrete_id, %(qui)s, poste_id, 'marches', 1, '2020-01-01', '', '' FROM delegations_delegation LIMIT 1""",
        "delegation_sans_ligne"),
    "a withdrawal undone by hand": (
        "UPDATE delegations_delegation SET retiree_le = NULL, retrait_motif = ''", "retrait_sans_ligne"),
    "a delegation to oneself": (
        """UPDATE delegations_delegation d SET delegataire_id = a.delegant_id FROM delegations_arrete a
           WHERE a.id = d.arrete_id AND d.id = (SELECT min(id) FROM delegations_delegation)""",
        "delegation_a_soi"),
    "a signature on an étape that is not signed": (
        """INSERT INTO signatures_signature (etape_id, moyen, personne_id, qualite, formule, condense, certificat, titulaire, horodatee, at)
           VALUES (%(faite)s, 'papier', %(qui)s, 'X', '', '', '', '', false, now())""",
        "signature_sans_decision"),
    "an étape decided twice": (
        """ALTER TABLE dossiers_decision DROP CONSTRAINT dossiers_decision_etape_id_key;
           INSERT INTO dossiers_decision (etape_id, resultat, texte, at, par_id, pour)
           SELECT etape_id, 'qualifiee', '', at, par_id, pour FROM dossiers_decision WHERE etape_id = %(faite)s""",
        "etape_deux_fois"),
    "an étape done without decision": (
        "DELETE FROM dossiers_decision WHERE etape_id = %(faite)s", "decision_et_etat"),
    "an étape decided and still to do": (
        "UPDATE dossiers_etape SET etat = 'active' WHERE id = %(faite)s", "decision_et_etat"),
    "a state without its line": (
        "UPDATE dossiers_dossier SET etat = 'attente', attente_jusquau = current_date + 9, bouge_le = now() WHERE id = %(d)s",
        "etat_sans_ligne"),
    "a decision without its line": (
        "DELETE FROM journal_ligne WHERE chaine = %(uuid)s AND etape = %(faite)s", "etat_sans_ligne"),
    "a dossier that vanished": (
        "DELETE FROM dossiers_dossier WHERE id = %(d)s", "ligne_sans_dossier"),
    "a row that refers to nothing": (
        "DELETE FROM dossiers_dossier WHERE id = %(d)s", "Dans demandes_demande, une ligne renvoie à dossiers_dossier n° "),
    "a dossier without its request": (
        "DELETE FROM demandes_demande WHERE dossier_id = %(d)s", "demande_absente"),
    "an expired stand-in": (
        """UPDATE dossiers_decision SET pour = 'Une absente', par_id = %(qui)s WHERE etape_id = %(faite)s;
           UPDATE dossiers_etape SET poste_id = (SELECT min(poste_id) FROM organisation_affectation WHERE personne_id <> %(qui)s
               AND poste_id NOT IN (SELECT poste_id FROM organisation_affectation WHERE personne_id = %(qui)s)), entite_id = NULL
               WHERE id = %(faite)s;
           DELETE FROM organisation_suppleance; UPDATE organisation_versionposte SET responsable = false, droits = '{}';
           INSERT INTO organisation_suppleance (debut, fin, nature, poste_id, suppleant_id, du_fichier) SELECT '2020-01-01', '2020-02-01',
               '', e.poste_id, a.poste_id, false FROM dossiers_etape e, organisation_affectation a
               WHERE e.id = %(faite)s AND a.personne_id = %(qui)s LIMIT 1""",
        "suppleance_finie"),
    "an approved erasure that nothing makes": (
        """INSERT INTO vieprivee_effacement (uuid, genre, demande_par_id, demande_le, visa_le, approuve_par_id, approuve_le)
           SELECT gen_random_uuid(), 'conservation', %(qui)s, now() - interval '3 days', current_date, id, now() - interval '2 days'
           FROM organisation_personne WHERE id <> %(qui)s LIMIT 1;
           INSERT INTO vieprivee_ligneeffacement (effacement_id, dossier_id, type, clos_le, conservation, source, sort_final, echue_le, refus)
           SELECT id, %(d)s, 'x', current_date, '0 mois', '', 'destruction', current_date, '' FROM vieprivee_effacement""",
        "effacement_arrete"),
    "a dossier erased that the archives should have": (
        """INSERT INTO vieprivee_effacement (uuid, genre, demande_par_id, demande_le, visa_le, approuve_par_id, approuve_le)
           SELECT gen_random_uuid(), 'conservation', %(qui)s, now(), current_date, id, now()
           FROM organisation_personne WHERE id <> %(qui)s LIMIT 1;
           INSERT INTO vieprivee_ligneeffacement (effacement_id, dossier_id, type, clos_le, conservation, source, sort_final, echue_le, fait_le,
           refus) SELECT id, %(d)s, 'x', current_date, '0 mois', '', 'tri', current_date, now(), '' FROM vieprivee_effacement""",
        "elimine_sans_versement"),
    "a transfer that nothing builds": (VERSEMENT, "versement_arrete"),
    "a transfer without a dossier": (VERSEMENT, "versement_sans_dossier"),
    "a transfer that nobody prepared": (VERSEMENT, "versement_sans_ligne"),
    "a letter that vanished from its register": (
        "DELETE FROM courriers_courrier WHERE dossier_id = %(courrier)s", "arrivee_manquante"),
    "a dossier without its letter": (
        "DELETE FROM courriers_courrier WHERE dossier_id = %(courrier)s", "courrier_absent"),
    "a departure that vanished": (
        "DELETE FROM courriers_depart WHERE dossier_id = %(courrier)s", "depart_manquant"),
    "a departure by e-mail that did not leave": (
        """UPDATE courriers_depart SET moyen = 'courriel', courriel = 'a@a.example' WHERE dossier_id = %(courrier)s;
           INSERT INTO procrastinate_jobs (queue_name, task_name, status, args)
           SELECT 'echeances', 'courriers.poster', 'failed', jsonb_build_object('depart', id) FROM courriers_depart
           WHERE dossier_id = %(courrier)s""",
        "depart_pas_parti"),
    "a letter closed without what left": (
        "DELETE FROM courriers_depart WHERE dossier_id = %(courrier)s", "courrier_clos_sans_suite"),
    "a counter that went back": (
        "UPDATE courriers_compteur SET dernier = 0 WHERE registre = 'arrivee'", "arrivee_manquante"),
    "a letter that came after it was written down": (
        "UPDATE courriers_courrier SET arrive_le = now() + interval '3 days' WHERE dossier_id = %(courrier)s", "courrier_date"),
    "a letter's form that leads nowhere": (
        """INSERT INTO interface_jeton (jeton, resultat, at)
           VALUES (gen_random_uuid(), '/courriers/' || gen_random_uuid() || '/enregistre/', now())""",
        "courrier_jeton"),
    "a mailbox that has been silent for hours": (
        "UPDATE messagerie_boite SET panne_depuis = now() - interval '5 hours', panne = 'Rien ne répond.'", "boite_en_panne"),
    "a mailbox that nobody reads": (
        "UPDATE messagerie_boite SET cree_le = now() - interval '5 hours'", "boite_pas_lue"),
    "a mail that waits for weeks": (
        "UPDATE messagerie_courrielrecu SET recu_le = now() - interval '20 days'", "courriel_oublie"),
    "a mail registered as a letter that is not one": (
        """UPDATE messagerie_courrielrecu SET etat = 'courrier', dossier_id = %(courrier)s, traite_le = now(), traite_par_id = %(qui)s""",
        "courriel_change"),
    "dates that contradict each other": (
        "UPDATE dossiers_dossier SET ouvert_le = now() WHERE id = %(d)s", "dates"),
    "a request received after it was written down": (
        "UPDATE demandes_demande SET recue_le = current_date + 40 WHERE dossier_id = %(d)s", "demande_date"),
    "a form that leads nowhere": (
        """INSERT INTO interface_jeton (jeton, resultat, at)
           VALUES (gen_random_uuid(), '/recu/' || gen_random_uuid() || '/', now())""",
        "demande_jeton"),
    "a counter's form that leads nowhere": (
        """INSERT INTO interface_jeton (jeton, resultat, at)
           VALUES (gen_random_uuid(), '/dossiers/' || gen_random_uuid() || '/', now())""",
        "jeton_sans_dossier"),
    "a notification about nothing": (
        "UPDATE notifications_courriel SET dossier = gen_random_uuid() WHERE dossier = %(uuid)s", "avis_sans_dossier"),
    "a missing line in the journal": (
        "DELETE FROM journal_ligne WHERE chaine = %(uuid)s AND numero = 1", "journal_numero"),
    "a line changed in the journal": (
        "UPDATE journal_ligne SET sceau = '\\x00' WHERE chaine = %(uuid)s AND numero = 1", "journal_rompu"),
    "the last line gone": (
        """DELETE FROM journal_ligne WHERE chaine = %(uuid)s
           AND numero = (SELECT numero FROM journal_chaine WHERE uuid = %(uuid)s)""",
        "journal_tete"),
    "a clock that went back": (
        "UPDATE journal_ligne SET at = at - interval '1 day' WHERE chaine = %(uuid)s AND numero = 2", "horloge_recule"),
    "a clock ahead": (
        "UPDATE journal_ligne SET at = now() + interval '2 days' WHERE chaine = %(uuid)s AND numero = 2", "horloge_avance"),
    "an e-mail that nothing sends": (
        """UPDATE notifications_courriel SET at = now() - interval '5 hours' WHERE dossier = %(uuid)s;
           UPDATE procrastinate_jobs SET status = 'failed' WHERE status = 'todo'""",
        "courriel_sans_travail"),
    "an e-mail that waits for days": (
        "UPDATE procrastinate_events SET at = now() - interval '2 days'", "courriel_en_retard"),
    "a job left by a dead worker": (
        "UPDATE procrastinate_jobs SET status = 'doing' WHERE task_name = 'notifications.vider'", "travail_mort"),
    "a queue that nobody reads": (
        "UPDATE procrastinate_events SET at = now() - interval '2 hours'", "travail_en_retard"),
    "a lost version of a template": (
        "DELETE FROM demandes_versionmodele WHERE id = (SELECT min(id) FROM demandes_versionmodele)", "modele_version"),
    "an order over its credits that nobody allowed": (
        """ALTER TABLE budget_reservation DROP CONSTRAINT reservation_tient;
           INSERT INTO budget_reservation (ligne_id, reference, objet, montant, derogation, disponible_avant, at, engagement, liberee_motif)
           SELECT min(id), 'BC-1', 'x', 10, '', 9, now(), '', '' FROM budget_lignebudget""",
        "budget_reservation_sans_credits"),
    "a line of the budget changed by hand": (
        "UPDATE budget_lignebudget SET credits = credits + 1 WHERE id = (SELECT min(id) FROM budget_lignebudget)", "budget_releve"),
    "a note that lost what it says": (
        "DELETE FROM notes_note WHERE dossier_id = %(note)s", "note_absente"),
    "a note before the mayor without the visa of the official": (
        """UPDATE dossiers_etape SET etat = 'active', activee_le = now(), urgence_le = current_date
           WHERE dossier_id = %(note)s AND type = 'decision'""",
        "note_sans_visa"),
    "a part changed behind the back of its history": (
        """UPDATE notes_partienote SET contenu = '{"texte": "Autre chose"}' WHERE note_id = %(note)s""", "note_version"),
    "a call that lost what it asks": (
        "DELETE FROM appels_appel WHERE dossier_id = %(appel)s", "appel_absent"),
    "a call at the syndicate that nothing pays": (
        "UPDATE budget_reservation SET liberee_le = now(), liberee_motif = 'x' WHERE dossier IS NOT NULL", "appel_sans_credits"),
    "a share of the town that its key does not give": (
        """WITH cle AS (INSERT INTO appels_cle (code, nom, genre, source, a_confirmer, membres, poids, ville)
           VALUES ('x', 'x', 'parts', 'x', false, '{Ville,Autres}', '{50,50}', 1) RETURNING id)
           UPDATE appels_appel SET cle_id = cle.id FROM cle WHERE dossier_id = %(appel)s""", "appel_part"),
    "a call over before its dossier": (
        "UPDATE appels_appel SET fini_le = now() WHERE dossier_id = %(appel)s", "appel_fini"),
    "an internal request that lost what it asks": (
        "DELETE FROM decisions_demandeinterne WHERE dossier_id = %(interne)s", "demande_interne_absente"),
    "an internal request closed without the answer of a head": (
        """INSERT INTO dossiers_reponse (dossier_id, tour, sens, texte, at) VALUES (%(interne)s, 1, 'favorable', 'Oui.', now());
           UPDATE dossiers_etape SET etat = 'passee' WHERE dossier_id = %(interne)s AND etat IN ('active', 'a_venir');
           UPDATE dossiers_dossier SET etat = 'clos', clos_le = bouge_le WHERE id = %(interne)s""",
        "demande_interne_sans_retour"),
    "an order that lost what it says": (
        "DELETE FROM commandes_lignecommande WHERE commande_id = %(bon)s; DELETE FROM commandes_commande WHERE dossier_id = %(bon)s",
        "commande_absente"),
    "a signed order that holds nothing": (
        "UPDATE budget_reservation SET liberee_le = now(), liberee_motif = 'x' WHERE dossier = (SELECT uuid FROM dossiers_dossier WHERE id = %(bon)s)",
        "commande_sans_credits"),
    "a cancelled order that keeps its credits": (
        """INSERT INTO dossiers_reponse (dossier_id, tour, sens, texte, at) VALUES (%(bon)s, 1, 'retiree', 'x', now())""",
        "commande_credits_tenus"),
    "an order that says that it is signed": (
        "DELETE FROM signatures_signature s USING dossiers_etape e WHERE e.id = s.etape_id AND e.dossier_id = %(bon)s",
        "commande_signee_sans_signature"),
    "a matter of an official that lost what she asks": (
        "DELETE FROM elus_demandeelu WHERE dossier_id = %(elu)s", "demande_elu_absente"),
    "a resident who was told something before the answer": (
        "INSERT INTO elus_reponsehabitant (demande_id, par, moyen, at) VALUES (%(elu)s, 'service', 'telephone', now())",
        "habitant_sans_reponse"),
    "a signature awaited of somebody for ever": (SOLLICITE.format(quand="current_date - 20"), "signature_sans_fin"),
    "a signature awaited of somebody who has no link": (SOLLICITE.format(quand="current_date"), "signature_sans_lien"),
    "a batch of scans that lost a page": (
        LOT + "; INSERT INTO numerisation_page " + FEUILLE.format(lot="(SELECT max(id) FROM numerisation_lot)"), "lot_sans_page"),
    "a batch of scans that nothing reads": (LOT, "lot_arrete"),
    "a batch of scans that nobody brought": (LOT, "lot_sans_ligne"),
    "a scanned letter without its page": (
        LOT + "; INSERT INTO numerisation_pli (lot_id, motif, at) SELECT max(id), 'x', now() FROM numerisation_lot", "pli_sans_page"),
    "a contact that nobody wrote": (CONTACT, "contact_sans_ligne"),
    "a contact that vanished": (
        """INSERT INTO journal_ligne (chaine, numero, at, verbe, condense, precedent, sceau)
           VALUES (gen_random_uuid(), 1, now(), 'creer_contact', '', '', '')""", "contact_disparu"),
    "a letter that leads to a merged contact": (
        CONTACT + ";" + CONTACT + """; UPDATE contacts_contact SET reuni_le = now(), reuni_a_id = (SELECT max(id) FROM contacts_contact)
            WHERE id = (SELECT max(id) - 1 FROM contacts_contact);
           UPDATE courriers_courrier SET contact_id = (SELECT max(id) - 1 FROM contacts_contact) WHERE dossier_id = %(courrier)s""",
        "contact_reuni_encore_lie"),
    "a guard put to sleep": (
        "ALTER TABLE dossiers_etape DISABLE TRIGGER personne_perdu", "gardes"),
}  # fmt: skip


def _phrases() -> dict[str, str]:
    """The sentence of each declared fault, as a regular expression."""
    declares = [verification.GARDES, *(c for c in controles() if isinstance(c, Controle))]
    return {c.nom: ".+".join(map(re.escape, re.split(r"\{.*?\}", c.phrase))) for c in declares}


@pytest.mark.parametrize("faute", FAUTES)
def test_a_planted_fault_is_found_with_what_to_do(ids: dict[str, Any], faute: str, troupe: Troupe) -> None:
    sql, nom = FAUTES[faute]
    if "%(bon)s" in sql:
        ids["bon"] = commandes.signee(troupe).pk
    avant = fautes()
    planter(sql, **ids)
    nouvelles = fautes() - avant
    assert any(re.search(_phrases().get(nom, nom), n) for n in nouvelles), nouvelles


def test_every_declared_fault_is_planted_by_some_test() -> None:
    assert set(_phrases()) - {nom for _sql, nom in FAUTES.values()} == set()


def test_a_missing_file_is_found(ids: dict[str, Any]) -> None:
    chemin(Document.objects.get(dossier=ids["d"]).sha256).unlink()
    assert {
        f"{ids['reference']} : le fichier « plan.pdf » manque sur le disque. Reprenez-le d'une sauvegarde."
    } <= fautes()


def test_a_file_of_another_size_is_found(ids: dict[str, Any]) -> None:
    chemin(Document.objects.get(dossier=ids["d"]).sha256).write_bytes(b"court")
    assert any("plan.pdf » a changé de taille" in f for f in fautes())


def test_a_file_of_the_same_size_and_another_content_is_found_when_all_is_read_again(ids: dict[str, Any]) -> None:
    fichier = chemin(Document.objects.get(dossier=ids["d"]).sha256)
    fichier.write_bytes(bytes(reversed(fichier.read_bytes())))
    assert not any("plan.pdf" in f for f in fautes())
    assert any("plan.pdf » a changé. Reprenez-le" in f for f in fautes(complet=True))


def test_the_original_of_a_mail_that_is_gone_or_changed_is_found(ids: dict[str, Any]) -> None:
    fichier = chemin(CourrielRecu.objects.get(pk=ids["mail"]).sha256)
    entier = fichier.read_bytes()
    fichier.write_bytes(bytes(reversed(entier)))
    assert any("« original » a changé. Reprenez" in f for f in fautes(complet=True))
    fichier.write_bytes(b"court")
    assert any("« original » a changé de taille" in f for f in fautes())
    fichier.unlink()
    assert any("« original » manque" in f for f in fautes())


def test_a_file_of_nobody_is_found_when_the_sweep_forgets_it() -> None:
    fichier = chemin(ranger(b"%PDF orphelin"))
    assert not any(str(fichier) in f for f in fautes())
    vieux = time.time() - SURSIS.total_seconds() - 2 * 86400
    os.utime(fichier, (vieux, vieux))
    assert any(str(fichier) in f and "sans danger" in f for f in fautes())


def test_a_file_half_written_hides_no_other(ids: dict[str, Any]) -> None:
    """Whatever its name, in the first folder of the store: the files of the folders after it are still seen."""
    for nom in ("tmpa1b2c3.partiel", "0", "zz"):
        chemin("00" + nom).parent.mkdir(parents=True, exist_ok=True)
        (chemin("00" + nom).parent / nom).write_bytes(b"%PD")
    assert fautes() == set()


def test_many_faults_of_a_kind_are_counted_and_not_all_printed() -> None:
    planter(
        "INSERT INTO interface_jeton SELECT gen_random_uuid(), '/recu/' || gen_random_uuid() || '/', now() FROM generate_series(1, 50)"
    )
    trouvees = [f for f in verification.fautes(complet=False) if "confirmée a été perdue" in f or "autre(s)" in f]
    assert len(trouvees) == verification.PAR_CONTROLE + 1
    assert trouvees[-1] == "… et 30 autre(s) du même genre."


def test_nothing_is_said_of_a_year_of_the_town() -> None:
    avant = fautes(complet=True)
    list(Annee(60, at=timezone.now()).jouer())
    assert fautes(complet=True) - avant == set()


def test_the_sweep_takes_the_old_files_of_nobody_and_no_other(ids: dict[str, Any]) -> None:
    nomme = chemin(Document.objects.get(dossier=ids["d"]).sha256)
    orphelin, recent = chemin(ranger(b"%PDF orphelin")), chemin(ranger(b"%PDF recent"))
    a_moitie = orphelin.with_suffix(".part")
    a_moitie.write_bytes(b"%PD")
    vieux = time.time() - SURSIS.total_seconds() - 60
    for fichier in (nomme, orphelin, a_moitie):
        os.utime(fichier, (vieux, vieux))
    assert balayer(at=timezone.now()) == 2
    assert [f.exists() for f in (nomme, orphelin, a_moitie, recent)] == [True, False, False, True]


def test_a_file_stored_again_is_not_swept_before_its_row_is_written() -> None:
    fichier = chemin(ranger(b"%PDF deux fois"))
    vieux = time.time() - SURSIS.total_seconds() - 60
    os.utime(fichier, (vieux, vieux))
    ranger(b"%PDF deux fois")
    assert balayer(at=timezone.now()) == 0
    assert fichier.exists()


def test_a_torn_file_is_mended_when_its_content_comes_again() -> None:
    fichier = chemin(ranger(b"%PDF entier"))
    fichier.write_bytes(b"%PD")
    assert chemin(ranger(b"%PDF entier")).read_bytes() == b"%PDF entier"


def test_the_last_seal_deleted_from_the_database_is_seen() -> None:
    at = timezone.now()
    jour = date_legale(at)
    for recul in (3, 2, 1):
        sceller_le_jour(jour - timedelta(days=recul), at=at)
    assert (publier(), publier()) == (3, 0)
    avant = {str(a) for a in verifier()}
    planter("DELETE FROM journal_sceau WHERE jour = (SELECT max(jour) FROM journal_sceau)")
    nouvelles = {str(a) for a in verifier()} - avant
    assert len(nouvelles) == 1
    assert "a disparu de la base" in nouvelles.pop()


def test_a_seal_made_again_is_seen() -> None:
    at = timezone.now()
    sceller_le_jour(date_legale(at) - timedelta(days=1), at=at)
    publier()
    planter("DELETE FROM journal_sceau")
    sceller_le_jour(date_legale(at) - timedelta(days=1), at=at + timedelta(days=1))
    planter("UPDATE journal_sceau SET empreinte = '\\x00'")
    assert any("il diffère de celui publié" in str(a) for a in verifier())


def test_the_embedded_server_is_sound() -> None:
    assert reglages.faiblesses() == []


@pytest.mark.parametrize(
    ("reglage", "faible", "refuse"),
    [("fsync", "off", True), ("full_page_writes", "off", True), ("zero_damaged_pages", "on", True),
     ("ignore_checksum_failure", "on", True), ("synchronous_commit", "off", False)],
)  # fmt: skip
def test_a_weak_setting_is_refused_or_shouted(
    reglage: str, faible: str, refuse: bool, capsys: pytest.CaptureFixture[str]
) -> None:
    with psycopg.connect(os.environ["DATABASE_URL"], autocommit=True) as connexion:
        connexion.execute(f"ALTER SYSTEM SET {reglage} = {faible}")
        connexion.execute("SELECT pg_reload_conf()")
        try:
            _attendre(lambda: bool(reglages.faiblesses()))
            assert main(["check", "--demarrage"]) == int(refuse)
            assert f"ATTENTION. PostgreSQL : {reglage} vaut {faible}" in capsys.readouterr().err
        finally:
            connexion.execute(f"ALTER SYSTEM RESET {reglage}")
            connexion.execute("SELECT pg_reload_conf()")
            _attendre(lambda: not reglages.faiblesses())


def test_the_units_of_a_real_site_look_at_the_settings_before_they_start() -> None:
    for nom in ("web", "travaux"):
        unite = (settings.BASE_DIR / "deploy" / "systemd" / f"buridan-{nom}@.service").read_text()
        assert "ExecStartPre=/opt/buridan/.venv/bin/python -m buridan check --demarrage\nExecStart=" in unite


def _attendre(vrai: Callable[[], bool]) -> None:
    for _essai in range(500):
        if vrai():
            return
        time.sleep(0.01)
    raise AssertionError("PostgreSQL did not read its settings again")
