"""Eight clicks at once on what signs, and a signature against a withdrawal."""

from dataclasses import replace
from datetime import timedelta
from typing import Any

import pytest

from buridan.delegations.actions.deleguer import DonneesArrete, DonneesLigne, deleguer
from buridan.delegations.actions.retirer import retirer_delegation
from buridan.dossiers.actions.traversee import DejaFait
from buridan.dossiers.fichiers import Fichier, chemin
from buridan.dossiers.models import Document
from buridan.organisation.acteur import acteur
from buridan.outils.verdict import Refus
from buridan.signatures.actions.certificats import deposer_certificat, reprendre_certificat
from buridan.signatures.actions.installer_essai import installer_essai
from buridan.signatures.actions.rapporter import rapporter
from buridan.signatures.actions.signer_document import signer_document
from buridan.signatures.essai import Autorite
from buridan.signatures.models import Certificat, Moyen, Signature
from tests.conftest import Troupe
from tests.dossiers.test_courses import HUIT, course
from tests.signatures.test_signer import jusqu_a_la_signature
from tests.test_droits_gestes import qui_peut


def test_an_etape_is_signed_once_and_its_document_comes_back_once(troupe_reelle: Troupe) -> None:
    t = troupe_reelle
    etape = jusqu_a_la_signature(t)
    by = qui_peut(t, etape)
    resultats = course(*[lambda: signer_document(etape, by=by, at=t.at, moyen=Moyen.CACHET)] * HUIT)
    assert sum(isinstance(r, DejaFait) for r in resultats) == HUIT - 1, resultats
    signature = Signature.objects.get(etape=etape)
    assert Document.objects.filter(dossier=etape.dossier).count() == 1 and signature.document is not None
    recu = Fichier("retour.pdf", "application/pdf", chemin(signature.document.sha256).read_bytes() + b"\n")
    course(*[lambda: rapporter(etape.dossier, by=by, at=t.at, fichier=recu)] * HUIT)
    assert Document.objects.filter(dossier=etape.dossier, nom="retour.pdf").count() == 1


def test_a_certificate_is_kept_once_and_taken_back_once(troupe_reelle: Troupe) -> None:
    by = troupe_reelle.present("sports")
    coffre = Autorite("Autorité", at=troupe_reelle.at).emettre("Camille", "phrase")
    course(
        *[lambda: deposer_certificat(by=by, at=troupe_reelle.at, coffre=coffre, phrase="phrase", sous_autre_nom=True)]
        * HUIT
    )
    assert Certificat.objects.filter(personne=by.personne).count() == 1
    resultats = course(*[lambda: reprendre_certificat(by=by)] * HUIT)
    assert sum(isinstance(r, Refus) for r in resultats) == HUIT - 1, resultats
    avant = Certificat.objects.count()
    course(*[lambda: installer_essai(at=troupe_reelle.at)] * 2)
    assert Certificat.objects.count() == avant


@pytest.mark.parametrize("tour", range(3))
def test_a_signature_and_a_withdrawal_at_once_follow_each_other(troupe_reelle: Troupe, tour: int) -> None:
    """Whoever comes first wins whole: signed under a living delegation, or refused and nothing kept."""
    t = troupe_reelle
    etape = jusqu_a_la_signature(t)
    jour, poste = t.annuaire.jour, t.annuaire.codes_postes["agent-accueil-1"]
    agent = t.titulaire("agent-accueil-1")
    greffe = t.au_poste("dir-juridique-assemblees")
    arrete = DonneesArrete(f"COURSE-{tour}", jour, t.titulaire("maire"), "maire", None, jour, jour)
    ligne = DonneesLigne(agent, poste, "courriers", jour)
    d = deleguer(arrete, replace(ligne), by=greffe, at=t.at)
    type(etape).objects.filter(pk=etape.pk).update(poste=poste)
    etape.refresh_from_db()
    by = acteur(agent, t.at + timedelta(seconds=1))

    def signer() -> Any:
        return signer_document(etape, by=by, at=by.at, moyen=Moyen.CACHET)

    signe, _retire = course(signer, lambda: retirer_delegation(d, by=greffe, at=t.at, motif="Fin."))
    faite = Signature.objects.filter(etape=etape).first()
    if isinstance(signe, Exception):
        assert "a été retirée" in str(signe) and faite is None, signe
    else:
        assert faite is not None and faite.delegation_id == d.pk
