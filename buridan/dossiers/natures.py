"""What a nature tells the core. A nature registers itself in its AppConfig.ready(); the core never imports one."""

import tomllib
from collections.abc import Callable, Collection, Mapping, Sequence, Set
from dataclasses import asdict, dataclass, field
from datetime import date, datetime
from pathlib import Path
from typing import Any

from django.conf import settings
from django.db.models import Q, QuerySet

from buridan.circuits.modele import CircuitModele
from buridan.delegations.registre import Acte
from buridan.dossiers.etats import SensReponse, SortFinal, TypeEtape
from buridan.dossiers.models import CACHES, NATURES_DU_GUICHET, Dossier, Etape, Reponse
from buridan.dossiers.papier import Papier
from buridan.dossiers.routage import Contexte
from buridan.notifications.envois import ecrire_courriel
from buridan.organisation.acteur import Acteur
from buridan.organisation.annuaire import Annuaire
from buridan.organisation.models import Personne
from buridan.outils.lecture import texte_de
from buridan.outils.verdict import OUI, Verdict


def _meme_date(dossier: Dossier, **jours: date) -> date | None:
    return dossier.legal_le


def _personne(dossier: Dossier) -> Collection[int]:
    return ()


def _personne_de_plus(dossier: Dossier, etape: Etape) -> Collection[int]:
    return ()


def _tout_circuit(dossier: Dossier, etapes: Sequence[Etape], annuaire: Annuaire) -> Verdict:
    return OUI


def _aucun_voisin(pres: Q) -> "list[Voisin]":
    return []


def _sans_effet(dossier: Dossier, sens: SensReponse, by: Acteur, at: datetime) -> None:
    return None


def _aucune_route(code: str, annuaire: Annuaire, entite: int | None, theme: str) -> "Route | None":
    return None


@dataclass(frozen=True, slots=True)
class Mots:
    """How one speaks of a dossier of this nature and of who waits for its answer; `e`: the agreement. A field by its name
    between braces, in the words of a gesture or of a form, is replaced by it. `sens`: words of the answer that differ;
    `projet`: what its draft is called, empty when the nature's own part of the page says all of it.
    """

    demande: str = "demande"
    la: str = "la demande"
    e: str = "e"
    le_demandeur: str = "le demandeur"
    au_demandeur: str = "au demandeur"
    projet: str = "Projet de réponse"
    sens: Mapping[str, str] = field(default_factory=dict)

    def dire(self, phrase: str) -> str:
        """The sentence with our words in it."""
        return phrase.format_map(asdict(self)) if "{" in phrase else phrase

    def dire_sens(self, sens: str) -> str:
        """What the answer says, in words."""
        return self.sens.get(sens) or (str(SensReponse(sens).label) if sens else "")


@dataclass(frozen=True, slots=True)
class Route:
    """What a dossier of some kind would follow, before it is opened: for « qui agira ? ». `modele`: when the nature changes
    something of the circuit in force.
    """

    titre: str
    circuit: str
    contexte: Contexte
    modele: tuple[CircuitModele, int] | None = None


@dataclass(frozen=True, slots=True)
class Repris:
    """What a dossier opened because of this one takes over. `genre`: code of its type, in its nature's words."""

    genre: str
    lieu: str
    texte: str


@dataclass(frozen=True, slots=True)
class Suite:
    """A dossier that may be opened because of another: what the button says, and its page."""

    libelle: str
    adresse: str


Ecrire = Callable[[], int]  # writes what was read; says how many changed


@dataclass(frozen=True, slots=True)
class Chargement:
    """What a nature is given to read its files. It adds its faults to `fautes`, what it keeps as it is to `avis`.

    `circuits`: codes that may be named; `modeles_repris`, `circuits_repris`: what to take from the files all the same.
    """

    preset: Path
    at: datetime
    circuits: Set[str]
    modeles_repris: Collection[str]
    circuits_repris: Collection[str]
    avis: list[str]
    fautes: list[str] = field(default_factory=list)

    def lire(self, fichier: str) -> dict[str, Any] | None:
        """A TOML file of the preset; None when it has none, or when it can't be read, which is then a fault."""
        chemin = self.preset / fichier
        if not chemin.exists():
            return None
        try:
            return tomllib.loads(texte_de(chemin))
        except tomllib.TOMLDecodeError as erreur:
            self.fautes.append(f"{fichier} : le fichier n'est pas du TOML valide ({erreur}).")
            return None


