"""Propose dossiers for erasure; a second person approves, or the proposal is withdrawn."""

from collections.abc import Iterable
from datetime import date, datetime
from uuid import UUID

from django.db import IntegrityError, transaction

from buridan.archives.conservation import Echu, conservation, echu
from buridan.archives.queries import lignes_vives
from buridan.dossiers.models import Dossier
from buridan.droit.delais import date_legale
from buridan.interface.jetons import DejaEnvoye, consommer, resultat_de
from buridan.notifications.file import demander
from buridan.organisation.acteur import Acteur
from buridan.outils.verdict import Refus
from buridan.vieprivee import rules
from buridan.vieprivee.eliminables import AU_PLUS
from buridan.vieprivee.models import Effacement, Genre, LigneEffacement


def proposer(
    dossiers: Iterable[int], *, genre: Genre, by: Acteur, at: datetime, jeton: UUID | None = None
) -> Effacement:
    """A list of dossiers (ids) to erase. Refuses the whole list when one of them may not be erased, with the reason.

    Raises DejaEnvoye, with the UUID of the first list, when the form token was used.
    """
    rules.habilite(by).exiger()
    assert by.personne is not None  # the system has no right
    voulus = sorted(set(dossiers))
    if not voulus:
        raise Refus("Cochez d'abord les dossiers à effacer.")
    if len(voulus) > AU_PLUS:
        raise Refus(f"Une proposition compte {AU_PLUS} dossiers au plus : proposez-les en plusieurs fois.")
    if jeton is not None and (deja := resultat_de(jeton)):
        raise DejaEnvoye(deja)
    lignes = [_exiger(dossier, date_legale(at)) for dossier in Dossier.objects.filter(pk__in=voulus).order_by("pk")]
    if len(lignes) != len(voulus):
        raise Refus("Un de ces dossiers n'existe plus. Rechargez la liste.")
    try:
        with transaction.atomic():
            effacement = Effacement(genre=genre, demande_par_id=by.personne, demande_le=at)
            if jeton is not None:
                consommer(jeton, str(effacement.uuid), at=at)
            effacement.save(force_insert=True)
            LigneEffacement.objects.bulk_create(
                LigneEffacement(
                    effacement=effacement, dossier=e.dossier, type=e.conservation.type, clos_le=e.clos_le,
                    conservation=e.conservation.duree, source=e.conservation.source, echue_le=e.echue_le,
                    sort_final=e.conservation.sort,
                )
                for e in lignes
            )  # fmt: skip
    except IntegrityError as erreur:
        raise Refus(
            "Un de ces dossiers est déjà dans une proposition. Rechargez la liste : il n'y est plus."
        ) from erreur
    return effacement


def _exiger(dossier: Dossier, jour: date) -> Echu:
    fixee = conservation(dossier)
    verdict = rules.peut_effacer(dossier, fixee, jour, lignes_vives([dossier.pk]).first())
    if not verdict or fixee is None:
        raise Refus(f"{dossier.reference} : {verdict.raison}")
    return echu(dossier, fixee)


def approuver(effacement: Effacement, *, visa_le: date, by: Acteur, at: datetime) -> None:
    """The second person's yes, once; a job then erases one dossier after the other."""
    with transaction.atomic():
        tenu = Effacement.objects.select_for_update(of=("self",)).get(pk=effacement.pk)
        rules.peut_approuver(by, tenu).exiger()
        if visa_le > date_legale(at):
            raise Refus("La date du visa est dans l'avenir. Attendez le visa des archives départementales.")
        Effacement.objects.filter(pk=tenu.pk).update(visa_le=visa_le, approuve_par=by.personne, approuve_le=at)
        demander("vieprivee.effacer", effacement=tenu.pk)


def retirer(effacement: Effacement, *, by: Acteur, at: datetime) -> None:
    """Withdraw or refuse a proposal: nothing is erased, its dossiers may be proposed again."""
    with transaction.atomic():
        tenu = Effacement.objects.select_for_update(of=("self",)).get(pk=effacement.pk)
        rules.peut_retirer(by, tenu).exiger()
        tenu.lignes.update(refus="Proposition retirée.")
        Effacement.objects.filter(pk=tenu.pk).update(retire_par=by.personne, retire_le=at)
