"""Who may do what with scanned post: the mail office, whoever stands in for it. Pure: no write, no clock, no request."""

from buridan.courriers.rules import peut_enregistrer
from buridan.numerisation.etats import EtatLot
from buridan.numerisation.models import Lot
from buridan.organisation.acteur import Acteur
from buridan.outils.verdict import OUI, Verdict, non

peut_numeriser = peut_enregistrer
RETIRE = "Ce lot est ancien et tout y est traité : ses pages ne sont plus gardées. Chaque courrier a les siennes."


def peut_traiter(acteur: Acteur, lot: Lot) -> Verdict:
    """Cuts a batch, registers its letters, sets one aside: once its pages are known, while they are kept."""
    if not (verdict := peut_numeriser(acteur)):
        return verdict
    if lot.efface_le is not None:
        return non(RETIRE)
    if lot.etat == EtatLot.REFUSE:
        return non(f"Ce lot ne s'ouvre pas. {lot.raison}")
    if lot.pages is None:
        return non("Les pages de ce lot ne sont pas encore prêtes : attendez un instant, puis rechargez la page.")
    return OUI
