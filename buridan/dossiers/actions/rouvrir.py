"""Reopen a closed dossier: a new turn, at the head of the service."""

from datetime import datetime

from buridan.dossiers import rules
from buridan.dossiers.actions.avancer import activer
from buridan.dossiers.actions.traversee import Traversee, traversee
from buridan.dossiers.etats import EtatDossier, TypeEtape
from buridan.dossiers.models import Dossier, Etape, Lien
from buridan.organisation.acteur import Acteur
from buridan.outils.verdict import Refus

DELAI = "5 jours ouvrés"


def rouvrir(dossier: Dossier, *, by: Acteur, at: datetime, motif: str) -> Dossier:
    """A new treatment by the head of the service, then a new answer."""
    with traversee("rouvrir", dossier.pk, by=by, at=at) as t:
        rules.peut_rouvrir(by, t.dossier).exiger()
        if not motif.strip():
            raise Refus("Écrivez pourquoi le dossier est rouvert.")
        rouvrir_ici(t, motif)
        return t.dossier


def rouvrir_ici(t: Traversee, motif: str) -> None:
    """Reopen inside a crossing. A request joined to another takes its own way again: it will have its own answer."""
    Lien.objects.filter(de=t.dossier, genre=Lien.Genre.REUNI).update(genre=Lien.Genre.LIE)
    annuaire = t.acteur.annuaire
    derniere = Etape.objects.filter(dossier=t.dossier).order_by("-rang").first()
    rang = derniere.rang if derniere else 0
    t.changer(etat=EtatDossier.OUVERT, clos_le=None, tour=t.dossier.tour + 1)
    t.changer(projet_reponse="", projet_sens="", projet_vise=False, legal_le=None)  # an answer ended the law's clock
    poste = annuaire.responsable(t.dossier.entite_id)
    ou = {"poste_id": poste} if poste is not None else {"entite_id": t.dossier.entite_id}
    reprise, _reponse = Etape.objects.bulk_create(
        [
            Etape(dossier=t.dossier, rang=rang + 1, type=TypeEtape.TRAITEMENT, titre="Reprendre le dossier",
                  consigne=motif.strip()[:300], delai=DELAI, **ou),
            Etape(dossier=t.dossier, rang=rang + 2, type=TypeEtape.REPONSE, titre="Répondre à nouveau",
                  delai="2 jours ouvrés", **ou),
        ]
    )  # fmt: skip
    t.contenu["texte"] = motif.strip()
    activer(t, reprise)
