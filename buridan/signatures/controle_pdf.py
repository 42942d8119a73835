"""Check the signatures of a PDF and say it in plain words. Reads no network: authorities and lists come from the settings."""

from dataclasses import dataclass
from datetime import UTC, datetime
from io import BytesIO
from typing import Any

from cryptography import x509
from pyhanko.pdf_utils.reader import PdfFileReader
from pyhanko.sign.diff_analysis import ModificationLevel
from pyhanko.sign.validation import validate_pdf_signature
from pyhanko.sign.validation.pdf_embedded import EmbeddedPdfSignature
from pyhanko.sign.validation.settings import KeyUsageConstraints
from pyhanko.sign.validation.status import PdfSignatureStatus
from pyhanko_certvalidator import ValidationContext

from buridan.circuits.niveaux import Niveau
from buridan.signatures.certificats import fiche
from buridan.signatures.confiance import racines, revoque_le
from buridan.signatures.niveau import niveau_du_certificat

USAGE = KeyUsageConstraints(key_usage={"non_repudiation", "digital_signature"}, match_all_key_usages=False)


@dataclass(frozen=True, slots=True)
class Constat:
    """One signature in words. `valable`: nothing to object; `fautes` says what there is; `date` is what it claims, or what
    a time stamp proves (`horodatee`); `niveau` holds for a person's, not for a seal."""

    titulaire: str
    emetteur: str
    date: datetime | None
    horodatee: bool
    essai: bool
    fautes: tuple[str, ...]
    remarques: tuple[str, ...]
    niveau: Niveau = Niveau.SIMPLE

    @property
    def valable(self) -> bool:
        """Nothing to object."""
        return not self.fautes


@dataclass(frozen=True, slots=True)
class Rapport:
    """All signatures of a file. `illisible`: why it can't be read at all."""

    constats: tuple[Constat, ...] = ()
    illisible: str = ""

    @property
    def valable(self) -> bool:
        """Signed, and every signature is good."""
        return bool(self.constats) and all(c.valable for c in self.constats)

    @property
    def phrase(self) -> str:
        """The whole in a sentence."""
        if self.illisible:
            return self.illisible
        if not self.constats:
            return "Ce document n'est pas signé électroniquement."
        if self.valable:
            nombre = len(self.constats)
            return "Signature valable." if nombre == 1 else f"Les {nombre} signatures sont valables."
        mauvaises = sum(not c.valable for c in self.constats)
        if mauvaises == len(self.constats) == 1:
            return "La signature est à refuser."
        return f"Signatures à refuser : {mauvaises} sur {len(self.constats)}."


def controler(pdf: bytes, *, at: datetime) -> Rapport:
    """The report. Never raises: a file made to mislead is unreadable or faulty."""
    try:
        trouvees = PdfFileReader(BytesIO(pdf), strict=False).embedded_signatures
    except Exception:  # what strangers send may break the reader anywhere
        return Rapport(illisible="Ce fichier n'est pas un PDF lisible : ses signatures ne peuvent pas être vérifiées.")
    return Rapport(tuple(_constater(s, at) for s in trouvees))


def _constater(signature: EmbeddedPdfSignature, at: datetime) -> Constat:
    try:
        certificat = x509.load_der_x509_certificate(signature.signer_cert.dump())
        qui = fiche(certificat)
    except Exception:
        return Constat("inconnu", "inconnu", None, False, False, ("La signature est abîmée : elle ne se lit pas.",), ())
    date = signature.self_reported_timestamp
    try:
        statut = _valider(signature, at)
        prouvee = _date_prouvee(statut)
        if prouvee is not None:  # what was good on a proven day stays so, whatever happened to the certificate since
            statut, date = _valider(signature, prouvee), prouvee
        fautes = _fautes(statut, qui, date, prouvee or at) or revocation(certificat, qui.titulaire, prouvee or at)
    except Exception:
        rien = ("Cette signature ne se vérifie pas : sa structure n'est pas celle d'une signature PDF.",)
        return Constat(qui.titulaire, qui.emetteur, date, False, qui.essai, rien, ())
    remarques = _remarques(statut, prouvee is not None)
    niveau = niveau_du_certificat(signature.signer_cert, reconnu=not fautes)
    return Constat(qui.titulaire, qui.emetteur, date, prouvee is not None, qui.essai, fautes, remarques, niveau)


