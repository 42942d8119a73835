"""Declare a mailbox, or change how it is read."""

from dataclasses import dataclass, fields
from datetime import date, datetime
from uuid import UUID, uuid5

from django.db import connection, transaction

from buridan.journal import chaine
from buridan.messagerie import rules
from buridan.messagerie.etats import Securite, Usage
from buridan.messagerie.models import LOCAUX, Boite, CourrielRecu
from buridan.messagerie.secret import sceller
from buridan.organisation.acteur import Acteur
from buridan.outils.verdict import Refus

CHAINE = uuid5(UUID("6f1d2c9a-6a3a-4c57-9c57-3f0f5f0c1b11"), "messagerie.boites")


@dataclass(frozen=True, slots=True)
class Reglage:
    """How a mailbox is read. `mot_de_passe`: in clear; empty keeps the one it has."""

    adresse: str
    hote: str
    compte: str
    depuis: date
    usage: str = Usage.COURRIER
    port: int = 993
    securite: str = Securite.TLS
    mot_de_passe: str = ""
    dossier: str = "INBOX"
    rangement: str = ""
    reponses: bool = False
    garde_mois: int = 12
    active: bool = True


def regler_boite(reglage: Reglage, *, by: Acteur, at: datetime, sur: Boite | None = None) -> Boite:
    """Write a new mailbox, or other settings of `sur`. Another folder or server is read from its beginning: what is known is
    not stored twice. Only one receives the answers to our mails: the last one said.
    """
    rules.peut_tenir_les_boites(by).exiger()
    if reglage.securite == Securite.AUCUNE and reglage.hote not in LOCAUX:
        raise Refus("Sans TLS, le mot de passe passerait en clair sur le réseau : choisissez TLS ou STARTTLS.")
    with transaction.atomic():
        _une_a_la_fois()
        boite = Boite.objects.select_for_update().get(pk=sur.pk) if sur else Boite(cree_le=at)
        if Boite.objects.filter(adresse__iexact=reglage.adresse).exclude(pk=boite.pk).exists():
            raise Refus(f"La boîte {reglage.adresse} est déjà déclarée : changez-la plutôt.")
        noms = [f.name for f in fields(reglage) if f.name != "mot_de_passe"]
        changes = [n for n in noms if getattr(boite, n) != getattr(reglage, n)]
        if reglage.mot_de_passe:
            boite.mot_de_passe = sceller(reglage.mot_de_passe)
            changes.append("mot_de_passe")
        for nom in noms:
            setattr(boite, nom, getattr(reglage, nom))
        _remettre_a_zero(boite, changes)
        if boite.reponses:
            Boite.objects.exclude(pk=boite.pk).filter(reponses=True).update(reponses=False)
        boite.save()
        if changes:
            contenu = {"qui": by.nom, "boite": boite.adresse, "corrections": ", ".join(changes)}
            chaine.ecrire(CHAINE, "regler_boite", auteur=by.personne, at=at, contenu=contenu)
        return boite


def suspendre_la_lecture() -> int:
    """After a restore no mailbox is read until somebody says so; how many were."""
    return Boite.objects.filter(active=True).update(active=False, panne_depuis=None, panne="", panne_dite_le=None)


def _remettre_a_zero(boite: Boite, changes: list[str]) -> None:
    """What was known of the server holds no longer."""
    if {"hote", "compte", "dossier"} & set(changes):
        boite.uid_validite, boite.dernier_uid = None, 0
    if not boite.active:
        boite.panne_depuis, boite.panne, boite.panne_dite_le = None, "", None


def _une_a_la_fois() -> None:
    with connection.cursor() as curseur:
        curseur.execute("SELECT pg_advisory_xact_lock('messagerie_boite'::regclass::oid::bigint)")


def nommer(uuid: UUID) -> str:
    """The chain in words: of the mailboxes, or of a mail that came in."""
    if uuid == CHAINE:
        return "boîtes de courriel"
    recu = CourrielRecu.objects.filter(uuid=uuid).values_list("recu_le", flat=True).first()
    return f"courriel reçu le {recu:%d/%m/%Y %H:%M}" if recu else ""
