"""A small town of known shape, apart from any preset: ville > dgs > dga1 > direction > voirie, proprete, accueil; cabinet.

Nobody heads the direction nor the front desk, so that the search for somebody has to climb. Codes begin with `essai-`
because the preset of the session may stand in the same database.
"""

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import UTC, date, datetime
from typing import Any

from django.db import connection, transaction

from buridan.circuits.catalogue import en_vigueur, publier
from buridan.circuits.lecture import lire_circuit
from buridan.dossiers import natures
from buridan.dossiers.actions.decider import decider
from buridan.dossiers.actions.donner_avis import donner_avis
from buridan.dossiers.actions.ouvrir import ouvrir
from buridan.dossiers.actions.qualifier import qualifier
from buridan.dossiers.actions.repondre import repondre
from buridan.dossiers.actions.signer import signer
from buridan.dossiers.actions.traiter import traiter
from buridan.dossiers.actions.valider import valider
from buridan.dossiers.actions.viser import viser
from buridan.dossiers.etats import EtatEtape, Resultat, SensReponse, TypeEtape
from buridan.dossiers.models import Dossier, Etape
from buridan.dossiers.routage import Contexte
from buridan.organisation.acteur import Acteur, acteur, systeme
from buridan.organisation.annuaire import Annuaire, annuaire_du
from buridan.organisation.models import (
    Absence,
    Affectation,
    Droit,
    Entite,
    Genre,
    Mandat,
    Personne,
    Poste,
    Suppleance,
    VersionEntite,
    VersionPoste,
)

AT = datetime(2026, 3, 10, 9, 0, tzinfo=UTC)  # a Tuesday without holiday around
JOUR = date(2026, 3, 10)
DEPUIS = date(2020, 1, 1)
NATURE = "essai"

# code, kind, parent
ENTITES = [
    ("ville", Genre.VILLE, None),
    ("dgs", Genre.DIRECTION_GENERALE, "ville"),
    ("dga1", Genre.DGA, "dgs"),
    ("direction", Genre.DIRECTION, "dga1"),
    ("voirie", Genre.SERVICE, "direction"),
    ("proprete", Genre.SERVICE, "direction"),
    ("accueil", Genre.SERVICE, "direction"),
    ("cabinet", Genre.CABINET, "ville"),
]
# post and person, entity, head, rights
POSTES: list[tuple[str, str, bool, list[str]]] = [
    ("dgs", "dgs", True, [Droit.SUPERVISION]),
    ("dga", "dga1", True, []),
    ("chef_voirie", "voirie", True, []),
    ("agent1", "voirie", False, []),
    ("agent2", "voirie", False, []),
    ("chef_proprete", "proprete", True, []),
    ("agent_proprete", "proprete", False, []),
    ("accueil1", "accueil", False, [Droit.GUICHET]),
    ("accueil2", "accueil", False, [Droit.GUICHET]),
    ("etranger", "cabinet", False, []),
]
SIMPLE = """
[circuit]
code = "essai-simple"
titre = "Simple"
nature = "essai"
[[etape]]
rang = 1
type = "qualification"
titre = "Qualifier"
a = "entite:essai-accueil"
delai = "1 jour ouvré"
[[etape]]
rang = 2
type = "traitement"
titre = "Traiter"
a = "role:service"
delai = "5 jours ouvrés"
[[etape]]
rang = 3
type = "visa"
titre = "Viser"
a = "role:responsable"
delai = "2 jours ouvrés"
[[etape]]
rang = 4
type = "reponse"
titre = "Répondre"
a = "role:service"
delai = "2 jours ouvrés"
"""
PARALLELE = """
[circuit]
code = "essai-parallele"
titre = "Parallèle"
nature = "essai"
[[etape]]
rang = 1
type = "avis"
titre = "Avis de la voirie"
a = "poste:essai-chef-voirie"
delai = "5 jours ouvrés"
regle = 2
votes_caches = true
[[etape]]
rang = 1
type = "avis"
titre = "Avis de la propreté"
a = "entite:essai-proprete"
delai = "5 jours ouvrés"
regle = 2
[[etape]]
rang = 1
type = "avis"
titre = "Avis de la DGA"
a = "role:dga"
delai = "5 jours ouvrés"
regle = 2
[[etape]]
rang = 2
type = "decision"
titre = "Décider"
a = "poste:essai-dgs"
delai = "3 jours ouvrés"
[[etape]]
rang = 3
type = "reponse"
titre = "Répondre"
a = "role:service"
delai = "2 jours ouvrés"
"""
SIGNE = """
[circuit]
code = "essai-signe"
titre = "Signé"
nature = "essai"
[[etape]]
rang = 1
type = "traitement"
titre = "Traiter"
a = "role:service"
delai = "5 jours ouvrés"
[[etape]]
rang = 1
type = "information"
titre = "Informer la propreté"
a = "entite:essai-proprete"
[[etape]]
rang = 2
type = "signature"
titre = "Signer"
a = "poste:essai-dga"
delai = "2 jours ouvrés"
[[etape]]
rang = 3
type = "reponse"
titre = "Répondre"
a = "role:service"
delai = "2 jours ouvrés"
"""

