"""The organisation from CSV files, and back: everything is checked before anything is written.

Loading again is harmless; loading with changes closes and opens dated rows and never deletes history.
"""

import csv
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from datetime import date, timedelta
from pathlib import Path
from typing import Any

from django.core.exceptions import ValidationError
from django.core.validators import validate_email
from django.db import models, transaction

from buridan.organisation.models import (
    Absence,
    Affectation,
    Droit,
    Entite,
    Fonction,
    Genre,
    Mandat,
    Personne,
    Poste,
    Suppleance,
    VersionEntite,
    VersionPoste,
)

COLONNES = {
    "entites.csv": "code,nom,genre,parent,ordre,telephone,courriel,adresse,debut,fin,a_confirmer",
    "postes.csv": "code,intitule,entite,responsable,droits,debut,fin",
    "personnes.csv": "cle,civilite,prenom,nom,courriel,telephone",
    "affectations.csv": "personne,poste,debut,fin",
    "mandats.csv": "personne,fonction,rang,themes,debut,fin",
    "absences.csv": "personne,debut,fin,motif",
    "suppleances.csv": "poste,suppleant,nature,debut,fin",
}


class PresetInvalide(ValueError):
    """The preset can't be loaded; `fautes` names file, line and reason of each fault."""

    def __init__(self, fautes: list[str]) -> None:
        super().__init__("\n".join(fautes))
        self.fautes = fautes


@dataclass(slots=True)
class Ligne:
    """A CSV line: its values, where it stands, and the faults it adds to."""

    fichier: str
    numero: int
    valeurs: dict[str, str]
    fautes: list[str]
    jour: date

    def __getitem__(self, colonne: str) -> str:
        return (self.valeurs.get(colonne) or "").strip()

    def faute(self, raison: str) -> None:
        """Note a fault."""
        self.fautes.append(f"{self.fichier}, ligne {self.numero} : {raison}")

    def date(self, colonne: str, *, requise: bool = False) -> date | None:
        """`2024-01-01`, `J-3`, `J+12`, or empty."""
        texte = self[colonne]
        if not texte:
            if requise:
                self.faute(f"la colonne « {colonne} » est vide.")
            return None
        try:
            if texte.startswith("J"):
                return self.jour + timedelta(days=int(texte[1:] or "0"))
            return date.fromisoformat(texte)
        except ValueError:
            self.faute(f"« {texte} » n'est pas une date (attendu : 2024-01-31, ou J-3).")
            return None

    def connu(self, colonne: str, valeurs: Any, quoi: str, *, requis: bool = True) -> str:
        """The value, checked to be one of `valeurs`."""
        texte = self[colonne]
        if (requis or texte) and texte not in valeurs:
            self.faute(f"« {texte} » : {quoi} inconnu(e).")
        return texte


