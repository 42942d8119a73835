"""From the dossier page to the signed letter, with what goes wrong."""

from collections.abc import Iterator
from datetime import timedelta
from typing import Any

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client

from buridan.delegations.actions.retirer import retirer_delegation
from buridan.delegations.models import Delegation
from buridan.demandes import suivi
from buridan.dossiers.actions.renvoyer import renvoyer
from buridan.dossiers.fichiers import chemin
from buridan.dossiers.models import Document, Dossier, Etape, Reponse
from buridan.organisation.acteur import Acteur, acteur
from buridan.organisation.models import Absence, Personne
from buridan.outils.verdict import Refus
from buridan.signatures.actions.signer_document import signer_document
from buridan.signatures.certificats import MARQUE_D_ESSAI
from buridan.signatures.controle_pdf import controler
from buridan.signatures.essai import PHRASE_D_ESSAI, Autorite
from buridan.signatures.models import Certificat, Moyen, Signature
from tests.conftest import Troupe
from tests.lecture_pdf import texte
from tests.test_droits_gestes import agir, mener, qui_peut

pytestmark = pytest.mark.django_db


@pytest.fixture
def etape(troupe: Troupe) -> Etape:
    """A complaint's answer to sign, by the DGA of the service."""
    return jusqu_a_la_signature(troupe)


def jusqu_a_la_signature(troupe: Troupe, type_demande: str = "reclamation") -> Etape:
    from buridan.demandes.models import TypeDemande

    choisi = TypeDemande.objects.filter(circuit=type_demande).order_by("code").first()
    assert choisi is not None
    demande = troupe.deposer(choisi.code, lieu="" if choisi.lieu == "sans" else "12 rue de la Gare")
    from tests.test_droits_gestes import PRINCIPAL, a_faire

    for _ in range(15):
        active = next(e for e in a_faire(demande.dossier) if e.type != "information")
        if active.type == "signature":
            return active
        agir(PRINCIPAL[active.type], active, qui_peut(troupe, active))
    raise LookupError(type_demande)


def client(by: Acteur) -> Client:
    c = Client()
    c.force_login(Personne.objects.get(pk=by.personne), backend="allauth.account.auth_backends.AuthenticationBackend")
    return c


def poster(c: Client, etape: Etape, **champs: str) -> Any:
    donnees = {"moyen": "personnel", "phrase": "", "remarque": "", **champs}
    return c.post(f"/dossiers/{etape.dossier.uuid}/etapes/{etape.pk}/signer/", donnees)


def test_a_personal_signature_from_the_page_to_the_requester(troupe: Troupe, etape: Etape) -> None:
    by = qui_peut(troupe, etape)
    c = client(by)
    page = c.get(f"/dossiers/{etape.dossier.uuid}/").content.decode()
    assert "Signer avec" in page and MARQUE_D_ESSAI.split()[0] in page
    assert poster(c, etape, phrase=PHRASE_D_ESSAI).status_code == 302
    signature = Signature.objects.get(etape=etape)
    assert signature.document is not None and signature.delegation is not None and not signature.document.public
    pdf = chemin(signature.document.sha256).read_bytes()
    assert controler(pdf, at=troupe.at + timedelta(minutes=5)).valable
    lu = texte(pdf)
    assert "PROJET" not in lu and "sans valeur juridique" in lu
    reponse = next(e for e in Etape.objects.filter(dossier=etape.dossier, etat="active") if e.type == "reponse")
    reponse.dossier = Dossier.objects.get(pk=etape.dossier_id)
    agir("repondre", reponse, qui_peut(troupe, reponse))
    assert Reponse.objects.filter(dossier=etape.dossier).exists()
    recue = Client().get(f"/suivi/{etape.dossier.uuid}/{suivi.cle(etape.dossier.uuid)}/lettre/1/")
    assert recue.content == pdf  # the very file that was signed
    rapport = c.get(f"/signatures/dossiers/{etape.dossier.uuid}/documents/{signature.document.uuid}/").content.decode()
    assert "Signature valable." in rapport and "Pour le maire et par délégation" in rapport


