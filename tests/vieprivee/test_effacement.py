"""An erased dossier: nothing of it anywhere, two people for it, whatever dies, and a backup does not bring it back."""

import logging
import os
import signal
import subprocess
import sys
import time
from pathlib import Path
from typing import Any

import psycopg
import pytest
from django.db import IntegrityError, connection, transaction
from django.test import Client
from django.utils import timezone

from buridan.demandes.models import Demande
from buridan.dossiers.actions.rouvrir import rouvrir
from buridan.dossiers.fichiers import chemin, joindre
from buridan.dossiers.models import Document, Dossier, Etape
from buridan.exploitation.journaux import Formateur
from buridan.exploitation.sondes import MARQUE_RESTAURATION as MARQUE
from buridan.journal import effaces
from buridan.journal.chaine import verifier
from buridan.journal.models import Ligne
from buridan.lancement import manifeste
from buridan.lancement.restauration import CHARGEE
from buridan.lancement.sauvegarde import sauvegarder
from buridan.lancement.verification import fautes
from buridan.notifications.models import Courriel
from buridan.notifications.tasks import envoyer
from buridan.organisation.acteur import Acteur, acteur, systeme
from buridan.outils.verdict import Refus
from buridan.vieprivee.actions.effacer import executer, rejouer
from buridan.vieprivee.actions.proposer import approuver, proposer, retirer
from buridan.vieprivee.controle import revenus
from buridan.vieprivee.models import Effacement, Genre, LigneEffacement
from tests.conftest import Troupe
from tests.dossiers.test_courses import course
from tests.test_sauvegarde import RACINE, Ailleurs

from .conftest import connecter, vieillir
from .planter import DEBUT, dans_la_base, dans_les_fichiers, marque, poster

GESTES = ["ecrire_agents", "ecrire_demandeur", "demander_complement", "mettre_en_attente", "corriger", "inserer", "renvoyer",
          "passer", "relier"]  # fmt: skip
PRINCIPAUX = {"qualification": "qualifier", "traitement": "traiter", "avis": "donner_avis", "visa": "viser", "signature": "signer",
              "decision": "decider", "reponse": "repondre", "information": "prendre_connaissance"}  # fmt: skip


def qui_agit(etape: Etape) -> Acteur:
    annuaire = systeme(timezone.now()).annuaire
    nature = etape.dossier.nature
    trouve = (
        annuaire.resoudre(etape.poste_id, nature)
        if etape.poste_id
        else annuaire.resoudre_entite(etape.entite_id, nature)
    )
    return acteur(trouve.personnes[0], timezone.now())


def vivre(plantees: set[str]) -> Dossier:
    """Filed, corrected, asked about, answered, contested, answered again: each form the dossier offers, filled with marks."""
    habitant = Client()
    lieu = poster(habitant, "/demandes/nid-de-poule/", plantees, public="association", quand_meme="1",
                  latitude="50.5", longitude="2.6")  # fmt: skip
    suivi = lieu.split("?")[0]
    dossier = Dossier.objects.get(uuid=suivi.split("/")[2])
    habitant.post(f"/suivi/{dossier.uuid}/rejoindre/", _de_rejoindre(plantees))
    fiche, restants, faits = f"/dossiers/{dossier.uuid}/", list(GESTES), set()
    for _tour in range(60):
        dossier.refresh_from_db()
        if dossier.etat == "clos":
            if "contester" in faits:
                break
            faits.add("contester")
            poster(habitant, suivi, plantees, "/avis/", satisfait="non", contester="on")
            continue
        if dossier.etat == "attente":
            poster(habitant, suivi, plantees, "/message/")
            if Dossier.objects.get(pk=dossier.pk).etat == "attente":
                poster(_chef(dossier), fiche, plantees, "/gestes/reprendre/")
            continue
        etape = Etape.objects.filter(dossier=dossier, etat="active").order_by("rang", "id").first()
        assert etape is not None
        client = connecter(qui_agit(etape).personne)
        page = client.get(fiche).content.decode()
        offert = next((g for g in restants if f"/{g}/" in page and g != "relier"), None)
        code = offert or PRINCIPAUX[etape.type]
        if offert:
            restants.remove(offert)
        faits.add(code)
        chemin_ = f"/etapes/{etape.pk}/{code}/" if f"/etapes/{etape.pk}/{code}/" in page else f"/gestes/{code}/"
        poster(client, fiche, plantees, chemin_)
    assert dossier.etat == "clos", (dossier.etat, faits)
    assert {
        "ecrire_agents",
        "ecrire_demandeur",
        "demander_complement",
        "corriger",
        "traiter",
        "repondre",
        "contester",
    } <= faits, faits
    return dossier


