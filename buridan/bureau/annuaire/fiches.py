"""What the pages of the organisation show: lines of the directory, the card of an entity. Reads an `Annuaire`."""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date
from typing import Any

from buridan.organisation.annuaire import Annuaire
from buridan.organisation.fiches import FichePersonne
from buridan.organisation.models import (
    Affectation,
    Entite,
    Fonction,
    Genre,
    Suppleance,
    VersionEntite,
    VersionPoste,
)
from buridan.outils.texte import sans_accents


@dataclass(frozen=True, slots=True)
class LigneAnnuaire:
    """A post with its holder, and who acts when the holder can't. `retour` empty = no date known."""

    poste: int
    intitule: str
    responsable: bool
    entite: int
    nom_entite: str
    code_entite: str
    personne: FichePersonne | None
    absent: bool
    retour: date | None
    agit: str
    texte: str


@dataclass(frozen=True, slots=True)
class LigneElu:
    """An elected official, the function in words, and the themes."""

    nom: str
    fonction: str
    rang: int
    themes: tuple[str, ...]
    personne: FichePersonne | None
    absent: bool
    texte: str


def mots_de(recherche: str) -> list[str]:
    """Words to find, without accents."""
    return sans_accents(recherche.replace("-", " ")).split()


def _trouve(texte: str, mots: list[str]) -> bool:
    return all(mot in texte for mot in mots)


def _texte(*morceaux: str) -> str:
    return sans_accents(" ".join(morceaux).replace("-", " "))


def ligne_du_poste(annuaire: Annuaire, poste: int, themes: str = "") -> LigneAnnuaire:
    """The line of one post."""
    fiche = annuaire.postes[poste]
    personne = annuaire.personnes.get(fiche.personne) if fiche.personne is not None else None
    retour = personne.absente_jusquau if personne else None
    trouve = annuaire.resoudre(poste)
    agit = " ou ".join(annuaire.nom_personne(p) for p in trouve.personnes) if trouve.pour else ""
    entite = annuaire.entites.get(fiche.entite)
    nom_entite = entite.nom if entite else "Sans service"
    return LigneAnnuaire(
        poste, fiche.intitule, fiche.responsable, fiche.entite, nom_entite, entite.code if entite else "", personne,
        retour is not None, retour if retour != date.max else None, agit,
        _texte(personne.nom if personne else "poste vacant", fiche.intitule, nom_entite, themes),
    )  # fmt: skip


def lignes(annuaire: Annuaire, mots: list[str]) -> list[LigneAnnuaire]:
    """The directory in the order of the tree, heads first; only lines that hold all the words."""
    themes: dict[int, str] = {}
    for personne, _fonction, _rang, siens in annuaire.mandats:
        themes[personne] = " ".join([themes.get(personne, ""), *siens])
    rangs = {e: i for i, e in enumerate(_ordre(annuaire))}
    toutes = [ligne_du_poste(annuaire, p.id, themes.get(p.personne or 0, "")) for p in annuaire.postes.values()]
    gardees = [ligne for ligne in toutes if _trouve(ligne.texte, mots)]
    gardees.sort(key=lambda x: (rangs.get(x.entite, len(rangs)), x.entite, not x.responsable, x.intitule))
    return gardees


def _ordre(annuaire: Annuaire, racine: int | None = None) -> Iterator[int]:
    for entite in annuaire.enfants.get(racine, ()):
        yield entite
        yield from _ordre(annuaire, entite)


def elus(annuaire: Annuaire, mots: list[str]) -> list[LigneElu]:
    """Elected officials in their rank, found by name, function or theme."""
    tous = []
    for pk, fonction, rang, themes in annuaire.mandats:
        personne = annuaire.personnes.get(pk)
        nom = annuaire.nom_personne(pk)
        titre = str(Fonction(fonction).label)
        absent = not annuaire.present(pk)
        tous.append(LigneElu(nom, titre, rang, themes, personne, absent, _texte(nom, titre, *themes)))
    return sorted((e for e in tous if _trouve(e.texte, mots)), key=lambda e: (e.rang, e.nom))


def noeud(annuaire: Annuaire, entite: int) -> dict[str, Any]:
    """An entity and those below it, for nested lists."""
    chef = annuaire.responsables.get(entite)
    return {
        "fiche": annuaire.entites[entite],
        "chef": annuaire.designer(chef) if chef is not None else "",
        "enfants": [noeud(annuaire, e) for e in annuaire.enfants.get(entite, ())],
    }


def fiche_entite(annuaire: Annuaire, entite: Entite) -> dict[str, Any]:
    """The card: who is there on the day, what is above and below, stand-ins, and all dated versions. Four queries."""
    pk = entite.pk
    fiche = annuaire.entites.get(pk)
    postes = [ligne_du_poste(annuaire, p) for p in annuaire.postes_par_entite.get(pk, ())]
    postes.sort(key=lambda x: (not x.responsable, x.intitule))
    lignee = [annuaire.entites[e] for e in reversed(annuaire.lignee(pk)) if e != pk]
    versions_postes = list(VersionPoste.objects.filter(entite=pk).order_by("intitule", "-debut"))
    codes = {v.poste_id for v in versions_postes}
    suppleances = Suppleance.objects.en_vigueur(annuaire.jour).filter(poste__in=codes).order_by("debut", "id")
    affectations = Affectation.objects.filter(poste__in=codes).select_related("personne").order_by("-debut")
    intitules = {v.poste_id: v.intitule for v in reversed(versions_postes)}
    return {
        "entite": entite, "fiche": fiche, "jour": annuaire.jour, "postes": postes, "lignee": lignee,
        "genre": Genre(fiche.genre).label if fiche else "",
        "enfants": [annuaire.entites[e] for e in annuaire.enfants.get(pk, ())],
        "suppleances": [(s, annuaire.designer(s.poste_id), annuaire.designer(s.suppleant_id)) for s in suppleances],
        "versions": [(v, annuaire.nom_entite(v.parent_id) if v.parent_id else "")
                     for v in VersionEntite.objects.filter(entite=pk).order_by("-debut")],
        "versions_postes": versions_postes,
        "affectations": [(a, intitules[a.poste_id]) for a in affectations],
    }  # fmt: skip
