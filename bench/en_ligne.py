"""All that goes through HTTP: filing, pages, first visits, memory, start; on `buridan run` in each of the two towns."""

import subprocess
import sys
from statistics import median, quantiles
from time import perf_counter

from bench import depot, pages
from bench.base import DOSSIER, RACINE
from bench.communes import Communes
from bench.rapport import Ligne
from bench.site import Site, memoire_de_postgres

PORTS = (8161, 8162)
PREPARATION = "import django; django.setup()"


def mesurer(communes: Communes, essais: int) -> tuple[list[Ligne], list[str]]:
    """(lines of the table, details as Markdown)."""
    sites: list[Site] = []
    try:
        for adresse, port, nom in zip(communes.adresses, PORTS, ("petite", "grande"), strict=True):
            sites.append(Site(adresse, port, nom))
        trouvees = pages.mesurer(communes, sites, essais)
        petit, grand = (
            depot.comparer(s, a, tours=max(2, essais // 8)) for s, a in zip(sites, communes.adresses, strict=True)
        )
        visites = pages.premieres_visites(sites[0])
        memoire = sites[1].memoire() | {"PostgreSQL": memoire_de_postgres(DOSSIER)}
    finally:
        for site in sites:
            site.arreter()
    depart = Site(communes.adresses[1], PORTS[1], "grande")  # the second start: nothing is to be prepared
    depart.arreter()
    lignes = _depots(communes, petit, grand) + pages.lignes(communes, trouvees, visites)
    lignes += [Ligne(f"mémoire, {nom} (Mio)", mio, None, au_plus=True) for nom, mio in memoire.items()]
    lignes.append(Ligne("démarrage / celui de Django seul", depart.depart / _django_seul(), None, au_plus=True))
    details = [*pages.tableau(communes, trouvees), "", *_phrases(communes, (petit, grand), depart.depart)]
    print("\n".join(["", *details]))
    return lignes, details


def _depots(communes: Communes, petit: depot.Debits, grand: depot.Debits) -> list[Ligne]:
    tailles = f"{communes.tailles[1]} / {communes.tailles[0]}"
    return [
        Ligne("dépôt / un seul INSERT (débit)", petit.debit / petit.debit_nu, depot.CIBLE),
        Ligne(f"dépôt, {tailles} (p50)", median(grand.temps) / median(petit.temps), pages.CIBLE, au_plus=True),
        Ligne("demandes perdues", sum(map(abs, petit.perdues + grand.perdues)), 0, au_plus=True),
    ]


def _phrases(communes: Communes, cotes: tuple[depot.Debits, ...], depart: float) -> list[str]:
    lignes = [f"{depot.CLIENTS} clients à la fois, par HTTP, travaux en marche :"]
    for taille, d in zip(communes.tailles, cotes, strict=True):
        p95 = quantiles(d.temps, n=20)[-1] * 1e3
        lignes.append(
            f"- {taille} dossiers : {d.debit:.1f} dépôts/s (p50 {median(d.temps) * 1e3:.0f} ms, p95 {p95:.0f} ms) ; un seul "
            f"INSERT {d.debit_nu:.0f}/s ; {d.depots} dépôts, {sum(map(abs, d.perdues))} perdus."
        )
    return [*lignes, f"- De `buridan run` à la première page, {communes.tailles[1]} dossiers : {depart:.1f} s."]


def _django_seul() -> float:
    """Seconds to start Python and read the settings; the best of three."""
    durees = []
    for _ in range(3):
        debut = perf_counter()
        subprocess.run([sys.executable, "-c", PREPARATION], cwd=RACINE, check=True)
        durees.append(perf_counter() - debut)
    return min(durees)
