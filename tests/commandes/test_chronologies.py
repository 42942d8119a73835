"""Random timelines of grants, withdrawals, elections, absences and orders together, through the functions that the pages call,
on a real PostgreSQL: no signature falls outside a delegation, no line is overspent, and a refusal says why and who can.

What is expected is computed here from the events alone, the way a clerk would keep it on paper: nothing is asked of the code
that is tried. `make chronologies` plays 5 000 of them (`CHRONOLOGIES`), and says how many and from which seed.
"""

import os
from collections import Counter
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field, replace
from datetime import date, timedelta
from decimal import Decimal
from time import process_time
from typing import Any

import pytest
from django.core.cache import caches
from django.db import connection, transaction
from hypothesis import HealthCheck, Phase, given, seed, settings
from hypothesis import strategies as st

from buridan.circuits.catalogue import publier
from buridan.circuits.lecture import lire_circuit
from buridan.commandes.actions.arreter import annuler, autoriser
from buridan.commandes.actions.commencer import commencer
from buridan.commandes.actions.preparer import Contenu, enregistrer, soumettre
from buridan.commandes.actions.signer import signer_commande
from buridan.commandes.actions.viser import adresser, viser_commande
from buridan.commandes.models import ReglesCommande
from buridan.delegations.actions.deleguer import DonneesArrete, DonneesLigne, deleguer
from buridan.delegations.actions.deleguer import publier as publier_arrete
from buridan.delegations.actions.retirer import retirer_delegation
from buridan.delegations.models import Delegation
from buridan.dossiers.etats import EtatEtape
from buridan.dossiers.models import Dossier, Etape
from buridan.organisation import annuaire
from buridan.organisation.acteur import acteur
from buridan.organisation.actions import declarer_absence, terminer_absence
from buridan.organisation.models import (
    Absence,
    Affectation,
    Droit,
    Entite,
    Genre,
    Mandat,
    Personne,
    Poste,
    VersionEntite,
    VersionPoste,
)
from buridan.outils.sql import executer
from buridan.outils.verdict import Refus
from buridan.signatures.models import Moyen
from tests.budget.conftest import Budget, doter
from tests.commandes.conftest import VUES
from tests.commandes.ecrits import contenu, qui_peut
from tests.monde import AT, DEPUIS, Monde

CHRONOLOGIES = int(os.environ.get("CHRONOLOGIES", "20"))
PART = 100
GRAINE = int(os.environ.get("GRAINE", "20261128"))
PHASES = (
    (Phase.generate, Phase.shrink) if "CHRONOLOGIES" in os.environ else (Phase.generate,)
)  # shrinking takes minutes

ELUS = ("maire1", "maire2", "adjoint1", "adjoint2")
DELEGUES = ("dga", "chef_voirie", "agent1", "chef_proprete")
SIGNATAIRES = (*ELUS, *DELEGUES)
AUTEURS = {"voirie": "agent2", "proprete": "agent_proprete"}
DESSUS = {"voirie": ("voirie", "direction", "dga1", None), "proprete": ("proprete", "direction", "dga1", None)}
CREDITS = Decimal(6000)
CIRCUIT = """
[circuit]
code = "essai-commande"
titre = "Bon de commande"
nature = "commandes"
[[etape]]
rang = 1
type = "traitement"
titre = "Préparer"
a = "role:auteur"
delai = "5 jours ouvrés"
[[etape]]
rang = 2
type = "visa"
titre = "Viser"
a = "poste:essai-dgs"
delai = "2 jours ouvrés"
[[etape]]
rang = 3
type = "signature"
titre = "Signer"
a = "role:maire"
delai = "2 jours ouvrés"
[[etape]]
rang = 4
type = "validation"
titre = "Constater le service fait"
a = "role:service"
delai = "30 jours ouvrés"
[[etape]]
rang = 5
type = "reponse"
titre = "Noter la facture"
a = "entite:essai-cabinet"
delai = "20 jours ouvrés"
"""
REGLES = """
[[famille]]
code = "voirie"
titre = "Matériaux"
[[taux]]
valeur = "20"
titre = "20 %"
[[parcours]]
circuit = "essai-commande"
defaut = true
"""


