"""Who sees a note, from who writes it and its theme: the circuit of its kind with everybody found, nobody asked twice."""

from collections.abc import Iterable
from dataclasses import dataclass, replace

from buridan.circuits.catalogue import en_vigueur
from buridan.circuits.modele import CircuitModele, Destinataire, EtapeModele, TypeEtape
from buridan.dossiers.routage import Contexte, EtapePrevue, calculer
from buridan.organisation.annuaire import Annuaire
from buridan.organisation.models import Genre
from buridan.outils.verdict import Refus


@dataclass(frozen=True, slots=True)
class Trajet:
    """The circuit for one note, and the posts that its rules speak of."""

    circuit: tuple[CircuitModele, int]
    auteur: int
    elu: int
    maire: int


def themes(annuaire: Annuaire) -> list[str]:
    """Themes that an elected official with a post answers for, in order."""
    return [theme for theme, _elu in annuaire.themes() if _poste_de_l_elu(annuaire, theme) is not None]


def _poste_de_l_elu(annuaire: Annuaire, theme: str) -> int | None:
    postes = (annuaire.poste_principal(elu) for elu in annuaire.elus_du_theme(theme))
    return next((poste for poste in postes if poste is not None), None)


def tracer(code: str, annuaire: Annuaire, *, entite: int, theme: str, auteur: int) -> Trajet:
    """The route of a note written in `entite` by the holder of the post `auteur`. Raises Refus, RouteImpossible."""
    elu = _poste_de_l_elu(annuaire, theme)
    if elu is None:
        raise Refus(
            f"Aucun élu en poste n'est chargé de « {theme} » : sans son visa la note n'arriverait pas au maire. "
            "Choisissez un autre thème, ou demandez au service qui administre l'organisation de le confier à un élu."
        )
    maire = annuaire.responsable(annuaire.premiere(Genre.ASSEMBLEE))
    if maire is None:
        raise Refus("Aucun poste de maire n'est en vigueur : prévenez le service qui administre l'organisation.")
    modele, numero = en_vigueur(code)
    fixes = {"role:elu": elu, "role:auteur": auteur}
    etapes = tuple(
        replace(e, destinataire=Destinataire("poste", annuaire.postes[fixes[str(e.destinataire)]].code))
        if str(e.destinataire) in fixes
        else e
        for e in modele.etapes
    )
    prevues = calculer(replace(modele, etapes=etapes), annuaire, Contexte(entite=entite, theme=theme))
    trouvees = tuple(_fixe(p, annuaire) for p in _une_fois(prevues, {auteur}, maire))
    return Trajet((replace(modele, etapes=_renumeroter(trouvees)), numero), auteur, elu, maire)


def _une_fois(prevues: Iterable[EtapePrevue], deja: set[int], maire: int) -> list[EtapePrevue]:
    """Nobody visas what he or she wrote, nor twice; the mayor, who decides, visas nothing."""
    gardees: list[EtapePrevue] = []
    for p in reversed(list(prevues)):
        if p.modele.type is TypeEtape.VISA and p.poste is not None:
            if p.poste in deja or p.poste == maire:
                continue
            deja.add(p.poste)
        gardees.insert(0, p)
    return gardees


def _fixe(prevue: EtapePrevue, annuaire: Annuaire) -> EtapeModele:
    if prevue.poste is None:
        return prevue.modele
    return replace(prevue.modele, destinataire=Destinataire("poste", annuaire.postes[prevue.poste].code))


def _renumeroter(etapes: tuple[EtapeModele, ...]) -> tuple[EtapeModele, ...]:
    rangs = {rang: n for n, rang in enumerate(sorted({e.rang for e in etapes}), 1)}
    return tuple(replace(e, rang=rangs[e.rang]) for e in etapes)
