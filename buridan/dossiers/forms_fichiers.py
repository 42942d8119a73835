"""A form field that takes files, each read and made harmless."""

from typing import Any

from django import forms

from buridan.dossiers import fichiers as depot_fichiers
from buridan.dossiers.fichiers import Fichier


class PlusieursFichiers(forms.ClearableFileInput):
    """A file input that takes several."""

    allow_multiple_selected = True


class ChampFichiers(forms.FileField):
    """Several files, each read and checked by content. `lus`: those accepted, even when another one is refused."""

    widget = PlusieursFichiers
    lus: list[Fichier]

    def clean(self, data: Any, initial: Any = None) -> list[Fichier]:
        """Read each file. Raises one error per refused file, with what to do."""
        fautes, self.lus = [], []
        for fichier in (f for f in (data or []) if f is not None):
            try:
                self.lus.append(depot_fichiers.lire(fichier))
            except depot_fichiers.FichierRefuse as refus:
                fautes.append(str(refus))
        if fautes:
            raise forms.ValidationError(fautes)
        return self.lus
