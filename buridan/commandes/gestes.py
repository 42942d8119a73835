"""The gestures of an order, in the place of those of the core."""

from dataclasses import replace
from typing import Any

from django.urls import reverse

from buridan.commandes import forms, rules
from buridan.commandes.actions.arreter import annuler, autoriser, refuser_commande
from buridan.commandes.actions.expedier import expedier
from buridan.commandes.actions.preparer import soumettre
from buridan.commandes.actions.signer import signer_commande
from buridan.commandes.actions.suivre import constater, engager_commande, facturer
from buridan.commandes.actions.viser import adresser, viser_commande
from buridan.commandes.queries import acte_de, commande_de, reservation_de
from buridan.commandes.route import signataire
from buridan.delegations.queries import registre
from buridan.dossiers.actions.renvoyer import renvoyer
from buridan.dossiers.actions.revenir import revenir
from buridan.dossiers.etats import EtatEtape, TypeEtape
from buridan.dossiers.forms import SansChamp
from buridan.dossiers.gestes import GESTES
from buridan.dossiers.models import Dossier, Etape
from buridan.dossiers.natures import Geste
from buridan.organisation.acteur import Acteur
from buridan.outils.verdict import OUI, Refus, Verdict, non
from buridan.signatures.gestes import SIGNER
from buridan.signatures.models import Moyen
from buridan.signatures.session import phrase_de


def adresse_de_preparation(etape: Etape) -> str:
    """The page on which it is written."""
    return reverse("commande_preparer", kwargs={"uuid": etape.dossier.uuid})


def _champs(action: Any) -> Any:
    return lambda objet, *, by, at, donnees: action(objet, by=by, at=at, **donnees)


def _signer(etape: Etape, *, by: Acteur, at: Any, donnees: dict[str, Any]) -> Any:
    phrase = donnees["phrase"] or phrase_de(by.personne)
    return signer_commande(
        etape, by=by, at=at, moyen=Moyen(donnees["moyen"]), phrase=phrase, remarque=donnees["remarque"]
    )


def peut_renvoyer(acteur: Acteur, etape: Etape) -> Verdict:
    """While nobody has signed."""
    return rules.peut_renvoyer(acteur, commande_de(etape.dossier), etape)


def peut_refuser(acteur: Acteur, etape: Etape) -> Verdict:
    """While nobody has signed."""
    return rules.peut_refuser(acteur, commande_de(etape.dossier), etape)


def peut_revenir(acteur: Acteur, etape: Etape) -> Verdict:
    """While nobody has signed."""
    return rules.peut_revenir(acteur, commande_de(etape.dossier), etape)


def _renvoyer(etape: Etape, *, by: Acteur, at: Any, donnees: dict[str, Any]) -> Any:
    rules.pas_signee(commande_de(etape.dossier)).exiger()
    return renvoyer(etape, by=by, at=at, **donnees)


def _revenir(etape: Etape, *, by: Acteur, at: Any, donnees: dict[str, Any]) -> Any:
    rules.pas_signee(commande_de(etape.dossier)).exiger()
    return revenir(etape, by=by, at=at, **donnees)


def peut_annuler(acteur: Acteur, dossier: Dossier) -> Verdict:
    """Until the town got what it ordered."""
    return rules.peut_annuler(acteur, commande_de(dossier))


def peut_autoriser(acteur: Acteur, dossier: Dossier) -> Verdict:
    """Until it is signed."""
    return rules.peut_depasser(acteur, commande_de(dossier))


def peut_engager(acteur: Acteur, dossier: Dossier) -> Verdict:
    """Once it is signed."""
    return rules.peut_engager(acteur, commande_de(dossier), reservation_de(dossier))


def peut_expedier(acteur: Acteur, dossier: Dossier) -> Verdict:
    """Once it is signed, until the supplier has it."""
    return rules.peut_expedier(acteur, commande_de(dossier))


def peut_adresser(acteur: Acteur, dossier: Dossier) -> Verdict:
    """While it waits at somebody who may not sign it today."""
    permis = rules.peut_adresser(acteur, dossier, dossier.etapes.all())
    if not permis:
        return permis
    try:
        _pouvoir, poste = signataire(
            registre(acteur.at, acteur.annuaire), acte_de(dossier, commande_de(dossier).montant)
        )
    except Refus as refus:
        return non(refus.raison)
    attend = next(e for e in dossier.etapes.all() if e.type == TypeEtape.SIGNATURE and e.etat == EtatEtape.ACTIVE)
    return non("Cette commande est déjà chez la personne qui peut la signer.") if attend.poste_id == poste else OUI


COMMANDE: dict[str, Geste] = {
    "traiter": replace(
        GESTES["traiter"], libelle="Préparer la commande, puis l'envoyer", fait="La commande est dans son circuit.",
        formulaire=SansChamp, executer=lambda etape, *, by, at, donnees: soumettre(etape, by=by, at=at),
        adresse=adresse_de_preparation,
    ),
    "viser": replace(GESTES["viser"], executer=_champs(viser_commande)),
    "signer": replace(SIGNER, fait="C'est signé, et les crédits sont réservés.", executer=_signer),
    "valider": replace(
        GESTES["valider"], libelle="Constater le service fait", fait="Le service fait est constaté.",
        formulaire=forms.FormulaireServiceFait, executer=_champs(constater),
    ),
    "repondre": replace(
        GESTES["repondre"], libelle="Noter la facture et clore", fait="La facture est notée, la commande est close.",
        formulaire=forms.FormulaireFacture, executer=_champs(facturer),
    ),
    "refuser": replace(
        GESTES["refuser"], fait="La commande est refusée ; son auteur est prévenu.", verdict=peut_refuser,
        executer=_champs(refuser_commande),
    ),
    "renvoyer": replace(
        GESTES["renvoyer"], libelle="Renvoyer pour correction", formulaire=forms.FormulaireRenvoiCommande,
        verdict=peut_renvoyer, executer=_renvoyer,
    ),
    "revenir": replace(GESTES["revenir"], verdict=peut_revenir, executer=_revenir),
    "retirer": replace(
        GESTES["retirer"], libelle="Annuler la commande", fait="La commande est annulée ; ses crédits sont rendus.",
        verdict=peut_annuler, executer=_champs(annuler),
    ),
    "adresser_commande": Geste(
        "adresser_commande", "Donner la signature à qui peut signer aujourd'hui",
        "La commande est chez la personne qui peut la signer.",
        False, SansChamp, peut_adresser, _champs(adresser),
    ),
    "autoriser_commande": Geste(
        "autoriser_commande", "Autoriser le dépassement de crédits", "Le dépassement est autorisé.", False,
        forms.FormulaireAutorisation, peut_autoriser, _champs(autoriser),
    ),
    "engager_commande": Geste(
        "engager_commande", "Noter l'engagement", "L'engagement est noté.", False, forms.FormulaireEngagement, peut_engager,
        _champs(engager_commande),
    ),
    "expedier_commande": Geste(
        "expedier_commande", "Envoyer le bon au fournisseur", "L'envoi au fournisseur est fait.", False,
        forms.FormulaireExpedition, peut_expedier, _champs(expedier),
    ),
}  # fmt: skip
SANS = frozenset({"qualifier", "demander_complement", "transmettre", "reunir", "rouvrir", "ecrire_demandeur"})
