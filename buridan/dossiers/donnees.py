"""Data map of the core of a dossier."""

from buridan.outils.donnees import Effet, Table

_REPONDRE = "Give one answer to one request, in time, by whoever must (public task, RGPD art. 6-1 e)."
_DUREE = "The retention of its type, or of its nature, counted from the day it was closed."
TABLES = (
    Table("dossiers.Dossier", _REPONDRE, _DUREE,
          {Effet.TECHNIQUE: "id uuid reference nature circuit circuit_version lecteurs bouge_le efface_le",
           Effet.STATISTIQUE: "etat tour entite ouvert_le clos_le promis_le legal_le attente_jusquau attente_depuis prioritaire"
           " sensible projet_sens projet_vise",
           Effet.AGENT: "createur suiveurs", Effet.VIDE: "contenu attente_motif projet_reponse", Effet.REMPLACE: "objet",
           Effet.CALCULE: "recherche"}, titre="Dossier", chemin="pk"),
    Table("dossiers.Etape", _REPONDRE, _DUREE,
          {Effet.TECHNIQUE: "id dossier rang regle votes_caches delai rappel_avant escalade_apres urgence_le rappels"
           " prochain_rappel niveau_signature",
           Effet.STATISTIQUE: "type etat poste entite activee_le echeance", Effet.AGENT: "prise_par ajoutee_par",
           Effet.VIDE: "consigne", Effet.REMPLACE: "titre", Effet.CALCULE: "cible"}, titre="Étapes", chemin="dossier"),
    Table("dossiers.Decision", _REPONDRE, _DUREE,
          {Effet.TECHNIQUE: "id etape niveau_signature", Effet.STATISTIQUE: "resultat at",
           Effet.AGENT: "par pour", Effet.VIDE: "texte"},
          titre="Décisions", chemin="etape__dossier"),
    Table("dossiers.Reponse", _REPONDRE, _DUREE,
          {Effet.TECHNIQUE: "id dossier", Effet.STATISTIQUE: "tour sens at", Effet.AGENT: "par", Effet.REMPLACE: "texte"},
          titre="Réponses", chemin="dossier"),
    Table("dossiers.Message", _REPONDRE, _DUREE, {Effet.SUPPRIME: "id dossier fil texte at par"}, titre="Messages",
          chemin="dossier", ligne_supprimee=True),
    Table("dossiers.Document", _REPONDRE, f"{_DUREE} The file itself goes when no other document has the same content.",
          {Effet.SUPPRIME: "id uuid dossier nom type_mime taille sha256 public at par analyse_le"}, titre="Documents",
          chemin="dossier", ligne_supprimee=True, fichier="sha256"),
    Table("dossiers.Lien", "Two dossiers that belong together.", _DUREE,
          {Effet.TECHNIQUE: "id de vers", Effet.STATISTIQUE: "genre at"}),
)  # fmt: skip
