"""Tables that leave Buridan: no cell may act as a formula."""

import csv
from collections.abc import Sequence
from dataclasses import dataclass
from io import BytesIO, StringIO
from typing import Any

from django.http import HttpResponse

from buridan.interface.fichiers import inerte

ODS = "application/vnd.oasis.opendocument.spreadsheet"
DANGEREUX = ("=", "+", "-", "@", "\t", "\r", "\n", "\0", "＝", "＋", "－", "＠")


@dataclass(frozen=True, slots=True)
class Feuille:
    """One table: its name, its heads, its lines of numbers and texts (None = nothing to say)."""

    nom: str
    entetes: Sequence[str]
    lignes: Sequence[Sequence[Any]]


def sans_formule(texte: str) -> str:
    """A leading sign that a spreadsheet would run is quoted (ASVS 1.2.10)."""
    return f"'{texte}" if texte.lstrip(" ").startswith(DANGEREUX) else texte


def _cellule(valeur: Any) -> Any:
    if valeur is None:
        return ""
    return valeur if isinstance(valeur, int | float) else sans_formule(str(valeur))


def en_csv(feuille: Feuille) -> str:
    """CSV as French spreadsheets read it: semicolons, decimal commas, a byte order mark."""
    sortie = StringIO("\ufeff")
    sortie.seek(0, 2)
    ecrivain = csv.writer(sortie, delimiter=";")
    for ligne in [feuille.entetes, *feuille.lignes]:
        ecrivain.writerow([str(c).replace(".", ",") if isinstance(c, float) else c for c in map(_cellule, ligne)])
    return sortie.getvalue()


def en_ods(feuilles: Sequence[Feuille]) -> bytes:
    """An OpenDocument spreadsheet, one sheet for each table."""
    from odf.opendocument import OpenDocumentSpreadsheet  # a third of a second, for those who export
    from odf.table import Table, TableCell, TableRow
    from odf.text import P

    classeur = OpenDocumentSpreadsheet()
    for feuille in feuilles:
        table = Table(name=feuille.nom)
        for ligne in [feuille.entetes, *feuille.lignes]:
            rangee = TableRow()
            for valeur in map(_cellule, ligne):
                nombre = isinstance(valeur, int | float)
                cellule = TableCell(valuetype="float", value=valeur) if nombre else TableCell(valuetype="string")
                cellule.addElement(P(text=str(valeur)))
                rangee.addElement(cellule)
            table.addElement(rangee)
        classeur.spreadsheet.addElement(table)
    sortie = BytesIO()
    classeur.write(sortie)
    return sortie.getvalue()


def servir(feuilles: Sequence[Feuille], nom: str, forme: str) -> HttpResponse:
    """These sheets as a file to keep, `ods`; or the first of them as `csv`."""
    contenu: str | bytes = en_ods(feuilles) if forme == "ods" else en_csv(feuilles[0])
    reponse = HttpResponse(contenu, content_type=ODS if forme == "ods" else "text/csv; charset=utf-8")
    reponse["Content-Disposition"] = f'attachment; filename="{nom}.{forme}"'
    return inerte(reponse)
