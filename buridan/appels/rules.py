"""Who may do what with a call. Pure: no write, no clock, no request."""

from collections.abc import Sequence
from decimal import Decimal

from buridan.appels.models import Appel, Competence, Genre, ReponseDuSyndicat
from buridan.appels.queries import suivi_de
from buridan.budget import rules as budget
from buridan.dossiers import rules as coeur
from buridan.dossiers.etats import EtatDossier, EtatEtape, TypeEtape
from buridan.dossiers.models import Dossier, Etape
from buridan.organisation.acteur import Acteur
from buridan.outils.montants import euros
from buridan.outils.verdict import OUI, Verdict, non

REPONSES = (Genre.RECUE, Genre.ACCEPTEE, Genre.PRECISIONS, Genre.REFUSEE)
SUITES = (Genre.DATE, Genre.FAITE, Genre.REFUSEE)


def peut_appeler(acteur: Acteur, competence: Competence, origine: Dossier | None = None) -> Verdict:
    """May open a call: whoever works in the service that follows, or above; who leads the dossier that leads to it."""
    if not acteur.postes:
        return non("Seul un agent en poste fait appel au syndicat.")
    if competence.service_id in acteur.entites | acteur.dirige or acteur.voit_tout:
        return OUI
    if origine is not None and coeur.peut_conduire(acteur, origine):
        return OUI
    service = acteur.annuaire.nom_entite(competence.service_id)
    return non(f"Les appels pour « {competence.nom} » sont faits par : {service}. Écrivez à ce service.")


def origine_ouverte(origine: Dossier) -> Verdict:
    """Still waits for its answer."""
    if origine.etat == EtatDossier.CLOS:
        return non(f"Le dossier {origine.reference} est clos : faites un appel sans lien, ou rouvrez-le d'abord.")
    return OUI


def peut_noter(acteur: Acteur, etape: Etape | None) -> Verdict:
    """May note what the syndicate said: whoever has the étape; Buridan, for the page of the syndicate."""
    if etape is None:
        return non("L'appel n'est pas chez le syndicat en ce moment : il n'y a rien à noter.")
    return OUI if acteur.est_systeme else coeur.peut_agir(acteur, etape)


def attendus(appel: Appel) -> tuple[Genre, ...]:
    """What the syndicate may say now."""
    if appel.envoye_le is None or appel.fini_le is not None or appel.reponse == ReponseDuSyndicat.REFUSEE:
        return ()
    if appel.reponse == ReponseDuSyndicat.ACCEPTEE:
        return SUITES
    return REPONSES


def peut_ecrire_au_syndicat(acteur: Acteur, appel: Appel) -> Verdict:
    """May write to it: whoever leads the dossier, once it is sent."""
    if not attendus(appel):
        return non("On écrit au syndicat quand un appel est chez lui : celui-ci n'est pas envoyé, ou il est fini.")
    return coeur.peut_conduire(acteur, appel.dossier)


def peut_depasser(acteur: Acteur, dossier: Dossier) -> Verdict:
    """May allow this call to exceed the envelope."""
    if dossier.etat == EtatDossier.CLOS:
        return non("L'appel est clos.")
    return budget.peut_depasser(acteur)


def tient(appel_nom: str, montant: Decimal, disponible: Decimal) -> Verdict:
    """This amount fits in what is left of the envelope."""
    if montant <= disponible:
        return OUI
    reste = f"il reste {euros(disponible)}" if disponible > 0 else "elle est épuisée"
    return non(
        f"L'enveloppe « {appel_nom} » ne suffit pas : {reste}, l'appel coûte {euros(montant)}. Renvoyez-le pour diminuer "
        "l'estimation, ou demandez à la direction des finances d'autoriser le dépassement (geste « Autoriser un dépassement »)."
    )


def passe_par_la_signature(appel: Appel, etapes: Sequence[Etape]) -> Verdict:
    """What is not sent yet is still to be signed, and followed after that: somebody who changes the circuit leaves both."""
    a_venir = [e for e in etapes if e.etat in (EtatEtape.ACTIVE, EtatEtape.A_VENIR)]
    if appel.dossier.etat == EtatDossier.CLOS or suivi_de(etapes) is not None:
        return OUI
    signature = next((e for e in a_venir if e.type == TypeEtape.SIGNATURE), None)
    if signature is None:
        return non("Un appel part au syndicat par sa signature : laissez cette étape dans le circuit.")
    if any(e.type == TypeEtape.TRAITEMENT and e.rang > signature.rang and e.ajoutee_par_id is None for e in a_venir):
        return OUI
    return non("La réponse du syndicat doit être suivie par quelqu'un : laissez cette étape dans le circuit.")
