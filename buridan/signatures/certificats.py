"""Certificates and keys: opened, described, refused with words. Nothing here touches the database."""

import re
from dataclasses import dataclass
from datetime import UTC, datetime

from cryptography import x509
from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.asymmetric import ec, rsa
from cryptography.hazmat.primitives.serialization import BestAvailableEncryption, pkcs12
from cryptography.x509.oid import NameOID

from buridan.outils.texte import sans_accents
from buridan.outils.verdict import OUI, Refus, Verdict, non

MARQUE_D_ESSAI = "CERTIFICAT D'ESSAI"  # in the name of the demo's authority, and so of all it issues
SANS_VALEUR = "Certificat d'essai, sans valeur juridique"
TAILLE_MAX = 64 * 1024


@dataclass(frozen=True, slots=True)
class Fiche:
    """What a certificate says."""

    titulaire: str
    emetteur: str
    valide_du: datetime
    valide_au: datetime
    empreinte: str
    essai: bool


def fiche(certificat: x509.Certificate) -> Fiche:
    """Read it."""
    emetteur = _nom(certificat.issuer)
    return Fiche(
        _nom(certificat.subject), emetteur, certificat.not_valid_before_utc, certificat.not_valid_after_utc,
        certificat.fingerprint(hashes.SHA256()).hex(), MARQUE_D_ESSAI in certificat.issuer.rfc4514_string().upper(),
    )  # fmt: skip


def _nom(nom: x509.Name) -> str:
    communs = nom.get_attributes_for_oid(NameOID.COMMON_NAME)
    return str(communs[0].value)[:200] if communs else nom.rfc4514_string()[:200]


def ouvrir(coffre: bytes, phrase: str) -> tuple[bytes, Fiche]:
    """(the same PKCS#12, locked again by the strongest cipher at hand, what it says). Raises Refus with the reason."""
    if len(coffre) > TAILLE_MAX:
        raise Refus(
            "Ce fichier est trop lourd pour un certificat. Choisissez le fichier .p12 ou .pfx remis par votre autorité."
        )
    if not phrase:
        raise Refus("Écrivez le mot de passe du certificat.")
    try:
        cle, certificat, chaine = pkcs12.load_key_and_certificates(coffre, phrase.encode())
    except ValueError as erreur:
        if "password" in str(erreur).lower() or "mac" in str(erreur).lower():
            raise Refus("Ce n'est pas le mot de passe de ce certificat. Vérifiez-le, puis réessayez.") from None
        raise Refus("Ce fichier n'est pas un certificat PKCS#12 (.p12 ou .pfx).") from None
    if certificat is None or not isinstance(cle, rsa.RSAPrivateKey | ec.EllipticCurvePrivateKey):
        raise Refus("Ce fichier ne contient pas un certificat avec sa clé (RSA ou courbe elliptique).")
    if cle.public_key() != certificat.public_key():
        raise Refus("La clé de ce fichier n'est pas celle de son certificat. Demandez-en un autre à votre autorité.")
    verrou = BestAvailableEncryption(phrase.encode())
    return pkcs12.serialize_key_and_certificates(b"buridan", cle, certificat, chaine, verrou), fiche(certificat)


def est_a_son_nom(certificat: Fiche, nom: str) -> Verdict:
    """It bears a word of that family name, whatever the case, the accents and what stands beside."""
    mots = set(re.findall(r"\w+", sans_accents(nom)))
    if not mots or mots & set(re.findall(r"\w+", sans_accents(certificat.titulaire))):
        return OUI
    return non(
        f"Ce certificat est au nom de « {certificat.titulaire} » : chacun signe avec le sien. S'il est bien à vous (nom de "
        "naissance, nom d'usage), cochez « Ce certificat est à moi sous un autre nom », puis redonnez le fichier et son mot de "
        "passe."
    )


def peut_servir(certificat: Fiche, at: datetime) -> Verdict:
    """Within its days."""
    if at >= certificat.valide_au:
        return non(
            f"Votre certificat a expiré le {certificat.valide_au:%d/%m/%Y}. Déposez le nouveau dans « Mon certificat »."
        )
    if at < certificat.valide_du:
        return non(f"Votre certificat ne vaut qu'à partir du {certificat.valide_du.astimezone(UTC):%d/%m/%Y}.")
    return OUI
