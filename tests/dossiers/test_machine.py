"""Any verb, by anybody, in any order, from any rank: what must never be false stays true.

The invariants are read by SQL of their own, apart from the functions of PostgreSQL's triggers. At the end each verb must
have succeeded at least once: a machine that no longer advances proves nothing.
"""

import random
from collections import Counter
from datetime import timedelta
from typing import Any

from django.db import connection, transaction
from hypothesis import HealthCheck, Phase, settings
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, initialize, invariant, rule, run_state_machine_as_test

from buridan.circuits.catalogue import publier
from buridan.circuits.lecture import lire_circuit
from buridan.demandes.actions.deposer import Depot, deposer
from buridan.demandes.actions.satisfaire import evaluer, rejoindre
from buridan.demandes.models import Demande, TypeDemande
from buridan.dossiers.actions.echeances import passer_les_echeances
from buridan.dossiers.actions.ecrire import message_du_demandeur
from buridan.dossiers.gestes import geste_de
from buridan.dossiers.models import Dossier, Etape
from buridan.journal import chaine
from buridan.organisation import annuaire
from buridan.organisation.models import Absence, Fonction, Mandat
from buridan.outils.verdict import Refus
from tests.monde import AT, JOUR, POSTES, Monde
from tests.verbes import codes, formulaire

NOMS = [nom for nom, *_reste in POSTES]
QUI = st.sampled_from(NOMS)
ABSENTS = [nom for nom in NOMS if nom not in ("dgs", "etranger")]  # above these two there is nobody
NOMBRE = st.integers(0, 11)
COMPLET = """
[circuit]
code = "essai-complet"
titre = "Complet"
nature = "demandes"
""" + "".join(
    f'[[etape]]\nrang = {rang}\ntype = "{type}"\ntitre = "{titre}"\na = "{a}"\n{plus}\n'
    + ('delai = "2 jours ouvrés"\n' if type != "information" else "")
    for rang, type, titre, a, plus in [
        (1, "qualification", "Qualifier", "entite:essai-accueil", ""),
        (2, "avis", "Avis voirie", "poste:essai-chef-voirie", "votes_caches = true"),
        (2, "visa", "Visa propreté", "entite:essai-proprete", "votes_caches = true"),
        (3, "avis", "Avis d'un agent", "poste:essai-agent1", 'regle = "un"'),
        (3, "avis", "Avis de l'autre", "poste:essai-agent2", 'regle = "un"'),
        (4, "visa", "Visa voirie", "poste:essai-chef-voirie", "regle = 2\nvotes_caches = true"),
        (4, "visa", "Visa DGA", "role:dga", "regle = 2"),
        (4, "visa", "Visa DGS", "role:dgs", "regle = 2"),
        (5, "traitement", "Traiter", "role:service", ""),
        (5, "information", "Informer", "entite:essai-proprete", ""),
        (6, "validation", "Valider", "poste:essai-chef-voirie", ""),
        (7, "signature", "Signer", "poste:essai-dga", ""),
        (8, "decision", "Décider", "poste:essai-dgs", ""),
        (9, "reponse", "Répondre", "role:service", ""),
    ]
)
CIRCUITS = ["essai-simple", "essai-parallele", "essai-signe", "essai-complet"]
PRINCIPAL = {"qualification": "qualifier", "traitement": "traiter", "avis": "donner_avis", "visa": "viser", "validation": "valider", "signature": "signer",
             "decision": "decider", "reponse": "repondre", "information": "prendre_connaissance"}  # fmt: skip
DU_DEMANDEUR = ["message_du_demandeur", "evaluer", "contester", "rejoindre"]
SEULS = [*DU_DEMANDEUR, "changer_de_type", "rappeler", "escalader"]
AVANT = {"rendre": "prendre", "reprendre": "mettre_en_attente", "ne_plus_suivre": "suivre"}  # nothing to undo else
REUSSIS: Counter[str] = Counter()