# What is read after each event: planned once.
_CHAMPS = [c.attname for c in Etape._meta.concrete_fields]
_A_FAIRE = (
    f"SELECT {', '.join(_CHAMPS)} FROM dossiers_etape WHERE dossier_id = %s AND etat = %s ORDER BY rang, id LIMIT 1"
)
_SIGNEES_ET_TENUES = """SELECT 'signee', e.dossier_id, d.par_id::numeric, 0::numeric
    FROM dossiers_decision d JOIN dossiers_etape e ON e.id = d.etape_id
    WHERE d.resultat = 'signee' AND e.dossier_id = ANY(%s)
    UNION ALL
    SELECT 'tenue', l.id, coalesce(sum(r.montant), 0),
    coalesce(sum(r.montant) FILTER (WHERE r.derogation = '' AND r.montant > r.disponible_avant), 0)
    FROM budget_lignebudget l LEFT JOIN budget_reservation r ON r.ligne_id = l.id AND r.liberee_le IS NULL
    WHERE l.id = ANY(%s) GROUP BY l.id"""


@dataclass(slots=True)
class Don:
    """A delegation as it was given. `mandat`: rank of the mandate it was given under."""

    pk: int
    qui: str
    entite: str | None
    plafond: Decimal | None
    taxes: str
    priorite: int
    suppleant: str | None
    mandat: int
    debut: date
    fin: date | None
    executoire: bool
    retire: bool = False


@dataclass(slots=True)
class Bon:
    """An order. `tenu`: what it holds of its line; `permis`: somebody allowed it to exceed it."""

    pk: int
    service: str
    ht: Decimal
    a_signer: bool = False
    permis: bool = False
    signe_par: str = ""
    tenu: Decimal = Decimal(0)

    @property
    def ttc(self) -> Decimal:
        return self.ht * Decimal("1.2")


@dataclass
class Papier:
    """What a clerk would know, from the events alone."""

    jour: date
    maire: str | None = "maire1"
    mandat: int = 0
    absents: dict[str, date] = field(default_factory=dict)  # until, excluded
    dons: list[Don] = field(default_factory=list)
    bons: list[Bon] = field(default_factory=list)
    credits: dict[str, Decimal] = field(default_factory=lambda: dict.fromkeys(AUTEURS, CREDITS))

    def la(self, qui: str | None) -> bool:
        return qui is not None and not self.jour < self.absents.get(qui, date.min)

    def vaut(self, d: Don, b: Bon) -> bool:
        """It lives today, and this order is within it."""
        if d.retire or not d.executoire or d.mandat != self.mandat or self.maire is None:
            return False
        if d.debut > self.jour or (d.fin is not None and d.fin <= self.jour) or d.entite not in DESSUS[b.service]:
            return False
        return d.plafond is None or {"HT": b.ht, "TTC": b.ttc}[d.taxes] <= d.plafond

    def peuvent(self, b: Bon) -> set[str]:
        """Everybody who may sign it now."""
        trouves: set[str] = set()
        for rang in (1, 2):
            dons = [d for d in self.dons if d.priorite == rang and self.vaut(d, b)]
            trouves = {d.qui if self.la(d.qui) else d.suppleant for d in dons if self.la(d.qui) or self.la(d.suppleant)}  # type: ignore[misc]
            if trouves:
                break
        if self.la(self.maire):
            return trouves | {str(self.maire)}
        return trouves | set([a for a in ("adjoint1", "adjoint2") if self.la(a)][:1])

    def pris(self, service: str) -> Decimal:
        return sum((b.tenu for b in self.bons if b.service == service), Decimal(0))

    def tient(self, b: Bon) -> bool:
        """Its line holds it, or somebody said that it may not."""
        return b.permis or self.pris(b.service) + b.ttc <= self.credits[b.service]


