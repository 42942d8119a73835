"""Treatment: the work is done, and an answer is drafted for the requester."""

from datetime import datetime

from buridan.dossiers import rules
from buridan.dossiers.actions.avancer import avancer
from buridan.dossiers.actions.traversee import traversee_etape
from buridan.dossiers.etats import Resultat, SensReponse
from buridan.dossiers.models import Etape
from buridan.organisation.acteur import Acteur
from buridan.outils.verdict import Refus


def traiter(
    etape: Etape,
    *,
    by: Acteur,
    at: datetime,
    compte_rendu: str = "",
    projet: str = "",
    sens: SensReponse = SensReponse.FAVORABLE,
) -> Etape:
    """Say what was done. `projet` is the draft of the answer, `sens` what it says; the next étapes check it."""
    with traversee_etape("traiter", etape, by=by, at=at) as t:
        assert t.etape is not None
        rules.peut_decider(by, t.etape, "traiter").exiger()
        if not compte_rendu.strip() and not projet.strip():
            raise Refus("Dites ce qui a été fait, ou rédigez le projet de réponse.")
        t.decider(Resultat.TRAITEE, compte_rendu.strip())
        if projet.strip():
            t.changer(projet_reponse=projet.strip(), projet_sens=sens, projet_vise=False)
        avancer(t)
        return t.etape
