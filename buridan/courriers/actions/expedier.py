"""What leaves: the answer, the acknowledgement, the same letter to a list; each with its number of the departure register."""

from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime

from django.conf import settings
from django.db import transaction

from buridan.courriers import rules
from buridan.courriers.actions.numeros import prendre_numero
from buridan.courriers.etats import Moyen, Objet, Sens
from buridan.courriers.models import Correspondant, Courrier, Depart
from buridan.courriers.papier import lettre_du_depart, texte_de_l_accuse, texte_du_courriel
from buridan.courriers.queries import courrier_de, destinataires_de, repartie_sous, version_de
from buridan.dossiers import rules as coeur
from buridan.dossiers.actions.avancer import passer_outre
from buridan.dossiers.actions.repondre import exiger_conforme, repondre_a_tous
from buridan.dossiers.actions.traversee import DejaFait, Traversee, refus_de_la_base, traversee, traversee_etape
from buridan.dossiers.etats import Resultat, SensReponse
from buridan.dossiers.models import Dossier, Etape, Reponse
from buridan.droit.delais import date_legale
from buridan.interface.contexte import ville
from buridan.journal import chaine
from buridan.notifications.envois import ecrire_courriel
from buridan.notifications.file import demander
from buridan.notifications.models import Courriel
from buridan.organisation.acteur import Acteur
from buridan.outils.verdict import Refus

_BESOINS = (
    (Moyen.COURRIEL, "courriel", "d'adresse de courriel"),
    (Moyen.PAPIER, "adresse", "d'adresse postale"),
    (Moyen.RECOMMANDE, "adresse", "d'adresse postale"),
)


@dataclass(frozen=True, slots=True)
class Envoi:
    """How it leaves. `recommande`: number of the registered letter."""

    moyen: Moyen = Moyen.PAPIER
    recommande: str = ""


def expedier(etape: Etape, *, by: Acteur, at: datetime, texte: str, sens: SensReponse, envoi: Envoi) -> Reponse:
    """Send and close: one line of the register for each address."""
    with refus_de_la_base(), transaction.atomic():
        with traversee_etape("repondre", etape, by=by, at=at) as t:
            assert t.etape is not None
            coeur.peut_decider(by, t.etape, "repondre").exiger()
            exiger_conforme(t, texte, sens)
            liste = destinataires_de(t.dossier)
            envois = envois_de(liste, envoi)
            _exiger_possible(t.dossier, texte, liste, envois)
            t.decider(Resultat.REPONDUE, "")
            objet = Objet.REPONSE if courrier_de(t.dossier).sens == Sens.ARRIVEE else Objet.ENVOI
            departs = [partir(t.dossier, a, e, objet, by=by, at=at) for a, e in zip(liste, envois, strict=True)]
            t.contenu |= {"depart": _cotes(departs), "moyen": dire_les_moyens(envois)}
            reponse = repondre_a_tous(t, texte.strip(), sens)
            passer_outre(t, t.restantes())
        _poster_tous([d for d in departs if d.moyen == Moyen.COURRIEL], at)  # who decided is written by now
        return reponse


def _cotes(departs: list[Depart]) -> str:
    return departs[0].cote if len(departs) == 1 else f"{departs[0].cote} à {departs[-1].cote} ({len(departs)} envois)"


def envois_de(liste: Sequence[Correspondant | Courrier], envoi: Envoi) -> list[Envoi]:
    """How each leaves: as was chosen. On a list, who has no address for that is written to at the one that is known."""
    if len(liste) == 1 or envoi.moyen not in (Moyen.PAPIER, Moyen.COURRIEL):
        return [envoi for _ in liste]
    sans_papier, sans_courriel = Envoi(Moyen.COURRIEL), Envoi(Moyen.PAPIER)
    if envoi.moyen == Moyen.PAPIER:
        return [sans_papier if a.courriel and not a.adresse else envoi for a in liste]
    return [sans_courriel if a.adresse and not a.courriel else envoi for a in liste]


