"""Open a dossier: from now on somebody must act on it, by a date."""

from collections.abc import Mapping
from dataclasses import replace
from datetime import date, datetime
from types import MappingProxyType
from typing import Any
from uuid import UUID, uuid4

from django.db import connection

from buridan.circuits.modele import CircuitModele
from buridan.dossiers.actions.avancer import activer, composer_etapes
from buridan.dossiers.actions.ecriture import conclure, inserer
from buridan.dossiers.actions.traversee import Traversee
from buridan.dossiers.models import PAR_POSTE, Dossier
from buridan.dossiers.routage import Contexte
from buridan.journal import chaine
from buridan.notifications.envois import notifier
from buridan.organisation.acteur import Acteur
from buridan.outils.sql import Ecriture, executer
from buridan.outils.texte import code_lisible

ESSAIS = 5
RESERVER = f"""SELECT nextval('{Dossier._meta.db_table}_id_seq') AS numero,
    EXISTS (SELECT 1 FROM {Dossier._meta.db_table} WHERE reference = {{}}) AS prise"""


def nouvelle_reference(jour: date) -> str:
    """`26-7K4MQ2`: year and six characters that can be read over the phone. Not a secret."""
    return f"{jour:%y}-{code_lisible(6)}"


def ouvrir(**champs: Any) -> Dossier:
    """Open, copy the circuit, its first rank active: what `composer_ouverture` composes, written at once.

    Called inside the transaction of the nature's own row.
    """
    dossier, ecritures = composer_ouverture(**champs)
    conclure(ecritures)
    return dossier


def composer_ouverture(
    *,
    by: Acteur,
    at: datetime,
    nature: str,
    objet: str,
    contenu: str,
    circuit: tuple[CircuitModele, int],
    contexte: Contexte,
    uuid: UUID | None = None,
    reserve: tuple[int, str] | None = None,
    journal: Mapping[str, str] = MappingProxyType({}),
    **champs: Any,
) -> tuple[Dossier, list[Ecriture]]:
    """(the dossier as it will stand, with its id and reference; the writes that open it, for one `conclure`).

    `reserve`: id and reference, if drawn already (`RESERVER`). `journal`: what the nature says there. `champs`: further fields
    of Dossier (promis_le, legal_le, sensible, prioritaire, suiveurs). Each row is written once, as it stands at the end.
    """
    modele, version = circuit
    numero, reference = reserve or _reserver(by.annuaire.jour)
    dossier = Dossier(
        id=numero, uuid=uuid or uuid4(), reference=reference, nature=nature, objet=objet.strip()[:200],
        contenu=contenu, circuit=modele.code, circuit_version=version, entite_id=contexte.entite,
        lecteurs=[] if nature in PAR_POSTE else [contexte.entite], createur_id=by.personne, ouvert_le=at, bouge_le=at, **champs,
    )  # fmt: skip
    dossier._state.adding = False
    t = Traversee(dossier, by, at, "ouvrir")
    etapes = composer_etapes(t, modele, replace(contexte, auteur=by.personne))
    for etape in etapes:
        if etape.rang == 1:
            activer(t, etape)
    dit = {"qui": by.nom, "objet": dossier.objet, "reference": dossier.reference, **journal}
    fait = chaine.Fait(t.verbe, by.personne, at, dit)
    return dossier, [
        *inserer("dossier", [dossier]),
        *inserer("etapes", etapes),
        *chaine.ajouter(dossier.uuid, [fait], (0, chaine.DEBUT)),
        *notifier(dossier.uuid, t.a_prevenir, at=at),
    ]


def _reserver(jour: date) -> tuple[int, str]:
    """(id, reference that nobody bears) of a dossier to come. An id that is not used in the end leaves a gap, no more."""
    for _essai in range(ESSAIS):
        reference = nouvelle_reference(jour)
        numero, prise = executer(connection, RESERVER.format("%s"), [reference]).fetchone()
        if not prise:
            return numero, reference
    raise RuntimeError(f"{ESSAIS} références déjà prises de suite.")
