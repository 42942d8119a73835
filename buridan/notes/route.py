"""Who sees a note, from who writes it and its theme: the circuit of its kind with everybody found, nobody asked twice."""

from dataclasses import dataclass

from buridan.circuits.catalogue import en_vigueur
from buridan.circuits.modele import CircuitModele
from buridan.dossiers.routage import Contexte, calculer, figer, nommer, une_fois
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


def tracer(code: str, annuaire: Annuaire, *, entite: int, theme: str, auteur: int) -> Trajet:
    """The route of a note written in `entite` by the holder of the post `auteur`. Raises Refus, RouteImpossible."""
    elu = annuaire.poste_de_l_elu(theme)
    if elu is None:
        raise Refus(
            f"Aucun élu en poste n'est chargé de « {theme} » : sans son visa la note n'arriverait pas au maire. "
            "Choisissez un autre thème, ou demandez au service qui administre l'organisation de le confier à un élu."
        )
    maire = annuaire.responsable(annuaire.premiere(Genre.ASSEMBLEE))
    if maire is None:
        raise Refus("Aucun poste de maire n'est en vigueur : prévenez le service qui administre l'organisation.")
    modele, numero = en_vigueur(code)
    modele = nommer(modele, {"role:elu": elu, "role:auteur": auteur}, annuaire)
    prevues = calculer(modele, annuaire, Contexte(entite=entite, theme=theme))
    return Trajet((figer(modele, une_fois(prevues, {auteur, maire}), annuaire), numero), auteur, elu, maire)
