"""Reads the register."""

from datetime import datetime
from functools import cache

from django.db import connection

from buridan.delegations.models import Delegation
from buridan.delegations.registre import Ligne, Registre
from buridan.droit.delais import date_legale
from buridan.organisation.annuaire import Annuaire, annuaire_du
from buridan.organisation.lignes import lignes_du
from buridan.organisation.models import Affectation, Mandat
from buridan.outils.sql import ensemble, executer

_CHAMPS = (
    "id", "arrete__numero", "arrete__signe_le", "arrete__executoire_le", "arrete__delegant_id", "arrete__delegant_fonction",
    "arrete__delegant_poste_id", "delegataire_id", "poste_id", "nature", "entite_id", "plafond", "taxes", "priorite",
    "suppleant_id", "suppleant_poste_id", "debut", "fin", "retiree_le", "retrait_motif",
)  # fmt: skip


@cache
def _lignes() -> str:
    return str(Delegation.objects.order_by("priorite", "id").values_list(*_CHAMPS).query)


def registre_tenu(at: datetime, annuaire: Annuaire) -> Registre:
    """The same, kept as it is until the end of the transaction: nothing is given nor withdrawn meanwhile."""
    with connection.cursor() as curseur:
        curseur.execute("SELECT pg_advisory_xact_lock_shared('delegations_delegation'::regclass::oid::bigint)")
    return registre(at, annuaire)


def registre(at: datetime, annuaire: Annuaire | None = None) -> Registre:
    """The register at that instant, fresh from the database: three queries sent together, and the organisation when it is not
    given.
    """
    annuaire = annuaire or annuaire_du(date_legale(at))
    with ensemble(connection):
        lignes = executer(connection, _lignes(), [])
        mandats = lignes_du(annuaire.jour, Mandat, "personne_id", "fonction", "rang", "debut", ordre="debut")
        tenues = lignes_du(annuaire.jour, Affectation, "personne_id", "poste_id", "debut")
    return Registre(
        at, annuaire, tuple(Ligne(*ligne) for ligne in lignes),
        {(personne, fonction): (rang, debut) for personne, fonction, rang, debut in mandats},
        {(personne, poste): debut for personne, poste, debut in tenues},
    )  # fmt: skip
