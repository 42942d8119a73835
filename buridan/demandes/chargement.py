"""The catalogue of a preset: request types, answer templates, frequent questions, streets."""

import csv
import tomllib
from collections.abc import Callable, Collection
from pathlib import Path
from typing import Any

from django.core.exceptions import ValidationError

from buridan.delegations.etats import NatureActe
from buridan.demandes.chargement_modeles import ecrire_modeles, lire_modeles
from buridan.demandes.models import Adresse, Lieu, Public, QuestionFrequente, Silence, TypeDemande
from buridan.dossiers.etats import SortFinal
from buridan.dossiers.natures import Chargement, Ecrire
from buridan.droit.conservation import mois_de
from buridan.droit.delais import Delai
from buridan.organisation.models import Entite, Mandat
from buridan.outils.texte import sans_accents
from buridan.signatures.actions.installer_essai import installer_essai

FICHIERS = ("types_demandes.toml", "modeles_reponses.toml", "faq.toml")
CHAMPS_TYPE = {
    "code", "titre", "famille", "description", "mots", "service", "theme", "circuit", "acte", "promesse", "lieu", "accuse",
    "silence",
    "silence_delai", "silence_source", "a_confirmer", "conservation", "conservation_source", "sort_final", "publics", "sensible",
    "urgence", "urgence_conseil", "pieces", "question",
}  # fmt: skip


def charger(c: Chargement) -> Ecrire:
    """Read and check the catalogue; what is returned writes it."""
    types = _types(c.preset, set(c.circuits), c.fautes)
    codes = {t.get("code", "") for t in types}
    modeles = lire_modeles(c.preset, c.fautes, codes)
    questions = _questions(c.preset, c.fautes, codes)

    def ecrire() -> int:
        change = _ecrire_types(types, c.preset.name, c.circuits_repris, c.avis)
        change += ecrire_modeles(modeles, at=c.at, preset=c.preset.name, reprendre=c.modeles_repris, avis=c.avis)
        _ecrire_questions(questions)
        _adresses(c.preset)
        installer_essai(at=c.at)
        return change

    return ecrire


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
    themes = {theme for liste in Mandat.objects.values_list("themes", flat=True) for theme in liste}
    types = _lire_toml(preset, "types_demandes.toml", "type", fautes)
    vus: dict[str, int] = {}
    for ligne, brut in types:
        raisons = _fautes_du_type(brut, entites, circuits)
        if brut.get("theme", "") not in {"", *themes}:
            raisons.append(f"aucun élu n'est chargé du thème « {brut['theme']} » (mandats.csv).")
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
    choix = {
        "lieu": Lieu.values, "silence": Silence.values, "acte": NatureActe.values, "sort_final": SortFinal.values,
    }  # fmt: skip
    fautes += [f"« {brut[c]} » n'est pas un choix de « {c} »." for c, v in choix.items() if brut.get(c, v[0]) not in v]
    fautes += [f"public « {p} » inconnu." for p in brut.get("publics", []) if p not in Public.values]
    durees: dict[str, Callable[[str], object]] = {
        "promesse": Delai.lire, "silence_delai": Delai.lire, "conservation": mois_de,
    }  # fmt: skip
    for cle, lire in durees.items():
        try:
            lire(brut.get(cle) or "2 mois")
        except ValueError as erreur:
            fautes.append(f"{cle} : {erreur}")
    return fautes


def _ecrire_types(types: list[dict[str, Any]], preset: str, reprendre: Collection[str], avis: list[str]) -> int:
    change = 0
    choisis = dict(TypeDemande.objects.filter(circuit_du_fichier=False).values_list("code", "circuit"))
    for brut in types:
        champs = {c: v for c, v in brut.items() if c not in ("service", "question", "code")}
        champs |= {"questions": brut.get("question", []), "theme": brut.get("theme", ""), "actif": True}
        champs["acte"] = brut.get("acte", NatureActe.COURRIERS)
        champs["sort_final"] = brut.get("sort_final", SortFinal.DESTRUCTION)
        choisi = choisis.get(brut["code"], brut["circuit"])
        if choisi != brut["circuit"] and brut["circuit"] not in reprendre:
            del champs["circuit"]
            avis.append(
                f"« {brut['titre']} » suit le circuit « {choisi} », choisi dans l'application : ce choix est gardé. Pour "
                f"reprendre celui du fichier : buridan load {preset} --reprendre-circuit {brut['circuit']}"
            )
        else:
            champs["circuit_du_fichier"] = True
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
