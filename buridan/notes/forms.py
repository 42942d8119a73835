"""Forms of the notes: they validate, they save nothing."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from django import forms

from buridan.dossiers.forms import FormulaireAvis, FormulaireGeste
from buridan.notes import rules
from buridan.notes.actions.commencer import Cadre
from buridan.notes.actions.enregistrer import Saisie
from buridan.notes.actions.presenter import A_EXPLIQUER, REPORTEE
from buridan.notes.modele import CONSULTER, Champ, Contenu, ModeleDeNote, Partie
from buridan.notes.queries import contenus, note_de, parole, partie_de
from buridan.organisation.acteur import Acteur
from buridan.outils.texte import empreinte, sans_accents

OUI_NON = [("", "Pas encore répondu"), ("oui", "Oui"), ("non", "Non")]
LONG_MAX = 10_000
REFUS = "refus"


def champ_de_saisie(champ: Champ, *, lignes: int = 4) -> forms.Field:
    """A field that takes anything: what can't be read is said, and kept."""
    if champ.type in ("oui_non", "choix"):
        choix = OUI_NON if champ.type == "oui_non" else [("", "Pas encore répondu"), *((c, c) for c in champ.choix)]
        saisie: forms.Widget = forms.Select(attrs={"class": "form-select"}, choices=choix)
    elif champ.type == "long":
        saisie = forms.Textarea(attrs={"class": "form-control", "rows": lignes})
    elif champ.type == "date":
        saisie = forms.DateInput(attrs={"class": "form-control", "type": "date"}, format="%Y-%m-%d")
    else:
        plus = {"inputmode": "decimal"} if champ.type == "montant" else {}
        saisie = forms.TextInput(attrs={"class": "form-control", **plus})
    longueur = LONG_MAX if champ.type == "long" else 300
    return forms.CharField(label=champ.titre, required=False, max_length=longueur, widget=saisie)


class FormulaireCadre(forms.Form):
    """What gives a note its circuit."""

    genre = forms.ChoiceField(label="Que faites-vous ?", widget=forms.RadioSelect(attrs={"class": "form-check-input"}))
    objet = forms.CharField(label="Objet", max_length=200)
    theme = forms.ChoiceField(
        label="Thème", help_text="Il désigne l'élu qui écrit la note avec vous et la vise avant le maire."
    )
    entite = forms.TypedChoiceField(label="Direction ou service", coerce=int)

    def __init__(self, acteur: Acteur, modele: ModeleDeNote, donnees: Any = None, *, initial: Any = None) -> None:
        super().__init__(donnees, initial=initial)
        nom = acteur.annuaire.nom_entite
        choix: dict[str, list[Any]] = {
            "genre": [(g.code, f"{g.titre}. {g.quand}") for g in modele.genres],
            "theme": [
                ("", "Choisir un thème"),
                *((t, t[:1].upper() + t[1:]) for t in sorted(acteur.annuaire.themes_en_poste(), key=sans_accents)),
            ],
            "entite": [(e, nom(e)) for e in rules.services_ouverts(acteur)],
        }
        for champ, valeurs in choix.items():
            self.fields[champ].choices = valeurs  # type: ignore[attr-defined]
        for nom_du_champ, champ_ in self.fields.items():
            if nom_du_champ != "genre":
                classe = "form-control" if nom_du_champ == "objet" else "form-select"
                faux = " is-invalid" if self.is_bound and nom_du_champ in self.errors else ""
                champ_.widget.attrs["class"] = classe + faux

    def cadre(self) -> Cadre:
        """What was chosen."""
        return Cadre(**self.cleaned_data)


@dataclass(slots=True)
class LignePartie:
    """A part on the writing page: its fields, the imprint of what was shown, what somebody else wrote meanwhile."""

    partie: Partie
    titre: str
    champs: list[Any]
    vu: str
    conflit: Any = None


