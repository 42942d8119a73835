"""`python -m bench.entetes`: how often the sender is read right on scans of invented letters, drawn and read by Tesseract here.

The letters are those of the demonstration, each laid out in several ways. Real ones are harder: columns, logos, handwriting.
"""

import os
import subprocess
import tempfile
from collections import Counter
from concurrent.futures import ThreadPoolExecutor
from io import BytesIO
from itertools import cycle
from pathlib import Path
from shutil import which

FINESSE = 130  # dots per inch, as the demonstration's scanner
MAIRIE = "Monsieur le Maire\nHôtel de ville\n1 place de l'Exemple\n62400 Exemple-sur-Lys"
FIN = "Je vous prie d'agréer mes salutations distinguées.\n\n{nom}"
SIRET = "SIRET 732 829 320 00074"
# {tete}: who writes; {mairie}: whom to; {nom}: who signs
FORMES = (
    "{tete}\n\n{mairie}\n\nÀ Exemple-sur-Lys, le 12 mars 2026\n\nObjet : {objet}\n\nMonsieur le maire,\n\nJe vous écris.\n\n"
    + FIN,
    "{tete}\n\nObjet : {objet}\n\nMadame, Monsieur,\n\nVoici ma demande, avec les pièces utiles.\n\n" + FIN,
    "{mairie}\n\n{tete}\n\nLe 3 avril 2026\n\nMonsieur le maire,\n\nMerci de lire ceci avec attention.\n\n"
    + FIN
    + "\n\n{pied}",
    "Objet : {objet}\n\nMonsieur le maire,\n\nJe me permets de vous écrire.\n\n" + FIN,
)
CHAMPS = ("expediteur", "organisme", "adresse", "courriel", "siret")


def main() -> None:
    """Draw, read, compare, print."""
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "config.settings")
    os.environ.setdefault("BURIDAN_DEMO", "oui")
    import django

    django.setup()
    from buridan.demo.textes_courriers import LETTRES
    from buridan.numerisation.entete import lire_l_entete
    from buridan.numerisation.lecture import coeurs, manque

    if raison := manque():
        raise SystemExit(raison)
    lettres = [
        _ecrire(x, forme, n) for n, (x, forme) in enumerate(zip([x for x in LETTRES if not x.pour], cycle(FORMES)))
    ]
    with ThreadPoolExecutor(coeurs()) as equipe:
        lus = list(equipe.map(lambda x: lire_l_entete(_lu(x[0])), lettres))
    for champ in CHAMPS:
        comptes = Counter(
            _juger(getattr(lu, champ), attendu[champ]) for lu, (_t, attendu) in zip(lus, lettres, strict=True)
        )
        print(f"{champ} : " + ", ".join(f"{mot} {comptes[mot]}" for mot in ("juste", "faux", "manqué", "rien à lire")))
    print(f"{len(lettres)} lettres inventées, {len(FORMES)} mises en page : plus faciles que de vraies.")


def _ecrire(lettre, forme: str, n: int) -> tuple[str, dict[str, str]]:  # type: ignore[no-untyped-def]  a letter of the demo
    """(its text, what should be read in it)."""
    rue, code = f"{3 + n} rue de l'Exemple", "62400 Exemple-sur-Lys"
    courriel = f"contact{n}@courriel.example" if lettre.courriel else ""
    tete = "\n".join(filter(None, (lettre.organisme, lettre.expediteur, rue, code, courriel)))
    pied = SIRET if lettre.organisme else ""
    texte = forme.format(tete=tete, mairie=MAIRIE, objet=lettre.objet, nom=lettre.expediteur, pied=pied)
    en_tete = "{tete}" in forme
    dits = {
        "expediteur": lettre.expediteur, "organisme": lettre.organisme if en_tete else "",
        "adresse": f"{rue}, {code}" if en_tete else "", "courriel": courriel if en_tete else "",
        "siret": "73282932000074" if pied and "{pied}" in forme else "",
    }  # fmt: skip
    return texte, dits


def _juger(lu: str, attendu: str) -> str:
    if lu == attendu:
        return "juste" if attendu else "rien à lire"
    return "faux" if lu else "manqué"


def _lu(texte: str) -> str:
    """The page drawn as a scan, then read."""
    import pypdfium2

    from buridan.demo.numerisations import composer_page

    image = pypdfium2.PdfDocument(composer_page(texte))[0].render(scale=FINESSE / 72, grayscale=True).to_pil()
    with tempfile.TemporaryDirectory() as dossier:
        jpeg = BytesIO()
        image.save(jpeg, "JPEG", quality=70, dpi=(FINESSE, FINESSE))
        scan = Path(dossier) / "page.jpg"
        scan.write_bytes(jpeg.getvalue())
        commande = [which("tesseract") or "tesseract", "-l", "fra", str(scan), "stdout"]
        return subprocess.run(commande, check=True, capture_output=True, text=True).stdout  # noqa: S603


if __name__ == "__main__":
    main()
