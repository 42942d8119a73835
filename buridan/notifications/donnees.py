"""Data map of what people are told."""

from buridan.outils.donnees import Effet, Table

TABLES = (
    Table("notifications.Notification", "Tell an agent that something waits.", "As long as the dossier.",
          {Effet.SUPPRIME: "id personne dossier lien texte at lue_le"}, chemin="dossier", par_uuid=True, ligne_supprimee=True,
          exportee=False),
    Table("notifications.Courriel", "Outbox: an e-mail leaves once, whatever dies.",
          "90 days after it left, then purged each night.",
          {Effet.SUPPRIME: "id message_id dossier destinataire sujet texte piece_nom piece scelle at"
           " envoye_le erreur"}, titre="Courriels envoyés",
          a_son_adresse="destinataire",
          chemin="dossier", par_uuid=True, ligne_supprimee=True),
)  # fmt: skip
