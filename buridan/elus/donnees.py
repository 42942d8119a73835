"""Data map of the matters of elected officials. A resident is named with his or her agreement only."""

from buridan.outils.donnees import Effet, Table

_REPONDRE = "Answer what an elected official brings in, and the resident who spoke to him or her (public task, RGPD art. 6-1 e)."
_DUREE = "The retention of matters (preset), counted from the day it was closed."
TABLES = (
    Table("elus.FormulaireElus", "The town's ways and subjects.", "Always: matters stay readable.",
          {Effet.TECHNIQUE: "id numero texte at"}),
    Table("elus.DemandeElu", _REPONDRE, _DUREE,
          {Effet.TECHNIQUE: "dossier formulaire devenue", Effet.STATISTIQUE: "sujet theme voie qui_repond accord_le",
           Effet.AGENT: "elu", Effet.REMPLACE: "texte",
           Effet.VIDE: "lieu latitude longitude habitant_nom habitant_courriel habitant_telephone"},
          titre="Demande portée par un élu", chemin="dossier"),
    Table("elus.ReponseHabitant", "The resident has one answer, and one only.", _DUREE,
          {Effet.TECHNIQUE: "demande", Effet.STATISTIQUE: "par moyen at", Effet.AGENT: "personne"},
          titre="Réponse donnée à l'habitant", chemin="demande__dossier"),
    Table("elus.Brouillon", "What somebody began to type and kept, for him or her alone; it may name a resident.",
          "Until it is sent; 30 days at most (a job every night).",
          {Effet.TECHNIQUE: "at", Effet.AGENT: "personne saisie fichiers"}),
)  # fmt: skip
