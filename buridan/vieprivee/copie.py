"""The copy of what Buridan holds on one person (RGPD art. 15 and 20): JSON, a page to read, and the files.

What the data map says of the requester; nothing of the agents, nor of those who joined, nor of the notifications.
"""

import json
import re
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from datetime import datetime
from typing import IO, Any
from uuid import UUID
from zipfile import ZIP_DEFLATED, ZipFile

from django.core.serializers.json import DjangoJSONEncoder
from django.db import models
from django.db.models.functions import TruncDate
from django.template.loader import render_to_string

from buridan.archives.conservation import conservation
from buridan.archives.description import Rubrique, decrire, rubrique
from buridan.contacts.models import Contact
from buridan.dossiers.fichiers import chemin
from buridan.dossiers.models import Document, Dossier
from buridan.dossiers.natures import Concerne, nature_de
from buridan.dossiers.recit import PHRASES
from buridan.journal.models import Ligne
from buridan.outils.donnees import PERSONNELS, Effet, Table, tables
from buridan.vieprivee.models import Lecture

MONTRES = PERSONNELS | {Effet.STATISTIQUE}
CALCULES = frozenset(("cle", "commune", "mots"))  # of a contact: what its other fields say, without accents


@dataclass(slots=True)
class Part:
    """One dossier of the copy."""

    reference: str
    type: str
    rubriques: list[Rubrique]


def part(concerne: Concerne) -> Part:
    """What the person may know of one dossier; of somebody who only joined, that and no more."""
    dossier = Dossier.objects.get(pk=concerne.dossier)
    fixee = conservation(dossier)
    nom = fixee.type if fixee else nature_de(dossier).nom
    if concerne.participant:
        rejointe = {"nom": concerne.nom, "courriel": concerne.courriel}
        return Part(
            dossier.reference,
            nom,
            [Rubrique("Vous avez rejoint ce dossier, ou la mairie vous a demandé d'y signer un document", [rejointe])],
        )
    rubriques = [_rubrique(t, dossier, concerne) for t in tables() if t.exportee and t.titre and not t.a_part]
    rubriques += [_historique(dossier.uuid), _lectures(dossier.uuid)]
    return Part(dossier.reference, nom, [r for r in rubriques if r.lignes])


def part_du_contact(contact: Contact) -> Part:
    """What the address book says of the person, with what the contacts merged into this one said."""
    table = next(t for t in tables() if t.modele == "contacts.Contact")
    toutes = [contact, *contact.reunis.order_by("pk")]
    fiches = [decrire(table, fiche, MONTRES, sauf=CALCULES) for fiche in toutes]
    if contact.organisation:
        fiches[0]["organisation"] = contact.organisation.nom
    rubriques = [Rubrique("Coordonnées", fiches), _historique(contact.uuid), _lectures(contact.uuid)]
    return Part("Carnet d'adresses", "Contact", [r for r in rubriques if r.lignes])


def _rubrique(table: Table, dossier: Dossier, concerne: Concerne) -> Rubrique:
    siennes = {f"{table.a_son_adresse}__iexact": concerne.courriel} if table.a_son_adresse else {}
    return rubrique(table, dossier, MONTRES, siennes)


def _historique(uuid: UUID) -> Rubrique:
    lignes = Ligne.objects.filter(chaine=uuid).order_by("numero")
    return Rubrique(
        "Historique", [{"le": ligne.at, "la mairie": PHRASES.get(ligne.verbe, ligne.verbe)} for ligne in lignes]
    )


def _lectures(uuid: UUID) -> Rubrique:
    jours = Lecture.objects.filter(dossier=uuid).annotate(jour=TruncDate("at")).values("jour")
    comptes = jours.annotate(fois=models.Count("pk")).order_by("jour")
    return Rubrique("Ouvertures par des agents", [{"le": c["jour"], "fois": c["fois"]} for c in comptes])


def ecrire(
    sortie: IO[bytes], concernes: Iterable[Concerne], contacts: Iterable[Contact], *, at: datetime, ville: str
) -> None:
    """The archive: `donnees.json`, `lisible.html`, `fichiers/`."""
    tous = list(concernes)
    parts = [*(part(c) for c in tous), *(part_du_contact(c) for c in contacts)]
    contenu = [
        {"reference": p.reference, "type": p.type, **{r.titre: r.lignes for r in p.rubriques}} for p in parts
    ]  # fmt: skip
    with ZipFile(sortie, "w", ZIP_DEFLATED) as archive:
        archive.writestr("donnees.json", json.dumps(contenu, cls=DjangoJSONEncoder, ensure_ascii=False, indent=1))
        archive.writestr(
            "lisible.html", render_to_string("vieprivee/copie.html", {"parts": parts, "at": at, "mairie": ville})
        )
        for nom, fichier in _fichiers(tous):
            archive.write(fichier, nom)


def _fichiers(concernes: list[Concerne]) -> Iterator[tuple[str, Any]]:
    siens = [c.dossier for c in concernes if not c.participant]
    for numero, d in enumerate(
        Document.objects.filter(dossier__in=siens).select_related("dossier").order_by("pk"), start=1
    ):
        nom = re.sub(r"[^\w.\- ]", "_", d.nom).lstrip(".") or "fichier"
        if chemin(d.sha256).exists():
            yield f"fichiers/{d.dossier.reference}-{numero}-{nom}", chemin(d.sha256)
