"""Who acts today: the organisation of one day held in memory, and the rule that finds a person for every étape.

The rule (`Annuaire.resoudre`): the holder of the post; if absent or if the post is vacant, the stand-in (and the
stand-in's stand-in, never twice the same); then the head of the entity, then of the entity above, up to the top.
"""

from collections import defaultdict
from collections.abc import Iterable
from dataclasses import dataclass, field
from datetime import date

from django.db import connection

from buridan.organisation.models import (
    Absence,
    Affectation,
    Droit,
    Genre,
    Mandat,
    Personne,
    Suppleance,
    VersionEntite,
    VersionPoste,
)


@dataclass(frozen=True, slots=True)
class FicheEntite:
    """An entity as it stands on the day. Ids are those of `Entite`."""

    id: int
    code: str
    nom: str
    genre: str
    parent: int | None
    ordre: int
    telephone: str
    courriel: str
    adresse: str
    a_confirmer: bool


@dataclass(frozen=True, slots=True)
class FichePoste:
    """A post as it stands on the day; `personne` is its holder's id, None when vacant."""

    id: int
    code: str
    intitule: str
    entite: int
    responsable: bool
    droits: frozenset[str]
    personne: int | None


@dataclass(frozen=True, slots=True)
class FichePersonne:
    """A person on the day."""

    id: int
    nom: str
    courriel: str
    telephone: str
    absente_jusquau: date | None


@dataclass(frozen=True, slots=True)
class Resolution:
    """Who acts for a post or an entity. `personnes` is empty only if nobody at all can be found.

    `pour`: name of the absent holder or vacant post somebody acts for, empty when the holder acts.
    `raisons`: French sentences, one for each step of the search.
    """

    personnes: tuple[int, ...]
    poste: int | None
    pour: str
    raisons: tuple[str, ...]


