"""Decide an internal request, and give the answer to its author."""

from datetime import datetime

from buridan.dossiers import rules as coeur
from buridan.dossiers.actions.avancer import avancer
from buridan.dossiers.actions.traversee import traversee_etape
from buridan.dossiers.etats import Resultat, SensReponse
from buridan.dossiers.models import Etape
from buridan.organisation.acteur import Acteur
from buridan.outils.verdict import Refus

PHRASES = {
    SensReponse.FAVORABLE: "Votre demande est accordée.",
    SensReponse.PARTIELLE: "Votre demande est accordée en partie.",
}


def trancher(etape: Etape, *, by: Acteur, at: datetime, sens: SensReponse, texte: str = "") -> Etape:
    """Agree, wholly or in part; the words of the decision are the draft of the answer. The refusal is the core's verb."""
    with traversee_etape("trancher", etape, by=by, at=at) as t:
        assert t.etape is not None
        coeur.peut_decider(by, t.etape, "decider").exiger()
        if sens not in PHRASES:
            raise Refus("Choisissez : accordée, ou accordée en partie. Pour refuser, utilisez « Refuser ».")
        if sens == SensReponse.PARTIELLE and not texte.strip():
            raise Refus("Dites ce qui est accordé et ce qui ne l'est pas : l'auteur doit pouvoir agir.")
        t.decider(Resultat.ACCORDEE, texte.strip())
        projet = "\n\n".join(p for p in (PHRASES[sens], texte.strip()) if p)
        t.changer(projet_reponse=projet, projet_sens=sens, projet_vise=False)
        avancer(t)
        return t.etape
