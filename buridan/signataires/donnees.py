"""Data map of signatures collected by link."""

from buridan.outils.donnees import Effet, Table

_RECUEILLIR = (
    "Collect the signature of somebody outside, and prove it (public task, RGPD art. 6-1 e). No IP address is kept."
)
_DUREE = "As long as the dossier."
TABLES = (
    Table("signataires.LienSignature", _RECUEILLIR, _DUREE, {Effet.SUPPRIME: "id demande condense at actif"},
          chemin="demande__dossier", ligne_supprimee=True, exportee=False),
    Table("signataires.DemandeSignature", _RECUEILLIR, _DUREE,
          {Effet.SUPPRIME: "id dossier tour document nom qualite courriel message par at depuis jusquau rappelee_le code code_le"
           " codes essais verifie_le etat finie_le motif moyen signe preuve"},
          chemin="dossier", ligne_supprimee=True, exportee=False),
)  # fmt: skip
