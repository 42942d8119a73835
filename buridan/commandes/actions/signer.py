"""Sign an order: within a delegation, and its credits held back in the same transaction, or nothing at all."""

from datetime import datetime

from buridan.budget.actions.reserver import reserver
from buridan.commandes.actions.expedier import ecrire_au_fournisseur
from buridan.commandes.models import Commande, Envoi
from buridan.commandes.queries import commande_de, texte_de
from buridan.dossiers.actions.traversee import Traversee
from buridan.dossiers.models import Etape
from buridan.organisation.acteur import Acteur, acteur
from buridan.outils.montants import euros
from buridan.outils.verdict import Refus
from buridan.signatures.actions.signer_document import signer_document
from buridan.signatures.models import Moyen


def signer_commande(
    etape: Etape, *, by: Acteur, at: datetime, moyen: Moyen, phrase: str = "", remarque: str = ""
) -> Etape:
    """Sign, hold the credits, and send it to the supplier when it was signed electronically and has an e-mail address."""

    def tenir(t: Traversee) -> None:
        commande = commande_de(t.dossier)
        if t.dossier.projet_reponse != texte_de(commande):
            raise Refus("Le contenu de la commande n'est plus celui qui a été visé : renvoyez-la à qui l'a préparée.")
        _reserver(t, commande)
        commande.signee_le = at
        Commande.objects.filter(pk=commande.pk).update(signee_le=at)
        if moyen != Moyen.PAPIER and commande.courriel:
            Commande.objects.filter(pk=commande.pk).update(envoyee_le=at, envoi=Envoi.COURRIEL)
            ecrire_au_fournisseur(commande, at=at)
            t.contenu["a"] = f"{commande.fournisseur}, par courriel"

    return signer_document(etape, by=by, at=at, moyen=moyen, phrase=phrase, remarque=remarque, avant=tenir)


def _reserver(t: Traversee, commande: Commande) -> None:
    """Under the lock of the line: what others signed a moment ago is counted."""
    if commande.ligne is None:
        raise Refus("Cette commande n'a plus de ligne de budget : renvoyez-la à qui l'a préparée.")
    par = acteur(commande.derogation_par_id, t.at) if commande.derogation_par_id is not None else None
    montant = commande.montant.ttc
    reserver(
        commande.ligne, by=t.acteur, at=t.at, montant=montant, reference=t.dossier.reference,
        objet=f"{commande.fournisseur} : {t.dossier.objet}"[:160], derogation=commande.derogation, autorise_par=par,
        dossier=t.dossier.uuid,
    )  # fmt: skip
    t.contenu["montant"] = f"{euros(montant)} TTC"
