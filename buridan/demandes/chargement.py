"""The catalogue of a preset: circuits, request types, answer templates, frequent questions, streets."""

import csv
import tomllib
from collections.abc import Collection
from datetime import datetime
from pathlib import Path
from typing import Any

from django.core.exceptions import ValidationError
from django.db import DataError, IntegrityError, transaction

from buridan.delegations.echange import FichierInvalide, importer
from buridan.delegations.etats import NatureActe
from buridan.demandes.chargement_circuits import codes_possibles, ecrire_circuits, lire_circuits
from buridan.demandes.chargement_modeles import ecrire_modeles, lire_modeles
from buridan.demandes.models import Adresse, Lieu, Public, QuestionFrequente, Silence, TypeDemande
from buridan.droit.delais import Delai, date_legale
from buridan.organisation.acteur import systeme
from buridan.organisation.chargement import PresetInvalide, charger_organisation
from buridan.organisation.models import Entite
from buridan.organisation.refus import phrase
from buridan.outils.texte import sans_accents
from buridan.signatures.actions.installer_essai import installer_essai

FICHIERS = ("types_demandes.toml", "circuits", "modeles_reponses.toml", "faq.toml", "ville.toml")
CHAMPS_TYPE = {
    "code", "titre", "famille", "description", "mots", "service", "circuit", "acte", "promesse", "lieu", "accuse", "silence",
    "silence_delai", "silence_source", "a_confirmer", "conservation", "conservation_source", "publics", "sensible",
    "urgence", "urgence_conseil", "pieces", "question",
}  # fmt: skip


def charger(
    preset: Path,
    *,
    at: datetime,
    modeles_repris: Collection[str] = (),
    circuits_repris: Collection[str] = (),
    avis: list[str] | None = None,
) -> int:
    """Load a whole preset, idempotent. Raises PresetInvalide with every fault, having written nothing.

    What was changed in the application is kept and told in `avis`; `modeles_repris` and `circuits_repris` name the
    answer templates and the circuits to take from the files all the same.
    """
    avis = avis if avis is not None else []
    if not preset.is_dir():
        raise PresetInvalide([f"Le jeu de données « {preset.name} » n'existe pas dans {preset.parent}."])
    if manquants := [nom for nom in FICHIERS if not (preset / nom).exists()]:
        raise PresetInvalide([f"{nom} : le fichier (ou le dossier) manque." for nom in manquants])
    try:
        with transaction.atomic():
            return _charger(preset, at=at, modeles_repris=modeles_repris, circuits_repris=circuits_repris, avis=avis)
    except (IntegrityError, DataError) as erreur:
        raise PresetInvalide([f"La base de données a refusé cet ensemble : {phrase(erreur)}"]) from erreur


def _charger(
    preset: Path, *, at: datetime, modeles_repris: Collection[str], circuits_repris: Collection[str], avis: list[str]
) -> int:
    change = charger_organisation(preset, jour=date_legale(at), at=at, avis=avis)
    change += _delegations(preset, at=at)
    fautes: list[str] = []
    circuits = lire_circuits(preset, fautes)
    types = _types(preset, codes_possibles(circuits), fautes)
    codes = {t.get("code", "") for t in types}
    modeles = lire_modeles(preset, fautes, codes)
    questions = _questions(preset, fautes, codes)
    if fautes:
        raise PresetInvalide(fautes)
    installer_essai(at=at)
    change += ecrire_circuits(circuits, at=at, preset=preset.name, reprendre=circuits_repris, avis=avis)
    change += _ecrire_types(types)
    change += ecrire_modeles(modeles, at=at, preset=preset.name, reprendre=modeles_repris, avis=avis)
    _ecrire_questions(questions)
    _adresses(preset)
    return change


def _delegations(preset: Path, *, at: datetime) -> int:
    """A town may begin with an empty register: the file is not required."""
    fichier = preset / "delegations.csv"
    if not fichier.exists():
        return 0
    try:
        return importer(fichier.read_text(encoding="utf-8"), by=systeme(at), at=at)
    except FichierInvalide as erreur:
        raise PresetInvalide(erreur.fautes) from erreur


def _lire_toml(preset: Path, nom: str, table: str, fautes: list[str]) -> list[tuple[int, dict[str, Any]]]:
    """Line and content of each [[table]] of the file."""
    texte = (preset / nom).read_text(encoding="utf-8")
    try:
        brutes = tomllib.loads(texte).get(table, [])
    except tomllib.TOMLDecodeError as erreur:
        fautes.append(f"{nom} : le fichier n'est pas du TOML valide ({erreur}).")
        return []
    lignes = [n for n, ligne in enumerate(texte.splitlines(), 1) if ligne.strip() == f"[[{table}]]"]
    return list(zip(lignes, brutes, strict=False))


