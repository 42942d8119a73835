"""Register a letter: a number, somebody who has it to do, and the right desk at once when a rule or an agent says which."""

from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from datetime import date, datetime
from typing import Any
from uuid import UUID, uuid4

from django.db import transaction

from buridan.circuits.catalogue import en_vigueur
from buridan.circuits.modele import CircuitModele, Destinataire
from buridan.contacts.actions.tenir import garder_le_correspondant, tenir
from buridan.contacts.models import Contact
from buridan.courriers import rules
from buridan.courriers.actions.confier import Aiguillage, confier
from buridan.courriers.actions.expedier import accuser_par_courriel
from buridan.courriers.actions.numeros import prendre_numero
from buridan.courriers.etats import JURIDIQUES, Effet, Genre, Origine, Sens
from buridan.courriers.legal import Dates, dates_de
from buridan.courriers.models import BureauCourrier, Courrier, cote
from buridan.courriers.queries import NATURE, avec_le_lu, bureau, cle_de, mots_de, proposer
from buridan.dossiers.actions.ouvrir import ouvrir
from buridan.dossiers.actions.traversee import refus_de_la_base
from buridan.dossiers.fichiers import Fichier, joindre
from buridan.dossiers.models import Dossier, Etape
from buridan.dossiers.routage import Contexte
from buridan.droit.delais import date_legale
from buridan.droit.demandes import Silence
from buridan.interface.jetons import consommer
from buridan.organisation.acteur import Acteur
from buridan.organisation.annuaire import Annuaire
from buridan.outils.verdict import Refus

PLI = "Pli confidentiel"


@dataclass(frozen=True, slots=True)
class Arrivee:
    """What came. `fixee`: the day that the letter itself gives. `service`: which one answers, None to follow the rules of
    the mail office; `raison`: why that one. `destinataire`: post of whom a confidential letter is for, `objet` being then left
    on its envelope. `texte`: what a machine read on the paper, for the search; `releve`: what else the journal keeps of it.
    """

    arrive_le: datetime
    expediteur: str
    objet: str
    genre: str = Genre.LETTRE
    organisme: str = ""
    adresse: str = ""
    courriel: str = ""
    telephone: str = ""
    contact: int | None = None
    garder: bool = False
    recommande: str = ""
    annexes: str = ""
    effet: str = Effet.INFORMATION
    silence: str = Silence.REJET.value
    fixee: date | None = None
    confidentiel: bool = False
    destinataire: int | None = None
    service: int | None = None
    raison: str = ""
    prioritaire: bool = False
    origine: str = Origine.SAISIE
    fichiers: tuple[Fichier, ...] = ()
    texte: str = ""
    releve: Mapping[str, str] = field(default_factory=dict)


def enregistrer(arrivee: Arrivee, *, by: Acteur, at: datetime, jeton: UUID | None = None) -> Courrier:
    """Register. Raises DejaEnvoye when the form token was used, with the address of the first one."""
    rules.peut_enregistrer(by).exiger()
    chez = bureau()
    assert chez is not None
    _exiger_complet(arrivee, at)
    recue_le = date_legale(arrivee.arrive_le)
    dates = dates_de(chez, recue_le, effet=arrivee.effet, silence=arrivee.silence, fixee=arrivee.fixee)
    uuid = uuid4()
    with refus_de_la_base(), transaction.atomic():
        if jeton is not None:
            consommer(jeton, f"/courriers/{uuid}/enregistre/", at=at)
        contact = _contact(arrivee, by, at)  # before the number, which the whole register waits for
        courrier = _courrier(arrivee, dates, by, at)
        courrier.contact = contact
        courrier.dossier = _ouvrir(arrivee, courrier, dates, chez, uuid, by, at)
        courrier.save(force_insert=True)
        joindre(courrier.dossier, arrivee.fichiers, at=at, par=by.personne, public=False)
        _aiguiller(arrivee, courrier, by, at)
        return courrier


def _exiger_complet(arrivee: Arrivee, at: datetime) -> None:
    if arrivee.arrive_le > at:
        raise Refus("Le courrier ne peut pas être arrivé dans l'avenir : vérifiez la date et l'heure.")
    if not arrivee.expediteur.strip():
        raise Refus("Dites qui envoie ce courrier ; « anonyme » s'il n'est pas signé.")
    if arrivee.confidentiel and arrivee.destinataire is None:
        raise Refus("Dites à qui ce pli confidentiel est adressé : lui seul l'ouvrira.")
    if arrivee.confidentiel and arrivee.fichiers:
        raise Refus("Un pli confidentiel ne s'ouvre pas au service courrier : il n'y a rien à numériser.")
    if not arrivee.confidentiel and not arrivee.objet.strip():
        raise Refus("Dites l'objet du courrier en quelques mots.")
    if arrivee.genre == Genre.RECOMMANDE and not arrivee.recommande.strip():
        raise Refus("Recopiez le numéro de la lettre recommandée : il est sur l'étiquette.")
    if arrivee.fixee is not None and arrivee.fixee < date_legale(arrivee.arrive_le):
        raise Refus("L'échéance fixée par le courrier est avant son arrivée : vérifiez les deux dates.")