# What each dossier is, and how many lines its journal has. A change without a line, or a refusal with a change, is a fault.
ETAT = """SELECT d.id, md5(concat(d.*::text, q.*::text,
    (SELECT string_agg(e.*::text, ';' ORDER BY e.id) FROM dossiers_etape e WHERE e.dossier_id = d.id),
    (SELECT string_agg(x.*::text, ';' ORDER BY x.id) FROM dossiers_decision x JOIN dossiers_etape e ON e.id = x.etape_id
        WHERE e.dossier_id = d.id),
    (SELECT string_agg(r.*::text, ';' ORDER BY r.id) FROM dossiers_reponse r WHERE r.dossier_id = d.id),
    (SELECT string_agg(m.*::text, ';' ORDER BY m.id) FROM dossiers_message m WHERE m.dossier_id = d.id),
    (SELECT string_agg(p.*::text, ';' ORDER BY p.id) FROM demandes_participant p WHERE p.demande_id = d.id),
    (SELECT count(*)::text FROM dossiers_lien l WHERE l.de_id = d.id))),
    (SELECT count(*) FROM journal_ligne l WHERE l.chaine = d.uuid)
    FROM dossiers_dossier d JOIN demandes_demande q ON q.dossier_id = d.id WHERE d.id = ANY(%s)"""
FAUTES = {
    "a closed dossier has the answer of its turn, and one per turn before": """
        SELECT d.reference FROM dossiers_dossier d, generate_series(1, 99) t
        WHERE d.id = ANY(%s) AND t <= d.tour - CASE d.etat WHEN 'clos' THEN 0 ELSE 1 END
        AND 1 <> (SELECT count(*) FROM dossiers_reponse r WHERE r.dossier_id = d.id AND r.tour = t AND r.texte ~ '\\S')""",
    "an open dossier has no answer of its turn yet": """
        SELECT d.reference FROM dossiers_dossier d JOIN dossiers_reponse r ON r.dossier_id = d.id AND r.tour >= d.tour
        WHERE d.id = ANY(%s) AND d.etat <> 'clos'""",
    "nothing waits in a closed dossier": """
        SELECT d.reference FROM dossiers_dossier d JOIN dossiers_etape e ON e.dossier_id = d.id
        WHERE d.id = ANY(%s) AND d.etat = 'clos' AND e.etat NOT IN ('faite', 'renvoyee', 'passee', 'reprise')""",
    "an open dossier has an étape to do and will end in an answer": """
        SELECT d.reference FROM dossiers_dossier d LEFT JOIN dossiers_etape e ON e.dossier_id = d.id
        WHERE d.id = ANY(%s) AND d.etat <> 'clos' GROUP BY d.id HAVING count(*) FILTER (WHERE e.etat = 'active') = 0
        OR count(*) FILTER (WHERE e.etat IN ('active', 'a_venir') AND e.type = 'reponse') <> 1""",
    "an étape is decided when, and only when, it has one decision": """
        SELECT e.id FROM dossiers_etape e LEFT JOIN dossiers_decision x ON x.etape_id = e.id WHERE e.dossier_id = ANY(%s)
        GROUP BY e.id HAVING count(x.id) <> CASE WHEN e.etat IN ('faite', 'renvoyee', 'reprise') THEN 1 ELSE 0 END""",
    "the étapes to do are all those of the lowest rank not done": """
        SELECT e.id FROM dossiers_etape e JOIN LATERAL (SELECT min(rang) AS bas FROM dossiers_etape f
            WHERE f.dossier_id = e.dossier_id AND f.etat IN ('active', 'a_venir') AND f.type <> 'information') m ON true
        WHERE e.dossier_id = ANY(%s) AND ((e.etat = 'active' AND e.type <> 'information' AND e.rang <> m.bas)
            OR (e.etat = 'a_venir' AND e.rang <= m.bas))""",
    "the answer is the last étape": """
        SELECT e.id FROM dossiers_etape e JOIN dossiers_etape f ON f.dossier_id = e.dossier_id AND f.rang >= e.rang
        AND f.id <> e.id AND f.etat IN ('active', 'a_venir') AND f.type <> 'information'
        WHERE e.dossier_id = ANY(%s) AND e.type = 'reponse' AND e.etat IN ('active', 'a_venir')""",
    "an étape under way is dropped only when its rank has what its rule asks": """
        SELECT e.id FROM dossiers_etape e JOIN dossiers_dossier d ON d.id = e.dossier_id AND d.etat <> 'clos' AND d.tour = 1
        WHERE d.id = ANY(%s) AND e.etat = 'passee' AND e.activee_le IS NOT NULL AND e.type <> 'information'
        AND NOT EXISTS (SELECT 1 FROM dossiers_decision x JOIN dossiers_etape f ON f.id = x.etape_id
            WHERE f.dossier_id = d.id AND x.resultat IN ('refusee', 'renvoyee'))
        AND (CASE e.regle WHEN 'tous' THEN 99 WHEN 'un' THEN 1 ELSE e.regle::int END > (SELECT count(*) FROM dossiers_etape f
            WHERE f.dossier_id = d.id AND f.rang = e.rang AND f.etat = 'faite' AND f.type <> 'information'))""",
    "an étape to do has a date": """
        SELECT id FROM dossiers_etape WHERE dossier_id = ANY(%s) AND etat = 'active'
        AND (activee_le IS NULL OR urgence_le IS NULL OR (echeance IS NULL) <> (delai = ''))""",
    "the head of a journal counts its lines": """
        SELECT d.reference FROM dossiers_dossier d LEFT JOIN journal_chaine c ON c.uuid = d.uuid
        LEFT JOIN journal_ligne l ON l.chaine = d.uuid WHERE d.id = ANY(%s) GROUP BY d.id, c.uuid
        HAVING count(l.id) = 0 OR count(l.id) IS DISTINCT FROM c.numero OR max(l.numero) IS DISTINCT FROM c.numero""",
    "each answer was sent to the requester": """
        SELECT r.id FROM dossiers_reponse r JOIN dossiers_dossier d ON d.id = r.dossier_id JOIN demandes_demande q
        ON q.dossier_id = d.id WHERE d.id = ANY(%s) AND q.courriel <> '' AND NOT EXISTS (SELECT 1 FROM notifications_courriel c
            WHERE c.dossier = d.uuid AND c.destinataire = q.courriel AND c.at = r.at AND starts_with(c.texte, r.texte))""",
    "an answer that no e-mail carries is to be given by somebody, or was": """
        SELECT d.id FROM dossiers_dossier d JOIN demandes_demande q ON q.dossier_id = d.id JOIN dossiers_reponse r
        ON r.dossier_id = d.id AND r.tour = d.tour WHERE d.id = ANY(%s) AND d.etat = 'clos' AND r.sens NOT IN ('retiree', 'reunie')
        AND (q.courriel = '') <> (q.a_remettre_depuis IS NOT NULL OR EXISTS (SELECT 1 FROM journal_ligne l
            WHERE l.chaine = d.uuid AND l.verbe = 'remettre' AND l.at >= d.clos_le))""",
    "an e-mail of the outbox has a job that will find it": """
        SELECT c.id FROM notifications_courriel c JOIN dossiers_dossier d ON d.uuid = c.dossier WHERE d.id = ANY(%s) AND 1 <>
        (SELECT count(*) FROM procrastinate_jobs j WHERE j.task_name = 'notifications.vider' AND j.status = 'todo')""",
}  # fmt: skip

