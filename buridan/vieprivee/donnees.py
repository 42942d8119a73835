"""Data map of the erasures and of the read log."""

from buridan.outils.donnees import Effet, Table

_BORDEREAU = (
    "Elimination list: what was destroyed, on whose proposal and approval, with which visa (code du patrimoine L212-2)."
)
TABLES = (
    Table("vieprivee.Effacement", _BORDEREAU, "Always; it names no requester.",
          {Effet.TECHNIQUE: "id uuid genre visa_le demande_le approuve_le retire_le",
           Effet.AGENT: "demande_par approuve_par retire_par"}),
    Table("vieprivee.LigneEffacement", _BORDEREAU, "Always; it names no requester.",
          {Effet.TECHNIQUE: "id effacement dossier type clos_le conservation source sort_final echue_le fait_le refus"}),
    Table("vieprivee.Lecture", "Who opened which dossier, so that a misuse can be shown (RGPD art. 5-1 f, 32).",
          "12 months, then purged each night.", {Effet.TECHNIQUE: "id dossier quoi at", Effet.AGENT: "personne"}),
)  # fmt: skip
