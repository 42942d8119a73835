"""Erase a contact. The letters keep their own copy of who wrote, under their own retention; only the link goes."""

from collections.abc import Mapping
from datetime import datetime
from uuid import UUID

from django.db import transaction

from buridan.contacts import rules
from buridan.contacts.actions.tenir import noter, un_a_la_fois, verrouiller
from buridan.contacts.models import Contact
from buridan.journal import effaces
from buridan.organisation.acteur import Acteur
from buridan.outils.verdict import Refus

PIEGE = "Des personnes y ont une fonction : changez leur organisation ou effacez-les, puis recommencez."


def effacer_contact(contact: Contact, *, by: Acteur, at: datetime) -> None:
    """Erase it with those that were merged into it. It is written in the ledger of erasures: no backup brings it back."""
    rules.peut_effacer(by).exiger()
    with transaction.atomic():
        un_a_la_fois()
        tenu = verrouiller([contact.pk]).get(contact.pk)
        if tenu is None:
            raise Refus("Ce contact est déjà effacé.")
        if tenu.reuni_a_id:
            raise Refus("Ce contact est réuni à un autre : effacez l'autre, celui-ci part avec lui.")
        if tenu.fonctions.filter(reuni_a=None).exists():
            raise Refus(PIEGE)
        effaces.inscrire(dict.fromkeys(_oublier(tenu, by, at), at))


def rejouer_contacts(inscrits: Mapping[UUID, datetime], *, by: Acteur, at: datetime) -> int:
    """Erase again those of the ledger that a backup brought back; how many. An organisation in which somebody still holds a
    position is left, and `buridan check` names it.
    """
    revenus = Contact.objects.vivants().filter(uuid__in=inscrits)
    faits = 0
    for pk in revenus.order_by("organisation", "pk").values_list("pk", flat=True):  # positions before organisations
        with transaction.atomic():
            un_a_la_fois()
            tenu = verrouiller([pk]).get(pk)
            if tenu is not None and not tenu.fonctions.filter(reuni_a=None).exists():
                _oublier(tenu, by, at)
                faits += 1
    return faits


def _oublier(tenu: Contact, by: Acteur, at: datetime) -> list[UUID]:
    tous = [*tenu.reunis.all(), tenu]
    for contact in tous:
        for lien in Contact._meta.related_objects:
            if lien.related_model is not Contact:
                lien.related_model._base_manager.filter(**{lien.field.name: contact}).update(**{lien.field.name: None})
        noter(contact, "effacer_contact", by, at)
    for pk, ailleurs in tenu.fonctions.values_list(
        "pk", "reuni_a__organisation"
    ):  # merged into somebody who is elsewhere
        Contact.objects.filter(pk=pk).update(organisation=ailleurs)
    uuids = [c.uuid for c in tous]
    Contact.objects.filter(pk__in=[c.pk for c in tous]).exclude(pk=tenu.pk).delete()
    Contact.objects.filter(pk=tenu.pk).delete()
    return uuids
