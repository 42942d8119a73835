"""What may leave, and who may send it. Pure: no write, no clock, no request."""

from datetime import date

from buridan.dossiers import rules
from buridan.dossiers.etats import EtatDossier
from buridan.dossiers.models import Dossier
from buridan.dossiers.natures import Conservation
from buridan.droit.conservation import echeance
from buridan.droit.delais import date_legale
from buridan.outils.verdict import OUI, Verdict, non


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
