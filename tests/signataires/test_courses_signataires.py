"""Eight clicks at once on what asks for a signature outside, and on what answers."""

from collections.abc import Iterator
from datetime import timedelta
from typing import Any

import pytest

from buridan.dossiers.actions.traversee import DejaFait
from buridan.dossiers.fichiers import Fichier, chemin
from buridan.dossiers.models import Document
from buridan.organisation.acteur import systeme
from buridan.outils.verdict import Refus
from buridan.signataires.actions.code import envoyer_code, verifier_code
from buridan.signataires.actions.demander import annuler_signature, demander_signature, expirer_signature, renvoyer_lien
from buridan.signataires.actions.repondre import rapporter_dehors, refuser_dehors, signer_dehors
from buridan.signataires.actions.suivre import suivre_les_signatures
from buridan.signataires.etats import Etat
from buridan.signataires.models import DemandeSignature, LienSignature
from buridan.signatures.confiance import cachet
from buridan.signatures.pades import par_coffre, signer_pdf
from tests.conftest import Troupe
from tests.dossiers.test_courses import HUIT, course, sain
from tests.dossiers.test_courses_autres import lignes, un_seul
from tests.signataires.recueil import COURRIEL, actif, chef, code_recu, convention, demandee, reconnue, textes


@pytest.fixture
def ville(troupe_reelle: Troupe) -> Iterator[Troupe]:
    """The preset's town, committing for real."""
    yield troupe_reelle


def etat(demande: DemandeSignature) -> str:
    return DemandeSignature.objects.values_list("etat", flat=True).get(pk=demande.pk)


def test_a_signature_is_asked_once_sent_again_once_and_called_off_once(ville: Troupe) -> None:
    dossier, document = convention(ville)
    by, jusquau = chef(ville), ville.annuaire.jour + timedelta(days=5)
    geste: dict[str, Any] = {
        "document": document,
        "nom": "Paule Navarin",
        "qualite": "présidente",
        "courriel": COURRIEL,
    }
    un_seul(
        course(*[lambda: demander_signature(dossier, by=by, at=ville.at, jusquau=jusquau, **geste)] * HUIT), DejaFait
    )
    demande = DemandeSignature.objects.get(dossier=dossier)
    plus_tard = ville.at + timedelta(minutes=5)
    un_seul(course(*[lambda: renvoyer_lien(demande, by=by, at=plus_tard)] * HUIT), DejaFait)
    assert (LienSignature.objects.filter(demande=demande).count(), len(textes())) == (2, 2)
    un_seul(course(*[lambda: annuler_signature(demande, by=by, at=plus_tard)] * HUIT), DejaFait)
    assert [lignes(dossier, v) for v in ("demander_signature", "renvoyer_lien", "annuler_signature")] == [1, 1, 1]
    sain(dossier)


def test_a_code_is_sent_once_and_eight_guesses_at_once_are_five(ville: Troupe) -> None:
    demande = demandee(ville)
    lien = actif(demande)
    un_seul(course(*[lambda: envoyer_code(lien, at=ville.at)] * HUIT), DejaFait)
    juste = code_recu()
    faux = f"{(int(juste) + 1) % 10**6:06d}"
    resultats = course(*[lambda: verifier_code(lien, at=ville.at, code=faux)] * HUIT)
    assert sum(r is False for r in resultats) == 5 and sum(isinstance(r, Refus) for r in resultats) == 3, resultats


def test_a_document_is_signed_once_or_refused_once_never_both(ville: Troupe) -> None:
    for premiers, derniers in ((HUIT, 0), (0, HUIT), (4, 4)):
        demande = demandee(ville, courriel=f"p{premiers}@asso.example")
        lien, by = reconnue(demande, ville.at), systeme(ville.at)
        vu = demande.document.sha256
        signatures = [lambda vu=vu, lien=lien: signer_dehors(lien, by=by, at=ville.at, condense=vu)] * premiers
        refus = [lambda lien=lien: refuser_dehors(lien, by=by, at=ville.at, motif="Non.")] * derniers
        resultats = course(*signatures, *refus)
        assert sum(not isinstance(r, Exception) for r in resultats) == 1, resultats
        assert all(isinstance(r, Refus | DemandeSignature) for r in resultats), resultats
        signee = etat(demande) == Etat.SIGNEE
        assert Document.objects.filter(dossier=demande.dossier).count() == (3 if signee else 1)
        assert lignes(demande.dossier, "signer_dehors") + lignes(demande.dossier, "refuser_dehors") == 1
        sain(demande.dossier)


def test_a_document_signed_elsewhere_comes_back_once(ville: Troupe) -> None:
    demande, coffre = demandee(ville), cachet()
    assert coffre is not None
    lien, by = reconnue(demande, ville.at), systeme(ville.at)
    avant = chemin(demande.document.sha256).read_bytes()
    signe = signer_pdf(avant, par_coffre(*coffre), ["Paule Navarin"], place=None, motif="Signature")
    recu = Fichier("retour.pdf", "application/pdf", signe)
    un_seul(course(*[lambda: rapporter_dehors(lien, by=by, at=ville.at, fichier=recu)] * HUIT), DejaFait)
    assert lignes(demande.dossier, "rapporter_dehors") == 1


def test_a_signature_and_its_cancelling_at_once_follow_each_other(ville: Troupe) -> None:
    demande = demandee(ville)
    lien, by = reconnue(demande, ville.at), systeme(ville.at)
    resultats = course(
        lambda: signer_dehors(lien, by=by, at=ville.at, condense=demande.document.sha256),
        lambda: annuler_signature(demande, by=chef(ville), at=ville.at),
    )
    assert sum(isinstance(r, Refus) for r in resultats) == 1, resultats
    assert etat(demande) == (Etat.ANNULEE if isinstance(resultats[0], Refus) else Etat.SIGNEE)


def test_two_workers_recall_once_and_expire_once(ville: Troupe) -> None:
    demande = demandee(ville)
    for jours, verbe in ((12, "rappeler_signataire"), (20, "expirer_signature")):
        at = ville.at + timedelta(days=jours)
        by = systeme(at)
        faits = course(*[lambda at=at, by=by: suivre_les_signatures(by=by, at=at)] * 4)
        assert sum(faits) == 1, faits
        assert lignes(demande.dossier, verbe) == 1
    with pytest.raises(DejaFait):
        expirer_signature(demande, by=by, at=at)
