"""Forms of letters: they validate, they save nothing."""

from typing import Any

from django import forms
from django.utils.functional import cached_property

from buridan.courriers.actions.enregistrer import Arrivee
from buridan.courriers.actions.regles import Regle
from buridan.courriers.carnet import contact_de, proposer_en_tapant
from buridan.courriers.etats import JURIDIQUES, Effet, Genre
from buridan.courriers.legal import dates_de, pieces_de
from buridan.courriers.models import SILENCES, Courrier, RegleAiguillage
from buridan.courriers.propositions import Lettre, Propositions, propositions
from buridan.courriers.queries import bureau, courrier_de
from buridan.dossiers.forms import FormulaireGeste
from buridan.dossiers.forms import FormulaireTransmission as TransmissionDuCoeur
from buridan.dossiers.forms_fichiers import AvecFichiers, decorer
from buridan.droit.delais import date_legale
from buridan.organisation.acteur import Acteur
from buridan.organisation.annuaire import Annuaire


def jour(libelle: str, aide: str = "") -> forms.DateField:
    """A day that may be left out."""
    saisie = forms.DateInput(attrs={"type": "date"}, format="%Y-%m-%d")
    return forms.DateField(label=libelle, required=False, help_text=aide, widget=saisie)


def services(annuaire: Annuaire, vide: str) -> list[tuple[Any, str]]:
    """Every entity of the day, in order, after an empty choice."""
    tries = sorted(annuaire.entites.values(), key=lambda e: e.nom)
    return [("", vide), *((e.id, e.nom) for e in tries)]


def postes(annuaire: Annuaire) -> list[tuple[int, str]]:
    """Every post of the day with who holds it, in order."""
    return sorted(((p, annuaire.designer(p)) for p in annuaire.postes), key=lambda p: p[1])


def entier(valeur: Any) -> int | None:
    """The id of a choice; None for the empty one."""
    return int(valeur) if valeur else None


PRIORITAIRE = "Le service le verra marqué, et passera devant les autres."


