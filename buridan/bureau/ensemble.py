"""One gesture on several dossiers at once: each is decided alone, what is refused says why and stops only itself."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

from django import forms

from buridan.dossiers.actions.traversee import refus_de_la_base
from buridan.dossiers.etats import EtatEtape
from buridan.dossiers.forms import destinataires
from buridan.dossiers.gestes import former, geste_de
from buridan.dossiers.models import Dossier, Etape
from buridan.dossiers.natures import Geste
from buridan.dossiers.rules import TYPE_DU_VERBE
from buridan.journal.models import Ligne
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
    """What was done and what was not, with the reason of each.

    `deja`: this person had done it already (a double click, a second tab). `form`: the form whose faults are to be mended;
    then nothing was done.
    """

    faits: int = 0
    deja: int = 0
    phrase: str = ""
    refus: list[tuple[Etape, str]] = field(default_factory=list)
    form: Any = None

    @property
    def a_corriger(self) -> list[str]:
        """The faults of the form, in words."""
        return _fautes(self.form) if self.form is not None else []

    @property
    def raisons(self) -> list[tuple[str, list[Etape]]]:
        """Each reason once, with what it stopped."""
        return par_raison(self.refus)


def par_raison(refus: Sequence[tuple[Etape, str]]) -> list[tuple[str, list[Etape]]]:
    """Each reason once, with its étapes, in the order in which they come."""
    groupes: dict[str, list[Etape]] = {}
    for etape, raison in refus:
        groupes.setdefault(raison, []).append(etape)
    return list(groupes.items())


def agir(etapes: list[Etape], code: str, donnees: Mapping[str, str], *, by: Acteur, at: datetime) -> Bilan:
    """Do the gesture on each, in order, each in its own transaction: what is refused stops only itself.

    What is missing in the form, or can't serve (a passphrase), is so for all: it is said at the first, before anything is done.
    """
    for form in formulaires(etapes, code, by, donnees):
        if not form.is_valid():
            return Bilan(form=form)
    bilan = Bilan()
    for etape in etapes:
        geste = geste_de(etape.dossier, code)
        assert geste is not None
        objet: Any = etape if geste.etape else etape.dossier
        form = former(geste, objet, by, donnees)
        bilan.phrase = geste.fait
        if not form.is_valid():
            bilan.refus.append((etape, " ".join(_fautes(form))))
            continue
        refus = _faire(geste, objet, dict(form.cleaned_data), by=by, at=at)
        if refus is None:
            bilan.faits += 1
        elif refus.champ in form.fields and not bilan.faits:  # it would serve no better on the others
            form.add_error(refus.champ, refus.raison)
            return Bilan(form=form)
        elif geste.types and _deja_decidee(etape, code, by):
            bilan.deja += 1
        else:
            bilan.refus.append((etape, refus.raison))
    return bilan


def _faire(geste: Geste, objet: Any, donnees: dict[str, Any], *, by: Acteur, at: datetime) -> Refus | None:
    """Done, in a transaction of its own, or why not."""
    try:
        geste.verdict(by, objet).exiger()
        with refus_de_la_base():
            geste.executer(objet, by=by, at=at, donnees=donnees)
    except Refus as refus:
        return refus
    return None


def formulaires(etapes: Sequence[Etape], code: str, by: Acteur, donnees: Mapping[str, str] | None = None) -> list[Any]:
    """The form of the gesture for each nature among these: one signs a call without the passphrase that an order asks for."""
    premieres = {e.dossier.nature: e for e in reversed(etapes)}
    gestes = [(geste_de(e.dossier, code), e) for e in premieres.values()]
    return [former(g, e if g.etape else e.dossier, by, donnees) for g, e in gestes if g is not None]


def _deja_decidee(etape: Etape, verbe: str, by: Acteur) -> bool:
    """The journal says that this person has done this very verb on this étape, and it was not taken back."""
    lignes = Ligne.objects.filter(chaine=etape.dossier.uuid, verbe=verbe, auteur=by.personne, etape=etape.pk)
    return Etape.objects.filter(pk=etape.pk, etat=EtatEtape.FAITE).exists() and lignes.exists()


def _fautes(form: Any) -> list[str]:
    return [f"{form.fields[c].label} : {e[0]}" if c in form.fields else e[0] for c, e in form.errors.items()]


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
