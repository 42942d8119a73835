"""One gesture on several dossiers at once: each is decided alone, what is refused says why and stops only itself."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

from django import forms

from buridan.dossiers.actions.traversee import DejaFait, refus_de_la_base
from buridan.dossiers.etats import Resultat
from buridan.dossiers.forms import destinataires
from buridan.dossiers.gestes import geste_de
from buridan.dossiers.models import Dossier, Etape
from buridan.dossiers.rules import TYPE_DU_VERBE
from buridan.organisation.acteur import Acteur
from buridan.outils.verdict import Refus

AU_PLUS = 50
SIMPLES = {
    "viser": "Viser",
    "donner_avis": "Donner un avis favorable",
    "prendre_connaissance": "J'ai lu",
    "prendre": "Je m'en occupe",
    "rendre": "Rendre à mon service",
}
PERMIS = {*SIMPLES, "reaffecter", "mettre_en_attente"}


def simples(etapes: list[Etape]) -> list[tuple[str, str]]:
    """Gestures that suit at least one of these étapes: a button that could only be refused is not shown."""
    types = {e.type for e in etapes}
    return [(code, libelle) for code, libelle in SIMPLES.items() if TYPE_DU_VERBE.get(code, "") in {"", *types}]


class FormulaireLot(forms.Form):
    """What some gestures ask: to whom, until when, why. Each gesture checks its own fields."""

    a = forms.ChoiceField(label="Confier à", required=False)
    jusquau = forms.DateField(
        label="Jusqu'au", required=False, widget=forms.DateInput(attrs={"type": "date"}, format="%Y-%m-%d")
    )
    motif = forms.CharField(label="Motif", required=False, max_length=300)

    def __init__(self, acteur: Acteur, donnees: Mapping[str, str] | None = None) -> None:
        super().__init__(donnees, auto_id="lot_%s")
        self.fields["a"].choices = [("", "Choisir"), *destinataires(acteur.annuaire)]  # type: ignore[attr-defined]
        for nom, champ in self.fields.items():
            champ.widget.attrs["class"] = "form-select" if nom == "a" else "form-control"


@dataclass(slots=True)
class Bilan:
    """What was done and what was not. `a_corriger`: the form's faults; then nothing was done."""

    faits: int = 0
    phrase: str = ""
    refus: list[str] = field(default_factory=list)
    a_corriger: list[str] = field(default_factory=list)


def agir(etapes: list[Etape], code: str, donnees: Mapping[str, str], *, by: Acteur, at: datetime) -> Bilan:
    """Do the gesture on each, in order; `code` is one of PERMIS."""
    bilan = Bilan()
    valeurs = {**donnees, "avis": Resultat.FAVORABLE.value}
    for etape in etapes:
        geste = geste_de(etape.dossier, code)
        assert geste is not None
        objet: Any = etape if geste.etape else etape.dossier
        form = geste.formulaire(objet, by, valeurs)
        if not form.is_valid():
            bilan.a_corriger = [
                f"{form.fields[c].label} : {e[0]}" if c in form.fields else e[0] for c, e in form.errors.items()
            ]
            return bilan
        bilan.phrase = geste.fait
        try:
            geste.verdict(by, objet).exiger()
            with refus_de_la_base():
                geste.executer(objet, by=by, at=at, donnees=dict(form.cleaned_data))
        except DejaFait as deja:
            bilan.refus.append(f"{etape.dossier.reference} : {deja.raison}")
        except Refus as refus:
            bilan.refus.append(f"{etape.dossier.reference} : {refus.raison}")
        else:
            bilan.faits += 1
    return bilan


def choisies(acteur: Acteur, cles: list[str]) -> list[Etape]:
    """The étapes ticked, those one may see or act on, in the order of the page; at most 50."""
    pks = [int(v) for v in cles if v.isdigit() and len(v) < 19][:AU_PLUS]
    etapes = Etape.objects.select_related("dossier").in_bulk(pks)
    visibles = set(
        Dossier.objects.visibles_par(acteur)
        .filter(pk__in=[e.dossier_id for e in etapes.values()])
        .values_list("pk", flat=True)
    )
    return [
        e
        for pk in dict.fromkeys(pks)
        if (e := etapes.get(pk)) is not None
        and (e.dossier_id in visibles or acteur.agit_pour(e.poste_id, e.entite_id, e.dossier.nature))
    ]
