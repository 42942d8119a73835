"""Data map of the internal requests. They are about agents at work, and now and then about how one of them lives."""

from buridan.outils.donnees import Effet, Table

_DUREE = "The retention of internal requests (preset), counted from the day it was closed."
TABLES = (
    Table("decisions.FormulaireDecision", "The town's importances and models of internal requests.",
          "Always: requests stay readable.", {Effet.TECHNIQUE: "id numero texte at"}),
    Table("decisions.DemandeInterne", "What an agent or a service asks of its hierarchy (public task, RGPD art. 6-1 e).", _DUREE,
          {Effet.TECHNIQUE: "dossier formulaire auteur encadrant",
           Effet.STATISTIQUE: "modele importance au_nom_du_service envoyee_le",
           Effet.AGENT: "demandeur", Effet.REMPLACE: "texte", Effet.VIDE: "coauteur"},
          titre="Demande interne", chemin="dossier", exportee=False),
)  # fmt: skip
