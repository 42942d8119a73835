"""Data map of scanned post."""

from buridan.outils.donnees import Effet, Table

_LIRE = "Give each letter of the morning's post its pages and its words (public task, RGPD art. 6-1 e)."
_DUREE = "Files and text: 90 days after the batch was brought, once all of it is dealt with; each letter keeps its own pages."
TABLES = (
    Table("numerisation.Lot", "Bring the morning's post in, untouched.", _DUREE,
          {Effet.TECHNIQUE: "id uuid nom sha256 taille analyse_le venue at arrive_le etat raison pages version lisible pdfa"
           " pret_le range_le efface_le", Effet.AGENT: "par"}),
    Table("numerisation.Page", _LIRE, _DUREE,
          {Effet.TECHNIQUE: "id lot numero sorte debut retiree rotation pale a_montrer lecture raison lu_rang essais pli",
           Effet.VIDE: "vignette apercu texte lu_dans"}, chemin="pli__dossier", exportee=False),
    Table("numerisation.Pli", "What became of each letter of a batch.", "As long as the register of letters.",
          {Effet.TECHNIQUE: "id lot dossier motif at", Effet.AGENT: "par"}),
    Table("numerisation.FichierRefuse", "Say why a file of the scanner was refused.", "Always.",
          {Effet.TECHNIQUE: "id nom raison at vu_le", Effet.AGENT: "vu_par"}),
)  # fmt: skip
