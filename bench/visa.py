"""A visa through the public function, against the same writes in plain SQL and against SpiffWorkflow."""

import cProfile
import pstats
from collections.abc import Callable
from dataclasses import dataclass, field
from statistics import median
from time import perf_counter

import psycopg

from bench import sql
from bench.rapport import Ligne
from bench.spiff import Moteur
from bench.ville import VISAS, Ville, ouvrir_un
from buridan.dossiers.actions.viser import viser
from buridan.dossiers.models import Dossier, Etape
from buridan.organisation.acteur import Acteur, acteur

PAR_TOUR = 5


@dataclass(slots=True)
class Temps:
    """Seconds of each call, by side."""

    visa: list[float] = field(default_factory=list)
    sql: list[float] = field(default_factory=list)
    spiff: list[float] = field(default_factory=list)
    spiff_nu: list[float] = field(default_factory=list)


def chronometrer(dans: list[float], geste: Callable[[], object]) -> None:
    """Run once, keep the seconds."""
    debut = perf_counter()
    geste()
    dans.append(perf_counter() - debut)


def _etapes(dossier: Dossier) -> list[Etape]:
    return list(Etape.objects.filter(dossier=dossier).select_related("dossier").order_by("rang"))


def _acteurs(ville: Ville, etapes: list[Etape]) -> list[Acteur]:
    modele = acteur(ville.agent, ville.instant)
    postes = modele.annuaire.postes
    return [Acteur(postes[e.poste_id].personne, modele.annuaire, ville.instant) for e in etapes if e.poste_id]


def preparer(ville: Ville) -> list[Callable[[], object]]:
    """The four visas of a fresh dossier, ready to be called in order."""
    etapes = _etapes(ouvrir_un(ville))
    acteurs = _acteurs(ville, etapes)
    return [lambda e=e, a=a: viser(e, by=a, at=ville.instant) for e, a in zip(etapes[:VISAS], acteurs, strict=True)]


def preparer_sql(ville: Ville, lien: psycopg.Connection) -> list[Callable[[], object]]:
    """The same on another fresh dossier."""
    dossier = ouvrir_un(ville)
    etapes = _etapes(dossier)
    personnes = [a.personne for a in _acteurs(ville, etapes)] + [None]  # a service of five is not notified one by one
    lecteurs = [ville.entites[n] for n in range(VISAS)]
    return [
        lambda n=n: sql.viser(
            lien, dossier.pk, dossier.uuid, (etapes[n].pk, etapes[n + 1].pk), (personnes[n], personnes[n + 1]),
            lecteurs[: n + 2], ville.instant,
        )
        for n in range(VISAS)
    ]  # fmt: skip


def comparer(ville: Ville, adresse: str, tours: int) -> Temps:
    """Rounds of the four sides, one after the other; the side that begins changes with the round."""
    temps = Temps()
    with psycopg.connect(adresse) as lien, psycopg.connect(adresse) as lien_spiff:
        moteur, nu = Moteur(lien_spiff, delais=True), Moteur(lien_spiff, delais=False)
        for tour in range(-1, tours):
            mesure = temps if tour >= 0 else Temps()  # the first round warms up
            cotes = [
                (mesure.visa, [g for _ in range(PAR_TOUR) for g in preparer(ville)]),
                (mesure.sql, [g for _ in range(PAR_TOUR) for g in preparer_sql(ville, lien)]),
                (mesure.spiff, [_une_tache(moteur, c) for c in _instances(moteur) for _ in range(VISAS)]),
                (mesure.spiff_nu, [_une_tache(nu, c) for c in _instances(nu) for _ in range(VISAS)]),
            ]
            for n in range(len(cotes)):
                dans, gestes = cotes[(tour + n) % len(cotes)]
                for geste in gestes:
                    chronometrer(dans, geste)
    return temps


def _instances(moteur: Moteur) -> list[int]:
    return [moteur.ouvrir() for _ in range(PAR_TOUR)]


def _une_tache(moteur: Moteur, cle: int) -> Callable[[], object]:
    return lambda: moteur.avancer(cle)


def lignes(temps: Temps) -> list[Ligne]:
    """The ratios of rates, for the table."""
    visa, plain, spiff, nu = (median(t) for t in (temps.visa, temps.sql, temps.spiff, temps.spiff_nu))
    print(
        f"{len(temps.visa)} de chaque, ms médianes : visa {visa * 1e3:.2f}, SQL nu {plain * 1e3:.2f}, "
        f"SpiffWorkflow {spiff * 1e3:.2f} ; des tâches nues, sans rappel ni escalade {nu * 1e3:.2f} "
        f"(le visa : {nu / visa:.2f} fois leur débit)"
    )
    return [
        Ligne("visa / SpiffWorkflow, même circuit (débit)", spiff / visa, 1.0),
        Ligne("visa / SQL nu (débit)", plain / visa, 0.5),
    ]


def profiler(ville: Ville, visas: int = 200) -> None:
    """Print where the time of many visas goes."""
    profil = cProfile.Profile()
    gestes = [g for _ in range(visas // VISAS) for g in preparer(ville)]
    profil.enable()
    for geste in gestes:
        geste()
    profil.disable()
    for tri in ("tottime", "cumulative"):
        pstats.Stats(profil).sort_stats(tri).print_stats(30)
