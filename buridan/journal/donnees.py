"""Data map of the journal: the content of a line is erasable, the chain is not."""

from buridan.outils.donnees import Effet, Table

_PREUVE = "Proof of who did what, when, and that nobody rewrote it."
_TOUJOURS = "Always; the content of the lines goes when the dossier is erased."
TABLES = (
    Table("journal.Chaine", _PREUVE, _TOUJOURS, {Effet.TECHNIQUE: "uuid numero tete"}),
    Table("journal.Ligne", _PREUVE, _TOUJOURS,
          {Effet.TECHNIQUE: "id chaine numero condense precedent sceau", Effet.STATISTIQUE: "at verbe etape",
           Effet.AGENT: "auteur"}),
    Table("journal.Charge", _PREUVE, "As long as the dossier.", {Effet.SUPPRIME: "ligne contenu"}, titre="Historique",
          chemin="ligne__chaine", par_uuid=True, a_part=True),
    Table("journal.Sceau", _PREUVE, _TOUJOURS,
          {Effet.TECHNIQUE: "id jour at depuis jusqua racine precedent empreinte"}),
)  # fmt: skip
