"""The form of the note, from a preset's `notes.toml`. A preset without it has no notes."""

from buridan.dossiers.natures import Chargement, Ecrire
from buridan.notes.modele import FormulaireInvalide, ModeleDeNote, lire_modele
from buridan.notes.models import FormulaireNote
from buridan.organisation.models import Entite, Poste

FICHIER = "notes.toml"


def charger(c: Chargement) -> Ecrire:
    """Read and check; what is returned writes a new version when the text changed."""
    fichier = c.preset / FICHIER
    if not fichier.exists():
        return lambda: 0
    texte = fichier.read_text(encoding="utf-8")
    try:
        modele = lire_modele(texte)
    except FormulaireInvalide as erreur:
        c.fautes.extend(f"{FICHIER} : {faute}" for faute in erreur.fautes)
        return lambda: 0
    c.fautes.extend(f"{FICHIER} : {faute}" for faute in _fautes(modele, c))

    def ecrire() -> int:
        dernier = dernier_formulaire()
        if dernier is not None and dernier.texte == texte:
            return 0
        FormulaireNote.objects.create(numero=dernier.numero + 1 if dernier else 1, texte=texte, at=c.at)
        return 1

    return ecrire


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
