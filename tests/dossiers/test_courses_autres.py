"""Eight clicks at once on the verbs beside the étapes: requests, links, organisation, templates, circuits, what runs by itself.

The last test reads every verb there is, and is red when one has no race.
"""

import ast
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any
from uuid import uuid4

import pytest
from django.conf import settings
from django.db import connection
from django.test import Client

from buridan.bureau.ensemble import agir as agir_ensemble
from buridan.circuits.catalogue import publier
from buridan.circuits.lecture import lire_circuit
from buridan.circuits.models import VersionCircuit
from buridan.demandes.actions.modeles import Contenu, creer_modele, modifier_modele, remettre_modele, retirer_modele
from buridan.demandes.actions.qualifier import qualifier
from buridan.demandes.actions.satisfaire import evaluer, rejoindre
from buridan.demandes.actions.scinder import scinder
from buridan.demandes.models import Demande, ModeleReponse, Participant, TypeDemande
from buridan.dossiers.actions.attendre import mettre_en_attente
from buridan.dossiers.actions.clore_autrement import reunir, transmettre
from buridan.dossiers.actions.echeances import passer_les_echeances, rappeler
from buridan.dossiers.actions.ecrire import relier, suivre
from buridan.dossiers.actions.modifier_circuit import deplacer
from buridan.dossiers.actions.traversee import DejaFait
from buridan.dossiers.models import Dossier, Etape, Lien, Reponse
from buridan.dossiers.natures import natures
from buridan.journal import chaine
from buridan.journal.models import Ligne, Sceau
from buridan.notifications.models import Courriel
from buridan.organisation.acteur import systeme
from buridan.organisation.actions import declarer_absence, nommer_suppleant, terminer_absence, terminer_suppleance
from buridan.organisation.models import Absence, Suppleance
from buridan.outils.verdict import Refus
from tests.conftest import Troupe
from tests.dossiers.test_courses import HUIT, course, sain
from tests.monde import AT, JOUR, SIMPLE, Monde
from tests.verbes import codes


@pytest.fixture
def ville(base_reelle: None, at: datetime) -> Troupe:
    """The preset's town, committing for real."""
    return Troupe(at)


def lignes(dossier: Any, verbe: str) -> int:
    """Lines of the journal of that verb."""
    return Ligne.objects.filter(chaine=dossier.uuid, verbe=verbe).count()


def un_seul(resultats: list[Any], genre: type[Exception] = Refus) -> None:
    """One was done, the others were refused with a reason."""
    assert sum(isinstance(r, genre) for r in resultats) == len(resultats) - 1, resultats
    assert sum(isinstance(r, Exception) for r in resultats) == len(resultats) - 1, resultats


# --- on a dossier -----------------------------------------------------------------------------------------------------


def test_the_same_person_follows_once_and_stops_once(monde_reel: Monde) -> None:
    dossier, by = monde_reel.ouvrir(), monde_reel.par("chef_voirie")
    un_seul(course(*[lambda: suivre(dossier, by=by, at=AT)] * HUIT), DejaFait)
    assert lignes(dossier, "suivre") == 1
    un_seul(course(*[lambda: suivre(dossier, by=by, at=AT, oui=False)] * HUIT), DejaFait)
    assert lignes(dossier, "ne_plus_suivre") == 1
    sain(dossier)


def test_two_dossiers_are_linked_once(monde_reel: Monde) -> None:
    dossier, autre, by = monde_reel.ouvrir(), monde_reel.ouvrir(), monde_reel.par("chef_voirie")
    un_seul(course(*[lambda: relier(dossier, by=by, at=AT, vers=autre)] * HUIT), DejaFait)
    assert (lignes(dossier, "relier"), Lien.objects.filter(de=dossier).count()) == (1, 1)
    sain(dossier)


