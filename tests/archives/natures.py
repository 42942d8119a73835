"""One closed dossier of each nature, and marks in every column that its erasure must empty."""

from collections.abc import Callable, Iterator
from contextlib import suppress
from typing import Any

from django.apps import apps
from django.contrib.postgres.fields import ArrayField
from django.db import IntegrityError, connection, models, transaction

from buridan.archives.models import RegleConservation
from buridan.demandes.models import TypeDemande
from buridan.dossiers.actions.clore_autrement import retirer
from buridan.dossiers.etats import EtatDossier
from buridan.dossiers.fichiers import joindre
from buridan.dossiers.models import Dossier
from buridan.organisation.acteur import systeme
from buridan.outils.donnees import PERSONNELS, Table, tables
from tests.appels import essais
from tests.commandes import ecrits as commandes
from tests.conftest import Troupe
from tests.courriers import lettres
from tests.decisions import ecrits as decisions
from tests.elus import saisies
from tests.notes import ecrits as notes
from tests.vieprivee.planter import marque

OUVRIR: dict[str, Callable[[Troupe], Any]] = {
    "demandes": lambda t: t.deposer(),
    "notes": notes.envoyee,
    "courriers": lambda t: _parti(t),
    "commandes": commandes.envoyee,
    "appels": essais.accepte,
    "decisions": lambda t: decisions.finir(t, decisions.envoyee(t)),
    "elus": lambda t: saisies.repondre(t, saisies.saisie(t, habitant=saisies.habitant())),
}


def _parti(troupe: Troupe) -> Any:
    courrier = lettres.confie(troupe)
    lettres.parti(troupe, courrier)
    return courrier


def clos(troupe: Troupe, nature: str) -> Dossier:
    """Opened through the real functions, with a document, then withdrawn when it isn't closed yet."""
    dossier: Dossier = Dossier.objects.get(pk=OUVRIR[nature](troupe).pk)
    joindre(
        dossier, [("plan.pdf", "application/pdf", f"%PDF-1.4 {nature}".encode())], at=troupe.at, par=None, public=True
    )
    if dossier.etat != EtatDossier.CLOS:
        retirer(dossier, by=systeme(troupe.at), at=troupe.at)
    return Dossier.objects.get(pk=dossier.pk)


def echoir(sort: str) -> None:
    """Every nature is kept no longer than its closing, then ends so."""
    RegleConservation.objects.update(duree="0 mois", sort_final=sort)
    TypeDemande.objects.update(conservation="0 mois", sort_final=sort)


def planter(dossier: Dossier) -> set[str]:
    """A mark in every text that the data map says is erased, whatever freezes the row; the tables that hold one."""
    touchees = set()
    with connection.cursor() as curseur:
        curseur.execute("SET CONSTRAINTS ALL IMMEDIATE; SET LOCAL session_replication_role = replica")
        for table in tables():
            if table.chemin and not table.a_part and _marquer(table, dossier):
                touchees.add(table.modele)
        curseur.execute("SET LOCAL session_replication_role = DEFAULT")
    return touchees


def _marquer(table: Table, dossier: Dossier) -> int:
    modele = apps.get_model(table.modele)
    lignes = modele._base_manager.filter(**{table.chemin: dossier.uuid if table.par_uuid else dossier.pk})
    faites = 0
    for pk in list(lignes.values_list("pk", flat=True)):
        for nom, valeur in _marques(table, modele):
            with suppress(IntegrityError), transaction.atomic():  # a code, a number: no mark holds there
                faites += modele._base_manager.filter(pk=pk).update(**{nom: valeur})
    return faites


def _marques(table: Table, modele: type[models.Model]) -> Iterator[tuple[str, Any]]:
    for nom, effet in table.effets.items():
        champ: Any = modele._meta.get_field(nom)
        if effet not in PERSONNELS or champ.choices or champ.name in (table.fichier, "sha256") or champ.is_relation:
            continue
        if isinstance(champ, models.JSONField):
            yield nom, {"texte": marque()}
        elif isinstance(champ, ArrayField) and isinstance(champ.base_field, models.CharField):
            yield nom, [marque()]
        elif isinstance(champ, models.EmailField):
            yield nom, f"{marque()}@courriel.example"
        elif isinstance(champ, models.CharField | models.TextField) and (champ.max_length or 99) >= 14:
            yield nom, marque()
