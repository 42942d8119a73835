"""Who acts today: the organisation of one day held in memory, and the rule that finds a person for every étape.

The rule (`Annuaire.resoudre`): the holder of the post; if absent or if the post is vacant, the stand-in (and the
stand-in's stand-in, never twice the same); then the head of the entity of that post, then of the entity above, up to the
top, each with his or her own stand-ins. When nobody of these is present: the first of them who has an account, then an
administrator. `dossiers_quelquun_peut_agir` (dossiers, migration 0010) says the same in SQL.
"""

from collections import defaultdict
from collections.abc import Iterable, Mapping
from copy import copy
from dataclasses import dataclass, field
from datetime import date

from django.db import connection

from buridan.organisation.fiches import FicheEntite, FichePersonne, FichePoste, Resolution
from buridan.organisation.lignes import lignes_du
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
from buridan.outils.sql import executer


@dataclass(slots=True)
class Annuaire:
    """The organisation on one day. Read-only once loaded.

    `fermes` and `fermees`: posts and entities closed before that day, as they last stood, for what still points to them;
    `partis`: names of closed accounts.
    """

    jour: date
    entites: dict[int, FicheEntite]
    postes: dict[int, FichePoste]
    personnes: dict[int, FichePersonne]
    suppleances: dict[int, list[tuple[int, str]]]
    mandats: list[tuple[int, str, int, tuple[str, ...]]]
    fermes: dict[int, FichePoste] = field(default_factory=dict)
    fermees: dict[int, FicheEntite] = field(default_factory=dict)
    partis: dict[int, str] = field(default_factory=dict)
    postes_de: dict[int, list[int]] = field(init=False)
    postes_par_entite: dict[int, list[int]] = field(init=False)
    enfants: dict[int | None, list[int]] = field(init=False)
    responsables: dict[int, int] = field(init=False)
    codes_entites: dict[str, int] = field(init=False)
    codes_postes: dict[str, int] = field(init=False)
    _resolutions: dict[tuple[int, str], Resolution] = field(init=False, default_factory=dict)
    _pour: dict[str, dict[int, set[int]]] = field(init=False, default_factory=dict)
    _masques: Mapping[int, str] = field(init=False, default_factory=dict)

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
            fiche = self.fiche_du_poste(poste)
            chefs = self.chefs(fiche.entite) if fiche is not None else []
            self._resolutions[cle] = self._trouver(self._ordre([poste, *chefs], nature), self._pour_le_poste(poste))
        return self._resolutions[cle]

    def resoudre_entite(self, entite: int, nature: str = "") -> Resolution:
        """Everybody present in the entity may take its étape; if nobody is, the head above."""
        cle = (-entite, nature)
        if cle not in self._resolutions:
            self._resolutions[cle] = self._chercher_entite(entite, nature)
        return self._resolutions[cle]

    def _chercher_entite(self, entite: int, nature: str) -> Resolution:
        membres = [
            fiche.personne
            for poste in self.postes_par_entite.get(entite, ())
            if (fiche := self.postes[poste]).personne is not None and fiche.personne in self.personnes
        ]
        if presents := [p for p in membres if self.present(p)]:
            return Resolution(tuple(dict.fromkeys(presents)), None, "", ())
        nom = self.nom_entite(entite)
        pour = f"pour « {nom} », où personne n'est présent" if entite in self.entites else f"pour « {nom} », supprimé"
        ordre = self._ordre(self.chefs(entite), nature)
        return self._trouver(ordre, pour, (f"Personne n'est présent : {nom}.",), tuple(dict.fromkeys(membres)))

    def _ordre(self, departs: Iterable[int], nature: str) -> list[int]:
        """Each of these posts followed by its stand-ins and theirs; those of this nature before the general ones."""
        ordre: list[int] = []
        file = list(departs)
        while file:
            poste = file.pop(0)
            if poste not in ordre:
                ordre.append(poste)
                choix = sorted(self.suppleances.get(poste, ()), key=lambda s: s[1] != nature)
                file[:0] = [s for s, portee in choix if portee in ("", nature)]
        return ordre

    def _trouver(
        self, ordre: list[int], pour: str, raisons: tuple[str, ...] = (), absents: tuple[int, ...] = ()
    ) -> Resolution:
        """The first present holder of these posts. `absents`: who keeps the étape when there is none, if not the first."""
        dites = list(raisons)
        for rang, poste in enumerate(ordre):
            fiche = self.postes.get(poste)
            if fiche is not None and fiche.personne is not None and self.present(fiche.personne):
                return Resolution((fiche.personne,), poste, "" if rang == 0 and not raisons else pour, tuple(dites))
            dites.append(self._pourquoi_pas(poste))
        if absents:
            dites.append("Personne n'est présent au-dessus : l'étape reste à ce service.")
            return Resolution(absents, None, "", tuple(dites))
        return self._dernier_recours(ordre, pour, dites)

    def _dernier_recours(self, ordre: list[int], pour: str, raisons: list[str]) -> Resolution:
        administration = [p.id for p in self.postes.values() if Droit.ADMINISTRATION in p.droits]
        for poste in (*ordre, *administration):
            fiche = self.postes.get(poste)
            if fiche is None or fiche.personne is None or fiche.personne not in self.personnes:
                continue
            titulaire = poste == ordre[0] if ordre else False
            raisons.append(
                "Personne n'est présent au-dessus : l'étape reste à son titulaire."
                if titulaire
                else f"Personne n'est présent : {self.designer(poste)} agit par défaut."
            )
            return Resolution((fiche.personne,), poste, "" if titulaire else pour, tuple(raisons))
        return Resolution((), None, "", tuple(raisons))

    def _pour_le_poste(self, poste: int) -> str:
        fiche = self.postes.get(poste)
        if fiche is None:
            return f"pour le poste supprimé : {self.fermes[poste].intitule}" if poste in self.fermes else ""
        titulaire = self.personnes.get(fiche.personne) if fiche.personne is not None else None
        if titulaire is None:
            return f"pour le poste vacant : {fiche.intitule}"
        return f"pour {titulaire.nom}, {titulaire.absente}"

    def _pourquoi_pas(self, poste: int) -> str:
        fiche = self.postes.get(poste)
        if fiche is None:
            return (
                f"Le poste « {self.fermes[poste].intitule} » est supprimé."
                if poste in self.fermes
                else "Ce poste n'existe pas."
            )
        if fiche.personne is None:
            return f"Le poste « {fiche.intitule} » est vacant."
        personne = self.personnes.get(fiche.personne)
        if personne is None:
            return f"Le compte du titulaire de « {fiche.intitule} » est fermé."
        retour = (
            "" if personne.absente_jusquau in (None, date.max) else f" (retour le {personne.absente_jusquau:%d/%m/%Y})"
        )
        return f"{personne.nom} ({fiche.intitule}) est {personne.absente}{retour}."

    def fiche_du_poste(self, poste: int) -> FichePoste | None:
        """The post on the day, or as it last stood."""
        return self.postes.get(poste) or self.fermes.get(poste)

    def chefs(self, entite: int) -> list[int]:
        """Posts that head the entity and those above it, nearest first; a closed entity stays where it last stood."""
        ligne: list[int] = []
        suivante: int | None = entite
        while suivante is not None and suivante not in ligne:
            ligne.append(suivante)
            fiche = self.entites.get(suivante) or self.fermees.get(suivante)
            suivante = fiche.parent if fiche is not None else None
        return [p for e in ligne for p in self.postes_par_entite.get(e, ()) if self.postes[p].responsable]

    def chef_au_dessus(self, poste: int | None, entite: int | None) -> int | None:
        """Post of the head that takes over from this post or entity: the nearest that is held, else the nearest."""
        fiche = self.fiche_du_poste(poste) if poste is not None else None
        depart = fiche.entite if fiche is not None else entite
        chefs = [c for c in (self.chefs(depart) if depart is not None else []) if c != poste]
        return next((c for c in chefs if self.postes[c].personne in self.personnes), chefs[0] if chefs else None)

    def agit_pour(self, personne: int, nature: str = "") -> set[int]:
        """Posts for which that person acts on the day: own posts and those whose search ends on this person."""
        if nature not in self._pour:
            inverse: dict[int, set[int]] = defaultdict(set)
            for poste in (*self.postes, *self.fermes):
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
        """Entities where nobody is present on the day, the closed ones included."""
        return [
            e
            for e in (*self.entites, *self.fermees)
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

    def elus_du_theme(self, theme: str) -> list[int]:
        """People elected for a theme, the lowest rank first."""
        return [p for _rang, p in sorted((rang, p) for p, _fonction, rang, themes in self.mandats if theme in themes)]

    def themes(self) -> list[tuple[str, int]]:
        """Every theme somebody is elected for, in order, with the person who answers for it."""
        tous = sorted({theme for *_mandat, themes in self.mandats for theme in themes}, key=str.casefold)
        return [(theme, self.elus_du_theme(theme)[0]) for theme in tous]

    def poste_de_l_elu(self, theme: str) -> int | None:
        """The post of who answers for the theme: the first elected for it who holds one."""
        postes = (self.poste_principal(elu) for elu in self.elus_du_theme(theme))
        return next((poste for poste in postes if poste is not None), None)

    def themes_en_poste(self) -> list[str]:
        """Themes that an elected official with a post answers for, in order."""
        return [theme for theme, _elu in self.themes() if self.poste_de_l_elu(theme) is not None]

    def poste_principal(self, personne: int | None) -> int | None:
        """The first post that person holds; None for nobody, or for who holds none."""
        return next(iter(self.postes_de.get(personne, ())), None) if personne is not None else None

    def nom_entite(self, entite: int | None) -> str:
        """Name of the entity on the day, the last one if it is closed, or a dash."""
        fiche = (self.entites.get(entite) or self.fermees.get(entite)) if entite is not None else None
        return fiche.nom if fiche is not None else "—"

    def nom_personne(self, personne: int | None) -> str:
        """Name of the person, whether or not the account is still open; « le système » for nobody."""
        if personne is None:
            return "le système"
        if personne in self._masques:
            return self._masques[personne]
        return self.personnes[personne].nom if personne in self.personnes else self.partis.get(personne, "—")

    def masquer(self, noms: Mapping[int, str]) -> "Annuaire":
        """The same organisation, in which what these people did is signed otherwise; the posts keep their holders."""
        autre = copy(self)
        autre._masques = noms
        return autre

    def designer(self, poste: int) -> str:
        """« Prénom Nom (intitulé) », or the title alone when vacant."""
        fiche = self.postes.get(poste)
        if fiche is None:
            return f"{self.fermes[poste].intitule} (poste supprimé)" if poste in self.fermes else "un poste supprimé"
        if fiche.personne not in self.personnes:
            return f"{fiche.intitule} (poste vacant)"
        return f"{self.personnes[fiche.personne].nom} ({fiche.intitule})"


def charger(jour: date) -> Annuaire:
    """Read the organisation of that day: seven queries, plain rows (it is read often, and no model is needed)."""
    entites, fermees = _entites(jour)
    postes, fermes = _postes(jour)
    personnes, partis = _personnes(jour)
    suppleances: dict[int, list[tuple[int, str]]] = defaultdict(list)
    for poste, suppleant, nature in lignes_du(jour, Suppleance, "poste_id", "suppleant_id", "nature"):
        suppleances[poste].append((suppleant, nature))
    lus = lignes_du(jour, Mandat, "personne_id", "fonction", "rang", "themes")
    mandats = [(p, f, r, tuple(t)) for p, f, r, t in lus]
    return Annuaire(jour, entites, postes, personnes, dict(suppleances), mandats, fermes, fermees, partis)


def _entites(jour: date) -> tuple[dict[int, FicheEntite], dict[int, FicheEntite]]:
    """Entities of the day, and those closed before it."""
    champs = (
        "fin", "entite_id", "entite__code", "nom", "genre", "parent_id", "ordre", "telephone", "courriel", "adresse",
        "a_confirmer",
    )  # fmt: skip
    ouvertes: dict[int, FicheEntite] = {}
    fermees: dict[int, FicheEntite] = {}
    for fin, *valeurs in lignes_du(jour, VersionEntite, *champs, ordre="debut", passees=True):
        fiche = FicheEntite(*valeurs)
        (ouvertes if fin is None or fin > jour else fermees)[fiche.id] = fiche
    return ouvertes, {pk: fiche for pk, fiche in fermees.items() if pk not in ouvertes}


def _postes(jour: date) -> tuple[dict[int, FichePoste], dict[int, FichePoste]]:
    """Posts of the day in the order they were written, and those closed before it."""
    titulaires = dict(lignes_du(jour, Affectation, "poste_id", "personne_id"))
    champs = ("id", "fin", "poste_id", "poste__code", "intitule", "entite_id", "responsable", "droits")
    ouverts: dict[int, tuple[int, FichePoste]] = {}
    fermes: dict[int, FichePoste] = {}
    versions = lignes_du(jour, VersionPoste, *champs, ordre="debut", passees=True)
    for rang, fin, pk, code, intitule, entite, responsable, droits in versions:
        ouvert = fin is None or fin > jour
        titulaire = titulaires.get(pk) if ouvert else None
        fiche = FichePoste(pk, code, intitule, entite, responsable, frozenset(droits), titulaire)
        if ouvert:
            ouverts[pk] = (rang, fiche)
        else:
            fermes[pk] = fiche
    return (
        {fiche.id: fiche for _rang, fiche in sorted(ouverts.values(), key=lambda r: r[0])},
        {pk: fiche for pk, fiche in fermes.items() if pk not in ouverts},
    )


def _personnes(jour: date) -> tuple[dict[int, FichePersonne], dict[int, str]]:
    """Open accounts, and the names of the closed ones."""
    absences = dict(lignes_du(jour, Absence, "personne_id", "fin"))
    personnes, partis = {}, {}
    champs = ["pk", "prenom", "nom", "email", "telephone", "civilite", "is_active"]
    for pk, prenom, nom, email, telephone, civilite, ouvert in Personne.objects.values_list(*champs):
        retour = (absences[pk] or date.max) if pk in absences else None
        if ouvert:
            personnes[pk] = FichePersonne(pk, f"{prenom} {nom}", email, telephone, retour, civilite)
        else:
            partis[pk] = f"{prenom} {nom}"
    return personnes, partis


_memoire: dict[date, tuple[int, Annuaire]] = {}


REVISION = "SELECT numero FROM organisation_revision"


def numero_de_revision() -> int:
    """Number bumped by the database at each change of the organisation."""
    ligne = executer(connection, REVISION, []).fetchone()
    return int(ligne[0]) if ligne else 0


def annuaire_du(jour: date, revision: int | None = None) -> Annuaire:
    """The organisation of that day, kept in this process until the database says that it changed: one query, or none when
    the caller has just read the number of the revision.
    """
    revision = numero_de_revision() if revision is None else revision
    connu = _memoire.get(jour)
    if connu is None or connu[0] != revision:
        if len(_memoire) > 8:
            _memoire.clear()
        _memoire[jour] = connu = (revision, charger(jour))
    return connu[1]
