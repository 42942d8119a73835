"""What changes between two circuits, in sentences an agent reads. Pure."""

from collections.abc import Callable
from dataclasses import dataclass
from enum import StrEnum

from buridan.circuits.modele import CircuitModele, Destinataire, EtapeModele

Nommer = Callable[[Destinataire], str]
Paires = list[tuple[EtapeModele, EtapeModele]]


class Genre(StrEnum):
    """Kinds of changes."""

    CIRCUIT = "Circuit"
    AJOUTEE = "Étape ajoutée"
    ENLEVEE = "Étape enlevée"
    DEPLACEE = "Étape déplacée"
    MODIFIEE = "Étape modifiée"


@dataclass(frozen=True, slots=True)
class Changement:
    """One change. `sujet`: title of the étape; `detail`: what changed in it; `cle`: the étape's."""

    genre: Genre
    sujet: str
    detail: str
    cle: str = ""

    @property
    def phrase(self) -> str:
        """The whole change in one sentence."""
        return f"{self.genre.value} : « {self.sujet} », {self.detail}."


def differences(avant: CircuitModele | None, apres: CircuitModele, nommer: Nommer) -> list[Changement]:
    """All that changes, in the order of the new circuit, what disappears last. `avant` None: the circuit is new."""
    paires = _apparier(avant, apres) if avant is not None else []
    anciennes = {b.cle: a for a, b in paires}
    bougees = _bougees(paires)
    changements = _presentation(avant, apres) if avant is not None else []
    for etape in apres.etapes:
        ancienne = anciennes.get(etape.cle)
        if ancienne is None:
            detail = f"{decrire(etape, nommer)}, {place(apres, etape)}"
            changements.append(Changement(Genre.AJOUTEE, etape.titre or "sans titre", detail, etape.cle))
            continue
        assert avant is not None
        if etape.cle in bougees:
            detail = f"{place(apres, etape)} (avant : {place(avant, ancienne)})"
            changements.append(Changement(Genre.DEPLACEE, etape.titre, detail, etape.cle))
        changements += _contenu(ancienne, etape, nommer)
    gardees = {a.cle for a, _b in paires}
    for etape in avant.etapes if avant is not None else ():
        if etape.cle not in gardees:
            changements.append(Changement(Genre.ENLEVEE, etape.titre, decrire(etape, nommer), etape.cle))
    return changements


def decrire(etape: EtapeModele, nommer: Nommer) -> str:
    """« avis, par Voirie, en 5 jours ouvrés »."""
    delai = f"en {etape.delai}" if etape.delai else "sans délai"
    return f"{etape.type.libelle.lower()}, par {nommer(etape.destinataire)}, {delai}"


def place(modele: CircuitModele, etape: EtapeModele) -> str:
    """Where an étape stands, by its neighbours: numbers of ranks move when one is added before them."""
    voisines = [e for e in modele.etapes if e.rang == etape.rang and e.cle != etape.cle]
    if voisines:
        return "en même temps que " + " et ".join(f"« {e.titre} »" for e in voisines)
    precedent = [e for e in modele.etapes if e.rang == etape.rang - 1]
    return "après " + " et ".join(f"« {e.titre} »" for e in precedent) if precedent else "au début"


def _apparier(avant: CircuitModele, apres: CircuitModele) -> Paires:
    """Same étape before and after: by key and title, then by title and type, then by key alone."""
    reste_avant, reste_apres = list(avant.etapes), list(apres.etapes)
    paires: Paires = []
    regles: tuple[Callable[[EtapeModele], object], ...] = (
        lambda e: (e.cle, e.titre), lambda e: (e.titre, e.type), lambda e: e.cle
    )  # fmt: skip
    for regle in regles:
        for b in list(reste_apres):
            a = next((a for a in reste_avant if regle(a) == regle(b)), None)
            if a is not None:  # told apart by identity: two étapes may say the same
                paires.append((a, b))
                reste_avant = [e for e in reste_avant if e is not a]
                reste_apres = [e for e in reste_apres if e is not b]
    return paires


def _bougees(paires: Paires) -> set[str]:
    """Keys of the fewest étapes to move so that the others keep their order (longest chain that agrees on both sides)."""
    ordre = sorted(paires, key=lambda p: (p[1].rang, p[0].rang))
    chaines: list[Paires] = []
    for a, b in ordre:
        meilleures = [
            c for c in chaines
            if (c[-1][0].rang < a.rang and c[-1][1].rang < b.rang) or (c[-1][0].rang == a.rang and c[-1][1].rang == b.rang)
        ]  # fmt: skip
        chaines.append([*max(meilleures, key=len, default=[]), (a, b)])
    fixes = {b.cle for _a, b in max(chaines, key=len, default=[])}
    return {b.cle for _a, b in paires} - fixes


def _presentation(avant: CircuitModele, apres: CircuitModele) -> list[Changement]:
    changements = []
    if avant.titre != apres.titre:
        changements.append(Changement(Genre.CIRCUIT, apres.titre, _devient("titre", avant.titre, apres.titre)))
    descriptions = avant.description.strip() or "aucune", apres.description.strip() or "aucune"
    if descriptions[0] != descriptions[1]:
        changements.append(Changement(Genre.CIRCUIT, apres.titre, _devient("description", *descriptions)))
    if avant.a_confirmer != apres.a_confirmer:
        dit = "marqué « à confirmer »" if apres.a_confirmer else "n'est plus marqué « à confirmer »"
        changements.append(Changement(Genre.CIRCUIT, apres.titre, dit))
    return changements


def _contenu(avant: EtapeModele, apres: EtapeModele, nommer: Nommer) -> list[Changement]:
    """From what to what, field by field."""
    mots: list[tuple[str, Callable[[EtapeModele], str]]] = [
        ("titre", lambda e: e.titre),
        ("type", lambda e: e.type.libelle.lower()),
        ("qui agit", lambda e: nommer(e.destinataire)),
        ("délai", lambda e: str(e.delai or "aucun")),
        ("étapes du rang à faire pour continuer", lambda e: e.regle_en_mots),
        ("votes cachés", lambda e: "oui" if e.votes_caches else "non"),
        ("rappel", lambda e: f"{_jours(e.rappel_avant)} avant l'échéance"),
        ("alerte du responsable", lambda e: f"{_jours(e.escalade_apres)} après l'échéance"),
        ("consigne", lambda e: e.consigne or "aucune"),
        ("niveau de signature", lambda e: e.niveau_en_mots or "aucun demandé"),
    ]
    return [
        Changement(Genre.MODIFIEE, apres.titre, _devient(nom, dire(avant), dire(apres)), apres.cle)
        for nom, dire in mots
        if dire(avant) != dire(apres)
    ]


def _devient(nom: str, avant: str, apres: str) -> str:
    return f"{nom} : « {avant} » devient « {apres} »"


def _jours(nombre: int) -> str:
    return f"{nombre} jour{'s' if nombre > 1 else ''} ouvré{'s' if nombre > 1 else ''}"
