"""Any verb, by anybody, in any order: PostgreSQL's invariants, the decisions and the journal stay right."""

from datetime import timedelta
from typing import Any

from django.db import connection, transaction
from django.db.models import Count
from hypothesis import HealthCheck, settings
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, initialize, invariant, rule, run_state_machine_as_test

from buridan.dossiers.actions.attendre import mettre_en_attente, reprendre
from buridan.dossiers.actions.clore_autrement import retirer, reunir, transmettre
from buridan.dossiers.actions.decider import decider
from buridan.dossiers.actions.donner_avis import donner_avis
from buridan.dossiers.actions.echeances import passer_les_echeances
from buridan.dossiers.actions.ecrire import message_du_demandeur
from buridan.dossiers.actions.modifier_circuit import deplacer, inserer, passer
from buridan.dossiers.actions.prendre import prendre, rendre
from buridan.dossiers.actions.prendre_connaissance import prendre_connaissance
from buridan.dossiers.actions.qualifier import qualifier
from buridan.dossiers.actions.reaffecter import reaffecter
from buridan.dossiers.actions.refuser import refuser
from buridan.dossiers.actions.renvoyer import renvoyer
from buridan.dossiers.actions.repondre import repondre
from buridan.dossiers.actions.rouvrir import rouvrir
from buridan.dossiers.actions.signer import signer
from buridan.dossiers.actions.traiter import traiter
from buridan.dossiers.actions.viser import viser
from buridan.dossiers.etats import EtatDossier, EtatEtape, Resultat, SensReponse, TypeEtape
from buridan.dossiers.models import Decision, Dossier, Etape, Reponse
from buridan.journal import chaine
from buridan.organisation import annuaire
from buridan.organisation.models import Absence
from buridan.outils.verdict import Refus
from tests.monde import AT, POSTES, Monde

NOMS = [nom for nom, *_reste in POSTES]
QUI = st.sampled_from(NOMS)
RANG = st.integers(0, 7)
DU_TYPE: dict[str, tuple[Any, dict[str, Any]]] = {
    "qualification": (qualifier, {}),
    "traitement": (traiter, {"compte_rendu": "Fait.", "projet": "Projet."}),
    "avis": (donner_avis, {"avis": Resultat.RESERVES, "texte": "Oui, mais."}),
    "visa": (viser, {}),
    "signature": (signer, {}),
    "decision": (decider, {}),
    "information": (prendre_connaissance, {}),
    "reponse": (repondre, {"sens": SensReponse.FAVORABLE}),
}


