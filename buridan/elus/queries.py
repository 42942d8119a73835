"""What is read of matters: one's own, those one may see, what became of them, the month."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date, datetime, time
from typing import Any

from django.db.models import Count, Q, QuerySet
from django.utils.timezone import get_default_timezone

from buridan.dossiers.etats import EtatDossier, EtatEtape, TypeEtape
from buridan.dossiers.models import Dossier, Etape
from buridan.dossiers.natures import nature_de
from buridan.dossiers.recit import lieux
from buridan.droit.delais import date_legale
from buridan.elus.etats import QuiRepond
from buridan.elus.models import DemandeElu
from buridan.organisation.acteur import Acteur


def demande_de(dossier: Dossier) -> DemandeElu:
    """The matter of a dossier, with its form and what the resident was told."""
    demande: DemandeElu = DemandeElu.objects.select_related("formulaire", "reponse_habitant", "devenue").get(
        pk=dossier.pk
    )
    demande.dossier = dossier
    return demande


def les_miennes(acteur: Acteur) -> QuerySet[DemandeElu]:
    """Those this official brought in, the latest moved first."""
    return lues(DemandeElu.objects.filter(elu=acteur.personne or 0)).order_by("-dossier__bouge_le")


def visibles(acteur: Acteur) -> QuerySet[DemandeElu]:
    """Those one may see, the newest first."""
    return lues(DemandeElu.objects.visibles_par(acteur))


def lues(demandes: Any) -> QuerySet[DemandeElu]:
    """With what a list shows of each, the newest first."""
    avec: QuerySet[DemandeElu] = demandes.select_related("dossier", "formulaire", "reponse_habitant", "devenue")
    return avec.prefetch_related("dossier__reponses").order_by("-pk")


@dataclass(frozen=True, slots=True)
class Ligne:
    """Where a matter stands: in a sentence, the answer if it left, the dossier it became.

    `a_dire`: the answer is ready, and the official takes it to the resident.
    """

    demande: DemandeElu
    lieu: str
    sens: str
    reponse: str
    devenu: Dossier | None
    devenu_lieu: str
    a_dire: bool


def ou_en_est(acteur: Acteur, demandes: Iterable[DemandeElu]) -> list[Ligne]:
    """Where each stands; of the dossier that one became, only where it is."""
    liste = list(demandes)
    ou = lieux(acteur, [d.dossier for d in liste])
    ailleurs = lieux(acteur, [d.devenue for d in liste if d.devenue is not None])
    prets = set(_pretes().filter(dossier__in=ou).values_list("dossier", flat=True))
    return [_ligne(d, ou, ailleurs, a_dire=d.pk in prets) for d in liste]


def _ligne(demande: DemandeElu, ou: dict[int, str], ailleurs: dict[int, str], *, a_dire: bool) -> Ligne:
    devenu = demande.devenue
    reponse = max(demande.dossier.reponses.all(), key=lambda r: r.tour, default=None)
    sens = nature_de(demande.dossier).mots.dire_sens(reponse.sens) if reponse else ""
    la = ailleurs[devenu.pk] if devenu else ""
    attend = devenu is not None and demande.dossier.etat == EtatDossier.ATTENTE
    lieu = f"{demande.dossier.attente_motif}." if attend else ou[demande.pk]
    return Ligne(demande, lieu, sens, reponse.texte if reponse else "", devenu, la, a_dire)


@dataclass(frozen=True, slots=True)
class ADire:
    """Answers that this official takes to residents: how many are ready, and whether one is late."""

    nombre: int
    retard: bool


def a_dire(acteur: Acteur) -> ADire | None:
    """None for who is no official in office, and when no answer is ready."""
    if all(personne != acteur.personne for personne, *_mandat in acteur.annuaire.mandats):
        return None
    siennes = _pretes().filter(dossier__demande_elu__elu=acteur.personne)
    compte = siennes.aggregate(
        n=Count("dossier", distinct=True), tard=Count("pk", filter=Q(echeance__lt=acteur.annuaire.jour))
    )
    return ADire(compte["n"], compte["tard"] > 0) if compte["n"] else None


def _pretes() -> QuerySet[Etape]:
    """Étapes at which an official takes an answer to a resident."""
    actives = Etape.objects.filter(etat=EtatEtape.ACTIVE, type=TypeEtape.REPONSE)
    return actives.filter(dossier__etat=EtatDossier.OUVERT, dossier__demande_elu__qui_repond=QuiRepond.ELU)


def du_mois(debut: date, fin: date, *, elu: int | None = None, theme: str = "") -> QuerySet[DemandeElu]:
    """Matters that were open at some moment from `debut` on, before `fin`: of an official, or of a theme."""
    minuit = [datetime.combine(jour, time(), get_default_timezone()) for jour in (debut, fin)]
    ouvertes = Q(dossier__clos_le=None) | Q(dossier__clos_le__gte=minuit[0])
    trouvees = DemandeElu.objects.filter(ouvertes, dossier__ouvert_le__lt=minuit[1])
    if elu is not None:
        trouvees = trouvees.filter(elu=elu)
    if theme:
        trouvees = trouvees.filter(theme=theme)
    return lues(trouvees).order_by("theme", "dossier__ouvert_le", "pk")


def age(demande: DemandeElu, jour: date) -> int:
    """Days from entry to the answer, or to that day."""
    fin = date_legale(demande.dossier.clos_le) if demande.dossier.clos_le else jour
    return (fin - date_legale(demande.dossier.ouvert_le)).days


def elus_qui_ont_demande() -> list[int]:
    """Who ever brought a matter in, their mandate over or not."""
    return list(DemandeElu.objects.order_by().values_list("elu", flat=True).distinct())
