"""What is known of a contact, as it is typed or read in a file: put right, checked, compared."""

import re
from dataclasses import dataclass, replace

from django.core.exceptions import ValidationError
from django.core.validators import validate_email
from stdnum.fr import siret as numero_siret

from buridan.contacts.etats import Genre
from buridan.outils.texte import sans_accents

CHAMPS = {
    "genre": "sorte de contact", "nom": "nom", "fonction": "fonction", "organisation": "organisation", "adresse": "adresse",
    "courriel": "courriel", "telephone": "téléphone", "siret": "SIRET", "rna": "RNA",
}  # fmt: skip
LONGUEURS = {"nom": 160, "fonction": 120, "adresse": 250, "courriel": 254, "telephone": 40}
CIVILITES = frozenset(("m", "mr", "mme", "mlle", "me", "dr", "monsieur", "madame", "maitre", "docteur"))
_RNA = re.compile(r"W\d[0-9A-Z]\d{7}")  # W, a department, a serial number (décret 2009-540)
_COMMUNE = re.compile(r"\b\d{5}\s+([^,;\n]+)")


@dataclass(frozen=True, slots=True)
class Fiche:
    """One contact. `organisation`: id of the contact in which a position is held."""

    genre: str
    nom: str
    fonction: str = ""
    organisation: int | None = None
    adresse: str = ""
    courriel: str = ""
    telephone: str = ""
    siret: str = ""
    rna: str = ""

    def nette(self) -> "Fiche":
        """Without stray spaces, and without what its kind can't have."""
        a = {c: " ".join(str(getattr(self, c)).split()) for c in CHAMPS if c not in ("genre", "organisation")}
        a["siret"], a["rna"] = numero_siret.compact(a["siret"]), a["rna"].replace(" ", "").upper()
        if self.genre != Genre.ORGANISATION:
            a["siret"] = a["rna"] = ""
        if self.genre != Genre.FONCTION:
            a["fonction"] = ""
        return replace(self, **a, organisation=self.organisation if self.genre == Genre.FONCTION else None)

    def fautes(self) -> dict[str, str]:
        """What is wrong, by field, in the user's words; of a fiche that is `nette`. The organisation is not looked for."""
        fautes = {
            c: f"C'est trop long : {au_plus} caractères au plus."
            for c, au_plus in LONGUEURS.items()
            if len(getattr(self, c)) > au_plus
        }
        if self.genre not in Genre.values:
            fautes["genre"] = f"« {self.genre} » n'est pas une sorte de contact : {', '.join(Genre.values)}."
        if not cle_de(self.nom):
            fautes["nom"] = "Écrivez le nom."
        if self.siret and not numero_siret.is_valid(self.siret):
            fautes["siret"] = "Ce numéro SIRET n'est pas valable. Vérifiez ses 14 chiffres, ou laissez vide."
        if self.rna and not _RNA.fullmatch(self.rna):
            fautes["rna"] = "Ce numéro RNA n'est pas valable : W suivi de 9 chiffres. Vous pouvez le laisser vide."
        try:
            if self.courriel:
                validate_email(self.courriel)
        except ValidationError:
            fautes["courriel"] = f"« {self.courriel[:60]} » n'est pas un courriel : vérifiez-le, ou laissez vide."
        return fautes


def mots_de(texte: str) -> list[str]:
    """Words without accents, case nor punctuation."""
    return "".join(c if c.isalnum() else " " for c in sans_accents(texte)).split()


def cle_de(nom: str) -> str:
    """The name as it is compared: « M. Jean ESSAI » is « Essai, Jean »."""
    mots = mots_de(nom)
    return " ".join(sorted([m for m in mots if m not in CIVILITES] or mots))[:160]


def commune_de(adresse: str) -> str:
    """The town as it is compared: what follows the last post code; empty when there is none."""
    trouvees = _COMMUNE.findall(adresse)
    return " ".join(m for m in mots_de(trouvees[-1]) if m != "cedex")[:80] if trouvees else ""
