"""What is read of the mails: whose queue, how many, which dossier a mail seems to be about."""

import re
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any
from uuid import UUID

from django.db.models import Count, Q

from buridan.courriers.models import Courrier, Depart
from buridan.courriers.queries import tient_le_registre
from buridan.dossiers.fichiers import Fichier, chemin
from buridan.dossiers.models import Dossier
from buridan.elus.actions.saisir import NATURE as ELUS
from buridan.elus.rules import est_du_cabinet
from buridan.messagerie.etats import EN_FILE, Etat, Usage
from buridan.messagerie.imap import Acces, Injoignable
from buridan.messagerie.models import Boite, CourrielRecu, Piece, de_la_file
from buridan.messagerie.secret import ouvrir
from buridan.notifications.models import Courriel
from buridan.organisation.acteur import Acteur
from buridan.outils.texte import ALPHABET

REFERENCE = re.compile(rf"\b(\d\d-[{ALPHABET}]{{6}})\b")
COTE = re.compile(r"\b([AD])-(20\d\d)-(\d{5})\b")
_DE_NOUS = re.compile(r"\.([0-9a-f]{32})@")
VIEUX = timedelta(days=2)
# The stored files that these rows name; the header of a mail too big is not as long as the mail.
FICHIERS = """SELECT c.sha256, 'Courriel n° ' || c.id || ' (' || b.adresse || ')' AS ou, 'original' AS nom,
        CASE WHEN c.entier THEN c.taille END AS taille
    FROM messagerie_courrielrecu c JOIN messagerie_boite b ON b.id = c.boite_id WHERE c.sha256 <> ''
    UNION ALL SELECT p.sha256, 'Courriel n° ' || p.courriel_id, p.nom, NULL FROM messagerie_piece p WHERE p.sha256 <> ''"""


@dataclass(frozen=True, slots=True)
class Proposition:
    """A dossier that a mail seems to be about, and why. Nothing is attached because of it: a person decides."""

    dossier: Dossier
    raison: str


def acces_de(boite: Boite) -> Acces:
    """How to reach it. Raises Injoignable when its password can no longer be read."""
    clair = ouvrir(boite.mot_de_passe)
    if clair is None:
        raise Injoignable("Le mot de passe gardé ne s'ouvre plus : la clé secrète du site a changé. Retapez-le.")
    noms = ("hote", "port", "securite", "compte", "dossier", "rangement")
    return Acces(**{n: getattr(boite, n) for n in noms}, mot_de_passe=clair)


def usages_de(acteur: Acteur) -> frozenset[str]:
    """Which mailboxes this person reads: the mail office the town's, the cabinet the officials'."""
    lus = {Usage.COURRIER: tient_le_registre, Usage.ELUS: est_du_cabinet}
    return frozenset(usage.value for usage, lit in lus.items() if lit(acteur))


def compter(usages: Iterable[str]) -> dict[str, int]:
    """How many mails stand in each state, in these mailboxes."""
    lignes = CourrielRecu.objects.filter(de_la_file(*usages)).values_list("etat").annotate(n=Count("pk"))
    return dict.fromkeys(Etat.values, 0) | dict(lignes.order_by())


def compter_par_boite() -> dict[int, dict[str, int]]:
    """The same for each mailbox, by its id."""
    comptes: dict[int, dict[str, int]] = {}
    for boite, etat, n in CourrielRecu.objects.order_by().values_list("boite", "etat").annotate(n=Count("pk")):
        comptes.setdefault(boite, {})[etat] = n
    return comptes


def adresse_de_reponse(dossier: UUID) -> str:
    """The mailbox that receives the answers about that dossier; empty when none does. About a matter of an official, the one
    that the cabinet reads: the mail office has not to know who asked.
    """
    d_un_elu = Dossier.objects.filter(uuid=dossier, nature=ELUS).exists()
    lues = Boite.objects.filter(active=True, **({"usage": Usage.ELUS} if d_un_elu else {"reponses": True}))
    return lues.values_list("adresse", flat=True).first() or ""


@dataclass(frozen=True, slots=True)
class Attente:
    """What waits for this person: how many mails, since when the oldest, which mailboxes are silent."""

    nombre: int
    vieux: bool
    en_panne: Sequence[Boite]


def attente(acteur: Acteur, at: datetime) -> Attente | None:
    """None when this person reads no mailbox in use. One question when the town has none."""
    boites = list(Boite.objects.filter(Q(active=True) | Q(courriels__etat=Etat.A_TRAITER)).distinct())
    if not boites or not (usages := usages_de(acteur)):
        return None
    attendus = CourrielRecu.objects.filter(de_la_file(*usages), etat=Etat.A_TRAITER)
    compte = attendus.aggregate(n=Count("pk"), vieux=Count("pk", filter=Q(recu_le__lt=at - VIEUX)))
    siennes = [b for b in boites if b.usage in usages]
    if not siennes and not compte["n"]:
        return None
    muettes = [b for b in siennes if b.active and b.panne_depuis]
    return Attente(compte["n"], compte["vieux"] > 0, muettes)


