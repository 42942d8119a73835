"""Forms of orders: they validate, they save nothing."""

from collections.abc import Sequence
from decimal import Decimal, InvalidOperation
from typing import Any

from django import forms
from stdnum.fr import siret as numero_siret

from buridan.commandes import rules
from buridan.commandes.actions.preparer import Contenu, LigneVoulue
from buridan.commandes.modele import Regles
from buridan.commandes.models import Commande, Envoi
from buridan.commandes.queries import commande_de, credits_de
from buridan.delegations.forms import ChampJour, habiller
from buridan.dossiers.etats import TypeEtape
from buridan.dossiers.forms import FormulaireGeste, FormulaireRenvoi
from buridan.dossiers.forms_fichiers import ChampFichiers
from buridan.organisation.acteur import Acteur
from buridan.outils.montants import euros, lire_montant, nombre

LIGNES_MAX, LIGNES_EN_PLUS = 60, 3
BLANCS = dict.fromkeys(map(ord, " \t\u00a0\u202f\u2009"))


class FormulaireNouvelle(forms.Form):
    """What is ordered, for which service."""

    objet = forms.CharField(
        label="Que commandez-vous ?", max_length=200, help_text="En quelques mots, par exemple « Enrobé à froid »."
    )
    entite = forms.TypedChoiceField(label="Pour quel service ?", coerce=int)

    def __init__(self, acteur: Acteur, donnees: Any = None) -> None:
        super().__init__(donnees)
        noms = [(e, acteur.annuaire.nom_entite(e)) for e in rules.services(acteur)]
        self.fields["entite"].choices = noms  # type: ignore[attr-defined]
        self.full_clean()
        habiller(self)


class ChampNombre(forms.CharField):
    """A number as people write it, with at most so many decimals."""

    def __init__(self, *, decimales: int, minimum: Decimal, phrase: str, **options: Any) -> None:
        super().__init__(
            max_length=20, required=False, widget=forms.TextInput(attrs={"inputmode": "decimal"}), **options
        )
        self.decimales, self.minimum, self.phrase = decimales, minimum, phrase

    def clean(self, value: Any) -> Decimal | None:
        """A dot is taken for a comma: it is what some keyboards have."""
        texte = super().clean(value).translate(BLANCS).removesuffix("€").replace(",", ".")
        if not texte:
            return None
        try:
            lu = Decimal(texte)
        except InvalidOperation as erreur:
            raise forms.ValidationError(self.phrase) from erreur
        exposant = lu.as_tuple().exponent
        if (
            not lu.is_finite()
            or not isinstance(exposant, int)
            or -exposant > self.decimales
            or not self.minimum <= lu < 10**7
        ):
            raise forms.ValidationError(self.phrase)
        return lu


class FormulaireLigne(forms.Form):
    """One line; left empty, it is none."""

    designation = forms.CharField(label="Désignation", max_length=300, required=False)
    quantite = ChampNombre(
        label="Quantité",
        decimales=3,
        minimum=Decimal("0.001"),
        phrase="Écrivez la quantité en chiffres, par exemple 2,5.",
    )
    unite = forms.CharField(label="Unité", max_length=20, required=False)
    prix = ChampNombre(
        label="Prix unitaire HT", decimales=4, minimum=Decimal(0), phrase="Écrivez le prix en euros, par exemple 12,50."
    )
    taux = forms.ChoiceField(label="TVA", required=False)

    def __init__(self, *args: Any, regles: Regles, **options: Any) -> None:
        super().__init__(*args, **options)
        self.fields["taux"].choices = [(str(t.valeur), t.titre) for t in regles.taux]  # type: ignore[attr-defined]

    def clean(self) -> dict[str, Any]:
        """Whole, or empty."""
        donnees: dict[str, Any] = super().clean() or self.cleaned_data
        vide = not donnees.get("designation") and donnees.get("quantite") is None and donnees.get("prix") is None
        if vide and not self.errors:
            return donnees
        for champ, phrase in (
            ("designation", "Dites ce que c'est."),
            ("quantite", "Écrivez la quantité."),
            ("prix", "Écrivez le prix."),
        ):
            if champ not in self.errors and donnees.get(champ) in (None, ""):
                self.add_error(champ, phrase)
        return donnees

    def ligne(self) -> LigneVoulue | None:
        """What it says; None when it is empty."""
        d = self.cleaned_data
        if not d.get("designation"):
            return None
        return LigneVoulue(
            d["designation"].strip(), d["quantite"], d["unite"].strip(), d["prix"], Decimal(d["taux"] or 0)
        )


