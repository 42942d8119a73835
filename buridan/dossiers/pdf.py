"""Tagged PDFs (PDF/UA-1, ISO 14289-1) by Typst: a template and plain data; what a person typed is never evaluated."""

import json
import unicodedata
from datetime import date
from pathlib import Path
from typing import Any

import typst
from django.utils.formats import date_format
from django.utils.timezone import localtime

from buridan.dossiers.models import Decision
from buridan.organisation.annuaire import Annuaire


def compiler(modele: Path, entree: str, donnees: dict[str, Any]) -> bytes:
    """The PDF of these data, given to the template as `sys.inputs.<entree>`.

    A character that no font of ours draws (an emoji) can't stand in PDF/UA: such a page is tagged, not declared so.
    """
    entrees = {entree: json.dumps(donnees, ensure_ascii=False)}
    texte = modele.read_bytes()
    compilateur = typst.Compiler(font_paths=typst.Fonts(include_system_fonts=False), sys_inputs=entrees)
    try:
        pdf = compilateur.compile(texte, format="pdf", pdf_standards="ua-1")
    except typst.TypstError:
        pdf = compilateur.compile(texte, format="pdf")
    assert isinstance(pdf, bytes)
    return pdf


def compiler_et_situer(
    modele: Path, entree: str, donnees: dict[str, Any], marque: str
) -> tuple[bytes, int, float, float]:
    """The same, and where the template put `marque`: page from 0, left and top in points."""
    entrees = {entree: json.dumps(donnees, ensure_ascii=False)}
    compilateur = typst.Compiler(
        modele.read_bytes(), font_paths=typst.Fonts(include_system_fonts=False), sys_inputs=entrees
    )
    place = json.loads(compilateur.query(marque, field="value", one=True))
    gauche, haut = (float(place[c].removesuffix("pt")) for c in ("x", "y"))
    return compiler(modele, entree, donnees), place["page"] - 1, gauche, haut


def en_toutes_lettres(jour: date) -> str:
    """« 1er mars 2026 »."""
    return f"{'1er' if jour.day == 1 else jour.day} {date_format(jour, 'F Y')}"


def decision_en_mots(decision: Decision, annuaire: Annuaire) -> dict[str, str]:
    """The frame of an étape on paper: when, what was decided and by whom, what was said."""
    qui = " ".join(p for p in (annuaire.nom_personne(decision.par_id), decision.pour) if p)
    return {
        "date": f"{localtime(decision.at):%d/%m/%Y}",
        "visa": f"{decision.get_resultat_display()} — {qui}",
        "remarque": propre(decision.texte),
    }


def propre(texte: str) -> str:
    """Without the control characters a word processor leaves behind, which no font draws."""
    return "".join(c for c in texte.replace("\r\n", "\n") if c == "\n" or unicodedata.category(c) not in ("Cc", "Cs"))


def paragraphes(texte: str) -> list[list[str]]:
    """Paragraphs, each as its lines."""
    return [p.strip().split("\n") for p in propre(texte).split("\n\n") if p.strip()]
