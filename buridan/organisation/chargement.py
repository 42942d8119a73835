"""The organisation from CSV files, and back: everything is checked before anything is written.

Loading again is harmless; loading with changes closes and opens dated rows and never deletes history. Only rows that came
from a file are changed: what was entered or ended in the application is kept, and told when the file says otherwise.
"""

import csv
from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import date, datetime, time
from pathlib import Path
from typing import Any

from django.db import DataError, IntegrityError, transaction

from buridan.droit.delais import FUSEAU_LEGAL
from buridan.organisation import annuaire
from buridan.organisation.acteur import Acteur
from buridan.organisation.boucles import Arc, ensemble, fait_boucle
from buridan.organisation.chargement_lecture import COLONNES, Lecture, Ligne, PresetInvalide
from buridan.organisation.models import (
    Absence,
    Affectation,
    Datee,
    Entite,
    Mandat,
    Personne,
    Poste,
    Suppleance,
    VersionEntite,
    VersionPoste,
)
from buridan.organisation.refus import phrase
from buridan.organisation.suites import Changement, declencher
from buridan.outils.verdict import Refus

__all__ = ["PresetInvalide", "charger_organisation", "exporter_organisation"]


def charger_organisation(
    dossier: Path, *, jour: date, at: datetime | None = None, avis: list[str] | None = None
) -> int:
    """Load the CSV files of a preset; returns how many rows were opened, changed or closed.

    `at`: the instant of what follows (noon of `jour` without one). What was kept against the file is told in `avis`.
    Raises PresetInvalide with every fault, having written nothing.
    """
    lecture = Lecture(dossier, jour)
    lecture.lire()
    if not lecture.fautes:
        lecture.verifier()
    if lecture.fautes:
        raise PresetInvalide(lecture.fautes)
    at = at or datetime.combine(jour, time(12), FUSEAU_LEGAL)
    try:
        with transaction.atomic():
            avant = annuaire.charger(jour)
            change = _ecrire(lecture, avis if avis is not None else [])
            apres = annuaire.charger(jour)
            declencher(Changement("charger", None, {}, avant, apres), by=Acteur(None, apres, at))
            return change
    except (IntegrityError, DataError) as erreur:
        raise PresetInvalide([f"La base de données a refusé cet ensemble : {phrase(erreur)}"]) from erreur
    except Refus as refus:
        raise PresetInvalide([refus.raison]) from refus


def _ecrire(lecture: Lecture, avis: list[str]) -> int:
    t = lecture.tables
    for code in lecture.codes("entites.csv", "code"):
        Entite.objects.get_or_create(code=code)
    for code in lecture.codes("postes.csv", "code"):
        Poste.objects.get_or_create(code=code)
    change = sum(_personne(ligne) for ligne in t["personnes.csv"])
    entites = dict(Entite.objects.values_list("code", "id"))
    postes = dict(Poste.objects.values_list("code", "id"))
    personnes = dict(Personne.objects.values_list("cle", "id"))
    tables: list[tuple[type[Datee], list[str], str, Callable[[Ligne], dict[str, Any]]]] = [
        (VersionEntite, ["entite_id"], "entites.csv", lambda x: {
            "entite_id": entites[x["code"]], "nom": x["nom"], "genre": x["genre"],
            "parent_id": entites.get(x["parent"]), "ordre": int(x["ordre"] or 0), "telephone": x["telephone"],
            "courriel": x["courriel"], "adresse": x["adresse"], "a_confirmer": x.oui("a_confirmer"),
        }),
        (VersionPoste, ["poste_id"], "postes.csv", lambda x: {
            "poste_id": postes[x["code"]], "intitule": x["intitule"], "entite_id": entites[x["entite"]],
            "responsable": x.oui("responsable"), "droits": x["droits"].split(),
        }),
        (Affectation, ["poste_id"], "affectations.csv", lambda x: {
            "poste_id": postes[x["poste"]], "personne_id": personnes[x["personne"]],
        }),
        (Mandat, ["personne_id", "fonction"], "mandats.csv", lambda x: {
            "personne_id": personnes[x["personne"]], "fonction": x["fonction"], "rang": int(x["rang"] or 0),
            "themes": [theme.strip() for theme in x["themes"].split("|") if theme.strip()],
        }),
        (Suppleance, ["poste_id", "suppleant_id", "nature"], "suppleances.csv", lambda x: {
            "poste_id": postes[x["poste"]], "suppleant_id": postes[x["suppleant"]], "nature": x["nature"],
        }),
        (Absence, ["personne_id"], "absences.csv", lambda x: {
            "personne_id": personnes[x["personne"]], "motif": x["motif"],
        }),
    ]  # fmt: skip
    for modele, cle, fichier, champs in tables:
        plan = _Plan(modele, lecture.jour, avis)
        plan.dresser(cle, [(ligne, champs(ligne)) for ligne in t[fichier]])
        change += plan.executer()
    return change


def _personne(ligne: Ligne) -> int:
    champs = {c: ligne[c] for c in ("civilite", "prenom", "nom", "telephone")} | {"email": ligne["courriel"]}
    existante = Personne.objects.filter(cle=ligne["cle"]).first()
    if existante is None:
        neuve = Personne(cle=ligne["cle"], **champs)
        neuve.set_unusable_password()
        neuve.save()
        return 1
    return Personne.objects.filter(pk=existante.pk).exclude(**champs).update(**champs)


