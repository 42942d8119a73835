"""The next number of a register: a locked row, so numbers follow one another whoever asks at the same instant."""

from datetime import datetime

from django.db import connection

from buridan.courriers.etats import Sens
from buridan.droit.delais import date_legale

_PRENDRE = """INSERT INTO courriers_compteur (registre, annee, dernier) VALUES (%s, %s, 1)
    ON CONFLICT (registre, annee) DO UPDATE SET dernier = courriers_compteur.dernier + 1 RETURNING dernier"""


def prendre_numero(registre: Sens, at: datetime) -> tuple[int, int]:
    """(year, number). Inside the transaction of the letter, after its dossier is locked: undone with it, it leaves no gap."""
    annee = date_legale(at).year
    with connection.cursor() as curseur:
        curseur.execute(_PRENDRE, [registre.value, annee])
        return annee, int(curseur.fetchone()[0])
