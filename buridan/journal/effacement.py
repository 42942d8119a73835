"""Erase what the law asks to erase (RGPD art. 17): the content goes, a line says which, the chain holds."""

from collections.abc import Iterable
from datetime import datetime
from uuid import UUID

from django.db import connection, transaction

from buridan.journal import chaine
from buridan.journal.models import Charge
from buridan.outils.verdict import Refus


def effacer(uuid: UUID, numeros: Iterable[int], *, auteur: int | None, at: datetime) -> int:
    """Erase the contents of these lines of a chain and add the line that names them; how many were there.

    The new line holds no personal data: numbers only. A content that is missing without such a line is an anomaly. The
    caller holds the lock of what the chain speaks of.
    """
    voulus = sorted(set(numeros))
    charges = Charge.objects.filter(ligne__chaine=uuid, ligne__numero__in=voulus)
    if charges.filter(ligne__verbe=chaine.EFFACER).exists():
        raise Refus("La ligne qui nomme un effacement ne s'efface pas : elle ne dit rien de personne.")
    with transaction.atomic():
        presents = sorted(charges.values_list("ligne__numero", flat=True))
        if not presents:
            return 0
        chaine.ecrire(uuid, chaine.EFFACER, auteur=auteur, at=at, contenu={"lignes": presents})
        with connection.cursor() as curseur:
            curseur.execute("SELECT set_config('buridan.effacement', 'autorise', true)")
            charges.delete()
            curseur.execute("SELECT set_config('buridan.effacement', '', true)")
        return len(presents)
