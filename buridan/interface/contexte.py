"""What every page needs: the town and the person."""

import tomllib
from functools import lru_cache
from typing import Any

from django.conf import settings
from django.http import HttpRequest

from buridan.organisation.models import Droit


@lru_cache(maxsize=4)
def ville(preset: str) -> dict[str, Any]:
    """The `[ville]` table of the preset; a neutral name when it is missing."""
    fichier = settings.PRESETS / preset / "ville.toml"
    if not fichier.exists():
        return {"nom": "la commune"}
    contenu: dict[str, Any] = tomllib.loads(fichier.read_text(encoding="utf-8"))
    return dict(contenu.get("ville", {}))


def page(request: HttpRequest) -> dict[str, Any]:
    """Context of every template; `acteur` is None for the public."""
    acteur = getattr(request, "acteur", None)
    contexte: dict[str, Any] = {"ville": ville(settings.PRESET), "demo": settings.DEMO, "acteur": acteur}
    if acteur is not None:
        contexte |= {
            "peut_guichet": Droit.GUICHET in acteur.droits,
            "peut_qualite": Droit.QUALITE in acteur.droits,
            "peut_finances": Droit.FINANCES in acteur.droits,
            "peut_donnees": Droit.DONNEES in acteur.droits,
            "peut_verser": Droit.VERSEMENT in acteur.droits,
            "peut_piloter": acteur.voit_tout or bool(acteur.dirige),
        }
    return contexte
