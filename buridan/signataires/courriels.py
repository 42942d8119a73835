"""What the person outside is written. A link and a code are in no database in clear."""

from datetime import datetime

from django.conf import settings

from buridan.interface.contexte import ville
from buridan.notifications.envois import ecrire_courriel
from buridan.organisation.annuaire import Annuaire
from buridan.signataires.models import DemandeSignature
from buridan.signataires.secrets import adresse


def service_de(demande: DemandeSignature, annuaire: Annuaire) -> str:
    """Who asks, without the name of an agent."""
    return f"{annuaire.nom_entite(demande.dossier.entite_id)} (mairie de {ville(settings.PRESET)['nom']})"


def _pied() -> str:
    telephone = ville(settings.PRESET).get("telephone", "")
    return f"\n\nUne question, un doute sur ce courriel ? Appelez la mairie{f' : {telephone}' if telephone else ''}.\n"


def ecrire_le_lien(
    demande: DemandeSignature, jeton: str, annuaire: Annuaire, *, at: datetime, rappel: bool = False
) -> None:
    """The link; `rappel`: it takes the place of the one before, soon over."""
    reference, jusquau = demande.dossier.reference, f"{demande.jusquau:%d/%m/%Y}"
    debut = f"Ce document attend toujours votre signature, jusqu'au {jusquau}.\n\n" if rappel else ""
    message = f"{demande.message}\n\n" if demande.message else ""
    texte = (
        f"Bonjour {demande.nom},\n\n{debut}{service_de(demande, annuaire)} vous demande de signer, en qualité de "
        f"{demande.qualite}, ce document : {demande.document.nom}.\n\n{message}"
        f"Pour le lire, puis le signer ou refuser, ouvrez cette page jusqu'au {jusquau} :\n{adresse(jeton)}\n\n"
        "Ce lien est personnel et ne sert qu'une fois ; il remplace ceux d'avant. À l'ouverture, un code vous est envoyé à "
        "cette adresse. Ne transmettez ni le lien ni le code."
    )
    sujet = f"{'Rappel : un' if rappel else 'Un'} document à signer pour la mairie ({reference})"
    ecrire_courriel(demande.courriel, sujet, texte + _pied(), at=at, dossier=demande.dossier.uuid, secret=True)


def ecrire_le_code(demande: DemandeSignature, code: str, *, at: datetime) -> None:
    """The code."""
    texte = (
        f"Votre code pour lire et signer le document de la mairie : {code}\n\n"
        "Il vaut dix minutes et sert une fois. La mairie ne vous le demandera jamais au téléphone. Si vous n'avez rien "
        "demandé, n'en faites rien."
    )
    sujet = f"Votre code ({demande.dossier.reference})"
    ecrire_courriel(demande.courriel, sujet, texte + _pied(), at=at, dossier=demande.dossier.uuid, secret=True)


def ecrire_la_copie(demande: DemandeSignature, pdf: bytes, *, at: datetime) -> None:
    """The signed copy."""
    assert demande.signe is not None
    texte = (
        f"Bonjour {demande.nom},\n\nVous avez signé « {demande.document.nom} ». En voici la copie signée : gardez-la."
    )
    sujet = f"Votre copie du document signé ({demande.dossier.reference})"
    piece = (demande.signe.nom[-150:], pdf)
    ecrire_courriel(demande.courriel, sujet, texte + _pied(), at=at, dossier=demande.dossier.uuid, piece=piece)


def ecrire_la_fin(demande: DemandeSignature, raison: str, *, at: datetime) -> None:
    """There is nothing to sign any more."""
    texte = f"Bonjour {demande.nom},\n\n{raison} Document : {demande.document.nom}. Le lien reçu ne marche plus."
    sujet = f"Plus rien à signer ({demande.dossier.reference})"
    ecrire_courriel(demande.courriel, sujet, texte + _pied(), at=at, dossier=demande.dossier.uuid)