def test_the_passphrase_wrong_or_missing_signs_nothing_and_says_so(troupe: Troupe, etape: Etape) -> None:
    c = client(qui_peut(troupe, etape))
    for phrase, dit, code in (
        ("autre", "Ce n&#x27;est pas le mot de passe", 409),
        ("", "Écrivez le mot de passe", 422),
    ):
        reponse = poster(c, etape, phrase=phrase, remarque="À garder.")
        contenu = reponse.content.decode()
        assert reponse.status_code == code and "À garder." in contenu
        assert dit in contenu.split('phrase_error">')[1][:100]  # beside the field
        assert phrase == "" or f'value="{phrase}"' not in contenu
    assert not Signature.objects.exists() and not Document.objects.filter(dossier=etape.dossier).exists()


def test_a_session_unlocked_once_signs_without_the_passphrase_and_nothing_keeps_it_in_clear(
    troupe: Troupe, etape: Etape
) -> None:
    c = client(qui_peut(troupe, etape))
    assert c.post("/signatures/certificat/deverrouiller/", {"phrase": "autre"}).status_code == 422
    assert c.post("/signatures/certificat/deverrouiller/", {"phrase": PHRASE_D_ESSAI}).status_code == 302
    assert PHRASE_D_ESSAI not in str(dict(c.session)) and PHRASE_D_ESSAI not in str(c.cookies)
    cle = c.cookies["cle_signature"].value
    del c.cookies["cle_signature"]  # the session alone opens nothing
    assert poster(c, etape).status_code == 422
    c.cookies["cle_signature"] = cle
    assert poster(c, etape).status_code == 302


def test_locking_again_forgets(troupe: Troupe, etape: Etape) -> None:
    c = client(qui_peut(troupe, etape))
    c.post("/signatures/certificat/deverrouiller/", {"phrase": PHRASE_D_ESSAI})
    assert "Déverrouillé" in c.get("/signatures/certificat/").content.decode()
    c.post("/signatures/certificat/verrouiller/")
    assert poster(c, etape).status_code == 422


def test_an_expired_certificate_is_refused_with_its_day(troupe: Troupe, etape: Etape) -> None:
    by = qui_peut(troupe, etape)
    vieux = Autorite("Autorité", at=troupe.at - timedelta(days=99)).emettre(
        "Ancien", "ancien", fin=troupe.at - timedelta(days=1)
    )
    Certificat.objects.filter(personne=by.personne).update(coffre=vieux)
    with pytest.raises(Refus, match="a expiré le"):
        signer_document(etape, by=by, at=troupe.at, moyen=Moyen.PERSONNEL, phrase="ancien")


def test_without_a_living_delegation_the_page_says_why_and_who_can(troupe: Troupe, etape: Etape) -> None:
    by = qui_peut(troupe, etape)
    for d in Delegation.objects.filter(delegataire=by.personne, nature="courriers", retiree_le=None):
        retirer_delegation(
            d, by=troupe.au_poste("dir-juridique-assemblees"), at=troupe.at - timedelta(seconds=1), motif="Retrait."
        )
    for moyen in ("personnel", "cachet", "papier"):
        reponse = poster(client(by), etape, moyen=moyen, phrase=PHRASE_D_ESSAI)
        assert reponse.status_code == 409
        assert "a été retirée le" in reponse.content.decode() and "Peuvent signer" in reponse.content.decode()
    assert not Signature.objects.exists() and not Document.objects.filter(dossier=etape.dossier).exists()


def test_a_double_click_signs_once(troupe: Troupe, etape: Etape) -> None:
    c = client(qui_peut(troupe, etape))
    assert [poster(c, etape, phrase=PHRASE_D_ESSAI).status_code for _ in range(2)] == [302, 302]
    assert Signature.objects.count() == 1 and Document.objects.filter(dossier=etape.dossier).count() == 1


