"""The proof of a dossier: what is in it, who may have it, how anybody checks it, what is found when it was changed."""

import hashlib
import json
import re
import subprocess
from collections.abc import Callable, Iterator
from datetime import timedelta
from io import BytesIO
from pathlib import Path
from typing import Any
from zipfile import ZipFile

import pytest
from django.test import Client
from django.utils import timezone

from buridan.demandes import suivi
from buridan.dossiers.actions.donner_avis import donner_avis
from buridan.dossiers.actions.ecrire import ecrire as ecrire_aux_collegues
from buridan.dossiers.etats import Fil, Resultat
from buridan.dossiers.fichiers import chemin, joindre
from buridan.dossiers.models import Decision, Document, Dossier
from buridan.journal.chaine import sceller_le_jour
from buridan.journal.models import Ligne
from buridan.lancement.commandes import main
from buridan.notifications.models import Courriel
from buridan.organisation.acteur import Acteur
from buridan.preuves import rules
from buridan.preuves.paquet import MANIFESTE, ecrire
from buridan.preuves.verification import PasUnePreuve, examiner
from buridan.signatures.confiance import cachet
from buridan.signatures.essai import Autorite
from buridan.signatures.pades import par_coffre, signer_pdf
from buridan.vieprivee.models import Lecture
from tests.attaque.corpus import pdf, png
from tests.conftest import Troupe
from tests.monde import AT, Monde
from tests.signataires.recueil import chef, convention
from tests.signatures.test_pades import autorite as autorite
from tests.signatures.test_pades import horodateur as horodateur
from tests.vieprivee.conftest import connecter
from tests.vieprivee.conftest import magasin as magasin

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("magasin")]


@pytest.fixture
def signe(troupe: Troupe) -> tuple[Dossier, Document]:
    """A dossier of the roads service, with a PDF that bears a signature; yesterday's journal is sealed."""
    coffre = cachet()
    assert coffre is not None
    fait = signer_pdf(pdf(), par_coffre(*coffre), ["Le maire"], place=None, motif="Signature")
    dossier, document = convention(troupe, fait)
    ecrire_aux_collegues(dossier, by=chef(troupe), at=troupe.at, texte="Vu avec la régie.", fil=Fil.AGENTS)
    sceller_le_jour(troupe.annuaire.jour, at=troupe.at)
    return dossier, document


def preuve(dossier: Dossier, by: Acteur) -> bytes:
    sortie = BytesIO()
    ecrire(sortie, dossier, by=by, at=timezone.now())
    return sortie.getvalue()


def lu(octets: bytes) -> dict[str, bytes]:
    with ZipFile(BytesIO(octets)) as archive:
        return {nom: archive.read(nom) for nom in archive.namelist()}


def refait(fichiers: dict[str, bytes], ou: Path) -> Path:
    with ZipFile(ou / "preuve.zip", "w") as archive:
        for nom, octets in fichiers.items():
            archive.writestr(nom, octets)
    return ou / "preuve.zip"


def anomalies(fichier: Path) -> str:
    return "\n".join(map(str, examiner(fichier, at=timezone.now()).anomalies))


def commandes(dossier: Path) -> Iterator[tuple[str, str]]:
    """Each command of the notice, run as it is written, and what it says."""
    for commande in re.findall(r"^\$ (.+)$", (dossier / "LISEZ-MOI.txt").read_text(encoding="utf-8"), re.M):
        fait = subprocess.run(["bash", "-c", commande], cwd=dossier, capture_output=True, text=True, check=False)
        assert fait.returncode == 0, (commande, fait.stdout, fait.stderr)
        yield commande.split()[0] + " " + commande.split()[1], fait.stdout + fait.stderr


# --- what is in it, from the page ---------------------------------------------------------------------------------------


