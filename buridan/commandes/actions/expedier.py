"""Send a signed order to its supplier, by e-mail with the link of its page, or note that it went on paper."""

from datetime import datetime, timedelta

from django.conf import settings
from django.utils.formats import date_format
from django.utils.timezone import localtime

from buridan.commandes import liens, rules
from buridan.commandes.models import Commande, Envoi
from buridan.commandes.queries import bon_signe, commande_de
from buridan.dossiers.actions.traversee import DejaFait, traversee
from buridan.dossiers.models import Dossier
from buridan.interface.contexte import ville
from buridan.notifications.envois import ecrire_courriel
from buridan.organisation.acteur import Acteur
from buridan.outils.montants import euros
from buridan.outils.verdict import Refus

REPOS = timedelta(minutes=10)


def expedier(dossier: Dossier, *, by: Acteur, at: datetime, envoi: str, courriel: str = "") -> Commande:
    """Send (again). `courriel`: another address than the one it was prepared with."""
    with traversee("expedier_commande", dossier.pk, by=by, at=at) as t:
        commande = commande_de(t.dossier)
        rules.peut_expedier(by, commande).exiger()
        _pas_deux_fois(commande, envoi, courriel.strip(), at)
        commande.courriel = courriel.strip() or commande.courriel
        if envoi == Envoi.COURRIEL:
            if not commande.courriel:
                raise Refus("Écrivez l'adresse de courriel du fournisseur, ou notez un envoi sur papier.")
            if bon_signe(t.dossier) is None:
                raise Refus(
                    "Ce bon est signé sur papier : il n'y a pas de fichier signé à envoyer. Postez-le, puis notez l'envoi "
                    "sur papier."
                )
            ecrire_au_fournisseur(commande, at=at)
        commande.envoyee_le, commande.envoi = at, envoi
        commande.save(update_fields=["courriel", "envoyee_le", "envoi"])
        t.contenu["a"] = f"{commande.fournisseur}, {commande.get_envoi_display().lower()}"
        return commande


def _pas_deux_fois(commande: Commande, envoi: str, courriel: str, at: datetime) -> None:
    """A second click says nothing twice; later, or to another address, the e-mail may go again."""
    if envoi == commande.envoi == Envoi.PAPIER:
        raise DejaFait("L'envoi sur papier est déjà noté.")
    meme = envoi == commande.envoi and courriel in ("", commande.courriel)
    if meme and commande.envoyee_le is not None and at - commande.envoyee_le < REPOS:
        raise DejaFait(f"Le courriel vient de partir à {commande.courriel}. Attendez dix minutes avant de le renvoyer.")


def ecrire_au_fournisseur(commande: Commande, *, at: datetime) -> None:
    """The e-mail; inside the transaction of the fact."""
    commune, dossier = ville(settings.PRESET)["nom"], commande.dossier
    quand = date_format(localtime(commande.signee_le or at), "j F Y")
    livrer = f"À livrer pour le {commande.livrer_le:%d/%m/%Y}.\n" if commande.livrer_le else ""
    texte = (
        f"Bonjour,\n\nLa ville de {commune} vous adresse le bon de commande {dossier.reference}, signé le {quand} : "
        f"{dossier.objet}, {euros(commande.montant.ttc)} TTC.\n{livrer}\n"
        f"Ouvrez-le, et dites-nous que vous l'avez bien reçu :\n{liens.adresse(dossier.uuid)}\n\n"
        f"Cette adresse vous est réservée : ne la transmettez pas. Rappelez le numéro {dossier.reference} sur votre facture.\n\n"
        f"Ville de {commune}\n"
    )
    ecrire_courriel(
        commande.courriel,
        f"Bon de commande {dossier.reference}, ville de {commune}",
        texte,
        at=at,
        dossier=dossier.uuid,
    )
