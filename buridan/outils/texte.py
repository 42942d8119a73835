"""Text without accents, and references that can be read over the phone."""

import hashlib
import json
import secrets
import unicodedata
from collections.abc import Mapping

ALPHABET = "23456789ABCDEFGHJKMNPQRSTVWXYZ"  # no 0/O, 1/I/L, U: they are misheard or misread


def sans_accents(texte: str) -> str:
    """Lower case, without accents: « Éclairage » becomes « eclairage »."""
    decompose = unicodedata.normalize("NFKD", texte.replace("œ", "oe").replace("Œ", "oe").replace("æ", "ae"))
    return "".join(c for c in decompose if not unicodedata.combining(c)).lower()


def code_lisible(longueur: int) -> str:
    """Random code of that many characters, about 4.9 bits each."""
    return "".join(secrets.choice(ALPHABET) for _ in range(longueur))


def empreinte(contenu: Mapping[str, str]) -> str:
    """Imprint of what was typed in a form, its empty fields apart: tells whether somebody else saved meanwhile."""
    plein = {c: v for c, v in sorted(contenu.items()) if v}
    return hashlib.sha256(json.dumps(plein, ensure_ascii=False).encode()).hexdigest()[:16]
