"""Random timelines of grants, withdrawals, elections, moves and absences: nobody signs outside a delegation.

The rule reads periods; the model below lives the events one after the other and keeps what is alive. They must agree for
every person and every act, every day. 150 timelines here; `CHRONOLOGIES=5000 .venv/bin/python -m pytest
tests/delegations/test_chronologies.py` for the long run.
"""

import os
from dataclasses import dataclass, field
from datetime import UTC, date, datetime, timedelta
from decimal import Decimal
from typing import Any

from hypothesis import given, settings
from hypothesis import strategies as st

from buridan.delegations.registre import Acte, Ligne, Montant, Registre
from buridan.delegations.rules import peut_signer, pouvoir, signataires
from buridan.organisation.annuaire import Annuaire
from buridan.organisation.fiches import FicheEntite, FichePersonne, FichePoste

PREMIER = date(2026, 1, 5)
MAIRES, ADJOINTS, AGENTS = (1, 2), (3, 4), (5, 6, 7)
POSTES = {15: 100, 16: 101, 17: 102}  # post: entity; the town is 100, 101 and 102 stand under it
PLAFONDS = (None, Decimal(1000), Decimal(4000))
ACTES = [
    Acte(nature, entite, montant)
    for nature in ("commandes", "courriers")
    for entite in (101, 102, None)
    for montant in (None, Montant(Decimal(900), Decimal(1080)), Montant(Decimal(3900), Decimal(4680)))
]


@dataclass(slots=True)
class Donnee:
    """A grant as the model knows it; `vit` becomes false for ever."""

    ligne: Ligne
    vit: bool = True


@dataclass(slots=True)
class Ville:
    """The town as it lives, and what was written of it."""

    jour: date = PREMIER
    maire: int | None = 1
    tenue: dict[int, int] = field(default_factory=lambda: {15: 5, 16: 6, 17: 7})
    absents: set[int] = field(default_factory=set)
    donnees: list[Donnee] = field(default_factory=list)
    lignes: dict[int, Ligne] = field(default_factory=dict)
    mandat_depuis: date = date(2020, 1, 1)
    tenue_depuis: dict[int, date] = field(default_factory=lambda: dict.fromkeys(POSTES, date(2020, 1, 1)))

    def elire(self, maire: int | None) -> None:
        """An election, or a vacancy: whatever was delegated is over, even by the same mayor."""
        self.maire, self.mandat_depuis = maire, self.jour
        for d in self.donnees:
            d.vit = False

    def muter(self, poste: int, agent: int | None) -> None:
        """Somebody else, or nobody, in the post; whoever held it loses what was given with it."""
        ancien = self.tenue.pop(poste, None)
        if agent is not None:
            self.tenue[poste], self.tenue_depuis[poste] = agent, self.jour
        for d in self.donnees:
            if (d.ligne.delegataire, d.ligne.poste) == (ancien, poste):
                d.vit = False

    def donner(
        self, poste: int, nature: str, entite: int | None, plafond: Any, taxes: str, rang: int, duree: Any
    ) -> None:
        """An act of the mayor of the day to the holder of the post."""
        if self.maire is None or poste not in self.tenue:
            return
        cle = len(self.donnees) + 1
        suppleant = next((p for p in self.tenue if p != poste), None)
        ligne = Ligne(
            cle, f"2026-{cle}", self.jour, self.jour, self.maire, "maire", None, self.tenue[poste], poste, nature, entite, plafond,
            taxes if plafond is not None else "", rang, self.tenue.get(suppleant or 0), suppleant, self.jour,
            self.jour + timedelta(days=duree) if duree else None, None, "",
        )  # fmt: skip
        self.donnees.append(Donnee(ligne))
        self.lignes[cle] = ligne

    def retirer(self, rang: int) -> None:
        """Withdraw one, this morning."""
        if self.donnees:
            d = self.donnees[rang % len(self.donnees)]
            ancienne = self.lignes[d.ligne.id]
            if ancienne.retiree_le is None:
                d.vit = False
                champs = {c: getattr(ancienne, c) for c in Ligne.__slots__}
                self.lignes[ancienne.id] = Ligne(**{**champs, "retiree_le": self.at(8), "retrait_motif": "Fin."})

    def at(self, heure: int) -> datetime:
        return datetime(self.jour.year, self.jour.month, self.jour.day, heure, tzinfo=UTC)

    # --- what the rule is given ---

    def registre(self) -> Registre:
        entites = {
            e: FicheEntite(e, f"e{e}", f"Entité {e}", "service", None if e == 100 else 100, 0, "", "", "", False)
            for e in (100, 101, 102)
        }
        postes = {
            p: FichePoste(p, f"p{p}", f"Poste {p}", e, True, frozenset(), self.tenue.get(p)) for p, e in POSTES.items()
        }
        personnes = {
            p: FichePersonne(p, f"Personne {p}", "", "", date.max if p in self.absents else None)
            for p in (*MAIRES, *ADJOINTS, *AGENTS)
        }
        mandats = {(a, "adjoint"): (rang, date(2020, 1, 1)) for rang, a in enumerate(ADJOINTS, 1)}
        if self.maire is not None:
            mandats[self.maire, "maire"] = (0, self.mandat_depuis)
        tenues = {(agent, poste): self.tenue_depuis[poste] for poste, agent in self.tenue.items()}
        annuaire = Annuaire(self.jour, entites, postes, personnes, {}, [])
        return Registre(self.at(12), annuaire, tuple(self.lignes.values()), mandats, tenues)

    # --- what the model says ---

    def permis(self, acte: Acte) -> set[int]:
        """Everybody who may sign that act now."""
        presents = {*MAIRES, *ADJOINTS, *AGENTS} - self.absents
        trouves: set[int] = set()
        for rang in (1, 2):
            siens = {s for d in self.donnees if d.ligne.priorite == rang for s in self._par(d, acte) if s in presents}
            if siens:
                trouves = siens
                break
        if self.maire in presents:
            return trouves | {self.maire}
        return trouves | set([a for a in ADJOINTS if a in presents][:1])

    def _par(self, d: Donnee, acte: Acte) -> set[int]:
        x = d.ligne
        if not d.vit or x.nature != acte.nature or (x.fin and self.jour >= x.fin):
            return set()
        if x.entite == 100 and acte.entite is None or x.entite in (101, 102) and acte.entite != x.entite:
            return set()
        if x.plafond and acte.montant and {"HT": acte.montant.ht, "TTC": acte.montant.ttc}[x.taxes] > x.plafond:
            return set()
        if x.delegataire not in self.absents:
            return {x.delegataire}
        toujours = x.suppleant_poste and self.tenue.get(x.suppleant_poste) == x.suppleant
        return {x.suppleant} if x.suppleant and toujours and self.tenue_depuis[x.suppleant_poste] <= x.debut else set()


