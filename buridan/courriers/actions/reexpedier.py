"""A letter that came back, or an e-mail that reached nobody: the same letter goes to another address, under its own number."""

from dataclasses import dataclass
from datetime import datetime

from django.db import transaction

from buridan.courriers import rules
from buridan.courriers.actions.expedier import Envoi, partir, poster
from buridan.courriers.etats import Moyen
from buridan.courriers.models import Correspondant, Depart
from buridan.courriers.queries import pas_partis, repartie_sous
from buridan.dossiers.actions.traversee import DejaFait, refus_de_la_base, traversee
from buridan.notifications.file import demander
from buridan.organisation.acteur import Acteur
from buridan.outils.verdict import Refus


@dataclass(frozen=True, slots=True)
class Renvoi:
    """Where it goes now, how, and why there."""

    envoi: Envoi
    motif: str
    adresse: str = ""
    courriel: str = ""


def reexpedier(depart: Depart, *, by: Acteur, at: datetime, renvoi: Renvoi) -> Depart:
    """Send it again. The line that came back stays as it is; a new one follows it in the register."""
    with refus_de_la_base(), transaction.atomic():
        with traversee("reexpedier", depart.dossier_id, by=by, at=at) as t:
            revenu = Depart.objects.get(pk=depart.pk)
            if (deja := repartie_sous(revenu)) is not None:
                raise DejaFait(f"Cette lettre est déjà repartie sous le numéro {deja.cote}.")
            rules.peut_reexpedier(by, t.dossier, revenu).exiger()
            _exiger_complet(renvoi)
            if revenu.revenu_le is None:  # nothing of it ever left
                revenu.revenu_le, revenu.motif_retour = t.jour, "Le courriel n'a pas pu partir"
                revenu.save(update_fields=["revenu_le", "motif_retour"])
            a = Correspondant(nom=revenu.nom, adresse=renvoi.adresse.strip(), courriel=renvoi.courriel.strip())
            neuf = partir(t.dossier, a, renvoi.envoi, revenu.objet, by=by, at=at, tour=revenu.tour)
            t.contenu |= {"depart": f"{neuf.cote}, à la place de {revenu.cote}", "moyen": renvoi.envoi.moyen.label}
            t.contenu["motif"] = renvoi.motif.strip()
            qui = {*t.dossier.suiveurs, revenu.par_id} - {None}
            t.prevenir({p for p in qui if p is not None}, f"{t.dossier.reference} : la lettre repart sous {neuf.cote}")
        if renvoi.envoi.moyen == Moyen.COURRIEL:
            poster(neuf, at)
        return neuf


def relancer(depart: Depart, *, by: Acteur, at: datetime) -> Depart:
    """The job that makes the e-mail is asked for again, once; the number stays."""
    with traversee("relancer_depart", depart.dossier_id, by=by, at=at) as t:
        if not pas_partis([depart]):
            raise DejaFait("Ce courriel est parti, ou il part en ce moment.")
        rules.peut_relancer(by, depart).exiger()
        demander("courriers.poster", depart=depart.pk)
        t.contenu["depart"] = depart.cote
        return depart


def _exiger_complet(renvoi: Renvoi) -> None:
    moyen = renvoi.envoi.moyen
    if not renvoi.motif.strip():
        raise Refus("Dites d'où vient la nouvelle adresse : le registre et le journal le gardent.")
    if moyen == Moyen.COURRIEL and not renvoi.courriel.strip():
        raise Refus("Indiquez le courriel auquel la lettre part.")
    if moyen in (Moyen.PAPIER, Moyen.RECOMMANDE) and not renvoi.adresse.strip():
        raise Refus("Indiquez l'adresse postale à laquelle la lettre part.")
    if moyen == Moyen.RECOMMANDE and not renvoi.envoi.recommande.strip():
        raise Refus("Recopiez le numéro de la lettre recommandée : il est sur l'étiquette.")
