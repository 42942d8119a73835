"""One chain as data that stands outside the database, and its check.

Anybody can follow the lines from seal to seal; who holds the key of the journal can make each seal again.
"""

import json
from collections.abc import Collection, Iterator, Mapping
from datetime import UTC, date, datetime
from typing import Any
from uuid import UUID

from buridan.journal.chaine import DEBUT, EFFACER, Anomalie, empreinte_de_la_cle, empreinte_du_jour, ligne_juste
from buridan.journal.models import Ligne, Sceau


def extraire(uuid: UUID, *, tus: Collection[int] = ()) -> dict[str, Any]:
    """Every line of a chain, and the seal of each day they rest on. `tus`: ids of étapes whose lines keep their content back.

    Digests and seals are in hexadecimal, instants in UTC (ISO 8601), to the microsecond, as they were sealed.
    """
    lues = list(Ligne.objects.filter(chaine=uuid).select_related("charge").order_by("numero"))
    sceaux = _sceaux(lues)
    poses = {ligne.pk: next((s for s in sceaux if s.depuis < ligne.pk <= s.jusqua), None) for ligne in lues}
    servent = {s.pk for s in poses.values() if s is not None}
    return {
        "chaine": str(uuid), "cle": empreinte_de_la_cle(), "nombre": len(lues),
        "lignes": [_ligne(ligne, poses[ligne.pk], tue=ligne.etape in tus) for ligne in lues],
        "jours": [
            {"jour": s.jour.isoformat(), "depuis": s.depuis, "jusqua": s.jusqua, "racine": bytes(s.racine).hex(),
             "precedent": bytes(s.precedent).hex(), "sceau": bytes(s.empreinte).hex()}
            for s in sceaux if s.pk in servent
        ],
    }  # fmt: skip


def _sceaux(lues: list[Ligne]) -> list[Sceau]:
    if not lues:
        return []
    premiere, derniere = min(x.pk for x in lues), max(x.pk for x in lues)
    return list(Sceau.objects.filter(jusqua__gte=premiere, depuis__lt=derniere).order_by("jour"))


def _ligne(ligne: Ligne, sceau: Sceau | None, *, tue: bool) -> dict[str, Any]:
    charge = getattr(ligne, "charge", None)
    dit = {"tu": True} if tue else {"efface": True} if charge is None else {}
    return {
        "numero": ligne.numero, "at": ligne.at.astimezone(UTC).isoformat(timespec="microseconds"), "verbe": ligne.verbe,
        "auteur": ligne.auteur, "etape": ligne.etape, "contenu": charge.contenu if charge is not None and not tue else None,
        **dit, "condense": bytes(ligne.condense).hex(), "precedent": bytes(ligne.precedent).hex(),
        "sceau": bytes(ligne.sceau).hex(), "jour": sceau.jour.isoformat() if sceau is not None else None,
    }  # fmt: skip


def de_ce_site(extrait: Mapping[str, Any]) -> bool:
    """Was it sealed with the key of this site: can its seals be made again?"""
    return extrait.get("cle") == empreinte_de_la_cle()


def verifier_extrait(extrait: Mapping[str, Any]) -> Iterator[Anomalie]:
    """What was changed in it. Raises KeyError, TypeError or ValueError when it is not an extract."""
    cle, chaine = de_ce_site(extrait), UUID(extrait["chaine"])
    numero, precedent = 0, DEBUT
    vides: set[int] = set()
    for lue in extrait["lignes"]:
        contenu = None if lue["contenu"] is None else json.dumps(lue["contenu"])
        ligne = (
            chaine, int(lue["numero"]), datetime.fromisoformat(lue["at"]), lue["verbe"], lue["auteur"], lue["etape"],
            bytes.fromhex(lue["condense"]), bytes.fromhex(lue["precedent"]), bytes.fromhex(lue["sceau"]), contenu,
        )  # fmt: skip
        yield from ligne_juste(ligne, numero, precedent, cle=cle)
        numero, precedent = ligne[1], ligne[8]
        if contenu is None and not lue.get("tu"):
            vides.add(numero)
        elif lue["verbe"] == EFFACER and contenu is not None:
            vides -= set(lue["contenu"].get("lignes", ()))
    for vide in sorted(vides):
        yield Anomalie(f"journal, ligne {vide}", "son contenu a disparu sans effacement autorisé.")
    if numero != extrait["nombre"]:
        yield Anomalie("journal", f"il devrait finir à la ligne {extrait['nombre']} et finit à la ligne {numero}.")
    yield from _verifier_les_jours(extrait["jours"], cle=cle)
    yield from _comparer_a_la_base(chaine, extrait["lignes"])


def _verifier_les_jours(jours: list[dict[str, Any]], *, cle: bool) -> Iterator[Anomalie]:
    connus = {
        s.jour: bytes(s.empreinte)
        for s in Sceau.objects.filter(jour__in=[date.fromisoformat(j["jour"]) for j in jours])
    }
    for lu in jours:
        jour, sceau = date.fromisoformat(lu["jour"]), bytes.fromhex(lu["sceau"])
        racine, precedent = bytes.fromhex(lu["racine"]), bytes.fromhex(lu["precedent"])
        juste = empreinte_du_jour(jour, lu["depuis"], lu["jusqua"], racine, precedent) if cle else sceau
        if juste != sceau or cle and connus.get(jour, sceau) != sceau:
            yield Anomalie(f"sceau du {jour:%d/%m/%Y}", "il a été modifié.")


def _comparer_a_la_base(chaine: UUID, lignes: list[dict[str, Any]]) -> Iterator[Anomalie]:
    """When this site holds the chain, its lines are those."""
    connues = {n: bytes(s).hex() for n, s in Ligne.objects.filter(chaine=chaine).values_list("numero", "sceau")}
    for lue in lignes if connues else ():
        if connues.get(lue["numero"]) != lue["sceau"]:
            yield Anomalie(f"journal, ligne {lue['numero']}", "elle n'est pas celle du journal de ce site.")
