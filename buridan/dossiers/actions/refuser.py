"""Refuse the request: its reasons are required, and the answer still goes out (1 demande = 1 réponse).

Who had to agree to the answer still has to, unless the nature says otherwise: visas and signatures to come stay, and bear on
the draft of the refusal.
"""

from datetime import datetime

from buridan.dossiers import rules
from buridan.dossiers.actions.avancer import avancer, passer_outre
from buridan.dossiers.actions.traversee import Traversee, traversee_etape
from buridan.dossiers.etats import Resultat, SensReponse
from buridan.dossiers.models import Decision, Etape
from buridan.dossiers.natures import nature_de
from buridan.organisation.acteur import Acteur
from buridan.outils.verdict import Refus


def prevenir_du_refus(t: Traversee, motif: str) -> None:
    """Who began it and everybody who decided before is told who refuses, and why."""
    assert t.etape is not None
    avant = Decision.objects.filter(etape__dossier=t.dossier, par__isnull=False).exclude(etape=t.etape)
    qui = {*avant.values_list("par_id", flat=True), t.dossier.createur_id}
    t.prevenir(
        {p for p in qui if p is not None}, f"{t.dossier.reference} : refusé par {t.nom}. Motif : {motif.strip()}"
    )


def refuser(etape: Etape, *, by: Acteur, at: datetime, motif: str) -> Etape:
    """Refuse: nothing more is treated nor decided; the refusal is drafted with this reason (CRPA L211-2)."""
    with traversee_etape("refuser", etape, by=by, at=at) as t:
        assert t.etape is not None
        rules.peut_decider(by, t.etape, "refuser").exiger()
        nature = nature_de(t.dossier)
        if not motif.strip():
            raise Refus(nature.mots.dire("Écrivez le motif du refus : {le_demandeur} a le droit de le connaître."))
        t.decider(Resultat.REFUSEE, motif.strip())
        prevenir_du_refus(t, motif)
        passer_outre(t, [e for e in t.restantes() if e.type not in nature.gardees])
        projet = t.dossier.projet_reponse if t.dossier.projet_sens == SensReponse.REFUS else ""
        projet = projet or nature.projet_de_refus.format(motif=motif.strip())
        t.contenu["projet_avant"] = [t.dossier.projet_reponse, t.dossier.projet_sens]
        t.changer(projet_sens=SensReponse.REFUS, projet_reponse=projet, projet_vise=False)
        avancer(t)
        return t.etape
