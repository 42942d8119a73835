"""The only way through: lock, verdict, write, journal, notifications and jobs in one transaction."""

from collections.abc import Callable, Collection, Iterator, Sequence
from contextlib import ExitStack, contextmanager, nullcontext
from dataclasses import dataclass, field
from datetime import date, datetime
from typing import Any

from django.db import IntegrityError, connection, transaction

from buridan.circuits.niveaux import Niveau
from buridan.dossiers import rules
from buridan.dossiers.actions import ecriture
from buridan.dossiers.etats import TRANSITIONS, EtatDossier, EtatEtape, Resultat
from buridan.dossiers.models import Decision, Dossier, Etape
from buridan.dossiers.natures import nature_de
from buridan.droit.delais import date_legale
from buridan.journal import chaine
from buridan.notifications.envois import notifier, une_ligne
from buridan.notifications.models import Notification
from buridan.organisation.acteur import Acteur
from buridan.outils.sql import Ecriture, phrase_du_declencheur
from buridan.outils.verdict import Refus


class DejaFait(Refus):
    """The étape was already decided; the first result stands."""


@dataclass(slots=True)
class Traversee:
    """One verb under way on one locked dossier.

    Decisions, changes of étapes and of the dossier, lines and notifications are kept here and written in one statement
    when the verb ends: read the étapes from `etapes`, which holds what was changed, not from the database.
    """

    dossier: Dossier
    acteur: Acteur
    at: datetime
    verbe: str
    contenu: dict[str, Any] = field(default_factory=dict)
    champs: set[str] = field(default_factory=set)
    etape: Etape | None = None
    a_prevenir: dict[int, str] = field(default_factory=dict)
    _etapes: list[Etape] | None = None
    _tete: tuple[int, bytes] | None = None
    _changees: dict[int, Etape] = field(default_factory=dict)
    _decisions: list[Decision] = field(default_factory=list)
    _faits: list[chaine.Fait] = field(default_factory=list)

    @property
    def jour(self) -> date:
        """Paris day of the action."""
        return date_legale(self.at)

    @property
    def etapes(self) -> list[Etape]:
        """All étapes of the dossier as this verb has them now, in order of rank."""
        if self._etapes is None:
            lues = ecriture.lire_etapes(self.dossier)
            self._etapes = [self.etape if self.etape is not None and e.pk == self.etape.pk else e for e in lues]
        return self._etapes

    @property
    def nom(self) -> str:
        """The name under which the author of the verb stands in the journal and in what others are told."""
        return nature_de(self.dossier).signe(self.dossier, self.acteur)

    def restantes(self) -> list[Etape]:
        """Étapes that are due or to come."""
        return [e for e in self.etapes if e.etat in (EtatEtape.ACTIVE, EtatEtape.A_VENIR)]

    def relire(self) -> None:
        """After étapes were added, removed or moved in the database: write what is pending, read again when needed."""
        ecriture.ecrire(ecriture.decider(self._decisions) + ecriture.modifier_etapes(self._changees.values()))
        self._decisions, self._changees, self._etapes = [], {}, None

    def changer(self, **valeurs: Any) -> None:
        """Set fields of the dossier; saved once at the end."""
        for champ, valeur in valeurs.items():
            if champ == "etat" and valeur != self.dossier.etat:
                assert valeur in TRANSITIONS[EtatDossier(self.dossier.etat)], (self.dossier.etat, valeur)
            setattr(self.dossier, champ, valeur)
            self.champs.add(champ)

    def changer_etape(self, etape: Etape, **valeurs: Any) -> None:
        """Set fields of an étape (those of `ecriture.CHAMPS_ETAPE`); saved once at the end."""
        for champ, valeur in valeurs.items():
            assert champ in ecriture.CHAMPS_ETAPE, champ
            setattr(etape, champ, valeur)
        self._changees[etape.pk] = etape

    def decider(
        self, resultat: Resultat, texte: str, etat: EtatEtape = EtatEtape.FAITE, *, niveau: Niveau | None = None
    ) -> None:
        """Decide the étape of this verb, once. `niveau`: of a signature, what it is."""
        assert self.etape is not None
        etape = self.etape
        pour = self.acteur.absent_remplace(etape.poste_id, etape.entite_id, self.dossier.nature)
        self._decisions.append(
            Decision(
                etape=etape, resultat=resultat, texte=texte, at=self.at, par_id=self.acteur.personne, pour=pour,
                niveau_signature=niveau or "",
            )
        )  # fmt: skip
        self.changer_etape(etape, etat=etat, prochain_rappel=None)
        self.contenu |= {"etape": etape.titre, "resultat": resultat.label}
        if texte:
            self.contenu["texte"] = texte
        if pour:
            self.contenu["pour"] = pour
        if niveau:
            self.contenu["niveau"] = niveau.label

    def noter(self, verbe: str, contenu: dict[str, Any], etape: Etape | None = None) -> None:
        """A further line of the journal, for a consequence of this verb."""
        contenu = {"qui": self.nom, **contenu}
        fait = chaine.Fait(verbe, self.acteur.personne, self.at, contenu, etape.pk if etape else None)
        self._faits.append(fait)

    def prevenir(self, personnes: Iterator[int] | tuple[int, ...] | list[int] | set[int], texte: str) -> None:
        """Tell these people, but not the author of the verb."""
        for personne in personnes:
            if personne != self.acteur.personne:
                self.a_prevenir[personne] = texte

    def _achever(self) -> None:
        self.changer(bouge_le=self.at)
        self.noter(self.verbe, self.contenu, self.etape)

    def finir(self) -> None:
        """Write the decision, the étapes, the dossier, the lines of the journal and the notifications."""
        self._achever()
        ecriture.conclure(
            [
                *ecriture.decider(self._decisions),
                *ecriture.modifier_etapes(self._changees.values()),
                ecriture.modifier_dossier(self.dossier, self.champs),
                *chaine.ajouter(self.dossier.uuid, self._faits, self._tete or chaine.lire_tete(self.dossier.uuid)),
                *notifier(self.dossier.uuid, self.a_prevenir, at=self.at),
            ]
        )