def dire_les_moyens(envois: Sequence[Envoi]) -> str:
    """« Courrier simple », or « Courrier simple (12), Courriel (3) »."""
    nombres = Counter(e.moyen for e in envois)
    return ", ".join(m.label if len(nombres) == 1 else f"{m.label} ({nombres[m]})" for m in Moyen if m in nombres)


def _exiger_possible(
    dossier: Dossier, texte: str, liste: Sequence[Correspondant | Courrier], envois: Sequence[Envoi]
) -> None:
    moyens = {e.moyen for e in envois}
    if Moyen.COURRIEL in moyens and (version := version_de(dossier, texte)) and not version.est_un_pdf:
        raise Refus(
            f"« {version.document.nom} » ne peut pas partir par courriel : imprimez-le et envoyez-le par la poste, ou "
            "renvoyez le dossier pour que la réponse soit donnée en PDF."
        )
    exiger_une_adresse(liste, envois)
    if Moyen.RECOMMANDE in moyens and len(liste) > 1:
        raise Refus("Une lettre recommandée part à un seul destinataire : écrivez un envoi pour chacun.")


def exiger_une_adresse(liste: Sequence[Correspondant | Courrier], envois: Sequence[Envoi]) -> None:
    """Raises Refus when somebody can't be reached that way."""
    for moyen, champ, quoi in _BESOINS:
        sans = [
            a.correspondant for a, e in zip(liste, envois, strict=True) if e.moyen == moyen and not getattr(a, champ)
        ]
        if sans:
            raise Refus(
                f"Il n'y a pas {quoi} pour : {', '.join(sans[:5])}. Complétez-la, ou choisissez un autre envoi."
            )
    if any(e.moyen == Moyen.RECOMMANDE and not e.recommande.strip() for e in envois):
        raise Refus("Recopiez le numéro de la lettre recommandée : il est sur l'étiquette.")


def partir(
    dossier: Dossier, a: Correspondant | Courrier, envoi: Envoi, objet: str, *, by: Acteur, at: datetime, tour: int = 0
) -> Depart:
    """A line of the register, of this turn of the dossier unless told; the caller holds its lock."""
    annee, numero = prendre_numero(Sens.DEPART, at)
    return Depart.objects.create(
        dossier=dossier, tour=tour or dossier.tour, annee=annee, numero=numero, objet=objet, at=at, par_id=by.personne,
        moyen=envoi.moyen, recommande=envoi.recommande.strip(), nom=a.correspondant, adresse=a.adresse, courriel=a.courriel,
    )  # fmt: skip


def _poster_tous(departs: Sequence[Depart], at: datetime) -> None:
    """One at once; a whole list after, so that nobody waits for its letters to be made."""
    if len(departs) == 1:
        poster(departs[0], at)
    else:
        for depart in departs:
            demander("courriers.poster", depart=depart.pk)


def poster(depart: Depart, at: datetime) -> None:
    """The letter by e-mail: what it says, who decided, how to contest it; and the letter itself, as it was signed."""
    dossier, courrier = depart.dossier, courrier_de(depart.dossier)
    votre = f" à votre courrier {courrier.cote}" if courrier.cote else f" : {dossier.objet}"
    quoi = "Complément" if depart.objet == Objet.COMPLEMENT else "Réponse"
    sujet = f"{quoi if courrier.cote else 'Mairie de ' + ville(settings.PRESET)['nom']}{votre}"
    piece = (f"{depart.cote}.pdf", lettre_du_depart(depart))
    ecrire_courriel(depart.courriel, sujet, texte_du_courriel(depart), at=at, dossier=dossier.uuid, piece=piece)


def poster_une_fois(pk: int, *, at: datetime) -> None:
    """One of a list, by a job that may run twice."""
    with transaction.atomic():
        depart = Depart.objects.select_for_update(of=["self"], no_key=True).select_related("dossier").get(pk=pk)
        deja = Courriel.objects.filter(dossier=depart.dossier.uuid, piece_nom=f"{depart.cote}.pdf")
        if depart.courriel and not deja.exists():
            poster(depart, at)


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
    depart = partir(courrier.dossier, courrier, Envoi(moyen), Objet.ACCUSE, by=by, at=at)
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