class FormulaireCommande(forms.Form):
    """The order as it is written. Nothing is required to save it; `lignes` are its lines, three more than there are."""

    objet = forms.CharField(label="Objet", max_length=200)
    siret = forms.CharField(
        label="SIRET du fournisseur", max_length=20, required=False,
        help_text="14 chiffres. S'il a déjà une commande, le reste se remplit en enregistrant.",
        widget=forms.TextInput(attrs={"list": "fournisseurs", "autocomplete": "off"}),
    )  # fmt: skip
    fournisseur = forms.CharField(label="Nom du fournisseur", max_length=160, required=False)
    adresse = forms.CharField(
        label="Adresse postale", max_length=300, required=False, widget=forms.Textarea(attrs={"rows": 2})
    )
    courriel = forms.EmailField(
        label="Courriel",
        required=False,
        help_text="Le bon signé y part tout seul. Sans courriel, il se poste à l'adresse.",
    )
    famille = forms.ChoiceField(label="Famille d'achats", required=False)
    marche = forms.CharField(
        label="Marché ou convention", max_length=80, required=False, help_text="Son numéro, si l'achat en dépend."
    )
    ligne = forms.TypedChoiceField(label="Ligne de budget", coerce=int, required=False, empty_value=None)
    livraison = forms.CharField(label="Lieu de livraison", max_length=200, required=False)
    livrer_le = ChampJour(label="À livrer pour le", required=False)
    precisions = forms.CharField(
        label="Précisions pour le fournisseur",
        max_length=1000,
        required=False,
        widget=forms.Textarea(attrs={"rows": 2}),
    )
    fichiers = ChampFichiers(
        label="Devis", required=False, help_text="PDF, Word, LibreOffice ou photos ; 15 Mo au plus chacun."
    )

    def __init__(
        self, contenu: Contenu, regles: Regles, lignes_budget: Sequence[Any], connus: Sequence[Commande],
        donnees: Any = None, fichiers: Any = None,
    ) -> None:  # fmt: skip
        initial = {c: getattr(contenu, c) for c in Contenu.__dataclass_fields__ if c != "lignes"}
        super().__init__(donnees, fichiers, initial=initial)
        self.contenu, self.connus = contenu, {c.siret: c for c in connus}
        familles = [(f.code, f.titre) for f in regles.familles]
        if contenu.famille and contenu.famille not in dict(familles):
            familles.append((contenu.famille, f"{contenu.famille} (n'existe plus)"))
        choix = [(x.pk, f"{x.code} {x.libelle} (reste {euros(x.disponible)})") for x in lignes_budget]
        if contenu.ligne and contenu.ligne not in dict(choix):
            choix.append((contenu.ligne, "La ligne choisie avant, que vous ne voyez pas ou qui n'est plus de l'année"))
        self.fields["famille"].choices = [("", "Choisir"), *familles]  # type: ignore[attr-defined]
        self.fields["ligne"].choices = [("", "Choisir"), *choix]  # type: ignore[attr-defined]
        self.lignes = self._lignes(regles, donnees)
        if self.is_bound:
            self.full_clean()
            for ligne in self.lignes:
                ligne.full_clean()
        habiller(self)
        for ligne in self.lignes:
            habiller(ligne)

    def _lignes(self, regles: Regles, donnees: Any) -> list[FormulaireLigne]:
        deja = [
            {"designation": x.designation, "quantite": nombre(x.quantite), "unite": x.unite, "prix": nombre(x.prix),
             "taux": _choix(regles, x.taux)}
            for x in self.contenu.lignes
        ]  # fmt: skip
        combien = len(deja) + LIGNES_EN_PLUS
        if donnees is not None:
            combien = int(donnees["combien"]) if str(donnees.get("combien", "")).isdigit() else combien
        combien = min(combien, LIGNES_MAX)
        formulaires = []
        for n in range(combien):
            premier = deja[n] if n < len(deja) else {"taux": _choix(regles, regles.taux[0].valeur)}
            formulaires.append(FormulaireLigne(donnees, prefix=f"l{n}", initial=premier, regles=regles))
        return formulaires

    def clean_siret(self) -> str:
        """SIRET by its check digit (python-stdnum)."""
        valeur = self.cleaned_data["siret"]
        if valeur and not numero_siret.is_valid(valeur):
            raise forms.ValidationError("Ce numéro SIRET n'est pas valable. Vérifiez ses 14 chiffres sur le devis.")
        return str(numero_siret.compact(valeur)) if valeur else ""

    @property
    def lignes_fausses(self) -> list[tuple[int, Any, str]]:
        """(number of the line, its field, what is wrong), for the list at the top of the page."""
        fausses: list[tuple[int, Any, str]] = []
        for n, ligne in enumerate(self.lignes, 1):
            fausses += [(n, champ, str(erreur)) for champ in ligne for erreur in champ.errors]
        return fausses

    def tout_valable(self) -> bool:
        """Every field and every line can be read."""
        return self.is_valid() and all(ligne.is_valid() for ligne in self.lignes)

    def voulu(self) -> Contenu:
        """What was typed; a supplier already known is filled in where nothing was."""
        d = {c: v for c, v in self.cleaned_data.items() if c != "fichiers"}
        connu = self.connus.get(d["siret"])
        if connu is not None:
            for champ in ("fournisseur", "adresse", "courriel"):
                d[champ] = d[champ] or getattr(connu, champ)
        d["adresse"] = d["adresse"].replace("\r\n", "\n").strip()
        d["precisions"] = d["precisions"].replace("\r\n", "\n").strip()
        lignes = tuple(x for ligne in self.lignes if (x := ligne.ligne()) is not None)
        return Contenu(**d, lignes=lignes)


