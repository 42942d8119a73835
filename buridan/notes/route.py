"""Who sees a note, from who writes it and its theme: the circuit of its kind with everybody found, nobody asked twice."""

from dataclasses import dataclass, replace

from buridan.circuits.catalogue import en_vigueur
from buridan.circuits.modele import CircuitModele, Destinataire
from buridan.dossiers.routage import Contexte, resserrer
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
    contexte = Contexte(entite=entite, theme=theme)
    # nobody visas what he or she wrote; the mayor, who decides, visas nothing
    circuit = resserrer(replace(modele, etapes=etapes), annuaire, contexte, deja={auteur, maire})
    return Trajet((circuit, numero), auteur, elu, maire)
