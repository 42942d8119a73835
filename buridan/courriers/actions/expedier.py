"""What leaves: the answer, the acknowledgement, the same letter to a list; each with its number of the departure register."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime

from django.conf import settings

from buridan.courriers import rules
from buridan.courriers.actions.numeros import prendre_numero
from buridan.courriers.etats import Moyen, Objet, Sens
from buridan.courriers.models import Correspondant, Courrier, Depart
from buridan.courriers.papier import texte_de_l_accuse
from buridan.courriers.queries import courrier_de
from buridan.dossiers import rules as coeur
from buridan.dossiers.actions.avancer import passer_outre
from buridan.dossiers.actions.repondre import exiger_conforme, repondre_a_tous
from buridan.dossiers.actions.traversee import DejaFait, Traversee, traversee, traversee_etape
from buridan.dossiers.etats import Resultat, SensReponse
from buridan.dossiers.models import Dossier, Etape, Reponse
from buridan.interface.contexte import ville
from buridan.journal import chaine
from buridan.notifications.envois import ecrire_courriel
from buridan.organisation.acteur import Acteur
from buridan.outils.texte import remplir_champs
from buridan.outils.verdict import Refus


@dataclass(frozen=True, slots=True)
class Envoi:
    """How it leaves. `recommande`: number of the registered letter."""

    moyen: Moyen = Moyen.PAPIER
    recommande: str = ""


def expedier(etape: Etape, *, by: Acteur, at: datetime, texte: str, sens: SensReponse, envoi: Envoi) -> Reponse:
    """Send and close: one line of the register for each address."""
    with traversee_etape("repondre", etape, by=by, at=at) as t:
        assert t.etape is not None
        coeur.peut_decider(by, t.etape, "repondre").exiger()
        exiger_conforme(t, texte, sens)
        courrier = courrier_de(t.dossier)
        liste: Sequence[Correspondant | Courrier] = list(t.dossier.correspondants.all()) or [courrier]
        _exiger_une_adresse(t.dossier, liste, envoi)
        t.decider(Resultat.REPONDUE, "")
        objet = Objet.REPONSE if courrier.sens == Sens.ARRIVEE else Objet.ENVOI
        departs = [_partir(t.dossier, a, envoi, objet, by=by, at=at) for a in liste]
        t.contenu |= {"depart": _cotes(departs), "moyen": envoi.moyen.label}
        reponse = repondre_a_tous(t, texte.strip(), sens)
        if envoi.moyen == Moyen.COURRIEL:
            for depart in departs:
                _poster(depart, t.dossier, texte.strip(), courrier, at)
        passer_outre(t, t.restantes())
        return reponse


def _cotes(departs: list[Depart]) -> str:
    return departs[0].cote if len(departs) == 1 else f"{departs[0].cote} à {departs[-1].cote} ({len(departs)} envois)"


def _exiger_une_adresse(dossier: Dossier, liste: Sequence[Correspondant | Courrier], envoi: Envoi) -> None:
    if envoi.moyen == Moyen.COURRIEL:
        if dossier.versions_reponse.exists():
            raise Refus("La réponse est un fichier joint : imprimez-la et envoyez-la par la poste, ou remettez-la.")
        sans = [_nom(a) for a in liste if not a.courriel]
        manque = "d'adresse de courriel"
    else:
        sans = [_nom(a) for a in liste if not a.adresse] if envoi.moyen != Moyen.MAIN_PROPRE else []
        manque = "d'adresse postale"
    if sans:
        raise Refus(f"Il n'y a pas {manque} pour : {', '.join(sans[:5])}. Complétez-la, ou choisissez un autre envoi.")
    if envoi.moyen == Moyen.RECOMMANDE and not envoi.recommande.strip():
        raise Refus("Recopiez le numéro de la lettre recommandée : il est sur l'étiquette.")
    if envoi.moyen == Moyen.RECOMMANDE and len(liste) > 1:
        raise Refus("Une lettre recommandée part à un seul destinataire : écrivez un envoi pour chacun.")


def _nom(a: Correspondant | Courrier) -> str:
    return a.correspondant if isinstance(a, Courrier) else a.nom


def _partir(
    dossier: Dossier, a: Correspondant | Courrier, envoi: Envoi, objet: Objet, *, by: Acteur, at: datetime
) -> Depart:
    """A line of the register; the caller holds the lock of the dossier."""
    annee, numero = prendre_numero(Sens.DEPART, at)
    return Depart.objects.create(
        dossier=dossier, tour=dossier.tour, annee=annee, numero=numero, objet=objet, at=at, par_id=by.personne,
        moyen=envoi.moyen, recommande=envoi.recommande.strip(), nom=_nom(a), adresse=a.adresse, courriel=a.courriel,
    )  # fmt: skip


def _poster(depart: Depart, dossier: Dossier, texte: str, courrier: Courrier, at: datetime) -> None:
    votre = f" à votre courrier {courrier.cote}" if courrier.cote else f" : {dossier.objet}"
    sujet = f"{'Réponse' if courrier.cote else 'Mairie de ' + ville(settings.PRESET)['nom']}{votre}"
    corps = remplir_champs(texte, {"nom": depart.nom})
    ecrire_courriel(
        depart.courriel, sujet, f"{corps}\n\nNotre référence : {depart.cote}\n", at=at, dossier=dossier.uuid
    )


def accuser_par_courriel(courrier: Courrier, *, by: Acteur, at: datetime) -> Depart | None:
    """At once when there is an e-mail address; None when paper has to carry it. The caller holds the lock."""
    if not courrier.attend_un_accuse or not courrier.courriel:
        return None
    depart = _accuser(courrier, by, at)
    contenu = {"qui": by.nom, "depart": depart.cote}
    chaine.ecrire(courrier.dossier.uuid, "accuser", auteur=by.personne, at=at, contenu=contenu)
    return depart


def _accuser(courrier: Courrier, by: Acteur, at: datetime) -> Depart:
    """By e-mail when there is one; on paper it is then printed."""
    moyen = Moyen.COURRIEL if courrier.courriel else Moyen.PAPIER
    depart = _partir(courrier.dossier, courrier, Envoi(moyen), Objet.ACCUSE, by=by, at=at)
    Courrier.objects.filter(pk=courrier.pk).update(accuse_le=at)
    if moyen == Moyen.COURRIEL:
        sujet = f"Accusé de réception de votre courrier {courrier.cote}"
        corps = f"{texte_de_l_accuse(courrier, by.annuaire)}\n\nNotre référence : {depart.cote}\n"
        ecrire_courriel(courrier.courriel, sujet, corps, at=at, dossier=courrier.dossier.uuid)
    return depart


def accuser(dossier: Dossier, *, by: Acteur, at: datetime) -> Depart:
    """When it did not leave by itself: on paper, it is then printed from the departure register."""
    with traversee("accuser", dossier.pk, by=by, at=at) as t:
        courrier = courrier_de(t.dossier)
        if courrier.accuse_le is not None:
            raise DejaFait("L'accusé de réception est déjà parti.")
        rules.peut_accuser(by, t.dossier).exiger()
        if not courrier.courriel and not courrier.adresse:
            raise Refus("Il n'y a ni courriel ni adresse postale : l'accusé de réception ne peut pas partir.")
        depart = _accuser(courrier, by, at)
        t.contenu["depart"] = depart.cote
        return depart


def aviser(courrier: Courrier, texte: str, *, by: Acteur, at: datetime) -> Depart:
    """What closes a letter otherwise than by the answer prepared: by e-mail, else on paper. The caller holds the lock."""
    if not courrier.courriel and not courrier.adresse:
        raise Refus("Il n'y a ni courriel ni adresse postale de l'expéditeur : complétez-les, il doit être prévenu.")
    moyen = Moyen.COURRIEL if courrier.courriel else Moyen.PAPIER
    depart = _partir(courrier.dossier, courrier, Envoi(moyen), Objet.REPONSE, by=by, at=at)
    if moyen == Moyen.COURRIEL:
        _poster(depart, courrier.dossier, texte, courrier, at)
    return depart


def noter_le_sort(
    depart: Depart,
    *,
    by: Acteur,
    at: datetime,
    recu_le: date | None = None,
    revenu_le: date | None = None,
    motif: str = "",
) -> Depart:
    """The receipt came back signed, or the letter itself came back."""
    with traversee("suivre_depart", depart.dossier_id, by=by, at=at) as t:
        frais = Depart.objects.get(pk=depart.pk)
        if frais.recu_le or frais.revenu_le:
            raise DejaFait("C'est déjà noté au registre.")
        rules.peut_suivre_un_depart(by, frais).exiger()
        if (recu_le is None) == (revenu_le is None):
            raise Refus("Notez le jour de l'avis de réception, ou celui du retour : l'un des deux.")
        jour = recu_le or revenu_le
        assert jour is not None
        if not frais.at.date() <= jour <= t.jour:
            raise Refus("Ce jour doit être entre l'envoi et aujourd'hui.")
        frais.recu_le, frais.revenu_le, frais.motif_retour = (
            recu_le,
            revenu_le,
            motif.strip()[:160] if revenu_le else "",
        )
        frais.save(update_fields=["recu_le", "revenu_le", "motif_retour"])
        _prevenir(t, frais)
        return frais


def _prevenir(t: Traversee, depart: Depart) -> None:
    """A letter that came back was read by nobody: whoever follows the dossier has to know."""
    sort = f"reçu le {depart.recu_le:%d/%m/%Y}" if depart.recu_le else f"revenu le {depart.revenu_le:%d/%m/%Y}"
    t.contenu |= {"depart": depart.cote, "texte": sort, "motif": depart.motif_retour}
    qui = {*t.dossier.suiveurs, depart.par_id, *(e.prise_par_id for e in t.etapes)} - {None}
    t.prevenir({p for p in qui if p is not None}, f"{t.dossier.reference} : {depart.cote} {sort}")