@dataclass(slots=True)
class _Plan:
    """What brings the rows of a table to what the file says from that day on: closings first, then openings."""

    modele: type[Datee]
    jour: date
    avis: list[str]
    a_fermer: list[Any] = field(default_factory=list)
    a_borner: list[tuple[Any, date | None]] = field(default_factory=list)
    a_ouvrir: list[tuple[Ligne, Any]] = field(default_factory=list)
    changees: int = 0

    def dresser(self, cle: list[str], lignes: list[tuple[Ligne, dict[str, Any]]]) -> None:
        """Match each line with a row of the same identity; rows of a file that no line matches are to be closed."""
        rangees: dict[tuple[Any, ...], list[Any]] = {}
        for rangee in self.modele.objects.order_by("debut", "id"):
            rangees.setdefault(tuple(getattr(rangee, c) for c in cle), []).append(rangee)
        gardees: set[int] = set()
        for ligne, contenu in lignes:
            memes = [r for r in rangees.get(tuple(contenu[c] for c in cle), []) if r.pk not in gardees]
            gardees |= {r.pk for r in self._accorder(ligne, contenu, memes)}
        for rangee in (r for liste in rangees.values() for r in liste):
            if rangee.du_fichier and rangee.pk not in gardees and not self._finie(rangee):
                self.a_fermer.append(rangee)
                self.changees += 1

    def _accorder(self, ligne: Ligne, contenu: dict[str, Any], rangees: list[Any]) -> list[Any]:
        """Plan what one line asks for; returns the rows it accounts for."""
        assert ligne.periode is not None
        debut, fin = ligne.periode
        croisees = [r for r in rangees if ensemble(_arc(r), debut, fin)]
        if saisies := [r for r in croisees if not r.du_fichier]:
            if not any((r.debut, r.fin) == (debut, fin) and _pareille(r, contenu) for r in saisies):
                self._dire(ligne, saisies[0])
            return croisees
        rangee = self._choisir(debut, fin, contenu, rangees)
        if rangee is None:
            depuis = self.jour if any(self._finie(r) for r in croisees) else debut
            self._ouvrir(ligne, contenu, depuis, fin)
            return []
        if self._finie(rangee) or self._passee(fin) or self._tient(rangee, contenu, debut):
            self._borner(rangee, fin)
        else:
            self.a_fermer.append(rangee)
            self._ouvrir(ligne, contenu, max(debut, self.jour), fin)
        return [rangee]

    def _choisir(self, debut: date, fin: date | None, contenu: dict[str, Any], rangees: list[Any]) -> Any:
        """The row that a line speaks of: the one of that day, else one that crosses it, still in force or to come."""
        passee = self._passee(fin)
        memes = [r for r in rangees if r.debut == debut and (passee or not self._finie(r))]
        if memes or passee:
            return memes[0] if memes else None
        croisees = [r for r in rangees if not self._finie(r) and ensemble(_arc(r), debut, fin)]
        return min(croisees, key=lambda r: not _pareille(r, contenu), default=None)

    def _tient(self, rangee: Any, contenu: dict[str, Any], debut: date) -> bool:
        """Says the same as the line, and began when the line says, or both before today."""
        return _pareille(rangee, contenu) and (rangee.debut == debut or max(rangee.debut, debut) <= self.jour)

    def _borner(self, rangee: Any, fin: date | None) -> None:
        if rangee.fin != fin:
            self.a_borner.append((rangee, fin))
            self.changees += 1

    def _ouvrir(self, ligne: Ligne, contenu: dict[str, Any], debut: date, fin: date | None) -> None:
        self.a_ouvrir.append((ligne, self.modele(**contenu, debut=debut, fin=fin, du_fichier=True)))
        self.changees += 1

    def _passee(self, fin: date | None) -> bool:
        return fin is not None and fin <= self.jour

    def _finie(self, rangee: Any) -> bool:
        return self._passee(rangee.fin)

    def _dire(self, ligne: Ligne, gardee: Any) -> None:
        jusqua = f" au {gardee.fin:%d/%m/%Y}" if gardee.fin else ""
        self.avis.append(
            f"{ligne.fichier}, ligne {ligne.numero} : « {gardee} », du {gardee.debut:%d/%m/%Y}{jusqua}, a été changé dans "
            "l'application et est gardé tel quel."
        )

    def executer(self) -> int:
        """Write the plan; returns how many changes. A row that has not lasted a day goes, the others are closed."""
        manager = self.modele.objects
        manager.filter(pk__in=[r.pk for r in self.a_fermer if r.debut >= self.jour]).delete()
        manager.filter(pk__in=[r.pk for r in self.a_fermer if r.debut < self.jour]).update(fin=self.jour)
        for rangee, fin in self.a_borner:
            manager.filter(pk=rangee.pk).update(fin=fin)
        for ligne, neuve in self.a_ouvrir:
            if not isinstance(neuve, Suppleance) or self._sans_boucle(ligne, neuve):
                neuve.save()
        return self.changees

    def _sans_boucle(self, ligne: Ligne, neuve: Suppleance) -> bool:
        """Not from before today if that would loop with what was true; not at all if it loops with the application's."""
        arcs = [_arc(s) for s in Suppleance.objects.all()]
        if fait_boucle(_arc(neuve), arcs):
            neuve.debut = max(neuve.debut, self.jour)
        if not fait_boucle(_arc(neuve), arcs):
            return True
        self.changees -= 1
        self.avis.append(
            f"{ligne.fichier}, ligne {ligne.numero} : « {neuve} » formerait une boucle avec une suppléance choisie dans "
            "l'application, qui est gardée."
        )
        return False


def _arc(rangee: Any) -> Arc:
    """The period of a row; for a stand-in, from which post to which."""
    if isinstance(rangee, Suppleance):
        return Arc(str(rangee.poste_id), str(rangee.suppleant_id), rangee.debut, rangee.fin, rangee.nature)
    return Arc("", "", rangee.debut, rangee.fin)


def _pareille(rangee: Any, contenu: dict[str, Any]) -> bool:
    return all(getattr(rangee, c) == v for c, v in contenu.items())


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
