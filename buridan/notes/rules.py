"""Who may do what with a note. Pure: no write, no clock, no request."""

from collections.abc import Iterable, Sequence

from buridan.delegations.etats import NatureActe
from buridan.delegations.registre import Acte, Registre
from buridan.delegations.rules import poste_de, qui_peut, signataires
from buridan.dossiers import rules as coeur
from buridan.dossiers.etats import EtatDossier, EtatEtape, TypeEtape
from buridan.dossiers.models import Dossier, Etape
from buridan.notes.models import Inscription, Note
from buridan.notes.queries import a_presenter, decisions_du_maire, note_de, parole
from buridan.organisation.acteur import Acteur
from buridan.organisation.models import Genre
from buridan.outils.verdict import OUI, Verdict, non

PAS_DECIDEE = (
    "Le maire ne s'est pas encore prononcé sur cette note : il n'y a pas de réponse à faire redescendre. Utilisez "
    "« Renvoyer pour correction » vers une étape d'avant, puis « Ajouter une étape » pour lui confier la décision."
)


def peut_ecrire_une_note(acteur: Acteur) -> Verdict:
    """May begin a note: whoever heads a service, a direction, the general management or the cabinet; an agent, for that head."""
    if services_ouverts(acteur):
        return OUI
    return non(
        "Une note au maire est écrite par un service, et envoyée par qui le dirige : vous n'êtes d'aucun service."
    )


def services(acteur: Acteur) -> list[int]:
    """Entities one heads in one's own right, the nearest first: those a note may be written in."""
    fiches = [acteur.annuaire.postes[p] for p in acteur.postes]
    propres = [f.entite for f in fiches if f.responsable]
    return [*propres, *sorted(acteur.annuaire.descendance(propres) - set(propres), key=acteur.annuaire.nom_entite)]


def services_ouverts(acteur: Acteur) -> list[int]:
    """Those, then the ones one works in under a head: the note is written there, and the head sends it. Officials have none."""
    diriges, annuaire = services(acteur), acteur.annuaire
    siens = [e for e in dict.fromkeys(annuaire.postes[p].entite for p in acteur.postes) if e not in diriges]
    dirigees = [
        e for e in siens if annuaire.entites[e].genre != Genre.ASSEMBLEE and annuaire.responsable(e) is not None
    ]
    return diriges + dirigees


def redige(acteur: Acteur, note: Note) -> bool:
    """Is it the agent who began it for the head, still in that service?"""
    return (
        note.redacteur_id is not None
        and note.redacteur_id == acteur.personne
        and note.dossier.entite_id in acteur.entites
    )


def peut_proposer(acteur: Acteur, note: Note, etapes: Iterable[Etape]) -> Verdict:
    """May tell the head that it is ready: the agent who writes it, who does not send it."""
    if not redige(acteur, note):
        return non("Seul l'agent qui écrit la note pour son responsable la lui propose.")
    return peut_rediger(acteur, note, etapes)


def peut_rediger(acteur: Acteur, note: Note, etapes: Iterable[Etape]) -> Verdict:
    """May write in the parts until it is sent: the author, the agent who began it for the author, the elected official."""
    etape = coeur.redaction(etapes)
    if note.dossier.etat == EtatDossier.CLOS:
        return non("La note a reçu sa réponse : elle ne change plus. Écrivez-en une autre.")
    if etape is None:
        return non(
            "La note est dans le circuit : elle ne change plus. Pour la reprendre, demandez qu'on vous la renvoie."
        )
    nature = note.dossier.nature
    if acteur.agit_pour(etape.poste_id, etape.entite_id, nature) or acteur.agit_pour(note.elu_id, None, nature):
        return OUI
    if redige(acteur, note):
        return OUI
    qui = acteur.annuaire.designer(note.elu_id)
    return non(
        f"Seuls l'auteur et l'élu chargé de « {note.theme} » écrivent cette note ({qui}). Envoyez-leur un message."
    )


def arrive_au_maire(note: Note, etapes: Sequence[Etape]) -> Verdict:
    """What comes to the mayor, but an information, comes after the visa of the elected official since it was last written."""
    if note.elu_id == note.maire_id or note.dossier.etat == EtatDossier.CLOS:
        return OUI
    for etape in etapes:
        du_maire = etape.poste_id == note.maire_id and etape.type != TypeEtape.INFORMATION
        if (du_maire or etape.type == TypeEtape.DECISION) and _compte(etape):
            avant = [e for e in etapes if e.rang < etape.rang and e.etat != EtatEtape.PASSEE]
            ecrite = max((e.rang for e in avant if e.type == TypeEtape.TRAITEMENT), default=0)
            visas = [e for e in avant if e.type == TypeEtape.VISA and e.poste_id == note.elu_id and e.rang > ecrite]
            if not any(e.etat not in (EtatEtape.RENVOYEE, EtatEtape.REPRISE) for e in visas):
                return non(
                    f"Une note n'arrive pas au maire sans le visa de l'élu chargé de « {note.theme} ». Laissez ce visa à "
                    "sa place : en l'absence de l'élu, son suppléant le donne."
                )
    return OUI


