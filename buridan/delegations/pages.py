"""What the pages of the register show. Reads a `Registre`."""

from dataclasses import dataclass
from datetime import date
from typing import Any

from buridan.delegations import rules
from buridan.delegations.etats import NatureActe, Taxes
from buridan.delegations.journal import REGISTRE
from buridan.delegations.registre import Acte, Ligne, Montant, Registre
from buridan.journal.models import Ligne as LigneJournal
from buridan.organisation.models import Fonction

LIGNES_DU_JOURNAL = 30
PHRASES = {
    "deleguer": "a inscrit au registre, par l'arrêté n° {arrete}, une délégation à {delegataire} pour : {nature}",
    "publier_delegation": "a noté que l'arrêté n° {arrete} est exécutoire",
    "retirer_delegation": "a retiré à {delegataire} sa délégation pour : {nature} (arrêté n° {arrete}). Motif : {motif}",
}


@dataclass(frozen=True, slots=True)
class LigneRegistre:
    """A delegation in words. `raison` empty: it lives; `fin_proche`: it ends within a month; `a_renouveler`: dead of an
    election, and nothing replaced it."""

    id: int
    qui: str
    ou: str
    plafond: str
    arrete: str
    periode: str
    suppleant: str
    priorite: int
    raison: str
    fin_proche: date | None
    a_renouveler: bool


def lignes_par_nature(r: Registre) -> list[dict[str, Any]]:
    """Natures in the order of the list, each with what lives, what is to renew, and what is over."""
    vues = [(d, _en_mots(r, d)) for d in r.lignes if d.signe_le <= r.jour]
    groupes = []
    for nature in NatureActe:
        siennes = [v for d, v in vues if d.nature == nature]
        if siennes:
            groupes.append({
                "code": nature.value, "nom": nature.label,
                "vivantes": [v for v in siennes if not v.raison],
                "rouges": [v for v in siennes if v.a_renouveler],
                "finies": [v for v in siennes if v.raison and not v.a_renouveler],
            })  # fmt: skip
    return groupes


def _en_mots(r: Registre, d: Ligne) -> LigneRegistre:
    raison = rules.etat(r, d).raison
    debut = f"depuis le {max(d.debut, d.executoire_le or d.debut):%d/%m/%Y}"
    return LigneRegistre(
        d.id, _nommer(r, d.delegataire, d.poste),
        r.annuaire.nom_entite(d.entite) if d.entite is not None else "toute la ville",
        f"jusqu'à {rules.euros(d.plafond)} {Taxes(d.taxes).label}" if d.plafond is not None else "sans plafond",
        f"arrêté n° {d.numero} du {d.signe_le:%d/%m/%Y}", f"{debut}, jusqu'au {d.fin:%d/%m/%Y}" if d.fin else debut,
        _nommer(r, d.suppleant, d.suppleant_poste),
        d.priorite, raison, rules.fin_prevue(r, d), rules.a_renouveler(r, d),
    )  # fmt: skip


def _nommer(r: Registre, personne: int | None, poste: int | None) -> str:
    return (
        "" if personne is None or poste is None else f"{r.annuaire.nom_personne(personne)}, {rules.intitule(r, poste)}"
    )


def en_mots(r: Registre, identifiant: int) -> LigneRegistre:
    """One delegation."""
    return next(_en_mots(r, d) for d in r.lignes if d.id == identifiant)


def repondre(r: Registre, donnees: dict[str, Any]) -> dict[str, Any]:
    """Who may sign that act: names in order, or why nobody."""
    ht, ttc = donnees.get("ht"), donnees.get("ttc")
    connu = ht if ht is not None else ttc
    montant = None if connu is None else Montant(connu if ht is None else ht, connu if ttc is None else ttc)
    acte = Acte(donnees["nature"], int(donnees["entite"]) if donnees["entite"] else None, montant)
    trouves = rules.signataires(r, acte)
    return {
        "nature": NatureActe(donnees["nature"]).label,
        "ou": r.annuaire.nom_entite(acte.entite) if acte.entite is not None else "toute la ville",
        "un_seul_montant": bool(montant and (ht is None or ttc is None)),
        "pouvoirs": [(r.annuaire.nom_personne(p.personne), p.qualite, " — ".join(p.formule)) for p in trouves],
    }


def executif(r: Registre) -> list[tuple[str, str]]:
    """The mayor of the day and since when; nobody when the mandate is vacant."""
    return [
        (r.annuaire.nom_personne(p), f"{Fonction(f).label} depuis le {debut:%d/%m/%Y}")
        for (p, f), (_rang, debut) in r.mandats.items()
        if f == Fonction.MAIRE
    ]


def historique() -> list[dict[str, Any]]:
    """Latest lines of the register's journal, in words. One query."""
    lignes = LigneJournal.objects.filter(chaine=REGISTRE).select_related("charge").order_by("-numero")
    return [_du_journal(ligne) for ligne in lignes[:LIGNES_DU_JOURNAL]]


def _du_journal(ligne: LigneJournal) -> dict[str, Any]:
    charge = getattr(ligne, "charge", None)
    if charge is None:
        return {"at": ligne.at, "qui": "", "quoi": "contenu effacé"}
    contenu = dict(charge.contenu)
    if "nature" in contenu:
        contenu["nature"] = NatureActe(contenu["nature"]).label.lower()
    return {"at": ligne.at, "qui": contenu["qui"], "quoi": PHRASES[ligne.verbe].format(**contenu)}
