"""Faults of the erasures: an erased dossier that came back."""

from collections.abc import Iterator

from buridan.dossiers.models import Dossier
from buridan.journal import effaces
from buridan.outils.controle import Controle, Recherche


def revenus() -> Iterator[str]:
    """Dossiers of the ledger that stand whole in the database."""
    try:
        inscrits = effaces.inscrits()
    except ValueError:
        yield f"Une ligne de {effaces.fichier()} n'est pas un effacement : ce fichier a été modifié. Reprenez-en une copie."
        return
    for dossier in Dossier.objects.filter(uuid__in=inscrits, efface_le=None).order_by("reference"):
        yield (
            f"Le dossier {dossier.reference}, effacé le {inscrits[dossier.uuid]:%d/%m/%Y}, est revenu avec une sauvegarde."
            " Démarrez les travaux : ils l'effacent à nouveau cette nuit. S'il est ouvert, terminez-le d'abord."
        )


CONTROLES = (
    Controle(
        "effacement_arrete",
        """SELECT d.reference, e.approuve_le FROM vieprivee_ligneeffacement l
        JOIN vieprivee_effacement e ON e.id = l.effacement_id JOIN dossiers_dossier d ON d.id = l.dossier_id
        WHERE e.approuve_le < now() - interval '1 day' AND l.fait_le IS NULL AND l.refus = ''""",
        "L'effacement du dossier {0}, approuvé le {1:%d/%m/%Y}, n'est pas fait. Démarrez les travaux (buridan run, ou le service"
        " « worker »).",
    ),
    Recherche("efface_revenu", revenus),
)
