"""Ask the sender of a letter for what is missing; then it comes, by e-mail, on paper or said, or the letter goes on without it.

Asking is a departure of its own kind, and no answer: the dossier waits, and the law's clock with it (CRPA L114-5).
"""

from dataclasses import dataclass
from datetime import date, datetime, timedelta

from django.db import transaction

from buridan.courriers import rules
from buridan.courriers.actions.clore import clore_ici, exiger_ouvert
from buridan.courriers.actions.expedier import Envoi, exiger_une_adresse, partir, poster
from buridan.courriers.actions.horloge import date_du_silence
from buridan.courriers.etats import Effet, Moyen, Objet
from buridan.courriers.models import Complement, Courrier, Depart
from buridan.courriers.queries import complements_attendus, courrier_de
from buridan.dossiers import rules as coeur
from buridan.dossiers.actions.attendre import dater, recevoir, reprendre_ici, suspendre
from buridan.dossiers.actions.ecrire import concernes
from buridan.dossiers.actions.ecriture import verrouiller
from buridan.dossiers.actions.traversee import DejaFait, Traversee, refus_de_la_base, traversee
from buridan.dossiers.etats import EtatDossier, Fil, SensReponse
from buridan.dossiers.models import Document, Dossier, Lien, Message
from buridan.droit.demandes import Silence, phrase_de_la_suspension
from buridan.organisation.acteur import Acteur
from buridan.outils.verdict import Refus

RAPPEL = timedelta(days=3)  # before the day given
RIEN = "Ce courrier n'attend pas de complément."


@dataclass(frozen=True, slots=True)
class Question:
    """What is asked, until when, and how it leaves."""

    texte: str
    jusquau: date
    envoi: Envoi


def demander_complement(dossier: Dossier, *, by: Acteur, at: datetime, question: Question) -> Depart:
    """Ask, under a number of the departure register; the dossier waits until that day."""
    with refus_de_la_base(), transaction.atomic():
        with traversee("demander_complement", dossier.pk, by=by, at=at) as t:
            _pas_deux_fois(t, question)
            rules.peut_demander_complement(by, t.dossier).exiger()
            courrier = courrier_de(t.dossier)
            if not question.texte.strip():
                raise Refus("Dites ce qui manque : l'expéditeur le lira.")
            exiger_une_adresse([courrier], [question.envoi])
            suspendre(
                t, question.jusquau, f"attend le complément de {courrier.correspondant} depuis le {t.jour:%d/%m/%Y}"
            )
            depart = partir(t.dossier, courrier, question.envoi, Objet.COMPLEMENT, by=by, at=at)
            texte = _lettre(t, courrier, question)
            Complement.objects.create(depart=depart, texte=texte, demande_le=t.jour, jusquau=question.jusquau)
            dater(t, date_du_silence(t.dossier))
            t.contenu |= {"texte": question.texte.strip(), "depart": depart.cote, "moyen": question.envoi.moyen.label}
        if depart.moyen == Moyen.COURRIEL:
            poster(depart, at)
        return depart


def _pas_deux_fois(t: Traversee, question: Question) -> None:
    """A second click on the same words."""
    deja = complements_attendus(t.dossier).filter(jusquau=question.jusquau, texte__startswith=question.texte.strip())
    if t.dossier.etat == EtatDossier.ATTENTE and (complement := deja.select_related("depart").first()) is not None:
        raise DejaFait(f"Ce complément est déjà demandé, sous le numéro {complement.depart.cote}.")


def _lettre(t: Traversee, courrier: Courrier, question: Question) -> str:
    """What is written, by when, what becomes of the law's clock when one runs."""
    court = t.dossier.tour == 1 and (t.dossier.legal_le is None or t.jour < t.dossier.legal_le)
    silence = Silence.REJET if courrier.effet == Effet.RECOURS else Silence(courrier.silence)
    soumis = court and courrier.effet in (Effet.DEMANDE, Effet.RECOURS)
    morceaux = [
        question.texte.strip(),
        f"Merci de nous répondre avant le {question.jusquau:%d/%m/%Y}, en rappelant le numéro {courrier.cote}.",
        phrase_de_la_suspension(silence) if soumis else "",
    ]
    return "\n\n".join(filter(None, morceaux))


def recevoir_complement(dossier: Dossier, *, by: Acteur, at: datetime) -> Dossier:
    """Somebody says that it has come: the letter goes on, the law's clock too."""
    with traversee("recevoir_complement", dossier.pk, by=by, at=at) as t:
        if t.dossier.etat != EtatDossier.CLOS and not complements_attendus(t.dossier).exists():
            raise DejaFait(RIEN)
        rules.peut_recevoir_complement(by, t.dossier).exiger()
        _arriver(t, "")
        return t.dossier