@dataclass(slots=True)
class Annuaire:
    """The organisation on one day. Read-only once loaded."""

    jour: date
    entites: dict[int, FicheEntite]
    postes: dict[int, FichePoste]
    personnes: dict[int, FichePersonne]
    suppleances: dict[int, list[tuple[int, str]]]
    mandats: list[tuple[int, str, int, tuple[str, ...]]]
    postes_de: dict[int, list[int]] = field(init=False)
    postes_par_entite: dict[int, list[int]] = field(init=False)
    enfants: dict[int | None, list[int]] = field(init=False)
    responsables: dict[int, int] = field(init=False)
    codes_entites: dict[str, int] = field(init=False)
    codes_postes: dict[str, int] = field(init=False)
    _resolutions: dict[tuple[int, str], Resolution] = field(init=False, default_factory=dict)
    _pour: dict[str, dict[int, set[int]]] = field(init=False, default_factory=dict)

    def __post_init__(self) -> None:
        self.postes_de, self.postes_par_entite, self.enfants = defaultdict(list), defaultdict(list), defaultdict(list)
        self.responsables = {}
        for poste in self.postes.values():
            self.postes_par_entite[poste.entite].append(poste.id)
            if poste.personne is not None:
                self.postes_de[poste.personne].append(poste.id)
            if poste.responsable:
                self.responsables[poste.entite] = poste.id
        for entite in sorted(self.entites.values(), key=lambda e: (e.ordre, e.nom)):
            self.enfants[entite.parent].append(entite.id)
        self.codes_entites = {e.code: e.id for e in self.entites.values()}
        self.codes_postes = {p.code: p.id for p in self.postes.values()}

    # --- who acts -----------------------------------------------------------------------------------------------

    def present(self, personne: int | None) -> bool:
        """True when that person exists and is not away on the day."""
        fiche = self.personnes.get(personne) if personne is not None else None
        return fiche is not None and fiche.absente_jusquau is None

    def resoudre(self, poste: int, nature: str = "") -> Resolution:
        """Who acts for this post on dossiers of this nature."""
        cle = (poste, nature)
        if cle not in self._resolutions:
            self._resolutions[cle] = self._chercher(poste, nature)
        return self._resolutions[cle]

    def _chercher(self, depart: int, nature: str) -> Resolution:
        raisons: list[str] = []
        vus: set[int] = set()
        file = [depart]
        while file:
            poste = file.pop(0)
            if poste in vus:
                continue
            vus.add(poste)
            fiche = self.postes.get(poste)
            if fiche is not None and self.present(fiche.personne):
                assert fiche.personne is not None
                pour = "" if poste == depart else self.designer(depart)
                return Resolution((fiche.personne,), poste, pour, tuple(raisons))
            raisons.append(self._pourquoi_pas(poste))
            file[:0] = self._suivants(poste, nature)
        return self._dernier_recours(depart, raisons)

    def _dernier_recours(self, depart: int, raisons: list[str]) -> Resolution:
        fiche = self.postes.get(depart)
        if fiche is not None and fiche.personne in self.personnes:
            assert fiche.personne is not None
            raisons.append("Personne n'est présent au-dessus : l'étape reste à son titulaire.")
            return Resolution((fiche.personne,), depart, "", tuple(raisons))
        for poste in self.postes.values():
            if Droit.ADMINISTRATION in poste.droits and poste.personne in self.personnes:
                assert poste.personne is not None
                raisons.append(f"Aucun responsable : {self.designer(poste.id)} agit par défaut.")
                return Resolution((poste.personne,), poste.id, self.designer(depart), tuple(raisons))
        return Resolution((), None, "", tuple(raisons))

    def _pourquoi_pas(self, poste: int) -> str:
        fiche = self.postes.get(poste)
        if fiche is None:
            return "Ce poste n'existe plus."
        if fiche.personne is None:
            return f"Le poste « {fiche.intitule} » est vacant."
        personne = self.personnes.get(fiche.personne)
        if personne is None:
            return f"Le compte du titulaire de « {fiche.intitule} » est fermé."
        retour = (
            "" if personne.absente_jusquau in (None, date.max) else f" (retour le {personne.absente_jusquau:%d/%m/%Y})"
        )
        return f"{personne.nom} ({fiche.intitule}) est absent·e{retour}."

    def _suivants(self, poste: int, nature: str) -> list[int]:
        """Stand-ins first (those of this nature before the general ones), then the head of the entity or above."""
        choix = sorted(self.suppleances.get(poste, ()), key=lambda s: s[1] != nature)
        suivants = [s for s, portee in choix if portee in ("", nature)]
        fiche = self.postes.get(poste)
        if fiche is not None:
            suivants += self._chefs(fiche.entite, sauf=poste)
        return suivants

    def _chefs(self, entite: int | None, *, sauf: int) -> list[int]:
        """Heads of the entity and of those above it, nearest first."""
        return [self.responsables[e] for e in self.lignee(entite) if self.responsables.get(e, sauf) != sauf]

    def resoudre_entite(self, entite: int, nature: str = "") -> Resolution:
        """Everybody present in the entity may take its étape; if nobody is, the head above."""
        presents = [
            fiche.personne
            for poste in self.postes_par_entite.get(entite, ())
            if (fiche := self.postes[poste]).personne is not None and self.present(fiche.personne)
        ]
        if presents:
            return Resolution(tuple(dict.fromkeys(presents)), None, "", ())
        chefs = self._chefs(entite, sauf=-1)
        nom = self.entites[entite].nom if entite in self.entites else "Ce service"
        raison = f"Personne n'est présent : {nom}."
        if not chefs:
            return self._dernier_recours(-1, [raison])
        trouve = self.resoudre(chefs[0], nature)
        return Resolution(trouve.personnes, trouve.poste, nom, (raison, *trouve.raisons))

    def agit_pour(self, personne: int, nature: str = "") -> set[int]:
        """Posts for which that person acts on the day: own posts and those whose search ends on this person."""
        if nature not in self._pour:
            inverse: dict[int, set[int]] = defaultdict(set)
            for poste in self.postes:
                for trouvee in self.resoudre(poste, nature).personnes:
                    inverse[trouvee].add(poste)
            self._pour[nature] = inverse
        return self._pour[nature].get(personne, set())

    def natures_limitees(self) -> set[str]:
        """Natures to which some stand-in is limited."""
        return {nature for liste in self.suppleances.values() for _s, nature in liste if nature}

    def entites_pour(self, personne: int, nature: str = "") -> set[int]:
        """Entities whose étapes that person may take: those of own posts, and those that resolve to this person."""
        siennes = {self.postes[p].entite for p in self.postes_de.get(personne, ())}
        return siennes | {
            e for e in self.entites_sans_personne() if personne in self.resoudre_entite(e, nature).personnes
        }

    def entites_sans_personne(self) -> list[int]:
        """Entities where nobody is present on the day."""
        return [
            e
            for e in self.entites
            if not any(self.present(self.postes[p].personne) for p in self.postes_par_entite.get(e, ()))
        ]

    # --- places and words ---------------------------------------------------------------------------------------

    def lignee(self, entite: int | None) -> list[int]:
        """The entity, its parent, and so on to the top."""
        ligne: list[int] = []
        while entite is not None and entite in self.entites and entite not in ligne:
            ligne.append(entite)
            entite = self.entites[entite].parent
        return ligne

    def descendance(self, entites: Iterable[int]) -> set[int]:
        """These entities and all below them."""
        tous: set[int] = set()
        file = list(entites)
        while file:
            entite = file.pop()
            if entite not in tous:
                tous.add(entite)
                file.extend(self.enfants.get(entite, ()))
        return tous

    def au_dessus(self, entite: int | None, genre: str) -> int | None:
        """Closest entity of that kind, the entity itself included."""
        return next((e for e in self.lignee(entite) if self.entites[e].genre == genre), None)

    def responsable(self, entite: int | None) -> int | None:
        """Post of the head of the entity, or of the closest entity above that has one."""
        return next((self.responsables[e] for e in self.lignee(entite) if e in self.responsables), None)

    def premiere(self, genre: Genre) -> int | None:
        """First entity of a kind that a town has once (general management, cabinet, assembly)."""
        return next((e.id for e in self.entites.values() if e.genre == genre), None)

    def elu_du_theme(self, theme: str) -> int | None:
        """Person elected for a theme, the lowest rank first; None when nobody answers for it."""
        choix = sorted((rang, personne) for personne, _f, rang, themes in self.mandats if theme in themes)
        return choix[0][1] if choix else None

    def nom_entite(self, entite: int | None) -> str:
        """Name of the entity on the day, or a dash."""
        return self.entites[entite].nom if entite in self.entites else "—"

    def nom_personne(self, personne: int | None) -> str:
        """Name of the person, or « le système »."""
        return self.personnes[personne].nom if personne in self.personnes else "le système"

    def designer(self, poste: int) -> str:
        """« Prénom Nom (intitulé) », or the title alone when vacant."""
        fiche = self.postes.get(poste)
        if fiche is None:
            return "un poste supprimé"
        if fiche.personne not in self.personnes:
            return f"{fiche.intitule} (poste vacant)"
        return f"{self.personnes[fiche.personne].nom} ({fiche.intitule})"


