"""Send a letter on to the administration it is for: its sender is told, under a number of the departure register."""

from datetime import datetime

from buridan.courriers import rules
from buridan.courriers.actions.clore import exiger_ouvert
from buridan.courriers.actions.expedier import aviser, poster
from buridan.courriers.etats import Moyen
from buridan.courriers.queries import courrier_de
from buridan.dossiers.actions.avancer import passer_outre
from buridan.dossiers.actions.repondre import repondre_a_tous
from buridan.dossiers.actions.traversee import traversee
from buridan.dossiers.etats import SensReponse
from buridan.dossiers.models import Dossier
from buridan.organisation.acteur import Acteur
from buridan.outils.verdict import Refus


def transmettre(dossier: Dossier, *, by: Acteur, at: datetime, administration: str, texte: str = "") -> str:
    """Close, the notice to the sender (CRPA L114-2) by e-mail, else on paper. Returns the number of its departure."""
    with traversee("transmettre", dossier.pk, by=by, at=at) as t:
        exiger_ouvert(t)
        rules.peut_transmettre(by, t.dossier).exiger()
        a = administration.strip()
        if not a:
            raise Refus("Indiquez l'administration qui recevra le courrier.")
        courrier = courrier_de(t.dossier)
        phrase = f"Votre courrier {courrier.cote} ne relève pas de la mairie. Nous l'avons transmis à : {a}, qui vous répondra."
        avis = f"{phrase}\n\n{texte.strip()}".strip()
        depart = aviser(courrier, by=by, at=at)
        t.contenu |= {"a": a, "depart": depart.cote, "moyen": depart.get_moyen_display()}
        repondre_a_tous(t, avis, SensReponse.TRANSMISE)
        if depart.moyen == Moyen.COURRIEL:
            poster(depart, at)
        passer_outre(t, t.restantes())
        return depart.cote