def test_a_coming_etape_is_moved_once(monde_reel: Monde) -> None:
    dossier, by = monde_reel.ouvrir(), monde_reel.par("dga")
    traitement, visa, _reponse = Etape.objects.filter(dossier=dossier, etat="a_venir").order_by("rang")
    un_seul(course(*[lambda: deplacer(visa, by=by, at=AT, avant=traitement, motif="Plus tôt.")] * HUIT), DejaFait)
    assert lignes(dossier, "deplacer") == 1
    rangs = dict(Etape.objects.filter(dossier=dossier).values_list("type", "rang"))
    assert rangs == {"qualification": 1, "visa": 2, "traitement": 3, "reponse": 5}
    sain(dossier)


def test_a_double_is_joined_once(monde_reel: Monde) -> None:
    double, principal, by = monde_reel.ouvrir(), monde_reel.ouvrir(), monde_reel.par("agent1")
    un_seul(course(*[lambda: reunir(double, by=by, at=AT, principal=principal)] * HUIT))
    assert (lignes(double, "reunir"), Reponse.objects.filter(dossier=double).count()) == (1, 1)
    sain(double)


def test_a_late_etape_is_escalated_once(monde_reel: Monde) -> None:
    dossier = monde_reel.ouvrir()
    etape, tard = monde_reel.etape(dossier), AT + timedelta(days=20)
    by = monde_reel.systeme(tard)
    resultats = course(*[lambda: rappeler(etape, by=by, at=tard)] * HUIT)
    assert sorted(map(str, resultats)) == ["False"] * (HUIT - 1) + ["True"]
    assert lignes(dossier, "escalader") == 1
    sain(dossier)


def test_two_workers_resume_a_dossier_once(monde_reel: Monde) -> None:
    dossier, tard = monde_reel.ouvrir(), AT + timedelta(days=1)
    mettre_en_attente(dossier, by=monde_reel.par("agent1"), at=AT, jusquau=tard.date(), motif="Pièce")
    by = monde_reel.systeme(tard)
    resultats = course(*[lambda: passer_les_echeances(by=by, at=tard)] * HUIT)
    assert not any(isinstance(r, Exception) for r in resultats), resultats
    assert lignes(dossier, "reprendre") == 1
    sain(dossier)


def test_a_batch_clicked_eight_times_is_done_once(monde_reel: Monde) -> None:
    dossiers, by = [monde_reel.ouvrir() for _ in range(2)], monde_reel.par("chef_voirie")
    etapes = [monde_reel.mener(d, "visa") for d in dossiers]
    bilans = course(*[lambda: agir_ensemble(etapes, "viser", {}, by=by, at=AT)] * HUIT)
    assert sum(b.faits for b in bilans) == 2, bilans
    assert sum(b.deja for b in bilans) == 2 * (HUIT - 1)  # told that it is done already
    assert [lignes(d, "viser") for d in dossiers] == [1, 1]


# --- requests ---------------------------------------------------------------------------------------------------------


def test_a_form_sent_eight_times_files_one_request(ville: Troupe) -> None:
    champs = {"description": "Un trou profond devant l'école.", "lieu": "3 impasse de la Course", "nom": "Camille Essai",
              "courriel": "course@courriel.example", "public": "particulier", "jeton": str(uuid4()), "quand_meme": "1"}  # fmt: skip
    for question in TypeDemande.objects.get(code="nid-de-poule").questions:
        champs[f"q_{question['cle']}"] = (question.get("choix") or ["oui"])[0]
    reponses = course(*[lambda: Client().post("/demandes/nid-de-poule/", champs)] * HUIT)
    assert {r.status_code for r in reponses} == {302}, reponses
    assert len({r["Location"] for r in reponses}) == 1
    assert Demande.objects.filter(courriel=champs["courriel"]).count() == 1
    assert Courriel.objects.filter(destinataire=champs["courriel"]).count() == 1


