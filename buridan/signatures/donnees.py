"""Data map of signatures."""

from buridan.outils.donnees import Effet, Table

TABLES = (
    Table("signatures.Certificat", "Sign with one's own certificate, locked by a passphrase that is not kept.",
          "Until its person takes it back or replaces it.",
          {Effet.TECHNIQUE: "id", Effet.AGENT: "personne coffre titulaire emetteur valide_du valide_au empreinte depose_le"}),
    Table("signatures.Signature", "Who signed which answer, with what, in what right.", "As long as the dossier.",
          {Effet.SUPPRIME: "id etape document moyen personne qualite formule delegation condense certificat titulaire"
           " horodatee at"},
          chemin="etape__dossier", ligne_supprimee=True, exportee=False),
)  # fmt: skip
