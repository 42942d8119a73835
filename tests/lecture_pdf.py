"""Read the letters that Buridan makes: text, metadata, tags."""

from io import BytesIO
from typing import Any

from pypdf import PdfReader


def lire(pdf: bytes) -> PdfReader:
    """The PDF, opened."""
    return PdfReader(BytesIO(pdf))


def texte(pdf: bytes) -> str:
    """All the text, without the places where long words may break, spaces and line ends made one."""
    pages = "\n".join(page.extract_text() for page in lire(pdf).pages)
    return " ".join(pages.replace("\u200b", "").split())


def balises(pdf: bytes) -> list[str]:
    """Names of the structure tags, in reading order."""
    noms: list[str] = []

    def parcourir(noeud: Any) -> None:
        noeud = noeud.get_object() if hasattr(noeud, "get_object") else noeud
        if isinstance(noeud, list):
            for enfant in noeud:
                parcourir(enfant)
        elif isinstance(noeud, dict):
            if "/S" in noeud:
                noms.append(str(noeud["/S"]))
            if "/K" in noeud:
                parcourir(noeud["/K"])

    parcourir(lire(pdf).trailer["/Root"]["/StructTreeRoot"]["/K"])  # type: ignore[index]
    return noms
