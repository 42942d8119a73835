"""A small team inside the town: a head, two agents, and people outside."""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import date, timedelta
from typing import Any

import pytest
from django.test import Client

from buridan.organisation.acteur import Acteur, acteur
from buridan.organisation.models import Affectation, Entite, Personne, Poste, VersionEntite, VersionPoste

DEPUIS = date(2025, 1, 1)


def poste(code: str, intitule: str, entite: Entite, personne: Personne | None, **options: Any) -> Poste:
    """A post and its holder."""
    cree = Poste.objects.create(code=code)
    VersionPoste.objects.create(poste=cree, entite=entite, intitule=intitule, debut=DEPUIS, **options)
    if personne:
        Affectation.objects.create(poste=cree, personne=personne, debut=DEPUIS)
    return cree


def personne(cle: str, prenom: str) -> Personne:
    """Somebody of the test."""
    return Personne.objects.create(
        cle=cle, prenom=prenom, nom="Épreuve", email=f"{cle}@essai.example", telephone="03 00 00 00 01"
    )


@dataclass
class Equipe:
    """Entity « Atelier des Échelles » under « Pôle des Épreuves »."""

    entite: Entite
    cheffe: Personne
    ali: Personne
    bea: Personne
    etranger: Personne
    poste_cheffe: Poste
    poste_ali: Poste
    poste_bea: Poste
    jour: date

    def acteur(self, qui: Personne, at: Any) -> Acteur:
        """That person acting now."""
        return acteur(qui.pk, at)


@pytest.fixture
def equipe(troupe: Any) -> Equipe:
    """The team, in force since 2025; « Pôle des Épreuves » took its name in 2026."""
    pole, atelier = Entite.objects.create(code="pole-essai"), Entite.objects.create(code="atelier-essai")
    VersionEntite.objects.create(entite=pole, nom="Pôle ancien", genre="direction", debut=DEPUIS, fin=date(2026, 1, 1))
    VersionEntite.objects.create(entite=pole, nom="Pôle des Épreuves", genre="direction", debut=date(2026, 1, 1))
    VersionEntite.objects.create(
        entite=atelier, nom="Atelier des Échelles", genre="service", parent=pole, debut=DEPUIS, a_confirmer=True
    )
    gens = [personne(c, p) for c, p in (("cleo-e", "Cléo"), ("ali-e", "Ali"), ("bea-e", "Béa"), ("zoe-e", "Zoé"))]
    return Equipe(
        atelier, *gens,
        poste("chef-essai", "Cheffe d'atelier", atelier, gens[0], responsable=True),
        poste("agent-1-essai", "Échelliste", atelier, gens[1]),
        poste("agent-2-essai", "Cordiste", atelier, gens[2]),
        troupe.annuaire.jour,
    )  # fmt: skip


@pytest.fixture
def connecte() -> Callable[[Any], Client]:
    """A browser of somebody logged in."""

    def ouvrir(qui: Any) -> Client:
        client = Client()
        client.force_login(qui, backend="allauth.account.auth_backends.AuthenticationBackend")
        return client

    return ouvrir


@pytest.fixture
def dans(equipe: Equipe) -> Callable[[int], date]:
    """In so many days."""
    return lambda jours: equipe.jour + timedelta(days=jours)
