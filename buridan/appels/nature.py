"""The nature `appels`, as the core sees it."""

from collections.abc import Sequence
from datetime import datetime
from typing import Any
from urllib.parse import urlencode

from django.urls import reverse

from buridan.appels import lien, rules
from buridan.appels.actions.controler import a_la_cloture
from buridan.appels.actions.demander import NATURE, circuit_pour
from buridan.appels.chargement import charger
from buridan.appels.gestes import APPEL, SANS
from buridan.appels.models import Appel, Competence
from buridan.appels.papier import composer, dernier_signataire
from buridan.appels.queries import appel_de, appels_pour, enveloppe, nouvelles, racine, reservation_de, resumes
from buridan.delegations.etats import NatureActe
from buridan.delegations.registre import Acte, Montant
from buridan.dossiers.etats import EtatDossier, SensReponse, TypeEtape
from buridan.dossiers.models import Dossier, Etape
from buridan.dossiers.natures import Mots, Nature, Registre, Route, Suite, ecrire_a_l_auteur, inscrire, nature_de
from buridan.dossiers.papier import Papier
from buridan.dossiers.routage import Contexte
from buridan.droit.delais import date_legale
from buridan.organisation.acteur import Acteur
from buridan.organisation.annuaire import Annuaire
from buridan.outils.verdict import OUI, Verdict, non

MOTS = Mots(
    demande="appel", la="l'appel", e="", le_demandeur="l'auteur", au_demandeur="à l'auteur",
    sens={
        SensReponse.FAVORABLE: "Intervention faite", SensReponse.REFUS: "Pas d'intervention", SensReponse.RETIREE: "Appel retiré",
    },
)  # fmt: skip
PHRASES = {
    "ecrire_appel": "a écrit l'appel", "signer": "a signé et envoyé l'appel au syndicat",
    "noter_syndicat": "a noté ce que dit le syndicat", "repondre_syndicat": "a répondu",
    "ecrire_au_syndicat": "a écrit au syndicat", "relancer_syndicat": "a relancé le syndicat",
    "reprendre_travaux": "a demandé de reprendre l'intervention",
    "depasser_enveloppe": "a autorisé le dépassement de l'enveloppe",
    "controler_appel": "a contrôlé l'intervention et fermé l'appel",
}  # fmt: skip
REFUS = "L'appel n'est pas retenu.\n\n{motif}"


def contexte(dossier: Dossier) -> dict[str, Any]:
    """For the call's part of the dossier page."""
    appel = appel_de(dossier)
    annee = date_legale(dossier.bouge_le).year
    tenue = reservation_de(dossier)
    return {
        "appel": appel, "tenue": tenue, "enveloppe": enveloppe(appel.competence, tenue.ligne.exercice if tenue else annee),
        "echanges": appel.echanges.all()[:50], "page_du_syndicat": lien.adresse(dossier.uuid) if appel.envoye_le else "",
    }  # fmt: skip


def papier(dossier: Dossier, acteur: Acteur, at: datetime) -> bytes:
    """The call as it stands."""
    appel = appel_de(dossier)
    return composer(appel, dernier_signataire(appel, acteur.annuaire))


def acte(dossier: Dossier) -> Acte:
    """An order, for the service that follows: what the town pays of it; a participation bears no VAT."""
    appel = Appel.objects.get(pk=dossier.pk)
    return Acte(NatureActe.COMMANDES, dossier.entite_id, Montant(ht=appel.part, ttc=appel.part))


def exige(dossier: Dossier, etapes: Sequence[Etape], annuaire: Annuaire) -> Verdict:
    """Whoever changes the circuit keeps the signature, and who follows the answer."""
    return rules.passe_par_la_signature(appel_de(dossier), etapes)


def suites(dossier: Dossier, acteur: Acteur) -> list[Suite]:
    """From a dossier that says where and what: the call, its fields filled."""
    repris = nature_de(dossier).a_reprendre(dossier) if dossier.etat != EtatDossier.CLOS else None
    if repris is None or any(a.fini_le is None for a in appels_pour(racine(dossier))):
        return []
    competence = Competence.objects.filter(active=True, genres__contains=[repris.genre]).first()
    if competence is None or not rules.peut_appeler(acteur, competence, dossier):
        return []
    adresse = f"{reverse('appel_nouveau')}?{urlencode({'de': dossier.uuid})}"
    return [Suite(f"Faire appel au syndicat : {competence.nom}", adresse)]


def route(code: str, annuaire: Annuaire, entite: int | None, theme: str) -> Route | None:
    """A competence, by its code: written by whoever heads the service named, the one that follows otherwise."""
    competence = Competence.objects.filter(code=code, active=True).first()
    if competence is None:
        return None
    auteur = annuaire.responsable(entite or competence.service_id)
    personne = annuaire.postes[auteur].personne if auteur is not None else None
    contexte = Contexte(entite=competence.service_id, auteur=personne)
    return Route(
        f"Appel : {competence.nom}", competence.circuit, contexte, circuit_pour(competence, annuaire, personne)
    )


def peut_creer(acteur: Acteur) -> Verdict:
    """May begin a call without another dossier: for one competence at least."""
    verdicts = [rules.peut_appeler(acteur, c) for c in Competence.objects.filter(active=True)]
    if not verdicts:
        return non("Cette ville n'a confié aucune compétence à un syndicat.")
    return OUI if any(verdicts) else non("Les appels sont faits par le service qui suit chaque compétence.")


def declarer() -> None:
    """Register the nature."""
    inscrire(
        Nature(
            code=NATURE,
            nom="Appel",
            fiche="appels/_fiche.html",
            contexte=contexte,
            papier=Papier("L'appel", "appel_pdf", papier),
            ecrire_au_demandeur=ecrire_a_l_auteur,
            gestes=APPEL,
            sans=SANS,
            mots=MOTS,
            phrases=PHRASES,
            usager=False,
            gardees=frozenset({TypeEtape.REPONSE}),
            projet_de_refus=REFUS,
            acte=acte,
            a_rapporter=lambda: Appel.objects.values("pk"),
            resumes=resumes,
            exige=exige,
            charger=charger,
            route=route,
            suites=suites,
            nouvelles=nouvelles,
            a_la_cloture=a_la_cloture,
            registre=Registre(
                "Appels au syndicat",
                "Demander au syndicat d'intervenir, suivre sa réponse et l'intervention, tenir les enveloppes.",
                page="appels",
                creer="appel_nouveau",
                libelle="Faire un appel",
                peut_creer=peut_creer,
            ),
        )
    )
