"""The day the law makes a decision of the town's silence is noted, told and said; an answer stays due (CRPA L231-1, L231-4)."""

from datetime import datetime
from functools import partial

from django.db import connection

from buridan.dossiers.actions.avancer import a_prevenir, bloque
from buridan.dossiers.actions.echeances import seul
from buridan.dossiers.actions.traversee import DejaFait, Traversee, traversee
from buridan.dossiers.etats import EtatDossier, EtatEtape
from buridan.dossiers.models import Dossier
from buridan.dossiers.natures import nature_de
from buridan.droit.delais import FUSEAU_LEGAL
from buridan.organisation.acteur import Acteur
from buridan.outils.sql import executer
from buridan.outils.verdict import Refus

# Noted once for each date: a contest sets another one.
_DEJA = """EXISTS (SELECT 1 FROM journal_ligne l WHERE l.chaine = d.uuid AND l.verbe = 'constater_silence'
    AND (l.at AT TIME ZONE %(fuseau)s)::date > d.legal_le)"""
_MUETS = f"""SELECT d.id FROM dossiers_dossier d WHERE d.etat <> 'clos' AND d.legal_le < %(jour)s AND NOT {_DEJA}
    ORDER BY d.legal_le, d.id LIMIT %(limite)s"""  # noqa: S608  a constant


def constater_les_silences(*, by: Acteur, at: datetime, limite: int = 500) -> int:
    """Note each decision born of silence before the actor's day and not noted yet; returns how many."""
    voulus = {"jour": by.annuaire.jour, "fuseau": FUSEAU_LEGAL.key, "limite": limite}
    trouves = [ligne[0] for ligne in executer(connection, _MUETS, voulus).fetchall()]
    dossiers = Dossier.objects.in_bulk(trouves)
    return sum(seul(partial(constater_silence, dossiers[pk], by=by, at=at), f"dossier {pk}") for pk in trouves)


def constater_silence(dossier: Dossier, *, by: Acteur, at: datetime) -> Dossier:
    """Note, once, that silence became a decision. The dossier stays open: a written answer is due all the same."""
    with traversee("constater_silence", dossier.pk, by=by, at=at) as t:
        if not by.est_systeme:
            raise Refus("La loi seule fait de l'absence de réponse une décision : Buridan la constate le jour venu.")
        if not _muet(t):
            raise DejaFait("Cette décision implicite est déjà notée.")
        assert t.dossier.legal_le is not None
        vaut = nature_de(t.dossier).silence(t.dossier)
        t.contenu |= {"decision_implicite": t.dossier.legal_le.isoformat(), "sens": vaut}
        dite = (
            f"{t.dossier.reference} : décision implicite du {t.dossier.legal_le:%d/%m/%Y}{' : ' if vaut else ''}{vaut}"
        )
        t.prevenir(_concernes(t), f"{dite}. Une réponse reste due.")
        return t.dossier


def _muet(t: Traversee) -> bool:
    """Open, past the law's day, and nothing was noted since that day."""
    d = t.dossier
    if d.etat == EtatDossier.CLOS or d.legal_le is None or d.legal_le >= t.jour:
        return False
    deja = executer(connection, f"SELECT {_DEJA} FROM dossiers_dossier d WHERE d.id = %(id)s",  # noqa: S608  a constant
                    {"fuseau": FUSEAU_LEGAL.key, "id": d.pk}).fetchone()  # fmt: skip
    return not deja[0]


def _concernes(t: Traversee) -> set[int]:
    """Who has something to do on it, and the head of its service."""
    actives = [e for e in t.etapes if e.etat == EtatEtape.ACTIVE and bloque(e)]
    qui = {p for e in actives for p in a_prevenir(t.acteur, e)}
    chef = t.acteur.annuaire.responsable(t.dossier.entite_id)
    return qui | set(t.acteur.annuaire.resoudre(chef, t.dossier.nature).personnes if chef is not None else ())
