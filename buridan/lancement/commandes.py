"""What each command does."""

import argparse
import errno
import gc
import os
import sys
from dataclasses import replace
from datetime import timedelta
from pathlib import Path
from typing import Any

from buridan.lancement.postgres import DemarrageImpossible, demarrer, exiger_la_base
from buridan.lancement.site import lancer
from config.env import EnvironnementInvalide

DU_DISQUE = {
    errno.EACCES: "le droit d'écrire manque. Donnez-vous ce droit, ou choisissez un autre dossier.",
    errno.EPERM: "le droit d'écrire manque. Donnez-vous ce droit, ou choisissez un autre dossier.",
    errno.EROFS: "ce disque est en lecture seule. Choisissez un autre dossier.",
    errno.ENOSPC: "le disque est plein. Libérez de la place, puis relancez : rien n'est perdu.",
    errno.ENOTDIR: "un fichier porte déjà ce nom. Choisissez un autre dossier.",
    errno.EEXIST: "un fichier porte déjà ce nom. Choisissez un autre dossier.",
}
RACINE = Path(__file__).resolve().parent.parent.parent


def main(arguments: list[str] | None = None) -> int:
    """Run a command; 0 when all is well, 1 with a clear sentence otherwise."""
    options = _analyser().parse_args(arguments)
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "config.settings")
    serveur = None
    try:
        if options.commande == "run":
            return lancer(options.port, demo=not options.sans_demo, commande=main)
        serveur = _preparer()
        return int(options.faire(options) or 0)
    except (DemarrageImpossible, EnvironnementInvalide) as erreur:
        print(erreur, file=sys.stderr)
        return 1
    except OSError as erreur:
        if erreur.errno not in DU_DISQUE:
            raise
        print(f"{erreur.filename or 'Le disque'} : {DU_DISQUE[erreur.errno]}", file=sys.stderr)
        return 1
    finally:
        if serveur is not None and os.environ.get("BURIDAN_PG_PARTAGE") != "1":
            serveur.stop()


def _preparer() -> Any:
    """Django, on the database of DATABASE_URL or on the embedded one. Returns the server if it was started here."""
    serveur = None
    if not os.environ.get("DATABASE_URL"):
        donnees = Path(os.environ.get("BURIDAN_DONNEES", RACINE / "var"))
        tourne = (donnees / "postgres" / "postmaster.pid").exists()
        os.environ["DATABASE_URL"], serveur = demarrer(donnees)
        os.environ.setdefault("BURIDAN_DEMO", "oui")
        serveur = None if tourne else serveur
    import django

    django.setup()
    try:
        exiger_la_base()
    except DemarrageImpossible:
        if serveur is not None:
            serveur.stop()
        raise
    return serveur


