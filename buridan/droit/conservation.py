"""How long a closed dossier is kept: a « durée d'utilité administrative » such as « 5 ans » or « 18 mois »."""

import re
from datetime import date, timedelta
from typing import Final

from buridan.droit.delais import mois_plus

FORME: Final = re.compile(r"([0-9]{1,3}) ?(ans?|mois)")


def mois_de(duree: str) -> int:
    """Months of « 5 ans », « 1 an », « 18 mois ». Raises ValueError on anything else."""
    lu = FORME.fullmatch(duree.strip())
    if lu is None:
        raise ValueError(
            f"« {duree} » n'est pas une durée de conservation. Écrivez par exemple « 5 ans » ou « 18 mois »."
        )
    return int(lu[1]) * (1 if lu[2] == "mois" else 12)


def echeance(clos_le: date, duree: str) -> date:
    """First day on which a dossier closed that day may be eliminated: same day number, that many years or months later."""
    return mois_plus(clos_le, mois_de(duree))


def clos_au_plus_tard(jour: date, duree: str) -> date:
    """A dossier closed later than this is certainly not due on `jour`; three days of margin for the short months."""
    return mois_plus(jour, -mois_de(duree)) + timedelta(days=3)