def _de_rejoindre(plantees: set[str]) -> dict[str, object]:
    nom, courriel = marque(), marque()
    plantees |= {nom, courriel}
    return {"nom": nom, "courriel": f"{courriel}@courriel.example"}


def _chef(dossier: Dossier) -> Client:
    return connecter(Troupe(timezone.now()).au_poste("resp-voirie").personne)


@pytest.fixture
def deux(ville: Troupe) -> tuple[Acteur, Acteur]:
    return ville.au_poste("dpo"), ville.au_poste("resp-archives")


def clore(troupe: Troupe, **champs: Any) -> Dossier:
    """Filed and withdrawn: closed, with its answer."""
    from buridan.dossiers.actions.clore_autrement import retirer as retirer_la_demande

    dossier: Dossier = troupe.deposer(**champs).dossier
    retirer_la_demande(dossier, by=systeme(timezone.now()), at=timezone.now(), motif="Il renonce.")
    dossier.refresh_from_db()
    return dossier


def approuve(dossiers: list[Dossier], deux: tuple[Acteur, Acteur]) -> Effacement:
    at = timezone.now()
    effacement = proposer([d.pk for d in dossiers], genre=Genre.CONSERVATION, by=deux[0], at=at)
    approuver(effacement, visa_le=deux[0].annuaire.jour, by=deux[1], at=at)
    effacement.refresh_from_db()
    return effacement


def test_nothing_planted_is_left_anywhere(ville: Troupe, deux: tuple[Acteur, Acteur], magasin: Path) -> None:
    journal = logging.FileHandler(magasin / "journal.log")
    journal.setFormatter(Formateur(structure=True))
    logging.getLogger().addHandler(journal)
    try:
        avant = set(fautes(complet=True))
        plantees: set[str] = set()
        dossier = vivre(plantees)
        for courriel in Courriel.objects.filter(dossier=dossier.uuid):
            envoyer.func(courriel.pk)
        presentes = dans_la_base()
        for table in ("demandes_demande", "dossiers_dossier", "dossiers_etape", "dossiers_decision", "dossiers_reponse", "dossiers_message",
                      "dossiers_document", "demandes_precision", "demandes_participant", "notifications_courriel", "journal_charge"):  # fmt: skip
            assert table in presentes, f"nothing was planted in {table}"
        assert list(dans_les_fichiers(magasin / "fichiers"))
        stockes = [chemin(sha) for sha in Document.objects.filter(dossier=dossier).values_list("sha256", flat=True)]
        chiffres = (dossier.ouvert_le, dossier.clos_le, dossier.tour, dossier.entite_id, dossier.reponses.count())
        vieillir(magasin / "fichiers")

        un, autre = connecter(deux[0].personne), connecter(deux[1].personne)
        liste = un.get("/donnees/echus/liste.csv").content.decode()
        assert dossier.reference in liste and DEBUT not in liste
        adresse = poster(un, "/donnees/echus/", set(), "/effacements/", dossier=[str(dossier.pk)])
        effacement = Effacement.objects.get(uuid=adresse.split("/")[3])
        refuse = un.post(adresse, {"visa_le": deux[0].annuaire.jour.isoformat(), "lu": "on"})
        assert refuse.status_code == 409 and "une autre personne" in refuse.content.decode()
        assert autre.post(adresse, {"visa_le": deux[0].annuaire.jour.isoformat(), "lu": "on"}).status_code == 302
        effacement.refresh_from_db()
        assert executer(effacement, at=timezone.now()) == 1

        assert dans_la_base() == {}
        assert list(dans_les_fichiers(magasin)) == []
        assert stockes and not any(fichier.exists() for fichier in stockes)
        dossier.refresh_from_db()
        assert dossier.efface_le is not None
        assert chiffres == (
            dossier.ouvert_le,
            dossier.clos_le,
            dossier.tour,
            dossier.entite_id,
            dossier.reponses.count(),
        )
        assert [a for a in verifier() if str(dossier.uuid) in a.objet] == []
        assert set(fautes(complet=True)) - avant == set()
        assert dossier.uuid in effaces.inscrits()
        ligne = Ligne.objects.get(chaine=dossier.uuid, verbe="effacer")
        assert set(ligne.charge.contenu) == {"lignes"}
        _plus_rien_ne_bouge(dossier, un, adresse)
    finally:
        logging.getLogger().removeHandler(journal)