VALIDE = """
[circuit]
code = "essai-valide"
titre = "Validé"
nature = "essai"
[[etape]]
rang = 1
type = "traitement"
titre = "Traiter"
a = "role:service"
delai = "5 jours ouvrés"
[[etape]]
rang = 2
type = "validation"
titre = "Valider"
a = "role:dga"
delai = "2 jours ouvrés"
[[etape]]
rang = 3
type = "reponse"
titre = "Répondre"
a = "role:service"
delai = "2 jours ouvrés"
"""


@dataclass
class Monde:
    """The town by short names: `entites`, `postes` and `personnes` give ids; `courrier` is what requesters got."""

    entites: dict[str, int] = field(default_factory=dict)
    postes: dict[str, int] = field(default_factory=dict)
    personnes: dict[str, int] = field(default_factory=dict)
    courrier: list[tuple[int, str, str]] = field(default_factory=list)

    # --- people ---------------------------------------------------------------------------------------------------

    def par(self, nom: str, at: datetime = AT) -> Acteur:
        """That person as an actor."""
        return acteur(self.personnes[nom], at)

    def systeme(self, at: datetime = AT) -> Acteur:
        """Buridan itself."""
        return systeme(at)

    @property
    def annuaire(self) -> Annuaire:
        """The organisation of the day."""
        return annuaire_du(JOUR)

    def absenter(self, nom: str, debut: date = JOUR, fin: date | None = date(2026, 4, 1)) -> Absence:
        """That person is away."""
        return Absence.objects.create(personne_id=self.personnes[nom], debut=debut, fin=fin)

    def suppleer(self, poste: str, par: str, nature: str = "", debut: date = DEPUIS, fin: date | None = None) -> Any:
        """`par` stands in for `poste`."""
        return Suppleance.objects.create(
            poste_id=self.postes[poste], suppleant_id=self.postes[par], nature=nature, debut=debut, fin=fin
        )

    def liberer(self, nom: str) -> None:
        """The post becomes vacant that day."""
        Affectation.objects.filter(poste_id=self.postes[nom]).update(fin=JOUR)

    def resoudre(self, poste: str, nature: str = "") -> list[str]:
        """Short names of those who act for a post."""
        return self.noms(self.annuaire.resoudre(self.postes[poste], nature).personnes)

    def noms(self, personnes: Any) -> list[str]:
        """Short names of these ids."""
        par_id = {pk: nom for nom, pk in self.personnes.items()}
        return [par_id[p] for p in personnes]

    # --- dossiers -------------------------------------------------------------------------------------------------

    def ouvrir(
        self, circuit: str = "simple", *, by: str = "accueil1", entite: str = "voirie", **champs: Any
    ) -> Dossier:
        """Open a dossier on one of the four circuits: simple, parallele, signe, valide."""
        return ouvrir(
            by=self.par(by), at=AT, nature=NATURE, objet="Un trou dans la chaussée", contenu="devant le 12",
            circuit=en_vigueur(f"essai-{circuit}"), contexte=Contexte(entite=self.entites[entite]), **champs,
        )  # fmt: skip

    def etapes(self, dossier: Dossier, etat: str = EtatEtape.ACTIVE) -> list[Etape]:
        """Étapes in that state, fresh."""
        return list(Etape.objects.filter(dossier=dossier, etat=etat).select_related("dossier").order_by("rang", "id"))

    def etape(self, dossier: Dossier, type: str | None = None) -> Etape:
        """The first étape to do (of that type)."""
        return next(e for e in self.etapes(dossier) if type in (None, e.type))

    def mener(self, dossier: Dossier, jusqua: str, projet: str = "") -> Etape:
        """Play the circuit until an étape of that type is to be done."""
        for _tour in range(12):
            trouvees = [e for e in self.etapes(dossier) if e.type == jusqua]
            if trouvees:
                return trouvees[0]
            self._jouer(next(e for e in self.etapes(dossier) if e.type != TypeEtape.INFORMATION), projet)
        raise LookupError(jusqua)

    def _jouer(self, etape: Etape, projet: str) -> None:
        pour = self.annuaire
        personnes = (
            pour.resoudre(etape.poste_id).personnes
            if etape.poste_id
            else pour.resoudre_entite(etape.entite_id).personnes
        )
        qui = {"by": acteur(personnes[0], AT), "at": AT}
        match etape.type:
            case TypeEtape.QUALIFICATION:
                qualifier(etape, **qui)
            case TypeEtape.TRAITEMENT:
                a_signer = Etape.objects.filter(dossier=etape.dossier, type=TypeEtape.SIGNATURE, etat=EtatEtape.A_VENIR)
                projet = projet or ("C'est réparé." if a_signer.exists() else "")
                traiter(etape, compte_rendu="Fait.", projet=projet, **qui)
            case TypeEtape.AVIS:
                donner_avis(etape, avis=Resultat.FAVORABLE, **qui)
            case TypeEtape.VISA:
                viser(etape, **qui)
            case TypeEtape.VALIDATION:
                valider(etape, **qui)
            case TypeEtape.SIGNATURE:
                signer(etape, **qui)
            case TypeEtape.DECISION:
                decider(etape, **qui)

    def clos(self, circuit: str = "simple") -> Dossier:
        """A dossier answered and closed."""
        dossier = self.ouvrir(circuit)
        etape = self.mener(dossier, TypeEtape.REPONSE)
        repondre(etape, by=self.par("agent1"), at=AT, texte="C'est réparé.", sens=SensReponse.FAVORABLE)
        dossier.refresh_from_db()
        return dossier


