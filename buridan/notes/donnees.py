"""Data map of the notes to the mayor. They speak of the town's affairs; whoever is named in one is named in its parts."""

from buridan.outils.donnees import Effet, Table

_DECIDER = "Prepare a decision of the mayor and keep what led to it (public task, RGPD art. 6-1 e)."
_DUREE = "The retention of notes (preset), counted from the day it was closed."
TABLES = (
    Table("notes.FormulaireNote", "The town's form of the note.", "Always: notes stay readable.",
          {Effet.TECHNIQUE: "id numero texte at"}),
    Table("notes.Note", _DECIDER, _DUREE,
          {Effet.TECHNIQUE: "dossier formulaire auteur elu maire decideur par_delegation",
           Effet.STATISTIQUE: "genre theme envoyee_le proposee_le",
           Effet.AGENT: "redacteur"},
          titre="Note au maire", chemin="dossier", exportee=False),
    Table("notes.PartieNote", _DECIDER, _DUREE, {Effet.SUPPRIME: "id note code contenu at par"}, chemin="note__dossier",
          ligne_supprimee=True, exportee=False),
    Table("notes.VersionPartie", "Who wrote what; nothing lost when two write at once.", _DUREE,
          {Effet.SUPPRIME: "id note code contenu at par retenue"}, chemin="note__dossier", ligne_supprimee=True,
          exportee=False),
    Table("notes.Inscription", "What waits on the agenda of a body.", _DUREE,
          {Effet.TECHNIQUE: "id note instance titre etape", Effet.STATISTIQUE: "souhaitee_le at"}),
)  # fmt: skip
