"""The town's seal on any bytes: a detached CMS (RFC 5652), and an RFC 3161 token beside it. openssl alone checks both."""

import asyncio
import hashlib
from datetime import datetime

from asn1crypto import cms
from cryptography import x509
from django.conf import settings
from pyhanko.sign.general import SigningError
from pyhanko.sign.signers.pdf_cms import PdfCMSSignedAttributes
from pyhanko.sign.timestamps import HTTPTimeStamper, TimestampRequestError
from pyhanko.sign.validation.generic_cms import async_validate_detached_cms, validate_tst_signed_data
from pyhanko.sign.validation.status import TimestampSignatureStatus

from buridan.outils.verdict import Refus
from buridan.signatures.certificats import fiche, peut_servir
from buridan.signatures.confiance import cachet
from buridan.signatures.controle_pdf import USAGE, Constat, confiance_au, pourquoi_pas_de_confiance, revocation
from buridan.signatures.pades import Signataire, par_coffre


def le_cachet(at: datetime) -> Signataire:
    """The town's seal, in force at that instant. Raises Refus."""
    coffre = cachet()
    if coffre is None:
        raise Refus(
            "La mairie n'a pas de cachet électronique installé : rien ne peut être scellé. Demandez à qui administre le site "
            "de l'installer (BURIDAN_CACHET)."
        )
    qui = par_coffre(*coffre)
    if not peut_servir(qui.fiche, at):
        raise Refus(
            "Le cachet électronique de la mairie n'est plus valable : elle doit le renouveler. Rien n'est signé."
        )
    return qui


def sceller_octets(octets: bytes, qui: Signataire, *, at: datetime) -> tuple[bytes, bytes | None]:
    """(the seal, the time stamp or None without a server), both DER and apart from the bytes. Raises Refus."""
    try:
        attributs = PdfCMSSignedAttributes(signing_time=at)
        signe = asyncio.run(
            qui.signer.async_sign_general_data(octets, "sha256", detached=True, signed_attr_settings=attributs)
        )
        jeton = None
        if settings.HORODATAGE:
            serveur = HTTPTimeStamper(settings.HORODATAGE, timeout=10)
            jeton = asyncio.run(serveur.async_timestamp(hashlib.sha256(octets).digest(), "sha256"))
    except (TimestampRequestError, OSError) as erreur:
        raise Refus(
            "Le serveur d'horodatage ne répond pas : rien n'a été scellé. Réessayez dans quelques minutes."
        ) from erreur
    except SigningError as erreur:
        raise Refus("Le cachet de la mairie n'a pas pu servir. Prévenez qui administre le site.") from erreur
    return signe.dump(), jeton.dump() if jeton is not None else None


def controler_sceau(octets: bytes, sceau: bytes, jeton: bytes | None, *, at: datetime) -> Constat:
    """What the seal of these bytes is worth, in words; a good time stamp proves the day. Never raises."""
    try:
        signe = cms.ContentInfo.load(sceau)["content"]
        certificat = _certificat(signe)
        qui = fiche(certificat)
    except Exception:  # a file made to mislead may break the reader anywhere
        return Constat("inconnu", "inconnu", None, False, False, ("Le cachet est abîmé : il ne se lit pas.",), ())
    prouvee = _date_prouvee(octets, jeton, at) if jeton is not None else None
    moment = prouvee or at
    try:
        statut = asyncio.run(async_validate_detached_cms(octets, signe, confiance_au(moment), key_usage_settings=USAGE))
    except Exception:
        rien = ("Ce cachet ne se vérifie pas : sa structure n'est pas celle d'une signature.",)
        return Constat(qui.titulaire, qui.emetteur, None, False, qui.essai, rien, ())
    if not statut.intact or not statut.valid:
        fautes: tuple[str, ...] = ("Ce qui est scellé a été modifié après le cachet.",)
    elif not statut.trusted:
        fautes = (pourquoi_pas_de_confiance(qui, moment),)
    else:
        fautes = revocation(certificat, qui.titulaire, moment)
    if jeton is not None and prouvee is None:
        fautes = (
            *fautes,
            "L'horodatage n'est pas celui de ce cachet, ou vient d'un serveur que la mairie ne reconnaît pas.",
        )
    remarques = (
        () if jeton is not None else ("La date est celle du serveur de la mairie : aucun horodatage ne la prouve.",)
    )
    date = prouvee or statut.signer_reported_dt
    return Constat(qui.titulaire, qui.emetteur, date, prouvee is not None, qui.essai, fautes, remarques)


def _certificat(signe: cms.SignedData) -> x509.Certificate:
    """The one that signed, among those that came along."""
    voulu = signe["signer_infos"][0]["sid"].chosen["serial_number"].native
    candidats = [c.chosen for c in signe["certificates"]]
    return x509.load_der_x509_certificate(next(c for c in candidats if c.serial_number == voulu).dump())


def _date_prouvee(octets: bytes, jeton: bytes, at: datetime) -> datetime | None:
    """What a good token of a trusted server says of these bytes; None otherwise."""
    try:
        signe = cms.ContentInfo.load(jeton)["content"]
        lu = validate_tst_signed_data(signe, confiance_au(at), lambda algo: hashlib.new(algo, octets).digest())
        statut = TimestampSignatureStatus(**asyncio.run(lu))
    except Exception:
        return None
    date: datetime = statut.timestamp
    return date if statut.intact and statut.valid and statut.trusted else None
