"""Marks typed in every field of every form a dossier meets, as a browser would send them; and where any of them stands."""

from collections.abc import Iterator
from datetime import timedelta
from io import BytesIO
from pathlib import Path
from uuid import uuid4

import pikepdf
from bs4 import BeautifulSoup, Tag
from django.contrib.sessions.models import Session
from django.core.files.uploadedfile import SimpleUploadedFile
from django.db import connection
from django.test import Client
from django.utils.timezone import localdate

CONTRAINTS = {
    "delai": "2 jours ouvrés",
    "siret": "",
    "rna": "",
}  # numbers with a check digit, a delay: no mark holds there
DEBUT = "zqxv"  # in every mark, and in nothing else


def marque() -> str:
    return DEBUT + uuid4().hex[:8]


def _pdf(texte: str) -> bytes:
    """A page that holds the mark, in its content and as its author."""
    sortie = BytesIO()
    with pikepdf.new() as pdf:
        page = pdf.add_blank_page(page_size=(200, 200))
        page.contents_add(pikepdf.Stream(pdf, f"% {texte}".encode()))
        pdf.docinfo["/Author"] = texte
        pdf.save(sortie, compress_streams=False, object_stream_mode=pikepdf.ObjectStreamMode.disable)
    return sortie.getvalue()


def formulaire(page: bytes, action: str = "") -> Tag:
    """The form of the page with that action; the first that is sent by POST and has a text field without one."""
    formes = BeautifulSoup(page, "html.parser").find_all("form", method="post")
    for forme in formes:
        if action and str(forme.get("action") or "").endswith(action):
            return forme
        if not action and forme.find(["textarea", "input"], attrs={"type": ["text", "email", None]}):
            return forme
    raise AssertionError(f"no form {action}")


def remplir(forme: Tag, plantees: set[str], **impose: object) -> dict[str, object]:
    """A mark in every field that takes text, in the content and the name of a file; each mark goes to `plantees`."""
    donnees: dict[str, object] = {}
    for champ in forme.find_all(["input", "textarea", "select"]):
        nom, genre = str(champ.get("name") or ""), str(champ.get("type") or "text")
        if not nom or nom in donnees or nom in impose or champ.has_attr("disabled"):
            continue
        if champ.name == "select":
            options = [o for o in champ.find_all("option") if o.get("value")]
            choisie = next((o for o in options if o.has_attr("selected")), options[0] if options else None)
            donnees[nom] = choisie["value"] if choisie else ""
        elif genre == "hidden" or champ.has_attr("readonly"):
            donnees[nom] = champ.get_text().strip() if champ.name == "textarea" else champ.get("value", "")
        elif genre == "radio":
            donnees[nom] = champ.get("value", "")
        elif genre == "date":
            donnees[nom] = (localdate() + timedelta(days=20)).isoformat()
        elif genre == "file":
            m, n = marque(), marque()
            plantees |= {m, n}
            donnees[nom] = SimpleUploadedFile(f"{n}.pdf", _pdf(m), "application/pdf")
        elif genre not in ("checkbox", "submit"):
            m = marque()
            plantees.add(m)
            donnees[nom] = f"{m}@courriel.example" if genre == "email" else CONTRAINTS.get(nom, m)
    return {**donnees, **impose}


def poster(client: Client, page: str, plantees: set[str], action: str = "", **impose: object) -> str:
    """Fill that form of that page and send it; where it leads."""
    lue = client.get(page)
    assert lue.status_code == 200, (page, lue.status_code)
    forme = formulaire(lue.content, action)
    reponse = client.post(str(forme.get("action") or page), remplir(forme, plantees, **impose))
    fautes = BeautifulSoup(reponse.content, "html.parser").select(".b-erreur, .alert-danger")
    assert reponse.status_code == 302, (page, action, [" ".join(f.get_text().split()) for f in fautes])
    return reponse["Location"]


def dans_la_base() -> dict[str, set[str]]:
    """Every table, every column, whatever its type: marks found by table. Bytes are looked for as bytes, sessions opened."""
    trouvees: dict[str, set[str]] = {}
    with connection.cursor() as curseur:
        curseur.execute("SELECT relname FROM pg_class WHERE relkind = 'r' AND relnamespace = 'public'::regnamespace")
        for (table,) in curseur.fetchall():
            for motif in (DEBUT, DEBUT.encode().hex()):
                curseur.execute(
                    f"SELECT m[1] FROM \"{table}\" t, regexp_matches(lower(t::text), %s, 'g') m",
                    [f"({motif}[0-9a-f]*)"],
                )
                if lues := {m for (m,) in curseur.fetchall()}:
                    trouvees.setdefault(table, set()).update(lues)
    if any(DEBUT in str(s.get_decoded()) for s in Session.objects.all()):
        trouvees.setdefault("django_session", set()).add(DEBUT)
    return trouvees


def dans_les_fichiers(*dossiers: Path) -> Iterator[Path]:
    """Files whose name or content holds a mark."""
    for dossier in dossiers:
        for fichier in dossier.rglob("*"):
            if fichier.is_file() and (DEBUT in fichier.name or DEBUT.encode() in fichier.read_bytes()):
                yield fichier
