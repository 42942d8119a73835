"""PostgreSQL's settings on which « committed » rests: a weak one is refused, or shouted."""

import sys
from dataclasses import dataclass

from django.db import connection

from buridan.lancement.postgres import DemarrageImpossible

# setting: (sound values, refused when weak, what it risks)
_RISQUES = {
    "fsync": ("on", True, "une coupure de courant peut détruire toute la base"),
    "full_page_writes": ("on", True, "une coupure de courant peut abîmer des pages entières"),
    "zero_damaged_pages": ("off", True, "une page abîmée serait effacée sans le dire"),
    "ignore_checksum_failure": ("off", True, "une page abîmée serait lue comme si elle était juste"),
    "synchronous_commit": ("on", False, "une panne peut perdre les dernières demandes confirmées"),
    "data_checksums": ("on", False, "une page abîmée par le disque ne serait pas vue"),
}
_DURABLES = frozenset({"on", "remote_write", "remote_apply", "local"})


@dataclass(frozen=True, slots=True)
class Faiblesse:
    """A setting that lets something be lost. `grave`: Buridan does not start with it."""

    phrase: str
    grave: bool


def faiblesses() -> list[Faiblesse]:
    """Weak settings, as a new session gets them (the demo year relaxes its own session)."""
    with connection.cursor() as curseur:
        curseur.execute("SELECT name, reset_val FROM pg_settings WHERE name = ANY (%s)", [list(_RISQUES)])
        reglages: dict[str, str] = dict(curseur.fetchall())
    return [
        Faiblesse(_phrase(nom, reglages[nom], juste, risque), grave)
        for nom, (juste, grave, risque) in _RISQUES.items()
        if reglages[nom] not in (_DURABLES if nom == "synchronous_commit" else {juste})
    ]


def exiger_des_reglages_surs() -> None:
    """Refuse a PostgreSQL that may lose what it confirmed (DemarrageImpossible); say what is weak."""
    trouvees = faiblesses()
    for faiblesse in trouvees:
        print(f"ATTENTION. {faiblesse.phrase}", file=sys.stderr)
    if any(f.grave for f in trouvees):
        raise DemarrageImpossible("Buridan ne démarre pas avec ces réglages : ce qui est confirmé pourrait être perdu.")


def _phrase(nom: str, valeur: str, juste: str, risque: str) -> str:
    if nom == "data_checksums":
        remede = "Arrêtez PostgreSQL et lancez « pg_checksums --enable »."
    else:
        remede = f"Écrivez « {nom} = {juste} » dans postgresql.conf et rechargez PostgreSQL."
    return f"PostgreSQL : {nom} vaut {valeur}, {risque}. {remede}"
