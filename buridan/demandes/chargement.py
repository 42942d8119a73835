"""The catalogue of a preset: request types, answer templates, frequent questions, streets."""

import csv
import io
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
from buridan.outils.lecture import separateur, texte_de
from buridan.outils.texte import sans_accents
from buridan.signatures.actions.installer_essai import installer_essai

FICHIERS = ("types_demandes.toml", "modeles_reponses.toml", "faq.toml")
CHAMPS_TYPE = {
    "code", "titre", "famille", "description", "mots", "service", "theme", "circuit", "circuit_professionnels", "acte",
    "promesse", "lieu", "accuse", "silence", "silence_delai", "silence_source", "a_confirmer", "conservation",
    "conservation_source", "sort_final", "publics", "sensible", "urgence", "urgence_conseil", "pieces", "question",
}  # fmt: skip
CHAMPS_QUESTION = {"cle", "libelle", "aide", "genre", "choix", "obligatoire"}
GENRES_QUESTION = ("texte", "choix", "oui_non", "date", "nombre")


def charger(c: Chargement) -> Ecrire:
    """Read and check the catalogue; what is returned writes it."""
    types = _types(c.preset, set(c.circuits), c.fautes)
    codes = {t.get("code", "") for t in types}
    modeles = lire_modeles(c.preset, c.fautes, codes)
    questions = _questions(c.preset, c.fautes, codes)
    adresses = _adresses(c.preset, c.fautes)

    def ecrire() -> int:
        change = _ecrire_types(types, c.preset.name, c.circuits_repris, c.avis)
        change += ecrire_modeles(modeles, at=c.at, preset=c.preset.name, reprendre=c.modeles_repris, avis=c.avis)
        change += _ecrire_questions(questions) + _ecrire_adresses(adresses)
        installer_essai(at=c.at)
        return change

    return ecrire


def _lire_toml(preset: Path, nom: str, table: str, fautes: list[str]) -> list[tuple[int, dict[str, Any]]]:
    """Line and content of each [[table]] of the file."""
    texte = texte_de(preset / nom)
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
    for cle in sorted(
        c for c in set(brut) & CHAMPS_TYPE - {"service", "question", "publics"} if brut[c] not in ("", [])
    ):
        try:
            champ: Any = TypeDemande._meta.get_field(cle)
            champ.clean(brut[cle], None)
        except (ValidationError, TypeError) as erreur:
            raison = (
                " ".join(erreur.messages) if isinstance(erreur, ValidationError) else "ce n'est pas la bonne sorte."
            )
            fautes.append(f"{cle} « {brut[cle]} » : {raison}")
    fautes += _fautes_des_questions(brut.get("question", []))
    fautes += [
        "une pièce n'a pas de « nom »." for p in brut.get("pieces", []) if not isinstance(p, dict) or not p.get("nom")
    ]
    if brut.get("service") not in entites:
        fautes.append(f"le service « {brut.get('service')} » n'existe pas.")
    suivis = [brut.get("circuit"), brut.get("circuit_professionnels") or brut.get("circuit")]
    fautes += [
        f"le circuit « {circuit} » n'existe pas." for circuit in dict.fromkeys(suivis) if circuit not in circuits
    ]
    choix = {
        "lieu": Lieu.values, "silence": Silence.values, "acte": NatureActe.values, "sort_final": SortFinal.values,
    }  # fmt: skip
    fautes += [f"« {brut[c]} » n'est pas un choix de « {c} »." for c, v in choix.items() if brut.get(c, v[0]) not in v]
    fautes += [f"public « {p} » inconnu." for p in brut.get("publics", []) if p not in Public.values]
    return [*fautes, *_fautes_des_durees(brut)]


def _fautes_des_durees(brut: dict[str, Any]) -> list[str]:
    fautes = []
    durees: dict[str, Callable[[str], object]] = {
        "promesse": Delai.lire, "silence_delai": Delai.lire, "conservation": mois_de,
    }  # fmt: skip
    for cle, lire in durees.items():
        try:
            lire(brut.get(cle) or "2 mois")
        except ValueError as erreur:
            fautes.append(f"{cle} : {erreur}")
    return fautes


def _fautes_des_questions(questions: list[dict[str, Any]]) -> list[str]:
    """What a form could not show, or would lose: a question without key, twice the same, a choice of nothing."""
    fautes, vues = [], set()
    for q in questions:
        nom = q.get("libelle") or q.get("cle") or "?"
        manque = [c for c in ("cle", "libelle") if not q.get(c)]
        fautes += [f"question « {nom} » : il manque « {c} »." for c in manque]
        fautes += [f"question « {nom} » : « {c} » est inconnu." for c in sorted(set(q) - CHAMPS_QUESTION)]
        if q.get("genre", "texte") not in GENRES_QUESTION:
            fautes.append(f"question « {nom} » : genre « {q['genre']} » inconnu ({', '.join(GENRES_QUESTION)}).")
        if q.get("genre") == "choix" and not q.get("choix"):
            fautes.append(f"question « {nom} » : il manque les « choix ».")
        if q.get("cle") in vues:
            fautes.append(f"question « {nom} » : la clé « {q['cle']} » sert déjà.")
        vues.add(q.get("cle"))
    return fautes