@dataclass(slots=True)
class Lecture:
    """All the files of an organisation, read and checked."""

    dossier: Path
    jour: date
    fautes: list[str] = field(default_factory=list)
    tables: dict[str, list[Ligne]] = field(default_factory=dict)

    def lire(self) -> None:
        """Read every file; faults are gathered."""
        for fichier, colonnes in COLONNES.items():
            self.tables[fichier] = list(self._lignes(fichier, colonnes.split(",")))

    def _lignes(self, fichier: str, colonnes: list[str]) -> Iterator[Ligne]:
        chemin = self.dossier / fichier
        if not chemin.exists():
            self.fautes.append(f"{fichier} : le fichier manque.")
            return
        with chemin.open(encoding="utf-8-sig", newline="") as flux:
            lecteur = csv.DictReader(flux)
            absentes = set(colonnes) - set(lecteur.fieldnames or [])
            if absentes:
                self.fautes.append(f"{fichier}, ligne 1 : il manque la ou les colonnes {', '.join(sorted(absentes))}.")
                return
            for valeurs in lecteur:
                yield Ligne(fichier, lecteur.line_num, valeurs, self.fautes, self.jour)

    def codes(self, fichier: str, colonne: str) -> set[str]:
        """Values of a column."""
        return {ligne[colonne] for ligne in self.tables[fichier]}

    def verifier(self) -> None:
        """Cross references, kinds, dates, uniqueness."""
        entites, postes = self.codes("entites.csv", "code"), self.codes("postes.csv", "code")
        personnes = self.codes("personnes.csv", "cle")
        self._uniques("entites.csv", "code", "debut")
        self._uniques("postes.csv", "code", "debut")
        self._uniques("personnes.csv", "cle")
        self._uniques("personnes.csv", "courriel")
        self._uniques("affectations.csv", "poste", "debut")
        self._postes_et_entites(entites)
        for ligne in self.tables["personnes.csv"]:
            _courriel_valide(ligne)
        self._references(postes, personnes)
        self._dates()

    def _postes_et_entites(self, entites: set[str]) -> None:
        for ligne in self.tables["entites.csv"]:
            ligne.connu("genre", Genre.values, "genre")
            ligne.connu("parent", entites, "entité", requis=False)
        for ligne in self.tables["postes.csv"]:
            ligne.connu("entite", entites, "entité")
            for droit in ligne["droits"].split():
                if droit not in Droit.values:
                    ligne.faute(f"« {droit} » : droit inconnu (possibles : {', '.join(Droit.values)}).")

    def _references(self, postes: set[str], personnes: set[str]) -> None:
        for fichier in ("affectations.csv", "mandats.csv", "absences.csv"):
            for ligne in self.tables[fichier]:
                ligne.connu("personne", personnes, "personne")
        for ligne in self.tables["affectations.csv"]:
            ligne.connu("poste", postes, "poste")
        for ligne in self.tables["mandats.csv"]:
            ligne.connu("fonction", Fonction.values, "fonction")
        for ligne in self.tables["suppleances.csv"]:
            ligne.connu("poste", postes, "poste")
            ligne.connu("suppleant", postes, "poste")

    def _uniques(self, fichier: str, *colonnes: str) -> None:
        vues: set[tuple[str, ...]] = set()
        for ligne in self.tables[fichier]:
            cle = tuple(ligne[c] for c in colonnes)
            if cle in vues:
                ligne.faute(f"« {' '.join(cle)} » figure déjà plus haut.")
            vues.add(cle)

    def _dates(self) -> None:
        for fichier, lignes in self.tables.items():
            for ligne in lignes:
                if "debut" not in COLONNES[fichier].split(","):
                    continue
                debut, fin = ligne.date("debut", requise=True), ligne.date("fin")
                if debut and fin and fin <= debut:
                    ligne.faute("la date de fin doit suivre la date de début.")


def _courriel_valide(ligne: Ligne) -> None:
    try:
        validate_email(ligne["courriel"])
    except ValidationError:
        ligne.faute(f"« {ligne['courriel']} » n'est pas une adresse de courriel.")


def charger_organisation(dossier: Path, *, jour: date) -> int:
    """Load the CSV files of a preset; returns how many rows were opened, changed or closed.

    Raises PresetInvalide with every fault, having written nothing.
    """
    lecture = Lecture(dossier, jour)
    lecture.lire()
    if not lecture.fautes:
        lecture.verifier()
    if lecture.fautes:
        raise PresetInvalide(lecture.fautes)
    with transaction.atomic():
        return _ecrire(lecture)


def _oui(ligne: Ligne, colonne: str) -> bool:
    return ligne[colonne].lower() in {"oui", "1", "true"}