def test_the_head_takes_the_whole_dossier_away_from_its_page_and_the_read_log_says_so(
    troupe: Troupe, signe: tuple[Dossier, Document]
) -> None:
    dossier, document = signe
    c = connecter(chef(troupe).personne)
    assert f"/dossiers/{dossier.uuid}/preuve/" in c.get(f"/dossiers/{dossier.uuid}/").content.decode()
    page = c.get(f"/dossiers/{dossier.uuid}/preuve/").content.decode()
    assert "octet pour octet : 1" in page and "certificat d'essai" in page
    lignes = Ligne.objects.count()
    reponse = c.post(f"/dossiers/{dossier.uuid}/preuve/fichier/")
    fichiers = lu(b"".join(reponse.streaming_content))
    assert (
        reponse["Content-Disposition"].startswith('attachment; filename="preuve-')
        and reponse["X-Content-Type-Options"] == "nosniff"
    )
    assert Ligne.objects.count() == lignes  # the proof is no part of what it proves
    assert [x.quoi for x in Lecture.objects.filter(dossier=dossier.uuid).order_by("pk")] == [
        "dossier",
        "preuve",
        "preuve_fichier",
    ]
    (nom,) = (n for n in fichiers if n.startswith("documents/"))
    assert fichiers[nom] == chemin(document.sha256).read_bytes()
    lisible = fichiers["dossier.html"].decode()
    assert "convention.pdf" in lisible and "a ouvert le dossier" in lisible and "Alix Dupuis-Test" in lisible
    assert Courriel.objects.filter(dossier=dossier.uuid).exists()  # with the link that follows the request
    assert all(suivi.cle(dossier.uuid).encode() not in octets for octets in fichiers.values())
    (rapport,) = json.loads(fichiers["signatures.json"])
    assert rapport["conclusion"] == "Signature valable." and rapport["signatures"][0]["horodatee"] is False
    journal = json.loads(fichiers["journal.json"])
    assert journal["nombre"] == len(journal["lignes"]) == Ligne.objects.filter(chaine=dossier.uuid).count()
    assert {x["jour"] for x in journal["lignes"]} == {troupe.annuaire.jour.isoformat()} and len(journal["jours"]) == 1


def test_an_act_signed_within_a_delegation_is_told_with_who_in_what_right_and_how(troupe: Troupe) -> None:
    from buridan.signatures.actions.signer_document import signer_document
    from buridan.signatures.models import Moyen
    from tests.signatures.test_signer import jusqu_a_la_signature
    from tests.test_droits_gestes import qui_peut

    etape = jusqu_a_la_signature(troupe)
    by = qui_peut(troupe, etape)
    signer_document(etape, by=by, at=troupe.at, moyen=Moyen.CACHET)
    fichiers = lu(preuve(etape.dossier, troupe.au_poste("dgs")))
    (rapport,) = json.loads(fichiers["signatures.json"])
    assert (rapport["actes"][0]["moyen"], rapport["actes"][0]["personne"]) == ("Le cachet de la mairie", by.nom)
    assert rapport["actes"][0]["niveau"]
    assert "par délégation" in fichiers["dossier.html"].decode()


# --- who may have it, what stays out ------------------------------------------------------------------------------------


def test_a_plain_agent_is_told_who_may_have_it_and_a_stranger_sees_nothing(
    troupe: Troupe, signe: tuple[Dossier, Document]
) -> None:
    adresse = f"/dossiers/{signe[0].uuid}/preuve/"
    for qui, code in (("voirie", 403), ("sports", 404)):
        c = connecter(troupe.present(qui).personne)
        assert (c.get(adresse).status_code, c.post(f"{adresse}fichier/").status_code) == (code, code)
    c = connecter(troupe.present("voirie").personne)
    assert "qui dirige le service" in c.get(adresse).content.decode()
    assert "/preuve/" not in c.get(f"/dossiers/{signe[0].uuid}/").content.decode()
    assert Client().post(f"{adresse}fichier/").status_code == 302


def test_a_vote_hidden_from_the_reader_is_not_in_it_and_the_chain_still_holds(monde: Monde, tmp_path: Path) -> None:
    dossier = monde.ouvrir("parallele")
    etape = next(e for e in monde.etapes(dossier) if e.votes_caches)
    donner_avis(etape, by=monde.par("chef_voirie"), at=AT, avis=Resultat.DEFAVORABLE, texte="Bien trop cher.")
    by = next(a for a in map(monde.par, ("dgs", "dga", "agent1")) if rules.peut_emporter(a, dossier))
    fichiers = lu(preuve(dossier, by))
    assert all("trop cher" not in octets.decode(errors="ignore") for octets in fichiers.values())
    assert all("éfavorable" not in octets.decode(errors="ignore") for octets in fichiers.values())
    assert "1 avis que vous ne pouvez pas encore lire" in fichiers["LISEZ-MOI.txt"].decode()
    assert anomalies(refait(fichiers, tmp_path)) == ""
    assert Decision.objects.get(etape=etape).texte == "Bien trop cher."


