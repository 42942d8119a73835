"""Tables that leave Buridan: no cell may act as a formula."""

from collections.abc import Sequence
from io import BytesIO
from typing import Any

from odf.opendocument import OpenDocumentSpreadsheet
from odf.table import Table, TableCell, TableRow
from odf.text import P

DANGEREUX = ("=", "+", "-", "@", "\t", "\r", "\0")


def sans_formule(texte: str) -> str:
    """A leading sign that a spreadsheet would run is quoted (ASVS 1.2.10)."""
    return f"'{texte}" if texte.startswith(DANGEREUX) else texte


def en_ods(entetes: Sequence[str], lignes: Sequence[Sequence[Any]]) -> bytes:
    """An OpenDocument spreadsheet of one table."""
    classeur = OpenDocumentSpreadsheet()
    table = Table(name="Tableau de bord")
    for ligne in [entetes, *lignes]:
        rangee = TableRow()
        for valeur in ligne:
            nombre = isinstance(valeur, int | float)
            cellule = TableCell(valuetype="float", value=valeur) if nombre else TableCell(valuetype="string")
            cellule.addElement(P(text=str(valeur)))
            rangee.addElement(cellule)
        table.addElement(rangee)
    classeur.spreadsheet.addElement(table)
    sortie = BytesIO()
    classeur.write(sortie)
    return sortie.getvalue()
