"""Data map of the requests, and of the catalogue they are taken from."""

from buridan.outils.donnees import Effet, Table

_REPONDRE = "Know what is asked, by whom and where, and answer (public task, RGPD art. 6-1 e)."
_DUREE = "The retention of its type, counted from the day the dossier was closed."
_CATALOGUE = "The catalogue: what can be asked, and how it is answered."
_TOUJOURS = "As long as it serves; no personal data."
TABLES = (
    Table("demandes.Demande", _REPONDRE, _DUREE,
          {Effet.TECHNIQUE: "dossier",
           Effet.STATISTIQUE: "type canal public recue_le recue_ailleurs_le satisfait satisfaction_le contestee_le"
           " a_remettre_depuis",
           Effet.VIDE: "reponses lieu latitude longitude organisme siret rna courriel telephone au_nom_de satisfaction_texte",
           Effet.REMPLACE: "description nom adresse"}, titre="Demande", chemin="dossier"),
    Table("demandes.Suspension", "When the law's clock stood still.", _DUREE,
          {Effet.TECHNIQUE: "id demande", Effet.STATISTIQUE: "demandees_le jusquau recues_le"},
          titre="Pièces demandées", chemin="demande__dossier"),
    Table("demandes.Precision", _REPONDRE, _DUREE, {Effet.SUPPRIME: "id demande texte at par"}, titre="Précisions",
          chemin="demande__dossier", ligne_supprimee=True),
    Table("demandes.Participant", "Tell those who joined how it ended.", _DUREE,
          {Effet.SUPPRIME: "id demande nom courriel at"}, chemin="demande__dossier", ligne_supprimee=True, exportee=False),
    Table("demandes.TypeDemande", _CATALOGUE, _TOUJOURS,
          {Effet.TECHNIQUE: "id code titre famille description mots service circuit circuit_du_fichier promesse lieu accuse"
           " circuit_professionnels silence silence_delai silence_source a_confirmer conservation conservation_source"
           " sort_final publics sensible"
           " urgence urgence_conseil pieces questions actif theme acte", Effet.CALCULE: "recherche"}),
    Table("demandes.ModeleReponse", _CATALOGUE, _TOUJOURS,
          {Effet.TECHNIQUE: "id code titre famille types texte version retire_le"}),
    Table("demandes.VersionModele", _CATALOGUE, "Always.",
          {Effet.TECHNIQUE: "id modele numero titre famille types texte at", Effet.AGENT: "par"}),
    Table("demandes.QuestionFrequente", _CATALOGUE, _TOUJOURS, {Effet.TECHNIQUE: "id ordre question reponse mots type"}),
    Table("demandes.Adresse", "Streets of the town, to type them without asking anybody outside.", _TOUJOURS,
          {Effet.TECHNIQUE: "id voie quartier latitude longitude recherche"}),
)  # fmt: skip