GARDEES = frozenset({TypeEtape.VISA, TypeEtape.VALIDATION, TypeEtape.SIGNATURE, TypeEtape.REPONSE})
REFUS = (
    "Bonjour,\n\nNous avons étudié votre demande. Nous ne pouvons pas y donner une suite favorable, pour la raison "
    "suivante :\n\n{motif}\n\nNous restons à votre disposition.\n\nBien cordialement,"
)


@dataclass(frozen=True, slots=True)
class Conservation:
    """How long a closed dossier of this type is kept (`droit.conservation`), which text says so, what becomes of it then."""

    type: str
    duree: str
    source: str
    sort: str = SortFinal.DESTRUCTION


@dataclass(frozen=True, slots=True)
class Concerne:
    """Somebody a dossier is about: its requester, or one who joined (`participant`) and to whom the rest is closed."""

    dossier: int
    nom: str
    courriel: str
    participant: bool = False


@dataclass(frozen=True, slots=True)
class Voisin:
    """An open dossier about the same place, with nothing of who asked: what it is about, in neutral words."""

    dossier: Dossier
    sujet: str


@dataclass(frozen=True, slots=True)
class Reprise:
    """What another dossier becomes: the kind (in the words of the nature that takes it over), what it says, who writes it.

    `avec`: a person who writes it too, if his or her theme is that one.
    """

    genre: str
    objet: str
    texte: str
    entite: int
    theme: str
    avec: int | None


@dataclass(frozen=True, slots=True)
class ASigner:
    """A PDF ready to be signed, and where its signature goes: page from 0, left and top in points.
    `nom` begins its file's name.
    """

    pdf: bytes
    page: int
    gauche: float
    haut: float
    nom: str = "reponse"


@dataclass(frozen=True, slots=True)
class Registre:
    """Where the dossiers of a nature are read and begun: names of addresses, the words of their links, who may begin one."""

    titre: str
    resume: str
    page: str
    creer: str
    libelle: str
    peut_creer: Callable[[Acteur], Verdict] = lambda acteur: OUI


@dataclass(frozen=True, slots=True)
class Geste:
    """A verb as the screen offers it: its words, its form, its rule, its action.

    `formulaire(objet, acteur, donnees)` builds the form (None = not bound); `verdict(acteur, objet)` greys the button;
    `executer(objet, by, at, donnees)` does it. `objet` is an Etape when `etape` is true, else a Dossier. `dire(result)` says
    what was done when `fait` isn't enough. `adresse(objet)`: the page on which it is done, when a form here would not do.
    `convient(étape)`: the étapes, among those of its types, it is offered on.
    """

    code: str
    libelle: str
    fait: str
    etape: bool
    formulaire: Callable[..., Any]
    verdict: Callable[[Acteur, Any], Verdict]
    executer: Callable[..., Any]
    types: frozenset[str] = frozenset()
    principal: bool = False
    dire: Callable[[Any], str] | None = None
    adresse: Callable[[Any], str] | None = None
    convient: Callable[[Etape], bool] = lambda etape: True


