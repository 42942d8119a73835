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
    Controle(
        "elimine_sans_versement",
        """SELECT d.reference, l.fait_le FROM vieprivee_ligneeffacement l JOIN dossiers_dossier d ON d.id = l.dossier_id
        WHERE l.fait_le IS NOT NULL AND l.sort_final IN ('versement', 'tri') AND NOT EXISTS
            (SELECT 1 FROM archives_ligneversement a JOIN archives_versement v ON v.id = a.versement_id
            WHERE a.dossier_id = d.id AND a.quitte_le IS NULL AND v.etat = 'accepte')""",
        "Le dossier {0}, qui revenait aux archives, a été effacé le {1:%d/%m/%Y} sans qu'elles attestent l'avoir reçu."
        " Reprenez-le d'une sauvegarde, sur une machine à part, et versez-le.",
    ),
    Recherche("efface_revenu", revenus),
)
