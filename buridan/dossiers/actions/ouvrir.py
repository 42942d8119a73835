"""Open a dossier: from now on somebody must act on it, by a date."""

from collections.abc import Mapping
from dataclasses import replace
from datetime import date, datetime
from types import MappingProxyType
from typing import Any
from uuid import UUID, uuid4

from django.db import IntegrityError, transaction

from buridan.circuits.modele import CircuitModele
from buridan.dossiers.actions.avancer import activer, poser_etapes
from buridan.dossiers.actions.traversee import Traversee
from buridan.dossiers.models import Dossier
from buridan.dossiers.routage import Contexte
from buridan.organisation.acteur import Acteur
from buridan.outils.panne import point
from buridan.outils.texte import code_lisible


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
    """Open, copy the circuit, activate its first rank. Called inside the transaction of the nature's own row.

    `journal`: what the nature has to say in the journal. `champs`: further fields of Dossier (promis_le, legal_le,
    sensible, prioritaire, suiveurs).
    """
    modele, version = circuit
    contexte = replace(contexte, auteur=by.personne)
    with transaction.atomic():
        dossier = _creer(
            at,
            by,
            uuid=uuid or uuid4(), nature=nature, objet=objet.strip()[:200], contenu=contenu, circuit=modele.code,
            circuit_version=version, entite_id=contexte.entite, lecteurs=[contexte.entite], **champs,
        )  # fmt: skip
        t = Traversee(
            dossier, by, at, "ouvrir", contenu={"objet": dossier.objet, "reference": dossier.reference, **journal}
        )
        for etape in poser_etapes(t, modele, contexte):
            if etape.rang == 1:
                activer(t, etape)
        t.finir()
    return dossier


def _creer(at: datetime, by: Acteur, **champs: Any) -> Dossier:
    """Insert with a fresh reference; a reference already given is drawn again."""
    for _essai in range(5):
        reference = nouvelle_reference(by.annuaire.jour)
        try:
            point("dossier.avant")
            with transaction.atomic():
                cree: Dossier = Dossier.objects.create(
                    reference=reference, createur_id=by.personne, ouvert_le=at, bouge_le=at, **champs
                )
            point("dossier.apres")
            return cree
        except IntegrityError as erreur:
            if "reference" not in str(erreur):
                raise
    raise RuntimeError("Cinq références déjà prises de suite.")
