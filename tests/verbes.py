"""Each verb of the screen with a form that it accepts: the state machine, the races and the table of rights read this."""

import json
from datetime import timedelta
from typing import Any

from buridan.appels.queries import appel_de
from buridan.demandes.actions.corriger import valeurs
from buridan.demandes.models import Demande, TypeDemande
from buridan.dossiers.etats import EtatEtape, SensReponse
from buridan.dossiers.gestes import GESTES
from buridan.dossiers.models import Dossier, Etape
from buridan.dossiers.natures import natures
from buridan.organisation.acteur import Acteur


def codes(nature: str = "demandes") -> list[str]:
    """Every verb offered on a dossier of that nature: the core's, then its own."""
    choisie = next(n for n in natures() if n.code == nature)
    return [c for c in dict.fromkeys([*GESTES, *choisie.gestes]) if c in choisie.gestes or c not in choisie.sans]


def _correction(dossier: Dossier, by: Acteur) -> dict[str, Any]:
    actuelles = valeurs(Demande.objects.get(pk=dossier.pk))
    return {**actuelles, "vu": json.dumps(actuelles), "precision": f"Côté pair, dit-on le {by.at:%d/%m %H:%M}."}


def _de_l_appel(dossier: Dossier, by: Acteur) -> dict[str, Any]:
    appel, jour = appel_de(dossier), by.annuaire.jour.isoformat()
    dit = {"genre": "faite" if appel.reponse else "acceptee", "canal": "telephone", "jour": jour, "texte": "C'est dit."}
    return {
        "traiter": lambda: (
            dit if appel.envoye_le else {"lieu": "Ici", "description": "Réparer.", "estimation": "120,50"}
        ),
        "noter_syndicat": lambda: dit,
        "signer": dict,
        "repondre": lambda: {"faite_le": jour, "cout": "100", "texte": "Vu."},
        "message_au_syndicat": lambda: {"texte": f"Bonjour, {by.at:%d/%m %H:%M}."},
        "faire_reprendre": lambda: {"texte": "La lampe clignote.", "jour": jour},
        "depasser": lambda: {"montant": "100000", "motif": "Urgent."},
    }


