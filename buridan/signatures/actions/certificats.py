"""Keep a person's certificate here, locked by its passphrase; take it back."""

from datetime import datetime

from django.db import transaction

from buridan.organisation.acteur import Acteur
from buridan.organisation.models import Personne
from buridan.outils.verdict import Refus
from buridan.signatures.certificats import est_a_son_nom, ouvrir, peut_servir
from buridan.signatures.models import Certificat


def deposer_certificat(
    *, by: Acteur, at: datetime, coffre: bytes, phrase: str, sous_autre_nom: bool = False
) -> Certificat:
    """Keep it, in place of the one before. Its own person only; `sous_autre_nom`: who says that it is, under another name."""
    assert by.personne is not None
    verrouille, fiche = ouvrir(coffre, phrase)
    peut_servir(fiche, at).exiger()
    with transaction.atomic():
        personne = Personne.objects.select_for_update(no_key=True).get(pk=by.personne)
        if not sous_autre_nom:
            est_a_son_nom(fiche, personne.nom).exiger()
        champs = {
            "coffre": verrouille, "titulaire": fiche.titulaire, "emetteur": fiche.emetteur, "valide_du": fiche.valide_du,
            "valide_au": fiche.valide_au, "empreinte": fiche.empreinte, "depose_le": at,
        }  # fmt: skip
        certificat, _neuf = Certificat.objects.update_or_create(personne_id=by.personne, defaults=champs)
        return certificat


def reprendre_certificat(*, by: Acteur) -> None:
    """Take it away from here. What it signed stays signed."""
    if not Certificat.objects.filter(personne=by.personne).delete()[0]:
        raise Refus("Il n'y a plus de certificat à retirer.")
