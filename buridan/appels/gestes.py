"""The gestures of a call, in the place of those of the core."""

from dataclasses import replace
from typing import Any

from django.db import transaction

from buridan.appels import forms, rules
from buridan.appels.actions.controler import controler
from buridan.appels.actions.correspondre import ecrire_au_syndicat
from buridan.appels.actions.demander import Saisie, ecrire
from buridan.appels.actions.engager import depasser, engager
from buridan.appels.actions.noter import a_reprendre, noter, reprendre_la_reponse
from buridan.appels.models import Canal, Echange, Genre, ReponseDuSyndicat
from buridan.appels.queries import appel_de, suivi_de
from buridan.dossiers.etats import TypeEtape
from buridan.dossiers.forms import FormulaireRemarque
from buridan.dossiers.gestes import GESTES
from buridan.dossiers.models import Dossier
from buridan.dossiers.natures import Geste
from buridan.organisation.acteur import Acteur
from buridan.outils.verdict import Verdict, non


def _traiter(etape: Any, *, by: Acteur, at: Any, donnees: dict[str, Any]) -> Any:
    if "estimation" in donnees:
        return ecrire(etape, Saisie(appel_de(etape.dossier).competence, **donnees), by=by, at=at)
    if "genre" in donnees:
        return _noter(etape.dossier, by=by, at=at, donnees=donnees)
    return GESTES["traiter"].executer(etape, by=by, at=at, donnees=donnees)


def _noter(dossier: Dossier, *, by: Acteur, at: Any, donnees: dict[str, Any]) -> Any:
    genre, canal = Genre(donnees.pop("genre")), Canal(donnees.pop("canal"))
    return noter(dossier, by=by, at=at, genre=genre, canal=canal, **donnees)


def _controler(etape: Any, *, by: Acteur, at: Any, donnees: dict[str, Any]) -> Any:
    return controler(etape, by=by, at=at, **donnees)


def _engager(etape: Any, *, by: Acteur, at: Any, donnees: dict[str, Any]) -> Any:
    return engager(etape, by=by, at=at, **donnees)


def _ecrire_au_syndicat(dossier: Dossier, *, by: Acteur, at: Any, donnees: dict[str, Any]) -> Any:
    return ecrire_au_syndicat(dossier, by=by, at=at, **donnees)


def _parti(echange: Echange) -> str:
    if echange.canal == Canal.COURRIEL:
        return "Le message part au syndicat."
    return "Le message est enregistré. Le syndicat n'a pas d'adresse électronique : imprimez-le et postez-le."


def _reprendre(dossier: Dossier, *, by: Acteur, at: Any, donnees: dict[str, Any]) -> Any:
    dit = f"L'intervention n'est pas acceptée. Elle est à reprendre pour le {donnees['jour']:%d/%m/%Y} : {donnees['texte']}"
    with transaction.atomic():
        a_reprendre(dossier, by=by, at=at, **donnees)
        return ecrire_au_syndicat(dossier, by=by, at=at, texte=dit)


def _revenir(etape: Any, *, by: Acteur, at: Any, donnees: dict[str, Any]) -> Any:
    return reprendre_la_reponse(etape, by=by, at=at, **donnees)


def _depasser(dossier: Dossier, *, by: Acteur, at: Any, donnees: dict[str, Any]) -> Any:
    return depasser(dossier, by=by, at=at, **donnees)


def peut_noter_la_suite(acteur: Acteur, dossier: Dossier) -> Verdict:
    """Once the answer is known: another date, the end of the work."""
    etape = suivi_de(list(dossier.etapes.order_by("rang", "id")))
    if etape is not None and etape.type == TypeEtape.TRAITEMENT:
        return non("La réponse du syndicat se note à l'étape « À faire maintenant ».")
    if etape is not None and not rules.attendus(appel_de(dossier)):
        return non("Le syndicat n'a plus rien à dire : dites la suite et fermez l'appel.")
    return rules.peut_noter(acteur, etape)


def peut_faire_reprendre(acteur: Acteur, dossier: Dossier) -> Verdict:
    """What was accepted and has come to the check."""
    if appel_de(dossier).reponse != ReponseDuSyndicat.ACCEPTEE:
        return non("Le syndicat n'a pas encore accepté d'intervenir : il n'y a rien à reprendre.")
    return rules.peut_noter(acteur, suivi_de(list(dossier.etapes.order_by("rang", "id"))))


def peut_ecrire(acteur: Acteur, dossier: Dossier) -> Verdict:
    """Once it is sent."""
    return rules.peut_ecrire_au_syndicat(acteur, appel_de(dossier))


APPEL: dict[str, Geste] = {
    g.code: g
    for g in (
        replace(
            GESTES["traiter"], libelle="Enregistrer", fait="C'est enregistré, l'appel suit son circuit.",
            formulaire=forms.formulaire_de_traitement, executer=_traiter,
        ),
        replace(
            GESTES["signer"], libelle="Signer et envoyer au syndicat", fait="L'appel est signé et envoyé au syndicat.",
            formulaire=FormulaireRemarque, executer=_engager,
        ),
        replace(
            GESTES["repondre"], libelle="Contrôler et fermer l'appel", fait="L'appel est fermé.",
            formulaire=forms.FormulaireControle, executer=_controler,
        ),
        replace(GESTES["retirer"], libelle="Retirer l'appel"),
        replace(GESTES["revenir"], executer=_revenir),
        Geste(
            "noter_syndicat", "Noter ce que dit le syndicat", "C'est noté.", False, forms.FormulaireNoter,
            peut_noter_la_suite, _noter,
        ),
        Geste(
            "message_au_syndicat", "Écrire au syndicat, ou renvoyer l'appel", "C'est écrit.", False, forms.FormulaireMessage,
            peut_ecrire, _ecrire_au_syndicat, dire=_parti,
        ),
        Geste(
            "faire_reprendre", "Faire reprendre l'intervention", "La nouvelle date est notée.", False,
            forms.FormulaireReprise, peut_faire_reprendre, _reprendre, dire=_parti,
        ),
        Geste(
            "depasser", "Autoriser un dépassement", "Le dépassement est autorisé, les crédits sont réservés.", False,
            forms.FormulaireDepassement, rules.peut_depasser, _depasser,
        ),
    )
}  # fmt: skip
SANS = frozenset({"qualifier", "demander_complement", "transmettre", "reunir", "rouvrir", "ecrire_demandeur"})
