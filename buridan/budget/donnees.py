"""Data map of the budget: no resident's data."""

from buridan.outils.donnees import Effet, Table

_BUDGET = "Know what each line still allows, and what each month used."
_COMPTES = "As long as the accounts (ten years); no personal data but the names of agents."
TABLES = (
    Table("budget.LigneBudget", _BUDGET, _COMPTES,
          {Effet.TECHNIQUE: "id exercice code libelle service section chapitre article fonction credits engage mandate extrait_le"
           " fermee a_confirmer mouvements"}),
    Table("budget.ImportBudget", "What the finance system said, who applied it and when.", _COMPTES,
          {Effet.TECHNIQUE: "id uuid fichier sha256 extrait_le exercices contenu ignorees etat at decide_le bilan",
           Effet.AGENT: "par decide_par"}),
    Table("budget.Releve", _BUDGET, _COMPTES, {Effet.TECHNIQUE: "id origine ligne credits engage mandate"}),
    Table("budget.Reservation", "Credits held back for orders; the supplier is a professional.", _COMPTES,
          {Effet.TECHNIQUE: "id ligne reference objet montant dossier derogation disponible_avant at engagement engage_le"
           " liberee_le liberee_motif", Effet.AGENT: "par"}),
)  # fmt: skip
