"""A test authority for the demo: root, revocation list, the seal and one certificate for each signatory.

Every name it issues begins with « CERTIFICAT D'ESSAI », so that whoever opens the PDF anywhere reads it.
"""

import os
from datetime import datetime, timedelta
from pathlib import Path

from cryptography import x509
from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.asymmetric import ec, rsa
from cryptography.hazmat.primitives.serialization import BestAvailableEncryption, Encoding, pkcs12
from cryptography.x509.oid import ExtendedKeyUsageOID, NameOID

from buridan.signatures.certificats import MARQUE_D_ESSAI

PHRASE_D_ESSAI = "essai-essai"  # shown on the page of the demo: it protects nothing
ANNEES = timedelta(days=3650)


class Autorite:
    """A root with its key, that issues and revokes."""

    def __init__(self, nom: str, *, at: datetime) -> None:
        self.cle = ec.generate_private_key(ec.SECP256R1())
        self.at, self.revoques = at - timedelta(days=1), []  # type: tuple[datetime, list[x509.RevokedCertificate]]
        self.certificat = self._batir(nom, self.cle.public_key(), nom, self.at, self.at + ANNEES, racine=True)

    def _batir(
        self,
        nom: str,
        cle: rsa.RSAPublicKey | ec.EllipticCurvePublicKey,
        emetteur: str,
        debut: datetime,
        fin: datetime,
        *,
        racine: bool,
        horodatage: bool = False,
    ) -> x509.Certificate:
        usage = x509.KeyUsage(
            digital_signature=not racine, content_commitment=not racine, key_encipherment=False, data_encipherment=False,
            key_agreement=False, key_cert_sign=racine, crl_sign=racine, encipher_only=False, decipher_only=False,
        )  # fmt: skip
        constructeur = (
            x509.CertificateBuilder()
            .subject_name(_nommer(nom))
            .issuer_name(_nommer(emetteur))
            .public_key(cle)
            .serial_number(x509.random_serial_number())
            .not_valid_before(debut)
            .not_valid_after(fin)
            .add_extension(x509.BasicConstraints(ca=racine, path_length=None), critical=True)
            .add_extension(usage, critical=True)
            .add_extension(x509.SubjectKeyIdentifier.from_public_key(cle), critical=False)
            .add_extension(x509.AuthorityKeyIdentifier.from_issuer_public_key(self.cle.public_key()), critical=False)
        )
        if horodatage:
            constructeur = constructeur.add_extension(
                x509.ExtendedKeyUsage([ExtendedKeyUsageOID.TIME_STAMPING]), critical=True
            )
        return constructeur.sign(self.cle, hashes.SHA256())

    def emettre(
        self,
        nom: str,
        phrase: str,
        *,
        debut: datetime | None = None,
        fin: datetime | None = None,
        horodatage: bool = False,
    ) -> bytes:
        """A PKCS#12 with a new key, to sign or to time-stamp."""
        cle: rsa.RSAPrivateKey | ec.EllipticCurvePrivateKey = ec.generate_private_key(ec.SECP256R1())
        if horodatage:  # most time-stamp servers still sign with RSA
            cle = rsa.generate_private_key(65537, 2048)
        emetteur = str(self.certificat.subject.get_attributes_for_oid(NameOID.COMMON_NAME)[0].value)
        certificat = self._batir(
            nom,
            cle.public_key(),
            emetteur,
            debut or self.at,
            fin or self.at + ANNEES / 2,
            racine=False,
            horodatage=horodatage,
        )
        verrou = BestAvailableEncryption(phrase.encode())
        return pkcs12.serialize_key_and_certificates(nom.encode(), cle, certificat, [self.certificat], verrou)

    def revoquer(self, certificat: x509.Certificate, *, at: datetime) -> None:
        """From that instant."""
        constructeur = x509.RevokedCertificateBuilder().serial_number(certificat.serial_number).revocation_date(at)
        self.revoques.append(constructeur.build())

    def liste(self, *, at: datetime) -> bytes:
        """The revocation list, DER, good for ten years: a demo does not renew it."""
        constructeur = x509.CertificateRevocationListBuilder().issuer_name(self.certificat.subject)
        constructeur = constructeur.last_update(at - timedelta(hours=1)).next_update(at + ANNEES)
        for revoque in self.revoques:
            constructeur = constructeur.add_revoked_certificate(revoque)
        return constructeur.sign(self.cle, hashes.SHA256()).public_bytes(Encoding.DER)

    def racine(self) -> bytes:
        """The root certificate, PEM."""
        return self.certificat.public_bytes(Encoding.PEM)


def _nommer(nom: str) -> x509.Name:
    return x509.Name(
        [x509.NameAttribute(NameOID.COUNTRY_NAME, "FR"), x509.NameAttribute(NameOID.COMMON_NAME, nom[:64])]
    )


def installer(dossier: Path, commune: str, signataires: dict[str, str], *, at: datetime) -> None:
    """Make it in that folder, once: `racine.pem`, `liste.crl`, `cachet.p12`, and `<key>.p12` for each (key, name)."""
    if (dossier / "racine.pem").exists():
        return
    dossier.mkdir(parents=True, exist_ok=True)
    autorite = Autorite(f"{MARQUE_D_ESSAI} - autorité de {commune}"[:64], at=at)
    _ecrire(dossier / "cachet.p12", autorite.emettre(f"{MARQUE_D_ESSAI} - cachet, mairie de {commune}", PHRASE_D_ESSAI))
    for cle, nom in signataires.items():
        _ecrire(dossier / f"{cle}.p12", autorite.emettre(f"{MARQUE_D_ESSAI} - {nom}", PHRASE_D_ESSAI))
    _ecrire(dossier / "liste.crl", autorite.liste(at=at))
    _ecrire(dossier / "racine.pem", autorite.racine())  # the last: once it is there, all is


def _ecrire(fichier: Path, octets: bytes) -> None:
    descripteur = os.open(fichier, os.O_WRONLY | os.O_CREAT | os.O_TRUNC, 0o600)
    with os.fdopen(descripteur, "wb") as sortie:
        sortie.write(octets)
