"""Data map of the orders. They speak of what the town buys; a supplier who is one person alone is named in them."""

from buridan.outils.donnees import Effet, Table

_ACHETER = "Buy, and show what was bought, from whom, on which credits (public task, RGPD art. 6-1 e)."
_DUREE = "The retention of orders (preset), counted from the day it was closed."
TABLES = (
    Table("commandes.ReglesCommande", "The town's rules of orders.", "Always: orders stay readable.",
          {Effet.TECHNIQUE: "id numero texte at"}),
    Table("commandes.Commande", _ACHETER, _DUREE,
          {Effet.TECHNIQUE: "dossier auteur ligne marche livraison livrer_le facture facture_le precisions",
           Effet.STATISTIQUE: "siret famille soumise_le signee_le envoyee_le envoi recue_le "
                              "service_fait_le facture_ttc derogation",
           Effet.AGENT: "derogation_par", Effet.REMPLACE: "fournisseur", Effet.VIDE: "adresse courriel recue_par recue_mot"},
          titre="Bon de commande", chemin="dossier", exportee=False),
    Table("commandes.LigneCommande", "What was bought, line by line.", _DUREE,
          {Effet.TECHNIQUE: "id commande rang designation unite", Effet.STATISTIQUE: "quantite prix taux",
           Effet.CALCULE: "ht tva"}),
)  # fmt: skip
