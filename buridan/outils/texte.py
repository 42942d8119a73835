"""Text without accents, and references that can be read over the phone."""

import secrets
import unicodedata

ALPHABET = "23456789ABCDEFGHJKMNPQRSTVWXYZ"  # no 0/O, 1/I/L, U: they are misheard or misread


def sans_accents(texte: str) -> str:
    """Lower case, without accents: « Éclairage » becomes « eclairage »."""
    decompose = unicodedata.normalize("NFKD", texte.replace("œ", "oe").replace("Œ", "oe").replace("æ", "ae"))
    return "".join(c for c in decompose if not unicodedata.combining(c)).lower()


def code_lisible(longueur: int) -> str:
    """Random code of that many characters, about 4.9 bits each."""
    return "".join(secrets.choice(ALPHABET) for _ in range(longueur))
