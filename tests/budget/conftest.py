"""Lines of a budget in the invented town."""

from datetime import date, datetime
from decimal import Decimal
from typing import Any

import pytest
from django.db import connection

from buridan.budget.actions.importer import appliquer_import, preparer_import
from buridan.budget.correspondance import Correspondance, lire_correspondance
from buridan.budget.models import ImportBudget, LigneBudget
from buridan.organisation import annuaire
from buridan.organisation.acteur import Acteur, acteur
from buridan.organisation.models import Droit, VersionPoste
from tests.monde import AT, JOUR, TABLES, Monde

TABLES_DU_BUDGET = [table for table in TABLES if table.startswith("budget_")]

TOML = """
[fichier]
milliers = " "
[colonnes]
exercice = "Année"
code = "Code"
libelle = "Libellé"
service = "Gestionnaire"
section = "S"
chapitre = "Chapitre"
credits = ["BP", "DM"]
engage = "Engagé"
mandate = "Mandaté"
[services]
VOI = "essai-voirie"
PRO = "essai-proprete"
[sections]
F = "fonctionnement"
I = "investissement"
[ignorer]
"Libellé" = "TOTAL"
"""
ENTETE = "Année;Code;Libellé;Gestionnaire;S;Chapitre;BP;DM;Engagé;Mandaté\n"


class Budget:
    """The town's budget: files read and applied by its finance officer."""

    def __init__(self, monde: Monde) -> None:
        self.monde = monde
        self.annee = JOUR.year

    @property
    def correspondance(self) -> Correspondance:
        return lire_correspondance(TOML, "essai.toml")

    def par(self, code: str, at: datetime = AT) -> Acteur:
        return acteur(self.monde.personnes[code], at)

    def fichier(self, *lignes: str) -> bytes:
        """A CSV of these lines: « code;libelle;gestionnaire;section;chapitre;bp;dm;engage;mandate »."""
        return (ENTETE + "".join(f"{self.annee};{ligne}\n" for ligne in lignes)).encode()

    def preparer(self, *lignes: str, octets: bytes = b"", **autres: Any) -> ImportBudget:
        at = autres.pop("at", AT)
        valeurs: dict[str, Any] = {
            "by": self.par("etranger", at), "at": at, "nom": "essai.csv", "correspondance": self.correspondance,
            "extrait_le": JOUR, "exercice": self.annee, **autres,
        }  # fmt: skip
        return preparer_import(octets or self.fichier(*lignes), **valeurs)

    def appliquer(self, *lignes: str, **autres: Any) -> Any:
        at = autres.get("at", AT)
        return appliquer_import(self.preparer(*lignes, **autres), by=self.par("etranger", at), at=at)

    def ligne(self, code: str = "L1") -> Any:
        """As it stands, with `commande` and `disponible`."""
        return LigneBudget.objects.avec_commande().get(exercice=self.annee, code=code)


def doter(monde: Monde) -> Budget:
    """The finance officer is the one of the cabinet, the dgs may override, the roads have a line of 1 000 €."""
    vider()
    habiliter(monde)
    budget = Budget(monde)
    budget.appliquer("L1;Enrobé;VOI;F;011;1 000,00;;;")
    return budget


def vider() -> None:
    """Forget the preset's budget, in the test's transaction."""
    with connection.cursor() as curseur:
        curseur.execute("SET LOCAL session_replication_role = replica")
        for table in TABLES_DU_BUDGET:
            curseur.execute(f"DELETE FROM {table}")
        curseur.execute("SET LOCAL session_replication_role = DEFAULT")


def habiliter(monde: Monde) -> None:
    """Who imports, who may override."""
    VersionPoste.objects.filter(poste_id=monde.postes["etranger"]).update(droits=[Droit.FINANCES])
    VersionPoste.objects.filter(poste_id=monde.postes["dgs"]).update(droits=[Droit.SUPERVISION, Droit.DEPASSEMENT])
    annuaire._memoire.clear()


@pytest.fixture
def budget(monde: Monde) -> Budget:
    return doter(monde)


CENT = Decimal(100)
HIER = date.fromordinal(JOUR.toordinal() - 1)
