"""Forms that a preset gives as text: each change is another version, so what was written on one stays readable."""

import tomllib
from collections.abc import Callable, Mapping, Sequence
from typing import Any

from django.db import models

from buridan.dossiers.natures import Chargement, Ecrire
from buridan.outils.lecture import texte_de


class FormulaireInvalide(ValueError):
    """The text can't be used; `fautes` says all that is wrong."""

    def __init__(self, fautes: list[str]) -> None:
        super().__init__("\n".join(fautes))
        self.fautes = fautes


class FormulaireVersionne(models.Model):
    """One version, as its preset's text; never changed (each app has its trigger)."""

    numero = models.PositiveIntegerField(unique=True)
    texte = models.TextField()
    at = models.DateTimeField()

    class Meta:
        abstract = True


def lire_tables(texte: str, tables: Mapping[str, Sequence[str]]) -> tuple[dict[str, Any], list[str]]:
    """(the TOML read, faults): each array of tables is there, has its keys, and its first key names each row once.

    Raises FormulaireInvalide when the text is no TOML.
    """
    try:
        brut = tomllib.loads(texte)
    except tomllib.TOMLDecodeError as erreur:
        raise FormulaireInvalide([f"le fichier n'est pas du TOML valide ({erreur})."]) from erreur
    fautes: list[str] = []
    for table, cles in tables.items():
        lignes = brut.get(table, [])
        numerotees = [(n, x, c) for n, x in enumerate(lignes, 1) for c in cles]
        fautes += [f"[[{table}]] n° {n} : il manque « {c} »." for n, x, c in numerotees if not x.get(c)]
        codes = [x.get(cles[0]) for x in lignes]
        fautes += [f"[[{table}]] : « {c} » figure deux fois." for c in dict.fromkeys(codes) if c and codes.count(c) > 1]
        fautes += [] if lignes else [f"il manque au moins un [[{table}]]."]
    return brut, fautes


def charger_formulaire(
    c: Chargement, fichier: str, modele: type[FormulaireVersionne], verifier: Callable[[str], list[str]]
) -> Ecrire:
    """Read and check a preset's file (none: this town has no such form); what is returned writes a new version when the
    text changed. `verifier(texte)` gives the faults; it may raise FormulaireInvalide.
    """
    chemin = c.preset / fichier
    if not chemin.exists():
        return lambda: 0
    texte = texte_de(chemin)
    try:
        fautes = verifier(texte)
    except FormulaireInvalide as erreur:
        fautes = erreur.fautes
    c.fautes.extend(f"{fichier} : {faute}" for faute in fautes)

    def ecrire() -> int:
        dernier = modele._default_manager.order_by("-numero").first()
        if dernier is not None and dernier.texte == texte:
            return 0
        modele._default_manager.create(numero=dernier.numero + 1 if dernier else 1, texte=texte, at=c.at)
        return 1

    return ecrire
