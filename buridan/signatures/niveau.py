"""What level a way of signing gives (eIDAS): the one place that says it."""

import asyncio
from collections.abc import Iterable
from datetime import datetime

from asn1crypto import x509 as asn1
from cryptography import x509
from pyhanko.sign.ades.qualified_asn1 import get_qc_statements
from pyhanko_certvalidator import CertificateValidator, ValidationContext
from pyhanko_certvalidator.errors import PathBuildingError, ValidationError

from buridan.circuits.niveaux import Niveau
from buridan.signatures.confiance import racines, revoque_le
from buridan.signatures.models import Moyen

PAR_LIEN = Niveau.SIMPLE  # a link and a code sent by mail: nothing else says who it was


def niveau_de(
    moyen: Moyen, certificat: asn1.Certificate | None, chaine: Iterable[asn1.Certificate], at: datetime
) -> Niveau:
    """Of a signature made here by that means. `certificat`: the one that signs, with those that came with it; None on paper."""
    if moyen == Moyen.PAPIER or certificat is None:
        return Niveau.PAPIER
    if moyen == Moyen.CACHET:
        return Niveau.CACHET
    return niveau_du_certificat(certificat, reconnu=_reconnu(certificat, chaine, at))


def niveau_du_certificat(certificat: asn1.Certificate, *, reconnu: bool) -> Niveau:
    """Of a signature by a person's certificate. `reconnu`: it leads to an authority that the town trusts, and is not revoked;
    otherwise nothing says whose it is, whatever it claims (article 26).
    """
    if not reconnu:
        return Niveau.SIMPLE
    return Niveau.QUALIFIEE if _se_dit_qualifie(certificat) else Niveau.AVANCEE


def _se_dit_qualifie(certificat: asn1.Certificate) -> bool:
    """A qualified certificate for signatures, its key in a qualified device (ETSI EN 319 412-5: QcCompliance, QcSSCD, QcType)."""
    try:
        dits = {s["statement_id"].native: s for s in get_qc_statements(certificat)}
        genres = [g.native for g in dits["qc_type"]["statement_info"]] if "qc_type" in dits else ["qct_esign"]
    except (ValueError, TypeError, KeyError):
        return False
    return {"qc_compliance", "qc_sscd"} <= set(dits) and "qct_esign" in genres


def _reconnu(certificat: asn1.Certificate, chaine: Iterable[asn1.Certificate], at: datetime) -> bool:
    if revoque_le(x509.load_der_x509_certificate(certificat.dump()), at) is not None:
        return False
    contexte = ValidationContext(
        trust_roots=racines(), allow_fetching=False, moment=at, revocation_mode="soft-fail", other_certs=list(chaine)
    )
    try:
        asyncio.run(CertificateValidator(certificat, validation_context=contexte).async_validate_path())
    except (PathBuildingError, ValidationError):
        return False
    return True
