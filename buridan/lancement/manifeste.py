"""What a backup says of itself: `manifeste.json`, and `empreintes.txt` that `sha256sum -c` also reads.

DIR/
  manifeste.json       versions, migrations, rows by table, digest of empreintes.txt; written last
  empreintes.txt       SHA-256 of every other file
  base.dump            pg_dump, custom format
  configuration.env    settings of the day, without secrets
  preset/              the town's own folder of data
  fichiers/            uploaded files, under their SHA-256
"""

import hashlib
import hmac
import json
from collections.abc import Iterator
from dataclasses import asdict, dataclass, field
from importlib.metadata import PackageNotFoundError, version
from pathlib import Path

from django.conf import settings

from buridan.journal.chaine import empreinte_de_la_cle
from buridan.lancement.postgres import DemarrageImpossible

FORMAT = 1
MANIFESTE, EMPREINTES, BASE, FICHIERS = "manifeste.json", "empreintes.txt", "base.dump", "fichiers"
AVIS = (
    "Le journal restauré ne se vérifie qu'avec la même BURIDAN_CLE_JOURNAL, et les liens de suivi déjà envoyés ne marchent "
    "qu'avec la même BURIDAN_CLE_SECRETE. Ces clés ne sont pas dans la sauvegarde : gardez-les ailleurs."
)


@dataclass
class Manifeste:
    """Everything needed to judge a backup before touching anything. `postgresql` is a major version."""

    faite_le: str
    buridan: str
    postgresql: int
    migrations: list[str]
    tables: dict[str, int]
    sans_donnees: list[str]
    fichiers: int
    octets: int
    cle_journal: str
    cle_secrete: str
    empreintes: str = ""
    fautes: list[str] = field(default_factory=list)
    format: int = FORMAT
    avis: str = AVIS

    def ecrire(self, dossier: Path) -> None:
        """Write it; the backup is whole from then on."""
        (dossier / MANIFESTE).write_text(
            json.dumps(asdict(self), ensure_ascii=False, indent=2) + "\n", encoding="utf-8"
        )


def lire(dossier: Path) -> Manifeste:
    """The manifest of that backup. Raises DemarrageImpossible when it has none, a damaged one, or one we can't read."""
    try:
        contenu = json.loads((dossier / MANIFESTE).read_text(encoding="utf-8"))
        trouve = int(contenu["format"])
    except FileNotFoundError as erreur:
        raise DemarrageImpossible(
            f"{dossier} n'est pas une sauvegarde entière : il n'y a pas de {MANIFESTE}. Prenez-en une autre."
        ) from erreur
    except (ValueError, KeyError, TypeError, OSError) as erreur:
        raise DemarrageImpossible(f"{dossier}/{MANIFESTE} est abîmé. Prenez une autre sauvegarde.") from erreur
    if trouve > FORMAT:
        raise DemarrageImpossible(
            f"Cette sauvegarde vient d'une version plus récente de Buridan ({contenu.get('buridan')}). Installez cette version."
        )
    try:
        return Manifeste(**contenu)
    except TypeError as erreur:
        raise DemarrageImpossible(f"{dossier}/{MANIFESTE} est abîmé. Prenez une autre sauvegarde.") from erreur


def version_de_buridan() -> str:
    """As installed, or as written in pyproject.toml."""
    try:
        return version("buridan")
    except PackageNotFoundError:
        import tomllib

        projet = Path(__file__).resolve().parent.parent.parent / "pyproject.toml"
        return str(tomllib.loads(projet.read_text(encoding="utf-8"))["project"]["version"])


def empreinte_secrete() -> str:
    """Tells whether two sites have the same secret key, and nothing else of it."""
    return hmac.digest(settings.SECRET_KEY.encode(), b"buridan:empreinte", "sha256")[:8].hex()


def cles() -> dict[str, str]:
    """Fingerprints of the two keys in use."""
    return {"cle_journal": empreinte_de_la_cle(), "cle_secrete": empreinte_secrete()}


def sha256(chemin: Path) -> str:
    """Digest of a file's content."""
    with chemin.open("rb") as flux:
        return hashlib.file_digest(flux, "sha256").hexdigest()


def fichiers_sous(racine: Path) -> Iterator[Path]:
    """Every regular file, in order."""
    return (chemin for chemin in sorted(racine.rglob("*")) if chemin.is_file())


def ecrire_empreintes(dossier: Path, connues: dict[Path, str]) -> str:
    """Digest every file of the backup (those in `connues` are not read again); returns the digest of the list."""
    lignes = [f"{connues.get(c) or sha256(c)}  {c.relative_to(dossier).as_posix()}\n" for c in fichiers_sous(dossier)]
    (dossier / EMPREINTES).write_text("".join(lignes), encoding="utf-8")
    return sha256(dossier / EMPREINTES)


def verifier(dossier: Path, manifeste: Manifeste) -> None:
    """Read every file again. Raises DemarrageImpossible at the first one that is missing or differs."""
    liste = dossier / EMPREINTES
    if not liste.is_file() or sha256(liste) != manifeste.empreintes:
        raise DemarrageImpossible(f"{liste} manque ou a changé depuis la sauvegarde. Prenez une autre sauvegarde.")
    for ligne in liste.read_text(encoding="utf-8").splitlines():
        attendue, _, nom = ligne.partition("  ")
        chemin = dossier / nom
        if not chemin.is_file():
            raise DemarrageImpossible(f"La sauvegarde est incomplète : {nom} manque. Prenez une autre sauvegarde.")
        if sha256(chemin) != attendue:
            raise DemarrageImpossible(f"{nom} a changé depuis la sauvegarde. Prenez une autre sauvegarde.")
