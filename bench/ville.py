"""A small town, through the ORM: 40 entities, a head and four agents in each, and a circuit of four visas."""

from dataclasses import dataclass
from datetime import UTC, date, datetime
from uuid import UUID

from django.db import transaction

from buridan.circuits.lecture import lire_circuit
from buridan.circuits.modele import CircuitModele
from buridan.dossiers.actions.ouvrir import ouvrir
from buridan.dossiers.models import Dossier
from buridan.dossiers.routage import Contexte
from buridan.organisation.acteur import acteur
from buridan.organisation.models import Affectation, Droit, Entite, Genre, Personne, Poste, VersionEntite, VersionPoste

DEPUIS = date(2020, 1, 1)
VISAS = 4
RACINES = [("mairie", Genre.VILLE), ("dgs", Genre.DIRECTION_GENERALE), ("cabinet", Genre.CABINET)]
DIRECTIONS = 7
SERVICES = 30


@dataclass(frozen=True, slots=True)
class Ville:
    """What the measures need of the town."""

    instant: datetime
    entites: list[int]
    modele: CircuitModele
    agent: int
    directeur: int
    dgs: int


@transaction.atomic
def fonder() -> Ville:
    """Build the town."""
    instant = datetime.now(UTC)
    ids: dict[str, int] = {}
    personnes: dict[str, int] = {}
    for code, genre, parent in _plan():
        entite = Entite.objects.create(code=code)
        ids[code] = entite.pk
        VersionEntite.objects.create(
            entite=entite, nom=code.title(), genre=genre, parent_id=ids.get(parent), debut=DEPUIS, ordre=len(ids)
        )
        for n in range(5):
            personnes[f"{code}-{n}"] = _poste(entite, f"{code}-{n}", responsable=n == 0)
    modele = lire_circuit(_circuit(), "bench")
    return Ville(
        instant, list(ids.values()), modele, personnes["service-0-1"], personnes["direction-0-0"], personnes["dgs-0"]
    )


def _plan() -> list[tuple[str, str, str]]:
    """(code, kind, code of the entity above), parents first."""
    plan = [(code, genre, "mairie" if code != "mairie" else "") for code, genre in RACINES]
    plan += [(f"direction-{n}", Genre.DIRECTION, "dgs") for n in range(DIRECTIONS)]
    return plan + [(f"service-{n}", Genre.SERVICE, f"direction-{n % DIRECTIONS}") for n in range(SERVICES)]


def _poste(entite: Entite, code: str, *, responsable: bool) -> int:
    poste = Poste.objects.create(code=code)
    droits = [Droit.SUPERVISION] if code == "dgs-0" else []
    VersionPoste.objects.create(
        poste=poste, entite=entite, intitule=f"Poste {code}", responsable=responsable, droits=droits, debut=DEPUIS
    )
    personne = Personne.objects.create(
        cle=code, prenom="Camille", nom=f"Durand {code}", email=f"{code}@bench.localhost", password="!"
    )
    Affectation.objects.create(personne=personne, poste=poste, debut=DEPUIS)
    return personne.pk


def _circuit() -> str:
    texte = '[circuit]\ncode = "bench"\ntitre = "Banc"\nnature = "demandes"\n'
    destinataires = ["poste:service-0-0", "poste:direction-0-0", "poste:dgs-0", "poste:cabinet-0", "role:service"]
    for rang, a in enumerate(destinataires, 1):
        genre = "visa" if rang <= VISAS else "reponse"
        texte += f'\n[[etape]]\nrang = {rang}\ntype = "{genre}"\ntitre = "Étape {rang}"\na = "{a}"\ndelai = "2 jours ouvrés"\n'
    return texte


def ouvrir_un(ville: Ville, uuid: UUID | None = None) -> Dossier:
    """One dossier on the circuit of four visas and an answer."""
    author = acteur(ville.agent, ville.instant)
    return ouvrir(
        by=author, at=ville.instant, nature="demandes", objet="Demande de stationnement rue des Lilas",
        contenu="Le demandeur souhaite deux emplacements pour un déménagement samedi prochain.",
        circuit=(ville.modele, 1), contexte=Contexte(entite=ville.entites[10]), uuid=uuid,
    )  # fmt: skip
