"""Correct what was typed of a letter: who writes, where to answer, what came with it. Its number and its day do not change."""

from dataclasses import dataclass
from datetime import datetime

from buridan.courriers import rules
from buridan.courriers.models import Courrier
from buridan.courriers.queries import avec_le_lu, cle_de, courrier_de, lu_dans, mots_de
from buridan.dossiers import rules as coeur
from buridan.dossiers.actions.traversee import DejaFait, traversee
from buridan.dossiers.models import Dossier
from buridan.organisation.acteur import Acteur
from buridan.outils.verdict import Refus

CHAMPS = {
    "expediteur": "nom", "organisme": "organisme", "adresse": "adresse", "courriel": "courriel", "telephone": "téléphone",
    "recommande": "numéro de recommandé", "annexes": "pièces jointes",
}  # fmt: skip

DEDANS = ("annexes",)  # what stands in a letter and not on its envelope


@dataclass(frozen=True, slots=True)
class Correction:
    """What a letter says of its correspondent, whole."""

    expediteur: str
    organisme: str = ""
    adresse: str = ""
    courriel: str = ""
    telephone: str = ""
    recommande: str = ""
    annexes: str = ""


def corriger_courrier(dossier: Dossier, *, by: Acteur, at: datetime, correction: Correction) -> Courrier:
    """Correct. The journal says which fields, not what they held. Who sees the envelope only corrects the envelope only."""
    with traversee("corriger_courrier", dossier.pk, by=by, at=at) as t:
        rules.peut_corriger(by, t.dossier).exiger()
        courrier = courrier_de(t.dossier)
        lit = bool(coeur.peut_voir(by, t.dossier))
        neufs = {c: getattr(correction, c).strip() for c in CHAMPS if lit or c not in DEDANS}
        if not neufs["expediteur"]:
            raise Refus("Dites qui est le correspondant ; « anonyme » si la lettre n'est pas signée.")
        changes = [c for c, v in neufs.items() if getattr(courrier, c) != v]
        if not changes:
            raise DejaFait("Rien n'a changé.")
        for champ, valeur in neufs.items():
            setattr(courrier, champ, valeur)
        courrier.cle = cle_de(courrier.expediteur, courrier.organisme)
        courrier.save(update_fields=[*changes, "cle"])
        lu = lu_dans(Dossier.objects.values_list("contenu", flat=True).get(pk=t.dossier.pk))
        Dossier.objects.filter(pk=t.dossier.pk).update(contenu=avec_le_lu(mots_de(courrier, t.dossier.objet), lu))
        t.contenu["corrections"] = ", ".join(CHAMPS[c] for c in changes)
        return courrier
