"""What becomes of a letter of a batch: registered with its pages, set aside with a reason, taken back."""

from collections.abc import Mapping
from dataclasses import replace
from datetime import datetime
from pathlib import Path
from tempfile import TemporaryDirectory
from uuid import UUID

from django.db import transaction

from buridan.courriers.actions.enregistrer import Arrivee, enregistrer
from buridan.courriers.etats import Origine
from buridan.courriers.models import Courrier
from buridan.dossiers.actions.traversee import DejaFait
from buridan.dossiers.fichiers import Fichier, ranger
from buridan.interface.jetons import DejaEnvoye, resultat_de
from buridan.numerisation import lecture, rules
from buridan.numerisation.actions.lots import noter, verrouiller
from buridan.numerisation.etats import Lecture
from buridan.numerisation.models import Lot, Page, Pli
from buridan.numerisation.queries import PliVu, feuilles, plis_de
from buridan.organisation.acteur import Acteur
from buridan.outils.verdict import Refus

SANS_ATTENDRE = "Enregistrée sans attendre la lecture."
AUTREMENT = "Le découpage de ce lot a changé, ou ce pli est déjà traité : revenez au lot pour voir où il en est."


def pieces_du_pli(lot: Lot, vu: PliVu) -> tuple[Fichier, ...]:
    """Its pages as they came and, when all were read, their searchable copy. Raises Refus."""
    nom = f"{Path(lot.nom).stem[:60]} {vu.intitule[:60]}"
    analyse = lot.analyse_le is not None
    with TemporaryDirectory(prefix="buridan-pli-") as dossier:
        try:
            original = lecture.extraire(lot.sha256, vu.pages, Path(dossier))
            pieces = [Fichier(f"{nom}, original.pdf", "application/pdf", original, analyse)]
            if all(p.lu_dans for p in vu.pages):
                lisible, _pdfa = lecture.assembler(vu.pages, Path(dossier))
                pieces.insert(0, Fichier(f"{nom}, lisible.pdf", "application/pdf", lisible, analyse))
        except lecture.Echec as echec:
            raise Refus(
                f"{echec.raison} Numérisez de nouveau ces pages, ou enregistrez le courrier à la main."
            ) from echec
    return tuple(pieces)


def enregistrer_pli(
    lot: Lot,
    vu: PliVu,
    arrivee: Arrivee,
    pieces: tuple[Fichier, ...],
    *,
    by: Acteur,
    at: datetime,
    jeton: UUID | None = None,
) -> Courrier:
    """Register it, its `pieces` first. `vu`: as the form saw it. Raises DejaEnvoye, and Refus when it is cut otherwise by now."""
    with transaction.atomic():
        verrou = verrouiller(lot)
        if jeton is not None and (deja := resultat_de(jeton)):
            raise DejaEnvoye(deja)
        rules.peut_traiter(by, verrou).exiger()
        pages = _encore(verrou, vu)
        arrivee = replace(
            arrivee, origine=Origine.NUMERISATION, fichiers=(*pieces, *arrivee.fichiers), texte=vu.texte,
            releve={**arrivee.releve, **_condenses(lot, pieces)},
        )  # fmt: skip
        courrier = enregistrer(arrivee, by=by, at=at, jeton=jeton)
        _prendre(pages, Pli.objects.create(lot=verrou, dossier=courrier.dossier, at=at, par_id=by.personne))
        noter(
            verrou,
            "enregistrer_pli",
            by=by,
            at=at,
            pages=vu.intitule,
            courrier=courrier.cote,
            **_condenses(lot, pieces),
        )
        return courrier


def _condenses(lot: Lot, pieces: tuple[Fichier, ...]) -> Mapping[str, str]:
    """Digests for the journal: of the batch, of the pages as they came, of their searchable copy."""
    noms = ("lisible", "original") if len(pieces) > 1 else ("original",)
    return {"lot_original": lot.sha256, **{n: ranger(p.octets) for n, p in zip(noms, pieces, strict=True)}}


def ecarter_pli(lot: Lot, vu: PliVu, *, by: Acteur, at: datetime, motif: str) -> Pli:
    """Set it aside: it stays in the list of its batch, with the reason."""
    if not motif.strip():
        raise Refus("Dites pourquoi ce pli n'est pas enregistré : « publicité », par exemple.")
    with transaction.atomic():
        verrou = verrouiller(lot)
        rules.peut_traiter(by, verrou).exiger()
        pages = _encore(verrou, vu)
        pli = Pli.objects.create(lot=verrou, motif=motif.strip()[:200], at=at, par_id=by.personne)
        _prendre(pages, pli)
        noter(verrou, "ecarter_pli", by=by, at=at, pages=vu.intitule, motif=pli.motif)
        return pli


def reprendre_pli(lot: Lot, pli: Pli, *, by: Acteur, at: datetime) -> None:
    """What was set aside is to be registered after all."""
    with transaction.atomic():
        verrou = verrouiller(lot)
        rules.peut_traiter(by, verrou).exiger()
        la = Pli.objects.filter(pk=pli.pk, lot=verrou).first()
        if la is None:
            raise DejaFait("Ce pli est déjà repris.")
        if la.dossier_id is not None:
            raise Refus(
                "Ce pli est enregistré : son numéro reste au registre. Annulez l'enregistrement dans son dossier."
            )
        noter(verrou, "reprendre_pli", by=by, at=at, motif=la.motif)
        Page.objects.filter(pli=la).update(pli=None)
        la.delete()


def _encore(lot: Lot, vu: PliVu) -> list[Page]:
    """Its pages, if they are still a letter that nobody dealt with."""
    maintenant = next((p for p in plis_de(feuilles(lot)) if p.numero == vu.numero and p.pli is None), None)
    if maintenant is None or maintenant.numeros != vu.numeros:
        raise Refus(AUTREMENT)
    return maintenant.pages


def _prendre(pages: list[Page], pli: Pli) -> None:
    """They are its own from now on, and no machine reads them any more."""
    siennes = Page.objects.filter(pk__in=[p.pk for p in pages])
    siennes.update(pli=pli)
    siennes.filter(lecture=Lecture.A_LIRE).update(lecture=Lecture.ILLISIBLE, raison=SANS_ATTENDRE)
