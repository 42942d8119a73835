"""The rules of orders, from a preset's `commandes.toml`. A preset without it makes no orders."""

from buridan.commandes.modele import lire_regles
from buridan.commandes.models import ReglesCommande
from buridan.dossiers.formulaires import charger_formulaire
from buridan.dossiers.natures import Chargement, Ecrire
from buridan.organisation.models import Entite

FICHIER = "commandes.toml"


def charger(c: Chargement) -> Ecrire:
    """Read and check; what is returned writes a new version when the text changed."""

    def verifier(texte: str) -> list[str]:
        parcours = lire_regles(texte).parcours
        connues = set(Entite.objects.values_list("code", flat=True))
        fautes = [f"le circuit « {p.circuit} » n'existe pas." for p in parcours if p.circuit not in c.circuits]
        return fautes + [f"le service « {e} » n'existe pas." for p in parcours for e in p.entites if e not in connues]

    return charger_formulaire(c, FICHIER, ReglesCommande, verifier)
