"""Reads requests for a signature outside."""

from django.db.models import QuerySet

from buridan.dossiers.models import Document, Dossier
from buridan.dossiers.natures import Concerne
from buridan.signataires.etats import Etat, Moyen
from buridan.signataires.models import DemandeSignature, LienSignature
from buridan.signataires.secrets import condenser_jeton

AU_PLUS = 200


def lien_du_jeton(jeton: str) -> LienSignature | None:
    """The link of that key, dead or not; None when there never was one, or its dossier was erased."""
    liens = LienSignature.objects.select_related("demande__dossier", "demande__document", "demande__signe")
    return liens.filter(condense=condenser_jeton(jeton)).first()


def demandes_de(dossier: Dossier) -> QuerySet[DemandeSignature]:
    """The requests of a dossier, the latest first, with the links they were sent."""
    demandes = DemandeSignature.objects.filter(dossier=dossier).select_related("document", "signe", "preuve")
    return demandes.prefetch_related("liens").order_by("-pk")


def _signees(demande: DemandeSignature) -> QuerySet[DemandeSignature]:
    """What was signed of this document, the first one first."""
    signees = DemandeSignature.objects.filter(document=demande.document_id, etat=Etat.SIGNEE)
    return signees.select_related("signe").order_by("signe")


def commence_par_un_lien(demande: DemandeSignature) -> bool:
    """The first who signed it did so by link: a page was added for that."""
    premiere = _signees(demande).first()
    return premiere is not None and premiere.moyen == Moyen.LIEN


def a_signer(demande: DemandeSignature) -> Document:
    """The document as it stands: what others signed of it already, else as it was chosen."""
    derniere = _signees(demande).last()
    return derniere.signe if derniere is not None and derniere.signe is not None else demande.document


def pdfs_de(dossier: Dossier) -> QuerySet[Document]:
    """What may be sent to be signed: its PDFs, the latest first. Not what came of it: who signs next signs on top of it."""
    demandes = DemandeSignature.objects.filter(dossier=dossier, etat=Etat.SIGNEE)
    pdfs = Document.objects.filter(dossier=dossier, type_mime="application/pdf")
    nes = [pk for paire in demandes.values_list("signe", "preuve") for pk in paire]
    return pdfs.exclude(pk__in=nes).order_by("-at", "-pk")


def signataires(mots: str) -> list[Concerne]:
    """People asked to sign, with this e-mail, or with all these words in their name; the latest first, once for a dossier."""
    demandes = DemandeSignature.objects.filter(dossier__efface_le=None).order_by("-pk")
    if "@" in mots:
        demandes = demandes.filter(courriel__iexact=mots)
    for mot in [] if "@" in mots else mots.split():
        demandes = demandes.filter(nom__icontains=mot)
    trouves = {(d.dossier_id, d.courriel.lower()): d for d in reversed(demandes[:AU_PLUS])}
    return [Concerne(d.dossier_id, d.nom, d.courriel, participant=True) for d in reversed(trouves.values())]