def test_who_may_not_know_somebody_of_the_dossier_does_not_get_it(
    monde: Monde, monkeypatch: pytest.MonkeyPatch
) -> None:
    from dataclasses import replace

    from buridan.dossiers.natures import nature_de

    dossier = monde.ouvrir("simple")
    by = next(a for a in map(monde.par, ("dgs", "dga", "chef_voirie")) if rules.peut_emporter(a, dossier))
    masquee = replace(nature_de(dossier), masques=lambda dossier, acteur: {1: "l'élu"})
    monkeypatch.setattr(rules, "nature_de", lambda dossier: masquee)
    assert "garde pour lui le nom" in rules.peut_emporter(by, dossier).raison


# --- anybody checks it --------------------------------------------------------------------------------------------------


def test_the_notice_is_true_word_for_word_with_a_time_stamp(
    troupe: Troupe, signe: tuple[Dossier, Document], autorite: Autorite, horodateur: Any, settings: Any, tmp_path: Path
) -> None:
    (tmp_path / "cachet.p12").write_bytes(autorite.emettre("Mairie d'essai", "mot"))
    settings.CACHET, settings.CACHET_PHRASE = str(tmp_path / "cachet.p12"), "mot"
    octets = preuve(signe[0], chef(troupe))
    dossier = tmp_path / "ouvert"
    ZipFile(BytesIO(octets)).extractall(dossier)
    dits = dict(commandes(dossier))
    assert "OK" in dits["sha256sum -c"] and "erification successful" in dits["openssl cms"]
    assert "Mairie d'essai" in dits["openssl pkcs7"] and "OK" in dits["python3 -c"]
    assert "openssl ts" in dits
    (tmp_path / "preuve.zip").write_bytes(octets)
    examen = examiner(tmp_path / "preuve.zip", at=timezone.now())
    assert examen.anomalies == [] and examen.sceau.horodatee and examen.avec_la_cle
    joindre(
        signe[0], [("vu.png", "image/png", png())], at=troupe.at, par=None, public=False
    )  # another manifest, whatever the hour
    autre = {**lu(octets), MANIFESTE + ".tst": lu(preuve(signe[0], chef(troupe)))[MANIFESTE + ".tst"]}
    assert "horodatage n'est pas celui" in anomalies(refait(autre, tmp_path))


