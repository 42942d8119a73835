"""Write in one of the two threads, follow, link."""

from datetime import datetime, timedelta

from buridan.dossiers import rules
from buridan.dossiers.actions.attendre import recevoir, reprendre_ici
from buridan.dossiers.actions.avancer import a_prevenir
from buridan.dossiers.actions.traversee import DejaFait, Traversee, traversee
from buridan.dossiers.etats import EtatDossier, EtatEtape, Fil
from buridan.dossiers.models import Dossier, Lien, Message
from buridan.dossiers.natures import nature_de
from buridan.organisation.acteur import Acteur
from buridan.outils.verdict import Refus

DOUBLE_CLIC = timedelta(minutes=1)


def ecrire(dossier: Dossier, *, by: Acteur, at: datetime, texte: str, fil: Fil = Fil.AGENTS) -> Message:
    """Write to the colleagues, or to the requester (who gets an e-mail)."""
    with traversee("ecrire", dossier.pk, by=by, at=at) as t:
        if not texte.strip():
            raise Refus("Le message est vide.")
        rules.peut_voir(by, t.dossier).exiger()
        _pas_deux_fois(t, fil, texte.strip())
        if fil == Fil.DEMANDEUR:
            rules.fait_partie(by, t.dossier).exiger()
            nature = nature_de(t.dossier)
            sujet = f"Message au sujet de votre {nature.mots.demande} {t.dossier.reference}"
            nature.ecrire_au_demandeur(t.dossier, sujet, texte.strip(), at)
        t.contenu |= {"fil": fil, "texte": texte.strip()}
        t.prevenir(concernes(t), f"{t.dossier.reference} : message de {t.nom}")
        return Message.objects.create(dossier=t.dossier, fil=fil, texte=texte.strip(), at=at, par_id=by.personne)


def prevenir_les_agents(dossier: Dossier, *, by: Acteur, at: datetime, texte: str) -> None:
    """What became of another dossier, opened because of this one: said to whoever must act here. Whoever did it there may
    not see this one.
    """
    with traversee("ecrire", dossier.pk, by=by, at=at) as t:
        t.contenu |= {"fil": Fil.AGENTS, "texte": texte}
        t.prevenir(concernes(t), f"{t.dossier.reference} : {texte}")
        Message.objects.create(dossier=t.dossier, fil=Fil.AGENTS, texte=texte, at=at, par_id=by.personne)


def message_du_demandeur(dossier: Dossier, *, by: Acteur, at: datetime, texte: str) -> Message:
    """The requester writes; a dossier that waited for it resumes."""
    with traversee("message_du_demandeur", dossier.pk, by=by, at=at) as t:
        if not texte.strip():
            raise Refus("Votre message est vide.")
        if t.dossier.etat == EtatDossier.CLOS:
            raise Refus("Votre demande a déjà sa réponse : donnez votre avis dessus, ou déposez une nouvelle demande.")
        _pas_deux_fois(t, Fil.DEMANDEUR, texte.strip())
        if t.dossier.etat == EtatDossier.ATTENTE:
            reprendre_ici(t, "le demandeur a répondu")
        recevoir(t)
        t.contenu["texte"] = texte.strip()
        t.prevenir(concernes(t), f"{t.dossier.reference} : le demandeur a écrit")
        return Message.objects.create(dossier=t.dossier, fil=Fil.DEMANDEUR, texte=texte.strip(), at=at)


def _pas_deux_fois(t: Traversee, fil: Fil, texte: str) -> None:
    """A second click within a minute sends nothing; the same words later are a new message."""
    pareils = Message.objects.filter(dossier=t.dossier, fil=fil, texte=texte, par=t.acteur.personne)
    if pareils.filter(at__gt=t.at - DOUBLE_CLIC).exists():
        raise DejaFait("Ce message est déjà envoyé.")


def concernes(t: Traversee) -> set[int]:
    """Followers, and for each active étape whoever took it, else those who may act on it: a message always has a reader."""
    concernes = set(t.dossier.suiveurs)
    for etape in t.etapes:
        if etape.etat == EtatEtape.ACTIVE:
            concernes.update(a_prevenir(t.acteur, etape))
    return concernes


def suivre(dossier: Dossier, *, by: Acteur, at: datetime, oui: bool = True) -> Dossier:
    """Follow, or stop following."""
    with traversee("suivre" if oui else "ne_plus_suivre", dossier.pk, by=by, at=at) as t:
        rules.peut_voir(by, t.dossier).exiger()
        assert by.personne is not None
        if oui == (by.personne in t.dossier.suiveurs):
            raise DejaFait("Vous suivez déjà ce dossier." if oui else "Vous ne suivez pas ce dossier.")
        autres = [p for p in t.dossier.suiveurs if p != by.personne]
        t.changer(suiveurs=[*autres, by.personne] if oui else autres)
        return t.dossier


def relier(dossier: Dossier, *, by: Acteur, at: datetime, vers: Dossier) -> Lien:
    """Link two dossiers that belong together."""
    with traversee("relier", dossier.pk, by=by, at=at) as t:
        rules.peut_voir(by, t.dossier).exiger()
        rules.peut_voir(by, vers).exiger()
        if dossier.pk == vers.pk:
            raise Refus("Un dossier ne se lie pas à lui-même.")
        if Lien.objects.filter(de=t.dossier, vers=vers).exists():
            raise DejaFait(f"Le dossier {vers.reference} est déjà lié à celui-ci.")
        t.contenu["avec"] = vers.reference
        return Lien.objects.create(de=t.dossier, vers=vers, genre=Lien.Genre.LIE, at=at)
