"""Forms of what leaves: they validate, they save nothing."""

import csv
from io import StringIO
from typing import Any

from django import forms
from django.core.exceptions import ValidationError
from django.core.validators import validate_email

from buridan.courriers.actions.ecrire import Adresse, Lettre
from buridan.courriers.actions.expedier import Envoi, Sort
from buridan.courriers.actions.reexpedier import Renvoi
from buridan.courriers.carnet import choisis_et_trouves, contact_de, proposer_en_tapant
from buridan.courriers.etats import Moyen
from buridan.courriers.forms import jour
from buridan.courriers.models import Depart
from buridan.dossiers import fichiers as depot
from buridan.dossiers.fichiers import Fichier
from buridan.dossiers.forms_fichiers import decorer
from buridan.organisation.acteur import Acteur

LISTE_MAX, OCTETS_MAX = 1000, 500_000
COLONNES = ("nom", "adresse", "courriel")


class ListeInvalide(ValueError):
    """A mailing list that cannot be used; the message says every fault with its line."""


def lire_liste(octets: bytes) -> tuple[Adresse, ...]:
    """A CSV with the columns nom, adresse, courriel (semicolons or commas). Raises ListeInvalide."""
    if len(octets) > OCTETS_MAX:
        raise ListeInvalide("La liste est trop longue : 500 Ko au plus. Partagez-la en plusieurs envois.")
    try:
        texte = octets.decode("utf-8-sig")
    except UnicodeDecodeError:
        texte = octets.decode("cp1252", errors="replace")
    separateur = ";" if ";" in texte.partition("\n")[0] else ","
    try:
        return _adresses(csv.DictReader(StringIO(texte, newline=""), delimiter=separateur))
    except csv.Error as erreur:
        raise ListeInvalide(
            "Ce fichier n'est pas une liste CSV. Dans votre tableur, choisissez « Enregistrer sous » puis « CSV »."
        ) from erreur


def _adresses(lecteur: "csv.DictReader[str]") -> tuple[Adresse, ...]:
    entetes = {(c or "").strip().lower(): c for c in lecteur.fieldnames or []}
    if "nom" not in entetes or not {"adresse", "courriel"} & set(entetes):
        raise ListeInvalide("Il faut les colonnes « nom » et « adresse » (ou « courriel ») sur la première ligne.")
    lignes = [{c: (ligne.get(entetes.get(c, "")) or "").strip() for c in COLONNES} for ligne in lecteur]
    fautes = [f for n, ligne in enumerate(lignes, 2) if any(ligne.values()) and (f := _faute(n, ligne))]
    gardees = tuple(
        dict.fromkeys(
            Adresse(ligne["nom"], ligne["adresse"], ligne["courriel"]) for ligne in lignes if any(ligne.values())
        )
    )
    if fautes:
        raise ListeInvalide(" ".join(fautes[:10]))
    if not 1 <= len(gardees) <= LISTE_MAX:
        raise ListeInvalide(f"La liste a {len(gardees)} destinataires ; de 1 à {LISTE_MAX} sont possibles.")
    return gardees


def _faute(numero: int, ligne: dict[str, str]) -> str:
    if not ligne["nom"]:
        return f"Ligne {numero} : il manque le nom."
    if not ligne["adresse"] and not ligne["courriel"]:
        return f"Ligne {numero} : il manque l'adresse ou le courriel de {ligne['nom']}."
    if len(ligne["nom"]) > 160 or len(ligne["adresse"]) > 250:
        return f"Ligne {numero} : le nom ou l'adresse est trop long."
    try:
        if ligne["courriel"]:
            validate_email(ligne["courriel"])
    except ValidationError:
        return f"Ligne {numero} : « {ligne['courriel']} » n'est pas un courriel."
    return ""


