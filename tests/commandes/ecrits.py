"""An order written, sent and carried to where a test needs it, through the real functions, in the preset's town."""

from decimal import Decimal
from typing import Any

from buridan.budget.actions.reserver import engager
from buridan.budget.models import LigneBudget
from buridan.commandes.actions.commencer import commencer
from buridan.commandes.actions.preparer import Contenu, LigneVoulue, enregistrer, soumettre
from buridan.commandes.actions.signer import signer_commande
from buridan.commandes.actions.suivre import constater, facturer
from buridan.commandes.actions.viser import viser_commande
from buridan.commandes.models import Commande
from buridan.commandes.queries import commande_de, reservation_de
from buridan.dossiers.etats import TypeEtape
from buridan.dossiers.models import Dossier, Etape
from buridan.organisation.acteur import Acteur, acteur
from buridan.signatures.models import Moyen
from tests.conftest import Troupe

SIRET = "73282932000074"
AUTRE_SIRET = "40483304800022"
LIGNE = "F-011-60633-845-VOI"
VINGT = Decimal(20)


def ligne(code: str = LIGNE) -> Any:
    """The preset's line of supplies of the roads, as it stands."""
    return LigneBudget.objects.avec_commande().get(code=code)


def contenu(ht: str = "800", *, sur: str = LIGNE, siret: str = SIRET, **champs: Any) -> Contenu:
    """Sand, for that price without tax."""
    valeurs = {
        "objet": "Sable à enrobé", "ligne": ligne(sur).pk, "siret": siret, "fournisseur": "Artois Matériaux",
        "adresse": "2 rue du Port\n62400 Béthune", "courriel": "ventes@artois-materiaux.example", "famille": "voirie",
        "livraison": "Centre technique", "lignes": (LigneVoulue("Sable", Decimal(1), "t", Decimal(ht), VINGT),),
    }  # fmt: skip
    return Contenu(**{**valeurs, **champs})


def commencee(troupe: Troupe, *, poste: str = "agent-voirie-1", service: str = "voirie") -> Commande:
    """Begun by whoever holds that post."""
    by = acteur(troupe.titulaire(poste), troupe.at)
    return commencer("Sable à enrobé", by.annuaire.codes_entites[service], by=by, at=troupe.at)


def ecrite(troupe: Troupe, ht: str = "800", **champs: Any) -> Commande:
    """Begun and written."""
    par = {c: champs.pop(c) for c in ("poste", "service") if c in champs}
    commande = commencee(troupe, **par)
    return enregistrer(commande.dossier, contenu(ht, **champs), by=auteur_de(troupe, commande), at=troupe.at)


def envoyee(troupe: Troupe, ht: str = "800", **champs: Any) -> Commande:
    """Written and sent into its circuit."""
    commande = ecrite(troupe, ht, **champs)
    soumettre(a_faire(commande)[0], by=auteur_de(troupe, commande), at=troupe.at)
    return fraiche(commande)


def a_signer(troupe: Troupe, ht: str = "800", **champs: Any) -> Etape:
    """Carried to its signature."""
    return mener(troupe, envoyee(troupe, ht, **champs), TypeEtape.SIGNATURE)


def signee(troupe: Troupe, ht: str = "800", **champs: Any) -> Commande:
    """Signed on paper."""
    etape = a_signer(troupe, ht, **champs)
    signer(troupe, etape)
    return fraiche(etape.dossier.commande)


def signer(troupe: Troupe, etape: Etape, by: Acteur | None = None, moyen: Moyen = Moyen.PAPIER, **champs: Any) -> Etape:
    """By whoever has it."""
    return signer_commande(etape, by=by or qui_peut(troupe, etape), at=troupe.at, moyen=moyen, **champs)


def auteur_de(troupe: Troupe, commande: Commande) -> Acteur:
    return acteur(commande.dossier.createur_id, troupe.at)


def a_faire(commande: Any) -> list[Etape]:
    etapes = Etape.objects.filter(dossier=commande.pk, etat="active").select_related("dossier__commande")
    return list(etapes.order_by("rang", "id"))


def qui_peut(troupe: Troupe, etape: Etape, revision: int | None = None) -> Acteur:
    jour = acteur(None, troupe.at, revision).annuaire
    if etape.poste_id is not None:
        trouve = jour.resoudre(etape.poste_id, "commandes")
    else:
        trouve = jour.resoudre_entite(etape.entite_id or 0, "commandes")
    return acteur(trouve.personnes[0], troupe.at, revision)


def mener(troupe: Troupe, commande: Any, jusqua: str) -> Etape:
    """Everybody agrees until an étape of that type is to be done."""
    for _ in range(20):
        etape = a_faire(commande)[0]
        if etape.type == jusqua:
            return etape
        pas(troupe, etape)
    raise LookupError(jusqua)


def pas(troupe: Troupe, etape: Etape) -> None:
    """One étape, as it usually goes."""
    qui: dict[str, Any] = {"by": qui_peut(troupe, etape), "at": troupe.at}
    match etape.type:
        case TypeEtape.TRAITEMENT:
            soumettre(etape, **qui)
        case TypeEtape.VISA:
            viser_commande(etape, **qui)
        case TypeEtape.SIGNATURE:
            signer(troupe, etape)
        case TypeEtape.VALIDATION:
            constater(etape, le=troupe.annuaire.jour, **qui)
        case TypeEtape.REPONSE:
            tenue = reservation_de(etape.dossier)
            if tenue is not None and tenue.engage_le is None:
                engager(
                    tenue, by=troupe.au_poste("agent-finances-1"), at=troupe.at, numero="E1", le=troupe.annuaire.jour
                )
            facturer(etape, facture="F-1", facture_le=troupe.annuaire.jour, facture_ttc=Decimal("960.00"), **qui)


def fraiche(commande: Any) -> Commande:
    return commande_de(Dossier.objects.get(pk=commande.pk))
