"""Merge two contacts: which value stays is chosen field by field, and all that pointed to the one points to the other."""

from collections.abc import Collection
from datetime import datetime
from typing import Any

from django.db import transaction

from buridan.contacts import rules
from buridan.contacts.actions.tenir import ecrire, empreinte_de, fiche_de, noter, un_a_la_fois, verrouiller
from buridan.contacts.fiche import CHAMPS, Fiche
from buridan.contacts.models import Contact
from buridan.organisation.acteur import Acteur
from buridan.outils.verdict import Refus

CHOISIS = tuple(c for c in CHAMPS if c != "genre")


def reunir_contacts(
    garde: Contact, autre: Contact, *, de_l_autre: Collection[str], vus: tuple[str, str], by: Acteur, at: datetime
) -> Contact:
    """`autre` goes into `garde`, in one transaction. `de_l_autre`: fields whose value comes from `autre`; `vus`: imprints of the
    two as they were shown. The merged row keeps what it said, as a trace, until the contact is erased.
    """
    rules.peut_tenir(by).exiger()
    with transaction.atomic():
        un_a_la_fois()
        tenus = verrouiller([garde.pk, autre.pk])
        if len(tenus) < 2 and garde.pk != autre.pk:
            raise Refus("L'un de ces contacts vient d'être effacé : il n'y a plus rien à réunir.")
        reste, part = tenus[garde.pk], tenus[autre.pk]
        rules.peuvent_se_reunir(reste, part).exiger()
        if (empreinte_de(reste), empreinte_de(part)) != vus:
            raise Refus("L'un de ces contacts a été corrigé entre-temps. Relisez les deux, puis choisissez de nouveau.")
        return _reunir(reste, part, de_l_autre, by, at)


def _reunir(reste: Contact, part: Contact, de_l_autre: Collection[str], by: Acteur, at: datetime) -> Contact:
    la, ici = fiche_de(part), fiche_de(reste)
    choisie = Fiche(ici.genre, **{c: getattr(la if c in de_l_autre else ici, c) for c in CHOISIS})
    part.reuni_a, part.reuni_le = reste, at
    part.save(update_fields=["reuni_a", "reuni_le"])
    suivis = sum(_suivre(lien, part, reste) for lien in Contact._meta.related_objects)
    ecrire(reste, choisie, at)
    pris = ", ".join(CHAMPS[c] for c in CHOISIS if c in de_l_autre)
    noter(reste, "reunir_contacts", by, at, avec=str(part.uuid), corrections=pris, liens=str(suivis))
    noter(part, "reuni_a_un_autre", by, at, avec=str(reste.uuid))
    return reste


def _suivre(lien: Any, part: Contact, reste: Contact) -> int:
    """Rows of one kind that pointed to the merged contact; whatever app they belong to."""
    lignes = lien.related_model._base_manager.filter(**{lien.field.name: part})
    return int(lignes.update(**{lien.field.name: reste}))
