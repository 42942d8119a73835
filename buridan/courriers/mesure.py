"""How right the proposals would have been: each past letter is tried with what was known the day it came, then it teaches.

A letter teaches from the day its service had treated it, never before. The rules are those of today: that is what the mail
office asks of them. Reads only.
"""

from collections import Counter, deque
from collections.abc import Collection, Iterator
from dataclasses import dataclass, field
from datetime import date, datetime

from django.db import connection

from buridan.courriers.etats import JURIDIQUES, Effet, Mesure
from buridan.courriers.models import RegleAiguillage
from buridan.courriers.propositions import (
    AU_PLUS,
    PASSEES,
    TEXTE_LU,
    Cadre,
    Lettre,
    Passe,
    Propositions,
    composer,
    depuis,
    entite_de,
)
from buridan.courriers.queries import bureau, proposer, regles_en_vigueur
from buridan.courriers.ressemblance import EXPEDITEUR
from buridan.dossiers.recherche import mots_du_vecteur
from buridan.organisation.annuaire import Annuaire

ESSAYEES = 2000
_LIRE = f"""SELECT COALESCE(t.cible, -d.entite_id), c.effet, d.prioritaire, c.expediteur, c.organisme, c.genre, d.objet,
    left(d.contenu, {TEXTE_LU}), c.arrive_le, COALESCE((SELECT x.at FROM dossiers_decision x WHERE x.etape_id = t.id), d.clos_le),
    ARRAY(SELECT mot FROM {mots_du_vecteur("d.recherche")} m),
    tsvector_to_array(buridan_vecteur('french', c.expediteur || ' ' || c.organisme)) {PASSEES}"""  # noqa: S608  constants


@dataclass(frozen=True, slots=True)
class Passee:
    """A letter that was treated: where in the end, what it turned out to be, all its words, `siens` those of its sender."""

    service: int
    effet: str
    prioritaire: bool
    lettre: Lettre
    arrive_le: datetime
    traite_le: datetime
    mots: frozenset[str]
    siens: frozenset[str] = frozenset()

    @property
    def traits(self) -> list[str]:
        """What it is judged on, in a settled order."""
        return [*([EXPEDITEUR] if self.lettre.cle else []), *sorted(self.mots - self.siens)]


@dataclass(slots=True)
class Compte:
    """Letters tried; of these, those with a proposal; where the first one, or one of the three, was right."""

    lettres: int = 0
    proposees: int = 0
    premiere: int = 0
    trois: int = 0

    def noter(self, vrai: object, proposes: Collection[object]) -> None:
        """One more letter."""
        self.lettres += 1
        self.proposees += bool(proposes)
        self.premiere += vrai in list(proposes)[:1]
        self.trois += vrai in proposes


@dataclass(slots=True)
class Bilan:
    """What was measured. `comptes`: by what is measured and, for the services, by the one that treated."""

    du: date | None = None
    au: date | None = None
    comptes: dict[tuple[Mesure, int | None], Compte] = field(default_factory=dict)

    def compte(self, quoi: Mesure, service: int | None = None) -> Compte:
        """The count of that, begun if need be."""
        return self.comptes.setdefault((quoi, service), Compte())

    def noter(self, passee: Passee, p: Propositions) -> None:
        """What was proposed for this letter, against what became of it. What the law sends to the legal department is no
        question of service.
        """
        self.du, self.au = self.du or passee.arrive_le.date(), passee.arrive_le.date()
        if passee.effet not in JURIDIQUES:
            proposes = [x.service for x in p.services]
            source = Mesure.REGLE if p.services and p.services[0].regle else Mesure.APPRIS
            for compte in (
                self.compte(Mesure.SERVICE),
                self.compte(source),
                self.compte(Mesure.SERVICE, passee.service),
            ):
                compte.noter(passee.service, proposes)
        if passee.effet != Effet.INFORMATION or p.raison_effet:
            self.compte(Mesure.NATURE).noter(passee.effet, [p.effet] if p.raison_effet else [])
        if passee.effet not in JURIDIQUES and (passee.prioritaire or p.prioritaire):
            self.compte(Mesure.URGENCE).noter(passee.prioritaire, [True] if p.prioritaire else [])

    def phrases(self) -> Iterator[str]:
        """Line by line, of all services together."""
        if not self.comptes:
            yield "Aucun courrier traité : rien à mesurer."
        for quoi in Mesure:
            if (c := self.comptes.get((quoi, None))) is not None:
                yield f"{quoi.label} : {_dire(c, une=quoi in (Mesure.NATURE, Mesure.URGENCE))}"


