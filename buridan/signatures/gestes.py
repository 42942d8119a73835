"""The gesture « Signer » of natures whose answer is a letter."""

from typing import Any

from buridan.dossiers.gestes import GESTES
from buridan.dossiers.natures import Geste
from buridan.organisation.acteur import Acteur
from buridan.signatures.actions.signer_document import signer_document
from buridan.signatures.forms import FormulaireSignature
from buridan.signatures.models import Moyen
from buridan.signatures.session import phrase_de


def _signer(etape: Any, *, by: Acteur, at: Any, donnees: dict[str, Any]) -> Any:
    phrase = donnees["phrase"] or phrase_de(by.personne)
    return signer_document(
        etape, by=by, at=at, moyen=Moyen(donnees["moyen"]), phrase=phrase, remarque=donnees["remarque"]
    )


_COEUR = GESTES["signer"]
SIGNER = Geste(
    _COEUR.code,
    _COEUR.libelle,
    _COEUR.fait,
    True,
    FormulaireSignature,
    _COEUR.verdict,
    _signer,
    _COEUR.types,
    principal=True,
)
