"""What is typed about a transfer."""

from hashlib import sha256
from typing import Any

from django import forms

from buridan.archives import seda
from buridan.dossiers.forms_fichiers import decorer

REPONSE_MAX = 5 * 1024 * 1024  # bytes


class FormulaireAttestation(forms.Form):
    """What the archives attest: typed, or read in the message of their system. `versement`: identifier of ours."""

    reponse = forms.FileField(
        label="Réponse du système d'archivage, si vous l'avez (ArchiveTransferReply, XML)", required=False,
        help_text="Elle remplit la référence et la date. Buridan n'en garde que l'empreinte : rangez le fichier.",
    )  # fmt: skip
    attestation = forms.CharField(label="Référence de l'attestation", max_length=80, required=False)
    atteste_le = forms.DateField(
        label="Attestation du", required=False, widget=forms.DateInput(attrs={"type": "date"}),
        error_messages={"invalid": "Écrivez la date de l'attestation, par exemple 12/03/2026."},
    )  # fmt: skip

    def __init__(self, versement: str, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.versement = versement
        decorer(self)

    def clean_reponse(self) -> tuple[seda.Reponse, str] | None:
        """The message, read, and its digest: it must answer this transfer, and say yes."""
        fichier = self.cleaned_data["reponse"]
        if not fichier:
            return None
        if fichier.size > REPONSE_MAX:
            raise forms.ValidationError("Ce fichier est trop lourd pour être une réponse des archives (plus de 5 Mo).")
        octets = fichier.read()
        try:
            lue = seda.lire_reponse(octets)
        except seda.ReponseIllisible as raison:
            raise forms.ValidationError(str(raison)) from raison
        if lue.versement != self.versement:
            raise forms.ValidationError(
                "Cette réponse concerne un autre versement. Ouvrez celui qu'elle nomme, ou cherchez la bonne."
            )
        if not lue.accepte:
            raise forms.ValidationError(
                f"Les archives n'ont pas accepté ce versement (code « {lue.code} »). Rendez-le, avec leur raison."
            )
        return lue, sha256(octets).hexdigest()

    def clean(self) -> dict[str, Any]:
        """What is typed wins over what the message says; the form shown again holds both."""
        donnees: dict[str, Any] = super().clean() or self.cleaned_data
        lue, donnees["empreinte"] = donnees.get("reponse") or (None, "")
        if lue is not None:
            donnees["attestation"] = donnees.get("attestation") or lue.reference
            donnees["atteste_le"] = donnees.get("atteste_le") or lue.le
        if not donnees.get("attestation"):
            self.add_error("attestation", "Écrivez la référence de l'attestation, ou joignez la réponse des archives.")
        if not donnees.get("atteste_le") and "atteste_le" not in self.errors:
            self.add_error("atteste_le", "Indiquez la date de l'attestation, ou joignez la réponse des archives.")
        return donnees


class FormulaireMotif(forms.Form):
    """Why a transfer is given up."""

    motif = forms.CharField(
        label="Pourquoi", max_length=500, widget=forms.Textarea(attrs={"rows": 2}),
        help_text="Sans nom d'habitant : cette raison se garde toujours.",
        error_messages={"required": "Dites pourquoi : la raison reste avec le versement."},
    )  # fmt: skip

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        decorer(self)
