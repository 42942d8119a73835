"""A town with its own store, seals and ledger; two people who have the right; a dossier closed after a whole journey."""

import os
from collections.abc import Iterator
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest
from django.test import Client
from django.utils import timezone

from buridan.demandes.models import TypeDemande
from buridan.dossiers.fichiers import SURSIS
from buridan.organisation.models import Personne
from tests.conftest import Troupe
from tests.test_sauvegarde import ailleurs  # noqa: F401  a fixture


@pytest.fixture
def magasin(settings: Any, tmp_path: Path) -> Path:
    settings.MEDIA_ROOT, settings.SCEAUX = tmp_path / "fichiers", tmp_path / "sceaux.txt"
    settings.EFFACEMENTS = tmp_path / "effacements.txt"
    return tmp_path


@pytest.fixture
def ville(troupe_reelle: Troupe, magasin: Path) -> Iterator[Troupe]:
    """Committed for real; a pothole may be erased as soon as it is closed."""
    type_demande = TypeDemande.objects.get(code="nid-de-poule")
    duree = type_demande.conservation
    TypeDemande.objects.filter(pk=type_demande.pk).update(conservation="0 mois")
    yield troupe_reelle
    TypeDemande.objects.filter(pk=type_demande.pk).update(conservation=duree)


def connecter(personne: int | None) -> Client:
    client = Client()
    client.force_login(Personne.objects.get(pk=personne), backend="allauth.account.auth_backends.AuthenticationBackend")
    return client


def vieillir(dossier: Path) -> None:
    """Every stored file was stored long ago."""
    jadis = (timezone.now() - SURSIS - timedelta(days=1)).timestamp()
    for fichier in dossier.rglob("*"):
        if fichier.is_file():
            os.utime(fichier, (jadis, jadis))
