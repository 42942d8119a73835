"""The retention of any dossier: of its type when its nature says so, else of its nature (`RegleConservation`)."""

from collections.abc import Collection, Iterator
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta

from django.db.models import Q, QuerySet

from buridan.archives.models import RegleConservation
from buridan.dossiers import rules
from buridan.dossiers.etats import EtatDossier
from buridan.dossiers.models import Dossier
from buridan.dossiers.natures import Conservation, nature_de, natures
from buridan.droit.conservation import clos_au_plus_tard, echeance
from buridan.droit.delais import FUSEAU_LEGAL, date_legale
from buridan.outils.verdict import OUI, Verdict, non


@dataclass(frozen=True, slots=True)
class Echu:
    """One dossier past its retention, as a list says it."""

    dossier: Dossier
    conservation: Conservation
    clos_le: date
    echue_le: date


def conservation(dossier: Dossier) -> Conservation | None:
    """Of this dossier; None when nobody fixed it."""
    nature = nature_de(dossier)
    if nature.conservation is not None:
        return nature.conservation(dossier)
    regle = RegleConservation.objects.filter(nature=nature.code).first()
    return _de(regle, nature.nom) if regle else None


def durees() -> Iterator[tuple[Q, Conservation]]:
    """Each part of each nature that has a retention, and which dossiers it holds."""
    regles = {r.nature: r for r in RegleConservation.objects.all()}
    for nature in natures():
        if nature.conservation is not None:
            yield from ((Q(nature=nature.code) & partie, fixee) for partie, fixee in nature.durees())
        elif nature.code in regles:
            yield Q(nature=nature.code), _de(regles[nature.code], nature.nom)


def _de(regle: RegleConservation, nom: str) -> Conservation:
    return Conservation(nom, regle.duree, regle.source, regle.sort_final)


def sans_duree() -> list[str]:
    """Names of the natures for which nobody fixed anything."""
    fixees = set(RegleConservation.objects.values_list("nature", flat=True))
    return [n.nom for n in natures() if n.conservation is None and n.code not in fixees]


def clos_echus(jour: date, sorts: Collection[str]) -> Iterator[tuple[Conservation, QuerySet[Dossier]]]:
    """Part after part, the closed dossiers that may be past their retention on that day (`echu` says it to the day), the
    oldest first. `sorts`: of these final dispositions.
    """
    for partie, fixee in durees():
        if fixee.sort in sorts:
            limite = clos_au_plus_tard(jour, fixee.duree) + timedelta(days=1)
            avant = datetime.combine(limite, time(), FUSEAU_LEGAL)
            clos = Dossier.objects.filter(partie, etat=EtatDossier.CLOS, efface_le=None, clos_le__lt=avant)
            yield fixee, clos.order_by("clos_le", "pk")


def echu(dossier: Dossier, fixee: Conservation) -> Echu:
    """Its line of a list; the dossier is closed."""
    assert dossier.clos_le is not None
    clos_le = date_legale(dossier.clos_le)
    return Echu(dossier, fixee, clos_le, echeance(clos_le, fixee.duree))


def est_echu(dossier: Dossier, conservation: Conservation | None, jour: date) -> Verdict:
    """Closed, and past its retention on that day (RGPD art. 17-3 b and d; code du patrimoine L212-2: a public record is not
    destroyed before).
    """
    if not (entier := rules.pas_efface(dossier)):
        return entier
    if dossier.etat != EtatDossier.CLOS or dossier.clos_le is None:
        return non("Ce dossier est encore ouvert : répondez d'abord. Sa conservation se compte depuis sa clôture.")
    if conservation is None:
        return non(
            "Aucune durée de conservation n'est fixée pour ce dossier : fixez-la avec les archives (conservation.toml, ou"
            " types_demandes.toml pour une demande)."
        )
    fin = echeance(date_legale(dossier.clos_le), conservation.duree)
    if fin > jour:
        return non(
            f"Ce dossier se garde {conservation.duree} après sa clôture, jusqu'au {fin:%d/%m/%Y}"
            f"{f' ({conservation.source})' if conservation.source else ''}. Reproposez-le ce jour-là."
        )
    return OUI
