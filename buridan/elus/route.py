"""Whom a matter passes, from the service, the way, and who answers the resident."""

from dataclasses import replace

from buridan.circuits.catalogue import en_vigueur
from buridan.circuits.modele import CircuitModele, Destinataire, TypeEtape
from buridan.dossiers.routage import nommer
from buridan.elus.etats import QuiRepond
from buridan.organisation.annuaire import Annuaire
from buridan.organisation.models import Genre


def tracer(code: str, annuaire: Annuaire, *, entite: int, qui_repond: str) -> tuple[CircuitModele, int]:
    """The circuit in force: a service without DGA passes the general manager; the cabinet gives an answer that the official
    takes to the resident, and does it if he or she can't.
    """
    modele, numero = en_vigueur(code)
    if annuaire.au_dessus(entite, Genre.DGA) is None:
        dgs = annuaire.responsable(annuaire.premiere(Genre.DIRECTION_GENERALE))
        modele = nommer(modele, {"role:dga": dgs} if dgs is not None else {}, annuaire)
    cabinet = annuaire.premiere(Genre.CABINET)
    if qui_repond == QuiRepond.ELU and cabinet is not None:
        au_cabinet = Destinataire("entite", annuaire.entites[cabinet].code)
        etapes = (replace(e, destinataire=au_cabinet) if e.type is TypeEtape.REPONSE else e for e in modele.etapes)
        modele = replace(modele, etapes=tuple(etapes))
    return modele, numero


def direction_de(annuaire: Annuaire, entite: int) -> int | None:
    """The general management under which a service stands: those who treat a matter know that it comes through it."""
    return annuaire.au_dessus(entite, Genre.DGA) or annuaire.premiere(Genre.DIRECTION_GENERALE)
