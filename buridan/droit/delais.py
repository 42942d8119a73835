"""Delays: their units, their arithmetic, and the sentences which answer "pourquoi cette date ?"."""

import re
import unicodedata
from calendar import monthrange
from collections.abc import Callable
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from enum import StrEnum
from typing import Final
from zoneinfo import ZoneInfo

from buridan.droit.calendrier import CALENDRIER_NATIONAL, SAMEDI, VENDREDI, Calendrier, en_lettres, refuser_instant
from buridan.droit.regles import regle

FUSEAU_LEGAL: Final = ZoneInfo("Europe/Paris")
VALEUR_MAXIMALE: Final = 9999
UN_JOUR: Final = timedelta(days=1)


class Unite(StrEnum):
    """What a delay counts."""

    OUVRES = "ouvres"
    OUVRABLES = "ouvrables"
    CALENDAIRES = "calendaires"
    FRANCS = "francs"
    MOIS = "mois"


ADJECTIFS: Final = {
    Unite.OUVRES: "ouvré",
    Unite.OUVRABLES: "ouvrable",
    Unite.CALENDAIRES: "calendaire",
    Unite.FRANCS: "franc",
}
UNITES_LUES: Final = {
    "ouvre": Unite.OUVRES,
    "ouvrable": Unite.OUVRABLES,
    "calendaire": Unite.CALENDAIRES,
    "franc": Unite.FRANCS,
}
FACONS_DE_COMPTER: Final = {
    Unite.OUVRES: "on compte du lundi au vendredi, hors jours fériés et fermetures, à partir du lendemain",
    Unite.OUVRABLES: "on compte du lundi au samedi, hors jours fériés, à partir du lendemain",
    Unite.CALENDAIRES: "tous les jours comptent, y compris les samedis, dimanches et jours fériés",
    Unite.FRANCS: "ni le premier ni le dernier jour ne comptent ; tous les jours entre les deux comptent",
    Unite.MOIS: "on compte de quantième à quantième, quelle que soit la longueur des mois",
}
FORME: Final = re.compile(r"([0-9]{1,4}) ?(?:(mois)|(?:jours?|j)\.? (ouvre|ouvrable|calendaire|franc)s?)")


@dataclass(frozen=True)
class Delai:
    """A length of time as the law writes it; ValueError outside 0..9999."""

    valeur: int
    unite: Unite

    def __post_init__(self) -> None:
        if not 0 <= self.valeur <= VALEUR_MAXIMALE:
            raise ValueError(f"Un délai va de 0 à {VALEUR_MAXIMALE} ; {self.valeur} n'est pas possible.")

    def __str__(self) -> str:
        if self.unite is Unite.MOIS:
            return f"{self.valeur} mois"
        pluriel = "s" if self.valeur >= 2 else ""
        return f"{self.valeur} jour{pluriel} {ADJECTIFS[self.unite]}{pluriel}"

    @classmethod
    def lire(cls, texte: str) -> "Delai":
        """Parse "2 jours ouvrés", "1 mois", "5 jours francs"; accents, capitals and plurals are free."""
        decompose = unicodedata.normalize("NFKD", texte).lower()
        sans_accent = "".join(lettre for lettre in decompose if not unicodedata.combining(lettre))
        lu = FORME.fullmatch(" ".join(sans_accent.split()))
        if lu is None:
            raise ValueError(
                f"« {texte} » n'est pas un délai. Écrivez par exemple « 2 jours ouvrés », « 10 jours ouvrables », "
                "« 7 jours calendaires », « 5 jours francs » ou « 1 mois »."
            )
        return cls(int(lu[1]), Unite.MOIS if lu[2] else UNITES_LUES[lu[3]])


@dataclass(frozen=True)
class DateExpliquee:
    """A date with its reasons: rule id of the catalogue, article, and French sentences, first step first."""

    date: date
    regle: str
    article: str
    etapes: tuple[str, ...]


def date_expliquee(jour: date, identifiant: str, *etapes: str) -> DateExpliquee:
    """Build the answer; the article comes from the catalogue, so a rule unknown there is a KeyError."""
    return DateExpliquee(date=jour, regle=identifiant, article=regle(identifiant).article, etapes=etapes)


def date_legale(instant: datetime) -> date:
    """The civil date in Paris of an aware instant: the one the law counts from. A naive instant is a ValueError."""
    if instant.utcoffset() is None:
        raise ValueError("Cet instant n'a pas de fuseau horaire : sa date légale ne peut pas être connue.")
    return instant.astimezone(FUSEAU_LEGAL).date()


