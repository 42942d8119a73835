"""The only way through: lock, verdict, write, journal, notifications and jobs in one transaction."""

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import date, datetime
from typing import Any

from django.db import transaction

from buridan.dossiers.etats import TRANSITIONS, EtatDossier, EtatEtape, Resultat
from buridan.dossiers.models import Decision, Dossier, Etape
from buridan.droit.delais import date_legale
from buridan.journal import chaine
from buridan.notifications.envois import notifier
from buridan.organisation.acteur import Acteur
from buridan.outils.verdict import Refus


class DejaFait(Refus):
    """The étape was already decided; the first result stands."""


@dataclass(slots=True)
class Traversee:
    """One verb under way on one locked dossier."""

    dossier: Dossier
    acteur: Acteur
    at: datetime
    verbe: str
    contenu: dict[str, Any] = field(default_factory=dict)
    champs: set[str] = field(default_factory=set)
    etape: Etape | None = None
    a_prevenir: dict[int, str] = field(default_factory=dict)

    @property
    def jour(self) -> date:
        """Paris day of the action."""
        return date_legale(self.at)

    def changer(self, **valeurs: Any) -> None:
        """Set fields of the dossier; saved once at the end."""
        for champ, valeur in valeurs.items():
            if champ == "etat" and valeur != self.dossier.etat:
                assert valeur in TRANSITIONS[EtatDossier(self.dossier.etat)], (self.dossier.etat, valeur)
            setattr(self.dossier, champ, valeur)
            self.champs.add(champ)

    def decider(self, resultat: Resultat, texte: str, etat: EtatEtape = EtatEtape.FAITE) -> None:
        """Decide the étape of this verb, once."""
        assert self.etape is not None
        etape = self.etape
        pour = self.acteur.absent_remplace(etape.poste_id, etape.entite_id, self.dossier.nature)
        Decision.objects.create(
            etape=etape, resultat=resultat, texte=texte, at=self.at, par_id=self.acteur.personne, pour=pour
        )
        etape.etat = etat
        Etape.objects.filter(pk=etape.pk).update(etat=etat, prochain_rappel=None)
        self.contenu |= {"etape": etape.titre, "resultat": resultat.label}
        if texte:
            self.contenu["texte"] = texte
        if pour:
            self.contenu["pour"] = pour

    def noter(self, verbe: str, contenu: dict[str, Any], etape: Etape | None = None) -> None:
        """A further line of the journal, for a consequence of this verb."""
        self._ligne(verbe, contenu, etape)

    def prevenir(self, personnes: Iterator[int] | tuple[int, ...] | list[int] | set[int], texte: str) -> None:
        """Tell these people, but not the author of the verb."""
        for personne in personnes:
            if personne != self.acteur.personne:
                self.a_prevenir[personne] = texte

    def _ligne(self, verbe: str, contenu: dict[str, Any], etape: Etape | None) -> None:
        chaine.ecrire(
            self.dossier.uuid,
            verbe,
            auteur=self.acteur.personne,
            at=self.at,
            contenu={"qui": self.acteur.nom, **contenu},
            etape=etape.pk if etape else None,
        )

    def finir(self) -> None:
        """Write the dossier, the journal line and the notifications."""
        self.changer(bouge_le=self.at)
        self.dossier.save(update_fields=sorted(self.champs))
        self._ligne(self.verbe, self.contenu, self.etape)
        par_texte: dict[str, list[int]] = {}
        for personne, texte in self.a_prevenir.items():
            par_texte.setdefault(texte, []).append(personne)
        for texte, personnes in par_texte.items():
            notifier(personnes, self.dossier.uuid, texte, at=self.at)


def verrouiller(dossier_id: int) -> Dossier:
    """Lock the dossier until the end of the transaction: verbs on one dossier come one after the other.

    `no_key`: a row that only refers to this dossier (a link, a message) doesn't wait, so two linked to each other
    at once don't block.
    """
    dossier: Dossier = Dossier.objects.select_for_update(of=("self",), no_key=True).get(pk=dossier_id)
    return dossier


@contextmanager
def traversee(verbe: str, dossier_id: int, *, by: Acteur, at: datetime) -> Iterator[Traversee]:
    """Cross on a dossier: the body checks its verdict on the locked rows and writes."""
    with transaction.atomic():
        passage = Traversee(verrouiller(dossier_id), by, at, verbe)
        yield passage
        passage.finir()


@contextmanager
def traversee_etape(verbe: str, etape: Etape, *, by: Acteur, at: datetime) -> Iterator[Traversee]:
    """Cross on an étape, read again under the lock. Raises DejaFait when it was decided in the meantime."""
    with transaction.atomic():
        dossier = verrouiller(etape.dossier_id)
        fraiche = Etape.objects.get(pk=etape.pk, dossier_id=dossier.pk)
        fraiche.dossier = dossier
        if fraiche.etat in (EtatEtape.FAITE, EtatEtape.RENVOYEE, EtatEtape.PASSEE):
            raise DejaFait(f"C'est déjà fait : l'étape « {fraiche.titre} » est {fraiche.get_etat_display().lower()}.")
        passage = Traversee(dossier, by, at, verbe, etape=fraiche)
        yield passage
        passage.finir()
