"""The machine's part, one step at a time: count, show, read, put together. A step that was cut short is begun again, and what
is done already is not: each writes only on what is still as it found it.
"""

from datetime import datetime
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any

from django.db import transaction
from django.db.models import F

from buridan.courriers.queries import NATURE, bureau
from buridan.dossiers.actions.ecriture import ecrire
from buridan.dossiers.fichiers import chemin, ranger
from buridan.notifications.envois import notifier_lien
from buridan.numerisation import lecture
from buridan.numerisation.actions.lots import adresse, noter, refuser_fichier, verrouiller
from buridan.numerisation.etats import EtatLot, Lecture, Sorte
from buridan.numerisation.lecture import Echec
from buridan.numerisation.models import Lot, Page
from buridan.numerisation.queries import avancement, feuilles, plis_de
from buridan.organisation.acteur import Acteur

PAGES_MAX, A_MONTRER, A_LIRE, ESSAIS = 500, 48, 24, 3
ERREURS = {
    "mot_de_passe": "Il est protégé par un mot de passe. Numérisez de nouveau sans mot de passe, puis déposez-le.",
    "illisible": "Le fichier est abîmé. Numérisez de nouveau, puis déposez-le.",
}
MUETTE = "Aucun texte reconnu (page écrite à la main, photo ou tampon ?) : regardez-la."
TROP_PALE = "Trop pâle pour être lue : regardez-la, ou numérisez-la de nouveau plus foncé."
PRESQUE_RIEN = (
    "Presque rien n'a été reconnu (page à l'envers, ou écrite à la main ?) : regardez-la, tournez-la au besoin."
)


def avancer(pk: int, *, by: Acteur, at: datetime) -> bool:
    """Do the next step of a batch. False when nothing is left to the machine."""
    lot = Lot.objects.get(pk=pk)
    if lot.etat == EtatLot.REFUSE or lot.efface_le is not None:
        return False
    a_montrer = list(lot.feuilles.filter(a_montrer=True).order_by("numero")[:A_MONTRER])
    with TemporaryDirectory(prefix="buridan-scan-") as dossier:
        if lot.pages is None:
            _compter(lot, by, at)
        elif a_montrer:
            _montrer(lot, a_montrer, Path(dossier))
        elif tranche := _tranche(lot):
            _lire(lot, tranche, Path(dossier))
        else:
            _conclure(lot, Path(dossier), by, at)
            return False
    return True


def _compter(lot: Lot, by: Acteur, at: datetime) -> None:
    try:
        dit = lecture.demander_a_l_atelier("compter", delai=60, source=str(chemin(lot.sha256)))
    except Echec:
        dit = {"erreur": "illisible"}
    raison = ERREURS.get(dit.get("erreur", ""), "")
    if not raison and dit["pages"] > PAGES_MAX:
        raison = f"Il a {dit['pages']} pages. Déposez {PAGES_MAX} pages au plus à la fois."
    with transaction.atomic():
        verrou = verrouiller(lot)
        if verrou.pages is not None or verrou.etat == EtatLot.REFUSE:
            return
        if raison:
            Lot.objects.filter(pk=lot.pk).update(etat=EtatLot.REFUSE, raison=raison)
            noter(verrou, "refuser_lot", by=by, at=at, motif=raison)
            refuser_fichier(lot.nom, raison, at=at)
            _prevenir(verrou, f"Le lot « {lot.nom} » ne s'ouvre pas. {raison}", by, at)
            return
        grandes = set(dit["grandes"])
        Page.objects.bulk_create(
            Page(lot=lot, numero=n, debut=n == 1)
            if n not in grandes
            else Page(lot=lot, numero=n, debut=n == 1, a_montrer=False, lecture=Lecture.ILLISIBLE,
                      raison="Cette page est plus grande qu'une affiche : regardez-la dans le fichier déposé.")
            for n in range(1, dit["pages"] + 1)
        )  # fmt: skip
        Lot.objects.filter(pk=lot.pk).update(pages=dit["pages"])


def _montrer(lot: Lot, pages: list[Page], dossier: Path) -> None:
    """Make their pictures; one by one when they can't be made together."""
    try:
        vues = lecture.montrer(lot.sha256, pages, dossier)
    except Echec:
        vues = [vue for page in pages for vue in _montrer_seule(lot, page, dossier)]
    images = {v["numero"]: [ranger(Path(v[nom]).read_bytes()) for nom in ("vignette", "apercu")] for v in vues}
    dits: dict[int, dict[str, Any]] = {v["numero"]: v for v in vues}
    with transaction.atomic():
        verrouiller(lot)
        encore = Page.objects.filter(lot=lot, a_montrer=True).in_bulk([p.pk for p in pages])
        for page in (encore[p.pk] for p in pages if p.pk in encore and encore[p.pk].rotation == p.rotation):
            if page.numero not in dits:
                _rendre_illisible(page, "Elle n'a pas pu être affichée (page abîmée ou trop lourde).")
                continue
            dit = dits[page.numero]
            page.vignette, page.apercu = images[page.numero]
            page.pale, page.a_montrer = dit["pale"], False
            if not page.rotation and page.pli_id is None:
                _classer(page, dit["sorte"])
            page.save()
        if not Page.objects.filter(lot=lot, a_montrer=True).exists():
            _couper_aux_separateurs(lot)
            Lot.objects.filter(pk=lot.pk, etat=EtatLot.A_PREPARER).update(etat=EtatLot.A_LIRE)