def mois_plus(depart: date, mois: int) -> date:
    """Same day number `mois` months later (or earlier if negative), else the last day of that month."""
    refuser_instant(depart)
    annees, rang = divmod(depart.month - 1 + mois, 12)
    annee = depart.year + annees
    return date(annee, rang + 1, min(depart.day, monthrange(annee, rang + 1)[1]))


def prochain_jour_ouvre(jour: date, calendrier: Calendrier = CALENDRIER_NATIONAL) -> date:
    """The day itself if it is worked, else the first worked day after it."""
    while not calendrier.est_ouvre(jour):
        jour += UN_JOUR
    return jour


def retrancher_ouvres(terme: date, jours: int, calendrier: Calendrier = CALENDRIER_NATIONAL) -> date:
    """The `jours`-th worked day strictly before `terme` (0 gives `terme`): when to remind."""
    if jours < 0:
        raise ValueError("Le nombre de jours à retrancher ne peut pas être négatif.")
    return _compter(refuser_instant(terme), jours, -UN_JOUR, calendrier.est_ouvre)


def ajouter(depart: date, delai: Delai, calendrier: Calendrier = CALENDRIER_NATIONAL) -> date:
    """The date at which the delay ends; the starting day never counts.

    Francs: the first day on which one may act, since neither end counts (depart + n + 1).
    No prolongation to a working day: only the rules which provide for it add it.
    """
    refuser_instant(depart)
    match delai.unite:
        case Unite.MOIS:
            return mois_plus(depart, delai.valeur)
        case Unite.CALENDAIRES:
            return depart + delai.valeur * UN_JOUR
        case Unite.FRANCS:
            return depart + (delai.valeur + 1) * UN_JOUR
        case Unite.OUVRABLES:
            return _compter(depart, delai.valeur, UN_JOUR, calendrier.est_ouvrable)
        case Unite.OUVRES:
            return _compter(depart, delai.valeur, UN_JOUR, calendrier.est_ouvre)


def expliquer(depart: date, delai: Delai, calendrier: Calendrier = CALENDRIER_NATIONAL) -> DateExpliquee:
    """`ajouter`, with its reasons."""
    terme = ajouter(depart, delai, calendrier)
    etapes = (
        f"Point de départ : {en_lettres(depart)}.",
        *etapes_du_compte(depart, delai, calendrier),
        f"Terme : {en_lettres(terme)}.",
    )
    return date_expliquee(terme, f"delai.{delai.unite}", *etapes)


def etapes_du_compte(depart: date, delai: Delai, calendrier: Calendrier = CALENDRIER_NATIONAL) -> tuple[str, ...]:
    """How this delay is counted from this day, in French: the rule, then what was particular on the way."""
    terme = ajouter(depart, delai, calendrier)
    match delai.unite:
        case Unite.MOIS:
            particularite = _sans_quantieme(depart, terme)
        case Unite.OUVRABLES:
            particularite = _jours_ecartes(depart, terme, calendrier.sans_fermetures(), SAMEDI)
        case Unite.OUVRES:
            particularite = _jours_ecartes(depart, terme, calendrier, VENDREDI)
        case Unite.CALENDAIRES | Unite.FRANCS:
            particularite = ()
    return (f"Délai de {delai} : {FACONS_DE_COMPTER[delai.unite]}.", *particularite)


def _compter(depart: date, jours: int, pas: timedelta, compte: Callable[[date], bool]) -> date:
    jour = depart
    while jours:
        jour += pas
        jours -= compte(jour)
    return jour


def _sans_quantieme(depart: date, terme: date) -> tuple[str, ...]:
    if depart.day == terme.day:
        return ()
    return (f"Le mois d'arrivée n'a pas de {depart.day} : on retient son dernier jour.",)


def _jours_ecartes(depart: date, terme: date, calendrier: Calendrier, dernier_jour: int) -> tuple[str, ...]:
    """Name the holidays and closing days met on the days of the week which would have counted."""
    ecartes = []
    jour = depart + UN_JOUR
    while jour < terme:
        if jour.weekday() <= dernier_jour:
            motif = calendrier.nom_ferie(jour) or ("fermeture de la mairie" if jour in calendrier.fermetures else None)
            ecartes += [f"{en_lettres(jour)} ({motif})"] if motif else []
        jour += UN_JOUR
    return (f"Jours écartés : {', '.join(ecartes)}.",) if ecartes else ()
