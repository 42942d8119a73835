"""The gestures of a letter, in the place of those of the core."""

from collections.abc import Callable
from dataclasses import replace
from datetime import datetime
from typing import Any

from buridan.courriers import forms, rules
from buridan.courriers.actions.clore import annuler, clore_sans_reponse, retirer
from buridan.courriers.actions.complement import (
    Question,
    continuer_sans,
    demander_complement,
    joindre_complement,
    recevoir_complement,
)
from buridan.courriers.actions.confier import Aiguillage, confier, pas_pour_nous
from buridan.courriers.actions.corriger import Correction, corriger_courrier
from buridan.courriers.actions.effet import Nature, corriger_effet
from buridan.courriers.actions.expedier import Envoi, accuser, expedier
from buridan.courriers.actions.transmettre import transmettre
from buridan.courriers.etats import Effet, Moyen, Sens
from buridan.courriers.forms_complement import FormulaireComplement, FormulaireJointure
from buridan.courriers.forms_redaction import FormulaireExpedition, FormulaireRedaction
from buridan.courriers.models import Depart
from buridan.courriers.queries import courrier_de
from buridan.dossiers import rules as coeur
from buridan.dossiers.etats import SensReponse, TypeEtape
from buridan.dossiers.forms import FormulaireMotif, SansChamp
from buridan.dossiers.gestes import GESTES
from buridan.dossiers.models import Dossier, Etape
from buridan.dossiers.natures import Geste
from buridan.organisation.acteur import Acteur
from buridan.outils.verdict import Verdict, non
from buridan.signatures.gestes import SIGNER


def _confier(etape: Etape, *, by: Acteur, at: datetime, donnees: dict[str, Any]) -> Any:
    d = donnees
    aiguillage = Aiguillage(
        forms.entier(d.get("service")), tuple(map(int, d.get("avis", ()))), tuple(map(int, d.get("copies", ()))),
        effet=d.get("effet") or Effet.INFORMATION, fixee=d.get("fixee"), objet=d.get("objet", ""),
        garder=d.get("garder") == "oui", prioritaire=d.get("prioritaire"), raison=d.get("raison", ""),
    )  # fmt: skip
    return confier(etape, by=by, at=at, aiguillage=aiguillage)


def dire_confie(etape: Etape) -> str:
    """Given to a service; or opened by the addressee, who keeps it."""
    if courrier_de(etape.dossier).confidentiel:
        return "Le pli est ouvert : vous seul le lisez, à vous d'y répondre."
    return "Le courrier est confié."


def _expedier(etape: Etape, *, by: Acteur, at: datetime, donnees: dict[str, Any]) -> Any:
    envoi = Envoi(Moyen(donnees["moyen"]), donnees["recommande"])
    return expedier(etape, by=by, at=at, texte=donnees["texte"], sens=SensReponse(donnees["sens"]), envoi=envoi)


def _avec(action: Callable[..., Any]) -> Callable[..., Any]:
    def executer(objet: Any, *, by: Acteur, at: datetime, donnees: dict[str, Any]) -> Any:
        return action(objet, by=by, at=at, **donnees)

    return executer


def _sous_condition(geste: Geste, verdict: Callable[[Acteur, Any], Verdict]) -> Geste:
    """The core's gesture with a stricter rule, asked again when it is done."""

    def executer(objet: Any, *, by: Acteur, at: datetime, donnees: dict[str, Any]) -> Any:
        verdict(by, objet).exiger()
        return geste.executer(objet, by=by, at=at, donnees=donnees)

    return replace(geste, verdict=verdict, executer=executer)


def peut_refuser(acteur: Acteur, etape: Etape) -> Verdict:
    """A request is refused; a letter of ours is sent back to be mended."""
    if courrier_de(etape.dossier).sens == Sens.DEPART:
        return non("Un courrier que nous écrivons ne se refuse pas : renvoyez-le pour correction.")
    return coeur.peut_decider(acteur, etape, "refuser")


def _corriger(dossier: Dossier, *, by: Acteur, at: datetime, donnees: dict[str, Any]) -> Any:
    return corriger_courrier(dossier, by=by, at=at, correction=Correction(**donnees))


CORRIGER = Geste(
    "corriger_courrier", "Corriger le correspondant ou les pièces", "Le courrier est corrigé.", False,
    forms.FormulaireCorrection, rules.peut_corriger, _corriger,
)  # fmt: skip


def _corriger_l_effet(dossier: Dossier, *, by: Acteur, at: datetime, donnees: dict[str, Any]) -> Any:
    return corriger_effet(dossier, by=by, at=at, nature=Nature(**donnees))


