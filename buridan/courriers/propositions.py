"""What is proposed for a letter before somebody directs it: service, nature, urgency, each with its reason in words.

The rules of the mail office come first. What is learned is read from the letters themselves at the moment of asking: where
each was treated in the end, whoever it was given to first. Nothing is kept aside, so an erased letter, or one that becomes
confidential, teaches nothing from that instant. Cost: the `AU_PLUS` latest letters, however many there are.
"""

import re
from collections.abc import Collection, Mapping
from dataclasses import dataclass, field
from datetime import date, timedelta
from typing import Any

from django.db import connection

from buridan.courriers.etats import JURIDIQUES, Effet
from buridan.courriers.models import BureauCourrier
from buridan.courriers.queries import cle_de, proposer
from buridan.courriers.ressemblance import EXPEDITEUR, Appui, Memoire, Rang
from buridan.dossiers.recherche import mots_du_vecteur
from buridan.organisation.annuaire import Annuaire
from buridan.outils.texte import sans_accents

PASSE = timedelta(days=3 * 365)
AU_PLUS, AU_CHOIX = 3000, 3
MOTS_LUS, TEXTE_LU = 300, 6000  # of a long text: words, characters
MAJORITE = 0.75  # a nature or an urgency is proposed when it is that likely
# The law's own words, and those nobody should wait to read. As written without accents.
MOTS_DE_LOI = {
    Effet.MISE_EN_DEMEURE: ("mise en demeure", "mets en demeure", "met en demeure", "mettons en demeure"),
    Effet.RECOURS: ("recours gracieux", "recours hierarchique", "recours contre", "recours prealable", "tribunal administratif"),
}  # fmt: skip
MOTS_URGENTS = (
    "urgent",
    "urgence",
    "danger",
    "dangereux",
    "dangereuse",
    "peril",
    "effondrement",
    "fuite de gaz",
    "incendie",
)
ANONYMES = frozenset(("", "anonyme", "inconnu", "personne", "sans nom"))

# Letters that teach, each with who treated it in the end (`cible`: a post, or an entity with a minus sign) and when.
PASSEES = """FROM courriers_courrier c JOIN dossiers_dossier d ON d.id = c.dossier_id
    LEFT JOIN LATERAL (SELECT e.id, e.cible FROM dossiers_etape e WHERE e.dossier_id = d.id AND e.type = 'traitement'
        AND e.etat = 'faite' ORDER BY e.rang DESC, e.id DESC LIMIT 1) t ON true
    WHERE c.sens = 'arrivee' AND NOT c.confidentiel AND NOT d.sensible AND d.efface_le IS NULL
        AND c.arrive_le >= %(depuis)s AND (t.cible IS NOT NULL OR d.etat = 'clos')
        AND d.id NOT IN (SELECT dossier_id FROM courriers_sansreponse WHERE annule)
    ORDER BY c.dossier_id DESC LIMIT %(au_plus)s"""
_COMPTER = f"""WITH p AS MATERIALIZED (
        SELECT COALESCE(t.cible, -d.entite_id) AS cible, c.effet, d.prioritaire, c.cle, d.recherche {PASSEES})
    SELECT cible, effet, prioritaire, NULL AS trait, count(*) FROM p GROUP BY 1, 2, 3
    UNION ALL SELECT cible, effet, prioritaire, '{EXPEDITEUR}', count(*) FROM p WHERE cle = %(cle)s GROUP BY 1, 2, 3
    UNION ALL SELECT cible, effet, prioritaire, mot, count(*) FROM p CROSS JOIN LATERAL
        {mots_du_vecteur("recherche")} m WHERE mot = ANY(%(mots)s) GROUP BY 1, 2, 3, 4"""  # noqa: S608  constants
_LEXEMES = """SELECT m.mot, l.lexeme FROM unnest(%s::text[]) WITH ORDINALITY m(mot, n)
    CROSS JOIN LATERAL unnest(tsvector_to_array(buridan_vecteur('french', m.mot))) l(lexeme) ORDER BY m.n"""


