"""Faults of scanned post."""

from collections.abc import Iterator

from buridan.numerisation.actions.dossier_surveille import panne
from buridan.outils.controle import Controle, Recherche


def dossier_surveille() -> Iterator[str]:
    """The folder of the scanner."""
    yield from panne()


CONTROLES = (
    Controle(
        "lot_sans_page",
        """SELECT l.nom, l.pages, count(p.id) FROM numerisation_lot l LEFT JOIN numerisation_page p ON p.lot_id = l.id
        WHERE l.pages IS NOT NULL GROUP BY l.id HAVING count(p.id) <> l.pages""",
        "Le lot numérisé « {0} » a {1} pages, et {2} seulement sont là : du courrier a été perdu. Reprenez-les d'une sauvegarde.",
    ),
    Controle(
        "lot_arrete",
        """SELECT l.nom, l.at FROM numerisation_lot l WHERE l.etat IN ('a_preparer', 'a_lire') AND l.efface_le IS NULL
        AND l.at < now() - interval '1 day'""",
        "Le lot « {0} », numérisé le {1:%d/%m/%Y}, n'est toujours pas prêt. Démarrez les travaux (buridan run, ou le service"
        " « worker ») ; ses courriers s'enregistrent quand même depuis la page du lot.",
    ),
    Controle(
        "pli_sans_page",
        """SELECT l.nom FROM numerisation_pli q JOIN numerisation_lot l ON l.id = q.lot_id
        WHERE NOT EXISTS (SELECT 1 FROM numerisation_page p WHERE p.pli_id = q.id)""",
        "Un pli du lot « {0} » n'a plus de page. Comparez avec une sauvegarde.",
    ),
    Controle(
        "lot_sans_ligne",
        """SELECT l.nom FROM numerisation_lot l WHERE NOT EXISTS
        (SELECT 1 FROM journal_ligne j WHERE j.chaine = l.uuid AND j.verbe = 'deposer_lot')""",
        "Le lot « {0} » n'a pas de ligne au journal : il a été ajouté hors de Buridan. Comparez avec une sauvegarde.",
    ),
    Recherche("dossier_du_scanneur", dossier_surveille),
)