def aviser(courrier: Courrier, *, by: Acteur, at: datetime) -> Depart:
    """What closes a letter otherwise than by the answer prepared: by e-mail, else on paper. The caller holds the lock."""
    if not courrier.courriel and not courrier.adresse:
        raise Refus("Il n'y a ni courriel ni adresse postale de l'expéditeur : complétez-les, il doit être prévenu.")
    moyen = Moyen.COURRIEL if courrier.courriel else Moyen.PAPIER
    return partir(courrier.dossier, courrier, Envoi(moyen), Objet.REPONSE, by=by, at=at)


@dataclass(frozen=True, slots=True)
class Sort:
    """What became of a letter. `corrige`: in place of what was noted, which may have been noted for nothing."""

    recu_le: date | None = None
    revenu_le: date | None = None
    motif: str = ""
    corrige: bool = False


def noter_le_sort(depart: Depart, *, by: Acteur, at: datetime, sort: Sort) -> Depart:
    """The receipt came back signed, or the letter itself came back; or that was noted wrongly."""
    with traversee("suivre_depart", depart.dossier_id, by=by, at=at) as t:
        frais = Depart.objects.get(pk=depart.pk)
        motif = sort.motif.strip()[:160] if sort.revenu_le else ""
        avant = (frais.recu_le, frais.revenu_le, frais.motif_retour)
        if any(avant) and (not sort.corrige or avant == (sort.recu_le, sort.revenu_le, motif)):
            raise DejaFait("C'est déjà noté au registre.")
        rules.peut_suivre_un_depart(by, frais).exiger()
        _exiger_un_sort(frais, sort, t.jour)
        frais.recu_le, frais.revenu_le, frais.motif_retour = sort.recu_le, sort.revenu_le, motif
        frais.save(update_fields=["recu_le", "revenu_le", "motif_retour"])
        if any(avant):
            t.contenu["corrections"] = f"il était noté : {_dire_le_sort(*avant[:2])}"
        _prevenir(t, frais)
        return frais


def _exiger_un_sort(depart: Depart, sort: Sort, aujourdhui: date) -> None:
    if sort.recu_le and sort.revenu_le or not (sort.recu_le or sort.revenu_le or sort.corrige):
        raise Refus("Notez le jour de l'avis de réception, ou celui du retour : l'un des deux.")
    if sort.recu_le and depart.moyen == Moyen.COURRIEL:
        raise Refus("Un courriel n'a pas d'avis de réception : notez seulement s'il n'est pas arrivé.")
    jour = sort.recu_le or sort.revenu_le
    if jour is not None and not date_legale(depart.at) <= jour <= aujourdhui:
        raise Refus("Ce jour doit être entre l'envoi et aujourd'hui.")
    if depart.revenu_le and not sort.revenu_le and (repartie := repartie_sous(depart)) is not None:
        raise Refus(f"Cette lettre est repartie sous le numéro {repartie.cote} : son retour reste noté.")


def _dire_le_sort(recu_le: date | None, revenu_le: date | None) -> str:
    if recu_le:
        return f"reçu le {recu_le:%d/%m/%Y}"
    return f"revenu le {revenu_le:%d/%m/%Y}" if revenu_le else "ni reçu ni revenu"


def _prevenir(t: Traversee, depart: Depart) -> None:
    """A letter that came back was read by nobody: whoever follows the dossier has to know."""
    sort = _dire_le_sort(depart.recu_le, depart.revenu_le)
    t.contenu |= {"depart": depart.cote, "texte": sort, "motif": depart.motif_retour}
    qui = {*t.dossier.suiveurs, depart.par_id, *(e.prise_par_id for e in t.etapes)} - {None}
    t.prevenir({p for p in qui if p is not None}, f"{t.dossier.reference} : {depart.cote} {sort}")
