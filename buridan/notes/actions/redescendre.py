"""The answer comes down: the mayor's words as they are, to which whoever sends it down adds what helps."""

from datetime import datetime

from django.db import transaction

from buridan.dossiers import rules as coeur
from buridan.dossiers.actions.clore_autrement import retirer as retirer_du_coeur
from buridan.dossiers.actions.ecriture import verrouiller
from buridan.dossiers.actions.refuser import refuser as refuser_du_coeur
from buridan.dossiers.actions.repondre import repondre
from buridan.dossiers.actions.traversee import refus_de_la_base
from buridan.dossiers.etats import EtatEtape
from buridan.dossiers.models import Dossier, Etape, Reponse
from buridan.notes import rules
from buridan.notes.queries import note_de, parole
from buridan.organisation.acteur import Acteur
from buridan.outils.verdict import Refus


def redescendre(etape: Etape, *, by: Acteur, at: datetime, mot: str = "") -> Reponse:
    """Close with what the mayor decided, or with the refusal that stopped the note. `mot`: added below, changes nothing."""
    with refus_de_la_base(), transaction.atomic():
        dossier, etapes, _tete = verrouiller(etape.dossier_id)
        sens = parole(note_de(dossier))
        fraiche = next((e for e in etapes if e.pk == etape.pk), etape)
        if fraiche.etat == EtatEtape.ACTIVE:  # the core says what an étape already done is
            coeur.peut_decider(by, fraiche, "repondre").exiger()
        if sens is None:
            raise Refus(rules.PAS_DECIDEE)
        texte = "\n\n".join(p for p in (dossier.projet_reponse, mot.strip()) if p)
        return repondre(etape, by=by, at=at, texte=texte, sens=sens)


def retirer(dossier: Dossier, *, by: Acteur, at: datetime, motif: str = "") -> Reponse:
    """Withdraw it, before the mayor decides."""
    with refus_de_la_base(), transaction.atomic():
        verrouille, _etapes, _tete = verrouiller(dossier.pk)
        rules.peut_retirer(by, verrouille).exiger()
        return retirer_du_coeur(dossier, by=by, at=at, motif=motif)


def refuser(etape: Etape, *, by: Acteur, at: datetime, motif: str) -> Etape:
    """Refuse it, before the mayor decides."""
    with refus_de_la_base(), transaction.atomic():
        dossier, etapes, _tete = verrouiller(etape.dossier_id)
        fraiche = next((e for e in etapes if e.pk == etape.pk), etape)
        if fraiche.etat == EtatEtape.ACTIVE:
            rules.pas_decidee(note_de(dossier)).exiger()
        return refuser_du_coeur(etape, by=by, at=at, motif=motif)
