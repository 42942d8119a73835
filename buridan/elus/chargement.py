"""Ways and subjects, from a preset's `elus.toml`. In a preset without it elected officials bring nothing in by this way."""

from buridan.dossiers.formulaires import charger_formulaire
from buridan.dossiers.natures import Chargement, Ecrire, codes
from buridan.elus.modele import lire_formulaire
from buridan.elus.models import FormulaireElus
from buridan.organisation.models import Entite

FICHIER = "elus.toml"


def charger(c: Chargement) -> Ecrire:
    """Read and check; what is returned writes a new version when the text changed."""

    def verifier(texte: str) -> list[str]:
        lu = lire_formulaire(texte)
        services = set(Entite.objects.values_list("code", flat=True))
        perdus = [s for s in lu.sujets if s.service not in services]
        fautes = [f"sujet « {s.code} » : le service « {s.service} » n'existe pas." for s in perdus]
        for voie, chemin in lu.chemins.items():
            fautes += [] if chemin.circuit in c.circuits else [f"le circuit « {chemin.circuit} » n'existe pas."]
            if chemin.devient and chemin.devient not in codes():
                fautes.append(f"voie « {voie} » : on ne sait pas ce qu'est « {chemin.devient} ».")
        return fautes

    return charger_formulaire(c, FICHIER, FormulaireElus, verifier)


def dernier_formulaire() -> FormulaireElus | None:
    """What is in force; None when this town has none."""
    return FormulaireElus.objects.order_by("-numero").first()