class FormulaireNote(forms.Form):
    """All the parts of a note. A field is named « part__field »; `vu__part` is the imprint of what was shown."""

    def __init__(self, modele: ModeleDeNote, genre: str, lus: Mapping[str, Contenu], donnees: Any = None) -> None:
        initial = {f"{p}__{c}": v for p, contenu in lus.items() for c, v in contenu.items()}
        super().__init__(donnees, initial=initial)
        self.modele, self.genre, self.lus = modele, genre, lus
        for partie in modele.parties_de(genre):
            for champ in partie.champs:
                saisie = champ_de_saisie(champ)
                saisie.label = champ.titre if partie.en_champs else partie.intitule(genre)
                self.fields[f"{partie.code}__{champ.code}"] = saisie
            if partie.a:
                consulter = Champ(CONSULTER, "Demander l'avis de ce service", "oui_non")
                champ_consulter = champ_de_saisie(consulter)
                champ_consulter.widget.choices = [("", "Oui"), ("non", "Non, il n'est pas concerné")]
                self.fields[f"{partie.code}__{CONSULTER}"] = champ_consulter

    def saisies(self) -> dict[str, Saisie]:
        """What was typed, part by part."""
        return {
            p.code: Saisie(
                {
                    c: v
                    for c in self._codes(p)
                    if (v := str(self.data.get(f"{p.code}__{c}", "")).strip().replace("\r\n", "\n"))
                },
                str(self.data.get(f"vu__{p.code}", "")),
            )
            for p in self.modele.parties_de(self.genre)
            if f"vu__{p.code}" in self.data
        }

    def trop_longs(self) -> dict[tuple[str, str], str]:
        """Fields that hold more than can be kept."""
        self.is_valid()
        return {(n.split("__")[0], n.split("__")[1]): str(e[0]) for n, e in self.errors.items()}

    def _codes(self, partie: Partie) -> list[str]:
        return [c.code for c in partie.champs] + ([CONSULTER] if partie.a else [])

    def lignes(self, fautes: Mapping[tuple[str, str], str], conflits: Mapping[str, Any]) -> list[LignePartie]:
        """For the page, with what is wrong at its field."""
        lignes = []
        for partie in self.modele.parties_de(self.genre):
            champs = []
            for code in self._codes(partie):
                lie = self[f"{partie.code}__{code}"]
                faute = fautes.get((partie.code, code), "")
                if faute:
                    lie.field.widget.attrs |= {
                        "class": lie.field.widget.attrs["class"] + " is-invalid",
                        "aria-invalid": "true",
                    }
                si = next((c.si for c in partie.champs if c.code == code), "")
                avec = next((c.titre for c in partie.champs if c.code == si), "")
                decrit = [f"{lie.auto_id}_erreur"] * bool(faute) + [f"{lie.auto_id}_aide"] * bool(
                    partie.aide and not partie.a
                )
                if decrit:
                    lie.field.widget.attrs["aria-describedby"] = " ".join(decrit)
                champs.append({"champ": lie, "faute": faute, "avec": avec, "long": not partie.en_champs})
            vu = empreinte(self.lus.get(partie.code, {}))
            lignes.append(LignePartie(partie, partie.intitule(self.genre), champs, vu, conflits.get(partie.code)))
        return lignes


class FormulaireAvisNote(FormulaireAvis):
    """An opinion, with the service's own part to fill or correct."""

    def preparer(self) -> None:
        """The fields of the part, as it stands."""
        note = note_de(self.dossier)
        self.partie = partie_de(self.objet, note)
        if self.partie is not None:
            lu = contenus(note).get(self.partie.code, {})
            propres = {}
            for champ in self.partie.champs:
                propres[f"partie__{champ.code}"] = champ_de_saisie(champ)
                propres[f"partie__{champ.code}"].initial = lu.get(champ.code, "")
            self.fields = {**propres, **self.fields}

    def clean(self) -> dict[str, Any]:
        """What can't be read is said at its field."""
        donnees = dict(super().clean() or self.cleaned_data)
        for champ in self.partie.champs if self.partie else ():
            nom = f"partie__{champ.code}"
            if nom not in self.data:  # several opinions given at once from the desk: the part stays as it is
                donnees[nom] = self.fields[nom].initial
            if faute := champ.faute(donnees.get(f"partie__{champ.code}", "")):
                self.add_error(f"partie__{champ.code}", faute)
        return donnees


class FormulairePresentation(FormulaireGeste):
    """What became of the note before the body."""

    issue = forms.ChoiceField(
        label="Ce qui s'est passé",
        choices=[
            ("", "Choisir"),
            ("sans_avis", "Présentée, sans avis"),
            ("favorable", "Présentée : avis favorable"),
            ("reserves", "Présentée : avis favorable avec réserves"),
            ("defavorable", "Présentée : avis défavorable"),
            (REPORTEE, "Reportée à une autre date"),
        ],
        error_messages={"required": "Choisissez ce qui s'est passé."},
    )
    reportee_au = forms.DateField(
        label="Nouvelle date (seulement si elle est reportée)", required=False,
        widget=forms.DateInput(attrs={"type": "date"}, format="%Y-%m-%d"),
    )  # fmt: skip
    texte = forms.CharField(
        label="Ce que l'instance a dit, ou pourquoi la note est reportée", required=False, max_length=LONG_MAX,
        widget=forms.Textarea(attrs={"rows": 3}), help_text="Nécessaire pour des réserves ou un avis défavorable.",
    )  # fmt: skip

    def clean(self) -> dict[str, Any]:
        """A date when it is put off, words when the body has reserves."""
        donnees = dict(super().clean() or self.cleaned_data)
        issue, jour = donnees.get("issue"), donnees.get("reportee_au")
        if (
            issue == REPORTEE
            and "reportee_au" not in self.errors
            and (jour is None or jour <= self.acteur.annuaire.jour)
        ):
            self.add_error("reportee_au", "Choisissez une nouvelle date, dans l'avenir.")
        if issue in A_EXPLIQUER and not donnees.get("texte", "").strip():
            self.add_error("texte", "Écrivez les réserves de l'instance, ou pourquoi son avis est défavorable.")
        return donnees


