"""A confidential letter that the mail office has given a wrong addressee: another one, while nobody has opened it."""

from datetime import datetime

from buridan.courriers import rules
from buridan.courriers.models import Courrier
from buridan.courriers.queries import courrier_de
from buridan.dossiers.actions.avancer import qui_agit
from buridan.dossiers.actions.traversee import DejaFait, Traversee, traversee
from buridan.dossiers.etats import EtatEtape
from buridan.dossiers.models import Dossier, Etape
from buridan.organisation.acteur import Acteur
from buridan.outils.verdict import Refus


def changer_destinataire(dossier: Dossier, *, by: Acteur, at: datetime, destinataire: int) -> Courrier:
    """What is to be done goes to that post, and nobody else reads it any more."""
    with traversee("changer_destinataire", dossier.pk, by=by, at=at) as t:
        rules.peut_changer_le_destinataire(by, t.dossier).exiger()
        courrier = courrier_de(t.dossier)
        if courrier.destinataire_id == destinataire:
            raise DejaFait("Ce pli est déjà pour cette personne.")
        if destinataire not in by.annuaire.postes:
            raise Refus("Choisissez à qui ce pli est adressé.")
        t.contenu["a"] = by.annuaire.designer(destinataire)
        _confier_a(t, courrier.destinataire_id, destinataire)
        courrier.destinataire_id = destinataire
        courrier.save(update_fields=["destinataire"])
        return courrier


def _confier_a(t: Traversee, ancien: int | None, neuf: int) -> None:
    """Also what the former addressee had given to somebody else to open."""
    entite = t.acteur.annuaire.postes[neuf].entite
    t.changer(entite_id=entite, lecteurs=[entite], suiveurs=[])
    for etape in t.restantes():
        if etape.etat == EtatEtape.ACTIVE or etape.poste_id == ancien:
            Etape.objects.filter(pk=etape.pk).update(poste=neuf, entite=None, prise_par=None)
    t.relire()
    for etape in t.etapes:
        if etape.etat == EtatEtape.ACTIVE:
            _pour, personnes = qui_agit(t.acteur, etape, t.dossier.nature)
            t.prevenir(personnes, f"{t.dossier.reference} : {etape.titre}")
