"""The second factor: a code sent to the address of the link, typed back. Not verbs of the dossier: they decide nothing in it."""

from datetime import datetime

from django.db import transaction

from buridan.dossiers.actions.traversee import DejaFait
from buridan.droit.delais import date_legale
from buridan.signataires import rules
from buridan.signataires.courriels import ecrire_le_code
from buridan.signataires.models import DemandeSignature, LienSignature
from buridan.signataires.secrets import code_juste, condenser_code, nouveau_code


def envoyer_code(lien: LienSignature, *, at: datetime) -> None:
    """Send one; the one before no longer works. Raises DejaFait within the minute."""
    with transaction.atomic():
        demande = _tenue(lien, at)
        verdict = rules.peut_recevoir_un_code(demande, at)
        if not verdict and demande.codes < rules.CODES_MAX:
            raise DejaFait(verdict.raison)
        verdict.exiger()
        code = nouveau_code()
        demande.code, demande.code_le, demande.essais = condenser_code(lien.pk, code), at, 0
        demande.codes += 1
        demande.save(update_fields=["code", "code_le", "essais", "codes"])
        ecrire_le_code(demande, code, at=at)


def verifier_code(lien: LienSignature, *, at: datetime, code: str) -> bool:
    """Is it the one that was sent? Each try counts, and the right one works once. Raises Refus when none is awaited."""
    with transaction.atomic():
        demande = _tenue(lien, at)
        rules.code_attendu(demande, at).exiger()
        demande.essais += 1
        juste = code_juste(demande.code, lien.pk, code)
        if juste:
            demande.code, demande.verifie_le = "", at
        demande.save(update_fields=["code", "verifie_le", "essais"])
    return juste


def _tenue(lien: LienSignature, at: datetime) -> DemandeSignature:
    """The request, locked; its link must work."""
    demande = (
        DemandeSignature.objects.select_for_update(of=("self",), no_key=True)
        .select_related("dossier")
        .get(pk=lien.demande_id)
    )
    frais = LienSignature.objects.get(pk=lien.pk)
    frais.demande = demande
    rules.marche(frais, date_legale(at)).exiger()
    return demande
