"""The separator sheets, to print and use again."""

from pathlib import Path

from django.conf import settings

from buridan.courriers.papier import code_qr
from buridan.dossiers.pdf import compiler
from buridan.interface.contexte import ville
from buridan.numerisation.atelier import SEPARATEUR

MODELE = Path(__file__).parent / "separateur.typ"


def separateurs(nombre: int) -> bytes:
    """That many sheets, all alike: a letter begins after each."""
    return compiler(
        MODELE, "feuille", {"ville": ville(settings.PRESET)["nom"], "qr": code_qr(SEPARATEUR), "nombre": nombre}
    )
