"""Take the file away, then write what the archives answered."""

import math
from datetime import date, datetime

from django.db import transaction

from buridan.archives import rules
from buridan.archives.actions.journal import noter, verrouiller
from buridan.archives.etats import EtatVersement
from buridan.archives.models import LigneVersement, Versement
from buridan.dossiers import fichiers
from buridan.dossiers.actions.traversee import traversee
from buridan.droit.delais import date_legale
from buridan.organisation.acteur import Acteur
from buridan.outils.verdict import Refus


def remettre(versement: Versement, *, by: Acteur, at: datetime) -> Versement:
    """The file is downloaded: noted each time; the first one is the hand-over."""
    with transaction.atomic():
        tenu = verrouiller(versement.pk)
        rules.peut_telecharger(by, tenu).exiger()
        if tenu.etat == EtatVersement.CONSTRUIT:
            Versement.objects.filter(pk=tenu.pk).update(etat=EtatVersement.REMIS, remis_par_id=by.personne, remis_le=at)
        noter(tenu, "telecharger_versement", by=by, at=at, empreinte=tenu.sha256)
    return tenu


def accepter(
    versement: Versement, *, attestation: str, atteste_le: date, by: Acteur, at: datetime, reponse: str = ""
) -> None:
    """The archives have it: from now on its dossiers may be proposed for elimination. `reponse`: digest of their message."""
    with transaction.atomic():
        tenu = verrouiller(versement.pk)
        rules.peut_conclure(by, tenu).exiger()
        if not attestation.strip():
            raise Refus(
                "Écrivez la référence de l'attestation des archives : sans elle, rien ne prouve qu'elles ont reçu."
            )
        if atteste_le > date_legale(at):
            raise Refus("La date de l'attestation est dans l'avenir. Vérifiez-la sur le document des archives.")
        if tenu.remis_le is None or atteste_le < date_legale(tenu.remis_le):
            raise Refus("L'attestation ne peut pas être d'avant la remise du fichier. Vérifiez sa date.")
        _finir(
            tenu,
            EtatVersement.ACCEPTE,
            by=by,
            at=at,
            attestation=attestation.strip(),
            atteste_le=atteste_le,
            reponse=reponse,
        )
        _dire(tenu, "verser", by=by, at=at, attestation=f"{attestation.strip()} du {atteste_le:%d/%m/%Y}")


def rendre(versement: Versement, *, motif: str, by: Acteur, at: datetime) -> None:
    """The archives refuse it, or the town gives it up: its dossiers are free again."""
    with transaction.atomic():
        tenu = verrouiller(versement.pk)
        rules.peut_rendre(by, tenu).exiger()
        if not motif.strip():
            raise Refus("Dites pourquoi : la raison reste avec le versement.")
        _dire(tenu, "rendre_versement", by=by, at=at, motif=motif.strip())
        tenu.lignes.filter(quitte_le=None).update(quitte_le=at)
        _finir(tenu, EtatVersement.REFUSE, by=by, at=at, raison=motif.strip()[:500])


def _finir(tenu: Versement, etat: EtatVersement, *, by: Acteur, at: datetime, **champs: object) -> None:
    """Its file goes: the archives have theirs, or nobody needs it."""
    Versement.objects.filter(pk=tenu.pk).update(etat=etat, fini_par_id=by.personne, fini_le=at, **champs)
    noter(tenu, "finir_versement", by=by, at=at, resultat=etat.label)
    if tenu.sha256:
        transaction.on_commit(lambda: fichiers.retirer([tenu.sha256], avant=math.inf))


def _dire(tenu: Versement, verbe: str, *, by: Acteur, at: datetime, **contenu: str) -> None:
    """A line in the journal of each dossier."""
    for pk in (
        LigneVersement.objects.filter(versement=tenu, quitte_le=None)
        .order_by("dossier")
        .values_list("dossier", flat=True)
    ):
        with traversee(verbe, pk, by=by, at=at) as t:
            t.contenu |= contenu
