"""Layout of the organisation chart: boxes one under the other, children to the right of their parent.

Pure Python. Units are those of the drawing (320 wide, so that one unit is one pixel on the narrowest phone).
"""

import textwrap
from dataclasses import dataclass

from buridan.organisation.annuaire import Annuaire

LARGEUR = 320
RETRAIT = 14
MARGE = 8
INTERLIGNE = 18
ESPACE = 10
LARGEUR_LETTRE, LARGEUR_GRAS = 8, 9  # of a 14-unit letter, on the wide side


@dataclass(frozen=True, slots=True)
class LigneTexte:
    """One line of text and where it starts."""

    texte: str
    x: int
    y: int
    gras: bool


@dataclass(frozen=True, slots=True)
class Boite:
    """One entity."""

    x: int
    y: int
    largeur: int
    hauteur: int
    a_confirmer: bool
    lignes: tuple[LigneTexte, ...]


@dataclass(frozen=True, slots=True)
class Dessin:
    """The whole chart; `traits` are SVG paths from parents to children."""

    largeur: int
    hauteur: int
    boites: tuple[Boite, ...]
    traits: tuple[str, ...]


def dessiner(annuaire: Annuaire) -> Dessin:
    """Draw the organisation of that day."""
    boites: list[Boite] = []
    traits: list[str] = []
    y = MARGE

    def poser(entite: int, niveau: int, parent: Boite | None) -> None:
        nonlocal y
        boite = _boite(annuaire, entite, x=MARGE + niveau * RETRAIT, y=y)
        boites.append(boite)
        y += boite.hauteur + ESPACE
        if parent is not None:
            x = parent.x + RETRAIT // 2
            traits.append(f"M{x} {parent.y + parent.hauteur}V{boite.y + 18}H{boite.x}")
        for enfant in annuaire.enfants.get(entite, ()):
            poser(enfant, niveau + 1, boite)

    for racine in annuaire.enfants.get(None, ()):
        poser(racine, 0, None)
    return Dessin(LARGEUR, y, tuple(boites), tuple(traits))


def _boite(annuaire: Annuaire, entite: int, *, x: int, y: int) -> Boite:
    fiche, largeur = annuaire.entites[entite], LARGEUR - MARGE - x
    place = largeur - 2 * MARGE
    nom = fiche.nom + (" (à confirmer)" if fiche.a_confirmer else "")
    textes = [(t, True) for t in textwrap.wrap(nom, max(place // LARGEUR_GRAS, 12))]
    chef = annuaire.responsables.get(entite)
    if chef is not None:
        personne = annuaire.postes[chef].personne
        titulaire = "Poste vacant" if personne is None else annuaire.nom_personne(personne)
        textes += [(t, False) for t in textwrap.wrap(titulaire, max(place // LARGEUR_LETTRE, 12))]
    lignes = tuple(LigneTexte(t, x + MARGE, y + 19 + i * INTERLIGNE, gras) for i, (t, gras) in enumerate(textes))
    return Boite(x, y, largeur, len(textes) * INTERLIGNE + 10, fiche.a_confirmer, lignes)
