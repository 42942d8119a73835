"""Requests to the administration: what silence means and when (CRPA L231-1, L231-4, L114-5, L114-3)."""

from datetime import date
from enum import StrEnum

from buridan.droit.delais import DateExpliquee, Delai, Unite, ajouter, date_expliquee

DEUX_MOIS = Delai(2, Unite.MOIS)


class Silence(StrEnum):
    """What silence means."""

    ACCEPTATION = "acceptation"
    REJET = "rejet"
    SANS_EFFET = "sans_effet"


def decision_implicite(recue_le: date, silence: Silence, *, delai: Delai = DEUX_MOIS) -> DateExpliquee | None:
    """Date of the implicit decision; None when silence has no effect."""
    if silence is Silence.SANS_EFFET:
        return None
    return date_expliquee(ajouter(recue_le, delai), "demandes.silence", f"Demande reçue le {recue_le:%d/%m/%Y}.")
