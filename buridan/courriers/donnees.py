"""Data map of the letters and of their registers."""

from buridan.outils.donnees import Effet, Table

_REPONDRE = "Know what was received and sent, from and to whom, and answer (public task, RGPD art. 6-1 e)."
_DUREE = (
    "The retention of letters (preset), counted from the day the dossier was closed. The number stays in the register."
)
_BUREAU = "How the mail office works."
_TOUJOURS = "As long as it serves; no personal data of residents."
TABLES = (
    Table("courriers.Courrier", _REPONDRE, _DUREE,
          {Effet.TECHNIQUE: "dossier annee numero destinataire",
           Effet.STATISTIQUE: "sens arrive_le genre origine effet silence echeance confidentiel ouvert_le accuse_le",
           Effet.AGENT: "ouvert_par", Effet.VIDE: "recommande organisme adresse courriel telephone contact cle annexes",
           Effet.REMPLACE: "expediteur"}, titre="Courrier", chemin="dossier"),
    Table("courriers.Depart", _REPONDRE, _DUREE,
          {Effet.TECHNIQUE: "id dossier annee numero", Effet.STATISTIQUE: "tour objet at moyen recu_le revenu_le",
           Effet.AGENT: "par", Effet.VIDE: "recommande adresse courriel motif_retour", Effet.REMPLACE: "nom"},
          titre="Envois", chemin="dossier", a_son_adresse="courriel"),
    Table("courriers.Complement", "Ask a sender for what is missing, and stop the law's clock (CRPA L114-5).", _DUREE,
          {Effet.TECHNIQUE: "depart", Effet.STATISTIQUE: "demande_le jusquau recu_le rappele_le", Effet.REMPLACE: "texte"},
          titre="Compléments demandés", chemin="depart__dossier"),
    Table("courriers.SansReponse", "Who said that no answer is needed, and why.", _DUREE,
          {Effet.TECHNIQUE: "id dossier", Effet.STATISTIQUE: "tour annule at", Effet.AGENT: "par", Effet.REMPLACE: "motif"},
          titre="Clos sans réponse", chemin="dossier"),
    Table("courriers.Retour", "Which service gave a letter back, and why.", _DUREE,
          {Effet.TECHNIQUE: "id courrier entite", Effet.STATISTIQUE: "at", Effet.AGENT: "par", Effet.REMPLACE: "motif"},
          titre="Retours", chemin="courrier__dossier"),
    Table("courriers.VersionReponse", _REPONDRE, _DUREE, {Effet.SUPPRIME: "id dossier numero document at par"},
          chemin="dossier", ligne_supprimee=True, exportee=False),
    Table("courriers.Correspondant", "Send the same letter to a list.", _DUREE,
          {Effet.SUPPRIME: "id dossier nom adresse courriel contact"},
          chemin="dossier", ligne_supprimee=True, exportee=False),
    Table("courriers.Compteur", "Numbers without a gap.", "Always.", {Effet.TECHNIQUE: "id registre annee dernier"}),
    Table("courriers.BureauCourrier", _BUREAU, _TOUJOURS,
          {Effet.TECHNIQUE: "id entite juridique promesse mise_en_demeure circuit"
           " circuit_juridique circuit_confidentiel circuit_depart"}),
    Table("courriers.RegleAiguillage", _BUREAU, _TOUJOURS,
          {Effet.TECHNIQUE: "id ordre mots expediteur genre service retiree_le at", Effet.AGENT: "par"}),
    Table("courriers.Justesse", "How right the proposals of routing are: counts, no word and no name.", "Until the next night.",
          {Effet.TECHNIQUE: "id quoi service", Effet.STATISTIQUE: "lettres proposees premiere trois du au at"}),
)  # fmt: skip