def _repondue(ville: Troupe) -> Demande:
    demande: Demande = ville.deposer()
    transmettre(demande.dossier, by=ville.au_poste("dgs"), at=ville.at, administration="Département")
    return demande


def test_an_opinion_is_given_once(ville: Troupe) -> None:
    demande, by = _repondue(ville), systeme(ville.at)
    un_seul(course(*[lambda: evaluer(demande, by=by, at=ville.at, satisfait=True)] * HUIT))
    assert lignes(demande.dossier, "evaluer") == 1


def test_an_answer_is_contested_once(ville: Troupe) -> None:
    demande, by = _repondue(ville), systeme(ville.at)
    un_seul(
        course(*[lambda: evaluer(demande, by=by, at=ville.at, satisfait=False, texte="Non.", contester=True)] * HUIT)
    )
    assert (lignes(demande.dossier, "evaluer"), lignes(demande.dossier, "rouvrir")) == (1, 1)
    assert Dossier.objects.get(pk=demande.pk).tour == 2
    sain(demande.dossier)


def test_somebody_joins_a_request_once(ville: Troupe) -> None:
    demande, by = ville.deposer(), systeme(ville.at)
    resultats = course(
        *[lambda: rejoindre(demande, by=by, at=ville.at, nom="Sam", courriel="S@courriel.example")] * HUIT
    )
    try:
        un_seul(resultats, DejaFait)
        assert lignes(demande.dossier, "rejoindre") == 1
    finally:
        Participant.objects.filter(demande=demande).delete()


def test_two_types_chosen_at_once_leave_one(ville: Troupe) -> None:
    demande, by = ville.deposer(), ville.present("accueil")
    etape = Etape.objects.select_related("dossier").get(dossier=demande.dossier, etat="active")
    types = list(TypeDemande.objects.actifs().filter(sensible=False).exclude(pk=demande.type_id).order_by("code")[:4])
    un_seul(course(*[lambda t=t: qualifier(etape, by=by, at=ville.at, type=t) for t in types * 2]), DejaFait)
    relue = Demande.objects.select_related("type", "dossier").get(pk=demande.pk)
    assert (relue.dossier.circuit, relue.dossier.entite_id) == (relue.type.circuit, relue.type.service_id)
    assert lignes(relue.dossier, "qualifier") == 1
    sain(relue.dossier)


def test_a_part_is_taken_out_once(ville: Troupe) -> None:
    demande, by = ville.deposer(), ville.au_poste("dgs")
    type_demande = TypeDemande.objects.get(code="nid-de-poule")
    geste = {"by": by, "at": ville.at, "type": type_demande, "description": "Un arbre est tombé."}
    un_seul(course(*[lambda: scinder(demande.dossier, **geste)] * HUIT), DejaFait)
    assert lignes(demande.dossier, "scinder") == Lien.objects.filter(de=demande.dossier).count() == 1


# --- organisation -----------------------------------------------------------------------------------------------------


def test_an_absence_is_declared_once_and_ended_once(monde_reel: Monde) -> None:
    qui, by = monde_reel.personnes["agent1"], monde_reel.par("agent1")
    debut = JOUR - timedelta(days=3)
    un_seul(course(*[lambda: declarer_absence(by=by, personne=qui, debut=debut, fin=JOUR + timedelta(days=9))] * HUIT))
    absence = Absence.objects.get(personne=qui)
    un_seul(course(*[lambda: terminer_absence(Absence.objects.get(pk=absence.pk), by=by, at=AT)] * HUIT))
    assert Absence.objects.get(personne=qui).fin == JOUR


def test_a_stand_in_is_named_once_and_ended_once(monde_reel: Monde) -> None:
    poste, suppleant, by = monde_reel.postes["agent1"], monde_reel.postes["agent2"], monde_reel.par("chef_voirie")
    debut = JOUR - timedelta(days=3)
    geste = {"by": by, "poste": poste, "suppleant": suppleant, "debut": debut, "fin": None}
    un_seul(course(*[lambda: nommer_suppleant(**geste)] * HUIT))
    suppleance = Suppleance.objects.get(poste=poste)
    un_seul(course(*[lambda: terminer_suppleance(Suppleance.objects.get(pk=suppleance.pk), by=by, at=AT)] * HUIT))
    assert Suppleance.objects.get(poste=poste).fin == JOUR


