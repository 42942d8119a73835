"""Faults of the journal that one statement can find; `journal verify` also recomputes every seal."""

from buridan.outils.controle import Controle

MARGE = "interval '5 minutes'"  # an instant is read before the lock is had: close ones may cross
_SUITE = """SELECT chaine, numero, at, precedent, lag(numero) OVER w AS avant, lag(at) OVER w AS at_avant,
        lag(sceau) OVER w AS sceau_avant FROM journal_ligne WINDOW w AS (PARTITION BY chaine ORDER BY numero)"""
CONTROLES = (
    Controle(
        "journal_numero",
        f"SELECT chaine, coalesce(avant, 0) + 1 FROM ({_SUITE}) s WHERE numero <> coalesce(avant, 0) + 1",
        "Le journal {0} a perdu sa ligne {1}. Lancez « journal verify » et reprenez cette ligne d'une sauvegarde.",
    ),
    Controle(
        "journal_rompu",
        f"SELECT chaine, numero FROM ({_SUITE}) s WHERE sceau_avant IS NOT NULL AND sceau_avant <> precedent",
        "Le journal {0} est rompu avant sa ligne {1} : une ligne a été changée. Lancez « journal verify » et comparez avec"
        " une sauvegarde.",
    ),
    Controle(
        "journal_tete",
        """SELECT c.uuid FROM journal_chaine c LEFT JOIN journal_ligne l ON l.chaine = c.uuid AND l.numero = c.numero
        WHERE l.sceau IS DISTINCT FROM c.tete UNION
        SELECT l.chaine FROM journal_ligne l LEFT JOIN journal_chaine c ON c.uuid = l.chaine
        WHERE l.numero > coalesce(c.numero, 0)""",
        "Le journal {0} ne finit pas où il devrait : ses dernières lignes ont été retirées ou ajoutées hors de Buridan."
        " Lancez « journal verify » et comparez avec une sauvegarde.",
    ),
    Controle(
        "horloge_recule",
        f"SELECT chaine, numero, at, at_avant FROM ({_SUITE}) s WHERE at < at_avant - {MARGE}",
        "Dans le journal {0}, la ligne {1} ({2:%d/%m/%Y %H:%M}) est datée d'avant la précédente ({3:%d/%m/%Y %H:%M}) :"
        " l'horloge du serveur a reculé. Réglez-la (NTP) ; ne corrigez pas le journal.",
    ),
    Controle(
        "horloge_avance",
        "SELECT chaine, numero, at FROM journal_ligne WHERE at > now() + interval '1 hour'",
        "Dans le journal {0}, la ligne {1} est datée du {2:%d/%m/%Y %H:%M}, dans l'avenir. Réglez l'horloge du serveur (NTP).",
    ),
)
