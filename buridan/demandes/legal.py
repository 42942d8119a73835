"""The law's dates of one request: promise, implicit decision, and why."""

from dataclasses import dataclass
from datetime import date

from buridan.demandes.models import Silence, TypeDemande
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
    """Implicit decision's date when the dossier resumes on that day (CRPA L114-5: the days of suspension are added)."""
    if dossier.legal_le is None or dossier.attente_depuis is None:
        return dossier.legal_le
    return dossier.legal_le + (reprise - dossier.attente_depuis)


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