def _finir_ensemble(passages: Sequence[Traversee], at: datetime) -> None:
    """`finir` of crossings that decided nothing, in one statement."""
    par_champs: dict[tuple[str, ...], list[Dossier]] = {}
    for t in passages:
        t._achever()
        par_champs.setdefault(tuple(sorted(t.champs)), []).append(t.dossier)
    dits = [(t.dossier.uuid, personne, dit) for t in passages for personne, dit in t.a_prevenir.items()]
    ecriture.conclure(
        [
            *ecriture.modifier_lignes(
                "etapes", [e for t in passages for e in t._changees.values()], ecriture.CHAMPS_ETAPE
            ),
            *(
                e
                for n, (champs, dossiers) in enumerate(par_champs.items())
                for e in ecriture.modifier_lignes(f"dossiers_{n}", dossiers, champs)
            ),
            *chaine.ajouter_a_plusieurs(
                [(t.dossier.uuid, t._faits, t._tete or chaine.lire_tete(t.dossier.uuid)) for t in passages]
            ),
            *ecriture.inserer(
                "notifications",
                [Notification(personne_id=p, dossier=d, texte=une_ligne(dit)[:300], at=at) for d, p, dit in dits],
            ),
        ]
    )


@contextmanager
def refus_de_la_base() -> Iterator[None]:
    """What an invariant refuses at commit is a Refus with its sentence. Around the outermost transaction."""
    try:
        yield
    except IntegrityError as erreur:
        if phrase := phrase_du_declencheur(erreur):
            raise Refus(phrase) from erreur
        raise


def ecrire_a_la_fin(ecritures: Sequence[Ecriture]) -> None:
    """One statement that is a gesture by itself: it is its own transaction, with what it defers to its end. Inside another
    transaction it has a savepoint, which a token used before undoes.
    """
    with refus_de_la_base(), transaction.atomic() if connection.in_atomic_block else nullcontext():
        ecriture.conclure(ecritures)


@contextmanager
def traversee(verbe: str, dossier_id: int, *, by: Acteur, at: datetime) -> Iterator[Traversee]:
    """Cross on a dossier: the body checks its verdict on the locked rows and writes.

    The last write travels with the COMMIT, unless the crossing stands inside another transaction: there what the database
    refuses must be known before the savepoint is released.
    """
    dernier = not connection.in_atomic_block
    with refus_de_la_base(), ExitStack() as envoi, transaction.atomic():
        dossier, etapes, tete = ecriture.verrouiller(dossier_id)
        passage = Traversee(dossier, by, at, verbe, _etapes=etapes, _tete=tete)
        rules.pas_efface(dossier).exiger()
        yield passage
        if dernier:
            envoi.enter_context(ecriture.ensemble())
        passage.finir()


def traverser_ensemble(
    verbe: str, dossiers: Collection[int], faire: Callable[[Traversee], bool], *, by: Acteur, at: datetime
) -> tuple[set[int], int]:
    """Cross on several dossiers in one transaction, read and written as one: (those that were looked at, how many were changed).

    `faire` does the verb, which decides no étape, or says that there is nothing to do. A dossier that somebody holds is left
    out, so nobody waits for this. What is raised undoes them all: do them again one by one.
    """
    dernier = not connection.in_atomic_block
    with refus_de_la_base(), ExitStack() as envoi, transaction.atomic():
        passages = [
            Traversee(dossier, by, at, verbe, _etapes=etapes, _tete=tete)
            for dossier, etapes, tete in ecriture.verrouiller_libres(dossiers)
        ]
        changes = [t for t in passages if rules.pas_efface(t.dossier) and faire(t)]
        if dernier:
            envoi.enter_context(ecriture.ensemble())
        if changes:
            _finir_ensemble(changes, at)
    return {t.dossier.pk for t in passages}, len(changes)


@contextmanager
def traversee_etape(verbe: str, etape: Etape, *, by: Acteur, at: datetime) -> Iterator[Traversee]:
    """Cross on an étape, read again under the lock. Raises DejaFait when it was decided in the meantime."""
    with traversee(verbe, etape.dossier_id, by=by, at=at) as passage:
        fraiche = next((e for e in passage.etapes if e.pk == etape.pk), None)
        if fraiche is None:
            raise Refus("Cette étape n'existe plus : le circuit du dossier a changé. Rouvrez le dossier.")
        if fraiche.etat in (EtatEtape.FAITE, EtatEtape.RENVOYEE, EtatEtape.REPRISE, EtatEtape.PASSEE):
            raise DejaFait(f"C'est déjà fait : l'étape « {fraiche.titre} » est {fraiche.get_etat_display().lower()}.")
        passage.etape = fraiche
        yield passage
