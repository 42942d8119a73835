"""Build the file of a transfer, in a job; ask for it again when it could not be."""

from datetime import datetime

from django.db import transaction

from buridan.archives import paquet, rules
from buridan.archives.actions.journal import noter, verrouiller
from buridan.archives.actions.preparer import CONSTRUIRE
from buridan.archives.etats import EtatVersement
from buridan.archives.models import Versement
from buridan.archives.plume import Impossible
from buridan.dossiers import fichiers
from buridan.notifications.file import demander
from buridan.organisation.acteur import Acteur


def construire(versement: Versement, *, by: Acteur, at: datetime) -> bool:
    """Write it, then say so; false when it was not to be built any more. What stops it is kept as its reason."""
    if versement.etat != EtatVersement.PREPARE:
        return False
    try:
        sha256, taille = fichiers.ranger_par(lambda sortie: paquet.ecrire(sortie, versement, by.annuaire))
    except Impossible as empeche:
        return _finir(versement, EtatVersement.ECHOUE, by=by, at=at, raison=str(empeche)[:500])
    except OSError as erreur:
        raison = (
            f"Le fichier n'a pas pu être écrit ({erreur.strerror}). Libérez de la place sur le disque, puis relancez."
        )
        return _finir(versement, EtatVersement.ECHOUE, by=by, at=at, raison=raison)
    fait = {"sha256": sha256, "taille": taille, "construit_le": at, "raison": ""}
    return _finir(versement, EtatVersement.CONSTRUIT, by=by, at=at, **fait)


def _finir(versement: Versement, etat: EtatVersement, *, by: Acteur, at: datetime, **champs: object) -> bool:
    """Unless somebody gave it up meanwhile: the file then goes with the sweep."""
    with transaction.atomic():
        tenu = verrouiller(versement.pk)
        if tenu.etat != EtatVersement.PREPARE:
            return False
        Versement.objects.filter(pk=tenu.pk).update(etat=etat, **champs)
        dit = str(champs.get("sha256") or champs["raison"])
        noter(tenu, "construire_versement", by=by, at=at, resultat=etat.label, detail=dit)
    return etat == EtatVersement.CONSTRUIT


def relancer(versement: Versement, *, by: Acteur, at: datetime) -> None:
    """Build it again: it failed, or its file is missing or has changed."""
    with transaction.atomic():
        tenu = verrouiller(versement.pk)
        rules.peut_relancer(by, tenu).exiger()
        vide = {"sha256": "", "taille": None, "construit_le": None, "remis_par": None, "remis_le": None}
        Versement.objects.filter(pk=tenu.pk).update(etat=EtatVersement.PREPARE, raison="", **vide)
        noter(tenu, "relancer_versement", by=by, at=at)
        demander(CONSTRUIRE, versement=tenu.pk)