POSTE = st.sampled_from(sorted(POSTES))
EVENEMENT = st.one_of(
    st.tuples(
        st.just("donner"), POSTE, st.sampled_from(["commandes", "courriers"]), st.sampled_from([None, 100, 101, 102]),
        st.sampled_from(PLAFONDS), st.sampled_from(["HT", "TTC"]), st.sampled_from([1, 2]), st.sampled_from([None, 2, 6]),
    ),
    st.tuples(st.just("donner"), POSTE, st.just("commandes"), st.just(None), st.just(None), st.just("HT"), st.just(1), st.just(None)),
    st.tuples(st.just("retirer"), st.integers(0, 20)),
    st.tuples(st.just("elire"), st.sampled_from([1, 1, 2, None])),
    st.tuples(st.just("muter"), POSTE, st.sampled_from([*AGENTS, None])),
    st.tuples(st.just("partir"), st.sampled_from([*MAIRES, *ADJOINTS, *AGENTS])),
    st.tuples(st.just("revenir"), st.sampled_from([*MAIRES, *ADJOINTS, *AGENTS])),
)  # fmt: skip


def _vivre(ville: Ville, evenement: tuple[Any, ...]) -> None:
    quoi, *mots = evenement
    if quoi == "partir":
        ville.absents.add(mots[0])
    elif quoi == "revenir":
        ville.absents.discard(mots[0])
    elif quoi == "muter" and mots[1] in ville.tenue.values():
        return  # one post at a time here
    else:
        getattr(ville, quoi)(*mots)


@settings(max_examples=int(os.environ.get("CHRONOLOGIES", "150")))
@given(st.lists(st.lists(EVENEMENT, max_size=3), min_size=1, max_size=12))
def test_nobody_signs_outside_a_delegation_and_nobody_who_may_is_refused(jours: list[list[tuple[Any, ...]]]) -> None:
    ville = Ville()
    for evenements in jours:
        ville.jour += timedelta(days=1)
        # Mandates and posts change at midnight: an act of that day is of the new mandate.
        for evenement in sorted(evenements, key=lambda e: e[0] not in ("elire", "muter")):
            _vivre(ville, evenement)
        r = ville.registre()
        for acte in ACTES:
            attendus = ville.permis(acte)
            assert {p.personne for p in signataires(r, acte)} == attendus, (ville.jour, acte)
            for personne in (*MAIRES, *ADJOINTS, *AGENTS):
                verdict = peut_signer(r, personne, acte)
                assert bool(verdict) == (personne in attendus)
                assert (pouvoir(r, personne, acte) is not None) == bool(verdict)
                if not verdict and attendus:
                    assert any(f"Personne {p}" in verdict.raison for p in attendus), verdict.raison
