"""Faults of the address book: a contact that the journal does not know, one that vanished, an erased one that came back."""

from collections.abc import Iterator
from uuid import UUID

from buridan.contacts.models import Contact
from buridan.journal import effaces
from buridan.outils.controle import Controle, Recherche


def revenus() -> Iterator[str]:
    """Contacts of the ledger of erasures that stand in the book."""
    try:
        inscrits = effaces.inscrits()
    except ValueError:
        return  # said of the dossiers
    for contact in Contact.objects.filter(uuid__in=inscrits).order_by("pk"):
        yield (
            f"Le contact {contact.uuid}, effacé le {inscrits[contact.uuid]:%d/%m/%Y}, est revenu avec une sauvegarde. Démarrez"
            " les travaux : ils l'effacent à nouveau cette nuit. Si des personnes y ont une fonction, changez d'abord leur"
            " organisation."
        )


def nommer(uuid: UUID) -> str:
    """The chain in words, without the name of anybody."""
    return "contact du carnet d'adresses" if Contact.objects.filter(uuid=uuid).exists() else ""


CONTROLES = (
    Controle(
        "contact_sans_ligne",
        """SELECT k.uuid FROM contacts_contact k WHERE NOT EXISTS
        (SELECT 1 FROM journal_ligne l WHERE l.chaine = k.uuid AND l.verbe = 'creer_contact')""",
        "Le contact {0} a été ajouté hors de Buridan : le journal ne le connaît pas. Comparez avec une sauvegarde.",
    ),
    Controle(
        "contact_disparu",
        """SELECT l.chaine, l.at FROM journal_ligne l WHERE l.numero = 1 AND l.verbe = 'creer_contact'
        AND NOT EXISTS (SELECT 1 FROM contacts_contact k WHERE k.uuid = l.chaine)
        AND NOT EXISTS (SELECT 1 FROM journal_ligne e WHERE e.chaine = l.chaine AND e.verbe = 'effacer_contact')""",
        "Le journal dit qu'un contact a été écrit le {1:%d/%m/%Y} ({0}) et il n'existe plus, sans effacement. Reprenez-le d'une"
        " sauvegarde.",
    ),
    Recherche("contact_efface_revenu", revenus),
)
