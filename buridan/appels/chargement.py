"""The syndicates and what they do for the town, from a preset's `appels.toml`. A preset without it makes no calls."""

import re
from collections.abc import Mapping
from decimal import Decimal, InvalidOperation
from typing import Any

from buridan.appels.models import Cle, Competence, Syndicat
from buridan.dossiers.natures import Chargement, Ecrire
from buridan.organisation.models import Entite
from buridan.outils.montants import nombre

FICHIER = "appels.toml"
DU_SYNDICAT = {"code", "nom", "courriel", "telephone", "adresse", "a_confirmer"}
DE_LA_COMPETENCE = {"code", "nom", "syndicat", "service", "circuit", "ligne", "estimation", "genres", "cle"}
DE_LA_CLE = {"code", "nom", "genre", "source", "a_confirmer", "membre"}
DU_MEMBRE = {"nom", "part", "ville"}
OBLIGATOIRES = {"code", "nom", "syndicat", "service", "circuit", "ligne"}


def charger(c: Chargement) -> Ecrire:
    """Read and check; what is returned writes. A competence that left the file takes no new call."""
    lu = c.lire(FICHIER)
    if lu is None:
        return lambda: 0
    texte = (c.preset / FICHIER).read_text(encoding="utf-8").splitlines()
    fautes = [_situer(faute, texte) for faute in _fautes(lu, c)]
    c.fautes.extend(fautes)
    return (lambda: 0) if fautes else (lambda: _ecrire(lu))


def _situer(faute: str, texte: list[str]) -> str:
    """With the file, and the line of what it names (« voirie »)."""
    nomme = re.match(r"[^«]*« ([^»]+) »", faute)
    cherche = re.compile(rf"\s*code\s*=\s*[\"']{re.escape(nomme[1])}[\"']") if nomme else None
    ligne = next((n for n, x in enumerate(texte, 1) if cherche is not None and cherche.match(x)), None)
    return f"{FICHIER}{f', ligne {ligne}' if ligne else ''} : {faute}"


def _fautes(lu: Mapping[str, Any], c: Chargement) -> list[str]:
    syndicats = {s.get("code") for s in lu.get("syndicat", ())}
    services = set(Entite.objects.values_list("code", flat=True))
    cles = [cle.get("code") for cle in lu.get("cle", ())]
    fautes = [faute for cle in lu.get("cle", ()) for faute in _fautes_d_une_cle(cle)]
    fautes += [
        f"clé « {code} » : ce code est donné deux fois." for code in sorted({x for x in cles if cles.count(x) > 1})
    ]
    fautes += [
        f"syndicat « {s.get('code', '')} » : il faut un code et un nom, et seulement : {', '.join(sorted(DU_SYNDICAT))}."
        for s in lu.get("syndicat", ())
        if not {"code", "nom"} <= set(s) <= DU_SYNDICAT
    ]
    for lue in lu.get("competence", ()):
        ou = f"compétence « {lue.get('code', '')} »"
        if not OBLIGATOIRES <= set(lue) <= DE_LA_COMPETENCE:
            fautes.append(
                f"{ou} : il faut {', '.join(sorted(OBLIGATOIRES))} ; possibles aussi : estimation, genres, cle."
            )
            continue
        connus = (("syndicat", syndicats), ("service", services), ("circuit", c.circuits))
        fautes += [f"{ou} : {quoi} « {lue[quoi]} » n'existe pas." for quoi, choix in connus if lue[quoi] not in choix]
        if "cle" in lue and lue["cle"] not in cles:
            fautes.append(f"{ou} : clé « {lue['cle']} » n'existe pas.")
        if lue.get("estimation") is not None and (_montant(lue["estimation"]) or 0) <= 0:
            fautes.append(f"{ou} : l'estimation est un montant supérieur à zéro.")
    return fautes


def _fautes_d_une_cle(cle: Mapping[str, Any]) -> list[str]:
    """A key names its members, the town once, and shares that make a whole."""
    ou, membres = f"clé « {cle.get('code', '')} »", cle.get("membre", [])
    if not DE_LA_CLE - {"a_confirmer"} <= set(cle) <= DE_LA_CLE:
        return [f"{ou} : il faut {', '.join(sorted(DE_LA_CLE - {'a_confirmer'}))} ; possible aussi : a_confirmer."]
    if cle["genre"] not in Cle.Genre.values:
        return [f"{ou} : le genre est « parts » ou « population », pas « {cle['genre']} »."]
    if any(not {"nom", "part"} <= set(m) <= DU_MEMBRE for m in membres):
        return [f"{ou} : chaque membre a un nom et une part, et la ville ville = true."]
    poids = [_montant(m["part"]) for m in membres]
    faux = [m["nom"] for m, p in zip(membres, poids, strict=True) if not _poids_juste(p, cle["genre"])]
    if faux:
        sorte = (
            "un nombre d'habitants"
            if cle["genre"] == Cle.Genre.POPULATION
            else "un pourcentage, trois décimales au plus"
        )
        return [f"{ou} : la part de « {nom} » est {sorte}, supérieur à zéro." for nom in faux]
    fautes = []
    if sum(bool(m.get("ville")) for m in membres) != 1:
        fautes.append(f"{ou} : un membre, et un seul, est la ville (ville = true).")
    if len({m["nom"] for m in membres}) != len(membres):
        fautes.append(f"{ou} : un membre est là deux fois.")
    total = sum((p for p in poids if p is not None), Decimal(0))
    if cle["genre"] == Cle.Genre.PARTS and total != 100:
        fautes.append(f"{ou} : les parts font {nombre(total)} %, et non 100 %.")
    return fautes


def _poids_juste(poids: Decimal | None, genre: str) -> bool:
    if poids is None or not poids.is_finite() or not 0 < poids < 10**9:
        return False
    return poids == poids.quantize(Decimal(1) if genre == Cle.Genre.POPULATION else Decimal("0.001"))


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
    cles = {cle["code"]: _cle(cle) for cle in lu.get("cle", ())}
    for ordre, lue in enumerate(lu.get("competence", ()), 1):
        _competence, neuve = Competence.objects.update_or_create(
            code=lue["code"],
            defaults={
                "nom": lue["nom"], "ordre": ordre, "syndicat": syndicats[lue["syndicat"]], "active": True,
                "service_id": services[lue["service"]], "circuit": lue["circuit"], "ligne": lue["ligne"],
                "estimation": _montant(lue["estimation"]) if "estimation" in lue else None,
                "genres": lue.get("genres", []), "cle": cles.get(lue.get("cle")),
            },
        )  # fmt: skip
        nouvelles += neuve
    codes = [lue["code"] for lue in lu.get("competence", ())]
    Competence.objects.exclude(code__in=codes).update(active=False)
    return nouvelles


def _cle(lue: Mapping[str, Any]) -> Cle:
    """The row that says just that: the calls that have another one keep it."""
    membres = lue["membre"]
    dits = {
        "code": lue["code"], "nom": lue["nom"], "genre": lue["genre"], "source": lue["source"],
        "a_confirmer": lue.get("a_confirmer", False), "membres": [m["nom"] for m in membres],
        "poids": [_montant(m["part"]) for m in membres],
        "ville": next(rang for rang, m in enumerate(membres, 1) if m.get("ville")),
    }  # fmt: skip
    return Cle.objects.filter(**dits).order_by("pk").first() or Cle.objects.create(**dits)
