"""Who a request is about and how long it is kept: what the privacy pages ask of this nature."""

from typing import TypeVar

from django.db.models import F, Func, Model, Q, QuerySet, TextField, Value
from django.db.models.expressions import Combinable
from django.db.models.functions import Concat

from buridan.demandes.models import Demande, Participant, TypeDemande
from buridan.dossiers.models import Dossier
from buridan.dossiers.natures import Concerne, Conservation
from buridan.dossiers.recherche import partout
from buridan.outils.texte import sans_accents

AU_PLUS = 200
T = TypeVar("T", bound=Model)


def conservation(dossier: Dossier) -> Conservation | None:
    """Of the type of this request; None when its type has none."""
    type_demande = TypeDemande.objects.get(demandes=dossier.pk)
    return _de(type_demande) if type_demande.conservation else None


def durees() -> list[tuple[Q, Conservation]]:
    """Of each type that has one."""
    types = TypeDemande.objects.exclude(conservation="").order_by("code")
    return [(Q(demande__type=t.pk), _de(t)) for t in types]


def _de(type_demande: TypeDemande) -> Conservation:
    duree, source = type_demande.conservation, type_demande.conservation_source
    return Conservation(type_demande.titre, duree, source, type_demande.sort_final)


def demandeur(dossier: Dossier) -> Concerne | None:
    """The requester."""
    nom, courriel = Demande.objects.values_list("nom", "courriel").get(pk=dossier.pk)
    return Concerne(dossier.pk, nom, courriel)


def personne(mots: str) -> list[Concerne]:
    """Requesters and those who joined, with this e-mail, or with all these words in their name; the latest first."""
    vivantes = Demande.objects.filter(dossier__efface_le=None).order_by("-pk")
    if "@" in mots:
        demandes = vivantes.filter(courriel__iexact=mots)
        participants = Participant.objects.filter(courriel__iexact=mots)
    else:
        demandes = _nommees(vivantes, mots)
        participants = _tous_les_mots(Participant.objects.annotate(noms=_sans_accents(F("nom"))), mots)
    trouves = [Concerne(d.pk, _nom(d), d.courriel) for d in demandes[:AU_PLUS]]
    rejointes = participants.filter(demande__dossier__efface_le=None).order_by("-pk")[:AU_PLUS]
    return trouves + [Concerne(p.demande_id, p.nom, p.courriel, participant=True) for p in rejointes]


def _nom(demande: Demande) -> str:
    pour = [demande.organisme, f"au nom de {demande.au_nom_de}" if demande.au_nom_de else ""]
    return ", ".join([demande.nom, *filter(None, pour)])


def _nommees(demandes: QuerySet[Demande], mots: str) -> QuerySet[Demande]:
    """By the index of words first: one who only speaks for another is not in it, and is looked for by itself."""
    noms = _sans_accents(Concat("nom", Value(" "), "organisme", Value(" "), "au_nom_de", output_field=TextField()))
    autour = Q(dossier__recherche=partout(mots, Dossier.objects.dernier())) | ~Q(au_nom_de="")
    return _tous_les_mots(demandes.filter(autour).annotate(noms=noms), mots)


def _sans_accents(expression: Combinable) -> Func:
    return Func(expression, function="buridan_sans_accents", output_field=TextField())


def _tous_les_mots(lignes: QuerySet[T], mots: str) -> QuerySet[T]:
    for mot in sans_accents(mots).replace("-", " ").replace("'", " ").split():
        lignes = lignes.filter(noms__contains=mot)
    return lignes
