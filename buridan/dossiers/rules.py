"""Who may do what on a dossier. Pure: no write, no clock, no request. Each refusal says why and what to do next."""

from collections.abc import Iterable
from dataclasses import replace

from buridan.circuits.niveaux import Niveau, pourquoi_pas
from buridan.dossiers.etats import EtatDossier, EtatEtape, TypeEtape
from buridan.dossiers.models import CACHES, NATURES_DU_GUICHET, Dossier, Etape
from buridan.dossiers.natures import nature_de
from buridan.organisation.acteur import Acteur
from buridan.organisation.models import Droit
from buridan.outils.verdict import OUI, Verdict, non

TYPE_DU_VERBE = {
    "qualifier": TypeEtape.QUALIFICATION,
    "traiter": TypeEtape.TRAITEMENT,
    "donner_avis": TypeEtape.AVIS,
    "viser": TypeEtape.VISA,
    "valider": TypeEtape.VALIDATION,
    "signer": TypeEtape.SIGNATURE,
    "decider": TypeEtape.DECISION,
    "repondre": TypeEtape.REPONSE,
    "prendre_connaissance": TypeEtape.INFORMATION,
}
DECIDEES = {EtatEtape.FAITE, EtatEtape.RENVOYEE}
REFUSABLES = {TypeEtape.VISA, TypeEtape.VALIDATION, TypeEtape.SIGNATURE, TypeEtape.DECISION, TypeEtape.TRAITEMENT}


def pas_efface(dossier: Dossier) -> Verdict:
    """Was not erased: nothing happens any more on one that was."""
    if dossier.efface_le is None:
        return OUI
    return non(
        f"Ce dossier a été effacé le {dossier.efface_le:%d/%m/%Y}. Pour une nouvelle affaire, ouvrez une nouvelle demande."
    )


def destinataire(acteur: Acteur, etape: Etape) -> str:
    """Name of the post or entity that has the étape."""
    if etape.poste_id is not None:
        return acteur.annuaire.designer(etape.poste_id)
    return acteur.annuaire.nom_entite(etape.entite_id)


def peut_agir(acteur: Acteur, etape: Etape) -> Verdict:
    """May decide this étape now."""
    if etape.etat == EtatEtape.A_VENIR:
        return non("Cette étape n'est pas encore à faire : celles d'avant ne sont pas terminées.")
    if etape.etat != EtatEtape.ACTIVE:
        return non(f"Cette étape n'est plus à faire ({etape.get_etat_display().lower()}).")
    if etape.dossier.etat == EtatDossier.ATTENTE:
        return non(f"Le dossier est en attente jusqu'au {etape.dossier.attente_jusquau:%d/%m/%Y}. Reprenez-le d'abord.")
    if not acteur.agit_pour(etape.poste_id, etape.entite_id, etape.dossier.nature):
        return non(f"Cette étape revient à : {destinataire(acteur, etape)}.")
    if etape.prise_par_id not in (None, acteur.personne) and tient(acteur, etape):
        nom = acteur.annuaire.nom_personne(etape.prise_par_id)
        return non(f"{nom} s'en occupe. Demandez-lui de rendre l'étape, ou à son responsable de la réattribuer.")
    return OUI


def tient(acteur: Acteur, etape: Etape) -> bool:
    """Whoever took this étape is here and may still act on it: one who is away, or left the service, holds nobody up."""
    if not acteur.annuaire.present(etape.prise_par_id):
        return False
    preneur = replace(acteur, personne=etape.prise_par_id)
    return preneur.agit_pour(etape.poste_id, etape.entite_id, etape.dossier.nature)


def peut_decider(acteur: Acteur, etape: Etape, verbe: str) -> Verdict:
    """May decide this étape with this verb."""
    voulu = TYPE_DU_VERBE.get(verbe)
    if voulu is not None and etape.type != voulu:
        return non(f"Ce geste ne convient pas à une étape de type {etape.get_type_display().lower()}.")
    if verbe == "refuser" and etape.type not in REFUSABLES:
        return non("On ne refuse que depuis un traitement, un visa, une validation, une signature ou une décision.")
    return peut_agir(acteur, etape)


def peut_signer_ainsi(etape: Etape, niveau: Niveau) -> Verdict:
    """A signature of that level is what this étape asks."""
    raison = pourquoi_pas(etape.niveau_signature, niveau)
    return non(raison) if raison else OUI


def redaction(etapes: Iterable[Etape]) -> Etape | None:
    """The étape under way in which an agent writes: of a nature that is a text first, a draft until it is sent."""
    return next((e for e in etapes if e.etat == EtatEtape.ACTIVE and e.type == TypeEtape.TRAITEMENT), None)


