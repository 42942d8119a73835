"""What is read of orders: those one sees, their credits, what looks like a split, the PDF that was signed."""

from collections.abc import Collection
from dataclasses import dataclass
from datetime import date, timedelta
from decimal import Decimal
from functools import cache
from typing import Any

from django.db import connection
from django.db.models import DecimalField, F, Q, Sum, prefetch_related_objects
from django.utils.timezone import localtime

from buridan.budget.models import LigneBudget, Reservation
from buridan.commandes.modele import Regles, lire_regles
from buridan.commandes.models import Commande, LigneCommande
from buridan.delegations.etats import NatureActe
from buridan.delegations.registre import Acte, Montant
from buridan.dossiers.etats import EtatDossier, EtatEtape, SensReponse, TypeEtape
from buridan.dossiers.fichiers import chemin
from buridan.dossiers.models import Dossier, lisible_par
from buridan.dossiers.recit import chez
from buridan.organisation.acteur import Acteur
from buridan.outils.montants import euros, nombre, prix
from buridan.outils.sql import executer
from buridan.signatures.models import Signature

NATURE = "commandes"
ABANDONNEES = (SensReponse.REFUS, SensReponse.RETIREE)
EUROS: Any = DecimalField(max_digits=14, decimal_places=2)


def regles_en_vigueur() -> Regles | None:
    """The town's rules; None when it makes no orders."""
    derniere = executer(connection, _REGLES, []).fetchone()
    return lire_regles(derniere[0]) if derniere is not None else None


# Asked by every gesture: written once, planned once.
_REGLES = "SELECT texte FROM commandes_reglescommande ORDER BY numero DESC LIMIT 1"
_COMMANDE, _LIGNE = ([c.attname for c in modele._meta.concrete_fields] for modele in (Commande, LigneBudget))


@cache
def _commande() -> str:
    return str(Commande.objects.filter(pk=0).select_related("ligne").query.sql_with_params()[0])


def commande_de(dossier: Dossier) -> Commande:
    """The order of a dossier, with its line of the budget and its own lines. Raises Commande.DoesNotExist."""
    lue = executer(connection, _commande(), [dossier.pk]).fetchone()
    if lue is None:
        raise Commande.DoesNotExist(f"Commande {dossier.pk}")
    commande = Commande.from_db(connection.alias, _COMMANDE, lue[: len(_COMMANDE)])
    commande.dossier = dossier
    if commande.ligne_id is not None:
        commande.ligne = LigneBudget.from_db(connection.alias, _LIGNE, lue[len(_COMMANDE) :])
    prefetch_related_objects([commande], "lignes")
    return commande


def resumes(ids: Collection[int]) -> dict[int, str]:
    """« Artois Matériaux : 960,00 € TTC » for each of these orders: what one reads before one signs."""
    sommes = Commande.objects.filter(pk__in=ids).annotate(
        ttc=Sum(F("lignes__ht") + F("lignes__tva"), output_field=EUROS)
    )
    return {
        pk: f"{fournisseur or 'Fournisseur à choisir'} : {euros(ttc or Decimal(0))} TTC"
        for pk, fournisseur, ttc in sommes.values_list("pk", "fournisseur", "ttc")
    }


def visibles(acteur: Acteur) -> Any:
    """Orders one may see, the newest first."""
    commandes = (
        Commande.objects.filter(lisible_par(acteur, "dossier__")).select_related("dossier").prefetch_related("lignes")
    )
    return commandes.order_by("-pk")


def lignes_possibles(acteur: Acteur) -> Any:
    """Lines of the year that one may charge an order to: those one sees of the budget, with what is left."""
    lignes = LigneBudget.objects.visibles_par(acteur).filter(exercice=acteur.annuaire.jour.year, fermee=False)
    return lignes.avec_commande().order_by("service__code", "section", "code")


def acte_de(dossier: Dossier, montant: Montant) -> Acte:
    """What its signature is, for the register of delegations."""
    return Acte(NatureActe.COMMANDES, dossier.entite_id, montant)


