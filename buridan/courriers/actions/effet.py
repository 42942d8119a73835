"""Correct what the law attaches to a letter, its day and what it is about, once it is at work: its dates follow."""

from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

from buridan.circuits.catalogue import en_vigueur
from buridan.courriers import rules
from buridan.courriers.actions.confier import alerter, avec_services
from buridan.courriers.etats import JURIDIQUES, Effet
from buridan.courriers.legal import Dates, dates_de, pieces_de
from buridan.courriers.models import BureauCourrier, Courrier
from buridan.courriers.queries import avec_le_lu, bureau, courrier_de, lu_dans, mots_de
from buridan.dossiers.actions.avancer import a_prevenir, activer, passer_outre, poser_etapes, urgence_de
from buridan.dossiers.actions.ecriture import oublier_la_suite
from buridan.dossiers.actions.traversee import DejaFait, Traversee, traversee
from buridan.dossiers.etats import EtatEtape, TypeEtape
from buridan.dossiers.models import Dossier
from buridan.dossiers.routage import Contexte
from buridan.droit.delais import date_legale
from buridan.droit.demandes import Silence
from buridan.organisation.acteur import Acteur
from buridan.outils.verdict import Refus


@dataclass(frozen=True, slots=True)
class Nature:
    """What a letter is, whole. `fixee`: the day that it gives; `objet`: empty leaves what stands."""

    effet: str
    silence: str = Silence.REJET.value
    fixee: date | None = None
    objet: str = ""


def corriger_effet(dossier: Dossier, *, by: Acteur, at: datetime, nature: Nature) -> Courrier:
    """Correct. One that is found to be a formal notice or an appeal goes to the legal department at once."""
    chez = bureau()
    assert chez is not None
    with traversee("corriger_effet", dossier.pk, by=by, at=at) as t:
        rules.peut_corriger_l_effet(by, t.dossier).exiger()
        courrier = courrier_de(t.dossier)
        dates = _dates(courrier, nature, chez)
        avant = _changer(t, courrier, nature, dates)
        devient = nature.effet in JURIDIQUES and avant not in JURIDIQUES
        if devient and not courrier.confidentiel:
            _au_juridique(t, chez)
        else:
            _presser(t)
        if devient and courrier.confidentiel:
            alerter(courrier, chez, by, at)
        return courrier


def _dates(courrier: Courrier, nature: Nature, chez: BureauCourrier) -> Dates:
    assert courrier.arrive_le is not None
    recue_le = date_legale(courrier.arrive_le)
    if nature.fixee is not None and nature.fixee < recue_le:
        raise Refus("L'échéance fixée par le courrier est avant son arrivée : vérifiez les deux dates.")
    return dates_de(
        chez, recue_le, effet=nature.effet, silence=nature.silence, fixee=nature.fixee, pieces=pieces_de(courrier)
    )


def _changer(t: Traversee, courrier: Courrier, nature: Nature, dates: Dates) -> str:
    """Write what differs; returns the effect it had. The journal says what it was and what it is."""
    avant, dit = courrier.effet, courrier.get_effet_display()
    objet = nature.objet.strip()[:200] or t.dossier.objet
    changes = [
        nom
        for nom, vieux, neuf in (
            ("effet", avant, nature.effet), ("silence", courrier.silence, nature.silence),
            ("échéance", courrier.echeance, dates.echeance), ("objet", t.dossier.objet, objet),
        )
        if vieux != neuf
    ]  # fmt: skip
    if not changes:
        raise DejaFait("Rien n'a changé.")
    rules.peut_devenir(t.acteur, courrier, nature.effet).exiger()
    if {"effet", "silence"} & {*changes}:
        courrier.accuse_le = None  # what was acknowledged said something else of the law
    courrier.effet, courrier.silence, courrier.echeance = nature.effet, nature.silence, dates.echeance
    courrier.save(update_fields=["effet", "silence", "echeance", "accuse_le"])
    legal: dict[str, Any] = {"legal_le": dates.legal_le, "promis_le": dates.promis_le}
    t.changer(objet=objet, prioritaire=t.dossier.prioritaire or nature.effet in JURIDIQUES, **legal)
    lu = lu_dans(Dossier.objects.values_list("contenu", flat=True).get(pk=t.dossier.pk))
    Dossier.objects.filter(pk=t.dossier.pk).update(contenu=avec_le_lu(mots_de(courrier, objet), lu))
    t.contenu |= {"corrections": ", ".join(changes), "precision": f"{dit}, puis {Effet(nature.effet).label}"}
    if dates.echeance:
        t.contenu["echeance"] = dates.echeance.isoformat()
    return avant


def _presser(t: Traversee) -> None:
    """What is due is as urgent as the new dates make it, and who has it knows."""
    for etape in t.etapes:
        if etape.etat == EtatEtape.ACTIVE:
            t.changer_etape(etape, urgence_le=urgence_de(t.dossier, etape.echeance))
            t.prevenir(
                a_prevenir(t.acteur, etape), f"{t.dossier.reference} : ce que la loi attache au courrier est corrigé"
            )


def _au_juridique(t: Traversee, chez: BureauCourrier) -> None:
    """Another circuit from here on; the service that had it gets a copy."""
    ancien, neuf = t.dossier.entite_id, chez.juridique_id
    rang = max(e.rang for e in t.etapes if e.etat != EtatEtape.A_VENIR)
    passer_outre(t, [e for e in t.etapes if e.etat == EtatEtape.ACTIVE and e.type != TypeEtape.INFORMATION])
    t.relire()
    oublier_la_suite(t.dossier)
    modele, version = en_vigueur(chez.circuit_juridique)
    lecteurs = list(dict.fromkeys([neuf, *t.dossier.lecteurs, chez.entite_id]))
    t.changer(entite_id=neuf, circuit=modele.code, circuit_version=version, lecteurs=lecteurs, projet_vise=False)
    suite = avec_services(modele, set(), {ancien} - {neuf}, t.acteur.annuaire)
    depuis = 2 if modele.etapes[0].type == "qualification" else 1
    poser_etapes(t, suite, Contexte(entite=neuf, auteur=t.dossier.createur_id), apres=rang, depuis=depuis)
    for etape in t.etapes:
        if etape.etat == EtatEtape.A_VENIR and etape.rang == rang + 1:
            activer(t, etape)
    t.contenu["service"] = t.acteur.annuaire.nom_entite(neuf)
