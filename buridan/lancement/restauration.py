"""`buridan restore DIR`: a backup back on an empty machine, whole or not at all (ADR 0014)."""

import os
import shutil
from pathlib import Path

from django.conf import settings
from django.core.management import call_command
from django.db import connection
from django.db.migrations.loader import MigrationLoader
from django.utils import timezone

from buridan.exploitation.sondes import MARQUE_RESTAURATION
from buridan.journal import effaces
from buridan.lancement import manifeste, outils_pg
from buridan.lancement.manifeste import BASE, FICHIERS, Manifeste
from buridan.lancement.postgres import DemarrageImpossible
from buridan.lancement.sauvegarde import compter
from buridan.messagerie.actions.boites import suspendre_la_lecture
from buridan.vieprivee.actions.effacer import rejouer

CHARGEE = "\nchargée"


def restaurer(dossier: Path, *, cle_perdue: bool = False) -> Manifeste:
    """Put it back: judge first, then the files, then the database in one transaction. Raises DemarrageImpossible.

    Stopped on the way, it can be run again: the files carry a mark until the end, and it lets the same backup through. Who
    was erased since the backup is erased again, from the ledger (`journal.effaces`).
    """
    lu = manifeste.lire(dossier)
    manifeste.verifier(dossier, lu)
    _versions(lu)
    _cle(lu, cle_perdue=cle_perdue)
    marque = Path(settings.MEDIA_ROOT) / MARQUE_RESTAURATION
    ecrite = marque.read_text(encoding="utf-8") if marque.is_file() else ""
    entamee, chargee = ecrite.startswith(lu.empreintes), ecrite == lu.empreintes + CHARGEE
    comptes = compter()
    if comptes and not chargee and not (entamee and comptes == lu.tables):
        raise DemarrageImpossible(
            f"La base « {connection.settings_dict['NAME']} » n'est pas vide. Restaurez dans une base neuve "
            "(createdb), pour ne rien écraser."
        )
    if not chargee:
        _deposer_les_fichiers(dossier / FICHIERS, marque, lu.empreintes, entamee=entamee)
    if not comptes:
        _charger_la_base(dossier / BASE, lu)
    marque.write_text(lu.empreintes + CHARGEE, encoding="utf-8")  # from here its rows are no more those of the backup
    call_command("migrate", verbosity=0)  # a backup of an older version comes up to this one
    _effacer_a_nouveau()
    _fermer_les_boites()
    marque.unlink()
    return lu


def _effacer_a_nouveau() -> None:
    """Who was erased since the backup does not come back; say where the ledger was looked for."""
    if not effaces.fichier().exists():
        print(
            f"Aucun registre des effacements dans {effaces.fichier()} : qui a été effacé depuis cette sauvegarde est revenu."
            " Remettez ce fichier (BURIDAN_EFFACEMENTS) : les travaux effacent à nouveau la nuit suivante."
        )
    faits = rejouer(at=timezone.now(), en_service=False)
    if faits:
        print(f"{faits} dossier(s) ou contact(s) effacé(s) depuis cette sauvegarde : effacé(s) à nouveau.")


def _fermer_les_boites() -> None:
    """A town restored on a trial machine must not read, mark or move the mails of the real one."""
    if fermees := suspendre_la_lecture():
        print(
            f"{fermees} boîte(s) de courriel ne sont plus lues : remettez-les en lecture à l'écran, sur le vrai site seul."
        )


def _versions(lu: Manifeste) -> None:
    connues = {f"{app}.{nom}" for app, nom in MigrationLoader(None).disk_migrations}
    inconnues = [m for m in lu.migrations if m not in connues]
    if inconnues:
        raise DemarrageImpossible(
            f"Cette sauvegarde vient d'une version plus récente de Buridan ({lu.buridan} ; ici "
            f"{manifeste.version_de_buridan()}, sans {inconnues[0]}). Installez cette version puis recommencez."
        )
    serveur = outils_pg.version_du_serveur()
    if lu.postgresql > serveur:
        raise DemarrageImpossible(
            f"Cette sauvegarde vient de PostgreSQL {lu.postgresql} et ce serveur est en version {serveur}. "
            f"Restaurez-la sur PostgreSQL {lu.postgresql} ou plus récent."
        )


def _cle(lu: Manifeste, *, cle_perdue: bool) -> None:
    if lu.cle_journal != manifeste.cles()["cle_journal"] and not cle_perdue:
        raise DemarrageImpossible(
            "BURIDAN_CLE_JOURNAL n'est pas celle de la sauvegarde : le journal restauré ne se vérifierait plus. Remettez "
            "l'ancienne clé. Si elle est perdue pour de bon, ajoutez --cle-perdue : les lignes d'avant seront invérifiables."
        )


def _deposer_les_fichiers(source: Path, marque: Path, qui: str, *, entamee: bool) -> None:
    cible = marque.parent
    if cible.is_dir() and any(cible.iterdir()) and not entamee:
        raise DemarrageImpossible(
            f"Le dossier des fichiers {cible} n'est pas vide. Videz-le ou choisissez-en un autre avec BURIDAN_FICHIERS."
        )
    try:
        cible.mkdir(parents=True, exist_ok=True)
        marque.write_text(qui, encoding="utf-8")
        shutil.copytree(source, cible, dirs_exist_ok=True, copy_function=shutil.copyfile)
        os.sync()
    except OSError as erreur:
        raise DemarrageImpossible(f"Les fichiers n'ont pas pu être copiés dans {cible} : {erreur}.") from erreur


def _charger_la_base(archive: Path, lu: Manifeste) -> None:
    outils_pg.executer(
        "pg_restore", "--single-transaction", "--exit-on-error", "--no-owner", "--no-privileges",
        f"--dbname={connection.settings_dict['NAME']}", str(archive),
    )  # fmt: skip
    if (trouves := compter()) != lu.tables:
        autres = sorted(t for t in lu.tables if trouves.get(t) != lu.tables[t])
        raise DemarrageImpossible(f"La base restaurée n'a pas le bon nombre de lignes dans : {', '.join(autres)}.")
