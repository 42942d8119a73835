"""Two towns with the same organisation (the demonstration's), the same flow of dossiers, a short and a long past."""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import UTC, datetime
from time import perf_counter

from django.conf import settings
from django.contrib.auth import BACKEND_SESSION_KEY, HASH_SESSION_KEY, SESSION_KEY
from django.contrib.sessions.backends.db import SessionStore
from django.contrib.sessions.models import Session
from django.core.management import call_command
from django.db import connections
from django.db.backends.base.base import BaseDatabaseWrapper

from bench import natures
from bench.base import autre_base, nommer
from bench.remplissage import preparer_les_mots, remplir
from buridan.demandes.models import TypeDemande
from buridan.lancement.commandes import main as buridan
from buridan.organisation.acteur import Acteur, acteur
from buridan.organisation.models import Droit, Personne

PETITE, GRANDE, MODELE = "bench_petite", "bench_grande", "bench_modele"


@dataclass(frozen=True, slots=True)
class Communes:
    """The two towns and the people of the measures: an agent, a head of direction, the general director, the front desk."""

    tailles: tuple[int, int]
    adresses: tuple[str, str]
    personnes: dict[str, int]
    sessions: dict[str, str]
    instant: datetime

    def bases(self) -> tuple[BaseDatabaseWrapper, BaseDatabaseWrapper]:
        """Django's connections to them."""
        modele = connections["default"]
        return _base(modele, PETITE), _base(modele, GRANDE)


def retrouver(adresse: str) -> Communes:
    """The two towns of an earlier run, as they were left, brought to the migrations of today."""
    bench, instant, tailles = connections["default"], datetime.now(UTC), []
    for nom in (PETITE, GRANDE):
        connections["default"] = base = _base(bench, nom)
        call_command("migrate", verbosity=0)
        with base.cursor() as curseur:
            curseur.execute("SELECT max(id) FROM dossiers_dossier WHERE circuit = 'bench'")
            tailles.append(curseur.fetchone()[0])
        personnes, _valeurs = _qui(instant)
        sessions = {int(s.get_decoded()[SESSION_KEY]): s.session_key for s in Session.objects.all()}
        base.close()
    connections["default"] = bench
    cles = {qui: sessions[pk] for qui, pk in personnes.items()}
    adresses = (nommer(adresse, PETITE), nommer(adresse, GRANDE))
    return Communes((tailles[0], tailles[1]), adresses, personnes, cles, instant)


def _base(modele: BaseDatabaseWrapper, nom: str) -> BaseDatabaseWrapper:
    return type(modele)({**modele.settings_dict, "NAME": nom}, modele.alias)


def fonder(adresse: str, tailles: tuple[int, int]) -> Communes:
    """Load the organisation once, copy it, fill each town."""
    instant = datetime.now(UTC)
    petite = autre_base(adresse, PETITE, modele="bench_vide")
    bench = connections["default"]
    bench.close()
    connections["default"] = base = _base(bench, PETITE)
    call_command("createcachetable", verbosity=0)
    if buridan(["load", settings.PRESET]):
        raise SystemExit("Le jeu de données de la démonstration n'a pas été chargé.")
    personnes, valeurs = _qui(instant)
    sessions = {qui: _session(pk) for qui, pk in personnes.items()}
    base.close()
    autre_base(adresse, MODELE, modele=PETITE)
    connections["default"] = base = _base(bench, MODELE)
    modeles = natures.jouer(instant)
    base.close()
    connections["default"] = bench
    preparer_les_mots(petite)
    adresses = (petite, autre_base(adresse, GRANDE, modele=PETITE))
    for ville, taille in zip(adresses, tailles, strict=True):
        debut = perf_counter()
        remplir(ville, taille, valeurs, instant, modeles)
        print(f"{taille} dossiers : remplissage {perf_counter() - debut:.0f} s", flush=True)
    return Communes(tailles, adresses, personnes, sessions, instant)


def _qui(instant: datetime) -> tuple[dict[str, int], dict[str, object]]:
    """(people of the measures, what the filling draws from): the entities with most posts have most dossiers."""
    annuaire = acteur(None, instant).annuaire
    entites = sorted(annuaire.entites, key=lambda e: (-len(annuaire.postes_par_entite.get(e, ())), e))
    tous = [acteur(p, instant) for p in annuaire.personnes if annuaire.postes_de.get(p)]

    def premier(convient: Callable[[Acteur], bool]) -> int:
        return next(a.personne for a in tous if a.personne is not None and convient(a))

    agent = premier(lambda a: a.entites == {entites[0]} and not a.dirige and not a.droits)
    personnes = {
        "agent": agent,
        "directeur": premier(lambda a: entites[0] in a.dirige and not a.voit_tout),
        "DGS": premier(lambda a: Droit.SUPERVISION in a.droits and bool(a.dirige)),
        "accueil": premier(lambda a: Droit.GUICHET in a.droits),
    }
    types = list(TypeDemande.objects.actifs().values_list("pk", flat=True))
    return personnes, {"entites": entites, "types": types, "personnes": sorted(annuaire.personnes), "agent": agent}


def _session(personne: int) -> str:
    """A session that stands in both towns, for the cookie."""
    session = SessionStore()
    session[SESSION_KEY] = str(personne)
    session[BACKEND_SESSION_KEY] = settings.AUTHENTICATION_BACKENDS[0]
    session[HASH_SESSION_KEY] = Personne.objects.get(pk=personne).get_session_auth_hash()
    session.create()
    return str(session.session_key)
