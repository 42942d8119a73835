"""Forms of the gestures on a dossier: they validate, they save nothing."""

from datetime import timedelta
from typing import Any

from django import forms

from buridan.dossiers.etats import EtatEtape, Resultat, SensReponse, TypeEtape
from buridan.dossiers.models import Dossier, Etape
from buridan.dossiers.natures import nature_de
from buridan.droit.delais import Delai
from buridan.organisation.acteur import Acteur
from buridan.organisation.annuaire import Annuaire

SENS_CHOISIS = [s for s in SensReponse if s not in (SensReponse.RETIREE, SensReponse.REUNIE, SensReponse.TRANSMISE)]


class FormulaireGeste(forms.Form):
    """A gesture's form, built by `gestes.former`. `objet` is the étape or the dossier."""

    def __init__(self, objet: Any, acteur: Acteur, donnees: Any = None) -> None:
        super().__init__(donnees)
        self.objet, self.acteur = objet, acteur
        self.dossier: Dossier = objet.dossier if isinstance(objet, Etape) else objet
        self.preparer()
        mots = nature_de(self.dossier).mots
        for nom, champ in self.fields.items():
            champ.label = mots.dire(str(champ.label))
            classe = "form-select" if isinstance(champ.widget, forms.Select) else "form-control"
            if isinstance(champ.widget, forms.CheckboxInput | forms.CheckboxSelectMultiple):
                classe = "form-check-input"
            champ.widget.attrs["class"] = classe + (" is-invalid" if self.is_bound and nom in self.errors else "")

    def preparer(self) -> None:
        """Fill choices and first values."""


def _texte(libelle: str, *, requis: bool = False, lignes: int = 3, aide: str = "") -> forms.CharField:
    return forms.CharField(
        label=libelle, required=requis, max_length=10_000, help_text=aide, widget=forms.Textarea(attrs={"rows": lignes})
    )


class SansChamp(FormulaireGeste):
    """A gesture that asks nothing."""


class FormulaireRemarque(FormulaireGeste):
    """An optional remark."""

    remarque = _texte("Remarque", lignes=2, aide="Elle sera lue par les étapes suivantes.")


class FormulaireMotif(FormulaireGeste):
    """A required reason."""

    motif = _texte("Motif", requis=True, lignes=2)


class FormulaireDecision(FormulaireGeste):
    """A decision in favour, with its conditions."""

    texte = _texte("Motifs ou conditions", lignes=3)


class FormulaireAvis(FormulaireGeste):
    """An opinion."""

    avis = forms.ChoiceField(
        label="Votre avis",
        choices=[(r.value, r.label) for r in (Resultat.FAVORABLE, Resultat.RESERVES, Resultat.DEFAVORABLE)],
    )
    texte = _texte("Explication", aide="Nécessaire pour des réserves ou un avis défavorable.")


def _choisir_le_sens(form: FormulaireGeste) -> None:
    """What an answer may say, in the words of the nature."""
    mots = nature_de(form.dossier).mots
    form.fields["sens"].choices = [(s.value, mots.dire_sens(s)) for s in SENS_CHOISIS]  # type: ignore[attr-defined]


class FormulaireTraitement(FormulaireGeste):
    """What was done, and the draft of the answer."""

    compte_rendu = _texte("Ce qui a été fait (pour les collègues)", lignes=2)
    projet = _texte("Projet de réponse {au_demandeur}", lignes=6)
    sens = forms.ChoiceField(label="Cette réponse est")

    def preparer(self) -> None:
        """Show the draft already there."""
        _choisir_le_sens(self)
        self.fields["projet"].initial = self.dossier.projet_reponse
        self.fields["sens"].initial = self.dossier.projet_sens or SensReponse.FAVORABLE
        self.modeles = nature_de(self.dossier).modeles_reponse(self.dossier, self.acteur)


class FormulaireReponse(FormulaireGeste):
    """The answer."""

    texte = _texte("Réponse {au_demandeur}", requis=True, lignes=7)
    sens = forms.ChoiceField(label="Cette réponse est")

    def preparer(self) -> None:
        """Start from the draft; a visaed one is read-only."""
        _choisir_le_sens(self)
        self.fields["texte"].initial = self.dossier.projet_reponse
        self.fields["sens"].initial = self.dossier.projet_sens or SensReponse.FAVORABLE
        if self.dossier.projet_vise:
            self.fields["texte"].widget.attrs["readonly"] = True
            self.fields[
                "texte"
            ].help_text = "Cette réponse a été acceptée (visa, validation ou signature) : elle part telle quelle."
            self.modeles: list[tuple[str, str]] = []
        else:
            self.modeles = nature_de(self.dossier).modeles_reponse(self.dossier, self.acteur)


class FormulaireRenvoi(FormulaireGeste):
    """Send back to an earlier étape."""

    vers = forms.ModelChoiceField(
        label="Renvoyer à", queryset=Etape.objects.none(), required=False, empty_label="L'étape d'avant"
    )
    motif = _texte("Que faut-il corriger ?", requis=True, lignes=2)

    def preparer(self) -> None:
        """Étapes done before this one."""
        avant = Etape.objects.filter(dossier=self.dossier, etat=EtatEtape.FAITE, rang__lt=self.objet.rang)
        champ = self.fields["vers"]
        champ.queryset = avant.order_by("rang")  # type: ignore[attr-defined]
        champ.label_from_instance = lambda e: e.titre  # type: ignore[attr-defined]