class Ville:
    """The town in the database, played through the public functions beside the clerk's paper."""

    def __init__(self, budget: Budget, lignes: dict[str, int], modele: Contenu, vues: Counter[str]) -> None:
        self.budget, self.monde, self.lignes, self.modele, self.vues = budget, budget.monde, lignes, modele, vues
        self.at = AT
        self.papier = Papier(AT.date())

    @property
    def noms(self) -> dict[str, str]:
        return {n: f"{n.capitalize()} Essai" for n in SIGNATAIRES}

    def par(self, nom: str) -> Any:
        return acteur(self.monde.personnes[nom], self.at, self.revision)

    def vivre(self, evenement: tuple[Any, ...]) -> None:
        """One event, then everything that may never be false."""
        quoi, *mots = evenement
        self.vues["events"] += 1

        self.at += timedelta(minutes=1)
        self.revision = annuaire.numero_de_revision()  # read once, as by a page
        getattr(self, f"_{quoi}")(*mots)
        self.verifier()

    def passer(self, jours: int, maire: Any) -> None:
        """Days go by; on the last morning somebody is elected (or the mayor's seat falls vacant), or nothing happens."""
        if maire != "personne":  # what was given, and what waits by it, is of the mandate that ends
            self.vivre(("donner", "dga", None, None, "HT", 1, None, None, True))
            self.vivre(("commander", "voirie", "300"))
        self.at += timedelta(days=jours)
        jour = self.papier.jour = self.at.date()
        if maire == "personne":
            return
        ancien = self.papier.maire
        if ancien is not None:
            Mandat.objects.filter(personne=self.monde.personnes[ancien], fonction="maire", fin=None).update(fin=jour)
        if maire is not None:
            Mandat.objects.create(personne_id=self.monde.personnes[maire], fonction="maire", debut=jour)
        self.papier.maire, self.papier.mandat = maire, self.papier.mandat + 1
        for n in range(3):  # what waited is tried at once
            self.vivre(("signer", n, None))

    # --- delegations ---

    def _donner(
        self,
        qui: str,
        entite: str | None,
        plafond: Any,
        taxes: str,
        rang: int,
        suppleant: Any,
        duree: Any,
        publie: bool,
    ) -> None:
        p, jour = self.papier, self.papier.jour
        if p.maire is None or suppleant == qui:
            return
        numero = f"E-{len(p.dons)}-{self.at:%d%H%M}"
        publication = jour if publie else None
        acte = DonneesArrete(numero, jour, self.monde.personnes[p.maire], "maire", None, publication, publication)
        fin = jour + timedelta(days=duree) if duree else None
        ligne = DonneesLigne(
            self.monde.personnes[qui], self.monde.postes[qui], "commandes", jour, self.monde.entites[entite] if entite else None,
            plafond, taxes if plafond is not None else "", rang, self.monde.personnes[suppleant] if suppleant else None,
            self.monde.postes[suppleant] if suppleant else None, fin,
        )  # fmt: skip
        try:
            donnee = deleguer(acte, ligne, by=self.par("etranger"), at=self.at)
        except Refus as refus:
            assert "déjà une délégation" in refus.raison or "Retirez" in refus.raison, refus.raison
            assert any((d.qui, d.entite) == (qui, entite) for d in p.dons)
            return
        p.dons.append(
            Don(donnee.pk, qui, entite, plafond, taxes, rang, suppleant, p.mandat, jour, fin, executoire=publie)
        )

    def _publier(self, n: int) -> None:
        attendent = [d for d in self.papier.dons if not d.executoire]
        if attendent:
            don, jour = attendent[n % len(attendent)], self.papier.jour
            arrete = Delegation.objects.select_related("arrete").get(pk=don.pk).arrete
            publier_arrete(arrete, by=self.par("etranger"), at=self.at, publie_le=jour, executoire_le=jour)
            don.executoire = True

    def _retirer(self, n: int) -> None:
        """One by which something waits to be signed, if there is; one time in ten, one that was withdrawn already."""
        attendent = [b for b in self.papier.bons if b.a_signer and not b.signe_par]
        vifs = sorted(
            (d for d in self.papier.dons if d.retire == (n == 9)),
            key=lambda d: not any(self.papier.vaut(d, b) for b in attendent),
        )
        if not vifs:
            return
        don = vifs[n % min(len(vifs), 3)]
        donnee = Delegation.objects.get(pk=don.pk)
        if don.retire:
            with pytest.raises(Refus, match="déjà été retirée"):
                retirer_delegation(donnee, by=self.par("etranger"), at=self.at, motif="Encore.")
            return
        retirer_delegation(donnee, by=self.par("etranger"), at=self.at, motif="Fin.")
        don.retire = True

    # --- absences ---

    def _partir(self, qui: str, jours: int) -> None:
        if self.papier.la(qui):
            retour = self.papier.jour + timedelta(days=jours)
            declarer_absence(by=self.par(qui), personne=self.monde.personnes[qui], debut=self.papier.jour, fin=retour)
            self.papier.absents[qui] = retour

    def _revenir(self, qui: str) -> None:
        if not self.papier.la(qui):
            absence = Absence.objects.en_vigueur(self.papier.jour).get(personne=self.monde.personnes[qui])
            terminer_absence(absence, by=self.par(qui), at=self.at)
            del self.papier.absents[qui]

    # --- orders ---

    def _commander(self, service: str, ht: str) -> None:
        """Prepared, sent, visaed: what nobody can sign, or what no credits hold, goes no further."""
        b = Bon(0, service, Decimal(ht))
        by = self.par(AUTEURS[service])
        try:
            commande = commencer("Sable", self.monde.entites[service], by=by, at=self.at)
        except Refus as refus:
            assert not self.papier.peuvent(Bon(0, service, Decimal(0))), refus.raison
            assert "Personne ne peut signer" in refus.raison
            return
        b.pk = commande.pk
        voulu = replace(self.modele, ligne=self.lignes[service], lignes=(replace(self.modele.lignes[0], prix=b.ht),))
        enregistrer(commande.dossier, voulu, by=by, at=self.at)
        self.papier.bons.append(b)
        self.vues["orders"] += 1
        self._avancer(b)

    def _reprendre(self, n: int) -> None:
        """What stopped on its way is tried again."""
        restent = [b for b in self.papier.bons if not b.a_signer]
        if restent:
            self._avancer(restent[n % len(restent)])

    def _avancer(self, b: Bon) -> None:
        etape = self._etape(b)
        while etape is not None and not b.a_signer:
            by, p = qui_peut(self, etape, self.revision), self.papier  # type: ignore[arg-type]
            try:
                geste = {"traitement": soumettre, "visa": viser_commande}[etape.type]
                geste(etape, by=by, at=self.at)
            except Refus as refus:
                assert not p.peuvent(b) or not p.tient(b), refus.raison
                self._dit_pourquoi(b, refus)
                return
            assert p.peuvent(b) and p.tient(b)
            etape = self._etape(b)
            b.a_signer = etape is not None and etape.type == "signature"

    def _etape(self, b: Bon) -> Etape | None:
        etapes = executer(connection, _A_FAIRE, [b.pk, EtatEtape.ACTIVE]).fetchall()
        return Etape.from_db(connection.alias, _CHAMPS, etapes[0]) if etapes else None

    def _dit_pourquoi(self, b: Bon, refus: Refus) -> None:
        """The reason, and who can; or what is left of the line, and whom to ask."""
        if "Personne ne peut signer" in refus.raison:
            assert not self.papier.peuvent(b), refus.raison
            assert "registre des délégations" in refus.raison
        else:
            self.vues["credits refused"] += 1
            assert not self.papier.tient(b), refus.raison
            assert any(m in refus.raison for m in ("Il reste", "épuisés", "dépassés")) and "finances" in refus.raison

    def _signer(self, n: int, qui: str | None) -> None:
        """By whoever has it today, or by anybody: the clerk's paper says who may, and why not."""
        attendent = [b for b in self.papier.bons if b.a_signer and not b.signe_par]
        if not attendent:
            return
        b, p = attendent[n % len(attendent)], self.papier
        etape = self._etape(b)
        assert etape is not None and etape.type == "signature"
        chez = qui_peut(self, etape, self.revision)  # type: ignore[arg-type]
        by = self.par(qui) if qui else chez
        nom = next(n for n, pk in self.monde.personnes.items() if pk == by.personne)
        try:
            signer_commande(etape, by=by, at=self.at, moyen=Moyen.PAPIER)
        except Refus as refus:
            self.vues["signatures refused"] += 1
            self._refus_compris(b, nom, refus, a_lui=by.personne == chez.personne)
            return
        self.vues["signatures"] += 1
        assert nom in p.peuvent(b), (nom, p)
        assert p.tient(b), p
        b.signe_par, b.tenu = nom, b.ttc

    def _refus_compris(self, b: Bon, nom: str, refus: Refus, *, a_lui: bool) -> None:
        peuvent = self.papier.peuvent(b)
        if "Cette étape revient à" in refus.raison:
            assert not a_lui
        elif nom not in peuvent:
            assert ("signer" in refus.raison or "délégation" in refus.raison) and refus.raison.count(".") >= 2, (
                refus.raison
            )
            if peuvent:
                assert any(self.noms[autre] in refus.raison for autre in peuvent), refus.raison
            else:
                assert "Personne ne peut signer" in refus.raison
        else:
            assert not self.papier.tient(b), refus.raison
            self._dit_pourquoi(b, refus)

    def _adresser(self, n: int) -> None:
        """Handed to whoever can sign it today."""
        attendent = [b for b in self.papier.bons if b.a_signer and not b.signe_par]
        if attendent:
            b = attendent[n % len(attendent)]
            try:
                adresser(self._dossier(b), by=self.par(AUTEURS[b.service]), at=self.at)
            except Refus as refus:
                assert "déjà chez" in refus.raison or not self.papier.peuvent(b), refus.raison
                return
            etape = self._etape(b)
            assert etape is not None
            trouve = qui_peut(self, etape, self.revision)  # type: ignore[arg-type]
            assert trouve.personne in {self.monde.personnes[p] for p in self.papier.peuvent(b)}

    def _depasser(self, n: int, qui: str) -> None:
        """Whoever may allows it to exceed its line; nobody else does."""
        vivants = [b for b in self.papier.bons if not b.signe_par]
        if vivants:
            b = vivants[n % len(vivants)]
            try:
                autoriser(self._dossier(b), by=self.par(qui), at=self.at, motif="Tempête.")
            except Refus as refus:
                assert qui != "dgs" or b.permis or self.papier.tient(b), refus.raison
                return
            assert qui == "dgs" and not self.papier.tient(b)
            b.permis = True
            self.vues["overrides"] += 1

    def _annuler(self, n: int) -> None:
        if self.papier.bons:
            b = self.papier.bons.pop(n % len(self.papier.bons))
            annuler(self._dossier(b), by=self.par(AUTEURS[b.service]), at=self.at, motif="Non.")

    def _doter(self, service: str, credits: str) -> None:
        """The finance system says so; it may leave a line overspent."""
        self.papier.credits[service] = Decimal(credits)
        self.budget.appliquer(*fichier(self.papier.credits), at=self.at, extrait_le=self.papier.jour)

    def _dossier(self, b: Bon) -> Dossier:
        return Dossier.objects.get(pk=b.pk)

    # --- after each event ---

    def verifier(self) -> None:
        """The database holds exactly what the clerk has seen signed, by whom, on which line; its deferred rules agree."""
        with connection.cursor() as curseur:  # the first alone does what a COMMIT would: every deferred trigger is run
            curseur.execute("SET CONSTRAINTS ALL IMMEDIATE; SET CONSTRAINTS ALL DEFERRED")
        bons, lignes = [b.pk for b in self.papier.bons], list(self.lignes.values())
        lues = executer(connection, _SIGNEES_ET_TENUES, [bons, lignes]).fetchall()
        assert {dossier: par for quoi, dossier, par, _trop in lues if quoi == "signee"} == {
            b.pk: self.monde.personnes[b.signe_par] for b in self.papier.bons if b.signe_par
        }
        assert {ligne: (tenu, trop) for quoi, ligne, tenu, trop in lues if quoi == "tenue"} == {
            ligne: (self.papier.pris(service), 0) for service, ligne in self.lignes.items()
        }