def propositions(courriels: Iterable[CourrielRecu]) -> dict[int, Proposition]:
    """For each mail, by its id, the dossier it seems to be about: it answers a mail of ours, follows one that was dealt with,
    or names a reference. Four questions whatever the number of mails, and one for each number of a register that is named.
    """
    liste = list(courriels)
    pistes = _Pistes(liste)
    return {c.pk: trouvee for c in liste if (trouvee := pistes.pour(c)) is not None}


class _Pistes:
    """What some mails may be about."""

    def __init__(self, courriels: Sequence[CourrielRecu]) -> None:
        cites = {i for c in courriels for i in c.references}
        self.noms = {r for c in courriels for r in REFERENCE.findall(c.sujet)}
        self.cotes = {k: _du_registre(*k) for c in courriels for k in COTE.findall(c.sujet)}
        partis = Courriel.objects.filter(message_id__in=cites, dossier__isnull=False)
        self.envoyes: Mapping[str, UUID | None] = dict(partis.values_list("message_id", "dossier"))
        suivis = CourrielRecu.objects.filter(message_id__in=cites, dossier__isnull=False).exclude(etat__in=EN_FILE)
        self.fils = dict(suivis.values_list("message_id", "dossier"))
        self.dossiers = self._lire(cites) if cites or self.noms or self.cotes else []

    def _lire(self, cites: set[str]) -> list[Dossier]:
        uuids = {_uuid_de(i, self.envoyes) for i in cites} - {None}
        pks = {*self.fils.values(), *self.cotes.values()} - {None}
        voulus = Q(uuid__in=uuids) | Q(pk__in=pks) | Q(reference__in=self.noms)
        return list(Dossier.objects.filter(voulus, efface_le=None).defer("contenu", "recherche"))

    def pour(self, courriel: CourrielRecu) -> Proposition | None:
        """The dossier of this one; None when nothing tells."""
        references = REFERENCE.findall(courriel.sujet)
        pistes = (
            ("uuid", [_uuid_de(i, self.envoyes) for i in courriel.references], "il répond à un courriel envoyé pour ce dossier"),
            ("pk", [self.fils.get(i) for i in courriel.references], "il suit un courriel déjà rangé dans ce dossier"),
            ("reference", references, "il cite cette référence dans son objet"),
            ("pk", [self.cotes[k] for k in COTE.findall(courriel.sujet)], "il cite ce numéro de courrier dans son objet"),
        )  # fmt: skip
        for champ, valeurs, raison in pistes:
            connues = {v for v in valeurs if v is not None}
            if trouve := next((d for d in self.dossiers if getattr(d, champ) in connues), None):
                return Proposition(trouve, raison)
        return None


def _uuid_de(identifiant: str, envoyes: Mapping[str, UUID | None]) -> UUID | None:
    if identifiant in envoyes:
        return envoyes[identifiant]
    trouve = _DE_NOUS.search(identifiant)
    return UUID(trouve[1]) if trouve else None


def _du_registre(lettre: str, annee: str, numero: str) -> int | None:
    """The dossier of a number of the registers."""
    modele = Courrier if lettre == "A" else Depart
    lignes = modele.objects.filter(annee=int(annee), numero=int(numero))
    return lignes.values_list("dossier", flat=True).first()


def dossier_envoye(identifiants: Iterable[str]) -> tuple[Dossier | None, Courriel | None]:
    """(the dossier, the mail) of the mail of ours that bears one of these identifiers; its identifier names the dossier even
    when the outbox has forgotten the mail.
    """
    liste = list(identifiants)
    parti = Courriel.objects.filter(message_id__in=liste).first()
    uuids = [parti.dossier] if parti else [UUID(m[1]) for i in liste if (m := _DE_NOUS.search(i))]
    return Dossier.objects.filter(uuid__in=[u for u in uuids if u], efface_le=None).first(), parti


def meme_fil(courriel: CourrielRecu) -> list[CourrielRecu]:
    """Other mails of the same exchange, the latest first; at most ten."""
    lies = (
        Q(message_id__in=courriel.references) | Q(references__overlap=courriel.references)
        if courriel.references
        else Q()
    )
    if courriel.message_id:
        lies |= Q(references__contains=[courriel.message_id])
    if not lies:
        return []
    memes = CourrielRecu.objects.filter(lies, de_la_file(courriel.usage), boite=courriel.boite_id)
    return list(memes.exclude(pk=courriel.pk).order_by("-recu_le")[:10])


def pieces_gardees(courriel: CourrielRecu, choisies: Sequence[int] | None = None) -> list[Fichier]:
    """Its attachments that passed the checks, those of these ids only when some are given."""
    pieces: Any = courriel.pieces.exclude(sha256="")
    if choisies is not None:
        pieces = pieces.filter(pk__in=choisies)
    return [_fichier(p) for p in pieces]


def _fichier(piece: Piece) -> Fichier:
    return Fichier(piece.nom, piece.type_mime, chemin(piece.sha256).read_bytes(), piece.analyse)
