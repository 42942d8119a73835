"""Erase what was approved, one dossier per transaction; erase again what a restored backup brought back."""

import math
from collections.abc import Iterable, Iterator
from datetime import datetime
from typing import Any
from uuid import UUID

from django.apps import apps
from django.db import connection, models, transaction

from buridan.archives.conservation import conservation
from buridan.archives.queries import lignes_vives
from buridan.contacts.actions.effacer import rejouer_contacts
from buridan.dossiers import fichiers
from buridan.dossiers.actions import ecriture
from buridan.dossiers.etats import EtatDossier
from buridan.dossiers.models import Dossier
from buridan.droit.delais import date_legale
from buridan.journal import chaine, effacement, effaces
from buridan.journal.models import Ligne
from buridan.organisation.acteur import systeme
from buridan.outils.donnees import EFFACE, Effet, Table, tables
from buridan.vieprivee.models import Effacement, LigneEffacement
from buridan.vieprivee.rules import peut_effacer


def executer(approuve: Effacement, *, at: datetime) -> int:
    """Erase each dossier of an approved list; returns how many. Killed on the way, it goes on where it was."""
    assert approuve.approuve_le is not None
    faits = 0
    for ligne in approuve.lignes.filter(fait_le=None, refus=""):
        faits += _executer(ligne.pk, auteur=approuve.approuve_par_id, at=at)
    return faits


def _executer(pk: int, *, auteur: int | None, at: datetime) -> bool:
    with transaction.atomic():
        dossier, *_ = ecriture.verrouiller(LigneEffacement.objects.values_list("dossier", flat=True).get(pk=pk))
        ligne = LigneEffacement.objects.filter(pk=pk, fait_le=None, refus="")
        if not ligne.exists():
            return False  # another worker did it while this one waited for the lock
        tenu = lignes_vives([dossier.pk]).first()
        if not (verdict := peut_effacer(dossier, conservation(dossier), date_legale(at), tenu)):
            ligne.update(refus=verdict.raison[:300])  # reopened since
            return False
        ligne.update(fait_le=at)
        _effacer(dossier, auteur=auteur, at=at, avant=(at - fichiers.SURSIS).timestamp())
        effaces.inscrire({dossier.uuid: at})
    return True


def rejouer(*, at: datetime, en_service: bool = True) -> int:
    """Erase again the dossiers and contacts of the ledger that stand whole in the database: a backup brought them back. How many.

    An open one is left, and `buridan check` names it. `en_service`: forms may be using the stored files. What the ledger
    lacks is added to it.
    """
    inscrits = effaces.inscrits()
    connus = dict(Dossier.objects.exclude(efface_le=None).values_list("uuid", "efface_le"))
    effaces.inscrire({uuid: le or at for uuid, le in connus.items() if uuid not in inscrits})
    avant = (at - fichiers.SURSIS).timestamp() if en_service else math.inf
    faits = rejouer_contacts(inscrits, by=systeme(at), at=at)
    for pk in Dossier.objects.filter(uuid__in=inscrits, efface_le=None, etat=EtatDossier.CLOS).values_list(
        "pk", flat=True
    ):
        with transaction.atomic():
            dossier, *_ = ecriture.verrouiller(pk)
            if dossier.etat == EtatDossier.CLOS and dossier.efface_le is None:
                lignes = LigneEffacement.objects.filter(dossier=dossier, fait_le=None, refus="")
                lignes.filter(effacement__approuve_le__isnull=False).update(fait_le=at)
                lignes.update(refus="Effacé à nouveau après une restauration.")
                _effacer(dossier, auteur=None, at=at, avant=avant)
                faits += 1
    return faits


def _effacer(dossier: Dossier, *, auteur: int | None, at: datetime, avant: float) -> None:
    """Everything the data map says, in its order, the dossier last; the files once it is committed."""
    condenses = sorted(set(_condenses(dossier)))
    lignes = Ligne.objects.filter(chaine=dossier.uuid).exclude(verbe=chaine.EFFACER)
    effacement.effacer(dossier.uuid, lignes.values_list("numero", flat=True), auteur=auteur, at=at)
    with connection.cursor() as curseur:
        curseur.execute("SELECT set_config('buridan.effacement', 'autorise', true)")
        for table in tables():
            if table.chemin and not table.a_part and table.chemin != "pk":
                _appliquer(table, dossier)
        propres = next(t for t in tables() if t.modele == "dossiers.Dossier")
        Dossier.objects.filter(pk=dossier.pk).update(**_valeurs(propres, Dossier), efface_le=at)
        curseur.execute("SELECT set_config('buridan.effacement', '', true)")
    transaction.on_commit(lambda: fichiers.retirer(condenses, avant=avant))


def _condenses(dossier: Dossier) -> Iterator[str]:
    """Digests of the files that rows of this dossier name."""
    for table in tables():
        if table.fichier:
            modele = apps.get_model(table.modele)
            lignes = modele._base_manager.filter(pk__in=_cles(table, modele, dossier))
            yield from lignes.exclude(**{table.fichier: ""}).values_list(table.fichier, flat=True)


def _appliquer(table: Table, dossier: Dossier) -> None:
    modele = apps.get_model(table.modele)
    lignes = modele._base_manager.filter(pk__in=_cles(table, modele, dossier))
    if table.ligne_supprimee:
        lignes.delete()
    elif valeurs := _valeurs(table, modele):
        lignes.update(**valeurs)


def _cles(table: Table, modele: type[models.Model], dossier: Dossier) -> Iterable[Any]:
    cible: UUID | int = dossier.uuid if table.par_uuid else dossier.pk
    return modele._base_manager.filter(**{table.chemin: cible}).values("pk")


def _valeurs(table: Table, modele: type[models.Model]) -> dict[str, Any]:
    """What each column of this table becomes."""
    neuves: dict[str, Any] = {nom: EFFACE for nom, effet in table.effets.items() if effet is Effet.REMPLACE}
    for nom in (n for n, effet in table.effets.items() if effet is Effet.VIDE):
        champ = modele._meta.get_field(nom)
        assert isinstance(champ, models.Field)
        neuves[nom] = None if champ.null else champ.get_default()
    return neuves
