"""`make audit`: known faults of the locked dependencies (pip-audit); says so when its data can't be reached."""

import json
import subprocess
import sys
from pathlib import Path

RACINE = Path(__file__).resolve().parent.parent
HORS_DE_PORTEE = (
    "Les données de pip-audit ne sont pas joignables d'ici : les dépendances n'ont pas été vérifiées. Relancez « make audit » "
    "sur une machine qui atteint le registre public des paquets Python."
)


def bilan(sortie: str) -> tuple[int, list[str]]:
    """(exit code, lines to print) from pip-audit's JSON: 0 nothing known, 1 known faults, 2 not looked at."""
    try:
        dependances = json.loads(sortie)["dependencies"]
    except (ValueError, KeyError):
        return 2, [HORS_DE_PORTEE]
    fautes = [f"{d['name']} {d['version']} : {v['id']}, corrigé en {', '.join(v['fix_versions']) or '(rien encore)'}"
              for d in dependances for v in d.get("vulns", [])]  # fmt: skip
    sautees = [d["name"] for d in dependances if "skip_reason" in d]
    if len(sautees) == len(dependances):
        return 2, [HORS_DE_PORTEE]
    restes = [f"Non vérifiées : {', '.join(sautees)}."] if sautees else []
    if fautes:
        return 1, [*fautes, *restes, "Mettez ces paquets à jour dans requirements.in, puis « make lock »."]
    return (2 if sautees else 0), [f"{len(dependances) - len(sautees)} dépendances sans faille connue.", *restes]


def main() -> int:
    """Ask and print."""
    options = ["--disable-pip", "--require-hashes", "--format", "json", "--progress-spinner", "off"]
    commande = [str(RACINE / ".venv/bin/pip-audit"), *options, "-r", "requirements-dev.txt"]
    fait = subprocess.run(commande, cwd=RACINE, capture_output=True, text=True, check=False)
    code, lignes = bilan(fait.stdout)
    print("\n".join(lignes))
    return code


if __name__ == "__main__":
    sys.exit(main())
