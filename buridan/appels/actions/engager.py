"""Sign: within a delegation and within the envelope, and the call leaves to the syndicate in the same gesture."""

from datetime import datetime
from decimal import Decimal

from buridan.appels import rules
from buridan.appels.actions.correspondre import envoyer
from buridan.appels.models import Appel
from buridan.appels.papier import composer, signataire
from buridan.appels.queries import appel_de, ligne_de, reservation_de
from buridan.budget.actions.reserver import ajuster, reserver
from buridan.delegations.queries import registre_tenu
from buridan.delegations.rules import pouvoir
from buridan.dossiers import rules as coeur
from buridan.dossiers.actions.avancer import avancer
from buridan.dossiers.actions.signer import PAR_LE_GESTE, exiger_une_delegation
from buridan.dossiers.actions.traversee import Traversee, traversee, traversee_etape
from buridan.dossiers.etats import Resultat
from buridan.dossiers.fichiers import joindre
from buridan.dossiers.models import Dossier, Etape
from buridan.dossiers.natures import nature_de
from buridan.organisation.acteur import Acteur
from buridan.outils.montants import euros
from buridan.outils.verdict import Refus


def engager(etape: Etape, *, by: Acteur, at: datetime, remarque: str = "") -> Etape:
    """Hold the credits, sign, send. Raises Refus outside a delegation, and when the envelope does not hold it."""
    with traversee_etape("signer", etape, by=by, at=at) as t:
        assert t.etape is not None
        coeur.peut_decider(by, t.etape, "signer").exiger()
        coeur.peut_signer_ainsi(t.etape, PAR_LE_GESTE).exiger()
        exiger_une_delegation(t)
        t.contenu |= _en_vertu(t)
        appel = appel_de(t.dossier)
        retenir(appel, appel.part, by=by, at=at)
        pdf = composer(appel, signataire(by, t.etape, at))
        nom = f"appel-{t.dossier.reference}.pdf"
        joindre(t.dossier, [(nom, "application/pdf", pdf)], at=at, par=by.personne, public=False)
        t.decider(Resultat.SIGNEE, remarque.strip(), niveau=PAR_LE_GESTE)
        envoyer(t, appel, (nom, pdf))
        avancer(t)
        return t.etape


def _en_vertu(t: Traversee) -> dict[str, str]:
    """In what right it is signed, for the journal and the report to the council: a call has no signed document that says it."""
    acte = nature_de(t.dossier).acte(t.dossier)
    assert acte is not None and t.acteur.personne is not None
    trouve = pouvoir(registre_tenu(t.at, t.acteur.annuaire), t.acteur.personne, acte)
    assert trouve is not None  # `exiger_une_delegation` has just asked
    return {"qualite": trouve.qualite, "en_vertu": " ; ".join(trouve.formule)}


def retenir(appel: Appel, montant: Decimal, *, by: Acteur, at: datetime, derogation: str = "") -> None:
    """Hold that amount on the year's envelope, whatever was held before. Raises Refus with what is left."""
    dossier, nom = appel.dossier, appel.competence.nom
    tenue = reservation_de(dossier)
    if tenue is not None and (tenue.montant == montant or tenue.engage_le is not None):
        return
    annee = by.annuaire.jour.year
    ligne = tenue.ligne if tenue is not None else ligne_de(appel.competence, annee)
    if ligne is None:
        raise Refus(
            f"Le budget {annee} n'a pas d'enveloppe pour « {nom} » (ligne {appel.competence.ligne}). Demandez à la direction "
            "des finances de l'ajouter, puis recommencez."
        )
    if not derogation:
        libre = ligne_de(appel.competence, ligne.exercice)
        disponible = libre.disponible if libre is not None else Decimal(0)
        if tenue is None or montant > tenue.montant:
            rules.tient(nom, montant, disponible + (tenue.montant if tenue is not None else 0)).exiger()
    if tenue is not None:
        ajuster(tenue, by=by, at=at, montant=montant, motif="Le montant de l'appel a changé.", derogation=derogation)
        return
    reserver(
        ligne, by=by, at=at, montant=montant, reference=dossier.reference, objet=f"{appel.competence.syndicat} : {nom}"[:160],
        derogation=derogation, dossier=dossier.uuid,
    )  # fmt: skip


def depasser(dossier: Dossier, *, by: Acteur, at: datetime, montant: Decimal, motif: str) -> Dossier:
    """Allow this call to exceed the envelope, up to that amount: its credits are held at once."""
    with traversee("depasser_enveloppe", dossier.pk, by=by, at=at) as t:
        rules.peut_depasser(by, t.dossier).exiger()
        if not motif.strip():
            raise Refus("Dites pourquoi cet appel peut dépasser l'enveloppe : la raison reste au journal.")
        appel = appel_de(t.dossier)
        if montant < appel.part:
            raise Refus(f"La commune doit payer {euros(appel.part)} : autorisez au moins ce montant.")
        retenir(appel, montant, by=by, at=at, derogation=motif.strip())
        t.contenu |= {"montant": euros(montant), "motif": motif.strip()}
        t.prevenir(set(t.dossier.suiveurs), f"{t.dossier.reference} : le dépassement de l'enveloppe est autorisé")
        return t.dossier
