"""The acknowledgement of receipt (CRPA L112-3, R112-5): on screen at once, by e-mail when there is an address."""

from datetime import datetime

from buridan.demandes import legal, suivi
from buridan.demandes.models import Demande
from buridan.notifications.envois import courriel
from buridan.organisation.acteur import Acteur
from buridan.organisation.annuaire import Annuaire
from buridan.organisation.models import Entite, VersionEntite
from buridan.outils.sql import Ecriture


def coordonnees(entite: Entite) -> VersionEntite | None:
    """The entity's address, phone and e-mail in force."""
    return VersionEntite.objects.filter(entite=entite, fin__isnull=True).first()


def mentions(demande: Demande, dates: legal.Dates, annuaire: Annuaire) -> list[tuple[str, str]]:
    """What R112-5 asks to say, as (title, sentence); shown on screen and sent by e-mail."""
    charge = demande.type.service_id
    service = annuaire.entites.get(charge) or annuaire.fermees.get(charge)
    lignes = [
        ("Référence", demande.dossier.reference),
        ("Code de suivi", suivi.code(demande.dossier.uuid)),
        ("Objet", demande.dossier.objet),
        ("Reçue le", f"{demande.recue_le:%d/%m/%Y}"),
        ("Notre engagement", f"une réponse le {dates.promesse.date:%d/%m/%Y} au plus tard"),
    ]
    if demande.type.silence != "sans_effet":
        lignes.append(("Et sans réponse ?", legal.phrase_silence(demande, dates.implicite)))
    if service is not None:
        morceaux = [service.nom, service.adresse, service.telephone, service.courriel]
        lignes.append(("Service chargé de votre demande", ", ".join(m for m in morceaux if m)))
    manquantes = [p["nom"] for p in demande.type.pieces if p.get("obligatoire")]
    if manquantes:
        lignes.append(("Pièces à fournir si ce n'est déjà fait", ", ".join(manquantes)))
    return lignes


def accuser_reception(demande: Demande, dates: legal.Dates, *, by: Acteur, at: datetime) -> list[Ecriture]:
    """The writes that put the acknowledgement in the outbox."""
    corps = "\n".join(f"{titre} : {phrase}" for titre, phrase in mentions(demande, dates, by.annuaire))
    texte = (
        f"Bonjour,\n\nNous avons bien reçu votre demande.\n\n{corps}\n\n"
        f"Suivre votre demande : {suivi.adresse(demande.dossier.uuid)}\n"
    )
    sujet = f"Accusé de réception de votre demande {demande.dossier.reference}"
    return courriel(demande.courriel, sujet, texte, at=at, dossier=demande.dossier.uuid)
