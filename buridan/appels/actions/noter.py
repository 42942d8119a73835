"""What the syndicate says: received, accepted with a date, refused, asks for more, another date, done.

The syndicate says it itself on its page (`by` is then Buridan), or an agent notes what came by telephone or by letter.
"""

from datetime import date, datetime

from django.db import transaction

from buridan.appels import rules
from buridan.appels.actions.engager import retenir
from buridan.appels.models import Appel, Canal, Echange, Genre, ReponseDuSyndicat
from buridan.appels.queries import appel_de, est_suivi, reservation_de, suivi_de
from buridan.budget.actions.reserver import liberer
from buridan.dossiers.actions.attendre import reprendre_ici
from buridan.dossiers.actions.avancer import a_prevenir, avancer, echeance_de, fixer_echeance
from buridan.dossiers.actions.revenir import revenir
from buridan.dossiers.actions.traversee import DejaFait, Traversee, refus_de_la_base, traversee
from buridan.dossiers.etats import EtatDossier, Resultat, SensReponse
from buridan.dossiers.models import Dossier, Etape
from buridan.droit.delais import Delai, Unite, ajouter
from buridan.organisation.acteur import Acteur
from buridan.outils.verdict import Refus

POUR_REPONDRE, POUR_CONTROLER = Delai(3, Unite.OUVRES), Delai(3, Unite.OUVRES)
REFUSE = "Le syndicat n'intervient pas. Sa raison :\n\n{texte}"


def noter(
    dossier: Dossier, *, by: Acteur, at: datetime, genre: Genre, canal: Canal, texte: str = "", jour: date | None = None
) -> Echange:
    """Note it, and whoever must act here has it to do by a date. Raises DejaFait for what was said already."""
    with traversee("noter_syndicat", dossier.pk, by=by, at=at) as t:
        appel = appel_de(t.dossier)
        etape = suivi_de(t.etapes)
        if by.est_systeme and t.dossier.etat == EtatDossier.ATTENTE:
            reprendre_ici(t, "le syndicat a répondu")
        _exiger_nouveau(appel, genre, texte, jour)
        rules.peut_noter(by, etape).exiger()
        _exiger_dit(t, appel, genre, texte.strip(), jour)
        assert etape is not None
        t.etape = etape
        SUITES[genre](t, appel, texte.strip(), jour)
        if canal is Canal.PAGE:
            t.verbe, t.contenu["qui"] = "repondre_syndicat", appel.competence.syndicat.nom
        t.contenu |= {"resultat": genre.label, "texte": texte.strip(), "moyen": canal.label.lower()}
        quoi = f"{t.dossier.reference} : {appel.competence.syndicat} — {genre.label}"
        t.prevenir({*a_prevenir(by, etape), *t.dossier.suiveurs}, quoi)
        appel.save(update_fields=["reponse", "prevue_le", "faite_le"])
        return Echange.objects.create(
            appel=appel, genre=genre, canal=canal, texte=texte.strip(), jour=jour, at=at, par_id=by.personne
        )


def a_reprendre(dossier: Dossier, *, by: Acteur, at: datetime, texte: str, jour: date) -> Appel:
    """The work is not right: the syndicate comes again by that day. Called by the gesture that writes to it."""
    with traversee("reprendre_travaux", dossier.pk, by=by, at=at) as t:
        appel, etape = appel_de(t.dossier), suivi_de(t.etapes)
        rules.peut_noter(by, etape).exiger()
        if appel.reponse != ReponseDuSyndicat.ACCEPTEE:
            raise Refus("Le syndicat n'a pas encore accepté d'intervenir : il n'y a rien à reprendre.")
        if not texte.strip() or jour < t.jour:
            raise Refus("Dites ce qui n'est pas bien fait, et pour quel jour, à partir d'aujourd'hui, vous l'attendez.")
        appel.faite_le, appel.prevue_le = None, jour
        appel.save(update_fields=["faite_le", "prevue_le"])
        assert etape is not None
        fixer_echeance(t, etape, ajouter(jour, POUR_CONTROLER))
        t.contenu |= {"texte": texte.strip(), "jusquau": jour.isoformat()}
        return appel


def reprendre_la_reponse(etape: Etape, *, by: Acteur, at: datetime, motif: str) -> Etape:
    """Whoever noted the syndicate's answer was wrong: it is waited for again, and its credits are held again."""
    with refus_de_la_base(), transaction.atomic():
        reprise = revenir(etape, by=by, at=at, motif=motif)
        dossier = Dossier.objects.get(pk=etape.dossier_id)
        if not est_suivi(etape, dossier.etapes.order_by("rang", "id")):
            return reprise
        appel = appel_de(dossier)
        Appel.objects.filter(pk=appel.pk).update(reponse=ReponseDuSyndicat.ATTENDUE, prevue_le=None, faite_le=None)
        if appel.reponse == ReponseDuSyndicat.REFUSEE:
            Dossier.objects.filter(pk=dossier.pk).update(projet_reponse="", projet_sens="")
            retenir(appel, appel.part, by=by, at=at)
        return reprise


