"""Work list and search of a small and of a large town: the cost must not follow the number of dossiers."""

from collections.abc import Callable
from statistics import geometric_mean, median
from time import perf_counter

from django.db import connections
from django.db.backends.base.base import BaseDatabaseWrapper

from bench.communes import Communes
from bench.mots import CHERCHES, DE_PLUS_EN_PLUS
from bench.rapport import Ligne
from buridan.bureau import queries
from buridan.droit.delais import date_legale
from buridan.organisation.acteur import acteur

ESSAIS = 21
CIBLE = 1.3
DE_PLUS = "qui trouve plus"
Gestes = dict[str, Callable[[], object]]
Mesure = tuple[float, int]  # median milliseconds, rows found


def mesurer(communes: Communes) -> list[Ligne]:
    """Time each query in the two towns, call by call in turn."""
    bases, bench = communes.bases(), connections["default"]
    try:
        connections["default"] = bases[0]
        mesures = {nom: _chronometrer(geste, bases) for nom, geste in _gestes(communes, bases).items()}
    finally:
        connections["default"] = bench
        for base in bases:
            base.close()
    return _comparer(communes.tailles, mesures)


def _comparer(tailles: tuple[int, int], mesures: dict[str, tuple[Mesure, Mesure]]) -> list[Ligne]:
    print(f"\n{'ms médianes (lignes trouvées)':<36}{tailles[0]:>16}{tailles[1]:>16}{'rapport':>9}")
    ratios = {nom: grand[0] / petit[0] for nom, (petit, grand) in mesures.items()}
    for nom, ratio in ratios.items():
        avant, apres = (f"{ms:.2f} ({lignes:>3})" for ms, lignes in mesures[nom])
        print(f"{nom:<36}{avant:>16}{apres:>16}{ratio:>9.2f}")
    lignes = []
    for famille in ("bureau", "recherche"):
        siens = [ratio for nom, ratio in ratios.items() if nom.startswith(famille)]
        texte = f"{famille} {tailles[1]} / {tailles[0]}"
        lignes.append(Ligne(f"{texte}, moyenne géométrique", geometric_mean(siens), CIBLE, au_plus=True))
        lignes.append(Ligne(f"{texte}, pire requête", max(siens), CIBLE, au_plus=True))
    de_plus = [ratio for nom, ratio in ratios.items() if nom.startswith(DE_PLUS)]
    lignes.append(Ligne("recherche dont la grande ville trouve plus, pire requête", max(de_plus), None, au_plus=True))
    return lignes


def _gestes(communes: Communes, bases: tuple[BaseDatabaseWrapper, ...]) -> Gestes:
    """Each query by its name; actors: an agent, a head of direction, the general director (sees all)."""
    gestes: Gestes = {}
    jour = date_legale(communes.instant)
    references = {base: _reference(base, taille - 1234) for base, taille in zip(bases, communes.tailles, strict=True)}
    recherches = {"tous": "", "fréquent": "stationnement", "moyen": "cimetière", **CHERCHES, "absent": "xylophone"}
    for qui in ("agent", "directeur", "DGS"):
        lui = acteur(communes.personnes[qui], communes.instant)
        cibles = queries.mes_cibles(lui) if qui == "agent" else queries.cibles_de_l_equipe(lui)
        gestes[f"bureau : liste, {qui}"] = lambda c=cibles: queries.a_faire(c)
        gestes[f"bureau : comptes, {qui}"] = lambda c=cibles: queries.compter(c, jour)
        for nom, mots in recherches.items():
            gestes[f"recherche : {nom}, {qui}"] = lambda a=lui, m=mots: queries.chercher(a, m)
        for nom, mots in DE_PLUS_EN_PLUS.items():
            gestes[f"{DE_PLUS} : {nom}, {qui}"] = lambda a=lui, m=mots: queries.chercher(a, m)
        gestes[f"recherche : référence, {qui}"] = lambda a=lui: queries.chercher(a, references[connections["default"]])
    return gestes


def _reference(base: BaseDatabaseWrapper, pk: int) -> str:
    """The reference of that dossier in that town."""
    with base.cursor() as curseur:
        curseur.execute("SELECT reference FROM dossiers_dossier WHERE id = %s", [pk])
        return str(curseur.fetchone()[0])


def _chronometrer(geste: Callable[[], object], bases: tuple[BaseDatabaseWrapper, ...]) -> tuple[Mesure, ...]:
    """Warm calls, one database after the other so that a busy machine slows both."""
    durees: list[list[float]] = [[] for _ in bases]
    trouves = [0 for _ in bases]
    for essai in range(ESSAIS + 3):
        for n, base in enumerate(bases):
            connections["default"] = base
            debut = perf_counter()
            resultat = geste()
            if essai >= 3:
                durees[n].append((perf_counter() - debut) * 1e3)
            trouves[n] = len(resultat) if isinstance(resultat, list) else resultat.total
    return tuple((median(d), t) for d, t in zip(durees, trouves, strict=True))
