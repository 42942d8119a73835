"""The end: the service has seen the work and what it cost, or says why there was none; what follows from any closing."""

from datetime import date, datetime
from decimal import Decimal

from django.db import connection

from buridan.appels.actions.correspondre import annuler
from buridan.appels.actions.engager import retenir
from buridan.appels.models import Appel, ReponseDuSyndicat, part_de_la_ville
from buridan.appels.queries import appel_de, racine, reservation_de
from buridan.budget.actions.reserver import liberer
from buridan.dossiers import rules as coeur
from buridan.dossiers.actions.avancer import a_prevenir, passer_outre
from buridan.dossiers.actions.ecrire import prevenir_les_agents
from buridan.dossiers.actions.repondre import repondre, repondre_a_tous
from buridan.dossiers.actions.traversee import traversee_etape
from buridan.dossiers.etats import EtatDossier, EtatEtape, Resultat, SensReponse
from buridan.dossiers.models import Dossier, Etape, Reponse
from buridan.notifications.models import Notification
from buridan.organisation.acteur import Acteur
from buridan.outils.montants import euros
from buridan.outils.sql import executer
from buridan.outils.verdict import Refus

# asked at each closing, of any nature
_OUVERTS_POUR = f"SELECT dossier_id FROM {Appel._meta.db_table} WHERE origine_id = %s AND fini_le IS NULL"  # noqa: S608  a constant


def controler(
    etape: Etape,
    *,
    by: Acteur,
    at: datetime,
    faite_le: date | None = None,
    cout: Decimal | None = None,
    texte: str = "",
) -> Reponse:
    """Checked, paid for, closed. Without an intervention, only the reason is needed."""
    appel = appel_de(etape.dossier)
    if appel.reponse == ReponseDuSyndicat.REFUSEE or etape.dossier.projet_sens == SensReponse.REFUS:
        return repondre(etape, by=by, at=at, texte=texte, sens=SensReponse.REFUS)
    with traversee_etape("controler_appel", etape, by=by, at=at) as t:
        assert t.etape is not None
        coeur.peut_decider(by, t.etape, "repondre").exiger()
        appel = appel_de(t.dossier)
        if appel.reponse != ReponseDuSyndicat.ACCEPTEE or appel.envoye_le is None:
            raise Refus("Le syndicat n'a pas encore accepté d'intervenir : notez sa réponse d'abord.")
        if faite_le is None or not appel.envoye_le.date() <= faite_le <= t.jour:
            raise Refus("Dites quel jour l'intervention a été faite, entre l'envoi de l'appel et aujourd'hui.")
        if cout is None or cout < 0:
            raise Refus("Notez ce que l'intervention coûte, 0 si elle est gratuite.")
        due = part_de_la_ville(appel.cle, cout)
        _solder(appel, due, by=by, at=at)
        Appel.objects.filter(pk=appel.pk).update(faite_le=faite_le, cout=cout, part_due=due)
        t.decider(Resultat.REPONDUE, texte.strip())
        montant = euros(cout) if appel.cle is None else f"{euros(cout)}, dont {euros(due)} à la charge de la commune"
        t.contenu["montant"] = montant
        dit = f"Intervention faite le {faite_le:%d/%m/%Y}, contrôlée par le service. Coût : {montant}."
        reponse = repondre_a_tous(t, "\n\n".join(p for p in (dit, texte.strip()) if p), SensReponse.FAVORABLE)
        passer_outre(t, t.restantes())
        return reponse


def _solder(appel: Appel, due: Decimal, *, by: Acteur, at: datetime) -> None:
    if due > 0:
        retenir(appel, due, by=by, at=at)
    elif (tenue := reservation_de(appel.dossier)) is not None and tenue.engage_le is None:
        liberer(tenue, by=by, at=at, motif="L'intervention n'a rien coûté.", dossier=appel.dossier.uuid)


def a_la_cloture(dossier: Dossier, sens: SensReponse, by: Acteur, at: datetime) -> None:
    """After any closing, in its transaction: a call gives back what it holds and tells the dossier that led to it; of another
    dossier, those who follow its calls are told that nobody waits for them any more.
    """
    if dossier.nature != "appels":
        _origine_close(dossier, sens, by, at)
        return
    appel = appel_de(dossier)
    Appel.objects.filter(pk=appel.pk).update(fini_le=at)
    fait = sens in (SensReponse.FAVORABLE, SensReponse.PARTIELLE)
    tenue = reservation_de(dossier)
    if not fait and tenue is not None and tenue.engage_le is None:
        liberer(tenue, by=by, at=at, motif="L'appel est clos sans intervention.", dossier=dossier.uuid)
    if not fait and appel.envoye_le is not None and appel.reponse != ReponseDuSyndicat.REFUSEE:
        annuler(appel, at=at)
    if appel.origine is not None:
        _dire_a_l_origine(appel, appel.origine, fait, by, at)


def _dire_a_l_origine(appel: Appel, premiere: Dossier, fait: bool, by: Acteur, at: datetime) -> None:
    origine = racine(premiere)
    if origine.etat == EtatDossier.CLOS or origine.efface_le is not None:
        return
    quoi = "l'intervention est faite et contrôlée" if fait else "il n'y aura pas d'intervention"
    suite = f"l'appel au syndicat {appel.dossier.reference} est clos, {quoi}. Répondez maintenant au demandeur."
    prevenir_les_agents(origine, by=by, at=at, texte=suite[:1].upper() + suite[1:])


def _origine_close(dossier: Dossier, sens: SensReponse, by: Acteur, at: datetime) -> None:
    suivis = [pk for (pk,) in executer(connection, _OUVERTS_POUR, [dossier.pk]).fetchall()]
    for appel in Appel.objects.filter(pk__in=suivis).select_related("dossier").order_by("pk") if suivis else ():
        comment = {SensReponse.RETIREE: "retirée", SensReponse.REUNIE: "réunie à une autre"}.get(sens, "close")
        quoi = f"{appel.dossier.reference} : la demande {dossier.reference} est {comment}."
        texte = f"{quoi} L'appel continue ; retirez-le s'il est sans objet."
        actives = Etape.objects.filter(dossier=appel.pk, etat=EtatEtape.ACTIVE).select_related("dossier")
        qui = {p for e in actives for p in a_prevenir(by, e)} | set(appel.dossier.suiveurs)
        lignes = [
            Notification(personne_id=p, dossier=appel.dossier.uuid, texte=texte[:300], at=at) for p in sorted(qui)
        ]
        Notification.objects.bulk_create(lignes)