def charger(jour: date) -> Annuaire:
    """Read the organisation of that day: six queries, plain rows (it is read often, and no model is needed)."""
    champs = ["entite__code", "nom", "genre", "parent_id", "ordre", "telephone", "courriel", "adresse", "a_confirmer"]
    versions = VersionEntite.objects.en_vigueur(jour).values_list("entite_id", *champs)
    entites = {ligne[0]: FicheEntite(*ligne) for ligne in versions}
    titulaires = dict(Affectation.objects.en_vigueur(jour).values_list("poste_id", "personne_id"))
    champs = ["poste__code", "intitule", "entite_id", "responsable", "droits"]
    postes = {
        pk: FichePoste(pk, code, intitule, entite, responsable, frozenset(droits), titulaires.get(pk))
        for pk, code, intitule, entite, responsable, droits in VersionPoste.objects.en_vigueur(jour)
        .order_by("id")
        .values_list("poste_id", *champs)
    }
    absences = dict(Absence.objects.en_vigueur(jour).values_list("personne_id", "fin"))
    actives = Personne.objects.filter(is_active=True).values_list("pk", "prenom", "nom", "email", "telephone")
    personnes = {
        pk: FichePersonne(
            pk, f"{prenom} {nom}", email, telephone, (absences[pk] or date.max) if pk in absences else None
        )
        for pk, prenom, nom, email, telephone in actives
    }
    suppleances: dict[int, list[tuple[int, str]]] = defaultdict(list)
    lignes = Suppleance.objects.en_vigueur(jour).order_by("id").values_list("poste_id", "suppleant_id", "nature")
    for poste, suppleant, nature in lignes:
        suppleances[poste].append((suppleant, nature))
    champs = ["personne_id", "fonction", "rang", "themes"]
    mandats = [(p, f, r, tuple(t)) for p, f, r, t in Mandat.objects.en_vigueur(jour).values_list(*champs)]
    return Annuaire(jour, entites, postes, personnes, dict(suppleances), mandats)


_memoire: dict[date, tuple[int, Annuaire]] = {}


def numero_de_revision() -> int:
    """Number bumped by the database at each change of the organisation."""
    with connection.cursor() as curseur:
        curseur.execute("SELECT numero FROM organisation_revision")
        ligne = curseur.fetchone()
    return int(ligne[0]) if ligne else 0


def annuaire_du(jour: date) -> Annuaire:
    """The organisation of that day, kept in this process until the database says that it changed: one query."""
    revision = numero_de_revision()
    connu = _memoire.get(jour)
    if connu is None or connu[0] != revision:
        if len(_memoire) > 8:
            _memoire.clear()
        _memoire[jour] = connu = (revision, charger(jour))
    return connu[1]
