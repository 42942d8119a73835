"""Who may do what with an internal request. Pure: no write, no clock, no request."""

from collections.abc import Iterable, Sequence

from buridan.decisions.models import DemandeInterne
from buridan.decisions.route import echelle
from buridan.dossiers import rules as coeur
from buridan.dossiers.etats import EtatDossier, EtatEtape, SensReponse, TypeEtape
from buridan.dossiers.models import Etape
from buridan.organisation.acteur import Acteur
from buridan.organisation.annuaire import Annuaire
from buridan.organisation.models import Genre
from buridan.outils.verdict import OUI, Verdict, non

ENGAGENT = {TypeEtape.VISA, TypeEtape.VALIDATION, TypeEtape.SIGNATURE, TypeEtape.DECISION, TypeEtape.REPONSE}
A_DECIDER = {EtatEtape.ACTIVE, EtatEtape.A_VENIR}


def postes_d_agent(acteur: Acteur) -> list[int]:
    """Posts in which one may ask: held in one's own right, elsewhere than in the council."""
    return [p for p in acteur.postes if est_agent(acteur.annuaire, p)]


def est_agent(annuaire: Annuaire, poste: int) -> bool:
    """Is it a post of the administration, and not of the council?"""
    fiche = annuaire.entites.get(annuaire.postes[poste].entite)
    return fiche is not None and fiche.genre != Genre.ASSEMBLEE


def peut_demander(acteur: Acteur) -> Verdict:
    """May ask: whoever works in the town hall. What elected officials ask has its own way (chapter 5a of the source)."""
    if postes_d_agent(acteur):
        return OUI
    if acteur.postes:
        return non(
            "Une demande interne vient d'un agent ou d'un service. Ce qu'un élu demande passe par le cabinet : écrivez-lui."
        )
    return non("Vous n'avez pas de poste aujourd'hui : demandez aux ressources humaines de vous en donner un.")


def peut_rediger(acteur: Acteur, demande: DemandeInterne, etapes: Iterable[Etape]) -> Verdict:
    """May write it: its authors, until it is sent."""
    dossier, etape = demande.dossier, coeur.redaction(etapes)
    if dossier.etat == EtatDossier.CLOS:
        return non("La demande a reçu sa réponse : elle ne change plus. Écrivez-en une autre.")
    if etape is None:
        return non("La demande est partie : elle ne change plus. Pour la reprendre, demandez qu'on vous la renvoie.")
    if acteur.personne == demande.coauteur_id or acteur.agit_pour(etape.poste_id, etape.entite_id, dossier.nature):
        return OUI
    return non(
        f"Seuls ses auteurs écrivent cette demande ({coeur.destinataire(acteur, etape)}). Écrivez-leur un message."
    )


def auteurs_de(demande: DemandeInterne) -> set[int]:
    """Who wrote it."""
    return {p for p in (demande.dossier.createur_id, demande.coauteur_id) if p is not None}


def pas_son_circuit(acteur: Acteur, demande: DemandeInterne) -> Verdict:
    """Nobody changes the way of what he or she asked, even a head."""
    if acteur.personne in auteurs_de(demande):
        return non("On ne change pas le circuit de sa propre demande : écrivez à votre responsable, il peut le faire.")
    return OUI


def pas_la_sienne(acteur: Acteur, etape: Etape, demande: DemandeInterne) -> Verdict:
    """Nobody agrees to what he or she asked, even in somebody's place. Whoever does not act at all is told so by the core."""
    auteurs = auteurs_de(demande)
    agit = acteur.agit_pour(etape.poste_id, etape.entite_id, demande.dossier.nature)
    if etape.type not in ENGAGENT or acteur.personne not in auteurs or not agit:
        return OUI
    chefs = echelle(acteur.annuaire, demande.dossier.entite_id, demande.auteur_id)
    autres = (p for p in chefs if p != etape.poste_id and acteur.annuaire.postes[p].personne not in auteurs)
    suivant = next(autres, None)
    qui = f" : {acteur.annuaire.designer(suivant)}" if suivant is not None else ""
    return non(
        "On ne se prononce pas sur sa propre demande, même à la place de quelqu'un d'absent. Utilisez « Confier à quelqu'un "
        f"d'autre » pour la donner au responsable au-dessus{qui}."
    )