def _montrer_seule(lot: Lot, page: Page, dossier: Path) -> list[dict[str, Any]]:
    try:
        return lecture.montrer(lot.sha256, [page], dossier)
    except Echec:
        return []


def _classer(page: Page, sorte: str) -> None:
    page.sorte = sorte
    if sorte != Sorte.COURRIER:
        page.retiree, page.lecture = True, Lecture.SANS_OBJET


def _rendre_illisible(page: Page, raison: str) -> None:
    page.lecture, page.raison, page.a_montrer = Lecture.ILLISIBLE, raison, False
    page.save()


def _couper_aux_separateurs(lot: Lot) -> None:
    """A letter begins after each sheet; not when somebody has already cut the batch."""
    if lot.version == 0:
        feuilles = Page.objects.filter(lot=lot, sorte=Sorte.SEPARATEUR)
        Page.objects.filter(lot=lot, numero__in=[n + 1 for n in feuilles.values_list("numero", flat=True)]).update(
            debut=True
        )


def _tranche(lot: Lot) -> list[Page]:
    """The next pages to read; one alone when its reading was cut short before."""
    pages = list(lot.feuilles.filter(lecture=Lecture.A_LIRE).order_by("numero")[:A_LIRE])
    if pages and pages[0].essais:
        return pages[:1]
    return [p for p in pages if not p.essais]


def _lire(lot: Lot, pages: list[Page], dossier: Path) -> None:
    if manque := lecture.manque():
        with transaction.atomic():
            verrouiller(lot)
            lot.feuilles.filter(lecture=Lecture.A_LIRE).update(lecture=Lecture.ILLISIBLE, raison=manque)
            return
    if pages[0].essais >= ESSAIS:
        _echouer(lot, pages[0], "Sa lecture s'est arrêtée plusieurs fois.")
        return
    Page.objects.filter(pk__in=[p.pk for p in pages]).update(essais=F("essais") + 1)
    try:
        _lire_ensemble(lot, pages, dossier)
    except Echec as echec:
        if len(pages) == 1:  # else each then comes alone
            _echouer(lot, pages[0], echec.raison)


def _lire_ensemble(lot: Lot, pages: list[Page], dossier: Path) -> None:
    pdf, textes = lecture.lire(lot.sha256, pages, dossier)
    sha256 = ranger(pdf)
    with transaction.atomic():
        verrouiller(lot)
        for rang, (page, texte) in enumerate(zip(pages, textes, strict=False)):
            raison = pourquoi_rien(texte, page)
            encore = Page.objects.filter(pk=page.pk, lecture=Lecture.A_LIRE, rotation=page.rotation)
            encore.update(
                texte=texte.replace("\0", "").strip(), lu_dans=sha256, lu_rang=rang, raison=raison,
                lecture=Lecture.ILLISIBLE if raison else Lecture.LUE,
            )  # fmt: skip


def pourquoi_rien(texte: str, page: Page) -> str:
    """Why somebody must look at it; empty when it reads well enough."""
    mots = [m for m in texte.split() if sum(c.isalpha() for c in m) >= 3]
    if len(mots) >= 4:
        return ""
    if page.pale:
        return TROP_PALE
    return PRESQUE_RIEN if mots else MUETTE


def _echouer(lot: Lot, page: Page, raison: str) -> None:
    with transaction.atomic():
        verrouiller(lot)
        Page.objects.filter(pk=page.pk, lecture=Lecture.A_LIRE).update(lecture=Lecture.ILLISIBLE, raison=raison)


def _conclure(lot: Lot, dossier: Path, by: Acteur, at: datetime) -> None:
    """Put together what was read, note both digests, tell who brought it. What was put together already is kept."""
    lues = list(lot.feuilles.exclude(lu_dans="").order_by("numero"))
    lisible, pdfa = lot.lisible, lot.pdfa
    if any(p.lu_dans != lot.lisible for p in lues):
        pdf, pdfa = lecture.assembler(lues, dossier)
        lisible = ranger(pdf)
    with transaction.atomic():
        verrou = verrouiller(lot)
        if verrou.etat == EtatLot.PRET and verrou.lisible == lisible:
            return
        for rang, page in enumerate(lues):
            Page.objects.filter(pk=page.pk, lu_dans=page.lu_dans, lu_rang=page.lu_rang).update(
                lu_dans=lisible, lu_rang=rang
            )
        Lot.objects.filter(pk=lot.pk).update(etat=EtatLot.PRET, lisible=lisible, pdfa=pdfa, pret_le=at)
        noter(verrou, "lire_lot", by=by, at=at, original=lot.sha256, lisible=lisible, pages=str(lot.pages))
        _prevenir(verrou, _bilan(verrou), by, at)


def _bilan(lot: Lot) -> str:
    plis = sum(p.pli is None for p in plis_de(feuilles(lot)))
    regarder = avancement(lot)["a_regarder"]
    fin = f", dont {regarder} page(s) à regarder" if regarder else ""
    return f"Le lot « {lot.nom} » est prêt : {plis} courrier(s) à enregistrer{fin}."


def _prevenir(lot: Lot, texte: str, by: Acteur, at: datetime) -> None:
    """Who brought it; of what the scanner wrote by itself, whoever is at the mail office."""
    chez = bureau()
    a_qui = (
        [lot.par_id] if lot.par_id else by.annuaire.resoudre_entite(chez.entite_id, NATURE).personnes if chez else []
    )
    if a_qui:
        ecrire(notifier_lien(adresse(lot), dict.fromkeys(a_qui, texte), at=at))
