"""Sign off inside Buridan: the signer takes responsibility for the answer. No PAdES signature is made here."""

from datetime import datetime

from buridan.dossiers import rules
from buridan.dossiers.actions.avancer import avancer
from buridan.dossiers.actions.traversee import traversee_etape
from buridan.dossiers.etats import Resultat, TypeEtape
from buridan.dossiers.models import Etape
from buridan.organisation.acteur import Acteur
from buridan.outils.verdict import Refus


def signer(etape: Etape, *, by: Acteur, at: datetime, remarque: str = "") -> Etape:
    """Sign off."""
    with traversee_etape("signer", etape, by=by, at=at) as t:
        assert t.etape is not None
        rules.peut_decider(by, t.etape, "signer").exiger()
        if not t.dossier.projet_reponse and any(e.type == TypeEtape.REPONSE for e in t.restantes()):
            raise Refus("Il n'y a pas de projet de réponse à signer : renvoyez le dossier à qui doit le rédiger.")
        t.decider(Resultat.SIGNEE, remarque.strip())
        if t.dossier.projet_reponse:
            t.changer(projet_vise=True)
        avancer(t)
        return t.etape