def _date_prouvee(statut: PdfSignatureStatus) -> datetime | None:
    """What a good time stamp of a trusted server says."""
    preuve = statut.timestamp_validity
    if preuve is None or not (preuve.valid and preuve.intact and preuve.trusted):
        return None
    date: datetime = preuve.timestamp
    return date


def _valider(signature: EmbeddedPdfSignature, moment: datetime) -> PdfSignatureStatus:
    return validate_pdf_signature(signature, confiance_au(moment), confiance_au(moment), key_usage_settings=USAGE)


def confiance_au(moment: datetime) -> ValidationContext:
    """Whom the town trusts, on that instant; a context serves one check."""
    return ValidationContext(trust_roots=racines(), allow_fetching=False, moment=moment, revocation_mode="soft-fail")


def revocation(certificat: x509.Certificate, titulaire: str, moment: datetime) -> tuple[str, ...]:
    """Asked of our own lists: pyHanko looks only where the certificate says, and most say an address we don't fetch."""
    le = revoque_le(certificat, moment)
    if le is None:
        return ()
    return (f"Le certificat de {titulaire} a été révoqué le {le:%d/%m/%Y} : son titulaire ne devait plus s'en servir.",)


def _fautes(statut: PdfSignatureStatus, certificat: Any, declaree: datetime | None, at: datetime) -> tuple[str, ...]:
    fautes = []
    if not statut.intact:
        fautes.append("Le document a été modifié après la signature.")
    elif not statut.valid:
        fautes.append("La signature ne correspond pas à son certificat.")
    elif statut.modification_level is ModificationLevel.OTHER or not statut.docmdp_ok:
        fautes.append("Le document a été modifié après la signature : quelque chose y a été ajouté.")
    if fautes:  # whom to trust is not even asked of what was changed
        return tuple(fautes)
    if not statut.trusted:
        fautes.append(pourquoi_pas_de_confiance(certificat, at))
    if declaree is not None and not certificat.valide_du <= declaree.astimezone(UTC) <= certificat.valide_au:
        debut, fin = certificat.valide_du, certificat.valide_au
        phrase = f"Le certificat n'était pas valable le jour de la signature (il l'est du {debut:%d/%m/%Y} au {fin:%d/%m/%Y})."
        fautes.append(phrase)
    return tuple(dict.fromkeys(fautes))


def pourquoi_pas_de_confiance(certificat: Any, at: datetime) -> str:
    """Why a certificate that no authority of ours vouches for is not trusted, in words."""
    if at > certificat.valide_au:
        return f"Le certificat a expiré le {certificat.valide_au:%d/%m/%Y}."
    if at < certificat.valide_du:
        return f"Le certificat ne vaut qu'à partir du {certificat.valide_du:%d/%m/%Y}."
    return (
        f"L'autorité « {certificat.emetteur} », qui a émis ce certificat, n'est pas de celles que la mairie reconnaît : "
        "on ne sait pas qui a signé."
    )


def _remarques(statut: PdfSignatureStatus, horodatee: bool) -> tuple[str, ...]:
    remarques = []
    if not horodatee:
        remarques.append("La date est celle que le signataire déclare : aucun serveur d'horodatage ne la prouve.")
    if statut.modification_level in (ModificationLevel.FORM_FILLING, ModificationLevel.LTA_UPDATES):
        remarques.append(
            "Une autre signature, ou une information de vérification, a été ajoutée ensuite : c'est permis."
        )
    return tuple(remarques)