def _exiger_nouveau(appel: Appel, genre: Genre, texte: str, jour: date | None) -> None:
    """A second click, or a colleague who noted the same thing, changes nothing."""
    dernier = appel.echanges.exclude(genre__in=[Genre.RELANCE, Genre.MESSAGE, Genre.ANNULATION]).first()
    repris = genre in (Genre.ACCEPTEE, Genre.REFUSEE) and not appel.reponse  # the one who noted it took it back
    if (
        not repris
        and dernier is not None
        and (dernier.genre, dernier.texte, dernier.jour) == (genre, texte.strip(), jour)
    ):
        raise DejaFait("C'est déjà noté.")


def _exiger_dit(t: Traversee, appel: Appel, genre: Genre, texte: str, jour: date | None) -> None:
    if genre not in rules.attendus(appel):
        if appel.reponse == ReponseDuSyndicat.ACCEPTEE:
            raise DejaFait("L'appel est déjà accepté : donnez une date, ou dites que c'est fait.")
        raise Refus("L'appel n'en est pas là : rechargez la page pour voir où il en est.")
    if genre in (Genre.REFUSEE, Genre.PRECISIONS) and not texte:
        raise Refus("Écrivez la raison, ou ce qui manque : la mairie doit savoir quoi faire.")
    if genre in (Genre.DATE, Genre.FAITE) and jour is None:
        raise Refus("Donnez la date.")
    if jour is None or appel.envoye_le is None:
        return
    if genre is Genre.FAITE and not appel.envoye_le.date() <= jour <= t.jour:
        raise Refus("L'intervention a été faite entre l'envoi de l'appel et aujourd'hui : vérifiez la date.")
    if genre in (Genre.ACCEPTEE, Genre.DATE) and jour < t.jour:
        raise Refus("Cette date est passée : donnez celle où l'intervention est prévue.")


def _recue(t: Traversee, appel: Appel, texte: str, jour: date | None) -> None:
    """Nothing else changes: the answer is still waited for."""


def _precisions(t: Traversee, appel: Appel, texte: str, jour: date | None) -> None:
    assert t.etape is not None
    appel.reponse = ReponseDuSyndicat.PRECISIONS
    fixer_echeance(t, t.etape, ajouter(t.jour, POUR_REPONDRE))


def _acceptee(t: Traversee, appel: Appel, texte: str, jour: date | None) -> None:
    assert t.etape is not None
    appel.reponse, appel.prevue_le = ReponseDuSyndicat.ACCEPTEE, jour
    if jour is not None:
        _attendre_le_travail(t, appel)
    elif (echeance := echeance_de(t.etape, t.jour)) is not None:
        fixer_echeance(t, t.etape, echeance)  # the date is still waited for


def _date(t: Traversee, appel: Appel, texte: str, jour: date | None) -> None:
    appel.prevue_le, appel.faite_le = jour, None
    _attendre_le_travail(t, appel)


def _faite(t: Traversee, appel: Appel, texte: str, jour: date | None) -> None:
    appel.prevue_le, appel.faite_le = appel.prevue_le or jour, jour
    _passer_au_controle(t)
    _fixer(t, ajouter(t.jour, POUR_CONTROLER))


def _refusee(t: Traversee, appel: Appel, texte: str, jour: date | None) -> None:
    appel.reponse, appel.faite_le = ReponseDuSyndicat.REFUSEE, None
    if (tenue := reservation_de(t.dossier)) is not None and tenue.engage_le is None:
        liberer(tenue, by=t.acteur, at=t.at, motif="Le syndicat refuse d'intervenir.", dossier=t.dossier.uuid)
    t.changer(projet_reponse=REFUSE.format(texte=texte), projet_sens=SensReponse.REFUS, projet_vise=False)
    _passer_au_controle(t)
    _fixer(t, ajouter(t.jour, POUR_REPONDRE))


def _attendre_le_travail(t: Traversee, appel: Appel) -> None:
    assert appel.prevue_le is not None
    _passer_au_controle(t)
    _fixer(t, ajouter(appel.prevue_le, POUR_CONTROLER))


def _passer_au_controle(t: Traversee) -> None:
    """The answer is known: what is left is the work, or its absence, and to say so."""
    assert t.etape is not None
    if est_suivi(t.etape, t.etapes):
        t.decider(Resultat.TRAITEE, "")
        avancer(t)


def _fixer(t: Traversee, echeance: date) -> None:
    if (etape := suivi_de(t.etapes)) is not None:
        fixer_echeance(t, etape, echeance)


SUITES = {
    Genre.RECUE: _recue, Genre.PRECISIONS: _precisions, Genre.ACCEPTEE: _acceptee, Genre.REFUSEE: _refusee,
    Genre.DATE: _date, Genre.FAITE: _faite,
}  # fmt: skip