def reservation_de(dossier: Dossier) -> Reservation | None:
    """The credits that the order holds, or held."""
    return Reservation.objects.filter(dossier=dossier.uuid).select_related("ligne").order_by("-pk").first()


def ligne_de(commande: Commande) -> Any:
    """The line it is charged to, with what is left of it now; None without a line."""
    if commande.ligne_id is None:
        return None
    return LigneBudget.objects.avec_commande().get(pk=commande.ligne_id)


@dataclass(frozen=True, slots=True)
class Credits:
    """A line before an order is held on it. `en_circuit`: what other orders that nobody has signed yet would take."""

    ligne: LigneBudget
    disponible: Decimal
    en_circuit: Decimal


def credits_de(commande: Commande) -> Credits | None:
    """As they stand now; None without a line."""
    ligne = ligne_de(commande)
    if ligne is None:
        return None
    autres = LigneCommande.objects.filter(
        commande__ligne=commande.ligne_id, commande__soumise_le__isnull=False, commande__signee_le=None,
        commande__dossier__etat__in=[EtatDossier.OUVERT, EtatDossier.ATTENTE],
    ).exclude(commande=commande.pk)  # fmt: skip
    somme = autres.aggregate(s=Sum(F("ht") + F("tva"), output_field=EUROS))["s"]
    return Credits(ligne, ligne.disponible, somme or Decimal(0))


@dataclass(frozen=True, slots=True)
class Rapprochement:
    """Orders that, with this one, pass a ceiling that it alone stays under. `autres`: the latest of those the reader may see."""

    nombre: int
    total: Decimal
    seuil: Decimal
    depuis: date
    autres: tuple[Dossier, ...] = ()

    @property
    def cachees(self) -> int:
        """How many are not shown."""
        return self.nombre - len(self.autres)

    @property
    def phrase(self) -> str:
        """For whoever is about to agree."""
        autres = "une autre commande" if self.nombre == 1 else f"{self.nombre} autres commandes"
        return (
            f"Avec {autres} à la même entreprise (même SIREN), dans la même famille d'achats, depuis le "
            f"{self.depuis:%d/%m/%Y}, le total est de {euros(self.total)} HT. Il dépasse {euros(self.seuil)}, seuil sous lequel "
            "cette commande reste seule. "
            "Un achat ne se partage pas pour rester sous un seuil : vérifiez que ces besoins sont bien distincts."
        )


SIREN = 9  # the first digits of a SIRET: the firm; the others say its establishment (INSEE, code de commerce R123-220)
MONTREES = 20


def rapprochement_de(
    commande: Commande, regles: Regles | None, jour: date, acteur: Acteur | None = None
) -> Rapprochement | None:
    """What looks like a split, by the town's rule; None when nothing does. Refused and cancelled orders don't count.

    A firm is one supplier whatever the establishment that delivers. `acteur`: who reads, to name the orders he may see.
    """
    if regles is None or not commande.siret or not commande.famille:
        return None
    depuis = jour - timedelta(days=regles.fractionnement.jours)
    memes = Commande.objects.filter(
        siret__startswith=commande.siret[:SIREN],
        famille=commande.famille,
        soumise_le__isnull=False,
        dossier__ouvert_le__date__gte=depuis,
    )
    memes = memes.exclude(pk=commande.pk).exclude(dossier__reponses__sens__in=ABANDONNEES)
    autres = LigneCommande.objects.filter(commande__in=memes).aggregate(s=Sum("ht"))["s"] or Decimal(0)
    montant = commande.montant.ht
    seuil = regles.fractionnement.depasse(montant, autres)
    if seuil is None:
        return None
    vues = memes.filter(lisible_par(acteur, "dossier__")).order_by("-pk") if acteur is not None else memes.none()
    dossiers = tuple(c.dossier for c in vues.select_related("dossier")[:MONTREES])
    return Rapprochement(memes.count(), montant + autres, seuil, depuis, dossiers)


