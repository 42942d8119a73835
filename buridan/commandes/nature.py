"""The nature `commandes`, as the core sees it."""

from collections.abc import Sequence
from datetime import datetime, time
from decimal import Decimal
from typing import Any

from buridan.commandes import liens, rules
from buridan.commandes.chargement import charger
from buridan.commandes.gestes import COMMANDE, SANS
from buridan.commandes.modele import au_centime
from buridan.commandes.models import Commande
from buridan.commandes.papier import bon_de, composer_a_signer
from buridan.commandes.queries import (
    NATURE,
    acte_de,
    commande_de,
    credits_de,
    interesses,
    regles_en_vigueur,
    reservation_de,
    resumes,
    signature_de,
)
from buridan.commandes.route import tracer
from buridan.delegations.queries import registre
from buridan.delegations.registre import Acte, Montant
from buridan.dossiers.etats import EtatDossier, SensReponse
from buridan.dossiers.models import Dossier, Etape
from buridan.dossiers.natures import Mots, Nature, Registre, Route, ecrire_a_l_auteur, inscrire
from buridan.dossiers.papier import Papier
from buridan.dossiers.routage import Contexte
from buridan.dossiers.rules import redaction
from buridan.droit.delais import FUSEAU_LEGAL
from buridan.organisation.annuaire import Annuaire
from buridan.outils.montants import lire_montant
from buridan.outils.verdict import Refus, Verdict

MOTS = Mots(
    demande="commande", la="la commande", le_demandeur="l'auteur", au_demandeur="à l'auteur",
    projet="",
    sens={
        SensReponse.FAVORABLE: "livrée et facturée", SensReponse.REFUS: "refusée", SensReponse.RETIREE: "annulée",
    },
)  # fmt: skip
PHRASES = {
    "preparer_commande": "a écrit la commande", "soumettre_commande": "a envoyé la commande dans son circuit",
    "adresser_commande": "a donné la signature à qui peut signer", "autoriser_commande": "a autorisé le dépassement de crédits",
    "expedier_commande": "a envoyé le bon au fournisseur", "accuser_commande": "a accusé réception du bon",
    "engager_commande": "a noté l'engagement", "valider": "a constaté le service fait",
    "repondre": "a noté la facture et clos", "annuler_commande": "a annulé la commande",
}  # fmt: skip


def contexte(dossier: Dossier) -> dict[str, Any]:
    """For the order's part of the dossier page."""
    commande, regles = commande_de(dossier), regles_en_vigueur()
    montant, credits, tenue = commande.montant, credits_de(commande), reservation_de(dossier)
    ouverte = dossier.etat != EtatDossier.CLOS
    return {
        "commande": commande, "montant": montant, "famille": regles.famille(commande.famille) if regles else commande.famille,
        "taxe": montant.ttc - montant.ht, "tenue": tenue, "signature": signature_de(dossier),
        "credits": credits if ouverte and commande.signee_le is None else None,
        "reste": credits.disponible - montant.ttc if credits else None,
        "preparation": redaction(dossier.etapes.all()),
        "a_rapprocher": ouverte,
        "lien_fournisseur": liens.adresse(dossier.uuid) if commande.signee_le and ouverte else "",
        "autorisee_par": commande.derogation_par,
        "a_signer": ouverte and commande.signee_le is None,
    }  # fmt: skip


def acte(dossier: Dossier) -> Acte:
    """A purchase order of that service, for that amount."""
    return acte_de(dossier, commande_de(dossier).montant)


def exige(dossier: Dossier, etapes: Sequence[Etape], annuaire: Annuaire) -> Verdict:
    """Whoever changes the circuit keeps its signature, the service done and the invoice."""
    return rules.circuit_tenu(etapes)


def route(code: str, annuaire: Annuaire, entite: int | None, theme: str) -> Route | None:
    """`commande:3200`: an order of 3 200 € without tax, from a service. Raises Refus when something is missing."""
    genre, _, somme = code.partition(":")
    regles = regles_en_vigueur()
    if genre != "commande" or regles is None:
        return None
    try:
        ht = lire_montant(somme.replace(".", ","))
    except ValueError as erreur:
        raise Refus("Dites le montant hors taxes de la commande : commande:3200, par exemple.") from erreur
    auteur = annuaire.responsable(entite)
    if entite is None or auteur is None:
        raise Refus("Dites quel service commande : --service CODE.")
    montant = Montant(ht, au_centime(ht * (1 + regles.taux[0].valeur / Decimal(100))))
    midi = datetime.combine(annuaire.jour, time(12), FUSEAU_LEGAL)
    trajet = tracer(regles, registre(midi, annuaire), entite=entite, auteur=auteur, montant=montant)
    return Route(
        f"Bon de commande. Signera : {trajet.phrase}", trajet.circuit[0].code, Contexte(entite=entite), trajet.circuit
    )


def declarer() -> None:
    """Register the nature."""
    inscrire(
        Nature(
            code=NATURE,
            nom="Commande",
            fiche="commandes/_fiche.html",
            contexte=contexte,
            ecrire_au_demandeur=ecrire_a_l_auteur,
            gestes=COMMANDE,
            sans=SANS,
            mots=MOTS,
            phrases=PHRASES,
            usager=False,
            acte=acte,
            a_rapporter=lambda: Commande.objects.values("pk"),
            resumes=resumes,
            a_signer=composer_a_signer,
            papier=Papier("Le bon de commande", "commande_pdf", lambda dossier, acteur, at: bon_de(dossier, at)),
            exige=exige,
            concernes=interesses,
            charger=charger,
            route=route,
            registre=Registre(
                "Bons de commande",
                "Acheter : qui signe, sur quels crédits, où en est la livraison.",
                page="commandes",
                creer="commande_nouvelle",
                libelle="Préparer une commande",
                peut_creer=rules.peut_commander,
            ),
        )
    )