def _choix(regles: Regles, taux: Decimal) -> str:
    """The rate as the list says it, however it is stored (20.00 is 20)."""
    return next((str(t.valeur) for t in regles.taux if t.valeur == taux), str(taux))


class FormulaireServiceFait(FormulaireGeste):
    """The day the town got what it ordered."""

    le = ChampJour(label="Service fait le")
    remarque = forms.CharField(
        label="Remarque", required=False, max_length=1000, widget=forms.Textarea(attrs={"rows": 2}),
        help_text="Ce qui manque ou ne va pas, pour les finances.",
    )  # fmt: skip

    def preparer(self) -> None:
        """Today by default."""
        self.fields["le"].initial = self.acteur.annuaire.jour


class ChampEuros(forms.CharField):
    """Euros, as people write them."""

    def __init__(self, **options: Any) -> None:
        super().__init__(max_length=30, widget=forms.TextInput(attrs={"inputmode": "decimal"}), **options)

    def clean(self, value: Any) -> Decimal:
        """More than nothing."""
        try:
            montant = lire_montant(super().clean(value).replace(".", ","))
        except ValueError as erreur:
            raise forms.ValidationError(str(erreur)) from erreur
        if montant <= 0:
            raise forms.ValidationError("Le montant doit être supérieur à zéro.")
        return montant


class FormulaireFacture(FormulaireGeste):
    """The supplier's invoice."""

    facture = forms.CharField(label="Numéro de la facture", max_length=60)
    facture_le = ChampJour(label="Date de la facture")
    facture_ttc = ChampEuros(label="Montant TTC de la facture, en euros")

    def preparer(self) -> None:
        """The amount of the order by default."""
        self.fields["facture_le"].initial = self.acteur.annuaire.jour
        self.fields["facture_ttc"].initial = str(commande_de(self.dossier).montant.ttc).replace(".", ",")

    def clean_facture_le(self) -> Any:
        """Not in the future."""
        jour = self.cleaned_data["facture_le"]
        if jour > self.acteur.annuaire.jour:
            raise forms.ValidationError("Cette date est dans l'avenir.")
        return jour


class FormulaireEngagement(FormulaireGeste):
    """What the finance system says of it."""

    numero = forms.CharField(label="Numéro d'engagement", max_length=40)
    le = ChampJour(label="Engagé le")

    def preparer(self) -> None:
        """Today by default."""
        self.fields["le"].initial = self.acteur.annuaire.jour


class FormulaireExpedition(FormulaireGeste):
    """How it goes to the supplier."""

    envoi = forms.ChoiceField(label="Comment", choices=Envoi.choices)
    courriel = forms.EmailField(label="Courriel du fournisseur", required=False)

    def preparer(self) -> None:
        """The address it was prepared with."""
        self.fields["courriel"].initial = commande_de(self.dossier).courriel


class FormulaireAutorisation(FormulaireGeste):
    """Why it may exceed the credits."""

    motif = forms.CharField(label="Motif du dépassement", max_length=500, widget=forms.Textarea(attrs={"rows": 2}))

    def preparer(self) -> None:
        """By how much."""
        commande = commande_de(self.dossier)
        credits = credits_de(commande)
        if credits is not None:
            manque = commande.montant.ttc - credits.disponible
            self.fields["motif"].help_text = (
                f"Il manque {euros(manque)} sur la ligne {credits.ligne.code}. Le motif reste dans son historique."
                if manque > 0
                else "Les crédits suffisent aujourd'hui."
            )


class FormulaireRenvoiCommande(FormulaireRenvoi):
    """Send back: to the one who prepared it first, since it is mended there."""

    def preparer(self) -> None:
        """The last preparation is proposed."""
        super().preparer()
        champ = self.fields["vers"]
        derniere = champ.queryset.filter(type=TypeEtape.TRAITEMENT).order_by("-rang").first()  # type: ignore[attr-defined]
        champ.initial = derniere.pk if derniere else None


class FormulaireAccuse(forms.Form):
    """The supplier's word."""

    nom = forms.CharField(label="Votre nom", max_length=120, widget=forms.TextInput(attrs={"autocomplete": "name"}))
    mot = forms.CharField(
        label="Un mot pour la mairie", max_length=500, required=False, widget=forms.Textarea(attrs={"rows": 2}),
        help_text="Par exemple la date de livraison prévue.",
    )  # fmt: skip

    def __init__(self, donnees: Any = None) -> None:
        super().__init__(donnees)
        if self.is_bound:
            self.full_clean()
        habiller(self)