# --- templates, circuits, seals ---------------------------------------------------------------------------------------


def test_a_template_is_written_changed_retired_and_offered_again_once(ville: Troupe) -> None:
    by, jeton = ville.present("organisation-qualite", responsable=True), uuid4()
    contenu = Contenu("Course essai", "Bonjour.")
    resultats = course(*[lambda: creer_modele(contenu, by=by, at=ville.at, jeton=jeton)] * HUIT)
    modele = ModeleReponse.objects.get(titre="Course essai")
    try:
        assert sum(isinstance(r, Exception) for r in resultats) == HUIT - 1, resultats
        autre = Contenu("Course essai", "Bonsoir.")
        course(*[lambda: modifier_modele(modele, autre, by=by, at=ville.at, version=1)] * HUIT)
        assert modele.versions.count() == 2
        un_seul(course(*[lambda: retirer_modele(modele, by=by, at=ville.at)] * HUIT))
        un_seul(course(*[lambda: remettre_modele(modele, by=by, at=ville.at)] * HUIT))
        verbes = Ligne.objects.filter(verbe__endswith="_modele", auteur=by.personne).order_by("numero")
        assert list(verbes.values_list("verbe", flat=True)) == [
            "creer_modele",
            "modifier_modele",
            "retirer_modele",
            "remettre_modele",
        ]
    finally:
        with connection.cursor() as curseur:
            curseur.execute("SET session_replication_role = replica")
            curseur.execute("DELETE FROM demandes_versionmodele WHERE modele_id = %s", [modele.pk])
            curseur.execute("DELETE FROM demandes_modelereponse WHERE id = %s", [modele.pk])
            curseur.execute("SET session_replication_role = DEFAULT")


def test_a_circuit_is_published_once(monde_reel: Monde) -> None:
    texte = SIMPLE.replace('titre = "Simple"', 'titre = "Simple bis"')
    modele = lire_circuit(texte, "essai")
    resultats = course(*[lambda: publier(modele, texte, at=AT)] * HUIT)
    assert sum(isinstance(r, VersionCircuit) for r in resultats) == 1, resultats
    assert [r for r in resultats if r is None] == [None] * (HUIT - 1), resultats
    assert VersionCircuit.objects.filter(code="essai-simple").count() == 2


def test_a_day_is_sealed_once(monde_reel: Monde) -> None:
    monde_reel.ouvrir()
    resultats = course(*[lambda: chaine.sceller_le_jour(JOUR, at=datetime.now(UTC))] * HUIT)
    assert sum(isinstance(r, Sceau) for r in resultats) == 1, resultats
    assert [r for r in resultats if r is None] == [None] * (HUIT - 1), resultats


# --- none is forgotten ------------------------------------------------------------------------------------------------

