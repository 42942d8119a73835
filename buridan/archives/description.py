"""What is kept of one dossier, table by table, as the data map says it: for the copy of a person and for the archives."""

from collections.abc import Collection, Iterator
from dataclasses import dataclass, field
from typing import Any

from django.apps import apps
from django.db import models

from buridan.dossiers.models import Dossier
from buridan.outils.donnees import Effet, Table, tables


@dataclass(slots=True)
class Rubrique:
    """A table of one dossier: its title and rows of (label, value)."""

    titre: str
    lignes: list[dict[str, Any]] = field(default_factory=list)


def rubrique(table: Table, dossier: Dossier, montres: Collection[Effet], **filtre: Any) -> Rubrique:
    """The columns of these effects; identifiers, links, digests and bytes say nothing to a reader."""
    modele = apps.get_model(table.modele)
    cle = dossier.uuid if table.par_uuid else dossier.pk
    lignes = modele._base_manager.filter(**{table.chemin: cle}, **filtre).order_by("pk")
    champs = [c for c in modele._meta.concrete_fields if _montre(c) and table.effets[c.name] in montres]
    titre = table.titre or str(modele._meta.verbose_name).capitalize()
    return Rubrique(titre, [{str(c.verbose_name): _valeur(ligne, c) for c in champs} for ligne in lignes])


def _montre(champ: "models.Field[Any, Any]") -> bool:
    technique = champ.primary_key or champ.is_relation or isinstance(champ, models.UUIDField | models.BinaryField)
    return not technique and champ.name != "sha256"


def _valeur(ligne: models.Model, champ: "models.Field[Any, Any]") -> Any:
    valeur = getattr(ligne, champ.attname)
    return dict(champ.flatchoices).get(valeur, valeur) if champ.choices else valeur


def rubriques(dossier: Dossier) -> Iterator[Rubrique]:
    """All that is kept of it, whoever it is about; what the database computes from the rest apart."""
    montres = set(Effet) - {Effet.CALCULE}
    for table in tables():
        if table.chemin and not table.a_part and (lue := rubrique(table, dossier, montres)).lignes:
            yield lue
