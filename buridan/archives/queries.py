"""What may leave, what is under way, what the archives have."""

from collections import Counter
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from datetime import date
from itertools import islice
from uuid import UUID

from django.db.models import Count, F, QuerySet, Sum

from buridan.archives.conservation import Echu, clos_echus, echu, est_echu
from buridan.archives.etats import AVEC_FICHIER, EtatVersement
from buridan.archives.models import LigneVersement, Versement
from buridan.dossiers.etats import A_VERSER
from buridan.dossiers.models import Document, Dossier
from buridan.dossiers.natures import nature_du_code

MONTRES = 2000  # dossiers looked at to count what waits
LUS = ("uuid", "reference", "nature", "etat", "entite", "clos_le", "efface_le")  # not what they say
FICHIERS = f"""SELECT sha256, 'Versement aux archives' AS ou, 'versement du ' || to_char(prepare_le, 'DD/MM/YYYY') AS nom, taille
    FROM archives_versement WHERE etat IN ({", ".join(f"'{e}'" for e in AVEC_FICHIER)})"""  # noqa: S608  our own words


@dataclass(frozen=True, slots=True)
class Groupe:
    """Dossiers of one nature closed in one year that may leave."""

    nature: str
    nom: str
    annee: int
    nombre: int


@dataclass(frozen=True, slots=True)
class Partant:
    """One of them, with what it weighs."""

    echu: Echu
    documents: int
    octets: int


def lignes_vives(dossiers: QuerySet[Dossier] | Iterable[int]) -> QuerySet[LigneVersement]:
    """Lines that hold these dossiers: under way, or received by the archives."""
    return LigneVersement.objects.filter(quitte_le=None, dossier__in=dossiers).select_related("versement")


def recus() -> QuerySet[LigneVersement]:
    """Lines of dossiers that the archives attest to have, as they stand today."""
    return LigneVersement.objects.filter(
        quitte_le=None, versement__etat=EtatVersement.ACCEPTE, clos_le=F("dossier__clos_le")
    )


def a_verser(jour: date) -> Iterator[Echu]:
    """Dossiers past their retention on that day, that the archives must have and that are in no transfer."""
    tenus = LigneVersement.objects.filter(quitte_le=None).exclude(
        versement__etat=EtatVersement.ACCEPTE, clos_le__lt=F("dossier__clos_le")
    )
    for fixee, clos in clos_echus(jour, A_VERSER):
        for dossier in clos.exclude(pk__in=tenus.values("dossier")).only(*LUS)[:MONTRES]:
            if est_echu(dossier, fixee, jour):
                yield echu(dossier, fixee)


def groupes(jour: date) -> list[Groupe]:
    """The same counted by nature and year of closing, the oldest first; MONTRES at most of each part."""
    comptes = Counter((x.dossier.nature, x.clos_le.year) for x in a_verser(jour))
    return [
        Groupe(code, nature_du_code(code).nom, annee, nombre)
        for (code, annee), nombre in sorted(comptes.items(), key=lambda c: (c[0][1], c[0][0]))
    ]


def partants(jour: date, nature: str, annee: int, au_plus: int) -> list[Partant]:
    """Those of one group, the oldest first."""
    choisis = (x for x in a_verser(jour) if x.dossier.nature == nature and x.clos_le.year == annee)
    return peser(list(islice(choisis, au_plus)))


def peser(echus: list[Echu]) -> list[Partant]:
    """With their documents: how many, how many bytes."""
    poids = {
        d["dossier"]: (d["n"], d["octets"])
        for d in Document.objects.filter(dossier__in=[x.dossier.pk for x in echus])
        .values("dossier").annotate(n=Count("pk"), octets=Sum("taille"))
    }  # fmt: skip
    return [Partant(x, *poids.get(x.dossier.pk, (0, 0))) for x in echus]


def nommer(chaine: UUID) -> str:
    """« versement du 12/03/2036 » when the chain is a transfer's; empty otherwise."""
    versement = Versement.objects.filter(uuid=chaine).first()
    return str(versement).lower() if versement else ""