@dataclass(frozen=True, slots=True)
class Lettre:
    """What is known of a letter. `texte`: its words when they are (an e-mail, a text that was recognised)."""

    expediteur: str
    objet: str
    organisme: str = ""
    genre: str = ""
    effet: str = Effet.INFORMATION
    prioritaire: bool = False
    texte: str = ""

    @property
    def cle(self) -> str:
        """The sender as it is compared; empty when nobody signed."""
        cle = cle_de(self.expediteur, self.organisme)
        return "" if cle in ANONYMES else cle

    @property
    def dit(self) -> str:
        """All its words."""
        return f"{self.objet}\n{self.texte[:TEXTE_LU]}"


@dataclass(frozen=True, slots=True)
class Proposition:
    """A service, and why. `regle`: a rule of the mail office says so."""

    service: int
    raison: str
    regle: bool = False


@dataclass(frozen=True, slots=True)
class Propositions:
    """At most three services, the first the likeliest; one nature and one urgency for all. A reason is empty when what was
    typed stands. `juridique`: the legal department, when that nature gives it the letter whichever service is chosen.
    """

    services: tuple[Proposition, ...] = ()
    effet: str = Effet.INFORMATION
    raison_effet: str = ""
    prioritaire: bool = False
    raison_urgence: str = ""
    juridique: int | None = None

    def __bool__(self) -> bool:
        return bool(self.services)

    def raison_de(self, service: int | None) -> str:
        """Why that service was proposed; empty when it was not."""
        return next((p.raison for p in self.services if p.service == service), "")

    @property
    def nature(self) -> str:
        """The nature in words."""
        return str(Effet(self.effet).label)


@dataclass(slots=True)
class Passe:
    """What past letters teach. A formal notice or an appeal goes where the law says: it teaches its nature only."""

    services: Memoire[int] = field(default_factory=Memoire)
    effets: Memoire[str] = field(default_factory=Memoire)
    urgences: Memoire[bool] = field(default_factory=Memoire)

    def compter(self, service: int, effet: str, prioritaire: bool, trait: str | None, nombre: int = 1) -> None:
        """So many letters more (fewer when negative)."""
        self.effets.compter(effet, trait, nombre)
        if effet not in JURIDIQUES:
            self.services.compter(service, trait, nombre)
            self.urgences.compter(prioritaire, trait, nombre)


@dataclass(frozen=True, slots=True)
class Cadre:
    """Who may be proposed. `sans`: services that gave this letter back."""

    vivants: Collection[int]
    juridique: int
    sans: Collection[int] = ()


def propositions(
    lettre: Lettre, annuaire: Annuaire, bureau: BureauCourrier, *, sans: Collection[int] = ()
) -> Propositions:
    """What to propose for this letter, on the day of `annuaire`."""
    mots = lexemes_de(lettre)
    passe = _lire(lettre, list(mots), annuaire)
    traits = [*([EXPEDITEUR] if lettre.cle else []), *mots]
    regle = proposer(expediteur=lettre.expediteur, organisme=lettre.organisme, objet=lettre.objet, genre=lettre.genre)
    return composer(lettre, traits, passe, regle, Cadre(annuaire.entites, bureau.juridique_id, sans), mots)


def composer(
    lettre: Lettre, traits: Collection[str], passe: Passe, regle: tuple[int, str] | None, cadre: Cadre,
    mots: Mapping[str, str],
) -> Propositions:  # fmt: skip
    """The same for a letter of today and for one that is measured. `mots`: each lexeme as the letter writes it."""
    choix = []
    if regle is not None:
        choix.append(Proposition(*regle, regle=True))
    for rang in passe.services.classer(traits):
        if rang.appuis and rang.etiquette not in {p.service for p in choix}:
            choix.append(Proposition(rang.etiquette, _raison(rang.appuis, mots, "y sont allés")))
    possibles = [p for p in choix if p.service in cadre.vivants and p.service not in cadre.sans]
    nature = _nature(lettre, passe.effets.classer(traits), mots)
    urgence = _urgence(lettre, passe.urgences.classer(traits), mots)
    services = tuple(possibles[:AU_CHOIX])
    if nature[0] not in JURIDIQUES:
        return Propositions(services, *nature, *urgence)
    seul = Proposition(cadre.juridique, nature[1] or "Par la nature du courrier.")
    return Propositions(services or (seul,), *nature, *urgence, cadre.juridique)


