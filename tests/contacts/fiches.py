"""Contacts written through the real functions."""

from typing import Any

from buridan.contacts.actions.tenir import creer
from buridan.contacts.fiche import Fiche
from buridan.contacts.models import Contact
from tests.conftest import Troupe
from tests.courriers.lettres import du_courrier

SIRET = "92000010600004"


def personne(troupe: Troupe, nom: str = "Élise Béraud-Essai", **champs: Any) -> Contact:
    fiche = Fiche("personne", nom, **{"adresse": "3 rue de l'Essai, 62400 Essai", **champs})
    return creer(fiche, by=du_courrier(troupe), at=troupe.at)


def organisation(troupe: Troupe, nom: str = "Scierie Essai", **champs: Any) -> Contact:
    fiche = Fiche("organisation", nom, **{"adresse": "1 quai Neuf, 62400 Essai", **champs})
    return creer(fiche, by=du_courrier(troupe), at=troupe.at)


def fonction(troupe: Troupe, nom: str, chez: Contact, **champs: Any) -> Contact:
    return creer(Fiche("fonction", nom, organisation=chez.pk, **champs), by=du_courrier(troupe), at=troupe.at)
