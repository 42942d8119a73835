"""Forms of the matters of elected officials: they validate, they save nothing."""

from typing import Any

from django import forms

from buridan.dossiers.etats import SensReponse
from buridan.dossiers.forms import FormulaireDecision, FormulaireGeste, FormulaireMotif, FormulaireReponse
from buridan.dossiers.forms_fichiers import AvecFichiers, decorer
from buridan.elus import rules
from buridan.elus.actions.saisir import Habitant, Saisie
from buridan.elus.etats import Moyen, QuiRepond, Voie
from buridan.elus.modele import Formulaire
from buridan.elus.queries import demande_de
from buridan.organisation.acteur import Acteur
from buridan.organisation.models import Genre

HABITANT = ("habitant_nom", "habitant_courriel", "habitant_telephone", "accord")
TEXTES = ("texte", "sujet", "voie", "lieu", "elu", "qui_repond", *HABITANT)
TEXTE_MAX = 5000
MOYENS = [("", "Choisir"), *Moyen.choices]


class FormulaireSaisie(AvecFichiers):
    """Three things: what, about what, a daily problem or a project. The place, photos and a resident are optional."""

    texte = forms.CharField(
        label="Ce que vous avez vu ou entendu", max_length=TEXTE_MAX, widget=forms.Textarea(attrs={"rows": 4}),
        error_messages={"required": "Dites ce que vous avez vu ou entendu, en une phrase."},
    )  # fmt: skip
    sujet = forms.ChoiceField(label="Sujet", error_messages={"required": "Choisissez un sujet : il donne le service."})
    voie = forms.ChoiceField(
        label="C'est", choices=Voie.choices, initial=Voie.QUOTIDIEN, widget=forms.RadioSelect,
        error_messages={"required": "Dites si c'est un problème du quotidien ou un projet nouveau."},
    )  # fmt: skip
    lieu = forms.CharField(label="Où est-ce ?", max_length=250, required=False, help_text="Une rue, un repère.")
    habitant_nom = forms.CharField(label="Son nom", max_length=160, required=False)
    habitant_courriel = forms.EmailField(label="Son courriel", required=False)
    habitant_telephone = forms.CharField(
        label="Son téléphone", max_length=40, required=False, widget=forms.TextInput(attrs={"inputmode": "tel"})
    )
    qui_repond = forms.ChoiceField(
        label="Qui lui donnera la réponse ?", required=False, choices=QuiRepond.choices, initial=QuiRepond.ELU,
        widget=forms.RadioSelect,
    )  # fmt: skip
    accord = forms.BooleanField(
        label="Cette personne est d'accord pour que je donne son nom à la mairie", required=False
    )

    def __init__(
        self, acteur: Acteur, formulaire: Formulaire, donnees: Any = None, fichiers: Any = None, **plus: Any
    ) -> None:
        super().__init__(donnees, fichiers, **plus)
        self.acteur = acteur
        self.fields["fichiers"].label = "Photos"
        self.fields["sujet"].choices = [("", "Choisir un sujet"), *((s.code, s.titre) for s in formulaire.sujets)]  # type: ignore[attr-defined]
        siens = {t for p, _f, _r, themes in acteur.annuaire.mandats for t in themes if p == acteur.personne}
        self.fields["sujet"].initial = next((s.code for s in formulaire.sujets if s.theme in siens), "")
        if rules.est_du_cabinet(acteur):
            elus = [(p, acteur.annuaire.nom_personne(p)) for p in rules.elus(acteur.annuaire)]
            self.fields["elu"] = forms.TypedChoiceField(
                label="Au nom de quel élu ?", coerce=int, choices=[("", "Choisir un élu"), *elus],
                error_messages={"required": "Dites quel élu demande : c'est lui qui aura la réponse."},
            )  # fmt: skip
        decorer(self)

    def clean(self) -> dict[str, Any]:
        """A resident is named with an agreement, and can be reached by whoever answers."""
        donnees = super().clean()
        nomme = any(donnees.get(c) for c in ("habitant_nom", "habitant_courriel", "habitant_telephone"))
        if not nomme or {"habitant_courriel"} & set(self.errors):
            return donnees
        if not donnees.get("habitant_nom"):
            self.add_error("habitant_nom", "Dites son nom, pour qu'on sache à qui répondre.")
        if not donnees.get("accord"):
            self.add_error(
                "accord", "Sans son accord, effacez son nom et ses coordonnées : la demande part quand même."
            )
        joignable = donnees.get("habitant_courriel") or donnees.get("habitant_telephone")
        if donnees.get("qui_repond") == QuiRepond.SERVICE and not joignable:
            self.add_error(
                "habitant_courriel", "Pour que la mairie lui réponde, il faut son courriel ou son téléphone."
            )
        return donnees

    def saisie(self) -> Saisie:
        """What was typed."""
        d = self.cleaned_data
        habitant = Habitant(
            d["qui_repond"] or QuiRepond.ELU, d["habitant_nom"], d["habitant_courriel"], d["habitant_telephone"]
        )
        elu = d.get("elu") or self.acteur.personne or 0
        return Saisie(
            elu=elu, voie=d["voie"], sujet=d["sujet"], texte=d["texte"], lieu=d["lieu"],
            habitant=habitant if d["habitant_nom"] else None, fichiers=tuple(d["tous_fichiers"]),
        )  # fmt: skip

    def brut(self) -> dict[str, str]:
        """As it was typed, valid or not: for the draft."""
        return {nom: str(valeur) for nom in TEXTES if nom in self.fields and (valeur := self[nom].value())}


