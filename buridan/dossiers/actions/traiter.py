"""Treatment: the work is done, and an answer is drafted for the requester."""

from datetime import datetime

from buridan.dossiers import rules
from buridan.dossiers.actions.avancer import avancer
from buridan.dossiers.actions.traversee import Traversee, traversee_etape
from buridan.dossiers.etats import Resultat, SensReponse, TypeEtape
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
        if not projet.strip() and (signature := _signature_a_venir(t)):
            raise Refus(f"Rédigez le projet de réponse : l'étape « {signature} » engage sur son texte.")
        t.decider(Resultat.TRAITEE, compte_rendu.strip())
        if projet.strip():
            t.changer(projet_reponse=projet.strip(), projet_sens=sens, projet_vise=False)
        avancer(t)
        return t.etape


def _signature_a_venir(t: Traversee) -> str:
    """Title of the signature that comes between this treatment and the answer, when no other treatment drafts it before."""
    assert t.etape is not None
    suivantes = [e for e in t.restantes() if e.rang > t.etape.rang]
    if TypeEtape.REPONSE not in {e.type for e in suivantes}:
        return ""
    for etape in suivantes:
        if etape.type in (TypeEtape.TRAITEMENT, TypeEtape.REPONSE):
            return ""
        if etape.type == TypeEtape.SIGNATURE:
            return etape.titre
    return ""
