"""Faults of signatures."""

from collections.abc import Iterator

from buridan.dossiers.fichiers import chemin
from buridan.outils.controle import Controle, Recherche
from buridan.signatures.controle_pdf import controler
from buridan.signatures.models import Signature


def _abimees() -> Iterator[str]:
    """Signed PDFs whose signatures no longer hold. A missing file is another fault, looked for elsewhere."""
    signees = Signature.objects.filter(document__isnull=False).select_related("document__dossier")
    for signature in signees.order_by("pk").iterator(chunk_size=200):
        assert signature.document is not None
        fichier = chemin(signature.document.sha256)
        if fichier.exists() and any(
            "modifié" in f for c in controler(fichier.read_bytes(), at=signature.at).constats for f in c.fautes
        ):
            yield (
                f"Le document signé « {signature.document.nom} » du dossier {signature.document.dossier.reference} a été modifié "
                "après sa signature. Reprenez-le d'une sauvegarde."
            )


CONTROLES = (
    Controle(
        "signature_sans_decision",
        """SELECT d.reference FROM signatures_signature s JOIN dossiers_etape e ON e.id = s.etape_id
        JOIN dossiers_dossier d ON d.id = e.dossier_id LEFT JOIN dossiers_decision c ON c.etape_id = e.id
        WHERE c.resultat IS DISTINCT FROM 'signee'""",
        "Le dossier {0} porte une signature dont l'étape n'est pas signée. Comparez avec une sauvegarde.",
    ),
    Recherche("signature_abimee", _abimees, longue=True),
)
