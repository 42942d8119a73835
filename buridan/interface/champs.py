"""Fields of forms that several apps ask for."""

from typing import Any

from django import forms

CSV_MAX = 2 * 1024 * 1024  # bytes


class ChampCsv(forms.FileField):
    """A CSV file of `CSV_MAX` at most, in UTF-8; its value is its text."""

    widget = forms.FileInput(attrs={"accept": ".csv,text/csv"})

    def clean(self, data: Any, initial: Any = None) -> Any:
        """The text. Raises ValidationError."""
        recu = super().clean(data, initial)
        if not recu:
            return ""
        if recu.size > CSV_MAX:
            raise forms.ValidationError("Ce fichier est trop lourd (plus de 2 Mo). Partagez-le en plusieurs.")
        try:
            texte = recu.read().decode("utf-8-sig")
        except UnicodeDecodeError:
            raise forms.ValidationError(
                "Ce fichier n'est pas du texte en UTF-8. Enregistrez-le en « CSV UTF-8 » depuis votre tableur."
            ) from None
        if "\0" in texte:
            raise forms.ValidationError("Ce fichier n'est pas un tableau CSV.")
        return texte
