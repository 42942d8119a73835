"""`make fiabilite`: the long campaign, whose figures it writes itself in docs/reliability.md."""

import argparse
import os
import platform
import re
import sys
from collections import Counter
from datetime import UTC, datetime

import django

os.environ.pop("DATABASE_URL", None)
os.environ |= {"DJANGO_SETTINGS_MODULE": "config.settings", "BURIDAN_DEMO": "oui"}
django.setup()  # what may be begun is read from the addresses; no database is asked

from .campagne import Campagne, mener  # noqa: E402
from .ville import RACINE, Ville  # noqa: E402

PAGE = RACINE / "docs" / "reliability.md"
DEBUT, FIN = "<!-- figures: written by make fiabilite -->", "<!-- end -->"
NOMS = {
    "web": "gunicorn workers", "gunicorn": "gunicorn masters", "travaux": "job workers", "postgres": "PostgreSQL sessions",
    "postmaster": "PostgreSQL postmasters",
}  # fmt: skip


def tableau(c: Campagne, voulu: str) -> str:
    """The figures, as Markdown."""
    genres = Counter(x.genre for x in c.registre.confirmations)
    b = c.bilan
    lignes = {
        "run": f"{datetime.now(UTC):%Y-%m-%d %H:%M} UTC, Python {platform.python_version()}, {os.cpu_count()} cores, seed {c.graine}",
        "asked for": voulu,
        "duration": f"{c.secondes:.0f} s",
        "kill -9": f"{c.morts.total()}: " + ", ".join(f"{n} {NOMS[g]}" for g, n in c.morts.most_common()),
        "confirmed to clients": f"{len(c.registre.confirmations)}: {genres['dépôt']} requests filed "
        f"({sum(bool(x.sha256) for x in c.registre.confirmations)} with a file), {genres['message']} messages, "
        f"{genres['commencé']} dossiers begun and {genres['écrit']} texts written by agents, {genres['étape']} gestures on "
        f"étapes, {genres['geste']} on dossiers; forms discovered: {c.portes}",
        "begun and decided, by nature": ", ".join(
            f"{code} {n['commencés']} and {n['décidés']}" for code, n in sorted(b.natures.items())
        ),
        "answers lost and asked for again": str(c.registre.comptes["réponses perdues, redemandées"]),
        "never answered (may have been done or not)": str(c.registre.comptes["abandons, effet inconnu"]),
        "rows at the end": ", ".join(f"{n} {t}" for t, n in b.lignes.items()),
        "**lost**": f"**{len(b.perdus)}**",
        "**doubled**": f"**{len(b.doubles)}**",
        "**torn** (`buridan check --complet` included)": f"**{len(b.dechires)}**",
        "e-mails sent again under the same Message-ID": str(b.courriels_renvoyes),
        "e-mails still in the outbox two minutes later": str(c.courriels_en_attente),
    }
    return "| | |\n|---|---|\n" + "\n".join(f"| {n} | {v} |" for n, v in lignes.items())


def main() -> int:
    """Run, write, 1 when something is lost, doubled or torn."""
    analyseur = argparse.ArgumentParser(prog="make fiabilite")
    analyseur.add_argument("--coups", type=int, default=200)
    analyseur.add_argument("--ecritures", type=int, default=20_000)
    analyseur.add_argument("--graine", type=int, default=20261125)
    analyseur.add_argument("--minutes", type=float, default=120, help="no more writes are waited for after that")
    options = analyseur.parse_args()
    ville = Ville()
    try:
        campagne = mener(
            ville,
            coups=options.coups,
            ecritures=options.ecritures,
            graine=options.graine,
            attente=120,
            minutes=options.minutes,
        )
    finally:
        ville.arreter()
    voulu = f"{options.coups} kills, {options.ecritures} confirmed writes, at most {options.minutes:g} minutes"
    texte = tableau(campagne, voulu)
    page = re.sub(
        f"{re.escape(DEBUT)}.*{re.escape(FIN)}", lambda _: f"{DEBUT}\n{texte}\n{FIN}", PAGE.read_text(), flags=re.S
    )
    PAGE.write_text(page)
    print(texte)
    fautes = campagne.bilan.perdus + campagne.bilan.doubles + campagne.bilan.dechires
    fautes += [f"nature {code}: nothing begun, or nothing decided" for code in campagne.en_reste]
    print(*fautes, sep="\n")
    if fautes:
        print(f"What is left stands in {ville.donnees}.")
        return 1
    ville.effacer()
    return 0


if __name__ == "__main__":
    sys.exit(main())
