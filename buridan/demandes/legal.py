"""The law's dates of one request: promise, implicit decision, and why."""

from dataclasses import dataclass
from datetime import date

from buridan.demandes.models import Silence, TypeDemande
from buridan.dossiers.etats import ATTENTE_DU_DEMANDEUR
from buridan.dossiers.models import Dossier
from buridan.droit import demandes as droit
from buridan.droit.delais import DateExpliquee, Delai, ajouter, expliquer


@dataclass(frozen=True, slots=True)
class Dates:
    """What the requester is told when the request is received."""

    promesse: DateExpliquee
    implicite: DateExpliquee | None


def dates(type_demande: TypeDemande, recue_le: date) -> Dates:
    """Promise and implicit decision of a request received on that day."""
    implicite = droit.decision_implicite(
        recue_le, droit.Silence(type_demande.silence), delai=Delai.lire(type_demande.silence_delai)
    )
    return Dates(expliquer(recue_le, Delai.lire(type_demande.promesse)), implicite)


def promesse(type_demande: TypeDemande, recue_le: date) -> date:
    """Day promised to the requester."""
    return ajouter(recue_le, Delai.lire(type_demande.promesse))


def apres_suspension(dossier: Dossier, *, reprise: date) -> date | None:
    """Implicit decision's date when a dossier on hold resumes on that day (CRPA L114-5).

    Only a question to the requester touches the clock: silence that accepts starts again when the file is complete;
    silence that rejects was suspended for the time given, or until the requester answered if that came first.
    """
    if dossier.legal_le is None or dossier.attente_depuis is None or dossier.attente_motif != ATTENTE_DU_DEMANDEUR:
        return dossier.legal_le
    type_demande = TypeDemande.objects.get(demandes=dossier.pk)
    if type_demande.silence == Silence.ACCEPTATION:
        return ajouter(reprise, Delai.lire(type_demande.silence_delai))
    fin = min(reprise, dossier.attente_jusquau or reprise)
    return dossier.legal_le + (fin - dossier.attente_depuis)


def phrase_silence(type_demande: TypeDemande, implicite: DateExpliquee | None) -> str:
    """What silence means, for the acknowledgement (CRPA R112-5)."""
    if implicite is None:
        return "L'absence de réponse ne vaut ni accord ni refus."
    jour = f"{implicite.date:%d/%m/%Y}"
    if type_demande.silence == Silence.ACCEPTATION:
        return (
            f"Sans réponse de notre part le {jour}, votre demande sera considérée comme acceptée "
            "(une attestation peut vous être délivrée : CRPA L232-3)."
        )
    return (
        f"Sans réponse de notre part le {jour}, votre demande sera considérée comme refusée ; vous aurez alors deux mois "
        "pour saisir le maire (recours gracieux) ou le tribunal administratif (recours contentieux, CJA R421-1)."
    )