def acte_de(dossier: Dossier) -> Acte:
    """What deciding on a note is, for the register of delegations."""
    return Acte(NatureActe.DECISIONS, dossier.entite_id)


def confiees(note: Note, etapes: Sequence[Etape]) -> list[Etape]:
    """Decisions still to be taken that are at another post than the mayor's."""
    return [e for e in etapes if e.type == TypeEtape.DECISION and _compte(e) and e.poste_id != note.maire_id]


def se_confie(note: Note, etapes: Sequence[Etape], r: Registre) -> Verdict:
    """The mayor's decision goes only to who may take it in his or her place: by delegation, or the deputy who replaces."""
    acte = acte_de(note.dossier)
    postes = {poste_de(r, pouvoir) for pouvoir in signataires(r, acte)}
    if all(e.poste_id in postes for e in confiees(note, etapes)):
        return OUI
    return non(
        "La décision du maire ne se confie qu'à qui a reçu sa délégation pour : "
        f"{NatureActe.DECISIONS.label.lower()}. {qui_peut(r, acte)} En l'absence du maire, son suppléant décide sans "
        "qu'on la lui confie."
    )


def peut_redescendre(acteur: Acteur, etape: Etape) -> Verdict:
    """May send the answer down: once there is one, the mayor's, or the refusal that stopped the note."""
    verdict = coeur.peut_decider(acteur, etape, "repondre")
    return verdict and (OUI if parole(note_de(etape.dossier)) is not None else non(PAS_DECIDEE))


def pas_decidee(note: Note) -> Verdict:
    """The mayor has not decided: after, nobody refuses it in his or her place."""
    if not decisions_du_maire(note):
        return OUI
    return non(
        "Le maire s'est prononcé sur cette note : elle ne se refuse plus. Donnez votre visa avec une remarque, ou "
        "renvoyez-la à son étape pour qu'il décide à nouveau."
    )


def peut_refuser(acteur: Acteur, etape: Etape) -> Verdict:
    """May refuse it."""
    return coeur.peut_decider(acteur, etape, "refuser") and pas_decidee(note_de(etape.dossier))


def peut_retirer(acteur: Acteur, dossier: Dossier) -> Verdict:
    """May withdraw it: its author, until the mayor has decided."""
    verdict = coeur.peut_retirer(acteur, dossier)
    etapes = list(dossier.etapes.all())
    decideurs = note_de(dossier).decideurs
    decidee = any((e.type, e.etat) == (TypeEtape.DECISION, EtatEtape.FAITE) and e.poste_id in decideurs for e in etapes)
    if not verdict or not decidee:
        return verdict
    qui = next((coeur.destinataire(acteur, e) for e in reversed(etapes) if e.type == TypeEtape.REPONSE), "au cabinet")
    return non(
        "Le maire s'est prononcé sur cette note : elle ne se retire plus, sa réponse vous revient. S'il faut la revoir, "
        f"dites-le avec « Écrire aux collègues » à qui la fait redescendre : {qui}."
    )


def peut_donner_avis(acteur: Acteur, etape: Etape) -> Verdict:
    """May give an opinion: what a body said is reported otherwise."""
    if a_presenter(etape):
        return non("Cette note est présentée devant une instance : ouvrez-la et utilisez « Noter la présentation ».")
    return coeur.peut_decider(acteur, etape, "donner_avis")


def peut_presenter(acteur: Acteur, etape: Etape) -> Verdict:
    """May report what a body said."""
    if not a_presenter(etape):
        return non("Cette étape n'attend pas une présentation devant une instance.")
    return coeur.peut_decider(acteur, etape, "donner_avis")


def peut_revenir(acteur: Acteur, etape: Etape) -> Verdict:
    """May take back one's decision: not what a body said, which is reported once."""
    if etape.etat == EtatEtape.FAITE and Inscription.objects.filter(etape=etape).exists():
        return non("Ce que l'instance a dit est rapporté : corrigez-le dans la réponse, par un mot ajouté.")
    return coeur.peut_revenir(acteur, etape)


def _compte(etape: Etape) -> bool:
    return etape.etat in (EtatEtape.ACTIVE, EtatEtape.A_VENIR)