@dataclass(frozen=True, slots=True)
class Nature:
    """A kind of dossier. `fiche`: template of its own part of the dossier page, given `contexte(dossier)`.

    `ecrire_au_demandeur(dossier, sujet, texte, at)` tells who asked; `informer_participants(dossier, texte, at)` tells how it
    ended to the people who joined, who see nothing else of it. `pieces_demandees(dossier, le=, jusquau=)` and
    `pieces_recues(dossier, le=)` keep what happened and give the implicit decision's date again; `silence(dossier)` says what
    it decides. `gestes`: its own; one of the same code as a gesture of the core replaces it; those named in `sans` are not
    offered. `mots`: its words; `phrases`: those of its verbs in the journal. `usager`: who asked is outside, and has a
    thread. `au_guichet`: the front desk sees its dossiers that are not sensitive. `gardees`: types of étapes that stay to be
    done after a refusal, whose draft is `projet_de_refus`. `exige(dossier, étapes, annuaire)`: what its circuit must still
    hold after somebody changed it. `concernes(dossier)`: people told of the answer besides those who follow. `charger` reads
    its files of a preset, of which `fichiers` must be there. `route(code, annuaire, entité, thème)`: who would act.
    `conservation(dossier)` says how long one is kept once closed, None when nobody fixed it, `durees()` says it for each
    type; absent: all are kept as the preset says. `personne(mots)` finds whom they are about; `demandeur(dossier)` is the
    requester. `caches(acteur)` gives the ids of its dossiers that this person may not read, whatever else would show them.
    `modeles_reponse(dossier, by)` lists answer templates as (title, text); `modeles_communs(valeurs)` those that suit any
    nature, filled with these fields. `lettre(dossier, reponse)` makes the PDF of an answer, of its draft when `reponse` is
    None; `papier`: the PDF read beside a decision. `acte(dossier)` says what its signature étape signs: nobody signs it
    outside a delegation. `a_rapporter()`: ids of its dossiers whose act is told to the council. `a_signer(dossier, at,
    mention)` makes the PDF of its draft, ready to be signed; `mention` stands on each page. `signe(dossier, acteur)`: the
    name under which somebody stands in the journal and in what others are told; `masques(dossier, acteur)`: people whom this
    reader may not know, and what stands for their names. `prevenus(dossier, étape)`: people told that an étape is due besides
    those who act. `resumes(ids)`: of each of these dossiers, in a few words, what one has to know before one agrees (to whom,
    how much); all are read at once. `voisins(pres)`: its open dossiers at a place (`pres`: a condition on latitude and
    longitude or lieu), `situer(lieu)` the coordinates of a place named in words. `reprendre(reprise, by, at)` opens a dossier
    that another one becomes. `registre`: its line on the page of all the dossiers.

    Of dossiers of other natures: `a_reprendre(dossier)` is what they may take over from this one, `suites(autre, acteur)`
    what this nature proposes to open because of that one, `nouvelles(autre, jour)` what its requester is told of it,
    `a_la_cloture(dossier, sens, by, at)` what follows, in its transaction, from the closing of any dossier.
    """

    code: str
    nom: str
    fiche: str
    contexte: Callable[[Dossier], dict[str, Any]] = lambda dossier: {}
    ecrire_au_demandeur: Callable[[Dossier, str, str, Any], None] = lambda dossier, sujet, texte, at: None
    informer_participants: Callable[[Dossier, str, Any], None] = lambda dossier, texte, at: None
    pieces_demandees: Callable[..., date | None] = _meme_date
    pieces_recues: Callable[..., date | None] = _meme_date
    silence: Callable[[Dossier], str] = lambda dossier: ""
    conservation: Callable[[Dossier], Conservation | None] | None = None
    durees: Callable[[], list[tuple[Q, Conservation]]] = list
    personne: Callable[[str], list[Concerne]] = lambda mots: []
    demandeur: Callable[[Dossier], Concerne | None] = lambda dossier: None
    modeles_reponse: Callable[[Dossier, Acteur], list[tuple[str, str]]] = lambda d, by: []
    modeles_communs: Callable[[Mapping[str, str]], list[tuple[str, str]]] = lambda valeurs: []
    caches: Callable[[Acteur], QuerySet[Any]] | None = None
    lettre: Callable[[Dossier, Reponse | None], bytes] | None = None
    papier: Papier | None = None
    acte: Callable[[Dossier], Acte | None] = lambda dossier: None
    a_rapporter: Callable[[], QuerySet[Any]] | None = None
    resumes: Callable[[Collection[int]], Mapping[int, str]] = lambda ids: {}
    a_signer: Callable[[Dossier, datetime, str], ASigner] | None = None
    gestes: Mapping[str, "Geste"] = field(default_factory=dict)
    sans: frozenset[str] = frozenset()
    mots: Mots = field(default_factory=Mots)
    phrases: Mapping[str, str] = field(default_factory=dict)
    usager: bool = True
    au_guichet: bool = False
    gardees: frozenset[TypeEtape] = GARDEES
    projet_de_refus: str = REFUS
    exige: Callable[[Dossier, Sequence[Etape], Annuaire], Verdict] = _tout_circuit
    concernes: Callable[[Dossier], Collection[int]] = _personne
    charger: Callable[[Chargement], Ecrire] | None = None
    fichiers: tuple[str, ...] = ()
    route: Callable[[str, Annuaire, int | None, str], Route | None] = _aucune_route
    signe: Callable[[Dossier, Acteur], str] = lambda dossier, acteur: acteur.nom
    prevenus: Callable[[Dossier, Etape], Collection[int]] = _personne_de_plus
    masques: Callable[[Dossier, Acteur], Mapping[int, str]] = lambda dossier, acteur: {}
    voisins: Callable[[Q], list[Voisin]] = _aucun_voisin
    situer: Callable[[str], tuple[float, float] | None] = lambda lieu: None
    reprendre: Callable[[Reprise, Acteur, datetime], Dossier] | None = None
    registre: Registre | None = None
    a_reprendre: Callable[[Dossier], Repris | None] = lambda dossier: None
    suites: Callable[[Dossier, Acteur], Sequence[Suite]] = lambda dossier, acteur: ()
    nouvelles: Callable[[Dossier, date], Sequence[str]] = lambda dossier, jour: ()
    a_la_cloture: Callable[[Dossier, SensReponse, Acteur, datetime], None] = _sans_effet

    def __post_init__(self) -> None:
        """A template asks whether there is a letter: Django would call it without a dossier, fail, and read « no »."""
        if self.lettre is not None:
            setattr(self.lettre, "do_not_call_in_templates", True)  # noqa: B010  mypy knows no such attribute