def _types(preset: Path, circuits: set[str], fautes: list[str]) -> list[dict[str, Any]]:
    entites = dict(Entite.objects.values_list("code", "id"))
    types = _lire_toml(preset, "types_demandes.toml", "type", fautes)
    vus: dict[str, int] = {}
    for ligne, brut in types:
        raisons = _fautes_du_type(brut, entites, circuits)
        code = str(brut.get("code", ""))
        if code and vus.setdefault(code, ligne) != ligne:
            raisons.append(f"le code « {code} » figure déjà ligne {vus[code]}.")
        fautes += [f"types_demandes.toml, ligne {ligne} : {raison}" for raison in raisons]
        brut["service_id"] = entites.get(brut.get("service", ""))
    return [brut for _ligne, brut in types]


def _fautes_du_type(brut: dict[str, Any], entites: dict[str, int], circuits: set[str]) -> list[str]:
    fautes = [f"« {cle} » est inconnu." for cle in sorted(set(brut) - CHAMPS_TYPE)]
    fautes += [
        f"il manque « {cle} »."
        for cle in ("code", "titre", "famille", "service", "circuit", "promesse")
        if not brut.get(cle)
    ]
    for cle in ("code", "titre", "famille"):
        try:
            champ: Any = TypeDemande._meta.get_field(cle)
            champ.clean(brut.get(cle) or "x", None)
        except ValidationError as erreur:
            fautes.append(f"{cle} « {brut[cle]} » : {' '.join(erreur.messages)}")
    if brut.get("service") not in entites:
        fautes.append(f"le service « {brut.get('service')} » n'existe pas.")
    if brut.get("circuit") not in circuits:
        fautes.append(f"le circuit « {brut.get('circuit')} » n'existe pas.")
    choix = {"lieu": Lieu.values, "silence": Silence.values, "acte": NatureActe.values}
    fautes += [f"« {brut[c]} » n'est pas un choix de « {c} »." for c, v in choix.items() if brut.get(c, v[0]) not in v]
    fautes += [f"public « {p} » inconnu." for p in brut.get("publics", []) if p not in Public.values]
    for cle in ("promesse", "silence_delai"):
        try:
            Delai.lire(brut.get(cle, "2 mois"))
        except ValueError as erreur:
            fautes.append(f"{cle} : {erreur}")
    return fautes


def _ecrire_types(types: list[dict[str, Any]]) -> int:
    change = 0
    for brut in types:
        champs = {c: v for c, v in brut.items() if c not in ("service", "question", "code")}
        champs |= {"questions": brut.get("question", []), "acte": brut.get("acte", NatureActe.COURRIERS), "actif": True}
        _type, neuf = TypeDemande.objects.update_or_create(code=brut["code"], defaults=champs)
        change += neuf
    TypeDemande.objects.exclude(code__in=[b["code"] for b in types]).update(actif=False)
    return change


def _questions(preset: Path, fautes: list[str], types: set[str]) -> list[dict[str, Any]]:
    questions = _lire_toml(preset, "faq.toml", "question", fautes)
    for ligne, brut in questions:
        raisons = [f"il manque « {cle} »." for cle in ("question", "reponse") if not brut.get(cle)]
        if brut.get("type", "") not in {"", *types}:
            raisons.append(f"le type de demande « {brut['type']} » n'existe pas.")
        fautes += [f"faq.toml, ligne {ligne} : {raison}" for raison in raisons]
    return [brut for _ligne, brut in questions]


def _ecrire_questions(questions: list[dict[str, Any]]) -> None:
    for ordre, brut in enumerate(questions, 1):
        champs = {"question": brut["question"], "reponse": brut["reponse"], "mots": brut.get("mots", [])}
        champs["type"] = TypeDemande.objects.filter(code=brut.get("type", "")).first()
        QuestionFrequente.objects.update_or_create(ordre=ordre, defaults=champs)


def _adresses(preset: Path) -> None:
    fichier = preset / "adresses.csv"
    if not fichier.exists():
        return
    with fichier.open(encoding="utf-8-sig", newline="") as flux:
        lignes = list(csv.DictReader(flux))
    Adresse.objects.all().delete()
    Adresse.objects.bulk_create(
        Adresse(
            voie=ligne["voie"], quartier=ligne.get("quartier") or "", recherche=sans_accents(ligne["voie"]),
            latitude=float(ligne["latitude"]) if ligne.get("latitude") else None,
            longitude=float(ligne["longitude"]) if ligne.get("longitude") else None,
        )
        for ligne in lignes
    )  # fmt: skip