class Ville(RuleBasedStateMachine):
    """Each example runs in a savepoint that is rolled back."""

    monde: Monde

    def __init__(self) -> None:
        super().__init__()
        annuaire._memoire.clear()
        self.savepoint = transaction.atomic()
        self.savepoint.__enter__()
        self.ids: list[int] = []
        self.heure = AT

    def teardown(self) -> None:
        transaction.set_rollback(True)
        self.savepoint.__exit__(None, None, None)
        annuaire._memoire.clear()

    # --- help -----------------------------------------------------------------------------------------------------

    def dossier(self, n: int) -> Dossier:
        return Dossier.objects.get(pk=self.ids[n % len(self.ids)])

    def etape(self, n: int, etat: str) -> Etape | None:
        etapes = Etape.objects.filter(dossier__in=self.ids, etat=etat).select_related("dossier").order_by("id")
        return etapes[n % len(etapes)] if etapes else None

    def tenter(self, verbe: Any, objet: Any, qui: str | None, **champs: Any) -> None:
        """Done or refused with a reason; anything else is a fault."""
        by = self.monde.par(qui, self.heure) if qui else self.monde.systeme(self.heure)
        try:
            verbe(objet, by=by, at=self.heure, **champs)
        except Refus as refus:
            assert refus.raison

    def titulaire(self, etape: Etape, qui: str) -> str:
        """Somebody who may act, so that the circuit goes on; else the person drawn."""
        trouve = (
            self.monde.annuaire.resoudre(etape.poste_id) if etape.poste_id
            else self.monde.annuaire.resoudre_entite(etape.entite_id)
        )  # fmt: skip
        return self.monde.noms(trouve.personnes)[0] if trouve.personnes else qui

    # --- the verbs ------------------------------------------------------------------------------------------------

    @initialize(circuit=st.sampled_from(["simple", "parallele", "signe"]))
    def premier(self, circuit: str) -> None:
        self.ids.append(self.monde.ouvrir(circuit).pk)

    @rule(circuit=st.sampled_from(["simple", "parallele", "signe"]))
    def ouvrir(self, circuit: str) -> None:
        if len(self.ids) < 3:
            self.ids.append(self.monde.ouvrir(circuit).pk)

    @rule(n=RANG, qui=QUI, juste=st.sampled_from([True, True, True, False]))
    def avancer(self, n: int, qui: str, juste: bool) -> None:
        etape = self.etape(n, EtatEtape.ACTIVE)
        if etape is None:
            return
        verbe, champs = DU_TYPE[etape.type]
        if verbe is repondre:
            projet = etape.dossier.projet_reponse or "Réponse."
            champs = {"texte": projet, "sens": etape.dossier.projet_sens or SensReponse.FAVORABLE}
        self.tenter(verbe, etape, self.titulaire(etape, qui) if juste else qui, **champs)

    @rule(n=RANG, qui=QUI, verbe=st.sampled_from([v for v, _c in DU_TYPE.values()]), etat=st.sampled_from(EtatEtape))
    def n_importe_quoi(self, n: int, qui: str, verbe: Any, etat: str) -> None:
        etape = self.etape(n, etat)
        champs = next(c for v, c in DU_TYPE.values() if v is verbe)
        if etape is not None:
            self.tenter(verbe, etape, qui, **({**champs, "texte": "Oui."} if verbe is repondre else champs))

    @rule(n=RANG, qui=QUI)
    def refuser(self, n: int, qui: str) -> None:
        if etape := self.etape(n, EtatEtape.ACTIVE):
            self.tenter(refuser, etape, self.titulaire(etape, qui), motif="Non.")

    @rule(n=RANG, m=RANG, qui=QUI, choisie=st.booleans())
    def renvoyer(self, n: int, m: int, qui: str, choisie: bool) -> None:
        if (etape := self.etape(n, EtatEtape.ACTIVE)) and etape.rang < 40:
            vers = self.etape(m, EtatEtape.FAITE) if choisie else None
            self.tenter(renvoyer, etape, self.titulaire(etape, qui), motif="À revoir.", vers=vers)

    @rule(n=RANG, qui=QUI, rend=st.booleans())
    def prendre(self, n: int, qui: str, rend: bool) -> None:
        if etape := self.etape(n, EtatEtape.ACTIVE):
            self.tenter(rendre if rend else prendre, etape, qui)

    @rule(n=RANG, qui=QUI, poste=QUI)
    def reaffecter(self, n: int, qui: str, poste: str) -> None:
        if etape := self.etape(n, EtatEtape.ACTIVE):
            self.tenter(reaffecter, etape, qui, poste=self.monde.postes[poste])

    @rule(n=RANG, qui=QUI, jours=st.integers(-1, 5))
    def attendre(self, n: int, qui: str, jours: int) -> None:
        jusquau = (self.heure + timedelta(days=jours)).date()
        self.tenter(mettre_en_attente, self.dossier(n), qui, jusquau=jusquau, motif="Pièce")

    @rule(n=RANG, qui=st.none() | QUI)
    def reprendre(self, n: int, qui: str | None) -> None:
        self.tenter(reprendre, self.dossier(n), qui)

    @rule(n=RANG)
    def le_demandeur_ecrit(self, n: int) -> None:
        self.tenter(message_du_demandeur, self.dossier(n), None, texte="Alors ?")

    @rule(n=RANG, qui=QUI)
    def retirer(self, n: int, qui: str) -> None:
        self.tenter(retirer, self.dossier(n), qui)

    @rule(n=RANG, qui=QUI)
    def transmettre(self, n: int, qui: str) -> None:
        self.tenter(transmettre, self.dossier(n), qui, administration="Département")

    @rule(n=RANG, m=RANG, qui=QUI)
    def reunir(self, n: int, m: int, qui: str) -> None:
        self.tenter(reunir, self.dossier(n), qui, principal=self.dossier(m))

    @rule(n=RANG, qui=st.sampled_from([None, "chef_voirie", "dga", "agent1"]))
    def rouvrir(self, n: int, qui: str | None) -> None:
        self.tenter(rouvrir, self.dossier(n), qui, motif="Encore.")

    @rule(n=RANG, qui=st.sampled_from(["chef_voirie", "dga"]), type=st.sampled_from(TypeEtape), poste=QUI)
    def inserer(self, n: int, qui: str, type: TypeEtape, poste: str) -> None:
        champs = {"type": type, "titre": "Ajoutée", "delai": "2 jours ouvrés", "poste": self.monde.postes[poste]}
        self.tenter(inserer, self.dossier(n), qui, **champs)

    @rule(n=RANG)
    def passer(self, n: int) -> None:
        if etape := self.etape(n, EtatEtape.A_VENIR):
            self.tenter(passer, etape, "dga", motif="Sans objet.")

    @rule(n=RANG, m=RANG)
    def deplacer(self, n: int, m: int) -> None:
        etape, avant = self.etape(n, EtatEtape.A_VENIR), self.etape(m, EtatEtape.A_VENIR)
        if etape and avant:
            self.tenter(deplacer, etape, "dga", avant=avant, motif="Plus vite.")

    @rule(jours=st.integers(1, 6))
    def le_temps_passe(self, jours: int) -> None:
        self.heure += timedelta(days=jours)
        passer_les_echeances(by=self.monde.systeme(self.heure), at=self.heure)

    @rule(qui=QUI)
    def partir_en_conge(self, qui: str) -> None:
        present = not Absence.objects.filter(personne_id=self.monde.personnes[qui]).exists()
        if present and Absence.objects.count() < 4:
            self.monde.absenter(qui, debut=self.heure.date(), fin=self.heure.date() + timedelta(days=9))

    # --- what stays true ------------------------------------------------------------------------------------------

    @invariant()
    def postgresql_est_d_accord(self) -> None:
        with connection.cursor() as curseur:
            curseur.execute("SET CONSTRAINTS ALL IMMEDIATE")
            curseur.execute("SET CONSTRAINTS ALL DEFERRED")
            curseur.execute("SELECT dossiers_trous(id) FROM dossiers_dossier WHERE id = ANY(%s)", [self.ids])
            assert {trou for (trou,) in curseur} <= {None}

    @invariant()
    def une_etape_decidee_a_une_decision(self) -> None:
        etapes = Etape.objects.filter(dossier__in=self.ids)
        decidees = etapes.filter(etat__in=[EtatEtape.FAITE, EtatEtape.RENVOYEE])
        assert set(decidees.values_list("pk", flat=True)) == set(
            Decision.objects.filter(etape__dossier__in=self.ids).values_list("etape_id", flat=True)
        )

    @invariant()
    def un_tour_une_reponse(self) -> None:
        for dossier in Dossier.objects.filter(pk__in=self.ids):
            tours = list(Reponse.objects.filter(dossier=dossier).order_by("tour").values_list("tour", flat=True))
            finis = dossier.tour if dossier.etat == EtatDossier.CLOS else dossier.tour - 1
            assert tours == list(range(1, finis + 1))

    @invariant()
    def un_dossier_ouvert_finira_par_une_reponse(self) -> None:
        sans = Dossier.objects.filter(pk__in=self.ids).exclude(etat=EtatDossier.CLOS)
        for dossier in sans:
            reste = dossier.etapes.filter(etat__in=[EtatEtape.ACTIVE, EtatEtape.A_VENIR])
            assert reste.filter(type=TypeEtape.REPONSE).exists(), dossier
        rangs = Etape.objects.filter(dossier__in=self.ids, etat=EtatEtape.ACTIVE).exclude(type=TypeEtape.INFORMATION)
        par_dossier = rangs.values("dossier").annotate(n=Count("rang", distinct=True)).values_list("n", flat=True)
        assert set(par_dossier) <= {1}

    @invariant()
    def le_journal_est_intact(self) -> None:
        siens = {str(u) for u in Dossier.objects.filter(pk__in=self.ids).values_list("uuid", flat=True)}
        assert [a for a in chaine.verifier() if any(u in a.objet for u in siens)] == []


def test_whatever_people_do_nothing_is_lost(monde: Monde) -> None:
    Ville.monde = monde
    run_state_machine_as_test(
        Ville,
        settings=settings(
            max_examples=25, stateful_step_count=25, deadline=None, database=None, derandomize=True,
            suppress_health_check=list(HealthCheck),
        ),
    )  # fmt: skip