def vote_cache(acteur: Acteur, etape: Etape, auteur: int | None, toutes: Iterable[Etape]) -> bool:
    """A colleague's vote stays hidden until all of its rank have given theirs; `auteur` gave this one."""
    if not etape.votes_caches or auteur == acteur.personne:
        return False
    return any(e.rang == etape.rang and e.etat == EtatEtape.ACTIVE for e in toutes)


def peut_revenir(acteur: Acteur, etape: Etape) -> Verdict:
    """May take back the decision of this étape: whoever decided it, before anybody decides after."""
    decision = getattr(etape, "decision", None)
    if decision is None or etape.type == TypeEtape.INFORMATION:
        return non("Cette étape n'est pas décidée : il n'y a rien à reprendre.")
    if etape.type == TypeEtape.REPONSE and etape.etat == EtatEtape.FAITE:
        return non("La réponse est partie : elle ne se reprend pas. Le responsable du service peut rouvrir le dossier.")
    if etape.etat == EtatEtape.RENVOYEE:
        return non("Un renvoi ne se reprend pas : le dossier repasse par vous après correction.")
    if etape.etat == EtatEtape.REPRISE:
        return non("Cette décision est déjà reprise.")
    if decision.par_id is None or decision.par_id != acteur.personne:
        return non(f"Seule la personne qui a décidé peut y revenir : {acteur.annuaire.nom_personne(decision.par_id)}.")
    if not acteur.agit_pour(etape.poste_id, etape.entite_id, etape.dossier.nature):
        return non(f"Vous n'agissez plus pour : {destinataire(acteur, etape)}. Demandez-lui de renvoyer le dossier.")
    return _rien_depuis(etape)


def _rien_depuis(etape: Etape) -> Verdict:
    """Nothing was decided after this étape, and its dossier still waits for what follows."""
    dossier = etape.dossier
    if dossier.etat == EtatDossier.ATTENTE:
        return non(f"Le dossier est en attente jusqu'au {dossier.attente_jusquau:%d/%m/%Y}. Reprenez-le d'abord.")
    toutes = list(dossier.etapes.all())
    fins = {EtatEtape.FAITE, EtatEtape.PASSEE}
    if dossier.etat == EtatDossier.CLOS or any(
        e.type == TypeEtape.REPONSE and e.rang > etape.rang and e.etat in fins for e in toutes
    ):
        return non("Le dossier est clos depuis votre décision. Son responsable peut le rouvrir.")
    apres = [e for e in toutes if e.etat in DECIDEES and e.type != TypeEtape.INFORMATION]
    suivante = next((e for e in apres if e.decision.pk > etape.decision.pk), None)
    if suivante is not None:
        return non(f"« {suivante.titre} » est décidée depuis. Demandez que le dossier vous soit renvoyé.")
    return OUI


def peut_prendre(acteur: Acteur, etape: Etape) -> Verdict:
    """May take the étape for oneself."""
    if etape.prise_par_id == acteur.personne:
        return non("Vous vous en occupez déjà.")
    return peut_agir(acteur, etape)


def peut_rendre(acteur: Acteur, etape: Etape) -> Verdict:
    """May give back an étape one has taken."""
    if etape.etat != EtatEtape.ACTIVE or etape.prise_par_id is None:
        return non("Personne n'a pris cette étape.")
    return OUI if etape.prise_par_id == acteur.personne else non("Seule la personne qui l'a prise peut la rendre.")


def dirige_etape(acteur: Acteur, etape: Etape) -> bool:
    """Is the head of the entity of this étape, or above it, or administers the organisation."""
    if Droit.ADMINISTRATION in acteur.droits:
        return True
    poste = acteur.annuaire.postes.get(etape.poste_id) if etape.poste_id is not None else None
    entite = poste.entite if poste else etape.entite_id
    return entite in acteur.dirige


def peut_reaffecter(acteur: Acteur, etape: Etape) -> Verdict:
    """May give an active étape to somebody else: its head, or whoever has it."""
    if etape.etat != EtatEtape.ACTIVE:
        return non("Cette étape n'est plus à faire.")
    if dirige_etape(acteur, etape) or peut_agir(acteur, etape):
        return OUI
    return non("Seuls le destinataire de l'étape et son responsable peuvent la confier à quelqu'un d'autre.")


