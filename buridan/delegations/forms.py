"""Forms of the register: the shape of the input."""

from decimal import Decimal
from typing import Any

from django import forms

from buridan.delegations.actions.deleguer import DonneesArrete, DonneesLigne
from buridan.delegations.etats import NatureActe, Taxes
from buridan.delegations.models import Delegation
from buridan.interface.champs import ChampCsv
from buridan.organisation.acteur import Acteur
from buridan.organisation.annuaire import Annuaire
from buridan.organisation.models import Fonction


def habiller(form: forms.Form) -> None:
    """The look of fields and, on error, what ties a field to its message."""
    for nom, champ in form.fields.items():
        genre = champ.widget
        cases = isinstance(genre, forms.CheckboxSelectMultiple | forms.CheckboxInput)
        classe = "form-check-input" if cases else "form-select" if isinstance(genre, forms.Select) else "form-control"
        faux = form.is_bound and nom in form.errors
        genre.attrs["class"] = classe + (" is-invalid" if faux else "")
        if faux:
            genre.attrs["aria-invalid"] = "true"


class ChampJour(forms.DateField):
    """A day, typed or picked."""

    def __init__(self, **options: Any) -> None:
        jour = forms.DateInput(attrs={"type": "date"}, format="%Y-%m-%d")
        super().__init__(widget=jour, error_messages={"invalid": "Écrivez la date comme 31/12/2026."}, **options)


class ChampEuros(forms.DecimalField):
    """An amount as people write it: « 4 000,50 »."""

    def __init__(self, **options: Any) -> None:
        super().__init__(
            min_value=Decimal("0.01"), max_digits=12, decimal_places=2,
            widget=forms.TextInput(attrs={"inputmode": "decimal"}),
            error_messages={"invalid": "Écrivez un montant en euros, comme 4000 ou 4000,50."}, **options,
        )  # fmt: skip

    def to_python(self, value: Any) -> Any:
        """Spaces and the euro sign forgiven."""
        if isinstance(value, str):
            for parasite in (" ", "\xa0", "\u202f", "€"):
                value = value.replace(parasite, "")
            value = value.replace(",", ".")
        return super().to_python(value)


def tenants(annuaire: Annuaire) -> list[tuple[str, str]]:
    """Every person with the post he or she holds today: « 12:34 », « Nom (poste) »."""
    tenues = [(f.personne, f.id) for f in annuaire.postes.values() if f.personne in annuaire.personnes]
    return sorted(((f"{p}:{poste}", annuaire.designer(poste)) for p, poste in tenues), key=lambda c: c[1])


def delegants(annuaire: Annuaire) -> list[tuple[str, str]]:
    """Who may delegate: elected officials of an executive function first, then holders of posts."""
    executif = [(r, p, f) for p, f, r, _t in annuaire.mandats if f in (Fonction.MAIRE, Fonction.ADJOINT)]
    elus = [(f"{p}:{f}", f"{annuaire.nom_personne(p)} ({Fonction(f).label})") for _r, p, f in sorted(executif)]
    return [*elus, *tenants(annuaire)]


