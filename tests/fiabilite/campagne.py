"""A town, its clients, and the one who kills: together for a while; then the accounts."""

import random
import threading
import time
from collections import Counter
from dataclasses import dataclass

from django.urls import reverse

from buridan.dossiers.natures import natures

from .bilan import Bilan, attendre_les_courriels, comparer, natures_en_reste
from .clients import Agent, Client, Habitant, Registre
from .ville import Ville


@dataclass
class Campagne:
    """What was run, and what came of it. `en_reste`: natures of which nothing was begun, or nothing decided."""

    graine: int
    secondes: float
    morts: Counter[str]
    registre: Registre
    bilan: Bilan
    courriels_en_attente: int
    portes: int
    en_reste: list[str]


def mener(
    ville: Ville, *, coups: int, ecritures: int, graine: int, attente: float, minutes: float = 60, habitants: int = 3,
    agents: int = 7,
) -> Campagne:  # fmt: skip
    """Kill `coups` times while clients work, until `ecritures` were confirmed and each nature was played, or `minutes` have
    passed; then compare. The blows are spread over the writes, or over the time when it runs out first.

    `attente`: seconds given to the last e-mails.
    """
    registre, arret, debut = Registre(), threading.Event(), time.monotonic()
    eclaireur = Habitant(ville.port, registre, graine, arret)
    portes = eclaireur.trouver_les_portes()
    a_commencer = frozenset(reverse(n.registre.creer) for n in natures() if n.registre)
    clients: list[Client] = []
    for n in range(habitants):
        habitant = Habitant(ville.port, registre, graine + 1 + n, arret)
        habitant.portes = portes
        clients.append(habitant)
    for n in range(agents):
        agent = Agent(ville.port, registre, graine + 100 + n, arret)
        agent.rang, agent.pas = n, agents
        agent.registres, agent.portes = reverse("registres"), a_commencer
        clients.append(agent)
    fils = [threading.Thread(target=c.tourner, daemon=True) for c in clients]
    for fil in fils:
        fil.start()
    codes = [nature.code for nature in natures()]

    def encore() -> bool:
        if time.monotonic() - debut > minutes * 60:
            return False
        return len(registre.confirmations) < ecritures or bool(natures_en_reste(ville, registre, codes))

    def ou() -> float:
        temps = (time.monotonic() - debut) / (minutes * 60)
        return max(temps, len(registre.confirmations) / ecritures if ecritures else 1)

    morts = ville.faucher(coups, random.Random(graine), encore, ou)
    arret.set()
    for fil in fils:
        fil.join(120)
    duree = time.monotonic() - debut
    reste = attendre_les_courriels(ville, attente)
    bilan, en_reste = comparer(ville, registre), natures_en_reste(ville, registre, codes)
    return Campagne(graine, duree, morts, registre, bilan, reste, len(portes) + len(a_commencer), en_reste)
