"""File a request: the requester has a reference at once, somebody has it to do, the acknowledgement is on its way."""

from dataclasses import dataclass, field
from datetime import date, datetime
from typing import Any
from uuid import UUID

from buridan.demandes import legal
from buridan.demandes.actions.accuser import accuser_reception
from buridan.demandes.models import Canal, Demande, Public, TypeDemande
from buridan.dossiers.actions.ecriture import inserer
from buridan.dossiers.actions.ouvrir import composer_ouverture
from buridan.dossiers.actions.traversee import ecrire_a_la_fin
from buridan.dossiers.fichiers import composer
from buridan.droit.delais import date_legale
from buridan.interface.jetons import consommation, une_fois
from buridan.organisation.acteur import Acteur
from buridan.outils.verdict import Refus


@dataclass(frozen=True, slots=True)
class Depot:
    """What the requester gave. At least one of courriel, telephone, adresse; `fichiers` as read by `fichiers.lire`.

    `recue_le`: the day the town hall received it, today by default. `recue_ailleurs_le`: the day another administration,
    which sent it on, received it.
    """

    type: TypeDemande
    description: str
    nom: str
    canal: str = Canal.PORTAIL
    public: str = Public.PARTICULIER
    courriel: str = ""
    telephone: str = ""
    adresse: str = ""
    organisme: str = ""
    siret: str = ""
    rna: str = ""
    au_nom_de: str = ""
    lieu: str = ""
    latitude: float | None = None
    longitude: float | None = None
    recue_le: date | None = None
    recue_ailleurs_le: date | None = None
    reponses: dict[str, Any] = field(default_factory=dict)
    fichiers: tuple[tuple[str, str, bytes], ...] = ()


def deposer(
    depot: Depot, *, by: Acteur, at: datetime, jeton: UUID | None = None, resultat: str = "{uuid}",
    reserve: tuple[int, str] | None = None,
) -> Demande:  # fmt: skip
    """File. Raises DejaEnvoye when the form token was used; `resultat` is the address shown again then. `reserve`: id and
    reference that `semblables` drew.

    All is computed first, then written as one statement, which travels with the COMMIT.
    """
    recue_le = depot.recue_le or date_legale(at)
    if recue_le > date_legale(at) or (depot.recue_ailleurs_le or recue_le) > recue_le:
        raise Refus("La date de réception ne peut pas être dans l'avenir, ni avant celle de l'autre administration.")
    demande = Demande(recue_le=recue_le, **_champs(depot))
    dates = legal.dates(depot.type, recue_le, ailleurs_le=depot.recue_ailleurs_le)
    demande.dossier, ouverture = composer_ouverture(
        by=by, at=at, nature="demandes", objet=demande.intitule(), contenu=demande.texte_cherche(),
        circuit=depot.type.circuit_pour(depot.public), contexte=depot.type.contexte(), reserve=reserve,
        promis_le=dates.promesse.date, legal_le=dates.implicite.date if dates.implicite else None,
        sensible=depot.type.sensible, prioritaire=depot.type.urgence == "haute",
        suiveurs=[by.personne] if by.personne else [], journal=_au_journal(depot, by),
    )  # fmt: skip
    with une_fois(jeton):
        ecrire_a_la_fin(
            [
                *([consommation(jeton, resultat.format(uuid=demande.dossier.uuid), at=at)] if jeton else []),
                *ouverture,
                *inserer("demande", [demande]),
                *inserer("documents", composer(demande.dossier, depot.fichiers, at=at, par=by.personne, public=True)),
                *accuser_reception(demande, dates, by=by, at=at),
            ]
        )
    demande._state.adding = False
    return demande


def _au_journal(depot: Depot, by: Acteur) -> dict[str, str]:
    """Who filed: the requester, or the agent at that post; and which way it came in."""
    poste = by.annuaire.poste_principal(by.personne)
    qui = {"poste": by.annuaire.postes[poste].intitule} if poste is not None else {}
    return {**({"qui": "le demandeur"} if by.est_systeme else qui), "canal": Canal(depot.canal).label}


def _champs(depot: Depot) -> dict[str, Any]:
    noms = [
        "type", "description", "nom", "canal", "public", "courriel", "telephone", "adresse", "organisme", "siret", "rna",
        "au_nom_de", "lieu", "latitude", "longitude", "reponses",
        "recue_ailleurs_le",
    ]  # fmt: skip
    return {nom: getattr(depot, nom) for nom in noms}
