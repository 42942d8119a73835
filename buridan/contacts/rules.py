"""Who may do what with the address book. Pure: no write, no clock, no request."""

from buridan.contacts.models import Contact
from buridan.contacts.tenue import tenue
from buridan.organisation.acteur import Acteur
from buridan.organisation.models import Droit
from buridan.outils.verdict import OUI, Verdict, non


def peut_tenir(acteur: Acteur) -> Verdict:
    """Reads and changes the book: who registers the letters."""
    return (
        OUI if tenue().peut(acteur) else non("Le carnet d'adresses est tenu par le service du courrier. Demandez-lui.")
    )


def peut_effacer(acteur: Acteur) -> Verdict:
    """Erases a contact: who keeps the book, or who answers people about their data."""
    return OUI if Droit.DONNEES in acteur.droits else peut_tenir(acteur)


def peuvent_se_reunir(garde: Contact, autre: Contact) -> Verdict:
    """Two contacts of one kind, neither merged already."""
    if garde.pk == autre.pk:
        return non("C'est le même contact : il n'y a rien à réunir.")
    if garde.reuni_a_id or autre.reuni_a_id:
        return non("C'est déjà fait : l'un de ces contacts est réuni à un autre.")
    if garde.genre != autre.genre:
        return non(
            "Une personne, une organisation et une fonction ne se réunissent pas entre elles : corrigez d'abord l'une."
        )
    return OUI