# --- the timelines ----------------------------------------------------------------------------------------------------

RANG, QUI, SERVICE = st.integers(0, 9), st.sampled_from(SIGNATAIRES), st.sampled_from(sorted(AUTEURS))
# event: how often, its words
EVENEMENTS: dict[str, tuple[int, tuple[Any, ...]]] = {
    "donner": (5, (
        st.sampled_from(DELEGUES), st.sampled_from([None, "dga1", "voirie", "proprete"]),
        st.sampled_from([None, Decimal(1000), Decimal(4000)]), st.sampled_from(["HT", "TTC"]), st.sampled_from([1, 1, 2]),
        st.sampled_from([None, "agent1", "dga"]), st.sampled_from([None, 2, 6]), st.sampled_from([True, True, True, False]),
    )),
    "retirer": (3, (RANG,)),
    "publier": (1, (RANG,)),
    "partir": (2, (QUI, st.sampled_from([1, 3, 20]))),
    "revenir": (1, (QUI,)),
    "commander": (6, (SERVICE, st.sampled_from(["300", "900", "1800", "3900", "4100"]))),
    "reprendre": (2, (RANG,)),
    "signer": (9, (RANG, st.sampled_from([*[None] * 14, *SIGNATAIRES]))),
    "adresser": (3, (RANG,)),
    "depasser": (2, (RANG, st.sampled_from(["dgs", "dgs", "dga"]))),
    "annuler": (1, (RANG,)),
    "doter": (1, (SERVICE, st.sampled_from(["1500", "6000", "0", "20000"]))),
}  # fmt: skip
EVENEMENT = st.sampled_from([quoi for quoi, (part, _mots) in EVENEMENTS.items() for _ in range(part)]).flatmap(
    lambda quoi: st.tuples(st.just(quoi), *EVENEMENTS[quoi][1])
)
# how many days go by, who is elected on the last one (« personne »: nobody is), what happens then
JOURNEE = st.tuples(
    st.integers(1, 4),
    st.sampled_from(["personne"] * 7 + ["maire1", "maire1", "maire1", "maire2", None]),
    st.lists(EVENEMENT, min_size=5, max_size=12),
)


