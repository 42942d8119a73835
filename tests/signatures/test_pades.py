"""Signatures in a PDF: made by us, judged by pyHanko through our words, and by poppler's pdfsig."""

import shutil
import subprocess
import threading
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from http.server import BaseHTTPRequestHandler, HTTPServer
from pathlib import Path
from typing import Any

import pytest
import typst
from asn1crypto import tsp
from cryptography.hazmat.primitives.serialization import pkcs12
from pyhanko.sign.signers import SimpleSigner
from pyhanko.sign.timestamps import DummyTimeStamper

from buridan.outils.verdict import Refus
from buridan.signatures.certificats import MARQUE_D_ESSAI, ouvrir, peut_servir
from buridan.signatures.controle_pdf import Rapport, controler
from buridan.signatures.essai import Autorite
from buridan.signatures.pades import Place, par_carte, par_coffre, signer_pdf

AT = datetime.now(UTC)
PHRASE = "une phrase à elle"
BLOC = ["Pour le maire et par délégation", "Arrêté n° 2026-1", "Camille Exemple", "Directrice"]
ICI = Place(0, 300, 400)


@pytest.fixture(scope="module")
def pdf() -> bytes:
    """A page to sign."""
    texte = b'#set document(title: "Essai")\n= Essai\nBonjour'
    fait = typst.Compiler(texte, font_paths=typst.Fonts(include_system_fonts=False)).compile(format="pdf")
    assert isinstance(fait, bytes)
    return fait


@pytest.fixture
def autorite(settings: Any, tmp_path: Path) -> Autorite:
    """An authority that the town trusts."""
    settings.DEMO, settings.AUTORITES = False, str(tmp_path)
    faite = Autorite("Autorité de test", at=AT - timedelta(days=100))
    (tmp_path / "racine.pem").write_bytes(faite.racine())
    return faite


def signe(pdf: bytes, coffre: bytes, *lignes: str) -> bytes:
    return signer_pdf(pdf, par_coffre(coffre, PHRASE), list(lignes or BLOC), place=ICI, motif="Signature")


def certificat(coffre: bytes) -> Any:
    return pkcs12.load_key_and_certificates(coffre, PHRASE.encode())[1]


def fautes(rapport: Rapport) -> str:
    return " ".join(f for c in rapport.constats for f in c.fautes)


def pdfsig(pdf: bytes, tmp_path: Path) -> str:
    """What poppler says."""
    outil = shutil.which("pdfsig")
    assert outil, "pdfsig is missing: `make test` installs poppler-utils or says how to."
    fichier = tmp_path / "signe.pdf"
    fichier.write_bytes(pdf)
    return subprocess.run([outil, fichier], capture_output=True, text=True, check=False).stdout


def test_a_signature_is_valid_for_us_and_for_poppler_and_shows_its_block(
    pdf: bytes, autorite: Autorite, tmp_path: Path
) -> None:
    fait = signe(pdf, autorite.emettre("Camille Exemple", PHRASE))
    rapport = controler(fait, at=datetime.now(UTC))
    assert (
        rapport.valable
        and rapport.phrase == "Signature valable."
        and rapport.constats[0].titulaire == "Camille Exemple"
    )
    dit = pdfsig(fait, tmp_path)
    assert "Signature is Valid" in dit and "ETSI.CAdES.detached" in dit and "Total document signed" in dit
    assert fait.startswith(pdf)  # an update, nothing rewritten
    texte = subprocess.run(
        ["pdftotext", tmp_path / "signe.pdf", "-"], capture_output=True, text=True, check=True
    ).stdout
    assert "Pour le maire et par délégation" in texte and "Arrêté n° 2026-1" in texte and "Directrice" in texte


def test_several_signers_on_one_document_all_stay_valid(pdf: bytes, autorite: Autorite, tmp_path: Path) -> None:
    for nom in ("Une", "Deux", "Trois"):
        pdf = signe(pdf, autorite.emettre(nom, PHRASE), nom)
    rapport = controler(pdf, at=datetime.now(UTC))
    assert [c.titulaire for c in rapport.constats] == ["Une", "Deux", "Trois"]
    assert rapport.valable and rapport.phrase == "Les 3 signatures sont valables."
    assert pdfsig(pdf, tmp_path).count("Signature is Valid") == 3


