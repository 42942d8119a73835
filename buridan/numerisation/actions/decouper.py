"""Cut a batch in letters by hand, turn a page, have pages read again."""

from collections.abc import Collection
from datetime import datetime

from django.db import transaction

from buridan.notifications.file import demander
from buridan.numerisation import rules
from buridan.numerisation.actions.lots import AVANCER, noter, verrouiller
from buridan.numerisation.etats import Lecture, Sorte
from buridan.numerisation.models import Lot, Page
from buridan.organisation.acteur import Acteur
from buridan.outils.verdict import Refus

CHANGE = "Quelqu'un a changé ce découpage entre-temps. Le voici à jour : refaites vos changements."


def decouper(
    lot: Lot,
    *,
    by: Acteur,
    at: datetime,
    version: int,
    vues: Collection[int],
    debuts: Collection[int],
    retirees: Collection[int],
) -> Lot:
    """Of the pages `vues` (numbers), those where a letter begins and those kept out. A page of a letter dealt with stays."""
    with transaction.atomic():
        verrou = verrouiller(lot)
        rules.peut_traiter(by, verrou).exiger()
        if verrou.version != version:
            raise Refus(CHANGE)
        changees = []
        for page in Page.objects.filter(lot=lot, pli=None, numero__in=vues).order_by("numero"):
            neuve = (page.numero in debuts, page.numero in retirees)
            if neuve != (page.debut, page.retiree):
                page.debut, page.retiree = neuve
                page.lecture = _a_lire_ou_non(page)
                page.save(update_fields=["debut", "retiree", "lecture"])
                changees.append(page.numero)
        if changees:
            verrou.version += 1
            verrou.save(update_fields=["version"])
            noter(verrou, "decouper", by=by, at=at, pages=", ".join(map(str, changees)))
            demander(AVANCER, lot=lot.pk)
        return verrou


def _a_lire_ou_non(page: Page) -> str:
    """A page that comes back is read; one that is kept out is not."""
    if not page.retiree and page.lecture == Lecture.SANS_OBJET:
        return Lecture.A_LIRE
    if page.retiree and page.lecture == Lecture.A_LIRE:
        return Lecture.SANS_OBJET
    return str(page.lecture)


def tourner_page(lot: Lot, numero: int, *, by: Acteur, at: datetime, degres: int) -> None:
    """Turn it clockwise by 90, 180 or 270 degrees, and read it again."""
    if degres not in (90, 180, 270):
        raise Refus("Une page se tourne par quarts de tour.")
    with transaction.atomic():
        verrou = verrouiller(lot)
        rules.peut_traiter(by, verrou).exiger()
        page = Page.objects.filter(lot=lot, numero=numero, pli=None).first()
        if page is None:
            raise Refus("Cette page est dans un courrier déjà traité : elle ne se tourne plus.")
        _a_refaire(page, rotation=(page.rotation + degres) % 360, sorte=Sorte.COURRIER, a_montrer=True)
        noter(verrou, "tourner_page", by=by, at=at, pages=f"{numero} ({degres}°)")
        demander(AVANCER, lot=lot.pk)


def relire_lot(lot: Lot, *, by: Acteur, at: datetime) -> int:
    """Read again what the machine could not read, in letters nobody dealt with; how many pages."""
    with transaction.atomic():
        verrou = verrouiller(lot)
        rules.peut_traiter(by, verrou).exiger()
        pages = list(
            Page.objects.filter(lot=lot, lecture=Lecture.ILLISIBLE, pli=None, retiree=False).exclude(apercu="")
        )
        if not pages:
            raise Refus("Aucune page n'est à relire.")
        for page in pages:
            _a_refaire(page)
        noter(verrou, "relire_lot", by=by, at=at, pages=", ".join(str(p.numero) for p in pages))
        demander(AVANCER, lot=lot.pk)
        return len(pages)


def _a_refaire(page: Page, **champs: object) -> None:
    neufs = {
        "lecture": Lecture.A_LIRE,
        "raison": "",
        "texte": "",
        "lu_dans": "",
        "essais": 0,
        "retiree": False,
        **champs,
    }
    Page.objects.filter(pk=page.pk).update(**neufs)
