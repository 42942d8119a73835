"""Take a batch in, and let its files go when all of it was dealt with."""

from datetime import datetime

from django.db import transaction

from buridan.dossiers.fichiers import Fichier, ranger
from buridan.interface.jetons import consommer
from buridan.journal import chaine
from buridan.notifications.file import demander
from buridan.numerisation import rules
from buridan.numerisation.etats import EtatLot, Venue
from buridan.numerisation.models import GARDE, FichierRefuse, Lot, Page
from buridan.numerisation.queries import a_traiter
from buridan.organisation.acteur import Acteur
from buridan.outils.verdict import Refus

AVANCER = "numerisation.avancer"


class DejaDepose(Refus):
    """These very bytes are a batch already: `lot`."""

    def __init__(self, lot: Lot) -> None:
        super().__init__(
            f"Ce fichier a déjà été déposé le {lot.at:%d/%m/%Y} sous le nom « {lot.nom} » : rien n'a été fait deux fois."
        )
        self.lot = lot


def adresse(lot: Lot) -> str:
    """Of its page."""
    return f"/numerisations/{lot.uuid}/"


def verrouiller(lot: Lot) -> Lot:
    """The batch as it stands, for us alone until the end of the transaction."""
    return Lot.objects.select_for_update(no_key=True).get(pk=lot.pk)


def noter(lot: Lot, verbe: str, *, by: Acteur, at: datetime, **contenu: str) -> None:
    """A line in the journal of the batch, whose lock is held."""
    chaine.ecrire(lot.uuid, verbe, auteur=by.personne, at=at, contenu={"qui": by.nom, "lot": lot.nom, **contenu})


def deposer_lot(
    fichier: Fichier, *, by: Acteur, at: datetime, arrive_le: datetime | None = None, jeton: object = None
) -> Lot:
    """What somebody brings on the page. Raises DejaDepose, and DejaEnvoye when the form was already used."""
    rules.peut_numeriser(by).exiger()
    if arrive_le is not None and arrive_le > at:
        raise Refus("Le courrier ne peut pas être arrivé dans l'avenir : vérifiez la date et l'heure.")
    return recevoir_lot(fichier, by=by, at=at, arrive_le=arrive_le, jeton=jeton)


def recevoir_lot(
    fichier: Fichier, *, by: Acteur, at: datetime, arrive_le: datetime | None = None, venue: str = Venue.PAGE,
    jeton: object = None,
) -> Lot:  # fmt: skip
    """Keep it untouched, note its digest and ask for its pages, all or nothing. Raises DejaDepose."""
    if fichier.genre != "application/pdf":
        raise Refus(f"« {fichier.nom} » n'est pas un PDF : réglez le scanneur sur PDF, puis déposez-le de nouveau.")
    sha256 = ranger(fichier.octets)
    with transaction.atomic():
        lot, neuf = Lot.objects.get_or_create(
            sha256=sha256,
            defaults={
                "nom": fichier.nom, "taille": len(fichier.octets), "at": at, "par_id": by.personne, "venue": venue,
                "arrive_le": arrive_le or at, "analyse_le": at if fichier.analyse else None,
            },
        )  # fmt: skip
        if jeton is not None:
            consommer(jeton, adresse(lot), at=at)  # type: ignore[arg-type]
        if not neuf:
            raise DejaDepose(lot)
        noter(lot, "deposer_lot", by=by, at=at, original=sha256)
        demander(AVANCER, lot=lot.pk)
    return lot


def refuser_fichier(nom: str, raison: str, *, at: datetime) -> None:
    """A file of the watched folder that can't be a batch: shown with its reason. The same one is said once."""
    FichierRefuse.objects.get_or_create(nom=nom[:160], raison=raison[:300], vu_le=None, defaults={"at": at})


def ecarter_avis(pk: int, *, by: Acteur, at: datetime) -> None:
    """Somebody has seen why a file was refused; a second click changes nothing."""
    rules.peut_numeriser(by).exiger()
    FichierRefuse.objects.filter(pk=pk, vu_le=None).update(vu_le=at, vu_par_id=by.personne)


def purger_lots(*, by: Acteur, at: datetime) -> int:
    """Let go of the files of batches ready since GARDE of which nothing remains to do; digests and outcomes stay. How many."""
    vieux = Lot.objects.filter(efface_le=None, etat__in=[EtatLot.PRET, EtatLot.REFUSE], at__lt=at - GARDE)
    faits = 0
    for lot in vieux.exclude(pk__in=a_traiter().values("pk")):
        with transaction.atomic():
            verrou = verrouiller(lot)
            if verrou.efface_le is None and not a_traiter().filter(pk=lot.pk).exists():
                Page.objects.filter(lot=lot).update(vignette="", apercu="", lu_dans="", texte="", a_montrer=False)
                Lot.objects.filter(pk=lot.pk).update(efface_le=at)
                noter(verrou, "retirer_les_fichiers", by=by, at=at, original=verrou.sha256)
                faits += 1
    return faits
