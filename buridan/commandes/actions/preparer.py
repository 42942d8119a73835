"""Write the order, as often as needed, then send it into its circuit."""

import hashlib
import json
from collections.abc import Collection, Sequence
from contextlib import suppress
from dataclasses import asdict, dataclass
from datetime import date, datetime
from decimal import Decimal
from operator import attrgetter

from buridan.commandes import rules
from buridan.commandes.models import Commande, LigneCommande
from buridan.commandes.queries import commande_de, ligne_de, mots_de, regles_en_vigueur, texte_de
from buridan.commandes.route import Trajet, tracer
from buridan.delegations.queries import registre
from buridan.dossiers import rules as coeur
from buridan.dossiers.actions.avancer import avancer, exiger_circuit, poser_etapes
from buridan.dossiers.actions.ecriture import oublier_la_suite
from buridan.dossiers.actions.traversee import Traversee, traversee, traversee_etape
from buridan.dossiers.etats import EtatEtape, Resultat, SensReponse
from buridan.dossiers.fichiers import Fichier, detacher, joindre, neufs
from buridan.dossiers.models import Dossier, Etape
from buridan.dossiers.routage import Contexte, RouteImpossible
from buridan.organisation.acteur import Acteur
from buridan.outils.montants import euros
from buridan.outils.verdict import Refus


class EcriteAilleurs(Refus):
    """Somebody else saved the order meanwhile."""


SANS_ADRESSE = (
    "Écrivez l'adresse postale du fournisseur, ou son courriel : sans l'un des deux, le bon ne peut pas partir."
)


@dataclass(frozen=True, slots=True)
class LigneVoulue:
    """A line as it is typed."""

    designation: str
    quantite: Decimal
    unite: str
    prix: Decimal
    taux: Decimal


@dataclass(frozen=True, slots=True)
class Contenu:
    """What an order says. `ligne`: id of its line of the budget."""

    objet: str
    ligne: int | None = None
    siret: str = ""
    fournisseur: str = ""
    adresse: str = ""
    courriel: str = ""
    famille: str = ""
    marche: str = ""
    livraison: str = ""
    livrer_le: date | None = None
    precisions: str = ""
    lignes: tuple[LigneVoulue, ...] = ()


def contenu_de(commande: Commande) -> Contenu:
    """As it stands."""
    champs = {c: getattr(commande, c) for c in Contenu.__dataclass_fields__ if c not in ("objet", "ligne", "lignes")}
    lignes = tuple(
        LigneVoulue(x.designation, x.quantite, x.unite, x.prix, x.taux)
        for x in sorted(commande.lignes.all(), key=attrgetter("rang"))
    )
    return Contenu(commande.dossier.objet, commande.ligne_id, lignes=lignes, **champs)


def empreinte(contenu: Contenu) -> str:
    """Imprint of what was shown: two who save at once are told."""
    lignes = [
        (x.designation, *(str(v.normalize()) for v in (x.quantite, x.prix, x.taux)), x.unite) for x in contenu.lignes
    ]
    brut = {**asdict(contenu), "lignes": lignes, "livrer_le": str(contenu.livrer_le)}
    return hashlib.sha256(json.dumps(brut, ensure_ascii=False, sort_keys=True).encode()).hexdigest()[:16]


def enregistrer(
    dossier: Dossier, contenu: Contenu, *, by: Acteur, at: datetime, vu: str = "", fichiers: Sequence[Fichier] = (),
    retirer: Collection[str] = (),
) -> Commande:  # fmt: skip
    """Save; what is to come is computed again. `vu`: imprint of what was shown; raises EcriteAilleurs when it has changed.
    `retirer`: uuids of files joined by mistake.
    """
    with traversee("preparer_commande", dossier.pk, by=by, at=at) as t:
        commande = commande_de(t.dossier)
        rules.peut_preparer(by, commande, t.etapes).exiger()
        avant = contenu_de(commande)
        la = empreinte(avant)
        if vu and la not in (vu, empreinte(contenu)):
            raise EcriteAilleurs(
                "Quelqu'un d'autre a enregistré cette commande pendant que vous l'écriviez. Comparez ce qui suit avec la page "
                "de la commande, puis enregistrez à nouveau : votre version remplacera la sienne."
            )
        if not contenu.objet.strip():
            raise Refus("Dites ce que vous commandez en quelques mots.")
        if contenu != avant:
            commande = _ecrire(t, commande, contenu)
            with suppress(
                Refus, RouteImpossible
            ):  # nobody can sign it today: it is written all the same, and the page says so
                _poser(t, commande, _trajet(t, commande))
        retires = detacher(t.dossier, retirer)
        joindre(t.dossier, neufs(t.dossier, fichiers), at=at, par=by.personne, public=False)
        t.contenu |= {"retires": ", ".join(retires)} if retires else {}
        t.contenu["montant"] = f"{euros(commande.montant.ttc)} TTC"
        return commande


