"""Reminders before and after the term, escalation to the head, return from hold: what the system does by itself."""

import logging
from collections.abc import Callable, Sequence
from datetime import date, datetime
from functools import partial

from django.db import connection

from buridan.dossiers.actions.attendre import reprendre
from buridan.dossiers.actions.avancer import a_prevenir, qui_agit
from buridan.dossiers.actions.traversee import DejaFait, Traversee, traversee, traverser_ensemble
from buridan.dossiers.etats import EtatDossier, EtatEtape
from buridan.dossiers.models import Dossier, Etape
from buridan.droit.delais import Delai, Unite, ajouter
from buridan.organisation.acteur import Acteur
from buridan.outils.sql import executer
from buridan.outils.verdict import Refus

journal = logging.getLogger(__name__)
AVANT, RETARD, ESCALADE = 0, 1, 2
# asked every five minutes, and nearly always of nobody
_A_RAPPELER = f"""SELECT e.id, e.dossier_id FROM {Etape._meta.db_table} e JOIN {Dossier._meta.db_table} d ON d.id = e.dossier_id
    WHERE e.etat = 'active' AND e.prochain_rappel <= %s AND d.etat = 'ouvert' ORDER BY e.prochain_rappel, e.id LIMIT %s"""  # noqa: S608
_A_REPRENDRE = f"""SELECT id FROM {Dossier._meta.db_table} WHERE etat = 'attente' AND attente_jusquau <= %s
    ORDER BY id LIMIT %s"""  # noqa: S608
ENSEMBLE = 50  # reminders written together: what somebody who acts on one of these dossiers may wait for


def passer_les_echeances(*, by: Acteur, at: datetime, limite: int = 500) -> int:
    """Do all reminders, escalations and resumptions due on the actor's day; returns how many."""
    jour = by.annuaire.jour
    faits = 0
    dues = executer(connection, _A_RAPPELER, [jour, limite]).fetchall()
    etapes = [Etape.from_db(connection.alias, ["id", "dossier_id"], ligne) for ligne in dues]
    for debut in range(0, len(etapes), ENSEMBLE):
        faits += _rappeler_ensemble(etapes[debut : debut + ENSEMBLE], by=by, at=at)
    finies = [pk for (pk,) in executer(connection, _A_REPRENDRE, [jour, limite]).fetchall()]
    attente = Dossier.objects.filter(pk__in=finies).order_by("pk") if finies else ()
    motif = "la date de reprise est arrivée"
    for dossier in attente:
        faits += seul(partial(reprendre, dossier, by=by, at=at, motif=motif), f"dossier {dossier.pk}")
    return faits


def seul(geste: Callable[[], object], lequel: str) -> bool:
    """Do it; one dossier that can't be done is written in the log and does not stop the others."""
    try:
        return geste() is not False
    except Refus:  # somebody resumed it, or closed it, meanwhile
        return False
    except Exception:
        journal.exception("Échéance non traitée : %s", lequel)
        return False


def _rappeler_ensemble(etapes: Sequence[Etape], *, by: Acteur, at: datetime) -> int:
    """All of them in one transaction; one by one those that somebody holds, the second étape of a dossier, and all of them when
    one can't be done. Returns how many.
    """
    par_dossier = {e.dossier_id: e for e in reversed(etapes)}

    def faire(t: Traversee) -> bool:
        etape = next((e for e in t.etapes if e.pk == par_dossier[t.dossier.pk].pk), None)
        return etape is not None and _rappeler(t, etape)

    try:
        lus, faits = traverser_ensemble("rappeler", par_dossier, faire, by=by, at=at)
    except Exception:  # which one is found, and written in the log, below
        lus, faits = set(), 0
    restent = [e for e in etapes if e.dossier_id not in lus or e is not par_dossier[e.dossier_id]]
    return faits + sum(seul(partial(rappeler, e, by=by, at=at), f"étape {e.pk}") for e in restent)


def rappeler(etape: Etape, *, by: Acteur, at: datetime) -> bool:
    """The next reminder of one étape, once: the level is read again under the dossier's lock."""
    try:
        with traversee("rappeler", etape.dossier_id, by=by, at=at) as t:
            etape = next(e for e in t.etapes if e.pk == etape.pk)
            if not _rappeler(t, etape):
                raise DejaFait("Ce rappel est déjà fait.")
    except DejaFait:
        return False
    return True


def _rappeler(t: Traversee, etape: Etape) -> bool:
    """False when it is not due any more."""
    if not _a_rappeler(t, etape):
        return False
    t.etape = etape
    _niveau(t, etape)
    t.changer_etape(etape, rappels=etape.rappels, prochain_rappel=etape.prochain_rappel)
    return True


def _a_rappeler(t: Traversee, etape: Etape) -> bool:
    if t.dossier.etat != EtatDossier.OUVERT or etape.etat != EtatEtape.ACTIVE:
        return False
    return etape.prochain_rappel is not None and etape.prochain_rappel <= t.jour


def _niveau(t: Traversee, etape: Etape) -> None:
    assert etape.echeance is not None
    retard = t.jour > etape.echeance
    limite: date = (
        ajouter(etape.echeance, Delai(etape.escalade_apres, Unite.OUVRES)) if etape.escalade_apres else etape.echeance
    )
    _pour, personnes = qui_agit(t.acteur, etape, t.dossier.nature)
    a_relancer, reference = a_prevenir(t.acteur, etape), t.dossier.reference
    if not retard:
        t.prevenir(a_relancer, f"{reference} : « {etape.titre} » est à faire pour le {etape.echeance:%d/%m/%Y}")
        etape.rappels, etape.prochain_rappel = RETARD, ajouter(etape.echeance, Delai(1, Unite.CALENDAIRES))
    elif t.jour <= limite:
        t.prevenir(a_relancer, f"{reference} : « {etape.titre} » est en retard depuis le {etape.echeance:%d/%m/%Y}")
        etape.rappels, etape.prochain_rappel = ESCALADE, ajouter(limite, Delai(1, Unite.CALENDAIRES))
    else:
        chef = _chef(t, etape)
        retardataire = (
            t.acteur.annuaire.nom_entite(etape.entite_id)
            if etape.entite_id
            else ", ".join(t.acteur.annuaire.nom_personne(p) for p in personnes)
        )
        t.prevenir(chef, f"{reference} : « {etape.titre} » reste en retard ({retardataire}). À vous de trancher.")
        t.changer(suiveurs=list({*t.dossier.suiveurs, *chef}))
        t.verbe = "escalader"
        etape.rappels, etape.prochain_rappel = ESCALADE + 1, None
    t.contenu |= {"etape": etape.titre, "echeance": etape.echeance.isoformat()}


def _chef(t: Traversee, etape: Etape) -> tuple[int, ...]:
    """Who heads the entity of the étape; for the head's own étape, who heads the one above."""
    annuaire = t.acteur.annuaire
    poste = annuaire.postes.get(etape.poste_id) if etape.poste_id is not None else None
    entite = poste.entite if poste else etape.entite_id
    if poste is not None and poste.responsable and entite in annuaire.entites:
        entite = annuaire.entites[entite].parent
    chef = annuaire.responsable(entite)
    return annuaire.resoudre(chef, t.dossier.nature).personnes if chef is not None else ()
