"""Data map of the retention table."""

from buridan.outils.donnees import Effet, Table

TABLES = (
    Table("archives.RegleConservation", "How long closed dossiers are kept, and what becomes of them then.", "Always.",
          {Effet.TECHNIQUE: "id nature duree sort_final source"}),
)  # fmt: skip