def ecrire_a_l_auteur(dossier: Dossier, sujet: str, texte: str, at: datetime) -> None:
    """`ecrire_au_demandeur` of a nature whose author is an agent: an e-mail with the address of the dossier."""
    ouverts = Personne.objects.filter(pk=dossier.createur_id or 0, is_active=True)
    la = nature_de(dossier).mots.la
    pied = f"\n\n{la[:1].upper()}{la[1:]} : {settings.ADRESSE_PUBLIQUE}/dossiers/{dossier.uuid}/\n"
    courriel = ouverts.values_list("email", flat=True).first() or ""
    ecrire_courriel(courriel, sujet, texte + pied, at=at, dossier=dossier.uuid)


_NATURES: dict[str, Nature] = {}


def inscrire(nature: Nature) -> None:
    """Declare a nature, once, at start."""
    _NATURES[nature.code] = nature
    if nature.au_guichet:
        NATURES_DU_GUICHET.add(nature.code)
    if nature.caches is not None:
        CACHES[nature.code] = nature.caches


def nature_de(dossier: Dossier) -> Nature:
    """The nature of a dossier. KeyError when its app is not installed."""
    return _NATURES[dossier.nature]


def natures() -> list[Nature]:
    """All declared natures."""
    return list(_NATURES.values())


def modeles_communs(valeurs: Mapping[str, str]) -> list[tuple[str, str]]:
    """Answer templates that suit any nature, as (title, text with these fields)."""
    return [modele for nature in natures() for modele in nature.modeles_communs(valeurs)]


def nature_du_code(code: str) -> Nature:
    """The nature of that code. KeyError."""
    return _NATURES[code]


def situer(lieu: str) -> tuple[float, float] | None:
    """Coordinates of a place, from the nature that knows the streets; None when nobody does."""
    trouves = (nature.situer(lieu) for nature in _NATURES.values())
    return next((point for point in trouves if point is not None), None)


def voisins(lieu: str, point: tuple[float, float] | None) -> list[Voisin]:
    """Open dossiers of any nature at that place: same words, or within about 80 m; at most five, the latest first."""
    pres = Q(lieu__iexact=lieu.strip()) if lieu.strip() else Q()
    if point is not None:
        pres |= autour(*point)
    trouves = [v for nature in _NATURES.values() for v in nature.voisins(pres)] if pres else []
    return sorted(trouves, key=lambda v: v.dossier.ouvert_le, reverse=True)[:5]


PRES = (0.0007, 0.0011)  # degrees of latitude and longitude: about 80 m here


def autour(latitude: float, longitude: float, *, prefixe: str = "") -> Q:
    """Within about 80 m, on columns of that name."""
    bornes = {"latitude": (latitude, PRES[0]), "longitude": (longitude, PRES[1])}
    return Q(**{f"{prefixe}{champ}__range": (x - marge, x + marge) for champ, (x, marge) in bornes.items()})


def codes() -> list[str]:
    """Codes of all declared natures."""
    return list(_NATURES)


def suites_de(dossier: Dossier, acteur: Acteur) -> list[Suite]:
    """What each nature proposes to open because of this dossier."""
    return [suite for nature in natures() for suite in nature.suites(dossier, acteur)]


def nouvelles_de(dossier: Dossier, jour: date) -> list[str]:
    """What the requester is told that day of the dossiers opened because of this one, in whole sentences."""
    return [phrase for nature in natures() for phrase in nature.nouvelles(dossier, jour)]