TOUTES = " UNION ALL ".join(f"SELECT $${phrase}$$, x::text FROM ({requete}) x" for phrase, requete in FAUTES.items())


def preparer(monde: Monde) -> None:
    """A catalogue of four types, one per circuit, in the small town."""
    publier(lire_circuit(COMPLET, "essai"), COMPLET, at=AT)
    TypeDemande.objects.update(actif=False)
    for n, circuit in enumerate(CIRCUITS):
        TypeDemande.objects.create(
            code=circuit, titre=f"Type {circuit}", famille="essai", circuit=circuit, promesse="10 jours ouvrés",
            service_id=monde.entites["proprete" if n % 2 else "voirie"], silence=["rejet", "acceptation"][n % 2],
        )  # fmt: skip
    # who has the étape « Signer » has the right to: the delegations have a machine of their own
    Mandat.objects.create(personne_id=monde.personnes["dga"], fonction=Fonction.MAIRE, debut=JOUR)


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
        self.connus: dict[int, tuple[str, int]] = {}

    def teardown(self) -> None:
        if self.ids:
            siens = {str(u) for u in Dossier.objects.filter(pk__in=self.ids).values_list("uuid", flat=True)}
            assert [a for a in chaine.verifier() if any(u in a.objet for u in siens)] == []
        transaction.set_rollback(True)
        self.savepoint.__exit__(None, None, None)
        annuaire._memoire.clear()

    # --- help -----------------------------------------------------------------------------------------------------

    def dossier(self, n: int) -> Dossier:
        trouve: Dossier = Dossier.objects.get(pk=self.ids[n % len(self.ids)])
        return trouve

    def objets(self, code: str, n: int) -> list[Any]:
        """What the verb may be about, the n-th first: dossiers, or étapes in any state, those to do first."""
        dossiers = list(Dossier.objects.filter(pk__in=self.ids).order_by("pk"))
        geste = geste_de(dossiers[0], code)
        assert geste is not None
        if not geste.etape:
            return dossiers[n % len(dossiers) :] + dossiers[: n % len(dossiers)]
        etapes = list(Etape.objects.filter(dossier__in=self.ids).select_related("dossier").order_by("id"))
        tournees = etapes[n % len(etapes) :] + etapes[: n % len(etapes)]
        return sorted(tournees, key=lambda e: e.etat != "active")

    def etats(self) -> dict[int, tuple[str, int]]:
        with connection.cursor() as curseur:
            curseur.execute(ETAT, [self.ids])
            return {pk: (empreinte, lignes) for pk, empreinte, lignes in curseur.fetchall()}

    def tenter(self, verbe: str, geste: Any) -> bool:
        """Done with a line of the journal, or refused with a reason and nothing changed; anything else is a fault."""
        self.heure += timedelta(minutes=2)
        avant = self.connus
        try:
            with transaction.atomic():
                geste()
        except Refus as refus:
            assert refus.raison.strip(), verbe
            assert self.etats() == avant, f"{verbe} was refused and changed something"
            return False
        self.connus = self.etats()
        for pk, (empreinte, lignes) in self.connus.items():
            if pk in avant and avant[pk][0] != empreinte:
                assert lignes > avant[pk][1], f"{verbe} changed {pk} without a line in the journal"
        REUSSIS[verbe] += 1
        return True

    def agir(self, code: str, objet: Any, qui: str, **plus: Any) -> bool:
        """Through the form and the gesture, as the screen does; a form that is not valid is a refusal."""
        by = self.monde.par(qui, self.heure)
        geste = geste_de(objet.dossier if isinstance(objet, Etape) else objet, code)
        assert geste is not None
        autre = (
            None
            if geste.etape
            else Dossier.objects.filter(pk__in=self.ids).exclude(pk=objet.pk).order_by("etat", "pk").last()
        )
        form = geste.formulaire(objet, by, formulaire(code, objet, by, autre=autre, **plus))
        if not form.is_valid():
            return False
        return self.tenter(code, lambda: geste.executer(objet, by=by, at=self.heure, donnees=dict(form.cleaned_data)))

    def un_pas(self, dossier: Dossier) -> None:
        """Whoever may act does the first étape to do."""
        etape = (
            Etape.objects.filter(dossier=dossier, etat="active")
            .select_related("dossier")
            .order_by("type", "id")
            .first()
        )
        if etape is not None:
            self.agir(PRINCIPAL[etape.type], etape, self.qui_peut(etape))

    def qui_peut(self, etape: Etape) -> str:
        jour = self.monde.par("dgs", self.heure).annuaire
        trouve = (
            jour.resoudre(etape.poste_id, "demandes")
            if etape.poste_id
            else jour.resoudre_entite(etape.entite_id, "demandes")
        )
        return self.monde.noms([etape.prise_par_id if etape.prise_par_id in trouve.personnes else trouve.personnes[0]])[
            0
        ]

    def ouvrir(self, circuit: str, pas: int) -> None:
        type_demande = TypeDemande.objects.get(code=circuit)
        courriel = f"r{len(self.ids)}@courriel.example" if len(self.ids) % 2 == 0 else ""
        depot = Depot(type=type_demande, description="Un trou.", nom="Alix", courriel=courriel, telephone="0361990000")
        pk = deposer(depot, by=self.monde.systeme(self.heure), at=self.heure).pk
        self.ids.append(pk)
        self.connus = self.etats()
        for _ in range(pas):
            self.un_pas(Dossier.objects.get(pk=pk))

    # --- the verbs ------------------------------------------------------------------------------------------------

    @initialize(circuit=st.sampled_from(CIRCUITS), pas=NOMBRE, vacant=st.none() | st.sampled_from(ABSENTS))
    def premiers(self, circuit: str, pas: int, vacant: str | None) -> None:
        self.depart = f"{circuit} {pas} {vacant}"
        tous = [*codes(), *DU_DEMANDEUR, "changer_de_type"]
        self.ordre = random.Random(self.depart).sample(tous, len(tous))
        if vacant:
            self.monde.liberer(vacant)
            self.monde.suppleer("agent1", "agent2")
        self.ouvrir(circuit, pas)
        self.ouvrir(CIRCUITS[(CIRCUITS.index(circuit) + pas) % 4], 11 - pas)

    @rule(circuit=st.sampled_from(CIRCUITS), pas=NOMBRE)
    def un_autre(self, circuit: str, pas: int) -> None:
        if len(self.ids) < 3:
            self.ouvrir(circuit, pas)

    @rule(n=NOMBRE, pas=st.integers(1, 4))
    def avancer(self, n: int, pas: int) -> None:
        for _ in range(pas):
            self.un_pas(self.dossier(n))

    @rule(graine=st.integers(0, 2**20))
    def des_verbes(self, graine: int) -> None:
        """The next verbs of this example's order, by anybody; most of the time where and by whom the rule allows it."""
        alea = random.Random(f"{self.depart} {graine} {self.heure}")
        for code in self.ordre[:7]:
            self.un_verbe(code, alea.sample(NOMS, len(NOMS)), alea.randrange(12), juste=alea.random() < 0.85)
        self.ordre = self.ordre[7:] + self.ordre[:7]

    def un_verbe(self, code: str, acteurs: list[str], n: int, *, juste: bool) -> None:
        if code in DU_DEMANDEUR:
            self.le_demandeur(code, n)
            return
        if code == "changer_de_type":
            self.changer_de_type(n)
            return
        if code == "reunir" and len(self.ids) < 5:
            self.ouvrir("essai-simple", 1)
        if juste and code in AVANT:
            self.un_verbe(AVANT[code], acteurs, n, juste=True)
        objets = self.objets(code, n)
        choix: tuple[Any, str] = (objets[n % len(objets)], acteurs[0])
        if juste:
            geste = geste_de(self.dossier(0), code)
            permis = ((o, q) for o in objets for q in acteurs if geste.verdict(self.monde.par(q, self.heure), o))  # type: ignore[union-attr]
            choix = next(permis, choix)
        if not isinstance(choix[0], Etape) or choix[0].rang < 60:
            self.agir(code, *choix)

    def changer_de_type(self, n: int) -> None:
        if len(self.ids) < 5:
            self.ouvrir(CIRCUITS[n % 3], 0)
        etape = (
            Etape.objects.filter(dossier__in=self.ids, etat="active", type="qualification")
            .select_related("dossier")
            .first()
        )
        if etape is None:
            return
        autre = TypeDemande.objects.actifs().exclude(demandes=etape.dossier_id).order_by("code")[n % 3]
        if self.agir("qualifier", etape, self.qui_peut(etape), type=autre.pk):
            REUSSIS["changer_de_type"] += 1
            dossier = Dossier.objects.get(pk=etape.dossier_id)
            assert (dossier.circuit, dossier.entite_id) == (autre.circuit, autre.service_id)

    def le_demandeur(self, verbe: str, n: int) -> None:
        at = self.heure + timedelta(minutes=2)
        qui = {"by": self.monde.systeme(at), "at": at}
        dossier = self.dossier(n)
        if verbe in ("evaluer", "contester"):  # somebody has to have been answered
            dossier = Dossier.objects.filter(pk__in=self.ids, etat="clos", demande__satisfait=None).first() or dossier
        demande = Demande.objects.get(pk=dossier.pk)
        gestes = {
            "message_du_demandeur": lambda: message_du_demandeur(dossier, texte=f"Alors ? {at}", **qui),
            "evaluer": lambda: evaluer(demande, satisfait=n % 2 == 0, **qui),
            "contester": lambda: evaluer(demande, satisfait=False, texte="Non.", contester=True, **qui),
            "rejoindre": lambda: rejoindre(demande, nom="Sam", courriel=f"sam{n}@courriel.example", **qui),
        }
        self.tenter(verbe, gestes[verbe])

    @rule(jours=st.integers(1, 9))
    def le_temps_passe(self, jours: int) -> None:
        self.heure += timedelta(days=jours)
        avant = self.lignes("rappeler"), self.lignes("escalader")
        self.tenter("echeances", lambda: passer_les_echeances(by=self.monde.systeme(self.heure), at=self.heure))
        REUSSIS["rappeler"] += self.lignes("rappeler") - avant[0]
        REUSSIS["escalader"] += self.lignes("escalader") - avant[1]

    def lignes(self, verbe: str) -> int:
        with connection.cursor() as curseur:
            curseur.execute("SELECT count(*) FROM journal_ligne l JOIN dossiers_dossier d ON d.uuid = l.chaine"
                            " WHERE d.id = ANY(%s) AND l.verbe = %s", [self.ids, verbe])  # fmt: skip
            return int(curseur.fetchone()[0])

    @rule(qui=st.sampled_from(ABSENTS))
    def partir_en_conge(self, qui: str) -> None:
        present = not Absence.objects.filter(personne_id=self.monde.personnes[qui]).exists()
        if present and Absence.objects.count() < 4:
            self.monde.absenter(qui, debut=self.heure.date(), fin=self.heure.date() + timedelta(days=9))

    # --- what stays true ------------------------------------------------------------------------------------------

    @invariant()
    def rien_n_est_faux(self) -> None:
        with connection.cursor() as curseur:
            curseur.execute("SET CONSTRAINTS ALL IMMEDIATE")
            curseur.execute("SET CONSTRAINTS ALL DEFERRED")
            curseur.execute(TOUTES, [self.ids] * len(FAUTES))
            assert curseur.fetchall() == []

    @invariant()
    def quelqu_un_peut_agir_et_le_sait(self) -> None:
        """Each étape to do has somebody present and active; its post's people were told, unless they did it themselves."""
        jour = self.monde.par("dgs", self.heure).annuaire
        with connection.cursor() as curseur:
            curseur.execute(
                """SELECT e.id, e.poste_id, e.entite_id FROM dossiers_etape e JOIN dossiers_dossier d
                ON d.id = e.dossier_id WHERE d.id = ANY(%s) AND d.etat <> 'clos' AND e.etat = 'active'""",
                [self.ids],
            )
            for pk, poste, entite in curseur.fetchall():
                trouve = jour.resoudre(poste, "demandes") if poste else jour.resoudre_entite(entite, "demandes")
                curseur.execute(
                    """SELECT count(*) FROM organisation_personne p WHERE p.id = ANY(%s) AND p.is_active
                    AND NOT EXISTS (SELECT 1 FROM organisation_absence a WHERE a.personne_id = p.id AND a.debut <= %s
                    AND (a.fin IS NULL OR a.fin > %s))""",
                    [list(trouve.personnes), jour.jour, jour.jour],
                )
                assert curseur.fetchone()[0] > 0, f"nobody can act on étape {pk}"
            curseur.execute(
                """SELECT e.id FROM dossiers_etape e JOIN dossiers_dossier d ON d.id = e.dossier_id
                WHERE d.id = ANY(%s) AND e.etat = 'active' AND e.poste_id IS NOT NULL AND NOT EXISTS (SELECT 1
                    FROM notifications_notification n WHERE n.dossier = d.uuid AND n.at >= e.activee_le)
                AND NOT EXISTS (SELECT 1 FROM journal_ligne l JOIN organisation_affectation a ON a.personne_id = l.auteur
                    WHERE l.chaine = d.uuid AND l.at >= e.activee_le)""",
                [self.ids],
            )
            assert curseur.fetchall() == [], "an étape started and nobody was told"


def test_whatever_people_do_nothing_is_lost(monde: Monde) -> None:
    preparer(monde)
    Ville.monde = monde
    REUSSIS.clear()
    run_state_machine_as_test(
        Ville,
        settings=settings(
            max_examples=45, stateful_step_count=10, deadline=None, database=None, derandomize=True,
            phases=[Phase.generate],  # ten steps are read as they are; to shrink them would play thousands more
            suppress_health_check=list(HealthCheck),
        ),
    )  # fmt: skip
    print(sorted(REUSSIS.items()))
    assert [v for v in [*codes(), *SEULS] if not REUSSIS[v]] == [], (
        "these verbs never succeeded: the machine proves nothing"
    )
