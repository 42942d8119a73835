"""Dossiers that wait for an opinion, a visa, a validation, a signature or a decision, from the head of service to the mayor.

The year alone leaves few of them: people sign in time. These came in the last days and were prepared by the real functions.
"""

from collections import Counter
from collections.abc import Iterator
from datetime import datetime, timedelta
from random import Random
from typing import Protocol

from buridan.circuits.catalogue import en_vigueur
from buridan.demandes.models import Demande, TypeDemande
from buridan.demo.jours import Jours
from buridan.dossiers.actions.modifier_circuit import inserer
from buridan.dossiers.etats import EtatDossier, EtatEtape, TypeEtape
from buridan.dossiers.models import Etape
from buridan.droit.calendrier import CALENDRIER_NATIONAL
from buridan.droit.delais import date_legale
from buridan.organisation.acteur import Acteur
from buridan.organisation.annuaire import Annuaire
from buridan.organisation.models import Genre

# étape of the circuit, its addressee, how many are left there
DES_CIRCUITS = (
    (TypeEtape.VISA, "role:responsable", 6),
    (TypeEtape.VALIDATION, "role:responsable", 2),
    (TypeEtape.DECISION, "role:direction", 2),
    (TypeEtape.SIGNATURE, "role:dga", 2),
    (TypeEtape.SIGNATURE, "role:maire", 4),
)
# étape added by the head of the service, for whom, how many are left there
AJOUTEES = (
    (TypeEtape.VISA, "Viser avant la réponse", "dgs", 3),
    (TypeEtape.VISA, "Viser la réponse proposée", "dga", 3),
    (TypeEtape.AVIS, "Donner l'avis de l'élu du secteur", "elu", 3),
)
THEME = "voirie"
PAS = 12


class Joueur(Protocol):
    """What the year knows how to play."""

    types: list[TypeDemande]
    alea: Random
    at: datetime
    jours: Jours

    def deposer(self, instant: datetime, type_demande: TypeDemande | None = None) -> Demande: ...
    def active(self, demande: Demande) -> Etape | None: ...
    def qui(self, etape: Etape, at: datetime) -> Acteur | None: ...
    def decider_favorablement(self, etape: Etape, by: Acteur, at: datetime) -> None: ...


def garnir(annee: Joueur) -> None:
    """File them and bring each to the étape where it waits."""
    for genre, a, nombre in DES_CIRCUITS:
        types = list(_types(annee, genre, a))
        for n in range(nombre if types else 0):
            _mener(annee, types[n % len(types)], genre)
    courants = list(_types(annee, TypeEtape.VISA, "role:responsable"))
    for genre, titre, qui, nombre in AJOUTEES:
        for n in range(nombre if courants else 0):
            _mener(annee, courants[n % len(courants)], genre, titre, qui)


def poste_de_l_elu(annuaire: Annuaire, theme: str = THEME) -> int | None:
    """Post of whoever is elected for that theme."""
    return next((p for elu in annuaire.elus_du_theme(theme) for p in annuaire.postes_de.get(elu, ())), None)


def _types(annee: Joueur, genre: TypeEtape, a: str) -> Iterator[TypeDemande]:
    """Request types whose circuit has that étape, those of the services with the most types first."""
    charge = Counter(t.service_id for t in annee.types)
    modeles = {code: en_vigueur(code)[0] for code in sorted({t.circuit for t in annee.types})}
    for type_demande in sorted(annee.types, key=lambda t: (-charge[t.service_id], t.code)):
        etapes = modeles[type_demande.circuit].etapes
        if any(e.type.value == genre.value and str(e.destinataire) == a for e in etapes):
            yield type_demande


def _mener(annee: Joueur, type_demande: TypeDemande, genre: TypeEtape, titre: str = "", qui: str = "") -> None:
    """Play until an étape of that type (of that title, which is added during the treatment) waits."""
    instant = _matin(annee)
    demande = annee.deposer(instant, type_demande)
    for _pas in range(PAS):
        etape = annee.active(demande)
        par = annee.qui(etape, instant) if etape is not None else None
        if etape is None or par is None or etape.dossier.etat != EtatDossier.OUVERT:
            return
        if etape.type == genre and titre in ("", etape.titre):
            return
        if titre and etape.type == TypeEtape.TRAITEMENT:
            _ajouter(annee, etape, genre, titre, qui, instant)
        annee.decider_favorablement(etape, par, instant)
        instant = min(instant + timedelta(hours=2), annee.at)


def _ajouter(annee: Joueur, etape: Etape, genre: TypeEtape, titre: str, qui: str, instant: datetime) -> None:
    """The head of the service wants somebody above, or the elected official, to see it first."""
    annuaire, service = annee.jours.annuaire(date_legale(instant)), etape.dossier.entite_id
    postes = {
        "dgs": annuaire.responsable(annuaire.premiere(Genre.DIRECTION_GENERALE)),
        "dga": annuaire.responsable(annuaire.au_dessus(service, Genre.DGA)),
        "elu": poste_de_l_elu(annuaire),
    }
    poste, chef = postes[qui], annuaire.responsable(service)
    visas = etape.dossier.etapes.filter(type=TypeEtape.VISA, etat=EtatEtape.A_VENIR).order_by("-rang")
    apres = visas.first() if genre == TypeEtape.VISA else None  # those above see it after the head of the service
    personnes = annuaire.resoudre(chef).personnes if chef is not None else ()
    if poste is not None and personnes:
        par = annee.jours.acteur(personnes[0], instant)
        inserer(
            etape.dossier, by=par, at=instant, type=genre, titre=titre, delai="3 jours ouvrés", poste=poste, apres=apres
        )


def _matin(annee: Joueur) -> datetime:
    """A working day of the last fortnight."""
    instant = annee.at - timedelta(days=annee.alea.randrange(1, 14), hours=annee.alea.randrange(4))
    while not CALENDRIER_NATIONAL.est_ouvre(date_legale(instant)):
        instant -= timedelta(days=1)
    return instant