CORRIGER_EFFET = Geste(
    "corriger_effet", "Corriger l'effet ou l'objet", "C'est corrigé ; les dates suivent.", False,
    forms.FormulaireEffet, rules.peut_corriger_l_effet, _corriger_l_effet,
)  # fmt: skip
PAS_POUR_NOUS = Geste(
    "pas_pour_nous", "Ce n'est pas pour nous", "Le courrier est rendu ; un autre service sera choisi.", True,
    FormulaireMotif, rules.peut_rendre, _avec(pas_pour_nous), frozenset({TypeEtape.TRAITEMENT}),
)  # fmt: skip
CLORE = Geste(
    "clore_sans_reponse", "Clore : pas de réponse à envoyer", "Le courrier est clos ; le motif est gardé.", False,
    FormulaireMotif, rules.peut_clore_sans_reponse, _avec(clore_sans_reponse),
)  # fmt: skip
ANNULER = Geste(
    "annuler", "Annuler l'enregistrement (double, erreur)", "L'enregistrement est annulé ; son numéro reste au registre.",
    False, FormulaireMotif, rules.peut_annuler, _avec(annuler),
)  # fmt: skip
TRANSMETTRE = replace(
    GESTES["transmettre"], formulaire=forms.FormulaireTransmission, verdict=rules.peut_transmettre,
    executer=_avec(transmettre),
    dire=lambda cote: f"Le courrier est transmis. L'expéditeur est prévenu par {cote} : si c'est une lettre, imprimez-la.",
)  # fmt: skip
RETIRER = Geste(
    "retirer", "Retirer cet envoi", "L'envoi est abandonné ; le motif est gardé.", False,
    FormulaireMotif, rules.peut_retirer, _avec(retirer),
)  # fmt: skip


def _accuse(depart: Depart) -> str:
    parti = (
        "il est parti par courriel."
        if depart.moyen == Moyen.COURRIEL
        else "imprimez-le depuis le registre des départs."
    )
    return f"Accusé de réception {depart.cote} : {parti}"


ACCUSER = Geste(
    "accuser", "Envoyer l'accusé de réception", "L'accusé de réception a son numéro.",
    False, SansChamp, rules.peut_accuser, _avec(accuser),
    dire=_accuse,
)  # fmt: skip


def _demander_complement(dossier: Dossier, *, by: Acteur, at: datetime, donnees: dict[str, Any]) -> Any:
    d = donnees
    question = Question(d["texte"], d["jusquau"], Envoi(Moyen(d["moyen"]), d["recommande"]))
    return demander_complement(dossier, by=by, at=at, question=question)


def _complement(depart: Depart) -> str:
    parti = "elle est partie par courriel" if depart.moyen == Moyen.COURRIEL else "imprimez-la, sous « Départs »"
    return f"Demande de complément {depart.cote} : {parti}. Le dossier attend."


def _joindre_complement(dossier: Dossier, *, by: Acteur, at: datetime, donnees: dict[str, Any]) -> Any:
    return joindre_complement(dossier, by=by, at=at, vers=donnees["reference"])


RECEVOIR_COMPLEMENT = Geste(
    "recevoir_complement", "Le complément est arrivé", "C'est noté : le dossier reprend.", False,
    SansChamp, rules.peut_recevoir_complement, _avec(recevoir_complement),
)  # fmt: skip
JOINDRE_COMPLEMENT = Geste(
    "joindre_complement", "C'est le complément d'un autre courrier", "Joint : l'autre courrier reprend.", False,
    FormulaireJointure, rules.peut_joindre_complement, _joindre_complement,
    dire=lambda autre: f"Joint au dossier {autre.reference}, qui reprend. Celui-ci est clos, son numéro reste au registre.",
)  # fmt: skip

COURRIER: dict[str, Geste] = {
    "qualifier": replace(
        GESTES["qualifier"], libelle="Confier le courrier", fait="Le courrier est confié.",
        formulaire=forms.FormulaireAiguillage, executer=_confier, dire=dire_confie,
    ),
    "traiter": replace(
        GESTES["traiter"], libelle="Terminer le projet de réponse", fait="Le projet part aux étapes suivantes.",
        formulaire=FormulaireRedaction,
    ),
    "signer": SIGNER,
    "repondre": replace(
        GESTES["repondre"], libelle="Expédier et clore", fait="C'est parti : le registre des départs a son numéro.",
        formulaire=FormulaireExpedition, executer=_expedier,
    ),
    "refuser": _sous_condition(replace(GESTES["refuser"], libelle="Proposer un refus"), peut_refuser),
    "reaffecter": _sous_condition(GESTES["reaffecter"], rules.peut_confier_a_un_autre),
    "rouvrir": _sous_condition(GESTES["rouvrir"], rules.peut_rouvrir),
    "demander_complement": replace(
        GESTES["demander_complement"], formulaire=FormulaireComplement, verdict=rules.peut_demander_complement,
        executer=_demander_complement, dire=_complement,
    ),
    "recevoir_complement": RECEVOIR_COMPLEMENT,
    "joindre_complement": JOINDRE_COMPLEMENT,
    "reprendre": replace(GESTES["reprendre"], executer=_avec(continuer_sans)),
    "transmettre": TRANSMETTRE,
    "retirer": RETIRER,
    "pas_pour_nous": PAS_POUR_NOUS,
    "clore_sans_reponse": CLORE,
    "annuler": ANNULER,
    "accuser": ACCUSER,
    "corriger_courrier": CORRIGER,
    "corriger_effet": CORRIGER_EFFET,
}  # fmt: skip
SANS = frozenset({"reunir", "ecrire_demandeur"})
