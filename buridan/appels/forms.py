"""Forms of the calls: they validate, they save nothing."""

from collections.abc import Mapping
from decimal import Decimal
from typing import Any

from django import forms

from buridan.appels import rules
from buridan.appels.actions.demander import Saisie, saisie_de
from buridan.appels.models import Appel, Canal, Competence, Genre
from buridan.appels.queries import appel_de, est_ecriture
from buridan.dossiers.etats import SensReponse
from buridan.dossiers.forms import FormulaireGeste, FormulaireTraitement
from buridan.outils.montants import lire_montant, nombre

AU_CHOIX = {
    Genre.RECUE: "L'appel est bien reçu, la réponse viendra",
    Genre.ACCEPTEE: "Le syndicat intervient",
    Genre.FAITE: "L'intervention est faite",
    Genre.DATE: "L'intervention est prévue à une autre date",
    Genre.PRECISIONS: "Il demande des précisions",
    Genre.REFUSEE: "Il n'intervient pas",
}
DU_SYNDICAT = {
    Genre.RECUE: "Nous avons bien reçu votre appel",
    Genre.ACCEPTEE: "Nous intervenons",
    Genre.FAITE: "L'intervention est faite",
    Genre.DATE: "L'intervention est prévue à une autre date",
    Genre.PRECISIONS: "Il nous faut des précisions",
    Genre.REFUSEE: "Nous ne pouvons pas intervenir",
}


class Montant(forms.CharField):
    """An amount in euros, as people write it."""

    def __init__(self, **autres: Any) -> None:
        super().__init__(
            widget=forms.TextInput(attrs={"inputmode": "decimal", "autocomplete": "off"}), max_length=40, **autres
        )

    def clean(self, value: Any) -> Any:
        """Decimal; None when it is empty and may be."""
        texte = super().clean(value)
        if not texte:
            return None
        try:
            return lire_montant(texte)
        except ValueError as erreur:
            raise forms.ValidationError(str(erreur)) from erreur


def _jour(libelle: str, *, requis: bool = False, aide: str = "") -> forms.DateField:
    saisie = forms.DateInput(attrs={"type": "date"}, format="%Y-%m-%d")
    return forms.DateField(label=libelle, required=requis, widget=saisie, help_text=aide)


def _texte(libelle: str, *, requis: bool = False, lignes: int = 3, aide: str = "") -> forms.CharField:
    saisie = forms.Textarea(attrs={"rows": lignes})
    return forms.CharField(label=libelle, required=requis, max_length=5000, widget=saisie, help_text=aide)


def _lieu() -> forms.CharField:
    return forms.CharField(label="Lieu", max_length=250, help_text="Rue et numéro, carrefour, école.")


def _montant_lisible(montant: Decimal | None) -> str:
    return "" if montant is None else f"{montant:.2f}".replace(".", ",")


class FormulaireAppel(forms.Form):
    """A new call."""

    competence = forms.ModelChoiceField(Competence.objects.none(), label="Compétence", empty_label="Choisir")
    lieu = _lieu()
    description = _texte("Ce que le syndicat doit faire", requis=True, lignes=5)
    estimation = Montant(label="Estimation en euros", help_text="Ce que l'intervention coûtera en tout, à peu près.")

    def __init__(self, donnees: Any = None, *, initial: Any = None) -> None:
        super().__init__(donnees, initial=initial)
        self.fields["competence"].queryset = Competence.objects.filter(active=True).select_related("syndicat", "cle")  # type: ignore[attr-defined]
        _habiller(self)

    def saisie(self) -> Saisie:
        """What was typed."""
        d = self.cleaned_data
        return Saisie(d["competence"], d["lieu"], d["description"], d["estimation"])


def _habiller(form: forms.Form) -> None:
    for nom, champ in form.fields.items():
        if isinstance(champ.widget, forms.RadioSelect):
            continue
        classe = "form-select" if isinstance(champ.widget, forms.Select) else "form-control"
        champ.widget.attrs["class"] = classe + (" is-invalid" if form.is_bound and nom in form.errors else "")


def _choix(appel: Appel, mots: Mapping[Genre, str], tape: str | None) -> list[tuple[str, str]]:
    """What may be said now; what was typed on an older page too, so that the verb says what became of it."""
    return [(g.value, dit) for g, dit in mots.items() if g in rules.attendus(appel) or g.value == tape]