@contextmanager
def essai() -> Iterator[None]:
    """In a savepoint that is undone: the numbers of revision that come back must not be taken for known ones."""
    try:
        with transaction.atomic():
            yield
            transaction.set_rollback(True)
    finally:
        annuaire._memoire.clear()
        caches["memoire"].clear()


def fichier(credits: dict[str, Decimal]) -> tuple[str, str]:
    """What the finance system says of the two lines."""
    return f"L1;Enrobé;VOI;F;011;{credits['voirie']};;;", f"L2;Sacs;PRO;F;011;{credits['proprete']};;;"


@pytest.fixture
def budget(monde: Monde) -> Budget:
    """The small town with an assembly, two lines, a circuit and rules of orders."""
    assemblee = Entite.objects.create(code="essai-assemblee")
    VersionEntite.objects.create(
        entite=assemblee, nom="Assemblée", genre=Genre.ASSEMBLEE, debut=DEPUIS, parent_id=monde.entites["ville"]
    )
    for rang, nom in enumerate(ELUS):
        poste = Poste.objects.create(code=f"essai-{nom}")
        elu = Personne.objects.create(
            cle=f"essai-{nom}", prenom=nom.capitalize(), nom="Essai", email=f"{nom}@essai.example"
        )
        VersionPoste.objects.create(
            poste=poste, entite=assemblee, intitule=f"Poste {nom}", responsable=not rang, debut=DEPUIS
        )
        Affectation.objects.create(poste=poste, personne=elu, debut=DEPUIS)
        monde.postes[nom], monde.personnes[nom] = poste.pk, elu.pk
    for rang, nom, fonction in ((0, "maire1", "maire"), (1, "adjoint1", "adjoint"), (2, "adjoint2", "adjoint")):
        Mandat.objects.create(personne_id=monde.personnes[nom], fonction=fonction, rang=rang, debut=DEPUIS)
    budget = doter(monde)
    VersionPoste.objects.filter(poste_id=monde.postes["etranger"]).update(droits=[Droit.FINANCES, Droit.DELEGATIONS])
    annuaire._memoire.clear()
    budget.appliquer(*fichier(dict.fromkeys(AUTEURS, CREDITS)))
    publier(lire_circuit(CIRCUIT, "essai"), CIRCUIT, at=AT)
    dernier = ReglesCommande.objects.order_by("-numero").first()
    ReglesCommande.objects.create(numero=dernier.numero + 1 if dernier else 1, texte=REGLES, at=AT)
    return budget


