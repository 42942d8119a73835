"""Data map of the address book."""

from buridan.contacts.queries import MOIS_SANS_COURRIER
from buridan.outils.donnees import Effet, Table

TABLES = (
    Table("contacts.Contact", "Write to the right person without asking again (public task, RGPD art. 6-1 e).",
          f"As long as letters are exchanged; after {MOIS_SANS_COURRIER} months without one (to be confirmed) it is proposed for"
          " erasure. Erased at any time by its own gesture, also at the person's request; the letters keep their own copy.",
          {Effet.SUPPRIME: "id uuid genre nom fonction organisation adresse courriel telephone siret rna cle commune mots cree_le"
           " change_le reuni_a reuni_le", Effet.AGENT: "cree_par"},
          titre="Carnet d'adresses", chemin="courriers__dossier", a_part=True),
)  # fmt: skip
