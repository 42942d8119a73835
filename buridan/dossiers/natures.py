"""What a nature tells the core. A nature registers itself in its AppConfig.ready(); the core never imports one."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from datetime import date, datetime
from typing import Any

from buridan.delegations.registre import Acte
from buridan.dossiers.models import Dossier, Reponse
from buridan.organisation.acteur import Acteur
from buridan.outils.verdict import Verdict


def _rien(dossier: Dossier) -> dict[str, Any]:
    return {}


def _personne_a_prevenir(dossier: Dossier, sujet: str, texte: str, at: Any) -> None:
    return None


def _aucun_participant(dossier: Dossier, texte: str, at: Any) -> None:
    return None


def _aucun_acte(dossier: Dossier) -> Acte | None:
    return None


def _meme_date(dossier: Dossier, **jours: date) -> date | None:
    return dossier.legal_le


@dataclass(frozen=True, slots=True)
class ASigner:
    """A PDF ready to be signed, and where its signature goes: page from 0, left and top in points."""

    pdf: bytes
    page: int
    gauche: float
    haut: float


@dataclass(frozen=True, slots=True)
class Geste:
    """A verb as the screen offers it: its words, its form, its rule, its action.

    `formulaire(objet, acteur, donnees)` builds the form (None = not bound); `verdict(acteur, objet)` greys the button;
    `executer(objet, by, at, donnees)` does it. `objet` is an Etape when `etape` is true, else a Dossier. `dire(result)` says
    what was done when `fait` isn't enough.
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


@dataclass(frozen=True, slots=True)
class Nature:
    """A kind of dossier. `fiche`: template of its own part of the dossier page, given `contexte(dossier)`.

    `ecrire_au_demandeur(dossier, sujet, texte, at)` tells who asked; `informer_participants(dossier, texte, at)` tells how
    it ended to the people who joined, who see nothing else of it. `pieces_demandees(dossier, le=, jusquau=)` and
    `pieces_recues(dossier, le=)` keep what happened and give the implicit decision's date again. `gestes` holds the nature's
    own gestures; one of the same code as a gesture of the core replaces it.
    `modeles_reponse(dossier, by)` lists answer templates as (title, text). `lettre(dossier, reponse)` makes the PDF of an answer,
    of its draft when `reponse` is None. `acte(dossier)` says what its signature étape signs:
    nobody signs it outside a delegation. `a_signer(dossier, at, mention)` makes the PDF of its draft, ready to be signed;
    `mention` stands on each page.
    """

    code: str
    nom: str
    fiche: str
    contexte: Callable[[Dossier], dict[str, Any]] = _rien
    ecrire_au_demandeur: Callable[[Dossier, str, str, Any], None] = _personne_a_prevenir
    informer_participants: Callable[[Dossier, str, Any], None] = _aucun_participant
    pieces_demandees: Callable[..., date | None] = _meme_date
    pieces_recues: Callable[..., date | None] = _meme_date
    modeles_reponse: Callable[[Dossier, Acteur], list[tuple[str, str]]] = lambda d, by: []
    lettre: Callable[[Dossier, Reponse | None], bytes] | None = None
    acte: Callable[[Dossier], Acte | None] = _aucun_acte
    a_signer: Callable[[Dossier, datetime, str], ASigner] | None = None
    gestes: Mapping[str, "Geste"] = field(default_factory=dict)


_NATURES: dict[str, Nature] = {}


def inscrire(nature: Nature) -> None:
    """Declare a nature, once, at start."""
    _NATURES[nature.code] = nature


def nature_de(dossier: Dossier) -> Nature:
    """The nature of a dossier. KeyError when its app is not installed."""
    return _NATURES[dossier.nature]


def natures() -> list[Nature]:
    """All declared natures."""
    return list(_NATURES.values())


def codes() -> list[str]:
    """Codes of all declared natures."""
    return list(_NATURES)