def test_the_seal_and_paper_ask_no_passphrase_and_are_told_apart(troupe: Troupe) -> None:
    cachet, papier = jusqu_a_la_signature(troupe), jusqu_a_la_signature(troupe)
    assert poster(client(qui_peut(troupe, cachet)), cachet, moyen="cachet").status_code == 302
    assert poster(client(qui_peut(troupe, papier)), papier, moyen="papier").status_code == 302
    sceau, main = Signature.objects.get(etape=cachet), Signature.objects.get(etape=papier)
    assert sceau.document is not None and "cachet" in sceau.titulaire
    assert main.document is None and main.certificat == ""


def test_a_draft_changed_after_the_signature_is_not_the_signed_one(troupe: Troupe, etape: Etape) -> None:
    by = qui_peut(troupe, etape)
    signer_document(etape, by=by, at=troupe.at, moyen=Moyen.CACHET)
    reponse = Etape.objects.get(dossier=etape.dossier, etat="active", type="reponse")
    renvoyer(reponse, by=qui_peut(troupe, reponse), at=troupe.at, motif="À revoir.")
    dossier = Dossier.objects.get(pk=etape.dossier_id)
    dossier.projet_reponse += " Autre chose."
    dossier.save(update_fields=["projet_reponse"])
    from buridan.signatures.queries import pdf_signe

    assert pdf_signe(dossier, None) is None


def test_two_signatures_of_the_same_text_stand_on_one_document(troupe: Troupe, etape: Etape) -> None:
    by = qui_peut(troupe, etape)
    from buridan.dossiers.actions.modifier_circuit import inserer
    from buridan.dossiers.etats import TypeEtape

    inserer(
        etape.dossier, by=troupe.au_poste("dgs"), at=troupe.at, type=TypeEtape.SIGNATURE, titre="Signer aussi",
        poste=troupe.annuaire.codes_postes["maire"], delai="2 jours ouvrés",
    )  # fmt: skip
    signer_document(etape, by=by, at=troupe.at, moyen=Moyen.PERSONNEL, phrase=PHRASE_D_ESSAI)
    seconde = Etape.objects.filter(dossier=etape.dossier, etat="active", type="signature").first()
    assert seconde is not None
    maire = acteur(troupe.titulaire("maire"), troupe.at)
    signer_document(seconde, by=maire, at=troupe.at, moyen=Moyen.PERSONNEL, phrase=PHRASE_D_ESSAI)
    derniere = Signature.objects.get(etape=seconde)
    assert derniere.document is not None and derniere.delegation is None
    rapport = controler(chemin(derniere.document.sha256).read_bytes(), at=troupe.at + timedelta(minutes=5))
    assert len(rapport.constats) == 2 and rapport.valable


def test_the_mayor_away_the_first_deputy_signs_in_her_place(troupe: Troupe) -> None:
    etape = jusqu_a_la_signature(troupe, "arrete-temporaire")
    maire = troupe.titulaire("maire")
    jour = troupe.annuaire.jour
    Absence.objects.create(personne_id=maire, debut=jour, fin=jour + timedelta(days=2))
    adjoint = acteur(troupe.titulaire("adjoint-1"), troupe.at)
    signer_document(etape, by=adjoint, at=troupe.at, moyen=Moyen.PERSONNEL, phrase=PHRASE_D_ESSAI)
    assert "absent ou empêché" in Signature.objects.get(etape=etape).formule


def test_a_signature_cannot_be_rewritten(troupe: Troupe, etape: Etape) -> None:
    from django.db import IntegrityError, transaction

    signer_document(etape, by=qui_peut(troupe, etape), at=troupe.at, moyen=Moyen.PAPIER)
    with pytest.raises(IntegrityError, match="ne se modifie pas"), transaction.atomic():
        Signature.objects.update(qualite="Roi")
    with pytest.raises(IntegrityError, match="ne se modifie pas"), transaction.atomic():
        Signature.objects.all().delete()