def _ecrire(lecture: Lecture) -> int:
    t = lecture.tables
    for code in lecture.codes("entites.csv", "code"):
        Entite.objects.get_or_create(code=code)
    for code in lecture.codes("postes.csv", "code"):
        Poste.objects.get_or_create(code=code)
    change = sum(_personne(ligne) for ligne in t["personnes.csv"])
    entites = dict(Entite.objects.values_list("code", "id"))
    postes = dict(Poste.objects.values_list("code", "id"))
    personnes = dict(Personne.objects.values_list("cle", "id"))
    change += _synchroniser(VersionEntite, ["entite_id"], t["entites.csv"], lecture.jour, lambda x: {
        "entite_id": entites[x["code"]], "nom": x["nom"], "genre": x["genre"],
        "parent_id": entites.get(x["parent"]), "ordre": int(x["ordre"] or 0), "telephone": x["telephone"],
        "courriel": x["courriel"], "adresse": x["adresse"], "a_confirmer": _oui(x, "a_confirmer"),
    })  # fmt: skip
    change += _synchroniser(VersionPoste, ["poste_id"], t["postes.csv"], lecture.jour, lambda x: {
        "poste_id": postes[x["code"]], "intitule": x["intitule"], "entite_id": entites[x["entite"]],
        "responsable": _oui(x, "responsable"), "droits": x["droits"].split(),
    })  # fmt: skip
    change += _synchroniser(Affectation, ["poste_id"], t["affectations.csv"], lecture.jour, lambda x: {
        "poste_id": postes[x["poste"]], "personne_id": personnes[x["personne"]],
    })  # fmt: skip
    change += _synchroniser(Mandat, ["personne_id", "fonction"], t["mandats.csv"], lecture.jour, lambda x: {
        "personne_id": personnes[x["personne"]], "fonction": x["fonction"], "rang": int(x["rang"] or 0),
        "themes": [theme.strip() for theme in x["themes"].split("|") if theme.strip()],
    })  # fmt: skip
    change += _synchroniser(Suppleance, ["poste_id", "suppleant_id", "nature"], t["suppleances.csv"], lecture.jour,
        lambda x: {"poste_id": postes[x["poste"]], "suppleant_id": postes[x["suppleant"]], "nature": x["nature"]},
    )  # fmt: skip
    return change + _absences(t["absences.csv"], personnes)


def _personne(ligne: Ligne) -> int:
    champs = {c: ligne[c] for c in ("civilite", "prenom", "nom", "telephone")} | {"email": ligne["courriel"]}
    existante = Personne.objects.filter(cle=ligne["cle"]).first()
    if existante is None:
        neuve = Personne(cle=ligne["cle"], **champs)
        neuve.set_unusable_password()
        neuve.save()
        return 1
    return Personne.objects.filter(pk=existante.pk).exclude(**champs).update(**champs)


def _synchroniser(
    modele: Any, cle: list[str], lignes: list[Ligne], jour: date, champs: Callable[[Ligne], dict[str, Any]]
) -> int:
    """Bring the dated rows of a table to what the file says from that day on; returns the number of changes."""
    change = 0
    gardees: set[int] = set()
    for ligne in lignes:
        contenu, debut, fin = champs(ligne), ligne.date("debut"), ligne.date("fin")
        assert debut is not None
        identite = {c: contenu[c] for c in cle}
        if fin is not None and fin <= jour:
            _passee, neuve = modele.objects.get_or_create(**identite, debut=debut, defaults={**contenu, "fin": fin})
            gardees.add(_passee.pk)
            change += neuve
            continue
        rangee, bouge = _accorder(modele, identite, contenu, debut, fin, jour)
        gardees.add(rangee.pk)
        change += bouge
    disparues = modele.objects.en_vigueur(jour).exclude(pk__in=gardees)
    return change + _fermer(disparues, jour)


def _accorder(
    modele: Any, identite: dict[str, Any], contenu: dict[str, Any], debut: date, fin: date | None, jour: date
) -> tuple[Any, int]:
    courante = modele.objects.filter(**identite).exclude(fin__lte=jour).order_by("-debut").first()
    if courante is None:
        return modele.objects.create(**contenu, debut=debut, fin=fin), 1
    pareille = all(getattr(courante, c) == v for c, v in contenu.items())
    if pareille:
        return courante, modele.objects.filter(pk=courante.pk).exclude(fin=fin).update(
            fin=fin
        ) if courante.fin != fin else 0
    if courante.debut >= jour:
        modele.objects.filter(pk=courante.pk).update(**contenu, fin=fin)
        return courante, 1
    modele.objects.filter(pk=courante.pk).update(fin=jour)
    return modele.objects.create(**contenu, debut=max(debut, jour), fin=fin), 1