def _nature(lettre: Lettre, rangs: list[Rang[str]], mots: Mapping[str, str]) -> tuple[str, str]:
    """What a person has said stands; then the law's words; then what letters like it were."""
    if lettre.effet != Effet.INFORMATION:
        return lettre.effet, ""
    for effet, dits in MOTS_DE_LOI.items():
        if trouve := _contient(lettre.dit, dits):
            return effet, f"Le courrier dit « {trouve} »."
    premier = rangs[0] if rangs else None
    if premier is None or premier.chance < MAJORITE or not premier.appuis or premier.etiquette == lettre.effet:
        return lettre.effet, ""
    return premier.etiquette, _raison(premier.appuis, mots, "étaient de cette nature")


def _urgence(lettre: Lettre, rangs: list[Rang[bool]], mots: Mapping[str, str]) -> tuple[bool, str]:
    if lettre.prioritaire:
        return True, ""
    if trouve := _contient(lettre.dit, MOTS_URGENTS):
        return True, f"Le courrier dit « {trouve} »."
    premier = rangs[0] if rangs else None
    if premier is None or not premier.etiquette or premier.chance < MAJORITE or not premier.appuis:
        return False, ""
    return True, _raison(premier.appuis, mots, "étaient prioritaires")


def _contient(texte: str, dits: Collection[str]) -> str:
    """The first of these that stands in the text as whole words; empty when none does."""
    net = " ".join(re.findall(r"\w+", sans_accents(texte)))
    return next((d for d in dits if f" {d} " in f" {net} "), "")


def _raison(appuis: Collection[Appui], mots: Mapping[str, str], suite: str) -> str:
    """« 14 des 15 courriers semblables (« trottoir ») y sont allés. » Counts only, words of this very letter only."""
    premier, *autres = appuis
    combien = f"{premier.ici} des {premier.tous}" if premier.ici < premier.tous else f"les {premier.tous}"
    mot = mots.get(premier.trait, premier.trait)
    quoi = "courriers de cet expéditeur" if premier.trait == EXPEDITEUR else f"courriers semblables (« {mot} »)"
    suites = "".join(f", et {a.ici} sur {a.tous} {_de_qui(a, mots)}" for a in autres[:1])
    phrase = f"{combien} {quoi} {suite}{suites}."
    return phrase[:1].upper() + phrase[1:]


def _de_qui(appui: Appui, mots: Mapping[str, str]) -> str:
    return "de cet expéditeur" if appui.trait == EXPEDITEUR else f"pour « {mots.get(appui.trait, appui.trait)} »"


def lexemes_de(lettre: Lettre) -> dict[str, str]:
    """{lexeme: the word as the letter writes it}, without the words of the sender's own name."""
    siens = set(cle_de(f"{lettre.expediteur} {lettre.organisme}").split())
    lus = dict.fromkeys(m.lower() for m in re.findall(r"[^\W\d_]{3,}", lettre.dit))
    utiles = [m for m in lus if sans_accents(m) not in siens][:MOTS_LUS]
    with connection.cursor() as curseur:
        curseur.execute(_LEXEMES, [utiles])
        trouves: dict[str, str] = {}
        for mot, lexeme in curseur.fetchall():
            trouves.setdefault(lexeme, mot)
    return trouves


def _lire(lettre: Lettre, mots: list[str], annuaire: Annuaire) -> Passe:
    passe = Passe()
    parametres: dict[str, Any] = {
        "depuis": depuis(annuaire.jour),
        "au_plus": AU_PLUS,
        "cle": lettre.cle or None,
        "mots": mots,
    }
    with connection.cursor() as curseur:
        curseur.execute(_COMPTER, parametres)
        for cible, effet, prioritaire, trait, nombre in curseur.fetchall():
            service = entite_de(cible, annuaire)
            if service is not None:
                passe.compter(service, effet, prioritaire, trait, nombre)
    return passe


def depuis(jour: date) -> date:
    """The first day that still teaches."""
    return jour - PASSE


def entite_de(cible: int, annuaire: Annuaire) -> int | None:
    """The entity that treated it, from what an étape aims at; None for a post nobody knows any more."""
    if cible < 0:
        return -cible
    fiche = annuaire.fiche_du_poste(cible)
    return fiche.entite if fiche is not None else None