class FormulaireDelegation(forms.Form):
    """An act and the lines it gives to one person: one for each nature and each entity."""

    numero = forms.CharField(label="Numéro de l'arrêté", max_length=40)
    signe_le = ChampJour(label="Signé le")
    delegant = forms.ChoiceField(label="Qui délègue sa signature")
    publie_le = ChampJour(label="Publié le", required=False)
    executoire_le = ChampJour(
        label="Exécutoire le", required=False,
        help_text="Publié et transmis au préfet. Tant que ce jour manque, personne ne signe par cet arrêté.",
    )  # fmt: skip
    delegataire = forms.ChoiceField(label="Qui reçoit la délégation")
    natures = forms.MultipleChoiceField(
        label="Pour signer", choices=NatureActe.choices, widget=forms.CheckboxSelectMultiple
    )
    entites = forms.MultipleChoiceField(
        label="Pour quels services", required=False, widget=forms.CheckboxSelectMultiple,
        help_text="Aucun choisi : toute la ville. Un service comprend ceux qui sont au-dessous.",
    )  # fmt: skip
    plafond = ChampEuros(label="Plafond en euros", required=False, help_text="Vide : sans plafond.")
    taxes = forms.ChoiceField(label="Ce plafond est", required=False, choices=[("", "Choisir"), *Taxes.choices])
    priorite = forms.IntegerField(
        label="Ordre de priorité", min_value=1, max_value=99, initial=1,
        help_text="Le 2 ne signe que si tous les 1 sont absents.",
    )  # fmt: skip
    suppleant = forms.ChoiceField(label="Suppléant, en son absence", required=False)
    debut = ChampJour(label="À partir du")
    fin = ChampJour(
        label="Jusqu'au (ce jour n'est plus compris)", required=False, help_text="Vide : jusqu'à la fin du mandat."
    )

    def __init__(self, acteur: Acteur, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        annuaire, champs = acteur.annuaire, self.fields
        tous = tenants(annuaire)
        champs["delegant"].choices = delegants(annuaire)  # type: ignore[attr-defined]
        champs["delegataire"].choices = [("", "Choisir"), *tous]  # type: ignore[attr-defined]
        champs["suppleant"].choices = [("", "Personne"), *tous]  # type: ignore[attr-defined]
        champs["entites"].choices = sorted(  # type: ignore[attr-defined]
            ((str(e.id), e.nom) for e in annuaire.entites.values()), key=lambda c: c[1]
        )
        habiller(self)

    def clean(self) -> dict[str, Any]:
        """Ceiling with its taxes, days in order."""
        donnees: dict[str, Any] = super().clean() or self.cleaned_data
        if donnees.get("plafond") is not None and not donnees.get("taxes"):
            self.add_error("taxes", "Dites si ce plafond est hors taxes ou toutes taxes comprises.")
        self._dans_l_ordre("signe_le", "publie_le", "L'arrêté ne peut pas être publié avant d'être signé.")
        self._dans_l_ordre("publie_le", "executoire_le", "L'arrêté n'est exécutoire qu'une fois publié.")
        self._dans_l_ordre("debut", "fin", "La date de fin doit suivre la date de début.", egal=False)
        if donnees.get("executoire_le") and not donnees.get("publie_le"):
            self.add_error("publie_le", "Dites quand l'arrêté a été publié : il n'est exécutoire qu'ensuite.")
        if donnees.get("suppleant") and donnees.get("suppleant") == donnees.get("delegataire"):
            self.add_error("suppleant", "Le suppléant est une autre personne.")
        habiller(self)
        return donnees

    def _dans_l_ordre(self, avant: str, apres: str, phrase: str, *, egal: bool = True) -> None:
        debut, fin = self.cleaned_data.get(avant), self.cleaned_data.get(apres)
        if debut and fin and (fin < debut or (fin == debut and not egal)):
            self.add_error(apres, phrase)

    def arrete(self) -> DonneesArrete:
        """The act, once valid."""
        d = self.cleaned_data
        personne, _, titre = d["delegant"].partition(":")
        fonction = titre if titre in Fonction.values else ""
        return DonneesArrete(
            d["numero"].strip(), d["signe_le"], int(personne), fonction, None if fonction else int(titre),
            d["publie_le"], d["executoire_le"],
        )  # fmt: skip

    def lignes(self) -> list[DonneesLigne]:
        """The lines, once valid."""
        d = self.cleaned_data
        personne, poste = (int(v) for v in d["delegataire"].split(":"))
        suppleant, suppleant_poste = (int(v) for v in d["suppleant"].split(":")) if d["suppleant"] else (None, None)
        return [
            DonneesLigne(
                personne, poste, nature, d["debut"], int(entite) if entite else None, d["plafond"],
                d["taxes"] if d["plafond"] is not None else "", d["priorite"], suppleant, suppleant_poste, d["fin"],
            )
            for nature in d["natures"]
            for entite in d["entites"] or [""]
        ]  # fmt: skip


def valeurs_pour_renouveler(d: Delegation, acteur: Acteur) -> dict[str, Any]:
    """First values of the form when a delegation is given again: all but the act and its days."""
    jour = acteur.annuaire.jour
    return {
        "delegant": f"{d.arrete.delegant_id}:{d.arrete.delegant_fonction or d.arrete.delegant_poste_id}",
        "signe_le": jour, "debut": jour, "delegataire": f"{d.delegataire_id}:{d.poste_id}", "natures": [d.nature],
        "entites": [str(d.entite_id)] if d.entite_id else [], "plafond": d.plafond, "taxes": d.taxes,
        "priorite": d.priorite, "suppleant": f"{d.suppleant_id}:{d.suppleant_poste_id}" if d.suppleant_id else "",
    }  # fmt: skip


class FormulaireRetrait(forms.Form):
    """Why it is withdrawn."""

    motif = forms.CharField(
        label="Arrêté de retrait, ou motif",
        max_length=300,
        help_text="Par exemple : arrêté n° 2026-188 du 1er septembre.",
    )

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        habiller(self)


class FormulairePublication(forms.Form):
    """When the act was published and became executory."""

    publie_le = ChampJour(label="Publié le")
    executoire_le = ChampJour(label="Exécutoire le")

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        habiller(self)


class FormulaireImport(forms.Form):
    """A file of the register."""

    fichier = ChampCsv(
        label="Fichier CSV",
        help_text="Les colonnes sont celles du fichier exporté.",
    )

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        habiller(self)


class FormulaireQuestion(forms.Form):
    """Who may sign this? Asked by GET."""

    nature = forms.ChoiceField(label="Acte", choices=[("", "Choisir"), *NatureActe.choices], required=False)
    entite = forms.ChoiceField(label="Service", required=False)
    ht = ChampEuros(label="Montant hors taxes", required=False)
    ttc = ChampEuros(label="Montant toutes taxes comprises", required=False)
    date = ChampJour(label="À la date du", required=False)

    def __init__(self, acteur: Acteur, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        entites = sorted(((str(e.id), e.nom) for e in acteur.annuaire.entites.values()), key=lambda c: c[1])
        self.fields["entite"].choices = [("", "Toute la ville"), *entites]  # type: ignore[attr-defined]
        self.fields["date"].initial = acteur.annuaire.jour
        habiller(self)
