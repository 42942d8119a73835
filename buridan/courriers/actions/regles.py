"""The rules of routing, kept by the mail office in the application."""

from dataclasses import dataclass
from datetime import datetime
from uuid import UUID, uuid5

from django.db import transaction

from buridan.courriers import rules
from buridan.courriers.models import RegleAiguillage
from buridan.courriers.queries import bureau
from buridan.journal import chaine
from buridan.organisation.acteur import Acteur
from buridan.outils.verdict import Refus

CHAINE = uuid5(UUID("6f1d2c9a-6a3a-4c57-9c57-3f0f5f0c1b11"), "courriers.regles")


@dataclass(frozen=True, slots=True)
class Regle:
    """What a rule says."""

    service: int
    mots: str = ""
    expediteur: str = ""
    genre: str = ""
    ordre: int = 100


def ecrire_regle(regle: Regle, *, by: Acteur, at: datetime, sur: RegleAiguillage | None = None) -> RegleAiguillage:
    """Write a new rule, or another text of `sur`. What is so already changes nothing."""
    rules.peut_enregistrer(by).exiger()
    if not (regle.mots.strip() or regle.expediteur.strip() or regle.genre):
        raise Refus("Une règle dit au moins des mots, un expéditeur ou un mode d'arrivée.")
    if regle.service not in by.annuaire.entites:
        raise Refus("Choisissez le service à qui ces courriers vont.")
    champs = {
        "mots": regle.mots.strip(),
        "expediteur": regle.expediteur.strip(),
        "genre": regle.genre,
        "ordre": regle.ordre,
    }
    with transaction.atomic():
        _verrouiller()
        pareille = RegleAiguillage.objects.filter(**champs, service=regle.service, retiree_le=None).first()
        if pareille is not None:
            return pareille
        ecrite = RegleAiguillage(at=at) if sur is None else RegleAiguillage.objects.get(pk=sur.pk)
        for champ, valeur in {**champs, "service_id": regle.service, "par_id": by.personne, "at": at}.items():
            setattr(ecrite, champ, valeur)
        ecrite.save()
        _noter("ecrire_regle", ecrite, by, at)
        return ecrite


def retirer_regle(regle: RegleAiguillage, *, by: Acteur, at: datetime) -> None:
    """It proposes nothing any more."""
    rules.peut_enregistrer(by).exiger()
    with transaction.atomic():
        _verrouiller()
        if not RegleAiguillage.objects.filter(pk=regle.pk, retiree_le=None).update(retiree_le=at):
            raise Refus("Cette règle est déjà retirée.")
        _noter("retirer_regle", regle, by, at)


def _verrouiller() -> None:
    """Rules change one after the other; who registers a letter waits for nobody."""
    chez = bureau()
    assert chez is not None
    type(chez).objects.select_for_update(no_key=True, of=("self",)).get(pk=chez.pk)


def _noter(verbe: str, regle: RegleAiguillage, by: Acteur, at: datetime) -> None:
    quoi = ", ".join(filter(None, (regle.mots, regle.expediteur, regle.genre)))
    contenu = {"qui": by.nom, "regle": quoi, "service": by.annuaire.nom_entite(regle.service_id)}
    chaine.ecrire(CHAINE, verbe, auteur=by.personne, at=at, contenu=contenu)


def nommer(uuid: UUID) -> str:
    """The chain in words."""
    return "règles du service courrier" if uuid == CHAINE else ""