def _fermer(rangees: models.QuerySet[Any], jour: date) -> int:
    """Close rows that the file no longer has; one opened the same day never counted and goes."""
    ouvertes_ce_jour, _detail = rangees.filter(debut__gte=jour).delete()
    return int(ouvertes_ce_jour) + rangees.update(fin=jour)


def _absences(lignes: list[Ligne], personnes: dict[str, int]) -> int:
    """Absences are only added: those declared in the application stay."""
    change = 0
    for ligne in lignes:
        debut, fin = ligne.date("debut"), ligne.date("fin")
        assert debut is not None
        personne = personnes[ligne["personne"]]
        croise = Absence.objects.filter(personne_id=personne).exclude(fin__lte=debut)
        if not croise.exists():
            Absence.objects.create(personne_id=personne, debut=debut, fin=fin, motif=ligne["motif"])
            change += 1
    return change


def exporter_organisation(dossier: Path) -> None:
    """Write the files that `charger_organisation` reads, history included."""
    dossier.mkdir(parents=True, exist_ok=True)
    for fichier, (lignes, valeurs) in _EXPORTS.items():
        with (dossier / fichier).open("w", encoding="utf-8", newline="") as flux:
            sortie = csv.writer(flux, lineterminator="\n")
            sortie.writerow(COLONNES[fichier].split(","))
            sortie.writerows(valeurs(ligne) for ligne in lignes())


def _texte(valeur: Any) -> str:
    if valeur is None:
        return ""
    if isinstance(valeur, bool):
        return "oui" if valeur else "non"
    return valeur.isoformat() if isinstance(valeur, date) else str(valeur)


_EXPORTS: dict[str, tuple[Callable[[], Any], Callable[[Any], list[str]]]] = {
    "entites.csv": (
        lambda: VersionEntite.objects.select_related("entite", "parent").order_by("entite__code", "debut"),
        lambda v: [_texte(x) for x in (v.entite.code, v.nom, v.genre, v.parent and v.parent.code, v.ordre, v.telephone,
                   v.courriel, v.adresse, v.debut, v.fin, v.a_confirmer)],
    ),
    "postes.csv": (
        lambda: VersionPoste.objects.select_related("poste", "entite").order_by("poste__code", "debut"),
        lambda v: [_texte(x) for x in (v.poste.code, v.intitule, v.entite.code, v.responsable, " ".join(v.droits),
                   v.debut, v.fin)],
    ),
    "personnes.csv": (
        lambda: Personne.objects.order_by("cle"),
        lambda p: [_texte(x) for x in (p.cle, p.civilite, p.prenom, p.nom, p.email, p.telephone)],
    ),
    "affectations.csv": (
        lambda: Affectation.objects.select_related("personne", "poste").order_by("poste__code", "debut"),
        lambda a: [_texte(x) for x in (a.personne.cle, a.poste.code, a.debut, a.fin)],
    ),
    "mandats.csv": (
        lambda: Mandat.objects.select_related("personne").order_by("rang", "personne__cle"),
        lambda m: [_texte(x) for x in (m.personne.cle, m.fonction, m.rang, "|".join(m.themes), m.debut, m.fin)],
    ),
    "absences.csv": (
        lambda: Absence.objects.select_related("personne").order_by("personne__cle", "debut"),
        lambda a: [_texte(x) for x in (a.personne.cle, a.debut, a.fin, a.motif)],
    ),
    "suppleances.csv": (
        lambda: Suppleance.objects.select_related("poste", "suppleant").order_by("poste__code", "debut", "id"),
        lambda s: [_texte(x) for x in (s.poste.code, s.suppleant.code, s.nature, s.debut, s.fin)],
    ),
}  # fmt: skip
