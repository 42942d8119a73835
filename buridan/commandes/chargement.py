"""The rules of orders, from a preset's `commandes.toml`. A preset without it makes no orders."""

from buridan.commandes.modele import Regles, ReglesInvalides, lire_regles
from buridan.commandes.models import ReglesCommande
from buridan.dossiers.natures import Chargement, Ecrire
from buridan.organisation.models import Entite

FICHIER = "commandes.toml"


def charger(c: Chargement) -> Ecrire:
    """Read and check; what is returned writes a new version when the text changed."""
    fichier = c.preset / FICHIER
    if not fichier.exists():
        return lambda: 0
    texte = fichier.read_text(encoding="utf-8")
    try:
        regles = lire_regles(texte)
    except ReglesInvalides as erreur:
        c.fautes.extend(f"{FICHIER} : {faute}" for faute in erreur.fautes)
        return lambda: 0
    c.fautes.extend(f"{FICHIER} : {faute}" for faute in _fautes(regles, c))

    def ecrire() -> int:
        derniere = ReglesCommande.objects.order_by("-numero").first()
        if derniere is not None and derniere.texte == texte:
            return 0
        ReglesCommande.objects.create(numero=derniere.numero + 1 if derniere else 1, texte=texte, at=c.at)
        return 1

    return ecrire


def _fautes(regles: Regles, c: Chargement) -> list[str]:
    connues = set(Entite.objects.values_list("code", flat=True))
    fautes = [f"le circuit « {p.circuit} » n'existe pas." for p in regles.parcours if p.circuit not in c.circuits]
    return fautes + [
        f"le service « {e} » n'existe pas." for p in regles.parcours for e in p.entites if e not in connues
    ]
