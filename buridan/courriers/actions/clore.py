"""Close a letter without sending anything: no answer is needed, it should not have been registered, we write no more."""

from datetime import datetime

from buridan.courriers import rules
from buridan.courriers.models import SansReponse
from buridan.dossiers.actions.avancer import passer_outre
from buridan.dossiers.actions.repondre import clore
from buridan.dossiers.actions.traversee import DejaFait, Traversee, traversee
from buridan.dossiers.etats import EtatDossier, SensReponse
from buridan.dossiers.models import Dossier, Reponse
from buridan.organisation.acteur import Acteur
from buridan.outils.verdict import Refus


def clore_sans_reponse(dossier: Dossier, *, by: Acteur, at: datetime, motif: str) -> Reponse:
    """State that no answer is needed, and why."""
    with traversee("clore_sans_reponse", dossier.pk, by=by, at=at) as t:
        exiger_ouvert(t)
        rules.peut_clore_sans_reponse(by, t.dossier).exiger()
        return clore_ici(t, motif, "Pas de réponse à envoyer.", SensReponse.INFORMATION, annule=False)


def annuler(dossier: Dossier, *, by: Acteur, at: datetime, motif: str) -> Reponse:
    """Cancel a registration made by mistake: its number stays in the register, with the reason."""
    with traversee("annuler_courrier", dossier.pk, by=by, at=at) as t:
        exiger_ouvert(t)
        rules.peut_annuler(by, t.dossier).exiger()
        return clore_ici(t, motif, "Enregistrement annulé.", SensReponse.RETIREE, annule=True)


def retirer(dossier: Dossier, *, by: Acteur, at: datetime, motif: str) -> Reponse:
    """Give up a letter of ours before it leaves."""
    with traversee("retirer", dossier.pk, by=by, at=at) as t:
        exiger_ouvert(t)
        rules.peut_retirer(by, t.dossier).exiger()
        return clore_ici(t, motif, "Envoi abandonné.", SensReponse.RETIREE, annule=True)


def exiger_ouvert(t: Traversee) -> None:
    """Raises DejaFait when the letter is closed."""
    if t.dossier.etat == EtatDossier.CLOS:
        raise DejaFait("Ce courrier est déjà clos.")


def clore_ici(t: Traversee, motif: str, phrase: str, sens: SensReponse, *, annule: bool) -> Reponse:
    """Close inside a crossing; who said so is written."""
    if not motif.strip():
        raise Refus("Écrivez pourquoi : le registre le garde.")
    assert t.acteur.personne is not None
    SansReponse.objects.create(
        dossier=t.dossier,
        tour=t.dossier.tour,
        motif=motif.strip()[:300],
        annule=annule,
        par_id=t.acteur.personne,
        at=t.at,
    )
    t.contenu["motif"] = motif.strip()
    reponse = clore(t, f"{phrase} {motif.strip()}", sens)
    passer_outre(t, t.restantes())
    return reponse
