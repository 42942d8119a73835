"""A mail as a PDF: what it says, whence it says it comes, what went with it. The original stays beside it, untouched."""

from pathlib import Path

from django.conf import settings
from django.utils.timezone import localtime

from buridan.dossiers.pdf import compiler, propre
from buridan.interface.contexte import ville
from buridan.messagerie.models import CourrielRecu

NOM = "courriel.pdf"
MODELE = Path(__file__).parent / "courriel.typ"


def imprimer(courriel: CourrielRecu) -> bytes:
    """The PDF of a mail."""
    pieces = [f"{p.nom} — {p.refus or 'gardée'}" for p in courriel.pieces.all()]
    donnees = {
        "titre": propre(courriel.sujet) or "Courriel sans objet",
        "ville": f"Mairie de {ville(settings.PRESET)['nom']}",
        "lignes": [
            ["De", f"{courriel.de} (adresse non vérifiée)"], ["À", courriel.a or courriel.boite.adresse],
            ["Reçu le", f"{localtime(courriel.recu_le):%d/%m/%Y à %H:%M}"],
            ["Empreinte de l'original", f"SHA-256 {courriel.sha256}"],
        ],
        "defauts": courriel.defauts,
        "texte": [ligne.rstrip() for ligne in propre(courriel.texte).split("\n")] or ["(sans texte)"],
        "pieces": pieces,
    }  # fmt: skip
    return compiler(MODELE, "courriel", donnees)
