"""What is kept of one dossier, table by table, as the data map says it: for the copy of a person and for the archives."""

from collections.abc import Collection, Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from datetime import date, datetime
from itertools import groupby
from typing import Any

from django.apps import apps
from django.conf import settings
from django.db import models
from django.template.loader import render_to_string

from buridan.dossiers.models import Dossier
from buridan.droit.delais import FUSEAU_LEGAL
from buridan.outils.donnees import Effet, Table, tables

TOUT = frozenset(Effet) - {Effet.CALCULE}
LISIBLE = TOUT - {Effet.TECHNIQUE}


@dataclass(slots=True)
class Rubrique:
    """A table of one dossier: its title and rows of (label, value)."""

    titre: str
    lignes: list[dict[str, Any]] = field(default_factory=list)


def rubrique(
    table: Table, dossier: Dossier, montres: Collection[Effet], filtre: Mapping[str, str], *, personnes: bool = False,
    sauf: models.Q | None = None,
) -> Rubrique:  # fmt: skip
    """The columns of these effects; identifiers, links, digests and bytes say nothing to a reader. `personnes`: agents too,
    by their names; `filtre`: of these rows only; `sauf`: but these rows.
    """
    modele = apps.get_model(table.modele)
    cle = dossier.uuid if table.par_uuid else dossier.pk
    champs = _champs(table, montres, personnes=personnes)
    liens = [c.name for c in champs if c.is_relation]
    lignes = modele._base_manager.filter(**{table.chemin: cle}, **filtre).select_related(*liens).order_by("pk")
    lignes = lignes.exclude(sauf) if sauf is not None else lignes
    titre = table.titre or str(modele._meta.verbose_name).capitalize()
    return Rubrique(titre, [{_nom(c): _valeur(ligne, c) for c in champs} for ligne in lignes])


def decrire(table: Table, ligne: models.Model, montres: Collection[Effet], sauf: Collection[str]) -> dict[str, Any]:
    """The same of one row: value by label, but for the columns `sauf`."""
    return {_nom(c): _valeur(ligne, c) for c in _champs(table, montres) if c.name not in sauf}


def _champs(table: Table, montres: Collection[Effet], *, personnes: bool = False) -> "list[models.Field[Any, Any]]":
    champs = apps.get_model(table.modele)._meta.concrete_fields
    return [c for c in champs if table.effets[c.name] in montres and _montre(c, personnes)]


def _montre(champ: "models.Field[Any, Any]", personnes: bool) -> bool:
    if champ.is_relation:
        return personnes and champ.related_model is apps.get_model(settings.AUTH_USER_MODEL)
    technique = champ.primary_key or isinstance(champ, models.UUIDField | models.BinaryField)
    return not technique and champ.name not in ("sha256", "condense")


def _nom(champ: "models.Field[Any, Any]") -> str:
    return "le" if champ.name == champ.verbose_name == "at" else str(champ.verbose_name)


def _valeur(ligne: models.Model, champ: "models.Field[Any, Any]") -> Any:
    if champ.is_relation:
        qui = getattr(ligne, champ.name)
        return str(qui) if qui is not None else None
    valeur = getattr(ligne, champ.attname)
    return dict(champ.flatchoices).get(valeur, valeur) if champ.choices else valeur


def rubriques(
    dossier: Dossier, montres: Collection[Effet], sauf: Mapping[str, models.Q] | None = None
) -> Iterator[Rubrique]:
    """All that is kept of it with these effects, whoever it is about: what its nature says first. `sauf`: rows left out, by
    model.
    """
    par_app = [list(siennes) for _app, siennes in groupby(tables(), lambda t: t.modele.partition(".")[0])]
    for table in (t for siennes in reversed(par_app) for t in siennes):
        if table.chemin and not table.a_part:
            lue = rubrique(table, dossier, montres, {}, personnes=True, sauf=(sauf or {}).get(table.modele))
            if any(lue.lignes):
                yield lue


@dataclass(frozen=True, slots=True)
class Range:
    """A stored file of a dossier; `at`: when it came, None when its row doesn't say."""

    sha256: str
    nom: str
    mime: str
    at: datetime | None


def ranges(dossier: Dossier) -> Iterator[Range]:
    """Every stored file that the erasure would take away, each content once: its row says its `nom` and its `type_mime`."""
    vus: set[str] = set()
    for table in tables():
        if table.fichier:
            cle = dossier.uuid if table.par_uuid else dossier.pk
            lignes = (
                apps.get_model(table.modele)._base_manager.filter(**{table.chemin: cle}).exclude(**{table.fichier: ""})
            )
            for ligne in lignes.order_by("pk"):
                sha256 = str(getattr(ligne, table.fichier))
                if sha256 not in vus:
                    yield Range(sha256, str(ligne.nom), str(ligne.type_mime), getattr(ligne, "at", None))
                vus.add(sha256)


def en_page(dossier: Dossier, tete: str, parts: Iterable[Rubrique], journal: list[dict[str, Any]]) -> bytes:
    """The page that says all of the dossier, in HTML that stands alone. `tete`: its first paragraph; `journal`: oldest first."""
    lues = [
        (p.titre, [{nom: dit for nom, valeur in x.items() if (dit := en_clair(valeur))} for x in p.lignes])
        for p in parts
    ]
    contexte = {"dossier": dossier, "tete": tete, "parts": lues, "journal": journal}
    return render_to_string("archives/dossier.html", contexte).encode()


def en_clair(valeur: Any) -> str:
    """Days, instants, yes and no, and what a form holds, as people write them; empty when there is nothing to read."""
    if isinstance(valeur, dict | list):
        lues = valeur.values() if isinstance(valeur, dict) else [v for v in valeur if not isinstance(v, int)]  # ids
        return "\n".join(filter(None, map(en_clair, lues)))
    if isinstance(valeur, bool):
        return "oui" if valeur else "non"
    if isinstance(valeur, datetime):
        return f"{valeur.astimezone(FUSEAU_LEGAL):%d/%m/%Y à %H:%M}"
    return f"{valeur:%d/%m/%Y}" if isinstance(valeur, date) else "" if valeur is None else str(valeur)
