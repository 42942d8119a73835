"""Text without accents, references that can be read over the phone, texts with fields."""

import hashlib
import json
import re
import secrets
import unicodedata
from collections.abc import Mapping

ALPHABET = "23456789ABCDEFGHJKMNPQRSTVWXYZ"  # no 0/O, 1/I/L, U: they are misheard or misread
_CHAMP = re.compile(r"\{\{\s*(\w+)\s*\}\}")


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


def remplir_champs(texte: str, valeurs: Mapping[str, str]) -> str:
    """Replace each `{{champ}}` that has a value; another is left as it stands, to be seen and mended."""
    return _CHAMP.sub(lambda m: valeurs.get(m[1]) or m[0], texte)