def fournisseurs_connus(acteur: Acteur) -> list[Commande]:
    """The latest order to each supplier, among those one sees: to fill in the next."""
    connues: dict[str, Commande] = {}
    for commande in visibles(acteur).exclude(siret="").exclude(fournisseur="")[:300]:
        connues.setdefault(commande.siret, commande)
    return sorted(connues.values(), key=lambda c: c.fournisseur.casefold())


def texte_de(commande: Commande) -> str:
    """What is signed, in words: the signature bears on this text."""
    m = commande.montant
    lignes = [
        f"- {nombre(x.quantite)} {x.unite} {x.designation}".replace("  ", " ")
        + f" : {prix(x.prix)} HT l'unité, {euros(x.ht)} HT, TVA {nombre(x.taux)} %"
        for x in commande.lignes.all()
    ]
    livrer = f"À livrer pour le {commande.livrer_le:%d/%m/%Y}." if commande.livrer_le else ""
    tete = [
        f"Commande à {commande.fournisseur} (SIRET {commande.siret}), {commande.adresse}".rstrip(", ") + ".",
        f"Marché ou convention : {commande.marche}." if commande.marche else "",
    ]
    pied = [
        f"Total : {euros(m.ht)} HT, {euros(m.ttc - m.ht)} de TVA, {euros(m.ttc)} TTC.",
        f"Imputation : {commande.ligne}." if commande.ligne else "",
        f"Livraison : {commande.livraison}." if commande.livraison else "", livrer, commande.precisions,
    ]  # fmt: skip
    return "\n".join(t for t in (*tete, *lignes, *pied) if t)


def mots_de(commande: Commande, famille: str) -> str:
    """All the words it is found by."""
    designations = (x.designation for x in commande.lignes.all())
    return "\n".join(t for t in (commande.fournisseur, commande.siret, famille, commande.marche, *designations) if t)


def bon_signe(dossier: Dossier) -> bytes | None:
    """The PDF as it was signed; None while it is not, or when it was signed on paper."""
    signees = Signature.objects.filter(etape__dossier=dossier, document__isnull=False).select_related("document")
    signature = signees.order_by("-pk").first()
    if signature is None or signature.document is None:
        return None
    fichier = chemin(signature.document.sha256)
    return fichier.read_bytes() if fichier.exists() else None


def signature_de(dossier: Dossier) -> Signature | None:
    """Who signed it, in what right."""
    return Signature.objects.filter(etape__dossier=dossier).select_related("personne").order_by("-pk").first()


def ou(acteur: Acteur, commande: Commande) -> str:
    """Where it stands, in a sentence."""
    dossier = commande.dossier
    if dossier.etat == EtatDossier.CLOS:
        reponse = max(dossier.reponses.all(), key=lambda r: r.tour, default=None)
        fins = {SensReponse.REFUS: "Refusée", SensReponse.RETIREE: "Annulée"}
        mot = fins.get(SensReponse(reponse.sens), "Livrée et facturée") if reponse else "Close"
        return f"{mot} le {localtime(dossier.clos_le):%d/%m/%Y}."
    actives = [e for e in dossier.etapes.all() if e.etat == EtatEtape.ACTIVE and e.type != TypeEtape.INFORMATION]
    ou = [chez(acteur, e, dossier.nature) for e in actives]
    return f"{' ; '.join(e.titre for e in actives)} — chez {' ; '.join(ou)}." if actives else ""


def interesses(dossier: Dossier) -> set[int]:
    """Who is told of what becomes of it: its author, and those who follow it."""
    return {p for p in (*dossier.suiveurs, dossier.createur_id) if p is not None}


def complete(q: str, commandes: Any) -> Any:
    """Orders narrowed to a word of their supplier, subject, reference or SIRET."""
    for mot in q.split():
        commandes = commandes.filter(
            Q(fournisseur__icontains=mot) | Q(dossier__objet__icontains=mot) | Q(siret__startswith=mot)
            | Q(dossier__reference__iexact=mot)
        )  # fmt: skip
    return commandes
