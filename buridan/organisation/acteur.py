"""Who is acting, at which instant, with which posts and rights."""

from dataclasses import dataclass
from datetime import datetime

from buridan.droit.delais import date_legale
from buridan.organisation.annuaire import Annuaire, annuaire_du
from buridan.organisation.models import Droit


@dataclass(frozen=True, slots=True)
class Acteur:
    """A person (or the system, `personne` None) and the organisation as it stands at `at`."""

    personne: int | None
    annuaire: Annuaire
    at: datetime

    @property
    def est_systeme(self) -> bool:
        """True for what Buridan does by itself: reminders, return from hold, tacit decisions."""
        return self.personne is None

    @property
    def nom(self) -> str:
        """Name for the screen and the journal."""
        return self.annuaire.nom_personne(self.personne)

    @property
    def postes(self) -> list[int]:
        """Posts held."""
        return self.annuaire.postes_de.get(self.personne, []) if self.personne is not None else []

    @property
    def entites(self) -> set[int]:
        """Entities of the posts held."""
        return {self.annuaire.postes[p].entite for p in self.postes}

    @property
    def droits(self) -> frozenset[str]:
        """Rights of the posts held."""
        return frozenset(d for p in self.postes for d in self.annuaire.postes[p].droits)

    @property
    def dirige(self) -> set[int]:
        """Entities this person heads, and all below them."""
        titres = [self.annuaire.postes.get(p) for p in self.postes_exerces("")]
        return self.annuaire.descendance(p.entite for p in titres if p is not None and p.responsable)

    def postes_exerces(self, nature: str) -> set[int]:
        """Own posts, and those of absent colleagues this person acts for."""
        if self.personne is None:
            return set()
        return set(self.postes) | self.annuaire.agit_pour(self.personne, nature)

    def agit_pour(self, poste: int | None, entite: int | None, nature: str) -> bool:
        """True when this person may act on an étape given to that post or entity."""
        if self.personne is None:
            return False
        if poste is not None:
            return poste in self.postes or self.personne in self.annuaire.resoudre(poste, nature).personnes
        assert entite is not None
        return entite in self.entites or self.personne in self.annuaire.resoudre_entite(entite, nature).personnes

    def absent_remplace(self, poste: int | None, entite: int | None, nature: str) -> str:
        """« pour Camille Durand, absente »: for whom this person acts, empty when acting in one's own right."""
        if self.personne is None or (poste is not None and poste in self.postes) or (entite in self.entites):
            return ""
        trouve = (
            self.annuaire.resoudre(poste, nature)
            if poste is not None
            else self.annuaire.resoudre_entite(entite or 0, nature)
        )
        return trouve.pour

    @property
    def voit_tout(self) -> bool:
        """Sees every dossier: general management and cabinet, by the rights of their posts."""
        return self.est_systeme or Droit.SUPERVISION in self.droits

    def perimetre(self, nature: str = "") -> set[int]:
        """Entities whose dossiers this person sees: own, those headed, and those of posts acted for.

        With a nature: those that a stand-in limited to it opens as well.
        """
        if self.personne is None:
            return set()
        exerces = self.postes_exerces(nature) | self.postes_exerces("")
        fiches = [fiche for p in exerces if (fiche := self.annuaire.fiche_du_poste(p)) is not None]
        vides = self.annuaire.entites_pour(self.personne, nature) | self.annuaire.entites_pour(self.personne)
        return self.entites | self.dirige | {fiche.entite for fiche in fiches} | vides

    def lecteur(self, nature: str = "") -> set[int]:
        """What a dossier is opened to when this person may see it: the entities of `perimetre`, and as negative numbers the posts
        held, acted for or headed (what an elected official is asked is not opened to the whole assembly).
        """
        if self.personne is None:
            return set()
        diriges = (p for entite in self.dirige for p in self.annuaire.postes_par_entite.get(entite, ()))
        postes = self.postes_exerces(nature) | self.postes_exerces("") | set(diriges)
        return self.perimetre(nature) | {-poste for poste in postes}


def acteur(personne: int | None, at: datetime, revision: int | None = None) -> Acteur:
    """The actor at that instant (aware datetime), with the organisation of that Paris day; `revision`: as in `annuaire_du`."""
    return Acteur(personne, annuaire_du(date_legale(at), revision), at)


def systeme(at: datetime, revision: int | None = None) -> Acteur:
    """Buridan itself as an author."""
    return acteur(None, at, revision)
