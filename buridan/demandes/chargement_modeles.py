"""Answer templates of a preset. One that was changed in the application is kept, and it is said."""

import tomllib
from collections.abc import Collection
from datetime import datetime
from pathlib import Path
from typing import Any

from buridan.demandes.actions.modeles import RESERVES, versionner
from buridan.demandes.models import ModeleReponse, VersionModele
from buridan.demandes.reponses import fautes_de_champs
from buridan.droit.delais import date_legale
from buridan.outils.lecture import texte_de

FICHIER = "modeles_reponses.toml"
CHAMPS = ("titre", "famille", "types", "texte")


def lire_modeles(preset: Path, fautes: list[str], types: Collection[str]) -> list[dict[str, Any]]:
    """The templates of the file, checked; faults are added with file and line."""
    fichier = preset / FICHIER
    if not fichier.exists():
        return []
    texte = texte_de(fichier)
    try:
        modeles = tomllib.loads(texte).get("modele", [])
    except tomllib.TOMLDecodeError as erreur:
        fautes.append(f"{FICHIER} : le fichier n'est pas du TOML valide ({erreur}).")
        return []
    lignes = [n for n, ligne in enumerate(texte.splitlines(), 1) if ligne.strip() == "[[modele]]"]
    vus: set[str] = set()
    for ligne, brut in zip(lignes, modeles, strict=False):
        fautes += [f"{FICHIER}, ligne {ligne} : {raison}" for raison in _fautes(brut, vus, types)]
        vus.add(brut.get("code", ""))
    return list(modeles)


def _fautes(brut: dict[str, Any], vus: set[str], types: Collection[str]) -> list[str]:
    fautes = [f"« {cle} » est inconnu." for cle in sorted(set(brut) - {"code", *CHAMPS})]
    fautes += [f"il manque « {cle} »." for cle in ("code", "titre", "texte") if not str(brut.get(cle, "")).strip()]
    if brut.get("code") in vus:
        fautes.append(f"le code « {brut['code']} » figure déjà plus haut.")
    if brut.get("code") in RESERVES:
        fautes.append(f"le code « {brut['code']} » est réservé : choisissez-en un autre.")
    fautes += [f"le type de demande « {t} » n'existe pas." for t in brut.get("types", []) if t not in types]
    return fautes + fautes_de_champs(str(brut.get("texte", "")))


def ecrire_modeles(
    modeles: list[dict[str, Any]], *, at: datetime, preset: str, reprendre: Collection[str], avis: list[str]
) -> int:
    """Bring the templates to what the file says; returns how many changed. `reprendre`: codes to take from the file."""
    return sum(_ecrire(brut, at=at, preset=preset, reprendre=reprendre, avis=avis) for brut in modeles)


def _ecrire(brut: dict[str, Any], *, at: datetime, preset: str, reprendre: Collection[str], avis: list[str]) -> int:
    champs = {"famille": "", "types": [], **{c: v for c, v in brut.items() if c in CHAMPS}}
    champs["texte"] = champs["texte"].strip()
    modele = ModeleReponse.objects.select_for_update(of=("self",)).filter(code=brut["code"]).first()
    if modele is None:
        versionner(ModeleReponse.objects.create(code=brut["code"], **champs), at=at, par=None)
        return 1
    pareil = all(getattr(modele, nom) == valeur for nom, valeur in champs.items())
    if pareil and modele.retire_le is None:
        return 0
    derniere = modele.versions.select_related("par").get(numero=modele.version)
    if modele.code not in reprendre and (derniere.par_id is not None or modele.retire_le is not None):
        avis.append(_garde(modele, derniere, preset))
        return 0
    for nom, valeur in champs.items():
        setattr(modele, nom, valeur)
    modele.version, modele.retire_le = modele.version + 1, None
    modele.save()
    versionner(modele, at=at, par=None)
    return 1


def _garde(modele: ModeleReponse, derniere: VersionModele, preset: str) -> str:
    if modele.retire_le is not None:
        fait = f"retiré dans l'application le {date_legale(modele.retire_le):%d/%m/%Y}"
    else:
        fait = f"modifié dans l'application par {derniere.par} le {date_legale(derniere.at):%d/%m/%Y}"
    return (
        f"Modèle de réponse « {modele.titre} » : {fait}, il est gardé tel quel. Pour reprendre celui du fichier : "
        f"buridan load {preset} --reprendre-modele {modele.code}"
    )
