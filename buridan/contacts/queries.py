"""What is read of the address book: search, who resembles, doubles, who has had no letter for long."""

from collections.abc import Iterable
from datetime import date
from typing import Any

from django.db.models import Count, Q, QuerySet
from django.db.models.functions import Lower

from buridan.contacts.etats import Genre
from buridan.contacts.fiche import CIVILITES, cle_de, commune_de, mots_de
from buridan.contacts.models import Contact
from buridan.contacts.tenue import tenue
from buridan.droit.delais import mois_plus

# A proposal, to be confirmed with the data protection officer.
MOIS_SANS_COURRIER = 36
PROPOSES, EXAMINES, GROUPES = 6, 300, 50
COURANTS = frozenset((
    "les", "des", "une", "aux", "pour", "association", "societe", "entreprise", "etablissements", "sarl", "sas", "eurl", "sci",
    "club", "comite", "service", "ecole",
))  # fmt: skip
# What doubles have in common, of whom one speaks, and the words that say it.
COMMUN = (
    (("courriel_lu",), ~Q(courriel=""), "le même courriel"),
    (("siret",), ~Q(siret=""), "le même SIRET"),
    (("cle", "commune"), Q(organisation=None), "le même nom dans la même commune"),
    (("cle", "organisation"), Q(organisation__isnull=False), "le même nom dans la même organisation"),
)


def vivants() -> QuerySet[Contact]:
    """Every contact in use, with its organisation."""
    trouves: QuerySet[Contact] = Contact.objects.vivants().select_related("organisation")
    return trouves


def chercher(texte: str) -> QuerySet[Contact]:
    """All these words, begun or whole, in what the contact or its organisation says; accents forgiven. By name."""
    trouves = vivants()
    for mot in mots_de(texte):
        trouves = trouves.filter(Q(mots__contains=mot) | Q(organisation__mots__contains=mot))
    return trouves.order_by("mots", "pk")


def ressemblants(nom: str, organisme: str = "", courriel: str = "", *, sauf: Iterable[int] = ()) -> list[Contact]:
    """Who this sender may be, the most alike first: same e-mail, then words of the name, then of the organisation."""
    voulus, ailleurs = _mots(nom), _mots(organisme)
    ou = Q(pk=None)
    for mot in voulus | ailleurs:
        ou |= Q(cle__contains=mot) | Q(organisation__cle__contains=mot)
    if courriel.strip():
        ou |= Q(courriel__iexact=courriel.strip())
    notes = [(_note(c, voulus, ailleurs, courriel), c) for c in vivants().exclude(pk__in=sauf).filter(ou)[:EXAMINES]]
    retenus = sorted((n for n in notes if n[0] > 0), key=lambda n: (-n[0], n[1].cle, n[1].pk))
    return [c for _n, c in retenus[:PROPOSES]]


def _mots(texte: str) -> set[str]:
    """Those that tell somebody from others, or all when none does."""
    mots = {m for m in mots_de(texte) if len(m) > 2 and m not in CIVILITES}
    return mots - COURANTS or mots


def _note(contact: Contact, voulus: set[str], ailleurs: set[str], courriel: str) -> float:
    """0 to 4: half of the words of the name, or of the organisation, at least, unless the e-mail is the same."""
    siens = contact.cle
    chez = contact.organisation.cle if contact.organisation else siens
    meme = 2.0 * (bool(courriel.strip()) and contact.courriel.lower() == courriel.strip().lower())
    parts = [sum(m in texte for m in mots) / len(mots) for mots, texte in ((voulus, siens), (ailleurs, chez)) if mots]
    return meme + sum(p for p in parts if p >= 0.5)


def meme_contact(genre: str, nom: str, *, organisation: int | None, courriel: str, adresse: str) -> Contact | None:
    """The contact in use that is this one for sure: same kind, name, organisation, and no other e-mail nor town."""
    memes = vivants().filter(genre=genre, cle=cle_de(nom), organisation=organisation)
    for champ, valeur in (("courriel__iexact", courriel.strip()), ("commune", commune_de(adresse))):
        if valeur:
            memes = memes.filter(Q(**{champ: valeur}) | Q(**{champ.partition("__")[0]: ""}))
    trouve: Contact | None = memes.order_by("pk").first()
    return trouve


def organisations_nommees(nom: str) -> list[int]:
    """Ids of the organisations in use of that name; a few at most."""
    memes = vivants().filter(genre=Genre.ORGANISATION, cle=cle_de(nom))
    return list(memes.order_by("pk").values_list("pk", flat=True)[:5])


def doubles() -> list[tuple[str, list[Contact]]]:
    """Groups of contacts of one kind that resemble, each with what they have in common; at most `GROUPES` for each reason."""
    trouves: dict[tuple[int, ...], tuple[str, list[Contact]]] = {}
    for champs, desquels, raison in COMMUN:
        for groupe in _groupes(("genre", *champs), desquels):
            trouves.setdefault(tuple(c.pk for c in groupe), (raison, groupe))
    return list(trouves.values())


def _groupes(champs: tuple[str, ...], desquels: Q) -> list[list[Contact]]:
    lus = vivants().filter(desquels).annotate(courriel_lu=Lower("courriel"))
    communs = lus.values(*champs).annotate(n=Count("pk")).filter(n__gt=1).order_by(*champs).values(*champs)[:GROUPES]
    ou = Q(pk=None)
    for valeurs in communs:
        ou |= Q(**valeurs)
    groupes: dict[tuple[Any, ...], list[Contact]] = {}
    for contact in lus.filter(ou).order_by("pk"):
        cle = tuple(contact.organisation_id if c == "organisation" else getattr(contact, c) for c in champs)
        groupes.setdefault(cle, []).append(contact)
    return list(groupes.values())


def sans_courrier(jour: date, *, mois: int = MOIS_SANS_COURRIER) -> QuerySet[Contact]:
    """Contacts proposed for erasure: no letter for so many months, none open, nobody in them; the oldest first."""
    limite = mois_plus(jour, -mois)
    inutiles = vivants().filter(change_le__date__lt=limite)
    tenues = Contact.objects.vivants().exclude(organisation=None).values("organisation")
    for utiles in (tenues, *tenue().actifs(limite)):
        inutiles = inutiles.exclude(pk__in=utiles)
    return inutiles.order_by("change_le", "pk")


def personne(mots: str) -> list[Contact]:
    """Contacts of somebody, for the privacy pages: this e-mail, or all these words in the name; one that was merged is found by
    what it said, and stands for the contact it is in now.
    """
    trouves = Contact.objects.order_by("-pk")
    if "@" in mots:
        trouves = trouves.filter(courriel__iexact=mots.strip())
    else:
        for mot in mots_de(mots):
            trouves = trouves.filter(cle__contains=mot)
    pks = dict.fromkeys(reuni or pk for pk, reuni in trouves.values_list("pk", "reuni_a")[:EXAMINES])
    tous = vivants().in_bulk(list(pks))
    return [tous[pk] for pk in pks]
