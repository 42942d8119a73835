"""Fill any form of the site from its HTML alone, so that a later kind of request or gesture needs nothing here."""

import random
import re
from dataclasses import dataclass, field
from datetime import timedelta
from uuid import uuid4

from bs4 import BeautifulSoup, Tag
from django.utils.timezone import localdate

Fichier = tuple[str, str, bytes]


@dataclass
class Envoi:
    """What is sent, again and again until an answer comes: the same fields, the same file, the same token."""

    action: str
    champs: list[tuple[str, str]] = field(default_factory=list)
    fichiers: list[tuple[str, Fichier]] = field(default_factory=list)
    marque: str = ""
    courriel: str = ""

    def remplacer(self, **valeurs: str) -> None:
        """Give these fields other values."""
        self.champs = [(n, valeurs.get(n, v)) for n, v in self.champs]

    def corps(self) -> tuple[str, bytes]:
        """(content type, body) as multipart/form-data (RFC 7578)."""
        limite = "limite-7f3d"
        morceaux = [_partie(limite, f'name="{n}"', v.encode()) for n, v in self.champs]
        for n, (nom, genre, octets) in self.fichiers:
            morceaux.append(_partie(limite, f'name="{n}"; filename="{nom}"\r\nContent-Type: {genre}', octets))
        return f"multipart/form-data; boundary={limite}", b"".join(morceaux) + f"--{limite}--\r\n".encode()


def _partie(limite: str, entete: str, octets: bytes) -> bytes:
    return f"--{limite}\r\nContent-Disposition: form-data; {entete}\r\n\r\n".encode() + octets + b"\r\n"


def pdf(marque: str) -> bytes:
    """A whole PDF of one empty page, unlike others by its mark; it is kept as it is."""
    objets = ["<</Type/Catalog/Pages 2 0 R>>", "<</Type/Pages/Kids[3 0 R]/Count 1>>",
              "<</Type/Page/Parent 2 0 R/MediaBox[0 0 9 9]/Resources<<>>>>"]  # fmt: skip
    corps, places = f"%PDF-1.4 {marque}\n", []
    for numero, objet in enumerate(objets, 1):
        places.append(len(corps))
        corps += f"{numero} 0 obj\n{objet}\nendobj\n"
    table = "".join(f"{place:010} 00000 n \n" for place in places)
    return f"{corps}xref\n0 4\n0000000000 65535 f \n{table}trailer<</Size 4/Root 1 0 R>>\nstartxref\n{len(corps)}\n%%EOF".encode()


def formulaires(html: str) -> list[str]:
    """Every POST form of a page, as HTML: a page of an agent holds thousands of options, few of which are of use."""
    return [f for f in re.findall(r"<form\b.*?</form>", html, re.S) if 'method="post"' in f.partition(">")[0]]


def liens(html: str) -> list[str]:
    """Every address of the site that a page leads to, once."""
    return list(dict.fromkeys(re.findall(r'<a\b[^>]*\bhref="(/[^"#]*)', html)))


def a_jeton(formulaire: str) -> bool:
    """Does it create something once?"""
    return 'name="jeton"' in formulaire


def lire(formulaire: str) -> Tag:
    """The form, without its lists of suggestions."""
    arbre = BeautifulSoup(re.sub(r"<datalist\b.*?</datalist>", "", formulaire, flags=re.S), "html.parser").form
    assert arbre is not None
    return arbre


def remplir(formulaire: Tag, page: str, alea: random.Random) -> Envoi:
    """Fill what is required, the e-mail, and a file one time in three. A mark makes its texts findable and unlike others."""
    marque = f"marque-{uuid4().hex}"
    envoi = Envoi(str(formulaire.get("action") or page), marque=marque)
    for champ in formulaire.find_all(["input", "textarea", "select"]):
        nom = str(champ.get("name") or "")
        if not nom or champ.has_attr("disabled"):
            continue
        if champ.get("type") == "file":
            if alea.random() < 0.33:
                envoi.fichiers.append((nom, ("piece.pdf", "application/pdf", pdf(marque))))
        elif (valeur := _valeur(champ, envoi, alea)) is not None:
            envoi.champs.append((nom, valeur))
    return envoi


def _valeur(champ: Tag, envoi: Envoi, alea: random.Random) -> str | None:
    """What a person would put there; None to leave it out."""
    if champ.name == "select":
        return _choix(champ, alea)
    genre, deja = str(champ.get("type") or "text"), str(champ.get("value") or "")
    if champ.name == "textarea":
        deja = champ.get_text()
        return deja if deja.strip() else f"Un mot au sujet de {envoi.marque}"
    if genre in ("checkbox", "radio"):
        return deja if champ.has_attr("checked") else None
    if genre == "email" and (champ.get("name") == "courriel" or champ.has_attr("required")):
        envoi.courriel = f"{envoi.marque}@courriel.example"
        return envoi.courriel
    if genre == "hidden" or deja or not champ.has_attr("required"):
        return deja
    jour = localdate() + timedelta(days=20)
    return {"date": jour.isoformat(), "number": "3", "tel": "03 61 99 00 00"}.get(genre, f"Repère {envoi.marque}")


def _choix(champ: Tag, alea: random.Random) -> str | None:
    """The option selected; else, as a browser does, the first one, or any when it is empty and one is required."""
    options = champ.find_all("option")
    choisie = next((o for o in options if o.has_attr("selected")), options[0] if options else None)
    if choisie is None:
        return None
    if not choisie.get("value") and champ.has_attr("required"):
        choisie = alea.choice([o for o in options if o.get("value")] or options)
    return str(choisie.get("value", ""))