def _analyser() -> argparse.ArgumentParser:
    analyseur = argparse.ArgumentParser(prog="buridan", description="Buridan : 1 demande = 1 réponse.")
    sous = analyseur.add_subparsers(dest="commande", required=True)
    run = sous.add_parser("run", help="démarre tout : base, ville de démonstration, site et travaux")
    run.add_argument("--port", type=_port, default=os.environ.get("PORT", "8000"))
    run.add_argument("--sans-demo", action="store_true", help="sans année de démonstration ni personnages")
    charge = sous.add_parser("load", help="charge un jeu de données (presets/NOM)")
    charge.add_argument("preset")
    charge.add_argument(
        "--reprendre-modele", action="append", default=[], metavar="CODE",
        help="reprend du fichier un modèle de réponse changé dans l'application",
    )  # fmt: skip
    charge.add_argument(
        "--reprendre-circuit", action="append", default=[], metavar="CODE",
        help="reprend du fichier un circuit publié dans l'application",
    )  # fmt: skip
    charge.set_defaults(faire=_load)
    budget = sous.add_parser("budget", help="lit un fichier du logiciel financier et montre ce qu'il changerait")
    budget.add_argument("fichier", type=Path)
    budget.add_argument("--le", required=True, metavar="AAAA-MM-JJ", help="jour où le fichier a été extrait")
    budget.add_argument("--correspondance", type=Path, help="quelle colonne est quoi (celle de la ville sans cela)")
    budget.add_argument(
        "--exercice", type=int, help="année, si aucune colonne ne la dit (celle d'aujourd'hui sans cela)"
    )
    budget.add_argument("--appliquer", action="store_true", help="applique les différences montrées")
    budget.set_defaults(faire=_budget)
    demo = sous.add_parser("demo", help="joue une année fictive par les vraies fonctions")
    demo.add_argument("--size", type=int, default=400, help="nombre de demandes")
    demo.set_defaults(faire=_demo)
    route = sous.add_parser("route", help="qui agira ? route d'un type de demande, ou d'un dossier")
    route.add_argument(
        "quoi", help="code d'un type de demande, d'un circuit de note, interne:MODELE ou commande:MONTANT"
    )
    route.add_argument("--service", default="", metavar="CODE", help="service qui demande, ou qui traite")
    route.add_argument("--theme", default="", help="thème, qui désigne l'élu")
    route.add_argument("--auteur", default="", help="clé de l'agent qui ouvre le dossier ; sans elle, un habitant")
    route.set_defaults(faire=_route)
    verif = sous.add_parser("check", help="prouve que rien n'est perdu ni faussé, ou dit quoi et que faire")
    verif.add_argument("--complet", action="store_true", help="relit aussi chaque fichier et chaque sceau du journal")
    verif.add_argument(
        "--demarrage",
        action="store_true",
        help="seulement les réglages de PostgreSQL, avant que le site ou les travaux partent",
    )
    verif.set_defaults(faire=_check)
    propositions = sous.add_parser("propositions", help="les propositions d'aiguillage du courrier sont-elles justes ?")
    propositions.set_defaults(faire=_propositions)
    journal = sous.add_parser("journal", help="journal verify : le journal est-il intact ?")
    journal.add_argument("action", choices=["verify", "seal", "verify-proof"])
    journal.add_argument(
        "fichier", type=Path, nargs="?", help="pour verify-proof : le dossier de preuve (ZIP) à vérifier"
    )
    journal.set_defaults(faire=_journal)
    export = sous.add_parser("export", help="écrit l'organisation en CSV, comme load la lit")
    export.add_argument("dossier", type=Path)
    export.set_defaults(faire=_export)
    sauve = sous.add_parser("backup", help="sauvegarde la base et les fichiers, pendant que le site sert")
    sauve.add_argument("dossier", type=Path, help="dossier nouveau")
    sauve.add_argument(
        "--depuis", type=Path, metavar="ANCIENNE", help="sauvegarde dont les mêmes fichiers sont liés, pas recopiés"
    )
    sauve.set_defaults(faire=_backup)
    restaure = sous.add_parser("restore", help="remet une sauvegarde sur une machine vide")
    restaure.add_argument("dossier", type=Path)
    restaure.add_argument("--cle-perdue", action="store_true", help="accepte une autre BURIDAN_CLE_JOURNAL")
    restaure.set_defaults(faire=_restore)
    return analyseur


def _port(texte: str) -> int:
    """A number, or a sentence."""
    if not texte.isdecimal():
        raise argparse.ArgumentTypeError(f"« {texte} » n'est pas un numéro de port : écrivez par exemple 8001.")
    return int(texte)


def _load(options: argparse.Namespace) -> int:
    from django.conf import settings
    from django.utils import timezone

    from buridan.dossiers.chargement import charger
    from buridan.organisation.chargement import PresetInvalide

    avis: list[str] = []
    try:
        change = charger(
            settings.PRESETS / options.preset, at=timezone.now(), modeles_repris=options.reprendre_modele,
            circuits_repris=options.reprendre_circuit, avis=avis,
        )  # fmt: skip
    except PresetInvalide as erreur:
        print(f"Rien n'a été chargé. {len(erreur.fautes)} faute(s) à corriger :", file=sys.stderr)
        for faute in erreur.fautes:
            print(f"  {faute}", file=sys.stderr)
        return 1
    for phrase in avis:
        print(phrase)
    print(f"{options.preset} : {change} changement(s)." if change else f"{options.preset} : déjà à jour.")
    return 0