def soumettre(etape: Etape, *, by: Acteur, at: datetime) -> Etape:
    """Send it. Raises Refus with all that is missing, or what the credits lack."""
    with traversee_etape("soumettre_commande", etape, by=by, at=at) as t:
        assert t.etape is not None
        coeur.peut_decider(by, t.etape, "traiter").exiger()
        commande = commande_de(t.dossier)
        if manques := fautes(commande):
            raise Refus(f"La commande n'est pas encore prête. {' '.join(manques.values())}")
        rules.tient(commande, ligne_de(commande), by.annuaire.jour.year).exiger()
        trajet = _trajet(t, commande)
        t.decider(Resultat.TRAITEE, "")
        _poser(t, commande, trajet)
        Commande.objects.filter(pk=commande.pk).update(soumise_le=at)
        t.changer(projet_reponse=texte_de(commande), projet_sens=SensReponse.FAVORABLE, projet_vise=False)
        t.contenu |= {"montant": f"{euros(commande.montant.ttc)} TTC", "signataire": trajet.phrase}
        exiger_circuit(t)
        avancer(t)
        return t.etape


def fautes(commande: Commande) -> dict[str, str]:
    """What is missing, by field, in sentences; empty when it may be sent."""
    manques = {
        "siret": "" if commande.siret else "Écrivez le SIRET du fournisseur.",
        "fournisseur": "" if commande.fournisseur else "Écrivez le nom du fournisseur.",
        "adresse": "" if commande.courriel or commande.adresse.strip() else SANS_ADRESSE,
        "famille": "" if commande.famille else "Choisissez la famille d'achats.",
        "ligne": "" if commande.ligne_id else "Choisissez la ligne de budget.",
        "lignes": "" if commande.montant.ttc > 0 else "Écrivez au moins une ligne avec sa quantité et son prix.",
    }
    return {c: m for c, m in manques.items() if m}


def _ecrire(t: Traversee, commande: Commande, contenu: Contenu) -> Commande:
    """The order as it now stands. What was allowed for another content is not allowed for this one."""
    champs = {c: v for c, v in asdict(contenu).items() if c not in ("objet", "ligne", "lignes")}
    champs |= {"ligne_id": contenu.ligne, "derogation": "", "derogation_par_id": None, "soumise_le": None}
    for champ, valeur in champs.items():
        setattr(commande, champ, valeur)
    commande.save(update_fields=[c.removesuffix("_id") for c in champs])
    commande.lignes.all().delete()
    LigneCommande.objects.bulk_create(
        LigneCommande(commande=commande, rang=n, **asdict(x)) for n, x in enumerate(contenu.lignes, 1)
    )
    regles = regles_en_vigueur()
    famille = regles.famille(commande.famille) if regles is not None else commande.famille
    fraiche = commande_de(t.dossier)
    t.changer(objet=contenu.objet.strip()[:200])
    Dossier.objects.filter(pk=commande.pk).update(contenu=mots_de(fraiche, famille))
    return fraiche


def _trajet(t: Traversee, commande: Commande) -> Trajet:
    return trajet_de(commande, by=t.acteur, at=t.at)


def trajet_de(commande: Commande, *, by: Acteur, at: datetime) -> Trajet:
    """Who would see and sign the order as it stands. Raises Refus, RouteImpossible."""
    regles = regles_en_vigueur()
    assert regles is not None  # an order was begun with rules, and rules are never deleted
    auteur = (
        commande.auteur_id if commande.auteur_id in by.annuaire.postes else by.annuaire.poste_principal(by.personne)
    )
    if auteur is None:
        raise Refus("Le poste de la personne qui prépare cette commande n'existe plus : préparez-en une autre.")
    entite = commande.dossier.entite_id
    return tracer(regles, registre(at, by.annuaire), entite=entite, auteur=auteur, montant=commande.montant)


def _poser(t: Traversee, commande: Commande, trajet: Trajet) -> None:
    """What is to come, as this order needs it."""
    rang = max((e.rang for e in t.etapes if e.etat != EtatEtape.A_VENIR), default=1)
    t.relire()
    oublier_la_suite(t.dossier)
    modele, version = trajet.circuit
    poser_etapes(t, modele, Contexte(entite=t.dossier.entite_id), apres=rang, depuis=2)
    t.changer(circuit=modele.code, circuit_version=version)
