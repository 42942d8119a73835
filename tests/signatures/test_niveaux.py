"""The level of signature that an étape asks: said by its circuit, held by the verb and by the database."""

from datetime import timedelta
from html import unescape
from typing import Any

import pytest
from cryptography import x509
from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.hazmat.primitives.serialization import BestAvailableEncryption, pkcs12
from django.db import IntegrityError, connection, transaction

from buridan.circuits.niveaux import CONSEILS, DEMANDES, REPONDENT, Niveau, pourquoi_pas
from buridan.dossiers.actions.renvoyer import renvoyer
from buridan.dossiers.actions.revenir import revenir
from buridan.dossiers.models import Decision, Etape
from buridan.journal.models import Charge
from buridan.outils.verdict import Refus
from buridan.signatures.actions.signer_document import signer_document
from buridan.signatures.essai import PHRASE_D_ESSAI, Autorite
from buridan.signatures.models import Certificat, Moyen, Signature
from tests.conftest import Troupe
from tests.test_droits_gestes import qui_peut

from .test_signer import client, jusqu_a_la_signature, poster

pytestmark = pytest.mark.django_db
# EN 319 412-5: QcCompliance, QcSSCD, QcType with « esign », then with « eseal »
COMPLIANCE, SSCD = bytes.fromhex("3008060604008e460101"), bytes.fromhex("3008060604008e460104")
SIGNE, SCELLE = (bytes.fromhex(f"3013060604008e46010630090607040 08e4601060{n}".replace(" ", "")) for n in (1, 2))


@pytest.fixture
def etape(troupe: Troupe) -> Etape:
    """A municipal order to sign."""
    return jusqu_a_la_signature(troupe, "arrete-temporaire")


def demander(etape: Etape, niveau: str) -> Etape:
    """As if its circuit had asked that level: nothing in the application changes it once the dossier is open."""
    with connection.cursor() as curseur:
        curseur.execute("SET LOCAL session_replication_role = replica")
        curseur.execute("UPDATE dossiers_etape SET niveau_signature = %s WHERE id = %s", [niveau, etape.pk])
        curseur.execute("SET LOCAL session_replication_role = DEFAULT")
    etape.refresh_from_db()
    return etape


def deposer(autorite: Autorite, personne: int | None, *dits: bytes) -> None:
    """A certificate of that authority which claims these statements."""
    cle = ec.generate_private_key(ec.SECP256R1())
    nom = autorite.certificat.subject
    extension = x509.UnrecognizedExtension(
        x509.ObjectIdentifier("1.3.6.1.5.5.7.1.3"), b"\x30" + bytes([sum(map(len, dits))]) + b"".join(dits)
    )
    certificat = (
        x509.CertificateBuilder(nom, nom, cle.public_key(), x509.random_serial_number(), autorite.at, autorite.at + timedelta(99))
        .add_extension(extension, critical=False)
        .add_extension(x509.KeyUsage(True, True, *[False] * 7), critical=True)
        .sign(autorite.cle, hashes.SHA256())
    )  # fmt: skip
    verrou = BestAvailableEncryption(b"phrase")
    coffre = pkcs12.serialize_key_and_certificates(b"x", cle, certificat, [autorite.certificat], verrou)
    Certificat.objects.filter(personne=personne).update(coffre=coffre)


def test_a_municipal_order_is_not_signed_by_the_seal_alone_and_the_page_says_what_is_asked(
    troupe: Troupe, etape: Etape
) -> None:
    by = qui_peut(troupe, etape)
    c = client(by)
    assert "demande au moins une signature simple" in unescape(
        c.get(f"/dossiers/{etape.dossier.uuid}/").content.decode()
    )
    refus = poster(c, etape, moyen="cachet", remarque="À garder.")
    dit = unescape(refus.content.decode())
    assert refus.status_code == 409 and "votre choix donne : cachet de la mairie" in dit and "À garder." in dit
    assert (
        CONSEILS[Niveau.SIMPLE] in dit and not Signature.objects.exists() and not Decision.objects.filter(etape=etape)
    )
    assert poster(c, etape, phrase=PHRASE_D_ESSAI).status_code == 302
    assert Decision.objects.get(etape=etape).niveau_signature == Niveau.AVANCEE
    assert "Signée (signature avancée)" in c.get(f"/dossiers/{etape.dossier.uuid}/").content.decode()
    contenu = Charge.objects.filter(ligne__etape=etape.pk, ligne__verbe="signer").get().contenu
    assert contenu["niveau"] == "signature avancée"


