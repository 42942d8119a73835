"""Data map of the circuits."""

from buridan.outils.donnees import Effet, Table

TABLES = (
    Table("circuits.VersionCircuit", "The path of each kind of dossier, as it was on the day it began.", "Always.",
          {Effet.TECHNIQUE: "id code numero titre nature texte publiee_le note base revision", Effet.AGENT: "auteur"}),
)  # fmt: skip