# --- certificates and documents from elsewhere ------------------------------------------------------------------------


def test_a_certificate_is_deposited_replaced_and_taken_back(troupe: Troupe) -> None:
    agent = troupe.present("voirie")
    c, autorite = client(agent), Autorite("Autorité", at=troupe.at)
    coffre = autorite.emettre("Camille Exemple", "sa phrase")

    def deposer(octets: bytes, phrase: str, **plus: str) -> Any:
        recu = SimpleUploadedFile("c.p12", octets)
        return c.post("/signatures/certificat/", {"fichier": recu, "phrase": phrase, **plus})

    assert deposer(coffre, "fausse").status_code == 422
    assert deposer(b"x", "x").status_code == 422 and deposer(b"", "x").status_code == 422
    d_un_autre = deposer(coffre, "sa phrase")
    assert d_un_autre.status_code == 422 and "sous un autre nom" in d_un_autre.content.decode()
    assert not Certificat.objects.filter(titulaire="Camille Exemple").exists()
    nom = Personne.objects.get(pk=agent.personne).nom
    assert deposer(autorite.emettre(f"{nom.upper()} Camille, signature", "sa phrase"), "sa phrase").status_code == 302
    assert deposer(coffre, "sa phrase", autre_nom="on").status_code == 302
    assert "Camille Exemple" in c.get("/signatures/certificat/").content.decode()
    assert b"sa phrase" not in bytes(Certificat.objects.get(titulaire="Camille Exemple").coffre)
    assert c.post("/signatures/certificat/retirer/").status_code == 302
    assert not Certificat.objects.filter(titulaire="Camille Exemple").exists()


@pytest.fixture
def signe_ailleurs(troupe: Troupe, etape: Etape) -> Iterator[bytes]:
    """A signed PDF."""
    signer_document(etape, by=qui_peut(troupe, etape), at=troupe.at, moyen=Moyen.CACHET)
    document = Document.objects.get(dossier=etape.dossier)
    yield chemin(document.sha256).read_bytes()


def test_any_pdf_is_checked_and_nothing_of_it_is_kept(troupe: Troupe, signe_ailleurs: bytes) -> None:
    c = client(troupe.present("voirie"))
    avant = Document.objects.count()

    def verifier(octets: bytes) -> str:
        return c.post("/signatures/verifier/", {"fichier": SimpleUploadedFile("d.pdf", octets)}).content.decode()

    assert "Signature valable." in verifier(signe_ailleurs)
    change = bytearray(signe_ailleurs)
    change[2000] ^= 1
    assert "modifié après la signature" in verifier(bytes(change))
    assert "pas un PDF" in verifier(b"MZ" + b"x" * 50)
    assert Document.objects.count() == avant


def test_a_document_signed_elsewhere_is_attached_once_with_what_the_check_said(
    troupe: Troupe, signe_ailleurs: bytes
) -> None:
    by = troupe.au_poste("resp-voirie")
    dossier = mener(troupe, "traitement").dossier
    c = client(by)
    adresse = f"/signatures/dossiers/{dossier.uuid}/rapporter/"

    def envoyer(octets: bytes) -> Any:
        return c.post(adresse, {"fichier": SimpleUploadedFile("retour.pdf", octets)})

    assert envoyer(b"%PDF-1.4 pas un vrai").status_code == 422
    assert envoyer(signe_ailleurs).status_code == 302 and envoyer(signe_ailleurs).status_code == 302
    assert Document.objects.filter(dossier=dossier, nom="retour.pdf").count() == 1
    assert "Signature valable." in c.get(f"/dossiers/{dossier.uuid}/").content.decode()
    etranger = client(troupe.present("sports"))
    assert etranger.get(adresse).status_code == 404
