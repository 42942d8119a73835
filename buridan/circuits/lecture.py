"""Circuits as TOML text: read with every fault named by its line, and written back."""

import json
import re
import tomllib
from typing import Any

from buridan.circuits.modele import CircuitInvalide, CircuitModele, Destinataire, EtapeModele, Faute, TypeEtape
from buridan.droit.delais import Delai

CLES_CIRCUIT = {"code", "titre", "nature", "description", "a_confirmer"}
CLES_ETAPE = {
    "rang", "type", "titre", "a", "delai", "regle", "votes_caches", "rappel_avant", "escalade_apres", "consigne",
}  # fmt: skip


def lire_circuit(texte: str, source: str) -> CircuitModele:
    """The circuit of this text. Raises CircuitInvalide with all the faults, not the first only."""
    try:
        brut = tomllib.loads(texte)
    except tomllib.TOMLDecodeError as erreur:
        trouve = re.search(r"line (\d+)", str(erreur))
        ligne = int(trouve[1]) if trouve else 0
        raise CircuitInvalide([Faute(source, ligne, f"le fichier n'est pas du TOML valide ({erreur}).")]) from erreur
    fautes: list[Faute] = []
    lignes = [n for n, ligne in enumerate(texte.splitlines(), 1) if ligne.strip() == "[[etape]]"]
    tete = brut.get("circuit", {})
    for cle in ("code", "titre", "nature"):
        if not tete.get(cle):
            fautes.append(Faute(source, 1, f"[circuit] : il manque « {cle} »."))
    fautes += [Faute(source, 1, f"[circuit] : « {cle} » est inconnu.") for cle in sorted(set(tete) - CLES_CIRCUIT)]
    etapes = []
    for n, entree in enumerate(brut.get("etape", [])):
        ligne = lignes[n] if n < len(lignes) else 0
        etape = _etape(entree, source, ligne, fautes)
        if etape:
            etapes.append(etape)
    if fautes:
        raise CircuitInvalide(fautes)
    etapes.sort(key=lambda e: e.rang)
    return CircuitModele(
        tete["code"], tete["titre"], tete["nature"], tete.get("description", ""), bool(tete.get("a_confirmer", False)),
        tuple(etapes),
    )  # fmt: skip


def _etape(entree: dict[str, Any], source: str, ligne: int, fautes: list[Faute]) -> EtapeModele | None:
    avant = len(fautes)
    for cle in sorted(set(entree) - CLES_ETAPE):
        fautes.append(Faute(source, ligne, f"« {cle} » est inconnu dans une étape."))
    for cle in ("rang", "type", "titre", "a"):
        if entree.get(cle) in (None, ""):
            fautes.append(Faute(source, ligne, f"l'étape n'a pas de « {cle} »."))
    if len(fautes) > avant:
        return None
    try:
        delai = str(entree.get("delai", ""))
        return EtapeModele(
            rang=int(entree["rang"]),
            type=TypeEtape(entree["type"]),
            titre=str(entree["titre"]),
            destinataire=Destinataire.lire(str(entree["a"])),
            delai=Delai.lire(delai) if delai else None,
            regle=str(entree.get("regle", "tous")),
            votes_caches=bool(entree.get("votes_caches", False)),
            rappel_avant=int(entree.get("rappel_avant", 1)),
            escalade_apres=int(entree.get("escalade_apres", 2)),
            consigne=str(entree.get("consigne", "")),
        )
    except ValueError as erreur:
        raison = str(erreur)
        if "TypeEtape" in raison:
            raison = f"le type « {entree['type']} » n'existe pas. Types possibles : {', '.join(TypeEtape)}."
        fautes.append(Faute(source, ligne, raison))
        return None


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
        if e.consigne:
            lignes.append(f"consigne = {_chaine(e.consigne)}")
    return "\n".join(lignes) + "\n"


def _chaine(texte: str) -> str:
    """A TOML basic string: JSON's escapes are valid there, DEL excepted."""
    return json.dumps(texte, ensure_ascii=False).replace("\x7f", "\\u007f")
