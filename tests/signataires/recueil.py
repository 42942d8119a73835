"""A signature asked of somebody outside, and what this person finds in the mailbox."""

import re
from datetime import timedelta
from typing import Any

from django.test import Client

from buridan.dossiers.fichiers import joindre
from buridan.dossiers.models import Document, Dossier
from buridan.notifications.models import Courriel
from buridan.notifications.secret import desceller
from buridan.organisation.acteur import Acteur
from buridan.signataires.actions.code import envoyer_code, verifier_code
from buridan.signataires.actions.demander import demander_signature
from buridan.signataires.models import DemandeSignature, LienSignature
from tests.attaque.corpus import pdf
from tests.conftest import Troupe

COURRIEL = "presidente@asso.example"


def convention(troupe: Troupe, octets: bytes = b"") -> tuple[Dossier, Document]:
    """A dossier of the roads service with a PDF in it."""
    dossier = troupe.deposer().dossier
    fichier = ("convention.pdf", "application/pdf", octets or pdf())
    return dossier, joindre(dossier, [fichier], at=troupe.at, par=None, public=False)[0]


def chef(troupe: Troupe) -> Acteur:
    """Who leads it."""
    return troupe.au_poste("resp-voirie")


def demandee(troupe: Troupe, **champs: Any) -> DemandeSignature:
    """Asked by the head of the service, for a fortnight."""
    document = champs.pop("document", None) or convention(troupe)[1]
    valeurs = {
        "document": document, "nom": "Paule Navarin", "qualite": "présidente de l'association", "courriel": COURRIEL,
        "jusquau": troupe.annuaire.jour + timedelta(days=14), "message": "",
    }  # fmt: skip
    return demander_signature(
        document.dossier, by=champs.pop("by", chef(troupe)), at=champs.pop("at", troupe.at), **{**valeurs, **champs}
    )


def textes(destinataire: str = COURRIEL) -> list[str]:
    """What came, in order, as it is sent."""
    recus = Courriel.objects.filter(destinataire=destinataire).order_by("pk")
    return [desceller(c.texte) if c.scelle else c.texte for c in recus]


def page_recue(destinataire: str = COURRIEL) -> str:
    """Address of the last link that came."""
    return re.findall(r"https?://[^/]+(/signer/\S+/)", "\n".join(textes(destinataire)))[-1]


def code_recu(destinataire: str = COURRIEL) -> str:
    """The last code that came."""
    return re.findall(r" : (\d{6})\n", "\n".join(textes(destinataire)))[-1]


def actif(demande: DemandeSignature) -> LienSignature:
    """The link that works."""
    return LienSignature.objects.select_related("demande__dossier").get(demande=demande, actif=True)


def reconnue(demande: DemandeSignature, at: Any) -> LienSignature:
    """Its code was sent and typed."""
    lien = actif(demande)
    envoyer_code(lien, at=at)
    assert verifier_code(lien, at=at, code=code_recu(demande.courriel))
    return actif(demande)


def entree(destinataire: str = COURRIEL) -> tuple[Client, str]:
    """A browser in which the right code was typed, and the address of the page."""
    client, page = Client(), page_recue(destinataire)
    client.post(f"{page}code/")
    assert client.post(f"{page}verifier/", {"code": code_recu(destinataire)}).status_code == 302
    return client, page


def condense(client: Client, page: str) -> str:
    """What the page says is signed."""
    trouve = re.search(r'name="condense" value="(\w{64})"', client.get(page).content.decode())
    assert trouve
    return trouve[1]
