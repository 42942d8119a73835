"""Data map of the form tokens."""

from buridan.outils.donnees import Effet, Table

TABLES = (
    Table("interface.Jeton", "A form has one effect, even sent twice.", "30 days, then purged each night.",
          {Effet.TECHNIQUE: "jeton resultat at"}),
)  # fmt: skip