class FormulaireTransmettre(FormulaireGeste):
    """The service that will treat it."""

    entite = forms.TypedChoiceField(label="Service qui traitera", coerce=int)
    remarque = forms.CharField(
        label="Consigne pour le service", required=False, max_length=2000, widget=forms.Textarea(attrs={"rows": 2})
    )

    def preparer(self) -> None:
        """Those under whoever sends; the subject's first."""
        possibles = rules.services_possibles(self.acteur, self.objet)
        nom = self.acteur.annuaire.nom_entite
        self.fields["entite"].choices = [(e, nom(e)) for e in possibles]  # type: ignore[attr-defined]
        propose = self.acteur.annuaire.codes_entites.get(demande_de(self.dossier).sujet_choisi.service)
        self.fields["entite"].initial = propose if propose in possibles else None


class FormulaireTrancher(FormulaireDecision):
    """Accepted, or turned into what the town writes to decide."""

    choix = forms.ChoiceField(
        label="Votre décision", choices=[("accepter", "Accepter le projet"), ("devenir", "En faire une note au maire")]
    )
    service = forms.TypedChoiceField(
        label="Pour une note : service qui l'écrit", coerce=int, required=False, empty_value=None
    )
    theme = forms.ChoiceField(
        label="Pour une note : thème", required=False,
        help_text="L'élu de ce thème l'écrit avec le service, et la vise.",
    )  # fmt: skip
    field_order = ("choix", "service", "theme", "texte")

    def preparer(self) -> None:
        """Services and themes of the day; those of the subject first."""
        annuaire, demande = self.acteur.annuaire, demande_de(self.dossier)
        genres = (Genre.SERVICE, Genre.DIRECTION, Genre.DGA)
        services = sorted((e.id for e in annuaire.entites.values() if e.genre in genres), key=annuaire.nom_entite)
        self.fields["service"].choices = [("", "Choisir un service"), *((e, annuaire.nom_entite(e)) for e in services)]  # type: ignore[attr-defined]
        self.fields["service"].initial = annuaire.codes_entites.get(demande.sujet_choisi.service)
        self.fields["theme"].choices = [("", "Choisir un thème"), *((t, t) for t in annuaire.themes_en_poste())]  # type: ignore[attr-defined]
        self.fields["theme"].initial = demande.theme

    def clean(self) -> dict[str, Any]:
        """A note has a service and a theme; an acceptance has neither."""
        donnees: dict[str, Any] = super().clean() or self.cleaned_data
        if donnees.get("choix") == "devenir":
            for champ, phrase in (
                ("service", "Dites quel service écrit la note."),
                ("theme", "Dites le thème de la note."),
            ):
                if not donnees.get(champ):
                    self.add_error(champ, phrase)
        else:
            donnees |= {"service": None, "theme": ""}
        return donnees


class FormulaireRepondre(FormulaireReponse):
    """The answer to the official; how the resident was told, when it doesn't go by itself."""

    pour = forms.CharField(required=False, widget=forms.HiddenInput)
    moyen = forms.ChoiceField(label="Vous avez donné cette réponse à l'habitant", choices=MOYENS, required=False)

    def preparer(self) -> None:
        """Ask only what is needed, and say what leaves."""
        super().preparer()
        demande = demande_de(self.dossier)
        self.fields["pour"].initial = demande.qui_repond
        self.part_seule = demande.qui_repond == QuiRepond.SERVICE and bool(demande.habitant_courriel)
        if not demande.qui_repond or self.part_seule:
            del self.fields["moyen"]
        if self.part_seule:
            aide = self.fields["texte"].help_text
            self.fields["texte"].help_text = f"{aide} Elle part aussi à l'habitant, par courriel.".strip()
        elif demande.qui_repond:
            qui = "l'élu la lui donne" if demande.qui_repond == QuiRepond.ELU else "donnez-la-lui d'abord"
            self.fields["moyen"].help_text = f"Un habitant attend cette réponse : {qui}. Le dossier se clôt ensuite."

    def clean_sens(self) -> SensReponse:
        """As the core has it."""
        return SensReponse(self.cleaned_data["sens"])


class FormulaireRetirer(FormulaireMotif):
    """Why, and how the resident was told."""

    moyen = forms.ChoiceField(label="Vous l'avez dit à l'habitant", choices=MOYENS, required=False)

    def preparer(self) -> None:
        """Nobody waits: nothing to ask."""
        if not demande_de(self.dossier).qui_repond:
            del self.fields["moyen"]


class FormulaireQuiRepond(FormulaireGeste):
    """Who tells the resident."""

    qui = forms.ChoiceField(label="Qui répond à l'habitant ?", choices=QuiRepond.choices)

    def preparer(self) -> None:
        """The other choice."""
        self.fields["qui"].initial = demande_de(self.dossier).qui_repond
