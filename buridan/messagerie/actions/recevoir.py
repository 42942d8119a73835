"""A mail comes in: its original on the disk, then its row, committed, before anything is said to the server."""

from dataclasses import dataclass
from datetime import datetime
from typing import Any

from django.core.files.base import ContentFile
from django.db import DataError, IntegrityError, transaction

from buridan.dossiers import fichiers
from buridan.dossiers.actions.ecrire import prevenir_les_agents
from buridan.dossiers.actions.ecriture import ecrire
from buridan.dossiers.fichiers import FichierRefuse, propre, ranger
from buridan.dossiers.models import Dossier, Reponse
from buridan.messagerie.classement import Retour, classer
from buridan.messagerie.etats import Etat, Genre
from buridan.messagerie.lecture import ABIMEE, Lu, PieceLue, empreinte, lire
from buridan.messagerie.lisible import une_ligne
from buridan.messagerie.models import Boite, CourrielRecu, Piece
from buridan.messagerie.queries import dossier_envoye
from buridan.notifications.envois import notifier
from buridan.notifications.models import Courriel
from buridan.organisation.acteur import systeme
from buridan.outils.panne import point

MEME_IDENTIFIANT = "Un autre courriel porte le même identifiant avec un autre contenu : comparez-les avant d'agir."


@dataclass(frozen=True, slots=True)
class Reception:
    """How it came. `recu_le`: when the town's server had it; `uid` and `uid_validite`: its number there; `taille`: its true
    size in bytes when only its header was fetched.
    """

    recu_le: datetime
    uid: int | None = None
    uid_validite: int | None = None
    taille: int | None = None


@dataclass(frozen=True, slots=True)
class Original:
    """What is kept of the mail as it came. `taille` in bytes."""

    empreinte: str
    sha256: str
    taille: int


def recevoir(boite: Boite, brut: bytes, reception: Reception, *, at: datetime) -> CourrielRecu:
    """Store it, once: read again, whatever its way, the same mail gives the row it has."""
    condense = empreinte(brut)
    deja = CourrielRecu.objects.filter(boite=boite, empreinte=condense).first()
    if deja is not None:
        return _revu(deja, reception)
    sha256 = ranger(brut)
    lu = lire(brut, entier=reception.taille is None)
    point("releve.avant")
    try:
        try:
            return _garder(boite, lu, reception, Original(condense, sha256, len(brut)), at)
        except (DataError, UnicodeError, ValueError):  # what was read can't be written: the mail stays all the same
            illisible = Lu(defauts=[ABIMEE])
            return _garder(boite, illisible, reception, Original(condense, sha256, len(brut)), at)
    except IntegrityError:
        deja = CourrielRecu.objects.filter(boite=boite, empreinte=condense).first()
        if deja is None:
            raise
        return _revu(deja, reception)  # another reading stored it meanwhile


def _garder(boite: Boite, lu: Lu, reception: Reception, original: Original, at: datetime) -> CourrielRecu:
    genre, retour = _classer(lu)
    pieces = [] if genre == Genre.RETOUR else [_piece(p) for p in lu.pieces]
    with transaction.atomic():
        courriel = _ecrire(boite, lu, (genre, retour), reception, original, at)
        Piece.objects.bulk_create(Piece(courriel=courriel, rang=n, **p) for n, p in enumerate(pieces, 1))
        _avancer(boite, reception)
    return courriel


def _classer(lu: Lu) -> tuple[Genre, Retour | None]:
    try:
        return classer(lu)
    except Exception:  # noqa: BLE001  whatever a stranger may send
        return Genre.COURRIEL, None


def _revu(courriel: CourrielRecu, reception: Reception) -> CourrielRecu:
    """The server has it at another place: it will be marked as read there too."""
    with transaction.atomic():
        if reception.uid is not None and (courriel.uid, courriel.uid_validite) != (
            reception.uid,
            reception.uid_validite,
        ):
            lieu = {"uid": reception.uid, "uid_validite": reception.uid_validite, "range_le": None}
            CourrielRecu.objects.filter(pk=courriel.pk).update(**lieu)
        _avancer(courriel.boite, reception)
    return courriel