class FormulaireLettre(forms.Form):
    """A letter to begin: to whom, about what; it is drafted on its page. `carnet`: its author may read the address book."""

    objet = forms.CharField(label="Objet", max_length=200)
    entite = forms.TypedChoiceField(label="Service qui écrit", coerce=int)
    nom = forms.CharField(label="Destinataire", required=False, max_length=160)
    organisme = forms.CharField(label="Organisme", required=False, max_length=160)
    adresse = forms.CharField(
        label="Adresse postale", required=False, max_length=250, help_text="Séparez les lignes par des virgules."
    )
    courriel = forms.EmailField(label="Courriel", required=False)
    contact = forms.CharField(required=False)  # identifier of the contact that was chosen
    garder_contact = forms.BooleanField(label="Garder dans le carnet d'adresses", required=False)
    liste = forms.FileField(
        label="Ou une liste de destinataires (CSV)", required=False,
        help_text="Colonnes : nom, adresse, courriel. Dans le texte, {{nom}} sera remplacé par le nom de chacun.",
    )  # fmt: skip

    def __init__(self, acteur: Acteur, *args: Any, carnet: bool, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.choisis = choisis_et_trouves(self.data) if carnet and self.is_bound else []
        annuaire = acteur.annuaire
        siens = sorted(acteur.entites | acteur.dirige, key=annuaire.nom_entite)
        self.fields["entite"].choices = [(e, annuaire.nom_entite(e)) for e in siens]  # type: ignore[attr-defined]
        self.fields["entite"].initial = next(iter(sorted(acteur.entites)), None)
        if carnet:
            proposer_en_tapant(self, "nom")
        else:
            del self.fields["contact"], self.fields["garder_contact"]
        decorer(self)

    def clean(self) -> dict[str, Any]:
        """One address, or a list that can be read."""
        donnees: dict[str, Any] = super().clean() or self.cleaned_data
        donnees["a"] = self._du_carnet()
        if donnees.get("liste"):
            try:
                donnees["a"] += lire_liste(donnees["liste"].read(OCTETS_MAX + 1))
            except ListeInvalide as faute:
                self.add_error("liste", str(faute))
        elif self.choisis:
            pass
        elif not donnees.get("nom"):
            self.add_error("nom", "Dites à qui cette lettre va, ou joignez une liste.")
        elif "courriel" not in self.errors and not donnees.get("adresse") and not donnees.get("courriel"):
            self.add_error("adresse", "Indiquez une adresse postale ou un courriel : il faut pouvoir l'envoyer.")
        else:
            contact = contact_de(donnees.get("contact"))
            a = Adresse(
                donnees["nom"], donnees.get("adresse", ""), donnees.get("courriel", ""), contact.pk if contact else None
            )
            donnees["a"] = (a,)
        decorer(self)
        return donnees

    def _du_carnet(self) -> tuple[Adresse, ...]:
        """Those ticked; each can be written to."""
        if muets := [str(c) for c in self.choisis if not c.adresse_postale and not c.courriel]:
            self.add_error(
                None, f"Ni adresse ni courriel pour : {', '.join(muets[:5])}. Décochez-les, ou corrigez leur fiche."
            )
        return tuple(Adresse(c.designation[:160], c.adresse_postale, c.courriel, c.pk) for c in self.choisis)

    def lettre(self) -> Lettre:
        """What was typed."""
        d = self.cleaned_data
        return Lettre(d["objet"], d["entite"], d["a"], d["organisme"], d.get("garder_contact", False))


class FormulaireVersion(forms.Form):
    """The answer as a file."""

    fichier = forms.FileField(label="Fichier PDF, LibreOffice (.odt) ou Word (.docx)")

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        decorer(self)

    def clean_fichier(self) -> Fichier:
        """Read and checked by its content."""
        try:
            return depot.lire(self.cleaned_data["fichier"])
        except depot.FichierRefuse as refus:
            raise forms.ValidationError(str(refus)) from refus


class FormulaireSort(forms.Form):
    """What became of a letter; what is noted already is corrected."""

    recu_le = jour("Avis de réception signé le")
    revenu_le = jour("Ou : lettre revenue le")
    motif = forms.CharField(
        label="Pourquoi elle est revenue", required=False, max_length=160,
        help_text="« N'habite pas à l'adresse », « non réclamé »…",
    )  # fmt: skip
    corrige = forms.BooleanField(required=False, widget=forms.HiddenInput())

    def __init__(self, depart: Depart, donnees: Any = None) -> None:
        note = bool(depart.recu_le or depart.revenu_le)
        deja = {"recu_le": depart.recu_le, "revenu_le": depart.revenu_le, "motif": depart.motif_retour, "corrige": note}
        super().__init__(donnees, initial=deja)
        if depart.moyen == Moyen.COURRIEL:
            del self.fields["recu_le"]
            self.fields["revenu_le"].label = "Le courriel n'est pas arrivé : constaté le"
            self.fields["motif"].label, self.fields["motif"].help_text = (
                "Pourquoi",
                "« Adresse inconnue », « boîte pleine »…",
            )
        decorer(self)

    def sort(self) -> Sort:
        """What was typed."""
        return Sort(**self.cleaned_data)


class FormulaireRenvoi(forms.Form):
    """Where a letter that came back goes now."""

    moyen = forms.ChoiceField(label="Elle repart par", choices=Moyen.choices)
    adresse = forms.CharField(
        label="Adresse postale", required=False, max_length=250, help_text="Séparez les lignes par des virgules."
    )
    courriel = forms.EmailField(label="Courriel", required=False)
    recommande = forms.CharField(label="Numéro de recommandé", required=False, max_length=30)
    motif = forms.CharField(
        label="D'où vient cette adresse", max_length=300, help_text="« Donnée au téléphone par l'intéressée »…"
    )

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        decorer(self)

    def renvoi(self) -> Renvoi:
        """What was typed."""
        d = self.cleaned_data
        return Renvoi(Envoi(Moyen(d["moyen"]), d["recommande"]), d["motif"], d["adresse"], d["courriel"])


class FormulaireDeparts(forms.Form):
    """Search and filters of the register of departures."""

    q = forms.CharField(label="Destinataire ou numéro", required=False, max_length=100)
    du = jour("Du")
    au = jour("Au")
    moyen = forms.ChoiceField(label="Parti par", required=False, choices=[("", "Tous"), *Moyen.choices])
    attend = forms.BooleanField(label="Recommandés dont l'avis n'est pas revenu", required=False)

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        decorer(self)
