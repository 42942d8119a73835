"""Fill any form of the site from its HTML alone, so that a later kind of request or gesture needs nothing here."""

import random
import re
from dataclasses import dataclass, field
from datetime import timedelta
from uuid import uuid4

from bs4 import BeautifulSoup, Tag
from django.utils.timezone import localdate, localtime

Fichier = tuple[str, str, bytes]
MARQUE = re.compile(r"marque-[0-9a-f]{32}")


@dataclass
class Envoi:
    """What is sent, again and again until an answer comes: the same fields, the same file, the same token."""

    action: str
    champs: list[tuple[str, str]] = field(default_factory=list)
    fichiers: list[tuple[str, Fichier]] = field(default_factory=list)
    marque: str = ""
    courriel: str = ""
    montrees: set[str] = field(default_factory=set)  # marks that the form showed as typed before

    @property
    def remplacees(self) -> set[str]:
        """Marks that were shown and are not sent again: whoever sends this takes them away."""
        return {m for m in self.montrees if not any(m in valeur for _nom, valeur in self.champs)}

    @property
    def marque_portee(self) -> str:
        """Its mark, when one of its fields bears it."""
        return self.marque if any(self.marque in valeur for _nom, valeur in self.champs) else ""

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


def a_completer(page: str) -> frozenset[str]:
    """Ids of what the page says is missing or wrong, when it sends to it."""
    alertes = re.findall(r'role="alert".*?</div>', page, re.S)
    return frozenset(i for alerte in alertes for i in re.findall(r'href="#([\w-]+)"', alerte))


def remplir(
    formulaire: Tag, page: str, alea: random.Random, *, marque: str = "", manquants: frozenset[str] = frozenset()
) -> Envoi:
    """Fill what is required, the e-mail, and a file one time in three. A mark makes its texts findable and unlike others.

    `manquants`: ids of fields, or of what holds them, that the page asked for when it was sent before.
    """
    envoi = Envoi(str(formulaire.get("action") or page), marque=marque or f"marque-{uuid4().hex}")
    envoi.montrees = set(MARQUE.findall(str(formulaire)))
    for champ in formulaire.find_all(["input", "textarea", "select"]):
        nom = str(champ.get("name") or "")
        if not nom or champ.has_attr("disabled"):
            continue
        if champ.get("type") == "file":
            if alea.random() < 0.33:
                envoi.fichiers.append((nom, ("piece.pdf", "application/pdf", pdf(envoi.marque))))
        elif (valeur := _valeur(champ, envoi, alea, _exige(champ, manquants))) is not None:
            envoi.champs.append((nom, valeur))
    return envoi


def presser(formulaire: Tag, envoi: Envoi, alea: random.Random, hesite: float) -> None:
    """The button one clicks: the main one, or any of them in that share of the cases."""
    boutons = [b for b in formulaire.select("button[type=submit]") if not b.has_attr("formaction")]
    principaux = [b for b in boutons if "btn-primary" in (b.get("class") or [])]
    bouton = alea.choice(principaux if principaux and alea.random() >= hesite else boutons or [formulaire])
    if bouton.name == "button" and bouton.get("name"):
        envoi.champs.append((str(bouton["name"]), str(bouton.get("value", ""))))


def _exige(champ: Tag, manquants: frozenset[str]) -> bool:
    """It is required, or was refused."""
    if champ.has_attr("required") or _refuse(champ) or champ.get("id") in manquants:
        return True
    return any(parent.get("id") in manquants for parent in champ.parents if manquants)


def _refuse(champ: Tag) -> bool:
    return "is-invalid" in (champ.get("class") or [])


def _valeur(champ: Tag, envoi: Envoi, alea: random.Random, exige: bool) -> str | None:
    """What a person would put there; None to leave it out."""
    if champ.name == "select":
        return _choix(champ, alea, exige)
    genre, deja = str(champ.get("type") or "text"), "" if _refuse(champ) else str(champ.get("value") or "")
    if champ.name == "textarea":
        deja = champ.get_text()
        return deja if deja.strip() else f"Un mot au sujet de {envoi.marque}"
    if genre == "radio":
        return _radio(champ, alea, exige)
    if genre == "checkbox":
        return deja if champ.has_attr("checked") else None
    if genre == "email" and (champ.get("name") == "courriel" or exige):
        envoi.courriel = f"{envoi.marque}@courriel.example"
        return envoi.courriel
    if genre == "hidden" or deja or not exige:
        return deja
    return _texte(champ, genre, envoi.marque, alea)


def _texte(champ: Tag, genre: str, marque: str, alea: random.Random) -> str:
    """A number, a date, a reference with as many digits as the help says, or words with the mark if there is room."""
    if champ.get("inputmode") == "decimal":
        return "3"
    aide = champ.find_parent("form").find(id=f"{champ.get('id')}_helptext")  # type: ignore[union-attr]
    if aide is not None and (nombre := re.search(r"(\d+) chiffres", aide.get_text())):
        return "".join(map(str, _numero(int(nombre[1]), alea)))
    propose = {
        "date": (localdate() + timedelta(days=20)).isoformat(), "datetime-local": f"{localtime():%Y-%m-%dT%H:%M}",
        "number": "3", "tel": "03 61 99 00 00",
    }.get(genre, f"Repère {marque}")  # fmt: skip
    return propose[-int(champ.get("maxlength") or 1000) :]


def _numero(combien: int, alea: random.Random) -> list[int]:
    """Digits whose last one checks the others (Luhn), as in the numbers of the State; the first nine do too: a firm's."""
    chiffres = _numero(9, alea) if combien > 9 else []
    chiffres += [alea.randrange(10) for _ in range(combien - 1 - len(chiffres))]
    somme = sum(c if n % 2 else 2 * c - 9 * (c > 4) for n, c in enumerate(reversed(chiffres)))
    return [*chiffres, -somme % 10]


def _radio(champ: Tag, alea: random.Random, exige: bool) -> str | None:
    """The one that is ticked; when none is and one is required, any: decided at the first of them."""
    tous = champ.find_parent("form").find_all("input", attrs={"name": champ.get("name")})  # type: ignore[union-attr]
    coche = next((r for r in tous if r.has_attr("checked")), None)
    if coche is None and exige:
        return str(alea.choice(tous).get("value")) if champ is tous[0] else None
    return str(champ.get("value")) if champ is coche else None


def _choix(champ: Tag, alea: random.Random, exige: bool) -> str | None:
    """The option selected; else, as a browser does, the first one, or any when it is empty and one is required."""
    options = champ.find_all("option")
    choisie = next((o for o in options if o.has_attr("selected")), options[0] if options else None)
    if choisie is None:
        return None
    if exige and (not choisie.get("value") or _refuse(champ)):
        choisie = alea.choice([o for o in options if o.get("value")] or options)
    return str(choisie.get("value", ""))
