"""The register as a CSV file, and back. Every fault is named with its line; loading again changes nothing.

People, posts and entities are named by their keys (`cle`, `code`), days as 2026-01-31 (or J-30), amounts with a point or a
comma. What the file gives back is what it takes, withdrawals included.
"""

import csv
import io
from dataclasses import dataclass, field
from datetime import date, datetime
from decimal import Decimal, InvalidOperation
from typing import Any

from django.db import transaction

from buridan.delegations.actions.deleguer import DonneesArrete, DonneesLigne, deleguer, publier
from buridan.delegations.actions.retirer import retirer_delegation
from buridan.delegations.etats import NatureActe, Taxes
from buridan.delegations.models import Delegation
from buridan.organisation.acteur import Acteur
from buridan.organisation.chargement_lecture import Ligne
from buridan.organisation.models import Entite, Fonction, Personne, Poste
from buridan.outils.verdict import FichierInvalide, Refus

COLONNES = (
    "numero", "date", "publie_le", "executoire_le", "delegant", "delegant_fonction", "delegant_poste", "delegataire",
    "poste", "nature", "entite", "plafond", "taxes", "priorite", "suppleant", "suppleant_poste", "debut", "fin",
    "retiree_le", "retrait_motif", "a_confirmer",
)  # fmt: skip


@dataclass(slots=True)
class _Lue:
    """One line, understood."""

    ligne: Ligne
    arrete: DonneesArrete
    delegation: DonneesLigne
    retiree_le: datetime | None
    motif: str


@dataclass(slots=True)
class _Cles:
    """Keys of what exists."""

    personnes: dict[str, int] = field(default_factory=lambda: dict(Personne.objects.values_list("cle", "pk")))
    postes: dict[str, int] = field(default_factory=lambda: dict(Poste.objects.values_list("code", "pk")))
    entites: dict[str, int] = field(default_factory=lambda: dict(Entite.objects.values_list("code", "pk")))


def importer(texte: str, *, by: Acteur, at: datetime, fichier: str = "delegations.csv") -> int:
    """Load all lines or none; returns how many delegations were added, published or withdrawn. Raises FichierInvalide."""
    fautes: list[str] = []
    lues = _lire(texte, fichier, by.annuaire.jour, fautes)
    changees = 0
    with transaction.atomic():
        if not fautes:
            for lue in lues:
                try:
                    with transaction.atomic():
                        changees += _ecrire(lue, by=by, at=at)
                except Refus as refus:
                    lue.ligne.faute(refus.raison)
        if fautes:
            transaction.set_rollback(True)
    if fautes:
        raise FichierInvalide(fautes)
    return changees


def _lire(texte: str, fichier: str, jour: date, fautes: list[str]) -> list[_Lue]:
    premiere = texte.partition("\n")[0]
    lecteur = csv.DictReader(io.StringIO(texte.lstrip("\ufeff")), delimiter=";" if ";" in premiere else ",")
    colonnes = set(lecteur.fieldnames or ())
    if manquent := [c for c in COLONNES if c not in colonnes]:
        fautes.append(
            f"{fichier}, ligne 1 : il manque {'les colonnes' if len(manquent) > 1 else 'la colonne'} {', '.join(manquent)}."
        )
        return []
    cles = _Cles()
    lues = []
    try:
        for valeurs in lecteur:
            if any(str(v or "").strip() for v in valeurs.values()):
                lues.append(_comprendre(Ligne(fichier, lecteur.line_num, valeurs, fautes, jour), cles))
    except csv.Error as erreur:
        fautes.append(f"{fichier}, ligne {lecteur.line_num} : ce n'est pas une ligne de tableau ({erreur}).")
    return [lue for lue in lues if lue is not None]


def _comprendre(x: Ligne, cles: _Cles) -> _Lue | None:
    avant = len(x.fautes)
    if not x["numero"]:
        x.faute("la colonne « numero » est vide.")
    x.connu("delegant_fonction", Fonction.values, "fonction", requis=False)
    x.connu("nature", NatureActe.values, "nature d'actes")
    x.connu("taxes", Taxes.values, "HT ou TTC attendu ; taxes", requis=False)
    for colonne, connus, quoi, requis in (
        ("delegant", cles.personnes, "personne", True), ("delegant_poste", cles.postes, "poste", False),
        ("delegataire", cles.personnes, "personne", True), ("poste", cles.postes, "poste", True),
        ("entite", cles.entites, "entité", False), ("suppleant", cles.personnes, "personne", False),
        ("suppleant_poste", cles.postes, "poste", False),
    ):  # fmt: skip
        x.connu(colonne, connus, quoi, requis=requis)
    dates = {
        c: x.date(c, requise=c in {"date", "debut"}) for c in ("date", "publie_le", "executoire_le", "debut", "fin")
    }
    plafond, priorite, retiree = _plafond(x), _priorite(x), _instant(x)
    if len(x.fautes) > avant:
        return None
    signe, debut = dates["date"], dates["debut"]
    assert signe is not None and debut is not None
    arrete = DonneesArrete(
        numero=x["numero"], signe_le=signe, delegant=cles.personnes[x["delegant"]],
        delegant_fonction=x["delegant_fonction"], delegant_poste=cles.postes.get(x["delegant_poste"]),
        publie_le=dates["publie_le"], executoire_le=dates["executoire_le"], a_confirmer=x.oui("a_confirmer"),
    )  # fmt: skip
    delegation = DonneesLigne(
        delegataire=cles.personnes[x["delegataire"]], poste=cles.postes[x["poste"]], nature=x["nature"], debut=debut,
        entite=cles.entites.get(x["entite"]), plafond=plafond, taxes=x["taxes"] if plafond is not None else "",
        priorite=priorite, suppleant=cles.personnes.get(x["suppleant"]),
        suppleant_poste=cles.postes.get(x["suppleant_poste"]), fin=dates["fin"],
    )  # fmt: skip
    return _Lue(x, arrete, delegation, retiree, x["retrait_motif"])


