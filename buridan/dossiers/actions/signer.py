"""Sign: the signer takes responsibility for the answer, within a delegation that lives at that instant.

The electronic signature itself is made above, by `apposer`, once every rule has agreed and before anything is decided.
"""

from collections.abc import Callable
from datetime import datetime

from buridan.circuits.niveaux import Niveau
from buridan.delegations.queries import registre_tenu
from buridan.delegations.rules import peut_signer
from buridan.dossiers import rules
from buridan.dossiers.actions.avancer import avancer
from buridan.dossiers.actions.traversee import Traversee, traversee_etape
from buridan.dossiers.etats import Resultat, TypeEtape
from buridan.dossiers.models import Etape
from buridan.dossiers.natures import nature_de
from buridan.organisation.acteur import Acteur
from buridan.outils.verdict import Refus

PAR_LE_GESTE = Niveau.SIMPLE  # somebody logged in, and nothing else (eIDAS, article 3, point 10)


def signer(
    etape: Etape,
    *,
    by: Acteur,
    at: datetime,
    remarque: str = "",
    apposer: Callable[[Traversee], None] | None = None,
    niveau: Niveau = PAR_LE_GESTE,
) -> Etape:
    """Sign. `apposer` is called within the crossing, under its lock; what it raises undoes everything. `niveau`: what is put."""
    with traversee_etape("signer", etape, by=by, at=at) as t:
        assert t.etape is not None
        rules.peut_decider(by, t.etape, "signer").exiger()
        if not t.dossier.projet_reponse and any(e.type == TypeEtape.REPONSE for e in t.restantes()):
            raise Refus("Il n'y a pas de projet de réponse à signer : renvoyez le dossier à qui doit le rédiger.")
        rules.peut_signer_ainsi(t.etape, niveau).exiger()
        exiger_une_delegation(t)
        if apposer is not None:
            apposer(t)
        t.decider(Resultat.SIGNEE, remarque.strip(), niveau=niveau)
        if t.dossier.projet_reponse:
            t.changer(projet_vise=True)
        avancer(t)
        return t.etape


def exiger_une_delegation(t: Traversee) -> None:
    """Asked of the register as it stands under the lock: a delegation withdrawn a moment ago is withdrawn."""
    acte = nature_de(t.dossier).acte(t.dossier)
    if acte is None:
        return
    assert t.acteur.personne is not None
    peut_signer(registre_tenu(t.at, t.acteur.annuaire), t.acteur.personne, acte).exiger()