def peut_refuser(acteur: Acteur, etape: Etape, demande: DemandeInterne) -> Verdict:
    """May refuse it: not its author, who withdraws it instead."""
    if etape.type == TypeEtape.TRAITEMENT and acteur.personne in auteurs_de(demande):
        return non("On ne refuse pas sa propre demande : pour y renoncer, son auteur utilise « Retirer ma demande ».")
    return pas_la_sienne(acteur, etape, demande)


def redescend_bien(annuaire: Annuaire, demande: DemandeInterne, etapes: Sequence[Etape]) -> Verdict:
    """What its circuit must still hold: a head of the author decides (or the mayor), and one gives the answer."""
    dossier = demande.dossier
    if dossier.etat == EtatDossier.CLOS:
        return OUI
    if any(e.type == TypeEtape.TRAITEMENT and e.ajoutee_par_id is not None for e in etapes):
        return non(
            "Une demande interne ne se traite pas en route : demandez plutôt un avis, un visa ou une information."
        )
    ecrite = max((e.rang for e in etapes if e.type == TypeEtape.TRAITEMENT), default=0)
    decident = [e for e in etapes if e.type == TypeEtape.DECISION and e.rang > ecrite]
    decidee = any(e.etat in {*A_DECIDER, EtatEtape.FAITE} for e in decident)
    if not decidee and dossier.projet_sens != SensReponse.REFUS:
        return non(
            "Une demande interne finit par une décision : laissez cette étape, ou confiez-la à quelqu'un d'autre."
        )
    chefs = {*echelle(annuaire, dossier.entite_id, demande.auteur_id), demande.encadrant_id}
    maire = annuaire.responsables.get(annuaire.premiere(Genre.ASSEMBLEE) or 0)
    if any(e.etat in A_DECIDER and e.poste_id not in {*chefs, maire} for e in decident):
        return non("La décision revient à un responsable de l'auteur, ou au maire : confiez-la à l'un d'eux.")
    for etape in etapes:
        if etape.type == TypeEtape.REPONSE and etape.etat in A_DECIDER and etape.poste_id not in chefs:
            qui = annuaire.designer(demande.encadrant_id)
            return non(
                f"La réponse redescend par l'encadrement de l'auteur : laissez cette étape à {qui}, ou à son responsable."
            )
    return OUI


def peut_associer_un_elu(acteur: Acteur, demande: DemandeInterne, etapes: Iterable[Etape]) -> Verdict:
    """May ask an elected official before the decision: the general manager, or who acts in his or her place."""
    dossier = demande.dossier
    dgs = acteur.annuaire.responsables.get(acteur.annuaire.premiere(Genre.DIRECTION_GENERALE) or 0)
    if dgs is None or dgs not in acteur.postes_exerces(dossier.nature):
        return non(
            "C'est la direction générale des services qui associe un élu à une demande interne. Écrivez-lui un message."
        )
    if dossier.etat == EtatDossier.ATTENTE:
        return non(f"Le dossier est en attente jusqu'au {dossier.attente_jusquau:%d/%m/%Y}. Reprenez-le d'abord.")
    if demande.envoyee_le is None or coeur.redaction(etapes) is not None:
        return non("L'auteur écrit encore sa demande : associez un élu une fois qu'elle est partie.")
    if not any(e.type == TypeEtape.DECISION and e.etat in A_DECIDER for e in etapes):
        return non("La décision est prise : un élu ne s'y associe plus. Renvoyez le dossier s'il faut la reprendre.")
    return OUI
