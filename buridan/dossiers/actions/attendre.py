"""Put on hold until a date, ask the requester for more, and resume."""

from datetime import date, datetime

from buridan.dossiers import rules
from buridan.dossiers.actions.avancer import a_prevenir, fixer_echeance, urgence_de
from buridan.dossiers.actions.traversee import Traversee, traversee
from buridan.dossiers.etats import ATTENTE_DU_DEMANDEUR, EtatDossier, EtatEtape, Fil
from buridan.dossiers.models import Dossier, Message
from buridan.dossiers.natures import nature_de
from buridan.droit.delais import prochain_jour_ouvre
from buridan.organisation.acteur import Acteur
from buridan.outils.verdict import Refus


def mettre_en_attente(dossier: Dossier, *, by: Acteur, at: datetime, jusquau: date, motif: str) -> Dossier:
    """Hold until that day; Buridan resumes it by itself. The requester is told."""
    with traversee("mettre_en_attente", dossier.pk, by=by, at=at) as t:
        rules.peut_mettre_en_attente(by, t.dossier).exiger()
        suspendre(t, jusquau, motif)
        nature = nature_de(t.dossier)
        votre = f"Votre {nature.mots.demande}"
        texte = f"{votre} est en attente jusqu'au {jusquau:%d/%m/%Y}. Motif : {motif.strip()}"
        nature.ecrire_au_demandeur(t.dossier, f"{votre} {t.dossier.reference}", texte, at)
        return t.dossier


def demander_complement(dossier: Dossier, *, by: Acteur, at: datetime, jusquau: date, texte: str) -> Dossier:
    """Ask the requester for missing pieces or details by that day (CRPA L114-5)."""
    with traversee("demander_complement", dossier.pk, by=by, at=at) as t:
        rules.peut_mettre_en_attente(by, t.dossier).exiger()
        suspendre(t, jusquau, ATTENTE_DU_DEMANDEUR)
        dater(t, nature_de(t.dossier).pieces_demandees(t.dossier, le=t.jour, jusquau=jusquau))
        Message.objects.create(dossier=t.dossier, fil=Fil.DEMANDEUR, texte=texte.strip(), at=at, par_id=by.personne)
        t.contenu["texte"] = texte.strip()
        suite = f"{texte.strip()}\n\nMerci de répondre avant le {jusquau:%d/%m/%Y}."
        nature_de(t.dossier).ecrire_au_demandeur(t.dossier, f"Complément pour {t.dossier.reference}", suite, at)
        return t.dossier


def suspendre(t: Traversee, jusquau: date, motif: str) -> None:
    """Hold inside a crossing."""
    if jusquau <= t.jour:
        raise Refus("Choisissez une date de reprise dans l'avenir.")
    if not motif.strip():
        raise Refus("Écrivez pourquoi le dossier attend.")
    t.changer(
        etat=EtatDossier.ATTENTE, attente_jusquau=jusquau, attente_depuis=t.jour, attente_motif=motif.strip()[:300]
    )
    t.contenu |= {"jusquau": jusquau.isoformat(), "motif": motif.strip()}


def reprendre(dossier: Dossier, *, by: Acteur, at: datetime, motif: str = "") -> Dossier:
    """Resume: the deadlines of the active étapes move by the days spent waiting.

    An agent who resumes has what was missing; on the day set, the system resumes with or without it.
    """
    with traversee("reprendre", dossier.pk, by=by, at=at) as t:
        rules.peut_reprendre(by, t.dossier).exiger()
        reprendre_ici(t, motif)
        if not by.est_systeme:
            recevoir(t)
        return t.dossier


def reprendre_ici(t: Traversee, motif: str) -> None:
    """Resume inside a crossing (also when the requester answers)."""
    assert t.dossier.attente_depuis is not None
    pause = t.jour - t.dossier.attente_depuis
    t.changer(etat=EtatDossier.OUVERT, attente_jusquau=None, attente_motif="")
    t.contenu |= {"jours_d_attente": pause.days, "motif": motif}
    for etape in t.etapes:
        if etape.etat != EtatEtape.ACTIVE or etape.echeance is None:
            continue
        fixer_echeance(t, etape, prochain_jour_ouvre(etape.echeance + pause))
        t.prevenir(a_prevenir(t.acteur, etape), f"{t.dossier.reference} : le dossier reprend")


def recevoir(t: Traversee) -> None:
    """What the requester was asked for has come: the law's clock goes on."""
    dater(t, nature_de(t.dossier).pieces_recues(t.dossier, le=t.jour))


def dater(t: Traversee, legal_le: date | None) -> None:
    """The implicit decision's date is now that one; what is due is as urgent as it makes it."""
    if legal_le == t.dossier.legal_le:
        return
    t.changer(legal_le=legal_le)
    t.contenu["decision_implicite"] = legal_le.isoformat() if legal_le else ""
    for etape in t.etapes:
        if etape.etat == EtatEtape.ACTIVE:
            t.changer_etape(etape, urgence_le=urgence_de(t.dossier, etape.echeance))
