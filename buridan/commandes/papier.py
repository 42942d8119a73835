"""The order on paper: a tagged PDF (PDF/UA-1, ISO 14289-1) for a window envelope, with room for the signature."""

from collections import defaultdict
from datetime import datetime
from decimal import Decimal
from pathlib import Path
from typing import Any

from django.conf import settings
from django.utils.timezone import localtime
from stdnum.fr.siret import format as siret_lisible

from buridan.commandes.models import Commande
from buridan.commandes.queries import bon_signe, commande_de, signature_de
from buridan.dossiers.models import Dossier
from buridan.dossiers.natures import ASigner
from buridan.dossiers.pdf import compiler, compiler_et_situer, en_toutes_lettres, propre
from buridan.interface.contexte import ville
from buridan.organisation.models import VersionEntite
from buridan.outils.montants import euros, nombre, prix
from buridan.signatures.pades import HAUTEUR

MODELE = Path(__file__).with_name("commande.typ")


def bon_de(dossier: Dossier, at: datetime) -> bytes:
    """The order as it was signed electronically; otherwise made on the spot, marked PROJET until it is signed."""
    return bon_signe(dossier) or compiler(MODELE, "commande", contenu(commande_de(dossier), at))


def composer_a_signer(dossier: Dossier, at: datetime, mention: str) -> ASigner:
    """The order as it will be sent, with room for the block of the signature."""
    bon = contenu(commande_de(dossier), at) | {
        "projet": False, "signature": [], "a_signer": True, "mention": mention, "hauteur": HAUTEUR,
    }  # fmt: skip
    return ASigner(*compiler_et_situer(MODELE, "commande", bon, "<signature>"), nom="commande")


def contenu(commande: Commande, at: datetime) -> dict[str, Any]:
    """What the paper says, as plain strings."""
    dossier, commune, montant = commande.dossier, ville(settings.PRESET), commande.montant
    jour = localtime(commande.signee_le or at).date()
    siret = f"SIRET {commande.siret}" if commande.siret else ""
    coordonnees = [
        *commune.get("adresse", "").split(", ", 1),
        commune.get("telephone", ""),
        commune.get("courriel", ""),
        f"SIRET {siret_lisible(commune['siret'])}" if commune.get("siret") else "",
    ]
    taxe = montant.ttc - montant.ht
    return {
        "ville": commune["nom"],
        "coordonnees": _pleines(coordonnees),
        "titre": f"Bon de commande {dossier.reference}",
        "reference": dossier.reference,
        "projet": commande.signee_le is None,
        "destinataire": _pleines([commande.fournisseur, *commande.adresse.split("\n"), siret]),
        "lieu_date": f"À {commune['nom']}, le {en_toutes_lettres(jour)}",
        "objet": propre(f"Objet : {dossier.objet}"),
        "references": _references(commande),
        "lignes": [
            [propre(x.designation), f"{nombre(x.quantite)} {propre(x.unite)}".strip(), prix(x.prix), f"{nombre(x.taux)} %",
             euros(x.ht)]
            for x in commande.lignes.all()
        ],
        "taxes": _taxes(commande),
        "totaux": [["Total HT", euros(montant.ht)], ["Total TVA", euros(taxe)], ["Total TTC", euros(montant.ttc)]],
        "precisions": propre(commande.precisions),
        "facturation": _facturation(dossier.reference, commune),
        "signature": _signature(dossier),
    }  # fmt: skip


def _pleines(lignes: list[str]) -> list[str]:
    return [propre(ligne).strip() for ligne in lignes if ligne.strip()]


def _references(commande: Commande) -> list[list[str]]:
    livrer = en_toutes_lettres(commande.livrer_le) if commande.livrer_le else ""
    par = commande.dossier.createur
    lignes = [
        ["Marché ou convention", commande.marche],
        ["Service qui commande", _service(commande)],
        ["Suivi par", ", ".join(dit for dit in (str(par), par.telephone, par.email) if dit) if par else ""],
        ["Imputation", str(commande.ligne or "")],
        ["Lieu de livraison", commande.livraison],
        ["À livrer pour le", livrer],
    ]
    return [[titre, propre(valeur)] for titre, valeur in lignes if valeur]


def _service(commande: Commande) -> str:
    """The service as it was called on the day, and how to reach it."""
    dossier, entite = commande.dossier, commande.dossier.entite_id
    jour = localtime(commande.signee_le or dossier.ouvert_le).date()
    fiche = VersionEntite.objects.en_vigueur(jour).filter(entite=entite).first() if entite is not None else None
    dits = [fiche.nom, fiche.telephone, fiche.courriel] if fiche is not None else []
    return ", ".join(dit for dit in dits if dit)


def _facturation(reference: str, commune: dict[str, Any]) -> str:
    """How to be paid: an invoice to a town goes by the State's portal (code de la commande publique, L2192-1 to L2192-3)."""
    rappel = f"Rappelez le numéro {reference} sur la facture."
    if not commune.get("siret"):
        return rappel
    service = f", code service {commune['chorus_service']}" if commune.get("chorus_service") else ""
    return (
        f"Facture à déposer sur Chorus Pro : SIRET du destinataire {siret_lisible(commune['siret'])}{service}, numéro "
        f"d'engagement {reference}. {rappel}"
    )


def _taxes(commande: Commande) -> list[list[str]]:
    """Base and tax of each rate, as an invoice says them."""
    bases: dict[Decimal, list[Decimal]] = defaultdict(lambda: [Decimal(0), Decimal(0)])
    for ligne in commande.lignes.all():
        bases[ligne.taux][0] += ligne.ht
        bases[ligne.taux][1] += ligne.tva
    return [[f"{nombre(taux)} %", euros(ht), euros(tva)] for taux, (ht, tva) in sorted(bases.items(), reverse=True)]


def _signature(dossier: Dossier) -> list[str]:
    """Who signed it on paper, in what right."""
    signature = signature_de(dossier)
    if signature is None:
        return []
    return _pleines([*signature.formule.split("\n"), str(signature.personne), signature.qualite])