def formulaire(code: str, objet: Any, by: Acteur, *, autre: Dossier | None = None, **plus: Any) -> dict[str, Any]:
    """What somebody types in the form of that verb; `autre`: another dossier, `plus`: fields typed otherwise."""
    dossier: Dossier = objet.dossier if isinstance(objet, Etape) else objet
    dans_dix_jours = (by.annuaire.jour + timedelta(days=10)).isoformat()
    sens = dossier.projet_sens or SensReponse.FAVORABLE.value
    a_venir = Etape.objects.filter(dossier=dossier, etat=EtatEtape.A_VENIR).exclude(type="reponse").order_by("-rang")
    types = TypeDemande.objects.actifs().order_by("code")
    jour = by.annuaire.jour.isoformat()
    if dossier.nature == "commandes" and code in ("traiter", "valider", "repondre"):
        facture = {"facture": "F-1", "facture_le": jour, "facture_ttc": "960"}
        return {"traiter": {}, "valider": {"le": jour}, "repondre": facture}[code] | plus
    champs: dict[str, Any] = {
        "pas_pour_nous": lambda: {"motif": "C'est un banc."},
        "clore_sans_reponse": lambda: {"motif": "Publicité."},
        "annuler": lambda: {"motif": "Deux fois le même."},
        "corriger_courrier": lambda: {"expediteur": "Camille Essai", "adresse": f"Le {by.at:%d/%m %H:%M}"},
        "corriger_effet": lambda: {"effet": "demande", "silence": "rejet", "objet": f"Un banc le {by.at:%d/%m %H:%M}"},
        "qualifier": lambda: (
            {"service": dossier.entite_id, "effet": "information"} if dossier.nature == "courriers"
            else {"type": types.filter(demandes=dossier.pk).first() or types.first()}
        ),
        "traiter": lambda: {"compte_rendu": "Fait.", "projet": "C'est réparé.", "sens": "favorable"},
        "signer": lambda: {"moyen": "papier"},
        "presenter": lambda: {"issue": "reserves", "texte": "Oui, mais."},
        "donner_avis": lambda: {"avis": "reserves", "texte": "Oui, mais."},
        "repondre": lambda: {"texte": dossier.projet_reponse or "Voici la réponse.", "sens": sens, "moyen": "papier"},
        "refuser": lambda: {"motif": "Hors règlement."},
        "renvoyer": lambda: {"motif": "À revoir."},
        "reaffecter": lambda: {"a": f"entite:{dossier.entite_id}"},
        "demander_complement": lambda: {"texte": "Une photo ?", "jusquau": dans_dix_jours, "moyen": "papier"},
        "joindre_complement": lambda: {"reference": autre.reference if autre else ""},
        "mettre_en_attente": lambda: {"motif": "Pièce", "jusquau": dans_dix_jours},
        "inserer": lambda: {"type": "avis", "titre": "Avis en plus", "a": f"entite:{dossier.entite_id}", "delai": "2 jours ouvrés"},
        "passer": lambda: {"etape": a_venir.first(), "motif": "Sans objet."},
        "deplacer": lambda: {"etape": a_venir.first(), "avant": a_venir.last(), "motif": "Plus vite."},
        "transmettre": lambda: {"administration": "Département"},
        "reunir": lambda: {"reference": autre.reference if autre else ""},
        "relier": lambda: {"reference": autre.reference if autre else ""},
        "retirer": lambda: {"motif": "Il renonce."},
        "rouvrir": lambda: {"motif": "Encore."},
        "revenir": lambda: {"motif": "Trop vite."},
        "ecrire_agents": lambda: {"texte": f"Bonjour à tous, {by.at:%d/%m %H:%M}."},
        "ecrire_demandeur": lambda: {"texte": f"Bonjour, {by.at:%d/%m %H:%M}."},
        "decider": lambda: {"notes": {"choix": "accord"}, "decisions": {"sens": "favorable"},
                            "elus": {"choix": "accepter"}}.get(dossier.nature, {}),
        "associer_un_elu": lambda: {"theme": "voirie", "type": "avis"},
        "recadrer": lambda: {"genre": "alerte", "objet": "Autre objet", "theme": "culture"},
        "autoriser_commande": lambda: {"motif": "Verglas."},
        "engager_commande": lambda: {"numero": "E1", "le": jour},
        "expedier_commande": lambda: {"envoi": "papier"},
        "corriger": lambda: _correction(dossier, by),
        "remettre": lambda: {"moyen": "telephone"},
        "scinder": lambda: {"type": types.first(), "description": f"Un arbre tombé le {by.at:%d/%m %H:%M}."},
    }  # fmt: skip
    if dossier.nature == "elus":
        champs |= _d_un_elu(dossier, sens)
    if dossier.nature == "appels":
        champs |= _de_l_appel(dossier, by)
    tapes = {**champs.get(code, dict)(), **plus}
    return {nom: getattr(valeur, "pk", valeur) or "" for nom, valeur in tapes.items()}


def _d_un_elu(dossier: Dossier, sens: str) -> dict[str, Any]:
    """What a matter of an elected official asks otherwise."""
    texte = dossier.projet_reponse or "Voici la réponse."
    return {
        "qualifier": lambda: {"entite": dossier.entite_id},
        "repondre": lambda: {
            "texte": texte,
            "sens": sens,
            "moyen": "telephone",
            "pour": dossier.demande_elu.qui_repond,
        },
        "retirer": lambda: {"motif": "Elle renonce.", "moyen": "telephone"},
        "choisir_qui_repond": lambda: {"qui": "elu"},
    }