def test_one_flipped_byte_anywhere_is_seen(pdf: bytes, autorite: Autorite, tmp_path: Path) -> None:
    fait = signe(pdf, autorite.emettre("Camille", PHRASE))
    for ou in (len(pdf) // 2, len(pdf) - 40, len(fait) - 600):
        change = bytearray(fait)
        change[ou] ^= 1
        rapport = controler(bytes(change), at=datetime.now(UTC))
        assert not rapport.valable, ou
    change = bytearray(fait)
    change[len(pdf) // 2] ^= 1
    assert "a été modifié après la signature" in fautes(controler(bytes(change), at=datetime.now(UTC)))
    assert "Signature is Valid" not in pdfsig(bytes(change), tmp_path)


def test_something_added_after_the_signature_is_seen(pdf: bytes, autorite: Autorite) -> None:
    from io import BytesIO

    from pyhanko.pdf_utils.generic import StreamObject
    from pyhanko.pdf_utils.incremental_writer import IncrementalPdfFileWriter

    redacteur = IncrementalPdfFileWriter(BytesIO(signe(pdf, autorite.emettre("Camille", PHRASE))))
    trait = redacteur.add_object(StreamObject(stream_data=b"0 0 m 200 200 l S"))
    redacteur.add_stream_to_page(0, trait)
    sortie = BytesIO()
    redacteur.write(sortie)
    assert "quelque chose y a été ajouté" in fautes(controler(sortie.getvalue(), at=datetime.now(UTC)))


def test_an_expired_a_coming_a_revoked_and_an_unknown_certificate_get_their_words(
    pdf: bytes, autorite: Autorite, tmp_path: Path
) -> None:
    vieux = autorite.emettre("Ancien", PHRASE, debut=AT - timedelta(days=60), fin=AT - timedelta(days=1))
    assert "a expiré le" in fautes(controler(signe(pdf, vieux), at=datetime.now(UTC)))
    tot = autorite.emettre("Futur", PHRASE, debut=AT + timedelta(days=5), fin=AT + timedelta(days=60))
    assert "ne vaut qu'à partir du" in fautes(controler(signe(pdf, tot), at=datetime.now(UTC)))
    revoque = autorite.emettre("Révoqué", PHRASE)
    fait = signe(pdf, revoque)
    (tmp_path / "liste.crl").write_bytes(autorite.liste(at=AT))
    assert controler(fait, at=datetime.now(UTC)).valable
    autorite.revoquer(certificat(revoque), at=AT - timedelta(hours=2))
    (tmp_path / "liste.crl").write_bytes(autorite.liste(at=AT))
    assert "a été révoqué" in fautes(controler(fait, at=datetime.now(UTC)))
    inconnu = Autorite("Inconnue", at=AT - timedelta(days=9)).emettre("Quelqu'un", PHRASE)
    assert "n'est pas de celles que la mairie reconnaît" in fautes(controler(signe(pdf, inconnu), at=datetime.now(UTC)))


def test_a_test_certificate_is_said_to_be_one_everywhere(pdf: bytes, autorite: Autorite, tmp_path: Path) -> None:
    essai = Autorite(f"{MARQUE_D_ESSAI} - autorité", at=AT - timedelta(days=9))
    (tmp_path / "essai.pem").write_bytes(essai.racine())
    fait = signe(pdf, essai.emettre(f"{MARQUE_D_ESSAI} - Camille", PHRASE))
    assert controler(fait, at=datetime.now(UTC)).constats[0].essai
    pdfsig(fait, tmp_path)
    texte = subprocess.run(
        ["pdftotext", tmp_path / "signe.pdf", "-"], capture_output=True, text=True, check=True
    ).stdout
    assert "sans valeur juridique" in texte


def test_the_passphrase_and_the_file_are_refused_in_words(autorite: Autorite) -> None:
    bon = autorite.emettre("Camille", PHRASE)
    for coffre, phrase, dit in (
        (bon, "autre", "pas le mot de passe"), (bon, "", "Écrivez le mot de passe"), (b"rien", PHRASE, "PKCS#12"),
        (b"x" * 70_000, PHRASE, "trop lourd"),
    ):  # fmt: skip
        with pytest.raises(Refus, match=dit):
            ouvrir(coffre, phrase)
    verrouille, fiche = ouvrir(bon, PHRASE)
    assert ouvrir(verrouille, PHRASE)[1] == fiche
    assert "a expiré" in peut_servir(fiche, fiche.valide_au).raison
    assert "à partir du" in peut_servir(fiche, fiche.valide_du - timedelta(seconds=1)).raison


@pytest.mark.parametrize("octets", [b"", b"%PDF-1.4 x", b"%PDF-1.7\n%%EOF", b"\0" * 500])
def test_what_is_not_a_pdf_is_said_so_and_never_breaks(octets: bytes) -> None:
    assert "PDF lisible" in controler(octets, at=AT).phrase


def test_a_pdf_without_signature_is_said_so(pdf: bytes) -> None:
    assert controler(pdf, at=AT).phrase == "Ce document n'est pas signé électroniquement."


def test_a_pdf_that_cannot_be_signed_is_refused(autorite: Autorite) -> None:
    with pytest.raises(Refus, match="ne peut pas recevoir"):
        signe(b"%PDF-1.4 x", autorite.emettre("Camille", PHRASE))


@pytest.fixture
def horodateur(autorite: Autorite, settings: Any) -> Iterator[HTTPServer]:
    """An RFC 3161 server on this machine."""
    signer = SimpleSigner.load_pkcs12_data(
        autorite.emettre("Horodateur", "x", horodatage=True), other_certs=[], passphrase=b"x"
    )
    fabrique = DummyTimeStamper(
        tsa_cert=signer.signing_cert, tsa_key=signer.signing_key, certs_to_embed=signer.cert_registry
    )

    class Reponses(BaseHTTPRequestHandler):
        def do_POST(self) -> None:
            demande = tsp.TimeStampReq.load(self.rfile.read(int(self.headers["Content-Length"])))
            octets = fabrique.request_tsa_response(demande).dump()
            self.send_response(200)
            self.send_header("Content-Type", "application/timestamp-reply")
            self.end_headers()
            self.wfile.write(octets)

        def log_message(self, *mots: Any) -> None:
            """Silent."""

    serveur = HTTPServer(("127.0.0.1", 0), Reponses)
    threading.Thread(target=serveur.serve_forever, daemon=True).start()
    settings.HORODATAGE = f"http://127.0.0.1:{serveur.server_port}/"
    yield serveur
    serveur.shutdown()
    serveur.server_close()


def test_a_time_stamp_proves_the_date_when_a_server_is_set(
    pdf: bytes, autorite: Autorite, horodateur: HTTPServer
) -> None:
    rapport = controler(signe(pdf, autorite.emettre("Camille", PHRASE)), at=datetime.now(UTC))
    assert rapport.valable, rapport
    assert rapport.constats[0].horodatee and not any("déclare" in r for r in rapport.constats[0].remarques)


def test_without_answer_of_the_time_stamp_server_nothing_is_signed(
    pdf: bytes, autorite: Autorite, settings: Any
) -> None:
    settings.HORODATAGE = "http://127.0.0.1:9/"
    with pytest.raises(Refus, match="horodatage ne répond pas"):
        signe(pdf, autorite.emettre("Camille", PHRASE))


# --- a card (PKCS#11), played by SoftHSM when it is installed -------------------------------------------------------

MODULE = next((p for p in Path("/usr/lib").glob("**/libsofthsm2.so")), None)


@pytest.mark.skipif(MODULE is None and not __import__("os").environ.get("CI"), reason="SoftHSM is not installed")
def test_a_card_signs_and_a_wrong_pin_is_said(
    pdf: bytes, autorite: Autorite, settings: Any, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    conf = tmp_path / "softhsm.conf"
    (tmp_path / "jetons").mkdir()
    conf.write_text(f"directories.tokendir = {tmp_path / 'jetons'}\n")
    monkeypatch.setenv("SOFTHSM2_CONF", str(conf))
    code = _charger_la_carte(autorite)
    settings.PKCS11_MODULE, settings.PKCS11_JETON = str(MODULE), "buridan"
    qui = par_carte(code, "12")
    fait = signer_pdf(pdf, qui, BLOC, place=ICI, motif="Signature")
    qui.fermer()
    assert controler(fait, at=datetime.now(UTC)).valable
    with pytest.raises(Refus, match="pas le code de cette carte"):
        par_carte("9999", "12")
    with pytest.raises(Refus, match="ne répond pas, ou ne contient pas"):
        par_carte(code, "13").signer.signing_cert  # noqa: B018


def _charger_la_carte(autorite: Autorite) -> str:
    """A token named « buridan » with the key and the certificate « 12 »; returns its PIN."""
    import pkcs11
    from asn1crypto import pem
    from cryptography.hazmat.primitives.serialization import Encoding, NoEncryption, PrivateFormat
    from pkcs11.util.ec import decode_ec_private_key, encode_named_curve_parameters  # noqa: F401
    from pkcs11.util.x509 import decode_x509_certificate

    code = "1234"
    subprocess.run(
        ["softhsm2-util", "--init-token", "--free", "--label", "buridan", "--pin", code, "--so-pin", "5678"],
        check=True, capture_output=True,
    )  # fmt: skip
    cle, cert, _chaine = pkcs12.load_key_and_certificates(autorite.emettre("Carte", PHRASE), PHRASE.encode())
    assert cle is not None and cert is not None
    der = cle.private_bytes(Encoding.DER, PrivateFormat.TraditionalOpenSSL, NoEncryption())
    jeton = pkcs11.lib(str(MODULE)).get_token(token_label="buridan")
    with jeton.open(rw=True, user_pin=code) as session:
        attributs = decode_ec_private_key(der)
        attributs |= {pkcs11.Attribute.TOKEN: True, pkcs11.Attribute.LABEL: "12", pkcs11.Attribute.ID: b"1"}
        session.create_object(attributs)
        fiche = decode_x509_certificate(cert.public_bytes(Encoding.DER))
        fiche |= {pkcs11.Attribute.TOKEN: True, pkcs11.Attribute.LABEL: "12", pkcs11.Attribute.ID: b"1"}
        session.create_object(fiche)
    assert not pem.detect(der)
    return code
