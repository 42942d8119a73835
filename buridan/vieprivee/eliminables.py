"""What may be eliminated, and the dossiers about somebody with what their erasure meets."""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from datetime import date
from itertools import islice

from django.db.models import QuerySet

from buridan.archives.conservation import Echu, clos_echus, conservation, echu
from buridan.archives.queries import lignes_vives, recus
from buridan.dossiers.etats import A_VERSER, SortFinal
from buridan.dossiers.models import Dossier
from buridan.dossiers.natures import Concerne, nature_de, natures
from buridan.outils.verdict import Verdict, non
from buridan.signataires.queries import signataires
from buridan.vieprivee.models import LigneEffacement
from buridan.vieprivee.rules import peut_effacer

AU_PLUS = 500  # dossiers of one proposal: what two people can read


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
    for fixee, clos in clos_echus(jour, SortFinal.values):
        possibles = clos.filter(pk__in=recus().values("dossier")) if fixee.sort in A_VERSER else clos
        dossiers = list(_libres(possibles)[:au_plus])
        tenus = {ligne.dossier_id: ligne for ligne in lignes_vives([d.pk for d in dossiers])}
        for dossier in dossiers:
            if peut_effacer(dossier, fixee, jour, tenus.get(dossier.pk)):
                yield echu(dossier, fixee)


def _libres(dossiers: QuerySet[Dossier]) -> QuerySet[Dossier]:
    """In no proposal that stands."""
    return dossiers.exclude(pk__in=LigneEffacement.objects.filter(refus="").values("dossier"))


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
    fixee = conservation(dossier)
    verdict = peut_effacer(dossier, fixee, jour, lignes_vives([dossier.pk]).first())
    if pris and verdict:
        verdict = non("Ce dossier est déjà dans une proposition d'effacement.")
    if concerne.participant:
        verdict = non(
            "Cette personne a rejoint la demande d'une autre, ou doit y signer : son nom s'efface avec ce dossier."
        )
    return Trouve(dossier, concerne, fixee.type if fixee else nature_de(dossier).nom, verdict)


def _par_reference(mots: str) -> list[Concerne]:
    dossier = Dossier.objects.filter(reference=mots.upper(), efface_le=None).first()
    demandeur = nature_de(dossier).demandeur(dossier) if dossier else None
    return [demandeur] if demandeur else []