def _plafond(x: Ligne) -> Decimal | None:
    texte = x["plafond"].replace(" ", "").replace("\u202f", "").replace("\xa0", "").replace("€", "").replace(",", ".")
    if not texte:
        return None
    try:
        valeur = Decimal(texte)
        if not (valeur.is_finite() and 0 < valeur < 10**10 and valeur == round(valeur, 2)):
            raise InvalidOperation
    except InvalidOperation:
        x.faute(f"« {x['plafond']} » n'est pas un montant en euros (attendu : 4000 ou 4000,50).")
        return None
    if not x["taxes"]:
        x.faute("un plafond dit s'il est HT ou TTC : remplissez la colonne « taxes ».")
    return valeur.quantize(Decimal("0.01"))


def _priorite(x: Ligne) -> int:
    texte = x["priorite"] or "1"
    if not (texte.isascii() and texte.isdigit() and 1 <= int(texte) <= 99):
        x.faute(f"« {texte} » n'est pas un ordre de priorité (attendu : 1, 2, 3…).")
        return 1
    return int(texte)


def _instant(x: Ligne) -> datetime | None:
    if not x["retiree_le"]:
        return None
    try:
        instant = datetime.fromisoformat(x["retiree_le"])
        if instant.tzinfo is None:
            raise ValueError
    except ValueError:
        x.faute(f"« {x['retiree_le']} » n'est pas un instant (attendu : 2026-01-31T09:00:00+01:00).")
        return None
    if not x["retrait_motif"]:
        x.faute("un retrait a un motif : remplissez la colonne « retrait_motif ».")
    return instant


def _ecrire(lue: _Lue, *, by: Acteur, at: datetime) -> int:
    avant = Delegation.objects.count()
    delegation = deleguer(lue.arrete, lue.delegation, by=by, at=at)
    changee = Delegation.objects.count() > avant
    arrete, voulu = delegation.arrete, lue.arrete
    if voulu.publie_le and voulu.executoire_le and arrete.executoire_le != voulu.executoire_le:
        publier(arrete, by=by, at=at, publie_le=voulu.publie_le, executoire_le=voulu.executoire_le)
        changee = True
    if lue.retiree_le is not None and delegation.retiree_le != lue.retiree_le:
        retirer_delegation(delegation, by=by, at=at, motif=lue.motif, le=lue.retiree_le)
        changee = True
    return int(changee)


def exporter() -> str:
    """The whole register, history included, as `importer` reads it."""
    sortie = io.StringIO()
    redacteur = csv.writer(sortie, lineterminator="\n")
    redacteur.writerow(COLONNES)
    lignes = Delegation.objects.select_related(
        "arrete__delegant", "arrete__delegant_poste", "delegataire", "poste", "entite", "suppleant", "suppleant_poste"
    ).order_by("arrete__signe_le", "arrete__numero", "pk")
    for d in lignes:
        redacteur.writerow([_sans_formule(v) for v in _valeurs(d)])
    return sortie.getvalue()


def _valeurs(d: Delegation) -> list[Any]:
    a = d.arrete
    return [
        a.numero, a.signe_le, a.publie_le, a.executoire_le, a.delegant.cle, a.delegant_fonction,
        a.delegant_poste and a.delegant_poste.code, d.delegataire.cle, d.poste.code, d.nature, d.entite and d.entite.code,
        d.plafond, d.taxes, d.priorite, d.suppleant and d.suppleant.cle, d.suppleant_poste and d.suppleant_poste.code,
        d.debut, d.fin, d.retiree_le and d.retiree_le.isoformat(), d.retrait_motif, "oui" if a.a_confirmer else "non",
    ]  # fmt: skip


def _sans_formule(valeur: Any) -> str:
    """As text; a cell that a spreadsheet would compute begins with a space, which the import takes off."""
    texte = "" if valeur is None else str(valeur)
    return f" {texte}" if texte[:1] in "=+-@\t" and texte[:1] else texte
