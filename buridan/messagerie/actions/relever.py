"""Read a mailbox by slices: each mail is stored and committed, then marked on the server; killed anywhere, it goes on there."""

from collections.abc import Iterator
from contextlib import contextmanager
from datetime import datetime, timedelta
from time import monotonic

from django.db import connection

from buridan.dossiers.actions.ecriture import ecrire
from buridan.messagerie.actions.recevoir import Reception, recevoir
from buridan.messagerie.imap import EnTete, Injoignable, Serveur
from buridan.messagerie.models import Boite, CourrielRecu
from buridan.messagerie.queries import acces_de
from buridan.notifications.envois import notifier_lien
from buridan.organisation.acteur import systeme
from buridan.organisation.models import Droit
from buridan.outils.panne import point

LOT = 25  # mails, then the other jobs have their turn
DUREE = 20.0  # seconds, likewise
TAILLE_MAX = 50 * 1024 * 1024
DITE_APRES = timedelta(hours=1)
_VERROU = 0x6D657373  # first half of the advisory locks of this app


def relever(pk: int, *, at: datetime) -> bool:
    """Read a slice of that mailbox; True when more waits. A server that can't be read is noted, never raised."""
    with _seul(pk) as seul:
        boite = Boite.objects.filter(pk=pk, active=True).first() if seul else None
        if boite is None:
            return False
        try:
            with Serveur(acces_de(boite)) as serveur:
                reste = _lire(boite, serveur, at)
        except Injoignable as panne:
            _noter_la_panne(boite, str(panne), at)
            return False
        Boite.objects.filter(pk=pk).update(lue_le=at, panne_depuis=None, panne="", panne_dite_le=None)
        return reste


@contextmanager
def _seul(pk: int) -> Iterator[bool]:
    """One reading of a mailbox at a time; released by PostgreSQL when the process dies."""
    with connection.cursor() as curseur:
        curseur.execute("SELECT pg_try_advisory_lock(%s, %s)", [_VERROU, pk])
        pris = bool(curseur.fetchone()[0])
    try:
        yield pris
    finally:
        if pris:
            with connection.cursor() as curseur:
                curseur.execute("SELECT pg_advisory_unlock(%s, %s)", [_VERROU, pk])


def _lire(boite: Boite, serveur: Serveur, at: datetime) -> bool:
    debut = monotonic()
    validite, _nombre = serveur.ouvrir()
    if validite != boite.uid_validite:  # the folder was made again: its numbers begin again, its mails are known
        boite.uid_validite, boite.dernier_uid = validite, 0
        boite.save(update_fields=["uid_validite", "dernier_uid"])
    _rattraper(boite, serveur, at)
    uids = serveur.nouveaux(boite.dernier_uid, boite.depuis)
    lot = uids[:LOT]
    en_tetes = serveur.en_tetes(lot) if lot else {}
    for n, uid in enumerate(lot):
        _un_courriel(boite, serveur, en_tetes.get(uid) or EnTete(uid, 0, None), validite, at)
        if monotonic() - debut > DUREE:
            return n + 1 < len(uids)
    return len(uids) > LOT


def _un_courriel(boite: Boite, serveur: Serveur, en_tete: EnTete, validite: int, at: datetime) -> None:
    lourd = en_tete.taille > TAILLE_MAX
    brut = serveur.brut(en_tete.uid, entete_seul=lourd)
    if brut is None:
        return  # taken away meanwhile
    recu = Reception(en_tete.recu_le or at, en_tete.uid, validite, en_tete.taille if lourd else None)
    courriel = recevoir(boite, brut, recu, at=at)
    point("releve.apres")
    if not lourd:
        serveur.ranger([en_tete.uid])
        CourrielRecu.objects.filter(pk=courriel.pk, uid=en_tete.uid).update(range_le=at)


def _rattraper(boite: Boite, serveur: Serveur, at: datetime) -> None:
    """Mark those that were stored and not marked: the process died between the two."""
    oublies = CourrielRecu.objects.filter(boite=boite, uid_validite=boite.uid_validite, range_le=None, entier=True)
    uids = [n for n in oublies.order_by("uid").values_list("uid", flat=True)[:200] if n is not None]
    if uids:
        serveur.ranger(uids)
        oublies.filter(uid__in=uids).update(range_le=at)


def _noter_la_panne(boite: Boite, panne: str, at: datetime) -> None:
    """Since when, and why; after an hour the administrators are told, once."""
    depuis = boite.panne_depuis or at
    dire = boite.panne_dite_le is None and at - depuis >= DITE_APRES
    Boite.objects.filter(pk=boite.pk).update(
        panne_depuis=depuis, panne=panne[:300], panne_dite_le=at if dire else boite.panne_dite_le
    )
    if dire:
        annuaire = systeme(at).annuaire
        qui = {
            p.personne
            for p in annuaire.postes.values()
            if Droit.ADMINISTRATION in p.droits and p.personne in annuaire.personnes
        }
        texte = f"La boîte {boite.adresse} n'est plus lue : {panne}"
        ecrire(notifier_lien("/courriels/boites/", {p: texte for p in qui if p}, at=at))
