"""A file of the finance system: read, its differences shown, applied or dropped. Nothing is written when one line is wrong."""

import hashlib
from collections.abc import Iterable
from datetime import date, datetime

from django.db import IntegrityError, connection, transaction

from buridan.budget import rules
from buridan.budget.correspondance import Correspondance
from buridan.budget.differences import COMPARES, Differences, champs_de, comparer
from buridan.budget.lecture import Lecture, LigneLue
from buridan.budget.models import EtatImport, ImportBudget, LigneBudget, Releve
from buridan.journal.chaine import ecrire
from buridan.organisation.acteur import Acteur
from buridan.organisation.refus import phrase
from buridan.outils.verdict import Refus


class DifferencesChangees(Refus):
    """The budget moved since the differences were shown."""


def preparer_import(
    octets: bytes,
    *,
    by: Acteur,
    at: datetime,
    nom: str,
    correspondance: Correspondance,
    extrait_le: date,
    exercice: int,
) -> ImportBudget:
    """Read and keep a file; the budget does not move. Raises FichierInvalide with every fault, Refus when it is too old."""
    rules.peut_importer(by).exiger()
    if extrait_le > by.annuaire.jour:
        raise Refus("Le jour de l'extraction est dans l'avenir. Corrigez-le.")
    lecture = Lecture(nom, correspondance, by.annuaire.codes_entites, exercice)
    lues = lecture.lire(octets)
    exercices = sorted({lue.exercice for lue in lues})
    _pas_plus_ancien(exercices, extrait_le)
    return ImportBudget.objects.create(
        fichier=nom[:200], sha256=hashlib.sha256(octets).hexdigest(), extrait_le=extrait_le, exercices=exercices,
        contenu=[lue.en_json() for lue in lues], ignorees=lecture.ignorees, at=at, par_id=by.personne,
    )  # fmt: skip


def differences(origine: ImportBudget) -> Differences:
    """What applying it now would change."""
    lignes = LigneBudget.objects.filter(exercice__in=origine.exercices).avec_commande(origine.extrait_le)
    return comparer(_lues(origine), lignes.order_by("exercice", "code"))


def appliquer_import(origine: ImportBudget, *, by: Acteur, at: datetime, empreinte: str | None = None) -> Differences:
    """Write what `differences` says. Raises DifferencesChangees when `empreinte` is not theirs any more."""
    try:
        with transaction.atomic():
            fraiche = _verrouiller(origine)
            rules.peut_decider_import(by, fraiche).exiger()
            _pas_plus_ancien(fraiche.exercices, fraiche.extrait_le)
            ecarts = differences(fraiche)
            if empreinte is not None and empreinte != ecarts.empreinte:
                raise DifferencesChangees(
                    "Le budget a changé depuis que ces différences ont été montrées. Relisez-les."
                )
            _ecrire(fraiche, ecarts)
            _decider(fraiche, EtatImport.APPLIQUE, ecarts.bilan, by=by, at=at)
            return ecarts
    except IntegrityError as erreur:
        raise Refus(phrase(erreur)) from erreur


def abandonner_import(origine: ImportBudget, *, by: Acteur, at: datetime) -> None:
    """Drop it; its content is not kept."""
    with transaction.atomic():
        fraiche = _verrouiller(origine)
        rules.peut_decider_import(by, fraiche).exiger()
        _decider(fraiche, EtatImport.ABANDONNE, "", by=by, at=at)


def _lues(origine: ImportBudget) -> list[LigneLue]:
    return [LigneLue.de_json(brut) for brut in origine.contenu]


def _pas_plus_ancien(exercices: Iterable[int], extrait_le: date) -> None:
    """An older extract would bring back amounts of the past."""
    derniere = LigneBudget.objects.filter(exercice__in=list(exercices), extrait_le__gt=extrait_le).order_by(
        "-extrait_le"
    )
    if (ligne := derniere.first()) is not None:
        raise Refus(
            f"Le budget {ligne.exercice} a déjà des chiffres du {ligne.extrait_le:%d/%m/%Y}, plus récents que ce fichier du "
            f"{extrait_le:%d/%m/%Y}. Importez un fichier plus récent."
        )


def _verrouiller(origine: ImportBudget) -> ImportBudget:
    """One file at a time; then every line of its years, in order, so that reservations wait."""
    with connection.cursor() as curseur:
        curseur.execute("LOCK TABLE budget_releve IN SHARE ROW EXCLUSIVE MODE")
    fraiche = ImportBudget.objects.get(pk=origine.pk)
    list(LigneBudget.objects.select_for_update(no_key=True).filter(exercice__in=fraiche.exercices).order_by("pk"))
    return fraiche


def _ecrire(origine: ImportBudget, ecarts: Differences) -> None:
    """All the lines of the file, those that left it closed and emptied, and what it said of each."""
    lignes = {(x.exercice, x.code): x for x in LigneBudget.objects.filter(exercice__in=origine.exercices)}
    neuves: list[LigneBudget] = []
    changees: list[LigneBudget] = []
    touches = {"credits", "engage", "mandate", "fermee"} if ecarts.absentes else set[str]()
    for lue in _lues(origine):
        ligne = lignes.get(lue.cle) or LigneBudget(exercice=lue.exercice, code=lue.code)
        for champ, valeur in champs_de(lue).items():
            if getattr(ligne, champ) != valeur:
                setattr(ligne, champ, valeur)
                touches.add(champ)
        (changees if ligne.pk else neuves).append(ligne)
    for absente in ecarts.absentes:
        ligne = lignes[absente.exercice, absente.code]
        ligne.credits = ligne.engage = ligne.mandate = 0
        ligne.fermee = True
        changees.append(ligne)
    for ligne in (*neuves, *changees):
        ligne.extrait_le = origine.extrait_le
    LigneBudget.objects.bulk_create(neuves)
    LigneBudget.objects.bulk_update(
        changees, [*(c.removesuffix("_id") for c in COMPARES if c in touches), "extrait_le"], batch_size=500
    )  # a month changes what is engaged and paid: the other columns are not sent
    Releve.objects.bulk_create(
        Releve(origine=origine, ligne=x, credits=x.credits, engage=x.engage, mandate=x.mandate)
        for x in (*neuves, *changees)
    )


def _decider(origine: ImportBudget, etat: EtatImport, bilan: str, *, by: Acteur, at: datetime) -> None:
    origine.etat, origine.bilan, origine.decide_le, origine.decide_par_id = etat, bilan, at, by.personne
    origine.contenu = []
    origine.save(update_fields=["etat", "bilan", "decide_le", "decide_par", "contenu"])
    contenu = {
        "qui": by.nom,
        "fichier": origine.fichier,
        "sha256": origine.sha256,
        "extrait_le": str(origine.extrait_le),
    }
    ecrire(origine.uuid, f"import_{etat}", auteur=by.personne, at=at, contenu={**contenu, "bilan": bilan})
