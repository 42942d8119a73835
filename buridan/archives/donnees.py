"""Data map of the retention table and of the transfers."""

from buridan.outils.donnees import Effet, Table

_BORDEREAU = "What was handed to the archives, by whom, and what they attested (code du patrimoine L212-4)."
TABLES = (
    Table("archives.RegleConservation", "How long closed dossiers are kept, and what becomes of them then.", "Always.",
          {Effet.TECHNIQUE: "id nature duree sort_final source"}),
    Table("archives.ServiceArchives", "To whom the town transfers.", "Always.",
          {Effet.TECHNIQUE: "id nom identifiant identifiant_versant accord regle_acces"}),
    Table("archives.Versement", _BORDEREAU, "Always; it names no requester. Its file: until it ends.",
          {Effet.TECHNIQUE: "id uuid etat raison prepare_le sha256 taille construit_le remis_le attestation atteste_le reponse"
           " fini_le",
           Effet.AGENT: "prepare_par remis_par fini_par"}),
    Table("archives.LigneVersement", _BORDEREAU, "Always; it names no requester.",
          {Effet.TECHNIQUE: "id versement dossier type clos_le conservation sort_final source documents octets quitte_le"}),
)  # fmt: skip
