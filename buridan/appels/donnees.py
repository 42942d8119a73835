"""Data map of the calls. They speak of streets and works; what a syndicate or an agent typed may name somebody."""

from buridan.outils.donnees import Effet, Table

_APPELER = "Have the work done by the syndicate the town gave it to, and follow it (public task, RGPD art. 6-1 e)."
_DUREE = "The retention of calls (preset), counted from the day it was closed."
TABLES = (
    Table("appels.Syndicat", "Whom the town calls: a public body, its offices' address.", "As long as it is a member.",
          {Effet.TECHNIQUE: "id code nom courriel telephone adresse a_confirmer"}),
    Table("appels.Cle", "How the members of a syndicate share a cost.", "Always: calls keep theirs.",
          {Effet.TECHNIQUE: "id code nom genre source a_confirmer membres poids ville"}),
    Table("appels.Competence", "What it does for the town, and on which envelope.", "Always: calls stay readable.",
          {Effet.TECHNIQUE: "id code nom ordre syndicat service circuit ligne estimation cle genres active"}),
    Table("appels.Appel", _APPELER, _DUREE,
          {Effet.TECHNIQUE: "dossier competence cle origine",
           Effet.STATISTIQUE: "estimation part envoye_le reponse prevue_le faite_le cout part_due fini_le",
           Effet.REMPLACE: "lieu description"}, titre="Appel au syndicat", chemin="dossier", exportee=False),
    Table("appels.Echange", "What was said with the syndicate, by whom and when.", _DUREE,
          {Effet.SUPPRIME: "id appel genre canal texte jour at par"}, chemin="appel__dossier", ligne_supprimee=True,
          exportee=False),
)  # fmt: skip
