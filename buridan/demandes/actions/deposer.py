"""File a request: the requester has a reference at once, somebody has it to do, the acknowledgement is on its way."""

from dataclasses import dataclass, field
from datetime import date, datetime
from typing import Any
from uuid import UUID, uuid4

from django.db import transaction
from django.db.models import Q

from buridan.circuits.catalogue import en_vigueur
from buridan.demandes import legal
from buridan.demandes.actions.accuser import accuser_reception
from buridan.demandes.models import Canal, Demande, Public, TypeDemande
from buridan.dossiers.actions.ouvrir import ouvrir
from buridan.dossiers.fichiers import joindre
from buridan.dossiers.models import Dossier
from buridan.dossiers.natures import Voisin, autour
from buridan.droit.delais import date_legale
from buridan.interface.jetons import consommer
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


def deposer(depot: Depot, *, by: Acteur, at: datetime, jeton: UUID | None = None, resultat: str = "{uuid}") -> Demande:
    """File. Raises DejaEnvoye when the form token was used; `resultat` is the address shown again then."""
    uuid = uuid4()
    with transaction.atomic():
        if jeton is not None:
            consommer(jeton, resultat.format(uuid=uuid), at=at)
        recue_le = depot.recue_le or date_legale(at)
        if recue_le > date_legale(at) or (depot.recue_ailleurs_le or recue_le) > recue_le:
            raise Refus(
                "La date de réception ne peut pas être dans l'avenir, ni avant celle de l'autre administration."
            )
        dates = legal.dates(depot.type, recue_le, ailleurs_le=depot.recue_ailleurs_le)
        demande = Demande(recue_le=recue_le, **_champs(depot))
        demande.dossier = ouvrir(
            by=by, at=at, uuid=uuid, nature="demandes", objet=demande.intitule(), contenu=demande.texte_cherche(),
            circuit=en_vigueur(depot.type.circuit), contexte=depot.type.contexte(),
            promis_le=dates.promesse.date, legal_le=dates.implicite.date if dates.implicite else None,
            sensible=depot.type.sensible, prioritaire=depot.type.urgence == "haute",
            suiveurs=[by.personne] if by.personne else [], journal=_au_journal(depot, by),
        )  # fmt: skip
        demande.save(force_insert=True)
        joindre(demande.dossier, depot.fichiers, at=at, par=by.personne, public=True)
        accuser_reception(demande, dates, by=by, at=at)
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


def semblables(
    type_demande: TypeDemande, *, lieu: str, courriel: str, latitude: float | None, longitude: float | None
) -> list[Dossier]:
    """Open requests of the same type at the same place, within about 80 m, or from the same person; at most three."""
    proche = Q()
    if latitude is not None and longitude is not None:
        proche |= autour(latitude, longitude, prefixe="demande__")
    if lieu.strip():
        proche |= Q(demande__lieu__iexact=lieu.strip())
    if courriel:
        proche |= Q(demande__courriel__iexact=courriel)
    if not proche:
        return []
    ouverts = Dossier.objects.ouverts().filter(proche, demande__type=type_demande, sensible=False)
    montres = ouverts.select_related("demande").only("uuid", "reference", "etat", "ouvert_le", "demande__lieu")
    return list(montres.order_by("-ouvert_le")[:3])


def voisins(pres: Q) -> list[Voisin]:
    """Open requests at a place, said by their type and place: nothing of who asked nor of what was written."""
    ouvertes = Demande.objects.filter(pres, dossier__sensible=False).exclude(dossier__etat="clos")
    trouvees = ouvertes.select_related("dossier", "type").order_by("-dossier__ouvert_le")[:5]
    return [Voisin(d.dossier, d.intitule()) for d in trouvees]
