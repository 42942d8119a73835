"""A town, its clients, and the one who kills: together for a while; then the accounts."""

import random
import threading
import time
from collections import Counter
from dataclasses import dataclass

from .bilan import Bilan, attendre_les_courriels, comparer
from .clients import Agent, Client, Habitant, Registre
from .ville import Ville


@dataclass
class Campagne:
    """What was run, and what came of it."""

    graine: int
    secondes: float
    morts: Counter[str]
    registre: Registre
    bilan: Bilan
    courriels_en_attente: int
    portes: int


def mener(
    ville: Ville, *, coups: int, ecritures: int, graine: int, attente: float, minutes: float = 60, habitants: int = 4,
    agents: int = 7,
) -> Campagne:  # fmt: skip
    """Kill `coups` times while clients work, until `ecritures` were confirmed or `minutes` have passed; then compare.

    `attente`: seconds given to the last e-mails.
    """
    registre, arret, debut = Registre(), threading.Event(), time.monotonic()
    eclaireur = Habitant(ville.port, registre, graine, arret)
    portes = eclaireur.trouver_les_portes()
    clients: list[Client] = []
    for n in range(habitants):
        habitant = Habitant(ville.port, registre, graine + 1 + n, arret)
        habitant.portes = portes
        clients.append(habitant)
    for n in range(agents):
        agent = Agent(ville.port, registre, graine + 100 + n, arret)
        agent.rang = n + 3  # the first three decide little
        clients.append(agent)
    fils = [threading.Thread(target=c.tourner, daemon=True) for c in clients]
    for fil in fils:
        fil.start()
    morts = ville.faucher(
        coups,
        random.Random(graine),
        lambda: len(registre.confirmations) < ecritures and time.monotonic() - debut < minutes * 60,
    )
    arret.set()
    for fil in fils:
        fil.join(120)
    duree = time.monotonic() - debut
    reste = attendre_les_courriels(ville, attente)
    return Campagne(graine, duree, morts, registre, comparer(ville, registre), reste, len(portes))