class FormulaireArrivee(AvecFichiers):
    """What stands on an envelope and in the first lines of a letter. `raison`: why its service was proposed."""

    raison = ""

    genre = forms.ChoiceField(label="Arrivé par", choices=Genre.choices)
    arrive_le = forms.DateTimeField(
        label="Arrivé le", widget=forms.DateTimeInput(attrs={"type": "datetime-local"}, format="%Y-%m-%dT%H:%M"),
        help_text="Date et heure de l'arrivée en mairie.",
    )  # fmt: skip
    recommande = forms.CharField(label="Numéro de recommandé", required=False, max_length=30)
    expediteur = forms.CharField(
        label="Expéditeur", max_length=160, help_text="Nom et prénom de qui signe ; « anonyme » sinon."
    )
    organisme = forms.CharField(label="Organisme", required=False, max_length=160)
    adresse = forms.CharField(
        label="Adresse postale", required=False, max_length=250, help_text="Séparez les lignes par des virgules."
    )
    courriel = forms.EmailField(label="Courriel", required=False)
    telephone = forms.CharField(label="Téléphone", required=False, max_length=40)
    contact = forms.CharField(required=False)  # identifier of the contact that was chosen
    garder_contact = forms.BooleanField(label="Garder dans le carnet d'adresses", required=False)
    confidentiel = forms.BooleanField(
        label="Pli confidentiel ou personnel", required=False,
        help_text="Ne l'ouvrez pas : son destinataire l'ouvrira, et lui seul le lira.",
    )  # fmt: skip
    destinataire = forms.ChoiceField(label="Destinataire du pli confidentiel", required=False)
    objet = forms.CharField(label="Objet", required=False, max_length=200)
    annexes = forms.CharField(label="Pièces jointes au courrier", required=False, max_length=250)
    effet = forms.ChoiceField(label="Ce que la loi y attache", choices=Effet.choices)
    silence = forms.ChoiceField(
        label="Si c'est une demande", choices=SILENCES, required=False,
        help_text="En cas de doute, laissez « rejet » : c'est la règle quand aucun texte ne dit autre chose.",
    )  # fmt: skip
    fixee = jour("Échéance fixée par le courrier", "Si le courrier donne une date.")
    prioritaire = forms.BooleanField(label="Prioritaire", required=False, help_text=PRIORITAIRE)
    service = forms.ChoiceField(label="Service qui répondra", required=False)

    def __init__(self, acteur: Acteur, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        annuaire = self.annuaire = acteur.annuaire
        self.fields["destinataire"].choices = [("", "Choisir à qui il est adressé"), *postes(annuaire)]  # type: ignore[attr-defined]
        self.fields["service"].choices = services(annuaire, "Selon les règles du service courrier")  # type: ignore[attr-defined]
        self.fields["fichiers"].label = "Courrier numérisé"
        proposer_en_tapant(self, "expediteur")
        decorer(self)

    def clean(self) -> dict[str, Any]:
        """What a letter of that kind cannot do without, said at its field."""
        donnees = super().clean()
        for champ, quand, phrase in (
            ("recommande", donnees.get("genre") == Genre.RECOMMANDE, "Recopiez le numéro : il est sur l'étiquette."),
            ("destinataire", donnees.get("confidentiel"), "Dites à qui ce pli est adressé : lui seul l'ouvrira."),
            ("objet", not donnees.get("confidentiel"), "Dites l'objet du courrier en quelques mots."),
        ):
            if quand and champ not in self.errors and not donnees.get(champ):
                self.add_error(champ, phrase)
        decorer(self)
        return donnees

    def arrivee(self) -> Arrivee:
        """What was typed."""
        d = self.cleaned_data
        garde = ("arrive_le", "expediteur", "objet", "genre", "organisme", "adresse", "courriel", "telephone", "recommande",
                 "annexes", "effet", "fixee", "confidentiel", "prioritaire")  # fmt: skip
        return Arrivee(
            **{c: d[c] for c in garde}, silence=d["silence"] or "rejet", service=entier(d["service"]), raison=self.raison,
            destinataire=entier(d["destinataire"]) if d["confidentiel"] else None, fichiers=tuple(d["tous_fichiers"]),
            contact=contact.pk if (contact := contact_de(d["contact"])) else None, garder=d["garder_contact"],
        )  # fmt: skip

    def propositions(self, texte: str = "") -> Propositions:
        """What the rules and past letters propose for what is typed, whole or not; `texte`: words of the letter, when known."""
        lu = {c: str(self.data.get(c, "")) for c in ("expediteur", "organisme", "objet", "genre", "effet")}
        chez = bureau()
        if chez is None or self.data.get("confidentiel"):
            return Propositions()
        if lu["effet"] not in Effet.values:
            lu["effet"] = Effet.INFORMATION
        lettre = Lettre(
            **lu, prioritaire=bool(self.data.get("prioritaire")), texte=f"{self.data.get('annexes', '')}\n{texte}"
        )
        return propositions(lettre, self.annuaire, chez)


class FormulaireAiguillage(FormulaireGeste):
    """Which service answers, who gives a part of it, who is told. `avant`: shown above it, each proposal in one press."""

    avant = "courriers/_propositions.html"
    garder = forms.ChoiceField(
        label="Après ouverture",
        choices=[("oui", "Je réponds moi-même : le pli reste confidentiel"), ("non", "Pas confidentiel : un service répond")],
    )  # fmt: skip
    objet = forms.CharField(label="Objet du courrier", required=False, max_length=200)
    service = forms.ChoiceField(label="Service qui répond", required=False)
    effet = forms.ChoiceField(label="Ce que la loi y attache", choices=Effet.choices)
    fixee = jour("Échéance fixée par le courrier")
    prioritaire = forms.BooleanField(label="Prioritaire", required=False)
    avis = forms.MultipleChoiceField(
        label="Services qui donnent leur part de la réponse",
        required=False,
        help_text="Avant que la réponse soit écrite.",
        widget=forms.CheckboxSelectMultiple,
    )
    copies = forms.MultipleChoiceField(
        label="Copie pour information", required=False, widget=forms.CheckboxSelectMultiple
    )
    raison = forms.CharField(label="Remarque pour le service", required=False, max_length=300)

    def preparer(self) -> None:
        """A rule of the mail office is chosen already; what is only learned never is."""
        courrier, annuaire = courrier_de(self.dossier), self.acteur.annuaire
        tous = services(annuaire, "Choisir un service")
        self.fields["service"].choices = tous  # type: ignore[attr-defined]
        for nom in ("avis", "copies"):
            self.fields[nom].choices = tous[1:]  # type: ignore[attr-defined]
        self.fields["effet"].initial, self.fields["fixee"].initial = courrier.effet, courrier.echeance
        self.fields["prioritaire"].initial = self.dossier.prioritaire
        if courrier.confidentiel:
            self.fields["service"].help_text = "Seulement si un service répond à votre place."
            return
        del self.fields["garder"], self.fields["objet"]
        premiere = next(iter(self.propositions.services), None) if not self.is_bound else None
        if premiere is not None and premiere.regle:
            self.fields["service"].initial, self.fields["service"].help_text = premiere.service, premiere.raison

    @cached_property
    def propositions(self) -> Propositions:
        """None for a confidential letter: nobody but its reader knows what it says."""
        courrier, chez = courrier_de(self.dossier), bureau()
        if courrier.confidentiel or chez is None:
            return Propositions()
        lettre = Lettre(
            courrier.expediteur, self.dossier.objet, courrier.organisme, courrier.genre, courrier.effet,
            self.dossier.prioritaire, self.dossier.contenu,
        )  # fmt: skip
        rendus = {r.entite_id for r in courrier.retours.all()}
        return propositions(lettre, self.acteur.annuaire, chez, sans=rendus)

    def clean(self) -> dict[str, Any]:
        """A service, unless the letter stays confidential or goes to the legal department."""
        donnees: dict[str, Any] = super().clean() or self.cleaned_data
        seul = donnees.get("garder") == "oui" or donnees.get("effet") in JURIDIQUES
        if not seul and not donnees.get("service"):
            self.add_error("service", "Choisissez le service qui répondra.")
        return donnees


class FormulaireCorrection(FormulaireGeste):
    """What was typed of the correspondent."""

    expediteur = forms.CharField(label="Expéditeur ou destinataire", max_length=160)
    organisme = forms.CharField(label="Organisme", required=False, max_length=160)
    adresse = forms.CharField(label="Adresse postale", required=False, max_length=250)
    courriel = forms.EmailField(label="Courriel", required=False)
    telephone = forms.CharField(label="Téléphone", required=False, max_length=40)
    recommande = forms.CharField(label="Numéro de recommandé reçu", required=False, max_length=30)
    annexes = forms.CharField(label="Pièces jointes au courrier", required=False, max_length=250)

    def preparer(self) -> None:
        """As it stands."""
        courrier = courrier_de(self.dossier)
        for nom, champ in self.fields.items():
            champ.initial = getattr(courrier, nom)


class FormulaireEffet(FormulaireGeste):
    """What the law attaches to a letter."""

    effet = forms.ChoiceField(label="Ce que la loi y attache", choices=Effet.choices)
    silence = forms.ChoiceField(label="Si c'est une demande", choices=SILENCES)
    fixee = jour("Échéance fixée par le courrier", "Vide : celle de la loi, s'il y en a une.")
    objet = forms.CharField(label="Objet du courrier", max_length=200)

    def preparer(self) -> None:
        """As it stands; a day that the law has set is not one that the letter gives."""
        courrier, chez = courrier_de(self.dossier), bureau()
        self.fields["effet"].initial, self.fields["silence"].initial = courrier.effet, courrier.silence
        self.fields["objet"].initial = self.dossier.objet
        if courrier.confidentiel:
            del self.fields["objet"]
        if chez is not None and courrier.arrive_le is not None:
            qui: dict[str, Any] = {"effet": courrier.effet, "silence": courrier.silence, "pieces": pieces_de(courrier)}
            calculee = dates_de(chez, date_legale(courrier.arrive_le), **qui)
            self.fields["fixee"].initial = courrier.echeance if courrier.echeance != calculee.echeance else None


class FormulaireTransmission(TransmissionDuCoeur):
    """Where the letter goes, and how its sender will know."""

    def preparer(self) -> None:
        """By which means."""
        super().preparer()
        courriel = courrier_de(self.dossier).courriel
        comment = (
            f"par courriel ({courriel})" if courriel else "par une lettre, à imprimer depuis le registre des départs"
        )
        self.fields["texte"].label = "Précisions pour l'expéditeur"
        self.fields["texte"].help_text = f"Il sera prévenu {comment}."


class FormulaireDestinataire(forms.Form):
    """Whom a confidential letter is for."""

    destinataire = forms.TypedChoiceField(label="Destinataire du pli", coerce=int)

    def __init__(self, acteur: Acteur, courrier: Courrier, donnees: Any = None) -> None:
        super().__init__(donnees, initial={"destinataire": courrier.destinataire_id})
        self.fields["destinataire"].choices = postes(acteur.annuaire)  # type: ignore[attr-defined]
        decorer(self)


class FormulaireEnveloppe(forms.Form):
    """What stands on the envelope of a confidential letter: who sent it, and where to answer."""

    expediteur = forms.CharField(label="Expéditeur", max_length=160)
    organisme = forms.CharField(label="Organisme", required=False, max_length=160)
    adresse = forms.CharField(label="Adresse postale", required=False, max_length=250)
    courriel = forms.EmailField(label="Courriel", required=False)
    telephone = forms.CharField(label="Téléphone", required=False, max_length=40)
    recommande = forms.CharField(label="Numéro de recommandé reçu", required=False, max_length=30)

    def __init__(self, courrier: Courrier, donnees: Any = None) -> None:
        super().__init__(donnees, initial={c: getattr(courrier, c) for c in self.base_fields})
        decorer(self)


class FormulaireAnnulation(forms.Form):
    """Why a registration is cancelled."""

    motif = forms.CharField(
        label="Pourquoi l'annuler", max_length=300, help_text="« Déjà enregistré sous A-2026-00012 »…"
    )

    def __init__(self, donnees: Any = None) -> None:
        super().__init__(donnees)
        decorer(self)


class FormulaireRegistre(forms.Form):
    """Search and filters of the register of arrivals."""

    q = forms.CharField(label="Mots, expéditeur ou numéro", required=False, max_length=100)
    du = jour("Du")
    au = jour("Au")
    genre = forms.ChoiceField(label="Arrivé par", required=False, choices=[("", "Tous"), *Genre.choices])
    effet = forms.ChoiceField(label="Effet", required=False, choices=[("", "Tous"), *Effet.choices])
    etat = forms.ChoiceField(
        label="État", required=False,
        choices=[("", "Tous"), ("a_confier", "À confier"), ("ouvert", "En cours"), ("retard", "En retard"),
                 ("accuse", "Accusé de réception à envoyer"), ("clos", "Clos")],
    )  # fmt: skip
    service = forms.ChoiceField(label="Service", required=False)

    def __init__(self, donnees: Any, annuaire: Annuaire) -> None:
        super().__init__(donnees)
        self.fields["service"].choices = services(annuaire, "Tous")  # type: ignore[attr-defined]
        decorer(self)


class FormulaireRegle(forms.Form):
    """A rule of the mail office."""

    mots = forms.CharField(
        label="Mots de l'objet",
        required=False,
        max_length=300,
        help_text="Un seul suffit ; séparez-les par des virgules.",
    )
    expediteur = forms.CharField(
        label="Expéditeur", required=False, max_length=160, help_text="Une partie du nom, ou de l'organisme."
    )
    genre = forms.ChoiceField(label="Arrivé par", required=False, choices=[("", "Peu importe"), *Genre.choices])
    service = forms.TypedChoiceField(label="Service à qui ces courriers vont", coerce=int)
    ordre = forms.IntegerField(
        label="Ordre", min_value=1, max_value=9999, initial=100, help_text="La première règle qui convient l'emporte."
    )

    def __init__(self, annuaire: Annuaire, donnees: Any = None, *, regle: RegleAiguillage | None = None) -> None:
        champs = ("mots", "expediteur", "genre", "ordre")
        initial = {c: getattr(regle, c) for c in champs} | {"service": regle.service_id} if regle else None
        super().__init__(donnees, initial=initial)
        self.fields["service"].choices = services(annuaire, "Choisir un service")  # type: ignore[attr-defined]
        decorer(self)

    def regle(self) -> Regle:
        """What was typed."""
        return Regle(**self.cleaned_data)
