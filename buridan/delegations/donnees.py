"""Data map of the register of delegations: agents and elected officials in office, never a requester."""

from buridan.outils.donnees import Effet, Table

_REGISTRE = "Who may sign what: the proof that a signature was given within a delegation."
TABLES = (
    Table("delegations.Arrete", _REGISTRE, "Always.",
          {Effet.TECHNIQUE: "id numero signe_le publie_le executoire_le a_confirmer",
           Effet.AGENT: "delegant delegant_fonction delegant_poste"}),
    Table("delegations.Delegation", _REGISTRE, "Always.",
          {Effet.TECHNIQUE: "id arrete nature entite plafond taxes priorite debut fin retiree_le retrait_motif prevenue_le",
           Effet.AGENT: "delegataire poste suppleant suppleant_poste retiree_par"}),
)  # fmt: skip