@pytest.mark.django_db
@pytest.mark.parametrize("part", range(-(-CHRONOLOGIES // PART)))
def test_no_signature_falls_outside_a_delegation_and_no_line_is_overspent(
    part: int, budget: Budget, record_property: Callable[[str, Any], None]
) -> None:
    """`part`: timelines are played by parts, each from the seed that follows, for as many processes as there are."""
    vues, debut = Counter[str](), process_time()
    lignes = {"voirie": budget.ligne("L1").pk, "proprete": budget.ligne("L2").pk}
    modele = contenu(sur="L1")
    # psycopg forgets every plan at a rollback, lest a table was dropped: here none is, and a refusal rolls a savepoint back.
    connection.connection._prepared._should_discard = lambda *_: False

    @seed(GRAINE + part)
    @settings(
        max_examples=min(PART, CHRONOLOGIES - part * PART),
        phases=PHASES,
        database=None,
        suppress_health_check=list(HealthCheck),
    )
    @given(st.lists(JOURNEE, min_size=2, max_size=5))
    def jouer(journees: list[Any]) -> None:
        vues["timelines"] += 1
        with essai():
            ville = Ville(budget, lignes, modele, vues)
            for jours, maire, evenements in journees:
                ville.passer(jours, maire)
                for evenement in evenements:
                    ville.vivre(evenement)

    jouer()
    record_property(VUES, {**vues, "CPU seconds": process_time() - debut})
    assert all(vues[quoi] for quoi in ("signatures", "signatures refused", "credits refused")), vues