def _contact(arrivee: Arrivee, by: Acteur, at: datetime) -> Contact | None:
    if arrivee.contact is not None:
        return tenir(arrivee.contact)
    if not arrivee.garder:
        return None
    if arrivee.confidentiel:
        raise Refus("L'expéditeur d'un pli confidentiel ne se garde pas dans le carnet d'adresses : décochez la case.")
    ou = {c: getattr(arrivee, c) for c in ("adresse", "courriel", "telephone")}
    return garder_le_correspondant(arrivee.expediteur, arrivee.organisme, **ou, by=by, at=at)


def _courrier(arrivee: Arrivee, dates: Dates, by: Acteur, at: datetime) -> Courrier:
    """The row; its number is taken last, the register waits for it until the end of the transaction."""
    textes = ("expediteur", "organisme", "adresse", "courriel", "telephone", "recommande", "annexes")
    ouvert = {} if arrivee.confidentiel else {"ouvert_par_id": by.personne, "ouvert_le": at}
    annee, numero = prendre_numero(Sens.ARRIVEE, at)
    return Courrier(
        sens=Sens.ARRIVEE, annee=annee, numero=numero, arrive_le=arrivee.arrive_le, genre=arrivee.genre,
        origine=arrivee.origine, effet=arrivee.effet, silence=arrivee.silence, echeance=dates.echeance,
        confidentiel=arrivee.confidentiel, destinataire_id=arrivee.destinataire,
        cle=cle_de(arrivee.expediteur, arrivee.organisme), **{c: getattr(arrivee, c).strip() for c in textes}, **ouvert,
    )  # fmt: skip


def _ouvrir(
    arrivee: Arrivee, courrier: Courrier, dates: Dates, chez: BureauCourrier, uuid: UUID, by: Acteur, at: datetime
) -> Dossier:
    objet = PLI if arrivee.confidentiel else arrivee.objet
    code, entite = chez.circuit, chez.entite_id
    if arrivee.confidentiel:
        assert arrivee.destinataire is not None
        code, entite = chez.circuit_confidentiel, by.annuaire.postes[arrivee.destinataire].entite
    elif arrivee.effet in JURIDIQUES:
        code, entite = chez.circuit_juridique, chez.juridique_id
    modele, version = en_vigueur(code)
    return ouvrir(
        by=by, at=at, uuid=uuid, nature=NATURE, objet=objet, contenu=avec_le_lu(mots_de(courrier, arrivee.objet), arrivee.texte),
        circuit=(_au_destinataire(modele, arrivee.destinataire, by.annuaire), version), contexte=Contexte(entite=entite),
        promis_le=dates.promis_le, legal_le=dates.implicite.date if dates.implicite else None,
        sensible=arrivee.confidentiel, prioritaire=arrivee.prioritaire or arrivee.effet in JURIDIQUES,
        journal={"numero": cote(Sens.ARRIVEE, courrier.annee or 0, courrier.numero or 0), "canal": Genre(arrivee.genre).label,
                 **arrivee.releve},
    )  # fmt: skip


def _au_destinataire(modele: CircuitModele, poste: int | None, annuaire: Annuaire) -> CircuitModele:
    """The author of the circuit of a confidential letter is the post it is for, not the agent who writes it down."""
    if poste is None:
        return modele
    lui = Destinataire("poste", annuaire.postes[poste].code)
    etapes = tuple(replace(e, destinataire=lui) if str(e.destinataire) == "role:auteur" else e for e in modele.etapes)
    return replace(modele, etapes=etapes)


def _aiguiller(arrivee: Arrivee, courrier: Courrier, by: Acteur, at: datetime) -> None:
    """To the service at once; without one nor a rule it waits in the queue of the mail office."""
    if arrivee.confidentiel:
        return
    if arrivee.effet in JURIDIQUES:
        accuser_par_courriel(courrier, by=by, at=at)
        return
    service, raison = arrivee.service, arrivee.raison or "Choisi par le service courrier."
    if service is None:
        qui: dict[str, Any] = {"expediteur": arrivee.expediteur, "organisme": arrivee.organisme}
        trouve = proposer(**qui, objet=arrivee.objet, genre=arrivee.genre)
        if trouve is None:
            return
        service, raison = trouve
    etape = Etape.objects.select_related("dossier").get(dossier=courrier.dossier, etat="active", type="qualification")
    confier(
        etape, by=by, at=at, aiguillage=Aiguillage(service, effet=arrivee.effet, fixee=arrivee.fixee, raison=raison)
    )