RACINE = Path(settings.BASE_DIR)
DANS_UN_VERBE = {  # called inside a verb that has its race
    "ecrire_parties", "exiger_circuit", "poser_etapes", "composer_etapes", "echeance_de", "activer", "qui_agit", "montrer_a", "avancer",
    "bloque", "passer_outre", "decaler",
    "clore", "reprendre_ici", "nouvelle_reference", "ouvrir", "composer_ouverture", "inserer",
    "ecrire_a_la_fin", "oublier_la_suite", "verrouiller", "lire_etapes", "modifier_etapes",
    "modifier_dossier", "ensemble", "traversee", "traversee_etape", "peut_evaluer", "peut_contester", "accuser_reception",
    "chaine_de", "versionner", "deposer", "coordonnees", "mentions", "a_prevenir", "dater", "doubles",
    "pieces_demandees", "pieces_recues", "pourquoi_sans_brouillon", "prevenir_la_releve", "recaler", "recevoir",
    "refus_de_la_base", "relever", "reloger", "repondre_a_tous", "reunie_a", "rouvrir_ici", "urgence_de", "valeurs",
    "refaire_la_suite", "remettre_a_venir", "conclure", "copier", "fixer_echeance", "exiger_une_delegation", "prevenir_les_agents", "differences", "liberer", "nommer", "purger", "rejouer",
    "retenir", "annuler", "reprendre_la_reponse", "a_la_cloture", "circuit_pour", "intitule", "contenu", "saisie_de",
    "ecrire_au_fournisseur", "aviser", "avec_services", "alerter", "montrer_au", "exiger_ouvert", "trajet_de", "accuser_par_courriel", "exiger_conforme", "ouvrir_la_note", "fichiers_de",
    "noter", "recevoir_lot", "pieces_du_pli", "pourquoi_rien", "fiche_de", "empreinte_de", "tenir", "un_a_la_fois",
    "concernes", "relue", "finir", "dire_les_moyens", "envois_de", "partir", "poster", "prevenir_du_refus",
    "transmettre_la_reponse", "suspendre", "date_du_silence", "clore_ici", "exiger_une_adresse", "seul",
    "traverser_ensemble", "verrouiller_libres", "modifier_lignes",
}  # fmt: skip
# sets a value, reads, or writes nothing that changes: twice is once
UNE_VALEUR = {
    "suspendre_la_lecture",
    "poster_une_fois",
    "preparer_import",
    "empreinte",
    "exporter",
    "faire_suivre",
    "fautes",
    "ouvrir_compte",
    "jeter",
    "adresse",
    "panne",
}
A_L_ECRAN = {
    "adresser_commande": "adresser",
    "autoriser_commande": "autoriser",
    "expedier_commande": "expedier",
    "noter_syndicat": "noter",
    "message_au_syndicat": "ecrire_au_syndicat",
    "faire_reprendre": "a_reprendre",
    "ecrire_agents": "ecrire",
    "ecrire_demandeur": "ecrire",
    "ne_plus_suivre": "suivre",
}
AILLEURS = {"publier", "sceller_le_jour", "agir_ensemble"}


def _verbes_des_modules() -> set[str]:
    modules = [*(RACINE / "buridan").glob("*/actions/*.py"), *(RACINE / "buridan").glob("*/actions.py")]
    fonctions = [n for p in modules for n in ast.parse(p.read_text()).body if isinstance(n, ast.FunctionDef)]
    return {f.name for f in fonctions if not f.name.startswith("_")} - DANS_UN_VERBE - UNE_VALEUR


def _courus() -> set[str]:
    """Names used by the tests of the two files that race, by their tables, and by the other tests that race."""
    noms: set[str] = set()
    for fichier in (RACINE / "tests").rglob("test_*.py"):
        for noeud in ast.parse(fichier.read_text()).body:
            siens = _noms(noeud)
            essai = isinstance(noeud, ast.FunctionDef) and noeud.name.startswith("test_")
            table = isinstance(noeud, ast.AnnAssign | ast.Assign)
            if fichier.name.startswith("test_courses") and (essai or table) or essai and "course" in siens:
                noms |= siens
    return noms


def _noms(noeud: ast.AST) -> set[str]:
    return {
        n.id if isinstance(n, ast.Name) else n.attr for n in ast.walk(noeud) if isinstance(n, ast.Name | ast.Attribute)
    }


def test_every_verb_has_its_race() -> None:
    voulus = (
        _verbes_des_modules() | {A_L_ECRAN.get(c, c) for nature in natures() for c in codes(nature.code)} | AILLEURS
    )
    assert len(voulus) > 40
    assert sorted(voulus - _courus()) == []
