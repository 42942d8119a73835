"""Data map of the mailboxes and of the mails that came in."""

from buridan.outils.donnees import Effet, Table

_LIRE = "Know what was written to the town hall, and answer (public task, RGPD art. 6-1 e)."
_DUREE = "In a dossier: as long as it. Set aside, or sent by a machine: the months that its mailbox says, then emptied."
TABLES = (
    Table("messagerie.Boite", "Read the town's mailboxes.", "As long as it serves. The password is sealed.",
          {Effet.TECHNIQUE: "id adresse usage hote port securite compte mot_de_passe dossier rangement depuis reponses garde_mois"
           " active uid_validite dernier_uid lue_le panne_depuis panne panne_dite_le cree_le"}),
    Table("messagerie.Piece", _LIRE, _DUREE, {Effet.SUPPRIME: "id courriel rang nom type_mime taille sha256 analyse refus"},
          titre="Pièces jointes aux courriels", chemin="courriel__dossier", ligne_supprimee=True, fichier="sha256"),
    Table("messagerie.CourrielRecu", _LIRE, _DUREE,
          {Effet.TECHNIQUE: "id uuid boite empreinte uid uid_validite range_le dossier vide_le",
           Effet.STATISTIQUE: "taille entier recu_le lu_le genre etat traite_le passe_a", Effet.AGENT: "traite_par",
           Effet.VIDE: "sha256 message_id references expediteur adresse a sujet texte retour defauts",
           Effet.REMPLACE: "motif"},
          titre="Courriels reçus", chemin="dossier", fichier="sha256"),
)  # fmt: skip
