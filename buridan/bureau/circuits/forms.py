"""Forms of a circuit's draft: the shape of the input. What is missing to publish is said beside its field."""

from collections.abc import Iterable
from typing import Any, Self

from django import forms

from buridan.circuits import destinataires
from buridan.circuits.edition import places
from buridan.circuits.modele import (
    A_CHOISIR,
    CONSIGNE_MAX,
    JOURS_MAX,
    TITRE_MAX,
    CircuitModele,
    Destinataire,
    EtapeModele,
    Faute,
    TypeEtape,
)
from buridan.circuits.niveaux import DEMANDES
from buridan.dossiers.forms_fichiers import decorer
from buridan.droit.delais import VALEUR_MAXIMALE, Delai, Unite
from buridan.organisation.annuaire import Annuaire

UNITES = [
    (Unite.OUVRES, "jours ouvrés (du lundi au vendredi)"),
    (Unite.OUVRABLES, "jours ouvrables (du lundi au samedi)"),
    (Unite.CALENDAIRES, "jours calendaires (tous les jours)"),
    (Unite.FRANCS, "jours francs"),
    (Unite.MOIS, "mois"),
]
REGLES = [("tous", "Toutes les étapes du rang"), ("un", "Une seule suffit"), ("nombre", "Un certain nombre suffit")]
CHAMPS_DES_FAUTES = {"delai": "delai_nombre"}  # field of the model -> field of the form, where they differ


class FormulaireBrouillon(forms.Form):
    """A form of a draft: knows the revision that was read, keeps line ends as the text has them."""

    revision = forms.IntegerField(widget=forms.HiddenInput, min_value=1)

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        if not self.is_bound:  # otherwise at the end of its cleaning, once the choices are there
            decorer(self)

    def clean(self) -> dict[str, Any]:
        """Bootstrap's classes, with the errors."""
        donnees: dict[str, Any] = super().clean() or self.cleaned_data
        for nom, valeur in donnees.items():
            if isinstance(valeur, str):
                donnees[nom] = valeur.replace("\r\n", "\n").strip()
        decorer(self)
        return donnees


class FormulairePresentation(FormulaireBrouillon):
    """Title and description of the circuit."""

    titre = forms.CharField(label="Titre du circuit", max_length=160)
    description = forms.CharField(
        label="Description", required=False, max_length=2000, widget=forms.Textarea(attrs={"rows": 5}),
        help_text="À quoi sert ce circuit, ce qu'il faut savoir avant de le lire.",
    )  # fmt: skip
    a_confirmer = forms.BooleanField(label="À confirmer par la ville", required=False)

    @classmethod
    def du_modele(cls, modele: CircuitModele, revision: int) -> Self:
        """The form as the draft stands."""
        return cls(
            initial={
                "titre": modele.titre, "description": modele.description.strip(), "a_confirmer": modele.a_confirmer,
                "revision": revision,
            }
        )  # fmt: skip


