"""Write a call, and write it again when it was sent back: it goes to the visas at once."""

from dataclasses import dataclass
from datetime import datetime
from decimal import Decimal
from uuid import UUID, uuid4

from django.db import transaction

from buridan.appels import rules
from buridan.appels.models import Appel, Cle, Competence, part_de_la_ville
from buridan.appels.queries import appel_de, appels_pour, est_ecriture, racine
from buridan.circuits.catalogue import en_vigueur
from buridan.circuits.modele import CircuitModele
from buridan.dossiers import rules as coeur
from buridan.dossiers.actions.avancer import avancer
from buridan.dossiers.actions.ecrire import relier
from buridan.dossiers.actions.ecriture import verrouiller
from buridan.dossiers.actions.ouvrir import ouvrir
from buridan.dossiers.actions.traversee import DejaFait, refus_de_la_base, traversee_etape
from buridan.dossiers.etats import EtatEtape, Resultat
from buridan.dossiers.models import Dossier, Etape
from buridan.dossiers.routage import Contexte, resserrer
from buridan.interface.jetons import consommer
from buridan.organisation.acteur import Acteur
from buridan.organisation.annuaire import Annuaire
from buridan.outils.montants import euros
from buridan.outils.verdict import Refus

NATURE = "appels"


@dataclass(frozen=True, slots=True)
class Saisie:
    """What is typed. `estimation` in euros, of the whole intervention."""

    competence: Competence
    lieu: str
    description: str
    estimation: Decimal


def demander(
    saisie: Saisie, *, by: Acteur, at: datetime, origine: Dossier | None = None, jeton: UUID | None = None
) -> Appel:
    """Open and send to the visas. `origine`: the dossier that leads to it. Raises DejaEnvoye when the form token was used, with
    the address of the first call; DejaFait when that dossier has a call under way.
    """
    rules.peut_appeler(by, saisie.competence, origine).exiger()
    _exiger_complet(saisie, saisie.competence.cle)
    uuid = uuid4()
    with refus_de_la_base(), transaction.atomic():
        if jeton is not None:
            consommer(jeton, f"/dossiers/{uuid}/", at=at)
        if origine is not None:
            _exiger_le_seul(origine)
        dossier = ouvrir(
            by=by, at=at, uuid=uuid, nature=NATURE, objet=intitule(saisie), contenu=contenu(saisie),
            circuit=circuit_pour(saisie.competence, by.annuaire, by.personne),
            contexte=Contexte(entite=saisie.competence.service_id), suiveurs=[by.personne],
            journal={"estimation": euros(saisie.estimation)},
        )  # fmt: skip
        appel = Appel.objects.create(
            dossier=dossier, competence=saisie.competence, lieu=saisie.lieu.strip(),
            description=saisie.description.strip(), estimation=saisie.estimation, origine=origine,
            cle=saisie.competence.cle, part=part_de_la_ville(saisie.competence.cle, saisie.estimation),
        )  # fmt: skip
        if origine is not None:
            relier(origine, by=by, at=at, vers=dossier)
        etape = Etape.objects.select_related("dossier").get(dossier=dossier, etat=EtatEtape.ACTIVE)
        ecrire(etape, saisie, by=by, at=at)
    return appel


def ecrire(etape: Etape, saisie: Saisie, *, by: Acteur, at: datetime) -> Etape:
    """What is asked, now as it stands there, goes to the visas. The competence stays: it gave the circuit."""
    with traversee_etape("ecrire_appel", etape, by=by, at=at) as t:
        assert t.etape is not None
        coeur.peut_decider(by, t.etape, "traiter").exiger()
        if not est_ecriture(t.etape, t.etapes):
            raise Refus("L'appel est écrit : pour le corriger, renvoyez-le à son auteur.")
        cle = appel_de(t.dossier).cle
        _exiger_complet(saisie, cle)
        Appel.objects.filter(pk=t.dossier.pk).update(
            lieu=saisie.lieu.strip(), description=saisie.description.strip(), estimation=saisie.estimation,
            part=part_de_la_ville(cle, saisie.estimation),
        )  # fmt: skip
        Dossier.objects.filter(pk=t.dossier.pk).update(contenu=contenu(saisie))
        t.changer(objet=intitule(saisie))
        t.contenu["estimation"] = euros(saisie.estimation)
        t.decider(Resultat.TRAITEE, "")
        avancer(t)
        return t.etape


def circuit_pour(competence: Competence, annuaire: Annuaire, auteur: int | None) -> tuple[CircuitModele, int]:
    """The circuit in force, in which the author visas nothing. Raises RouteImpossible."""
    modele, numero = en_vigueur(competence.circuit)
    poste = annuaire.poste_principal(auteur)
    contexte = Contexte(entite=competence.service_id, auteur=auteur)
    return resserrer(modele, annuaire, contexte, deja=set() if poste is None else {poste}), numero


def intitule(saisie: Saisie) -> str:
    """Subject of the dossier: the competence and the place."""
    nom = saisie.competence.nom
    return f"{nom[:1].upper()}{nom[1:]} — {saisie.lieu.strip()}"[:200]


def contenu(saisie: Saisie) -> str:
    """All the words it is found by."""
    return "\n".join((saisie.competence.nom, saisie.lieu, saisie.description, saisie.competence.syndicat.nom))


def _exiger_complet(saisie: Saisie, cle: Cle | None) -> None:
    if not saisie.lieu.strip():
        raise Refus("Dites où le syndicat doit intervenir.")
    if not saisie.description.strip():
        raise Refus("Dites ce que le syndicat doit faire.")
    if saisie.estimation <= 0:
        raise Refus("L'estimation est supérieure à zéro.")
    if part_de_la_ville(cle, saisie.estimation) <= 0:
        raise Refus("La part de la commune serait nulle : vérifiez l'estimation.")


def _exiger_le_seul(origine: Dossier) -> None:
    """Under the lock of that dossier: two clicks, or two colleagues, make one call."""
    fraiche, *_ = verrouiller(origine.pk)
    rules.origine_ouverte(fraiche).exiger()
    deja = next((a for a in appels_pour(racine(fraiche)) if a.fini_le is None), None)
    if deja is not None:
        raise DejaFait(f"Un appel est déjà en cours pour ce dossier : {deja.dossier.reference}.")


def saisie_de(dossier: Dossier) -> Saisie:
    """The call as it stands."""
    appel = appel_de(dossier)
    return Saisie(appel.competence, appel.lieu, appel.description, appel.estimation)