def test_the_notice_is_true_word_for_word_without_a_time_stamp_and_the_command_agrees(
    troupe: Troupe, signe: tuple[Dossier, Document], tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    octets = preuve(signe[0], chef(troupe))
    ZipFile(BytesIO(octets)).extractall(tmp_path / "ouvert")
    assert [c for c, _dit in commandes(tmp_path / "ouvert")] == [
        "sha256sum -c",
        "openssl cms",
        "openssl pkcs7",
        "python3 -c",
    ]
    (tmp_path / "preuve.zip").write_bytes(octets)
    assert main(["journal", "verify-proof", str(tmp_path / "preuve.zip")]) == 0
    assert "Le dossier de preuve est intact" in capsys.readouterr().out
    (tmp_path / "faux.zip").write_bytes(b"PK")
    assert main(["journal", "verify-proof", str(tmp_path / "faux.zip")]) == 1 and main(["journal", "verify-proof"]) == 1
    assert "n'est pas un dossier de preuve" in capsys.readouterr().err


# --- what was changed is found ------------------------------------------------------------------------------------------


def _sceller_a_nouveau(fichiers: dict[str, bytes]) -> None:
    """Whoever changes a file writes the manifest again too, but has no seal."""
    lignes = fichiers[MANIFESTE].decode().splitlines()
    noms = [x.partition("  ")[2] for x in lignes]
    fichiers[MANIFESTE] = "".join(
        f"{hashlib.sha256(fichiers[n]).hexdigest()}  {n}\n" for n in noms if n in fichiers
    ).encode()


def _journal(change: Callable[[dict[str, Any]], Any]) -> Callable[[dict[str, bytes]], None]:
    def faire(fichiers: dict[str, bytes]) -> None:
        lu = json.loads(fichiers["journal.json"])
        change(lu)
        fichiers["journal.json"] = json.dumps(lu).encode()
        _sceller_a_nouveau(fichiers)

    return faire


def _echanger(lu: dict[str, Any]) -> None:
    lignes = lu["lignes"]
    lignes[0], lignes[1] = lignes[1], lignes[0]


def _un_octet(fichiers: dict[str, bytes]) -> None:
    nom = next(n for n in fichiers if n.startswith("documents/"))
    fichiers[nom] = fichiers[nom][:40] + b"X" + fichiers[nom][41:]


CHANGES: dict[str, tuple[Callable[[dict[str, bytes]], Any], str]] = {
    "a document edited": (_un_octet, "convention.pdf : ce fichier a été modifié."),
    "a file removed": (lambda f: f.pop("signatures.json"), "signatures.json : ce fichier a été retiré."),
    "a file added": (lambda f: f.update({"documents/002-autre.pdf": b"x"}), "002-autre.pdf : ce fichier a été ajouté."),
    "the manifest written again": (
        lambda f: (_un_octet(f), _sceller_a_nouveau(f)),
        "scellé a été modifié après le cachet",
    ),
    "a line's content edited": (
        _journal(lambda j: j["lignes"][0]["contenu"].update(qui="Autre")),
        "ligne 1 : son contenu a été modifié.",
    ),
    "a line's verb edited": (_journal(lambda j: j["lignes"][0].update(verbe="autre")), "ligne 1 : elle a été modifiée"),
    "a content emptied": (_journal(lambda j: j["lignes"][0].update(contenu=None)), "ligne 1 : son contenu a disparu"),
    "a line removed": (_journal(lambda j: j["lignes"].pop(0)), "la ligne 1 a été supprimée"),
    "the last line removed": (_journal(lambda j: j["lignes"].pop()), "finit à la ligne"),
    "two lines swapped": (_journal(_echanger), "a été supprimée ou une ligne a été déplacée"),
    "a day's seal edited": (_journal(lambda j: j["jours"][0].update(sceau="00" * 32)), "sceau du"),
    "the journal made unreadable": (_journal(lambda j: j.pop("lignes")), "ce n'est plus un journal lisible"),
}


def test_each_change_is_found_and_named(troupe: Troupe, signe: tuple[Dossier, Document], tmp_path: Path) -> None:
    octets = preuve(signe[0], chef(troupe))
    assert anomalies(refait(lu(octets), tmp_path)) == ""
    for nom, (changer, dit) in CHANGES.items():
        fichiers = lu(octets)
        changer(fichiers)
        assert dit in anomalies(refait(fichiers, tmp_path)), nom


def test_what_another_site_sealed_is_read_without_its_key_and_a_gap_is_still_found(
    troupe: Troupe, signe: tuple[Dossier, Document], tmp_path: Path
) -> None:
    octets = preuve(signe[0], chef(troupe))
    ailleurs = lu(octets)
    _journal(lambda j: j.update(cle="0" * 16))(ailleurs)
    examen = examiner(refait(ailleurs, tmp_path), at=timezone.now())
    assert not examen.avec_la_cle and "ligne" not in "".join(map(str, examen.anomalies))
    _journal(lambda j: j["lignes"].pop(0))(ailleurs)
    assert "la ligne 1 a été supprimée" in anomalies(refait(ailleurs, tmp_path))


# --- what stops it ------------------------------------------------------------------------------------------------------


def test_a_missing_document_no_seal_and_a_silent_time_stamp_server_are_said_and_nothing_leaves(
    troupe: Troupe, signe: tuple[Dossier, Document], settings: Any
) -> None:
    dossier, document = signe
    c, adresse = connecter(chef(troupe).personne), f"/dossiers/{dossier.uuid}/preuve/"
    settings.HORODATAGE = "http://127.0.0.1:9/"
    reponse = c.post(f"{adresse}fichier/")
    assert reponse.status_code == 409 and "horodatage ne répond pas" in reponse.content.decode()
    settings.HORODATAGE = ""
    garde = chemin(document.sha256).read_bytes()
    chemin(document.sha256).write_bytes(garde + b" ")
    assert "plus celui qui a été reçu" in c.post(f"{adresse}fichier/").content.decode()
    chemin(document.sha256).unlink()
    assert "manque sur le disque" in c.post(f"{adresse}fichier/").content.decode()
    settings.DEMO = False
    page = c.get(adresse).content.decode()
    assert "pas de cachet électronique installé" in page and '<button class="btn btn-primary"' not in page


def test_a_file_that_is_no_proof_is_said_so(tmp_path: Path) -> None:
    for octets in (b"", b"PK\x03\x04 x"):
        (tmp_path / "x.zip").write_bytes(octets)
        with pytest.raises(PasUnePreuve, match="pas un dossier de preuve"):
            examiner(tmp_path / "x.zip", at=timezone.now() + timedelta(days=1))