def _plus_rien_ne_bouge(dossier: Dossier, un: Client, adresse: str) -> None:
    from buridan.demandes import suivi

    assert un.get(adresse).status_code == 200
    assert "effacé le" in un.get(adresse + "bordereau.csv").content.decode()
    assert Client().get(f"/suivi/{dossier.uuid}/{suivi.cle(dossier.uuid)}/").status_code == 404
    page = _chef(dossier).get(f"/dossiers/{dossier.uuid}/").content.decode()
    assert "Ce dossier a été effacé le" in page and "/gestes/" not in page
    with pytest.raises(Refus, match="a été effacé"):
        rouvrir(dossier, by=systeme(timezone.now()), at=timezone.now(), motif="Encore.")
    with pytest.raises(IntegrityError, match="a été effacé"), transaction.atomic():
        Dossier.objects.filter(pk=dossier.pk).update(prioritaire=True)


def test_an_open_dossier_and_one_still_kept_are_refused_with_the_reason(
    ville: Troupe, deux: tuple[Acteur, Acteur]
) -> None:
    ouvert, garde = ville.deposer().dossier, clore(ville, type_demande="depot-sauvage")
    for dossier, raison in ((ouvert, "encore ouvert"), (garde, "se garde")):
        with pytest.raises(Refus, match=raison):
            proposer([dossier.pk], genre=Genre.PERSONNE, by=deux[0], at=timezone.now())
    assert not Effacement.objects.exists()


def test_a_dossier_reopened_after_the_approval_is_kept(ville: Troupe, deux: tuple[Acteur, Acteur]) -> None:
    dossier = clore(ville)
    effacement = approuve([dossier], deux)
    rouvrir(dossier, by=systeme(timezone.now()), at=timezone.now(), motif="Encore.")
    assert executer(effacement, at=timezone.now()) == 0
    assert "encore ouvert" in effacement.lignes.get().refus
    assert Demande.objects.get(pk=dossier.pk).nom == "Alix Dupuis-Test"


def test_who_asked_does_not_approve_even_in_the_database(ville: Troupe, deux: tuple[Acteur, Acteur]) -> None:
    effacement = proposer([clore(ville).pk], genre=Genre.CONSERVATION, by=deux[0], at=timezone.now())
    with pytest.raises(Refus, match="une autre personne"):
        approuver(effacement, visa_le=deux[0].annuaire.jour, by=deux[0], at=timezone.now())
    champs = {"approuve_le": timezone.now(), "visa_le": deux[0].annuaire.jour}
    with pytest.raises(IntegrityError, match="effacement_deux_personnes"), transaction.atomic():
        Effacement.objects.filter(pk=effacement.pk).update(approuve_par=deux[0].personne, **champs)
    with pytest.raises(IntegrityError, match="ne change pas"), transaction.atomic():
        Effacement.objects.filter(pk=effacement.pk).update(demande_par=deux[1].personne)
    with pytest.raises(IntegrityError, match="seconde personne"), transaction.atomic():
        LigneEffacement.objects.filter(effacement=effacement).update(fait_le=timezone.now())
    with pytest.raises(IntegrityError, match="visa"), transaction.atomic():
        Effacement.objects.filter(pk=effacement.pk).update(approuve_par=deux[1].personne, approuve_le=timezone.now())
    with pytest.raises(IntegrityError, match="deux personnes approuvent"), transaction.atomic():
        vide = {"objet": "Effacé", "contenu": "", "attente_motif": "", "projet_reponse": ""}
        Dossier.objects.filter(pk=effacement.lignes.get().dossier_id).update(efface_le=timezone.now(), **vide)


