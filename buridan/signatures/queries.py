"""Reads signatures: the PDF that bears an answer, the ones of a dossier."""

import hashlib

from buridan.dossiers.fichiers import chemin
from buridan.dossiers.models import Dossier, Reponse
from buridan.signatures.models import Signature


def condenser(dossier: Dossier, texte: str, sens: str) -> str:
    """Digest of what is signed: this answer, of this turn of this dossier, with this meaning."""
    return hashlib.sha256(f"{dossier.uuid}\0{dossier.tour}\0{sens}\0{texte}".encode()).hexdigest()


def derniere(dossier: Dossier, condense: str) -> Signature | None:
    """The latest electronic signature of that very text."""
    signees = Signature.objects.filter(etape__dossier=dossier, condense=condense, document__isnull=False)
    return signees.select_related("document").order_by("-pk").first()


def pdf_signe(dossier: Dossier, reponse: Reponse | None) -> bytes | None:
    """The signed letter of an answer, or of a draft signed and not sent yet; None when that text was not signed."""
    texte, sens = (reponse.texte, reponse.sens) if reponse else (dossier.projet_reponse, dossier.projet_sens)
    tour = reponse.tour if reponse else dossier.tour
    signature = derniere(dossier, condenser(Dossier(uuid=dossier.uuid, tour=tour), texte, sens))
    if signature is None or signature.document is None:
        return None
    fichier = chemin(signature.document.sha256)
    return fichier.read_bytes() if fichier.exists() else None