def _budget(options: argparse.Namespace) -> int:
    from buridan.lancement.import_budget import importer

    return importer(options)


def _demo(options: argparse.Namespace) -> int:
    from django.utils import timezone

    from buridan.courriers.actions.juger import juger_les_propositions
    from buridan.demo.annee import Annee
    from buridan.demo.budget import jouer_le_budget
    from buridan.demo.connexion import d_une_traite
    from buridan.droit.delais import date_legale
    from buridan.journal.chaine import sceller_le_jour
    from buridan.journal.publication import publier
    from buridan.organisation.acteur import systeme

    gc.freeze()  # what has just been loaded stays: not to be looked through again and again
    with d_une_traite():
        for n in Annee(options.size, at=timezone.now()).jouer():
            if n % 10 == 0 or n == options.size:
                plein = "█" * (30 * n // options.size)
                print(f"\r  Année de démonstration {plein:<30} {n}/{options.size}", end="", flush=True)
        print()
        jouer_le_budget(at=timezone.now())
        juger_les_propositions(by=systeme(timezone.now()), at=timezone.now())
        # once nothing more is written of the past
        sceller_le_jour(date_legale(timezone.now()) - timedelta(days=1), at=timezone.now())
    publier()
    return 0


def _route(options: argparse.Namespace) -> int:
    from django.utils import timezone

    from buridan.bureau.circuits.views import lignes_de_route
    from buridan.circuits.catalogue import en_vigueur
    from buridan.dossiers.natures import natures
    from buridan.organisation.acteur import systeme
    from buridan.organisation.models import Personne
    from buridan.outils.verdict import Refus

    annuaire = systeme(timezone.now()).annuaire
    entite = annuaire.codes_entites.get(options.service)
    if options.service and entite is None:
        print(f"Le service « {options.service} » n'existe pas.", file=sys.stderr)
        return 1
    if options.theme and options.theme not in dict(annuaire.themes()):
        print(f"Aucun élu n'est chargé du thème « {options.theme} » aujourd'hui.", file=sys.stderr)
        return 1
    auteur = Personne.objects.filter(cle=options.auteur).values_list("pk", flat=True).first()
    if options.auteur and auteur is None:
        print(f"Personne n'a la clé « {options.auteur} ».", file=sys.stderr)
        return 1
    try:
        routes = [r for n in natures() if (r := n.route(options.quoi, annuaire, entite, options.theme)) is not None]
    except Refus as refus:
        print(refus.raison, file=sys.stderr)
        return 1
    if not routes:
        print(f"Le type « {options.quoi} » n'existe pas.", file=sys.stderr)
        return 1
    modele, numero = routes[0].modele or en_vigueur(routes[0].circuit)
    print(f"{routes[0].titre} — circuit « {modele.titre} », version {numero}")
    for ligne in lignes_de_route(annuaire, modele, replace(routes[0].contexte, auteur=auteur)):
        etape, qui = ligne["etape"], ", ".join(ligne["personnes"]) or "PERSONNE"
        pour = f" ({ligne['pour']})" if ligne["pour"] else ""
        comment = " ; ".join(filter(None, (str(etape.delai or "sans délai"), etape.niveau_en_mots)))
        print(f"  {etape.rang}. {etape.titre} [{comment}] : {qui}{pour}")
        for raison in ligne["raisons"]:
            print(f"       {raison}")
    return 0


def _check(options: argparse.Namespace) -> int:
    from buridan.lancement.verification import fautes

    if options.demarrage:
        return _check_demarrage()
    trouvees = False
    for faute in fautes(complet=options.complet):
        trouvees = True
        print(faute)
    return 1 if trouvees else 0


def _check_demarrage() -> int:
    """A database that does not answer stops nobody: the site says so to who comes, and serves as soon as it is back."""
    from django.db import OperationalError

    from buridan.lancement.reglages import exiger_des_reglages_surs

    try:
        exiger_des_reglages_surs()
    except OperationalError:
        print("La base ne répond pas : ses réglages n'ont pas été vérifiés.", file=sys.stderr)
    return 0


def _propositions(options: argparse.Namespace) -> int:
    from django.utils import timezone

    from buridan.courriers.mesure import mesurer_la_ville
    from buridan.organisation.acteur import systeme

    bilan = mesurer_la_ville(systeme(timezone.now()).annuaire)
    for phrase in bilan.phrases() if bilan is not None else ["Cette ville n'a pas de service du courrier."]:
        print(phrase)
    return 0


def _journal(options: argparse.Namespace) -> int:
    from django.utils import timezone

    from buridan.droit.delais import date_legale
    from buridan.journal.chaine import sceller_le_jour, verifier
    from buridan.journal.publication import publier

    if options.action == "verify-proof":
        return _verifier_une_preuve(options.fichier)
    if options.action == "seal":
        at = timezone.now()
        print("Sceau posé." if sceller_le_jour(date_legale(at), at=at) else "Ce jour est déjà scellé.")
        publier()
        return 0
    anomalies = list(verifier(jour=date_legale(timezone.now())))
    for anomalie in anomalies:
        print(anomalie)
    print(f"{len(anomalies)} anomalie(s)." if anomalies else "Le journal est intact.")
    return 1 if anomalies else 0


def _verifier_une_preuve(fichier: Path | None) -> int:
    from django.utils import timezone

    from buridan.preuves.verification import PasUnePreuve, examiner

    if fichier is None:
        print("Dites quel fichier : buridan journal verify-proof preuve-….zip", file=sys.stderr)
        return 1
    try:
        examen = examiner(fichier, at=timezone.now())
    except PasUnePreuve as refus:
        print(refus, file=sys.stderr)
        return 1
    print(f"Cachet : {examen.sceau.titulaire}, certificat émis par {examen.sceau.emetteur}.")
    for remarque in examen.sceau.remarques:
        print(remarque)
    if not examen.avec_la_cle:
        print(
            "Journal d'une autre clé que celle de ce site : la suite des lignes est vérifiée, leurs sceaux ne le sont pas."
        )
    for anomalie in examen.anomalies:
        print(anomalie)
    print(
        f"{len(examen.anomalies)} anomalie(s)." if examen.anomalies
        else f"Le dossier de preuve est intact : {examen.fichiers} fichiers, {examen.lignes} lignes de journal."
    )  # fmt: skip
    return 1 if examen.anomalies else 0


def _export(options: argparse.Namespace) -> int:
    from buridan.organisation.chargement import exporter_organisation

    exporter_organisation(options.dossier)
    print(f"Organisation écrite dans {options.dossier}.")
    return 0


def _backup(options: argparse.Namespace) -> int:
    from django.utils import timezone

    from buridan.lancement.sauvegarde import sauvegarder

    ecrit = sauvegarder(options.dossier, at=timezone.now(), depuis=options.depuis)
    print(
        f"Sauvegarde écrite dans {options.dossier} : {sum(ecrit.tables.values())} lignes, {ecrit.fichiers} fichier(s)."
    )
    print(ecrit.avis)
    for faute in ecrit.fautes:
        print(faute, file=sys.stderr)
    return 1 if ecrit.fautes else 0


def _restore(options: argparse.Namespace) -> int:
    from buridan.lancement.manifeste import cles
    from buridan.lancement.restauration import restaurer

    lu = restaurer(options.dossier, cle_perdue=options.cle_perdue)
    print(f"Sauvegarde du {lu.faite_le} restaurée : {sum(lu.tables.values())} lignes, {lu.fichiers} fichier(s).")
    print("Vérifiez maintenant : buridan check, puis buridan journal verify. Chacun devra se reconnecter.")
    if lu.cle_journal != cles()["cle_journal"]:
        print("ATTENTION : autre clé de journal, les lignes d'avant ne se vérifient plus.", file=sys.stderr)
    if lu.cle_secrete != cles()["cle_secrete"]:
        print(
            "ATTENTION : autre BURIDAN_CLE_SECRETE, les liens de suivi déjà envoyés ne marchent plus.", file=sys.stderr
        )
    return 0