def batir() -> Monde:
    """Create the town. Inside a test's transaction, or for real when a race needs several connections."""
    monde = Monde()
    for code, genre, parent in ENTITES:
        entite = Entite.objects.create(code=f"essai-{code}")
        monde.entites[code] = entite.pk
        VersionEntite.objects.create(
            entite=entite, nom=f"Essai {code}", genre=genre, debut=DEPUIS, parent_id=monde.entites.get(parent or "")
        )
    for code, entite_code, responsable, droits in POSTES:
        poste = Poste.objects.create(code=f"essai-{code}".replace("_", "-"))
        personne = Personne.objects.create(
            cle=f"essai-{code}", prenom=code.capitalize(), nom="Essai", email=f"{code}@essai.example"
        )
        monde.postes[code], monde.personnes[code] = poste.pk, personne.pk
        VersionPoste.objects.create(
            poste=poste, entite_id=monde.entites[entite_code], intitule=f"Poste {code}", responsable=responsable,
            droits=droits, debut=DEPUIS,
        )  # fmt: skip
        Affectation.objects.create(poste=poste, personne=personne, debut=DEPUIS)
    for texte in (SIMPLE, PARALLELE, SIGNE, VALIDE):
        publier(lire_circuit(texte, "essai"), texte, at=AT)
    return monde


def oublier_le_preset() -> None:
    """In the test's transaction: nobody else works in this town."""
    with connection.cursor() as curseur:
        curseur.execute("TRUNCATE delegations_delegation, delegations_arrete CASCADE")
    for modele in (Suppleance, Absence, Mandat, Affectation, VersionPoste, VersionEntite):
        modele.objects.all().delete()


@contextmanager
def nature_essai(monde: Monde) -> Iterator[None]:
    """The nature "essai" is declared as long as the town stands; what it writes goes to `monde.courrier`."""
    natures.inscrire(
        natures.Nature(
            NATURE, "Essai", "essai.html",
            ecrire_au_demandeur=lambda dossier, sujet, texte, at: monde.courrier.append((dossier.pk, sujet, texte)),
        )
    )  # fmt: skip
    try:
        yield
    finally:
        natures._NATURES.pop(NATURE, None)