def recevoir_un_ecrit(dossier: Dossier, *, by: Acteur, at: datetime, texte: str) -> None:
    """An e-mail is what was awaited: `by` judged so, and was asked before whether he or she may join it."""
    with traversee("recevoir_complement", dossier.pk, by=by, at=at) as t:
        if not complements_attendus(t.dossier).exists():
            raise Refus(f"{RIEN} Joignez ce qui est arrivé pour les agents du dossier.")
        Message.objects.create(dossier=t.dossier, fil=Fil.AGENTS, texte=texte, at=at, par_id=by.personne)
        _arriver(t, "par courriel")


def joindre_complement(dossier: Dossier, *, by: Acteur, at: datetime, vers: Dossier) -> Dossier:
    """This letter is what another waits for: its files go there, which goes on. It keeps its number, and has no other answer."""
    if dossier.pk == vers.pk:
        raise Refus("Un courrier ne se complète pas lui-même : donnez le numéro de celui qui attend.")
    with refus_de_la_base(), transaction.atomic():
        for pk in sorted((dossier.pk, vers.pk)):
            verrouiller(pk)
        with traversee("joindre_complement", dossier.pk, by=by, at=at) as t:
            exiger_ouvert(t)
            rules.peut_joindre_complement(by, t.dossier).exiger()
            cote, attend = courrier_de(t.dossier).cote, courrier_de(vers)
            t.contenu["avec"] = vers.reference
            if not attend.confidentiel:
                _suivre(t, Dossier.objects.get(pk=vers.pk))
            clore_ici(t, f"Complément joint au courrier {attend.cote}.", "", SensReponse.INFORMATION, annule=False)
            Lien.objects.get_or_create(de=t.dossier, vers=vers, defaults={"genre": Lien.Genre.LIE, "at": at})
        with traversee("recevoir_complement", vers.pk, by=by, at=at) as autre:
            rules.peut_recevoir_la_lettre(by, autre.dossier).exiger()
            _copier(dossier, autre)
            _arriver(autre, f"par le courrier {cote}")
        return autre.dossier


def _suivre(t: Traversee, autre: Dossier) -> None:
    """It is that service's too, which reads it; and similar letters will be proposed to it."""
    t.changer(entite_id=autre.entite_id, lecteurs=list(dict.fromkeys([*t.dossier.lecteurs, *autre.lecteurs])))


def _copier(de: Dossier, t: Traversee) -> None:
    """Its files, named from both dossiers: the bytes are stored once."""
    champs = ("nom", "type_mime", "taille", "sha256", "analyse_le")
    lus = Document.objects.filter(dossier=de.pk).order_by("at", "pk").values(*champs)
    Document.objects.bulk_create(Document(dossier=t.dossier, at=t.at, par_id=t.acteur.personne, **d) for d in lus)


def _arriver(t: Traversee, comment: str) -> None:
    """It goes on if it waited, and whoever works on it is told."""
    if t.dossier.etat == EtatDossier.ATTENTE:
        reprendre_ici(t, comment)
    recevoir(t)
    t.contenu |= {"moyen": comment} if comment else {}
    t.prevenir(concernes(t), f"{t.dossier.reference} : le complément demandé est arrivé {comment}".strip())


def continuer_sans(dossier: Dossier, *, by: Acteur, at: datetime) -> Dossier:
    """Take a letter off hold; what was asked for, if anything, has not come."""
    with traversee("reprendre", dossier.pk, by=by, at=at) as t:
        coeur.peut_reprendre(by, t.dossier).exiger()
        reprendre_ici(t, "sans attendre le complément" if complements_attendus(t.dossier).exists() else "")
        return t.dossier


def rappeler_les_complements(*, by: Acteur, at: datetime) -> int:
    """Three days before the day given, whoever works on the letter is told, once, that nothing has come; says how many."""
    proches = Complement.objects.filter(recu_le=None, rappele_le=None, depart__dossier__etat=EtatDossier.ATTENTE)
    proches = proches.filter(jusquau__lte=by.annuaire.jour + RAPPEL, demande_le__lt=by.annuaire.jour)
    return sum(_rappeler(c, by=by, at=at) for c in proches.select_related("depart")[:500])


def _rappeler(complement: Complement, *, by: Acteur, at: datetime) -> bool:
    try:
        with traversee("rappeler_complement", complement.depart.dossier_id, by=by, at=at) as t:
            encore = complements_attendus(t.dossier).filter(pk=complement.pk, rappele_le=None)
            if t.dossier.etat != EtatDossier.ATTENTE or not encore.update(rappele_le=t.jour):
                raise DejaFait("Ce rappel est déjà fait.")
            dit = f"attendu avant le {complement.jusquau:%d/%m/%Y}, n'est pas arrivé"
            t.contenu["depart"] = complement.depart.cote
            t.prevenir(concernes(t), f"{t.dossier.reference} : le complément de {complement.depart.nom}, {dit}")
    except Refus:  # it came, or was said, meanwhile
        return False
    return True