@pytest.mark.parametrize(
    ("dits", "reconnue", "donne"),
    [
        ((COMPLIANCE, SSCD), True, Niveau.QUALIFIEE),
        ((COMPLIANCE, SSCD, SIGNE), True, Niveau.QUALIFIEE),
        ((COMPLIANCE, SSCD, SCELLE), True, Niveau.AVANCEE),
        ((COMPLIANCE,), True, Niveau.AVANCEE),
        ((SSCD,), True, Niveau.AVANCEE),
        ((COMPLIANCE, SSCD), False, Niveau.SIMPLE),
    ],
)
def test_a_certificate_gives_what_it_proves_and_no_more(
    dits: tuple[bytes, ...], reconnue: bool, donne: Niveau, troupe: Troupe, etape: Etape, settings: Any, tmp_path: Any
) -> None:
    by, autorite = qui_peut(troupe, etape), Autorite("Autorité qualifiée", at=troupe.at)
    if reconnue:
        (tmp_path / "racine.pem").write_bytes(autorite.racine())
        settings.AUTORITES = str(tmp_path)
    deposer(autorite, by.personne, *dits)
    demander(etape, "qualifiee")
    if donne != Niveau.QUALIFIEE:
        with pytest.raises(Refus, match=f"demande une signature qualifiée ; votre choix donne : {donne.label}"):
            signer_document(etape, by=by, at=troupe.at, moyen=Moyen.PERSONNEL, phrase="phrase")
        demander(etape, "")
    signer_document(etape, by=by, at=troupe.at, moyen=Moyen.PERSONNEL, phrase="phrase")
    assert Decision.objects.get(etape=etape).niveau_signature == donne


def test_ink_answers_any_level_but_the_seal_is_only_a_seal(troupe: Troupe, etape: Etape) -> None:
    by = qui_peut(troupe, demander(etape, "cachet"))
    with pytest.raises(Refus, match="demande le cachet de la mairie"):
        signer_document(etape, by=by, at=troupe.at, moyen=Moyen.PAPIER)
    signer_document(demander(etape, "qualifiee"), by=by, at=troupe.at, moyen=Moyen.PAPIER)
    assert Decision.objects.get(etape=etape).niveau_signature == Niveau.PAPIER


def test_what_is_sent_back_or_taken_back_asks_the_same_level_again(troupe: Troupe, etape: Etape) -> None:
    by = qui_peut(troupe, etape)
    signer_document(etape, by=by, at=troupe.at, moyen=Moyen.PAPIER)
    encore = revenir(Etape.objects.get(pk=etape.pk), by=by, at=troupe.at, motif="Trop vite.")
    assert encore.niveau_signature == Niveau.SIMPLE
    renvoyer(encore, by=by, at=troupe.at, motif="À revoir.")
    refaites = Etape.objects.filter(dossier=etape.dossier, type="signature", etat="a_venir")
    assert [e.niveau_signature for e in refaites] == [Niveau.SIMPLE]


def test_the_database_holds_the_level_asked(troupe: Troupe, etape: Etape) -> None:
    """By raw SQL: what every level answers, in PostgreSQL as in Python; and nobody lowers what was asked."""
    with connection.cursor() as curseur:
        for demande in ("", *Niveau):
            for donne in ("", *Niveau):
                curseur.execute("SELECT dossiers_niveau_repond(%s, %s)", [demande, donne])
                attendu = not demande or donne in REPONDENT[Niveau(demande)]
                assert curseur.fetchone()[0] == attendu == (not donne or not pourquoi_pas(demande, donne)) or not donne
        signee = "INSERT INTO dossiers_decision (etape_id, resultat, texte, at, pour, niveau_signature) VALUES (%s, %s, '', now(), '', %s)"
        for sql, valeurs, dit in (
            (signee, [etape.pk, "signee", "cachet"], "demande un niveau de signature"),
            (signee, [etape.pk, "signee", ""], "demande un niveau de signature"),
            (signee, [etape.pk, "visee", "simple"], "decision_niveau_d_une_signature"),
            ("UPDATE dossiers_etape SET niveau_signature = '' WHERE id = %s", [etape.pk], "ne change pas une fois"),
        ):
            with pytest.raises(IntegrityError, match=dit), transaction.atomic():
                curseur.execute(sql, valeurs)
                curseur.execute("SET CONSTRAINTS signe_assez IMMEDIATE")
    assert set(DEMANDES) == set(CONSEILS) == set(REPONDENT) == set(Niveau)
