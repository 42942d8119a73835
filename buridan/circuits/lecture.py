"""Circuits as TOML text: read with every fault named by its line, and written back."""

import json
import re
import tomllib
from collections.abc import Sequence
from dataclasses import replace
from typing import Any

from buridan.circuits.modele import (
    A_CHOISIR,
    CircuitInvalide,
    CircuitModele,
    Destinataire,
    EtapeModele,
    Faute,
    TypeEtape,
)
from buridan.circuits.niveaux import Niveau
from buridan.droit.delais import Delai

CLES_CIRCUIT = {"code", "titre", "nature", "description", "a_confirmer"}
CLES_ETAPE = {
    "rang", "type", "titre", "a", "delai", "regle", "votes_caches", "rappel_avant", "escalade_apres", "consigne", "cle",
    "niveau_signature",
}  # fmt: skip
TITRE_CIRCUIT = re.compile(r"\s*\[\s*circuit\s*\]\s*(#.*)?")
TITRE_ETAPE = re.compile(r"\s*\[\[\s*etape\s*\]\]\s*(#.*)?")


def lire_circuit(texte: str, source: str, *, brouillon: bool = False) -> CircuitModele:
    """The circuit of this text. Raises CircuitInvalide with all the faults, not the first only.

    `brouillon`: an étape may still lack its title and its addressee. Étapes without a key get one by their place.
    """
    try:
        brut = tomllib.loads(texte)
    except tomllib.TOMLDecodeError as erreur:
        trouve = re.search(r"line (\d+)", str(erreur))
        ligne = int(trouve[1]) if trouve else 0
        raise CircuitInvalide([Faute(source, ligne, f"le fichier n'est pas du TOML valide ({erreur}).")]) from erreur
    fautes: list[Faute] = []
    tete, ligne = brut.get("circuit", {}), next(iter(_lignes(texte, TITRE_CIRCUIT)), 1)
    for cle in ("code", "titre", "nature"):
        if not tete.get(cle):
            fautes.append(Faute(source, ligne, f"[circuit] : il manque « {cle} »."))
    fautes += [Faute(source, ligne, f"[circuit] : « {cle} » est inconnu.") for cle in sorted(set(tete) - CLES_CIRCUIT)]
    etapes, lignes = [], _lignes(texte, TITRE_ETAPE)
    for n, entree in enumerate(brut.get("etape", [])):
        etape = _etape(entree, source, lignes[n] if n < len(lignes) else 0, fautes, brouillon=brouillon)
        if etape:
            etapes.append(etape)
    fautes += _cles_repetees(etapes, source)
    if fautes:
        raise CircuitInvalide(fautes)
    etapes.sort(key=lambda e: e.rang)
    return CircuitModele(
        tete["code"], tete["titre"], tete["nature"], tete.get("description", ""), bool(tete.get("a_confirmer", False)),
        _avec_cles(etapes),
    )  # fmt: skip


def _lignes(texte: str, titre: re.Pattern[str]) -> list[int]:
    return [n for n, ligne in enumerate(texte.split("\n"), 1) if titre.fullmatch(ligne)]


def _cles_repetees(etapes: Sequence[EtapeModele], source: str) -> list[Faute]:
    vues: set[str] = set()
    fautes = []
    for etape in etapes:
        if etape.cle and etape.cle in vues:
            fautes.append(Faute(source, etape.ligne, f"la clé « {etape.cle} » est déjà celle d'une autre étape."))
        vues.add(etape.cle)
    return fautes


def _avec_cles(etapes: Sequence[EtapeModele]) -> tuple[EtapeModele, ...]:
    """The n-th étape without a key is `e<n>`, or the next one free."""
    prises = {e.cle for e in etapes}
    completes = []
    for n, etape in enumerate(etapes, 1):
        if not etape.cle:
            etape = replace(etape, cle=next(c for k in range(n, 10_000) if (c := f"e{k}") not in prises))
            prises.add(etape.cle)
        completes.append(etape)
    return tuple(completes)


def _etape(
    entree: dict[str, Any], source: str, ligne: int, fautes: list[Faute], *, brouillon: bool
) -> EtapeModele | None:
    avant = len(fautes)
    for cle in sorted(set(entree) - CLES_ETAPE):
        fautes.append(Faute(source, ligne, f"« {cle} » est inconnu dans une étape."))
    for cle in ("rang", "type") if brouillon else ("rang", "type", "titre", "a"):
        if entree.get(cle) in (None, ""):
            fautes.append(Faute(source, ligne, f"l'étape n'a pas de « {cle} »."))
    if len(fautes) > avant:
        return None
    try:
        delai, a = str(entree.get("delai", "")), str(entree.get("a", ""))
        return EtapeModele(
            rang=int(entree["rang"]),
            type=TypeEtape(entree["type"]),
            titre=str(entree.get("titre", "")),
            destinataire=A_CHOISIR if brouillon and not a else Destinataire.lire(a),
            delai=Delai.lire(delai) if delai else None,
            regle=str(entree.get("regle", "tous")),
            votes_caches=bool(entree.get("votes_caches", False)),
            rappel_avant=int(entree.get("rappel_avant", 1)),
            escalade_apres=int(entree.get("escalade_apres", 2)),
            consigne=str(entree.get("consigne", "")),
            niveau_signature=_niveau(str(entree.get("niveau_signature", ""))),
            cle=str(entree.get("cle", "")),
            ligne=ligne,
        )
    except ValueError as erreur:
        raison = str(erreur)
        if "TypeEtape" in raison:
            raison = f"le type « {entree['type']} » n'existe pas. Types possibles : {', '.join(TypeEtape)}."
        fautes.append(Faute(source, ligne, raison))
        return None


def _niveau(texte: str) -> str:
    if texte and texte not in Niveau.values:
        raise ValueError(
            f"le niveau de signature « {texte} » n'existe pas. Niveaux possibles : {', '.join(Niveau.values)}."
        )
    return texte


def ecrire_circuit(modele: CircuitModele) -> str:
    """TOML that reads back as the same circuit."""
    lignes = [
        "[circuit]", f"code = {_chaine(modele.code)}", f"titre = {_chaine(modele.titre)}",
        f"nature = {_chaine(modele.nature)}", f"description = {_chaine(modele.description)}",
        f"a_confirmer = {'true' if modele.a_confirmer else 'false'}",
    ]  # fmt: skip
    for e in modele.etapes:
        lignes += [
            "",
            "[[etape]]",
            *([f"cle = {_chaine(e.cle)}"] if e.cle else []),
            f"rang = {e.rang}",
            f"type = {_chaine(e.type.value)}",
            f"titre = {_chaine(e.titre)}",
        ]
        lignes.append(f"a = {_chaine(str(e.destinataire))}")
        if e.delai:
            lignes.append(f"delai = {_chaine(str(e.delai))}")
        if e.regle != "tous":
            lignes.append(f"regle = {e.regle if e.regle.isdigit() else _chaine(e.regle)}")
        if e.votes_caches:
            lignes.append("votes_caches = true")
        lignes += [f"rappel_avant = {e.rappel_avant}", f"escalade_apres = {e.escalade_apres}"]
        if e.niveau_signature:
            lignes.append(f"niveau_signature = {_chaine(e.niveau_signature)}")
        if e.consigne:
            lignes.append(f"consigne = {_chaine(e.consigne)}")
    return "\n".join(lignes) + "\n"


def _chaine(texte: str) -> str:
    """A TOML basic string: JSON's escapes are valid there, DEL excepted."""
    return json.dumps(texte, ensure_ascii=False).replace("\x7f", "\\u007f")