def peut_voir(acteur: Acteur, dossier: Dossier) -> Verdict:
    """Sees the dossier: the same rule as `visibles_par`, for a dossier already at hand."""
    caches = CACHES.get(dossier.nature)
    if caches is not None and not acteur.est_systeme and caches(acteur).filter(pk=dossier.pk).exists():
        return non("Ce dossier est réservé à son destinataire. Adressez-vous à lui.")
    au_guichet = Droit.GUICHET in acteur.droits and not dossier.sensible and dossier.nature in NATURES_DU_GUICHET
    if acteur.voit_tout or au_guichet or (acteur.personne in dossier.suiveurs and not dossier.sensible):
        return OUI
    if acteur.lecteur(dossier.nature) & set(dossier.lecteurs):
        return OUI
    return non("Ce dossier n'est pas ouvert à votre service. Demandez à son responsable de vous le confier.")


def peut_modifier_circuit(acteur: Acteur, dossier: Dossier) -> Verdict:
    """May insert, skip or move coming étapes of this dossier."""
    if dossier.etat == EtatDossier.CLOS:
        return non("Le dossier est clos.")
    permis = {Droit.CIRCUITS, Droit.ADMINISTRATION, Droit.QUALITE} & set(acteur.droits)
    if permis or dossier.entite_id in acteur.dirige:
        return OUI
    return non("Seul le responsable du service, ou une personne habilitée, peut modifier les étapes à venir.")


def fait_partie(acteur: Acteur, dossier: Dossier) -> Verdict:
    """Works on this open dossier: in its perimeter or acting on one of its active étapes."""
    if dossier.etat == EtatDossier.CLOS:
        return non("Le dossier est clos. Rouvrez-le pour continuer.")
    if acteur.est_systeme or acteur.voit_tout or acteur.lecteur(dossier.nature) & set(dossier.lecteurs):
        return OUI
    return non("Ce dossier n'est pas suivi par votre service.")


def peut_conduire(acteur: Acteur, dossier: Dossier) -> Verdict:
    """Leads this open dossier: of the service in charge, or with something to decide on it.

    Reading it, or being informed of it, is not enough to close it or to stop its clock.
    """
    verdict = fait_partie(acteur, dossier)
    if not verdict or acteur.est_systeme or dossier.entite_id in acteur.dirige | acteur.entites:
        return verdict
    actives = [e for e in dossier.etapes.all() if e.etat == EtatEtape.ACTIVE and e.type != TypeEtape.INFORMATION]
    if any(acteur.agit_pour(e.poste_id, e.entite_id, dossier.nature) for e in actives):
        return OUI
    if Droit.ADMINISTRATION in acteur.droits or Droit.SUPERVISION in acteur.droits:
        return OUI
    return non("Ce geste revient au service chargé du dossier, ou à qui a une étape à faire.")


def peut_mettre_en_attente(acteur: Acteur, dossier: Dossier) -> Verdict:
    """May put the dossier on hold until a date, or ask the requester for more."""
    if dossier.etat == EtatDossier.ATTENTE:
        return non(f"Le dossier est déjà en attente jusqu'au {dossier.attente_jusquau:%d/%m/%Y}.")
    return peut_conduire(acteur, dossier)


def peut_reprendre(acteur: Acteur, dossier: Dossier) -> Verdict:
    """May take a dossier off hold."""
    if dossier.etat != EtatDossier.ATTENTE:
        return non("Le dossier n'est pas en attente.")
    return peut_conduire(acteur, dossier)


def peut_rouvrir(acteur: Acteur, dossier: Dossier) -> Verdict:
    """May reopen a closed dossier: the head of its service or above; the system on a requester's contest."""
    if dossier.etat != EtatDossier.CLOS:
        return non("Le dossier n'est pas clos.")
    if acteur.est_systeme or dossier.entite_id in acteur.dirige or Droit.ADMINISTRATION in acteur.droits:
        return OUI
    return non("Seul le responsable du service peut rouvrir un dossier.")


def peut_retirer(acteur: Acteur, dossier: Dossier) -> Verdict:
    """May withdraw: the author (an agent for an internal dossier; the requester acts through the system)."""
    if dossier.etat == EtatDossier.CLOS:
        return non("Le dossier est déjà clos.")
    nature = nature_de(dossier)
    au_guichet = Droit.GUICHET in acteur.droits and nature.usager
    if acteur.est_systeme or acteur.personne == dossier.createur_id or au_guichet:
        return OUI
    ou = ", ou l'accueil en son nom," if nature.usager else ""
    return non(nature.mots.dire(f"Seul {{le_demandeur}}{ou} peut retirer {{la}}."))
