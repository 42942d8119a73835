"""The orders of the year, played step by step in the order of time, through the real functions."""

from collections.abc import Iterator
from datetime import datetime, timedelta
from decimal import Decimal

from buridan.budget.models import LigneBudget
from buridan.commandes.actions.arreter import annuler, refuser_commande
from buridan.commandes.actions.commencer import commencer
from buridan.commandes.actions.expedier import expedier
from buridan.commandes.actions.preparer import Contenu, LigneVoulue, enregistrer, soumettre
from buridan.commandes.actions.signer import signer_commande
from buridan.commandes.actions.suivre import accuser, constater, engager_commande, facturer
from buridan.commandes.actions.viser import viser_commande
from buridan.commandes.models import Commande
from buridan.commandes.queries import commande_de, regles_en_vigueur
from buridan.demo.deroule import Deroule, etapes_actives
from buridan.demo.jours import Jours
from buridan.demo.textes_commandes import COMMANDES, FOURNISSEURS, RecitCommande
from buridan.dossiers.actions.renvoyer import renvoyer
from buridan.dossiers.etats import EtatEtape, TypeEtape
from buridan.dossiers.models import Etape
from buridan.droit.delais import date_legale
from buridan.organisation.acteur import Acteur
from buridan.organisation.models import Droit
from buridan.signatures.models import Moyen

ATTEND = {
    "visa": TypeEtape.VISA,
    "signature": TypeEtape.SIGNATURE,
    "signee": TypeEtape.VALIDATION,
    "recue": TypeEtape.VALIDATION,
}
MOT = "Livraison sous huit jours."
TROP = "Douze ballons suffisent cette saison : voyez avec les clubs."
CHER = "Un autre devis est demandé : celui-ci est plus cher que l'an passé."
ANNULE = "La fête est reportée au printemps, l'orage est annoncé."


class Commandes(Deroule):
    """Plays the orders; a town whose rules, posts or lines are others skips those it can't have."""

    nature = "commandes"

    def __init__(self, jours: Jours, *, at: datetime) -> None:
        super().__init__(jours, at=at)
        for n, recit in enumerate(COMMANDES if regles_en_vigueur() is not None else ()):
            depart = self.debut(recit.il_y_a)
            self.entamer(depart, self._jouer(recit, n, depart))

    def _jouer(self, recit: RecitCommande, n: int, instant: datetime) -> Iterator[datetime]:
        """Steps of one order: each yields the instant of the next."""
        commande = self._preparer(recit, instant)
        if commande is None or recit.fin == "preparee":
            return
        while (etape := self._active(commande)) is not None and not self._attend(recit, etape):
            attente = timedelta(days=9 if etape.type in (TypeEtape.VALIDATION, TypeEtape.REPONSE) else 1)
            yield (instant := self.ouvre(instant + attente, n))
            self._un_pas(recit, commande, etape, instant)

    def _attend(self, recit: RecitCommande, etape: Etape) -> bool:
        return ATTEND.get(recit.fin) == etape.type and (recit.fin != "visa" or etape.entite_id is not None)

    def _preparer(self, recit: RecitCommande, at: datetime) -> Commande | None:
        annuaire = self.jours.annuaire(date_legale(at))
        poste = annuaire.postes.get(annuaire.codes_postes.get(recit.poste, 0))
        ligne = LigneBudget.objects.filter(code=recit.ligne, exercice=annuaire.jour.year, fermee=False).first()
        if poste is None or poste.personne not in annuaire.personnes or ligne is None:
            return None
        by = self.jours.acteur(poste.personne, at)
        nom, siret, adresse, courriel = FOURNISSEURS[recit.fournisseur]
        lignes = tuple(LigneVoulue(q, Decimal(n), u, Decimal(p), Decimal(t)) for q, n, u, p, t in recit.lignes)
        commande = commencer(recit.objet, poste.entite, by=by, at=at)
        contenu = Contenu(
            recit.objet, ligne.pk, siret, nom, adresse, courriel, recit.famille, recit.marche, annuaire.nom_entite(poste.entite),
            annuaire.jour + timedelta(days=30), lignes=lignes,
        )  # fmt: skip
        return enregistrer(commande.dossier, contenu, by=by, at=at)

    def _active(self, commande: Commande) -> Etape | None:
        return next((e for e in etapes_actives(commande.pk) if e.type != TypeEtape.INFORMATION), None)

    def _finances(self, at: datetime) -> Acteur | None:
        """Who notes engagements that day."""
        postes = self.jours.annuaire(date_legale(at)).postes.values()
        tenus = [p.personne for p in postes if Droit.FINANCES in p.droits and p.personne is not None]
        return self.jours.acteur(tenus[0], at) if tenus else None

    def _un_pas(self, recit: RecitCommande, commande: Commande, etape: Etape, at: datetime) -> None:
        by = self.agit(etape.poste_id, etape.entite_id, at)
        match etape.type:
            case TypeEtape.TRAITEMENT:
                soumettre(etape, by=by, at=at)
            case TypeEtape.VISA:
                self._viser(recit, etape, by, at)
            case TypeEtape.SIGNATURE:
                self._signer(recit, etape, by, at)
            case TypeEtape.VALIDATION:
                constater(etape, by=by, at=at, le=date_legale(at))
            case TypeEtape.REPONSE:
                ttc = commande_de(etape.dossier).montant.ttc
                facturer(
                    etape,
                    by=by,
                    at=at,
                    facture=f"F{at:%y%m}-{commande.pk}",
                    facture_le=date_legale(at),
                    facture_ttc=ttc,
                )

    def _viser(self, recit: RecitCommande, etape: Etape, by: Acteur, at: datetime) -> None:
        deja = Etape.objects.filter(dossier=etape.dossier_id, etat=EtatEtape.RENVOYEE).exists()
        if recit.fin == "refusee":
            refuser_commande(etape, by=by, at=at, motif=CHER)
        elif recit.fin == "renvoyee" and not deja:
            renvoyer(etape, by=by, at=at, motif=TROP)
        else:
            viser_commande(etape, by=by, at=at)

    def _signer(self, recit: RecitCommande, etape: Etape, by: Acteur, at: datetime) -> None:
        """On paper, as before the certificates came; then sent by post, engaged, and received."""
        signer_commande(etape, by=by, at=at, moyen=Moyen.PAPIER)
        auteur = self.jours.acteur(etape.dossier.createur_id, at + timedelta(hours=1))
        if recit.fin == "annulee":
            annuler(etape.dossier, by=auteur, at=auteur.at, motif=ANNULE)
            return
        expedier(etape.dossier, by=auteur, at=auteur.at, envoi="papier")
        finances, plus_tard = self._finances(at), at + timedelta(hours=2)
        if recit.fin != "signee" and finances is not None:
            engager_commande(
                etape.dossier, by=self.jours.acteur(finances.personne, plus_tard), at=plus_tard, le=date_legale(at),
                numero=f"E{at:%Y}9{etape.dossier_id:05}",
            )  # fmt: skip
            accuser(
                etape.dossier,
                by=self.jours.acteur(None, plus_tard),
                at=plus_tard,
                nom="Le magasin",
                mot=MOT,
            )