def test_two_people_approve_at_once_and_one_approves_while_it_is_withdrawn(
    ville: Troupe, deux: tuple[Acteur, Acteur]
) -> None:
    troisieme = acteur(ville.au_poste("resp-archives").personne, timezone.now())
    for autre in (lambda e: approuver(e, visa_le=deux[0].annuaire.jour, by=troisieme, at=timezone.now()),
                  lambda e: retirer(e, by=deux[0], at=timezone.now())):  # fmt: skip
        effacement = proposer([clore(ville).pk], genre=Genre.CONSERVATION, by=deux[0], at=timezone.now())
        resultats = course(
            lambda e=effacement: approuver(e, visa_le=deux[0].annuaire.jour, by=deux[1], at=timezone.now()),
            lambda e=effacement, a=autre: a(e),
        )
        assert sorted(type(r).__name__ for r in resultats) == ["NoneType", "Refus"], resultats
        effacement.refresh_from_db()
        assert (effacement.approuve_le is None) != (effacement.retire_le is None)


def test_two_people_propose_the_same_dossier_at_once(ville: Troupe, deux: tuple[Acteur, Acteur]) -> None:
    dossier = clore(ville)
    resultats = course(*[
        lambda q=q: proposer([dossier.pk], genre=Genre.CONSERVATION, by=q, at=timezone.now()) for q in deux
    ])  # fmt: skip
    assert sorted(type(r).__name__ for r in resultats) == ["Effacement", "Refus"]
    assert Effacement.objects.count() == 1


def test_two_workers_erase_the_same_list_once(ville: Troupe, deux: tuple[Acteur, Acteur]) -> None:
    dossiers = [clore(ville), clore(ville, lieu="2 rue Neuve")]
    effacement = approuve(dossiers, deux)
    faits = course(*[lambda: executer(effacement, at=timezone.now())] * 2)
    assert sum(faits) == 2, faits
    assert Ligne.objects.filter(chaine__in=[d.uuid for d in dossiers], verbe="effacer").count() == 2


def test_killed_between_two_dossiers_it_goes_on(ville: Troupe, deux: tuple[Acteur, Acteur], settings: Any) -> None:
    """The second dossier is held by somebody: the worker waits there, and is killed there."""
    premier, second = clore(ville), clore(ville, lieu="2 rue Neuve")
    effacement = approuve([premier, second], deux)
    base = connection.settings_dict
    code = (
        "from django.utils import timezone; from buridan.vieprivee.actions.effacer import executer;"
        f"from buridan.vieprivee.models import Effacement; executer(Effacement.objects.get(pk={effacement.pk}), at=timezone.now())"
    )
    url = f"postgresql:///{base['NAME']}?host={base['HOST']}&user={base['USER']}"
    env = {
        **os.environ,
        "DATABASE_URL": url,
        "BURIDAN_EFFACEMENTS": str(settings.EFFACEMENTS),
        "BURIDAN_FICHIERS": str(settings.MEDIA_ROOT),
    }
    with psycopg.connect(url) as tiers:
        tiers.execute("SELECT 1 FROM dossiers_dossier WHERE id = %s FOR UPDATE", [second.pk])
        mort = subprocess.Popen([sys.executable, "manage.py", "shell", "-c", code], cwd=RACINE, env=env)
        while Dossier.objects.get(pk=premier.pk).efface_le is None:
            assert mort.poll() is None
            time.sleep(0.05)
        os.kill(mort.pid, signal.SIGKILL)
        mort.wait()
    assert Dossier.objects.get(pk=second.pk).efface_le is None
    assert executer(effacement, at=timezone.now()) == 1
    assert set(effaces.inscrits()) == {premier.uuid, second.uuid}
    assert not effacement.lignes.filter(fait_le=None).exists()


def test_a_ledger_that_cannot_be_written_erases_nothing(
    ville: Troupe, deux: tuple[Acteur, Acteur], settings: Any, tmp_path: Path
) -> None:
    dossier = clore(ville)
    effacement = approuve([dossier], deux)
    settings.EFFACEMENTS = tmp_path
    with pytest.raises(OSError):
        executer(effacement, at=timezone.now())
    assert Demande.objects.get(pk=dossier.pk).nom == "Alix Dupuis-Test"