class FormulaireArbitrage(FormulaireGeste):
    """What the mayor says."""

    choix = forms.ChoiceField(
        label="Votre décision",
        choices=[
            ("", "Choisir"),
            ("accord", "D'accord"),
            ("note", "J'en prends note"),
            ("orienter", "À présenter devant une instance"),
            (REFUS, "Je refuse"),
        ],
        error_messages={"required": "Choisissez votre décision : rien n'est choisi à votre place."},
    )
    texte = forms.CharField(
        label="Motifs, conditions ou consignes",
        required=False,
        max_length=LONG_MAX,
        widget=forms.Textarea(attrs={"rows": 3}),
    )
    instance = forms.ChoiceField(
        label="Quelle instance ? (seulement pour la présenter)", required=False,
        help_text="Laissez vide si vous décidez vous-même. Sinon la note attend sur la liste de cette instance, et le "
        "cabinet vous dit ce qu'elle en a pensé.",
    )  # fmt: skip
    souhaitee_le = forms.DateField(
        label="Date souhaitée (seulement pour la présenter)", required=False,
        help_text="Le jour où vous voulez qu'elle passe devant l'instance. La date est tenue par le cabinet.",
        widget=forms.DateInput(attrs={"type": "date"}, format="%Y-%m-%d"),
    )  # fmt: skip

    def preparer(self) -> None:
        """The bodies of the form it was written on; an information is noted."""
        note = note_de(self.dossier)
        choix = [("", "Choisir une instance"), *((i.code, i.titre) for i in note.modele.instances)]
        self.fields["instance"].choices = choix  # type: ignore[attr-defined]
        self.fields["choix"].initial = "note" if note.genre == "information" else ""

    def clean(self) -> dict[str, Any]:
        """A body comes with a date, and the other way round."""
        donnees = dict(super().clean() or self.cleaned_data)
        if donnees.get("choix") == REFUS and not donnees.get("texte", "").strip():
            self.add_error("texte", "Écrivez le motif du refus : l'auteur a le droit de le connaître.")
        if donnees.get("choix") == "orienter":
            if not donnees.get("instance"):
                self.add_error("instance", "Choisissez l'instance : ComEx, Bureau municipal, ou quelle commission.")
            jour = donnees.get("souhaitee_le")
            if "souhaitee_le" not in self.errors and (jour is None or jour <= self.acteur.annuaire.jour):
                self.add_error("souhaitee_le", "Choisissez une date souhaitée dans l'avenir.")
        return donnees


class FormulaireRedescente(FormulaireGeste):
    """The answer is the mayor's: shown, not typed; only words are added to it."""

    avant = "notes/_redescente.html"
    mot = forms.CharField(
        label="Ajouter un mot (facultatif)", required=False, max_length=LONG_MAX,
        widget=forms.Textarea(attrs={"rows": 3}),
        help_text="Il suit la réponse, pour dire qui fait quoi et quand. Il ne change pas ce qui est décidé.",
    )  # fmt: skip

    def preparer(self) -> None:
        """What comes down, and its sense."""
        sens = parole(note_de(self.dossier))
        self.sens = sens.value if sens else ""


class FormulaireRecadrage(FormulaireGeste):
    """Another kind, subject or theme."""

    genre = forms.ChoiceField(label="Genre")
    objet = forms.CharField(label="Objet", max_length=200)
    theme = forms.ChoiceField(label="Thème", help_text="S'il change, l'élu et le circuit changent avec lui.")

    def preparer(self) -> None:
        """As it stands."""
        note = note_de(self.dossier)
        self.fields["genre"].choices = [(g.code, g.titre) for g in note.modele.genres]  # type: ignore[attr-defined]
        connus = {*self.acteur.annuaire.themes_en_poste(), note.theme}
        self.fields["theme"].choices = [(t, t) for t in sorted(connus, key=sans_accents)]  # type: ignore[attr-defined]
        for champ, valeur in (("genre", note.genre), ("objet", self.dossier.objet), ("theme", note.theme)):
            self.fields[champ].initial = valeur
