"""Work lists and search whose cost does not grow with the town's years: each reads the head of an index."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from typing import Any

from django.db import connection

from buridan.dossiers.etats import EtatEtape, TypeEtape
from buridan.dossiers.models import Dossier, Etape
from buridan.dossiers.recherche import LONGUES, les_derniers
from buridan.organisation.acteur import Acteur

PAGE = 25
COMPTE_MAX = 200

Cible = tuple[int, str]  # (post, or minus entity; the only nature of dossiers acted for, empty for all)

# One short read of the partial index `etape_a_faire` per post or entity, then a merge of their heads.
_TETES = """
SELECT e.id FROM unnest(%(cibles)s::bigint[], %(natures)s::text[]) AS c(cible, nature)
CROSS JOIN LATERAL (
    SELECT id, urgence_le FROM dossiers_etape t WHERE cible = c.cible AND etat = 'active'
        AND (c.nature = '' OR EXISTS (SELECT 1 FROM dossiers_dossier d WHERE d.id = t.dossier_id AND d.nature = c.nature))
        AND (urgence_le, id) > (%(apres_date)s, %(apres_id)s)
    ORDER BY urgence_le, id LIMIT %(limite)s
) e ORDER BY e.urgence_le, e.id LIMIT %(limite)s
"""
# Each count stops at its limit, whatever the number of posts: it never reads more rows than it may show.
_COMPTE = """
SELECT count(*) FROM (SELECT 1 FROM unnest(%(cibles)s::bigint[], %(natures)s::text[]) AS c(cible, nature)
CROSS JOIN LATERAL (
    SELECT 1 FROM dossiers_etape t WHERE cible = c.cible AND etat = 'active'
        AND (c.nature = '' OR EXISTS (SELECT 1 FROM dossiers_dossier d WHERE d.id = t.dossier_id AND d.nature = c.nature))
        AND urgence_le <= %({})s
    ORDER BY urgence_le, id LIMIT %(limite)s
) e LIMIT %(limite)s) AS comptees
"""
_COMPTES = f"SELECT ({_COMPTE.format('fin')}), ({_COMPTE.format('hier')})"  # noqa: S608  a constant


@dataclass(frozen=True, slots=True)
class Curseur:
    """Where the page before stopped: keyset paging."""

    date: date = date.min
    id: int = 0

    @classmethod
    def lire(cls, texte: str) -> "Curseur":
        """From `2026-11-24.123`; anything else starts at the beginning."""
        jour, _, pk = texte.partition(".")
        try:
            return cls(date.fromisoformat(jour), int(pk))
        except ValueError:
            return cls()


@dataclass(frozen=True, slots=True)
class Compte:
    """Counts that are true up to 200; `plus` says that there are more."""

    total: int
    retard: int

    @property
    def plus(self) -> bool:
        """There are more than counted."""
        return self.total >= COMPTE_MAX


def mes_cibles(acteur: Acteur) -> list[Cible]:
    """Posts acted for (absent colleagues' included) and entities whose étapes one may take; those of a stand-in limited
    to a nature come with it.
    """
    toutes = _cibles(acteur, "")
    limitees = {(c, n) for n in acteur.annuaire.natures_limitees() for c in _cibles(acteur, n) - toutes}
    return [*((c, "") for c in sorted(toutes)), *sorted(limitees)]


def _cibles(acteur: Acteur, nature: str) -> set[int]:
    assert acteur.personne is not None
    entites = acteur.annuaire.entites_pour(acteur.personne, nature)
    return acteur.postes_exerces(nature) | {-e for e in entites}


def cibles_de_l_equipe(acteur: Acteur) -> list[Cible]:
    """All posts and entities one heads."""
    entites = acteur.dirige or acteur.entites
    postes = [p for e in entites for p in acteur.annuaire.postes_par_entite.get(e, ())]
    return [(c, "") for c in (*sorted(postes), *sorted(-e for e in entites))]


def _en_listes(cibles: Sequence[Cible]) -> dict[str, Any]:
    return {"cibles": [c for c, _nature in cibles], "natures": [nature for _cible, nature in cibles]}


def a_faire(cibles: Sequence[Cible], *, apres: Curseur | None = None, limite: int = PAGE) -> list[Etape]:
    """Active étapes of these addressees, the most urgent first by law, promise and deadline; one more than the page."""
    apres = apres or Curseur()
    with connection.cursor() as curseur:
        curseur.execute(
            _TETES, _en_listes(cibles) | {"apres_date": apres.date, "apres_id": apres.id, "limite": limite + 1}
        )
        ids = [ligne[0] for ligne in curseur.fetchall()]
    etapes = Etape.objects.select_related("dossier").defer("dossier__contenu", "dossier__recherche").in_bulk(ids)
    return [etapes[i] for i in ids if i in etapes]


def compter(cibles: Sequence[Cible], jour: date) -> Compte:
    """How many étapes wait, and how many are late."""
    voulus = {"fin": date.max, "hier": jour - timedelta(days=1), "limite": COMPTE_MAX}
    with connection.cursor() as curseur:
        curseur.execute(_COMPTES, _en_listes(cibles) | voulus)
        return Compte(*curseur.fetchone())


def chercher(acteur: Acteur, mots: str, *, etat: str = "", limite: int = PAGE) -> list[Dossier]:
    """Dossiers one may see that hold all these words, the latest first; accents and plurals forgiven.

    The newest dossiers are read first: words that fill the page there cost the same in a small and in a large town. What
    does not is rare, for these words or for this person: PostgreSQL then chooses the index that leaves fewest rows.
    """
    reference = mots.strip().upper()
    if len(reference) == 9 and reference[2] == "-":
        return list(_trouvables(acteur, etat).filter(reference=reference))
    if not mots.strip():
        return list(_trouvables(acteur, etat).order_by("-pk")[:limite])
    recents, anciens = _trouvables(acteur, etat, trie_par_mots=True), _trouvables(acteur, etat)
    return list(les_derniers(recents, anciens, mots, dernier=Dossier.objects.dernier(), limite=limite))


def _trouvables(acteur: Acteur, etat: str, *, trie_par_mots: bool = False) -> Any:
    visibles = Dossier.objects.visibles_par(acteur, trie_par_mots=trie_par_mots)
    return (visibles.filter(etat=etat) if etat else visibles).defer(*LONGUES)


def suivis(acteur: Acteur, *, limite: int = PAGE) -> list[Dossier]:
    """Dossiers one follows, the latest moved first."""
    suivi = Dossier.objects.visibles_par(acteur).filter(suiveurs__contains=[acteur.personne])
    return list(suivi.defer(*LONGUES).order_by("-bouge_le")[:limite])


def etapes_actives(dossiers: Sequence[Dossier]) -> dict[int, Etape]:
    """First active étape of each dossier that waits for somebody, by dossier id: « où en est-on ? » in lists."""
    actives = Etape.objects.filter(dossier__in=dossiers, etat=EtatEtape.ACTIVE).exclude(type=TypeEtape.INFORMATION)
    return {e.dossier_id: e for e in actives.order_by("-rang", "-id")}
