"""What is read of the mails: whose queue, how many, which dossier a mail seems to be about."""

import re
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from uuid import UUID

from django.db.models import Count, Q

from buridan.courriers.models import Courrier, Depart
from buridan.courriers.queries import tient_le_registre
from buridan.dossiers.models import Dossier
from buridan.elus.rules import est_du_cabinet
from buridan.messagerie.etats import EN_FILE, Etat, Usage
from buridan.messagerie.imap import Acces, Injoignable
from buridan.messagerie.models import Boite, CourrielRecu
from buridan.messagerie.secret import ouvrir
from buridan.notifications.models import Courriel
from buridan.organisation.acteur import Acteur
from buridan.outils.texte import ALPHABET

REFERENCE = re.compile(rf"\b(\d\d-[{ALPHABET}]{{6}})\b")
COTE = re.compile(r"\b([AD])-(20\d\d)-(\d{5})\b")
_DE_NOUS = re.compile(r"\.([0-9a-f]{32})@")
VIEUX = timedelta(days=2)
SANS = UUID(int=0)


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
    lignes = CourrielRecu.objects.filter(boite__usage__in=usages).values_list("etat").annotate(n=Count("pk"))
    return dict.fromkeys(Etat.values, 0) | dict(lignes.order_by())


def compter_par_boite() -> dict[int, dict[str, int]]:
    """The same for each mailbox, by its id."""
    comptes: dict[int, dict[str, int]] = {}
    for boite, etat, n in CourrielRecu.objects.order_by().values_list("boite", "etat").annotate(n=Count("pk")):
        comptes.setdefault(boite, {})[etat] = n
    return comptes


def adresse_de_reponse() -> str:
    """The mailbox that receives the answers to our mails; empty when none does."""
    return Boite.objects.filter(reponses=True, active=True).values_list("adresse", flat=True).first() or ""


@dataclass(frozen=True, slots=True)
class Attente:
    """What waits for this person: how many mails, since when the oldest, which mailboxes are silent."""

    nombre: int
    vieux: bool
    en_panne: Sequence[Boite]


def attente(acteur: Acteur, at: datetime) -> Attente | None:
    """None when this person reads no mailbox in use. One question when the town has none."""
    attendus = Count("courriels", filter=Q(courriels__etat=Etat.A_TRAITER))
    vieux = Count("courriels", filter=Q(courriels__etat=Etat.A_TRAITER, courriels__recu_le__lt=at - VIEUX))
    boites = list(Boite.objects.annotate(attendus=attendus, vieux=vieux).filter(Q(active=True) | Q(attendus__gt=0)))
    siennes = [b for b in boites if b.usage in usages_de(acteur)] if boites else []
    if not siennes:
        return None
    muettes = [b for b in siennes if b.active and b.panne_depuis]
    return Attente(sum(b.attendus for b in siennes), any(b.vieux for b in siennes), muettes)


def propositions(courriels: Iterable[CourrielRecu]) -> dict[int, Proposition]:
    """For each mail, by its id, the dossier it seems to be about: it answers a mail of ours, follows one that was dealt with,
    or names a reference. Five questions, whatever the number of mails.
    """
    liste = list(courriels)
    cites = {i for c in liste for i in c.references}
    envoyes = dict(
        Courriel.objects.filter(message_id__in=cites, dossier__isnull=False).values_list("message_id", "dossier")
    )
    uuids = {UUID(m[1]) for i in cites if (m := _DE_NOUS.search(i))} | set(envoyes.values())
    suivis = CourrielRecu.objects.filter(message_id__in=cites, dossier__isnull=False).exclude(etat__in=EN_FILE)
    fils: dict[str, int] = dict(suivis.values_list("message_id", "dossier"))
    noms = {r for c in liste for r in REFERENCE.findall(c.sujet)}
    cotes = {k: _du_registre(*k) for c in liste for k in COTE.findall(c.sujet)}
    voulus = Q(uuid__in=uuids) | Q(pk__in={*fils.values(), *cotes.values()} - {None}) | Q(reference__in=noms)
    dossiers = (
        list(Dossier.objects.filter(voulus, efface_le=None).defer("contenu", "recherche"))
        if cites or noms or cotes
        else []
    )
    par_uuid, par_pk, par_nom = (
        {d.uuid: d for d in dossiers},
        {d.pk: d for d in dossiers},
        {d.reference: d for d in dossiers},
    )
    trouvees = {}
    for c in liste:
        pistes = (
            *(
                (
                    par_uuid.get(_uuid_de(i, envoyes) or SANS),
                    "il répond à un courriel que nous avons envoyé pour ce dossier",
                )
                for i in c.references
            ),
            *((par_pk.get(fils.get(i, 0)), "il suit un courriel déjà rangé dans ce dossier") for i in c.references),
            *((par_nom.get(r), "son objet cite cette référence") for r in REFERENCE.findall(c.sujet)),
            *((par_pk.get(cotes[k] or 0), "son objet cite ce numéro de courrier") for k in COTE.findall(c.sujet)),
        )
        if piste := next(((d, raison) for d, raison in pistes if d is not None), None):
            trouvees[c.pk] = Proposition(*piste)
    return trouvees


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
    return list(
        CourrielRecu.objects.filter(lies, boite=courriel.boite_id).exclude(pk=courriel.pk).order_by("-recu_le")[:10]
    )
