"""A circuit as SVG: top to bottom, étapes of one rank side by side; readable at 320 px, no style, no script."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from html import escape
from textwrap import wrap
from types import MappingProxyType

from buridan.circuits.modele import CircuitModele, Destinataire

LARGEUR, MARGE, ESPACE, LIGNE = 340, 8, 26, 16


@dataclass(frozen=True, slots=True)
class Case:
    """One box: its lines of text, already in words. `marque`: what is to be noticed about it, written in the box."""

    titre: str
    details: tuple[str, ...] = ()
    marque: str = ""


def cases_du_modele(
    modele: CircuitModele,
    nommer: Callable[[Destinataire], str] = lambda d: d.libelle,
    marques: Mapping[str, str] = MappingProxyType({}),
) -> list[list[Case]]:
    """Boxes of a model, by rank. `marques`: key of an étape -> what is to be noticed about it."""
    return [
        [
            Case(
                e.titre or "Sans titre",
                tuple(filter(None, (e.type.libelle, e.niveau_en_mots, nommer(e.destinataire), str(e.delai or "")))),
                marques.get(e.cle, ""),
            )
            for e in rang
        ]
        for rang in modele.rangs()
    ]


def dessiner(rangs: list[list[Case]], *, titre: str, identifiant: str) -> str:
    """The drawing. The page also gives the étapes as an ordered list, which is its text alternative."""
    morceaux: list[str] = []
    y = MARGE
    for n, rang in enumerate(rangs):
        if n:
            morceaux += _fleche(y - ESPACE, y)
        hauteur = max(_hauteur(case, len(rang)) for case in rang)
        for i, case in enumerate(rang):
            morceaux += _boite(case, i, len(rang), y, hauteur)
        y += hauteur + ESPACE
    total = y - ESPACE + MARGE
    return (
        f'<svg xmlns="http://www.w3.org/2000/svg" class="circuit-dessin" viewBox="0 0 {LARGEUR} {total}" role="img" '
        f'aria-labelledby="{escape(identifiant)}-titre"><title id="{escape(identifiant)}-titre">{escape(titre)}</title>'
        + "".join(morceaux)
        + "</svg>"
    )


def _largeur(parmi: int) -> int:
    return (LARGEUR - MARGE * (parmi + 1)) // parmi


def _lignes(case: Case, parmi: int) -> list[tuple[str, bool]]:
    signes = max(8, _largeur(parmi) // 8)
    titres = [(t, True) for t in wrap(case.titre, signes)]
    marque = [(t, True) for t in wrap(f"({case.marque})", signes + 2)] if case.marque else []
    return titres + [(t, False) for detail in case.details for t in wrap(detail, signes + 2)] + marque


def _hauteur(case: Case, parmi: int) -> int:
    return len(_lignes(case, parmi)) * LIGNE + 16


def _boite(case: Case, rang: int, parmi: int, y: int, hauteur: int) -> list[str]:
    largeur = _largeur(parmi)
    x = MARGE + rang * (largeur + MARGE)
    trait = 'stroke="#8a4b08" stroke-width="4"' if case.marque else 'stroke="#1f4e79" stroke-width="1.5"'
    morceaux = [f'<rect x="{x}" y="{y}" width="{largeur}" height="{hauteur}" rx="6" fill="#ffffff" {trait}/>']
    for i, (texte, gras) in enumerate(_lignes(case, parmi)):
        poids = ' font-weight="700"' if gras else ""
        morceaux.append(
            f'<text x="{x + largeur // 2}" y="{y + 20 + i * LIGNE}" text-anchor="middle" font-size="13" '
            f'fill="#16263b"{poids}>{escape(texte)}</text>'
        )
    return morceaux


def _fleche(haut: int, bas: int) -> list[str]:
    x = LARGEUR // 2
    return [
        f'<line x1="{x}" y1="{haut}" x2="{x}" y2="{bas - 6}" stroke="#1f4e79" stroke-width="2"/>',
        f'<path d="M{x - 5} {bas - 8} L{x + 5} {bas - 8} L{x} {bas} Z" fill="#1f4e79"/>',
    ]
