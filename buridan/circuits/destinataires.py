"""Addressees of the circuits in the words of an organisation: their names, and all that can be chosen."""

from collections.abc import Callable

from buridan.circuits.modele import ROLES, CircuitModele, Destinataire, Faute
from buridan.circuits.verification import verifier
from buridan.organisation.annuaire import Annuaire

Groupe = tuple[str, list[tuple[str, str]]]


def nommer(annuaire: Annuaire) -> Callable[[Destinataire], str]:
    """Addressee -> its name on that day; the code when it is gone."""

    def nom(destinataire: Destinataire) -> str:
        if destinataire.genre == "poste":
            poste = annuaire.codes_postes.get(destinataire.code)
            return annuaire.postes[poste].intitule if poste is not None else destinataire.code
        if destinataire.genre == "entite":
            entite = annuaire.codes_entites.get(destinataire.code)
            return annuaire.nom_entite(entite) if entite is not None else destinataire.code
        return destinataire.libelle

    return nom


def choix(annuaire: Annuaire) -> list[Groupe]:
    """Groups of (value, words): by the dossier first, then entities, then posts."""
    entites = sorted(annuaire.entites.values(), key=lambda e: e.nom)
    postes = [(f"poste:{p.code}", f"{p.intitule} ({annuaire.nom_entite(p.entite)})") for p in annuaire.postes.values()]
    return [
        ("Selon le dossier", [(f"role:{code}", mots[0].upper() + mots[1:]) for code, mots in ROLES.items()]),
        ("Un service ou une entité", [(f"entite:{e.code}", e.nom) for e in entites]),
        ("Un poste précis", sorted(postes, key=lambda c: c[1])),
    ]


def fautes(modele: CircuitModele, annuaire: Annuaire) -> list[Faute]:
    """What keeps the circuit from being published in that organisation."""
    return verifier(modele, postes=annuaire.codes_postes, entites=annuaire.codes_entites)
