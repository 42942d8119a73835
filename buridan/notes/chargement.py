"""The form of the note, from a preset's `notes.toml`. A preset without it has no notes."""

from buridan.dossiers.formulaires import charger_formulaire
from buridan.dossiers.natures import Chargement, Ecrire
from buridan.notes.modele import ModeleDeNote, lire_modele
from buridan.notes.models import FormulaireNote
from buridan.organisation.models import Entite, Poste

FICHIER = "notes.toml"


def charger(c: Chargement) -> Ecrire:
    """Read and check; what is returned writes a new version when the text changed."""
    return charger_formulaire(c, FICHIER, FormulaireNote, lambda texte: _fautes(lire_modele(texte), c))


def dernier_formulaire() -> FormulaireNote | None:
    """The form in force; None when this town writes no notes."""
    return FormulaireNote.objects.order_by("-numero").first()


def _fautes(modele: ModeleDeNote, c: Chargement) -> list[str]:
    connus = {f"poste:{code}" for code in Poste.objects.values_list("code", flat=True)}
    connus |= {f"entite:{code}" for code in Entite.objects.values_list("code", flat=True)}
    fautes = [f"le circuit « {g.circuit} » n'existe pas." for g in modele.genres if g.circuit not in c.circuits]
    return fautes + [
        f"partie « {p.code} » : « {p.a} » n'existe pas." for p in modele.parties if p.a and p.a not in connus
    ]
