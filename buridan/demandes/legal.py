"""The law's dates of one request: promise, implicit decision, and why."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date

from buridan.demandes.models import Demande, Silence, TypeDemande
from buridan.dossiers.etats import EtatDossier
from buridan.droit import demandes as droit
from buridan.droit.delais import DateExpliquee, Delai, date_legale, expliquer


@dataclass(frozen=True, slots=True)
class Dates:
    """What the requester is told when the request is received."""

    promesse: DateExpliquee
    implicite: DateExpliquee | None


def dates(
    type_demande: TypeDemande,
    recue_le: date,
    *,
    ailleurs_le: date | None = None,
    pieces: Iterable[droit.DemandeDePieces] = (),
) -> Dates:
    """Promise and implicit decision of a request the town hall received on that day.

    `ailleurs_le`: the day another administration, which sent it on, received it (CRPA L114-3).
    """
    implicite = droit.decision_implicite(
        ailleurs_le or recue_le, droit.Silence(type_demande.silence), delai=Delai.lire(type_demande.silence_delai),
        transmise_le=recue_le if ailleurs_le else None, pieces=list(pieces),
    )  # fmt: skip
    return Dates(expliquer(recue_le, Delai.lire(type_demande.promesse)), implicite)


def dates_de(demande: Demande) -> Dates:
    """Dates of a filed request as they stand: with the pieces asked since, and from the contest when it was contested.

    An answer was given to a request opened again: only a contest, which is an administrative appeal, starts a new clock, at
    the end of which silence is a refusal (CRPA L231-4, 2°).
    """
    pieces = [droit.DemandeDePieces(s.demandees_le, s.jusquau, s.recues_le) for s in demande.suspensions.all()]
    dates_du_depot = dates(demande.type, demande.recue_le, ailleurs_le=demande.recue_ailleurs_le, pieces=pieces)
    if demande.dossier.tour == 1 or demande.type.silence == Silence.SANS_EFFET:
        return dates_du_depot
    if demande.contestee_le is None:
        return Dates(dates_du_depot.promesse, None)
    le = date_legale(demande.contestee_le)
    depuis = [p for p in pieces if p.demandees_le >= le]
    return Dates(dates_du_depot.promesse, droit.decision_implicite(le, droit.Silence.REJET, pieces=depuis))


def phrase_silence(demande: Demande, implicite: DateExpliquee | None) -> str:
    """What silence means, for the acknowledgement (CRPA R112-5) and the tracking page."""
    if demande.type.silence == Silence.SANS_EFFET:
        return droit.phrase_du_silence(droit.Silence.SANS_EFFET, demande.recue_le)
    if implicite is None and demande.dossier.tour > 1:
        return "Vous avez déjà reçu une réponse ; nous réexaminons votre demande."
    if implicite is None:
        return (
            f"Le délai de {demande.type.silence_delai} partira du jour où nous aurons reçu les pièces demandées ; sans "
            "réponse à la fin de ce délai, votre demande sera considérée comme acceptée."
        )
    return droit.phrase_du_silence(sens_du_silence(demande), implicite.date)


def sens_du_silence(demande: Demande) -> droit.Silence:
    """What silence decides: of a contest, a refusal."""
    return droit.Silence.REJET if demande.contestee_le is not None else droit.Silence(demande.type.silence)


def silence_passe(demande: Demande, implicite: DateExpliquee | None, jour: date) -> str:
    """What silence has decided of an open request, once its day is over; empty before."""
    if implicite is None or implicite.date >= jour or demande.dossier.etat == EtatDossier.CLOS:
        return ""
    return droit.phrase_apres_silence(sens_du_silence(demande), implicite.date)
