"""Ask the workshop process, which alone opens scanned PDFs; what is missing on the machine, in words."""

import json
import os
import shutil
import signal
import subprocess
import sys
from base64 import b64decode
from collections.abc import Iterable
from contextlib import suppress
from pathlib import Path
from typing import Any

from django.conf import settings

from buridan.dossiers.fichiers import chemin
from buridan.numerisation.models import Page

LANGUE = "fra"
DELAI_PAGE = 60  # seconds for one page, all together
INSTALLER = (
    "Demandez à l'exploitant du serveur d'installer les paquets Debian tesseract-ocr et tesseract-ocr-fra, puis cliquez sur "
    "« Relire »."
)


class Echec(Exception):
    """The workshop gave nothing: it ran out of time or memory, or broke. `raison` says it in French."""

    def __init__(self, raison: str) -> None:
        super().__init__(raison)
        self.raison = raison


def coeurs() -> int:
    """Cores that this process may use."""
    return len(os.sched_getaffinity(0))


def manque() -> str:
    """Why nothing can be read on this machine, and what to install; empty when it can."""
    tesseract = shutil.which("tesseract")
    if tesseract is None:
        return f"Le programme de lecture (Tesseract) manque sur le serveur. {INSTALLER}"
    langues = subprocess.run([tesseract, "--list-langs"], capture_output=True, text=True, check=False, timeout=20)  # noqa: S603
    if LANGUE not in langues.stdout.split():
        return f"Le programme de lecture ne connaît pas le français sur ce serveur. {INSTALLER}"
    return ""


def demander_a_l_atelier(geste: str, *, delai: int, **demande: Any) -> dict[str, Any]:
    """What the workshop answers. `delai`: seconds. Raises Echec."""
    voulu = {**demande, "coeurs": coeurs(), "secondes": delai * coeurs()}
    environnement = {"PATH": os.environ.get("PATH", ""), "LANG": "C.UTF-8", "OMP_THREAD_LIMIT": "1"}
    for nom in ("TMPDIR", "TESSDATA_PREFIX"):
        if nom in os.environ:
            environnement[nom] = os.environ[nom]
    with subprocess.Popen(  # noqa: S603
        [sys.executable, "-m", "buridan.numerisation.atelier", geste], stdin=subprocess.PIPE, stdout=subprocess.PIPE,
        stderr=subprocess.DEVNULL, cwd=settings.BASE_DIR, env=environnement, process_group=0, text=True,
    ) as atelier:  # fmt: skip
        try:
            dit, _rien = atelier.communicate(json.dumps(voulu), timeout=delai)
        except subprocess.TimeoutExpired:
            raise Echec(f"Elle a demandé plus de {delai} secondes.") from None
        finally:
            with suppress(ProcessLookupError):
                os.killpg(atelier.pid, signal.SIGKILL)  # with all that it started
    if atelier.returncode:
        raise Echec("Le programme de lecture s'est arrêté sur elle (page abîmée ou trop lourde).")
    reponse: dict[str, Any] = json.loads(dit)
    return reponse


def montrer(source: str, pages: Iterable[Page], vers: Path) -> list[dict[str, Any]]:
    """Pictures of these pages in the folder `vers`. Raises Echec."""
    voulues = [{"numero": p.numero, "rotation": p.rotation} for p in pages]
    dit = demander_a_l_atelier(
        "montrer", delai=20 + 10 * len(voulues), source=str(chemin(source)), vers=str(vers), pages=voulues
    )
    return list(dit.get("pages", []))


def dessiner(source: Path, numero: int) -> tuple[str, bytes]:
    """(type, bytes) of the picture of a page, from 1, of any PDF. Raises Echec."""
    dit = demander_a_l_atelier("dessiner", delai=15, source=str(source), numero=numero)
    if dit.get("erreur"):
        raise Echec("Elle n'a pas pu être dessinée.")
    return dit["genre"], b64decode(dit["image"])


def lire(source: str, pages: Iterable[Page], vers: Path) -> tuple[bytes, list[str]]:
    """(searchable PDF, text of each page). Raises Echec."""
    voulues = [{"numero": p.numero, "rotation": p.rotation} for p in pages]
    sortie = vers / "lu.pdf"
    dit = demander_a_l_atelier(
        "lire", delai=30 + DELAI_PAGE * len(voulues), source=str(chemin(source)), vers=str(sortie), pages=voulues,
        langue=LANGUE, par_page=DELAI_PAGE,
    )  # fmt: skip
    if dit.get("erreur") or dit.get("code"):
        raise Echec("Le programme de lecture n'a pas su l'ouvrir (page abîmée ou trop grande).")
    return sortie.read_bytes(), dit["textes"]


def assembler(pages: Iterable[Page], vers: Path) -> tuple[bytes, bool]:
    """(one searchable PDF of these pages, whether it is PDF/A), each having been read. Raises Echec."""
    sortie = vers / "assemble.pdf"
    places = [[str(chemin(p.lu_dans)), p.lu_rang] for p in pages]
    dit = demander_a_l_atelier("assembler", delai=60 + len(places), pages=places, vers=str(sortie))
    if dit.get("erreur"):
        raise Echec("Les pages lues n'ont pas pu être assemblées.")
    return sortie.read_bytes(), bool(dit["pdfa"])


def extraire(source: str, pages: Iterable[Page], vers: Path) -> bytes:
    """These pages of the untouched file. Raises Echec."""
    sortie, voulues = vers / "extrait.pdf", [{"numero": p.numero} for p in pages]
    dit = demander_a_l_atelier(
        "extraire", delai=60 + len(voulues), source=str(chemin(source)), vers=str(sortie), pages=voulues
    )
    if dit.get("erreur"):
        raise Echec("Les pages n'ont pas pu être prises dans le fichier déposé.")
    return sortie.read_bytes()
