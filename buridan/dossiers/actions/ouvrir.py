"""Open a dossier: from now on somebody must act on it, by a date."""

from collections.abc import Mapping
from dataclasses import replace
from datetime import date, datetime
from types import MappingProxyType
from typing import Any
from uuid import UUID, uuid4

from django.db import IntegrityError, transaction

from buridan.circuits.modele import CircuitModele
from buridan.dossiers.actions.avancer import activer, composer_etapes
from buridan.dossiers.actions.ecriture import conclure
from buridan.dossiers.actions.traversee import Traversee
from buridan.dossiers.models import Dossier, Etape
from buridan.dossiers.routage import Contexte
from buridan.journal import chaine
from buridan.notifications.envois import notifier
from buridan.organisation.acteur import Acteur
from buridan.outils.panne import point
from buridan.outils.texte import code_lisible

ESSAIS = 5


def nouvelle_reference(jour: date) -> str:
    """`26-7K4MQ2`: year and six characters that can be read over the phone. Not a secret."""
    return f"{jour:%y}-{code_lisible(6)}"


def ouvrir(
    *,
    by: Acteur,
    at: datetime,
    nature: str,
    objet: str,
    contenu: str,
    circuit: tuple[CircuitModele, int],
    contexte: Contexte,
    uuid: UUID | None = None,
    journal: Mapping[str, str] = MappingProxyType({}),
    **champs: Any,
) -> Dossier:
    """Open, copy the circuit, its first rank active. Called inside the transaction of the nature's own row.

    `journal`: what the nature has to say in the journal. `champs`: further fields of Dossier (promis_le, legal_le,
    sensible, prioritaire, suiveurs). Every row is written once, as it stands at the end: a dossier that opens has nobody
    before it to wait for.
    """
    modele, version = circuit
    contexte = replace(contexte, auteur=by.personne)
    for _essai in range(ESSAIS):
        dossier = Dossier(
            uuid=uuid or uuid4(), reference=nouvelle_reference(by.annuaire.jour), nature=nature, objet=objet.strip()[:200],
            contenu=contenu, circuit=modele.code, circuit_version=version, entite_id=contexte.entite,
            lecteurs=[contexte.entite], createur_id=by.personne, ouvert_le=at, bouge_le=at, **champs,
        )  # fmt: skip
        t = Traversee(dossier, by, at, "ouvrir")
        etapes = composer_etapes(t, modele, contexte)
        for etape in etapes:
            if etape.rang == 1:
                activer(t, etape)
        with transaction.atomic(savepoint=False):
            if _enregistrer(dossier):
                Etape.objects.bulk_create(etapes)
                _raconter(t, journal)
                return dossier
    raise RuntimeError(f"{ESSAIS} références déjà prises de suite.")


def _enregistrer(dossier: Dossier) -> bool:
    """Insert; False when the reference is already given."""
    point("dossier.avant")
    try:
        with transaction.atomic():
            dossier.save(force_insert=True)
    except IntegrityError as erreur:
        if "reference" not in str(erreur):
            raise
        return False
    point("dossier.apres")
    return True


def _raconter(t: Traversee, journal: Mapping[str, str]) -> None:
    """The first line of the journal, and those who are told."""
    dossier, by = t.dossier, t.acteur
    contenu = {"qui": by.nom, "objet": dossier.objet, "reference": dossier.reference, **journal}
    faits = [chaine.Fait(t.verbe, by.personne, t.at, contenu)]
    conclure([*chaine.ajouter(dossier.uuid, faits, (0, chaine.DEBUT)), *notifier(dossier.uuid, t.a_prevenir, at=t.at)])
