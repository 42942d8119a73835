"""Data map of the organisation: agents and elected officials in office, never a requester."""

from buridan.outils.donnees import Effet, Table

_ANNUAIRE = "Who holds which post on which day: who must act, and who acted in what capacity."
_TOUJOURS = "As long as the dossiers that name them; the history of the organisation is kept."
_PERIODE = "id debut fin du_fichier"
TABLES = (
    Table("organisation.Entite", _ANNUAIRE, _TOUJOURS, {Effet.TECHNIQUE: "id code"}),
    Table("organisation.VersionEntite", _ANNUAIRE, _TOUJOURS,
          {Effet.TECHNIQUE: f"{_PERIODE} entite nom genre parent ordre telephone courriel adresse a_confirmer"}),
    Table("organisation.Poste", _ANNUAIRE, _TOUJOURS, {Effet.TECHNIQUE: "id code"}),
    Table("organisation.VersionPoste", _ANNUAIRE, _TOUJOURS,
          {Effet.TECHNIQUE: f"{_PERIODE} poste entite intitule responsable droits"}),
    Table("organisation.Personne", "The account of an agent or elected official; who acted.", _TOUJOURS,
          {Effet.TECHNIQUE: "id", Effet.AGENT: "password last_login cle civilite prenom nom email telephone is_active"}),
    Table("organisation.Affectation", _ANNUAIRE, _TOUJOURS, {Effet.TECHNIQUE: _PERIODE, Effet.AGENT: "personne poste"}),
    Table("organisation.Mandat", _ANNUAIRE, _TOUJOURS,
          {Effet.TECHNIQUE: _PERIODE, Effet.AGENT: "personne fonction rang themes"}),
    Table("organisation.Absence", "Who acts while somebody is away.", _TOUJOURS,
          {Effet.TECHNIQUE: _PERIODE, Effet.AGENT: "personne motif saisie_par"}),
    Table("organisation.Suppleance", _ANNUAIRE, _TOUJOURS, {Effet.TECHNIQUE: f"{_PERIODE} poste suppleant nature"}),
    Table("organisation.Revision", "Says when a copy in memory is stale.", "One row.", {Effet.TECHNIQUE: "id numero"}),
)  # fmt: skip
