"""What waits in somebody's parapheur: light lines, read once and counted, filtered and paged in memory.

Only what this person may decide now: not what is on hold, nor what a colleague of the service has taken.
"""

from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from uuid import UUID

from django.db.models import Q

from buridan.bureau.queries import Cible, mes_cibles
from buridan.dossiers import rules
from buridan.dossiers.etats import AU_PARAPHEUR, EtatDossier, EtatEtape, TypeEtape
from buridan.dossiers.models import Dossier, Etape
from buridan.organisation.acteur import Acteur

LUES = 200


@dataclass(frozen=True, slots=True)
class Ligne:
    """One étape that waits, in the order of the list."""

    urgence_le: date
    id: int
    type: TypeEtape
    uuid: UUID  # of its dossier


@dataclass(frozen=True, slots=True)
class Attente:
    """All that waits for one person, the most urgent first. `plus`: more waits than was read; the counts say « + »."""

    lignes: tuple[Ligne, ...]
    plus: bool = False

    def __len__(self) -> int:
        return len(self.lignes)

    @property
    def par_type(self) -> list[tuple[TypeEtape, int]]:
        """How many of each type, in the order of the types; none is left out that waits."""
        comptes = Counter(ligne.type for ligne in self.lignes)
        return [(t, comptes[t]) for t in AU_PARAPHEUR if comptes[t]]

    def du_type(self, code: str) -> "Attente":
        """Only that type; everything when the code is not one of them."""
        if code not in AU_PARAPHEUR:
            return self
        return Attente(tuple(ligne for ligne in self.lignes if ligne.type == code), self.plus)

    def rang(self, etape: Etape) -> int:
        """Its place, from 1; 0 when it does not wait here."""
        return next((n for n, ligne in enumerate(self.lignes, 1) if ligne.id == etape.pk), 0)

    def suivante(self, etape: Etape) -> Ligne | None:
        """The next after this one, which may be decided already; from the top again after the last."""
        autres = [ligne for ligne in self.lignes if ligne.id != etape.pk]
        place = (etape.urgence_le or date.min, etape.pk)
        apres = (ligne for ligne in autres if (ligne.urgence_le, ligne.id) > place)
        return next(apres, autres[0] if autres else None)

    def precedente(self, etape: Etape) -> Ligne | None:
        """The one before; None at the top."""
        place = (etape.urgence_le or date.min, etape.pk)
        avant = [ligne for ligne in self.lignes if (ligne.urgence_le, ligne.id) < place]
        return avant[-1] if avant else None


def en_attente(acteur: Acteur, *, limite: int = LUES) -> Attente:
    """What waits for this person's opinion, visa, validation, signature or decision: one query."""
    lues = list(
        Etape.objects.filter(_pour(mes_cibles(acteur)), etat=EtatEtape.ACTIVE, type__in=AU_PARAPHEUR)
        .filter(dossier__etat=EtatDossier.OUVERT)
        .order_by("urgence_le", "id")
        .values_list(
            "urgence_le", "id", "type", "prise_par_id", "poste_id", "entite_id", "dossier__nature", "dossier__uuid"
        )[: limite + 1]
    )
    lignes = tuple(
        Ligne(urgence or date.max, pk, TypeEtape(genre), uuid)
        for urgence, pk, genre, preneur, poste, entite, nature, uuid in lues[:limite]
        if preneur in (None, acteur.personne) or not _tenue(acteur, preneur, poste, entite, nature)
    )
    return Attente(lignes, plus=len(lues) > limite)


def _pour(cibles: Sequence[Cible]) -> Q:
    """Étapes of these addressees; those of a stand-in limited to a nature, on that nature only."""
    pour = Q(cible__in=[cible for cible, nature in cibles if not nature])
    for limitee in sorted({nature for _cible, nature in cibles if nature}):
        pour |= Q(cible__in=[c for c, nature in cibles if nature == limitee], dossier__nature=limitee)
    return pour


def _tenue(acteur: Acteur, preneur: int, poste: int | None, entite: int | None, nature: str) -> bool:
    """A colleague who is here has taken it."""
    etape = Etape(prise_par_id=preneur, poste_id=poste, entite_id=entite, dossier=Dossier(nature=nature))
    return rules.tient(acteur, etape)


def charger(pks: Sequence[int]) -> list[Etape]:
    """These étapes with their dossiers, in that order."""
    etapes = Etape.objects.select_related("dossier").defer("dossier__contenu", "dossier__recherche").in_bulk(pks)
    return [etapes[pk] for pk in pks if pk in etapes]
