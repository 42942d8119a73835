"""`buridan budget`: the same reading, differences and application as the page, for a nightly job."""

import argparse
import sys
from datetime import date

from django.conf import settings
from django.db import transaction
from django.utils import timezone

from buridan.budget.actions.importer import appliquer_import, differences, preparer_import
from buridan.budget.chargement import correspondance_du_preset
from buridan.budget.correspondance import Correspondance, lire_correspondance
from buridan.budget.differences import Differences
from buridan.organisation.acteur import systeme
from buridan.outils.montants import euros
from buridan.outils.verdict import FichierInvalide, Refus


def importer(options: argparse.Namespace) -> int:
    """Print the differences; 0 when they could be applied (and were, when asked), 1 with every fault otherwise."""
    by = systeme(timezone.now())
    try:
        correspondance = _correspondance(options)
        octets, le = options.fichier.read_bytes(), date.fromisoformat(options.le)
        with transaction.atomic():
            origine = preparer_import(
                octets, by=by, at=by.at, nom=options.fichier.name, correspondance=correspondance, extrait_le=le,
                exercice=options.exercice or by.annuaire.jour.year,
            )  # fmt: skip
            _dire(differences(origine))
            if options.appliquer:
                appliquer_import(origine, by=by, at=by.at)
            else:
                transaction.set_rollback(True)  # looking keeps nothing
    except FichierInvalide as erreur:
        print(
            "\n".join([f"Rien n'a été lu. {len(erreur.fautes)} faute(s) à corriger :", *erreur.fautes]), file=sys.stderr
        )
        return 1
    except (Refus, OSError, ValueError) as erreur:
        print(f"Rien n'a été lu : {erreur}", file=sys.stderr)
        return 1
    print("Appliqué." if options.appliquer else "Rien n'est écrit. Pour appliquer : la même commande avec --appliquer.")
    return 0


def _correspondance(options: argparse.Namespace) -> Correspondance:
    if options.correspondance:
        return lire_correspondance(options.correspondance.read_text(encoding="utf-8"), options.correspondance.name)
    de_la_ville = correspondance_du_preset(settings.PRESETS / settings.PRESET)
    if de_la_ville is None:
        raise Refus("la ville n'a pas de budget.toml. Donnez une correspondance avec --correspondance.")
    return de_la_ville


def _dire(d: Differences) -> None:
    for lue in d.nouvelles:
        print(f"  nouvelle  {lue.code} {lue.libelle} : {euros(lue.credits)}")
    for changee in d.changees:
        quoi = " ; ".join(f"{mot} : {avant} devient {apres}" for mot, avant, apres in changee.champs)
        print(f"  changée   {changee.ligne.code} {changee.ligne.libelle} : {quoi}")
    for absente in d.absentes:
        print(f"  absente   {absente.code} {absente.libelle} : plus de crédits")
    for lue, reste in d.depassees:
        print(f"  dépassée  {lue.code} {lue.libelle} : il manquerait {euros(-reste)}")
    print(f"{d.bilan.capitalize()}.")
