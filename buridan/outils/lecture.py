"""Text files that people write: read as UTF-8, or said to be something else, with the line."""

from pathlib import Path

from buridan.outils.verdict import FichierInvalide


def texte_de(chemin: Path, nom: str = "") -> str:
    """The text of a file, which is called `nom` in the fault. Raises FichierInvalide when it is no UTF-8 or can't be read."""
    nom = nom or chemin.name
    try:
        octets = chemin.read_bytes()
        texte = octets.decode("utf-8-sig")
    except UnicodeDecodeError as erreur:
        ligne = octets.count(b"\n", 0, erreur.start) + 1
        raison = "ce n'est pas du texte en UTF-8. Enregistrez le fichier en « CSV UTF-8 » ou « UTF-8 »."
        raise FichierInvalide([f"{nom}, ligne {ligne} : {raison}"]) from erreur
    except OSError as erreur:
        raise FichierInvalide([f"{nom} : le fichier ne se lit pas ({erreur.strerror})."]) from erreur
    if "\0" in texte:
        raise FichierInvalide(
            [f"{nom}, ligne {texte.count(chr(10), 0, texte.index(chr(0))) + 1} : ce n'est pas du texte."]
        )
    return texte.replace("\r\n", "\n")


def separateur(texte: str) -> str:
    """Of the columns, by the first line: French spreadsheets write semicolons."""
    premiere = texte.partition("\n")[0]
    return ";" if ";" in premiere and "," not in premiere else ","
