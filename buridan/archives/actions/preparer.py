"""Prepare a transfer: its dossiers are held, and its file is asked for."""

from collections.abc import Iterable
from datetime import date, datetime
from uuid import UUID

from django.db import IntegrityError, transaction

from buridan.archives import rules
from buridan.archives.actions.journal import noter
from buridan.archives.conservation import Echu, conservation, echu
from buridan.archives.etats import EtatVersement
from buridan.archives.models import LigneVersement, ServiceArchives, Versement
from buridan.archives.queries import Partant, lignes_vives, peser
from buridan.dossiers.actions.traversee import traversee
from buridan.dossiers.models import Dossier
from buridan.droit.delais import date_legale
from buridan.interface.jetons import DejaEnvoye, consommer, resultat_de
from buridan.notifications.file import demander
from buridan.organisation.acteur import Acteur
from buridan.outils.verdict import Refus

CONSTRUIRE = "archives.construire"


def preparer(dossiers: Iterable[int], *, by: Acteur, at: datetime, jeton: UUID | None = None) -> Versement:
    """A transfer of these dossiers (ids). Refused whole, with the reason, when one of them may not leave.

    Raises DejaEnvoye, with the UUID of the first transfer, when the form token was used.
    """
    rules.peut_verser(by).exiger()
    assert by.personne is not None  # the system has no right
    if jeton is not None and (deja := resultat_de(jeton)):
        raise DejaEnvoye(deja)
    voulus = sorted(set(dossiers))
    if Dossier.objects.filter(pk__in=voulus).count() != len(voulus):
        raise Refus("Un de ces dossiers n'existe plus. Rechargez la liste.")
    try:
        with transaction.atomic():
            versement = Versement(prepare_par_id=by.personne, prepare_le=at)
            if jeton is not None:
                consommer(jeton, str(versement.uuid), at=at)
            partants = _partants(voulus, by, at)
            versement.save(force_insert=True)
            LigneVersement.objects.bulk_create(_ligne(versement, p) for p in partants)
            noter(versement, "preparer_versement", by=by, at=at, dossiers=str(len(partants)))
            demander(CONSTRUIRE, versement=versement.pk)
    except IntegrityError as erreur:
        raise Refus("Un de ces dossiers est déjà dans un versement. Rechargez la liste : il n'y est plus.") from erreur
    return versement


def _partants(voulus: list[int], by: Acteur, at: datetime) -> list[Partant]:
    """Each judged under its own lock, its line in the journal written."""
    if not ServiceArchives.objects.exists():
        raise Refus(
            "Le service d'archives qui reçoit n'est pas décrit : complétez [versement] dans conservation.toml, puis rechargez."
        )
    echus = []
    for pk in voulus[: rules.AU_PLUS + 1]:
        with traversee("preparer_versement", pk, by=by, at=at) as t:
            echus.append(_exiger(t.dossier, date_legale(at)))
            _oublier_l_ancien(t.dossier, at)
    partants = peser(echus)
    rules.tient_en_un(len(voulus), sum(p.octets for p in partants)).exiger()
    return partants


def _exiger(dossier: Dossier, jour: date) -> Echu:
    fixee = conservation(dossier)
    verdict = rules.peut_partir(dossier, fixee, jour)
    if not verdict or fixee is None:
        raise Refus(f"{dossier.reference} : {verdict.raison}")
    return echu(dossier, fixee)


def _oublier_l_ancien(dossier: Dossier, at: datetime) -> None:
    """Reopened since the archives received it: what they have is no more the dossier, which leaves again."""
    anciens = lignes_vives([dossier.pk]).filter(versement__etat=EtatVersement.ACCEPTE, clos_le__lt=dossier.clos_le)
    LigneVersement.objects.filter(pk__in=anciens.values("pk")).update(quitte_le=at)


def _ligne(versement: Versement, partant: Partant) -> LigneVersement:
    e = partant.echu
    assert e.dossier.clos_le is not None
    return LigneVersement(
        versement=versement, dossier=e.dossier, type=e.conservation.type, clos_le=e.dossier.clos_le,
        conservation=e.conservation.duree, source=e.conservation.source, sort_final=e.conservation.sort,
        documents=partant.documents, octets=partant.octets,
    )  # fmt: skip
