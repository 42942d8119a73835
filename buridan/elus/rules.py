"""Who may do what with the matters of elected officials, and who may know who asked. Pure: no write, no clock, no request."""

from buridan.dossiers import rules as coeur
from buridan.dossiers.etats import EtatDossier, TypeEtape
from buridan.dossiers.models import Etape
from buridan.elus.etats import QuiRepond, Voie
from buridan.elus.models import DemandeElu
from buridan.organisation.acteur import Acteur
from buridan.organisation.annuaire import Annuaire
from buridan.organisation.models import Genre
from buridan.outils.verdict import OUI, Verdict, non


def elus(annuaire: Annuaire) -> list[int]:
    """People whose mandate is in force, in the order of the council."""
    en_ordre = sorted((rang, personne) for personne, _fonction, rang, _themes in annuaire.mandats)
    return list(dict.fromkeys(p for _rang, p in en_ordre if p in annuaire.personnes))


def est_elu(annuaire: Annuaire, personne: int | None) -> bool:
    """Is in office today."""
    return any(p == personne for p, *_mandat in annuaire.mandats)


def est_du_cabinet(acteur: Acteur) -> bool:
    """Works in the mayor's cabinet, or acts for its head."""
    cabinet = acteur.annuaire.premiere(Genre.CABINET)
    return cabinet is not None and cabinet in acteur.entites | acteur.dirige


def peut_saisir(acteur: Acteur, elu: int | None = None) -> Verdict:
    """May bring a matter in: an elected official his or her own, the cabinet on behalf of one."""
    if elu is not None and not est_elu(acteur.annuaire, elu):
        return non("Cette personne n'a plus de mandat : choisissez un élu en fonction.")
    if est_du_cabinet(acteur) or (est_elu(acteur.annuaire, acteur.personne) and elu in (None, acteur.personne)):
        return OUI
    if est_elu(acteur.annuaire, acteur.personne):
        return non("Vous saisissez vos propres demandes ; le cabinet saisit celles des autres élus.")
    return non(
        "Ces demandes sont saisies par les élus, ou par le cabinet en leur nom. Pour demander quelque chose à votre "
        "hiérarchie, faites une demande interne ; pour un habitant, une demande."
    )


def voit_qui_demande(acteur: Acteur, demande: DemandeElu) -> bool:
    """May know which official asked: the hierarchy of the service (its head and above), the cabinet, who supervises, the official
    and who typed it. Whoever treats it, an opinion asked elsewhere, or another official may not.
    """
    if acteur.voit_tout or est_du_cabinet(acteur):
        return True
    return (
        acteur.personne in (demande.elu_id, demande.dossier.createur_id) or demande.dossier.entite_id in acteur.dirige
    )


def voit_l_habitant(acteur: Acteur, demande: DemandeElu) -> bool:
    """May read how to reach the resident: whoever may know who asked; the service too when it is the one who answers."""
    return demande.qui_repond == QuiRepond.SERVICE or voit_qui_demande(acteur, demande)


def est_le_sien(acteur: Acteur, demande: DemandeElu) -> bool:
    """Brought this matter in, and is still in office."""
    return acteur.personne == demande.elu_id and est_elu(acteur.annuaire, acteur.personne)


def attend_la_suite(demande: DemandeElu) -> bool:
    """The project became something that has no answer yet."""
    return demande.devenue is not None and demande.devenue.etat != EtatDossier.CLOS


def a_prevenir(demande: DemandeElu) -> list[int]:
    """Told that the answer is ready: the official, when he or she takes it to the resident."""
    return [demande.elu_id] if demande.qui_repond == QuiRepond.ELU else []


def peut_repondre(acteur: Acteur, etape: Etape, demande: DemandeElu) -> Verdict:
    """May give the answer: whoever has the étape; the official too when he or she is the one who tells the resident."""
    if etape.type != TypeEtape.REPONSE:
        return coeur.peut_decider(acteur, etape, "repondre")
    if demande.devenue is not None and attend_la_suite(demande):
        return non(
            f"Le projet est devenu {demande.devenue.reference} : sa réponse viendra ici toute seule. Pour la hâter, "
            "voyez où ce dossier en est ; pour ne plus l'attendre, renvoyez celui-ci à la décision."
        )
    verdict = coeur.peut_agir(acteur, etape)
    attend = etape.etat == "active" and etape.dossier.etat != EtatDossier.ATTENTE
    if not verdict and attend and demande.qui_repond == QuiRepond.ELU and est_le_sien(acteur, demande):
        return OUI
    return verdict


def peut_choisir(acteur: Acteur, demande: DemandeElu) -> Verdict:
    """May say who answers the resident, until the answer leaves."""
    if not demande.qui_repond:
        return non("Aucun habitant n'attend de réponse dans cette demande.")
    if demande.dossier.etat == EtatDossier.CLOS:
        return non("La réponse est partie : l'habitant a eu la sienne.")
    if est_le_sien(acteur, demande) or est_du_cabinet(acteur):
        return OUI
    return non("L'élu ou le cabinet choisissent qui répond à l'habitant.")


def peut_se_charger(demande: DemandeElu, qui: str) -> Verdict:
    """May the town hall be the one who answers: it needs something to answer by."""
    if qui == QuiRepond.SERVICE and not demande.joignable_par_la_mairie:
        return non("Sans courriel ni téléphone de l'habitant, la mairie ne peut pas lui répondre : l'élu le fait.")
    return OUI


def peut_retirer(acteur: Acteur, demande: DemandeElu) -> Verdict:
    """May withdraw: the official, or the cabinet in his or her name."""
    if demande.dossier.etat == EtatDossier.CLOS:
        return non("La demande est déjà close.")
    if est_le_sien(acteur, demande) or est_du_cabinet(acteur):
        return OUI
    return non("Seul l'élu, ou le cabinet en son nom, peut retirer sa demande.")


def services_possibles(acteur: Acteur, etape: Etape) -> list[int]:
    """Services to which a matter may be sent from this étape: those under whoever has it."""
    annuaire = acteur.annuaire
    poste = annuaire.postes.get(etape.poste_id) if etape.poste_id is not None else None
    depart = poste.entite if poste is not None else etape.entite_id
    if depart is None:
        return []
    return sorted(annuaire.descendance([depart]), key=annuaire.nom_entite)


def est_un_projet(demande: DemandeElu) -> bool:
    """Goes to the cabinet and the general manager."""
    return demande.voie == Voie.PROJET
