"""A line of a work list, as the desk and the parapheur show it: why it presses, and for whom one acts."""

from collections import defaultdict
from collections.abc import Sequence
from datetime import date

from buridan.dossiers.models import Etape
from buridan.dossiers.natures import nature_du_code
from buridan.dossiers.recit import chez
from buridan.organisation.acteur import Acteur


def ligne_de(acteur: Acteur, etape: Etape) -> dict[str, object]:
    """`pour`: « pour X, absent » when one acts for somebody else; `par`: who acts meanwhile for this person."""
    nature = etape.dossier.nature
    agit = acteur.agit_pour(etape.poste_id, etape.entite_id, nature)
    return {
        "etape": etape, "dossier": etape.dossier, "quand": quand(etape, acteur.annuaire.jour), "raison": raison(etape),
        "pour": acteur.absent_remplace(etape.poste_id, etape.entite_id, nature) if agit else "",
        "par": _par(acteur, etape) if agit else "", "chez": chez(acteur, etape, nature),
    }  # fmt: skip


def lignes_de(acteur: Acteur, etapes: Sequence[Etape]) -> list[dict[str, object]]:
    """Those lines, each with its nature's `resume`: what one has to know before one agrees. One reading per nature."""
    par_nature: dict[str, list[int]] = defaultdict(list)
    for e in etapes:
        par_nature[e.dossier.nature].append(e.dossier_id)
    dits = {pk: dit for code, ids in par_nature.items() for pk, dit in nature_du_code(code).resumes(ids).items()}
    return [{**ligne_de(acteur, e), "resume": dits.get(e.dossier_id, "")} for e in etapes]


def _par(acteur: Acteur, etape: Etape) -> str:
    """Who acts for this person, away, on an étape of his or her own post."""
    if etape.poste_id not in acteur.postes:
        return ""
    annuaire = acteur.annuaire
    personnes = annuaire.resoudre(etape.poste_id, etape.dossier.nature).personnes
    return ", ".join(annuaire.nom_personne(p) for p in personnes) if acteur.personne not in personnes else ""


def quand(etape: Etape, jour: date) -> str:
    """Heading of the list: the list is in the order of `urgence_le`, so each heading comes once; none for an étape to come."""
    if etape.urgence_le is None:
        return ""
    ecart = (etape.urgence_le - jour).days
    if ecart < 0:
        return "En retard"
    return "Aujourd'hui" if ecart == 0 else "Dans les sept jours" if ecart <= 7 else "Plus tard"


def raison(etape: Etape) -> tuple[str, date | None]:
    """Which date makes it urgent: the law's, the promise or the étape's own."""
    dossier = etape.dossier
    if dossier.legal_le is not None and dossier.legal_le == etape.urgence_le:
        return "décision implicite", dossier.legal_le
    if dossier.promis_le is not None and dossier.promis_le == etape.urgence_le:
        return "réponse promise", dossier.promis_le
    return "à faire", etape.echeance