class FormulaireRenvoiALAuteur(FormulaireRenvoi):
    """Send back what an agent wrote: to where it was last written, unless another étape is chosen."""

    def preparer(self) -> None:
        """The last writing is proposed."""
        super().preparer()
        champ = self.fields["vers"]
        derniere = champ.queryset.filter(type=TypeEtape.TRAITEMENT).order_by("-rang").first()  # type: ignore[attr-defined]
        champ.initial = derniere.pk if derniere else None


class FormulaireDate(FormulaireGeste):
    """Hold until a day."""

    jusquau = forms.DateField(label="Jusqu'au", widget=forms.DateInput(attrs={"type": "date"}, format="%Y-%m-%d"))
    motif = _texte("Motif ({le_demandeur} le lira)", requis=True, lignes=2)

    def preparer(self) -> None:
        """A fortnight by default."""
        self.fields["jusquau"].initial = self.acteur.annuaire.jour + timedelta(days=15)


class FormulaireComplement(FormulaireGeste):
    """Ask the requester for more."""

    texte = _texte("Votre question, ou les pièces demandées", requis=True, lignes=3)
    jusquau = forms.DateField(
        label="Réponse attendue avant le", widget=forms.DateInput(attrs={"type": "date"}, format="%Y-%m-%d")
    )

    def preparer(self) -> None:
        """A fortnight by default."""
        self.fields["jusquau"].initial = self.acteur.annuaire.jour + timedelta(days=15)


class FormulaireMessageAgent(FormulaireGeste):
    """A message in one of the threads."""

    texte = _texte("Message", requis=True, lignes=2)


class FormulaireTransmission(FormulaireGeste):
    """Forward to another administration."""

    administration = forms.CharField(label="Administration compétente", max_length=200)
    texte = _texte("Précisions pour le demandeur", lignes=2)


class FormulaireReunion(FormulaireGeste):
    """Join to another dossier."""

    reference = forms.CharField(label="Référence de l'autre dossier", max_length=20)

    def clean_reference(self) -> Dossier:
        """A dossier one may see."""
        valeur = self.cleaned_data["reference"].strip().upper()
        trouve: Dossier | None = Dossier.objects.visibles_par(self.acteur).filter(reference=valeur).first()
        if trouve is None:
            raise forms.ValidationError("Aucun dossier visible ne porte cette référence.")
        return trouve


def destinataires(annuaire: Annuaire) -> list[tuple[str, list[tuple[str, str]]]]:
    """Choices of addressees: services, then posts with their holders, by entity."""
    services = [(f"entite:{e.id}", e.nom) for e in sorted(annuaire.entites.values(), key=lambda e: e.nom)]
    groupes = [("Un service", services)]
    for entite in sorted(annuaire.entites.values(), key=lambda e: e.nom):
        postes = [(f"poste:{p}", annuaire.designer(p)) for p in annuaire.postes_par_entite.get(entite.id, ())]
        if postes:
            groupes.append((entite.nom, postes))
    return groupes


class FormulaireReaffectation(FormulaireGeste):
    """Give to a post or entity."""

    a = forms.ChoiceField(label="Confier à")
    motif = forms.CharField(label="Pourquoi (facultatif)", required=False, max_length=300)

    def preparer(self) -> None:
        """Everybody of the day."""
        self.fields["a"].choices = destinataires(self.acteur.annuaire)  # type: ignore[attr-defined]


class FormulaireInsertion(FormulaireGeste):
    """Insert an étape."""

    type = forms.ChoiceField(
        label="Quoi",
        choices=[(t.value, t.label) for t in TypeEtape if t not in (TypeEtape.REPONSE, TypeEtape.QUALIFICATION)],
    )
    titre = forms.CharField(label="Intitulé", max_length=120)
    a = forms.ChoiceField(label="Confier à")
    delai = forms.CharField(label="Délai", initial="3 jours ouvrés", max_length=30)

    def preparer(self) -> None:
        """Everybody of the day."""
        self.fields["a"].choices = destinataires(self.acteur.annuaire)  # type: ignore[attr-defined]

    def clean_delai(self) -> str:
        """A delay that can be read."""
        try:
            return str(Delai.lire(self.cleaned_data["delai"]))
        except ValueError as erreur:
            raise forms.ValidationError(str(erreur)) from erreur


class FormulairePassage(FormulaireGeste):
    """Skip a coming étape."""

    etape = forms.ModelChoiceField(label="Étape à passer", queryset=Etape.objects.none())
    motif = forms.CharField(label="Pourquoi", max_length=300)

    def preparer(self) -> None:
        """Coming étapes but the answer."""
        a_venir = Etape.objects.filter(dossier=self.dossier, etat=EtatEtape.A_VENIR).exclude(type=TypeEtape.REPONSE)
        champ = self.fields["etape"]
        champ.queryset = a_venir.order_by("rang")  # type: ignore[attr-defined]
        champ.label_from_instance = lambda e: e.titre  # type: ignore[attr-defined]


class FormulaireDeplacement(FormulaireGeste):
    """Move a coming étape before another coming one."""

    etape = forms.ModelChoiceField(label="Étape à déplacer", queryset=Etape.objects.none())
    avant = forms.ModelChoiceField(label="À placer juste avant", queryset=Etape.objects.none())
    motif = forms.CharField(label="Pourquoi", max_length=300)

    def preparer(self) -> None:
        """Coming étapes; the answer stays the last."""
        a_venir = Etape.objects.filter(dossier=self.dossier, etat=EtatEtape.A_VENIR).order_by("rang")
        for nom, choix in (("etape", a_venir.exclude(type=TypeEtape.REPONSE)), ("avant", a_venir)):
            self.fields[nom].queryset = choix  # type: ignore[attr-defined]
            self.fields[nom].label_from_instance = lambda e: e.titre  # type: ignore[attr-defined]
