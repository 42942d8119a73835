"""Forms that take files, and keep those already sent when they are shown again."""

import logging
from typing import Any

from django import forms
from django.conf import settings
from django.core import signing

from buridan.dossiers import fichiers as depot_fichiers
from buridan.dossiers.fichiers import Fichier
from buridan.interface.fichiers import plein

journal = logging.getLogger(__name__)
SEL = "fichiers-gardes"


class PlusieursFichiers(forms.ClearableFileInput):
    """A file input that takes several."""

    allow_multiple_selected = True


class ChampFichiers(forms.FileField):
    """Several files, each read, checked by content and stored. `lus`: those accepted, even when another one is refused."""

    widget = PlusieursFichiers
    lus: list[Fichier]

    def clean(self, data: Any, initial: Any = None) -> list[Fichier]:
        """Read and store each file. Raises one error per refused file, with what to do.

        Stored now, for what is typed beside it comes back only with a form that is refused.
        """
        fautes, self.lus = [], []
        for fichier in (f for f in (data or []) if f is not None):
            try:
                self.lus.append(self._ranger(depot_fichiers.lire(fichier)))
            except depot_fichiers.FichierRefuse as refus:
                fautes.append(str(refus))
        if fautes:
            raise forms.ValidationError(fautes)
        return self.lus

    def _ranger(self, lu: Fichier) -> Fichier:
        """On the disk, unless it is one too many."""
        try:
            if len(self.lus) < settings.FICHIERS_MAX:
                depot_fichiers.ranger(lu.octets)
        except OSError as erreur:
            if not plein(erreur):
                raise
            journal.exception("No room left for the files")
            raise depot_fichiers.FichierRefuse(
                f"« {lu.nom} » n'a pas pu être gardé : le serveur manque de place. Envoyez sans ce fichier et ajoutez-le plus "
                "tard, ou réessayez dans quelques heures."
            ) from erreur
        return lu


class AvecFichiers(forms.Form):
    """A form that takes files, and keeps those it has when it is shown again: `cleaned_data["tous_fichiers"]`."""

    fichiers = ChampFichiers(
        label="Photos ou documents", required=False,
        help_text="Photos (JPEG, PNG, WebP), PDF, Word ou LibreOffice ; 15 Mo au plus chacun.",
    )  # fmt: skip
    gardes = forms.CharField(required=False, widget=forms.HiddenInput)

    def clean_gardes(self) -> list[Fichier]:
        """Files sent with an earlier try, kept under their digest and named by a signed list."""
        try:
            liste = signing.loads(self.cleaned_data["gardes"], salt=SEL, max_age=86400)
        except signing.BadSignature:
            return []
        return [Fichier(nom, genre, depot_fichiers.chemin(sha).read_bytes(), vu) for nom, genre, sha, vu in liste]

    def clean(self) -> dict[str, Any]:
        """Files of all tries add up; one too many is named."""
        donnees: dict[str, Any] = super().clean() or self.cleaned_data
        champ = self.fields["fichiers"]
        assert isinstance(champ, ChampFichiers)
        tous = [*donnees.get("gardes", []), *champ.lus]
        donnees["tous_fichiers"] = tous[: settings.FICHIERS_MAX]
        if trop := [f"« {f.nom} »" for f in tous[settings.FICHIERS_MAX :]]:
            self.add_error(
                "fichiers",
                f"{settings.FICHIERS_MAX} fichiers au plus à la fois : {', '.join(trop)} en trop. Envoyez le reste ensuite, "
                "par un message sur la page de suivi.",
            )
        return donnees

    def noms_gardes(self) -> list[str]:
        """What one need not send again."""
        return [f.nom for f in getattr(self, "cleaned_data", {}).get("tous_fichiers", [])]

    def garder_les_fichiers(self) -> str:
        """Signed list of the files already sent, to show the form again without losing them."""
        recus = getattr(self, "cleaned_data", {}).get("tous_fichiers", [])
        liste = [(f.nom, f.genre, depot_fichiers.ranger(f.octets), f.analyse) for f in recus]
        return signing.dumps(liste, salt=SEL) if liste else ""


def decorer(formulaire: forms.Form) -> None:
    """Bootstrap's classes and, on error, what ties a field to its message."""
    for nom, champ in formulaire.fields.items():
        genre = champ.widget
        if isinstance(genre, forms.Select):
            classe = "form-select"
        elif isinstance(genre, forms.RadioSelect | forms.CheckboxInput):
            classe = "form-check-input"
        else:
            classe = "form-control"
        faux = formulaire.is_bound and nom in formulaire.errors
        genre.attrs["class"] = classe + (" is-invalid" if faux else "")
        if faux:
            genre.attrs["aria-invalid"] = "true"
