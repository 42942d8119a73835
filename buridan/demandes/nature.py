"""The nature `demandes`, as the core sees it."""

from datetime import datetime
from typing import Any

from buridan.demandes import suivi
from buridan.demandes.gestes import QUALIFIER, SCINDER
from buridan.demandes.legal import apres_suspension, dates
from buridan.demandes.lettre import composer
from buridan.demandes.models import Demande, ModeleReponse, Participant
from buridan.demandes.reponses import remplir
from buridan.dossiers.models import Dossier
from buridan.dossiers.natures import Nature, inscrire
from buridan.notifications.envois import ecrire_courriel
from buridan.organisation.acteur import Acteur


def contexte(dossier: Dossier) -> dict[str, Any]:
    """For the request's part of the dossier page."""
    demande = Demande.objects.select_related("type").prefetch_related("participants").get(pk=dossier.pk)
    questions = [(q["libelle"], demande.reponses.get(q["cle"], "")) for q in demande.type.questions]
    calculees = dates(demande.type, demande.recue_le)
    pourquoi = [("Réponse promise", calculees.promesse), ("Décision implicite", calculees.implicite)]
    return {
        "demande": demande,
        "questions": [(q, r) for q, r in questions if r],
        "pourquoi": [(titre, expliquee) for titre, expliquee in pourquoi if expliquee is not None],
    }


def ecrire_au_demandeur(dossier: Dossier, sujet: str, texte: str, at: datetime) -> None:
    """E-mail to the requester, with the tracking link, which is hers or his alone."""
    courriel = Demande.objects.values_list("courriel", flat=True).get(pk=dossier.pk)
    pied = f"\n\nSuivre la demande : {suivi.adresse(dossier.uuid)}\n"
    ecrire_courriel(courriel, sujet, texte + pied, at=at, dossier=dossier.uuid)


def informer_participants(dossier: Dossier, texte: str, at: datetime) -> None:
    """E-mail to those who joined: how it ended, nothing of who asked nor the tracking link."""
    sujet = f"Suite de la demande {dossier.reference}, que vous aviez rejointe"
    for participant in Participant.objects.filter(demande=dossier.pk).order_by("pk"):
        ecrire_courriel(participant.courriel, sujet, texte, at=at, dossier=dossier.uuid)


def modeles_reponse(dossier: Dossier, acteur: Acteur) -> list[tuple[str, str]]:
    """Answer templates for this request, fields filled."""
    demande = Demande.objects.select_related("type", "dossier").get(pk=dossier.pk)
    modeles = ModeleReponse.objects.filter(retire_le=None).order_by("titre")
    choisis = [
        m
        for m in modeles
        if demande.type.code in m.types or m.famille == demande.type.famille or (not m.types and not m.famille)
    ]
    return [(m.titre, remplir(m.texte, demande, agent=acteur.nom)) for m in choisis]


def declarer() -> None:
    """Register the nature."""
    inscrire(
        Nature(
            code="demandes",
            nom="Demande",
            fiche="demandes/_fiche.html",
            contexte=contexte,
            ecrire_au_demandeur=ecrire_au_demandeur,
            informer_participants=informer_participants,
            date_legale=apres_suspension,
            modeles_reponse=modeles_reponse,
            lettre=composer,
            gestes={"qualifier": QUALIFIER, "scinder": SCINDER},
        )
    )
