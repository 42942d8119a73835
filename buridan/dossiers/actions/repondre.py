"""Answer the requester and close. No other verb closes a dossier that was worked on."""

from datetime import datetime

from django.db import connection
from django.db.models import QuerySet

from buridan.dossiers import rules
from buridan.dossiers.actions.avancer import passer_outre
from buridan.dossiers.actions.ecriture import verrouiller
from buridan.dossiers.actions.traversee import Traversee, traversee_etape
from buridan.dossiers.etats import EtatDossier, EtatEtape, Fil, Resultat, SensReponse
from buridan.dossiers.models import Decision, Dossier, Etape, Lien, Message, Reponse
from buridan.dossiers.natures import nature_de, natures
from buridan.journal import chaine
from buridan.organisation.acteur import Acteur
from buridan.outils.sql import executer
from buridan.outils.verdict import Refus

# asked at each answer, and nearly always of none
_REUNIS = f"SELECT 1 FROM {Lien._meta.db_table} WHERE vers_id = %s AND genre = '{Lien.Genre.REUNI}' LIMIT 1"  # noqa: S608


def repondre(etape: Etape, *, by: Acteur, at: datetime, texte: str, sens: SensReponse) -> Reponse:
    """Send the answer and close. A draft that was visaed goes out as it was visaed."""
    with traversee_etape("repondre", etape, by=by, at=at) as t:
        assert t.etape is not None
        rules.peut_decider(by, t.etape, "repondre").exiger()
        exiger_conforme(t, texte, sens)
        t.decider(Resultat.REPONDUE, "")
        reponse = repondre_a_tous(t, texte.strip(), sens)
        passer_outre(t, t.restantes())
        return reponse


def exiger_conforme(t: Traversee, texte: str, sens: SensReponse) -> None:
    """The answer says what was visaed, and a refused request is not answered by an agreement."""
    m = nature_de(t.dossier).mots
    if not texte.strip():
        raise Refus(f"Écrivez la réponse : une {m.demande} ne se clôt pas sans réponse.")
    d = t.dossier
    if d.projet_vise and texte.strip().replace("\r\n", "\n") != d.projet_reponse.replace("\r\n", "\n"):
        raise Refus("Cette réponse a été visée : pour la changer, renvoyez le dossier à l'étape de rédaction.")
    if d.projet_vise and sens != d.projet_sens:
        raise Refus("Le sens de cette réponse a été visé : renvoyez le dossier à l'étape de rédaction.")
    refus = Decision.objects.filter(etape__dossier=d, resultat=Resultat.REFUSEE).exclude(etape__etat=EtatEtape.REPRISE)
    if d.projet_sens == SensReponse.REFUS and sens != SensReponse.REFUS and refus.exists():
        raise Refus(
            f"{m.la.capitalize()} a été refusé{m.e} : la réponse doit être un refus. Sinon, renvoyez le dossier."
        )


def clore(t: Traversee, texte: str, sens: SensReponse) -> Reponse:
    """Record the answer, close, and tell who asked."""
    reponse = Reponse.objects.create(
        dossier=t.dossier, tour=t.dossier.tour, sens=sens, texte=texte, at=t.at, par_id=t.acteur.personne
    )
    t.changer(etat=EtatDossier.CLOS, clos_le=t.at, attente_jusquau=None, attente_motif="", projet_vise=False)
    nature = nature_de(t.dossier)
    t.contenu |= {"sens": nature.mots.dire_sens(sens), "texte": texte}
    nature.ecrire_au_demandeur(t.dossier, f"Réponse à votre {nature.mots.demande} {t.dossier.reference}", texte, t.at)
    t.prevenir(
        {*t.dossier.suiveurs, *nature.concernes(t.dossier)},
        f"{t.dossier.reference} : la réponse est partie ({nature.mots.dire_sens(sens).lower()})",
    )
    for autre in natures():
        autre.a_la_cloture(t.dossier, sens, t.acteur, t.at)
    return reponse


def repondre_a_tous(t: Traversee, texte: str, sens: SensReponse) -> Reponse:
    """Close, and give the same answer to the requests joined to this one and to the people who joined it."""
    reponse = clore(t, texte, sens)
    nature_de(t.dossier).informer_participants(t.dossier, texte, t.at)
    reunis = executer(connection, _REUNIS, [t.dossier.pk]).fetchone()
    for lien in doubles(t.dossier) if reunis is not None else ():
        Message.objects.create(dossier=lien.de, fil=Fil.DEMANDEUR, texte=texte, at=t.at, par_id=t.acteur.personne)
        verrouiller(lien.de_id)  # its journal has one writer at a time
        contenu = {"qui": t.acteur.nom, "avec": t.dossier.reference, "sens": SensReponse(sens).label, "texte": texte}
        chaine.ecrire(lien.de.uuid, "repondre_ensemble", auteur=t.acteur.personne, at=t.at, contenu=contenu)
        sujet = f"Réponse à votre demande {lien.de.reference}"
        nature_de(lien.de).ecrire_au_demandeur(lien.de, sujet, texte, t.at)
        nature_de(lien.de).informer_participants(lien.de, texte, t.at)
    return reponse


def doubles(dossier: Dossier) -> QuerySet[Lien]:
    """Links of the requests joined to this one, the oldest first."""
    return Lien.objects.filter(vers=dossier, genre=Lien.Genre.REUNI).select_related("de").order_by("de")
