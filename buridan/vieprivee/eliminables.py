"""What may be eliminated, and the dossiers about somebody with what their erasure meets."""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from itertools import islice

from django.db.models import QuerySet

from buridan.dossiers.etats import EtatDossier
from buridan.dossiers.models import Dossier
from buridan.dossiers.natures import Concerne, Conservation, nature_de, natures
from buridan.droit.conservation import clos_au_plus_tard, echeance
from buridan.droit.delais import FUSEAU_LEGAL, date_legale
from buridan.outils.verdict import Verdict, non
from buridan.signataires.queries import signataires
from buridan.vieprivee.models import LigneEffacement
from buridan.vieprivee.rules import peut_effacer

AU_PLUS = 500  # dossiers of one proposal: what two people can read


@dataclass(frozen=True, slots=True)
class Echu:
    """One dossier that may be eliminated, as the list says it."""

    dossier: Dossier
    conservation: Conservation
    clos_le: date
    echue_le: date


@dataclass(frozen=True, slots=True)
class Trouve:
    """One dossier about somebody; may it be erased? `clos_le` empty: open."""

    dossier: Dossier
    concerne: Concerne
    type: str
    verdict: Verdict


def echus(jour: date, *, au_plus: int = AU_PLUS) -> list[Echu]:
    """Dossiers past their retention on that day, in no proposal yet; type after type, the oldest first."""
    return list(islice(_echus(jour, au_plus), au_plus))


def _echus(jour: date, au_plus: int) -> Iterator[Echu]:
    for nature in natures():
        for partie, conservation in nature.durees():
            limite = clos_au_plus_tard(jour, conservation.duree) + timedelta(days=1)
            clos = Dossier.objects.filter(
                partie, nature=nature.code, etat=EtatDossier.CLOS, efface_le=None,
                clos_le__lt=datetime.combine(limite, time(), FUSEAU_LEGAL),
            )  # fmt: skip
            for dossier in _libres(clos).order_by("clos_le")[:au_plus]:
                if peut_effacer(dossier, conservation, jour):
                    yield echu(dossier, conservation)


def _libres(dossiers: QuerySet[Dossier]) -> QuerySet[Dossier]:
    """In no proposal that stands."""
    return dossiers.exclude(pk__in=LigneEffacement.objects.filter(refus="").values("dossier"))


def echu(dossier: Dossier, conservation: Conservation) -> Echu:
    """Its line of the list; the dossier is closed."""
    assert dossier.clos_le is not None
    clos_le = date_legale(dossier.clos_le)
    return Echu(dossier, conservation, clos_le, echeance(clos_le, conservation.duree))


def trouver(mots: str, jour: date) -> list[Trouve]:
    """Dossiers about somebody: by e-mail, name or reference of a dossier; each with what its erasure meets."""
    concernes = _par_reference(mots) or [c for nature in natures() for c in nature.personne(mots)] + signataires(mots)
    uns: dict[tuple[int, bool, str], Concerne] = {}
    for concerne in concernes:  # who joined and signs is there once
        uns.setdefault((concerne.dossier, concerne.participant, concerne.courriel.lower()), concerne)
    return decrire(uns.values(), jour)


def decrire(concernes: Iterable[Concerne], jour: date) -> list[Trouve]:
    """With their dossiers, in the same order."""
    tous = list(concernes)
    dossiers = Dossier.objects.in_bulk([c.dossier for c in tous])
    pris = set(LigneEffacement.objects.filter(dossier__in=dossiers, refus="").values_list("dossier", flat=True))
    return [_trouve(dossiers[c.dossier], c, jour, pris=c.dossier in pris) for c in tous]


def _trouve(dossier: Dossier, concerne: Concerne, jour: date, *, pris: bool) -> Trouve:
    conservation = nature_de(dossier).conservation(dossier)
    verdict = peut_effacer(dossier, conservation, jour)
    if pris and verdict:
        verdict = non("Ce dossier est déjà dans une proposition d'effacement.")
    if concerne.participant:
        verdict = non(
            "Cette personne a rejoint la demande d'une autre, ou doit y signer : son nom s'efface avec ce dossier."
        )
    return Trouve(dossier, concerne, conservation.type if conservation else nature_de(dossier).nom, verdict)


def _par_reference(mots: str) -> list[Concerne]:
    dossier = Dossier.objects.filter(reference=mots.upper(), efface_le=None).first()
    demandeur = nature_de(dossier).demandeur(dossier) if dossier else None
    return [demandeur] if demandeur else []