class FormulaireEtape(FormulaireBrouillon):
    """One étape. `place` is asked for a new one only."""

    titre = forms.CharField(
        label="Titre",
        required=False,
        max_length=TITRE_MAX,
        help_text="Ce qu'il faut faire, par exemple « Donner l'avis ».",
    )
    type = forms.ChoiceField(
        label="Type", choices=[(t.value, t.libelle) for t in TypeEtape],
        help_text="Une information n'attend personne : elle seule peut se passer de délai.",
    )  # fmt: skip
    destinataire = forms.ChoiceField(
        label="Qui agit", required=False,
        help_text="Un poste ou un service, jamais une personne : si elle est absente, son suppléant agit.",
    )  # fmt: skip
    delai_nombre = forms.IntegerField(label="Délai", required=False, min_value=0, max_value=VALEUR_MAXIMALE)
    delai_unite = forms.ChoiceField(label="Compté en", choices=UNITES)
    rappel_avant = forms.IntegerField(
        label="Rappel avant l'échéance",
        min_value=0,
        max_value=JOURS_MAX,
        help_text="En jours ouvrés ; 0 : le jour même.",
    )
    escalade_apres = forms.IntegerField(
        label="Alerte du responsable après l'échéance", min_value=0, max_value=JOURS_MAX,
        help_text="En jours ouvrés ; 0 : dès que l'échéance est passée.",
    )  # fmt: skip
    consigne = forms.CharField(
        label="Consigne", required=False, max_length=CONSIGNE_MAX, widget=forms.Textarea(attrs={"rows": 3}),
        help_text=f"Ce que doit savoir la personne qui agit ({CONSIGNE_MAX} signes au plus).",
    )  # fmt: skip
    regle = forms.ChoiceField(
        label="Étapes à faire pour continuer", choices=REGLES, help_text="Vaut pour toutes les étapes du même rang."
    )
    regle_nombre = forms.IntegerField(
        label="Combien d'étapes", required=False, min_value=1, max_value=99,
        help_text="Seulement pour « un certain nombre ».",
    )  # fmt: skip
    votes_caches = forms.BooleanField(
        label="Chacun donne son avis sans voir celui des autres", required=False,
        help_text="Les avis se découvrent quand tout le rang a répondu.",
    )  # fmt: skip
    niveau_signature = forms.ChoiceField(
        label="Niveau de signature demandé", required=False,
        choices=[("", "Aucun en particulier"), *((n.value, mots[0].upper() + mots[1:]) for n, mots in DEMANDES.items())],
        help_text="Pour une signature seulement (règlement européen eIDAS).",
    )  # fmt: skip
    place = forms.ChoiceField(label="Place dans le circuit", required=False)

    def __init__(self, annuaire: Annuaire, modele: CircuitModele, *args: Any, nouvelle: bool, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        groupes = destinataires.choix(annuaire)
        connus = {valeur for _titre, choix in groupes for valeur, _mots in choix}
        partis = {str(e.destinataire) for e in modele.etapes} - connus - {""}
        if partis:
            groupes.append(("N'existe plus", [(d, d.partition(":")[2]) for d in sorted(partis)]))
        self.fields["destinataire"].choices = [("", "À choisir"), *groupes]  # type: ignore[attr-defined]
        if nouvelle:
            self.fields["place"].required = True
            self.fields["place"].choices = places(modele)  # type: ignore[attr-defined]
        else:
            del self.fields["place"]

    @classmethod
    def de_l_etape(cls, annuaire: Annuaire, modele: CircuitModele, etape: EtapeModele, revision: int) -> Self:
        """The form as the étape stands in the draft."""
        return cls(annuaire, modele, _donnees(etape, revision), nouvelle=False)

    def clean(self) -> dict[str, Any]:
        """A number of étapes goes with the rule that asks for it."""
        donnees = super().clean()
        if donnees.get("regle") == "nombre" and not donnees.get("regle_nombre") and "regle_nombre" not in self.errors:
            self.add_error("regle_nombre", "Écrivez combien d'étapes suffisent.")
            decorer(self)
        return donnees

    def etape(self, cle: str) -> EtapeModele:
        """What was typed, as an étape (its rank is given by its place)."""
        d = self.cleaned_data
        delai = None if d["delai_nombre"] is None else Delai(d["delai_nombre"], Unite(d["delai_unite"]))
        return EtapeModele(
            rang=1, type=TypeEtape(d["type"]), titre=d["titre"], delai=delai,
            destinataire=Destinataire.lire(d["destinataire"]) if d["destinataire"] else A_CHOISIR,
            regle=str(d["regle_nombre"]) if d["regle"] == "nombre" else d["regle"], votes_caches=d["votes_caches"],
            rappel_avant=d["rappel_avant"], escalade_apres=d["escalade_apres"], consigne=d["consigne"],
            niveau_signature=d["niveau_signature"], cle=cle,
        )  # fmt: skip

    def montrer(self, fautes: Iterable[Faute]) -> None:
        """What is missing to publish, beside its field."""
        self.is_valid()
        for faute in fautes:
            champ = CHAMPS_DES_FAUTES.get(faute.champ, faute.champ)
            raison = faute.raison[0].upper() + faute.raison[1:]
            self.add_error(champ if champ in self.fields else None, raison)
        decorer(self)


def _donnees(etape: EtapeModele, revision: int) -> dict[str, Any]:
    """What the browser would send for this étape."""
    nombre = etape.regle.isdigit()
    donnees = {
        "titre": etape.titre, "type": etape.type.value, "destinataire": str(etape.destinataire),
        "delai_nombre": etape.delai.valeur if etape.delai else "",
        "delai_unite": etape.delai.unite if etape.delai else Unite.OUVRES,
        "rappel_avant": etape.rappel_avant, "escalade_apres": etape.escalade_apres, "consigne": etape.consigne,
        "regle": "nombre" if nombre else etape.regle, "regle_nombre": etape.regle if nombre else "",
        "niveau_signature": etape.niveau_signature, "revision": revision,
    }  # fmt: skip
    return {**donnees, "votes_caches": "on"} if etape.votes_caches else donnees


NOUVELLE_ETAPE = _donnees(EtapeModele(1, TypeEtape.TRAITEMENT, "", A_CHOISIR), 1)


class FormulaireNouveau(forms.Form):
    """A new circuit, copied from another."""

    titre = forms.CharField(label="Titre du nouveau circuit", max_length=160)
    copie_de = forms.ChoiceField(label="Partir d'une copie de", help_text="Vous changerez ensuite ce qu'il faut.")

    def __init__(self, circuits: list[tuple[str, str]], *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["copie_de"].choices = [("", "Choisissez"), *circuits]  # type: ignore[attr-defined]
        decorer(self)

    def clean(self) -> dict[str, Any]:
        """Bootstrap's classes again, with the errors."""
        donnees: dict[str, Any] = super().clean() or self.cleaned_data
        decorer(self)
        return donnees


class FormulairePublication(FormulaireBrouillon):
    """Why this version; `actuelle` is the number in force that was read, 0 when there is none."""

    note = forms.CharField(
        label="Pourquoi cette version ?", max_length=500, widget=forms.Textarea(attrs={"rows": 3}),
        help_text="Une phrase que les autres agents liront dans l'historique.",
    )  # fmt: skip
    actuelle = forms.IntegerField(widget=forms.HiddenInput, min_value=0)
