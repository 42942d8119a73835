"""The syndicates and what they do for the town, from a preset's `appels.toml`. A preset without it makes no calls."""

from collections.abc import Mapping
from decimal import Decimal, InvalidOperation
from typing import Any

from buridan.appels.models import Competence, Syndicat
from buridan.dossiers.natures import Chargement, Ecrire
from buridan.organisation.models import Entite

FICHIER = "appels.toml"
DU_SYNDICAT = {"code", "nom", "courriel", "telephone", "adresse", "a_confirmer"}
DE_LA_COMPETENCE = {"code", "nom", "syndicat", "service", "circuit", "ligne", "estimation", "genres"}
OBLIGATOIRES = {"code", "nom", "syndicat", "service", "circuit", "ligne"}


def charger(c: Chargement) -> Ecrire:
    """Read and check; what is returned writes. A competence that left the file takes no new call."""
    lu = c.lire(FICHIER)
    if lu is None:
        return lambda: 0
    fautes = [f"{FICHIER} : {faute}" for faute in _fautes(lu, c)]
    c.fautes.extend(fautes)
    return (lambda: 0) if fautes else (lambda: _ecrire(lu))


def _fautes(lu: Mapping[str, Any], c: Chargement) -> list[str]:
    syndicats = {s.get("code") for s in lu.get("syndicat", ())}
    services = set(Entite.objects.values_list("code", flat=True))
    fautes = [
        f"syndicat « {s.get('code', '')} » : il faut un code et un nom, et seulement : {', '.join(sorted(DU_SYNDICAT))}."
        for s in lu.get("syndicat", ())
        if not {"code", "nom"} <= set(s) <= DU_SYNDICAT
    ]
    for lue in lu.get("competence", ()):
        ou = f"compétence « {lue.get('code', '')} »"
        if not OBLIGATOIRES <= set(lue) <= DE_LA_COMPETENCE:
            fautes.append(f"{ou} : il faut {', '.join(sorted(OBLIGATOIRES))} ; possibles aussi : estimation, genres.")
            continue
        connus = (("syndicat", syndicats), ("service", services), ("circuit", c.circuits))
        fautes += [f"{ou} : {quoi} « {lue[quoi]} » n'existe pas." for quoi, choix in connus if lue[quoi] not in choix]
        if lue.get("estimation") is not None and (_montant(lue["estimation"]) or 0) <= 0:
            fautes.append(f"{ou} : l'estimation est un montant supérieur à zéro.")
    return fautes


def _montant(valeur: object) -> Decimal | None:
    try:
        return Decimal(str(valeur))
    except InvalidOperation:
        return None


def _ecrire(lu: Mapping[str, Any]) -> int:
    """How many competences are new."""
    nouvelles = 0
    syndicats = {}
    for s in lu.get("syndicat", ()):
        valeurs = {c: s.get(c, "") for c in ("nom", "courriel", "telephone", "adresse")}
        valeurs["a_confirmer"] = s.get("a_confirmer", False)
        syndicats[s["code"]], _cree = Syndicat.objects.update_or_create(code=s["code"], defaults=valeurs)
    services = dict(Entite.objects.values_list("code", "pk"))
    for ordre, lue in enumerate(lu.get("competence", ()), 1):
        _competence, neuve = Competence.objects.update_or_create(
            code=lue["code"],
            defaults={
                "nom": lue["nom"], "ordre": ordre, "syndicat": syndicats[lue["syndicat"]], "active": True,
                "service_id": services[lue["service"]], "circuit": lue["circuit"], "ligne": lue["ligne"],
                "estimation": _montant(lue["estimation"]) if "estimation" in lue else None,
                "genres": lue.get("genres", []),
            },
        )  # fmt: skip
        nouvelles += neuve
    codes = [lue["code"] for lue in lu.get("competence", ())]
    Competence.objects.exclude(code__in=codes).update(active=False)
    return nouvelles
