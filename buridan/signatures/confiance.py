"""Whom the town trusts, and its seal: read from the settings; in the demo, the test authority."""

from datetime import datetime
from pathlib import Path

from asn1crypto import pem
from asn1crypto import x509 as asn1
from cryptography import x509
from django.conf import settings

from buridan.signatures.essai import PHRASE_D_ESSAI


def dossier_d_essai() -> Path:
    """Where the demo's test authority stands."""
    return Path(settings.DONNEES) / "autorite-essai"


def _fichiers(*motifs: str) -> list[Path]:
    dossiers = [Path(settings.AUTORITES)] if settings.AUTORITES else []
    if settings.DEMO:
        dossiers.append(dossier_d_essai())
    return [f for d in dossiers for motif in motifs for f in sorted(d.glob(motif))]


def racines() -> list[asn1.Certificate]:
    """Certificates of the authorities trusted."""
    trouvees = []
    for fichier in _fichiers("*.pem", "*.crt", "*.cer"):
        octets = fichier.read_bytes()
        blocs = [o for _nom, _tetes, o in pem.unarmor(octets, multiple=True)] if pem.detect(octets) else [octets]
        trouvees += [asn1.Certificate.load(bloc) for bloc in blocs]
    return trouvees


def listes_de_revocation() -> list[bytes]:
    """Revocation lists put beside them (DER or PEM)."""
    brutes = [f.read_bytes() for f in _fichiers("*.crl")]
    return [pem.unarmor(o)[2] if pem.detect(o) else o for o in brutes]


def revoque_le(certificat: x509.Certificate, moment: datetime) -> datetime | None:
    """When it was revoked, at that moment, by our own lists: most certificates name an address that we don't fetch."""
    for brute in listes_de_revocation():
        liste = x509.load_der_x509_crl(brute)
        trouve = liste.get_revoked_certificate_by_serial_number(certificat.serial_number)
        if liste.issuer == certificat.issuer and trouve is not None and trouve.revocation_date_utc <= moment:
            return trouve.revocation_date_utc
    return None


def cachet() -> tuple[bytes, str] | None:
    """(PKCS#12, passphrase) of the town's seal; None when there is none."""
    if settings.CACHET:
        return Path(settings.CACHET).read_bytes(), settings.CACHET_PHRASE
    essai = dossier_d_essai() / "cachet.p12"
    return (essai.read_bytes(), PHRASE_D_ESSAI) if settings.DEMO and essai.exists() else None