class FormulaireSyndicat(forms.Form):
    """What the syndicate says on its page."""

    genre = forms.ChoiceField(label="Votre réponse", widget=forms.RadioSelect(attrs={"class": "form-check-input"}))
    jour = _jour("Date", aide="De l'intervention, prévue ou faite.")
    texte = _texte("Précisions, ou raison d'un refus")

    def __init__(self, appel: Appel, donnees: Any = None) -> None:
        super().__init__(donnees)
        self.fields["genre"].choices = _choix(appel, DU_SYNDICAT, self.data.get("genre"))  # type: ignore[attr-defined]
        _habiller(self)


class FormulaireNoter(FormulaireGeste):
    """What the syndicate said otherwise."""

    genre = forms.ChoiceField(label="Ce que dit le syndicat")
    canal = forms.ChoiceField(label="Comment", choices=[(c.value, c.label) for c in Canal if c is not Canal.PAGE])
    jour = _jour("Date", aide="De l'intervention, prévue ou faite.")
    texte = _texte("Ce qui a été dit", aide="Nécessaire pour un refus ou des précisions.", lignes=2)

    def preparer(self) -> None:
        """What may be said now."""
        choix = _choix(appel_de(self.dossier), AU_CHOIX, self.data.get("genre"))
        self.fields["genre"].choices = choix  # type: ignore[attr-defined]


class FormulaireEcriture(FormulaireGeste):
    """The call that was sent back."""

    lieu = _lieu()
    description = _texte("Ce que le syndicat doit faire", requis=True, lignes=5)
    estimation = Montant(label="Estimation en euros")

    def preparer(self) -> None:
        """As it stands."""
        saisie = saisie_de(self.dossier)
        premiers = {
            "lieu": saisie.lieu,
            "description": saisie.description,
            "estimation": _montant_lisible(saisie.estimation),
        }
        for nom, valeur in premiers.items():
            self.fields[nom].initial = valeur


def formulaire_de_traitement(etape: Any, acteur: Any, donnees: Any = None) -> FormulaireGeste:
    """The treatment: the call is written again, the syndicate's answer is noted, or what somebody added is done."""
    etapes = list(etape.dossier.etapes.order_by("rang", "id"))
    if etape.ajoutee_par_id is not None:
        return FormulaireTraitement(etape, acteur, donnees)
    return (FormulaireEcriture if est_ecriture(etape, etapes) else FormulaireNoter)(etape, acteur, donnees)


class FormulaireControle(FormulaireGeste):
    """The end."""

    faite_le = _jour("Intervention faite le", requis=True)
    cout = Montant(label="Coût pour la commune, en euros")
    texte = _texte("Ce que vous avez constaté", lignes=2)

    def preparer(self) -> None:
        """What the syndicate said; a call without an intervention only says why."""
        appel = appel_de(self.dossier)
        if self.dossier.projet_sens == SensReponse.REFUS:
            del self.fields["faite_le"], self.fields["cout"]
            self.fields["texte"].label, self.fields["texte"].required = "Ce qui est répondu à l'auteur de l'appel", True
            self.fields["texte"].initial = self.dossier.projet_reponse
            return
        self.fields["faite_le"].initial = appel.faite_le
        self.fields["cout"].initial = _montant_lisible(appel.estimation)
        if appel.cle is not None:
            self.fields["cout"].label = "Coût de l'intervention, en euros"
            self.fields[
                "cout"
            ].help_text = f"En tout : la commune en paie {nombre(appel.cle.taux)} %, clé « {appel.cle} »."


class FormulaireMessage(FormulaireGeste):
    """Write to the syndicate."""

    texte = _texte("Message", requis=True, aide="Il part avec l'appel en PDF et l'adresse de la page où répondre.")
    courriel = forms.EmailField(label="Adresse, si ce n'est pas l'adresse habituelle", required=False)

    def preparer(self) -> None:
        """Where it goes."""
        habituelle = appel_de(self.dossier).competence.syndicat.courriel
        if habituelle:
            self.fields["courriel"].help_text = f"Sinon : {habituelle}."
        else:
            self.fields[
                "courriel"
            ].help_text = "Le syndicat n'a pas d'adresse connue : sans elle, le message est à poster."


class FormulaireReprise(FormulaireGeste):
    """The work is to be done again."""

    texte = _texte("Ce qui n'est pas bien fait", requis=True, aide="Ce texte part au syndicat.")
    jour = _jour("À reprendre pour le", requis=True)


class FormulaireDepassement(FormulaireGeste):
    """Beyond the envelope."""

    montant = Montant(label="Montant autorisé, en euros")
    motif = _texte("Pourquoi l'enveloppe peut être dépassée", requis=True, lignes=2)

    def preparer(self) -> None:
        """The estimate."""
        self.fields["montant"].initial = _montant_lisible(appel_de(self.dossier).part)