def _avancer(boite: Boite, reception: Reception) -> None:
    """The reading of the folder has come to here."""
    if reception.uid is not None:
        ici = Boite.objects.filter(pk=boite.pk, uid_validite=reception.uid_validite, dernier_uid__lt=reception.uid)
        ici.update(dernier_uid=reception.uid)


def _ecrire(
    boite: Boite, lu: Lu, sorte: tuple[Genre, Retour | None], reception: Reception, original: Original, at: datetime
) -> CourrielRecu:
    genre, retour = sorte
    dossier, parti = dossier_envoye(retour.identifiants) if retour else (None, None)
    perdu = retour is not None and retour.definitif and (dossier is not None or parti is not None)
    seul = genre != Genre.COURRIEL and not perdu
    if lu.message_id and CourrielRecu.objects.filter(boite=boite, message_id=lu.message_id).exists():
        lu.defaut(MEME_IDENTIFIANT)
    courriel: CourrielRecu = CourrielRecu.objects.create(
        boite=boite, empreinte=original.empreinte, sha256=original.sha256, taille=reception.taille or original.taille,
        entier=reception.taille is None,
        uid=reception.uid, uid_validite=reception.uid_validite, recu_le=min(reception.recu_le, at), lu_le=at,
        message_id=lu.message_id, references=lu.references, expediteur=lu.de_nom, adresse=lu.de_adresse, a=lu.a,
        sujet=lu.sujet, texte=lu.texte, genre=genre, retour=_dire_le_retour(retour, parti), defauts=[d[:200] for d in lu.defauts],
        etat=Etat.AUTOMATIQUE if seul else Etat.A_TRAITER, dossier=dossier if perdu else None,
    )  # fmt: skip
    if perdu and dossier is not None and retour is not None:
        _prevenir(dossier, parti, retour, at)
    return courriel


def _dire_le_retour(retour: Retour | None, parti: Courriel | None) -> str:
    if retour is None:
        return ""
    quoi = f"« {parti.sujet} », envoyé le {parti.at:%d/%m/%Y} à {parti.destinataire}" if parti else retour.destinataire
    pourquoi = f" : {retour.raison}" if retour.raison else ""
    return f"{quoi}{pourquoi}{f' ({retour.diagnostic})' if retour.diagnostic else ''}".strip()[:600]


def _prevenir(dossier: Dossier, parti: Courriel | None, retour: Retour, at: datetime) -> None:
    """Whoever works on the dossier, and who signed its answer, know that it did not arrive; not to which address."""
    quoi = f"« {parti.sujet} » du {parti.at:%d/%m/%Y}" if parti else "envoyé pour ce dossier"
    texte = f"le courriel {quoi} n'est pas arrivé à son destinataire{f' : {retour.raison}' if retour.raison else ''}."
    prevenir_les_agents(dossier, by=systeme(at), at=at, texte=texte)
    auteur = (
        Reponse.objects.filter(dossier=dossier, par__isnull=False)
        .order_by("-tour")
        .values_list("par", flat=True)
        .first()
    )
    if auteur is not None and auteur not in dossier.suiveurs:
        ecrire(notifier(dossier.uuid, {auteur: f"{dossier.reference} : {texte}"}, at=at))


def _piece(piece: PieceLue) -> dict[str, Any]:
    nom = propre(piece.nom)
    try:
        lue = fichiers.lire(ContentFile(piece.octets, name=nom))
    except FichierRefuse as refus:
        return {
            "nom": nom,
            "type_mime": une_ligne(piece.type)[:100],
            "taille": len(piece.octets),
            "refus": str(refus)[:400],
        }
    return {
        "nom": lue.nom,
        "type_mime": lue.genre,
        "taille": len(lue.octets),
        "sha256": ranger(lue.octets),
        "analyse": lue.analyse,
    }
