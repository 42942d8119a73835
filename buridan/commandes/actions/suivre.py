"""After the signature: the supplier says that the order came, the finances engage it, the town got it, the invoice closes it."""

from datetime import date, datetime
from decimal import Decimal

from buridan.budget.actions.reserver import engager
from buridan.commandes import rules
from buridan.commandes.models import Commande
from buridan.commandes.queries import commande_de, interesses, reservation_de
from buridan.dossiers import rules as coeur
from buridan.dossiers.actions.avancer import avancer, passer_outre
from buridan.dossiers.actions.repondre import clore
from buridan.dossiers.actions.traversee import DejaFait, traversee, traversee_etape
from buridan.dossiers.etats import Resultat, SensReponse
from buridan.dossiers.models import Dossier, Etape
from buridan.droit.delais import date_legale
from buridan.organisation.acteur import Acteur
from buridan.outils.montants import euros
from buridan.outils.verdict import Refus


def accuser(dossier: Dossier, *, by: Acteur, at: datetime, nom: str, mot: str = "") -> Commande:
    """The supplier says that the order came, or an agent notes it for him or her. Raises DejaFait the second time."""
    with traversee("accuser_commande", dossier.pk, by=by, at=at) as t:
        commande = commande_de(t.dossier)
        permis = rules.peut_accuser(commande)
        if commande.recue_le is not None:
            raise DejaFait(permis.raison)
        permis.exiger()
        if not nom.strip():
            raise Refus("Écrivez votre nom : la mairie doit savoir qui a reçu le bon de commande.")
        commande.recue_le, commande.recue_par, commande.recue_mot = at, nom.strip(), mot.strip()
        commande.save(update_fields=["recue_le", "recue_par", "recue_mot"])
        t.contenu |= {
            "qui": commande.fournisseur if by.est_systeme else by.nom,
            "par": commande.recue_par,
            "texte": commande.recue_mot,
        }
        t.prevenir(interesses(t.dossier), f"{t.dossier.reference} : {commande.fournisseur} a reçu le bon de commande")
        return commande


def engager_commande(dossier: Dossier, *, by: Acteur, at: datetime, numero: str, le: date) -> Commande:
    """Note that the finance system engaged it on that day."""
    with traversee("engager_commande", dossier.pk, by=by, at=at) as t:
        commande, tenue = commande_de(t.dossier), reservation_de(t.dossier)
        if tenue is not None and tenue.engage_le is not None and tenue.engagement == numero.strip():
            raise DejaFait(f"C'est déjà noté : engagement {tenue.engagement} du {tenue.engage_le:%d/%m/%Y}.")
        rules.peut_engager(by, commande, tenue).exiger()
        assert tenue is not None
        engager(tenue, by=by, at=at, numero=numero, le=le)
        t.contenu |= {"engagement": numero.strip()}
        return commande


def constater(etape: Etape, *, by: Acteur, at: datetime, le: date, remarque: str = "") -> Etape:
    """The town got what it ordered, on that day."""
    with traversee_etape("valider", etape, by=by, at=at) as t:
        assert t.etape is not None
        coeur.peut_decider(by, t.etape, "valider").exiger()
        commande = commande_de(t.dossier)
        if commande.signee_le is None:
            raise Refus("Ce bon de commande n'est pas signé : il n'y a pas de service fait à constater.")
        if not date_legale(commande.signee_le) <= le <= t.jour:
            raise Refus("Le service est fait entre la signature du bon et aujourd'hui. Corrigez la date.")
        Commande.objects.filter(pk=commande.pk).update(service_fait_le=le)
        t.decider(Resultat.VALIDEE, remarque.strip())
        t.contenu["service_fait"] = f"{le:%d/%m/%Y}"
        avancer(t)
        return t.etape


def facturer(etape: Etape, *, by: Acteur, at: datetime, facture: str, facture_le: date, facture_ttc: Decimal) -> Etape:
    """The invoice came: the order is closed. `facture_ttc`: what it asks for, which may differ from the order."""
    with traversee_etape("repondre", etape, by=by, at=at) as t:
        assert t.etape is not None
        coeur.peut_decider(by, t.etape, "repondre").exiger()
        commande, tenue = commande_de(t.dossier), reservation_de(t.dossier)
        if commande.service_fait_le is None:
            raise Refus("Le service fait n'est pas constaté : demandez-le au service qui a commandé.")
        if tenue is None or tenue.engage_le is None:
            raise Refus("L'engagement n'est pas noté : notez d'abord son numéro (« Noter l'engagement »).")
        if not facture.strip() or facture_ttc <= 0 or facture_le > t.jour:
            raise Refus("Une facture a un numéro, un montant et une date qui n'est pas dans l'avenir.")
        commande.facture, commande.facture_le, commande.facture_ttc = facture.strip(), facture_le, facture_ttc
        commande.save(update_fields=["facture", "facture_le", "facture_ttc"])
        t.decider(Resultat.REPONDUE, "")
        texte = (
            f"La commande est livrée (service fait le {commande.service_fait_le:%d/%m/%Y}) et facturée : facture "
            f"{commande.facture} du {facture_le:%d/%m/%Y}, {euros(facture_ttc)} TTC, engagement {tenue.engagement}."
        )
        clore(t, f"{texte}{_ecart(facture_ttc, commande.montant.ttc)}", SensReponse.FAVORABLE)
        passer_outre(t, t.restantes())
        return t.etape


def _ecart(facture: Decimal, commande: Decimal) -> str:
    if facture == commande:
        return ""
    sens = "de plus" if facture > commande else "de moins"
    return f" C'est {euros(abs(facture - commande))} {sens} que le bon de commande ({euros(commande)})."
