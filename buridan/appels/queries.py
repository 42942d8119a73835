"""What is read of the calls: their étape, their envelope, those of a dossier, what its requester is told."""

from collections.abc import Collection, Iterable, Sequence
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from typing import Any

from django.db.models import Sum

from buridan.appels.models import Appel, Competence, ReponseDuSyndicat
from buridan.budget.models import LigneBudget, Reservation, voit_tout_le_budget
from buridan.dossiers.etats import EtatEtape, TypeEtape
from buridan.dossiers.models import Dossier, Etape, Lien
from buridan.organisation.acteur import Acteur
from buridan.outils.montants import euros

ZERO = Decimal(0)


def appel_de(dossier: Dossier) -> Appel:
    """The call of a dossier, with its competence and its syndicate."""
    appel: Appel = Appel.objects.select_related("competence__syndicat", "cle").get(pk=dossier.pk)
    appel.dossier = dossier
    return appel


def resumes(ids: Collection[int]) -> dict[int, str]:
    """« SIVOM : 1 200,00 € (estimation) » for each of these calls: what one reads before one signs."""
    appels = Appel.objects.filter(pk__in=ids).values_list("pk", "competence__syndicat__nom", "estimation", "part")
    return {pk: f"{nom} : {_en_bref(estimation, part)}" for pk, nom, estimation, part in appels}


def _en_bref(estimation: Decimal, part: Decimal) -> str:
    if part == estimation:
        return f"{euros(estimation)} (estimation)"
    return f"{euros(part)} pour la commune, sur {euros(estimation)} (estimation)"


def est_suivi(etape: Etape, etapes: Iterable[Etape]) -> bool:
    """Is it a treatment in which the syndicate's answer is noted: not the writing, which comes first, nor one somebody added?"""
    premier = next((e.titre for e in etapes if e.type == TypeEtape.TRAITEMENT), "")
    return etape.type == TypeEtape.TRAITEMENT and etape.ajoutee_par_id is None and etape.titre != premier


def est_ecriture(etape: Etape, etapes: Iterable[Etape]) -> bool:
    """Is it the writing of the call, the first time or again?"""
    return etape.type == TypeEtape.TRAITEMENT and etape.ajoutee_par_id is None and not est_suivi(etape, etapes)


def suivi_de(etapes: Sequence[Etape]) -> Etape | None:
    """The étape under way in which the service waits for the syndicate: its answer first, then the work. None before."""
    if any(e.type == TypeEtape.SIGNATURE and e.etat in (EtatEtape.ACTIVE, EtatEtape.A_VENIR) for e in etapes):
        return None
    actives = [e for e in etapes if e.etat == EtatEtape.ACTIVE]
    return next((e for e in actives if est_suivi(e, etapes) or e.type == TypeEtape.REPONSE), None)


def ligne_de(competence: Competence, exercice: int) -> Any:
    """The budget line of that year, with what is available on it; None when there is none."""
    lignes = LigneBudget.objects.filter(exercice=exercice, code=competence.ligne, fermee=False)
    return lignes.avec_commande().first()


def reservation_de(dossier: Dossier) -> Reservation | None:
    """The credits held for this call."""
    return Reservation.objects.filter(dossier=dossier.uuid, liberee_le=None).select_related("ligne").first()


@dataclass(frozen=True, slots=True)
class Enveloppe:
    """One competence and one year, in euros: what the town pays. `estime`: calls not signed yet. `voulue`: code of the line when
    it is missing.
    """

    competence: Competence
    ligne: Any
    estime: Decimal
    depense: Decimal

    @property
    def votee(self) -> Decimal:
        """Credits of the line."""
        return Decimal(self.ligne.credits)

    @property
    def reste(self) -> Decimal:
        """What is left."""
        return Decimal(self.ligne.disponible)

    @property
    def engage(self) -> Decimal:
        """Held and not spent yet, what the finance system engaged included: envelope = engaged + spent + left."""
        return self.votee - self.reste - self.depense

    @property
    def projete(self) -> Decimal:
        """What would be left if all the calls under way were signed."""
        return self.reste - self.estime


def enveloppe(competence: Competence, exercice: int) -> Enveloppe:
    """The year's envelope of a competence; `ligne` None when the budget has none."""
    ligne = ligne_de(competence, exercice)
    a_signer = Appel.objects.en_cours().filter(competence=competence, envoye_le=None)
    depense = ZERO
    if ligne is not None:
        tenus = Reservation.objects.filter(ligne=ligne.pk, liberee_le=None, dossier__isnull=False).values("dossier")
        finis = Appel.objects.filter(competence=competence, dossier__uuid__in=tenus)
        depense = finis.aggregate(s=Sum("part_due"))["s"] or ZERO
    return Enveloppe(competence, ligne, a_signer.aggregate(s=Sum("part"))["s"] or ZERO, depense)


def competences(acteur: Acteur) -> list[Competence]:
    """Those one may follow the money of: of the services of one's perimeter; all for those who see the whole budget."""
    actives = Competence.objects.filter(active=True).select_related("syndicat", "cle")
    perimetre = acteur.perimetre("appels")
    return [c for c in actives if voit_tout_le_budget(acteur) or c.service_id in perimetre]


def racine(dossier: Dossier) -> Dossier:
    """The dossier that will be answered: the one this was joined to, or itself."""
    for _ in range(10):
        lien = Lien.objects.filter(de=dossier, genre=Lien.Genre.REUNI).select_related("vers").first()
        if lien is None:
            break
        dossier = lien.vers
    return dossier


def appels_pour(dossier: Dossier) -> list[Appel]:
    """Calls opened because of this dossier or of one joined to it, the latest first."""
    famille = {dossier.pk, *Lien.objects.filter(vers=dossier, genre=Lien.Genre.REUNI).values_list("de", flat=True)}
    appels = Appel.objects.filter(origine__in=famille).select_related("competence__syndicat", "dossier")
    return list(appels.order_by("-dossier__ouvert_le", "-pk"))


def nouvelles(dossier: Dossier, jour: date) -> list[str]:
    """What the requester of this dossier is told, in whole sentences."""
    if dossier.nature == "appels":
        return []
    return [phrase for appel in appels_pour(dossier) if (phrase := _dire(appel, jour))]


def _dire(appel: Appel, jour: date) -> str:
    qui = f"syndicat chargé de ce sujet ({appel.competence.syndicat})"
    if appel.fini_le is not None and appel.cout is None:
        refuse = appel.reponse == ReponseDuSyndicat.REFUSEE
        return (
            f"Le {qui} ne peut pas intervenir. Le service cherche une autre suite et vous répondra." if refuse else ""
        )
    if appel.faite_le is not None:
        suite = "" if appel.fini_le else " Nous la vérifions."
        return f"Le {qui} est intervenu le {appel.faite_le:%d/%m/%Y}.{suite}"
    if appel.envoye_le is None:
        return f"Une intervention du {qui} est en préparation."
    transmise = f"Votre demande a été transmise au {qui} le {appel.envoye_le:%d/%m/%Y}"
    if appel.prevue_le is None:
        acceptee = appel.reponse == ReponseDuSyndicat.ACCEPTEE
        return (
            f"{transmise} ; {'il va intervenir, la date reste à fixer' if acceptee else 'nous attendons sa réponse'}."
        )
    if appel.prevue_le < jour:
        return f"{transmise} ; intervention prévue le {appel.prevue_le:%d/%m/%Y} : elle a du retard, nous la suivons."
    return f"{transmise} ; intervention prévue le {appel.prevue_le:%d/%m/%Y}."
