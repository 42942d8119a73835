"""Give an active étape to another post or entity."""

from datetime import datetime

from buridan.dossiers import rules
from buridan.dossiers.actions.avancer import exiger_circuit, montrer_a, qui_agit
from buridan.dossiers.actions.traversee import traversee_etape
from buridan.dossiers.models import Etape
from buridan.organisation.acteur import Acteur
from buridan.outils.verdict import Refus


def reaffecter(
    etape: Etape, *, by: Acteur, at: datetime, poste: int | None = None, entite: int | None = None, motif: str = ""
) -> Etape:
    """Change the addressee (exactly one of `poste`, `entite`); the deadline stays."""
    with traversee_etape("reaffecter", etape, by=by, at=at) as t:
        assert t.etape is not None
        rules.peut_reaffecter(by, t.etape).exiger()
        connu = (poste in by.annuaire.postes) if poste is not None else (entite in by.annuaire.entites)
        if (poste is None) == (entite is None) or not connu:
            raise Refus("Choisissez la personne ou le service à qui confier l'étape.")
        t.etape.poste_id, t.etape.entite_id, t.etape.prise_par_id = poste, entite, None
        t.etape.save(update_fields=["poste", "entite", "prise_par"])
        montrer_a(t, t.etape)
        _pour, personnes = qui_agit(by, t.etape, t.dossier.nature)
        t.prevenir(personnes, f"{t.dossier.reference} : {t.etape.titre} vous est confié par {t.nom}")
        t.contenu |= {"etape": t.etape.titre, "a": rules.destinataire(by, t.etape), "texte": motif.strip()}
        exiger_circuit(t)
        return t.etape