def _ecrire_types(types: list[dict[str, Any]], preset: str, reprendre: Collection[str], avis: list[str]) -> int:
    change = 0
    choisis = dict(TypeDemande.objects.filter(circuit_du_fichier=False).values_list("code", "circuit"))
    connus = TypeDemande.objects.in_bulk(field_name="code")
    for brut in types:
        champs = _champs_du_type(brut)
        choisi = choisis.get(brut["code"], brut["circuit"])
        if choisi != brut["circuit"] and brut["circuit"] not in reprendre:
            del champs["circuit"]
            avis.append(
                f"« {brut['titre']} » suit le circuit « {choisi} », choisi dans l'application : ce choix est gardé. Pour "
                f"reprendre celui du fichier : buridan load {preset} --reprendre-circuit {brut['circuit']}"
            )
        else:
            champs["circuit_du_fichier"] = True
        connu = connus.get(brut["code"])
        if connu is None or any(getattr(connu, c) != v for c, v in champs.items()):
            TypeDemande.objects.update_or_create(code=brut["code"], defaults=champs)
            change += 1
    retires = TypeDemande.objects.actifs().exclude(code__in=[b["code"] for b in types])
    return change + int(retires.update(actif=False))


def _champs_du_type(brut: dict[str, Any]) -> dict[str, Any]:
    """Each field as the file says it; what it no longer says goes back to what is usual."""
    noms = CHAMPS_TYPE - {"code", "service", "question"}
    champs = {nom: brut.get(nom, TypeDemande._meta.get_field(nom).get_default()) for nom in noms}  # type: ignore[union-attr]
    return champs | {"service_id": brut["service_id"], "questions": brut.get("question", []), "actif": True}


def _questions(preset: Path, fautes: list[str], types: set[str]) -> list[dict[str, Any]]:
    questions = _lire_toml(preset, "faq.toml", "question", fautes)
    for ligne, brut in questions:
        raisons = [f"il manque « {cle} »." for cle in ("question", "reponse") if not brut.get(cle)]
        if brut.get("type", "") not in {"", *types}:
            raisons.append(f"le type de demande « {brut['type']} » n'existe pas.")
        fautes += [f"faq.toml, ligne {ligne} : {raison}" for raison in raisons]
    return [brut for _ligne, brut in questions]


def _ecrire_questions(questions: list[dict[str, Any]]) -> int:
    types = dict(TypeDemande.objects.values_list("code", "pk"))
    voulues = [
        (n, q["question"], q["reponse"], q.get("mots", []), types.get(q.get("type", "")))
        for n, q in enumerate(questions, 1)
    ]
    champs = ("ordre", "question", "reponse", "mots", "type_id")
    if list(QuestionFrequente.objects.order_by("ordre").values_list(*champs)) == voulues:
        return 0
    QuestionFrequente.objects.all().delete()
    QuestionFrequente.objects.bulk_create(QuestionFrequente(**dict(zip(champs, q, strict=True))) for q in voulues)
    return 1


def _adresses(preset: Path, fautes: list[str]) -> list[tuple[Any, ...]]:
    """Streets of the file, checked: a name, and two numbers or none."""
    fichier = preset / "adresses.csv"
    if not fichier.exists():
        return []
    texte, lues = texte_de(fichier), []
    lecteur = csv.DictReader(io.StringIO(texte, newline=""), delimiter=separateur(texte))
    if "voie" not in (lecteur.fieldnames or []):
        fautes.append("adresses.csv, ligne 1 : il manque la colonne voie.")
        return []
    for ligne in lecteur:
        voie, quartier = (ligne["voie"] or "").strip(), (ligne.get("quartier") or "").strip()
        try:
            ou = [float(ligne[c]) if ligne.get(c) else None for c in ("latitude", "longitude")]
            champs = zip(("voie", "quartier"), (voie, quartier), strict=True)
            for nom, valeur in champs:
                Adresse._meta.get_field(nom).clean(valeur, None)  # type: ignore[union-attr]
            if (ou[0] is None) != (ou[1] is None):
                raise ValueError("latitude et longitude vont ensemble.")
        except (ValueError, ValidationError) as erreur:
            raison = " ".join(erreur.messages) if isinstance(erreur, ValidationError) else str(erreur)
            fautes.append(f"adresses.csv, ligne {lecteur.line_num} : « {voie} » : {raison}")
        else:
            lues.append((voie, quartier, *ou))
    return lues


def _ecrire_adresses(adresses: list[tuple[Any, ...]]) -> int:
    champs = ("voie", "quartier", "latitude", "longitude")
    if not adresses or list(Adresse.objects.order_by("id").values_list(*champs)) == adresses:
        return 0
    Adresse.objects.all().delete()
    Adresse.objects.bulk_create(
        Adresse(**dict(zip(champs, a, strict=True)), recherche=sans_accents(a[0])) for a in adresses
    )
    return 1