def _dire(c: Compte, *, une: bool) -> str:
    """Of one thing proposed or not, or of three services."""
    if une:
        return f"proposée {c.proposees} fois, juste {c.premiere} fois ; {c.lettres - c.proposees} fois manquée"
    premiere, trois = (f"{100 * n / c.lettres:.1f} %".replace(".", ",") for n in (c.premiere, c.trois))
    sans = c.lettres - c.proposees
    return f"{c.lettres} courriers, dont {sans} sans proposition ; première juste {premiere}, une des trois {trois}"


class Eleve:
    """Learns letters in the order in which they were treated; forgets those beyond the number that is read on a page."""

    def __init__(self, au_plus: int = AU_PLUS) -> None:
        self.passe, self.sues, self.au_plus = Passe(), deque[tuple[Passee, tuple[str | None, ...]]](), au_plus

    def apprendre(self, passee: Passee) -> None:
        """The sender is a trait of one sender: kept apart by its key."""
        traits = (None, *((f"{EXPEDITEUR}{passee.lettre.cle}",) if passee.lettre.cle else ()), *passee.mots)
        self._compter(passee, traits, 1)
        self.sues.append((passee, traits))
        if len(self.sues) > self.au_plus:
            self._compter(*self.sues.popleft(), -1)

    def _compter(self, passee: Passee, traits: Collection[str | None], nombre: int) -> None:
        for trait in traits:
            self.passe.compter(passee.service, passee.effet, passee.prioritaire, trait, nombre)

    def proposer(self, passee: Passee, regles: list[RegleAiguillage], cadre: Cadre) -> Propositions:
        """As the page would have, that day."""
        lettre = passee.lettre
        for memoire in (self.passe.services, self.passe.effets, self.passe.urgences):
            memoire.par_trait[EXPEDITEUR] = memoire.par_trait.get(f"{EXPEDITEUR}{lettre.cle}", Counter())  # type: ignore[assignment]
        regle = proposer(
            expediteur=lettre.expediteur, organisme=lettre.organisme, objet=lettre.objet, genre=lettre.genre, regles=regles
        )  # fmt: skip
        return composer(lettre, passee.traits, self.passe, regle, cadre, {})


def mesurer(
    passees: Collection[Passee], regles: list[RegleAiguillage], cadre: Cadre, *, essayees: int = ESSAYEES
) -> Bilan:
    """Try the latest letters, in the order of their arrival, on what had been treated before each."""
    bilan, eleve = Bilan(), Eleve()
    a_apprendre = deque(sorted(passees, key=lambda p: p.traite_le))
    for passee in sorted(passees, key=lambda p: p.arrive_le)[-essayees:]:
        while a_apprendre and a_apprendre[0].traite_le <= passee.arrive_le:
            eleve.apprendre(a_apprendre.popleft())
        bilan.noter(passee, eleve.proposer(passee, regles, cadre))
    return bilan


def mesurer_la_ville(annuaire: Annuaire, *, essayees: int = ESSAYEES) -> Bilan | None:
    """On the real decisions of this town; None without a mail office."""
    chez = bureau()
    if chez is None:
        return None
    passees = list(_lire(annuaire, AU_PLUS + essayees))
    return mesurer(passees, regles_en_vigueur(), Cadre(annuaire.entites, chez.juridique_id), essayees=essayees)


def _lire(annuaire: Annuaire, au_plus: int) -> Iterator[Passee]:
    with connection.cursor() as curseur:
        curseur.execute(_LIRE, {"depuis": depuis(annuaire.jour), "au_plus": au_plus})
        for cible, effet, prioritaire, de, organisme, genre, objet, texte, arrive, traite, mots, siens in curseur:
            service = entite_de(cible, annuaire)
            if service is not None:
                lettre = Lettre(de, objet, organisme, genre, texte=texte)
                dits = frozenset(m for m in mots if m.isalpha() and len(m) > 1)  # no number, nor the register's letter
                yield Passee(service, effet, prioritaire, lettre, arrive, traite, dits, frozenset(siens))