def test_a_line_half_written_in_the_ledger_is_dropped(magasin: Path, at: Any) -> None:
    from uuid import uuid4

    un, deux = uuid4(), uuid4()
    effaces.inscrire({un: at})
    with effaces.fichier().open("a") as sortie:
        sortie.write("2026-11-24T10:00")
    assert set(effaces.inscrits()) == {un}
    effaces.inscrire({deux: at})
    assert set(effaces.inscrits()) == {un, deux}


def test_a_file_that_another_dossier_also_has_stays(ville: Troupe, deux: tuple[Acteur, Acteur], magasin: Path) -> None:
    efface, garde = clore(ville), ville.deposer("depot-sauvage", lieu="3 rue Neuve").dossier
    communs, seul = ("a.pdf", "application/pdf", b"%PDF-1.4 commun"), ("b.pdf", "application/pdf", b"%PDF-1.4 seul")
    joindre(efface, [communs, seul], at=timezone.now(), par=None, public=True)
    joindre(garde, [communs], at=timezone.now(), par=None, public=True)
    sha = dict(Document.objects.filter(dossier=efface).values_list("nom", "sha256"))
    vieillir(magasin / "fichiers")
    executer(approuve([efface], deux), at=timezone.now())
    assert chemin(sha["a.pdf"]).exists() and not chemin(sha["b.pdf"]).exists()


def test_a_restored_backup_does_not_bring_the_erased_back(
    ville: Troupe, deux: tuple[Acteur, Acteur], tmp_path: Path, settings: Any, ailleurs: Ailleurs
) -> None:
    efface, garde = clore(ville, nom=f"{DEBUT} efface"), clore(ville, lieu="2 rue Neuve")
    joindre(
        efface, [("a.pdf", "application/pdf", f"%PDF-1.4 {DEBUT}".encode())], at=timezone.now(), par=None, public=True
    )
    deja = set(fautes(complet=False))  # what other tests left
    sauvegarder(tmp_path / "s", at=timezone.now())
    executer(approuve([efface], deux), at=timezone.now())

    fait = ailleurs.buridan("restore", str(tmp_path / "s"), BURIDAN_EFFACEMENTS=str(settings.EFFACEMENTS))
    assert fait.returncode == 0, fait.stderr
    assert "1 dossier(s) ou contact(s) effacé(s) depuis cette sauvegarde" in fait.stdout
    effaces = dict(ailleurs.lignes("SELECT reference, efface_le IS NOT NULL FROM dossiers_dossier"))
    assert effaces[efface.reference] and not effaces[garde.reference]
    assert ailleurs.lignes(f"SELECT 1 FROM demandes_demande d WHERE d::text LIKE '%{DEBUT}%'") == []
    assert list(dans_les_fichiers(ailleurs.donnees)) == []
    # killed just before its end, once its rows are no more those of the backup: it can be run again
    (ailleurs.donnees / "fichiers" / MARQUE).write_text(manifeste.lire(tmp_path / "s").empreintes + CHARGEE)
    assert (
        ailleurs.buridan("restore", str(tmp_path / "s"), BURIDAN_EFFACEMENTS=str(settings.EFFACEMENTS)).returncode == 0
    )
    for commande in (["check"], ["journal", "verify"]):
        fait = ailleurs.buridan(*commande, BURIDAN_EFFACEMENTS=str(settings.EFFACEMENTS))
        lignes = set(fait.stdout.splitlines())
        assert fait.returncode == 0 or (lignes and lignes <= deja), fait.stdout + fait.stderr


def test_without_the_ledger_restore_says_so_and_check_names_who_came_back(
    ville: Troupe, deux: tuple[Acteur, Acteur], settings: Any
) -> None:
    """Whatever brought the dossier back, the ledger says it was erased: the night erases it again."""
    dossier = clore(ville)
    assert list(revenus()) == []
    effaces.inscrire({dossier.uuid: timezone.now()})
    assert [dossier.reference in phrase for phrase in revenus()] == [True]
    assert rejouer(at=timezone.now()) == 1
    assert list(revenus()) == []
    settings.EFFACEMENTS.unlink()
    assert rejouer(at=timezone.now()) == 0
    assert set(effaces.inscrits()) == {dossier.uuid}, "a lost ledger is written again from the database"
