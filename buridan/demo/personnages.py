"""About twelve people who show the town from every place in it, found by their place and never by their name."""

from dataclasses import dataclass

from django.db.models import Count

from buridan.courriers.queries import bureau
from buridan.demandes.models import TypeDemande
from buridan.demo.parapheurs import poste_de_l_elu
from buridan.organisation.annuaire import Annuaire
from buridan.organisation.models import Droit, Genre


@dataclass(frozen=True, slots=True)
class Personnage:
    """Somebody to enter as, and why."""

    personne: int
    nom: str
    poste: str
    raison: str


def personnages(annuaire: Annuaire) -> list[Personnage]:
    """The cast of the day: present people only, one per place."""
    choisis: dict[int, Personnage] = {}

    def ajouter(poste: int | None, raison: str) -> None:
        fiche = annuaire.postes.get(poste) if poste is not None else None
        if fiche is None or not annuaire.present(fiche.personne) or fiche.personne in choisis:
            return
        assert fiche.personne is not None
        choisis[fiche.personne] = Personnage(
            fiche.personne, annuaire.nom_personne(fiche.personne), fiche.intitule, raison
        )

    for genre, raison in (
        (Genre.DIRECTION_GENERALE, "voit toute la ville, arbitre les retards"),
        (Genre.CABINET, "suit ce qui touche le maire"),
        (Genre.ASSEMBLEE, "préside le conseil municipal"),
    ):
        ajouter(annuaire.responsable(annuaire.premiere(genre)), raison)
    for poste in sorted(annuaire.postes.values(), key=lambda p: p.responsable):
        for droit, raison in (
            (Droit.GUICHET, "enregistre et qualifie les demandes"),
            (Droit.QUALITE, "veille sur les circuits"),
            (Droit.ADMINISTRATION, "administre l'organisation"),
            (Droit.DELEGATIONS, "tient le registre des délégations"),
            (Droit.FINANCES, "importe le budget"),
        ):
            if droit in poste.droits and raison not in {p.raison for p in choisis.values()}:
                ajouter(poste.id, raison)
    _donnees(annuaire, ajouter)
    _courrier(annuaire, ajouter)
    ajouter(poste_de_l_elu(annuaire), "donne l'avis de l'élu de son secteur")
    services = _services_les_plus_demandes()
    for genre, raison in ((Genre.DGA, "dirige plusieurs directions"), (Genre.DIRECTION, "dirige une direction")):
        ajouter(annuaire.responsable(annuaire.au_dessus(next(iter(services), None), genre)), raison)
    _services(annuaire, services, ajouter)
    return list(choisis.values())


def _donnees(annuaire: Annuaire, ajouter: object) -> None:
    """All of them: one asks for an erasure, another approves it."""
    assert callable(ajouter)
    for poste in annuaire.postes.values():
        if Droit.DONNEES in poste.droits:
            ajouter(poste.id, f"veille sur les données personnelles : {annuaire.nom_entite(poste.entite)}")


def _courrier(annuaire: Annuaire, ajouter: object) -> None:
    """Somebody of the mail office, when the town has one."""
    assert callable(ajouter)
    chez = bureau()
    for poste in annuaire.postes_par_entite.get(chez.entite_id, ()) if chez is not None else ():
        ajouter(poste, "tient les registres du courrier")


def _services_les_plus_demandes() -> list[int]:
    """The four services that answer the most kinds of requests."""
    types = TypeDemande.objects.actifs().values("service").annotate(nombre=Count("pk")).order_by("-nombre", "service")
    return [t["service"] for t in types[:4]]


def _services(annuaire: Annuaire, services: list[int], ajouter: object) -> None:
    """Who acts for the head, and an agent, of these services."""
    assert callable(ajouter)
    for entite in services:
        chef = annuaire.responsables.get(entite)
        trouve = annuaire.resoudre(chef).poste if chef is not None else None
        nom = annuaire.nom_entite(entite)
        ajouter(trouve, f"vise les réponses : {nom}")
        for poste in annuaire.postes_par_entite.get(entite, ()):
            if not annuaire.postes[poste].responsable and annuaire.present(annuaire.postes[poste].personne):
                ajouter(poste, f"traite les demandes : {nom}")
                break