TABLES = [  # children first
    "messagerie_piece", "messagerie_courrielrecu", "messagerie_boite",
    "budget_reservation", "budget_releve", "budget_lignebudget", "budget_importbudget",
    "numerisation_page", "numerisation_pli", "numerisation_lot", "numerisation_fichierrefuse",
    "vieprivee_ligneeffacement", "vieprivee_effacement", "vieprivee_lecture",
    "archives_ligneversement", "archives_versement",
    "signataires_liensignature", "signataires_demandesignature", "signatures_signature", "signatures_certificat", "delegations_delegation", "delegations_arrete",
    "courriers_versionreponse", "courriers_correspondant", "courriers_retour", "courriers_sansreponse", "courriers_depart", "courriers_regleaiguillage", "courriers_justesse",
    "contacts_contact", "notifications_notification", "notifications_courriel", "dossiers_lien", "dossiers_message", "dossiers_document",
    "dossiers_reponse", "dossiers_decision", "dossiers_etape", "dossiers_dossier", "journal_sceau", "journal_ligne",
    "organisation_suppleance", "organisation_absence", "organisation_mandat", "organisation_affectation", "organisation_versionposte",
    "organisation_versionentite", "organisation_poste", "organisation_entite", "organisation_personne",
    "circuits_versioncircuit", "demandes_versionmodele", "demandes_modelereponse", "procrastinate_jobs",
]  # fmt: skip


def _derniers(curseur: Any) -> dict[str, int]:
    """The last id of each table."""
    curseur.execute("SELECT " + ", ".join(f"(SELECT coalesce(max(id), 0) FROM {table})" for table in TABLES))
    return dict(zip(TABLES, curseur.fetchone(), strict=True))


@contextmanager
def traces_effacees() -> Iterator[None]:
    """Delete for real every row committed meanwhile, whatever the triggers say; the preset stays as it was."""
    with connection.cursor() as curseur:
        avant = _derniers(curseur)
        curseur.execute("SELECT coalesce(array_agg(jeton), '{}') FROM interface_jeton")
        jetons = curseur.fetchone()[0]
    try:
        yield
    finally:
        with transaction.atomic(), connection.cursor() as curseur:
            curseur.execute("SET LOCAL session_replication_role = replica")
            curseur.execute("DELETE FROM interface_jeton WHERE NOT jeton = ANY(%s::uuid[])", [jetons])
            curseur.execute("DELETE FROM journal_charge WHERE ligne_id > %s", [avant["journal_ligne"]])
            for table in ("precision", "suspension", "participant"):
                curseur.execute(f"DELETE FROM demandes_{table} WHERE demande_id > %s", [avant["dossiers_dossier"]])
            for table in ("inscription", "versionpartie", "partienote"):
                curseur.execute(f"DELETE FROM notes_{table} WHERE note_id > %s", [avant["dossiers_dossier"]])
            curseur.execute("DELETE FROM commandes_lignecommande WHERE commande_id > %s", [avant["dossiers_dossier"]])
            curseur.execute("DELETE FROM elus_reponsehabitant WHERE demande_id > %s", [avant["dossiers_dossier"]])
            for table in (
                "notes_note",
                "decisions_demandeinterne",
                "commandes_commande",
                "courriers_courrier",
                "elus_demandeelu",
            ):
                curseur.execute(f"DELETE FROM {table} WHERE dossier_id > %s", [avant["dossiers_dossier"]])
            curseur.execute("DELETE FROM courriers_compteur")
            curseur.execute("DELETE FROM courriers_complement WHERE depart_id > %s", [avant["courriers_depart"]])
            curseur.execute("DELETE FROM appels_echange WHERE appel_id > %s", [avant["dossiers_dossier"]])
            curseur.execute("DELETE FROM appels_appel WHERE dossier_id > %s", [avant["dossiers_dossier"]])
            curseur.execute(
                "DELETE FROM procrastinate_periodic_defers WHERE job_id > %s", [avant["procrastinate_jobs"]]
            )
            curseur.execute("DELETE FROM procrastinate_events WHERE job_id > %s", [avant["procrastinate_jobs"]])
            curseur.execute("DELETE FROM demandes_demande WHERE dossier_id > %s", [avant["dossiers_dossier"]])
            for table, dernier in _derniers(curseur).items():
                if dernier > avant[table]:
                    curseur.execute(f"DELETE FROM {table} WHERE id > %s", [avant[table]])
            curseur.execute("DELETE FROM journal_chaine WHERE uuid NOT IN (SELECT chaine FROM journal_ligne)")
            curseur.execute("""UPDATE journal_chaine c SET numero = l.numero, tete = l.sceau FROM journal_ligne l
                WHERE l.chaine = c.uuid AND l.numero < c.numero
                AND l.numero = (SELECT max(numero) FROM journal_ligne WHERE chaine = c.uuid)""")
            curseur.execute("UPDATE organisation_revision SET numero = numero + 1")
